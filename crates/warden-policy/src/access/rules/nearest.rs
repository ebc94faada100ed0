//! What would have to be otherwise for the answer to be another.

use std::{collections::BTreeSet, sync::Arc};

use warden_model::{DataClass, Effect};

use super::{
    super::{Audience, Directory, Environment, How, KnownBy, OwnedAsked, Verdict},
    Expect, Rules,
};

/// One thing that is otherwise, and what is answered then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is otherwise, in words.
    pub what: String,
    /// The answer then.
    pub verdict: Verdict,
}

impl Rules {
    /// Every single change of the question that alters the answer: from the least that can be
    /// changed (an approval) to the most (a role).
    #[must_use]
    pub fn nearest(&self, asked: &OwnedAsked, directory: &Directory) -> Vec<Change> {
        let now = Expect::of(&self.decide_as(asked.kind, &asked.asked()));
        let change = |(what, other): (String, OwnedAsked)| {
            let verdict = self.decide_as(other.kind, &other.asked());
            (Expect::of(&verdict) != now).then_some(Change { what, verdict })
        };
        others(asked, directory).into_iter().filter_map(change).collect()
    }
}

/// A flag of a question, by its name.
type Flag = (&'static str, fn(&mut OwnedAsked) -> &mut bool);

static FLAGS: &[Flag] = &[
    ("approved", |asked| &mut asked.approved),
    ("session.untrusted", |asked| &mut asked.labels.untrusted),
    ("session.hostile", |asked| &mut asked.labels.hostile),
    ("session.credentials", |asked| &mut asked.labels.credentials),
    ("session.blind", |asked| &mut asked.labels.blind),
    ("args.credentials", |asked| &mut asked.carries.credentials),
    ("args.steered", |asked| &mut asked.carries.steered),
    ("args.untrusted", |asked| &mut asked.carries.untrusted),
    ("args.unread", |asked| &mut asked.carries.unread),
    ("trusted", |asked| &mut asked.traits.trusted),
];

/// A class of a question, by its name.
type Class = (&'static str, fn(&mut OwnedAsked) -> &mut DataClass);

static CLASSES: &[Class] = &[
    ("session.class", |asked| &mut asked.labels.class),
    ("args.copied", |asked| &mut asked.carries.copied),
    ("args.class", |asked| &mut asked.carries.class),
    ("class", |asked| &mut asked.traits.class),
];

/// The question with one thing otherwise, each with what that is.
fn others(asked: &OwnedAsked, directory: &Directory) -> Vec<(String, OwnedAsked)> {
    let mut all = Vec::new();
    let mut with = |what: String, change: &dyn Fn(&mut OwnedAsked)| {
        let mut other = asked.clone();
        change(&mut other);
        if other != *asked {
            all.push((what, other));
        }
    };
    for (name, flag) in FLAGS {
        let other = !*flag(&mut asked.clone());
        with(format!("{name} = {other}"), &|asked| *flag(asked) = other);
    }
    for (name, member) in CLASSES {
        for class in DataClass::ALL {
            with(format!("{name} = {}", class.name()), &|asked| *member(asked) = class);
        }
    }
    for audience in Audience::ALL {
        let what = format!("audience = {}", audience.name());
        with(what, &|asked| asked.traits.audience = audience);
    }
    for environment in Environment::ALL {
        let what = format!("environment = {}", environment.name());
        with(what, &|asked| asked.traits.environment = environment);
    }
    for level in 0..=3 {
        with(format!("level = {level}"), &|asked| asked.traits.level = level);
    }
    for effect in Effect::ALL {
        with(format!("effects = {}", effect.name()), &|asked| {
            asked.traits.effects = [*effect].into();
            asked.traits.effects_by = KnownBy::Rule;
        });
    }
    for how in How::ALL {
        with(format!("how = {}", how.name()), &|asked| asked.who.how = how);
    }
    with("no walls".to_owned(), &|asked| asked.carries.walls.clear());
    with("nothing broken".to_owned(), &|asked| asked.carries.breaches.clear());
    with("listed for the session".to_owned(), &|asked| asked.who.allowlist = None);
    let noon = crate::Time::from_rfc3339("2026-11-25T12:00:00Z").unwrap_or_default();
    with("on a Wednesday at noon UTC".to_owned(), &|asked| asked.now = noon);
    for role in directory.role_names() {
        let given: BTreeSet<Arc<str>> = directory.closure(&[role.clone()].into());
        with(format!("with role {role}"), &|asked| asked.who.roles.extend(given.iter().cloned()));
    }
    for role in &asked.who.roles {
        with(format!("without role {role}"), &|asked| asked.who.roles.retain(|one| one != role));
    }
    all
}

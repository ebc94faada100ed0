use proptest::{collection::vec, prelude::*, sample::subsequence};

use super::*;
use crate::access::{Audience, KnownBy, Pack, RuleFile, built_in};

const ROLES: [&str; 4] = ["reader", "writer", "operator", "admin"];
const NOON: i64 = 1_795_608_000_000_000;

fn directory(roles: &[&str]) -> Directory {
    let mut text = String::from("[[server]]\nname = \"files\"\n[[server]]\nname = \"mail\"\n");
    for role in ROLES {
        text.push_str(&format!("[[role]]\nname = \"{role}\"\n"));
    }
    text.push_str(&format!("[[agent]]\nname = \"desk\"\nowner = \"o\"\nroles = {roles:?}\n"));
    Directory::read(&text).expect("it is fine")
}

fn rules(text: &str, directory: &Directory) -> Option<Rules> {
    let file = RuleFile { name: "a".to_owned(), text: text.to_owned() };
    Rules::compile(&[file], directory).ok()
}

fn thing(server: &str, effect: Effect, class: DataClass, audience: Audience) -> Offered {
    let traits = Traits {
        effects: [effect].into(),
        class,
        audience,
        trusted: audience != Audience::Public,
        level: 2,
        effects_by: KnownBy::Rule,
        labels_by: KnownBy::Rule,
        ..Traits::unknown()
    };
    let name = format!("{}-{}-{}", effect.name(), class.name(), audience.name());
    Offered { server: server.into(), kind: Kind::Tool, name: name.into(), traits }
}

fn offered() -> Vec<Offered> {
    let mut all = Vec::new();
    for effect in Effect::ALL {
        for audience in Audience::ALL {
            all.push(thing("files", *effect, DataClass::Confidential, audience));
            all.push(thing("mail", *effect, DataClass::Internal, audience));
        }
    }
    all
}

fn of(text: &str, held: &[&str]) -> Option<Reach> {
    let directory = directory(held);
    let rules = rules(text, &directory)?;
    let who = principal(&directory, "desk", None, How::Token);
    Some(reach(&rules, &who, &offered(), Time::from_micros(NOON)))
}

fn within(less: &Reach, more: &Reach) -> bool {
    less.granted.is_subset(&more.granted) && less.effective.is_subset(&more.effective)
}

fn rule() -> impl Strategy<Value = String> {
    let role = proptest::sample::select(ROLES.to_vec());
    let effect = proptest::sample::select(vec!["read", "send", "execute"]);
    (any::<bool>(), role, effect, 0..5_usize).prop_map(|(permit, role, effect, shape)| {
        let role = format!("principal in Warden::Role::\"{role}\"");
        let effect = format!("when {{ resource.effects.contains(\"{effect}\") }}");
        let anybody = "principal, action, resource";
        match (permit, shape) {
            (true, 0) => format!("permit ({role}, action, resource);"),
            (true, 1) => format!("permit ({role}, action, resource) {effect};"),
            (true, 2) => format!("permit ({anybody}) when {{ {role} && context.approved }};"),
            (true, 3) => format!("permit ({anybody}) when {{ {role} }};"),
            (true, _) => format!("permit ({anybody}) {effect};"),
            (false, 0) => format!("forbid ({anybody}) {effect};"),
            (false, 1) => format!("forbid ({anybody}) {effect} unless {{ context.approved }};"),
            (false, 2) => format!("forbid ({anybody}) {effect} unless {{ {role} }};"),
            (false, 3) => format!("forbid ({anybody}) when {{ !({role}) }};"),
            (false, _) => {
                format!("forbid ({anybody}) {effect} unless {{ {role} && context.approved }};")
            }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    // R25: whoever is given less can reach no more, whatever it is that is taken away.
    #[test]
    fn taking_a_grant_away_never_enlarges_the_reach(
        rules in vec(rule(), 1..8),
        roles in subsequence(ROLES.to_vec(), 1..=4),
        at in any::<proptest::sample::Index>(),
    ) {
        let all = of(&rules.join("\n"), &roles);
        let Some(all) = all else { return Ok(()) };
        let mut fewer = roles.clone();
        fewer.remove(at.index(fewer.len()));
        let less = of(&rules.join("\n"), &fewer).expect("the same rules compile");
        prop_assert!(within(&less, &all), "without a role");
        let one = at.index(rules.len());
        let mut fewer = rules.clone();
        let removed = fewer.remove(one);
        let other = of(&fewer.join("\n"), &roles);
        if let Some(other) = other {
            // Without a yes there is no more, and with a no neither.
            let (less, more) =
                if removed.starts_with("permit") { (&other, &all) } else { (&all, &other) };
            prop_assert!(within(less, more), "without {}", removed);
        }
    }
}

#[test]
fn a_role_can_only_give() {
    let role = "principal in Warden::Role::\"reader\"";
    for text in [
        format!("forbid ({role}, action, resource);"),
        format!("forbid (principal, action, resource) when {{ {role} }};"),
        format!("forbid (principal, action, resource) unless {{ !({role}) }};"),
        format!("permit (principal, action, resource) unless {{ {role} }};"),
        format!("permit (principal, action, resource) when {{ !({role}) }};"),
        format!("permit (principal, action, resource) when {{ ({role}) == false }};"),
    ] {
        assert!(rules(&text, &directory(&[])).is_none(), "{text}");
    }
}

fn pack(pack: Pack) -> (Directory, Rules) {
    let files = built_in(pack);
    let directory = Directory::read(files.directory).expect("it is fine");
    let rules = rules(files.rules, &directory).expect("it is fine");
    (directory, rules)
}

// What is dangerous together is found before anything is called.
#[test]
fn toxic_combinations_are_found_before_any_call() {
    let (directory, rules) = pack(Pack::Laptop);
    let who = principal(&directory, "any", None, How::Process);
    let now = Time::from_micros(NOON);
    let page = thing("web", Effect::Read, DataClass::Public, Audience::Public);
    let record = thing("crm", Effect::Read, DataClass::Confidential, Audience::Own);
    let post = thing("blog", Effect::Send, DataClass::Public, Audience::Public);
    let trusted = |mut thing: Offered| {
        thing.traits.trusted = true;
        thing
    };
    let three = [page.clone(), record.clone(), trusted(post.clone())];
    let found = toxic(&rules, &who, &three, now);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].size, found[0].then), (3, Held::Approval));
    assert_eq!(found[0].sends, "blog/send-public-public");
    // A tool that is two of them makes a shorter one.
    let found = toxic(&rules, &who, &[page.clone(), record.clone(), post], now);
    assert_eq!(found.iter().map(|one| one.size).collect::<Vec<_>>(), [2]);
    assert!(toxic(&rules, &who, &[page, record], now).is_empty(), "nothing leaves");
    let directory = Directory::read("").expect("it is fine");
    let open = Rules::compile(
        &[RuleFile { name: "a".into(), text: "permit (principal, action, resource);".into() }],
        &directory,
    );
    let found = toxic(&open.expect("it is fine"), &who, &three, now);
    assert_eq!(found[0].then, Held::Open);
}

/// What a pack says to every role about every sort of tool after every sort of session.
fn matrix(pack_of: Pack) -> String {
    let (directory, rules) = pack(pack_of);
    let labels = |untrusted, class, hostile, blind| Labels {
        untrusted,
        hostile,
        class,
        blind,
        ..Labels::default()
    };
    let (low, high) = (DataClass::Public, DataClass::Confidential);
    let sessions = [
        ("clean", labels(false, low, false, false), low),
        ("untrusted", labels(true, low, false, false), low),
        ("confidential", labels(false, high, false, false), low),
        ("both", labels(true, high, false, false), low),
        ("both, copied", labels(true, high, false, false), high),
        ("hostile", labels(true, low, true, false), low),
        ("blind", labels(false, low, false, true), low),
    ];
    let mut text = format!("# {}: . permitted, ? needs approval, x refused\n", pack_of.name());
    for role in directory.role_names() {
        text.push_str(&format!("\n{role:<24}"));
        text.extend(sessions.iter().map(|(name, ..)| format!(" {name:>12}")));
        let mut who = principal(&directory, "any", None, How::BoundToken);
        who.roles = directory.closure(&[role.clone()].into());
        for effect in Effect::ALL {
            for audience in Audience::ALL {
                let thing = thing("server", *effect, DataClass::Internal, audience);
                let line = format!("{} {}", effect.name(), audience.name());
                text.push_str(&format!("\n  {line:<22}"));
                for (_, labels, copied) in &sessions {
                    let carries = Carries { copied: *copied, ..Carries::default() };
                    let sign = match ask(
                        &rules,
                        &who,
                        (&thing, &carries),
                        labels,
                        Time::from_micros(NOON),
                    ) {
                        Verdict::Permitted { .. } => '.',
                        Verdict::NeedsApproval { .. } => '?',
                        Verdict::Refused { .. } => 'x',
                    };
                    text.push_str(&format!(" {sign:>12}"));
                }
            }
        }
        text.push('\n');
    }
    text
}

// Who may do what after what is written down, so that every change of it is seen.
#[test]
fn every_role_tool_and_label_has_the_answer_that_is_written_down() {
    let written = [
        include_str!("../../../tests/data/matrix-laptop.txt"),
        include_str!("../../../tests/data/matrix-team.txt"),
        include_str!("../../../tests/data/matrix-regulated.txt"),
    ];
    let found = Pack::ALL.map(matrix);
    let changed = found.iter().zip(written).filter(|(found, written)| *found != written);
    let changed: Vec<&String> = changed.map(|(found, _)| found).collect();
    for found in &changed {
        println!("{found}<end>");
    }
    assert!(changed.is_empty(), "{} matrices are others than are written down", changed.len());
}

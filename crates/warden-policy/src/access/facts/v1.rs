//! Version 1 of the form.
//!
//! Members stand in the order of their names, so that what is written is canonical as it comes: a
//! call waits for this.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize, Serializer};
use warden_model::Effect;
use warden_seal::read_strict;

use super::{
    super::{
        Act, Asked, Audience, Breach, Carries, Environment, How, Kind, KnownBy, Labels, Principal,
        SessionKey, Traits, Verdict, Why, rules::in_session,
    },
    BREACHES, Facts, FactsError, MOST_FACTS, OwnedAsked, class,
};
use crate::Time;

const VERSION: u32 = 1;

/// A word that means something here.
type Word = Cow<'static, str>;

type Walls = BTreeMap<Box<str>, BTreeSet<Box<str>>>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Form {
    act: Word,
    approved: bool,
    args: Args,
    at: Time,
    kind: Word,
    name: Box<str>,
    server: Box<str>,
    session: Session,
    thing: Thing,
    verdict: Answer,
    version: u32,
    who: Who,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    agent: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client: Option<(String, String)>,
    delegation: Vec<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Time>,
    /// Whether it was among what the session was given.
    given: bool,
    how: Word,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    machine: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<Arc<str>>,
    roles: BTreeSet<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scopes: Option<BTreeSet<Arc<str>>>,
    session: String,
    tenant: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<Arc<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Thing {
    audience: Word,
    blast: u8,
    class: Word,
    effects: BTreeSet<Word>,
    effects_by: Word,
    environment: Word,
    labels_by: Word,
    level: u8,
    risk: u8,
    tenant: Box<str>,
    trusted: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Args {
    breaches: Vec<(Box<str>, Word)>,
    class: Word,
    copied: Word,
    credentials: bool,
    domains: BTreeSet<Box<str>>,
    hosts: BTreeSet<Box<str>>,
    steered: bool,
    unread: bool,
    untrusted: bool,
    #[serde(serialize_with = "by_utf16")]
    walls: Walls,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a label of its own")]
struct Session {
    blind: bool,
    class: Word,
    credentials: bool,
    hostile: bool,
    sources: BTreeSet<Box<str>>,
    untrusted: bool,
    #[serde(serialize_with = "by_utf16")]
    walls: Walls,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    is: Word,
    rules: Vec<Arc<str>>,
}

pub(super) fn write(
    kind: Kind,
    asked: &Asked<'_>,
    verdict: &Verdict,
) -> Result<String, FactsError> {
    let form = Form {
        version: VERSION,
        act: asked.act.name().into(),
        kind: kind.name().into(),
        server: asked.server.into(),
        name: asked.name.into(),
        at: asked.now,
        approved: asked.approved,
        who: who(asked),
        thing: thing(asked.traits),
        args: args(asked.carries),
        session: session(asked.labels),
        verdict: answer(verdict),
    };
    let text = serde_json::to_string(&form).map_err(|error| FactsError::Form(error.to_string()))?;
    if text.len() > MOST_FACTS { Err(FactsError::TooLong) } else { Ok(text) }
}

fn who(asked: &Asked<'_>) -> Who {
    let who = asked.who;
    Who {
        how: who.how.name().into(),
        user: who.user.clone(),
        agent: who.agent.clone(),
        client: who.client.as_deref().cloned(),
        machine: who.machine.clone(),
        delegation: who.delegation.clone(),
        tenant: who.tenant.clone(),
        purpose: who.purpose.clone(),
        roles: who.roles.clone(),
        scopes: who.scopes.clone(),
        given: in_session(asked),
        session: who.session.as_str().to_owned(),
        expires: who.expires,
    }
}

fn thing(traits: &Traits) -> Thing {
    Thing {
        effects: traits.effects.iter().map(|effect| effect.name().into()).collect(),
        audience: traits.audience.name().into(),
        trusted: traits.trusted,
        class: traits.class.name().into(),
        environment: traits.environment.name().into(),
        blast: traits.blast,
        level: traits.level,
        risk: traits.risk,
        tenant: traits.tenant.clone(),
        effects_by: traits.effects_by.name().into(),
        labels_by: traits.labels_by.name().into(),
    }
}

fn args(carries: &Carries) -> Args {
    let breach = |breach: &Breach| (breach.at.clone(), breach.what.into());
    Args {
        copied: carries.copied.name().into(),
        credentials: carries.credentials,
        class: carries.class.name().into(),
        steered: carries.steered,
        untrusted: carries.untrusted,
        walls: carries.walls.clone(),
        hosts: carries.hosts.clone(),
        domains: carries.domains.clone(),
        unread: carries.unread,
        breaches: carries.breaches.iter().map(breach).collect(),
    }
}

fn session(labels: &Labels) -> Session {
    Session {
        untrusted: labels.untrusted,
        hostile: labels.hostile,
        class: labels.class.name().into(),
        credentials: labels.credentials,
        blind: labels.blind,
        walls: labels.walls.clone(),
        sources: labels.sources.clone(),
    }
}

fn answer(verdict: &Verdict) -> Answer {
    let (is, rules) = match verdict {
        Verdict::Permitted { rules } => ("permitted", rules),
        Verdict::NeedsApproval { rules } => ("needs-approval", rules),
        Verdict::Refused { why, rules } => (why.code(), rules),
    };
    Answer { is: is.into(), rules: rules.clone() }
}

/// Writes walls in the order that RFC 8785 wants, section 3.2.3.
fn by_utf16<S: Serializer>(walls: &Walls, to: S) -> Result<S::Ok, S::Error> {
    let mut all: Vec<_> = walls.iter().collect();
    all.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
    to.collect_map(all)
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

pub(super) fn read(text: &str) -> Result<Facts, FactsError> {
    if text.len() > MOST_FACTS {
        return Err(FactsError::TooLong);
    }
    let value = read_strict(text.as_bytes(), MOST_FACTS)
        .map_err(|error| FactsError::Form(error.to_string()))?;
    // What serde says can hold a value; where it says so can not.
    let form_error = |error: &serde_json::Error| {
        FactsError::Form(format!("a {:?} error", error.classify()).to_lowercase())
    };
    let Version { version } = Version::deserialize(&value).map_err(|error| form_error(&error))?;
    if version != VERSION {
        return Err(FactsError::Version(version));
    }
    let form = Form::deserialize(&value).map_err(|error| form_error(&error))?;
    let verdict = form.verdict.read()?;
    let asked = OwnedAsked {
        who: form.who.read()?,
        act: word("act", Act::parse(&form.act))?,
        kind: word("kind", Kind::parse(&form.kind))?,
        server: form.server,
        name: form.name,
        traits: form.thing.read()?,
        carries: form.args.read()?,
        labels: form.session.read()?,
        now: form.at,
        approved: form.approved,
    };
    Ok(Facts { asked, verdict })
}

fn word<T>(name: &'static str, found: Option<T>) -> Result<T, FactsError> {
    found.ok_or(FactsError::Word(name))
}

impl Who {
    fn read(self) -> Result<Principal, FactsError> {
        Ok(Principal {
            how: word("how", How::ALL.into_iter().find(|how| how.name() == self.how))?,
            user: self.user,
            agent: self.agent,
            client: self.client.map(Arc::new),
            machine: self.machine,
            delegation: self.delegation,
            tenant: self.tenant,
            purpose: self.purpose,
            roles: self.roles,
            scopes: self.scopes,
            // The list itself is not kept: what counts is whether this was on it.
            allowlist: (!self.given).then(|| Arc::from([])),
            session: word("session", SessionKey::parse(&self.session))?,
            expires: self.expires,
        })
    }
}

impl Thing {
    fn read(self) -> Result<Traits, FactsError> {
        let effects = self.effects.iter().map(|name| word("effects", Effect::parse(name)));
        let known = |name: &str| {
            let all = [KnownBy::Nobody, KnownBy::Classified, KnownBy::Detected, KnownBy::Rule];
            all.into_iter().find(|by| by.name() == name)
        };
        Ok(Traits {
            effects: effects.collect::<Result<_, _>>()?,
            audience: word("audience", Audience::parse(&self.audience))?,
            trusted: self.trusted,
            class: word("class", class(&self.class))?,
            environment: word("environment", Environment::parse(&self.environment))?,
            blast: self.blast,
            level: self.level,
            risk: self.risk,
            tenant: self.tenant,
            effects_by: word("effectsBy", known(&self.effects_by))?,
            labels_by: word("labelsBy", known(&self.labels_by))?,
        })
    }
}

impl Args {
    fn read(self) -> Result<Carries, FactsError> {
        let breach = |(at, name): (Box<str>, Word)| {
            let what = BREACHES.into_iter().find(|known| *known == name);
            Ok(Breach { at, what: word("breaches", what)? })
        };
        Ok(Carries {
            copied: word("copied", class(&self.copied))?,
            credentials: self.credentials,
            class: word("class", class(&self.class))?,
            steered: self.steered,
            untrusted: self.untrusted,
            walls: self.walls,
            hosts: self.hosts,
            domains: self.domains,
            unread: self.unread,
            breaches: self.breaches.into_iter().map(breach).collect::<Result<_, _>>()?,
        })
    }
}

impl Session {
    fn read(self) -> Result<Labels, FactsError> {
        Ok(Labels {
            untrusted: self.untrusted,
            hostile: self.hostile,
            class: word("class", class(&self.class))?,
            credentials: self.credentials,
            blind: self.blind,
            walls: self.walls,
            sources: self.sources,
        })
    }
}

impl Answer {
    fn read(self) -> Result<Verdict, FactsError> {
        let rules = self.rules;
        Ok(match &*self.is {
            "permitted" => Verdict::Permitted { rules },
            "needs-approval" => Verdict::NeedsApproval { rules },
            code => {
                let why = word("verdict", Why::ALL.into_iter().find(|why| why.code() == code))?;
                Verdict::Refused { why, rules }
            }
        })
    }
}

//! Questions with the answers that are wanted: the tests of rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::Deserialize;
use warden_model::{DataClass, Effect};

use super::{
    super::{
        Act, Audience, Breach, Carries, Directory, Environment, How, Kind, KnownBy, Labels,
        Principal, SessionKey, Traits, Verdict,
        facts::{BREACHES, OwnedAsked},
    },
    RuleId, Rules, kind_for,
};
use crate::Time;

/// A question with the answer that is wanted.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The question.
    pub asked: OwnedAsked,
    /// The answer.
    pub expect: Expect,
    /// A rule that has to be among those that gave it.
    pub rule: Option<RuleId>,
}

/// What is wanted of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It is permitted.
    Permit,
    /// It needs an approval.
    Approve,
    /// It is refused.
    Refuse,
}

impl Expect {
    /// What an answer is.
    #[must_use]
    pub const fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Permitted { .. } => Self::Permit,
            Verdict::NeedsApproval { .. } => Self::Approve,
            Verdict::Refused { .. } => Self::Refuse,
        }
    }

    /// The word in a file of cases.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Approve => "approve",
            Self::Refuse => "refuse",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Permit, Self::Approve, Self::Refuse].into_iter().find(|one| one.name() == name)
    }
}

/// Why a file of cases could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseProblem {
    /// It has not the form of one.
    #[error("line {line}: {what}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// What.
        what: String,
    },
    /// A setting of a case has a value that it cannot have.
    #[error("line {line}: `{setting}` of the case `{case}` has a value that it cannot have")]
    Value {
        /// The line in which the case begins, from 1.
        line: usize,
        /// The case.
        case: String,
        /// The setting.
        setting: &'static str,
    },
    /// There are too many.
    #[error("there are more than {MOST_CASES} cases")]
    TooMany,
}

/// The most cases of one file.
const MOST_CASES: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    case: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    expect: String,
    rule: Option<String>,
    agent: Option<String>,
    user: Option<String>,
    roles: Option<BTreeSet<String>>,
    how: Option<String>,
    tenant: Option<String>,
    purpose: Option<String>,
    scopes: Option<BTreeSet<String>>,
    allowlist: Option<Vec<String>>,
    act: Option<String>,
    kind: Option<String>,
    #[serde(default = "any_tool")]
    tool: String,
    effects: Option<BTreeSet<String>>,
    audience: Option<String>,
    trusted: Option<bool>,
    class: Option<String>,
    environment: Option<String>,
    level: Option<u8>,
    risk: Option<u8>,
    owner_tenant: Option<String>,
    at: Option<String>,
    #[serde(default)]
    approved: bool,
    #[serde(default)]
    session: Flowed,
    #[serde(default)]
    args: Held,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a label of its own")]
struct Flowed {
    untrusted: bool,
    hostile: bool,
    class: Option<String>,
    credentials: bool,
    blind: bool,
    walls: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Held {
    copied: Option<String>,
    credentials: bool,
    class: Option<String>,
    steered: bool,
    untrusted: bool,
    walls: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
    hosts: BTreeSet<Box<str>>,
    domains: BTreeSet<Box<str>>,
    unread: bool,
    breaches: Vec<String>,
}

fn any_tool() -> String {
    "server/tool".to_owned()
}

/// Reads a file of cases, for questions under this directory.
///
/// # Errors
/// What is wrong with it.
pub fn read_cases(text: &str, directory: &Directory) -> Result<Vec<Case>, CaseProblem> {
    let file: File = toml_edit::de::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = line_at(text, at);
        let what = error.message().lines().next().unwrap_or_default().to_owned();
        CaseProblem::Form { line, what }
    })?;
    if file.case.len() > MOST_CASES {
        return Err(CaseProblem::TooMany);
    }
    let read = |(nth, written): (usize, &Written)| {
        written.read(directory).map_err(|setting| {
            let (case, line) = (written.name.clone(), line_of_case(text, nth));
            CaseProblem::Value { line, case, setting }
        })
    };
    file.case.iter().enumerate().map(read).collect()
}

/// The line of an offset, from 1.
fn line_at(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    before.split(|byte| *byte == b'\n').count()
}

/// The line in which a case begins. Only a problem asks for it, so the text is read again for it.
fn line_of_case(text: &str, nth: usize) -> usize {
    let document = toml_edit::Document::parse(text).ok();
    let span = document
        .as_ref()
        .and_then(|document| document.get("case")?.as_array_of_tables()?.get(nth)?.span());
    span.map_or(1, |span| line_at(text, span.start))
}

/// A word, if it is there; the setting it stands in, if it has no meaning.
fn word<T>(
    setting: &'static str,
    written: Option<&String>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, &'static str> {
    written.map(|text| parse(text).ok_or(setting)).transpose()
}

impl Written {
    fn read(&self, directory: &Directory) -> Result<Case, &'static str> {
        let act = word("act", self.act.as_ref(), Act::parse)?.unwrap_or(Act::Call);
        let (server, name) = self.tool.split_once('/').ok_or("tool")?;
        let kind = word("kind", self.kind.as_ref(), Kind::parse)?;
        let asked = OwnedAsked {
            who: self.who(directory)?,
            act,
            kind: kind.unwrap_or_else(|| kind_for(act, name)),
            server: server.into(),
            name: name.into(),
            traits: self.traits(directory, kind.unwrap_or_else(|| kind_for(act, name)))?,
            carries: self.args.read()?,
            labels: self.session.read()?,
            now: self.now()?,
            approved: self.approved,
        };
        let expect = Expect::parse(&self.expect).ok_or("expect")?;
        let rule = self.rule.as_deref().map(RuleId::from);
        Ok(Case { name: self.name.clone(), asked, expect, rule })
    }

    /// A Wednesday at noon where nothing is said.
    fn now(&self) -> Result<Time, &'static str> {
        let at = self.at.as_deref().unwrap_or("2026-11-25T12:00:00Z");
        Time::from_rfc3339(at).ok_or("at")
    }

    fn who(&self, directory: &Directory) -> Result<Principal, &'static str> {
        let how = word("how", self.how.as_ref(), |name| {
            How::ALL.into_iter().find(|how| how.name() == name)
        })?;
        let agent: Arc<str> = self.agent.as_deref().unwrap_or("agent").into();
        let named = self.roles.iter().flatten();
        if named.into_iter().any(|role| !directory.has_role(role)) {
            return Err("roles");
        }
        let own = self.roles.as_ref().map(|all| {
            directory.closure(&all.iter().map(|role| Arc::from(role.as_str())).collect())
        });
        let text = |text: &Option<String>| text.as_deref().map(Arc::from);
        Ok(Principal {
            how: how.unwrap_or(How::Token),
            user: text(&self.user),
            roles: own.unwrap_or_else(|| directory.roles(&agent, self.user.as_deref())),
            agent,
            client: None,
            machine: None,
            delegation: Vec::new(),
            tenant: self.tenant.as_deref().unwrap_or_default().into(),
            purpose: text(&self.purpose),
            scopes: self
                .scopes
                .as_ref()
                .map(|all| all.iter().map(|scope| Arc::from(scope.as_str())).collect()),
            allowlist: self
                .allowlist
                .as_ref()
                .map(|all| all.iter().map(|name| Box::from(name.as_str())).collect()),
            session: SessionKey::derived(&["case", &self.name]),
            expires: None,
        })
    }

    fn traits(&self, directory: &Directory, kind: Kind) -> Result<Traits, &'static str> {
        let (server, name) = self.tool.split_once('/').ok_or("tool")?;
        let mut all = directory.traits(server, kind, name, None, self.level.unwrap_or(2));
        if let Some(effects) = &self.effects {
            let read = effects.iter().map(|name| Effect::parse(name).ok_or("effects"));
            all.effects = read.collect::<Result<_, _>>()?;
            all.effects_by = KnownBy::Rule;
        }
        let audience = word("audience", self.audience.as_ref(), Audience::parse)?;
        let class = word("class", self.class.as_ref(), DataClass::named)?;
        if audience.is_some() {
            all.labels_by = KnownBy::Rule;
        }
        all.audience = audience.unwrap_or(all.audience);
        all.class = class.unwrap_or(all.class);
        all.trusted = self.trusted.unwrap_or(all.trusted);
        let environment = word("environment", self.environment.as_ref(), Environment::parse)?;
        all.environment = environment.unwrap_or(all.environment);
        all.risk = self.risk.unwrap_or(all.risk);
        if let Some(tenant) = &self.owner_tenant {
            all.tenant = tenant.as_str().into();
        }
        Ok(all)
    }
}

impl Flowed {
    fn read(&self) -> Result<Labels, &'static str> {
        let class = word("session.class", self.class.as_ref(), DataClass::named)?;
        Ok(Labels {
            untrusted: self.untrusted,
            hostile: self.hostile,
            class: class.unwrap_or_default(),
            credentials: self.credentials,
            blind: self.blind,
            walls: self.walls.clone(),
            sources: BTreeSet::new(),
        })
    }
}

impl Held {
    fn read(&self) -> Result<Carries, &'static str> {
        let breach = |name: &String| {
            let what = BREACHES.into_iter().find(|known| known == name);
            Ok::<_, &'static str>(Breach { at: "".into(), what: what.ok_or("args.breaches")? })
        };
        Ok(Carries {
            copied: word("args.copied", self.copied.as_ref(), DataClass::named)?
                .unwrap_or_default(),
            credentials: self.credentials,
            class: word("args.class", self.class.as_ref(), DataClass::named)?.unwrap_or_default(),
            steered: self.steered,
            untrusted: self.untrusted,
            walls: self.walls.clone(),
            hosts: self.hosts.clone(),
            domains: self.domains.clone(),
            unread: self.unread,
            breaches: self.breaches.iter().map(breach).collect::<Result<_, _>>()?,
        })
    }
}

impl Rules {
    /// What these rules answer to a case, if it is not what is wanted.
    #[must_use]
    pub fn fails(&self, case: &Case) -> Option<Verdict> {
        let verdict = self.decide_as(case.asked.kind, &case.asked.asked());
        let said = match &verdict {
            Verdict::Permitted { rules }
            | Verdict::NeedsApproval { rules }
            | Verdict::Refused { rules, .. } => rules,
        };
        let named = case.rule.as_ref().is_none_or(|rule| said.contains(rule));
        (Expect::of(&verdict) != case.expect || !named).then_some(verdict)
    }
}

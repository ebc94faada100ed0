//! Who and what there is: the roles, users, agents, tenants, servers and tools of `policy.toml`.
//!
//! Reading is checking: a directory that exists names no role that is not there, has no circle of
//! roles and no setting that nobody knows. It says nothing about who may do what; that is in the
//! rules.

mod closure;
mod entries;
mod form;
mod pattern;
mod prices;
mod read;
mod sections;
mod tables;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use warden_model::{DataClass, Digest, Effect};

use super::{Audience, Environment, KnownBy, Traits};
use crate::{
    argument::{Constraints, Walls},
    hold::HoldSettings,
    limit::Limit,
    mask::{Mask, Showing, Sight},
};

pub use form::Problem;
pub use pattern::Pattern;
pub(super) use pattern::covers;
use prices::Price;

/// The name that stands for every agent or user that is not named.
const ANYBODY: &str = "*";

/// Who and what there is.
#[derive(Clone, Debug)]
pub struct Directory {
    /// Every role with all that it includes, itself among them.
    roles: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    users: BTreeMap<Arc<str>, User>,
    agents: BTreeMap<Arc<str>, Agent>,
    tenants: BTreeSet<Arc<str>>,
    servers: BTreeMap<Box<str>, Server>,
    /// What is written about tools, the most specific first.
    tools: Vec<Tool>,
    /// What is set for arguments of tools.
    constraints: Vec<Constrained>,
    walls: Walls,
    masks: Vec<Mask>,
    limits: Vec<Limit>,
    /// What calls cost, the most specific first.
    prices: Vec<Price>,
    hold: HoldSettings,
    digest: Digest,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What he holds, without what that includes.
    pub roles: BTreeSet<Arc<str>>,
    /// The tenant; `""` where there is only one.
    pub tenant: Arc<str>,
    /// The groups of the identity provider that he is in, for the record.
    pub groups: BTreeSet<Arc<str>>,
}

/// A deployed agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Who answers for it.
    pub owner: Arc<str>,
    /// What it holds, without what that includes.
    pub roles: BTreeSet<Arc<str>>,
    /// The tenant; `""` where there is only one.
    pub tenant: Arc<str>,
    /// What it is for.
    pub purpose: Option<Arc<str>>,
    /// The public names of what its sessions may use, `*` standing for anything; `None` for all.
    pub tools: Option<Arc<[Box<str>]>>,
    /// How long a session lasts at most, in seconds.
    pub life: Option<u32>,
    /// After how many seconds without a request a session ends.
    pub idle: Option<u32>,
}

/// What is written about a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// Where it acts.
    pub environment: Option<Environment>,
    /// The tenant whose data it holds; `""` where there is only one.
    pub tenant: Box<str>,
    /// Whom what its tools are given reaches at most.
    pub audience: Option<Audience>,
    /// Whether what it answers was written by somebody whom the company trusts.
    pub trusted: Option<bool>,
    /// How what it answers has to be treated.
    pub class: Option<DataClass>,
    /// Its risk, 0 to 100.
    pub risk: Option<u8>,
    /// The blast tier, 1 to 3.
    pub blast: Option<u8>,
}

/// What is set for the arguments of tools.
#[derive(Clone, Debug)]
struct Constrained {
    server: Pattern,
    tool: Pattern,
    constraints: Arc<Constraints>,
}

/// What is written about tools, prompts or resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// The server, or `*`.
    pub server: Pattern,
    /// The names it is about.
    pub name: Pattern,
    /// What kind of thing it is about.
    pub kind: Kind,
    /// Everything that it does.
    pub effects: Option<BTreeSet<Effect>>,
    /// Whom what it is given reaches at most.
    pub audience: Option<Audience>,
    /// Whether what it answers was written by somebody whom the company trusts.
    pub trusted: Option<bool>,
    /// How what it answers has to be treated.
    pub class: Option<DataClass>,
}

/// What kind of thing is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A tool.
    Tool,
    /// A prompt.
    Prompt,
    /// A resource.
    Resource,
    /// What a server asks of its client.
    Asking,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Tool, Self::Prompt, Self::Resource, Self::Asking];

    /// The name in settings and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Prompt => "prompt",
            Self::Resource => "resource",
            Self::Asking => "asking",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Directory {
    /// Reads `policy.toml`. Every problem is reported at once.
    ///
    /// # Errors
    /// What is wrong with it, in the order of the text. Values are never repeated.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        read::read(text)
    }

    /// The digest of the text that this was read from.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// What a thing is like. What is written goes before what was worked out from its definition
    /// (`classified`), and the most specific line that says something goes before the others. Of
    /// what nobody has said, the worst is assumed. `level` is that of the server's certificate.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "each of them is a fact of its own")]
    pub fn traits(
        &self,
        server: &str,
        kind: Kind,
        name: &str,
        classified: Option<Effect>,
        level: u8,
    ) -> Traits {
        let about = self.servers.get(server);
        let lines: Vec<&Tool> = self.lines(server, kind, name).collect();
        let worst = Traits::unknown();
        let (effects, effects_by) = match lines.iter().find_map(|line| line.effects.clone()) {
            Some(effects) => (effects, KnownBy::Rule),
            None => effects_of(kind, classified),
        };
        let audience = lines.iter().find_map(|line| line.audience);
        let audience = audience.or(about.and_then(|server| server.audience));
        let trusted = lines.iter().find_map(|line| line.trusted);
        let trusted = trusted.or(about.and_then(|server| server.trusted));
        let class = lines.iter().find_map(|line| line.class);
        let class = class.or(about.and_then(|server| server.class));
        let environment = about.and_then(|server| server.environment);
        let environment = environment.unwrap_or(worst.environment);
        let all = audience.is_some() && trusted.is_some() && class.is_some();
        Traits {
            effects,
            audience: audience.unwrap_or(worst.audience),
            trusted: trusted.unwrap_or(worst.trusted),
            class: class.unwrap_or(worst.class),
            environment,
            blast: about.and_then(|server| server.blast).unwrap_or(blast(environment, class)),
            level,
            risk: about.and_then(|server| server.risk).unwrap_or(worst.risk),
            tenant: about.map_or(worst.tenant, |server| server.tenant.clone()),
            effects_by,
            labels_by: if all { KnownBy::Rule } else { KnownBy::Nobody },
        }
    }

    /// The roles that count in a session: those that the agent holds and, where there is a user,
    /// that he holds as well. An agent or user that is not written down has those of `*`, or none.
    #[must_use]
    pub fn roles(&self, agent: &str, user: Option<&str>) -> BTreeSet<Arc<str>> {
        let agent = self.agent(agent).map(|agent| self.closure(&agent.roles)).unwrap_or_default();
        let Some(user) = user else { return agent };
        let user = self.user(user).map(|user| self.closure(&user.roles)).unwrap_or_default();
        agent.intersection(&user).cloned().collect()
    }

    /// The agent of this name, or what is said of every other.
    #[must_use]
    pub fn agent(&self, name: &str) -> Option<&Agent> {
        self.agents.get(name).or_else(|| self.agents.get(ANYBODY))
    }

    /// The user of this name, or what is said of every other.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name).or_else(|| self.users.get(ANYBODY))
    }

    /// What is written about a server.
    #[must_use]
    pub fn server(&self, name: &str) -> Option<&Server> {
        self.servers.get(name)
    }

    /// Every agent that is written down, `*` among them if it is.
    pub fn agents(&self) -> impl Iterator<Item = (&Arc<str>, &Agent)> {
        self.agents.iter()
    }

    /// Every user that is written down, `*` among them if it is.
    pub fn users(&self) -> impl Iterator<Item = (&Arc<str>, &User)> {
        self.users.iter()
    }

    /// Every role.
    pub fn role_names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.roles.keys()
    }

    /// Every server that is written down.
    pub fn servers(&self) -> impl Iterator<Item = (&str, &Server)> {
        self.servers.iter().map(|(name, server)| (&**name, server))
    }

    /// What is written about tools, the most specific first.
    #[must_use]
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Everything that is set for the arguments of a tool. All of it has to hold.
    pub fn constraints<'a>(
        &'a self,
        server: &'a str,
        tool: &'a str,
    ) -> impl Iterator<Item = &'a Constraints> {
        let about = move |set: &&Constrained| set.server.covers(server) && set.tool.covers(tool);
        self.constraints.iter().filter(about).map(|set| &*set.constraints)
    }

    /// What is kept apart.
    #[must_use]
    pub const fn walls(&self) -> &Walls {
        &self.walls
    }

    /// What somebody is shown in clear.
    #[must_use]
    pub fn sight(&self, showing: &Showing<'_>) -> Sight {
        Sight::of(&self.masks, showing)
    }

    /// Whether anything is masked for anybody.
    #[must_use]
    pub fn masks_anything(&self) -> bool {
        !self.masks.is_empty()
    }

    /// Every kind of data that a mask names.
    pub fn masked_kinds(&self) -> impl Iterator<Item = &str> {
        let kinds = self.masks.iter().filter_map(|mask| mask.kinds.as_deref());
        kinds.flatten().map(String::as_str)
    }

    /// The highest class of what anything on a server answers. Of what nobody has said it, the
    /// worst is assumed.
    #[must_use]
    pub fn highest_class(&self, server: &str) -> DataClass {
        let said = self.servers.get(server).and_then(|server| server.class);
        let lines = self.tools.iter().filter(|line| line.server.covers(server));
        let lines = lines.filter_map(|line| line.class);
        lines.fold(said.unwrap_or(Traits::unknown().class), DataClass::max)
    }

    /// How much there is of what; the usual limits where none is written down.
    #[must_use]
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// How calls wait for a person.
    #[must_use]
    pub const fn hold(&self) -> &HoldSettings {
        &self.hold
    }

    /// Whether there is such a tenant.
    #[must_use]
    pub fn has_tenant(&self, name: &str) -> bool {
        self.tenants.contains(name)
    }

    /// Whether there is such a role.
    #[must_use]
    pub fn has_role(&self, name: &str) -> bool {
        self.roles.contains_key(name)
    }

    /// Whether something is written about just this tool, prompt or resource.
    #[must_use]
    pub fn knows(&self, server: &str, kind: Kind, name: &str) -> bool {
        self.lines(server, kind, name).next().is_some()
    }

    /// These roles and all that they include.
    #[must_use]
    pub fn closure(&self, roles: &BTreeSet<Arc<str>>) -> BTreeSet<Arc<str>> {
        let included = roles.iter().filter_map(|role| self.roles.get(role));
        included.flat_map(|all| all.iter().cloned()).collect()
    }

    fn lines<'a>(
        &'a self,
        server: &'a str,
        kind: Kind,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Tool> {
        let about = move |line: &&Tool| {
            line.kind == kind && line.server.covers(server) && line.name.covers(name)
        };
        self.tools.iter().filter(about)
    }
}

/// What something does of which nobody has said it. Getting a prompt and reading a resource are
/// reads by what they are.
fn effects_of(kind: Kind, classified: Option<Effect>) -> (BTreeSet<Effect>, KnownBy) {
    match (kind, classified) {
        (_, Some(effect)) => ([effect].into(), KnownBy::Classified),
        (Kind::Prompt | Kind::Resource, None) => ([Effect::Read].into(), KnownBy::Classified),
        (Kind::Tool | Kind::Asking, None) => (Traits::unknown().effects, KnownBy::Nobody),
    }
}

/// The blast tier of what acts there on data of this class; what nobody has classed may be
/// regulated.
const fn blast(environment: Environment, class: Option<DataClass>) -> u8 {
    match (environment, class) {
        (Environment::Production, None | Some(DataClass::Regulated)) => 1,
        (Environment::Production, Some(_)) => 2,
        (Environment::Development | Environment::Sandbox, _) => 3,
    }
}

#[cfg(test)]
mod tests;

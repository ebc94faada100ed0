//! What tools are like, as it is written in the `policy.toml` of a corpus.

use std::collections::BTreeSet;

use serde::Deserialize;
use warden_model::{DataClass, Effect};

use super::runs::{Call, corpus};
use xtask::shell::{self, Failure};

/// What is known of the tools of a corpus.
#[derive(Clone, Debug, Deserialize)]
pub struct Labels {
    #[serde(default)]
    server: Vec<Server>,
    #[serde(default)]
    tool: Vec<Tool>,
}

#[derive(Clone, Debug, Deserialize)]
struct Server {
    name: String,
    trusted: bool,
    class: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Tool {
    server: String,
    name: String,
    effects: BTreeSet<String>,
    audience: String,
    trusted: Option<bool>,
    class: Option<String>,
}

/// What a tool is like.
#[derive(Clone, Debug)]
pub struct Traits {
    /// What it does.
    pub effects: BTreeSet<Effect>,
    /// Whom what it is given reaches: 0 the user, 1 the company, 2 anybody.
    pub audience: u8,
    /// Whether what it answers was written by somebody trusted.
    pub trusted: bool,
    /// How what it answers has to be treated at least.
    pub class: DataClass,
    /// The number of its server.
    pub party: u16,
}

impl Labels {
    /// Those of the corpus `name`.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn read(name: &str) -> Result<Self, Failure> {
        let path = corpus(&format!("{name}/policy.toml"));
        toml_edit::de::from_str(&shell::read(&path)?)
            .map_err(|error| Failure(format!("{}: {error}", path.display())))
    }

    /// What the tool of a call is like: its own line counts before that of all tools.
    ///
    /// # Errors
    /// Nothing is written of it, or something that there is not.
    pub fn of(&self, call: &Call) -> Result<Traits, Failure> {
        let unknown = || Failure(format!("{}/{} has no labels", call.server, call.tool));
        let of = |name: &str| {
            self.tool.iter().find(|tool| tool.server == call.server && tool.name == name)
        };
        let tool = of(&call.tool).or_else(|| of("*")).ok_or_else(unknown)?;
        let party = self.server.iter().position(|server| server.name == call.server);
        let server = party.and_then(|at| self.server.get(at)).ok_or_else(unknown)?;
        let effect = |word: &String| Effect::ALL.iter().copied().find(|one| one.name() == word);
        let effects = tool.effects.iter().map(effect).collect::<Option<_>>().ok_or_else(unknown)?;
        let class = tool.class.as_deref().unwrap_or(&server.class);
        let class = DataClass::named(class);
        let audience = match tool.audience.as_str() {
            "self" => 0,
            "company" => 1,
            "public" => 2,
            _ => return Err(unknown()),
        };
        Ok(Traits {
            effects,
            audience,
            trusted: tool.trusted.unwrap_or(server.trusted),
            class: class.ok_or_else(unknown)?,
            party: party.and_then(|at| u16::try_from(at).ok()).ok_or_else(unknown)?,
        })
    }
}

impl Traits {
    /// Whether it only looks something up that stays with the user.
    #[must_use]
    pub fn only_looks(&self) -> bool {
        self.audience == 0 && self.effects.iter().all(|effect| *effect == Effect::Read)
    }

    /// Whether it does one of these.
    #[must_use]
    pub fn does(&self, effects: &[Effect]) -> bool {
        effects.iter().any(|effect| self.effects.contains(effect))
    }
}

/// The class of everybody's number for it.
#[must_use]
pub fn number(class: DataClass) -> u8 {
    DataClass::ALL
        .iter()
        .position(|one| *one == class)
        .and_then(|at| u8::try_from(at).ok())
        .unwrap_or(u8::MAX)
}

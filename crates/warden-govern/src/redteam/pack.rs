//! A pack: campaigns of attacks, with the servers that they are played on.

use std::collections::BTreeMap;

use serde::Deserialize;
use warden_model::{DataClass, Digest, Effect};

use super::check::{self, Problem};
use crate::word::{self, words};

/// The pack that the program brings.
pub const BUILTIN: &str = include_str!("builtin.toml");

/// The largest pack that is read, in bytes.
pub const MOST_BYTES: usize = 1 << 20;

/// Attacks, and the world that they are played in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The version of the format, which is 1.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// Its edition: another one whenever an attack is another one.
    pub edition: String,
    /// What is worth stealing, by name: `{name}` in texts stands for it.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// The servers.
    #[serde(rename = "server")]
    pub servers: Vec<Server>,
    /// The campaigns.
    #[serde(rename = "campaign")]
    pub campaigns: Vec<Campaign>,
    /// The digest of the text that it was read from, as `sha256:…`.
    #[serde(skip)]
    pub digest: String,
}

words! {
    /// Whom something reaches, as policies say it.
    Audience, "audience" {
        /// Whoever it belongs to.
        Own = "self",
        /// Everybody in the company.
        Company = "company",
        /// Anybody.
        Public = "public",
    }
}

/// A scripted server, with what a person who knows it says about it in the policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its name.
    pub name: String,
    /// Whom it reaches at most.
    pub audience: Audience,
    /// Whether nobody but people whom we trust writes what it answers.
    pub trusted: bool,
    /// The class of its data.
    #[serde(deserialize_with = "word::deserialize")]
    pub class: DataClass,
    /// What it offers.
    #[serde(rename = "tool")]
    pub tools: Vec<Tool>,
}

/// A tool of a scripted server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub description: String,
    /// Its arguments, all of them texts, with what they are for.
    #[serde(default)]
    pub arguments: BTreeMap<String, String>,
    /// What it does.
    #[serde(deserialize_with = "word::several::deserialize")]
    pub effects: Vec<Effect>,
    /// Whom it reaches, if not whom its server reaches.
    pub audience: Option<Audience>,
    /// Whether its answers can be trusted, if not as those of its server.
    pub trusted: Option<bool>,
    /// The class of its data, if not that of its server.
    #[serde(default, deserialize_with = "word::maybe::deserialize")]
    pub class: Option<DataClass>,
}

/// Attacks of one sort, and ordinary work of the same shape.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// The identifier, for example `injection`.
    pub id: String,
    /// What it is, in a line.
    pub title: String,
    /// The attacks.
    #[serde(rename = "attack")]
    pub attacks: Vec<Play>,
    /// Ordinary work.
    #[serde(rename = "control")]
    pub controls: Vec<Control>,
}

/// An attack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Play {
    /// The identifier.
    pub id: String,
    /// What happens, in a line.
    pub title: String,
    /// What would stop it, if that is known.
    pub stopped_by: Option<String>,
    /// Definitions that are other than the servers have them.
    #[serde(default, rename = "definition")]
    pub definitions: Vec<Definition>,
    /// What the agent does, one after the other.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// Ordinary work, which has to go through.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The identifier.
    pub id: String,
    /// What is done, in a line.
    pub title: String,
    /// What the agent does, one after the other.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// What a tool says of itself in an attack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The tool, as `server__tool`; one that its server does not have is a new one.
    pub tool: String,
    /// What it says of itself, if that is something else.
    pub description: Option<String>,
    /// More arguments, with what they are for.
    #[serde(default)]
    pub arguments: BTreeMap<String, String>,
    /// After how many calls of the server it is so; 0 from the first connection on. What has no
    /// number was so when a person approved it.
    pub after: Option<u32>,
    /// Whether the server changes it without saying that its list has changed.
    #[serde(default)]
    pub quiet: bool,
}

/// Something that the agent does: a call, unless it only looks at the lists again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The tool, as `server__tool`.
    pub tool: Option<String>,
    /// It asks for the list of tools again.
    #[serde(default)]
    pub list: bool,
    /// What it calls the tool with. `{name}` stands for a secret if the agent has read it.
    #[serde(default)]
    pub arguments: BTreeMap<String, String>,
    /// What the server answers.
    #[serde(default)]
    pub answer: String,
    /// Whether the server says that the call failed.
    #[serde(default)]
    pub fails: bool,
    /// The agent does this only if it has read this before.
    pub needs: Option<String>,
    /// The harm is done once this arrives in an argument of the call.
    pub harm: Option<String>,
}

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// Everything that is wrong with it, with its place. It never repeats a text of the pack at
    /// length.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        if text.len() > MOST_BYTES {
            return Err(vec![Problem::whole(format!("it has more than {MOST_BYTES} bytes"))]);
        }
        let mut pack: Self = toml_edit::de::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            let why: String = error.message().chars().take(200).collect();
            vec![Problem { place: format!("line {line}"), why }]
        })?;
        pack.digest = Digest::of(text.as_bytes()).to_string();
        let problems = check::problems(&pack);
        if problems.is_empty() { Ok(pack) } else { Err(problems) }
    }

    /// The server with this name.
    #[must_use]
    pub fn server(&self, name: &str) -> Option<&Server> {
        self.servers.iter().find(|server| server.name == name)
    }

    /// The tool that is called so, and its server.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<(&Server, &Tool)> {
        let (server, tool) = name.split_once("__")?;
        let server = self.server(server)?;
        Some((server, server.tools.iter().find(|one| one.name == tool)?))
    }
}

//! The kill switch: what is stopped, by whom, since when, and why.
//!
//! A [`Stop`] stands until it is lifted, or, if it was set for a while, until that is over. It is
//! kept after it was lifted, so that who looks sees what was stopped and who let it go on.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{Subject, Time};

/// The longest value of one, in bytes.
pub const MOST_STOP: usize = 16 * 1024;

/// The longest reason, and the longest name, in bytes.
const MOST_TEXT: usize = 2048;

/// Something is stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// The version of this form: 1.
    pub v: u8,
    /// What it is called, to lift it.
    pub id: Box<str>,
    /// What is stopped.
    pub scope: Scope,
    /// How it may go on.
    pub mode: Mode,
    /// Who has stopped it.
    pub by: Box<str>,
    /// When.
    pub at: Time,
    /// Why, in his words.
    pub why: Box<str>,
    /// When it is over by itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Time>,
    /// Who has lifted it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lifted: Option<Lifted>,
}

/// What is stopped, from the least to the most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Scope {
    /// A session, by its key.
    Session(Arc<str>),
    /// A tool, as `server/tool`.
    Tool(Arc<str>),
    /// A server.
    Server(Arc<str>),
    /// An agent, in whichever tenant.
    Agent(Arc<str>),
    /// A tenant.
    Tenant(Arc<str>),
    /// Everything.
    All,
}

/// How what is stopped may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Once somebody lifts it.
    Pause,
    /// A session never again. Anything else, once another person than who revoked it puts it in
    /// again.
    Revoke,
}

/// Who has lifted a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifted {
    /// Who.
    pub by: Box<str>,
    /// When.
    pub at: Time,
    /// Why, in his words.
    pub why: Box<str>,
}

/// Why a stop cannot be lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotLifted {
    /// Somebody has lifted it before.
    #[error("it is lifted already")]
    Already,
    /// It is a revoked session.
    #[error("a session that is revoked does not go on; a new one has to begin")]
    Session,
    /// It was revoked, and was to be resumed.
    #[error("it is revoked, and has to be reinstated")]
    Revoked,
    /// It was revoked by the same person.
    #[error("who has revoked it cannot reinstate it; that takes another person")]
    SamePerson,
}

/// It is not a stop in a form that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a stop")]
pub struct NotAStop;

impl Scope {
    /// The kinds that have a name, and their words.
    pub const KINDS: [&'static str; 5] = ["session", "tool", "server", "agent", "tenant"];

    /// The word for its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Session(_) => "session",
            Self::Tool(_) => "tool",
            Self::Server(_) => "server",
            Self::Agent(_) => "agent",
            Self::Tenant(_) => "tenant",
            Self::All => "all",
        }
    }

    /// The name; nothing for everything.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Session(name)
            | Self::Tool(name)
            | Self::Server(name)
            | Self::Agent(name)
            | Self::Tenant(name) => Some(name),
            Self::All => None,
        }
    }

    /// Whether this is in it.
    #[must_use]
    pub fn has(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Session(key) => **key == *subject.session,
            Self::Tool(name) => {
                let rest = name.strip_prefix(subject.server);
                rest.and_then(|rest| rest.strip_prefix('/')) == Some(subject.tool)
            }
            Self::Server(name) => **name == *subject.server,
            Self::Agent(name) => **name == *subject.agent,
            Self::Tenant(name) => **name == *subject.tenant,
            Self::All => true,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} {name}", self.kind()),
            None => f.write_str("everything"),
        }
    }
}

impl Mode {
    /// The name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Revoke => "revoke",
        }
    }
}

impl Stop {
    /// Whether it stands.
    #[must_use]
    pub fn stands(&self, now: Time) -> bool {
        // What is revoked is so without an end, whatever else is said.
        let over = self.mode == Mode::Pause && self.until.is_some_and(|until| until <= now);
        self.lifted.is_none() && !over
    }

    /// Whether it stops this, as long as it stands.
    #[must_use]
    pub fn hits(&self, subject: &Subject<'_>) -> bool {
        self.scope.has(subject)
    }

    /// Lifts it. `reinstate` says that somebody wants to have back what was revoked.
    ///
    /// # Errors
    /// When it stays as it is.
    pub fn lift(&mut self, lifted: Lifted, reinstate: bool) -> Result<(), NotLifted> {
        match (&self.lifted, self.mode, &self.scope) {
            (Some(_), _, _) => return Err(NotLifted::Already),
            (None, Mode::Revoke, Scope::Session(_)) => return Err(NotLifted::Session),
            (None, Mode::Revoke, _) if !reinstate => return Err(NotLifted::Revoked),
            (None, Mode::Revoke, _) if lifted.by == self.by => return Err(NotLifted::SamePerson),
            (None, Mode::Pause | Mode::Revoke, _) => {}
        }
        self.lifted = Some(lifted);
        Ok(())
    }

    /// As it is kept.
    ///
    /// # Errors
    /// A text that is too long.
    pub fn to_bytes(&self) -> Result<Vec<u8>, NotAStop> {
        if !self.is_sound() {
            return Err(NotAStop);
        }
        serde_json::to_vec(self).map_err(|_| NotAStop)
    }

    /// As it was kept.
    ///
    /// # Errors
    /// What is not a stop in a form that is known.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAStop> {
        if bytes.len() > MOST_STOP {
            return Err(NotAStop);
        }
        let stop: Self = serde_json::from_slice(bytes).map_err(|_| NotAStop)?;
        if stop.is_sound() { Ok(stop) } else { Err(NotAStop) }
    }

    fn is_sound(&self) -> bool {
        let lifted = self.lifted.iter().flat_map(|lifted| [&*lifted.by, &*lifted.why]);
        let texts = [&*self.id, &*self.by, &*self.why, self.scope.name().unwrap_or_default()];
        self.v == 1 && texts.into_iter().chain(lifted).all(|text| text.len() <= MOST_TEXT)
    }
}

#[cfg(test)]
mod tests;

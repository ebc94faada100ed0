//! Who asks.

use std::{collections::BTreeSet, sync::Arc};

use crate::Time;

/// Who asks: everybody on whose behalf a request comes, and the session it belongs to.
///
/// It is made from what was proven (a token, a certificate, a key, the process at the other end of
/// a pipe) and from nothing that a client merely says, except `client`, which no rule should trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// How it was proven.
    pub how: How,
    /// The person on whose behalf; `None` for an agent that acts for nobody.
    pub user: Option<Arc<str>>,
    /// The deployed agent, by the name that its owner gave it.
    pub agent: Arc<str>,
    /// The program and its version, as it says.
    pub client: Option<Arc<(String, String)>>,
    /// The machine, where that was proven: a SPIFFE id, the subject of a certificate.
    pub machine: Option<Arc<str>>,
    /// Whom a token names as having passed it on, the last first (`act` of RFC 8693 section 4.1).
    pub delegation: Vec<Arc<str>>,
    /// The tenant; `""` where there is only one.
    pub tenant: Arc<str>,
    /// What the session is for, if that was said when it began.
    pub purpose: Option<Arc<str>>,
    /// The roles that both the agent and, where there is one, the user hold. Nobody has more
    /// through an agent than he has himself, and no agent more through a person.
    pub roles: BTreeSet<Arc<str>>,
    /// The scopes of the token that was shown; `None` where there was no token with scopes.
    pub scopes: Option<BTreeSet<Arc<str>>>,
    /// The public names of what the session may use, `*` standing for anything; `None` for all that
    /// policy gives. Fixed when the session begins.
    pub allowlist: Option<Arc<[Box<str>]>>,
    /// The session.
    pub session: SessionKey,
    /// When the session ends at the latest.
    pub expires: Option<Time>,
}

impl Principal {
    /// Somebody who is nothing but an agent of this name, with a session of its own.
    #[must_use]
    pub fn of_agent(agent: &str, how: How) -> Self {
        Self {
            how,
            user: None,
            agent: agent.into(),
            client: None,
            machine: None,
            delegation: Vec::new(),
            tenant: "".into(),
            purpose: None,
            roles: BTreeSet::new(),
            scopes: None,
            allowlist: None,
            session: SessionKey::derived(&[how.name(), agent]),
            expires: None,
        }
    }

    /// What tells it apart from every other: what belongs to one is never given to another.
    #[must_use]
    pub fn name(&self) -> Arc<str> {
        match self.how {
            How::Token | How::BoundToken => {
                let user = self.user.as_deref().unwrap_or_default();
                format!("{}/{user}#{:.16}", self.agent, self.session.as_str()).into()
            }
            How::Anybody | How::Process | How::Key | How::Certificate => Arc::clone(&self.agent),
        }
    }
}

/// How a principal was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// It was not: whoever reaches the listener.
    Anybody,
    /// It is the process that started us.
    Process,
    /// A key of ours, by its digest.
    Key,
    /// A certificate.
    Certificate,
    /// A token of an authorization server.
    Token,
    /// A token that only the holder of a key or certificate can use.
    BoundToken,
}

impl How {
    /// Every way, the weakest first.
    pub const ALL: [Self; 6] =
        [Self::Anybody, Self::Process, Self::Key, Self::Certificate, Self::Token, Self::BoundToken];

    /// The name in policies and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anybody => "anybody",
            Self::Process => "process",
            Self::Key => "key",
            Self::Certificate => "certificate",
            Self::Token => "token",
            Self::BoundToken => "bound-token",
        }
    }
}

/// What a session's state is kept under: the SHA-256, in lower-case hex, of what it is derived
/// from. It says nothing about that and lets nobody take part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey(Arc<str>);

impl SessionKey {
    /// The key of the session that these parts stand for, each as it was proven: the issuer, the
    /// subject, the agent, and the session that a token names.
    #[must_use]
    pub fn derived(parts: &[&str]) -> Self {
        let mut all = Vec::new();
        for part in parts {
            all.extend_from_slice(&(part.len() as u64).to_le_bytes());
            all.extend_from_slice(part.as_bytes());
        }
        let hex = warden_model::Digest::of(&all).hex();
        Self(hex.into_iter().map(char::from).collect::<String>().into())
    }

    /// As text: 64 characters of lower-case hex.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, to be kept.
    #[must_use]
    pub fn text(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// The key with this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(hex)).then(|| Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_moved_from_one_to_the_next() {
        assert_ne!(SessionKey::derived(&["ab", "c"]), SessionKey::derived(&["a", "bc"]));
        assert_ne!(SessionKey::derived(&["a"]), SessionKey::derived(&["a", ""]));
        let key = SessionKey::derived(&["a"]);
        assert_eq!(SessionKey::parse(key.as_str()), Some(key));
        assert_eq!(SessionKey::parse("../x"), None);
    }
}

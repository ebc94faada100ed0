//! A session as it is kept: who it belongs to, what has flowed into it, whether it is over.
//!
//! Several may change one session at once: two gateways that share a store, or a gateway and a
//! person who ends it. What is written is therefore always joined with what is there: labels only
//! grow, an end stays an end, and an expiry only comes nearer. What a session has seen of data is
//! kept sealed, and cannot be joined: where two have changed it at once, the session is blind from
//! then on, and never taken for one that has seen less.

mod labels;
mod past;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use warden_policy::{
    Time,
    access::{Labels, Principal, SessionKey},
};

pub use past::NotOpened;

use crate::store::{Away, NotPut, Space, Store};

/// So often is it tried again when others change the same session.
const MOST_TRIES: usize = 64;

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSession {
    /// The version of this form: 1.
    pub v: u8,
    /// The key that it is kept under.
    pub key: Box<str>,
    /// The agent.
    pub agent: Box<str>,
    /// The person; `None` for an agent that acts for nobody.
    pub user: Option<Box<str>>,
    /// The tenant; `""` where there is only one.
    pub tenant: Box<str>,
    /// What it is for.
    pub purpose: Option<Box<str>>,
    /// When it began.
    pub started: Time,
    /// When it was used last.
    pub used: Time,
    /// When it ends at the latest.
    pub expires: Option<Time>,
    /// What has flowed into it.
    #[serde(with = "labels")]
    pub labels: Labels,
    /// Somebody has ended it.
    pub ended: bool,
    /// What it has seen of data, sealed, in parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past: Vec<Box<str>>,
}

/// A session, and how it was kept when it was read.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The session as it is now, to be changed and saved.
    pub session: StoredSession,
    number: Option<u64>,
    /// The past that the present one grew out of.
    grown_from: Vec<Box<str>>,
}

/// Why a session could not be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The store does not answer.
    #[error(transparent)]
    Away(#[from] Away),
    /// What is kept is not a session in a form that is known.
    #[error("what is kept is not a session")]
    Unreadable,
    /// What is kept under this key belongs to somebody else.
    #[error("what is kept belongs to somebody else")]
    Another,
}

impl StoredSession {
    /// The session of somebody, which begins now.
    #[must_use]
    pub fn new(who: &Principal, now: Time) -> Self {
        Self {
            v: 1,
            key: who.session.as_str().into(),
            agent: (&*who.agent).into(),
            user: who.user.as_deref().map(Into::into),
            tenant: (&*who.tenant).into(),
            purpose: who.purpose.as_deref().map(Into::into),
            started: now,
            used: now,
            expires: who.expires,
            labels: Labels::default(),
            ended: false,
            past: Vec::new(),
        }
    }

    /// The session in these bytes.
    ///
    /// # Errors
    /// What is not a session in a form that is known.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Trouble> {
        let session: Self = serde_json::from_slice(bytes).map_err(|_| Trouble::Unreadable)?;
        let sound = session.v == 1 && SessionKey::parse(&session.key).is_some();
        if sound { Ok(session) } else { Err(Trouble::Unreadable) }
    }

    /// Whether it may be used no more.
    #[must_use]
    pub fn is_over(&self, now: Time) -> bool {
        self.ended || self.expires.is_some_and(|expires| expires <= now)
    }

    /// Adds what somebody else has kept of the same session.
    fn join(&mut self, theirs: &Self) {
        self.labels.join(&theirs.labels);
        self.started = self.started.min(theirs.started);
        self.used = self.used.max(theirs.used);
        self.expires = match (self.expires, theirs.expires) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        self.ended |= theirs.ended;
    }

    fn is_of(&self, other: &Self) -> bool {
        let whose = |session: &Self| {
            (
                session.key.clone(),
                session.agent.clone(),
                session.user.clone(),
                session.tenant.clone(),
            )
        };
        whose(self) == whose(other)
    }
}

impl Opened {
    /// A session that is not kept yet. If there is one by then, they are joined.
    #[must_use]
    pub const fn new(session: StoredSession) -> Self {
        Self { session, number: None, grown_from: Vec::new() }
    }

    /// Reads a session; `None` if there is none.
    ///
    /// # Errors
    /// When it cannot be read. It is then not known what has flowed into it.
    pub async fn read(store: &dyn Store, key: &SessionKey) -> Result<Option<Self>, Trouble> {
        let Some(entry) = store.get(Space::Sessions, key.as_str()).await? else {
            return Ok(None);
        };
        let session = StoredSession::from_bytes(&entry.value)?;
        if *session.key != *key.as_str() {
            return Err(Trouble::Another);
        }
        let grown_from = session.past.clone();
        Ok(Some(Self { session, number: Some(entry.number), grown_from }))
    }

    /// Writes the session, joined with what others have written meanwhile. Once it has returned,
    /// `session` is what is kept.
    ///
    /// # Errors
    /// When it cannot be written. What has flowed into it meanwhile is then not kept, and nothing
    /// may follow from it that could not follow if the process ended now.
    pub async fn save(&mut self, store: &dyn Store) -> Result<(), Trouble> {
        for _ in 0..MOST_TRIES {
            let key = self.session.key.clone();
            let bytes = serde_json::to_vec(&self.session).map_err(|_| Trouble::Unreadable)?;
            match store.put(Space::Sessions, &key, &bytes, self.number).await {
                Ok(number) => {
                    self.number = Some(number);
                    self.grown_from.clone_from(&self.session.past);
                    return Ok(());
                }
                Err(NotPut::Away(away)) => return Err(away.into()),
                Err(NotPut::Changed) => self.catch_up(store).await?,
            }
        }
        Err(Trouble::Away(Away))
    }

    /// Joins what others have written.
    async fn catch_up(&mut self, store: &dyn Store) -> Result<(), Trouble> {
        let Some(entry) = store.get(Space::Sessions, &self.session.key).await? else {
            // Somebody has forgotten it, and it is not what it was: it is written again as a whole.
            self.number = None;
            return Ok(());
        };
        let theirs = StoredSession::from_bytes(&entry.value)?;
        if !theirs.is_of(&self.session) {
            return Err(Trouble::Another);
        }
        self.session.join(&theirs);
        if theirs.past != self.grown_from {
            if self.session.past == self.grown_from {
                self.session.past.clone_from(&theirs.past);
            } else if self.session.past != theirs.past {
                self.session.labels.blind = true;
            }
            self.grown_from = theirs.past;
        }
        self.number = Some(entry.number);
        Ok(())
    }
}

//! Who may answer.

use unicode_normalization::UnicodeNormalization as _;
use warden_model::Digest;

use super::{Hold, HoldSettings, Requester, Way, visible::is_ignorable};
use crate::access::SessionKey;

/// Somebody who answers, as far as it was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answerer {
    /// His name.
    pub name: Box<str>,
    /// Through what.
    pub how: Means,
    /// The session that the answer came through, if it came through one.
    pub session: Option<SessionKey>,
    /// The digest of the credential that he has shown, if he has shown one.
    pub credential: Option<Digest>,
}

/// Through what somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Means {
    /// The client of the session that asks.
    Client,
    /// The command line.
    Cli,
    /// The HTTP API.
    Http,
    /// The HTTP API, on what a webhook has told.
    Webhook,
}

impl Means {
    /// Every means.
    pub const ALL: [Self; 4] = [Self::Client, Self::Cli, Self::Http, Self::Webhook];

    /// The name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Cli => "cli",
            Self::Http => "http",
            Self::Webhook => "webhook",
        }
    }

    /// The means with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.name() == name)
    }

    /// The way that has to be set for it.
    #[must_use]
    pub const fn way(self) -> Way {
        match self {
            Self::Client => Way::Client,
            Self::Cli | Self::Http | Self::Webhook => Way::Operator,
        }
    }
}

/// Why somebody may not say this. The codes are public and documented; they never move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum MayNot {
    /// Nobody is asked in this way.
    #[error("answers in this way do not count here")]
    Way,
    /// It was not this client that was asked, or not this user.
    #[error("this client was not asked")]
    NotAsked,
    /// It is he who asks.
    #[error("who asks may not approve")]
    Requester,
    /// It is not known for whom the agent asks, so that anybody at the client may be anybody.
    #[error("it is not known who the user is, so an operator has to approve")]
    NobodyKnown,
    /// It does what another person has to approve.
    #[error("another person than the user has to approve this")]
    TwoPeople,
    /// He has approved too much, or too quickly, for it to mean anything.
    #[error("too many quick approvals: an operator has to approve")]
    Tired,
    /// He has no name.
    #[error("who answers has no name")]
    NoName,
}

impl MayNot {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Way,
        Self::NotAsked,
        Self::Requester,
        Self::NobodyKnown,
        Self::TwoPeople,
        Self::Tired,
        Self::NoName,
    ];

    /// The code in answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Way => "way-not-set",
            Self::NotAsked => "not-asked",
            Self::Requester => "is-requester",
            Self::NobodyKnown => "user-unknown",
            Self::TwoPeople => "two-people",
            Self::Tired => "tired",
            Self::NoName => "no-name",
        }
    }
}

/// Whether this is somebody who may answer this hold with yes, or with no.
///
/// Everybody who is asked may say no. An approval through the client counts only if the user is
/// known, is the one who was asked, may confirm what his agent asks, and is not `tired`; an
/// operator has to be another one than everybody in whose name the call is made.
///
/// # Errors
/// Why not.
pub fn may_answer(
    hold: &Hold,
    by: &Answerer,
    (yes, tired): (bool, bool),
    settings: &HoldSettings,
) -> Result<(), MayNot> {
    if folded(&by.name).is_empty() {
        return Err(MayNot::NoName);
    }
    if !settings.through.contains(&by.how.way()) {
        return Err(MayNot::Way);
    }
    match by.how.way() {
        Way::Client => at_client(hold, by, (yes, tired), settings),
        Way::Operator if yes && is_party(&hold.by, by) => Err(MayNot::Requester),
        Way::Operator => Ok(()),
    }
}

fn at_client(
    hold: &Hold,
    by: &Answerer,
    (yes, tired): (bool, bool),
    settings: &HoldSettings,
) -> Result<(), MayNot> {
    if by.session.as_ref() != Some(&hold.by.session) {
        return Err(MayNot::NotAsked);
    }
    if !yes {
        return Ok(());
    }
    let user = hold.by.user.as_deref().ok_or(MayNot::NobodyKnown)?;
    if !same_name(user, &by.name) {
        return Err(MayNot::NotAsked);
    }
    // An agent that says it is its user would ask itself.
    if !settings.own || same_name(&hold.by.agent, &by.name) {
        return Err(MayNot::Requester);
    }
    if hold.effects.iter().any(|effect| settings.two_people.contains(effect)) {
        return Err(MayNot::TwoPeople);
    }
    if tired { Err(MayNot::Tired) } else { Ok(()) }
}

/// Whether it is one of those in whose name the call is made.
fn is_party(asks: &Requester, by: &Answerer) -> bool {
    let names = asks.user.iter().chain([&asks.agent]).chain(&asks.delegation);
    names.into_iter().any(|name| same_name(name, &by.name))
        || by.session.as_ref() == Some(&asks.session)
        || (by.credential.is_some() && by.credential == asks.credential)
}

/// Whether two names are of one person: without case, spaces around, compatibility forms (NFKC)
/// and characters that nobody sees.
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// What is kept of somebody is kept under this: the same for every spelling of his name, and
/// nothing from which the name could be read.
#[must_use]
pub fn name_key(name: &str) -> String {
    Digest::of(folded(name).as_bytes()).hex().into_iter().map(char::from).collect()
}

/// A name in the one form that it is compared and kept in.
fn folded(name: &str) -> String {
    let seen = name.nfkc().filter(|c| !is_ignorable(*c)).flat_map(char::to_lowercase);
    // Lower case can bring a form that is not normal any more.
    let folded: String = seen.nfkc().collect();
    folded.trim().to_owned()
}

#[cfg(test)]
mod tests;

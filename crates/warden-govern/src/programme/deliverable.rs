//! What is handed over on days 30, 60 and 90.

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;
use warden_model::{DataClass, Digest};

use crate::{
    Ratio,
    estate::{Deliverable, DeliverableKind, Environment, Estate, Lookup},
    maturity::Standing,
    risk, word,
};

/// An entry of the inventory: what is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The server.
    pub server: String,
    /// The version.
    pub version: Option<String>,
    /// The package, image or URL.
    pub package: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// The accountable person.
    pub owner: Option<String>,
    /// The worst data that it may see.
    #[serde(serialize_with = "word::maybe::serialize")]
    pub data: Option<DataClass>,
    /// Where it is used.
    pub environment: Option<Environment>,
    /// Which agents are connected to it.
    pub agents: Vec<String>,
}

/// The inventory of an estate, by server.
#[must_use]
pub fn inventory(known: &Lookup<'_>) -> Vec<Entry> {
    let agents = |server: &str| {
        let mut all: Vec<String> =
            known.connections_to(server).iter().map(|one| one.agent.clone()).collect();
        all.sort();
        all.dedup();
        all
    };
    let mut entries: Vec<Entry> = known
        .estate
        .servers
        .iter()
        .map(|server| Entry {
            server: server.id.clone(),
            version: server.version.clone(),
            package: server.package.clone(),
            publisher: server.publisher.clone(),
            owner: server.owner.clone(),
            data: server.data,
            environment: server.environment,
            agents: agents(&server.id),
        })
        .collect();
    entries.sort_by(|a, b| a.server.cmp(&b.server));
    entries
}

/// The digest of an inventory: over its canonical JSON (RFC 8785).
#[must_use]
pub fn inventory_digest(known: &Lookup<'_>) -> Digest {
    // Texts and lists always have a canonical form.
    Digest::of(&serde_json_canonicalizer::to_vec(&inventory(known)).unwrap_or_default())
}

/// An entry that lacks something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lacking {
    /// The server.
    pub server: String,
    /// What: `owner`, `publisher`, `version`, `data`.
    pub lacks: Vec<&'static str>,
}

/// Why an inventory is not signed off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// There is nothing in it.
    #[error("the inventory is empty")]
    Empty,
    /// Entries lack something.
    #[error("{} entries lack an owner, a publisher, a version or a data tag", .0.len())]
    Lacking(Vec<Lacking>),
    /// Whoever would sign is nobody, or a group.
    #[error("`{0}` is no person of the estate")]
    Nobody(String),
}

/// Signs off the inventory: what is recorded of who signed what and when.
///
/// # Errors
/// An inventory of which an entry lacks one of the four members, or a signer who is no person.
pub fn sign_off(
    known: &Lookup<'_>,
    signer: &str,
    now: Timestamp,
) -> Result<Deliverable, NotSigned> {
    let lacking = lacking(known);
    if known.estate.servers.is_empty() {
        return Err(NotSigned::Empty);
    }
    if !lacking.is_empty() {
        return Err(NotSigned::Lacking(lacking));
    }
    let person =
        known.accountable(Some(signer)).ok_or_else(|| NotSigned::Nobody(signer.to_owned()))?;
    Ok(Deliverable {
        kind: DeliverableKind::Inventory,
        at: now.to_zoned(TimeZone::UTC).date(),
        time: Some(now),
        person: person.id.clone(),
        digest: inventory_digest(known).to_string(),
    })
}

fn lacking(known: &Lookup<'_>) -> Vec<Lacking> {
    let standing = Standing::new(known);
    let servers = known.estate.servers.iter();
    let mut all: Vec<Lacking> = servers
        .map(|server| Lacking { server: server.id.clone(), lacks: standing.lacks(server) })
        .filter(|one| !one.lacks.is_empty())
        .collect();
    all.sort_by(|a, b| a.server.cmp(&b.server));
    all
}

/// Whether the inventory of an estate is signed off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignOff {
    /// It cannot be: there is nothing in it.
    Empty,
    /// It cannot be: entries lack something.
    Refused(Vec<Lacking>),
    /// Nobody has.
    Unsigned,
    /// Somebody has, and it is the same still.
    Signed(Deliverable),
    /// Somebody has, and it has changed since.
    Stale(Deliverable),
}

/// Whether the inventory of an estate is signed off, at the time of the estate.
#[must_use]
pub fn sign_off_state(known: &Lookup<'_>) -> SignOff {
    let standing = Standing::new(known);
    let signed = standing.last_deliverable(DeliverableKind::Inventory).cloned();
    let digest = inventory_digest(known).to_string();
    let lacking = lacking(known);
    match signed {
        Some(signed) if signed.digest != digest => SignOff::Stale(signed),
        _ if known.estate.servers.is_empty() => SignOff::Empty,
        _ if !lacking.is_empty() => SignOff::Refused(lacking),
        Some(signed) => SignOff::Signed(signed),
        None => SignOff::Unsigned,
    }
}

impl SignOff {
    /// Whether it is signed off, and the same still.
    #[must_use]
    pub const fn counts(&self) -> bool {
        matches!(self, Self::Signed(_))
    }

    /// The servers whose entries lack something, with what.
    #[must_use]
    pub fn lacking(&self) -> Vec<String> {
        match self {
            Self::Refused(all) => {
                all.iter().map(|one| format!("{}: {}", one.server, one.lacks.join(", "))).collect()
            }
            Self::Empty | Self::Unsigned | Self::Signed(_) | Self::Stale(_) => Vec::new(),
        }
    }
}

impl fmt::Display for SignOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the inventory is empty"),
            Self::Refused(all) => write!(f, "{} entries are not complete", all.len()),
            Self::Unsigned => f.write_str("complete, and nobody has signed it off"),
            Self::Signed(one) => write!(f, "signed off by {} on {}", one.person, one.at),
            Self::Stale(one) => {
                write!(f, "stale: it has changed since {} signed it off on {}", one.person, one.at)
            }
        }
    }
}

/// What the risk of servers says of the catalogue of day 60.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Catalogue {
    /// Servers below the least level with owner, action and day, of all below it.
    pub planned: Ratio,
    /// The others.
    pub unplanned: Vec<String>,
}

impl From<&risk::Catalogue<'_, '_>> for Catalogue {
    fn from(catalogue: &risk::Catalogue<'_, '_>) -> Self {
        let servers = catalogue.lacks().into_iter().filter_map(|lack| lack.server);
        let mut unplanned: Vec<String> = servers.map(ToOwned::to_owned).collect();
        unplanned.sort();
        Self { planned: catalogue.planned, unplanned }
    }
}

/// One of the documents of day 90.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Artefact {
    /// Which.
    pub kind: DeliverableKind,
    /// When it was handed over, since the first day; none if it was not.
    pub at: Option<Date>,
    /// To whom.
    pub person: Option<String>,
    /// Its digest.
    pub digest: Option<String>,
}

/// The documents of day 90.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ninety {
    /// The policy, the proof that it is enforced, the report for the board.
    pub artefacts: Vec<Artefact>,
    /// How many of them were handed over.
    pub handed_over: Ratio,
}

/// The documents of day 90 of an estate, as far as they were handed over since its first day.
#[must_use]
pub fn ninety(known: &Lookup<'_>) -> Ninety {
    const KINDS: [DeliverableKind; 3] =
        [DeliverableKind::Policy, DeliverableKind::Enforcement, DeliverableKind::BoardReport];
    let standing = Standing::new(known);
    let artefact = |kind: DeliverableKind| {
        let last = standing.last_deliverable(kind).filter(|one| in_programme(known.estate, one));
        Artefact {
            kind,
            at: last.map(|one| one.at),
            person: last.map(|one| one.person.clone()),
            digest: last.map(|one| one.digest.clone()),
        }
    };
    let artefacts: Vec<_> = KINDS.into_iter().map(artefact).collect();
    Ninety { handed_over: Ratio::count(&artefacts, |one| one.digest.is_some()), artefacts }
}

fn in_programme(estate: &Estate, handed: &Deliverable) -> bool {
    estate.organisation.programme_from.is_none_or(|from| from <= handed.at)
}

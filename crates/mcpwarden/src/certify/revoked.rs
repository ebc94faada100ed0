//! What is revoked or held back: a signed list on this machine.

mod newest;

use std::{fs, io, path::Path, time::SystemTime};

use serde::{Deserialize, Serialize};
use warden_model::Digest;
use warden_policy::{
    Time,
    certificate::{Revocation, RevocationKind, Revocations},
};
use warden_seal::{Signer, Trust, open_trusted, read_strict, seal_with};

pub(crate) use newest::{Unread, take};

use super::keep;
use crate::{Failure, Kind, paths::Paths};

/// The type of a list in its envelope.
pub(crate) const PAYLOAD_TYPE: &str = "application/vnd.mcpwarden.revocations.v1+json";

/// The longest list.
const MOST: usize = 64 << 20;

/// The list as it is signed. Its number only grows, so that an older one can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    pub(crate) version: u32,
    pub(crate) number: u64,
    pub(crate) entries: Vec<Row>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) digest: String,
    pub(crate) kind: String,
    pub(crate) by: String,
    pub(crate) at: Time,
    pub(crate) reason: String,
}

impl List {
    /// The digest that the log has of it.
    pub(crate) fn digest(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        warden_seal::digest(&value).map(|digest| digest.to_string()).unwrap_or_default()
    }

    /// What it says of digests.
    ///
    /// # Errors
    /// An entry that is none: a list that cannot be read whole is not read at all.
    pub(crate) fn revocations(&self) -> Result<Revocations, Failure> {
        let mut all = Revocations::new();
        for row in &self.entries {
            let bad = || Failure::new(Kind::Config, "the list of what is revoked is malformed");
            let digest: Digest = row.digest.parse().map_err(|_| bad())?;
            let kind = match row.kind.as_str() {
                "revoked" => RevocationKind::Revoked,
                "quarantined" => RevocationKind::Quarantined,
                _ => return Err(bad()),
            };
            let (by, reason) = (row.by.clone(), row.reason.clone());
            all.add(digest, Revocation { kind, by, at: row.at, reason });
        }
        Ok(all)
    }
}

/// The list as far as this machine, or the file, knows, which is remembered as the newest one. No
/// file of this machine's own means nothing; a named one has to be there.
///
/// # Errors
/// A list that cannot be read or is not believed, or is older than one that was here already.
pub(crate) fn list(
    file: Option<&Path>,
    paths: &Paths,
    trust: &Trust,
    now: SystemTime,
) -> Result<List, Unread> {
    let own = paths.revocations();
    let place = file.unwrap_or(&own);
    let shown = place.display().to_string();
    let list = match fs::read(place) {
        Ok(bytes) => parse(&bytes, &shown, trust, now).map_err(Unread::Other)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound && file.is_none() => {
            List { version: 1, ..List::default() }
        }
        Err(error) => return Err(Unread::Other(bad(&shown, error.into()))),
    };
    take(&list, file, paths)?;
    Ok(list)
}

/// The list in these bytes; `shown` is where they are from.
///
/// # Errors
/// A list that is not believed, or is none.
pub(crate) fn parse(
    bytes: &[u8],
    shown: &str,
    trust: &Trust,
    now: SystemTime,
) -> Result<List, Failure> {
    open(bytes, trust, now).map_err(|error| bad(shown, error))
}

/// The list in an envelope.
///
/// # Errors
/// A list that is not believed, or is none of this version.
pub(crate) fn open(
    envelope: &[u8],
    trust: &Trust,
    now: SystemTime,
) -> Result<List, Box<dyn std::error::Error + Send + Sync>> {
    let opened = open_trusted(envelope, PAYLOAD_TYPE, trust, keep::REVOCATIONS, now)?;
    let list: List = serde_json::from_value(read_strict(&opened.payload, MOST)?)?;
    if list.version == 1 { Ok(list) } else { Err("it is of another version".into()) }
}

fn bad(shown: &str, error: Box<dyn std::error::Error + Send + Sync>) -> Failure {
    Failure::new(Kind::Config, format!("cannot trust what is revoked by `{shown}`"))
        .caused_by(error)
}

/// Signs a list: the bytes of the file.
///
/// # Errors
/// When it is not signed.
pub(crate) fn seal(list: &List, signers: &[&dyn Signer]) -> Result<Vec<u8>, Failure> {
    let failed = |kind| Failure::new(kind, "the list of what is revoked was not signed");
    let value =
        serde_json::to_value(list).map_err(|error| failed(Kind::Internal).caused_by(error))?;
    let text =
        warden_seal::canonical(&value).map_err(|error| failed(Kind::Internal).caused_by(error))?;
    seal_with(PAYLOAD_TYPE, &text, signers).map_err(|error| failed(Kind::Config).caused_by(error))
}

//! The moratorium of this machine: issued by a named person, on record, and read wherever approvals
//! are judged.

use std::{fs, io};

use serde_json::{Value, json};
use warden_model::Digest;
use warden_policy::approval::{ApprovalPolicy, Issued, Moratorium};
use warden_seal::Trust;

use super::{Changing, Desk, last_in_log, signing::Signing};
use crate::{Failure, Kind, certify::keep, key, paths::Paths};

/// What entries of the log are called that say of a moratorium.
const KIND: &str = "moratorium";

/// The largest file that is read, in bytes.
const MOST: u64 = 64 * 1024;

/// Reads and verifies the moratorium of this machine; `None` if there is none.
///
/// # Errors
/// One that cannot be believed. Nothing is approved then.
pub(crate) fn load(
    paths: &Paths,
    trust: &Trust,
    policy: &ApprovalPolicy,
) -> Result<Option<Issued>, Failure> {
    let file = paths.moratorium();
    let bad = |error: Box<dyn std::error::Error + Send + Sync>| {
        let message = format!("cannot believe the moratorium in `{}`", file.display());
        Failure::new(Kind::Config, message)
            .caused_by(error)
            .hint("issue it again: `mcpwarden programme moratorium issue`")
    };
    let bytes = match fs::metadata(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Ok(found) if found.len() > MOST => Err(io::Error::other("it is larger than any")),
        Ok(_) | Err(_) => fs::read(&file),
    };
    let bytes = bytes.map_err(|error| bad(error.into()))?;
    Moratorium::open(&bytes, trust, policy).map(Some).map_err(|error| bad(error.into()))
}

/// The same, held to the log: one that was issued here cannot be taken away or changed for another.
///
/// # Errors
/// See [`load`]; and when the log knows of another one.
pub(crate) fn in_force(
    paths: &Paths,
    trust: &Trust,
    policy: &ApprovalPolicy,
) -> Result<Option<Issued>, Failure> {
    let found = load(paths, trust, policy)?;
    if !paths.log().exists() {
        return Ok(found);
    }
    let logged = last_in_log(paths, |_, entry| issued(entry))?;
    if logged == found.as_ref().map(|issued| issued.digest) {
        return Ok(found);
    }
    let why = if found.is_some() {
        "the moratorium of this machine is not the last one in the log"
    } else {
        "a moratorium was issued on this machine, and its file is gone"
    };
    Err(Failure::new(Kind::Config, why)
        .hint(format!("put `{}` back as it was issued", paths.moratorium().display()))
        .hint("or issue another one: `mcpwarden programme moratorium issue`"))
}

/// Issues one: signs it, writes it into the log, and puts it into its place.
///
/// # Errors
/// When it says nothing, its person may not, or it cannot be kept.
pub(crate) fn issue(
    _held: &Changing,
    desk: &Desk<'_>,
    by: &Signing,
    moratorium: &Moratorium,
) -> Result<Issued, Failure> {
    let refused = |error: warden_policy::approval::NoMoratorium| {
        Failure::new(Kind::Input, "this moratorium cannot be issued").caused_by(error)
    };
    let envelope = moratorium.seal(by.signer()).map_err(refused)?;
    let issued = Moratorium::open(&envelope, &desk.trust, &desk.policy).map_err(refused)?;
    let entry = json!({
        "at": moratorium.at,
        "by": moratorium.by,
        "digest": issued.digest.to_string(),
        "kind": KIND,
        "name": KIND,
    });
    let keeper = key::own(desk.paths)?;
    // Strings and integers always have a canonical form.
    keep::log(&warden_seal::canonical(&entry).unwrap_or_default(), desk.paths, &keeper)?;
    keep::store(&desk.paths.moratorium(), &envelope)?;
    Ok(issued)
}

/// The digest in an entry, if it is one of a moratorium. One that says no digest has one that none
/// has.
fn issued(entry: &[u8]) -> Option<Digest> {
    let value: Value = serde_json::from_slice(entry).ok()?;
    let text = |member: &str| value.get(member).and_then(Value::as_str);
    let ours = text("kind") == Some(KIND);
    let digest = || text("digest").and_then(|digest| digest.parse().ok());
    ours.then(|| digest().unwrap_or_else(|| Digest::of(b"")))
}

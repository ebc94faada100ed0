//! Taking a bundle in: what is verified is our own copy, and the highest number is remembered.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use warden_model::Digest;
use warden_policy::{
    Time,
    certificate::{BundleHead, Certificate, CertificatePolicy},
};
use warden_seal::read_strict;

use super::{Believed, Loaded, load};
use crate::{Failure, Kind, files};

/// The longest bundle that is taken in, in bytes: 200,000 certificates of 40 KB.
const MOST_FILE: u64 = 8 << 30;

/// The longest note of what was seen.
const MOST_SEEN: usize = 4096;

/// Whether a bundle that has expired is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refuse {
    /// It is: a newer one counts, also if that means that nothing does.
    Nothing,
    /// It is not: somebody is there to bring another.
    Expired,
}

/// The last bundle that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: u32,
    sequence: u64,
    digest: String,
}

/// Takes the bundle of a file in, as the one that counts. `slot` is where the copy is kept. `each` is
/// shown every certificate that is believed.
///
/// # Errors
/// When it is not believed, is older than the one before, or cannot be kept. Then everything stays
/// as it was.
pub(crate) fn take(
    file: &Path,
    slot: &Path,
    (believed, refuse): (Believed<'_>, Refuse),
    each: &mut dyn FnMut(&Certificate),
) -> Result<Loaded, Failure> {
    let kept = |error: io::Error| {
        Failure::new(Kind::Config, format!("cannot keep a bundle in `{}`", slot.display()))
            .caused_by(error)
    };
    let folder = slot.parent().ok_or_else(|| kept(io::ErrorKind::NotFound.into()))?;
    files::private_folder(folder).map_err(kept)?;
    // One at a time: the highest number must not be overtaken by a lower one.
    let lock = File::create(folder.join("lock")).map_err(kept)?;
    lock.lock().map_err(kept)?;
    let mut copy = tempfile::NamedTempFile::new_in(folder).map_err(kept)?;
    copied(file, copy.as_file_mut())?;
    let loaded = load(copy.path(), believed, each)
        .map_err(|failure| refused(file).caused_by(failure.told()))?;
    newer(file, &loaded, slot, (believed, refuse))?;
    copy.as_file().sync_all().map_err(kept)?;
    // The number first: if the machine stops in between, the old bundle counts no more.
    let seen =
        Seen { version: 1, sequence: loaded.head.sequence, digest: loaded.digest.to_string() };
    let seen = serde_json::to_vec(&seen).map_err(|error| kept(error.into()))?;
    files::put(&note(slot), &seen).map_err(kept)?;
    copy.persist(slot).map_err(|error| kept(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(kept)?;
    Ok(loaded)
}

/// Reads the copy that was taken in. `each` is shown every certificate that is believed.
///
/// # Errors
/// When it is not believed any more, or is not the last one.
pub(crate) fn again(
    slot: &Path,
    believed: Believed<'_>,
    each: &mut dyn FnMut(&Certificate),
) -> Result<Loaded, Failure> {
    let loaded = load(slot, believed, each)?;
    if seen(slot)? == Some((loaded.head.sequence, loaded.digest)) {
        return Ok(loaded);
    }
    Err(refused(slot).caused_by("it is not the last one that was taken in"))
}

fn refused(file: &Path) -> Failure {
    Failure::new(Kind::Input, format!("the bundle `{}` is not taken in", file.display()))
}

/// Copies a file that somebody else may write to.
fn copied(file: &Path, to: &mut File) -> Result<(), Failure> {
    let failed = |error: io::Error| refused(file).caused_by(error);
    let from = File::open(file).map_err(failed)?;
    if !from.metadata().map_err(failed)?.is_file() {
        return Err(failed(io::Error::other("it is no file")));
    }
    let length = io::copy(&mut from.take(MOST_FILE + 1), to).map_err(failed)?;
    if length > MOST_FILE {
        return Err(failed(io::Error::other("it is longer than any bundle")));
    }
    Ok(())
}

/// Whether it may take the place of the one before.
fn newer(
    file: &Path,
    loaded: &Loaded,
    slot: &Path,
    (believed, refuse): (Believed<'_>, Refuse),
) -> Result<(), Failure> {
    let Loaded { head, digest, .. } = loaded;
    let no = |why: String| Err(refused(file).caused_by(why));
    let now = Time::from(believed.now);
    if refuse == Refuse::Expired && now >= head.expires {
        return no(format!("it expired at {}", head.expires));
    }
    if head.issued > now.plus_seconds(CertificatePolicy::default().skew_seconds) {
        return no(format!("it was made in the future, at {}", head.issued));
    }
    let BundleHead { sequence, .. } = head;
    match seen(slot)? {
        Some((before, _)) if before > *sequence => {
            no(format!("its number is {sequence}, and number {before} was here already"))
        }
        Some((before, other)) if before == *sequence && other != *digest => {
            no(format!("another bundle with the number {sequence} was here already"))
        }
        _ => Ok(()),
    }
}

/// The number and digest of the last one.
fn seen(slot: &Path) -> Result<Option<(u64, Digest)>, Failure> {
    let file = note(slot);
    let bad = |error: Box<dyn std::error::Error + Send + Sync>| {
        let message = format!("nobody can tell which bundle was last: `{}`", file.display());
        Failure::new(Kind::Config, message).caused_by(error).hint(
            "once you know that the bundle at hand is the newest, remove that file; the next \
             bundle is then believed whatever its number is",
        )
    };
    let bytes = match fs::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(bad(error.into())),
    };
    let value = read_strict(&bytes, MOST_SEEN).map_err(|error| bad(error.into()))?;
    let seen: Seen = serde_json::from_value(value).map_err(|error| bad(error.into()))?;
    if seen.version != 1 {
        return Err(bad("it is of another version".into()));
    }
    let digest = seen.digest.parse().map_err(|_| bad("it names no digest".into()))?;
    Ok(Some((seen.sequence, digest)))
}

/// Where the number is remembered.
fn note(slot: &Path) -> PathBuf {
    slot.with_extension("seen")
}

//! The database of advisories of this machine: signed, and read only as it was signed.
//!
//! The file is one line, a signed statement of the digest of what follows, and then the database
//! itself. A database of every advisory of an ecosystem is far larger than any envelope may be, and
//! one file is put in place, and handed on, as a whole.

use std::{fs, io, path::Path, path::PathBuf, time::SystemTime};

use serde::{Deserialize, Serialize};
use warden_scan::supply::Database;
use warden_seal::{Signer, Trust, open_trusted, read_strict, seal_with};

use super::keep;
use crate::{Failure, Kind, World, paths::Paths};

/// The type of the statement in its envelope.
pub(crate) const PAYLOAD_TYPE: &str = "application/vnd.mcpwarden.advisories.v1+json";

/// What a database begins with, whatever the version of its form.
pub(crate) const MAGIC: &[u8] = b"MCPWOSV";

/// The largest file that is read, in bytes.
pub(crate) const MOST: u64 = 1 << 30;

/// The longest first line: a statement and as many signatures as an envelope may have.
const MOST_LINE: usize = 64 << 10;

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    version: u32,
    /// The digest of the database.
    digest: String,
    /// How long it is.
    size: u64,
    /// Which day it is of, in seconds since 1970.
    built_at: i64,
}

/// A database, and whose word it is.
pub(crate) struct Loaded {
    pub(crate) database: Database<'static>,
    /// Who has signed it; nobody has signed the one that is compiled in.
    pub(crate) keys: Vec<String>,
}

impl Loaded {
    /// Whether it is the one that is compiled in.
    pub(crate) fn is_starter(&self) -> bool {
        self.keys.is_empty()
    }
}

/// Where it lies.
pub(crate) fn file(paths: &Paths) -> PathBuf {
    paths.advisories()
}

/// The database of this machine; the one that is compiled in where none was ever stored.
///
/// # Errors
/// A database that is there and cannot be read or is not believed: nothing takes its place.
pub(crate) fn load(paths: &Paths, world: &World) -> Result<Loaded, Failure> {
    let file = file(paths);
    if !there(&file)? {
        let database = Database::starter().map_err(|error| {
            Failure::new(Kind::Internal, "the advisories cannot be read").caused_by(error)
        })?;
        return Ok(Loaded { database, keys: Vec::new() });
    }
    let trust = keep::trust(None, paths)?;
    open(read(&file)?, &trust, SystemTime::from(world.now())).map_err(|why| {
        bad(&file).caused_by(why).hint(format!(
            "make it anew with `mcpwarden db update --from FEED --older`, or remove `{}`",
            file.display()
        ))
    })
}

fn bad(file: &Path) -> Failure {
    Failure::new(Kind::Config, format!("cannot trust the advisories in `{}`", file.display()))
}

/// Whether something lies there, if only a link to nowhere.
fn there(file: &Path) -> Result<bool, Failure> {
    match fs::symlink_metadata(file) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(bad(file).caused_by(error)),
    }
}

/// Reads a file that is not larger than any may be.
///
/// # Errors
/// When it cannot be read, or is larger.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| {
        Failure::new(Kind::Input, format!("cannot read `{}`", file.display())).caused_by(error)
    };
    let found = fs::metadata(file).map_err(failed)?;
    if !found.is_file() {
        return Err(failed(io::Error::other("it is no file")));
    }
    if found.len() > MOST {
        return Err(failed(io::Error::other("it is larger than 1 GiB")));
    }
    fs::read(file).map_err(failed)
}

/// Whether a file has the form of a signed database.
pub(crate) fn is_signed(bytes: &[u8]) -> bool {
    split(bytes).is_some_and(|at| bytes.get(at + 1..).is_some_and(|rest| rest.starts_with(MAGIC)))
}

/// Where the first line ends.
fn split(bytes: &[u8]) -> Option<usize> {
    bytes.iter().take(MOST_LINE).position(|byte| *byte == b'\n')
}

/// Opens a signed database for those whose advisories are trusted.
///
/// # Errors
/// Why it is not believed.
pub(crate) fn open(
    mut bytes: Vec<u8>,
    trust: &Trust,
    now: SystemTime,
) -> Result<Loaded, Box<dyn std::error::Error + Send + Sync>> {
    let at = split(&bytes).ok_or("it is no signed database of advisories")?;
    let line: Vec<u8> = bytes.drain(..=at).take(at).collect();
    let opened = open_trusted(&line, PAYLOAD_TYPE, trust, keep::ADVISORIES, now)?;
    let statement: Statement = serde_json::from_value(read_strict(&opened.payload, MOST_LINE)?)?;
    if statement.version != 1 {
        return Err("it is of another version".into());
    }
    if u64::try_from(bytes.len()).ok() != Some(statement.size) {
        return Err("it was cut short or added to since it was signed".into());
    }
    let database = Database::open(bytes)?;
    let about = database.about();
    if about.digest.to_string() != statement.digest || about.built_at != statement.built_at {
        return Err("it is not what was signed".into());
    }
    Ok(Loaded { database, keys: opened.keys })
}

/// The bytes of a signed database without the signature; nothing if it is none.
pub(crate) fn unsigned(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(split(bytes)? + 1..)
}

/// Signs a database: the bytes of the file.
///
/// # Errors
/// When it is none, or is not signed.
pub(crate) fn seal(database: &[u8], signers: &[&dyn Signer]) -> Result<Vec<u8>, Failure> {
    let failed = || Failure::new(Kind::Config, "the advisories were not signed");
    let opened = Database::open(database).map_err(|error| failed().caused_by(error))?;
    let about = opened.about();
    let statement = Statement {
        version: 1,
        digest: about.digest.to_string(),
        size: u64::try_from(database.len()).map_err(|error| failed().caused_by(error))?,
        built_at: about.built_at,
    };
    let value = serde_json::to_value(statement).map_err(|error| failed().caused_by(error))?;
    let text = warden_seal::canonical(&value).map_err(|error| failed().caused_by(error))?;
    let mut file =
        seal_with(PAYLOAD_TYPE, &text, signers).map_err(|error| failed().caused_by(error))?;
    file.push(b'\n');
    file.extend_from_slice(database);
    Ok(file)
}

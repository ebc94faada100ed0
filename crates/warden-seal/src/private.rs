//! Files that only their owner may read.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use zeroize::Zeroizing;

use crate::KeyError;

/// More than any key needs.
const MOST: u64 = 4096;

/// Reads a file that nobody else may read, of at most `most` bytes: a token, a passphrase. What
/// comes out is wiped when it is no longer needed.
///
/// # Errors
/// A file that is missing, longer, or open to others.
pub fn read_private(path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let bytes = Zeroizing::new(read_most(path, most as u64 + 1)?);
    if bytes.len() > most { Err(KeyError::Malformed) } else { Ok(bytes) }
}

/// Reads a file that nobody else may read.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    read_most(path, MOST)
}

/// The same, of at most `most` bytes; what is behind them is not read.
pub(crate) fn read_most(path: &Path, most: u64) -> Result<Vec<u8>, KeyError> {
    let mut file = OpenOptions::new().read(true).open(path)?;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Open { mode });
    }
    let mut bytes = Vec::new();
    Read::by_ref(&mut file).take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a file, or makes it first from what `fresh` returns if there is none.
pub(crate) fn read_or_create<Fresh: AsRef<[u8]>>(
    path: &Path,
    fresh: impl FnOnce() -> Result<Fresh, KeyError>,
) -> Result<Vec<u8>, KeyError> {
    match read(path) {
        Err(KeyError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
        other => return other,
    }
    create(path, fresh()?.as_ref())?;
    read(path)
}

/// Written unless there is one already: two first uses at the same time agree on one key.
fn create(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    match create_new(path, bytes) {
        Err(KeyError::Io(error)) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Writes a file that is not there yet: whole beside its place and linked there, so that nobody
/// reads half of one and nothing is written over.
pub(crate) fn create_new(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let fresh = path.with_extension(format!("new-{}-{count}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    let linked = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&fresh, path));
    fs::remove_file(&fresh)?;
    Ok(linked?)
}

/// Writes a file in the place of the one that is there: whole beside it and renamed, so that
/// nobody reads half of one and the old one stays if anything goes wrong.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    let fresh = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    let renamed = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&fresh, path));
    if renamed.is_err() {
        fs::remove_file(&fresh)?;
    }
    Ok(renamed?)
}

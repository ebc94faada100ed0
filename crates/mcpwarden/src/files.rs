//! Writing files of our own: whole or not at all, and for nobody else to look into.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

/// Puts bytes into a file so that there is either the old or the new one, also after a power cut.
/// Only the owner can read it.
///
/// # Errors
/// When they cannot be stored; what was there is then still there.
pub(crate) fn put(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().ok_or(io::ErrorKind::NotFound)?;
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(bytes)?;
    fresh.as_file().sync_all()?;
    fresh.persist(file).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
}

/// Makes a folder, and those above it, that only its owner can look into.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes a folder, and those above it.
///
/// # Errors
/// What the system says.
#[cfg(not(unix))]
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

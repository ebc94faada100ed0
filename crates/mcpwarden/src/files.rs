//! Files of our own: written whole or not at all, for nobody else to look into, and listed.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
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

/// The files in a folder that end in `.json`, in order.
///
/// # Errors
/// When the folder cannot be read, or has more than `most` of them.
pub(crate) fn json_in(folder: &Path, most: usize) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "json") {
            files.push(path);
        }
        if files.len() > most {
            return Err(io::Error::other(format!("there are more than {most}")));
        }
    }
    files.sort();
    Ok(files)
}

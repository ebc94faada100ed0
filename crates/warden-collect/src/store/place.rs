//! Files that appear whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

/// Writes a file next to where it belongs, stores it, and renames it. What was there is replaced.
///
/// # Errors
/// When the system cannot. There is then what was there before.
pub(super) fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    settle(file, path)
}

/// Stores a file that was written, and gives it its name.
///
/// # Errors
/// When the system cannot.
pub(super) fn settle(file: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    set_mode(file.path(), 0o444)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(path.parent().ok_or(io::ErrorKind::InvalidInput)?)
}

/// Stores the names in a folder.
///
/// # Errors
/// When the system cannot.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Sets the permissions of what a path leads to.
///
/// # Errors
/// When the system cannot.
#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Permissions of that kind exist on Unix alone.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

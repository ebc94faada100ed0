//! Files that lie beside each other: their folder is opened once, so that the system does not
//! follow the whole path to each of them, and no folder on the way can be exchanged in between.

use std::{fs::File, io};

/// Where files below a root were last looked at.
pub(super) struct Beside<'a> {
    root: &'a File,
    folder: Option<(&'a str, File)>,
}

impl<'a> Beside<'a> {
    pub(super) fn new(root: &'a File) -> Self {
        Self { root, folder: None }
    }

    /// The folder that this path lies in, and its name there. The path of the root is empty, and so
    /// is its name.
    ///
    /// # Errors
    /// When there is no such folder, or it is a link.
    pub(super) fn place(&mut self, path: &'a str) -> io::Result<(&File, &'a str)> {
        let Some((folder, name)) = path.rsplit_once('/') else { return Ok((self.root, path)) };
        let open = match self.folder.take() {
            Some((open, file)) if open == folder => file,
            Some(_) | None => open_folder(self.root, folder)?,
        };
        let (_, open) = self.folder.insert((folder, open));
        Ok((open, name))
    }

    /// Opens a file for reading. A link is not followed, and a pipe does not hold the caller.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(super) fn open(&mut self, path: &'a str) -> io::Result<File> {
        let (folder, name) = self.place(path)?;
        open_file(folder, name)
    }
}

/// A folder in which only names are looked at.
#[cfg(unix)]
fn open_folder(root: &File, path: &str) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(root, path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open_folder(_: &File, _: &str) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn open_file(folder: &File, name: &str) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW;
    Ok(openat(folder, name, flags | OFlags::CLOEXEC, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open_file(_: &File, _: &str) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

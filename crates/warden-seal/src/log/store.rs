//! Where the parts of a log are.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::path::Resource;

/// The parts of a log, wherever they are. Nothing that comes from here is believed until its
/// hashes lead to a checkpoint that was verified.
pub trait Tiles {
    /// Reads a part of at most `most` bytes; `None` if it is not there.
    ///
    /// # Errors
    /// It cannot be read, or is longer.
    fn read(&self, part: Resource, most: usize) -> io::Result<Option<Vec<u8>>>;
}

impl<T: Tiles + ?Sized> Tiles for &T {
    fn read(&self, part: Resource, most: usize) -> io::Result<Option<Vec<u8>>> {
        (**self).read(part, most)
    }
}

/// A log in a folder, with every part under its name, as a web server can serve it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(PathBuf);

impl Folder {
    /// The log in this folder.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where a part is.
    #[must_use]
    pub fn place(&self, part: Resource) -> PathBuf {
        self.0.join(part.to_string())
    }
}

impl Tiles for Folder {
    fn read(&self, part: Resource, most: usize) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.place(part)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(most as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a part of a log is too long"));
        }
        Ok(Some(bytes))
    }
}

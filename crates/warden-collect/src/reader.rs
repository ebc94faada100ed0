//! The only place that opens files.
//!
//! What is no regular file is never opened, a file that turned into a pipe in between does not
//! block, nothing is read beyond a cap, and a link may not lead out of what is scanned.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use warden_model::{Digest, UnreadReason};

use crate::document::DocumentError;

/// The most that is read of a configuration file.
pub const CONFIG_CAP: u64 = 8 << 20;

/// The most that is read of any other file.
pub const FILE_CAP: u64 = 100 << 20;

/// Why something could not be read. It never holds any of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of reason.
    pub reason: UnreadReason,
    /// More about it, for people.
    pub detail: String,
}

impl Refusal {
    pub(crate) fn new(reason: UnreadReason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

impl From<DocumentError> for Refusal {
    fn from(error: DocumentError) -> Self {
        let reason = match error {
            DocumentError::Encoding { .. } => UnreadReason::Encoding,
            DocumentError::TooDeep => UnreadReason::TooDeep,
            DocumentError::TooLarge => UnreadReason::TooLarge,
            DocumentError::Empty | DocumentError::Syntax { .. } => UnreadReason::Malformed,
        };
        Self::new(reason, error.to_string())
    }
}

impl From<&io::Error> for Refusal {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::PermissionDenied => {
                Self::new(UnreadReason::Denied, "the system does not let us read it")
            }
            ErrorKind::NotFound => Self::new(UnreadReason::Io, "the link leads nowhere"),
            kind => Self::new(UnreadReason::Io, kind.to_string()),
        }
    }
}

/// A regular file that may be read: where it really lies.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) path: PathBuf,
    pub(crate) len: u64,
}

/// Looks at a file without opening it. `None` if there is nothing.
///
/// # Errors
/// When there is something that may not be read.
pub(crate) fn check(path: &Path, boundary: &Path) -> Result<Option<Checked>, Refusal> {
    let link = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        // A file where a directory should be: then there is nothing below it.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(Refusal::from(&error)),
    };
    let real = path.canonicalize().map_err(|error| Refusal::from(&error))?;
    let edge = boundary.canonicalize().map_err(|error| Refusal::from(&error))?;
    if !real.starts_with(&edge) {
        return Err(Refusal::new(UnreadReason::Outside, "a link leads out of what is scanned"));
    }
    let metadata = if link.is_symlink() {
        real.metadata().map_err(|error| Refusal::from(&error))?
    } else {
        link
    };
    regular(&metadata)?;
    Ok(Some(Checked { path: real, len: metadata.len() }))
}

/// Reads a whole file that was checked.
///
/// # Errors
/// When it is larger than `cap` or cannot be read.
pub(crate) fn read(file: &Checked, cap: u64) -> Result<Vec<u8>, Refusal> {
    if file.len > cap {
        return Err(too_large(cap));
    }
    let opened = open(&file.path).map_err(|error| Refusal::from(&error))?;
    // It may have become something else since it was checked.
    let metadata = opened.metadata().map_err(|error| Refusal::from(&error))?;
    regular(&metadata)?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.len.min(cap)).unwrap_or(0));
    opened.take(cap + 1).read_to_end(&mut bytes).map_err(|error| Refusal::from(&error))?;
    if bytes.len() as u64 > cap {
        return Err(too_large(cap));
    }
    Ok(bytes)
}

/// Reads a whole file that a walk through a folder has found.
///
/// # Errors
/// When it is larger than `cap`, has become a link or something else, or cannot be read.
pub(crate) fn whole(path: &Path, cap: u64) -> Result<Vec<u8>, Refusal> {
    let bytes = head(path, cap.saturating_add(1))?;
    if bytes.len() as u64 > cap { Err(too_large(cap)) } else { Ok(bytes) }
}

/// Reads the beginning of a file that a walk through a folder has found: at most `cap` bytes.
///
/// # Errors
/// When it has become a link or something else since, or cannot be read.
pub(crate) fn head(path: &Path, cap: u64) -> Result<Vec<u8>, Refusal> {
    let io = |error: io::Error| Refusal::from(&error);
    let opened = open_itself(path).map_err(io)?;
    let metadata = opened.metadata().map_err(io)?;
    regular(&metadata)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(cap)).unwrap_or(0));
    opened.take(cap).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}

/// The digest of a file that was checked, without holding it in memory.
///
/// # Errors
/// When it cannot be read, or grew while it was.
pub(crate) fn digest(file: &Checked) -> Result<Digest, Refusal> {
    let io = |error: io::Error| Refusal::from(&error);
    let mut opened = open(&file.path).map_err(io)?;
    regular(&opened.metadata().map_err(io)?)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut left = file.len;
    loop {
        let count = opened.read(&mut buffer).map_err(io)?;
        if count == 0 {
            return Ok(Digest::from_bytes(hasher.finalize().into()));
        }
        let grew = || Refusal::new(UnreadReason::Io, "it grew while it was read");
        left = left.checked_sub(count as u64).ok_or_else(grew)?;
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
}

fn too_large(cap: u64) -> Refusal {
    Refusal::new(UnreadReason::TooLarge, format!("larger than {} MiB", cap >> 20))
}

fn regular(metadata: &Metadata) -> Result<(), Refusal> {
    let what = if metadata.is_dir() {
        "it is a directory"
    } else if !metadata.is_file() {
        "it is a socket, pipe or device"
    } else if nobody_reads(metadata) {
        return Err(Refusal::new(UnreadReason::Denied, "nobody may read it"));
    } else {
        return Ok(());
    };
    Err(Refusal::new(UnreadReason::NotAFile, what))
}

/// Whether no user at all may read it. The superuser could, but no client of a person does.
#[cfg(unix)]
fn nobody_reads(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o444 == 0
}

#[cfg(not(unix))]
const fn nobody_reads(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Opens a file and never what a link leads to.
#[cfg(unix)]
pub(crate) fn open_itself(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags =
        rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::NOFOLLOW;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
pub(crate) fn open_itself(path: &Path) -> io::Result<File> {
    open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(path: &Path, boundary: &Path, reason: UnreadReason) {
        let outcome = check(path, boundary)
            .and_then(|file| read(&file.expect("there is something"), CONFIG_CAP));
        assert_eq!(outcome.map_err(|refusal| refusal.reason), Err(reason), "{}", path.display());
    }

    #[test]
    fn what_is_no_regular_file_is_refused_without_a_hang() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("directory")).unwrap();
        refused(&at("directory"), folder.path(), UnreadReason::NotAFile);
        let _listener = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        refused(&at("socket"), folder.path(), UnreadReason::NotAFile);
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, at("pipe"), rustix::fs::FileType::Fifo, mode, 0)
            .unwrap();
        refused(&at("pipe"), folder.path(), UnreadReason::NotAFile);
        refused(Path::new("/dev/zero"), Path::new("/"), UnreadReason::NotAFile);
    }

    #[test]
    fn a_pipe_that_took_the_place_of_a_file_does_not_block() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        let outcome = read(&Checked { path: pipe, len: 10 }, CONFIG_CAP);
        assert_eq!(outcome.map_err(|refusal| refusal.reason), Err(UnreadReason::NotAFile));
    }

    #[test]
    fn a_file_that_nobody_may_read_is_denied() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "{}").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
        refused(&file, folder.path(), UnreadReason::Denied);
        let error = io::Error::from(ErrorKind::PermissionDenied);
        assert_eq!(Refusal::from(&error).reason, UnreadReason::Denied);
    }

    #[test]
    fn a_hundred_megabytes_are_too_large() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        File::create(&file).unwrap().set_len(100 << 20).unwrap();
        refused(&file, folder.path(), UnreadReason::TooLarge);
    }

    #[test]
    fn a_link_may_lead_around_inside_but_not_out() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        std::fs::write(folder.path().join("outside"), "{}").unwrap();
        std::fs::write(home.join("inside"), "{}").unwrap();
        let link = |target: &str, name: &str| {
            std::os::unix::fs::symlink(target, home.join(name)).unwrap();
            home.join(name)
        };
        refused(&link("../outside", "out"), &home, UnreadReason::Outside);
        refused(&link("nowhere", "gone"), &home, UnreadReason::Io);
        refused(&link("loop", "loop"), &home, UnreadReason::Io);
        let inside = check(&link("inside", "in"), &home).unwrap().unwrap();
        assert_eq!(read(&inside, CONFIG_CAP).unwrap(), b"{}");
        assert!(check(&home.join("nothing"), &home).unwrap().is_none());
    }
}

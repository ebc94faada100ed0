//! Replaces a file by another text in one step, after everything that is needed to take it back
//! is on the disk.

use std::{
    fs::{self, File, Metadata, OpenOptions, Permissions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use rustix::fs::{Gid, OFlags, Uid, fchown};
use warden_collect::CONFIG_CAP;
use warden_model::Digest;

use super::{
    WrapError,
    journal::{Journal, JournalError, Record},
};

/// A step of a replacement, told before it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The journal is written.
    Journal,
    /// The new file is made beside the old one.
    Create,
    /// The second half of it is written.
    Write,
    /// It is brought to the disk.
    Sync,
    /// The old file is compared with what was read.
    Compare,
    /// The new file takes its place.
    Rename,
    /// That is brought to the disk.
    Folder,
    /// The journal notes that it happened.
    Settle,
}

impl Step {
    /// Every step, in order.
    #[cfg(test)]
    pub(crate) const ALL: &[Self] = &[
        Self::Journal,
        Self::Create,
        Self::Write,
        Self::Sync,
        Self::Compare,
        Self::Rename,
        Self::Folder,
        Self::Settle,
    ];
}

/// Why a file was not replaced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SwapError {
    #[error("cannot be written")]
    Write(#[source] io::Error),
    #[error("cannot keep its owner")]
    Owner(#[source] io::Error),
    #[error("was changed by another program just now; nothing was written")]
    Changed,
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Reads a whole configuration file, which must be a regular one.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, WrapError> {
    // A pipe that took the place of the file must not block us.
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed();
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
    let file = opened.map_err(WrapError::Read)?;
    if !file.metadata().map_err(WrapError::Read)?.is_file() {
        return Err(WrapError::NotAFile);
    }
    let mut bytes = Vec::new();
    file.take(CONFIG_CAP + 1).read_to_end(&mut bytes).map_err(WrapError::Read)?;
    if bytes.len() as u64 > CONFIG_CAP { Err(WrapError::TooLarge) } else { Ok(bytes) }
}

/// Replaces `before` by `after` in the file at `path`, as `record` says.
///
/// `at` is told of every step before it is taken. Where this stops, the file is whole.
pub(crate) fn replace(
    journal: &Journal,
    record: &Record,
    (path, before, after): (&Path, &[u8], &[u8]),
    at: &dyn Fn(Step),
) -> Result<(), SwapError> {
    at(Step::Journal);
    journal.write(record)?;
    let temporary = record.temporary().ok_or(SwapError::Changed)?;
    if before != after
        && let Err(error) = put(path, &temporary, (before, after), at)
    {
        remove(Some(&temporary));
        journal.write(&Record { next: None, ..record.clone() })?;
        return Err(error);
    }
    at(Step::Folder);
    let folder = path.parent().unwrap_or(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(SwapError::Write)?;
    at(Step::Settle);
    journal.write(&record.arrived())?;
    Ok(())
}

/// Removes a half-written file.
pub(super) fn remove(path: Option<&Path>) {
    // It may never have been made; if it cannot be removed, it is in nobody's way.
    if let Some(path) = path {
        fs::remove_file(path).ok();
    }
}

fn put(
    path: &Path,
    temporary: &Path,
    (before, after): (&[u8], &[u8]),
    at: &dyn Fn(Step),
) -> Result<(), SwapError> {
    at(Step::Create);
    let old = fs::symlink_metadata(path).map_err(SwapError::Write)?;
    let mut new = create_like(temporary, &old)?;
    let (first, second) = after.split_at(after.len() / 2);
    new.write_all(first).map_err(SwapError::Write)?;
    at(Step::Write);
    new.write_all(second).map_err(SwapError::Write)?;
    at(Step::Sync);
    new.sync_all().map_err(SwapError::Write)?;
    at(Step::Compare);
    let current = read(path).map_err(|_| SwapError::Changed)?;
    if Digest::of(&current) != Digest::of(before) {
        return Err(SwapError::Changed);
    }
    at(Step::Rename);
    fs::rename(temporary, path).map_err(SwapError::Write)
}

/// Makes a file with the owner and the mode of another.
fn create_like(path: &Path, old: &Metadata) -> Result<File, SwapError> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    let file = file.map_err(SwapError::Write)?;
    let new = file.metadata().map_err(SwapError::Write)?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        let (uid, gid) = (Uid::from_raw(old.uid()), Gid::from_raw(old.gid()));
        fchown(&file, Some(uid), Some(gid)).map_err(|error| SwapError::Owner(error.into()))?;
    }
    let mode = Permissions::from_mode(old.mode() & 0o7777);
    file.set_permissions(mode).map_err(SwapError::Write)?;
    Ok(file)
}

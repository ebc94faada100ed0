//! The ledger's directory: who may make a segment in it, and what stands in it.

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use crate::{
    Durability, LedgerError, SegmentId, Timestamp,
    lines::last_lines,
    segment::{Head, Link},
};

/// How many earlier segments a new one links to. Processes that run side by side end at different
/// times, so a link to one of them alone would leave the ends of the others unguarded.
const LINKS: usize = 16;
/// Whoever makes a segment, or lists them, holds a lock on this file.
const LOCK: &str = ".lock";

/// What stands in a directory.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Segments with a log.
    pub(crate) logs: BTreeSet<SegmentId>,
    /// Segments with a head.
    pub(crate) heads: BTreeSet<SegmentId>,
    /// How many files belong to no segment.
    pub(crate) foreign: usize,
}

/// The two files of an open segment.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) id: SegmentId,
    pub(crate) log: File,
    pub(crate) head: File,
    pub(crate) links: Vec<Link>,
}

/// The failure of one operation on one file.
pub(crate) fn failed(path: &Path) -> impl FnOnce(io::Error) -> LedgerError + '_ {
    move |source| LedgerError::Io { path: path.to_owned(), source }
}

/// Makes the directory if it is missing, and refuses one that others may write to.
pub(crate) fn prepare(dir: &Path) -> Result<(), LedgerError> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed(dir))?;
    let mode = fs::metadata(dir).map_err(failed(dir))?.mode() & 0o777;
    if mode & 0o022 == 0 {
        Ok(())
    } else {
        Err(LedgerError::Exposed { path: dir.to_owned(), mode })
    }
}

/// Makes a new segment, linked to those that are there.
pub(crate) fn create(
    dir: &Path,
    durability: Durability,
    now: Timestamp,
) -> Result<Files, LedgerError> {
    let lock_path = dir.join(LOCK);
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&lock_path)
        .map_err(failed(&lock_path))?;
    // Dropping the file gives the lock back.
    lock.lock().map_err(failed(&lock_path))?;
    let listing = read(dir).map_err(failed(dir))?;
    let newest = listing.logs.last().max(listing.heads.last()).copied();
    let id = SegmentId::after(newest, now).ok_or(LedgerError::NoIdentifier)?;
    let links = listing.logs.iter().rev().take(LINKS).map(|id| link(dir, *id)).collect();
    let head = make(&dir.join(id.head()), OpenOptions::new().write(true))?;
    // Held as long as the segment is written: who checks it meanwhile knows that the head moves.
    head.lock().map_err(failed(&dir.join(id.head())))?;
    // The head comes first: a log without one has lost it.
    head.write_all_at(&Head { seq: 0, chain: id.genesis() }.write(), 0)
        .map_err(failed(&dir.join(id.head())))?;
    if durability == Durability::Power {
        head.sync_all().map_err(failed(&dir.join(id.head())))?;
    }
    let log = make(&dir.join(id.log()), OpenOptions::new().append(true))?;
    if durability == Durability::Power {
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed(dir))?;
    }
    Ok(Files { id, log, head, links })
}

fn make(path: &Path, options: &mut OpenOptions) -> Result<File, LedgerError> {
    options.create_new(true).mode(0o600).open(path).map_err(failed(path))
}

/// How far this segment has come. One whose end cannot be read is linked by its existence: it is
/// for `verify` to say what is wrong with it, and no reason to stop recording.
fn link(dir: &Path, segment: SegmentId) -> Link {
    let nothing = Link { chain: segment.genesis(), segment, seq: 0 };
    let last = File::open(dir.join(segment.log())).and_then(|log| last_lines(&log, 1));
    let Ok(Some((_, line))) = last.map(|mut lines| lines.pop()) else { return nothing };
    let Ok((chain, body)) = crate::check::split(&line) else { return nothing };
    crate::check::read_body(body.as_bytes()).map_or(nothing, |record| Link {
        chain,
        segment,
        seq: record.seq,
    })
}

/// Lists the directory while no segment is being made.
pub(crate) fn list(dir: &Path) -> io::Result<Listing> {
    let lock = match File::open(dir.join(LOCK)) {
        Ok(lock) => Some(lock),
        // A copy of a ledger: nobody makes segments in it.
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if let Some(lock) = &lock {
        lock.lock_shared()?;
    }
    read(dir)
}

fn read(dir: &Path) -> io::Result<Listing> {
    let mut listing = Listing::default();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        let name = name.to_str().unwrap_or_default();
        let (set, stem) = if let Some(stem) = name.strip_suffix(".jsonl") {
            (&mut listing.logs, stem)
        } else if let Some(stem) = name.strip_suffix(".head") {
            (&mut listing.heads, stem)
        } else {
            listing.foreign += usize::from(name != LOCK);
            continue;
        };
        match stem.parse() {
            Ok(id) => _ = set.insert(id),
            Err(_) => listing.foreign += 1,
        }
    }
    Ok(listing)
}

/// A batch of whole lines of one segment, and the head that follows from them.
pub(crate) struct Batch<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) head: Head,
}

impl Files {
    /// Stores a batch, then the head: a head never counts what its log does not hold.
    pub(crate) fn store(&self, batch: &Batch<'_>, durability: Durability) -> io::Result<()> {
        (&self.log).write_all(batch.bytes)?;
        if durability == Durability::Power {
            self.log.sync_data()?;
        }
        self.head.write_all_at(&batch.head.write(), 0)
    }
}

/// The path of a segment's log.
pub(crate) fn log_path(dir: &Path, segment: SegmentId) -> PathBuf {
    dir.join(segment.log())
}

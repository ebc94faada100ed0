//! Checking a whole ledger: chains, heads and the links between segments.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufReader, ErrorKind, Read as _},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use warden_model::Digest;

use crate::{
    Broken, Reason, SegmentId, Timestamp,
    check::{Checker, Follows},
    directory::{self, Listing, log_path},
    lines::{Next, next_line},
    segment::{Head, Link},
};

/// What an undamaged ledger holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many segments.
    pub segments: u64,
    /// How many of them were closed in good order; the others are being written, or their process
    /// was killed.
    pub closed: u64,
    /// How many records.
    pub records: u64,
    /// How many bytes of whole records.
    pub bytes: u64,
    /// The earliest and the latest time at which a segment begins or ends.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Segments that end in an incomplete line.
    pub torn: Vec<Torn>,
    /// How many files in the directory belong to no segment.
    pub foreign: u64,
}

/// An incomplete last line. Its record was never acknowledged: it lies beyond the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The segment.
    pub segment: SegmentId,
    /// Where the line begins.
    pub offset: u64,
    /// How long it is.
    pub bytes: u64,
}

/// Why a ledger could not be found to be intact.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is damaged.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It could not be read, so nothing is known of it.
    #[error("cannot read `{}`", path.display())]
    Unread {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Checks every record of a ledger. Memory does not grow with the number of records.
///
/// A ledger may be written meanwhile: what was there when the check began is checked.
///
/// # Errors
/// The first place, in the order of segments, where it is not what was written; or what could not
/// be read.
pub fn verify(dir: &Path) -> Result<Summary, VerifyError> {
    let listing = directory::list(dir).map_err(unread(dir))?;
    let links = gather(dir, &listing)?;
    let mut summary = Summary { foreign: listing.foreign as u64, ..Summary::default() };
    let named: BTreeSet<_> = links.keys().copied().collect();
    for segment in &(&(&listing.logs | &listing.heads) | &named) {
        let wanted = links.get(segment).map(Vec::as_slice).unwrap_or_default();
        if listing.logs.contains(segment) {
            add(&mut summary, walk(dir, *segment, wanted, &mut |_, _| {})?);
        } else {
            absent(dir, *segment, wanted)?;
        }
    }
    Ok(summary)
}

/// What a later segment saw of this one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    named_by: SegmentId,
    link: Link,
}

pub(crate) fn unread(path: &Path) -> impl FnOnce(io::Error) -> VerifyError + '_ {
    move |source| VerifyError::Unread { path: path.to_owned(), source }
}

/// Reads the links of every segment. A first record that is damaged gives none: it is found to be
/// damaged when its segment is checked.
fn gather(dir: &Path, listing: &Listing) -> Result<BTreeMap<SegmentId, Vec<Wanted>>, VerifyError> {
    let mut links: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut line = Vec::new();
    for segment in &listing.logs {
        let path = log_path(dir, *segment);
        let mut log = BufReader::new(File::open(&path).map_err(unread(&path))?);
        if next_line(&mut log, &mut line).map_err(unread(&path))? != Next::Line {
            continue;
        }
        let Ok(opened) = Checker::new(*segment).follow(&line) else { continue };
        for link in opened.links {
            links.entry(link.segment).or_default().push(Wanted { named_by: *segment, link });
        }
    }
    Ok(links)
}

/// A segment without a log is one that was never begun, or one that was taken away.
fn absent(dir: &Path, segment: SegmentId, wanted: &[Wanted]) -> Result<(), VerifyError> {
    let checker = Checker::new(segment);
    if let Some(Wanted { named_by, .. }) = wanted.first() {
        return Err(checker.broken(Reason::Missing { named_by: *named_by }).into());
    }
    match read_head(dir, segment)? {
        // The process was killed between making the two files.
        None => Ok(()),
        Some(bytes) if bytes.is_empty() => Ok(()),
        Some(bytes) => match Head::read(&bytes) {
            None => Err(checker.broken(Reason::HeadMalformed).into()),
            Some(head) if (head.seq, head.chain) == (0, segment.genesis()) => Ok(()),
            Some(_) => Err(checker.broken(Reason::LogMissing).into()),
        },
    }
}

/// The bytes of a head, one more than it should have at most; `None` if there is no such file.
fn read_head(dir: &Path, segment: SegmentId) -> Result<Option<Vec<u8>>, VerifyError> {
    let path = dir.join(segment.head());
    let mut bytes = Vec::new();
    match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.and_then(|file| file.take(Head::LENGTH as u64 + 1).read_to_end(&mut bytes)),
    }
    .map_err(unread(&path))?;
    Ok(Some(bytes))
}

/// What a whole segment holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) records: u64,
    pub(crate) bytes: u64,
    pub(crate) closed: bool,
    pub(crate) torn: Option<Torn>,
    pub(crate) span: Option<(Timestamp, Timestamp)>,
}

/// What must stand in a segment: at this number, this chain hash.
struct Mark {
    seq: u64,
    chain: Digest,
    /// The later segment that says so.
    named_by: SegmentId,
}

impl Mark {
    fn short(&self) -> Reason {
        Reason::ShorterThanLink { named_by: self.named_by, seen: self.seq }
    }

    fn differs(&self) -> Reason {
        Reason::LinkDiffers { named_by: self.named_by }
    }
}

fn add(summary: &mut Summary, end: End) {
    summary.segments += 1;
    summary.closed += u64::from(end.closed);
    summary.records += end.records;
    summary.bytes += end.bytes;
    summary.torn.extend(end.torn);
    if let Some((first, last)) = end.span {
        let (from, to) = summary.span.unwrap_or((first, last));
        summary.span = Some((from.min(first), to.max(last)));
    }
}

/// How often a segment is checked with another head before it counts as one that cannot be read.
const HEAD_TRIES: usize = 16;
/// How many milliseconds to wait for a head that is being written, before each reading of it.
const HEAD_PAUSES: [u64; 6] = [0, 1, 2, 4, 8, 16];

/// Checks one segment, and shows every record that is right to `each`.
pub(crate) fn walk(
    dir: &Path,
    segment: SegmentId,
    wanted: &[Wanted],
    each: &mut dyn FnMut(&Follows<'_>, &Checker),
) -> Result<End, VerifyError> {
    let checker = Checker::new(segment);
    // The head is read before the log, which may grow meanwhile.
    let mut head = whole_head(dir, segment)?.map_err(|reason| checker.broken(reason))?;
    let (end, wrong) = walk_with(dir, segment, (head, wanted), each)?;
    let Some(mut wrong) = wrong else { return Ok(end) };
    for _ in 0..HEAD_TRIES {
        head = moved(dir, segment, head)?.ok_or_else(|| wrong.clone())?;
        match walk_with(dir, segment, (head, wanted), &mut |_, _| {})? {
            (_, None) => return Ok(end),
            (_, Some(still)) => wrong = still,
        }
    }
    let busy = io::Error::new(ErrorKind::WouldBlock, "it is written without a pause");
    Err(unread(&dir.join(segment.head()))(busy))
}

/// What the head says now, if a process writes it and it does not say the same as before.
///
/// A head is written over in place, and file systems let a reader see the first bytes of one
/// writing with the last of another. A head that does not fit its log is therefore damage only if
/// nobody is writing it, or if it stays what it is.
fn moved(dir: &Path, segment: SegmentId, before: Head) -> Result<Option<Head>, VerifyError> {
    let path = dir.join(segment.head());
    let file = File::open(&path).map_err(unread(&path))?;
    // A file system without locks cannot say that nobody writes.
    let written = file.try_lock_shared().is_err();
    for pause in HEAD_PAUSES.iter().take(if written { HEAD_PAUSES.len() } else { 1 }) {
        thread::sleep(Duration::from_millis(*pause));
        let head = whole_head(dir, segment)?;
        let head = head.map_err(|reason| Checker::new(segment).broken(reason))?;
        if head != before {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

/// Checks one segment with a head that may have been read while it was written. Returns what the
/// segment holds, and what is wrong by that head.
fn walk_with(
    dir: &Path,
    segment: SegmentId,
    (head, wanted): (Head, &[Wanted]),
    each: &mut dyn FnMut(&Follows<'_>, &Checker),
) -> Result<(End, Option<Broken>), VerifyError> {
    let mut checker = Checker::new(segment);
    let marks = marks(wanted);
    let path = log_path(dir, segment);
    let mut log = BufReader::with_capacity(64 << 10, File::open(&path).map_err(unread(&path))?);
    let (mut line, mut span) = (Vec::new(), None);
    let mut left = marks.as_slice();
    passed(&mut left, 0, &checker.chain).map_err(|reason| checker.broken(reason))?;
    let differs = |at: &Checker, before: &Checker| {
        let wrong = at.seq == head.seq && at.chain != head.chain;
        wrong.then(|| before.broken(Reason::HeadDiffers))
    };
    let mut wrong = differs(&checker, &checker);
    let rest = loop {
        match next_line(&mut log, &mut line).map_err(unread(&path))? {
            Next::End(rest) => break rest,
            Next::TooLong => return Err(checker.broken(Reason::TooLong).into()),
            Next::Line => {}
        }
        let before = checker.clone();
        let record = checker.follow(&line)?;
        passed(&mut left, checker.seq, &checker.chain).map_err(|reason| before.broken(reason))?;
        wrong = wrong.or_else(|| differs(&checker, &before));
        span = Some((span.map_or(record.ts, |(first, _)| first), record.ts));
        each(&record, &checker);
    };
    if let Some(mark) = left.first() {
        return Err(checker.broken(mark.short()).into());
    }
    if checker.closed && rest > 0 {
        return Err(checker.broken(Reason::AfterClosed).into());
    }
    if head.seq > checker.seq {
        wrong = Some(checker.broken(Reason::ShorterThanHead { written: head.seq }));
    }
    let torn = Torn { segment, offset: checker.offset, bytes: rest };
    let end = End {
        records: checker.seq,
        bytes: checker.offset,
        closed: checker.closed,
        torn: (rest > 0).then_some(torn),
        span,
    };
    Ok((end, wrong))
}

/// The head of a segment, which every segment has.
fn whole_head(dir: &Path, segment: SegmentId) -> Result<Result<Head, Reason>, VerifyError> {
    let Some(bytes) = read_head(dir, segment)? else { return Ok(Err(Reason::HeadMissing)) };
    Ok(Head::read(&bytes).ok_or(Reason::HeadMalformed))
}

/// What later segments saw of a segment, in its order.
fn marks(wanted: &[Wanted]) -> Vec<Mark> {
    let mark = |Wanted { named_by, link }: &Wanted| Mark {
        seq: link.seq,
        chain: link.chain,
        named_by: *named_by,
    };
    let mut marks: Vec<_> = wanted.iter().map(mark).collect();
    marks.sort_by_key(|mark| mark.seq);
    marks
}

/// Passes the marks at this number, if they hold.
fn passed(left: &mut &[Mark], seq: u64, chain: &Digest) -> Result<(), Reason> {
    while let Some((mark, rest)) = left.split_first().filter(|(mark, _)| mark.seq == seq) {
        if mark.chain != *chain {
            return Err(mark.differs());
        }
        *left = rest;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, OpenOptions},
        os::unix::fs::FileExt as _,
        sync::Arc,
        time::UNIX_EPOCH,
    };

    use super::*;
    use crate::{Event, Ledger, Options, Record};

    /// A ledger that is being written, and the head that it has come to.
    fn written() -> (tempfile::TempDir, Ledger, SegmentId, Head) {
        let dir = tempfile::tempdir().expect("there is room");
        let options = Options::new("node-1", Arc::new(|| UNIX_EPOCH));
        let ledger = Ledger::open(dir.path(), options).expect("it can be opened");
        for _ in 0..3 {
            let seq = ledger.append(Record::of(Event::ServerStopped)).expect("it is open");
            ledger.commit(seq).expect("it can be stored");
        }
        let segment = ledger.segment().expect("it is open");
        let head = whole_head(dir.path(), segment).expect("it can be read").expect("it is whole");
        (dir, ledger, segment, head)
    }

    #[test]
    fn a_head_that_was_read_while_it_was_written_is_read_again() {
        let (dir, ledger, segment, head) = written();
        // The number of one writing with the chain hash of another.
        let half = Head { seq: head.seq - 1, chain: head.chain };
        let path = dir.path().join(segment.head());
        let file = OpenOptions::new().write(true).open(path).expect("it is ours");
        file.write_all_at(&half.write(), 0).expect("there is room");
        let (_, wrong) =
            walk_with(dir.path(), segment, (half, &[]), &mut |_, _| {}).expect("the log is right");
        assert!(wrong.is_some_and(|broken| broken.reason == Reason::HeadDiffers));
        assert_eq!(moved(dir.path(), segment, half).expect("it can be read"), None, "it stays");
        assert_eq!(moved(dir.path(), segment, head).expect("it can be read"), Some(half));
        let mut seen = 0;
        let walked = walk(dir.path(), segment, &[], &mut |_, _| {
            seen += 1;
            // The writing that was under way comes to its end.
            file.write_all_at(&head.write(), 0).expect("there is room");
        });
        assert_eq!((walked.expect("it is intact").records, seen), (4, 4), "each is shown once");
        drop(ledger);
    }

    #[test]
    fn a_head_that_nobody_writes_is_what_it_is() {
        let (dir, ledger, segment, head) = written();
        let copy = tempfile::tempdir().expect("there is room");
        for name in [segment.head(), segment.log()] {
            fs::copy(dir.path().join(&name), copy.path().join(&name)).expect("there is room");
        }
        assert_eq!(verify(copy.path()).expect("it is intact").records, 4);
        for half in [
            Head { seq: head.seq - 1, ..head },
            Head { seq: head.seq + 1, ..head },
            Head { seq: 0, ..head },
        ] {
            fs::write(copy.path().join(segment.head()), half.write()).expect("there is room");
            verify(copy.path()).expect_err("the head is not that of the log");
        }
        drop(ledger);
    }
}

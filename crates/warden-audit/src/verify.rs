//! Checking a whole ledger: chains, heads and the links between segments.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufReader, ErrorKind, Read as _},
    path::{Path, PathBuf},
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
    /// The later segment that says so; `None` for the head.
    named_by: Option<SegmentId>,
}

impl Mark {
    fn short(&self) -> Reason {
        match self.named_by {
            Some(named_by) => Reason::ShorterThanLink { named_by, seen: self.seq },
            None => Reason::ShorterThanHead { written: self.seq },
        }
    }

    fn differs(&self) -> Reason {
        match self.named_by {
            Some(named_by) => Reason::LinkDiffers { named_by },
            None => Reason::HeadDiffers,
        }
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

/// Checks one segment, and shows every record that is right to `each`.
pub(crate) fn walk(
    dir: &Path,
    segment: SegmentId,
    wanted: &[Wanted],
    each: &mut dyn FnMut(&Follows<'_>, &Checker),
) -> Result<End, VerifyError> {
    let mut checker = Checker::new(segment);
    // The head is read before the log, which may grow meanwhile.
    let marks = marks(dir, segment, wanted)?.map_err(|reason| checker.broken(reason))?;
    let path = log_path(dir, segment);
    let mut log = BufReader::with_capacity(64 << 10, File::open(&path).map_err(unread(&path))?);
    let (mut line, mut span) = (Vec::new(), None);
    let mut left = marks.as_slice();
    passed(&mut left, 0, &checker.chain).map_err(|reason| checker.broken(reason))?;
    let rest = loop {
        match next_line(&mut log, &mut line).map_err(unread(&path))? {
            Next::End(rest) => break rest,
            Next::TooLong => return Err(checker.broken(Reason::TooLong).into()),
            Next::Line => {}
        }
        let before = checker.clone();
        let record = checker.follow(&line)?;
        passed(&mut left, checker.seq, &checker.chain).map_err(|reason| before.broken(reason))?;
        span = Some((span.map_or(record.ts, |(first, _)| first), record.ts));
        each(&record, &checker);
    };
    if let Some(mark) = left.first() {
        return Err(checker.broken(mark.short()).into());
    }
    if checker.closed && rest > 0 {
        return Err(checker.broken(Reason::AfterClosed).into());
    }
    let torn = Torn { segment, offset: checker.offset, bytes: rest };
    Ok(End {
        records: checker.seq,
        bytes: checker.offset,
        closed: checker.closed,
        torn: (rest > 0).then_some(torn),
        span,
    })
}

/// Everything that must stand in a segment, in its order.
fn marks(
    dir: &Path,
    segment: SegmentId,
    wanted: &[Wanted],
) -> Result<Result<Vec<Mark>, Reason>, VerifyError> {
    let Some(bytes) = read_head(dir, segment)? else { return Ok(Err(Reason::HeadMissing)) };
    let Some(head) = Head::read(&bytes) else { return Ok(Err(Reason::HeadMalformed)) };
    let mut marks = vec![Mark { seq: head.seq, chain: head.chain, named_by: None }];
    marks.extend(wanted.iter().map(|Wanted { named_by, link }| Mark {
        seq: link.seq,
        chain: link.chain,
        named_by: Some(*named_by),
    }));
    marks.sort_by_key(|mark| mark.seq);
    Ok(Ok(marks))
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

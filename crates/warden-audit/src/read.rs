//! Looking into a ledger: its last records, those that match, those that are yet to come.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    fs::File,
    io::{BufReader, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use crate::{
    Broken, Reason, SegmentId, Stored, Timestamp, VerifyError,
    check::{self, Checker},
    directory::{self, log_path},
    lines::{Next, last_lines, next_line},
    verify::{unread, walk},
};

/// Which records to look for; what is left out matches every record.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The agent's identifier.
    pub agent: Option<String>,
    /// The server's name.
    pub server: Option<String>,
    /// The tool's name.
    pub tool: Option<String>,
    /// The event, or what comes before its dot: `call` covers `call.intent`.
    pub event: Option<String>,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// The segment's identifier, or how it ends.
    pub segment: Option<String>,
    /// The number in its segment.
    pub seq: Option<u64>,
}

impl Filter {
    /// Whether this record is looked for.
    #[must_use]
    pub fn matches(&self, stored: &Stored) -> bool {
        let record = &stored.record;
        let same = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        let event = &*record.event;
        let family = event.split_once('.').map(|(family, _)| family);
        same(&self.agent, record.agent.as_deref())
            && same(&self.server, record.server.as_ref().map(|server| &*server.name))
            && same(&self.tool, record.tool.as_ref().map(|tool| &*tool.name))
            && (same(&self.event, Some(event)) || same(&self.event, family))
            && self.since.is_none_or(|since| record.ts >= since)
            && self.until.is_none_or(|until| record.ts < until)
            && self.seq.is_none_or(|seq| record.seq == seq)
            && self.covers(stored.segment)
    }

    fn covers(&self, segment: SegmentId) -> bool {
        self.segment.as_deref().is_none_or(|end| segment.to_string().ends_with(end))
    }
}

/// The records that were found.
#[derive(Debug, Default)]
pub struct Selection {
    /// The newest of them, oldest first.
    pub records: Vec<Stored>,
    /// How many matched.
    pub matched: u64,
    /// Where segments are damaged. Records after such a place were not looked at, unless it is the
    /// head alone that does not fit.
    pub broken: Vec<Broken>,
}

/// Finds the newest `most` records that match. Chains and heads are checked on the way.
///
/// # Errors
/// What could not be read. Damage is no error here, but part of the answer.
pub fn select(dir: &Path, filter: &Filter, most: usize) -> Result<Selection, VerifyError> {
    let mut newest = Newest::new(most);
    let mut selection = Selection::default();
    selection.broken = each(dir, filter, &mut |stored| {
        selection.matched += 1;
        newest.push(stored);
    })?;
    selection.records = newest.into_sorted();
    Ok(selection)
}

/// Shows `visit` every record that matches, segment by segment, each in its order; however many
/// there are, no more than one is held. Chains and heads are checked on the way. Returns where
/// segments are damaged, as [`Selection::broken`] has it.
///
/// # Errors
/// What could not be read. Damage is no error here, but part of the answer.
pub fn each(
    dir: &Path,
    filter: &Filter,
    visit: &mut dyn FnMut(Stored),
) -> Result<Vec<Broken>, VerifyError> {
    let listing = directory::list(dir).map_err(unread(dir))?;
    let mut damaged = Vec::new();
    for segment in listing.logs.into_iter().filter(|segment| filter.covers(*segment)) {
        let mut unreadable = None;
        let walked = walk(dir, segment, &[], &mut |line, checker| {
            let Some(stored) = stored(segment, line.offset, checker, line.body) else {
                let seq = checker.seq;
                let broken = Broken { segment, seq, offset: line.offset, reason: Reason::Body };
                unreadable.get_or_insert(broken);
                return;
            };
            if filter.matches(&stored) {
                visit(stored);
            }
        });
        match walked {
            Ok(_) => {}
            Err(VerifyError::Broken(broken)) => damaged.push(broken),
            Err(error) => return Err(error),
        }
        damaged.extend(unreadable);
    }
    Ok(damaged)
}

fn stored(segment: SegmentId, offset: u64, checker: &Checker, body: &str) -> Option<Stored> {
    let record = check::read_body(body.as_bytes()).ok()?;
    Some(Stored { segment, offset, chain: checker.chain, record, body: body.into() })
}

/// The last `most` records of all segments together, oldest first. Their chain is not checked;
/// what is no record is an error.
///
/// # Errors
/// What could not be read, or is no record.
pub fn tail(dir: &Path, most: usize) -> Result<Vec<Stored>, VerifyError> {
    Follower::start(dir, most).map(|(records, _)| records)
}

fn unchecked(segment: SegmentId, offset: u64, line: &[u8]) -> Result<Stored, VerifyError> {
    let broken = |reason| Broken { segment, seq: 0, offset, reason };
    let (chain, body) = check::split(line).map_err(broken)?;
    let record = check::read_body(body.as_bytes()).map_err(|_| broken(Reason::Body))?;
    Ok(Stored { segment, offset, chain, record, body: body.into() })
}

/// Sees the records that are written after it was made.
#[derive(Debug)]
pub struct Follower {
    dir: PathBuf,
    /// How far each segment was read.
    read: BTreeMap<SegmentId, u64>,
}

impl Follower {
    /// Follows a ledger from where it ends now. Returns its last `most` records too.
    ///
    /// # Errors
    /// What could not be read, or is no record.
    pub fn start(dir: &Path, most: usize) -> Result<(Vec<Stored>, Self), VerifyError> {
        let listing = directory::list(dir).map_err(unread(dir))?;
        let mut newest = Newest::new(most);
        let mut follower = Self { dir: dir.to_owned(), read: BTreeMap::new() };
        for segment in listing.logs {
            let path = log_path(dir, segment);
            // The last line is needed in any case, to know where to go on.
            let lines = File::open(&path).and_then(|log| last_lines(&log, most.max(1)));
            for (offset, line) in lines.map_err(unread(&path))? {
                follower.read.insert(segment, offset + line.len() as u64 + 1);
                newest.push(unchecked(segment, offset, &line)?);
            }
        }
        Ok((newest.into_sorted(), follower))
    }

    /// The records that were written since, in the order of their times. Their chain is not
    /// checked.
    ///
    /// # Errors
    /// What could not be read, or is no record.
    pub fn poll(&mut self) -> Result<Vec<Stored>, VerifyError> {
        let listing = directory::list(&self.dir).map_err(unread(&self.dir))?;
        let mut found = Vec::new();
        for segment in listing.logs {
            self.poll_segment(segment, &mut found)?;
        }
        found.sort_by_key(order);
        Ok(found)
    }

    fn poll_segment(
        &mut self,
        segment: SegmentId,
        found: &mut Vec<Stored>,
    ) -> Result<(), VerifyError> {
        let path = log_path(&self.dir, segment);
        let from = self.read.entry(segment).or_default();
        let mut log = File::open(&path).map_err(unread(&path))?;
        let length = log.metadata().map_err(unread(&path))?.len();
        let broken = |offset, reason| Broken { segment, seq: 0, offset, reason };
        if length < *from {
            return Err(broken(length, Reason::Shrunk).into());
        }
        if length == *from {
            return Ok(());
        }
        log.seek(SeekFrom::Start(*from)).map_err(unread(&path))?;
        let (mut log, mut line) = (BufReader::new(log), Vec::new());
        loop {
            match next_line(&mut log, &mut line).map_err(unread(&path))? {
                Next::Line => found.push(unchecked(segment, *from, &line)?),
                Next::TooLong => return Err(broken(*from, Reason::TooLong).into()),
                Next::End(_) => return Ok(()),
            }
            *from += line.len() as u64 + 1;
        }
    }
}

fn order(stored: &Stored) -> (Timestamp, SegmentId, u64) {
    (stored.record.ts, stored.segment, stored.record.seq)
}

/// Keeps the newest records that it is shown.
struct Newest {
    most: usize,
    /// The order of the oldest one is on top.
    heap: BinaryHeap<Reverse<Ordered>>,
}

struct Ordered(Stored);

impl Newest {
    fn new(most: usize) -> Self {
        Self { most, heap: BinaryHeap::new() }
    }

    fn push(&mut self, stored: Stored) {
        self.heap.push(Reverse(Ordered(stored)));
        if self.heap.len() > self.most {
            self.heap.pop();
        }
    }

    fn into_sorted(self) -> Vec<Stored> {
        // Reversed twice: sorted by `Reverse`, the newest comes first.
        self.heap
            .into_sorted_vec()
            .into_iter()
            .rev()
            .map(|Reverse(Ordered(stored))| stored)
            .collect()
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        order(&self.0).cmp(&order(&other.0))
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ordered {}

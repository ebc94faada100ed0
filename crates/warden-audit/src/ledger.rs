//! Writing: append to a buffer, commit in groups.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    time::SystemTime,
};

use warden_model::Digest;

use crate::{
    Event, Record, SegmentId, Timestamp,
    directory::{self, Batch, Files},
    record::{Intent, VERSION},
    segment::{Head, MAX_LINE, PREFIX},
};

/// How many bytes may wait in memory: whoever appends more than this commits.
const MOST_BUFFERED: usize = 256 << 10;

/// What a record outlives once it is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The end of the process, however it ends: the operating system holds the record.
    Process,
    /// The loss of power: the disk holds the record.
    Power,
}

/// What the ledger is told the time by.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// How a ledger is kept.
#[derive(Clone)]
pub struct Options {
    /// What a committed record outlives.
    pub durability: Durability,
    /// How large a segment may grow, in bytes, before the next one is begun.
    pub rotate_at: u64,
    /// The name of the machine.
    pub node: String,
    /// What tells the time.
    pub clock: Clock,
}

impl Options {
    /// The usual way: records outlive the process, segments grow to 64 MiB.
    #[must_use]
    pub fn new(node: impl Into<String>, clock: Clock) -> Self {
        Self { durability: Durability::Process, rotate_at: 64 << 20, node: node.into(), clock }
    }
}

/// Why nothing could be recorded. The caller then refuses to go on.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// An operation on a file failed.
    #[error("cannot use `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An earlier write failed; nothing more can be recorded.
    #[error("the ledger stopped after a failed write: {kind}")]
    Stopped {
        /// Why it failed.
        kind: io::ErrorKind,
    },
    /// The ledger was closed.
    #[error("the ledger is closed")]
    Closed,
    /// Others than its owner may write to the directory.
    #[error("others may write to the ledger directory `{}` (mode {mode:o})", path.display())]
    Exposed {
        /// The directory.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// No identifier sorts after those in the directory.
    #[error("no segment can follow the newest one in the directory")]
    NoIdentifier,
    /// The record is longer than a line may be, or cannot be written as JSON.
    #[error("the record is too large")]
    TooLarge,
    /// The event is the ledger's own.
    #[error("the event is written by the ledger alone")]
    Reserved,
    /// The event announces nothing that could be closed.
    #[error("the event is not an intent")]
    NotAnIntent,
}

/// The place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seq {
    /// Its segment.
    pub segment: SegmentId,
    /// Its number there, counted from 1.
    pub number: u64,
    /// How many records this process had appended with it.
    place: u64,
}

/// A ledger that this process writes. Clones write the same segment.
///
/// When the last clone is dropped, the segment is closed if it still can be.
#[derive(Clone)]
pub struct Ledger(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    options: Options,
    state: Mutex<State>,
    /// Told whenever a batch was stored, or could not be.
    stored: Condvar,
}

struct State {
    files: Arc<Files>,
    /// Whole lines that are not stored yet.
    buffer: Vec<u8>,
    /// The buffer of the batch before, to be used again.
    spare: Vec<u8>,
    /// The last record that was appended.
    last: Head,
    /// How long the log is once everything is stored.
    bytes: u64,
    /// How many records were appended, and how many of them are stored.
    appended: u64,
    durable: u64,
    /// Whether somebody is storing a batch. INVARIANT: one at a time, in order.
    storing: bool,
    fault: Option<Fault>,
}

#[derive(Clone, Copy)]
enum Fault {
    Failed(io::ErrorKind),
    Closed,
}

impl Ledger {
    /// Opens a ledger: makes the directory if it is missing, and a new segment in it.
    ///
    /// # Errors
    /// When the segment cannot be made, or its first record cannot be stored.
    pub fn open(dir: impl Into<PathBuf>, options: Options) -> Result<Self, LedgerError> {
        let dir = dir.into();
        directory::prepare(&dir)?;
        let now = Timestamp::from((options.clock)());
        let files = directory::create(&dir, options.durability, now)?;
        let mut state = State::new(files);
        state.open_segment(&options)?;
        let inner = Inner { dir, options, state: Mutex::new(state), stored: Condvar::new() };
        let state = inner.store(inner.lock()?)?;
        drop(state);
        Ok(Self(Arc::new(inner)))
    }

    /// Appends a record. It is not stored before it is committed.
    ///
    /// # Errors
    /// When the ledger takes no records any more, or not this one.
    pub fn append(&self, record: Record<'_>) -> Result<Seq, LedgerError> {
        if Event::parse(&record.event).is_some_and(Event::reserved) {
            return Err(LedgerError::Reserved);
        }
        self.0.append(record, None)
    }

    /// Appends the end of what `intent` announced.
    pub(crate) fn append_closing(
        &self,
        intent: Seq,
        record: Record<'_>,
    ) -> Result<Seq, LedgerError> {
        self.0.append(record, Some(intent))
    }

    /// Returns when every record up to `seq` is as durable as was asked for. Many threads that
    /// commit at the same time share one write.
    ///
    /// # Errors
    /// When that cannot be had. The ledger then takes no more records.
    pub fn commit(&self, seq: Seq) -> Result<(), LedgerError> {
        self.0.settle(seq.place)
    }

    /// The same for a caller that has better things to do than to wait: returns whether the records
    /// are stored, `false` while somebody else is storing others. Ask again soon.
    ///
    /// # Errors
    /// When that cannot be had. The ledger then takes no more records.
    pub fn try_commit(&self, seq: Seq) -> Result<bool, LedgerError> {
        let state = self.0.lock()?;
        if state.durable >= seq.place {
            return Ok(true);
        }
        state.sound()?;
        if state.storing {
            return Ok(false);
        }
        drop(self.0.store(state)?);
        Ok(true)
    }

    /// Closes the segment and stores everything. Later records are refused.
    ///
    /// # Errors
    /// When the end could not be stored.
    pub fn close(&self) -> Result<(), LedgerError> {
        let mut state = self.0.idle(self.0.lock()?)?;
        state.close_segment(&self.0.options)?;
        let mut state = self.0.store(state)?;
        state.fault = Some(Fault::Closed);
        Ok(())
    }

    /// The segment that is being written.
    ///
    /// # Errors
    /// When the ledger is not usable any more.
    pub fn segment(&self) -> Result<SegmentId, LedgerError> {
        Ok(self.0.lock()?.files.id)
    }

    /// The directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("dir", &self.0.dir).finish_non_exhaustive()
    }
}

impl Inner {
    fn lock(&self) -> Result<MutexGuard<'_, State>, LedgerError> {
        // A thread that panicked here may have left half a line in the buffer.
        self.state.lock().map_err(|_| LedgerError::Stopped { kind: io::ErrorKind::Other })
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> Result<MutexGuard<'a, State>, LedgerError> {
        self.stored.wait(state).map_err(|_| LedgerError::Stopped { kind: io::ErrorKind::Other })
    }

    /// Waits until nobody is storing a batch.
    fn idle<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
    ) -> Result<MutexGuard<'a, State>, LedgerError> {
        while state.storing {
            state = self.wait(state)?;
        }
        state.sound()?;
        Ok(state)
    }

    fn append(&self, mut record: Record<'_>, intent: Option<Seq>) -> Result<Seq, LedgerError> {
        let mut state = self.lock()?;
        state.sound()?;
        if state.bytes >= self.options.rotate_at {
            state = self.rotate(state)?;
        }
        record.intent = intent.map(|intent| Intent {
            segment: (intent.segment != state.files.id).then_some(intent.segment),
            seq: intent.number,
        });
        state.push(record, &self.options)?;
        let place = state.place();
        if state.buffer.len() >= MOST_BUFFERED {
            drop(state);
            self.settle(place.place)?;
        }
        Ok(place)
    }

    /// Ends this segment and begins the next. Everything is stored on the way, so that no link
    /// ever names a record that is only in memory.
    fn rotate<'a>(
        &self,
        state: MutexGuard<'a, State>,
    ) -> Result<MutexGuard<'a, State>, LedgerError> {
        let mut state = self.idle(state)?;
        if state.bytes < self.options.rotate_at {
            return Ok(state);
        }
        state.close_segment(&self.options)?;
        let mut state = self.store_held(state)?;
        let now = Timestamp::from((self.options.clock)());
        let files = directory::create(&self.dir, self.options.durability, now)
            .inspect_err(|error| state.fault = Some(Fault::Failed(error.kind())))?;
        state.begin(files);
        state.open_segment(&self.options)?;
        self.store_held(state)
    }

    fn settle(&self, place: u64) -> Result<(), LedgerError> {
        let mut state = self.lock()?;
        while state.durable < place {
            state.sound()?;
            state = if state.storing { self.wait(state)? } else { self.store(state)? };
        }
        Ok(())
    }

    /// Stores what is in the buffer, for everybody who waits. Others append meanwhile.
    fn store<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
    ) -> Result<MutexGuard<'a, State>, LedgerError> {
        let taken = state.take();
        drop(state);
        let outcome = taken.store(self.options.durability);
        self.stored(self.lock()?, taken, outcome)
    }

    /// The same without letting others append.
    fn store_held<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
    ) -> Result<MutexGuard<'a, State>, LedgerError> {
        let taken = state.take();
        let outcome = taken.store(self.options.durability);
        self.stored(state, taken, outcome)
    }

    fn stored<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        taken: Taken,
        outcome: io::Result<()>,
    ) -> Result<MutexGuard<'a, State>, LedgerError> {
        state.finish(taken, &outcome);
        self.stored.notify_all();
        let path = || directory::log_path(&self.dir, state.files.id);
        outcome.map_err(|source| LedgerError::Io { path: path(), source })?;
        Ok(state)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let Ok(state) = self.state.get_mut() else { return };
        if state.fault.is_some() || state.close_segment(&self.options).is_err() {
            return;
        }
        let taken = state.take();
        // A segment without an end is one whose process was killed. Readers know that case, and
        // there is nobody left to tell.
        let outcome = taken.store(self.options.durability);
        state.finish(taken, &outcome);
    }
}

/// What somebody took out of the state to store it.
struct Taken {
    files: Arc<Files>,
    bytes: Vec<u8>,
    head: Head,
    /// How many records are stored after it.
    place: u64,
}

impl Taken {
    fn store(&self, durability: Durability) -> io::Result<()> {
        self.files.store(&Batch { bytes: &self.bytes, head: self.head }, durability)
    }
}

impl State {
    fn new(files: Files) -> Self {
        Self {
            last: Head { seq: 0, chain: files.id.genesis() },
            files: Arc::new(files),
            buffer: Vec::new(),
            spare: Vec::new(),
            bytes: 0,
            appended: 0,
            durable: 0,
            storing: false,
            fault: None,
        }
    }

    /// Goes on in a new segment. INVARIANT: everything before it is stored.
    fn begin(&mut self, files: Files) {
        self.last = Head { seq: 0, chain: files.id.genesis() };
        self.bytes = 0;
        self.files = Arc::new(files);
    }

    fn sound(&self) -> Result<(), LedgerError> {
        match self.fault {
            None => Ok(()),
            Some(Fault::Failed(kind)) => Err(LedgerError::Stopped { kind }),
            Some(Fault::Closed) => Err(LedgerError::Closed),
        }
    }

    fn place(&self) -> Seq {
        Seq { segment: self.files.id, number: self.last.seq, place: self.appended }
    }

    fn open_segment(&mut self, options: &Options) -> Result<(), LedgerError> {
        let links = self.files.links.clone();
        self.push(Record { links, ..Record::of(Event::SegmentOpened) }, options)
    }

    fn close_segment(&mut self, options: &Options) -> Result<(), LedgerError> {
        self.push(Record::of(Event::SegmentClosed), options)
    }

    /// Writes the record's line at the end of the buffer, or leaves the buffer as it was.
    fn push<'a>(
        &mut self,
        mut record: Record<'a>,
        options: &'a Options,
    ) -> Result<(), LedgerError> {
        record.node = options.node.as_str().into();
        record.seq = self.last.seq + 1;
        record.ts = Timestamp::from((options.clock)());
        record.v = VERSION;
        let start = self.buffer.len();
        self.line(start, &record).inspect_err(|_| self.buffer.truncate(start))
    }

    fn line(&mut self, start: usize, record: &Record<'_>) -> Result<(), LedgerError> {
        self.buffer.extend_from_slice(&[b' '; PREFIX]);
        serde_json::to_writer(&mut self.buffer, record).map_err(|_| LedgerError::TooLarge)?;
        let line = self.buffer.get_mut(start..).unwrap_or_default();
        if line.len() >= MAX_LINE {
            return Err(LedgerError::TooLarge);
        }
        let (prefix, body) = line.split_at_mut(PREFIX);
        let chain = Digest::of_parts([&self.last.chain.bytes()[..], body]);
        prefix[..PREFIX - 1].copy_from_slice(&chain.hex());
        self.buffer.push(b'\n');
        self.bytes += (self.buffer.len() - start) as u64;
        self.last = Head { seq: record.seq, chain };
        self.appended += 1;
        Ok(())
    }

    fn take(&mut self) -> Taken {
        self.storing = true;
        let mut bytes = std::mem::take(&mut self.spare);
        std::mem::swap(&mut bytes, &mut self.buffer);
        Taken { files: Arc::clone(&self.files), bytes, head: self.last, place: self.appended }
    }

    fn finish(&mut self, mut taken: Taken, outcome: &io::Result<()>) {
        self.storing = false;
        match outcome {
            Ok(()) => self.durable = taken.place,
            Err(error) => self.fault = Some(Fault::Failed(error.kind())),
        }
        taken.bytes.clear();
        self.spare = taken.bytes;
    }
}

impl LedgerError {
    fn kind(&self) -> io::ErrorKind {
        match self {
            Self::Io { source, .. } => source.kind(),
            Self::Stopped { kind } => *kind,
            Self::Exposed { .. } => io::ErrorKind::PermissionDenied,
            Self::Closed
            | Self::NoIdentifier
            | Self::TooLarge
            | Self::Reserved
            | Self::NotAnIntent => io::ErrorKind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::File, sync::Weak, time::UNIX_EPOCH};

    /// A ledger whose log can be opened, but not written.
    fn unwritable(dir: &Path) -> Ledger {
        let options = Options::new("node", Arc::new(|| UNIX_EPOCH));
        let files = directory::create(dir, Durability::Process, Timestamp::default())
            .expect("there is room");
        let log = File::open(directory::log_path(dir, files.id)).expect("it was just made");
        let state = Mutex::new(State::new(Files { log, ..files }));
        let dir = dir.to_owned();
        Ledger(Arc::new(Inner { dir, options, state, stored: Condvar::new() }))
    }

    #[test]
    fn after_a_write_that_failed_nothing_is_recorded_any_more() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let ledger = unwritable(dir.path());
        let pending = ledger.record("call", Record::of(Event::CallIntent)).expect("in memory");
        let refused = ledger.commit_one(pending).expect_err("it cannot be stored");
        assert_eq!(refused.subject, "call");
        assert!(matches!(refused.source, LedgerError::Io { .. }), "{refused}");
        let error = ledger.append(Record::of(Event::CallRefused)).expect_err("it stopped");
        assert!(matches!(error, LedgerError::Stopped { .. }), "{error}");
        assert!(matches!(ledger.close(), Err(LedgerError::Stopped { .. })));
        let alive = Arc::downgrade(&ledger.0);
        drop(ledger);
        assert!(Weak::upgrade(&alive).is_none(), "nothing keeps a stopped ledger open");
    }

    #[test]
    fn everybody_who_waits_for_a_write_that_fails_is_told() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let ledger = unwritable(dir.path());
        let seqs: Vec<_> = (0..4)
            .map(|_| ledger.append(Record::of(Event::CallRefused)).expect("in memory"))
            .collect();
        std::thread::scope(|scope| {
            for seq in seqs {
                let ledger = &ledger;
                scope.spawn(move || ledger.commit(seq).expect_err("it cannot be stored"));
            }
        });
    }
}

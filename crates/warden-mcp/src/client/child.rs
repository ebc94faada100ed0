//! A server as a child process, whose streams can neither block us nor fill our memory.

use std::{
    io::{self, ErrorKind, Read, Write},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};
use warden_model::Hidden;

use super::{Limits, ProbeError};
use crate::{Line, LineReader};

/// How many lines may wait to be written.
const OUTBOX: usize = 64;

/// How many lines may wait to be looked at. All of them together are bounded by the bytes.
const INBOX: usize = 16;

/// How much of the end of standard error is kept.
const TAIL: usize = 8 * 1024;

/// How long the end of standard error is waited for once a server is gone.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A server that has been started.
pub struct Started {
    /// Its standard input.
    pub stdin: Box<dyn Write + Send>,
    /// Its standard output.
    pub stdout: Box<dyn Read + Send>,
    /// Its standard error.
    pub stderr: Box<dyn Read + Send>,
    /// A hold on it.
    pub process: Box<dyn Process>,
}

impl std::fmt::Debug for Started {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Started")
    }
}

/// A hold on a server's process and on everything that it started.
pub trait Process: Send {
    /// Tells all of it to end.
    fn tell(&mut self);

    /// Ends all of it, and returns when the server itself is gone.
    fn kill(&mut self);
}

/// Starts `command` in a process group of its own, with pipes for its three streams.
///
/// # Errors
/// What the system says.
pub fn start_in_group(mut command: Command) -> io::Result<Started> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let mut process = Group(child);
    let (Some(stdin), Some(stdout), Some(stderr)) = streams else {
        process.kill();
        return Err(ErrorKind::BrokenPipe.into());
    };
    Ok(Started {
        stdin: Box::new(stdin),
        stdout: Box::new(stdout),
        stderr: Box::new(stderr),
        process: Box::new(process),
    })
}

struct Group(Child);

impl Group {
    fn signal(&self, signal: Signal) {
        // It fails only when the whole group has gone, which is what was wanted. The number
        // cannot have passed to others: the leader has not been waited for.
        kill_process_group(Pid::from_child(&self.0), signal).ok();
    }
}

impl Process for Group {
    fn tell(&mut self) {
        self.signal(Signal::TERM);
    }

    fn kill(&mut self) {
        self.signal(Signal::KILL);
        // Nothing can be done about a child that the system has already forgotten.
        drop(self.0.wait());
    }
}

/// What came out of standard output.
pub(super) enum Event {
    /// A line.
    Line(Vec<u8>),
    /// More than is read in all; the stream is closed.
    TooLarge,
    /// The end.
    Gone,
}

/// A running server with a thread on each of its streams.
pub(super) struct Running {
    outbox: Option<SyncSender<Vec<u8>>>,
    inbox: Receiver<Event>,
    tail: Arc<Mutex<Vec<u8>>>,
    spoken: Receiver<()>,
    process: Box<dyn Process>,
    ending: Duration,
}

impl Running {
    /// Puts a thread on each stream of a server that was just started.
    pub(super) fn new(mut started: Started, limits: &Limits) -> Result<Self, ProbeError> {
        let (outbox, lines) = sync_channel(OUTBOX);
        let (events, inbox) = sync_channel(INBOX);
        let (done, spoken) = sync_channel(1);
        let tail = Arc::new(Mutex::new(Vec::new()));
        let (stdin, stdout, stderr) = (started.stdin, started.stdout, started.stderr);
        let (bytes, kept) = (limits.bytes, Arc::clone(&tail));
        let threads = spawn(move || write_lines(stdin, &lines))
            .and_then(|()| spawn(move || read_lines(stdout, bytes, &events)))
            .and_then(|()| spawn(move || keep_tail(stderr, &kept, &done)));
        if let Err(error) = threads {
            started.process.kill();
            return Err(ProbeError::Means(error));
        }
        let (outbox, process) = (Some(outbox), started.process);
        Ok(Self { outbox, inbox, tail, spoken, process, ending: limits.ending })
    }

    /// Queues one line. A server that is gone is noticed when it is listened to.
    pub(super) fn send(&self, mut line: Vec<u8>) -> Result<(), ProbeError> {
        line.push(b'\n');
        match self.outbox.as_ref().map(|outbox| outbox.try_send(line)) {
            Some(Err(TrySendError::Full(_))) => Err(ProbeError::Deaf),
            _ => Ok(()),
        }
    }

    /// Waits for the next event; `None` when the time is over.
    pub(super) fn listen(&self, until: Instant) -> Option<Event> {
        match self.inbox.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Disconnected) => Some(Event::Gone),
            Err(RecvTimeoutError::Timeout) => None,
        }
    }

    /// The end of what it wrote to standard error.
    pub(super) fn said(&self) -> Hidden {
        // Either way there is nothing more to wait for.
        self.spoken.recv_timeout(LAST_WORDS).ok();
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        Hidden::new(String::from_utf8_lossy(&tail).trim())
    }

    /// Closes its input, waits for its end, tells it to, waits again. What is left is killed when
    /// this value goes.
    pub(super) fn finish(mut self) {
        self.outbox = None;
        if !self.ended(Instant::now() + self.ending) {
            self.process.tell();
            self.ended(Instant::now() + self.ending);
        }
    }

    fn ended(&self, until: Instant) -> bool {
        loop {
            match self.listen(until) {
                Some(Event::Gone) => return true,
                None => return false,
                Some(Event::Line(_) | Event::TooLarge) => {}
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill();
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    // Nobody waits for these threads: one that hangs on a pipe which a stray grandchild holds
    // open must not hang us.
    thread::Builder::new().name("probe".into()).spawn(work).map(drop)
}

fn write_lines(mut stdin: impl Write, lines: &Receiver<Vec<u8>>) {
    while let Ok(line) = lines.recv() {
        if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: impl Read, bytes: usize, events: &SyncSender<Event>) {
    let mut reader = LineReader::new(Metered { stream: stdout, left: bytes }, bytes);
    let last = loop {
        match reader.fill() {
            Ok(true) => {}
            Err(error) if error.kind() == ErrorKind::FileTooLarge => break Event::TooLarge,
            Ok(false) | Err(_) => break Event::Gone,
        }
        while let Some(line) = reader.next() {
            let event = match line {
                Line::Whole(line) => Event::Line(line.to_vec()),
                Line::TooLong { .. } | Line::Torn(_) => Event::TooLarge,
            };
            if events.send(event).is_err() {
                return;
            }
        }
    };
    // The one who listened may have gone already.
    drop(events.send(last));
}

fn keep_tail(mut stderr: impl Read, tail: &Mutex<Vec<u8>>, done: &SyncSender<()>) {
    let mut space = [0; 4096];
    loop {
        match stderr.read(&mut space) {
            Ok(0) => break,
            Ok(read) => {
                let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
                tail.extend_from_slice(space.get(..read).unwrap_or_default());
                let surplus = tail.len().saturating_sub(TAIL);
                tail.drain(..surplus);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    // The one who listened may have gone already.
    done.try_send(()).ok();
}

/// A stream that ends in an error once it has given too much.
struct Metered<R> {
    stream: R,
    left: usize,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let most = space.len().min(self.left);
        let read = self.stream.read(space.get_mut(..most).unwrap_or_default())?;
        self.left -= read;
        Ok(read)
    }
}

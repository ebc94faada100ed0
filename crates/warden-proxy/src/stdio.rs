//! A guard between two pairs of pipes: the client's and the server's.
//!
//! Two threads carry the messages, one for each direction. What a message calls for in the other
//! direction goes through a third, so that a server which does not read cannot stop us from
//! reading what it writes.

mod pump;
mod writer;

use std::{
    io::{Read, Write},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender},
    },
    thread,
    time::{Duration, Instant},
};

use warden_audit::{Ledger, Process};

use crate::{Batch, Guard, Outgoing, Settings};
use writer::Writer;

/// How often waiting looks are checked for their age.
const TICK: Duration = Duration::from_millis(100);

/// The most messages that wait for a server which does not read.
const MOST_WAITING: usize = 1024;

/// The four ends of two pairs of pipes.
pub struct Pipes {
    /// What the client writes.
    pub from_client: Box<dyn Read + Send>,
    /// What the client reads.
    pub to_client: Box<dyn Write + Send>,
    /// What the server writes.
    pub from_server: Box<dyn Read + Send>,
    /// What the server reads.
    pub to_server: Box<dyn Write + Send>,
}

/// What happened to the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The client has closed its end.
    ClientEnded,
    /// The server has closed its end.
    ServerEnded,
    /// Nothing can be recorded any more.
    LedgerFailed,
    /// The server floods us with messages that we cannot answer.
    Flooded,
    /// Somebody else asks us to stop.
    Asked,
}

/// A running connection.
#[derive(Clone)]
pub struct Connection(Arc<Shared>);

/// What the third thread is told.
enum Letter {
    /// Write this to the server.
    Line(Vec<u8>),
    /// Look again at what waits.
    Wake,
}

/// Something that is being dealt with, until it is dropped.
struct Work<'a>(&'a AtomicUsize);

impl Drop for Work<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Shared {
    guard: Mutex<Guard>,
    ledger: Ledger,
    server: String,
    to_server: Mutex<Option<Writer>>,
    to_client: Mutex<Writer>,
    /// Messages that one side's thread has for the other side.
    mail: SyncSender<Letter>,
    events: Sender<Happened>,
    /// How much is being dealt with: batches, and letters on their way.
    working: AtomicUsize,
    patience: Duration,
    ended: AtomicBool,
    tell: Box<dyn Fn(&str) + Send + Sync>,
}

impl Connection {
    /// Starts to carry messages. `tell` is given what people should know.
    ///
    /// Returns the connection, and where it says what happens to it.
    #[must_use]
    pub fn start(
        settings: Settings,
        ledger: &Ledger,
        pipes: Pipes,
        pid: u32,
        tell: Box<dyn Fn(&str) + Send + Sync>,
    ) -> (Self, Receiver<Happened>) {
        let (events, happened) = mpsc::channel();
        let (mail, letters) = mpsc::sync_channel(MOST_WAITING);
        let (most, patience) = (settings.limits.message, settings.patience);
        let shared = Arc::new(Shared {
            server: settings.server.clone(),
            guard: Mutex::new(Guard::new(settings, ledger.clone(), Instant::now())),
            ledger: ledger.clone(),
            to_server: Mutex::new(Some(Writer::new(pipes.to_server))),
            to_client: Mutex::new(Writer::new(pipes.to_client)),
            mail,
            events,
            working: AtomicUsize::new(0),
            patience,
            ended: AtomicBool::new(false),
            tell,
        });
        let mut batch = Batch::default();
        shared.guard().started(pid, &mut batch);
        shared.dispatch(batch, pump::Side::Client);
        let carriers =
            [(pump::Side::Client, pipes.from_client), (pump::Side::Server, pipes.from_server)];
        for (side, stream) in carriers {
            let shared = Arc::clone(&shared);
            thread::spawn(move || pump::run(&shared, side, stream, most));
        }
        let postman = Arc::clone(&shared);
        thread::spawn(move || postman.deliver(&letters));
        (Self(shared), happened)
    }

    /// A handle with which somebody else can say that it should stop.
    #[must_use]
    pub fn stopper(&self) -> Sender<Happened> {
        self.0.events.clone()
    }

    /// Closes the server's input, so that it can end by itself. What the client has sent before
    /// goes to the server first, also what is still held.
    pub fn close_input(&self) {
        let patience = Instant::now() + self.0.patience;
        while self.0.busy() && Instant::now() < patience {
            thread::sleep(Duration::from_millis(2));
        }
        self.0.to_server().take();
    }

    /// Answers everybody who still waits, and records how the server ended.
    pub fn finish(&self, process: Process) {
        self.0.ended.store(true, Ordering::SeqCst);
        self.0.mail.try_send(Letter::Wake).ok();
        let mut batch = Batch::default();
        self.0.guard().ended(process, Instant::now(), &mut batch);
        self.0.dispatch(batch, pump::Side::Server);
    }
}

impl Shared {
    fn guard(&self) -> MutexGuard<'_, Guard> {
        // A release build ends with the first panic; elsewhere the state is that of a message
        // that was not dealt with, and was not passed on either.
        self.guard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) -> Work<'_> {
        self.working.fetch_add(1, Ordering::SeqCst);
        Work(&self.working)
    }

    fn to_server(&self) -> MutexGuard<'_, Option<Writer>> {
        self.to_server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records and sends what a batch of messages of one side calls for.
    fn dispatch(&self, batch: Batch<'_>, from: pump::Side) {
        if batch.is_empty() && batch.alarms.is_empty() && !batch.broken {
            return;
        }
        let mut out = batch.commit(&self.ledger, &self.server);
        let mut guard = self.guard();
        guard.settle(&mut out, Instant::now());
        let waits = guard.waits();
        drop(guard);
        if waits {
            // A full box wakes the reader as well.
            self.mail.try_send(Letter::Wake).ok();
        }
        for alarm in &out.alarms {
            (self.tell)(alarm);
        }
        self.send(&out, from);
        if out.broken {
            self.happened(Happened::LedgerFailed);
        }
    }

    fn send(&self, out: &Outgoing<'_>, from: pump::Side) {
        if !out.to_server.is_empty() {
            match from {
                pump::Side::Client => self.write_to_server(out),
                pump::Side::Server => self.post(out),
            }
        }
        if !out.to_client.is_empty() {
            let mut writer = self.to_client.lock().unwrap_or_else(PoisonError::into_inner);
            if writer.lines(&out.to_client).is_err() {
                drop(writer);
                self.happened(Happened::ClientEnded);
            }
        }
    }

    fn write_to_server(&self, out: &Outgoing<'_>) {
        let mut writer = self.to_server();
        // A server that no longer reads is about to end; its output says so.
        if let Some(open) = writer.as_mut()
            && open.lines(&out.to_server).is_err()
        {
            writer.take();
        }
    }

    fn post(&self, out: &Outgoing<'_>) {
        for line in &out.to_server {
            self.working.fetch_add(1, Ordering::SeqCst);
            if self.mail.try_send(Letter::Line(line.to_vec())).is_err() {
                self.working.fetch_sub(1, Ordering::SeqCst);
                self.happened(Happened::Flooded);
            }
        }
    }

    /// Writes what the server's thread has for the server, and looks after what waits.
    fn deliver(&self, letters: &Receiver<Letter>) {
        let mut waits = false;
        while !self.ended.load(Ordering::SeqCst) {
            let letter = if waits {
                letters.recv_timeout(TICK)
            } else {
                letters.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match letter {
                Ok(Letter::Line(line)) => {
                    let out = Outgoing { to_server: vec![line.into()], ..Outgoing::default() };
                    self.write_to_server(&out);
                    self.working.fetch_sub(1, Ordering::SeqCst);
                }
                Ok(Letter::Wake) => waits = true,
                Err(RecvTimeoutError::Timeout) => waits = self.tick(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Whether something is still on its way to the server.
    fn busy(&self) -> bool {
        self.guard().waits() || self.working.load(Ordering::SeqCst) > 0
    }

    /// Refuses what has waited too long. Returns whether anything still waits.
    fn tick(&self) -> bool {
        let mut batch = Batch::default();
        let mut guard = self.guard();
        guard.tick(Instant::now(), &mut batch);
        let waits = guard.waits();
        drop(guard);
        self.dispatch(batch, pump::Side::Client);
        waits
    }

    fn happened(&self, what: Happened) {
        // Nobody listens once the connection is being taken down.
        self.events.send(what).ok();
    }
}

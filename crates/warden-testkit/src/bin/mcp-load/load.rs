//! The loop: every connection asks again as soon as it has its answer.
//!
//! One thread, so that nothing of ours is waited for but our own turn. A time runs from before a
//! request is written until its last byte has been read, and looking at the answer comes after.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use serde_json::{Map, Value, json};

use crate::failures::{Failure, Failures};
use crate::histogram::Histogram;
use crate::options::{Mode, Options};
use crate::request::{FIRST_ID, Template};
use crate::response::Response;
use crate::session;
use crate::usage::{self, Usage};
use crate::verify::Verifier;

/// How much is read at a time.
const CHUNK: usize = 256 * 1024;
/// After so many broken connections nobody is there.
const MOST_BROKEN: u64 = 1000;

struct Connection {
    stream: TcpStream,
    template: Template,
    response: Response,
    id: u64,
    start: Instant,
    /// How much of the request is written; `None` if nothing is asked.
    written: Option<usize>,
    size: usize,
}

/// What has happened so far, and what for.
struct Run<'a> {
    options: &'a Options,
    epoll: OwnedFd,
    verifier: Verifier,
    histogram: Histogram,
    failures: Failures,
    last_id: u64,
    /// When times began to count.
    since: Option<Instant>,
    broken: u64,
    chunk: Vec<u8>,
}

/// What was used up to the start of the window, and up to its end.
struct Used {
    own: Duration,
    family: Usage,
}

/// Runs it and returns what is to be printed.
pub(crate) fn run(options: &Options) -> Result<Value, String> {
    let mut run = Run {
        options,
        epoll: epoll::create(CreateFlags::CLOEXEC).map_err(|error| error.to_string())?,
        verifier: Verifier::new(options),
        histogram: Histogram::default(),
        failures: Failures::default(),
        last_id: FIRST_ID,
        since: None,
        broken: 0,
        chunk: vec![0; CHUNK],
    };
    let mut connections = Vec::with_capacity(options.connections);
    for index in 0..options.connections {
        let opened = run.open(index);
        connections.push(opened.map_err(|failure| format!("cannot begin: {}", failure.name()))?);
    }
    run.measure(&mut connections)
}

impl Run<'_> {
    fn open(&self, index: usize) -> Result<Connection, Failure> {
        let mut stream = session::connect(self.options)?;
        let session = session::open(&mut stream, self.options)?;
        stream.set_nonblocking(true).map_err(|_| Failure::Connection)?;
        let data = EventData::new_u64(index as u64);
        epoll::add(&self.epoll, &stream, data, EventFlags::IN).map_err(|_| Failure::Connection)?;
        Ok(Connection {
            stream,
            template: Template::measured(self.options, session.as_deref()),
            response: Response::default(),
            id: 0,
            start: Instant::now(),
            written: None,
            size: 0,
        })
    }

    fn measure(&mut self, connections: &mut [Connection]) -> Result<Value, String> {
        let begin = Instant::now() + self.options.warmup;
        if self.options.warmup.is_zero() {
            // The very first request counts as well.
            self.since = Some(Instant::now());
        }
        for index in 0..connections.len() {
            self.ask(connections, index)?;
        }
        self.until(connections, |_| Instant::now() >= begin)?;
        let before = self.used();
        let since = *self.since.get_or_insert_with(Instant::now);
        match self.options.mode {
            Mode::Requests(count) => self
                .until(connections, |run| run.histogram.count() + run.failures.total() >= count)?,
            Mode::Time(time) => self.until(connections, |_| since.elapsed() >= time)?,
            Mode::Sessions(_) | Mode::Streams(_) | Mode::First(_) => {}
        }
        let elapsed = since.elapsed();
        let after = self.used();
        self.since = None;
        // Those still on their way are waited for, to see that they are answered and rightly.
        self.finish(connections)?;
        Ok(self.report(elapsed, &before, &after))
    }

    /// Goes on until `done` says so. Silence is looked for after every wait that brought nothing.
    fn until(
        &mut self,
        connections: &mut [Connection],
        done: impl Fn(&Self) -> bool,
    ) -> Result<(), String> {
        let mut events = Vec::with_capacity(256);
        while !done(self) {
            self.wait(&mut events)?;
            if events.is_empty() && self.silent(connections) {
                return Ok(());
            }
            for event in events.drain(..) {
                let index = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
                if self.turn(connections, index)? {
                    self.ask(connections, index)?;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self, connections: &mut [Connection]) -> Result<(), String> {
        let deadline = Instant::now() + self.options.patience;
        let mut events = Vec::with_capacity(256);
        while connections.iter().any(|connection| connection.written.is_some()) {
            if Instant::now() >= deadline {
                let open = connections.iter().filter(|connection| connection.written.is_some());
                for connection in open {
                    self.failures.count(Failure::Silence, connection.response.body());
                }
                return Ok(());
            }
            self.wait(&mut events)?;
            for event in events.drain(..) {
                let index = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
                self.turn(connections, index)?;
            }
        }
        Ok(())
    }

    fn wait(&self, events: &mut Vec<epoll::Event>) -> Result<(), String> {
        const NAP: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
        match epoll::wait(&self.epoll, spare_capacity(events), Some(&NAP)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Returns whether every connection has waited for longer than one waits.
    fn silent(&self, connections: &[Connection]) -> bool {
        connections.iter().all(|connection| connection.start.elapsed() > self.options.patience)
    }

    /// Sends the next request.
    fn ask(&mut self, connections: &mut [Connection], index: usize) -> Result<(), String> {
        let Some(connection) = connections.get_mut(index) else { return Ok(()) };
        self.last_id += 1;
        connection.id = self.last_id;
        connection.written = Some(0);
        connection.response.clear();
        connection.start = Instant::now();
        if connection.write(&self.epoll, index).is_ok() {
            return Ok(());
        }
        if self.failed(connections, index, Failure::Connection)? {
            return self.ask(connections, index);
        }
        Ok(())
    }

    /// Does what can be done on a connection, and returns whether its answer is there.
    fn turn(&mut self, connections: &mut [Connection], index: usize) -> Result<bool, String> {
        let Some(connection) = connections.get_mut(index) else { return Ok(false) };
        let written = connection.write(&self.epoll, index);
        let step = written.and_then(|()| connection.read(&mut self.chunk));
        match step {
            Ok(false) => Ok(false),
            Ok(true) => {
                let time = connection.start.elapsed();
                connection.written = None;
                let last = connection.response.head().is_none_or(|head| head.last);
                match self.verifier.check(&connection.response, connection.id) {
                    Ok(()) => self.right(time),
                    Err(failure) => {
                        self.failures.count(failure, connection.response.body());
                    }
                }
                if last { self.replace(connections, index) } else { Ok(true) }
            }
            Err(failure) => self.failed(connections, index, failure),
        }
    }

    fn right(&mut self, time: Duration) {
        // What began before the window is not of it.
        if self.since.is_some_and(|since| since.elapsed() >= time) {
            self.histogram.record(time);
        }
    }

    /// Counts a failure after which the connection is of no more use.
    fn failed(
        &mut self,
        connections: &mut [Connection],
        index: usize,
        failure: Failure,
    ) -> Result<bool, String> {
        let received = connections.get(index).map(|connection| connection.response.body());
        self.failures.count(failure, received.unwrap_or_default());
        self.broken += 1;
        if self.broken > MOST_BROKEN {
            return Err(format!("more than {MOST_BROKEN} connections broke: {}", failure.name()));
        }
        self.replace(connections, index)
    }

    /// Opens a new connection in place of one, and returns whether that is ready to ask.
    fn replace(&mut self, connections: &mut [Connection], index: usize) -> Result<bool, String> {
        let opened = self.open(index);
        let opened = opened.map_err(|failure| format!("nobody is there: {}", failure.name()))?;
        if let Some(place) = connections.get_mut(index) {
            *place = opened;
        }
        Ok(true)
    }

    fn used(&self) -> Used {
        let family = self.options.pid.map(|pid| usage::of_family(pid, &self.options.without));
        Used { own: usage::own_cpu(), family: family.unwrap_or_default() }
    }

    fn report(&self, elapsed: Duration, before: &Used, after: &Used) -> Value {
        let count = self.histogram.count();
        let each = |time: Duration| time.as_secs_f64() * 1e6 / count_f64(count).max(1.0);
        let micros = |nanoseconds: u64| Duration::from_nanos(nanoseconds).as_secs_f64() * 1e6;
        let mut output = Map::new();
        let mut put = |name: &str, value: Value| output.insert(name.into(), value);
        put("requests", json!(count));
        put("seconds", json!(elapsed.as_secs_f64()));
        put("requests_per_second", json!(count_f64(count) / elapsed.as_secs_f64().max(1e-9)));
        for (name, thousandths) in [("p50_us", 500), ("p99_us", 990), ("p999_us", 999)] {
            put(name, json!(micros(self.histogram.quantile(thousandths))));
        }
        put("max_us", json!(micros(self.histogram.most())));
        put("load_cpu_us", json!(each(after.own.saturating_sub(before.own))));
        if self.options.pid.is_some() {
            let cpu = after.family.cpu.saturating_sub(before.family.cpu);
            put("cpu_us", json!(each(cpu)));
            put("memory_bytes", json!(after.family.memory));
            put("peak_bytes", json!(after.family.peak));
        }
        self.failures.write(&mut output);
        Value::Object(output)
    }
}

impl Connection {
    /// Writes what is left of the request.
    fn write(&mut self, epoll: &OwnedFd, index: usize) -> Result<(), Failure> {
        let Some(written) = self.written else { return Ok(()) };
        let bytes = if written == 0 { self.template.with(self.id) } else { self.template.bytes() };
        self.size = bytes.len();
        let mut rest = bytes.get(written..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(());
        }
        // A part was left over only if the socket was full.
        let was_full = written > 0;
        while !rest.is_empty() {
            match self.stream.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Failure::Connection),
            }
        }
        let is_full = !rest.is_empty();
        self.written = Some(self.size - rest.len());
        if was_full != is_full {
            let flags = if is_full { EventFlags::IN | EventFlags::OUT } else { EventFlags::IN };
            let data = EventData::new_u64(index as u64);
            epoll::modify(epoll, &self.stream, data, flags).map_err(|_| Failure::Connection)?;
        }
        Ok(())
    }

    /// Reads what is there, and returns whether the answer is whole.
    fn read(&mut self, chunk: &mut [u8]) -> Result<bool, Failure> {
        match self.stream.read(chunk) {
            Ok(0) if self.written.is_some() && self.response.ends_with_connection() => Ok(true),
            Ok(0) => Err(Failure::Connection),
            // Nothing was asked.
            Ok(_) if self.written.is_none() => Err(Failure::Framing),
            Ok(read) => self.response.take(chunk.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(false),
            Err(_) => Err(Failure::Connection),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no run has 2^52 requests")]
fn count_f64(count: u64) -> f64 {
    count as f64
}

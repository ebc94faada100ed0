//! Connections: one `epoll` for each thread, and nothing between a request and its answer.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

use crate::answers::Answers;
use crate::http::{self, Next};
use crate::options::{Answer, Options};

/// How much is read at a time.
const CHUNK: usize = 64 * 1024;
/// A buffer that grew beyond this is given back when it is empty.
const KEPT: usize = 256 * 1024;
/// The listener among the connections.
const LISTENER: u64 = u64::MAX;

struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
    output: Vec<u8>,
    /// How much of the output is sent.
    sent: usize,
    closing: bool,
}

struct Reactor {
    epoll: OwnedFd,
    listener: TcpListener,
    connections: Vec<Option<Connection>>,
    free: Vec<usize>,
    answers: Answers,
    style: Answer,
    chunk: Vec<u8>,
    scratch: Vec<u8>,
}

/// Serves until something is wrong with the listener.
pub(crate) fn serve(listener: TcpListener, options: &Options) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), EventFlags::IN)?;
    let mut reactor = Reactor {
        epoll,
        listener,
        connections: Vec::new(),
        free: Vec::new(),
        answers: Answers::new(options.clone()),
        style: options.answer,
        chunk: vec![0; CHUNK],
        scratch: Vec::new(),
    };
    let mut events = Vec::with_capacity(256);
    loop {
        match epoll::wait(&reactor.epoll, spare_capacity(&mut events), None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        for event in events.drain(..) {
            match event.data.u64() {
                LISTENER => reactor.accept()?,
                index => reactor.turn(usize::try_from(index).unwrap_or(usize::MAX)),
            }
        }
    }
}

impl Reactor {
    fn accept(&mut self) -> io::Result<()> {
        loop {
            let stream = match self.listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
                Err(error) => return Err(error),
            };
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            let index = self.free.pop().unwrap_or(self.connections.len());
            let data = EventData::new_u64(index as u64);
            epoll::add(&self.epoll, &stream, data, EventFlags::IN)?;
            let connection = Connection {
                stream,
                input: Vec::new(),
                output: Vec::new(),
                sent: 0,
                closing: false,
            };
            match self.connections.get_mut(index) {
                Some(place) => *place = Some(connection),
                None => self.connections.push(Some(connection)),
            }
        }
    }

    fn turn(&mut self, index: usize) {
        let Some(Some(connection)) = self.connections.get_mut(index) else { return };
        let alive = connection.turn(
            (&self.epoll, index),
            (&mut self.answers, self.style),
            (&mut self.chunk, &mut self.scratch),
        );
        // Any error of a connection is its end; the others go on.
        if !alive.unwrap_or(false) {
            if let Some(place) = self.connections.get_mut(index) {
                *place = None;
            }
            self.free.push(index);
        }
    }
}

impl Connection {
    /// Reads what is there, answers, and returns whether the connection lives on.
    fn turn(
        &mut self,
        (epoll, index): (&OwnedFd, usize),
        (answers, style): (&mut Answers, Answer),
        (chunk, scratch): (&mut [u8], &mut Vec<u8>),
    ) -> io::Result<bool> {
        let was_full = !self.output.is_empty();
        if !was_full {
            match self.stream.read(chunk) {
                Ok(0) => return Ok(false),
                Ok(read) => self.input.extend_from_slice(chunk.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            }
            self.answer(answers, style, scratch);
        }
        let done = self.flush()?;
        if done && self.closing {
            return Ok(false);
        }
        if was_full == done {
            // No more is read from a client that does not take its answers.
            let flags = if done { EventFlags::IN } else { EventFlags::OUT };
            epoll::modify(epoll, &self.stream, EventData::new_u64(index as u64), flags)?;
        }
        Ok(true)
    }

    fn answer(&mut self, answers: &mut Answers, style: Answer, scratch: &mut Vec<u8>) {
        let mut used = 0;
        while !self.closing {
            let rest = self.input.get(used..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            let (length, next) = http::serve(rest, answers, style, (&mut self.output, scratch));
            used += length;
            match next {
                Next::More => {}
                Next::Wait => break,
                Next::Close => self.closing = true,
            }
        }
        self.input.drain(..used);
        if self.input.is_empty() && self.input.capacity() > KEPT {
            self.input = Vec::new();
        }
    }

    /// Sends what can be sent and returns whether that was all.
    fn flush(&mut self) -> io::Result<bool> {
        while let Some(rest) = self.output.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(sent) => self.sent += sent,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.sent = 0;
        self.output.clear();
        if self.output.capacity() > KEPT {
            self.output = Vec::new();
        }
        Ok(true)
    }
}

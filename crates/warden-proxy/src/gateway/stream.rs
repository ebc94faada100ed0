//! Event streams of one session: what was sent on them is kept for a while, so that a client
//! whose connection broke can go on where it stopped (2025-11-25, basic/transports,
//! "Resumability and Redelivery").

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use tokio::sync::mpsc::error::TrySendError;
use warden_mcp::sse;

use super::session::Wire;

/// The most events that one stream keeps.
const MOST_EVENTS: usize = 256;

/// The most bytes that one stream keeps.
const MOST_BYTES: usize = 256 * 1024;

/// The most streams that one session keeps.
const MOST_STREAMS: usize = 32;

/// How soon a client may come back, in milliseconds.
const RETRY: &str = "retry: 1000\n";

/// The stream that a client opens with GET.
const STANDING: u64 = 0;

/// The streams of one session.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    by_number: BTreeMap<u64, Stream>,
    made: u64,
    /// Where messages go as they are, without being made events.
    plain: Option<Wire>,
}

#[derive(Debug, Default)]
struct Stream {
    /// Number of the event, and the event as it goes over the wire.
    kept: VecDeque<(u64, Bytes)>,
    bytes: usize,
    next: u64,
    live: Option<Wire>,
    /// Nothing more will be sent.
    done: bool,
}

impl Stream {
    fn frame(&mut self, number: u64, message: &[u8]) -> Bytes {
        self.next += 1;
        let id = format!("{number}-{}", self.next);
        let frame = Bytes::from(sse::event(Some(&id), None, message));
        self.bytes += frame.len();
        self.kept.push_back((self.next, frame.clone()));
        while self.kept.len() > MOST_EVENTS || self.bytes > MOST_BYTES {
            let Some((_, gone)) = self.kept.pop_front() else { break };
            self.bytes -= gone.len();
        }
        frame
    }
}

impl Streams {
    /// Opens a stream for the answer to one request. Returns its number.
    pub(crate) fn open(&mut self, wire: Wire) -> u64 {
        if self.by_number.len() >= MOST_STREAMS {
            let old = self.by_number.iter().find(|(number, s)| **number != STANDING && s.done);
            if let Some(number) = old.map(|(number, _)| *number) {
                self.by_number.remove(&number);
            }
        }
        self.made += 1;
        let stream = Stream { live: Some(wire), ..Stream::default() };
        self.by_number.insert(self.made, stream);
        self.made
    }

    /// Opens the standing stream; whoever read it before reads no more. `prime`: with an event
    /// to come back to.
    pub(crate) fn stand(&mut self, wire: Wire, prime: bool) {
        self.by_number.entry(STANDING).or_default();
        if let Some(first) = self.prime(STANDING).filter(|_| prime) {
            // There is room: nothing has been sent yet.
            wire.try_send(first).ok();
        }
        self.by_number.entry(STANDING).or_default().live = Some(wire);
    }

    /// Has what would go to the standing stream sent as it is.
    pub(crate) fn stand_plain(&mut self, wire: Wire) {
        self.plain = Some(wire);
    }

    /// What was sent behind this event; `None` if there is no such stream.
    pub(crate) fn missed(&self, last: &str) -> Option<Vec<Bytes>> {
        let (number, event) = place(last)?;
        let stream = self.by_number.get(&number)?;
        let missed = stream.kept.iter().filter(|(at, _)| *at > event);
        Some(missed.map(|(_, frame)| frame.clone()).collect())
    }

    /// Sends what comes from now on to somebody who has come back, unless all has been said.
    pub(crate) fn go_on(&mut self, last: &str, wire: Wire) {
        let Some((number, _)) = place(last) else { return };
        if let Some(stream) = self.by_number.get_mut(&number) {
            stream.live = (!stream.done).then_some(wire);
        }
    }

    /// Puts a message on a stream. Returns where it is to be sent, if anybody reads.
    pub(crate) fn push(&mut self, number: u64, message: &[u8]) -> Option<(Wire, Bytes)> {
        let stream = self.by_number.get_mut(&number)?;
        let frame = stream.frame(number, message);
        stream.live.clone().map(|wire| (wire, frame))
    }

    /// The first event of a stream: no message, but an identifier to come back with, and how
    /// soon (SEP-1699).
    pub(crate) fn prime(&mut self, number: u64) -> Option<Bytes> {
        let stream = self.by_number.get_mut(&number)?;
        let id = format!("{number}-{}", stream.next);
        Some([RETRY.as_bytes(), &sse::event(Some(&id), None, b"")].concat().into())
    }

    /// Nobody reads any more.
    pub(crate) fn detach(&mut self, number: u64) {
        if let Some(stream) = self.by_number.get_mut(&number) {
            stream.live = None;
        }
    }

    /// Nothing more will be sent.
    pub(crate) fn finish(&mut self, number: u64) {
        if let Some(stream) = self.by_number.get_mut(&number) {
            stream.live = None;
            stream.done = true;
        }
    }

    /// Puts a message on the standing stream. A reader that is too slow is sent away; it comes
    /// back and asks for what it missed.
    pub(crate) fn push_standing(&mut self, message: &[u8]) {
        if let Some(wire) = &self.plain {
            // Who does not read misses what is told to everybody.
            wire.try_send(Bytes::copy_from_slice(message)).ok();
            return;
        }
        let Some(stream) = self.by_number.get_mut(&STANDING) else { return };
        let frame = stream.frame(STANDING, message);
        if let Some(wire) = &stream.live
            && let Err(TrySendError::Full(_) | TrySendError::Closed(_)) = wire.try_send(frame)
        {
            stream.live = None;
        }
    }

    /// Whether the standing stream is read.
    pub(crate) fn stands(&self) -> bool {
        let standing = self.by_number.get(&STANDING).and_then(|stream| stream.live.as_ref());
        standing.into_iter().chain(&self.plain).any(|wire| !wire.is_closed())
    }

    /// Whether anybody reads anything.
    pub(crate) fn any_open(&self) -> bool {
        let streams = self.by_number.values().filter_map(|stream| stream.live.as_ref());
        streams.chain(&self.plain).any(|wire| !wire.is_closed())
    }
}

/// The stream and the event that an identifier names.
fn place(id: &str) -> Option<(u64, u64)> {
    let (number, event) = id.split_once('-')?;
    Some((number.parse().ok()?, event.parse().ok()?))
}

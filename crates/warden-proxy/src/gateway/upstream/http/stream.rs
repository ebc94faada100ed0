//! A stream of events on a connection.

use std::{
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::{Buf as _, Bytes};
use hyper::body::Incoming;
use warden_mcp::sse::{Event, Reader};

use super::{origin::Origin, wire::Wire};

/// One thing in a stream of events.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::gateway::upstream) enum Heard {
    /// A message; empty for an event that only says where to go on from.
    Message(Bytes),
    /// Where messages are posted to, in the older transport.
    Endpoint(Bytes),
    /// An event that was too long to be kept.
    TooLong,
}

/// Where a stream is gone on with once its connection has ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The last event that had an identifier.
    pub(super) last: Option<String>,
    /// How long the server wants us to wait before.
    pub(super) retry: Option<Duration>,
}

/// A stream of events on a connection.
#[derive(Debug)]
pub(in crate::gateway::upstream) struct Stream {
    wire: Wire,
    body: Incoming,
    piece: Bytes,
    reader: Reader,
    before: Place,
}

impl Stream {
    /// A stream that is gone on with at `before`, with events of at most `most` bytes.
    pub(super) const fn new(wire: Wire, body: Incoming, most: usize, before: Place) -> Self {
        Self { wire, body, piece: Bytes::new(), reader: Reader::new(most), before }
    }

    /// The next event; `None` when the connection has ended. Giving up the wait loses nothing.
    pub(in crate::gateway::upstream) async fn next(&mut self) -> Option<Heard> {
        loop {
            let mut rest: &[u8] = &self.piece;
            let read = self.reader.next(&mut rest);
            let taken = self.piece.len() - rest.len();
            self.piece.advance(taken);
            match read {
                Some(Ok(event)) => {
                    if let Some(heard) = heard(event) {
                        return Some(heard);
                    }
                }
                Some(Err(_)) => return Some(Heard::TooLong),
                // How a stream ends makes no difference: what was not said is missing.
                None => self.piece = self.wire.piece(&mut self.body).await?.ok()?,
            }
        }
    }

    /// Where to go on.
    pub(super) fn place(&self) -> Place {
        let last = self.reader.last_id().map(str::to_owned);
        Place {
            last: last.or_else(|| self.before.last.clone()),
            retry: self.reader.last_retry().or(self.before.retry),
        }
    }

    /// Keeps the connection if the stream is at its end. Returns it, to be read to its end, if it
    /// is not yet.
    pub(super) fn finish(mut self, origin: &Origin) -> Option<(Wire, Incoming)> {
        let mut context = Context::from_waker(Waker::noop());
        match self.wire.poll_piece(&mut self.body, &mut context) {
            Poll::Ready(None) => {
                origin.pool.give_back(self.wire);
                None
            }
            Poll::Ready(Some(Err(_))) => None,
            Poll::Ready(Some(Ok(_))) | Poll::Pending => Some((self.wire, self.body)),
        }
    }
}

fn heard(event: Event) -> Option<Heard> {
    let data = Bytes::from(event.data);
    match &*event.name {
        "message" => Some(Heard::Message(data)),
        "endpoint" => Some(Heard::Endpoint(data)),
        // The protocol has no other events.
        _ => None,
    }
}

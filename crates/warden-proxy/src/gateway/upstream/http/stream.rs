//! A stream of events on a connection.

use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use hyper::body::Incoming;

use super::{
    events::{Events, Heard},
    origin::Origin,
    wire::Wire,
};

/// A stream of events on a connection.
#[derive(Debug)]
pub(in crate::gateway::upstream) struct Stream {
    wire: Wire,
    body: Incoming,
    piece: Bytes,
    pub(super) events: Events,
}

impl Stream {
    pub(super) const fn new(wire: Wire, body: Incoming, events: Events) -> Self {
        Self { wire, body, piece: Bytes::new(), events }
    }

    /// The next event; `None` when the connection has ended. Giving up the wait loses nothing.
    pub(in crate::gateway::upstream) async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some(heard) = self.events.next(&mut self.piece) {
                return Some(heard);
            }
            // How a stream ends makes no difference: what was not said is missing.
            self.piece = self.wire.piece(&mut self.body).await?.ok()?;
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

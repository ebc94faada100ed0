//! A stream of events on a connection.

use std::{
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::{Buf as _, Bytes};
use hyper::body::Incoming;
use warden_mcp::sse::{Event, Reader};

use super::{origin::Origin, wire::Wire};

/// How many bytes are read before others have their turn. A runtime counts reads and not bytes, so
/// a server that sends without a pause, and nothing of use, would hold up everybody on its thread.
const AT_ONCE: usize = 256 << 10;

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
    /// Bytes since others last had their turn.
    at_once: usize,
}

impl Stream {
    /// A stream that is gone on with at `before`, with events of at most `most` bytes.
    pub(super) const fn new(wire: Wire, body: Incoming, most: usize, before: Place) -> Self {
        let reader = Reader::new(most);
        Self { wire, body, piece: Bytes::new(), reader, before, at_once: 0 }
    }

    /// The next event; `None` when the connection has ended. Giving up the wait loses nothing.
    pub(in crate::gateway::upstream) async fn next(&mut self) -> Option<Heard> {
        loop {
            let mut rest: &[u8] = &self.piece;
            let read = self.reader.next(&mut rest);
            let taken = self.piece.len() - rest.len();
            self.piece.advance(taken);
            self.at_once += taken;
            match read {
                Some(Ok(event)) => {
                    if let Some(heard) = heard(event) {
                        return Some(heard);
                    }
                }
                Some(Err(_)) => return Some(Heard::TooLong),
                None => {
                    if self.at_once >= AT_ONCE {
                        self.at_once = 0;
                        tokio::task::yield_now().await;
                    }
                    // How a stream ends makes no difference: what was not said is missing.
                    self.piece = self.wire.piece(&mut self.body).await?.ok()?;
                }
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

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, io};

    use hyper::Request;
    use tokio::io::ReadBuf;

    use super::*;
    use crate::gateway::upstream::http::scripted::{Script, Scripted};

    /// So much comes, without a pause.
    const ALL: usize = 64 << 20;

    /// A server that sends one comment once it is asked, and always has more of it.
    #[derive(Default)]
    struct Flood {
        sent: usize,
        asked: bool,
        waits: Option<Waker>,
    }

    impl Script for Flood {
        fn read(
            &mut self,
            context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:";
            if !self.asked {
                self.waits = Some(context.waker().clone());
                return Poll::Pending;
            }
            if self.sent == 0 {
                buffer.put_slice(HEAD);
                self.sent = HEAD.len();
            } else {
                let count = buffer.remaining().min(ALL.saturating_sub(self.sent));
                buffer.initialize_unfilled_to(count).fill(b'x');
                buffer.advance(count);
                self.sent += count;
            }
            Poll::Ready(Ok(()))
        }

        fn written(&mut self) {
            self.asked = true;
            self.waits.take().into_iter().for_each(Waker::wake);
        }
    }

    #[tokio::test]
    async fn a_comment_without_end_lets_others_have_their_turn() {
        let mut wire = Wire::new(Box::new(Scripted(Flood::default()))).await.expect("a connection");
        let mut head = wire.start(Request::get("/").body(Bytes::new().into()).expect("a request"));
        let answer = wire.head(&mut head).await.expect("an answer");
        let mut stream = Stream::new(wire, answer.into_body(), 1 << 20, Place::default());
        let mut next = Box::pin(stream.next());
        let mut turns = 0;
        let end = poll_fn(|context| match next.as_mut().poll(context) {
            Poll::Ready(end) => Poll::Ready(end),
            Poll::Pending => {
                turns += 1;
                Poll::Pending
            }
        })
        .await;
        assert_eq!(end, None, "nothing was ever said");
        // Each turn is followed by what is read at once and the piece that goes beyond it.
        assert!(turns > ALL / (AT_ONCE * 8), "others had {turns} turns");
    }
}

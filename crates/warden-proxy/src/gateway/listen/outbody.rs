//! The bodies of answers.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    sync::{mpsc, watch},
    time::Sleep,
};

use super::{Order, serve::Busy};

/// A comment, which clients skip.
static KEEP_ALIVE: Bytes = Bytes::from_static(b":\n\n");

/// What a handler answers with.
#[derive(Debug)]
pub(crate) enum Outbody {
    /// Nothing.
    Empty,
    /// All of it.
    Whole(Bytes),
    /// Events, ready to be sent, until the sender goes. The sender sees the channel closed when
    /// the client has gone.
    Events(mpsc::Receiver<Bytes>),
    /// The same of a stream that is alone on its connection, and lasts. One that belongs to no
    /// request ends when the gateway is told to stop, and when it is over.
    Lasting(mpsc::Receiver<Bytes>, Option<Over>),
}

/// When a stream that belongs to no request is over, though its sender would go on.
pub(crate) struct Over(pub(super) Pin<Box<dyn Future<Output = ()> + Send>>);

impl Over {
    /// When this has happened.
    pub(crate) fn when(happened: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(happened))
    }

    /// The same, and also when the gateway is told to stop.
    pub(super) fn or_stop(self, mut orders: watch::Receiver<Order>) -> Self {
        Self::when(async move {
            tokio::select! {
                // An error says that the listener is gone altogether.
                _ = orders.wait_for(|order| order.stops()) => {}
                () = self.0 => {}
            }
        })
    }
}

impl fmt::Debug for Over {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Over(..)")
    }
}

/// A body on its way out. It holds its request open, as far as the listener is concerned.
pub(super) struct Sending {
    rest: Rest,
    _busy: Busy,
}

enum Rest {
    Whole(Option<Bytes>),
    // In a box, since most bodies are whole and each connection has room for one.
    Events(Box<Events>),
}

struct Events {
    from: mpsc::Receiver<Bytes>,
    every: Duration,
    last: Instant,
    silence: Pin<Box<Sleep>>,
    over: Option<Over>,
}

impl Sending {
    /// Sends `body`. Silent streams get a comment after each `keep_alive`.
    pub(super) fn new(
        body: Outbody,
        busy: Busy,
        keep_alive: Duration,
        orders: &watch::Receiver<Order>,
    ) -> Self {
        let events = |from, over| {
            Rest::Events(Box::new(Events {
                from,
                every: keep_alive,
                last: Instant::now(),
                silence: Box::pin(tokio::time::sleep(keep_alive)),
                over,
            }))
        };
        let rest = match body {
            Outbody::Empty => Rest::Whole(None),
            Outbody::Whole(bytes) => Rest::Whole(Some(bytes).filter(|bytes| !bytes.is_empty())),
            Outbody::Events(from) | Outbody::Lasting(from, None) => events(from, None),
            Outbody::Lasting(from, Some(over)) => events(from, Some(over.or_stop(orders.clone()))),
        };
        Self { rest, _busy: busy }
    }
}

impl fmt::Debug for Sending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sending").finish_non_exhaustive()
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = match &mut self.rest {
            Rest::Whole(bytes) => bytes.take(),
            Rest::Events(events) => ready!(events.poll_next(context)),
        };
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.rest, Rest::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.rest {
            Rest::Whole(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
            Rest::Events(_) => SizeHint::default(),
        }
    }
}

impl Events {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(over) = &mut self.over
            && over.0.as_mut().poll(context).is_ready()
        {
            // What has been handed to us is still sent.
            self.from.close();
            self.over = None;
        }
        if let Poll::Ready(event) = self.from.poll_recv(context) {
            self.last = Instant::now();
            return Poll::Ready(event);
        }
        while self.silence.as_mut().poll(context).is_ready() {
            // Events only note when they went: most of the time the timer is set once for many.
            let due = self.last + self.every;
            if due <= Instant::now() {
                self.last = Instant::now();
                self.silence.as_mut().reset((self.last + self.every).into());
                return Poll::Ready(Some(KEEP_ALIVE.clone()));
            }
            self.silence.as_mut().reset(due.into());
        }
        Poll::Pending
    }
}

//! One request: the checks, the body, the handler, the answer.

use std::{
    convert::Infallible,
    future::{pending, poll_fn},
    pin::pin,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    task::Poll,
};

use hyper::{
    Method, Request, Response, Version,
    body::{Body as _, Incoming},
    header::{CONNECTION, HeaderValue},
    http::request::Parts,
};
use tokio::sync::watch;

use super::{
    Handler, Inbound, Order, Outbody, Peer, Shared,
    body::{self, Charge, Encoding},
    doors,
    lasting::Lasting,
    outbody::Sending,
    pulse::Pulse,
    refused::Refused,
    worker::Load,
};

/// What the requests of one connection share. It belongs to the connection, so that counting who
/// holds it never makes two threads wait for each other.
#[derive(Debug)]
pub(super) struct Connection<H> {
    pub(super) shared: Arc<Shared<H>>,
    pub(super) load: Arc<Load>,
    pub(super) pulse: Arc<Pulse>,
    pub(super) orders: watch::Receiver<Order>,
    pub(super) peer: Peer,
    /// An answer that is to go on without hyper.
    pub(super) lasting: Mutex<Option<Lasting>>,
}

impl<H> Connection<H> {
    /// The answer that is to go on without hyper, once hyper has nothing left to write.
    pub(super) fn take_lasting(&self) -> Option<Lasting> {
        if self.pulse.is_blocked() {
            return None;
        }
        self.lasting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Counts a request as under way for as long as it is.
#[derive(Debug)]
pub(super) struct Busy {
    load: Arc<Load>,
    pulse: Arc<Pulse>,
    streams: bool,
}

impl Busy {
    fn new(load: &Arc<Load>, pulse: &Arc<Pulse>) -> Self {
        load.requests.fetch_add(1, Ordering::Relaxed);
        pulse.begin();
        Self { load: Arc::clone(load), pulse: Arc::clone(pulse), streams: false }
    }

    /// Notes that it is answered with events.
    fn streams(&mut self) {
        self.streams = true;
        self.load.streams.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.load.requests.fetch_sub(1, Ordering::Relaxed);
        if self.streams {
            self.load.streams.fetch_sub(1, Ordering::Relaxed);
        }
        self.pulse.end();
    }
}

/// Answers one request.
pub(super) async fn serve<H: Handler>(
    connection: Arc<Connection<H>>,
    request: Request<Incoming>,
) -> Result<Response<Sending>, Infallible> {
    let mut busy = Busy::new(&connection.load, &connection.pulse);
    let shared = &connection.shared;
    let (parts, body) = request.into_parts();
    let (version, method) = (parts.version, parts.method.clone());
    let (origin, answer) = match shared.doors.check(&parts) {
        Ok(origin) => (origin, answer(&connection, parts, body).await),
        Err(refused) => (None, Err(refused)),
    };
    let mut answer = answer.unwrap_or_else(|refused| {
        shared.counts.add(refused);
        if refused.leaves_a_body() {
            connection.pulse.leave_a_body();
        }
        refused.answer()
    });
    if matches!(answer.body(), Outbody::Events(_) | Outbody::Lasting(..)) {
        busy.streams();
    }
    if let Some(origin) = origin {
        doors::share_with(origin, answer.headers_mut());
    }
    if version >= Version::HTTP_2 {
        answer.headers_mut().remove(CONNECTION);
    } else if connection.orders.borrow().stops() {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if version == Version::HTTP_11
        && method != Method::HEAD
        && matches!(answer.body(), Outbody::Lasting(..))
    {
        let (head, body) = answer.into_parts();
        if let Outbody::Lasting(events, over) = body {
            let lasting = Lasting { head, events, over, busy };
            *connection.lasting.lock().unwrap_or_else(PoisonError::into_inner) = Some(lasting);
        }
        // Whoever drives the connection takes it from here, and this is dropped.
        return pending().await;
    }
    let keep_alive = shared.limits.keep_alive;
    Ok(answer.map(|body| Sending::new(body, busy, keep_alive, &connection.orders)))
}

/// The handler's answer, for whoever may come in.
async fn answer<H: Handler>(
    connection: &Connection<H>,
    mut parts: Parts,
    body: Incoming,
) -> Result<Response<Outbody>, Refused> {
    let shared = &connection.shared;
    let limits = &shared.limits;
    if parts.method == Method::OPTIONS {
        return Ok(doors::options(&parts.headers));
    }
    let encoding = Encoding::of(&parts.headers)?;
    let mut charge = Charge::new(&shared.held, limits.held);
    let body = if body.is_end_stream() {
        bytes::Bytes::new()
    } else {
        let mut read = pin!(body::read(body, limits.body, &mut charge));
        // Most bodies are there already, and need no timer.
        match poll_fn(|context| Poll::Ready(read.as_mut().poll(context))).await {
            Poll::Ready(read) => read?,
            Poll::Pending => {
                let read = tokio::time::timeout(limits.body_time, read).await;
                read.map_err(|_| Refused::BodySlow)??
            }
        }
    };
    let body = encoding.remove(body, limits.body, &mut parts.headers)?;
    let peer = connection.peer.clone();
    Ok(shared.handler.handle(Inbound { parts, body, peer }).await)
}

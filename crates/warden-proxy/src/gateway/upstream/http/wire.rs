//! One HTTP/1.1 connection.
//!
//! Whoever waits for an answer drives the connection as well: there is no task beside it, and what
//! nobody takes is not read.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, Waker},
    thread::ThreadId,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, Response,
    body::{Body as _, Incoming},
    client::conn::{
        TrySendError,
        http1::{Builder, Connection, SendRequest},
    },
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};

use crate::gateway::upstream::LinkError;

/// The longest head of an answer.
const MOST_HEAD: usize = 64 << 10;

/// How many headers an answer may have.
const MOST_HEADERS: usize = 128;

/// What carries the bytes.
pub(super) trait Transport: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Transport for T {}

type Driver = Connection<TokioIo<Box<dyn Transport>>, Full<Bytes>>;

/// What is sent.
pub(super) type Out = Request<Full<Bytes>>;

/// The head of an answer, once it is there; or the request back, if it was not sent.
pub(super) type Head = Pin<Box<dyn Future<Output = Answered> + Send>>;

type Answered = Result<Response<Incoming>, TrySendError<Out>>;

/// One connection.
pub(in crate::gateway::upstream) struct Wire {
    sender: SendRequest<Full<Bytes>>,
    /// None once the connection has ended.
    driver: Option<Pin<Box<Driver>>>,
    /// The thread on which it was made, whose runtime carries it.
    pub(super) thread: ThreadId,
    /// When it was last given back.
    pub(super) since: Instant,
    /// Whether it was used before.
    pub(super) used: bool,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").field("used", &self.used).finish_non_exhaustive()
    }
}

impl Wire {
    pub(super) async fn new(transport: Box<dyn Transport>) -> Result<Self, LinkError> {
        let (sender, connection) = Builder::new()
            .max_headers(MOST_HEADERS)
            .max_header_size(MOST_HEAD)
            .handshake(TokioIo::new(transport))
            .await
            .map_err(|error| failure(&error))?;
        Ok(Self {
            sender,
            driver: Some(Box::pin(connection)),
            thread: std::thread::current().id(),
            since: Instant::now(),
            used: false,
        })
    }

    /// Whether another request can be sent, as far as can be told without waiting.
    pub(super) fn is_ready(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop()));
        self.driver.is_some() && self.sender.is_ready()
    }

    /// Begins to send a request.
    pub(super) fn start(&mut self, request: Out) -> Head {
        let head = Box::pin(self.sender.try_send_request(request));
        // Nothing waits here: a small request is written at once.
        self.drive(&mut Context::from_waker(Waker::noop()));
        head
    }

    /// Waits for the head of an answer.
    pub(super) async fn head(&mut self, head: &mut Head) -> Answered {
        poll_fn(|cx| {
            if let Poll::Ready(answered) = head.as_mut().poll(cx) {
                return Poll::Ready(answered);
            }
            self.drive(cx);
            head.as_mut().poll(cx)
        })
        .await
    }

    /// The next piece of a body; `None` at its end.
    pub(super) async fn piece(&mut self, body: &mut Incoming) -> Option<Result<Bytes, LinkError>> {
        poll_fn(|cx| self.poll_piece(body, cx)).await
    }

    pub(super) fn poll_piece(
        &mut self,
        body: &mut Incoming,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, LinkError>>> {
        let mut driven = false;
        loop {
            match Pin::new(&mut *body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    // Trailers have no meaning here.
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(failure(&error)))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending if driven => return Poll::Pending,
                Poll::Pending => {
                    self.drive(cx);
                    driven = true;
                }
            }
        }
    }

    fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(driver) = &mut self.driver
            && driver.as_mut().poll(cx).is_ready()
        {
            self.driver = None;
        }
    }
}

/// What a failure of the connection is to us.
pub(super) fn failure(error: &hyper::Error) -> LinkError {
    if error.is_parse_too_large() {
        LinkError::TooLong
    } else if error.is_parse() {
        LinkError::Malformed
    } else {
        LinkError::Ended
    }
}

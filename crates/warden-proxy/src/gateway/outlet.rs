//! Where what belongs to one request goes while it is under way: notifications and questions to
//! the client, before the answer.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};
use warden_mcp::{Method, splice, sse};

use super::{
    metrics::Transport,
    session::{Answered, Session, Wire},
};

/// How many events may wait for a client that reads slowly.
const WAITING: usize = 32;

/// How long a client may take to read.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where what belongs to one request goes.
#[derive(Clone, Debug)]
pub(crate) enum Outlet {
    /// The answer to a POST, which becomes a stream of events with the first of them.
    Post(Arc<Post>),
    /// One pair of pipes for everything: a message each.
    Pipe(Wire, Option<Arc<Session>>),
    /// The one stream of the older transport.
    Old(Arc<Session>, Wire),
    /// Nowhere.
    Closed,
}

/// The answer to a POST.
#[derive(Debug)]
pub(crate) struct Post {
    session: Option<Arc<Session>>,
    /// What the listener takes once there is something to stream.
    receiver: Mutex<Option<mpsc::Receiver<Bytes>>>,
    wire: Mutex<Option<Wire>>,
    started: Notify,
    /// The session's number for this stream; 0 before there is one.
    number: AtomicU64,
}

/// The client cannot be told, or asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone;

impl Post {
    pub(crate) fn new(session: Option<Arc<Session>>) -> Arc<Self> {
        Arc::new(Self {
            session,
            receiver: Mutex::default(),
            wire: Mutex::default(),
            started: Notify::new(),
            number: AtomicU64::new(0),
        })
    }

    /// Waits until there is something to stream, and returns the stream.
    pub(crate) async fn started(&self) -> mpsc::Receiver<Bytes> {
        loop {
            self.started.notified().await;
            if let Some(receiver) = self.events() {
                return receiver;
            }
        }
    }

    /// The stream, if there is something to stream already.
    pub(crate) fn events(&self) -> Option<mpsc::Receiver<Bytes>> {
        self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits until nobody reads the stream any more.
    pub(crate) async fn abandoned(&self) {
        let wire = self.wire.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match wire {
            Some(wire) => wire.closed().await,
            None => std::future::pending().await,
        }
    }

    fn wire(&self) -> Wire {
        let mut wire = self.wire.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wire) = &*wire {
            return wire.clone();
        }
        let (sender, receiver) = mpsc::channel(WAITING);
        *wire = Some(sender.clone());
        *self.receiver.lock().unwrap_or_else(PoisonError::into_inner) = Some(receiver);
        if let Some(session) = &self.session {
            let number = session.streams(|streams| {
                let number = streams.open(sender.clone());
                // There is room: nothing has been sent yet.
                if let Some(first) = streams.prime(number)
                    && session.revision >= warden_mcp::Revision::V2025_11_25
                {
                    sender.try_send(first).ok();
                }
                number
            });
            self.number.store(number, Ordering::Release);
        }
        self.started.notify_one();
        sender
    }

    /// Makes the answer a stream, though there is nothing to say yet.
    pub(crate) fn begin(&self) {
        self.wire();
    }

    /// Sends a message. Of a legacy session it is kept, also when nobody reads.
    pub(crate) async fn send(&self, message: &[u8]) -> Result<(), Gone> {
        let wire = self.wire();
        let Some(session) = &self.session else {
            let frame = sse::event(None, None, message).into();
            return wire.send_timeout(frame, PATIENCE).await.map_err(|_| Gone);
        };
        let number = self.number.load(Ordering::Acquire);
        if let Some((wire, frame)) = session.streams(|streams| streams.push(number, message))
            && wire.send_timeout(frame, PATIENCE).await.is_err()
        {
            session.streams(|streams| streams.detach(number));
        }
        Ok(())
    }

    /// Says that the last message was sent.
    pub(crate) fn finish(&self) {
        if let Some(session) = &self.session {
            let number = self.number.load(Ordering::Acquire);
            session.streams(|streams| streams.finish(number));
        }
        self.wire.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Outlet {
    /// Sends a message to the client.
    ///
    /// # Errors
    /// When nobody will ever read it.
    pub(crate) async fn send(&self, message: Vec<u8>) -> Result<(), Gone> {
        match self {
            Self::Post(post) => post.send(&message).await,
            Self::Pipe(wire, _) => {
                wire.send_timeout(message.into(), PATIENCE).await.map_err(|_| Gone)
            }
            Self::Old(_, wire) => {
                let frame = sse::event(None, Some("message"), &message);
                wire.send_timeout(frame.into(), PATIENCE).await.map_err(|_| Gone)
            }
            Self::Closed => Err(Gone),
        }
    }

    /// Sends a message if there is room for it now.
    ///
    /// # Errors
    /// When there is not, or nobody will ever read it.
    pub(crate) fn try_send(&self, message: Vec<u8>) -> Result<(), Gone> {
        match self {
            Self::Post(post) => {
                let frame = sse::event(None, None, &message);
                post.wire().try_send(frame.into()).map_err(|_| Gone)
            }
            Self::Pipe(wire, _) => wire.try_send(message.into()).map_err(|_| Gone),
            Self::Old(_, wire) => {
                let frame = sse::event(None, Some("message"), &message);
                wire.try_send(frame.into()).map_err(|_| Gone)
            }
            Self::Closed => Err(Gone),
        }
    }

    /// How the client is spoken with.
    pub(crate) const fn transport(&self) -> Transport {
        match self {
            Self::Pipe(..) => Transport::Stdio,
            Self::Old(..) => Transport::Sse,
            Self::Post(_) | Self::Closed => Transport::Http,
        }
    }

    fn session(&self) -> Option<&Arc<Session>> {
        match self {
            Self::Post(post) => post.session.as_ref(),
            Self::Pipe(_, session) => session.as_ref(),
            Self::Old(session, _) => Some(session),
            Self::Closed => None,
        }
    }

    /// Asks the client, and waits for its answer.
    ///
    /// # Errors
    /// When it is gone, says nothing in time, or cannot be asked.
    pub(crate) async fn ask(
        &self,
        method: Method,
        params: Option<&str>,
        patience: Duration,
    ) -> Result<Answered, Gone> {
        let session = self.session().ok_or(Gone)?;
        let (id, answer) = session.ask().ok_or(Gone)?;
        let question = splice::request(&id.to_string(), method.name(), params);
        let asked = async {
            self.send(question).await?;
            answer.await.map_err(|_| Gone)
        };
        let answered = tokio::time::timeout(patience, asked).await.map_err(|_| Gone);
        if !matches!(answered, Ok(Ok(_))) {
            session.unask(id);
        }
        answered?
    }
}

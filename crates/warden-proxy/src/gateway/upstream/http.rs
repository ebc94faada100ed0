//! Streamable HTTP, of every revision.
//!
//! A legacy server gives a session and takes every message as a POST of its own; a modern one
//! knows nothing but requests, and hanging up is how one is cancelled.

mod get;
mod headers;
mod listen;
mod origin;
mod pool;
mod posted;
#[cfg(test)]
mod scripted;
mod shown;
mod stream;
mod tls;
mod wire;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use hyper::{HeaderMap, Method as Verb, Uri, header::HeaderValue};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, mpsc},
    task::AbortHandle,
    time::timeout,
};
use warden_mcp::{Gate, Method, Revision, header::REVISION};

pub(super) use origin::Origin;
pub(super) use posted::Posted;
pub(crate) use shown::{Behalf, Shown};
pub(super) use stream::{Heard, Stream};
pub(crate) use tls::trusted;

use super::{
    Aside, Deadlines, Hello, Introduction, LinkError, Outbound, Received, What, envelope,
    exchange::Open,
    mailbox::Mailbox,
    opening::{self, Next},
};
use get::Get;

/// How many small messages that nobody waits for may be on their way.
const ALONG: usize = 64;

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// A server that speaks Streamable HTTP.
#[derive(Debug)]
pub(super) struct Streamable {
    origin: Arc<Origin>,
    get: Arc<Get>,
    /// What every POST carries.
    headers: HeaderMap,
    modern: bool,
    /// All requests are of one client.
    one_client: AtomicBool,
    /// Whether messages may come several at once.
    batches: bool,
    session: bool,
    /// The requests that have a legacy server do something, and where they are told what it says
    /// elsewhere than in the answer.
    acting: Mutex<BTreeMap<i64, Arc<Mailbox>>>,
    /// The session is gone, or was closed.
    over: AtomicBool,
    last: AtomicI64,
    pub(super) open: Arc<AtomicUsize>,
    aside: mpsc::Sender<Aside>,
    /// How long a small message may take.
    patience: Duration,
    home: Handle,
    along: Arc<Semaphore>,
    listener: Mutex<Option<AbortHandle>>,
}

/// Who a server is, and how it is spoken to.
pub(super) type Opened = (Arc<Streamable>, Introduction);

impl Streamable {
    /// Asks a server who it is, the modern way first.
    pub(super) async fn open(
        origin: &Arc<Origin>,
        hello: &Hello,
        deadlines: &Deadlines,
        aside: &mpsc::Sender<Aside>,
    ) -> Result<Opened, LinkError> {
        let new = |revision: Option<Revision>, session: Option<HeaderValue>| {
            Self::new(origin, (revision, session), deadlines.quick, aside.clone())
        };
        let modern = new(Some(Revision::NEWEST), None);
        let asked = modern.answer(Method::Discover, opening::discover(hello));
        // A server far away may have to be woken first.
        let next = match timeout(deadlines.open / 3, asked).await {
            Ok(Ok((answer, _))) => opening::discovered(&answer)?,
            Ok(Err(error)) if !may_be_older(&error) => return Err(error),
            Ok(Err(_)) | Err(_) => Next::Handshake(Revision::NEWEST_LEGACY),
        };
        let next = match next {
            Next::Again(_) => {
                let asked = modern.answer(Method::Discover, opening::discover(hello));
                opening::discovered(&asked.await?.0)?.at_last()?
            }
            next => next,
        };
        let revision = match next {
            Next::Modern(introduction) => return Ok((modern, introduction)),
            Next::Handshake(revision) => revision,
            Next::Again(error) => return Err(LinkError::Refused(error)),
        };
        let asked = new(None, None);
        let params = opening::initialize(hello, revision);
        let (answer, session) = asked.answer(Method::Initialize, params).await?;
        let introduction = opening::initialized(&answer)?;
        let legacy = new(Some(introduction.revision), session);
        legacy.post(envelope::notification(Method::Initialized, None)).await?;
        Ok((legacy, introduction))
    }

    fn new(
        origin: &Arc<Origin>,
        (revision, session): (Option<Revision>, Option<HeaderValue>),
        patience: Duration,
        aside: mpsc::Sender<Aside>,
    ) -> Arc<Self> {
        let mut common = origin.headers.clone();
        if let Some(revision) = revision {
            common.insert(REVISION, HeaderValue::from_static(revision.name()));
        }
        let has_session = session.is_some();
        if let Some(session) = session {
            common.insert(headers::SESSION, session);
        }
        let get = Get {
            origin: Arc::clone(origin),
            headers: headers::of_get(&common),
            session: has_session,
        };
        Arc::new(Self {
            origin: Arc::clone(origin),
            get: Arc::new(get),
            headers: headers::of_post(&common),
            modern: revision.is_some_and(Revision::is_modern),
            one_client: AtomicBool::new(false),
            batches: revision == Some(Revision::V2025_03_26),
            session: has_session,
            acting: Mutex::default(),
            over: AtomicBool::new(false),
            last: AtomicI64::new(0),
            open: Arc::default(),
            aside,
            patience,
            home: Handle::current(),
            along: Arc::new(Semaphore::new(ALONG)),
            listener: Mutex::default(),
        })
    }

    async fn answer(
        self: &Arc<Self>,
        method: Method,
        params: String,
    ) -> Result<(Received, Option<HeaderValue>), LinkError> {
        let out = Outbound::new(method, Some(params.into()));
        let mut posted = self.send(&out).await?;
        loop {
            let received = posted.next().await?;
            if let What::Result { .. } | What::Error { .. } = received.what() {
                return Ok((received, posted.session()));
            }
        }
    }

    /// Sends a request.
    pub(super) async fn send(self: &Arc<Self>, out: &Outbound) -> Result<Posted, LinkError> {
        if !self.alive() {
            return Err(LinkError::Gone);
        }
        let mut headers = self.headers.clone();
        if self.modern {
            headers::add_modern(&mut headers, out);
        }
        out.carried.write(&mut headers);
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let open = Open::new(&self.open);
        let body = envelope::request(id, out.method, out.params.as_deref());
        let worn = match &self.origin.shown {
            Some(shown) => Some(shown.dress(&mut headers).await?),
            None => None,
        };
        let wire = self.origin.pool.take().await?;
        let request = origin::request(Verb::POST, self.uri(), headers, body);
        let again = worn.map(|worn| Box::new((request.clone(), worn)));
        Ok(Posted::new(Arc::clone(self), (id, out.method), wire, (request, again), open))
    }

    /// Sends a notification, or the answer to a request of the server.
    pub(super) async fn post(&self, message: Vec<u8>) -> Result<(), LinkError> {
        let request = origin::request(Verb::POST, self.uri(), self.headers.clone(), message);
        let posted = timeout(self.patience, async {
            let (wire, answer) = self.origin.ask(request).await?;
            let status = answer.status();
            self.origin.spend(wire, answer.into_body()).await;
            headers::accepted(status, self.session)
        });
        let result = posted.await.unwrap_or(Err(LinkError::Timeout));
        if result == Err(LinkError::SessionGone) {
            self.end();
        }
        result
    }

    /// Sends a message whose arrival makes no difference to us.
    fn post_along(self: &Arc<Self>, message: Vec<u8>) {
        let Ok(permit) = Arc::clone(&self.along).try_acquire_owned() else { return };
        let own = Arc::clone(self);
        self.home.spawn(async move {
            // Whether it arrives is the server's concern.
            own.post(message).await.ok();
            drop(permit);
        });
    }

    /// Ends the session, if there is one. A server need not know how.
    pub(super) async fn close(&self) {
        self.end();
        if !self.session {
            return;
        }
        let headers = self.headers.clone();
        let request = origin::request(Verb::DELETE, self.uri(), headers, Vec::new());
        // The answer makes no difference.
        timeout(GOODBYE, self.origin.ask(request)).await.ok();
    }

    pub(super) fn alive(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }

    /// Says that nothing more can be sent.
    fn is_over(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    fn end(&self) {
        self.is_over();
        self.listen_with(None);
    }

    fn acting(&self) -> MutexGuard<'_, BTreeMap<i64, Arc<Mailbox>>> {
        self.acting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request that has the server do something, if it can be asked about elsewhere.
    fn enter(&self, id: i64, method: Method) -> Option<Arc<Mailbox>> {
        if self.modern || !matches!(method.gate(), Gate::Judge(_)) {
            return None;
        }
        let mailbox = Arc::new(Mailbox::default());
        self.acting().insert(id, Arc::clone(&mailbox));
        Some(mailbox)
    }

    /// Says that all requests are of one client, who may be told anything on any of them.
    pub(super) fn serves_one(&self) {
        self.one_client.store(true, Ordering::Relaxed);
    }

    /// The one request that can be the cause of what the server says elsewhere. Where all are of
    /// one client, the latest will do.
    fn only_acting(&self) -> Option<Arc<Mailbox>> {
        let acting = self.acting();
        let alone = acting.len() == 1 || self.one_client.load(Ordering::Relaxed);
        let latest = acting.last_key_value().filter(|_| alone);
        latest.map(|(_, mailbox)| Arc::clone(mailbox))
    }

    fn listen_with(&self, listener: Option<AbortHandle>) {
        let mut own = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = std::mem::replace(&mut *own, listener) {
            before.abort();
        }
    }

    fn uri(&self) -> &Uri {
        self.origin.address.uri()
    }
}

impl Drop for Streamable {
    fn drop(&mut self) {
        self.end();
    }
}

/// Whether a server that fails like this may be one that does not know the modern era.
fn may_be_older(error: &LinkError) -> bool {
    match error {
        LinkError::Status(status) => {
            !matches!(status, 300..=399 | 401 | 403 | 407 | 429 | 502..=504)
        }
        // One that ended hung up on what it could not read.
        LinkError::WrongContentType | LinkError::Malformed | LinkError::Ended => true,
        _ => false,
    }
}

//! One request over Streamable HTTP, and its own answer: JSON, or a stream of events.

use std::{collections::VecDeque, future::poll_fn, sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    body::{Body as _, Incoming},
    header::HeaderValue,
};
use tokio::time::{Instant, sleep_until, timeout};
use warden_mcp::{IdKey, Method};

use super::{
    Heard, Stream, Streamable,
    headers::{self, Kind},
    shown::{Worn, is_refusal},
    stream::Place,
    wire::{Head, Out, Wire, failure},
};
use crate::{
    Refusal,
    gateway::upstream::{
        Aside, LinkError, Received, What, belongs_to_all, envelope, exchange::Open,
        mailbox::Mailbox, received::batch,
    },
};

/// The longest body of an error.
const MOST_ERROR: usize = 64 << 10;

/// So much is set aside for an answer because its head says that it will be needed.
const TRUSTED: usize = 1 << 20;

/// How long a stream that has said everything is given to end.
const LAST: Duration = Duration::from_secs(1);

/// How long is waited before a stream is resumed, if the server does not say; the least and the
/// most that it may say.
const RESUME: Duration = Duration::from_secs(1);
const SOONEST: Duration = Duration::from_millis(20);
const LATEST: Duration = Duration::from_mins(10);

/// How often in a row resuming may fail.
const FAILURES: u32 = 5;

/// One request, and its answer.
#[derive(Debug)]
pub(in crate::gateway::upstream) struct Posted {
    http: Arc<Streamable>,
    id: i64,
    cancels: bool,
    state: State,
    failures: u32,
    session: Option<HeaderValue>,
    /// Something that belongs to everybody, on its way.
    aside: Option<Aside>,
    /// What came together with what was taken last.
    queue: VecDeque<Bytes>,
    /// Where is put what the server says elsewhere about this request.
    elsewhere: Option<Arc<Mailbox>>,
    /// The request, and what it shows: should the server refuse that, it is sent once more.
    again: Option<Box<(Out, Worn)>>,
    open: Option<Open>,
}

enum State {
    /// Handed back by a connection that had ended.
    Unsent(Out),
    Waiting(Wire, Head),
    /// The server refused what it was shown.
    Refused(Box<(Out, Worn)>),
    Whole(Wire, Incoming, Whole),
    Events(Box<Stream>),
    /// The stream broke, and will be resumed.
    Resting(Place, Instant),
    Over,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unsent(_) => "Unsent",
            Self::Waiting(..) => "Waiting",
            Self::Refused(_) => "Refused",
            Self::Whole(..) => "Whole",
            Self::Events(_) => "Events",
            Self::Resting(..) => "Resting",
            Self::Over => "Over",
        })
    }
}

/// A body that is taken whole.
struct Whole {
    /// The status, if it is one of an error.
    status: Option<u16>,
    most: usize,
    first: Bytes,
    rest: Vec<u8>,
}

impl Whole {
    fn push(&mut self, piece: Bytes, body: &Incoming) -> Result<(), LinkError> {
        if self.first.len() + self.rest.len() + piece.len() > self.most {
            return Err(LinkError::TooLong);
        }
        if self.first.is_empty() && self.rest.is_empty() {
            self.first = piece;
            return Ok(());
        }
        if self.rest.is_empty() {
            let more = body.size_hint().exact().and_then(|more| usize::try_from(more).ok());
            let all = self.first.len() + piece.len() + more.unwrap_or_default();
            self.rest.reserve(all.min(self.most).min(TRUSTED));
            self.rest.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.rest.extend_from_slice(&piece);
        Ok(())
    }

    fn bytes(self) -> Bytes {
        if self.rest.is_empty() { self.first } else { Bytes::from(self.rest) }
    }
}

impl Posted {
    pub(super) fn new(
        http: Arc<Streamable>,
        (id, method): (i64, Method),
        mut wire: Wire,
        (request, again): (Out, Option<Box<(Out, Worn)>>),
        open: Open,
    ) -> Self {
        // Before the first byte is sent: the server may ask elsewhere before it answers here, and
        // another thread hears that.
        let elsewhere = http.enter(id, method);
        let head = wire.start(request);
        Self {
            elsewhere,
            queue: VecDeque::new(),
            http,
            id,
            cancels: !matches!(method, Method::Initialize | Method::Discover),
            state: State::Waiting(wire, head),
            failures: 0,
            session: None,
            aside: None,
            again,
            open: Some(open),
        }
    }

    #[cfg(test)]
    pub(in crate::gateway::upstream) const fn id(&self) -> i64 {
        self.id
    }

    /// The session that came with the answer.
    pub(super) fn session(&self) -> Option<HeaderValue> {
        self.session.clone()
    }

    pub(in crate::gateway::upstream) async fn next(&mut self) -> Result<Received, LinkError> {
        loop {
            self.say().await;
            let elsewhere = self.elsewhere.clone();
            let step = tokio::select! {
                biased;
                received = said(elsewhere.as_deref()) => return Ok(received),
                step = self.step() => step,
            };
            match step {
                Ok(None) => {}
                Ok(Some(received)) => {
                    if let What::Result { .. } | What::Error { .. } = received.what() {
                        self.finish();
                    }
                    return Ok(received);
                }
                Err(error) => {
                    self.finish();
                    if error == LinkError::SessionGone {
                        self.http.end();
                    }
                    return Err(error);
                }
            }
        }
    }

    pub(in crate::gateway::upstream) async fn answer(
        &mut self,
        body: &[u8],
    ) -> Result<(), LinkError> {
        self.http.post(body.to_vec()).await
    }

    /// Passes on what belongs to everybody. It stays with us until somebody has it.
    async fn say(&mut self) {
        if self.aside.is_some()
            && let Ok(permit) = self.http.aside.reserve().await
            && let Some(aside) = self.aside.take()
        {
            permit.send(aside);
        }
        // Nobody listens once the link is being given up.
        self.aside = None;
    }

    async fn step(&mut self) -> Result<Option<Received>, LinkError> {
        if let Some(message) = self.queue.pop_front() {
            return Ok(self.hear(&message));
        }
        match &mut self.state {
            State::Unsent(_) => {
                let mut wire = self.http.origin.pool.connect().await?;
                if let State::Unsent(request) = std::mem::replace(&mut self.state, State::Over) {
                    let head = wire.start(request);
                    self.state = State::Waiting(wire, head);
                }
                Ok(None)
            }
            State::Waiting(wire, head) => {
                let answered = wire.head(head).await;
                let State::Waiting(wire, _) = std::mem::replace(&mut self.state, State::Over)
                else {
                    return Err(LinkError::Gone);
                };
                match answered {
                    Ok(answer) => match self.again.take().filter(|_| is_refusal(&answer)) {
                        Some(again) => self.state = State::Refused(again),
                        None => self.begin(wire, answer)?,
                    },
                    Err(mut error) => match error.take_message() {
                        Some(request) if wire.used => self.state = State::Unsent(request),
                        Some(_) => return Err(LinkError::Gone),
                        None => return Err(failure(error.error())),
                    },
                }
                Ok(None)
            }
            State::Refused(again) => {
                let (request, worn) = &mut **again;
                if let Some(shown) = &self.http.origin.shown {
                    shown.anew(request.headers_mut(), worn).await?;
                }
                let mut wire = self.http.origin.pool.connect().await?;
                let head = wire.start(request.clone());
                self.state = State::Waiting(wire, head);
                Ok(None)
            }
            State::Whole(wire, body, whole) => {
                if !body.is_end_stream()
                    && let Some(piece) = wire.piece(body).await
                {
                    whole.push(piece?, body)?;
                    return Ok(None);
                }
                self.whole()
            }
            State::Events(stream) => match stream.next().await {
                Some(Heard::TooLong) => Err(LinkError::TooLong),
                Some(Heard::Message(message)) => {
                    self.failures = 0;
                    let batch = if self.http.batches { batch(&message) } else { None };
                    match batch {
                        Some(batch) => {
                            self.queue.extend(batch);
                            Ok(None)
                        }
                        None => Ok(self.hear(&message)),
                    }
                }
                Some(Heard::Endpoint(_)) => Ok(None),
                None => self.rest().map(|()| None),
            },
            State::Resting(place, until) => {
                sleep_until(*until).await;
                let resumed = self.http.get.open(place).await;
                self.resume(resumed).map(|()| None)
            }
            State::Over => Err(LinkError::Gone),
        }
    }

    /// Looks at the head of the answer.
    fn begin(&mut self, wire: Wire, answer: Response<Incoming>) -> Result<(), LinkError> {
        let status = answer.status();
        let kind = headers::kind(answer.headers());
        self.session = headers::session(answer.headers());
        let most = self.http.origin.most;
        let whole = |status, most| Whole { status, most, first: Bytes::new(), rest: Vec::new() };
        self.state = match (status, kind) {
            (StatusCode::OK, Kind::Events) => {
                let stream = Stream::new(wire, answer.into_body(), most, Place::default());
                State::Events(Box::new(stream))
            }
            (StatusCode::OK, Kind::Json) => {
                let long = answer.body().size_hint().lower() > most as u64;
                if long {
                    return Err(LinkError::TooLong);
                }
                State::Whole(wire, answer.into_body(), whole(None, most))
            }
            (StatusCode::OK, Kind::Other) => return Err(LinkError::WrongContentType),
            (StatusCode::NOT_FOUND, _) if self.http.session => return Err(LinkError::SessionGone),
            (status, Kind::Json) if status.is_client_error() || status.is_server_error() => {
                let whole = whole(Some(status.as_u16()), most.min(MOST_ERROR));
                State::Whole(wire, answer.into_body(), whole)
            }
            (status, _) => return Err(LinkError::Status(status.as_u16())),
        };
        Ok(())
    }

    /// Reads the answer that is now whole.
    fn whole(&mut self) -> Result<Option<Received>, LinkError> {
        let State::Whole(wire, _, whole) = std::mem::replace(&mut self.state, State::Over) else {
            return Err(LinkError::Gone);
        };
        self.http.origin.pool.give_back(wire);
        let status = whole.status;
        let bytes = whole.bytes();
        let batch = if self.http.batches { batch(&bytes) } else { None };
        if let Some(batch) = batch.filter(|_| status.is_none()) {
            self.queue.extend(batch);
            return Ok(None);
        }
        let received = Received::read(bytes).ok().filter(|received| match received.what() {
            What::Result { id, .. } => status.is_none() && *id == IdKey::Number(self.id),
            What::Error { id: Some(id), .. } => *id == IdKey::Number(self.id),
            What::Error { id: None, .. } => true,
            What::Notification { .. } | What::Request { .. } => false,
        });
        let missing = || status.map_or(LinkError::Malformed, LinkError::Status);
        received.map(Some).ok_or_else(missing)
    }

    /// Looks at a message of the stream. Returns it if it belongs to this request.
    fn hear(&mut self, message: &Bytes) -> Option<Received> {
        // Some events only say where to go on from.
        if message.is_empty() {
            return None;
        }
        let modern = self.http.modern;
        let received = match Received::read(message.clone()) {
            Ok(received) => received,
            Err((refusal, name)) => {
                if let Some(answer) = Received::not_known(message).filter(|_| !modern) {
                    self.http.post_along(answer);
                }
                self.aside = Some(Aside::Dropped(refusal, name));
                return None;
            }
        };
        match received.what() {
            What::Result { id, .. } | What::Error { id: Some(id), .. }
                if *id != IdKey::Number(self.id) =>
            {
                self.aside = Some(Aside::Dropped(Refusal::NotAsked, None));
            }
            What::Request { id, method: Method::Ping, .. } if !modern => {
                self.http.post_along(envelope::pong(received.part(id)));
            }
            What::Request { method, .. } if modern => {
                let name = method.name().to_owned();
                self.aside = Some(Aside::Dropped(Refusal::UnknownMethod, Some(name)));
            }
            What::Notification { method, .. } if !modern && belongs_to_all(*method) => {
                self.aside = Some(Aside::Said(received));
            }
            _ => return Some(received),
        }
        None
    }

    /// The stream broke: waits before it is resumed, if it can be.
    fn rest(&mut self) -> Result<(), LinkError> {
        let State::Events(stream) = std::mem::replace(&mut self.state, State::Over) else {
            return Err(LinkError::Gone);
        };
        let place = stream.place();
        self.rest_at(place)
    }

    fn rest_at(&mut self, place: Place) -> Result<(), LinkError> {
        if self.http.modern || place.last.is_none() {
            return Err(LinkError::Ended);
        }
        let pause = place.retry.unwrap_or(RESUME).clamp(SOONEST, LATEST);
        let until = Instant::now() + pause * 2_u32.pow(self.failures);
        self.state = State::Resting(place, until);
        Ok(())
    }

    fn resume(&mut self, resumed: Result<Option<Stream>, LinkError>) -> Result<(), LinkError> {
        let State::Resting(place, _) = std::mem::replace(&mut self.state, State::Over) else {
            return Err(LinkError::Gone);
        };
        match resumed {
            Ok(Some(stream)) => {
                self.state = State::Events(Box::new(stream));
                Ok(())
            }
            Err(error @ (LinkError::SessionGone | LinkError::WrongContentType)) => Err(error),
            // It takes no such requests: what was missed stays missed.
            Ok(None) | Err(LinkError::Status(400..=499) | LinkError::Malformed) => {
                Err(LinkError::Ended)
            }
            Err(_) if self.failures < FAILURES => {
                self.failures += 1;
                self.rest_at(place)
            }
            Err(_) => Err(LinkError::Ended),
        }
    }

    fn leave(&mut self) {
        if self.elsewhere.take().is_some() {
            self.http.acting().remove(&self.id);
        }
    }

    /// There is nothing to wait for any more.
    fn finish(&mut self) {
        self.open = None;
        self.leave();
        let State::Events(stream) = std::mem::replace(&mut self.state, State::Over) else { return };
        let Some((mut wire, mut body)) = stream.finish(&self.http.origin) else { return };
        let http = Arc::clone(&self.http);
        // On this thread: the connection is carried by its runtime.
        let Ok(here) = tokio::runtime::Handle::try_current() else { return };
        here.spawn(async move {
            let end = poll_fn(|cx| match wire.poll_piece(&mut body, cx) {
                Poll::Ready(piece) => Poll::Ready(piece.is_none()),
                Poll::Pending => Poll::Pending,
            });
            if timeout(LAST, end).await == Ok(true) {
                http.origin.pool.give_back(wire);
            }
        });
    }
}

/// What a server says elsewhere about a request.
async fn said(elsewhere: Option<&Mailbox>) -> Received {
    match elsewhere {
        Some(mailbox) => match mailbox.next().await {
            Ok(received) => received,
            // What nobody takes is lost; the answer is not.
            Err(_) => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        self.leave();
        // With a modern server, hanging up says it.
        if self.open.is_some() && self.cancels && !self.http.modern && self.http.alive() {
            self.http.post_along(envelope::cancelled(self.id));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, Weak};

    use tokio::sync::mpsc;
    use warden_mcp::Revision;

    use super::*;
    use crate::gateway::{
        settings::HttpReach,
        upstream::http::{
            Origin, origin,
            scripted::{Script, Scripted},
        },
    };

    /// A server that notes with every write how many requests could be asked about elsewhere.
    struct Noting {
        http: Weak<Streamable>,
        noted: Arc<Mutex<Vec<usize>>>,
    }

    impl Script for Noting {
        fn written(&mut self) {
            let acting = self.http.upgrade().map(|http| http.acting().len());
            self.noted.lock().unwrap().extend(acting);
        }
    }

    #[tokio::test]
    async fn a_request_can_be_asked_about_elsewhere_before_its_first_byte_is_sent() {
        let url = "http://127.0.0.1:1/mcp".into();
        let reach = HttpReach { url, headers: Vec::new(), authorities: None };
        let origin = Origin::new(&reach, 1 << 20, None).await.unwrap();
        let (aside, _asides) = mpsc::channel(1);
        let revision = Some(Revision::V2025_11_25);
        let http = Streamable::new(&origin, (revision, None), Duration::from_secs(1), aside);
        let noted = Arc::<Mutex<Vec<usize>>>::default();
        let server = Noting { http: Arc::downgrade(&http), noted: Arc::clone(&noted) };
        let wire = Wire::new(Box::new(Scripted(server))).await.unwrap();
        let body = envelope::request(1, Method::ToolsCall, None);
        let request = origin::request(
            hyper::Method::POST,
            origin.address.uri(),
            hyper::HeaderMap::new(),
            body,
        );
        let open = Open::new(&http.open);
        let posted =
            Posted::new(Arc::clone(&http), (1, Method::ToolsCall), wire, (request, None), open);
        let noted = noted.lock().unwrap();
        assert!(!noted.is_empty() && noted.iter().all(|acting| *acting == 1), "{noted:?}");
        drop(posted);
        assert!(http.acting().is_empty());
    }
}

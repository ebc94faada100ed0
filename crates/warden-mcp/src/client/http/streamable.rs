//! Streamable HTTP: every request a POST, answered with JSON or with a stream of events.

use std::time::{Duration, Instant};

use hyper::{
    HeaderMap, Response,
    body::Incoming as Body,
    header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue},
    http::Method as Verb,
};
use serde_json::Value;

use super::link::Link;
use crate::{
    Address, IdKey, Method,
    client::{
        Limits, ProbeError,
        lists::{Greeting, Next},
        wire::{
            Answer, Complaint, Incoming, LEGACY, MODERN, Wire, discover, initialize, initialized,
            request,
        },
    },
    sse::Reader,
};

const REVISION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

/// How many requests of the server are answered while one of ours is open.
const ASKS: usize = 32;

/// A server that speaks Streamable HTTP.
pub(super) struct Streamable<'a> {
    link: &'a Link,
    address: &'a Address,
    revision: Option<&'static str>,
    session: Option<HeaderValue>,
    last_id: i64,
}

/// Whether a server speaks Streamable HTTP.
pub(super) enum Opened<'a> {
    /// It does, and introduced itself.
    Yes(Streamable<'a>, Greeting),
    /// It does not; there may be an older transport.
    Not,
}

/// What a POST came to.
enum Posted {
    Answer(Answer),
    /// An error status, with the JSON-RPC error in its body if there was one.
    Status(u16, Option<Complaint>),
}

impl<'a> Streamable<'a> {
    pub(super) fn open(
        link: &'a Link,
        address: &'a Address,
        limits: &Limits,
        end: Instant,
    ) -> Result<Opened<'a>, ProbeError> {
        let mut wire = Self { link, address, revision: Some(MODERN), session: None, last_id: 0 };
        // A server far away may have to be woken first.
        let patience = end.min(Instant::now() + limits.silence.max(limits.whole / 3));
        let mut posted = wire.post(Method::Discover, &discover(), patience);
        if let Ok(Posted::Answer(Answer::Error(error)) | Posted::Status(_, Some(error))) = &posted
            && error.offers_modern()
        {
            posted = wire.post(Method::Discover, &discover(), patience);
        }
        let revision = match posted {
            Ok(Posted::Answer(Answer::Result(result))) => match Greeting::discovered(&result)? {
                Next::Lists(greeting) => return Ok(Opened::Yes(wire, greeting)),
                Next::Initialize(revision) => revision,
            },
            Ok(Posted::Answer(Answer::Error(error)) | Posted::Status(_, Some(error)))
                if error.is_modern() =>
            {
                error.choose()?
            }
            Ok(Posted::Status(status @ (401 | 403 | 407 | 429 | 502..=504), _)) => {
                return Err(ProbeError::Status(status));
            }
            Ok(Posted::Answer(Answer::Error(_)) | Posted::Status(..))
            // An older server may take the first message for a broken one and answer anyhow.
            | Err(ProbeError::Timeout(_) | ProbeError::ContentType | ProbeError::Frame { .. }) => {
                LEGACY.first().copied().unwrap_or_default()
            }
            Err(error) => return Err(error),
        };
        wire.shake_hands(revision, end)
    }

    fn shake_hands(mut self, revision: &str, end: Instant) -> Result<Opened<'a>, ProbeError> {
        self.revision = None;
        match self.post(Method::Initialize, &initialize(revision), end)? {
            Posted::Answer(Answer::Result(result)) => {
                let greeting = Greeting::initialized(&result)?;
                self.revision = Some(greeting.protocol);
                self.tell(end)?;
                Ok(Opened::Yes(self, greeting))
            }
            Posted::Answer(Answer::Error(error)) => {
                Err(ProbeError::Refused { method: Method::Initialize, code: error.code })
            }
            Posted::Status(status @ (401 | 403 | 407 | 429 | 500..), _) => {
                Err(ProbeError::Status(status))
            }
            Posted::Status(..) => Ok(Opened::Not),
        }
    }

    /// Tells the server that the handshake is over.
    fn tell(&self, end: Instant) -> Result<(), ProbeError> {
        let headers = self.headers(None);
        self.link.run(Method::Initialized, end, async {
            let answer = self.link.send(Verb::POST, self.address, headers, initialized()).await?;
            match answer.status().as_u16() {
                200..=299 => Ok(()),
                status => Err(ProbeError::Status(status)),
            }
        })
    }

    /// Ends the session, if there is one. A server need not know how.
    pub(super) fn close(self, patience: Duration) {
        if self.session.is_none() {
            return;
        }
        let goodbye = self.link.send(Verb::DELETE, self.address, self.headers(None), Vec::new());
        let until = Instant::now() + patience;
        // The answer makes no difference: everything was already read.
        drop(self.link.run(Method::Initialized, until, goodbye));
    }

    fn headers(&self, method: Option<Method>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(revision) = self.revision {
            headers.insert(REVISION, HeaderValue::from_static(revision));
        }
        if let Some(method) = method.filter(|_| self.revision == Some(MODERN)) {
            headers.insert(METHOD, HeaderValue::from_static(method.name()));
        }
        if let Some(session) = &self.session {
            headers.insert(SESSION, session.clone());
        }
        headers
    }

    fn post(
        &mut self,
        method: Method,
        params: &Value,
        until: Instant,
    ) -> Result<Posted, ProbeError> {
        self.last_id += 1;
        let id = self.last_id;
        let headers = self.headers(Some(method));
        let body = request(id, method, params);
        let link = self.link;
        let (posted, session) = link.run(method, until, async {
            let mut answer = link.send(Verb::POST, self.address, headers, body).await?;
            let session = answer.headers().get(SESSION).cloned();
            Ok((self.read(method, id, &mut answer).await?, session))
        })?;
        if method == Method::Initialize {
            self.session = session;
        }
        Ok(posted)
    }

    async fn read(
        &self,
        method: Method,
        id: i64,
        answer: &mut Response<Body>,
    ) -> Result<Posted, ProbeError> {
        let status = answer.status().as_u16();
        if status != 200 {
            let start = self.link.start(answer.body_mut()).await?;
            let complaint = match Incoming::read(&start) {
                Ok(Incoming::Answer(_, Answer::Error(complaint))) => Some(complaint),
                _ => None,
            };
            return Ok(Posted::Status(status, complaint));
        }
        let kind =
            answer.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        if kind.eq_ignore_ascii_case(b"text/event-stream") {
            return self.stream(method, id, answer.body_mut()).await;
        }
        if !kind.eq_ignore_ascii_case(b"application/json") {
            return Err(ProbeError::ContentType);
        }
        let whole = self.link.whole(answer.body_mut()).await?;
        match Incoming::read(&whole).map_err(|why| ProbeError::Frame { method, why })? {
            Incoming::Answer(key, answer) if fits(key.as_ref(), id) => Ok(Posted::Answer(answer)),
            _ => Err(ProbeError::Shape { method, member: "id" }),
        }
    }

    async fn stream(&self, method: Method, id: i64, body: &mut Body) -> Result<Posted, ProbeError> {
        // The link bounds how much comes.
        let mut events = Reader::new(usize::MAX);
        let mut asks = 0;
        while let Some(piece) = self.link.piece(body).await? {
            for event in events.feed(&piece).into_iter().flatten() {
                // Some servers begin with an empty event, so that a client knows where to resume.
                if event.name != "message" || event.data.is_empty() {
                    continue;
                }
                match Incoming::read(&event.data) {
                    Ok(Incoming::Answer(key, answer)) if fits(key.as_ref(), id) => {
                        return Ok(Posted::Answer(answer));
                    }
                    Ok(Incoming::Ask(refusal)) if asks < ASKS => {
                        asks += 1;
                        // Whether it arrives is the server's concern; the answer is ours.
                        drop(
                            self.link
                                .send(Verb::POST, self.address, self.headers(None), refusal)
                                .await,
                        );
                    }
                    Ok(_) => {}
                    Err(why) => return Err(ProbeError::Frame { method, why }),
                }
            }
        }
        Err(ProbeError::Gone(method))
    }
}

/// Whether an answer is the one to this request, or to one that could not be read.
pub(super) fn fits(key: Option<&IdKey>, id: i64) -> bool {
    key.is_none_or(|key| *key == IdKey::Number(id))
}

impl Wire for Streamable<'_> {
    fn ask(
        &mut self,
        method: Method,
        params: &Value,
        until: Instant,
    ) -> Result<Answer, ProbeError> {
        match self.post(method, params, until)? {
            Posted::Answer(answer) => Ok(answer),
            Posted::Status(_, Some(error)) => Ok(Answer::Error(error)),
            Posted::Status(status, None) => Err(ProbeError::Status(status)),
        }
    }
}

//! HTTP with server-sent events, as of revision 2024-11-05: one stream for all answers, and an
//! address that questions are posted to.

use std::{collections::VecDeque, pin::pin, time::Instant};

use hyper::{
    HeaderMap,
    body::Incoming as Body,
    header::{ACCEPT, CONTENT_TYPE, HeaderValue},
    http::Method as Verb,
};
use serde_json::Value;

use super::{link::Link, streamable::fits};
use crate::{
    Address, Method,
    client::{
        ProbeError,
        lists::Greeting,
        wire::{Answer, Incoming, LEGACY, Wire, initialize, initialized, request},
    },
    sse::{Event, Reader},
};

/// How many requests of the server are answered while one of ours is open.
const ASKS: usize = 32;

/// A server that speaks the older transport.
pub(super) struct Older<'a> {
    link: &'a Link,
    stream: Stream,
    endpoint: Address,
    last_id: i64,
}

/// The stream that every answer comes on.
struct Stream {
    body: Body,
    events: Reader,
    ready: VecDeque<Event>,
}

impl Stream {
    /// The next event. Nothing is lost if this is dropped before it is done.
    async fn next(&mut self, link: &Link, method: Method) -> Result<Event, ProbeError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            let piece = link.piece(&mut self.body).await?.ok_or(ProbeError::Gone(method))?;
            self.ready.extend(self.events.feed(&piece).into_iter().filter_map(Result::ok));
        }
    }
}

impl<'a> Older<'a> {
    pub(super) fn open(
        link: &'a Link,
        address: &Address,
        end: Instant,
    ) -> Result<(Self, Greeting), ProbeError> {
        let method = Method::Initialize;
        let (stream, endpoint) = link.run(method, end, async {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
            let answer = link.send(Verb::GET, address, headers, Vec::new()).await?;
            if answer.status() != 200 {
                return Err(ProbeError::Status(answer.status().as_u16()));
            }
            let kind = answer.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
            if !kind.is_some_and(|kind| kind.starts_with(b"text/event-stream")) {
                return Err(ProbeError::ContentType);
            }
            // The link bounds how much comes.
            let (events, ready) = (Reader::new(usize::MAX), VecDeque::new());
            let mut stream = Stream { body: answer.into_body(), events, ready };
            loop {
                let event = stream.next(link, method).await?;
                if event.name == "endpoint" {
                    let endpoint = std::str::from_utf8(&event.data)
                        .ok()
                        .and_then(|reference| address.join(reference));
                    return Ok((stream, endpoint.ok_or(ProbeError::Elsewhere(200))?));
                }
            }
        })?;
        let mut older = Self { link, stream, endpoint, last_id: 0 };
        let newest = LEGACY.first().copied().unwrap_or_default();
        match older.ask(method, &initialize(newest), end)? {
            Answer::Result(result) => {
                let greeting = Greeting::initialized(&result)?;
                link.run(Method::Initialized, end, older.post(initialized()))?;
                Ok((older, greeting))
            }
            Answer::Error(error) => Err(ProbeError::Refused { method, code: error.code }),
        }
    }

    async fn post(&self, body: Vec<u8>) -> Result<(), ProbeError> {
        post(self.link, &self.endpoint, body).await
    }
}

async fn post(link: &Link, endpoint: &Address, body: Vec<u8>) -> Result<(), ProbeError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let answer = link.send(Verb::POST, endpoint, headers, body).await?;
    match answer.status().as_u16() {
        200..=299 => Ok(()),
        status => Err(ProbeError::Status(status)),
    }
}

impl Wire for Older<'_> {
    fn ask(
        &mut self,
        method: Method,
        params: &Value,
        until: Instant,
    ) -> Result<Answer, ProbeError> {
        self.last_id += 1;
        let id = self.last_id;
        let Self { link, stream, endpoint, .. } = self;
        let link = *link;
        link.run(method, until, async {
            // A server may answer on the stream before it answers the POST, or after.
            let mut posting = pin!(post(link, endpoint, request(id, method, params)));
            let mut posted = false;
            let mut asks = 0;
            loop {
                let event = tokio::select! {
                    done = &mut posting, if !posted => {
                        done?;
                        posted = true;
                        continue;
                    }
                    event = stream.next(link, method) => event?,
                };
                if event.name != "message" {
                    continue;
                }
                match Incoming::read(&event.data) {
                    Ok(Incoming::Answer(key, answer)) if fits(key.as_ref(), id) => {
                        return Ok(answer);
                    }
                    Ok(Incoming::Ask(refusal)) if asks < ASKS => {
                        asks += 1;
                        // Whether it arrives is the server's concern; the answer is ours.
                        drop(post(link, endpoint, refusal).await);
                    }
                    Ok(_) => {}
                    Err(why) => return Err(ProbeError::Frame { method, why }),
                }
            }
        })
    }
}

//! Requests to one origin, with every configured header.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{HeaderMap, Method as Verb, Request, Response, Uri, body::Incoming};
use warden_mcp::Address;

use super::{
    Stream, headers,
    pool::Pool,
    shown::{Shown, is_refusal},
    stream::Place,
    wire::{Out, Wire, failure},
};
use crate::gateway::{settings::HttpReach, upstream::LinkError};

/// How much of a body that does not matter is read to keep its connection.
const SPENT: usize = 64 << 10;

/// One origin.
pub(in crate::gateway::upstream) struct Origin {
    pub(super) pool: Arc<Pool>,
    pub(in crate::gateway::upstream) address: Address,
    /// What every request carries.
    pub(super) headers: HeaderMap,
    /// What it carries beside that, on behalf of whom the connection is for.
    pub(in crate::gateway::upstream) shown: Option<Arc<Shown>>,
    /// The longest message.
    pub(in crate::gateway::upstream) most: usize,
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A URL may hold a secret.
        f.write_str("Origin")
    }
}

impl Origin {
    pub(in crate::gateway::upstream) async fn new(
        reach: &HttpReach,
        most: usize,
        shown: Option<Arc<Shown>>,
    ) -> Result<Arc<Self>, LinkError> {
        let address = Address::parse(&reach.url).ok_or(LinkError::BadAddress)?;
        let headers = headers::base(&address, &reach.headers)?;
        let pool = Pool::new(&address, reach).await?;
        Ok(Arc::new(Self { pool, address, headers, shown, most }))
    }

    /// Sends a request and waits for the head of its answer. If the server refuses what it is
    /// shown, it is shown something newer, once.
    pub(super) async fn ask(&self, request: Out) -> Result<(Wire, Response<Incoming>), LinkError> {
        let Some(shown) = &self.shown else { return self.ask_once(request).await };
        let mut request = request;
        let worn = shown.dress(request.headers_mut()).await?;
        let mut again = request.clone();
        let (wire, answer) = self.ask_once(request).await?;
        if !is_refusal(&answer) {
            return Ok((wire, answer));
        }
        shown.anew(again.headers_mut(), &worn).await?;
        self.spend(wire, answer.into_body()).await;
        self.ask_once(again).await
    }

    async fn ask_once(&self, request: Out) -> Result<(Wire, Response<Incoming>), LinkError> {
        let mut request = request;
        let mut wire = self.pool.take().await?;
        loop {
            let mut head = wire.start(request);
            let mut error = match wire.head(&mut head).await {
                Ok(answer) => return Ok((wire, answer)),
                Err(error) => error,
            };
            request = match error.take_message() {
                Some(unsent) if wire.used => unsent,
                Some(_) => return Err(LinkError::Gone),
                None => return Err(failure(error.error())),
            };
            wire = self.pool.connect().await?;
        }
    }

    /// Opens the stream of the older transport.
    pub(in crate::gateway::upstream) async fn listen(&self) -> Result<Stream, LinkError> {
        let headers = headers::of_get(&self.headers);
        let request = request(Verb::GET, self.address.uri(), headers, Vec::new());
        let (wire, answer) = self.ask(request).await?;
        headers::accepted(answer.status(), false)?;
        if headers::kind(answer.headers()) != headers::Kind::Events {
            return Err(LinkError::WrongContentType);
        }
        Ok(Stream::new(wire, answer.into_body(), self.most, Place::default()))
    }

    /// Posts a message of the older transport, whose answer comes another way.
    pub(in crate::gateway::upstream) async fn post_to(
        &self,
        address: &Address,
        message: Vec<u8>,
    ) -> Result<(), LinkError> {
        let headers = headers::of_post(&self.headers);
        let (wire, answer) = self.ask(request(Verb::POST, address.uri(), headers, message)).await?;
        let status = answer.status();
        self.spend(wire, answer.into_body()).await;
        headers::accepted(status, false)
    }

    /// Reads what is left of a body that does not matter, and keeps the connection.
    pub(super) async fn spend(&self, mut wire: Wire, mut body: Incoming) {
        let mut read = 0;
        while let Some(piece) = wire.piece(&mut body).await {
            match piece {
                Ok(piece) => read += piece.len(),
                Err(_) => return,
            }
            if read > SPENT {
                return;
            }
        }
        self.pool.give_back(wire);
    }
}

/// A request as it is sent.
pub(super) fn request(verb: Verb, uri: &Uri, headers: HeaderMap, body: Vec<u8>) -> Out {
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = verb;
    *request.uri_mut() = path(uri);
    *request.headers_mut() = headers;
    request
}

/// What stands in the first line of a request.
fn path(uri: &Uri) -> Uri {
    uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from)
}

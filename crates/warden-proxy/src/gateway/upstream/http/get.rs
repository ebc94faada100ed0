//! Opening a stream to listen on.

use std::sync::Arc;

use hyper::{HeaderMap, Method as Verb, StatusCode, header::HeaderValue};

use super::{
    Origin, Stream,
    headers::{self, Kind},
    origin,
    stream::Place,
};
use crate::gateway::upstream::LinkError;

/// How a stream of a server is opened. It does not hold the link that it belongs to.
#[derive(Debug)]
pub(super) struct Get {
    pub(super) origin: Arc<Origin>,
    pub(super) headers: HeaderMap,
    pub(super) session: bool,
}

impl Get {
    /// Opens a stream where it is to be gone on. `None` if the server has no such streams.
    pub(super) async fn open(&self, place: &Place) -> Result<Option<Stream>, LinkError> {
        let mut headers = self.headers.clone();
        if let Some(last) = &place.last {
            let last = HeaderValue::from_str(last).map_err(|_| LinkError::Malformed)?;
            headers.insert(headers::LAST_EVENT, last);
        }
        let uri = self.origin.address.uri();
        let request = origin::request(Verb::GET, uri, headers, Vec::new());
        let (wire, answer) = self.origin.ask(request).await?;
        match (answer.status(), headers::kind(answer.headers())) {
            (StatusCode::OK, Kind::Events) => {
                let most = self.origin.most;
                Ok(Some(Stream::new(wire, answer.into_body(), most, place.clone())))
            }
            (StatusCode::OK, _) => Err(LinkError::WrongContentType),
            (StatusCode::METHOD_NOT_ALLOWED, _) => {
                self.origin.spend(wire, answer.into_body()).await;
                Ok(None)
            }
            (StatusCode::NOT_FOUND, _) if self.session => Err(LinkError::SessionGone),
            (status, _) => Err(LinkError::Status(status.as_u16())),
        }
    }
}

//! HTTP answers.

use hyper::{
    Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, WWW_AUTHENTICATE},
};
use serde_json::json;
use warden_mcp::{Revision, reply};

use super::Outbody;
use crate::gateway::{
    answer::{Answer, HEADER_MISMATCH, UNSUPPORTED_VERSION},
    traces::Ended,
};
use crate::{credentials::consent::Page, identity::Denied};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// The text format of Prometheus.
const METRICS: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache, no-transform");
/// Tells proxies in front of us to pass events on at once.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What a proof has to carry (RFC 9449, section 8).
pub(super) const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Why a request was refused that never became one of MCP, for whoever counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reason(pub(super) &'static str);

fn with(status: StatusCode, content: Option<HeaderValue>, body: Outbody) -> Response<Outbody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if let Some(content) = content {
        response.headers_mut().insert(CONTENT_TYPE, content);
    }
    response
}

/// A sentence for people.
pub(crate) fn plain(status: StatusCode, message: &'static str) -> Response<Outbody> {
    with(status, Some(TEXT), Outbody::Whole(message.into()))
}

/// What a monitor reads.
pub(crate) fn metrics(page: String) -> Response<Outbody> {
    with(StatusCode::OK, Some(METRICS), Outbody::Whole(page.into()))
}

/// A JSON document.
pub(crate) fn document(status: StatusCode, body: String) -> Response<Outbody> {
    with(status, Some(JSON), Outbody::Whole(body.into()))
}

/// The same, already written.
pub(super) fn json(status: StatusCode, body: Vec<u8>) -> Response<Outbody> {
    with(status, Some(JSON), Outbody::Whole(body.into()))
}

/// A no to somebody who has not shown who he is, with what he needs to get a yes.
pub(crate) fn denied(denied: &Denied) -> Response<Outbody> {
    let reason = denied.reason;
    // Where no code of a standard fits, ours is the only one.
    let error = reason.error().unwrap_or(reason.code());
    let body = json!({
        "error": error, "error_description": reason.description(), "reason": reason.code(),
    });
    let mut response = document(denied.status, body.to_string());
    let headers = response.headers_mut();
    for challenge in &denied.challenges {
        if let Ok(challenge) = HeaderValue::from_str(challenge) {
            headers.append(WWW_AUTHENTICATE, challenge);
        }
    }
    if let Some(nonce) = denied.nonce.as_deref().and_then(|it| HeaderValue::from_str(it).ok()) {
        headers.insert(NONCE, nonce);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.extensions_mut().insert(Reason(reason.code()));
    response
}

/// A page for a browser.
pub(super) fn page(page: Page) -> Response<Outbody> {
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = with(status, None, Outbody::Whole(page.body.into()));
    for (name, value) in page.headers {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::try_from(value));
        let Ok(value) = value else {
            // One that is not whole is not shown: it may lack what protects it.
            return plain(StatusCode::INTERNAL_SERVER_ERROR, "this page cannot be shown");
        };
        response.headers_mut().append(name, value);
    }
    response
}

pub(crate) fn unauthorized() -> Response<Outbody> {
    let mut response = plain(StatusCode::UNAUTHORIZED, "show who you are");
    let scheme = HeaderValue::from_static("Bearer realm=\"mcpwarden\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response.extensions_mut().insert(Reason("unauthorized"));
    response
}

pub(super) fn method_not_allowed() -> Response<Outbody> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "not in this way");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

/// Taken, and there is nothing to say.
pub(super) fn accepted() -> Response<Outbody> {
    with(StatusCode::ACCEPTED, None, Outbody::Empty)
}

/// An error about no request that could be read, or that is about HTTP.
pub(super) fn failure(
    status: StatusCode,
    id: &str,
    (code, message, reason): (i64, &str, &'static str),
) -> Response<Outbody> {
    let body = reply::error(id, code, message, reason);
    let mut response = with(status, Some(JSON), Outbody::Whole(body.into()));
    response.extensions_mut().insert(Reason(reason));
    response
}

/// A whole answer.
pub(super) fn answer(answer: Answer, revision: Revision) -> Response<Outbody> {
    if answer.body.is_empty() {
        return accepted();
    }
    let status = if revision.is_modern() { status(answer.code) } else { StatusCode::OK };
    with(status, Some(JSON), Outbody::Whole(answer.body.into()))
}

/// The answer to a request that never became one of MCP.
pub(super) fn refused(refused: Answer, revision: Revision) -> Response<Outbody> {
    let ended = refused.ended;
    let mut response = answer(refused, revision);
    if let Ended::Refused(reason, _) = ended {
        response.extensions_mut().insert(Reason(reason));
    }
    response
}

/// The status that 2026-07-28 wants for an error (basic/transports, "Protocol Version Header",
/// "Server Validation").
fn status(code: Option<i64>) -> StatusCode {
    match code {
        Some(reply::METHOD_NOT_FOUND) => StatusCode::NOT_FOUND,
        Some(HEADER_MISMATCH | reply::MISSING_CAPABILITY | UNSUPPORTED_VERSION) => {
            StatusCode::BAD_REQUEST
        }
        _ => StatusCode::OK,
    }
}

/// A stream of events.
pub(super) fn events(body: Outbody) -> Response<Outbody> {
    let mut response = with(StatusCode::OK, Some(EVENTS), body);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, NO_CACHE);
    headers.insert(BUFFERING, HeaderValue::from_static("no"));
    response
}

//! The headers of what is sent, and what those of an answer say.

use hyper::{
    HeaderMap, StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderName, HeaderValue,
    },
};
use warden_mcp::{Address, header};
use warden_model::Hidden;

use crate::gateway::upstream::{LinkError, Outbound};

pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
pub(super) const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");

/// What is ours alone to say: how a message is framed, and the transport's own.
const OURS: &[&str] = &[
    "connection",
    "content-length",
    "content-type",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "mcp-protocol-version",
    "mcp-session-id",
    "last-event-id",
    "mcp-method",
    "mcp-name",
];

/// The headers of every request.
///
/// # Errors
/// When one of the configuration's cannot be sent.
pub(super) fn base(
    address: &Address,
    configured: &[(String, Hidden)],
) -> Result<HeaderMap, LinkError> {
    let mut headers = HeaderMap::new();
    let host = address.uri().authority().ok_or(LinkError::BadAddress)?.as_str();
    headers.insert(HOST, HeaderValue::from_str(host).map_err(|_| LinkError::BadAddress)?);
    for (name, value) in configured {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| LinkError::BadAddress)?;
        let mut value = HeaderValue::from_str(value.reveal()).map_err(|_| LinkError::BadAddress)?;
        value.set_sensitive(true);
        if name == HOST {
            headers.insert(name, value);
        } else if !OURS.contains(&name.as_str()) {
            headers.append(name, value);
        }
    }
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(headers)
}

/// The headers of every POST.
pub(super) fn of_post(base: &HeaderMap) -> HeaderMap {
    let mut headers = base.clone();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers
}

/// The headers of every GET.
pub(super) fn of_get(base: &HeaderMap) -> HeaderMap {
    let mut headers = base.clone();
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    headers
}

/// Adds what a modern server wants to know without reading the body.
pub(super) fn add_modern(headers: &mut HeaderMap, out: &Outbound) {
    header::expected(out.method.name(), out.params.as_deref()).write(headers);
    for (name, value) in &out.headers {
        headers.insert(name.clone(), value.clone());
    }
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Json,
    Events,
    Other,
}

/// What the body of an answer is.
pub(super) fn kind(headers: &HeaderMap) -> Kind {
    let encoding = headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes);
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case(b"identity")) {
        return Kind::Other;
    }
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if kind.eq_ignore_ascii_case(b"application/json") {
        Kind::Json
    } else if kind.eq_ignore_ascii_case(b"text/event-stream") {
        Kind::Events
    } else {
        Kind::Other
    }
}

/// The session that an answer gives, if it is one that can be sent back.
pub(super) fn session(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut value = headers.get(SESSION)?.clone();
    let visible = value.as_bytes().iter().all(|byte| matches!(byte, 0x21..=0x7e));
    value.set_sensitive(true);
    (visible && !value.is_empty()).then_some(value)
}

/// What a status means where nothing but the status matters.
pub(super) fn accepted(status: StatusCode, session: bool) -> Result<(), LinkError> {
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::NOT_FOUND if session => Err(LinkError::SessionGone),
        status => Err(LinkError::Status(status.as_u16())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_cannot_say_how_messages_are_framed() {
        let address = Address::parse("http://a:1/mcp").unwrap();
        let configured = [
            ("Content-Length".into(), Hidden::new("5")),
            ("transfer-encoding".into(), Hidden::new("chunked")),
            ("Mcp-Session-Id".into(), Hidden::new("x")),
            ("Accept-Encoding".into(), Hidden::new("gzip")),
            ("Authorization".into(), Hidden::new("Bearer x")),
        ];
        let headers = of_post(&base(&address, &configured).unwrap());
        assert_eq!(headers.len(), 5, "{headers:?}");
        assert_eq!(headers[ACCEPT_ENCODING], "identity");
        assert_eq!(headers[HOST], "a:1");
        assert!(!format!("{headers:?}").contains("Bearer x"));
        assert!(base(&address, &[("a b".into(), Hidden::new("x"))]).is_err());
        assert!(base(&address, &[("a".into(), Hidden::new("x\ny"))]).is_err());
    }
}

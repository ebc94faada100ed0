//! What is answered over HTTP: the API, the page and its style sheet.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Response, StatusCode,
    header::{HeaderName, HeaderValue},
    http::request::Parts,
};
use jiff::Timestamp;
use warden_report::catalog::{self, Catalog, GatewayUrl, POLICY, Request, STYLE};

/// What is served at one time.
#[derive(Debug)]
pub(super) struct Served {
    catalog: Catalog,
    page: String,
}

impl Served {
    pub(super) fn new(catalog: Catalog, gateway: Option<&GatewayUrl>) -> Self {
        let page = catalog::page(&catalog, gateway);
        Self { catalog, page }
    }
}

/// Answers a request that was let in. Nothing is served where nobody can tell what is certified.
pub(super) fn answer(
    served: Option<&Served>,
    parts: &Parts,
    now: Timestamp,
) -> Response<Full<Bytes>> {
    let Some(served) = served else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "it cannot be told what is certified");
    };
    match parts.uri.path() {
        "/" | "/index.html" => file(parts, "text/html; charset=utf-8", &served.page),
        "/catalog.css" => file(parts, "text/css; charset=utf-8", STYLE),
        path => {
            let asked = parts.headers.get("if-none-match").and_then(|tag| tag.to_str().ok());
            let request = Request {
                method: parts.method.as_str(),
                path,
                query: parts.uri.query().unwrap_or_default(),
                if_none_match: asked,
                now,
            };
            sent(served.catalog.answer(&request))
        }
    }
}

/// A refusal without much ado.
pub(super) fn refuse(status: StatusCode, why: &'static str) -> Response<Full<Bytes>> {
    let body = serde_json::json!({
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": why,
        "error": why,
    });
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/problem+json"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}

fn file(parts: &Parts, kind: &'static str, text: &str) -> Response<Full<Bytes>> {
    let mut response = match parts.method {
        Method::GET => Response::new(Full::from(text.to_owned())),
        Method::HEAD => Response::new(Full::default()),
        _ => {
            let mut response =
                refuse(StatusCode::METHOD_NOT_ALLOWED, "the catalog can only be read");
            response.headers_mut().insert("allow", HeaderValue::from_static("GET, HEAD"));
            return response;
        }
    };
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(kind));
    headers.insert("content-length", text.len().into());
    headers.insert("content-security-policy", HeaderValue::from_static(POLICY));
    headers.insert("cache-control", HeaderValue::from_static("no-cache"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    response
}

fn sent(answer: catalog::Response) -> Response<Full<Bytes>> {
    let status = StatusCode::from_u16(answer.status);
    let mut response = Response::new(Full::from(answer.body));
    for (name, value) in answer.headers {
        let Ok(value) = HeaderValue::from_str(&value) else {
            return refuse(StatusCode::INTERNAL_SERVER_ERROR, "the answer cannot be sent");
        };
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

//! From the strings of an HTTP request to those of a response.
//!
//! Reading only: a catalog is made from certificates, so nothing can be published through it.

use jiff::Timestamp;
use serde_json::json;
use warden_model::Digest;

use super::{Catalog, Query, percent};

/// The prefixes of the API: the stable version, and the one that is still being developed. Both
/// answer the same today.
pub(super) const PREFIXES: [&str; 2] = ["/v0.1", "/v0"];

/// The longest path that is looked at: two names with every byte encoded.
const PATH: usize = 2048;

/// The longest query that is looked at.
const QUERY: usize = 8192;

/// What somebody asks, as it came: nothing is decoded yet.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path, still encoded: the slash in a server's name is `%2F`.
    pub path: &'a str,
    /// What stands behind the question mark, still encoded; empty if nothing does.
    pub query: &'a str,
    /// The header of that name.
    pub if_none_match: Option<&'a str>,
    /// What time it is.
    pub now: Timestamp,
}

/// What to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body. Empty if the method is `HEAD`, though the headers are as for `GET`.
    pub body: Vec<u8>,
}

impl Response {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    Unknown(&'static str),
    Bad(String),
    Long,
    Method,
    Publish,
    Broken,
}

/// What a path leads to.
enum Route {
    List,
    Versions(String),
    Version(String, String),
    Publish,
}

impl Catalog {
    /// Answers a request of a client of the registry.
    ///
    /// Whatever is asked, there is an answer, and its body, if it has one, is JSON. If a
    /// certificate has expired since the catalog was made, the answer is that of
    /// [`at`](Self::at).
    #[must_use]
    pub fn answer(&self, request: &Request<'_>) -> Response {
        if self.good_until.is_none_or(|until| request.now < until) {
            return self.answer_now(request);
        }
        match self.at(request.now) {
            Ok(later) => later.answer_now(request),
            Err(_) => self.refuse(&Refusal::Broken),
        }
    }

    fn answer_now(&self, request: &Request<'_>) -> Response {
        let mut response = match self.body(request) {
            Ok(None) => self.preflight(),
            Ok(Some(body)) => self.found(body, request.if_none_match),
            Err(refusal) => self.refuse(&refusal),
        };
        if request.method == "HEAD" {
            response.body.clear();
        }
        response
    }

    /// The body of the answer; `None` if the answer has none.
    fn body(&self, request: &Request<'_>) -> Result<Option<String>, Refusal> {
        if request.path.len() > PATH || request.query.len() > QUERY {
            return Err(Refusal::Long);
        }
        let route = route(request.path)?;
        match (request.method, &route) {
            ("OPTIONS", _) if self.shared => return Ok(None),
            ("POST", Route::Publish) => return Err(Refusal::Publish),
            ("GET" | "HEAD", Route::List | Route::Versions(_) | Route::Version(..)) => {}
            _ => return Err(Refusal::Method),
        }
        let query = Query::parse(request.query).map_err(|bad| Refusal::Bad(bad.to_string()))?;
        self.reply(&route, &query).map(Some)
    }

    fn reply(&self, route: &Route, query: &Query) -> Result<String, Refusal> {
        let deleted = query.include_deleted;
        match route {
            Route::List => Ok(self.list(query).to_json()),
            Route::Versions(name) => {
                let found = self.versions(name, deleted);
                Ok(found.ok_or(Refusal::Unknown("Server not found"))?.to_json())
            }
            Route::Version(name, version) => {
                let found = self.version(name, version, deleted);
                Ok(found.ok_or(Refusal::Unknown("Server or version not found"))?.json.to_owned())
            }
            Route::Publish => Err(Refusal::Method),
        }
    }

    fn found(&self, body: String, if_none_match: Option<&str>) -> Response {
        let tag = tag(&body);
        let mut headers = self.common();
        headers.push(("etag", tag.clone()));
        if if_none_match.is_some_and(|wanted| names(wanted, &tag)) {
            return Response { status: 304, headers, body: Vec::new() };
        }
        headers.push(("content-type", "application/json".to_owned()));
        headers.push(("content-length", body.len().to_string()));
        Response { status: 200, headers, body: body.into_bytes() }
    }

    /// A refusal in the form of RFC 9457. `error` is what the API's description names; the
    /// official registry sends the other three.
    fn refuse(&self, refusal: &Refusal) -> Response {
        let (status, title, detail) = match refusal {
            Refusal::Unknown(what) => (404, "Not Found", (*what).to_owned()),
            Refusal::Bad(why) => (400, "Bad Request", why.clone()),
            Refusal::Long => (414, "URI Too Long", "the request is too long".to_owned()),
            Refusal::Method => {
                (405, "Method Not Allowed", "the catalog can only be read".to_owned())
            }
            Refusal::Publish => {
                (501, "Not Implemented", "Publishing is not supported by this registry".to_owned())
            }
            Refusal::Broken => (
                500,
                "Internal Server Error",
                "the catalog cannot be brought up to date".to_owned(),
            ),
        };
        let body = json!({"title": title, "status": status, "detail": detail, "error": detail});
        let body = body.to_string().into_bytes();
        let mut headers = self.common();
        if status == 405 {
            headers.push(("allow", self.methods()));
        }
        headers.push(("content-type", "application/problem+json".to_owned()));
        headers.push(("content-length", body.len().to_string()));
        Response { status, headers, body }
    }

    /// What a browser asks before it lets a page of another origin ask.
    fn preflight(&self) -> Response {
        let mut headers = self.common();
        headers.push(("access-control-allow-methods", self.methods()));
        let allowed = "Authorization, Content-Type, If-None-Match";
        headers.push(("access-control-allow-headers", allowed.to_owned()));
        Response { status: 204, headers, body: Vec::new() }
    }

    fn methods(&self) -> String {
        (if self.shared { "GET, HEAD, OPTIONS" } else { "GET, HEAD" }).to_owned()
    }

    fn common(&self) -> Vec<(&'static str, String)> {
        // A client has to ask before it uses what it kept: a server can be gone at any moment.
        let mut headers = vec![
            ("cache-control", "no-cache".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        if self.shared {
            headers.push(("access-control-allow-origin", "*".to_owned()));
            headers.push(("access-control-expose-headers", "ETag".to_owned()));
        }
        headers
    }
}

fn route(path: &str) -> Result<Route, Refusal> {
    const NOTHING: Refusal = Refusal::Unknown("there is nothing at this path");
    let below = |prefix: &&str| path.strip_prefix(prefix)?.strip_prefix('/');
    let rest = PREFIXES.iter().find_map(below).ok_or(NOTHING)?;
    let part = |text: &str| {
        let decoded = percent::decode(text);
        decoded.ok_or_else(|| Refusal::Bad("the path is not well encoded".to_owned()))
    };
    let parts: Vec<&str> = rest.split('/').collect();
    match parts.as_slice() {
        ["servers"] => Ok(Route::List),
        ["servers", name, "versions"] => Ok(Route::Versions(part(name)?)),
        ["servers", name, "versions", version] => Ok(Route::Version(part(name)?, part(version)?)),
        ["publish"] => Ok(Route::Publish),
        _ => Err(NOTHING),
    }
}

/// A strong validator: half of the digest is more than enough to tell two bodies apart.
fn tag(body: &str) -> String {
    let hex = Digest::of(body.as_bytes()).hex();
    let half: String = hex.iter().take(32).map(|digit| char::from(*digit)).collect();
    format!("\"{half}\"")
}

/// Whether a list of validators names this one: RFC 9110, section 13.1.2, which compares weakly.
fn names(wanted: &str, tag: &str) -> bool {
    let same = |one: &str| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag;
    wanted.split(',').any(|one| same(one.trim()))
}

#[cfg(test)]
mod tests;

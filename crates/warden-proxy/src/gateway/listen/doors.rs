//! Who may come in, by what a request says of itself.
//!
//! A page that a browser shows can send requests to a gateway on the same machine, and can make
//! its own name point there. It cannot choose `Host` and `Origin`: those are what gives it away.

use std::net::{IpAddr, SocketAddr};

use hyper::{
    Method, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
        ACCESS_CONTROL_REQUEST_METHOD, ALLOW, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN,
        VARY,
    },
    http::request::Parts,
};

use super::{outbody::Outbody, refused::Refused};
use crate::{credentials::consent::PATH, gateway::settings::Listen};

/// The methods that are answered.
pub(super) const METHODS: &str = "GET, POST, DELETE, HEAD, OPTIONS";

/// The longest target.
const MOST_URI: usize = 8 << 10;

/// Headers that a page may send beside those that any page may.
const HEADERS: &[&str] = &[
    "accept",
    "authorization",
    "baggage",
    "content-type",
    "dpop",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "mcp-session-id",
    "traceparent",
    "tracestate",
];

/// Headers whose names begin like this go with the arguments of a tool.
const HEADERS_OF_ARGUMENTS: &str = "mcp-param-";

/// Headers of an answer that a page may read.
const EXPOSED: &str =
    "Mcp-Session-Id, Mcp-Protocol-Version, WWW-Authenticate, DPoP-Nonce, Retry-After";

/// Who may come in.
#[derive(Debug)]
pub(super) struct Doors {
    hosts: Vec<String>,
    origins: Vec<String>,
    /// What our own pages may have been fetched with.
    schemes: &'static [&'static [u8]],
}

impl Doors {
    /// As set. `address` is the one that was given for port 0.
    pub(super) fn new(listen: &Listen, address: SocketAddr) -> Self {
        let ip = address.ip();
        let own = match ip {
            _ if ip.is_unspecified() => None,
            IpAddr::V4(ip) => Some(ip.to_string()),
            IpAddr::V6(ip) => Some(format!("[{ip}]")),
        };
        let loopback = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        let origin = |origin: &String| origin.trim_end_matches('/').to_ascii_lowercase();
        Self {
            hosts: loopback.into_iter().chain(own).chain(listen.hosts.iter().cloned()).collect(),
            origins: listen.origins.iter().map(origin).collect(),
            // Somebody on the way can put a page at the same name without TLS, so it is not ours
            // if we have TLS. Without, TLS may have ended in front of us.
            schemes: match listen.tls {
                Some(_) => &[b"https://"],
                None => &[b"http://", b"https://"],
            },
        }
    }

    /// Lets a request in, or not. Returns its origin if a browser sent it.
    pub(super) fn check(&self, parts: &Parts) -> Result<Option<HeaderValue>, Refused> {
        match parts.method {
            Method::POST | Method::GET | Method::DELETE | Method::OPTIONS | Method::HEAD => {}
            _ => return Err(Refused::Method),
        }
        let target = &parts.uri;
        let length = target.path_and_query().map_or(0, |path| path.as_str().len());
        if length + target.authority().map_or(0, |host| host.as_str().len()) > MOST_URI {
            return Err(Refused::UriLong);
        }
        let host = self.host(parts)?;
        if is_led_to_consent(parts) {
            return Ok(None);
        }
        self.origin(&parts.headers, host)
    }

    /// HTTP/2 and the absolute form say the host in the target; if both do, they have to agree.
    fn host<'a>(&self, parts: &'a Parts) -> Result<&'a str, Refused> {
        let mut said = parts.headers.get_all(HOST).iter();
        let (header, more) = (said.next(), said.next());
        let header = header.map(HeaderValue::to_str).transpose();
        let header = header.map_err(|_| Refused::HostMalformed)?;
        let target = parts.uri.authority().map(hyper::http::uri::Authority::as_str);
        let host = match (header, target) {
            _ if more.is_some() => None,
            (Some(header), Some(target)) => {
                Some(target).filter(|target| target.eq_ignore_ascii_case(header))
            }
            (header, target) => header.or(target),
        };
        let (host, name) =
            host.and_then(|host| Some((host, name_of(host)?))).ok_or(Refused::HostMalformed)?;
        if self.hosts.iter().any(|host| host.eq_ignore_ascii_case(name)) {
            return Ok(host);
        }
        Err(Refused::HostUnknown)
    }

    /// `host` is one of ours: a page that we served ourselves comes from there.
    fn origin(&self, headers: &HeaderMap, host: &str) -> Result<Option<HeaderValue>, Refused> {
        let mut said = headers.get_all(ORIGIN).iter();
        let Some(origin) = said.next() else { return same_site(headers).map(|()| None) };
        let known = self.origins.iter().any(|known| known.as_bytes() == origin.as_bytes())
            || self.is_own(origin.as_bytes(), host);
        if known && said.next().is_none() {
            return Ok(Some(origin.clone()));
        }
        Err(Refused::OriginUnknown)
    }

    /// Whether an origin is the very address that is asked, port included.
    fn is_own(&self, origin: &[u8], host: &str) -> bool {
        let rest = self.schemes.iter().find_map(|scheme| origin.strip_prefix(*scheme));
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(host.as_bytes()))
    }
}

/// Whether a person goes to a page on which he agrees to something, or comes back to it: both from
/// pages of others. Such a page cannot be embedded, and changes nothing without what it gave out.
fn is_led_to_consent(parts: &Parts) -> bool {
    let said = |name| parts.headers.get(name).map(HeaderValue::as_bytes);
    parts.method == Method::GET
        && parts.uri.path().strip_prefix(PATH).is_some_and(|rest| rest.starts_with('/'))
        && said("origin").is_none()
        && said("sec-fetch-mode") == Some(b"navigate")
        && said("sec-fetch-dest") == Some(b"document")
}

/// A browser leaves `Origin` out of what a page only embeds, and then says where that page is from.
fn same_site(headers: &HeaderMap) -> Result<(), Refused> {
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        None | Some(b"none" | b"same-origin") => Ok(()),
        Some(_) => Err(Refused::CrossSite),
    }
}

/// The name in `name[:port]`; brackets belong to the name.
fn name_of(host: &str) -> Option<&str> {
    let (name, port) = match host.rsplit_once(':') {
        // The last colon of an address in brackets is one of the address.
        Some((_, tail)) if tail.ends_with(']') => (host, None),
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    let number = |port: &str| port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    (!name.is_empty() && port.is_none_or(number)).then_some(name)
}

/// The answer to `OPTIONS`: what a browser asks before it sends a page's request.
pub(super) fn options(headers: &HeaderMap) -> Response<Outbody> {
    let mut answer = Response::new(Outbody::Empty);
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let set = answer.headers_mut();
    if !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        set.insert(ALLOW, HeaderValue::from_static(METHODS));
        return answer;
    }
    set.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    set.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    if let Ok(allowed) = HeaderValue::from_str(&wanted(headers)) {
        set.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    answer
}

/// Those of the headers that a page wants to send which it may. Arguments of tools make names
/// that cannot be listed, so the answer repeats what was asked instead of a fixed list.
fn wanted(headers: &HeaderMap) -> String {
    let may = |name: &&str| {
        let lower = name.to_ascii_lowercase();
        HEADERS.contains(&&*lower) || lower.starts_with(HEADERS_OF_ARGUMENTS)
    };
    let asked = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
    let asked = asked.filter_map(|value| value.to_str().ok()).flat_map(|names| names.split(','));
    asked.map(str::trim).filter(may).collect::<Vec<_>>().join(", ")
}

/// Says on an answer that a page from `origin` may read it.
pub(super) fn share_with(origin: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    headers.append(VARY, HeaderValue::from_name(HeaderName::from_static("origin")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, name: Option<&str>) {
        assert_eq!(name_of(host), name, "{host:?}");
    }

    #[test]
    fn a_name_is_what_stands_before_the_port() {
        check("localhost", Some("localhost"));
        check("localhost:80", Some("localhost"));
        check("[::1]:8080", Some("[::1]"));
        check("[::1]", Some("[::1]"));
        check("", None);
        check(":80", None);
        check("localhost:http", None);
        check("localhost:123456", None);
        check("evil.example@localhost:80", Some("evil.example@localhost"));
    }
}

//! Whether a request is meant for us.
//!
//! A page in a browser can make its own name point at this machine and then read what is served
//! here. It cannot choose the `Host` that the browser sends, so a name that nobody gave us is
//! refused, as the gateway does it.

use std::net::{IpAddr, SocketAddr};

use hyper::{
    header::{HOST, HeaderValue},
    http::request::Parts,
};

/// The names that we are known by.
#[derive(Clone, Debug)]
pub(super) struct Hosts(Vec<String>);

impl Hosts {
    /// This machine itself, the address, and the names that were given.
    pub(super) fn new(address: SocketAddr, named: &[String]) -> Self {
        let own = match address.ip() {
            ip if ip.is_unspecified() => None,
            IpAddr::V4(ip) => Some(ip.to_string()),
            IpAddr::V6(ip) => Some(format!("[{ip}]")),
        };
        let loopback = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        Self(loopback.into_iter().chain(own).chain(named.iter().cloned()).collect())
    }

    /// Whether the request names one of them, and only one: RFC 9112, section 3.2.
    pub(super) fn let_in(&self, parts: &Parts) -> bool {
        let mut said = parts.headers.get_all(HOST).iter();
        let (Some(header), None) = (said.next(), said.next()) else { return false };
        let Ok(header) = HeaderValue::to_str(header) else { return false };
        let target = parts.uri.authority().map(hyper::http::uri::Authority::as_str);
        let agrees = target.is_none_or(|target| target.eq_ignore_ascii_case(header));
        agrees && name_of(header).is_some_and(|name| self.has(name))
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// The name in `name[:port]`; brackets belong to the name.
fn name_of(host: &str) -> Option<&str> {
    let (name, port) = match host.rsplit_once(':') {
        Some((_, tail)) if tail.ends_with(']') => (host, None),
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    let number = |port: &str| port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    (!name.is_empty() && port.is_none_or(number)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hosts: &[&str], uri: &str, let_in: bool) {
        let known = Hosts::new(([192, 0, 2, 7], 80).into(), &["catalog.example".to_owned()]);
        let mut request = hyper::Request::builder().uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        assert_eq!(known.let_in(&parts), let_in, "{hosts:?} {uri}");
    }

    #[test]
    fn only_our_own_names_are_let_in() {
        for host in ["localhost:8941", "127.0.0.1", "[::1]:1", "192.0.2.7:80", "Catalog.Example"] {
            check(&[host], "/", true);
        }
        for host in ["evil.example", "", ":80", "localhost:x", "localhost.evil.example", "::1"] {
            check(&[host], "/", false);
        }
        check(&[], "/", false);
        check(&["localhost", "localhost"], "/", false);
        check(&["localhost"], "http://localhost/", true);
        check(&["localhost"], "http://evil.example/", false);
    }
}

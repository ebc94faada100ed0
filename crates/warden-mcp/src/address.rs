//! Addresses, and when two of them are the same origin.

use hyper::Uri;

/// An `http` or `https` URL with a host and without a user part.
#[derive(Clone, Debug)]
pub struct Address(Uri);

impl Address {
    /// Reads a URL; `None` if it is another kind of address.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.trim().parse().ok()?;
        let scheme = matches!(uri.scheme_str(), Some("http" | "https"));
        let host = uri.host().is_some_and(|host| !host.is_empty());
        // Clients refuse a user part, so nothing that works has one.
        let user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        (scheme && host && !user).then_some(Self(uri))
    }

    /// The address that `reference` means here, if it is of the same origin.
    #[must_use]
    pub fn join(&self, reference: &str) -> Option<Self> {
        let reference = reference.trim();
        let origin = format!("{}://{}", self.0.scheme_str()?, self.0.authority()?);
        let url = if reference.contains("://") {
            reference.to_owned()
        } else if reference.starts_with("//") {
            format!("{}:{reference}", self.0.scheme_str()?)
        } else if reference.starts_with('/') {
            format!("{origin}{reference}")
        } else if reference.starts_with('?') {
            format!("{origin}{}{reference}", self.0.path())
        } else {
            let folder = self.0.path().rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{origin}{folder}/{reference}")
        };
        Self::parse(&url).filter(|other| other.origin() == self.origin())
    }

    fn origin(&self) -> (Option<&str>, Option<String>, u16) {
        let port = if self.is_plain() { 80 } else { 443 };
        let host = self.0.host().map(str::to_ascii_lowercase);
        (self.0.scheme_str(), host, self.0.port_u16().unwrap_or(port))
    }

    /// Whether the host is this machine itself: `localhost` (RFC 6761, section 6.3), or a loopback
    /// address.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let Some(host) = self.0.host() else { return false };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let address = bare.parse::<std::net::IpAddr>();
        address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |ip| ip.is_loopback())
    }

    /// Whether it is reached without TLS.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.scheme_str() == Some("http")
    }

    /// The address itself.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stay_within_their_origin() {
        let base = Address::parse("https://Example.com/a/sse?x=1").unwrap();
        let join = |reference| base.join(reference).map(|address| address.uri().to_string());
        let at = |path: &str| Some(format!("https://example.com/{path}"));
        assert_eq!(join("/m?s=1").map(|url| url.to_lowercase()), at("m?s=1"));
        assert_eq!(join("m?s=1").map(|url| url.to_lowercase()), at("a/m?s=1"));
        assert_eq!(join("?s=1").map(|url| url.to_lowercase()), at("a/sse?s=1"));
        assert_eq!(join("https://example.com:443/m"), Some("https://example.com:443/m".into()));
        for other in ["http://example.com/m", "https://example.com:8443/m", "//evil.test/m"] {
            assert_eq!(join(other), None, "{other}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_addresses() {
        let is = |url: &str| Address::parse(url).unwrap().is_loopback();
        for own in
            ["http://127.0.0.1:5000/", "http://127.9.9.9", "http://[::1]:1", "http://LocalHost"]
        {
            assert!(is(own), "{own}");
        }
        for other in
            ["http://128.0.0.1", "http://localhost.example", "http://0.0.0.0", "http://[::2]"]
        {
            assert!(!is(other), "{other}");
        }
    }

    #[test]
    fn other_schemes_and_user_parts_are_refused() {
        for url in ["ftp://a/b", "file:///etc/passwd", "https://me:word@a/b", "a/b", "", "http://"]
        {
            assert!(Address::parse(url).is_none(), "{url}");
        }
    }
}

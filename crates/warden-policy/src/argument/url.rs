//! URLs, held against the hosts that they may lead to.
//!
//! Readers of URLs differ: about a backslash, about who is in front of an `@`, about what a dotted
//! number is. So a URL passes only if it is written in the way about which nobody differs, and
//! leads where the WHATWG's reading of it says. What a name resolves to cannot be seen from here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ::url::{Host, Url};

use super::{
    field::unseen,
    form::{Forms, forms},
};

const MOST_URL: usize = 8192;
/// The most URLs that are looked at in one text.
pub(super) const MOST_URLS: usize = 256;
/// Letters that the two generations of internationalised names map differently (UTS #46,
/// section 7).
const DEVIATIONS: [char; 4] = ['ß', 'ς', '\u{200c}', '\u{200d}'];
/// Names that mean the own machine, the own network or who runs it.
const PRIVATE: &[&str] = &[
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "localdomain",
    "arpa",
    "onion",
    "test",
    "invalid",
];

/// Where URLs may lead.
#[derive(Clone, Debug)]
pub(super) struct Hosts {
    names: Vec<Pattern>,
    schemes: Vec<String>,
    ports: Option<Vec<u16>>,
    private: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Any,
    /// Everything below a domain, and not the domain.
    Below(String),
    Just(String),
}

impl Pattern {
    fn read(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        let (below, name) = text.strip_prefix("*.").map_or((false, text), |name| (true, name));
        let host = Host::parse(name).ok()?;
        if let Host::Domain(name) = &host
            && !name.bytes().all(is_name)
        {
            return None;
        }
        match (below, &host) {
            (true, Host::Domain(name)) => Some(Self::Below(format!(".{}", bare(name)))),
            (true, _) => None,
            (false, _) => Some(Self::Just(bare(&host.to_string()).to_owned())),
        }
    }

    fn covers(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Below(end) => host.len() > end.len() && host.ends_with(end),
            Self::Just(name) => host == name,
        }
    }
}

impl Hosts {
    /// Reads the hosts of a setting.
    pub(super) fn read(
        hosts: &[String],
        schemes: Option<&[String]>,
        ports: Option<&[u16]>,
        private: bool,
    ) -> Option<Self> {
        let hosts: Vec<Pattern> =
            hosts.iter().map(|it| Pattern::read(it)).collect::<Option<_>>()?;
        let letters = |it: &String| it.bytes().all(|it| it.is_ascii_lowercase());
        let schemes = schemes.map_or_else(|| vec!["http".into(), "https".into()], <[_]>::to_vec);
        let sound = !hosts.is_empty() && !schemes.is_empty() && schemes.iter().all(letters);
        sound.then(|| Self { names: hosts, schemes, ports: ports.map(<[_]>::to_vec), private })
    }

    /// Whether a URL leads to one of the hosts, whoever reads it.
    pub(super) fn hold(&self, text: &str) -> bool {
        let Some(url) = plain(text) else { return false };
        let Forms { all, deeper } = forms(text);
        // What comes out when an encoding is taken off must not lead elsewhere.
        let elsewhere = |form: &String| {
            Url::parse(form).is_ok_and(|it| it.host() != url.host() || it.port() != url.port())
        };
        !deeper && !all.iter().any(elsewhere) && self.allow(&url)
    }

    /// Whether every URL in a text leads to one of the hosts.
    pub(super) fn hold_all(&self, text: &str) -> bool {
        let Forms { all, deeper } = forms(text);
        !deeper
            && all.iter().all(|form| {
                let (found, more) = urls(form);
                !more && found.iter().all(|url| self.hold(url))
            })
    }

    fn allow(&self, url: &Url) -> bool {
        if !self.schemes.iter().any(|it| it == url.scheme()) {
            return false;
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return false;
        };
        // `port` is none where it is the scheme's own.
        let port = self.ports.as_ref().map_or(url.port().is_none(), |it| it.contains(&port));
        let name = host.to_string();
        let name = bare(&name);
        port && (self.private || !is_private(&host)) && self.names.iter().any(|it| it.covers(name))
    }
}

/// A URL that is written so that all readers agree on where it leads.
fn plain(text: &str) -> Option<Url> {
    let odd = |c: char| unseen(c) || c == '\\';
    if text.len() > MOST_URL || text.contains(odd) {
        return None;
    }
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.bytes().all(|it| it.is_ascii_alphanumeric()) || rest.starts_with('/') {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.contains(['@', '%', ';', ',', '&', '=', '|', '"', '\'', '<', '>', '{', '}'])
        || authority.contains(DEVIATIONS)
    {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let host = url.host()?;
    let written = authority.to_lowercase();
    let written = match written.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => {
            port.parse::<u16>().ok().filter(|it| it.to_string() == port)?;
            name.to_owned()
        }
        _ => written,
    };
    let agreed = match &host {
        // A number that is no dotted quad, or an address in another notation, is one for some.
        Host::Ipv4(address) => written == address.to_string(),
        Host::Ipv6(address) => written == format!("[{address}]"),
        Host::Domain(name) => {
            let ascii = !written.is_ascii() || written == *name;
            ascii && !name.ends_with("..") && name.bytes().all(is_name)
        }
    };
    agreed.then_some(url)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_')
}

fn bare(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Whether a host is of the own machine or network, or one that only stands for such.
fn is_private(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => private_4(*address),
        Host::Ipv6(address) => private_6(*address),
        Host::Domain(name) => {
            let name = bare(name);
            // A name without a dot is one of the own network.
            let Some((_, last)) = name.rsplit_once('.') else { return true };
            PRIVATE.contains(&last) || holds_address(name)
        }
    }
}

/// Whether an address is written within a name, as in `10.0.0.1.nip.io`.
fn holds_address(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let dotted = labels.windows(4).any(|four| four.join(".").parse::<IpAddr>().is_ok());
    dotted
        || labels.iter().any(|label| {
            let parts: Vec<&str> = label.rsplit('-').take(4).collect();
            parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
        })
}

fn private_4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        // The metadata of one cloud.
        || address == Ipv4Addr::new(168, 63, 129, 16)
}

fn private_6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only 2000::/3 is public (RFC 4291 section 2.4), and of it not what holds an IPv4 address
    // (6to4, Teredo) or is for documentation.
    (a & 0xe000) != 0x2000 || a == 0x2002 || (a == 0x2001 && (b < 0x0200 || b == 0x0db8))
}

/// Every URL in a text, as it is written, and whether there are more than are looked at.
///
/// Also what a reader completes: `//host/…`, `www.…`, and schemes with too few slashes.
pub(super) fn urls(text: &str) -> (Vec<&str>, bool) {
    let mut found = Vec::new();
    if !may_have_urls(text) {
        return (found, false);
    }
    let mut rest = text;
    while let Some(at) = next_url(rest) {
        let Some(begin) = rest.get(at..) else { break };
        let end = begin.find(ends_url).unwrap_or(begin.len());
        let (url, after) = begin.split_at_checked(end).unwrap_or((begin, ""));
        let url =
            url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '*', '\'', '`']);
        if found.len() == MOST_URLS {
            return (found, true);
        }
        if !url.is_empty() {
            found.push(url);
        }
        // At least one byte further, so that it ends.
        let step = begin.chars().next().map_or(1, char::len_utf8);
        rest = if end == 0 { begin.get(step..).unwrap_or_default() } else { after };
    }
    (found, false)
}

/// Whether a text has a sign of one. Most texts have none, and all are asked.
fn may_have_urls(text: &str) -> bool {
    let www = |dot: usize| {
        let before = dot.checked_sub(3).and_then(|at| text.as_bytes().get(at..dot));
        before.is_some_and(|three| three.eq_ignore_ascii_case(b"www"))
    };
    text.bytes().enumerate().any(|(at, byte)| match byte {
        b':' | b'/' | b'\\' => true,
        b'.' => www(at),
        _ => false,
    })
}

fn ends_url(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`' | '|' | '^')
}

/// Where the next URL begins.
fn next_url(text: &str) -> Option<usize> {
    let scheme = text.match_indices(':').find_map(|(at, _)| {
        let before = text.get(..at)?;
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let name = before.rsplit(|c: char| !letters(c)).next()?;
        let name = name.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let known = ["http", "https", "ftp", "ws", "wss", "file"];
        let slashes = text.get(at + 1..)?.starts_with(['/', '\\']);
        let two = text.get(at + 1..)?.starts_with("//");
        let known = known.iter().any(|it| it.eq_ignore_ascii_case(name));
        (!name.is_empty() && (two || known && slashes)).then(|| at - name.len())
    });
    let bare = ["//", "\\\\", "www."].iter().filter_map(|sign| {
        let lower = text.to_ascii_lowercase();
        let mut places = lower.match_indices(sign).map(|(at, _)| at);
        places.find(|at| {
            let before = text.get(..*at).and_then(|it| it.chars().next_back());
            let after = text.get(at + sign.len()..).and_then(|it| it.chars().next());
            before.is_none_or(|c| {
                !c.is_alphanumeric() && c != '/' && c != ':' && c != '.' && c != '\\'
            }) && after.is_some_and(char::is_alphanumeric)
        })
    });
    scheme.into_iter().chain(bare).min()
}

/// The host of a URL or of what looks like a host name, in lower case and as ASCII.
pub(super) fn host_of(text: &str) -> Option<String> {
    let trimmed = text.trim_start_matches(['/', '\\']);
    let parsed = if text.contains("://") || text.contains(":/") {
        Url::parse(text).ok()?
    } else {
        Url::parse(&format!("https://{trimmed}")).ok()?
    };
    let host = parsed.host()?.to_string();
    (!host.is_empty()).then(|| bare(&host).to_lowercase())
}

#[cfg(test)]
mod tests;

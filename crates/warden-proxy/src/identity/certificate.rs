//! Whose certificate it is.

use super::{
    reason::Reason,
    settings::{CertificateEntry, Matches},
};
use crate::gateway::listen::certificate::{Names, names};

/// The longest SPIFFE id, and the longest trust domain in it (SPIFFE ID, sections 2.1 and 2.3).
const MOST: (usize, usize) = (2048, 255);

/// What a certificate was found to say.
pub(super) struct Found<'a> {
    pub(super) entry: &'a CertificateEntry,
    /// The name in the certificate that matched.
    pub(super) name: String,
}

/// Whose certificate it is, in DER. Its chain was verified when the connection was made.
///
/// # Errors
/// When nobody is set up for it.
pub(super) fn find<'a>(
    entries: &'a [CertificateEntry],
    certificate: &[u8],
) -> Result<Found<'a>, Reason> {
    let names = names(certificate).ok_or(Reason::CertificateUnknown)?;
    let found = entries.iter().find_map(|entry| {
        entry.matches.name(&names).map(|name| Found { entry, name: name.to_owned() })
    });
    found.ok_or(Reason::CertificateUnknown)
}

impl Matches {
    /// The name among these that it matches.
    fn name<'a>(&self, names: &'a Names) -> Option<&'a str> {
        let find = |all: &'a [String], wanted: &String| {
            all.iter().find(|name| *name == wanted).map(String::as_str)
        };
        match self {
            // With several common names it depends on the reader who that is.
            Self::CommonName(wanted) if names.common.len() == 1 => find(&names.common, wanted),
            Self::CommonName(_) => None,
            Self::Dns(wanted) => {
                names.dns.iter().find(|name| name.eq_ignore_ascii_case(wanted)).map(String::as_str)
            }
            Self::Uri(wanted) => find(&names.uris, wanted),
            Self::Spiffe(wanted) => spiffe(names).filter(|id| id == wanted),
            Self::SpiffeUnder(above) => spiffe(names)
                .filter(|id| id.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))),
        }
    }
}

/// The SPIFFE id of a certificate: its only URI (X.509-SVID, section 2).
fn spiffe(names: &Names) -> Option<&str> {
    let [only] = &*names.uris else { return None };
    is_spiffe(only).then_some(only)
}

/// Whether a text is the SPIFFE id of a workload (SPIFFE ID, section 2): it has a path.
pub(super) fn is_spiffe(id: &str) -> bool {
    let Some((domain, path)) = id.strip_prefix("spiffe://").and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let domain_fits = !domain.is_empty()
        && domain.len() <= MOST.1
        && domain.bytes().all(|byte| plain(byte) && !byte.is_ascii_uppercase());
    let segment_fits = |segment: &str| {
        !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(plain)
    };
    id.len() <= MOST.0 && domain_fits && path.split('/').all(segment_fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_the_standard_says() {
        for id in ["spiffe://a.example/x", "spiffe://a/b/c-d_e.F"] {
            assert!(is_spiffe(id), "{id}");
        }
        for not in [
            "spiffe://a.example",
            "spiffe://a.example/",
            "spiffe://A.example/x",
            "SPIFFE://a.example/x",
            "spiffe:///x",
            "spiffe://a:8080/x",
            "spiffe://u@a/x",
            "spiffe://a/x?y",
            "spiffe://a/x#y",
            "spiffe://a/x/../y",
            "spiffe://a/x//y",
            "spiffe://a/%41",
            "https://a/x",
        ] {
            assert!(!is_spiffe(not), "{not}");
        }
        assert!(!is_spiffe(&format!("spiffe://a/{}", "x".repeat(2048))));
    }
}

//! What a request shows.

use hyper::{
    HeaderMap, Method, Uri,
    header::{AUTHORIZATION, HeaderName, HeaderValue},
};
use warden_policy::Time;

use super::reason::Reason;

/// The header of a proof (RFC 9449, section 4.1).
const DPOP: HeaderName = HeaderName::from_static("dpop");

/// The longest credential that is looked at.
const MOST: usize = 16 << 10;

/// What a request shows.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its method.
    pub method: &'a Method,
    /// Its address; the path and the query count.
    pub uri: &'a Uri,
    /// The certificate at the other end, in DER, once its chain was verified.
    pub certificate: Option<&'a [u8]>,
    /// When.
    pub now: Time,
}

/// The one credential that a request shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Credential<'a> {
    None,
    Bearer(&'a str),
    /// A token and the proof that came along.
    Dpop(&'a str, &'a str),
}

impl<'a> Shown<'a> {
    /// The one credential in the headers (RFC 6750, section 2; RFC 9449, section 7.1).
    pub(super) fn credential(&self) -> Result<Credential<'a>, Reason> {
        if self.uri.query().is_some_and(has_token) {
            return Err(Reason::InUri);
        }
        let mut proofs = self.headers.get_all(DPOP).iter();
        let proof = proofs.next();
        if proofs.next().is_some() {
            return Err(Reason::ProofMalformed);
        }
        let mut shown = self.headers.get_all(AUTHORIZATION).iter();
        let Some(only) = shown.next() else {
            // A proof of nothing.
            return if proof.is_some() { Err(Reason::Malformed) } else { Ok(Credential::None) };
        };
        if shown.next().is_some() {
            return Err(Reason::Several);
        }
        read(only, proof)
    }

    /// Seconds since 1970.
    pub(super) fn seconds(&self) -> i64 {
        self.now.micros() / 1_000_000
    }
}

fn read<'a>(
    shown: &'a HeaderValue,
    proof: Option<&'a HeaderValue>,
) -> Result<Credential<'a>, Reason> {
    if shown.len() > MOST + 16 {
        return Err(Reason::TokenLong);
    }
    let shown = text(shown).ok_or(Reason::Malformed)?;
    let (scheme, rest) = shown.split_once(' ').ok_or(Reason::Malformed)?;
    let token = rest.trim_matches(' ');
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    if !is_bearer && !scheme.eq_ignore_ascii_case("dpop") {
        return Err(Reason::Scheme);
    }
    if token.is_empty() {
        return Err(Reason::Malformed);
    }
    if !every(token, is_token) {
        return Err(if token.contains([',', ' ']) { Reason::Several } else { Reason::Malformed });
    }
    match (is_bearer, proof) {
        (true, None) => Ok(Credential::Bearer(token)),
        (true, Some(_)) => Err(Reason::Several),
        (false, None) => Err(Reason::ProofMalformed),
        (false, Some(proof)) => {
            let proof = proof.to_str().map_err(|_| Reason::ProofMalformed)?;
            Ok(Credential::Dpop(token, proof))
        }
    }
}

/// The text of a header, as `to_str` has it: nothing but visible ASCII, spaces and tabs.
fn text(shown: &HeaderValue) -> Option<&str> {
    let text = std::str::from_utf8(shown.as_bytes()).ok()?;
    every(text, |byte| matches!(byte, b'\t' | b' '..=b'~')).then_some(text)
}

/// Whether every byte is one of these. It looks at all of them whatever it finds, so that it can
/// look at many at a time: nearly all of them are right, and there are a thousand in a token.
fn every(text: &str, is_one: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & is_one(byte))
}

/// `b64token` of RFC 6750, section 2.1.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

/// Whether a query has a parameter that is called `access_token`, however that is written.
fn has_token(query: &str) -> bool {
    query.split(['&', ';']).any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        super::uri::decoded(name).eq_ignore_ascii_case(b"access_token")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What `read` is to say, byte by byte.
    fn plainly(shown: &HeaderValue) -> Result<String, Reason> {
        let shown = shown.to_str().map_err(|_| Reason::Malformed)?;
        let (scheme, rest) = shown.split_once(' ').ok_or(Reason::Malformed)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Reason::Scheme);
        }
        let token = rest.trim_matches(' ');
        if token.contains(',') || token.contains(' ') {
            return Err(Reason::Several);
        }
        let is_token = !token.is_empty() && token.bytes().all(is_token);
        if is_token { Ok(token.to_owned()) } else { Err(Reason::Malformed) }
    }

    proptest! {
        #[test]
        fn a_credential_is_read_as_byte_by_byte(
            scheme in "(Bearer|bearer|Basic|\u{e9})",
            token in "( {0,2}[-A-Za-z0-9._~+/=]{0,90} {0,2}|[ -~\t\u{80}\u{ff},]{0,40})",
        ) {
            let value = HeaderValue::from_bytes(format!("{scheme} {token}").as_bytes());
            let value = value.expect("it is a header");
            let read = read(&value, None).map(|credential| match credential {
                Credential::Bearer(token) => token.to_owned(),
                other => unreachable!("{other:?}"),
            });
            prop_assert_eq!(read, plainly(&value));
        }
    }
}

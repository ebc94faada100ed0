//! Tokens in the compact form (RFC 7515, section 7.1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{Algorithm, Claims, Jwk};
use crate::strict::read_strict;

/// The longest token, in bytes. What is longer is refused before anything is done with it.
pub const MOST_TOKEN: usize = 16 << 10;

/// The longest header, in bytes of JSON.
const MOST_HEADER: usize = 4 << 10;

/// How deep what a token says may be nested.
const MOST_DEPTH: usize = 12;

/// The longest name of a key, or type.
const MOST_NAME: usize = 256;

/// A token whose signature nobody has looked at yet. Nothing that it says counts, except to choose
/// whose keys to look with.
#[derive(Debug)]
pub struct Unverified<'text> {
    signed: &'text str,
    signature: &'text str,
    header: Header,
    payload: Map<String, Value>,
}

/// What the header of a token says.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// How it is signed.
    pub algorithm: Algorithm,
    /// What kind of token it is, in lower case and without `application/`.
    pub typ: Option<Box<str>>,
    /// By which key it is signed.
    pub kid: Option<Box<str>>,
    /// The key that came along.
    pub(super) jwk: Option<Value>,
}

/// Why something is no token, or not one that can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// It is longer than [`MOST_TOKEN`].
    #[error("the token is too long")]
    Long,
    /// It has not three parts of base64url with JSON in them that every reader reads alike.
    #[error("the token is malformed")]
    Malformed,
    /// It is not signed, or with a shared secret, or in a way that is not known.
    #[error("the token is signed in a way that is not accepted")]
    Algorithm,
    /// It says that whoever does not know something must refuse it, and that is not known.
    #[error("the token has critical extensions")]
    Critical,
    /// Its signature is not by any of these keys.
    #[error("the signature is not right")]
    Signature,
}

/// Whether a text has the form of a signed token, as opposed to one that says nothing by itself.
#[must_use]
pub fn looks_like_token(text: &str) -> bool {
    text.starts_with("ey") && text.bytes().filter(|byte| *byte == b'.').count() == 2
}

impl<'text> Unverified<'text> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// See [`BadToken`].
    pub fn read(text: &'text str) -> Result<Self, BadToken> {
        if text.len() > MOST_TOKEN {
            return Err(BadToken::Long);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(BadToken::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(BadToken::Malformed)?;
        if payload.contains('.') {
            return Err(BadToken::Malformed);
        }
        let header = Header::read(object(header, MOST_HEADER)?)?;
        if signature.is_empty() {
            return Err(BadToken::Signature);
        }
        let payload = object(payload, MOST_TOKEN)?;
        Ok(Self { signed, signature, header, payload })
    }

    /// What its header says. Nobody has vouched for it.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Who it claims to be from. Nobody has vouched for it.
    #[must_use]
    pub fn claimed_issuer(&self) -> Option<&str> {
        self.payload.get("iss").and_then(Value::as_str)
    }

    /// What it says, if its signature is by one of `keys`, and by which.
    ///
    /// # Errors
    /// [`BadToken::Algorithm`] if it is not signed as allowed, [`BadToken::Signature`] otherwise.
    pub fn verify<'key>(
        self,
        keys: &[&'key Jwk],
        allowed: &[Algorithm],
    ) -> Result<(Claims, &'key Jwk), BadToken> {
        let algorithm = self.header.algorithm;
        if !allowed.contains(&algorithm) {
            return Err(BadToken::Algorithm);
        }
        let verifies = |key: &&&Jwk| key.verifies(algorithm, self.signed, self.signature);
        let key = keys.iter().find(verifies).ok_or(BadToken::Signature)?;
        Ok((Claims::verified(self.payload), key))
    }
}

impl Header {
    fn read(mut members: Map<String, Value>) -> Result<Self, BadToken> {
        // RFC 7515, section 4.1.11. None is known here; `b64` would change what is signed.
        if members.contains_key("crit") || members.contains_key("b64") {
            return Err(BadToken::Critical);
        }
        let text = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= MOST_NAME => Ok(Some(text.as_str())),
            Some(_) => Err(BadToken::Malformed),
        };
        let algorithm = text("alg")?.and_then(Algorithm::parse).ok_or(BadToken::Algorithm)?;
        // RFC 7515, section 4.1.9.
        let typ = text("typ")?.map(|typ| {
            let typ = typ.to_ascii_lowercase();
            typ.strip_prefix("application/").map_or_else(|| typ.as_str().into(), Into::into)
        });
        let kid = text("kid")?.map(Into::into);
        Ok(Self { algorithm, typ, kid, jwk: members.remove("jwk") })
    }
}

fn object(part: &str, most: usize) -> Result<Map<String, Value>, BadToken> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| BadToken::Malformed)?;
    let value = read_strict(&bytes, most).map_err(|_| BadToken::Malformed)?;
    if depth(&value) > MOST_DEPTH {
        return Err(BadToken::Malformed);
    }
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(BadToken::Malformed),
    }
}

/// How deep a value is nested. The parser has bounded it.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

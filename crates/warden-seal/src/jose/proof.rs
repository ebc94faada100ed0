//! Proofs that a client holds the key that its token is bound to (RFC 9449).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use warden_model::Digest;

use super::{Algorithm, BadToken, Jwk, Unverified};

/// The longest proof, in bytes.
const MOST_PROOF: usize = 8 << 10;

/// The longest `jti`.
const MOST_ID: usize = 256;

/// What a proof has to be about.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "a function cannot be shown")]
pub struct Expected<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// Says whether an address is that of the request.
    pub is_here: &'a dyn Fn(&str) -> bool,
    /// The token that came along.
    pub token: &'a str,
    /// The thumbprint that the token is bound to; `None` for one that is not bound.
    pub bound_to: Option<&'a str>,
    /// The numbers of ours that it may carry; empty if none was asked for.
    pub nonces: &'a [&'a str],
    /// Seconds since 1970.
    pub now: i64,
    /// How many seconds it may be off.
    pub window: i64,
}

/// A proof that is about what it has to be about. Whether it was shown before is the caller's to
/// find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The thumbprint of the key.
    pub thumbprint: Box<str>,
    /// What tells it from other proofs by this key.
    pub id: Digest,
    /// When it was made, in seconds since 1970.
    pub made: i64,
    /// The digest of the body that it is about, as it says (`content_digest` of the profile of
    /// `DPoP` for MCP).
    pub content: Option<Box<str>>,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    /// It is no proof, or its signature is not by the key in it.
    #[error("not a proof, or not signed by its key")]
    Malformed,
    /// It is about another request or another token.
    #[error("a proof for another request")]
    Other,
    /// It is too old or from the future.
    #[error("a proof from another time")]
    Time,
    /// It does not carry the number that it was asked for.
    #[error("a proof without the nonce")]
    Nonce,
    /// It is by another key than that which the token is bound to.
    #[error("a proof by another key")]
    Key,
}

impl Proof {
    /// Checks a proof (RFC 9449, section 4.3, except that it may have been shown before).
    ///
    /// # Errors
    /// See [`BadProof`].
    pub fn check(
        text: &str,
        allowed: &[Algorithm],
        expected: &Expected<'_>,
    ) -> Result<Self, BadProof> {
        if text.len() > MOST_PROOF {
            return Err(BadProof::Malformed);
        }
        let read = Unverified::read(text).map_err(|_: BadToken| BadProof::Malformed)?;
        if read.header().typ.as_deref() != Some("dpop+jwt") {
            return Err(BadProof::Malformed);
        }
        let key = read.header().jwk.as_ref().ok_or(BadProof::Malformed)?;
        let key = Jwk::read(key).map_err(|_| BadProof::Malformed)?;
        // Before the signature, which takes the longest.
        if expected.bound_to.is_some_and(|bound| bound != key.thumbprint()) {
            return Err(BadProof::Key);
        }
        let (claims, key) = read.verify(&[&key], allowed).map_err(|_| BadProof::Malformed)?;
        let text = |name| claims.text(name).ok_or(BadProof::Malformed);
        let id = text("jti")?;
        if id.is_empty() || id.len() > MOST_ID {
            return Err(BadProof::Malformed);
        }
        let hash = URL_SAFE_NO_PAD.encode(Digest::of(expected.token.as_bytes()).bytes());
        if text("htm")? != expected.method
            || !(expected.is_here)(text("htu")?)
            || text("ath")? != hash
        {
            return Err(BadProof::Other);
        }
        let made = claims.seconds("iat").ok().flatten().ok_or(BadProof::Malformed)?;
        if made.abs_diff(expected.now) > expected.window.unsigned_abs() {
            return Err(BadProof::Time);
        }
        let nonce = claims.text("nonce");
        if !expected.nonces.is_empty() && !nonce.is_some_and(|it| expected.nonces.contains(&it)) {
            return Err(BadProof::Nonce);
        }
        let thumbprint: Box<str> = key.thumbprint().into();
        let id = Digest::of_parts([thumbprint.as_bytes(), b" ", id.as_bytes()]);
        let content = claims.text("content_digest").map(Into::into);
        Ok(Self { thumbprint, id, made, content })
    }
}

//! One public key as JSON (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde_json::{Map, Value};
use warden_model::Digest;

use super::algorithm::{Algorithm, Family};

/// The shortest and the longest modulus, in bytes (RFC 7518, section 3.3; what is longer only
/// costs time).
const MODULUS: (usize, usize) = (256, 1024);

/// The longest name of a key.
const MOST_NAME: usize = 256;

/// Members that only a private or a shared key has.
const SECRET: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A public key that verifies signatures of tokens.
#[derive(Clone)]
pub struct Jwk {
    family: Family,
    key: DecodingKey,
    /// The only algorithm that it is for.
    algorithm: Option<Algorithm>,
    kid: Option<Box<str>>,
    thumbprint: Box<str>,
}

/// Why something is no key that verifies signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadJwk {
    /// It holds what nobody but its owner may know.
    #[error("a key that is shown has private parts in it")]
    Private,
    /// Its kind, its curve or its use is another.
    #[error("a key of another kind or for another use")]
    Kind,
    /// A part of it is missing or malformed.
    #[error("a key with a part that is missing or malformed")]
    Malformed,
}

impl std::fmt::Debug for Jwk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Jwk({:?}, {})", self.family, self.thumbprint)
    }
}

impl Jwk {
    /// Reads a key.
    ///
    /// # Errors
    /// See [`BadJwk`]. A key with private parts is refused even where those are right: whoever was
    /// shown it can sign as its owner.
    pub fn read(value: &Value) -> Result<Self, BadJwk> {
        let members = value.as_object().ok_or(BadJwk::Malformed)?;
        if SECRET.iter().any(|name| members.contains_key(*name)) {
            return Err(BadJwk::Private);
        }
        let (family, key, thumbprint) = material(members)?;
        check_use(members)?;
        let algorithm = match optional(members, "alg")? {
            None => None,
            Some(name) => Some(Algorithm::parse(name).ok_or(BadJwk::Kind)?),
        };
        if algorithm.is_some_and(|algorithm| algorithm.family() != family) {
            return Err(BadJwk::Malformed);
        }
        let kid = optional(members, "kid")?;
        if kid.is_some_and(|kid| kid.len() > MOST_NAME) {
            return Err(BadJwk::Malformed);
        }
        let thumbprint = URL_SAFE_NO_PAD.encode(Digest::of(thumbprint.as_bytes()).bytes()).into();
        Ok(Self { family, key, algorithm, kid: kid.map(Into::into), thumbprint })
    }

    /// Whether it is for tokens that are signed like this.
    #[must_use]
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        self.family == algorithm.family() && self.algorithm.is_none_or(|only| only == algorithm)
    }

    /// The name that its owner gave it.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Its thumbprint of RFC 7638, with SHA-256, as base64url.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Whether `signature`, as base64url, is over `signed` by this key.
    pub(super) fn verifies(&self, algorithm: Algorithm, signed: &str, signature: &str) -> bool {
        self.fits(algorithm)
            && jsonwebtoken::crypto::verify(
                signature,
                signed.as_bytes(),
                &self.key,
                algorithm.library(),
            )
            .unwrap_or(false)
    }
}

/// The key itself, and what its thumbprint is over (RFC 7638, section 3.2; RFC 8037, section 2).
fn material(members: &Map<String, Value>) -> Result<(Family, DecodingKey, String), BadJwk> {
    match required(members, "kty")? {
        "RSA" => {
            let (n, e) = (bytes(members, "n")?, bytes(members, "e")?);
            let modulus = n.iter().skip_while(|byte| **byte == 0).count();
            let sound = (MODULUS.0..=MODULUS.1).contains(&modulus)
                && (1..=5).contains(&e.len())
                && e.last().is_some_and(|last| last & 1 == 1)
                && e != [1];
            if !sound {
                return Err(BadJwk::Malformed);
            }
            let print = format!(
                r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#,
                URL_SAFE_NO_PAD.encode(&e),
                URL_SAFE_NO_PAD.encode(&n)
            );
            Ok((Family::Rsa, DecodingKey::from_rsa_raw_components(&n, &e), print))
        }
        "EC" => {
            let (family, curve, length) = match required(members, "crv")? {
                "P-256" => (Family::P256, "P-256", 32),
                "P-384" => (Family::P384, "P-384", 48),
                _ => return Err(BadJwk::Kind),
            };
            let (x, y) = (bytes(members, "x")?, bytes(members, "y")?);
            if x.len() != length || y.len() != length {
                return Err(BadJwk::Malformed);
            }
            let print = format!(
                r#"{{"crv":"{curve}","kty":"EC","x":"{}","y":"{}"}}"#,
                URL_SAFE_NO_PAD.encode(&x),
                URL_SAFE_NO_PAD.encode(&y)
            );
            Ok((family, DecodingKey::from_ec_der(&[&[4][..], &x, &y].concat()), print))
        }
        "OKP" => {
            if required(members, "crv")? != "Ed25519" {
                return Err(BadJwk::Kind);
            }
            let x = bytes(members, "x")?;
            if x.len() != 32 {
                return Err(BadJwk::Malformed);
            }
            let print =
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, URL_SAFE_NO_PAD.encode(&x));
            Ok((Family::Ed25519, DecodingKey::from_ed_der(&x), print))
        }
        _ => Err(BadJwk::Kind),
    }
}

/// A key is for signatures unless it says otherwise (RFC 7517, sections 4.2 and 4.3).
fn check_use(members: &Map<String, Value>) -> Result<(), BadJwk> {
    if optional(members, "use")?.is_some_and(|what| what != "sig") {
        return Err(BadJwk::Kind);
    }
    match members.get("key_ops") {
        None => Ok(()),
        Some(Value::Array(all)) if all.iter().any(|one| one == "verify") => Ok(()),
        Some(Value::Array(_)) => Err(BadJwk::Kind),
        Some(_) => Err(BadJwk::Malformed),
    }
}

fn required<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, BadJwk> {
    optional(members, name)?.ok_or(BadJwk::Malformed)
}

fn optional<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, BadJwk> {
    match members.get(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(BadJwk::Malformed),
    }
}

fn bytes(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, BadJwk> {
    URL_SAFE_NO_PAD.decode(required(members, name)?).map_err(|_| BadJwk::Malformed)
}

//! Canonical JSON, digests over it, and signatures: what binds an approval to bytes.
//!
//! Invariant: the only crate that touches keys.
//! Invariant: knows neither MCP nor policy.
//! Invariant: a payload is handed out only after a signature over it and its type was verified.

mod canonical;
mod envelope;
mod key;
mod private;
mod vault;

pub use canonical::{NotCanonical, canonical, digest};
pub use envelope::{EnvelopeError, open, seal};
pub use key::{BadSignature, KeyError, PublicKey, SigningKey};
pub use vault::{MOST_TOKEN, NotOurs, NotSealed, Secret, Vault, random};

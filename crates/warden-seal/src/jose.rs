//! Tokens that others have signed: JSON Web Tokens (RFC 7519), the keys that sign them (RFC 7517)
//! and proofs that a client holds a key (RFC 9449). Nothing here is fetched and nothing waits.
//!
//! What a token says can only be had from a token whose signature was verified, by a key that was
//! made for the algorithm: [`Unverified::verify`] is the only way to [`Claims`]. Only asymmetric
//! algorithms are known, so that a public key cannot serve as the secret of a symmetric one.

mod algorithm;
mod claims;
mod compact;
mod jwk;
mod proof;
mod set;
#[cfg(test)]
mod tests;

pub use algorithm::Algorithm;
pub use claims::{Claims, NotATime};
pub use compact::{BadToken, Header, MOST_TOKEN, Unverified, looks_like_token};
pub use jwk::{BadJwk, Jwk};
pub use proof::{BadProof, Expected, Proof};
pub use set::{BadSet, KeySet, MOST_SET, NoKey};

/// Whether two secrets are the same, in a time that depends on their lengths alone.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one, other).is_ok()
}

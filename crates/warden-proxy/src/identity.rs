//! Who comes in: tokens of authorization servers, keys of ours, and certificates.
//!
//! The gateway is a resource server of OAuth 2.1 as the authorization part of MCP wants it: it
//! takes access tokens that were issued for it, says where such tokens are to be had, and issues
//! none. [`Door::admit`] answers for one request. What it cannot find out is a no: an authorization
//! server that is away lets nobody in.
//!
//! Invariant: who somebody is follows from what was proven and never from what a header says.
//! Invariant: a credential that is shown and is not right is refused, whatever else is shown.
//! Invariant: no token, key or proof is printed, recorded or sent anywhere, except to the
//! introspection endpoint of the one issuer that is set up for tokens that say nothing.

mod binding;
mod certificate;
mod claims;
mod door;
mod introspection;
mod issuer;
mod key;
mod metadata;
mod nonces;
mod person;
mod proofs;
mod reason;
mod settings;
mod shown;
#[cfg(test)]
mod tests;
mod uri;
mod verified;
mod web;

pub use door::{Door, DoorError};
pub use key::{MadeKey, make_key};
pub use person::{Admitted, FromToken, Identity};
pub use reason::{Denied, Reason};
pub use settings::{
    BadIdentity, CertificateEntry, ClaimNames, Dpop, Holder, IdentitySettings, Introspection,
    Issuer, KeyEntry, KeysFrom, Matches,
};
pub use shown::Shown;
pub use warden_seal::jose::Algorithm;

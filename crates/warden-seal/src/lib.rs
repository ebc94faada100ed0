//! Canonical JSON, digests over it, and signatures: what binds an approval to bytes.
//!
//! [`LocalKey`], [`TokenSigner`] and [`CommandSigner`] sign, wherever the key is. [`seal_with`]
//! puts signatures around a payload; [`open_trusted`] opens it for those whom a [`Trust`] names,
//! for one use and at one time. A [`Statement`] is what is said of some bytes. A [`log`] keeps what
//! was issued, so that nothing is changed or taken back unseen. What build services sign of packages
//! is verified by [`provenance`], and tokens of authorization servers by [`jose`].
//!
//! Invariant: the only crate that touches keys.
//! Invariant: knows neither MCP nor policy.
//! Invariant: a payload is handed out only after a signature over it and its type was verified.

mod canonical;
mod coffer;
mod der;
mod envelope;
pub mod jose;
mod key;
pub mod log;
pub mod mac;
mod pem;
mod private;
pub mod provenance;
mod signer;
mod statement;
mod strict;
mod time;
mod trust;
mod vault;
mod verifying;

pub use canonical::{NotCanonical, canonical, digest};
pub use coffer::{CofferError, MOST_COFFER, create_coffer, open_coffer, replace_coffer};
pub use envelope::{
    EnvelopeError, MOST_ENVELOPE, MOST_SIGNATURES, SealError, open, seal, seal_with,
};
pub use key::{BadSignature, KeyError, PublicKey, SigningKey};
pub use private::read_private;
pub use signer::{
    BadUri, CommandSigner, EcdsaKey, KeyForm, LocalKey, MOST_ANSWER, Passphrase, SignError, Signer,
    TokenKey, TokenSigner, TokenTrouble, TokenUri, create_encrypted, create_plain, key_form,
    load_encrypted, load_plain,
};
pub use statement::{
    MOST_STATEMENT, MOST_SUBJECTS, STATEMENT_TYPE, Statement, StatementError, Subject,
};
pub use strict::{NotStrict, read_strict};
pub use trust::{MOST_KEYS, MOST_TRUST, Opened, Trust, TrustError, TrustedKey, Why, open_trusted};
pub use vault::{MOST_TOKEN, NotOurs, NotSealed, Secret, Vault, random};
pub use verifying::{KeyKind, NotAKey, VerifyKey};

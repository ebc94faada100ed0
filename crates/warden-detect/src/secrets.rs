//! Credentials in text and settings, and text without them.
//!
//! A hit names the kind and the place; the value is never copied. Finding is careful, so that
//! people are not woken for `ghp_xxxx`; redacting is generous, since a placeholder that is hidden
//! costs nobody anything.
//!
//! One pass of an automaton over the words of all kinds decides whether anything is looked at
//! closer. Structures are matched without going back, and each place at most once for each kind,
//! so that the time is linear whatever the text.

mod class;
mod find;
mod json;
mod kind;
mod own;
mod place;
mod proof;
mod samples;
mod scan;
mod setting;
mod shape;
mod table;
mod told;

use std::{borrow::Cow, ops::Range};

pub use find::Secrets;
pub use json::{JsonSecret, JsonSecrets, secrets_in_json};
pub use kind::SecretKind;
pub use samples::{Sample, sample_set, samples};
pub use setting::{credential_name, is_reference, redact_setting, secret_in_setting};
pub use table::SECRETS;
pub use told::{Fingerprint, FingerprintKey, Secret, ToldSecrets, tell_secrets};

use shape::Fit;

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHit {
    /// Which sort: an `id` of [`SECRETS`].
    pub kind: &'static str,
    /// Where the value stands, in bytes.
    pub range: Range<usize>,
}

/// Kinds whose tokens cannot be told apart: where the second is meant, the first is found.
const SHARED: &[(&str, &str)] = &[
    // The name says "account key", the value says so too.
    ("azure-storage-key", "azure-storage-account-key"),
];

/// Whether a token of the kind `meant` may be taken for one of the kind `found`, because both are
/// written in the same way.
#[must_use]
pub fn shared_secret_kinds(found: &str, meant: &str) -> bool {
    SHARED.contains(&(found, meant))
}

/// How often a text is looked at again before nothing of it is shown.
const ROUNDS: usize = 8;

/// Returns every credential in `text`, in order and without overlaps.
#[must_use]
pub fn secrets(text: &str) -> Vec<SecretHit> {
    find::find(text, Fit::Exact, usize::MAX).hits
}

/// Returns the credentials in `text` until there are `most` of them, and whether there are more.
#[must_use]
pub fn first_secrets(text: &str, most: usize) -> Secrets {
    find::find(text, Fit::Exact, most)
}

/// Returns `text` with the name of its kind in place of each credential: `‹github-token›`.
#[must_use]
pub fn redact(text: &str) -> String {
    redact_cow(text).into_owned()
}

/// Like [`redact`], without a copy when there is nothing to take out.
pub(crate) fn redact_cow(text: &str) -> Cow<'_, str> {
    let mut hits = find::find(text, Fit::Loose, usize::MAX).hits;
    if hits.is_empty() {
        // A looser look can take a name for a part of something longer, which is then nothing.
        hits = secrets(text);
    }
    let mut out = Cow::Borrowed(text);
    for _ in 0..ROUNDS {
        if hits.is_empty() {
            return out;
        }
        out = Cow::Owned(without(&out, &hits));
        // What is left of a value can be taken for a secret once a part of it is gone.
        hits = secrets(&out);
    }
    Cow::Owned(mark("credential"))
}

fn without(text: &str, hits: &[SecretHit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for hit in hits {
        out.push_str(text.get(from..hit.range.start).unwrap_or_default());
        out.push_str(&mark(hit.kind));
        from = hit.range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// What is shown instead of a value of this kind.
pub(crate) fn mark(kind: &str) -> String {
    format!("‹{kind}›")
}

/// Bits of entropy per byte of `value`, times ten.
pub(crate) fn entropy(value: &str) -> u32 {
    let mut counts = [0_u32; 256];
    let bytes = value.as_bytes().get(..4096).unwrap_or(value.as_bytes());
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let total = f64::from(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / total)
        .map(|share| -share * share.log2())
        .sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the entropy of bytes lies between 0 and 8"
    )]
    let tenths = (bits * 10.0) as u32;
    tenths
}

#[cfg(test)]
mod tests;

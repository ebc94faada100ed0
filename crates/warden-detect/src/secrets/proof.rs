//! What shows that a value was made by a machine: checksums, what it decodes to, or entropy.

mod check;
mod decode;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{
    class::Class,
    kind::Proof,
    setting::{self, is_reference},
    shape::Match,
};
use crate::automaton;

pub(super) use check::{bech32_sum, crc16, crc32, crc62, encode32, encode58, sum_of_base58};
pub(super) use decode::{encode, json};

/// Whether a token that has its shape is one: what the shape cannot say.
pub(super) fn holds(proof: Proof, text: &str, found: &Match) -> bool {
    let Some(value) = text.get(found.whole.clone()) else { return false };
    mixed(text, &found.random) && !made_up(value) && proven(proof, value)
}

/// Whether a value has the checksum of its kind, or decodes to what it should.
pub(super) fn proven(proof: Proof, value: &str) -> bool {
    match proof {
        Proof::Crc62 => check::ends_with_crc62(value),
        Proof::CrcHex => check::ends_with_crc_hex(value),
        Proof::AwsAccount => check::aws_account(value),
        Proof::Base58Check => check::base58(value),
        Proof::Bech32 => check::bech32(value),
        Proof::Crc16 => check::stellar(value),
        Proof::Json => json_behind_start(value),
        Proof::Snowflake => decode::number(value.split('.').next().unwrap_or_default()),
        Proof::Shape | Proof::Entropy | Proof::Password | Proof::Generic => true,
    }
}

/// Whether a value that fails this proof is known to be none, whatever stands around it.
pub(super) const fn certain(proof: Proof) -> bool {
    matches!(proof, Proof::Crc62 | Proof::CrcHex | Proof::Base58Check | Proof::Bech32)
}

/// Behind `ops_` or `sntrys_`, up to the signature.
fn json_behind_start(value: &str) -> bool {
    let body = value.split_once('_').map_or(value, |(_, body)| body);
    let body = body.split_once('_').map_or(body, |(body, _)| body);
    json(body)
}

/// Whether what differs from token to token is as mixed as chance makes it.
fn mixed(text: &str, random: &[(std::ops::Range<usize>, Class)]) -> bool {
    let mut counts = [0_u32; 128];
    let mut total = 0_u32;
    let (mut most, mut letters) = (0.0, 0);
    for (range, class) in random {
        letters = letters.max(class.size());
        let length = u32::try_from(range.len()).unwrap_or(u32::MAX);
        most += f64::from(length) * f64::from(class.size().min(length).max(1)).log2();
        for byte in text.as_bytes().get(range.clone()).unwrap_or_default() {
            if let Some(count) = counts.get_mut(usize::from(*byte)) {
                *count += 1;
                total += 1;
            }
        }
    }
    if total == 0 {
        return true;
    }
    let held: f64 = counts.iter().filter(|count| **count > 1).map(|count| weight(*count)).sum();
    let total = f64::from(total);
    let bits = total.log2() - held / total;
    bits >= most / total * 0.7
        && (letters < 20
            || random
                .iter()
                .any(|(range, _)| varied(text.as_bytes().get(range.clone()).unwrap_or_default())))
}

/// A count times its logarithm, which is asked for all the time for small ones.
fn weight(count: u32) -> f64 {
    static SMALL: LazyLock<Vec<f64>> = LazyLock::new(|| {
        (0..64_u32).map(|count| f64::from(count) * f64::from(count.max(1)).log2()).collect()
    });
    let known = usize::try_from(count).ok().and_then(|count| SMALL.get(count));
    known.copied().unwrap_or_else(|| f64::from(count) * f64::from(count).log2())
}

/// Whether a run of letters is none of words: it has a digit, or its case changes all the time.
pub(super) fn varied(bytes: &[u8]) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphabetic();
    let changes = bytes
        .windows(2)
        .filter(|pair| pair.iter().all(letter))
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() != b.is_ascii_lowercase()))
        .count();
    bytes.iter().any(u8::is_ascii_digit) || changes * 4 >= bytes.len()
}

/// Whether somebody typed this to show what a token looks like.
pub(super) fn made_up(value: &str) -> bool {
    const ROWS: &[&str] = &[
        "0123456789",
        "1234567890",
        "abcdefghij",
        "abcdef0123",
        "0123456789abcdef",
        "qwertyuiop",
        "deadbeef",
        "fedcba98",
    ];
    static WORDS: LazyLock<AhoCorasick> =
        LazyLock::new(|| automaton::keywords(ROWS.iter().copied()));
    setting::placeholder(value) || WORDS.is_match(value)
}

/// Whether a value whose place says that it is a secret is more than a word.
pub(super) fn generic(value: &str) -> bool {
    let machine = value.bytes().any(|byte| byte.is_ascii_digit() || b"!@#$%^&*".contains(&byte));
    machine && !is_reference(value) && super::entropy(value) >= 32 && !setting::placeholder(value)
}

#[cfg(test)]
mod tests;

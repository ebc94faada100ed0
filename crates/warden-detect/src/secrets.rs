//! Credentials in text and settings, and text without them.
//!
//! A hit names the kind and the place; the value is never copied. Finding is careful, so that
//! people are not woken for `ghp_xxxx`; redacting is generous, since a placeholder that is hidden
//! costs nobody anything.

mod samples;
mod setting;
mod table;

use std::{
    borrow::Cow,
    ops::Range,
    sync::{LazyLock, OnceLock},
};

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::automaton;

pub use samples::samples;
pub use setting::{credential_name, is_reference, redact_setting, secret_in_setting};
pub use table::SECRETS;

/// One sort of credential.
#[derive(Debug)]
pub struct SecretKind {
    /// The name that stands in for a value, for example `github-token`.
    pub id: &'static str,
    /// Who issues it, for people.
    pub provider: &'static str,
    /// The pattern runs only over text that holds one of these, in whatever case.
    pub(crate) keywords: &'static [&'static str],
    /// The value is the group that matched, or the whole match if there is none.
    pub(crate) pattern: &'static str,
    /// What a value must have beyond its shape to be reported.
    pub(crate) test: Test,
}

/// What a value must have beyond its shape to be reported.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Test {
    /// The shape says it all.
    Shape,
    /// At least so many bits of entropy per byte, times ten, so that `xxxx` is not a secret.
    Entropy(u32),
    /// The same, and a digit: names with hyphens have entropy too.
    Machine(u32),
    /// A password by its place, whatever it looks like.
    Password,
    /// The shape says little: a value must also look made by a machine.
    Generic,
}

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHit {
    /// Which sort: an `id` of [`SECRETS`].
    pub kind: &'static str,
    /// Where the value stands, in bytes.
    pub range: Range<usize>,
}

/// How often a text is looked at again before nothing of it is shown.
const ROUNDS: usize = 8;

/// Returns every credential in `text`, in order and without overlaps.
#[must_use]
pub fn secrets(text: &str) -> Vec<SecretHit> {
    find(text, Care::Report)
}

/// Returns `text` with the name of its kind in place of each credential: `‹github-token›`.
#[must_use]
pub fn redact(text: &str) -> String {
    redact_cow(text).into_owned()
}

/// Like [`redact`], without a copy when there is nothing to take out.
pub(crate) fn redact_cow(text: &str) -> Cow<'_, str> {
    let mut hits = find(text, Care::Redact);
    if hits.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = Cow::Borrowed(text);
    for _ in 0..ROUNDS {
        if hits.is_empty() {
            return out;
        }
        out = Cow::Owned(without(&out, &hits));
        // What is left of a value can be taken for a secret once a part of it is gone.
        hits = find(&out, Care::Report);
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

/// Whether values that look like placeholders count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    Report,
    Redact,
}

struct Matcher {
    automaton: AhoCorasick,
    /// For each keyword, the row of the table that it stands for.
    rows: Vec<usize>,
    /// Compiled when a keyword first asks for it.
    patterns: Vec<OnceLock<Regex>>,
}

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let words = || {
        SECRETS
            .iter()
            .enumerate()
            .flat_map(|(row, kind)| kind.keywords.iter().map(move |word| (row, *word)))
    };
    Matcher {
        automaton: automaton::keywords(words().map(|(_, word)| word)),
        rows: words().map(|(row, _)| row).collect(),
        patterns: SECRETS.iter().map(|_| OnceLock::new()).collect(),
    }
});

impl Matcher {
    /// The rows whose keywords occur in `text`, each once, in the order of the table.
    fn candidates(&self, text: &str) -> Vec<usize> {
        let mut seen = vec![false; SECRETS.len()];
        let mut left = SECRETS.len();
        for hit in self.automaton.find_overlapping_iter(text) {
            let Some(row) = self.rows.get(hit.pattern().as_usize()) else { continue };
            if let Some(seen) = seen.get_mut(*row).filter(|seen| !**seen) {
                *seen = true;
                left -= 1;
            }
            if left == 0 {
                break;
            }
        }
        seen.iter().enumerate().filter(|(_, seen)| **seen).map(|(row, _)| row).collect()
    }
}

fn find(text: &str, care: Care) -> Vec<SecretHit> {
    let matcher = &*MATCHER;
    let mut hits = Vec::new();
    for row in matcher.candidates(text) {
        let (Some(kind), Some(slot)) = (SECRETS.get(row), matcher.patterns.get(row)) else {
            continue;
        };
        let pattern = slot.get_or_init(|| automaton::regex(kind.pattern));
        for captures in pattern.captures_iter(text) {
            let Some(value) = captures.iter().skip(1).flatten().next().or_else(|| captures.get(0))
            else {
                continue;
            };
            if holds(kind.test, value.as_str(), care) {
                hits.push((row, SecretHit { kind: kind.id, range: value.range() }));
            }
        }
    }
    merge(hits)
}

/// Orders hits and joins those that overlap; the earlier row of the table names the whole.
fn merge(mut hits: Vec<(usize, SecretHit)>) -> Vec<SecretHit> {
    hits.sort_by_key(|(row, hit)| (hit.range.start, *row, hit.range.end));
    let mut merged: Vec<(usize, SecretHit)> = Vec::with_capacity(hits.len());
    for (row, hit) in hits {
        match merged.last_mut() {
            Some((first, last)) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
                if row < *first {
                    *first = row;
                    last.kind = hit.kind;
                }
            }
            _ => merged.push((row, hit)),
        }
    }
    merged.into_iter().map(|(_, hit)| hit).collect()
}

fn holds(test: Test, value: &str, care: Care) -> bool {
    let report = care == Care::Report;
    match test {
        Test::Shape => !report || !setting::placeholder(value),
        Test::Entropy(least) => {
            !report || (entropy(value) >= least && !setting::placeholder(value))
        }
        Test::Machine(least) => {
            let digit = value.bytes().any(|byte| byte.is_ascii_digit());
            if !report && crate::command::machine_made(value) {
                return true;
            }
            digit && (!report || (entropy(value) >= least && !setting::placeholder(value)))
        }
        Test::Password => !is_reference(value) || (!report && !setting::variable(value)),
        Test::Generic => {
            let machine =
                value.bytes().any(|byte| byte.is_ascii_digit() || b"!@#$%^&*".contains(&byte));
            let made = !report && crate::command::machine_made(value);
            (machine || made)
                && !is_reference(value)
                && (!report || (entropy(value) >= 32 && !setting::placeholder(value)))
        }
    }
}

#[cfg(test)]
mod tests;

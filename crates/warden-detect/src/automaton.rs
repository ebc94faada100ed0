//! The ways in which tables of patterns become matchers, and the only places that could
//! fail: tests compile every pattern, so none does.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::{Regex, RegexBuilder};

/// Compiles a pattern of one of our tables. `\b` and `\w` are those of ASCII, which are cheap.
#[expect(clippy::expect_used, reason = "the patterns are constants, and a test compiles them all")]
pub(crate) fn regex(pattern: &str) -> Regex {
    RegexBuilder::new(&pattern.replace(r"\b", r"(?-u:\b)").replace(r"\w", r"(?-u:\w)"))
        .size_limit(4 << 20)
        .build()
        .expect("the pattern is well formed")
}

/// A case-blind automaton over the words of a table that reports overlapping matches.
#[expect(clippy::expect_used, reason = "our tables are far below the size that cannot be built")]
pub(crate) fn keywords<'a>(words: impl IntoIterator<Item = &'a str>) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        // Three times as fast as what is chosen by itself, for some hundred kilobytes.
        .kind(Some(AhoCorasickKind::DFA))
        .build(words.into_iter().map(str::as_bytes))
        .expect("the table is small")
}

/// An automaton over words that the text is folded for, which reports overlapping matches.
#[expect(clippy::expect_used, reason = "our tables are far below the size that cannot be built")]
pub(crate) fn folded(words: &[Vec<u8>]) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words)
        .expect("the table is small")
}

/// An automaton that finds the longest of `words`, if they can be built into one.
pub(crate) fn longest<S: AsRef<[u8]>>(words: &[S], blind: Case) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .ascii_case_insensitive(blind == Case::Blind)
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .ok()
}

/// Whether upper and lower case are the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Blind,
    Exact,
}

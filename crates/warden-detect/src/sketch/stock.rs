//! Phrases that everybody writes as they are, and that are therefore not remembered.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};

use super::fold::fold;

/// One phrase on a line: of mail in several languages, of programs, of formats.
const PHRASES: &str = include_str!("stock.txt");

static MATCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let phrases = PHRASES.lines().map(|line| fold(line.as_bytes()));
    // A list of our own words always builds; a test says so.
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(phrases).ok()
});

/// The symbols of a text that are such phrases, in order.
pub(super) fn stock(symbols: &[u8]) -> impl Iterator<Item = Range<usize>> {
    MATCHER
        .as_ref()
        .into_iter()
        .flat_map(move |matcher| matcher.find_iter(symbols))
        .map(|m| m.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_however_they_are_written() {
        let text = fold(b"Dear all,\nPLEASE find the attached\ndocument. Best regards, X");
        assert_eq!(stock(&text).count(), 2);
    }

    #[test]
    fn each_phrase_is_there_once_and_long_enough_to_matter() {
        let mut phrases: Vec<&str> = PHRASES.lines().collect();
        assert!(phrases.iter().all(|phrase| fold(phrase.as_bytes()).len() >= 9));
        phrases.sort_unstable();
        assert!(phrases.is_sorted_by(|a, b| a < b));
    }
}

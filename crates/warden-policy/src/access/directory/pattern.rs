//! Names with `*` in them, which stands for any characters or none.

use std::fmt;

/// A name in which `*` stands for any characters or none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern(Box<str>);

impl Pattern {
    /// The pattern that is written like this.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether it covers this name.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        covers(&self.0, name)
    }

    /// Whether it covers one name alone.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How much it says: a name alone says more than any pattern, and a longer text more than a
    /// shorter one.
    pub(super) fn weight(&self) -> (bool, usize) {
        (self.is_exact(), self.0.bytes().filter(|byte| *byte != b'*').count())
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a pattern covers a name. Takes time in proportion to both lengths multiplied at worst.
pub(in crate::access) fn covers(pattern: &str, name: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(begin) else { return false };
    let (middle, end) = rest.rsplit_once('*').map_or((None, rest), |(m, end)| (Some(m), end));
    let Some(until) = name.len().checked_sub(end.len()) else { return false };
    if !name.ends_with(end) {
        return false;
    }
    // The end was found at the end, hence at the boundary of a character.
    name = name.get(..until).unwrap_or_default();
    // The first place where a part fits leaves the most for the parts after it.
    for part in middle.into_iter().flat_map(|middle| middle.split('*')) {
        let Some((_, after)) = name.split_once(part) else { return false };
        name = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(pattern: &str, covered: &[&str], spared: &[&str]) {
        assert!(covered.iter().all(|name| covers(pattern, name)), "{pattern}: {covered:?}");
        assert!(!spared.iter().any(|name| covers(pattern, name)), "{pattern}: {spared:?}");
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        check("*", &["", "a", "a__b"], &[]);
        check("files__*", &["files__", "files__read"], &["files_read", "xfiles__read"]);
        check("*__read", &["files__read"], &["files__read_all"]);
        check("a*b*c", &["abc", "axbxc", "abbcc"], &["ac", "acb", "ab"]);
        check("ab*ba", &["abba", "abxba"], &["aba"]);
        check("a**a", &["aa", "aba"], &["a"]);
        check("read", &["read"], &["reads", ""]);
        check("é*", &["é", "éa"], &["e"]);
    }

    /// The plainest way to say it.
    fn slowly(pattern: &[u8], name: &[u8]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some((b'*', rest)) => (0..=name.len()).any(|at| slowly(rest, &name[at..])),
            Some((byte, rest)) => {
                name.split_first().is_some_and(|(first, name)| first == byte && slowly(rest, name))
            }
        }
    }

    proptest! {
        #[test]
        fn it_covers_what_the_plain_definition_covers(pattern in "[ab*]{0,8}", name in "[ab]{0,8}") {
            prop_assert_eq!(covers(&pattern, &name), slowly(pattern.as_bytes(), name.as_bytes()));
        }
    }
}

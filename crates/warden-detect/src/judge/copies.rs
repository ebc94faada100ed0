//! Definitions that take the place of another one.

use std::collections::HashMap;

/// A definition that copies another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The copy, by its place in the list.
    pub copy: usize,
    /// What it copies.
    pub of: usize,
}

/// What is put behind a name so that it looks like a newer or better one of the same.
static MARKS: &[&str] = &[
    "new", "pro", "plus", "fast", "better", "best", "safe", "secure", "official", "verified",
    "improved", "enhanced", "updated", "latest", "premium", "ultra", "turbo", "final", "next",
];

/// A description that is shorter says too little to be the same by more than chance.
const TELLING: usize = 12;

/// Returns the definitions, given as name and description, whose name is that of another one and
/// a mark such as `_v2` or `_pro`, and which describe the same in the same words: a model takes the
/// newer one. Copies of an equal name are for [`crate::pairs`].
#[must_use]
pub fn copies(definitions: &[(&str, &str)]) -> Vec<Copied> {
    let described: Vec<String> = definitions.iter().map(|(_, text)| same(text)).collect();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for (at, ((name, _), text)) in definitions.iter().zip(&described).enumerate() {
        known.entry((name, text)).or_insert(at);
    }
    let mut found = Vec::new();
    for (copy, ((name, _), text)) in definitions.iter().zip(&described).enumerate() {
        if text.len() < TELLING {
            continue;
        }
        let of = bare(name).and_then(|bare| known.get(&(bare, text.as_str())));
        found.extend(of.filter(|of| **of != copy).map(|of| Copied { copy, of: *of }));
    }
    found
}

/// The name without a mark at its end.
fn bare(name: &str) -> Option<&str> {
    let (bare, mark) = name.rsplit_once(['_', '-', '.'])?;
    let lower = mark.to_ascii_lowercase();
    let version = lower.strip_prefix('v').unwrap_or(&lower);
    let number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    (number || MARKS.contains(&lower.as_str())).then_some(bare)
}

/// A description without what varies between two of the same.
fn same(text: &str) -> String {
    let words = text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_name_for_the_same_thing_is_a_copy() {
        let found = copies(&[
            ("search_papers", "Search for papers by key word."),
            ("search_papers_v2", "Search for papers by key word"),
            ("search_papers_pro", "search for PAPERS by key word"),
            ("search_books_v2", "Search for books by key word."),
            ("list_v1", "Short"),
            ("list", "Short"),
            ("step_1", "Does something else than the others."),
        ]);
        assert_eq!(found, [Copied { copy: 1, of: 0 }, Copied { copy: 2, of: 0 }]);
    }
}

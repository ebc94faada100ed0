//! Definitions that take the place of another one.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use serde_json::Value;

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

/// What of a definition is compared with others: its name, and a hash of what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    name: String,
    /// Nothing if it says too little to be the same by more than chance.
    said: Option<u64>,
}

impl Described {
    /// Of a definition as `tools/list` gives it; of any other value nothing is compared.
    #[must_use]
    pub fn of(definition: &Value) -> Self {
        let word = |name| definition.get(name).and_then(Value::as_str).unwrap_or_default();
        Self { name: word("name").to_owned(), said: said(word("description")) }
    }
}

/// Returns the definitions whose name is that of another one and a mark such as `_v2` or `_pro`,
/// and which describe the same in the same words: a model takes the newer one. Copies of an equal
/// name are for [`crate::pairs`].
#[must_use]
pub fn copies(definitions: &[&Value]) -> Vec<Copied> {
    let described: Vec<Described> = definitions.iter().map(|one| Described::of(one)).collect();
    copies_among(&described)
}

/// The same for definitions that are no longer there.
#[must_use]
pub fn copies_among(definitions: &[Described]) -> Vec<Copied> {
    let mut known: HashMap<(&str, u64), usize> = HashMap::new();
    for (at, one) in definitions.iter().enumerate() {
        if let Some(said) = one.said {
            known.entry((&one.name, said)).or_insert(at);
        }
    }
    let copy = |(copy, one): (usize, &Described)| {
        let of = *known.get(&(bare(&one.name)?, one.said?))?;
        (of != copy).then_some(Copied { copy, of })
    };
    definitions.iter().enumerate().filter_map(copy).collect()
}

/// The name without a mark at its end.
fn bare(name: &str) -> Option<&str> {
    let (bare, mark) = name.rsplit_once(['_', '-', '.'])?;
    let lower = mark.to_ascii_lowercase();
    let version = lower.strip_prefix('v').unwrap_or(&lower);
    let number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    (number || MARKS.contains(&lower.as_str())).then_some(bare)
}

/// A hash of a description without what varies between two of the same: its words, in lower case.
fn said(text: &str) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    let mut length = 0;
    for word in text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()) {
        length += word.len() + 1;
        word.chars().flat_map(char::to_lowercase).for_each(|char| char.hash(&mut hasher));
        ' '.hash(&mut hasher);
    }
    (length > TELLING).then(|| hasher.finish())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_newer_name_for_the_same_thing_is_a_copy() {
        let definitions = [
            ("search_papers", "Search for papers by key word."),
            ("search_papers_v2", "Search for papers by key word"),
            ("search_papers_pro", "search for PAPERS by key word"),
            ("search_books_v2", "Search for books by key word."),
            ("list_v1", "Short"),
            ("list", "Short"),
            ("step_1", "Does something else than the others."),
        ];
        let definitions =
            definitions.map(|(name, text)| json!({"name": name, "description": text}));
        let found = copies(&definitions.each_ref());
        assert_eq!(found, [Copied { copy: 1, of: 0 }, Copied { copy: 2, of: 0 }]);
    }
}

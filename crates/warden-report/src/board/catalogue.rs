//! What reports say, in every language: one entry for each text, one column for each language.
//!
//! `{name}` is a blank. Every language has the same blanks; a test holds that. A new text is a line
//! in the file of its part.

pub(super) mod annex;
pub(super) mod decide;
pub(super) mod duties;
pub(super) mod head;
pub(super) mod metrics;
pub(super) mod parts;
pub(super) mod terms;
pub(super) mod update;

use crate::paper::Language;

/// A text in every language.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its name, for tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests name what they find by it"))]
    pub(super) id: &'static str,
    said: [&'static str; 3],
}

impl Entry {
    pub(super) const fn new(id: &'static str, said: [&'static str; 3]) -> Self {
        Self { id, said }
    }

    /// The text in a language.
    pub(super) const fn of(&self, language: Language) -> &'static str {
        let [en, de, fr] = self.said;
        match language {
            Language::En => en,
            Language::De => de,
            Language::Fr => fr,
        }
    }

    /// The names of its blanks, in their order.
    #[cfg(test)]
    pub(super) fn blanks(&self, language: Language) -> Vec<&'static str> {
        pieces(self.of(language)).into_iter().filter_map(|(_, blank)| blank).collect()
    }
}

/// A text taken apart: what stands before each blank, and the blank; the last has none.
pub(super) fn pieces(text: &str) -> Vec<(&str, Option<&str>)> {
    let mut rest = text;
    let mut found = Vec::new();
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        found.push((before, Some(name)));
        rest = after;
    }
    found.push((rest, None));
    found
}

/// Entries of a file, and the list of all of them.
macro_rules! entries {
    ($($id:ident: $en:literal, $de:literal, $fr:literal;)*) => {
        $(pub(in crate::board) static $id: $crate::board::catalogue::Entry =
            $crate::board::catalogue::Entry::new(stringify!($id), [$en, $de, $fr]);)*

        /// Every text of this part, for tests.
        #[cfg(test)]
        pub(in crate::board) static ALL: &[&$crate::board::catalogue::Entry] = &[$(&$id),*];
    };
}
pub(crate) use entries;

/// Texts that are found by the name under which another part knows them.
pub(super) type Named = [(&'static str, Entry)];

/// The text with this name.
pub(super) fn named<'t>(table: &'t Named, id: &str) -> Option<&'t Entry> {
    table.iter().find(|(name, _)| *name == id).map(|(_, entry)| entry)
}

/// Texts by name.
macro_rules! by_name {
    ($($id:literal: $en:literal, $de:literal, $fr:literal;)*) => {
        &[$(($id, $crate::board::catalogue::Entry::new($id, [$en, $de, $fr]))),*]
    };
}
pub(crate) use by_name;

//! Words of many languages that mean the same, for features that hold in all of them.
//!
//! `lexicon.txt` has a line for each concept and language. An entry is a word, a stem that ends in
//! `*`, or, in scripts without spaces, characters that stand anywhere.

use std::sync::LazyLock;

use super::features::{Hash, spread};

/// What words mean. The order is that of the bits in a [`Concepts`].
macro_rules! concepts {
    ($($name:ident),*) => {
        #[derive(Clone, Copy, Debug)]
        #[expect(clippy::upper_case_acronyms, reason = "as they stand in the lexicon")]
        enum Concept { $($name),* }

        /// The names in the lexicon.
        static NAMES: &[(&str, Concept)] = &[$((stringify!($name), Concept::$name)),*];
    };
}

concepts! {
    MODEL, USER, INSTRUCTION, PRIOR, OVERRIDE, COVERT, NEGATION, TELL, MUST, WHEN, OTHER, TOOL,
    USE, SEND, SECRET, DATA, DESTROY, GRANT, MONEY, READ, LINK, AUTHORITY, URGENT, PRAISE,
    DISPRAISE, OUTPUT, PERSONA, HARM, EVADE, ATTENTION, SECOND, REMEMBER, TASK
}

/// Concepts of a word: a bit for each.
pub(super) type Concepts = u64;

/// The bits that are set, from the lowest.
pub(super) fn each(concepts: Concepts) -> impl Iterator<Item = u64> {
    std::iter::successors((concepts != 0).then_some(concepts), |rest| {
        let rest = rest & (rest - 1);
        (rest != 0).then_some(rest)
    })
    .map(|rest| u64::from(rest.trailing_zeros()))
}

/// The bit of a concept, by its name in the lexicon; none if there is no such concept.
pub(crate) fn concept(name: &str) -> Concepts {
    NAMES.iter().find(|(known, _)| *known == name).map_or(0, |(_, concept)| 1 << (*concept as u32))
}

static LEXICON: &str = include_str!("lexicon.txt");

/// The shortest stem.
const STEM: usize = 3;

/// The longest entry of a script without spaces, in characters.
const CHARACTERS: usize = 6;

struct Table {
    /// A power of two of places, each an entry or nothing.
    places: Vec<Entry>,
    /// A bit for each entry, so that most words are known to be none without looking for them
    /// (Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors", 1970).
    bits: Vec<u64>,
}

/// How many bits of a hash name a bit of the filter.
const FILTER: u32 = 19;

#[derive(Clone, Copy, Default)]
struct Entry {
    hash: u64,
    words: Concepts,
    stems: Concepts,
    anywhere: Concepts,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(LEXICON));

impl Table {
    fn read(lexicon: &str) -> Self {
        let lines = lexicon.lines().filter(|line| !line.starts_with('#'));
        let rows: Vec<(Concepts, &str)> = lines.filter_map(row).collect();
        let count: usize = rows.iter().map(|(_, entries)| entries.split(' ').count()).sum();
        let mut table = Self {
            places: vec![Entry::default(); (count * 2 + 1).next_power_of_two()],
            bits: vec![0; 1 << (FILTER - u64::BITS.ilog2())],
        };
        for (concepts, entries) in rows {
            for entry in entries.split(' ').filter(|entry| !entry.is_empty()) {
                table.add(entry, concepts);
            }
        }
        table
    }

    fn add(&mut self, entry: &str, concepts: Concepts) {
        let (bare, stem) = entry.strip_suffix('*').map_or((entry, false), |bare| (bare, true));
        let mut hash = Hash::new();
        hash.all(bare.as_bytes());
        let hash = hash.done();
        let (word, bit) = bit(hash);
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
        let at = self.place(hash);
        let Some(place) = self.places.get_mut(at) else { return };
        place.hash = hash;
        if bare.chars().next().is_some_and(super::features::alone) {
            place.anywhere |= concepts;
        } else if stem {
            place.stems |= concepts;
        } else {
            place.words |= concepts;
        }
    }

    /// Where an entry is, or could be.
    fn place(&self, hash: u64) -> usize {
        let last = self.places.len() - 1;
        let mut at = usize::try_from(hash >> 32).unwrap_or_default() & last;
        while self.places.get(at).is_some_and(|entry| entry.hash != 0 && entry.hash != hash) {
            at = (at + 1) & last;
        }
        at
    }

    fn entry(&self, hash: u64) -> Option<&Entry> {
        let (word, bit) = bit(hash);
        if self.bits.get(word).is_none_or(|word| word & bit == 0) {
            return None;
        }
        self.places.get(self.place(hash)).filter(|entry| entry.hash == hash)
    }
}

/// The bit of the filter that stands for a hash.
fn bit(hash: u64) -> (usize, u64) {
    let name = spread(hash) >> (u64::BITS - FILTER);
    (usize::try_from(name >> u64::BITS.ilog2()).unwrap_or_default(), 1 << (name % 64))
}

fn row(line: &str) -> Option<(Concepts, &str)> {
    let mut cells = line.splitn(3, '\t');
    let name = cells.next()?;
    let (_, concept) = NAMES.iter().find(|(known, _)| *known == name)?;
    cells.next()?;
    Some((1 << (*concept as u32), cells.next()?))
}

/// Collects what a word means while its bytes are hashed.
#[derive(Default)]
pub(super) struct Meaning(Concepts);

impl Meaning {
    /// The word begins with these bytes.
    pub(super) fn stem(&mut self, length: usize, hash: &Hash) {
        if length >= STEM
            && let Some(entry) = TABLE.entry(hash.done())
        {
            self.0 |= entry.stems;
        }
    }

    /// The word is whole.
    pub(super) fn word(mut self, hash: &Hash) -> Concepts {
        if let Some(entry) = TABLE.entry(hash.done()) {
            self.0 |= entry.words | entry.stems;
        }
        self.0
    }
}

/// What the characters mean that a text in a script without spaces begins with.
pub(super) fn anywhere(text: &str) -> Concepts {
    let mut hash = Hash::new();
    let mut found = 0;
    for char in text.chars().take(CHARACTERS) {
        hash.all(char.encode_utf8(&mut [0; 4]).as_bytes());
        if let Some(entry) = TABLE.entry(hash.done()) {
            found |= entry.anywhere;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_of_the_lexicon_is_read() {
        let mut seen = BTreeSet::new();
        for line in LEXICON.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (concepts, entries) = row(line).unwrap_or_else(|| panic!("{line}"));
            assert!(!entries.trim().is_empty(), "{line}");
            seen.insert(concepts);
            for entry in entries.split(' ').filter(|entry| !entry.is_empty()) {
                let read = crate::Normal::of(entry.trim_end_matches('*')).text().to_owned();
                assert_eq!(read, entry.trim_end_matches('*'), "as text is read, in {line}");
            }
        }
        assert_eq!(seen.len(), NAMES.len(), "every concept has words");
    }

    #[test]
    fn the_table_is_small() {
        assert!(TABLE.places.len() * size_of::<Entry>() <= 2 << 20);
    }
}

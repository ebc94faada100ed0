//! What is kept of a text: pieces of running text, chosen by winnowing, and whole values.
//!
//! Of every few neighbouring pieces the one with the least hash is kept. The choice depends on the
//! text alone, so whoever copies enough of it copies a piece that was kept, and a text that is
//! known to be public chooses the same pieces.

use std::{collections::VecDeque, ops::Range};

use super::{
    fold::{fold, fold_placed},
    hash::Key,
    matching::{PIECE, publish},
    stock::stock,
    table::{Entry, Kind, Table, WORD},
    values::{LONGEST, SHORTEST, Sort, values},
    views::{self, Work, without_tags},
    words,
};

/// Of so many neighbouring pieces at least one is kept.
const NEIGHBOURS: usize = 5;
/// A piece is a text's own if so many of its symbols are.
const OWN: usize = 6;
/// A piece of fewer sorts of symbols says nothing.
const SORTS: usize = 4;
/// How often a text is decoded before it is kept.
const DEPTH: u8 = 2;

/// So many bytes are looked at for each that is decoded, and so many in any case.
const READINGS: usize = 16;
const AT_LEAST: usize = 32 * 1024;

/// Where fingerprints go, and what is said about them.
pub(super) struct Gather<'a> {
    pub(super) table: &'a mut Table,
    pub(super) key: Key,
    pub(super) label: u8,
    pub(super) public: bool,
}

impl Gather<'_> {
    /// Keeps what `text` says, also in what can be decoded in it.
    pub(super) fn text(&mut self, text: &str) {
        self.layer(text, DEPTH);
    }

    fn layer(&mut self, text: &str, depth: u8) {
        // What goes out is also read without its tags, so the names of tags need not be kept.
        if text.contains("</") || text.contains("<!--") {
            self.flat(&String::from_utf8_lossy(&without_tags(text.as_bytes())));
        } else {
            self.flat(text);
        }
        if depth > 0 {
            let mut work = Work::new(text.len() * READINGS + AT_LEAST);
            for view in views::decoded(text.as_bytes(), &mut work) {
                self.layer(&String::from_utf8_lossy(&view.bytes), depth - 1);
            }
        }
    }

    fn flat(&mut self, text: &str) {
        let (symbols, places) = fold_placed(text.as_bytes());
        if self.public {
            publish(self.table, self.key, &symbols);
        }
        let mut known = vec![false; symbols.len()];
        for phrase in stock(&symbols) {
            known.get_mut(phrase).unwrap_or_default().fill(true);
        }
        for head in words::heads(text) {
            let symbols = places.partition_point(|at| *at < head.start)
                ..places.partition_point(|at| *at < head.end);
            known.get_mut(symbols).unwrap_or_default().fill(true);
        }
        let own = words::own(text);
        self.words(&symbols, &places, &own, &known);
        self.pieces(&symbols, &belongs(&own, &places), &known);
        values(text, |sort, range| self.value(text, sort, range));
    }

    /// Keeps how the long words of a text's own begin, for who changes their order.
    fn words(&mut self, symbols: &[u8], places: &[usize], own: &[Range<usize>], known: &[bool]) {
        for word in own {
            let start = places.partition_point(|at| *at < word.start);
            let end = places.partition_point(|at| *at < word.end);
            let range = start..start + usize::from(WORD);
            let Some(word) = symbols.get(range.clone()).filter(|word| several(word)) else {
                continue;
            };
            let public = known.get(range.clone()).unwrap_or_default().contains(&true);
            if range.end <= end && !public {
                let anchor = self.key.anchor(number(word));
                let entry = self.entry(Kind::Word, usize::from(WORD));
                self.table.store(anchor, self.key.window(word), entry);
            }
        }
    }

    /// Winnows. What is `known` to everybody is passed over.
    fn pieces(&mut self, symbols: &[u8], own: &[bool], known: &[bool]) {
        let order: Vec<u64> = symbols.windows(PIECE).map(|piece| self.key.window(piece)).collect();
        let mut last = None;
        let few = order.len() < NEIGHBOURS;
        // INVARIANT: holds the places of the current window, least hash first, for one pass.
        let mut nearest: VecDeque<usize> = VecDeque::new();
        let at = |place: usize| order.get(place).copied().unwrap_or(u64::MAX);
        for place in 0..order.len() {
            while nearest.back().is_some_and(|other| at(*other) >= at(place)) {
                nearest.pop_back();
            }
            nearest.push_back(place);
            if nearest.front().is_some_and(|first| first + NEIGHBOURS <= place) {
                nearest.pop_front();
            }
            let whole = place + 1 >= NEIGHBOURS || few && place + 1 == order.len();
            let chosen = nearest.front().copied().filter(|_| whole);
            if chosen.is_some() && chosen != last {
                last = chosen;
                let start = chosen.unwrap_or(0);
                let new = known.get(start..start + PIECE).unwrap_or_default().contains(&false);
                if new {
                    self.piece(symbols, own, start);
                }
            }
        }
    }

    fn piece(&mut self, symbols: &[u8], own: &[bool], start: usize) {
        let range = start..start + PIECE;
        let Some(piece) = symbols.get(range.clone()).filter(|piece| several(piece)) else { return };
        let marks = own.get(range).unwrap_or_default();
        let kind = match marks.iter().filter(|own| **own).count() {
            OWN.. => Kind::Piece,
            _ => Kind::Common,
        };
        let last = piece.get(PIECE - SHORTEST..).unwrap_or_default();
        let anchor = self.key.anchor(number(last));
        self.table.store(anchor, self.key.window(piece), self.entry(kind, PIECE));
    }

    fn value(&mut self, text: &str, sort: Sort, range: Range<usize>) {
        let symbols = fold(text.get(range).unwrap_or_default().as_bytes());
        let length = symbols.len();
        if !(SHORTEST..=LONGEST).contains(&length) || !several(&symbols) {
            return;
        }
        let (kind, eight) = match sort {
            Sort::Address | Sort::Link => (Kind::Begins, symbols.get(..SHORTEST)),
            Sort::Code => (Kind::Ends, symbols.get(length - SHORTEST..)),
        };
        let mut entry = self.entry(kind, length);
        if sort == Sort::Link {
            entry.label = super::LINK;
        }
        let anchor = self.key.anchor(number(eight.unwrap_or_default()));
        self.table.store(anchor, self.key.window(&symbols), entry);
    }

    fn entry(&self, kind: Kind, length: usize) -> Entry {
        let length = u8::try_from(length).unwrap_or(0);
        Entry { kind, length, public: self.public, label: self.label }
    }
}

/// Whether each symbol belongs to a word of the text's own.
fn belongs(own: &[Range<usize>], places: &[usize]) -> Vec<bool> {
    let mut ranges = own.iter().peekable();
    let belongs = |place: &usize| {
        while ranges.next_if(|range| range.end <= *place).is_some() {}
        ranges.peek().is_some_and(|range| range.start <= *place)
    };
    places.iter().map(belongs).collect()
}

fn several(symbols: &[u8]) -> bool {
    let mut seen = symbols.to_vec();
    seen.sort_unstable();
    seen.dedup();
    seen.len() >= SORTS
}

fn number(symbols: &[u8]) -> u64 {
    symbols.iter().fold(0, |number, symbol| number << 8 | u64::from(*symbol))
}

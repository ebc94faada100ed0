//! One look at a text that goes out: all its readings, within a bounded amount of work.

use std::ops::Range;

use super::{
    LINK,
    fold::{fold, fold_placed},
    hash::Key,
    matching::{Hit, Passage, Turned, probe, weigh},
    table::{Kind, Table},
    views::{Form, Place, View, views},
};

/// How often a text is decoded.
const DEPTH: u8 = 3;
/// So many times its length is read of a text, with all its readings.
const READINGS: usize = 6;
/// And so many bytes of even the shortest.
const AT_LEAST: usize = 4096;

/// A passage, and where in the text it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) symbols: usize,
    pub(super) label: u8,
    pub(super) value: bool,
    pub(super) form: Form,
}

/// A look, and what it has seen.
pub(super) struct Look<'a> {
    table: &'a Table,
    key: Key,
    /// Labels that do not count, one bit each.
    spared: u64,
    budget: usize,
    /// The same for what is not decoded but changed letter by letter.
    changes: usize,
    pub(super) found: Vec<Found>,
    /// Addresses that are whole, as they stand in the text.
    pub(super) addresses: Vec<Range<usize>>,
    /// Letters and digits of the text.
    pub(super) symbols: usize,
    pub(super) complete: bool,
}

/// The reading that is looked at.
#[derive(Clone)]
struct Reading {
    form: Form,
    /// Where in the text it is from, if not place by place.
    outer: Option<Range<usize>>,
    /// What ends before was judged before.
    new: usize,
    depth: u8,
    /// Whether it is also read from its end.
    turned: bool,
}

impl<'a> Look<'a> {
    pub(super) fn new(table: &'a Table, key: Key, spared: u64) -> Self {
        Self {
            table,
            key,
            spared,
            budget: 0,
            changes: 0,
            found: Vec::new(),
            addresses: Vec::new(),
            symbols: 0,
            complete: true,
        }
    }

    /// Looks at `text`; what ends before the byte `new` was looked at before.
    pub(super) fn at(&mut self, text: &[u8], new: usize) {
        self.budget = text.len() * READINGS + AT_LEAST;
        self.changes = self.budget * 2;
        let reading = Reading { form: Form::Plain, outer: None, new, depth: DEPTH, turned: true };
        self.read(text, &reading);
    }

    fn read(&mut self, text: &[u8], reading: &Reading) {
        let looked = self.flat(text, reading);
        if !looked || reading.depth == 0 {
            return;
        }
        views(text, &mut |view| self.view(text, view, reading));
    }

    fn view(&mut self, text: &[u8], view: View, reading: &Reading) {
        let mut next = reading.clone();
        next.depth -= 1;
        if next.form == Form::Plain {
            next.form = view.form;
        }
        // What is changed letter by letter is not turned round as well.
        next.turned = matches!(view.place, Place::Range(_));
        match view.place {
            // Turned letters are no new text to decode.
            Place::Same => _ = self.flat(&view.bytes, &next),
            Place::Anywhere => {
                next.new = scaled(reading.new, &(0..text.len()), view.bytes.len());
                next.outer.get_or_insert(0..text.len());
                _ = self.flat(&view.bytes, &next);
            }
            Place::Range(range) => {
                if reading.outer.is_none() && range.end <= reading.new {
                    return;
                }
                next.new = scaled(reading.new, &range, view.bytes.len());
                next.outer.get_or_insert(range);
                self.read(&view.bytes, &next);
            }
        }
    }

    /// Returns whether there was room to look.
    fn flat(&mut self, text: &[u8], reading: &Reading) -> bool {
        let budget = if reading.turned { &mut self.budget } else { &mut self.changes };
        let Some(rest) = budget.checked_sub(text.len()) else {
            self.complete = false;
            return false;
        };
        *budget = rest;
        let symbols = fold(text);
        if reading.form == Form::Plain {
            self.symbols += symbols.len();
        }
        let turned = if reading.turned { Turned::Both } else { Turned::No };
        let hits = probe(self.table, self.key, &symbols, turned);
        if !hits.is_empty() {
            self.judge(text, hits, reading);
        }
        true
    }

    fn judge(&mut self, text: &[u8], hits: Vec<Hit>, reading: &Reading) {
        let places = fold_placed(text).1;
        let range = |start: usize, end: usize| {
            let from = places.get(start).copied().unwrap_or(0);
            from..ending(text, &places, end)
        };
        let plain = reading.form == Form::Plain;
        let address = |hit: &&Hit| hit.entry.kind == Kind::Begins && plain;
        self.addresses.extend(hits.iter().filter(address).map(|hit| range(hit.start, hit.end)));
        let counts = |hit: &Hit| hit.entry.label != LINK && self.spared >> hit.entry.label & 1 == 0;
        let hits: Vec<Hit> = hits.into_iter().filter(counts).collect();
        let new = places.partition_point(|place| *place < reading.new);
        let found = weigh(hits, new).into_iter().map(|passage| {
            let Passage { start, end, label, value } = passage;
            let range = reading.outer.clone().unwrap_or_else(|| range(start, end));
            let (symbols, value) = (end - start, value.is_some());
            Found { range, symbols, label, value, form: reading.form }
        });
        self.found.extend(found);
    }
}

/// The place in what was decoded that is about as far as `new` in what it was decoded from.
fn scaled(new: usize, range: &Range<usize>, length: usize) -> usize {
    let before = new.saturating_sub(range.start).min(range.len());
    before.saturating_mul(length) / range.len().max(1)
}

/// Where the symbol before the one at `end` ends.
fn ending(text: &[u8], places: &[usize], end: usize) -> usize {
    let next = places.get(end).copied().unwrap_or(text.len());
    let last = end.checked_sub(1).and_then(|last| places.get(last)).copied().unwrap_or(0);
    let tail = text.get(last..next).unwrap_or_default();
    let kept = tail.iter().rposition(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    last + kept.map_or(0, |at| at + 1)
}

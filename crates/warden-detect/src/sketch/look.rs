//! One look at a text that goes out: all its readings, within a bounded amount of work.

use std::ops::Range;

use super::{
    LINK,
    fold::{fold, fold_placed},
    hash::Key,
    matching::{BEYOND, Hit, Passage, probe, weigh},
    streams::Seam,
    table::{Kind, Table},
    views::{Form, Place, View, Work, views},
};

/// How often a text is decoded.
const DEPTH: u8 = 3;
/// So many bytes are looked at for each of a text, with all its readings.
const READINGS: usize = 20;
/// And so many for even the shortest.
const AT_LEAST: usize = 96 * 1024;
/// And for what only goes on from what went out before.
const OF_SEAM: usize = 32 * 1024;
/// What folding and looking up a byte costs, in bytes looked at.
const COST: usize = 2;

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
    work: Work,
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
    /// Where in the text the first byte is, if it is place by place.
    start: usize,
}

impl<'a> Look<'a> {
    pub(super) fn new(table: &'a Table, key: Key, spared: u64) -> Self {
        Self {
            table,
            key,
            spared,
            work: Work::new(0),
            found: Vec::new(),
            addresses: Vec::new(),
            symbols: 0,
            complete: true,
        }
    }

    /// Looks at `text`.
    pub(super) fn at(&mut self, text: &[u8]) {
        self.within(text, 0, AT_LEAST);
    }

    /// Looks at what goes on from what went out before. What does not reach into the new part was
    /// looked at before.
    pub(super) fn seam(&mut self, seam: &Seam) -> Vec<Found> {
        let already = std::mem::take(&mut self.found);
        self.within(&seam.text, seam.new, OF_SEAM);
        let found = std::mem::replace(&mut self.found, already);
        // Of letters here and there it cannot be told whether they are new.
        let told = seam.till == seam.text.len();
        let beyond = if told { 0 } else { BEYOND.min(seam.till.saturating_sub(1)) };
        let new = |found: &Found| {
            let begins = found.range.start + beyond < seam.till;
            begins && (told || found.form != Form::Interleaved)
        };
        found.into_iter().filter(new).collect()
    }

    fn within(&mut self, text: &[u8], new: usize, at_least: usize) {
        self.work = Work::new(text.len() * READINGS + at_least);
        let reading = Reading { form: Form::Plain, outer: None, new, depth: DEPTH, start: 0 };
        self.read(text, &reading);
        self.complete &= self.work.complete;
    }

    fn read(&mut self, text: &[u8], reading: &Reading) {
        let Some(symbols) = self.flat(text, reading) else { return };
        if reading.depth > 0 {
            for view in views(text, &symbols, &mut self.work) {
                self.view(view, reading);
            }
        }
    }

    fn view(&mut self, view: View, reading: &Reading) {
        let mut next = reading.clone();
        next.depth -= 1;
        if next.form == Form::Plain {
            next.form = view.form;
        }
        match view.place {
            // Turned letters are no new text to decode.
            Place::Same(start) => {
                next.start += start;
                next.new = next.new.saturating_sub(start);
                self.flat(&view.bytes, &next);
            }
            Place::Anywhere(range) => {
                next.new = scaled(reading.new, &range, view.bytes.len());
                next.outer.get_or_insert(range);
                self.flat(&view.bytes, &next);
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

    /// The symbols of a text, which were looked up, if there was room to look.
    fn flat(&mut self, text: &[u8], reading: &Reading) -> Option<Vec<u8>> {
        if !self.work.take(text.len() * COST) {
            return None;
        }
        let symbols = fold(text);
        if reading.form == Form::Plain {
            self.symbols += symbols.len();
        }
        let hits = probe(self.table, self.key, &symbols);
        if !hits.is_empty() {
            self.judge(text, &symbols, &hits, reading);
        }
        Some(symbols)
    }

    fn judge(&mut self, text: &[u8], symbols: &[u8], hits: &[Hit], reading: &Reading) {
        let plain = reading.form == Form::Plain;
        let address = |hit: &&Hit| hit.entry.kind == Kind::Begins && plain;
        let counts =
            |hit: &&Hit| hit.entry.label != LINK && self.spared >> hit.entry.label & 1 == 0;
        let counted: Vec<Hit> = hits.iter().filter(counts).copied().collect();
        // Where symbols are is worked out only if it is asked: mostly a word or two happen to be known.
        if !hits.iter().any(|hit| address(&hit)) && weigh(counted.clone(), symbols, 0).is_empty() {
            return;
        }
        let places = fold_placed(text).1;
        let range = |start: usize, end: usize| {
            let from = places.get(start).copied().unwrap_or(0);
            reading.start + from..reading.start + ending(text, &places, end)
        };
        self.addresses.extend(hits.iter().filter(address).map(|hit| range(hit.start, hit.end)));
        let new = places.partition_point(|place| *place < reading.new);
        let found = weigh(counted, symbols, new).into_iter().map(|passage| {
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

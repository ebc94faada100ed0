//! Looks for what was seen before in the symbols of a text that goes out.
//!
//! Every place is tried, forwards and backwards, so nothing depends on where words begin. What is
//! found is weighed afterwards: a value counts by itself, running text only when enough of it
//! stands together.

use super::{
    hash::{Anchor, Key},
    table::{Entry, Kind, Table},
    values::{LONGEST, SHORTEST},
};

/// Symbols of a piece of running text.
pub(super) const PIECE: usize = 12;
/// So many symbols of a text's own words together are noticed.
const TOGETHER: usize = 20;
/// So many of them in several places are noticed.
const SCATTERED: usize = 40;
/// So many symbols of common words together are noticed.
const COMMONPLACE: usize = 26;
/// So many symbols has to have in the new part what goes on from what was judged before.
pub(super) const BEYOND: usize = 6;
/// So many different long words of a text's own are noticed in any order.
const WORDS: usize = 5;
/// If they stand as near as this, in symbols.
const NEAR: usize = 400;

/// A fingerprint that was found, by the symbols it covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) entry: Entry,
}

/// What of a text was seen before, by the symbols it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) label: u8,
    /// A whole value, or running text.
    pub(super) value: Option<Kind>,
}

/// The fingerprints in `symbols`, forwards and backwards.
pub(super) fn probe(table: &Table, key: Key, symbols: &[u8]) -> Vec<Hit> {
    let mut hits = Vec::new();
    anchors(key, symbols, |anchor, at| {
        if table.may_hold(anchor) {
            Place { symbols, at }.look(table, key, anchor, &mut hits);
        }
    });
    hits
}

/// Notes that what stands in `symbols` is no secret.
pub(super) fn publish(table: &mut Table, key: Key, symbols: &[u8]) {
    anchors(key, symbols, |anchor, at| {
        if table.may_hold(anchor) {
            let place = Place { symbols, at };
            table.publish(anchor, |entry| place.hash(key, entry, Way::Forwards));
        }
    });
}

/// Every place at which a fingerprint may be.
#[inline]
fn anchors(key: Key, symbols: &[u8], mut see: impl FnMut(Anchor, usize)) {
    let mut eight = 0u64;
    for (at, symbol) in symbols.iter().enumerate() {
        eight = eight << 8 | u64::from(*symbol);
        if at + 1 >= SHORTEST {
            see(key.anchor(eight), at);
        }
    }
}

/// How a place is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forwards,
    Backwards,
}

/// Where an anchor was met: it ends at the symbol `at`.
struct Place<'a> {
    symbols: &'a [u8],
    at: usize,
}

impl Place<'_> {
    /// Kept apart, so that what happens at every symbol stays small.
    #[inline(never)]
    fn look(&self, table: &Table, key: Key, anchor: Anchor, hits: &mut Vec<Hit>) {
        for way in [Way::Forwards, Way::Backwards] {
            table.look(
                anchor,
                |entry| self.hash(key, entry, way),
                |entry| {
                    let covered = self.covers(entry, way).filter(|_| !entry.public);
                    hits.extend(covered.map(|(start, end)| Hit { start, end, entry }));
                },
            );
        }
    }

    /// The hash of what stands here, if a fingerprint of this sort can be found here.
    fn hash(&self, key: Key, entry: Entry, way: Way) -> Option<u64> {
        let (start, end) = self.covers(entry, way)?;
        let mut window = [0; LONGEST];
        let window = window.get_mut(..end - start)?;
        window.copy_from_slice(self.symbols.get(start..end)?);
        if way == Way::Backwards {
            window.reverse();
        }
        Some(key.window(window))
    }

    /// The symbols that a fingerprint would be of, if it is the one that stands here.
    fn covers(&self, entry: Entry, way: Way) -> Option<(usize, usize)> {
        let length = usize::from(entry.length);
        let next = self.at + 1;
        let ends = !matches!(entry.kind, Kind::Begins | Kind::Word);
        let (start, end) = if ends == (way == Way::Forwards) {
            (next.checked_sub(length)?, next)
        } else {
            let start = next.checked_sub(SHORTEST)?;
            (start, start + length)
        };
        (end <= self.symbols.len()).then_some((start, end))
    }
}

/// Running text that was seen before, without a gap.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: usize,
    end: usize,
    own: usize,
    own_end: usize,
    label: u8,
}

/// What of the hits is enough to be noticed, in order. Only what reaches beyond the symbol `new`
/// counts: what ends before was judged before.
pub(super) fn weigh(mut hits: Vec<Hit>, symbols: &[u8], new: usize) -> Vec<Passage> {
    hits.sort_unstable_by_key(|hit| (hit.start, hit.end, hit.entry.label));
    let mut found: Vec<Passage> = Vec::new();
    let mut runs: Vec<Run> = Vec::new();
    let mut words = Vec::new();
    for hit in hits {
        let Hit { start, end, entry } = hit;
        if entry.kind == Kind::Word {
            words.push((start, end, entry.label));
            continue;
        }
        if matches!(entry.kind, Kind::Begins | Kind::Ends) {
            if end > new {
                let value = Some(entry.kind);
                found.push(Passage { start, end, label: entry.label, value });
            }
            continue;
        }
        let own = entry.kind == Kind::Piece;
        if runs.last().is_none_or(|run| start > run.end) {
            runs.push(Run { start, end: start, own: 0, own_end: 0, label: entry.label });
        }
        if let Some(run) = runs.last_mut() {
            run.grow(start, end, own);
        }
    }
    // A symbol or two that happen to go on are no part of it, unless there are no more.
    let into = new + BEYOND.min(symbols.len().saturating_sub(new));
    runs.retain(|run| run.end > new && run.end >= into);
    let all: usize = runs.iter().map(|run| run.own).sum();
    runs.retain(|run| {
        run.own >= TOGETHER
            || run.end - run.start >= COMMONPLACE
            || (all >= SCATTERED && run.own > 0)
    });
    let passage = |run: &Run| {
        let &Run { start, end, label, .. } = run;
        Passage { start, end, label, value: None }
    };
    found.extend(runs.iter().map(passage));
    found.extend(
        gathered(&words, symbols).into_iter().filter(|words| words.end > new && words.end >= into),
    );
    found.sort_unstable_by_key(|passage| (passage.start, passage.end));
    found
}

/// Places where many words of a text's own stand, whatever their order and whatever is between.
fn gathered(words: &[(usize, usize, u8)], symbols: &[u8]) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    // INVARIANT: the words from `from` to `at` are near one another.
    let mut from = 0;
    for (at, &(_, end, label)) in words.iter().enumerate() {
        while words.get(from).is_some_and(|word| word.0 + NEAR < end) {
            from += 1;
        }
        let near = words.get(from.max((at + 1).saturating_sub(NEAR / SHORTEST))..=at);
        let near = near.unwrap_or_default();
        if near.len() < WORDS {
            continue;
        }
        let mut different: Vec<&[u8]> =
            near.iter().filter_map(|word| symbols.get(word.0..word.1)).collect();
        different.sort_unstable();
        different.dedup();
        if different.len() < WORDS {
            continue;
        }
        let start = near.first().map_or(0, |word| word.0);
        match found.last_mut() {
            Some(last) if last.end >= start => last.end = end,
            _ => found.push(Passage { start, end, label, value: None }),
        }
    }
    found
}

impl Run {
    fn grow(&mut self, start: usize, end: usize, own: bool) {
        self.end = self.end.max(end);
        if own {
            self.own += end.saturating_sub(start.max(self.own_end));
            self.own_end = self.own_end.max(end);
        }
    }
}

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
pub(super) fn probe(table: &Table, key: Key, symbols: &[u8], turned: Turned) -> Vec<Hit> {
    let mut hits = Vec::new();
    anchors(key, symbols, turned, |anchor, place| {
        if table.may_hold(anchor) {
            place.look(table, key, anchor, &mut hits);
        }
    });
    hits
}

/// Notes that what stands in `symbols` is no secret.
pub(super) fn publish(table: &mut Table, key: Key, symbols: &[u8]) {
    anchors(key, symbols, Turned::No, |anchor, place| {
        if table.may_hold(anchor) {
            table.publish(anchor, |entry| place.hash(key, entry));
        }
    });
}

/// Every place at which a fingerprint may be.
#[inline]
fn anchors<'a>(
    key: Key,
    symbols: &'a [u8],
    turned: Turned,
    mut see: impl FnMut(Anchor, Place<'a>),
) {
    let both = turned == Turned::Both;
    let (mut eight, mut older) = (0u64, 0u64);
    for (at, symbol) in symbols.iter().enumerate() {
        older = older << 8 | eight >> 56;
        eight = eight << 8 | u64::from(*symbol);
        let place = |piece, backwards| Place { symbols, at, piece, backwards };
        if at + 1 >= SHORTEST {
            see(key.anchor(eight), place(false, false));
            if both {
                see(key.anchor(eight.swap_bytes()), place(false, true));
            }
        }
        if at + 1 >= PIECE {
            see(key.long_anchor(eight, older), place(true, false));
            if both {
                let turned = (older << 32 | eight >> 32).swap_bytes();
                see(key.long_anchor(turned, (eight << 32).swap_bytes()), place(true, true));
            }
        }
    }
}

/// Whether text is also read from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    /// It is not.
    No,
    /// It is.
    Both,
}

/// Where an anchor was met: it ends at the symbol `at`.
struct Place<'a> {
    symbols: &'a [u8],
    at: usize,
    piece: bool,
    backwards: bool,
}

impl Place<'_> {
    /// Kept apart, so that what happens at every symbol stays small.
    #[inline(never)]
    fn look(&self, table: &Table, key: Key, anchor: Anchor, hits: &mut Vec<Hit>) {
        table.look(
            anchor,
            |entry| self.hash(key, entry),
            |entry| {
                let covered = self.covers(entry).filter(|_| !entry.public);
                hits.extend(covered.map(|(start, end)| Hit { start, end, entry }));
            },
        );
    }

    /// The hash of what stands here, if a fingerprint of this sort can be found here.
    fn hash(&self, key: Key, entry: Entry) -> Option<u64> {
        let (start, end) = self.covers(entry)?;
        let mut window = [0; LONGEST];
        let window = window.get_mut(..end - start)?;
        window.copy_from_slice(self.symbols.get(start..end)?);
        if self.backwards {
            window.reverse();
        }
        Some(key.window(window))
    }

    /// The symbols that a fingerprint would be of, if it is the one that stands here.
    fn covers(&self, entry: Entry) -> Option<(usize, usize)> {
        let length = usize::from(entry.length);
        let next = self.at + 1;
        let from_end = match (entry.kind, self.piece) {
            (Kind::Piece | Kind::Common, true) => return Some((next.checked_sub(PIECE)?, next)),
            (Kind::Ends, false) => !self.backwards,
            (Kind::Begins, false) => self.backwards,
            _ => return None,
        };
        let (start, end) = if from_end {
            (next.checked_sub(length)?, next)
        } else {
            (next.checked_sub(SHORTEST)?, next - SHORTEST + length)
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
pub(super) fn weigh(mut hits: Vec<Hit>, new: usize) -> Vec<Passage> {
    hits.sort_unstable_by_key(|hit| (hit.start, hit.end, hit.entry.label));
    let mut found: Vec<Passage> = Vec::new();
    let mut runs: Vec<Run> = Vec::new();
    for hit in hits {
        let Hit { start, end, entry } = hit;
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
    runs.retain(|run| run.end > new);
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
    found.sort_unstable_by_key(|passage| (passage.start, passage.end));
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

//! Fingerprints of data seen: what confidential answers contained, and whether it goes out again.
//!
//! A [`Sketch`] belongs to one session and takes at most [`Sketch::MOST`] bytes. It remembers
//! keyed hashes of short pieces of running text, chosen by winnowing (Schleimer, Wilkerson and
//! Aiken, "Winnowing: local algorithms for document fingerprinting", 2003), and of whole values
//! such as keys and account numbers. Text on its way out is read in many ways, forwards and
//! backwards, decoded and across calls, and every place of it is looked up.
//!
//! What is copied is noticed, whatever it is wrapped in. What is said in other words, translated,
//! summed up or encrypted is not.

mod arguments;
mod fold;
mod gather;
mod hash;
mod kept;
mod look;
mod matching;
mod stock;
mod streams;
mod table;
mod values;
mod views;
mod words;

#[cfg(test)]
mod pages;
#[cfg(test)]
mod tests;

use std::{fmt, ops::Range};

use self::{
    gather::Gather,
    hash::Key,
    look::{Found, Look},
    streams::Streams,
    table::Table,
};

pub use self::{kept::NotASketch, views::Form};

/// So many labels are told apart in a session.
const LABELS: usize = 62;
/// The label of a link that is known so that following it is no copying.
const LINK: u8 = 62;
/// The label of everything when there are too many labels.
const MIXED: u8 = 63;
/// So many matches are listed.
const LISTED: usize = 64;

/// Where remembered data is from and how it is classed, in numbers of the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    /// Who gave it, and so knows it: a server, or a zone of servers that trust each other.
    pub party: u16,
    /// Its class.
    pub class: u8,
}

/// Where a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Destination {
    /// To a party that keeps it. What it gave itself may go back.
    Party(u16),
    /// Out: into mail, to the public, to a site. Nothing may.
    Outside,
}

/// What of a text was seen before.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// Where, in order; at most 64.
    pub matches: Vec<Match>,
    /// How many matches are not listed.
    pub more: usize,
    /// The share of the text's letters and digits that was seen before, from 0 to 1.
    pub share: f64,
    /// How much was carried: 0 for nothing, from 0.5 on what is noticed, and towards 1 for much.
    pub score: f64,
    /// Whether everything was looked at, and nothing that was remembered had been given up.
    pub complete: bool,
}

/// A place of a text that was seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Where in the text, in bytes. What was encoded is shown with all that was encoded with it.
    pub range: Range<usize>,
    /// The argument that it is in, as a JSON pointer; empty for a text, and for what is in more
    /// than one argument.
    pub argument: String,
    /// What is known about it; nothing if the session has more labels than are told apart.
    pub label: Option<Label>,
    /// Whether it is a whole value rather than a piece of running text.
    pub value: bool,
    /// How many letters and digits.
    pub symbols: usize,
    /// How it was written.
    pub form: Form,
}

/// How full a sketch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Memory, in bytes.
    pub bytes: usize,
    /// Fingerprints.
    pub fingerprints: usize,
    /// Fingerprints that had to go for newer ones.
    pub given_up: u64,
}

/// What a session has seen of confidential data.
pub struct Sketch {
    key: Key,
    table: Table,
    labels: Vec<Label>,
    streams: Streams,
}

impl Carried {
    /// Nothing, and all was looked at.
    const NOTHING: Self =
        Self { matches: Vec::new(), more: 0, share: 0.0, score: 0.0, complete: true };

    /// Returns whether something was noticed.
    #[must_use]
    pub const fn is_noticed(&self) -> bool {
        !self.matches.is_empty()
    }
}

impl Sketch {
    /// No sketch ever takes more memory, in bytes.
    pub const MOST: usize = 256 * 1024;

    /// An empty sketch. The key has to be random and the session's own: whoever lacks it learns
    /// nothing from the fingerprints.
    #[must_use]
    pub fn new(key: [u8; 16]) -> Self {
        Self {
            key: Key::new(key),
            table: Table::new(),
            labels: Vec::new(),
            streams: Streams::default(),
        }
    }

    /// Remembers what a confidential answer says. If there is no more room, what was remembered
    /// longest ago is given up, and [`Carried::complete`] says so from then on.
    pub fn remember(&mut self, text: &str, label: Label) {
        let label = self.number(label);
        let (table, key) = (&mut self.table, self.key);
        Gather { table, key, label, public: false }.text(text);
    }

    /// Notes that what this text says is no secret, before or after it is remembered: what the
    /// user wrote, what tools say about themselves, what is in public answers.
    ///
    /// Not for answers that can show what went out before: who carries data out and has it shown
    /// would make it public.
    pub fn known_public(&mut self, text: &str) {
        let (table, key) = (&mut self.table, self.key);
        Gather { table, key, label: MIXED, public: true }.text(text);
    }

    /// Looks at a text that goes out, together with what went out before by the same `way`, which
    /// is any name: that of the tool and the argument, say.
    pub fn carried(&mut self, text: &str, to: Destination, way: &str) -> Carried {
        if self.table.is_empty() {
            return Carried::NOTHING;
        }
        let seams = self.streams.add(self.key, way.as_bytes(), text.as_bytes());
        let mut look = Look::new(&self.table, self.key, self.spared(to));
        look.at(text.as_bytes());
        let symbols = look.symbols;
        for seam in seams.into_iter().flatten() {
            let found = look.seam(&seam).into_iter().map(|found| {
                let range = moved(&found.range, seam.new, text.len());
                Found { range, ..found }
            });
            look.found.extend(found.collect::<Vec<_>>());
        }
        let (found, complete) = (look.found, look.complete);
        let placed = found.into_iter().map(|found| (String::new(), found)).collect();
        self.told(placed, symbols, complete)
    }

    /// Forgets everything but the key.
    pub fn forget(&mut self) {
        self.table = Table::new();
        self.labels = Vec::new();
        self.streams.clear();
    }

    /// Returns how full the sketch is.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let labels = self.labels.capacity() * size_of::<Label>();
        let bytes = size_of::<Self>() + self.table.bytes() + labels + self.streams.bytes();
        let (fingerprints, given_up) = (self.table.held(), self.table.given_up());
        Usage { bytes, fingerprints, given_up }
    }

    /// The number of a label.
    fn number(&mut self, label: Label) -> u8 {
        let known = self.labels.iter().position(|known| *known == label);
        let at = known.unwrap_or(self.labels.len());
        if at == self.labels.len() && at < LABELS {
            self.labels.push(label);
        }
        u8::try_from(at).ok().filter(|at| usize::from(*at) < LABELS).unwrap_or(MIXED)
    }

    /// The labels of what the destination knows anyway, one bit each.
    fn spared(&self, to: Destination) -> u64 {
        let Destination::Party(party) = to else { return 0 };
        let known = self.labels.iter().enumerate().filter(|(_, label)| label.party == party);
        known.map(|(at, _)| 1u64 << at).sum()
    }

    /// What is told of what was found.
    fn told(&self, mut found: Vec<(String, Found)>, symbols: usize, complete: bool) -> Carried {
        found.sort_by(|(a, x), (b, y)| {
            let key = |found: &Found| (found.range.start, found.range.end, found.form);
            a.cmp(b).then_with(|| key(x).cmp(&key(y)))
        });
        found.dedup_by(|next, last| covers(last, next));
        let carried: usize = found.iter().map(|(_, found)| found.symbols).sum();
        let longest = found.iter().map(|(_, found)| weight(found)).max().unwrap_or(0);
        let more = found.len().saturating_sub(LISTED);
        found.truncate(LISTED);
        let entry = |(argument, found): (String, Found)| Match {
            range: found.range,
            argument,
            label: self.labels.get(usize::from(found.label)).copied(),
            value: found.value,
            symbols: found.symbols,
            form: found.form,
        };
        Carried {
            matches: found.into_iter().map(entry).collect(),
            more,
            share: ratio(carried, symbols.max(carried)),
            score: ratio(longest, longest + 20),
            complete: complete && self.table.given_up() == 0,
        }
    }
}

/// Whether the one says what the other says.
fn covers(last: &(String, Found), next: &(String, Found)) -> bool {
    let inside = next.1.range.start >= last.1.range.start && next.1.range.end <= last.1.range.end;
    last.0 == next.0 && inside && last.1.symbols >= next.1.symbols
}

/// How much a match counts, in symbols. A value says more than its length.
fn weight(found: &Found) -> usize {
    if found.value { found.symbols.max(20) * 4 } else { found.symbols.max(20) }
}

#[expect(clippy::cast_precision_loss, reason = "lengths are far below what a float holds")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A range of a seam as one of the new text.
fn moved(range: &Range<usize>, new: usize, length: usize) -> Range<usize> {
    range.start.saturating_sub(new).min(length)..range.end.saturating_sub(new).min(length)
}

impl fmt::Debug for Sketch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither keys nor hashes nor what went out.
        let Usage { bytes, fingerprints, given_up } = self.usage();
        out.debug_struct("Sketch")
            .field("bytes", &bytes)
            .field("fingerprints", &fingerprints)
            .field("given_up", &given_up)
            .field("labels", &self.labels.len())
            .finish_non_exhaustive()
    }
}

// The promise about memory holds by construction.
const _: () = assert!(
    table::SIZE + streams::SIZE + LABELS * 2 * size_of::<Label>() + size_of::<Sketch>()
        <= Sketch::MOST
);

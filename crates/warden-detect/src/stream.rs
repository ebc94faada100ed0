//! Judges text that comes in chunks, without keeping all of it.
//!
//! A window slides over the text. Each window is judged as a whole, and of what is found in it
//! that is told which reaches into its core, so that everything has [`STREAM_MARGIN`] bytes before and
//! behind it to be understood by. That is more than any rule, secret or kind of personal data
//! reaches, so what would be found in the whole text is found in the windows: the same class at
//! the same place. What reaches further is told by [`Outcome::complete`].
//!
//! A stream keeps state: at most a window of text, and what it told of the end of it.

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    ops::Range,
};

use crate::{Judge, Mark, Normal, Personal, PersonalHit, SecretHit, secrets};

/// So many bytes are judged together.
pub const STREAM_WINDOW: usize = 24 * 1024;
/// So many bytes on either side of a place are looked at before it is done with.
pub const STREAM_MARGIN: usize = 4 * 1024;

/// So many bytes of text have to be left of a margin when everything that hides is out of it.
const LEFT: usize = 1100;
/// How far before the place that was aimed at a window may begin.
const SLACK: usize = 1024;
/// Runs that are longer may be encoded, and then the place where they are cut matters.
const RUN: usize = 24;
/// Base64 repeats every 4 letters and base 16 every 2: a cut after so many is one for all, also
/// when it was encoded twice.
const PERIOD: usize = 48;
/// The longest two lines that may be the begin of a table.
const HEAD: usize = 2048;

/// What was found in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// What is meant to steer a model, or hidden.
    Hostile(Mark),
    /// A credential.
    Secret(SecretHit),
    /// Personal or regulated data.
    Personal(PersonalHit),
}

/// How a stream came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What was not told before.
    pub found: Vec<Found>,
    /// The score, from 0 to 100: what the worst window has.
    pub score: u32,
    /// What the learnt model gives for the worst window, from 0 to 1.
    pub probability: f64,
    /// How many bytes of text came.
    pub bytes: usize,
    /// Whether every window was judged completely, and nothing reached further than a margin.
    pub complete: bool,
}

/// A text that comes in chunks.
#[derive(Debug)]
pub struct Stream<'a> {
    judge: Judge<'a>,
    personal: &'a Personal,
    /// The text from the beginning of the window on.
    text: String,
    /// How many bytes came before it.
    base: usize,
    /// The beginning of a character whose end has not come.
    cut: Vec<u8>,
    /// Up to which byte of `text` everything was told.
    done: usize,
    /// Up to which byte of `text` was judged, without what comes behind it.
    settled: usize,
    /// What names the columns, if the first line does.
    head: Option<String>,
    /// What was told and may be found again.
    told: BTreeSet<(usize, usize, u64)>,
    score: u32,
    probability: f64,
    complete: bool,
    /// How many bytes were judged, again and again.
    read: usize,
}

impl Found {
    /// Where it stands, in bytes of the text of the stream.
    #[must_use]
    pub const fn range(&self) -> &Range<usize> {
        match self {
            Self::Hostile(mark) => &mark.range,
            Self::Secret(hit) => &hit.range,
            Self::Personal(hit) => &hit.range,
        }
    }

    /// What makes two of them the same.
    fn key(&self) -> (usize, usize, u64) {
        let mut hasher = DefaultHasher::new();
        match self {
            Self::Hostile(mark) => (0, mark.class, mark.detector).hash(&mut hasher),
            Self::Secret(hit) => (1, hit.kind).hash(&mut hasher),
            Self::Personal(hit) => (2, &hit.kind).hash(&mut hasher),
        }
        (self.range().start, self.range().end, hasher.finish())
    }

    fn range_mut(&mut self) -> &mut Range<usize> {
        match self {
            Self::Hostile(mark) => &mut mark.range,
            Self::Secret(hit) => &mut hit.range,
            Self::Personal(hit) => &mut hit.range,
        }
    }
}

impl<'a> Stream<'a> {
    /// A stream of which nothing has come.
    #[must_use]
    pub fn new(judge: Judge<'a>, personal: &'a Personal) -> Self {
        Self {
            judge,
            personal,
            text: String::new(),
            base: 0,
            cut: Vec::new(),
            done: 0,
            settled: 0,
            head: None,
            told: BTreeSet::new(),
            score: 0,
            probability: 0.0,
            complete: true,
            read: 0,
        }
    }

    /// Takes a chunk, and returns what was found in windows that are whole with it. Who passes text
    /// on before the next window is whole asks [`Self::settle`] first.
    pub fn push(&mut self, chunk: &str) -> Vec<Found> {
        self.push_bytes(chunk.as_bytes())
    }

    /// Takes a chunk that may end inside of a character. What is not UTF-8 is read as `U+FFFD`, and
    /// places are those of the text that was read.
    pub fn push_bytes(&mut self, chunk: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut rest = chunk;
        while !rest.is_empty() {
            let room = STREAM_WINDOW.saturating_sub(self.text.len() + self.cut.len()).max(4);
            let (now, later) = rest.split_at(room.min(rest.len()));
            rest = later;
            self.take(now);
            while self.text.len() >= STREAM_WINDOW {
                found.extend(self.window());
            }
        }
        found
    }

    /// Judges all that has come, though more may come that changes what is found at the end of it.
    pub fn settle(&mut self) -> Vec<Found> {
        if self.settled >= self.text.len() {
            return Vec::new();
        }
        let before = self.settled.max(self.done).saturating_sub(2 * STREAM_MARGIN);
        let from = aligned(&self.text, before);
        let end = self.text.len();
        let core = self.settled.min(self.done).max(from)..end;
        let found = self.judged(from..end, core);
        self.settled = end;
        found
    }

    /// Judges the rest. There is no more.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        let cut = std::mem::take(&mut self.cut);
        self.text.push_str(&String::from_utf8_lossy(&cut));
        let mut found = Vec::new();
        while self.text.len() >= STREAM_WINDOW {
            found.extend(self.window());
        }
        found.extend(self.settle());
        let Self { score, probability, complete, .. } = self;
        Outcome { found, score, probability, bytes: self.base + self.text.len(), complete }
    }

    /// Returns the score of the worst window until now.
    #[must_use]
    pub const fn score(&self) -> u32 {
        self.score
    }

    /// Adds text, but for a character that is not whole.
    fn take(&mut self, bytes: &[u8]) {
        let mut all = std::mem::take(&mut self.cut);
        all.extend_from_slice(bytes);
        for chunk in all.utf8_chunks() {
            self.text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            let ends = invalid.as_ptr_range().end == all.as_ptr_range().end;
            if ends && unfinished(invalid) {
                self.cut = invalid.to_vec();
            } else if !invalid.is_empty() {
                self.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }

    /// Judges a whole window, and goes on to the next.
    fn window(&mut self) -> Vec<Found> {
        let end = self.text.floor_char_boundary(STREAM_WINDOW);
        let core = self.done..self.text.floor_char_boundary(end - STREAM_MARGIN);
        let next = core.end;
        let found = self.judged(0..end, core);
        self.done = next;
        let cut = aligned(&self.text, next.saturating_sub(STREAM_MARGIN));
        if self.base == 0 {
            self.head = head(&self.text);
        }
        // Where hardly anything shows, a rule may reach further than a margin.
        let margin = self.text.get(cut..next).unwrap_or_default();
        self.complete &= Normal::of(margin).text().len() >= LEFT;
        self.text.drain(..cut);
        self.base += cut;
        self.done -= cut;
        self.settled = self.settled.saturating_sub(cut);
        let base = self.base;
        self.told.retain(|(_, end, _)| *end > base);
        found
    }

    /// What is found in a part of the window that reaches into its core, and was not told.
    fn judged(&mut self, part: Range<usize>, core: Range<usize>) -> Vec<Found> {
        let text = self.text.get(part.clone()).unwrap_or_default();
        self.read += text.len();
        let verdict = self.judge.text(text);
        self.score = self.score.max(verdict.score);
        self.probability = self.probability.max(verdict.probability);
        self.complete &= verdict.complete;
        let mut all: Vec<Found> = verdict.marks.into_iter().map(Found::Hostile).collect();
        all.extend(secrets(text).into_iter().map(Found::Secret));
        let (data, complete) = self.data(text);
        self.complete &= complete;
        all.extend(data.into_iter().map(Found::Personal));
        let reaches = |found: &Found| {
            let range = found.range();
            part.start + range.start < core.end
                && part.start + range.end.max(range.start + 1) > core.start
        };
        all.retain(reaches);
        let more = part.end < self.text.len() || core.end < part.end;
        for found in &mut all {
            // What goes on to the end of a window and began before the next one is cut.
            let range = found.range_mut();
            self.complete &= !(more && range.end >= text.len() && range.len() > STREAM_MARGIN);
            *range = self.base + part.start + range.start..self.base + part.start + range.end;
        }
        all.retain(|found| self.told.insert(found.key()));
        all.sort_by_key(|found| (found.range().start, found.range().end));
        all
    }

    /// Personal data, with the names of columns in front of rows that come later.
    fn data(&self, text: &str) -> (Vec<PersonalHit>, bool) {
        let Some(head) = self.head.as_ref().filter(|_| self.base > 0) else {
            let data = self.personal.find(text);
            return (data.hits, data.complete);
        };
        let data = self.personal.find(&format!("{head}{text}"));
        let moved = |hit: PersonalHit| {
            let range = hit.range.start.checked_sub(head.len())?..hit.range.end - head.len();
            Some(PersonalHit { range, ..hit })
        };
        (data.hits.into_iter().filter_map(moved).collect(), data.complete)
    }
}

/// Whether bytes may be the beginning of a character.
fn unfinished(bytes: &[u8]) -> bool {
    let whole = match bytes.first() {
        Some(0xc2..0xe0) => 2,
        Some(0xe0..0xf0) => 3,
        Some(0xf0..0xf5) => 4,
        _ => return false,
    };
    bytes.len() < whole
}

/// The first two lines, of which the one may name the columns and the other shows that it does.
fn head(text: &str) -> Option<String> {
    let mut ends = text.match_indices('\n').map(|(at, _)| at + 1);
    let end = ends.nth(1).filter(|end| *end <= HEAD)?;
    text.get(..end).map(str::to_owned)
}

/// A place not after `at` where a window may begin: between two words, and in what is encoded
/// where a new group of letters begins.
fn aligned(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    let bytes = text.as_bytes();
    if let Some(between) = between(bytes, at, at.saturating_sub(SLACK)) {
        return between;
    }
    let begins = encoded(bytes, at);
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let run = bytes.get(begins..at).unwrap_or_default();
    let more = run.iter().filter(|byte| letter(byte)).count() % PERIOD;
    let mut letters = run.iter().enumerate().rev().filter(|(_, byte)| letter(byte));
    let back = match more {
        0 => at,
        _ => letters.nth(more - 1).map_or(begins, |(place, _)| begins + place),
    };
    // Letters that are far apart are nothing that is encoded, and a window has to go on.
    text.floor_char_boundary(if back + SLACK < at { at } else { back })
}

/// Where what may be encoded begins that goes on to `at`: a long word, and long words before it.
fn encoded(bytes: &[u8], at: usize) -> usize {
    let (mut start, mut length) = (at, RUN);
    for place in (0..at).rev() {
        if !bytes.get(place).is_none_or(u8::is_ascii_whitespace) {
            length += 1;
            continue;
        }
        if length < RUN {
            return start;
        }
        (start, length) = (place + 1, 0);
    }
    if length < RUN { start } else { 0 }
}

/// The last place between two short words, from `least` to `at`.
fn between(bytes: &[u8], at: usize, least: usize) -> Option<usize> {
    // INVARIANT: `length` is that of the word that begins at `place`.
    let rest = bytes.get(at..).unwrap_or_default();
    let mut length = rest.iter().take(RUN).take_while(|byte| !byte.is_ascii_whitespace()).count();
    let mut found = None;
    for place in (least..at).rev() {
        let white = bytes.get(place).is_none_or(u8::is_ascii_whitespace);
        if !white {
            length += 1;
            if length >= RUN {
                found = None;
            }
            continue;
        }
        if let Some(found) = found {
            return Some(found);
        }
        if length < RUN {
            found = Some(place + 1);
        }
        length = 0;
    }
    found.filter(|_| least == 0)
}

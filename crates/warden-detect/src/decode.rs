//! What a text says to somebody who decodes it.
//!
//! Models read base64, hexadecimal, escapes and the like as easily as plain words. What can be
//! decoded is decoded in its place, so that what stands around it still does, and makes a layer:
//! the whole text as it reads then, which may hold something to decode again. First comes what
//! has one reading (base64, escapes), and where there is nothing of that, ways to spell (leet,
//! letters with spaces, reversed text), each over what the one before it left.
//!
//! One pass over the bytes decides which decoders have anything to look at. No layer is much longer
//! than what it was made from, so work is bounded by the length of the text; what was not decoded is
//! told.

mod escapes;
mod leet;
mod letters;
mod moved;
mod runs;
mod signs;
mod spaced;
mod tricks;

use std::{borrow::Cow, ops::Range};

use crate::hidden::{HiddenChar, hidden, without};
use signs::{Parts, Signs};

/// How many layers deep text is decoded.
const DEPTH: u8 = 3;

/// A way to write text that is not read as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// RFC 4648, sections 4 and 5, also wrapped.
    Base64,
    /// RFC 4648, section 8, also with separators.
    Hex,
    /// RFC 3986, section 2.1.
    Percent,
    /// Character references of HTML.
    Entities,
    /// Escapes of JSON and of programming languages.
    Escapes,
    /// Letters moved by thirteen places.
    Rot13,
    /// Letters from the last to the first.
    Reversed,
    /// Digits and signs for letters.
    Leet,
    /// Letters with something between them.
    Spaced,
    /// Words with mark-up inside.
    Markup,
    /// Tag characters of Unicode, which do not show.
    Tags,
    /// Bytes in variation selectors, which do not show.
    Variation,
}

impl Encoding {
    /// Whether whoever writes sentences this way does not want them to be read.
    pub(crate) const fn disguises(self) -> bool {
        matches!(
            self,
            Self::Base64 | Self::Hex | Self::Rot13 | Self::Reversed | Self::Leet | Self::Spaced
        )
    }

    /// The same of what is not used to carry anything else either.
    pub(crate) const fn misspells(self) -> bool {
        self.disguises() && !matches!(self, Self::Base64 | Self::Hex)
    }

    /// The kebab-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Percent => "percent",
            Self::Entities => "entities",
            Self::Escapes => "escapes",
            Self::Rot13 => "rot13",
            Self::Reversed => "reversed",
            Self::Leet => "leet",
            Self::Spaced => "spaced",
            Self::Markup => "markup",
            Self::Tags => "tags",
            Self::Variation => "variation",
        }
    }

    /// Whether text written like this does not show, so that nobody who reads the original can
    /// know of it.
    #[must_use]
    pub const fn invisible(self) -> bool {
        matches!(self, Self::Tags | Self::Variation)
    }
}

/// A text as it reads when something in it is decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The whole text, with what was decoded in its place.
    pub text: String,
    /// From the first to the last place where something was decoded, in bytes of the text as it
    /// was given.
    pub range: Range<usize>,
    /// How it was written; of several ways the first.
    pub encoding: Encoding,
    /// Whether anything of it was written so that it does not show.
    pub unseen: bool,
    /// 1 for what stands in the text itself, 2 for what stands in a layer.
    pub depth: u8,
}

/// Every layer of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers {
    /// The layers, the shallow ones first.
    pub pieces: Vec<Layer>,
    /// Whether everything that could be decoded was decoded.
    pub complete: bool,
}

/// What a decoder made: the whole text, and where it changed it.
struct Piece {
    text: String,
    range: Range<usize>,
    encoding: Encoding,
}

/// Decodes what can be decoded.
#[must_use]
pub fn layers(text: &str) -> Layers {
    layers_with(text, &hidden(text))
}

/// The same for a text whose hidden characters are known.
pub(crate) fn layers_with(text: &str, unseen: &[HiddenChar]) -> Layers {
    let mut found = Layers { pieces: Vec::new(), complete: true };
    let mut range = None;
    let mut current = Cow::Borrowed(text);
    for depth in 1..=DEPTH + 1 {
        let known = if depth == 1 { Cow::Borrowed(unseen) } else { Cow::Owned(hidden(&current)) };
        let Some(round) = round(&current, &known) else { break };
        // What leads back to a text that was seen says nothing new.
        let seen = round.text == text || found.pieces.iter().any(|known| known.text == round.text);
        if seen {
            break;
        }
        if depth > DEPTH {
            found.complete = false;
            break;
        }
        // Places in a layer are not places in the text.
        let range = range.get_or_insert(round.range).clone();
        let (encoding, unseen) = (round.encoding, round.unseen);
        found.pieces.push(Layer { text: round.text.clone(), range, encoding, unseen, depth });
        current = Cow::Owned(round.text);
    }
    found
}

/// What one round of decoding makes of a text.
struct Round {
    text: String,
    range: Range<usize>,
    encoding: Encoding,
    unseen: bool,
}

/// A text on its way through the decoders.
struct Work<'t> {
    /// How long it was.
    original: usize,
    text: Cow<'t, str>,
    /// Where it was changed, and how at first.
    changed: Option<(Range<usize>, Encoding)>,
    unseen: bool,
}

impl Work<'_> {
    /// Goes on with what a decoder made, if it made anything.
    fn with(&mut self, decoder: impl Fn(&str) -> Option<Piece>) {
        let Some(piece) = decoder(&self.text) else { return };
        self.unseen |= piece.encoding.invisible();
        let range = piece.range;
        self.changed = Some(match self.changed.take() {
            None => (range, piece.encoding),
            Some((known, encoding)) => {
                // Before all changes places are those of the text, and behind them they are if
                // counted from the end.
                let end = self.original.saturating_sub(self.text.len().saturating_sub(range.end));
                (known.start.min(range.start)..known.end.max(end), encoding)
            }
        });
        self.text = Cow::Owned(piece.text);
    }
}

/// The shortest run that is looked at: shorter ones say too little to steer a model.
const RUN: usize = 16;

/// Decodes once: what has one reading, and if there is nothing of that, ways to spell.
fn round(text: &str, hidden: &[HiddenChar]) -> Option<Round> {
    let signs = Signs::of(text);
    if signs.clean() && hidden.is_empty() {
        return backwards(text);
    }
    let (original, text_of) = (text.len(), Cow::Borrowed(text));
    let mut work = Work { original, text: text_of, changed: None, unseen: false };
    let mut moved = false;
    if !hidden.is_empty() {
        work.with(|text| tricks::invisible(text, hidden));
        if work.changed.is_none() {
            // What does not show keeps nobody from decoding the rest.
            work.text = without(text, hidden);
            moved = true;
        }
    }
    encoded(&mut work, &signs);
    if work.changed.is_none() {
        spelled(&mut work, &signs);
    }
    let Some((range, encoding)) = work.changed else { return backwards(text) };
    let range = if moved { 0..text.len() } else { range };
    let range = text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end);
    let range = range.start..range.end.max(range.start);
    Some(Round { text: work.text.into_owned(), range, encoding, unseen: work.unseen })
}

fn backwards(text: &str) -> Option<Round> {
    let Piece { text, range, encoding } = moved::backwards(text)?;
    Some(Round { text, range, encoding, unseen: false })
}

fn encoded(work: &mut Work<'_>, signs: &Signs) {
    // Each decoder makes the places of the others those of another text.
    let fresh = |work: &Work<'_>| match work.changed {
        None => Cow::Borrowed(signs),
        Some(_) => Cow::Owned(Signs::of(&work.text)),
    };
    if !signs.runs.is_empty() {
        let signs = fresh(work);
        work.with(|text| runs::base64(text, &signs.runs));
    }
    if !signs.runs.is_empty() || !signs.pairs.is_empty() {
        let signs = fresh(work);
        work.with(|text| runs::hex(text, &signs.runs, &signs.pairs));
    }
    if signs.percent >= 2 {
        work.with(escapes::percent);
    }
    if signs.ampersand > 0 {
        work.with(escapes::entities);
    }
    if signs.backslash > 1 {
        work.with(escapes::escapes);
    }
}

fn spelled(work: &mut Work<'_>, signs: &Signs) {
    let mut signs = Cow::Borrowed(signs);
    let ways: [(Which, Decoder); 4] = [
        (|signs| &signs.single, |text, parts| within(text, parts, spaced::spaced)),
        (|signs| &signs.inside, |text, parts| within(text, parts, tricks::unmarked)),
        (|signs| &signs.order, moved::moved),
        (|signs| &signs.leet, |text, parts| within(text, parts, leet::leet)),
    ];
    for (which, decoder) in ways {
        let parts = which(&signs);
        let length = work.text.len();
        if !parts.is_empty() {
            work.with(|text| decoder(text, parts));
        }
        if work.text.len() != length {
            signs = Cow::Owned(Signs::of(&work.text));
        }
    }
}

/// The parts of a text that a decoder looks at.
type Which = fn(&Signs) -> &Parts;

type Decoder = fn(&str, &[Range<usize>]) -> Option<Piece>;

/// Decodes parts of a text, each with the words that it begins and ends in.
fn within(
    text: &str,
    parts: &[Range<usize>],
    decoder: impl Fn(&str) -> Option<Piece>,
) -> Option<Piece> {
    let mut out = String::new();
    let mut from = 0;
    let mut found: Option<(Range<usize>, Encoding)> = None;
    for part in parts {
        let part = whole_words(text, part, from);
        let Some(piece) = text.get(part.clone()).and_then(&decoder) else { continue };
        out.push_str(text.get(from..part.start).unwrap_or_default());
        out.push_str(&piece.text);
        let first = found.map_or(part.start + piece.range.start, |(range, _)| range.start);
        found = Some((first..part.start + piece.range.end, piece.encoding));
        from = part.end;
    }
    let (range, encoding) = found?;
    out.push_str(text.get(from..).unwrap_or_default());
    Some(Piece { text: out, range, encoding })
}

/// A longer word is cut.
const LONGEST_WORD: usize = 128;

/// A part of a text with the whole of the words at its ends, and nothing before `from`.
fn whole_words(text: &str, part: &Range<usize>, from: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let part = part.start.max(from).min(bytes.len())..part.end.max(from).min(bytes.len());
    let inside = |byte: &&u8| !byte.is_ascii_whitespace();
    let before = bytes.get(from..part.start).unwrap_or_default().iter().rev();
    let start = part.start - before.take(LONGEST_WORD).take_while(inside).count();
    let behind = bytes.get(part.end..).unwrap_or_default().iter();
    let end = part.end + behind.take(LONGEST_WORD).take_while(inside).count();
    text.floor_char_boundary(start).max(from)..text.ceil_char_boundary(end)
}

#[cfg(test)]
mod tests;

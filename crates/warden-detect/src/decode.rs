//! What a text says to somebody who decodes it.
//!
//! Models read base64, hexadecimal, escapes and the like as easily as plain words. Whatever can be
//! decoded into text becomes a layer, which may hold a further one, three deep. A layer tells where
//! its origin stands in the text as it was given.
//!
//! One pass over the bytes decides which decoders have anything to look at. Work is bounded by the
//! length of the text; what was not decoded for that reason is told.

mod escapes;
mod runs;
mod tricks;

use std::ops::Range;

/// How many layers deep text is decoded.
const DEPTH: u8 = 3;

/// How many layers a text may have.
const MOST: usize = 256;

/// How much all layers may hold, as a multiple of the text, and beyond that.
const GROWTH: usize = 4;
const ROOM: usize = 4096;

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

/// A text that was written in another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What it says.
    pub text: String,
    /// Where it stands, in bytes of the text as it was given.
    pub range: Range<usize>,
    /// How it was written.
    pub encoding: Encoding,
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

/// A piece that a decoder found: what it says, and where in its text it stood.
struct Piece {
    text: String,
    range: Range<usize>,
    encoding: Encoding,
}

/// Decodes what can be decoded.
#[must_use]
pub fn layers(text: &str) -> Layers {
    let mut found = Layers { pieces: Vec::new(), complete: true };
    let mut left = text.len().saturating_mul(GROWTH).saturating_add(ROOM);
    let pieces = pieces(text);
    if pieces.is_empty() {
        return found;
    }
    found.take(pieces, None, &mut left);
    let mut at = 0;
    while let Some(layer) = found.pieces.get(at) {
        if layer.depth < DEPTH {
            let within = (layer.range.clone(), layer.depth);
            let inner = self::pieces(&layer.text);
            found.take(inner, Some(&within), &mut left);
        }
        at += 1;
    }
    found
}

impl Layers {
    /// Takes up what was found in the text, or in a layer that stands at a range and a depth.
    fn take(&mut self, pieces: Vec<Piece>, within: Option<&(Range<usize>, u8)>, left: &mut usize) {
        for piece in pieces {
            if self.pieces.len() >= MOST || piece.text.len() > *left {
                self.complete = false;
                continue;
            }
            // The same may be found in two ways, and what says the same says nothing new.
            if self.pieces.iter().any(|known| known.text == piece.text) {
                continue;
            }
            *left -= piece.text.len();
            let (range, depth) = match within {
                None => (piece.range, 1),
                Some((range, depth)) => (range.clone(), depth + 1),
            };
            self.pieces.push(Layer { text: piece.text, range, encoding: piece.encoding, depth });
        }
    }
}

/// What one look at the bytes of a text says about it.
#[derive(Clone, Copy, Default)]
struct Signs {
    /// The longest run of bytes that base64 or hexadecimal could be made of.
    run: usize,
    percent: usize,
    ampersand: usize,
    backslash: usize,
    /// Digits and signs that stand between letters.
    leet: usize,
    /// Letters that stand alone between separators, right behind another one.
    single: usize,
    /// Mark-up between two letters.
    inside: usize,
    /// Pairs of hexadecimal digits that stand alone.
    pairs: usize,
    foreign: bool,
}

/// What the bytes of a text are, for the one look.
static CLASSES: [u8; 256] = classes();

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
/// Other bytes of base64.
const OTHER: u8 = 4;
const LEET: u8 = 8;
const MARKUP: u8 = 16;
const SEPARATOR: u8 = 32;
const HEX: u8 = 64;

const fn classes() -> [u8; 256] {
    let mut table = [0_u8; 256];
    let mut at = 0_u8;
    loop {
        let mut class = 0;
        if at.is_ascii_alphabetic() {
            class |= LETTER;
        }
        if at.is_ascii_digit() {
            class |= DIGIT;
        }
        if at.is_ascii_hexdigit() {
            class |= HEX;
        }
        if matches!(at, b'+' | b'/' | b'-' | b'_' | b'=') {
            class |= OTHER;
        }
        if matches!(at, b'0' | b'1' | b'3' | b'4' | b'5' | b'7' | b'@' | b'$' | b'!' | b'|') {
            class |= LEET;
        }
        if matches!(at, b'*' | b'`' | b'~' | b'<' | b'>') {
            class |= MARKUP;
        }
        if matches!(at, b' ' | b'.' | b'-' | b'_' | b'*' | b'|' | b'/' | b',') {
            class |= SEPARATOR;
        }
        table[at as usize] = class;
        if at == u8::MAX {
            return table;
        }
        at += 1;
    }
}

impl Signs {
    fn of(text: &str) -> Self {
        let mut signs = Self::default();
        let (mut run, mut before, mut last) = (0, 0, 0);
        // How many bytes ago a letter stood alone.
        let mut lone = usize::MAX;
        for byte in text.bytes() {
            let class = CLASSES.get(usize::from(byte)).copied().unwrap_or_default();
            if class & (LETTER | DIGIT | OTHER) != 0 {
                run += 1;
            } else {
                signs.run = signs.run.max(run);
                run = 0;
                match byte {
                    b'%' => signs.percent += 1,
                    b'&' => signs.ampersand += 1,
                    b'\\' => signs.backslash += 1,
                    0x80.. => signs.foreign = true,
                    _ => {}
                }
            }
            let alone = last & LETTER != 0 && before & class & SEPARATOR != 0;
            lone = lone.saturating_add(1);
            if alone {
                signs.single += usize::from(lone <= 2);
                lone = 0;
            }
            signs.leet += usize::from(last & LEET != 0 && before & class & LETTER != 0);
            signs.inside += usize::from(last & LETTER != 0 && class & MARKUP != 0);
            signs.pairs += usize::from(last & before & HEX != 0 && class & (LETTER | DIGIT) == 0);
            (before, last) = (last, class);
        }
        signs.run = signs.run.max(run);
        signs
    }
}

/// The shortest run that is looked at: shorter ones say too little to steer a model.
const RUN: usize = 16;

/// What stands in the text itself, by the order of the encodings.
fn pieces(text: &str) -> Vec<Piece> {
    let signs = Signs::of(text);
    let mut found = Vec::new();
    if signs.run >= RUN {
        runs::base64(text, &mut found);
    }
    if signs.run >= RUN || signs.pairs >= RUN / 2 {
        runs::hex(text, &mut found);
    }
    if signs.percent >= 2 {
        found.extend(escapes::percent(text));
    }
    if signs.ampersand > 0 {
        found.extend(escapes::entities(text));
    }
    if signs.backslash > 1 {
        found.extend(escapes::escapes(text));
    }
    if signs.leet >= 2 {
        found.extend(tricks::leet(text));
    }
    if signs.single >= 3 {
        found.extend(tricks::spaced(text));
    }
    if signs.inside >= 2 {
        found.extend(tricks::unmarked(text));
    }
    if signs.foreign {
        tricks::invisible(text, &mut found);
    }
    found.extend(tricks::moved(text));
    found
}

#[cfg(test)]
mod tests;

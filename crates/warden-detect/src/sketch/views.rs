//! Other readings of a text that goes out: what it says when it is decoded or turned round.
//!
//! Every reading has a sign that is cheap to look for; a text without the sign is not read that
//! way. All readings together cost a bounded multiple of the text, and what goes beyond is said.

mod bases;
mod codes;
mod letters;
mod marks;

use std::ops::Range;

pub(super) use self::marks::without_tags;

/// How a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// As it stands, or turned round; in any case, width, spacing or escapes.
    Plain,
    /// Letters moved along the alphabet, or the alphabet mirrored.
    Rotated,
    /// Signs that look like letters: `p@$$word`.
    Leet,
    /// Between tags or comments of HTML and XML.
    Tagged,
    /// Every second or third letter.
    Interleaved,
    /// Base64 of any alphabet and wrapping.
    Base64,
    /// Base32.
    Base32,
    /// Base85 or Ascii85.
    Base85,
    /// Numbers of characters in base 16, 10, 8 or 2.
    Codes,
    /// Morse code, spelling alphabets, digits as words.
    Spelled,
    /// Variation selectors, which do not show.
    Invisible,
    /// Compressed.
    Compressed,
}

impl Form {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Rotated => "rotated",
            Self::Leet => "leet",
            Self::Tagged => "tagged",
            Self::Interleaved => "interleaved",
            Self::Base64 => "base64",
            Self::Base32 => "base32",
            Self::Base85 => "base85",
            Self::Codes => "character codes",
            Self::Spelled => "spelled out",
            Self::Invisible => "invisible",
            Self::Compressed => "compressed",
        }
    }
}

/// A reading of a text.
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    pub(super) form: Form,
    pub(super) place: Place,
}

/// Where the bytes of a reading are from.
pub(super) enum Place {
    /// Each from the byte at the same place.
    Same,
    /// All from this range.
    Range(Range<usize>),
}

/// How often every byte occurs, which says what a text may be.
pub(super) struct Signs {
    counts: [u32; 256],
    length: u32,
}

impl Signs {
    pub(super) fn of(text: &[u8]) -> Self {
        let mut counts = [0u32; 256];
        for byte in text {
            if let Some(count) = counts.get_mut(usize::from(*byte)) {
                *count = count.saturating_add(1);
            }
        }
        Self { counts, length: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }

    fn count(&self, bytes: &[u8]) -> u32 {
        bytes.iter().filter_map(|byte| self.counts.get(usize::from(*byte))).sum()
    }
}

/// Calls `see` with every other reading of `text`.
pub(super) fn views(text: &[u8], see: &mut dyn FnMut(View)) {
    let signs = Signs::of(text);
    letters::rotated(text, &signs, see);
    letters::leet(text, &signs, see);
    letters::interleaved(text, see);
    marks::untagged(text, &signs, see);
    marks::invisible(text, &signs, see);
    marks::spelled(text, &signs, see);
    bases::blobs(text, &signs, see);
    codes::codes(text, &signs, see);
}

/// Calls `see` with what is encoded in `text`.
pub(super) fn decoded(text: &[u8], see: &mut dyn FnMut(View)) {
    let signs = Signs::of(text);
    bases::blobs(text, &signs, see);
    codes::codes(text, &signs, see);
}

/// Whether decoded bytes look like something that was written, so that reading on makes sense.
fn written(bytes: &[u8]) -> bool {
    let plain = |byte: &&u8| matches!(byte, 0 | b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let count = bytes.iter().filter(plain).count();
    count * 4 >= bytes.len() * 3 || std::str::from_utf8(inner(bytes)).is_ok()
}

/// Bytes without a character that is cut at either end.
fn inner(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().take(3).take_while(|byte| (0x80..0xc0).contains(*byte)).count();
    let cut = bytes.iter().rev().take(3).position(|byte| *byte >= 0xc0).map_or(0, |at| at + 1);
    bytes.get(start..bytes.len().saturating_sub(cut).max(start)).unwrap_or_default()
}

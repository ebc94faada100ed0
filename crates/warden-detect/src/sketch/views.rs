//! Other readings of a text that goes out: what it says when it is decoded or turned round.
//!
//! Every reading has a sign that is cheap to look for; a text without the sign is not read that
//! way. All readings together cost a bounded multiple of the text, and what goes beyond is said.

mod bases;
mod codes;
mod inflate;
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
    /// From here and there. Nothing is encoded once more.
    Anywhere,
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
    marks::untagged(text, &signs, see);
    marks::twice(text, &signs, see);
    marks::invisible(text, &signs, see);
    marks::spelled(text, &signs, see);
    bases::blobs(text, &signs, see);
    codes::codes(text, &signs, see);
    letters::rotated(text, &signs, see);
    letters::leet(text, &signs, see);
    letters::interleaved(text, see);
}

/// Calls `see` with what is encoded in `text`.
pub(super) fn decoded(text: &[u8], see: &mut dyn FnMut(View)) {
    let signs = Signs::of(text);
    bases::blobs(text, &signs, see);
    codes::codes(text, &signs, see);
}

/// Calls `see` with what was decoded, if it looks like something that was written.
/// Returns whether it does.
fn give(bytes: Vec<u8>, form: Form, place: Range<usize>, see: &mut dyn FnMut(View)) -> bool {
    /// Fewer bytes are not worth reading.
    const SHORTEST: usize = 8;
    let place = Place::Range(place);
    if bytes.len() < SHORTEST {
        return false;
    }
    if let Some(bytes) = inflate::inflate(&bytes) {
        see(View { bytes, form: Form::Compressed, place });
    } else if written(&bytes) {
        see(View { bytes, form, place });
    } else if let Some(bytes) = wide(&bytes) {
        see(View { bytes, form, place });
    } else {
        return false;
    }
    true
}

/// Whether decoded bytes look like something that was written, so that reading on makes sense.
fn written(bytes: &[u8]) -> bool {
    let (mut plain, mut going_on, mut control) = (0, 0, 0);
    for byte in bytes {
        plain += usize::from(matches!(byte, 0 | b'\t' | b'\n' | b'\r' | b' '..=b'~'));
        going_on += usize::from(matches!(byte, 0x80..0xc0));
        control += usize::from(matches!(byte, 1..=8 | 11 | 12 | 14..=31 | 127));
    }
    // Of bytes at random every ninth is a control character, and of text hardly one.
    plain * 8 >= bytes.len() * 7 || (control * 24 <= bytes.len() && going_on * 4 >= bytes.len())
}

/// Text in UTF-16 of an alphabet, where every other byte is nearly always the same.
fn wide(bytes: &[u8]) -> Option<Vec<u8>> {
    let units = |phase: usize| -> Option<Vec<u16>> {
        let pairs = || bytes.get(phase..).unwrap_or_default().chunks_exact(2);
        let high = pairs().filter(|pair| matches!(pair, [_, 0..=6])).count();
        (high * 4 >= pairs().count() * 3).then(|| {
            pairs()
                .map(|pair| pair.iter().rev().fold(0, |unit, byte| unit << 8 | u16::from(*byte)))
                .collect()
        })
    };
    let units = units(0).or_else(|| units(1))?;
    Some(String::from_utf16_lossy(&units).into_bytes())
}

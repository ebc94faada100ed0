//! Texts with escaped characters in them, each decoded as a whole: what stands between the escapes
//! belongs to what they say.

use std::ops::Range;

use super::{Encoding, Piece};

/// A text in which some places were replaced.
struct Rewritten {
    text: String,
    /// From the first place to the last.
    range: Option<Range<usize>>,
    /// How many of them made a letter, a digit or a space.
    words: usize,
}

impl Rewritten {
    /// Goes through a text from mark to mark. `read` is told the bytes from a mark on, and gives
    /// back what stands there and how many bytes it takes.
    fn of(text: &str, mark: u8, read: impl Fn(&[u8]) -> Option<(Said, usize)>) -> Self {
        let bytes = text.as_bytes();
        let mut out: Vec<u8> = Vec::with_capacity(text.len());
        let mut range: Option<Range<usize>> = None;
        let (mut at, mut words) = (0, 0);
        while let Some(next) = memchr::memchr(mark, bytes.get(at..).unwrap_or_default()) {
            out.extend_from_slice(bytes.get(at..at + next).unwrap_or_default());
            at += next;
            match read(bytes.get(at..).unwrap_or_default()) {
                Some((said, length)) if length > 0 => {
                    words += usize::from(said.is_word());
                    said.write(&mut out);
                    let start = range.as_ref().map_or(at, |range| range.start);
                    range = Some(start..at + length);
                    at += length;
                }
                Some(_) | None => {
                    out.push(mark);
                    at += 1;
                }
            }
        }
        out.extend_from_slice(bytes.get(at..).unwrap_or_default());
        Self { text: String::from_utf8_lossy(&out).into_owned(), range, words }
    }

    /// The piece, if as many escapes as this were words: a few for other signs are what every
    /// escaped text has.
    fn piece(self, encoding: Encoding, least: usize) -> Option<Piece> {
        let range = self.range?;
        (self.words >= least).then_some(Piece { text: self.text, range, encoding })
    }
}

/// What an escape stands for.
enum Said {
    Byte(u8),
    Char(char),
}

impl Said {
    fn is_word(&self) -> bool {
        match self {
            Self::Byte(byte) => byte.is_ascii_alphanumeric() || matches!(byte, b' ' | 0x80..),
            Self::Char(char) => char.is_alphanumeric() || *char == ' ',
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Byte(byte) => out.push(*byte),
            Self::Char(char) => {
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
}

/// `%69%67`, and `+` for a space where that is meant.
pub(super) fn percent(text: &str) -> Option<Piece> {
    let read = |rest: &[u8]| {
        let digits = rest.get(1..3)?;
        Some((Said::Byte(u8::try_from(number(digits, 16)?).ok()?), 3))
    };
    let mut rewritten = Rewritten::of(text, b'%', read);
    if let (false, Some(first), Some(last)) = (text.contains(' '), text.find('+'), text.rfind('+'))
    {
        rewritten.text = rewritten.text.replace('+', " ");
        let reach = |range: Range<usize>| range.start.min(first)..range.end.max(last + 1);
        rewritten.range = rewritten.range.map(reach);
    }
    rewritten.piece(Encoding::Percent, 2)
}

/// Character references: by number, and by the names that text is hidden with.
pub(super) fn entities(text: &str) -> Option<Piece> {
    Rewritten::of(text, b'&', entity).piece(Encoding::Entities, 1)
}

/// The longest reference, with its signs.
const LONGEST_ENTITY: usize = 12;

fn entity(rest: &[u8]) -> Option<(Said, usize)> {
    let rest = rest.get(1..)?;
    let near = rest.get(..LONGEST_ENTITY).unwrap_or(rest);
    let body = match near {
        [b'#', digits @ ..] => {
            let (base, skip, digits) = match digits {
                [b'x' | b'X', digits @ ..] => (16, 2, digits),
                _ => (10, 1, digits),
            };
            let count =
                digits.iter().take_while(|digit| char::from(**digit).is_digit(base)).count();
            let code = number(digits.get(..count)?, base)?;
            let closed = digits.get(count) == Some(&b';');
            return Some((
                Said::Char(char::from_u32(code)?),
                1 + skip + count + usize::from(closed),
            ));
        }
        _ => near.get(..near.iter().position(|byte| *byte == b';')?)?,
    };
    let name = std::str::from_utf8(body).ok()?;
    let (_, char) = NAMED.iter().find(|(known, _)| *known == name)?;
    Some((Said::Char(*char), body.len() + 2))
}

/// Names of references (HTML Standard, section 13.5) for what separates or marks words, and for
/// the letters with marks that European languages have.
static NAMED: &[(&str, char)] = &[
    ("nbsp", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("Tab", ' '),
    ("NewLine", '\n'),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("colon", ':'),
    ("period", '.'),
    ("comma", ','),
    ("excl", '!'),
    ("lpar", '('),
    ("rpar", ')'),
    ("lowbar", ' '),
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("ZeroWidthSpace", '\u{200b}'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("szlig", 'ß'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("iacute", 'í'),
    ("oacute", 'ó'),
    ("uacute", 'ú'),
    ("ntilde", 'ñ'),
    ("ccedil", 'ç'),
    ("atilde", 'ã'),
    ("otilde", 'õ'),
    ("ecirc", 'ê'),
    ("ocirc", 'ô'),
];

/// `\u0069`, `\x69`, `\u{69}`, `\151`, `\N{U+69}` and the short ones.
pub(super) fn escapes(text: &str) -> Option<Piece> {
    Rewritten::of(text, b'\\', escape).piece(Encoding::Escapes, 2)
}

fn escape(rest: &[u8]) -> Option<(Said, usize)> {
    let code = |digits: &[u8], length: usize| {
        let char = char::from_u32(number(digits, 16)?)?;
        Some((Said::Char(char), length))
    };
    match rest.get(1..)? {
        [b'u', b'{', digits @ ..] => {
            let count = digits.iter().take(6).take_while(|digit| digit.is_ascii_hexdigit()).count();
            (digits.get(count) == Some(&b'}')).then_some(())?;
            code(digits.get(..count)?, count + 4)
        }
        [b'u', digits @ ..] => {
            let unit = number(digits.get(..4)?, 16)?;
            let low = digits.get(4..).and_then(|rest| match rest {
                [b'\\', b'u', digits @ ..] => number(digits.get(..4)?, 16),
                _ => None,
            });
            match (unit, low) {
                (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                    let char = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                    Some((Said::Char(char::from_u32(char)?), 12))
                }
                _ => Some((Said::Char(char::from_u32(unit)?), 6)),
            }
        }
        [b'U', digits @ ..] => code(digits.get(..8)?, 10),
        [b'x', digits @ ..] => code(digits.get(..2)?, 4),
        [b'n' | b'r' | b't', ..] => Some((Said::Byte(b'\n'), 2)),
        [sign @ (b'"' | b'\'' | b'\\' | b'/'), ..] => Some((Said::Byte(*sign), 2)),
        [digits @ b'0'..=b'3', b'0'..=b'7', b'0'..=b'7', ..] => {
            let digits = [*digits, *rest.get(2)?, *rest.get(3)?];
            Some((Said::Char(char::from_u32(number(&digits, 8)?)?), 4))
        }
        _ => None,
    }
}

/// The number that digits write; none for no digit, too many, or one that is none.
fn number(digits: &[u8], base: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| u32::from_str_radix(text, base).ok()).flatten()
}

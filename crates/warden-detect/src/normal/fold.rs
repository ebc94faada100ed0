//! One spelling for the forms of a letter.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_security::confusable_detection::skeleton;

/// Hands on the letters that a character is read as, in lower case.
pub(super) fn spelled(char: char, out: &mut impl FnMut(char)) {
    match char {
        _ if char.is_ascii() => out(char.to_ascii_lowercase()),
        '‘' | '’' | 'ʼ' | '′' => out('\''),
        '“' | '”' | '«' | '»' | '″' => out('"'),
        '‐'..='―' | '−' => out('-'),
        '·' | '•' | '∙' => out('.'),
        '🄰'..='🅉' | '🅐'..='🅩' | '🅰'..='🆉' | '🇦'..='🇿' => out(boxed(char)),
        _ if has_forms(char) => decompose_compatible(char, |part| {
            if !is_combining_mark(part) {
                part.to_lowercase().for_each(&mut *out);
            }
        }),
        _ if is_accent(char) => {}
        _ => char.to_lowercase().for_each(out),
    }
}

/// The letter in a box, a circle or a flag.
fn boxed(char: char) -> char {
    let code = u32::from(char);
    let first = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6].into_iter().rev().find(|first| *first <= code);
    let letter = first.and_then(|first| char::from_u32(u32::from('a') + code - first));
    letter.filter(char::is_ascii_lowercase).unwrap_or(char)
}

/// Scripts with cases and marks on letters, and blocks of letters in other forms. Elsewhere a mark
/// is a part of what is written.
const fn has_forms(char: char) -> bool {
    matches!(char,
        '\u{a0}'..='\u{2ff}' | '\u{370}'..='\u{52f}' | '\u{1d00}'..='\u{1dbf}'
        | '\u{1e00}'..='\u{1fff}' | '\u{2070}'..='\u{209f}' | '\u{2100}'..='\u{218f}'
        | '\u{2460}'..='\u{24ff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}'
        | '\u{fb00}'..='\u{fb06}' | '\u{ff00}'..='\u{ffef}' | '\u{1d400}'..='\u{1d7ff}'
        | '\u{1f100}'..='\u{1f12f}')
}

/// Marks that go on any letter.
const fn is_accent(char: char) -> bool {
    matches!(char,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Whether most letters of a text are of other scripts than the Latin one.
pub(super) fn foreign(text: &str) -> bool {
    let (mut latin, mut other) = (0_usize, 0_usize);
    for char in text.chars() {
        if char.is_ascii_alphabetic() {
            latin += 1;
        } else if !char.is_ascii() && char.is_alphabetic() && has_likeness(char) {
            other += 1;
        }
    }
    other > latin
}

/// Scripts in which many letters look like Latin ones: Greek, Cyrillic, Armenian, Cherokee,
/// Lisu, Coptic, Deseret and letters for phonetics.
const fn has_likeness(char: char) -> bool {
    matches!(char,
        '\u{131}' | '\u{180}'..='\u{2af}' | '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13fd}'
        | '\u{1d00}'..='\u{1d7f}' | '\u{2c80}'..='\u{2cff}' | '\u{a4d0}'..='\u{a4ff}'
        | '\u{ab30}'..='\u{abbf}' | '\u{10400}'..='\u{1044f}')
}

/// A word with the places of its letters.
#[derive(Default)]
pub(super) struct Word {
    letters: Vec<(usize, char)>,
    latin: bool,
    alike: bool,
}

/// A longer run of letters is taken in pieces.
const LONGEST: usize = 512;

impl Word {
    pub(super) fn push(&mut self, offset: usize, char: char) {
        self.latin |= char.is_ascii_lowercase();
        self.alike |= !char.is_ascii() && has_likeness(char);
        self.letters.push((offset, char));
    }

    /// Hands on the letters and begins a new word. Letters of other scripts that look like Latin
    /// ones are Latin in a word that has such, and where every letter of a word is of that sort
    /// and the text is not written in another script.
    pub(super) fn end(&mut self, foreign: bool, out: &mut impl FnMut(usize, char)) {
        if self.alike {
            for piece in self.letters.chunks_mut(LONGEST) {
                let all = |piece: &[(usize, char)]| {
                    piece.iter().all(|(_, char)| !has_likeness(*char) || latin(*char).is_some())
                };
                if self.latin || (!foreign && all(piece)) {
                    for (_, char) in piece.iter_mut().filter(|(_, char)| has_likeness(*char)) {
                        *char = latin(*char).unwrap_or(*char);
                    }
                }
            }
        }
        self.letters.drain(..).for_each(|(offset, char)| out(offset, char));
        (self.latin, self.alike) = (false, false);
    }
}

/// The Latin letter that looks like this one.
fn latin(char: char) -> Option<char> {
    let known = match char {
        'ı' | 'ɩ' | 'ι' => 'i',
        'ɡ' => 'g',
        'ν' => 'v',
        'η' | 'п' => 'n',
        'τ' | 'т' => 't',
        'κ' | 'к' => 'k',
        'υ' => 'u',
        'ω' => 'w',
        'м' => 'm',
        'в' => 'b',
        'н' => 'h',
        'ε' => 'e',
        'α' => 'a',
        'χ' => 'x',
        'ʀ' => 'r',
        _ => {
            let mut buffer = [0; 4];
            let mut alike = skeleton(char.encode_utf8(&mut buffer));
            let first = alike.next()?.to_ascii_lowercase();
            return (alike.next().is_none() && first.is_ascii_alphanumeric()).then_some(first);
        }
    };
    Some(known)
}

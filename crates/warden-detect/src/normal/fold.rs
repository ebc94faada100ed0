//! One spelling for the forms of a letter.

use std::{cell::OnceCell, sync::LazyLock};

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

/// The script of a text, found out when it is asked for.
pub(super) struct Script<'t> {
    text: &'t str,
    foreign: OnceCell<bool>,
}

impl<'t> Script<'t> {
    pub(super) const fn of(text: &'t str) -> Self {
        Self { text, foreign: OnceCell::new() }
    }

    /// Whether most letters of the text are of other scripts than the Latin one.
    fn foreign(&self) -> bool {
        *self.foreign.get_or_init(|| foreign(self.text))
    }
}

fn foreign(text: &str) -> bool {
    let latin = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let other = |char: &char| !char.is_ascii() && has_likeness(*char) && char.is_alphabetic();
    text.chars().filter(other).count() > latin
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
    /// and the text is not written in another script. Returns whether the word has both.
    pub(super) fn end(&mut self, script: &Script<'_>, out: &mut impl FnMut(usize, char)) -> bool {
        let both = self.alike && self.latin;
        let mixed = both && self.letters.iter().any(|(_, char)| latin(*char).is_some());
        if self.alike {
            for piece in self.letters.chunks_mut(LONGEST) {
                let all = |piece: &[(usize, char)]| {
                    piece.iter().all(|(_, char)| !has_likeness(*char) || latin(*char).is_some())
                };
                if self.latin || (all(piece) && !script.foreign()) {
                    for (_, char) in piece.iter_mut().filter(|(_, char)| has_likeness(*char)) {
                        *char = latin(*char).unwrap_or(*char);
                    }
                }
            }
        }
        self.letters.drain(..).for_each(|(offset, char)| out(offset, char));
        (self.latin, self.alike) = (false, false);
        mixed
    }
}

/// The Latin letter that looks like this one.
fn latin(char: char) -> Option<char> {
    let at = usize::try_from(u32::from(char)).ok()?;
    let known = ALIKE.get(at).copied().filter(|byte| *byte != 0);
    known.map(char::from)
}

/// For each character below this, the Latin letter or digit that it looks like, or nothing.
const LAST_ALIKE: u32 = 0x1_0450;

/// The skeletons of UTS #39 are found by searching in tables, which takes longer than everything
/// else that is done with a letter.
static ALIKE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let alike = |code: u32| {
        let char = char::from_u32(code).filter(|char| has_likeness(*char));
        char.and_then(likeness).and_then(|latin| u8::try_from(latin).ok()).unwrap_or_default()
    };
    (0..LAST_ALIKE).map(alike).collect()
});

fn likeness(char: char) -> Option<char> {
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

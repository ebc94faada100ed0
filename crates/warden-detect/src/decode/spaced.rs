//! Letters with something between them.

use std::ops::Range;

use super::{Encoding, Piece};

/// A few letters between signs are sizes, lists and names.
const LEAST: usize = 8;

/// The text with letters that stand alone, with the same sign between them, joined into words.
/// More of the signs, or a space where they are others, end a word.
pub(super) fn spaced(text: &str) -> Option<Piece> {
    let mut out = String::with_capacity(text.len());
    let mut range: Option<Range<usize>> = None;
    let (mut at, mut joined) = (0, 0);
    let mut before = ' ';
    while let Some(char) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let run = if before.is_alphanumeric() { None } else { Run::at(text, at) };
        if let Some(run) = run {
            let start = range.as_ref().map_or(at, |range| range.start);
            range = Some(start..run.end);
            joined += run.text.chars().filter(|char| char.is_alphabetic()).count();
            out.push_str(&run.text);
            before = ' ';
            at = run.end;
        } else {
            out.push(char);
            before = char;
            at += char.len_utf8();
        }
    }
    let range = range.filter(|_| joined >= LEAST)?;
    Some(Piece { text: out, range, encoding: Encoding::Spaced })
}

/// Characters with the same sign between them.
struct Run {
    text: String,
    end: usize,
}

impl Run {
    /// The run that begins here, if there is one of three letters at least.
    fn at(text: &str, start: usize) -> Option<Self> {
        let mut chars = text.get(start..)?.chars();
        let first = chars.next().filter(|char| char.is_alphanumeric())?;
        let between = chars.next().filter(|char| separates(*char))?;
        let mut run = Self { text: first.to_string(), end: start + first.len_utf8() };
        let (mut gaps, mut letters) = (0, 1);
        let mut usual = usize::MAX;
        while let Some(step) = Step::at(text, run.end, between) {
            usual = usual.min(step.gap.max(1));
            // The longer gaps are between words.
            let wide = step.gap > usual || step.space;
            if wide {
                run.text.push(' ');
            }
            gaps += usize::from(!wide);
            letters += usize::from(step.char.is_alphanumeric());
            run.text.push(step.char);
            run.end = step.end;
        }
        (gaps >= 2 && letters >= 3).then_some(run)
    }
}

/// From a character of a run to the next.
struct Step {
    /// How many signs lie between.
    gap: usize,
    /// Whether a space does, where the sign is another.
    space: bool,
    char: char,
    end: usize,
}

/// More signs than this end a run.
const WIDEST: usize = 8;

impl Step {
    fn at(text: &str, at: usize, between: char) -> Option<Self> {
        let rest = text.get(at..)?;
        let mut chars = rest.char_indices().peekable();
        let (mut gap, mut space) = (0, false);
        while let Some((_, char)) = chars.peek().copied() {
            if char == between && gap < WIDEST {
                gap += 1;
            } else if char == ' ' && between != ' ' && !space {
                space = true;
            } else {
                break;
            }
            chars.next();
        }
        let (offset, char) = chars.next().filter(|_| gap > 0 || space)?;
        // A character of its own, and not the beginning of a word.
        let alone = |char: char| !char.is_alphanumeric();
        chars
            .peek()
            .is_none_or(|(_, next)| alone(*next) || !char.is_alphanumeric())
            .then_some(())?;
        Some(Self { gap, space, char, end: at + offset + char.len_utf8() })
    }
}

fn separates(char: char) -> bool {
    matches!(
        char,
        ' ' | '\u{a0}'
            | '\t'
            | '\n'
            | '.'
            | '-'
            | '_'
            | '*'
            | '|'
            | '/'
            | ','
            | '\u{b7}'
            | '+'
            | '~'
    )
}

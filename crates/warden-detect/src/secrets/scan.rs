//! Where a text is worth a closer look: what ordinary text does not have.
//!
//! Tokens are long and mixed. A run of sixteen letters of which some are digits, or whose case
//! changes all the time, is rare in prose, in code and in JSON, and to find there is none takes a
//! fraction of what it takes to look for a thousand words.

use std::ops::Range;

use super::{class::Class, proof};

/// Shorter runs are no token. Every shape of the table has a run of this length.
pub(super) const RUN: usize = 16;
/// So far before a run the words stand that give it away.
const BEFORE: usize = 112;
/// So far behind a run a word can end that gives it away.
const BEHIND: usize = 8;
/// A run of [`RUN`] has a whole block somewhere.
const BLOCK: usize = 8;

/// Parts of a run that are shorter say nothing: `oauth2` and `base64` are words.
const PART: usize = 7;

/// What runs are made of.
const LETTERS: Class = Class::of("0-9A-Za-z_+/.~%^-");

/// The same, in a form that is computed for many bytes at once.
#[expect(clippy::needless_bitwise_bool, reason = "branches would be taken for each byte alone")]
const fn in_run(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // From the hyphen to the nine stand the hyphen, the dot, the slash and the digits.
    letter
        | (byte.wrapping_sub(b'-') < 13)
        | (byte == b'_')
        | (byte == b'+')
        | (byte == b'~')
        | (byte == b'%')
}

/// Returns the parts of `bytes` in which a token may stand, with what stands before it.
pub(super) fn regions(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut runs = Runs { bytes, at: 0 }.peekable();
    std::iter::from_fn(move || {
        let first = runs.next()?;
        let mut region = first.start.saturating_sub(BEFORE)..first.end;
        while let Some(next) = runs.next_if(|next| next.start <= region.end + BEFORE) {
            region.end = next.end;
        }
        region.end = bytes.len().min(region.end + BEHIND);
        Some(region)
    })
}

/// The long mixed runs of a text.
struct Runs<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Runs<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            let full = |block: &[u8]| block.iter().fold(true, |all, byte| all & in_run(*byte));
            let block = rest.chunks_exact(BLOCK).position(full)?;
            let middle = self.at + block * BLOCK;
            let back = LETTERS.run_back(self.bytes.get(self.at..middle)?, usize::MAX);
            let start = middle - back;
            let end = middle + LETTERS.run(self.bytes.get(middle..)?, usize::MAX);
            self.at = end;
            let run = self.bytes.get(start..end)?;
            if run.len() >= RUN && made(run) {
                return Some(start..end);
            }
        }
    }
}

/// Whether a part of a run is no word: it has letters and digits, or its case changes all the time.
fn made(run: &[u8]) -> bool {
    let parts = run.split(|byte| !byte.is_ascii_alphanumeric());
    parts
        .filter(|part| part.len() >= PART)
        .any(|part| part.iter().any(u8::is_ascii_alphabetic) && proof::varied(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_set_are_the_same() {
        for byte in 0..=u8::MAX {
            assert_eq!(in_run(byte), LETTERS.has(byte), "{byte}");
        }
    }

    #[test]
    fn a_long_mixed_run_is_found_wherever_it_begins() {
        for before in 0..40 {
            let text = format!("{}0123456789abcdef;and words", " ".repeat(before));
            let found: Vec<_> = Runs { bytes: text.as_bytes(), at: 0 }.collect();
            assert_eq!(found.len(), 1);
            assert_eq!(found.first().cloned(), Some(before..before + 16), "{before}");
        }
        let clean = "getAuthenticatedUserInformation, modelcontextprotocol and 2026-03-01";
        assert_eq!(regions(clean.as_bytes()).count(), 0);
    }

    #[test]
    fn regions_do_not_overlap() {
        let text = format!("{} x {}", "0123456789abcdef ".repeat(20), "a ".repeat(200));
        let text = text.repeat(3);
        let mut end = 0;
        for region in regions(text.as_bytes()) {
            assert!(region.start >= end && region.end <= text.len());
            end = region.end;
        }
        assert!(end > 0);
    }
}

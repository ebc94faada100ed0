//! Text as servers send it: sentences in paragraphs, the same on every run.
//!
//! What inspects text looks at letters, words and line ends. One repeated letter would be
//! quicker or slower to look at than what people write, and a random one would be neither.

/// Sentences between two line ends.
const PARAGRAPH: u64 = 5;

const WHO: &[&str] = &[
    "The finance team",
    "Our supplier in Rotterdam",
    "A customer from the north",
    "The second warehouse",
    "Every branch office",
    "The new product manager",
    "Nobody in the meeting",
    "The engineer on duty",
    "A report from last spring",
    "The board of directors",
    "One of the drivers",
    "The quarterly review",
];

const DOES: &[&str] = &[
    "has confirmed",
    "would like to discuss",
    "sent back",
    "is still waiting for",
    "compared",
    "has not yet seen",
    "asked twice about",
    "finally agreed on",
    "put off",
    "described in detail",
    "was surprised by",
    "keeps a copy of",
];

const WHAT: &[&str] = &[
    "the invoice for 4,210 euros",
    "a delivery of twelve pallets",
    "the plan for the coming year",
    "two of the three proposals",
    "the measurements of the pump",
    "a contract that ends in June",
    "the list of open questions",
    "the results of the survey",
    "an order for spare parts",
    "the minutes of the last meeting",
    "the cost of the repair",
    "the photographs of the site",
];

const HOW: &[&str] = &[
    "before the end of the week",
    "although it was raining",
    "with some delay",
    "as it was agreed in March",
    "because the prices had changed",
    "without any further remarks",
    "at half past nine in the morning",
    "and nobody objected",
    "in spite of the holidays",
    "for the third time",
    "after a long conversation",
    "so that work can go on",
];

/// Returns this many bytes of plain English, in ASCII, with line ends between paragraphs.
#[must_use]
pub fn english(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes.saturating_add(128));
    let mut state = 1;
    let mut sentences = 0_u64;
    while text.len() < bytes {
        for (place, words) in [WHO, DOES, WHAT, HOW].into_iter().enumerate() {
            if place > 0 {
                text.push(' ');
            }
            text.push_str(pick(words, &mut state));
        }
        sentences += 1;
        text.push_str(if sentences.is_multiple_of(PARAGRAPH) { ".\n" } else { ". " });
    }
    // All of it is ASCII, so every place is a boundary.
    text.truncate(bytes);
    text
}

/// The next of some words, by a generator of Knuth's.
fn pick<'a>(words: &[&'a str], state: &mut u64) -> &'a str {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let index = usize::try_from(*state >> 33).unwrap_or_default() % words.len().max(1);
    words.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_long_as_asked_and_starts_as_every_longer_one() {
        let long = english(100_000);
        for bytes in [0, 1, 64, 1024, 10_240, 100_000] {
            let text = english(bytes);
            assert_eq!(text.len(), bytes);
            assert!(text.is_ascii() && long.starts_with(&text));
        }
    }

    #[test]
    fn a_text_has_words_and_lines_and_repeats_no_sentence_at_once() {
        let text = english(10_240);
        let sentences: Vec<_> = text.split(['.', '\n']).map(str::trim).collect();
        assert!(text.lines().count() > 10);
        assert!(sentences.windows(2).all(|pair| pair[0].is_empty() || pair[0] != pair[1]));
    }
}

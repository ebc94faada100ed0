//! Text that speaks to a model and not about the thing that it describes.
//!
//! One table of patterns, each with a kind and a weight; the score is the sum over the patterns
//! that match. Patterns see a text in lower case, with one space between words and without hidden
//! characters, so that none of these is a way around them. A pattern runs only if one of its
//! anchor words occurs, which makes clean text nearly free.

mod table;

use std::{
    ops::Range,
    sync::{LazyLock, OnceLock},
};

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::{automaton, hidden::plain, normal::Normal};

use table::PATTERNS;

/// The score from which a text counts as instructions, unless policy says otherwise.
pub const DEFAULT_LEVEL: u32 = 50;

/// How many matches of one pattern are told.
const MOST_PER_PATTERN: usize = 4;

/// How far from its anchor a match of a pattern can reach, in bytes.
const REACH: usize = 512;

/// What a piece of text tries to do to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstructionKind {
    /// Sets earlier instructions aside.
    Override,
    /// Keeps something from the user.
    Secrecy,
    /// Wants to come before other tools, or before the task.
    Precedence,
    /// Looks like the mark-up of a system prompt or of an important notice to a model.
    Markup,
    /// Asks for a file that no tool needs.
    SensitiveFile,
    /// Asks for credentials, prompts or the conversation.
    Collection,
    /// Sends something to somewhere.
    Exfiltration,
    /// Claims to speak for the system, the developer or the user.
    Authority,
    /// Makes the model somebody else.
    Role,
    /// Praises itself above other tools.
    Preference,
    /// Tells the model to act without being asked.
    Action,
}

impl InstructionKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Override,
        Self::Secrecy,
        Self::Precedence,
        Self::Markup,
        Self::SensitiveFile,
        Self::Collection,
        Self::Exfiltration,
        Self::Authority,
        Self::Role,
        Self::Preference,
        Self::Action,
    ];

    /// What it does, to follow "text that".
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Override => "sets earlier instructions aside",
            Self::Secrecy => "keeps something from the user",
            Self::Precedence => "wants to come before other tools or the task",
            Self::Markup => "imitates a system notice to a model",
            Self::SensitiveFile => "asks for a sensitive file",
            Self::Collection => "asks for credentials, prompts or the conversation",
            Self::Exfiltration => "sends data somewhere",
            Self::Authority => "claims an authority that it does not have",
            Self::Role => "gives the model another role",
            Self::Preference => "praises itself above other tools",
            Self::Action => "tells the model to act unasked",
        }
    }

    /// The kebab-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Secrecy => "secrecy",
            Self::Precedence => "precedence",
            Self::Markup => "markup",
            Self::SensitiveFile => "sensitive-file",
            Self::Collection => "collection",
            Self::Exfiltration => "exfiltration",
            Self::Authority => "authority",
            Self::Role => "role",
            Self::Preference => "preference",
            Self::Action => "action",
        }
    }
}

/// One row of the table of patterns.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// What text that matches tries to do.
    pub(crate) kind: InstructionKind,
    /// What it adds to the score.
    pub(crate) weight: u32,
    /// It runs only over text that holds one of these.
    pub(crate) anchors: &'static [&'static str],
    /// The pattern, over normalised text.
    pub(crate) regex: &'static str,
}

/// A piece of text that speaks to a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it tries to do.
    pub kind: InstructionKind,
    /// What it adds to the score; 0 for a repetition.
    pub weight: u32,
    /// Where it stands, in bytes of the text as it was given.
    pub range: Range<usize>,
}

/// What was found in a text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Instructions {
    /// Every piece, in the order of the text.
    pub evidence: Vec<Evidence>,
    /// The sum of the weights.
    pub score: u32,
}

impl Instructions {
    /// The weightiest piece, the first of equals.
    #[must_use]
    pub fn worst(&self) -> Option<&Evidence> {
        self.evidence.iter().rev().max_by_key(|evidence| evidence.weight)
    }

    /// Whether the score reaches `level`.
    #[must_use]
    pub const fn reaches(&self, level: u32) -> bool {
        self.score >= level
    }
}

/// Returns what in `text` speaks to a model.
#[must_use]
pub fn instructions(text: &str) -> Instructions {
    let matcher = &*MATCHER;
    let ascii = plain(text);
    // Neither case nor white space can hide a single word in plain text.
    if ascii && !matcher.words.is_match(text) {
        return Instructions::default();
    }
    instructions_in(&Normal::of(text))
}

/// The same for a text that is normalised already.
pub(crate) fn instructions_in(normal: &Normal<'_>) -> Instructions {
    let matcher = &*MATCHER;
    let mut found = Instructions::default();
    if !matcher.words.is_match(normal.text()) {
        return found;
    }
    for (row, windows) in matcher.windows(normal.text()).into_iter().enumerate() {
        let (Some(pattern), Some(slot)) = (PATTERNS.get(row), matcher.patterns.get(row)) else {
            continue;
        };
        let mut weight = pattern.weight;
        let mut left = MOST_PER_PATTERN;
        for window in windows {
            let regex = slot.get_or_init(|| automaton::regex(pattern.regex));
            let piece = normal.text().get(window.clone()).unwrap_or_default();
            for hit in regex.find_iter(piece).take(left) {
                let range = window.start + hit.start()..window.start + hit.end();
                let range = normal.original(&range);
                found.score += weight;
                found.evidence.push(Evidence { kind: pattern.kind, weight, range });
                // A repetition is told and does not count.
                weight = 0;
                left -= 1;
            }
        }
    }
    found.evidence.sort_by_key(|evidence| (evidence.range.start, evidence.range.end));
    found
}

struct Matcher {
    /// One word of each anchor, the longest: without any of them no anchor can occur.
    words: AhoCorasick,
    automaton: AhoCorasick,
    /// For each anchor, the row of the table that it stands for.
    rows: Vec<usize>,
    /// Compiled when an anchor first asks for it.
    patterns: Vec<OnceLock<Regex>>,
}

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let anchors = || {
        PATTERNS
            .iter()
            .enumerate()
            .flat_map(|(row, pattern)| pattern.anchors.iter().map(move |word| (row, *word)))
    };
    let longest = |anchor: &'static str| anchor.split(' ').max_by_key(|word| word.len());
    Matcher {
        words: automaton::keywords(anchors().filter_map(|(_, anchor)| longest(anchor))),
        automaton: automaton::keywords(anchors().map(|(_, word)| word)),
        rows: anchors().map(|(row, _)| row).collect(),
        patterns: PATTERNS.iter().map(|_| OnceLock::new()).collect(),
    }
});

impl Matcher {
    /// For each row of the table, the pieces of `text` that can hold a match: what lies around its
    /// anchors, in order and without overlaps.
    fn windows(&self, text: &str) -> Vec<Vec<Range<usize>>> {
        let mut windows: Vec<Vec<Range<usize>>> = vec![Vec::new(); PATTERNS.len()];
        for hit in self.automaton.find_overlapping_iter(text) {
            let row = self.rows.get(hit.pattern().as_usize()).copied();
            let Some(windows) = row.and_then(|row| windows.get_mut(row)) else { continue };
            let start = text.floor_char_boundary(hit.start().saturating_sub(REACH));
            let end = text.ceil_char_boundary((hit.end() + REACH).min(text.len()));
            match windows.last_mut() {
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ => windows.push(start..end),
            }
        }
        windows
    }
}

#[cfg(test)]
mod tests;

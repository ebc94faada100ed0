//! Text that speaks to a model and not about the thing that it describes.
//!
//! One table of patterns, each with a kind and a weight; the score is the sum over the patterns
//! that match. Patterns see a text in lower case, with one space between words and without hidden
//! characters, so that none of these is a way around them. A pattern runs only if one of its
//! anchor words occurs, which makes clean text nearly free.

/// A table of patterns: kind, weight, anchors and expression of each.
macro_rules! patterns {
    ($(#[$about:meta])* $table:ident; $($kind:ident, $weight:literal, [$($anchor:literal),+], $regex:expr;)*) => {
        $(#[$about])*
        pub(crate) static $table: &[Pattern] = &[$(Pattern {
            kind: $kind,
            weight: $weight,
            anchors: &[$($anchor),+],
            regex: $regex,
        },)*];
    };
}

mod answers;
mod languages;
mod orders;
mod table;

use std::{
    ops::Range,
    sync::{LazyLock, OnceLock},
};

use aho_corasick::AhoCorasick;
use regex::Regex;

use InstructionKind::Answer;

use crate::{Subject, automaton, hidden::plain, normal::Normal};

use answers::ANSWERS;
use languages::LANGUAGES;
use orders::ORDERS;
use table::PATTERNS;

/// The score from which a text counts as instructions is that from which it counts as hostile.
pub use crate::judge::LEVEL as DEFAULT_LEVEL;

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
    /// Wants what the model answers to be another. Definitions say how a result is to be told.
    Answer,
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
        Self::Answer,
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
            Self::Answer => "changes what the model answers",
        }
    }

    /// Whether it asks for something that is done to data; who forbids it asks for the opposite.
    const fn is_deed(self) -> bool {
        matches!(self, Self::SensitiveFile | Self::Collection | Self::Exfiltration)
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
            Self::Answer => "answer",
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

/// Returns what in `text`, which is or could be of a definition, speaks to a model.
#[must_use]
pub fn instructions(text: &str) -> Instructions {
    let matcher = &*MATCHER;
    let ascii = plain(text);
    // Neither case nor white space can hide a single word in plain text.
    if ascii && !matcher.words.is_match(text) {
        return Instructions::default();
    }
    instructions_in(&Normal::of(text), Subject::Definition)
}

/// The same for a text that is normalised already.
pub(crate) fn instructions_in(normal: &Normal<'_>, subject: Subject) -> Instructions {
    let counts = |pattern: &Pattern| subject == Subject::Content || pattern.kind != Answer;
    MATCHER.find(normal, counts).0
}

/// Returns what in the normalised text of a definition goes beyond the tool that it defines, and
/// the places of the patterns that say so.
pub(crate) fn orders_in(normal: &Normal<'_>) -> (Instructions, Vec<usize>) {
    OVERREACH.find(normal, |_| true)
}

/// How many signs there are: one for each kind, one for each pattern of [`orders_in`].
pub(crate) static SIGNS: usize = InstructionKind::ALL.len() + ORDERS.len();

/// What the rules say of a text, for a learnt judge, each once: the kinds that were found, and the
/// patterns of [`orders_in`].
pub(crate) fn signs(kinds: &[InstructionKind], orders: &[usize]) -> Vec<usize> {
    let place = |kind| InstructionKind::ALL.iter().position(|known| known == kind);
    let orders = orders.iter().map(|row| InstructionKind::ALL.len() + row);
    let mut signs: Vec<usize> = kinds.iter().filter_map(place).chain(orders).collect();
    signs.sort_unstable();
    signs.dedup();
    signs
}

/// How far before a match stands what makes it a mention, in bytes.
const BEFORE: usize = 64;

/// Words in front of a sentence that is spoken of and not spoken.
static MENTION: LazyLock<Regex> = LazyLock::new(|| {
    automaton::regex(concat!(
        // `such as "ignore all previous instructions"`
        r"\b(?:such as|like|e\.g\.|for example|example of|called|says?|said|contains?|containing|",
        r"phrases?|sentences?|words?|texts?|titled?|slogan|shouts?|whether|why|that|line)",
        r"[ ,:(]{1,3}(?:\w+ ){0,3}\(?[\x22'`\u{201c}\u{201e}\u{ab}\u{2018}][^\x22'`.!?\n]{0,24}$|",
        // `if it asks you to ignore these rules`
        r"\b(?:if|when|whenever|should|whether|though|who|which) (?:\w+ ){0,4}",
        r"(?:asks?|tells?|told|tries|try|wants?|attempts?|orders?|demands?|instructs?|says?)",
        r"(?: you| it| them| the \w+)?(?: to)?(?: \w+){0,6},? (?:or |to )?$",
    ))
});

/// Whether what begins at `start` is spoken of: quoted as an example, or what somebody else may ask.
fn is_mention(text: &str, start: usize) -> bool {
    let from = text.floor_char_boundary(start.saturating_sub(BEFORE));
    text.get(from..start).is_some_and(|before| MENTION.is_match(before))
}

/// Words in front of a deed that is not to be done.
static DENIAL: LazyLock<Regex> = LazyLock::new(|| {
    automaton::regex(
        r"(?:\b(?:not|never|cannot|nobody|nothing|no)|n't)(?: (?:be|been|ever|even|to|will|yet|then|once|also))? ?(?:(?:read|open|show|send|use|return|touch|access|need|print|store|log|copy|include|paste|share|expose|upload|contain)(?: (?:your|the|any))? )?$",
    )
});

/// Whether what begins at `start` is denied or forbidden.
fn is_denied(text: &str, start: usize) -> bool {
    let from = text.floor_char_boundary(start.saturating_sub(BEFORE));
    text.get(from..start).is_some_and(|before| DENIAL.is_match(before))
}

/// The patterns of a table, ready to run.
struct Matcher {
    table: Vec<&'static Pattern>,
    /// One word of each anchor, the longest: without any of them no anchor can occur.
    words: AhoCorasick,
    automaton: AhoCorasick,
    /// For each anchor, the row of the table that it stands for.
    rows: Vec<usize>,
    /// Compiled when an anchor first asks for it.
    patterns: Vec<OnceLock<Regex>>,
}

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| Matcher::new(&[PATTERNS, LANGUAGES, ANSWERS]));
static OVERREACH: LazyLock<Matcher> = LazyLock::new(|| Matcher::new(&[ORDERS]));

impl Matcher {
    fn new(tables: &[&'static [Pattern]]) -> Self {
        let table: Vec<&'static Pattern> = tables.iter().copied().flatten().collect();
        let anchors = || {
            let rows = table.iter().enumerate();
            rows.flat_map(|(row, pattern)| pattern.anchors.iter().map(move |word| (row, *word)))
        };
        let longest = |anchor: &'static str| anchor.split(' ').max_by_key(|word| word.len());
        Self {
            words: automaton::keywords(anchors().filter_map(|(_, anchor)| longest(anchor))),
            automaton: automaton::keywords(anchors().map(|(_, word)| word)),
            rows: anchors().map(|(row, _)| row).collect(),
            patterns: table.iter().map(|_| OnceLock::new()).collect(),
            table,
        }
    }

    /// What is found of the patterns that count, and which rows of the table found it.
    fn find(
        &self,
        normal: &Normal<'_>,
        counts: impl Fn(&Pattern) -> bool,
    ) -> (Instructions, Vec<usize>) {
        let mut found = Instructions::default();
        let mut rows = Vec::new();
        if !self.words.is_match(normal.text()) {
            return (found, rows);
        }
        for (row, windows) in self.windows(normal.text()).into_iter().enumerate() {
            let (Some(pattern), Some(slot)) = (self.table.get(row), self.patterns.get(row)) else {
                continue;
            };
            if !counts(pattern) {
                continue;
            }
            let mut weight = pattern.weight;
            let mut left = MOST_PER_PATTERN;
            for window in windows {
                let regex = slot.get_or_init(|| automaton::regex(pattern.regex));
                let piece = normal.text().get(window.clone()).unwrap_or_default();
                for hit in regex.find_iter(piece).take(left) {
                    let range = window.start + hit.start()..window.start + hit.end();
                    if is_mention(normal.text(), range.start)
                        || pattern.kind.is_deed() && is_denied(normal.text(), range.start)
                    {
                        // Too little by itself, and evidence if something else is there.
                        weight /= 3;
                    }
                    let range = normal.original(&range);
                    found.score += weight;
                    found.evidence.push(Evidence { kind: pattern.kind, weight, range });
                    // A repetition is told and does not count.
                    weight = 0;
                    left -= 1;
                }
            }
            if weight == 0 {
                rows.push(row);
            }
        }
        found.evidence.sort_by_key(|evidence| (evidence.range.start, evidence.range.end));
        (found, rows)
    }

    /// For each row of the table, the pieces of `text` that can hold a match: what lies around its
    /// anchors, in order and without overlaps.
    fn windows(&self, text: &str) -> Vec<Vec<Range<usize>>> {
        let mut windows: Vec<Vec<Range<usize>>> = vec![Vec::new(); self.table.len()];
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

//! The questions that are asked before a server is used: by those who approve it, and of its vendor.
//!
//! The 20 are the 12 of an approval and the 15 for a vendor, asked once. What one answer shows has
//! a name, a key of evidence: an answer that shows all that another question asks for answers that
//! one as well.

mod items;
mod table;
#[cfg(test)]
mod tests;

pub use items::{
    CLAUSES, CUSTOMER, PLACES, RESIDENCY, WAYS, Want, country, enumerated, is_country, says_enough,
    want,
};
pub use table::QUESTIONS;

use crate::Digest;

/// One question. `yes` always means that what it asks for is so, whichever way it is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// `A1` to `A12`, `V1` to `V15`, `Q1` to `Q20`.
    pub id: &'static str,
    /// Which list it is of.
    pub set: Set,
    /// The group in that list.
    pub group: &'static str,
    /// The question.
    pub text: &'static str,
    /// What has to be so for a yes.
    pub yes: &'static str,
    /// How much depends on it.
    pub need: Need,
    /// Whether only a CISO may waive it.
    pub non_negotiable: bool,
    /// Whether the answer holds for one version only, and is open again with the next.
    pub version_bound: bool,
    /// Where evidence can come from.
    pub evidence: &'static [EvidenceKind],
    /// The questions that it was merged from; empty for the originals.
    pub sources: &'static [&'static str],
    /// What a yes shows, by the names of the evidence; empty where its sources have them.
    pub keys: &'static [&'static str],
    /// The requirement that asks it; empty where it comes from its sources.
    pub requirement: &'static str,
}

/// A list of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Set {
    /// The 12 of an approval.
    Approval,
    /// The 15 for a vendor.
    Vendor,
    /// The 20 that both were merged into.
    Merged,
}

impl Set {
    /// The name of the list.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approval => "approval-12",
            Self::Vendor => "vendor-15",
            Self::Merged => "diligence-20",
        }
    }
}

impl Set {
    /// Every list.
    pub const ALL: [Self; 3] = [Self::Approval, Self::Vendor, Self::Merged];

    /// The list with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.name() == name)
    }
}

/// How much depends on a question, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Good to have.
    Nice,
    /// Wanted.
    Should,
    /// Nothing without it.
    Must,
}

impl Need {
    /// The word in lists.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nice => "NICE",
            Self::Should => "SHOULD",
            Self::Must => "MUST",
        }
    }
}

/// Where evidence for an answer can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceKind {
    /// From looking at the package.
    Scan,
    /// From what happens while it runs.
    Runtime,
    /// From the vendor or maintainer, as a document.
    Vendor,
}

impl EvidenceKind {
    /// The word in lists.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scan => "auto-scan",
            Self::Runtime => "auto-runtime",
            Self::Vendor => "vendor",
        }
    }
}

/// The question with this identifier.
#[must_use]
pub fn question(id: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|question| question.id == id)
}

/// The questions of a list, in its order.
pub fn set(set: Set) -> impl Iterator<Item = &'static Question> {
    QUESTIONS.iter().filter(move |question| question.set == set)
}

/// The questions that were not merged from others, in the order of their lists.
pub fn originals() -> impl Iterator<Item = &'static Question> {
    QUESTIONS.iter().filter(|question| question.sources.is_empty())
}

/// The groups of a list in their order, each with its questions.
#[must_use]
pub fn groups(of: Set) -> Vec<(&'static str, Vec<&'static Question>)> {
    let mut groups: Vec<(&str, Vec<&Question>)> = Vec::new();
    for question in set(of) {
        match groups.iter_mut().find(|(name, _)| *name == question.group) {
            Some((_, all)) => all.push(question),
            None => groups.push((question.group, vec![question])),
        }
    }
    groups
}

impl Question {
    /// The questions that it was merged from, or itself.
    pub fn parts(&'static self) -> impl Iterator<Item = &'static Self> {
        let own = self.sources.is_empty().then_some(self);
        own.into_iter().chain(self.sources.iter().filter_map(|id| question(id)))
    }

    /// What a yes to it shows, by the names of the evidence.
    pub fn evidence_keys(&'static self) -> impl Iterator<Item = &'static str> {
        self.parts().flat_map(|part| part.keys.iter().copied())
    }

    /// Whether an answer to this question answers that one as well: it shows everything that the
    /// other one asks for.
    #[must_use]
    pub fn answers(&'static self, asked: &'static Self) -> bool {
        if self.id == asked.id || self.sources.contains(&asked.id) {
            return true;
        }
        let shows = |key: &str| self.evidence_keys().any(|own| own == key);
        asked.evidence_keys().all(shows)
    }
}

/// The digest of a list as it is asked: an answer to other words is no answer to these.
#[must_use]
pub fn digest_of(of: Set) -> Digest {
    let lines = set(of).flat_map(|question| {
        let words = [question.id, question.text, question.yes, question.need.name()];
        words.into_iter().flat_map(|word| [word.as_bytes(), b"\n"])
    });
    Digest::of_parts([of.name().as_bytes(), b"\n"].into_iter().chain(lines))
}

//! The questions that an approval asks.

use super::QUESTIONS;

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
            Self::Merged => "due-diligence-20",
        }
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

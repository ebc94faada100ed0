//! Every kind of personal data that is known, as rows of tables.
//!
//! A kind that is only a shape and a check is a row with `forms`; everything that finds it is
//! general. The others have a row for what is said about them and a module that finds them.

mod europe;
mod general;
mod words;
mod world;

use std::sync::LazyLock;

use super::DataClass;

/// One kind of personal or regulated data.
#[derive(Debug)]
pub struct PersonalKind {
    /// The name that stands in for a value, for example `iban`.
    pub id: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// The state that gives it out, as ISO 3166 has it; empty if that does not matter.
    pub country: &'static str,
    /// How it has to be treated, unless the value itself says otherwise.
    pub class: DataClass,
    /// What shows that a value is one.
    pub evidence: Evidence,
    /// Whether a word near is asked for.
    pub word: Word,
    /// The law, standard or public description that the check is taken from.
    pub source: &'static str,
    /// The ways it is written; see [`super::forms`].
    pub(crate) forms: &'static [&'static str],
    /// Whether letters and digits alone, in upper case, can be one.
    pub(crate) check: fn(&[u8]) -> bool,
    /// When a value that passes needs a word near even in a form that does not.
    pub(crate) doubt: Option<fn(&[u8]) -> bool>,
    /// Words that tell of it; `*` at the end stands for any ending.
    pub(crate) words: &'static [&'static str],
    /// Lists of words that tell of more than one kind.
    pub(crate) also: &'static [&'static [&'static str]],
}

/// What shows that a value is one of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Check digits that a number made up at random does not have.
    CheckDigits,
    /// Structure, ranges and dates; there are no check digits.
    Structure,
    /// Words that stand together.
    Words,
}

impl Evidence {
    /// The name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CheckDigits => "check digits",
            Self::Structure => "structure",
            Self::Words => "words",
        }
    }
}

/// Whether a kind is told only where a word near says what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The value speaks for itself.
    Never,
    /// Only in forms that say little.
    Sometimes,
    /// Always.
    Always,
}

impl Word {
    /// The name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "no",
            Self::Sometimes => "in weak forms",
            Self::Always => "yes",
        }
    }
}

/// What most rows of the tables have in common.
const ROW: PersonalKind = PersonalKind {
    id: "",
    title: "",
    country: "",
    class: DataClass::Confidential,
    evidence: Evidence::Structure,
    word: Word::Never,
    source: "",
    forms: &[],
    check: always,
    doubt: None,
    words: &[],
    also: &[],
};

fn always(_: &[u8]) -> bool {
    true
}

// The places of the kinds that have a module of their own; a test holds them against the table.
pub(crate) const PHONE: usize = 1;
pub(crate) const IBAN: usize = 3;
pub(crate) const BIC: usize = 4;
pub(crate) const BITCOIN: usize = 5;
pub(crate) const LITECOIN: usize = 6;
pub(crate) const DOGECOIN: usize = 7;
pub(crate) const TRON: usize = 8;
pub(crate) const ETHEREUM: usize = 9;
pub(crate) const IP: usize = 10;
pub(crate) const PRIVATE_IP: usize = 11;
pub(crate) const MAC: usize = 12;
pub(crate) const BIRTH: usize = 13;
pub(crate) const PASSPORT: usize = 14;
pub(crate) const HEALTH: usize = 15;
pub(crate) const PAY: usize = 16;

/// Every kind, in the order in which the documentation shows them; where two fit a text equally
/// well the earlier one names it.
pub fn personal_kinds() -> impl Iterator<Item = &'static PersonalKind> {
    [general::KINDS, europe::KINDS, world::KINDS].into_iter().flatten()
}

/// The kind at a place of the table.
pub(crate) fn at(index: usize) -> Option<&'static PersonalKind> {
    static ALL: LazyLock<Vec<&PersonalKind>> = LazyLock::new(|| personal_kinds().collect());
    ALL.get(index).copied()
}

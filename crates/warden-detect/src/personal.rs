//! Personal and regulated data in text: who somebody is, where he can be reached, what he is paid,
//! how he is, and what he pays with; and the words that a company adds.
//!
//! A number is told only when its check digits, its structure or a word near say what it is; the
//! weaker the shape, the more is asked for. Text without digits, without `@` and without a few
//! words costs one pass.
//!
//! Invariant: a hit has a kind and a place, and never the value.

mod boundary;
mod date;
mod digits;
mod elsewhere;
mod email;
mod europe;
mod forms;
mod health;
mod iban;
mod kinds;
mod marks;
mod net;
mod passport;
mod pay;
mod phone;
mod scan;
mod terms;
mod wallet;

use std::{borrow::Cow, cmp::Reverse, ops::Range};

pub use kinds::{Evidence, PersonalKind, Word, personal_kinds};
pub use terms::{Examples, Term, TermCheck, TermError, TermProblem};
pub use warden_model::DataClass;

/// What showed that a value is one of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    /// The words of a company.
    Term,
    /// Its shape and structure.
    Shape,
    /// Its shape and structure, and a word near.
    ShapeAndWord,
    /// Its check digits.
    Check,
    /// Its check digits, and a word near.
    CheckAndWord,
}

impl Proof {
    /// The name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Shape => "shape",
            Self::ShapeAndWord => "shape and word",
            Self::Check => "check digits",
            Self::CheckAndWord => "check digits and word",
        }
    }
}

/// A piece of personal or regulated data in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalHit {
    /// Which sort: an `id` of [`personal_kinds`], or the name of a [`Term`].
    pub kind: Cow<'static, str>,
    /// How it has to be treated.
    pub class: DataClass,
    /// What showed it.
    pub proof: Proof,
    /// Where the value stands, in bytes.
    pub range: Range<usize>,
    /// Something of another kind, of a class no higher, overlaps it and is not told by itself.
    pub mixed: bool,
}

/// What was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalData {
    /// The hits, in order and without overlaps.
    pub hits: Vec<PersonalHit>,
    /// Up to which byte the hits are all there are. It is the length of the text, but in a text
    /// with more than [`MOST_HITS`] of them.
    pub read: usize,
    /// Whether the text was judged to its end.
    pub complete: bool,
}

impl PersonalData {
    /// The highest class of what was found.
    #[must_use]
    pub fn class(&self) -> Option<DataClass> {
        self.hits.iter().map(|hit| hit.class).max()
    }
}

/// The most hits that are told of one text.
pub const MOST_HITS: usize = 4096;

/// What is looked for: the kinds that are known, and the words of a company.
#[derive(Debug, Default)]
pub struct Personal {
    terms: Option<terms::Terms>,
}

impl Personal {
    /// Looks for these terms too. Their examples are tried here, so that a term that does not do
    /// what its author wanted is an error at start, and not a silence later.
    ///
    /// # Errors
    /// The first term that cannot be used, and why.
    pub fn with_terms(terms: &[Term]) -> Result<Self, TermError> {
        Ok(Self { terms: terms::Terms::new(terms)? })
    }

    /// Returns every piece of personal data in `text`.
    #[must_use]
    pub fn find(&self, text: &str) -> PersonalData {
        let mut found = Found::default();
        email::find(text, &mut found);
        scan::find(text, &mut found);
        health::find(text, &mut found);
        if let Some(terms) = &self.terms {
            terms.find(text, &mut found);
        }
        found.settle(text)
    }
}

/// Returns every piece of personal data of the kinds that are known in `text`.
#[must_use]
pub fn personal(text: &str) -> PersonalData {
    Personal::default().find(text)
}

/// Returns `text` with the name of its kind in place of each value: `‹iban›`. What was not judged
/// is not shown: `‹not read›`.
#[must_use]
pub fn mask(text: &str, data: &PersonalData) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for hit in &data.hits {
        out.push_str(text.get(from..hit.range.start).unwrap_or_default());
        out.push_str(&crate::secrets::mark(&hit.kind));
        from = from.max(hit.range.end);
    }
    out.push_str(text.get(from..data.read.max(from)).unwrap_or_default());
    if !data.complete {
        out.push_str(&crate::secrets::mark("not read"));
    }
    out
}

/// Hits while they are gathered, by several readers that each go through the text in order.
#[derive(Default)]
struct Found {
    hits: Vec<PersonalHit>,
    /// Where the first reader that was stopped had got to.
    cut: Option<usize>,
    /// How many hits the reader that is at work has told.
    told: usize,
}

impl Found {
    /// Begins with another reader.
    fn reader(&mut self) {
        self.told = 0;
    }

    /// Takes a hit, or says that the reader has to stop.
    fn tell(&mut self, hit: PersonalHit) -> Told {
        if self.told == MOST_HITS {
            let at = hit.range.start;
            self.cut = Some(self.cut.map_or(at, |cut| cut.min(at)));
            return Told::Enough;
        }
        self.told += 1;
        self.hits.push(hit);
        Told::GoOn
    }

    /// Orders the hits and joins those that overlap; the whole has the name of the higher class, of
    /// the longer one if they are alike.
    fn settle(mut self, text: &str) -> PersonalData {
        self.hits.sort_by_key(|hit| (hit.range.start, Reverse(hit.range.end)));
        let mut hits: Vec<PersonalHit> = Vec::with_capacity(self.hits.len());
        for hit in self.hits {
            match hits.last_mut() {
                Some(last) if hit.range.start < last.range.end => join(last, hit),
                _ => hits.push(hit),
            }
        }
        let mut read = self.cut.unwrap_or(text.len());
        if let Some(next) = hits.get(MOST_HITS) {
            read = read.min(next.range.start);
        }
        hits.retain(|hit| hit.range.end <= read);
        PersonalData { hits, read, complete: read == text.len() }
    }
}

fn join(last: &mut PersonalHit, hit: PersonalHit) {
    let end = last.range.end.max(hit.range.end);
    let mixed = last.mixed || hit.mixed || last.kind != hit.kind;
    let longer = hit.range.len() > last.range.len();
    if hit.class > last.class || (hit.class == last.class && longer) {
        let start = last.range.start;
        *last = hit;
        last.range.start = start;
    }
    last.range.end = end;
    last.mixed = mixed;
}

/// Whether a reader may go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    GoOn,
    Enough,
}

#[cfg(test)]
mod tests;

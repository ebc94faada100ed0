//! What is set for looking at content.

use std::sync::Arc;

use warden_detect::{LEVEL, Personal, Term, TermError};

use super::{Follows, MATTERS, Matter};

/// How large things may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest message, in bytes; longer ones are thrown away unread.
    pub message: usize,
    /// The longest judged request, in bytes.
    pub arguments: usize,
    /// The longest answer to a judged request, in bytes.
    pub answer: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { message: 64 << 20, arguments: 4 << 20, answer: 32 << 20 }
    }
}

/// What is looked for in what passes, and what follows from it.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Whether content is looked at; sizes always are.
    pub content: bool,
    /// The score from which a text counts as hostile, from 1 to 100.
    pub level: u32,
    /// How many bytes may be taken to remember what sessions have seen, over all of them.
    pub memory: usize,
    /// What follows from each matter, in the order of [`MATTERS`].
    follows: [Follows; MATTERS_COUNT],
    terms: Vec<Term>,
    personal: Arc<Personal>,
}

const MATTERS_COUNT: usize = Matter::Personal as usize + 1;

impl Default for Inspection {
    fn default() -> Self {
        let mut follows = [Follows::Observe; MATTERS_COUNT];
        for (follows, row) in follows.iter_mut().zip(MATTERS) {
            *follows = row.usual;
        }
        Self {
            content: true,
            level: LEVEL,
            memory: 256 << 20,
            follows,
            terms: Vec::new(),
            personal: Arc::default(),
        }
    }
}

impl PartialEq for Inspection {
    fn eq(&self, other: &Self) -> bool {
        let set = |one: &Self| (one.content, one.level, one.memory, one.follows);
        set(self) == set(other) && self.terms == other.terms
    }
}

impl Inspection {
    /// The same, but for what follows from one matter.
    #[must_use]
    pub fn with(mut self, matter: Matter, follows: Follows) -> Self {
        if let Some(set) = self.follows.get_mut(matter as usize) {
            *set = follows;
        }
        self
    }

    /// The same, with a company's own words.
    ///
    /// # Errors
    /// The first term that cannot be used: one whose own examples it does not fit, for example.
    pub fn with_terms(mut self, terms: Vec<Term>) -> Result<Self, TermError> {
        self.personal = Arc::new(Personal::with_terms(&terms)?);
        self.terms = terms;
        Ok(self)
    }

    /// What follows from a matter.
    #[must_use]
    pub fn follows(&self, matter: Matter) -> Follows {
        self.follows.get(matter as usize).copied().unwrap_or(Follows::Refuse)
    }

    /// What finds personal data and the company's own words.
    pub(super) fn personal(&self) -> &Personal {
        &self.personal
    }
}

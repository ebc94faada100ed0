//! Follows a program.

use crate::{
    analysis::{At, Entry, Flow, FnId, FunctionInfo, Literal, Noted, Reach},
    models::Models,
    program::Program,
};

/// A program that was followed.
#[derive(Debug)]
pub struct Analysis<'p> {
    program: &'p Program,
}

/// Follows `program` to a fixpoint. Uses every thread of the current pool; the result does not
/// depend on how many there are.
#[must_use]
pub fn analyse<'p>(program: &'p Program, _models: &'p Models) -> Analysis<'p> {
    Analysis { program }
}

impl Analysis<'_> {
    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        self.program
    }

    /// The ways from `entries`, and from every source that a model names, to sinks. Each (source,
    /// sink, place) once, sorted by place.
    #[must_use]
    pub fn flows(&self, _entries: &[Entry]) -> Vec<Flow> {
        Vec::new()
    }

    /// The calls that models have a note with this tag for, in the order of the text.
    #[must_use]
    pub fn noted(&self, _tag: &str) -> &[Noted] {
        &[]
    }

    /// What an expression is, as far as can be said: through variables that are assigned once,
    /// members of known objects, and functions that only return something.
    #[must_use]
    pub fn literal(&self, _at: At) -> Literal {
        Literal::Unknown
    }

    /// The functions that an expression may be.
    #[must_use]
    pub fn functions_at(&self, _at: At) -> Vec<FnId> {
        Vec::new()
    }

    /// The API paths that an expression may have, for example `express:()`; sorted.
    #[must_use]
    pub fn paths_at(&self, _at: At) -> Vec<String> {
        Vec::new()
    }

    /// What a function reaches.
    #[must_use]
    pub fn reach(&self, _function: FnId) -> Reach {
        Reach::default()
    }

    /// A function, for people.
    #[must_use]
    pub fn info(&self, _function: FnId) -> FunctionInfo {
        unimplemented!("comes with the engine")
    }

    /// Functions whose analysis was cut short, and calls that nothing can be said about.
    #[must_use]
    pub fn gaps(&self) -> &[(u32, crate::ir::Gap)] {
        &[]
    }
}

//! Answers to parts of a question. What a local variable comes to is asked wherever it is used,
//! and what it is made of again for each: without this, a question takes as many steps as there
//! are ways through what it asks for.
//!
//! An answer is kept as long as its question, and only if no limit was met on the way to it. So
//! what a question comes to does not depend on what was asked before.

use warden_flow::ir::{ClassId, VarId};

use super::{Ask, DEEPEST, Env, MOST_STEPS, Value};

/// Answers that one question keeps.
const MOST_KEPT: usize = 20_000;

/// A part of a question.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Part {
    /// A variable of a module, where those of an environment are known.
    Variable((u32, VarId), usize),
    /// A field of a class of a module.
    Field((u32, ClassId), Box<str>),
}

impl Ask<'_, '_> {
    /// Whether this question has taken as much as it may.
    pub(super) fn is_spent(&mut self) -> bool {
        let spent = self.steps > MOST_STEPS || self.depth > DEEPEST;
        self.cut |= spent;
        spent
    }

    /// The answer to a part of the question, as it was worked out before or as `find` does now.
    pub(super) fn remembered(
        &mut self,
        part: Part,
        env: &Env,
        find: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        if let Some((value, _)) = self.known.get(&part) {
            self.steps += 1;
            return value.clone();
        }
        let outer = std::mem::take(&mut self.cut);
        let value = find(self);
        if !self.cut && self.known.len() < MOST_KEPT {
            // The environment is kept with it, so that no other can take its place.
            self.known.insert(part, (value.clone(), env.clone()));
        }
        self.cut |= outer;
        value
    }
}

//! What models say of the results of checks.

use super::{Interp, apply::Given};
use crate::{
    engine::value::{Ref, Value},
    ir::ExprId,
    models::{Bits, Effect, Matched, Select},
};

impl Interp<'_, '_> {
    /// Takes in what an effect says when the result is `truth`.
    pub(super) fn guarded(&mut self, effect: &Effect, truth: Option<bool>, given: &Given) {
        match effect {
            Effect::Guard { truth: said, select, clears, needs, when } if *said == truth => {
                if !when.iter().all(|test| self.holds(test, given)) {
                    return;
                }
                let value = self.select(select, given);
                self.learn_of(&value, *needs, *clears);
            }
            Effect::Pattern { pattern, subject, matched } => {
                let Some(truth) = truth else { return };
                let matched = if truth { *matched } else { Matched::Nowhere };
                let bits = self.pattern_bits(pattern, matched, given);
                let value = self.select(subject, given);
                self.learn_of(&value, Bits::NONE, bits);
            }
            _ => {}
        }
    }

    /// The bits of a value in which the selected regular expression matches like this.
    pub(super) fn pattern_bits(
        &mut self,
        pattern: &Select,
        matched: Matched,
        given: &Given,
    ) -> Bits {
        let pattern = self.select(pattern, given);
        let models = self.shared.models;
        let mut all = super::expr::texts(&pattern).map(|text| {
            (models.pattern)(&models.vocabulary, self.shared.program.text(text), matched)
        });
        let first = all.next().unwrap_or_default();
        all.fold(first, Bits::both)
    }

    /// Takes in that a call at an API path gave `truth`.
    pub(super) fn assume_outside(&mut self, path: u64, truth: bool, given: &Given) {
        let Some(said) = self.said(path) else { return };
        for (_, effect) in said.effects() {
            self.guarded(effect, Some(truth), given);
        }
    }

    /// Takes in that a value which is read from `owner` was `truth`, as far as models speak of it.
    pub(super) fn assume_value(&mut self, value: &Value, owner: Value, truth: bool, at: ExprId) {
        let mut given = Given::of([], at);
        given.this = Some(owner);
        for one in value.refs() {
            if let Ref::Api(path) = *one {
                self.assume_outside(path, truth, &given);
            }
        }
    }
}

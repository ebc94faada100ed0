//! Conditions on all or on some of the elements of a container.

use super::{Interp, apply::Given};
use crate::{
    engine::{
        summary::Fact,
        value::{Label, Ref, Root, Value},
    },
    ir::{Call, Expr, ExprId},
    models::Bits,
};

/// What is asked of the elements.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    Some,
}

impl Interp<'_, '_> {
    /// Takes in that `any(…)`, `all(…)`, `list.some(…)` and the like gave `truth`. Returns
    /// whether it was such a call.
    pub(super) fn quantified(&mut self, call: &Call, truth: bool) -> bool {
        let Some(wanted) = self.wanted(call) else { return false };
        // That not all are so, or that there is none, tells nothing about a single one...
        let each = matches!((wanted, truth), (Wanted::Some | Wanted::All, true));
        // ... but that none is so tells about every one of them.
        let none = (wanted, truth) == (Wanted::Some, false);
        if !each && !none {
            return true;
        }
        match &call.args[..] {
            [only] if matches!(self.module.expr(only.value), Expr::Comprehension { .. }) => {
                self.comprehended(only.value, truth);
                true
            }
            _ => self.called_with_each(call, truth),
        }
    }

    fn wanted(&self, call: &Call) -> Option<Wanted> {
        let name = match self.module.expr(call.callee) {
            Expr::Global(name) | Expr::Member(_, name) => self.module.text(*name),
            _ => return None,
        };
        match name {
            "any" | "some" | "ContainsFunc" | "find" | "findIndex" => Some(Wanted::Some),
            "all" | "every" => Some(Wanted::All),
            _ => None,
        }
    }

    /// `any(test(x) for x in list)`
    fn comprehended(&mut self, at: ExprId, truth: bool) {
        let Expr::Comprehension { clauses, values } = self.module.expr(at) else { return };
        let [value] = values[..] else { return };
        let point = self.point();
        for clause in clauses {
            let source = self.eval(clause.source);
            let element = self.element(&source, at);
            self.assign(clause.target, element, None);
        }
        self.assume(value, truth);
        let inside = self.rewind(point);
        for fact in inside.facts {
            self.learn_fact(fact);
        }
    }

    /// `list.some((x) => test(x))`
    fn called_with_each(&mut self, call: &Call, truth: bool) -> bool {
        let (_, given) = self.again(call.callee, call);
        let list = given.this.clone().unwrap_or_default();
        let first = given.args.first().map(|arg| arg.value.clone()).unwrap_or_default();
        let elements = self.element(&list, call.callee).and(&self.element(&first, call.callee));
        let functions: Vec<u32> = given
            .args
            .iter()
            .flat_map(|arg| arg.value.refs())
            .filter_map(
                |one| if let Ref::Function(function) = one { Some(*function) } else { None },
            )
            .collect();
        for function in &functions {
            let inner = Given::of([elements.clone()], call.callee);
            self.ensured_by(*function, &inner, |summary| {
                let ensures = &summary.ensures;
                if truth { ensures.if_true.clone() } else { ensures.if_false.clone() }
            });
        }
        !functions.is_empty()
    }

    /// What was learnt in the rounds of a loop about the elements that it goes over holds for all
    /// of them; when there is none, nothing was left out. The same goes for what each round says
    /// of another value, if the list is the program's own: `for folder in FORBIDDEN: …`.
    pub(super) fn learnt_of_each(&mut self, source: &Value, facts: &[Fact]) {
        let labels: Vec<Label> = source.all_taints().iter().map(|taint| taint.label).collect();
        let own =
            labels.iter().all(|label| matches!(label.root, Root::Global(_) | Root::Field(..)));
        for fact in facts {
            if own || labels.iter().any(|known| fact.label.is_inside(known)) {
                self.learn_fact(*fact);
            }
        }
    }

    fn learn_fact(&mut self, fact: Fact) {
        if fact.needs == Bits::NONE {
            self.learn(&[fact.label], fact.bits);
        } else if !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
    }
}

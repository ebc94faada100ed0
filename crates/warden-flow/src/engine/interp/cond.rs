//! Conditions: what is certain when one holds, and when it does not.

use super::{Interp, apply::Given, call::Argument, expr::texts};
use crate::{
    analysis::HopKind,
    engine::{
        api::ApiStep,
        summary::{Fact, Summary},
        value::{Label, Ref, Value},
    },
    ir::{Call, CallKind, Expr, ExprId, Logic, Operator},
    models::Bits,
    program::{COMPARE, CONTAINS, EMPTY, EQUAL, Sym, TYPE_OF},
};

/// Conditions on variables that stand for conditions on variables and so on.
const LONGEST: u8 = 8;

impl Interp<'_, '_> {
    /// Takes in that a condition was `truth`.
    pub(super) fn assume(&mut self, cond: ExprId, truth: bool) {
        self.assume_at(cond, truth, 0);
    }

    fn assume_at(&mut self, cond: ExprId, truth: bool, depth: u8) {
        if !self.step() || depth > LONGEST {
            return;
        }
        match self.module.expr(cond) {
            Expr::Not(inner) => self.assume_at(*inner, !truth, depth),
            Expr::Logic(Logic::And, a, b) => self.both((*a, *b), truth, true, depth),
            Expr::Logic(Logic::Or, a, b) => self.both((*a, *b), truth, false, depth),
            Expr::Binary(operator, a, b) => self.compare(*operator, *a, *b, (truth, depth)),
            Expr::Call(call) => self.assume_call(cond, call, truth, depth),
            Expr::Var(var) => {
                if !truth {
                    self.empty(cond);
                }
                // A variable stands for what it was assigned last, if that is still known.
                let def = self.slot(*var).and_then(|slot| self.defs[slot]);
                if let Some(def) = def.filter(|def| self.is_condition(*def)) {
                    self.assume_at(def, truth, depth + 1);
                }
                // Whatever it was made of, there is nothing in the variable itself.
                if !truth
                    && let Some(slot) = self.slot(*var)
                    && self.env[slot].is_tainted()
                {
                    let nothing = self.env[slot].with_bits(Bits::ALL);
                    self.set_slot(slot, nothing, def);
                }
            }
            Expr::Member(base, _) => {
                let (value, owner) = (self.eval(cond), self.eval(*base));
                self.assume_value(&value, owner, truth, cond);
                // `const check = validate(x); if (!check.valid) throw …`
                if let Expr::Var(var) = self.module.expr(*base)
                    && let Some(def) = self.slot(*var).and_then(|slot| self.defs[slot])
                    && matches!(self.module.expr(def), Expr::Call(_))
                {
                    self.assume_at(def, truth, depth + 1);
                }
            }
            Expr::Assign { value, .. } => self.assume_at(*value, truth, depth),
            Expr::Bool(value) => self.dead |= *value != truth,
            _ => {}
        }
    }

    /// What came in counts as false: it is empty, or not there, and does no harm. That something
    /// which was made of it is empty tells nothing.
    fn empty(&mut self, at: ExprId) {
        let value = self.eval(at);
        let mut labels = Vec::new();
        for taint in Self::labels(&value) {
            let came = taint.trace.as_ref().map(|trace| trace.hops()).unwrap_or_default();
            let as_is = came.iter().all(|hop| {
                matches!(hop.kind, HopKind::Source | HopKind::Assigned | HopKind::Passed)
            });
            if as_is && taint.label.root.is_given() {
                labels.push(taint.label);
            }
        }
        self.learn(&labels, Bits::ALL);
    }

    pub(super) fn is_condition(&self, expr: ExprId) -> bool {
        matches!(
            self.module.expr(expr),
            Expr::Call(_) | Expr::Not(_) | Expr::Logic(..) | Expr::Binary(..)
        )
    }

    /// `a && b` being true, or `a || b` being false, says both. Otherwise it is one of two ways.
    fn both(&mut self, (a, b): (ExprId, ExprId), truth: bool, and: bool, depth: u8) {
        if truth == and {
            self.assume_at(a, truth, depth);
            self.assume_at(b, truth, depth);
            return;
        }
        let point = self.point();
        self.assume_at(a, truth, depth);
        let first = self.rewind(point);
        self.assume_at(a, !truth, depth);
        self.assume_at(b, truth, depth);
        let second = self.rewind(point);
        self.merge(vec![first, second]);
    }

    fn compare(&mut self, operator: Operator, a: ExprId, b: ExprId, (truth, depth): (bool, u8)) {
        match operator {
            Operator::Equal => self.equal(a, b, (truth, depth)),
            Operator::NotEqual => self.equal(a, b, (!truth, depth)),
            Operator::In => self.contained(a, b, truth),
            Operator::NotIn => self.contained(a, b, !truth),
            Operator::Compare => self.ordered(a, b, truth),
            Operator::InstanceOf | Operator::Arithmetic => {}
        }
    }

    /// `a < b`: what models say of `a.__compare__(b)` and of `b.__compare__(a)`.
    fn ordered(&mut self, a: ExprId, b: ExprId, truth: bool) {
        let (one, other) = (self.eval(a), self.eval(b));
        for (this, that, place) in [(&one, &other, b), (&other, &one, a)] {
            if this.is_tainted() && !that.is_tainted() {
                self.assume_operator(COMPARE, (this, that, place), truth);
            }
        }
    }

    /// What models say of an operator, as of a method of the value on its one side: by what that
    /// is, and by its name alone.
    fn assume_operator(
        &mut self,
        operator: Sym,
        (this, that, place): (&Value, &Value, ExprId),
        truth: bool,
    ) {
        let mut given = Given::of([that.clone()], place);
        given.args[0].at = Some(place);
        given.this = Some(this.clone());
        let apis = &self.shared.apis;
        let unknown = apis.unknown(self.language);
        let mut paths: Vec<u64> = this
            .refs()
            .iter()
            .filter_map(|one| if let Ref::Api(path) = one { Some(*path) } else { None })
            .collect();
        paths.push(unknown);
        for path in paths {
            let path = self.shared.apis.step(self.language, Some(path), ApiStep::Member(operator));
            self.assume_outside(path, truth, &given);
        }
    }

    /// A value that is equal to something that nobody outside chose is harmless.
    fn equal(&mut self, a: ExprId, b: ExprId, (truth, depth): (bool, u8)) {
        let (one, other) = (self.eval(a), self.eval(b));
        // `err != nil`, `ok == true`, `check() === false`
        for (expr, constant) in [(a, &other), (b, &one)] {
            match constant.refs() {
                [Ref::Bool(value)] => self.assume_at(expr, *value == truth, depth + 1),
                [Ref::Null] => self.assume_nil(expr, truth),
                [Ref::Text(_)] => self.assume_type(expr, constant, truth),
                _ => {}
            }
        }
        if !truth {
            for (this, that, place) in [(&one, &other, b), (&other, &one, a)] {
                if this.is_tainted() && !that.is_tainted() {
                    self.assume_operator(EQUAL, (this, that, place), truth);
                }
            }
            return;
        }
        for (value, constant, place) in [(&one, &other, a), (&other, &one, b)] {
            if constant.is_tainted() || !value.is_tainted() {
                continue;
            }
            if constant.refs() == [Ref::Null] {
                self.empty(place);
                continue;
            }
            let labels: Vec<Label> =
                Self::labels(value).into_iter().map(|taint| taint.label).collect();
            if let [Ref::Text(text)] = constant.refs() {
                for label in labels.iter().take(2) {
                    self.conditions.push((*label, *text));
                }
            }
            self.learn(&labels, Bits::ALL);
        }
    }

    /// `typeof x === "string"`: what models say of a call of `typeof` with both.
    fn assume_type(&mut self, expr: ExprId, name: &Value, truth: bool) {
        let Expr::Unary(inner) = self.module.expr(expr) else { return };
        let value = self.eval(*inner);
        let apis = &self.shared.apis;
        let root = apis.step(self.language, None, ApiStep::Module(EMPTY));
        let path = apis.step(self.language, Some(root), ApiStep::Member(TYPE_OF));
        self.assume_outside(path, truth, &Given::of([value, name.clone()], expr));
    }

    /// An error that is nil: the call that gave it went well.
    fn assume_nil(&mut self, expr: ExprId, nil: bool) {
        let Expr::Var(var) = self.module.expr(expr) else { return };
        let def = self.slot(*var).and_then(|slot| self.defs[slot]);
        let Some(def) = def else { return };
        let Expr::Call(call) = self.module.expr(def) else { return };
        if nil {
            self.ensured_call(def, call, |summary| summary.ensures.if_nil.clone());
        }
    }

    /// `a in b`.
    fn contained(&mut self, a: ExprId, b: ExprId, truth: bool) {
        let (one, other) = (self.eval(a), self.eval(b));
        if truth && one.is_tainted() && !other.is_tainted() {
            let labels: Vec<Label> =
                Self::labels(&one).into_iter().map(|taint| taint.label).collect();
            self.learn(&labels, Bits::ALL);
            return;
        }
        self.assume_operator(CONTAINS, (&other, &one, a), truth);
    }

    fn assume_call(&mut self, id: ExprId, call: &Call, truth: bool, depth: u8) {
        // `Boolean(x)`, `!!x`
        if let (Expr::Global(name), [arg]) = (self.module.expr(call.callee), &call.args[..])
            && matches!(self.module.text(*name), "Boolean" | "bool")
        {
            return self.assume_at(arg.value, truth, depth + 1);
        }
        if self.quantified(call, truth) {
            return;
        }
        let (callee, given) = self.again(id, call);
        if truth {
            self.member_of_list(call, &given);
        }
        for one in callee.refs().to_vec() {
            match one {
                Ref::Function(function) => self.ensured_by(function, &given, |summary| {
                    let ensures = &summary.ensures;
                    if truth { ensures.if_true.clone() } else { ensures.if_false.clone() }
                }),
                Ref::Api(path) => self.assume_outside(path, truth, &given),
                _ => {}
            }
        }
    }

    /// `ALLOWED.includes(x)`, `ALLOWED.has(x)`: a value among some that nobody outside chose.
    fn member_of_list(&mut self, call: &Call, given: &Given) {
        let Expr::Member(_, name) = self.module.expr(call.callee) else { return };
        if !matches!(self.module.text(*name), "includes" | "has" | "contains" | "hasOwnProperty") {
            return;
        }
        let Some(list) = &given.this else { return };
        let is_text = texts(list).next().is_some();
        if let [arg] = &given.args[..]
            && !list.is_tainted()
            && !is_text
        {
            let labels: Vec<Label> =
                Self::labels(&arg.value).into_iter().map(|taint| taint.label).collect();
            self.learn(&labels, Bits::ALL);
        }
    }

    /// What a call is of and with, looked at once more.
    pub(super) fn again(&mut self, id: ExprId, call: &Call) -> (Value, Given) {
        let (this, place, callee) = match self.module.expr(call.callee) {
            Expr::Member(base, name) => {
                let value = self.eval(*base);
                let name = self.sym(*name);
                let found = self.member(&value, name, call.callee);
                (Some(value), Some(*base), found)
            }
            _ => (None, None, self.eval(call.callee)),
        };
        let args = call
            .args
            .iter()
            .map(|arg| Argument {
                name: arg.name.map(|name| self.sym(name)),
                spread: arg.spread,
                value: self.eval(arg.value),
                at: Some(arg.value),
            })
            .collect();
        (callee, Given { this, place, args, at: id, kind: CallKind::Plain })
    }

    fn ensured_call(
        &mut self,
        id: ExprId,
        call: &Call,
        which: impl Fn(&Summary) -> Vec<Fact> + Copy,
    ) {
        let (callee, given) = self.again(id, call);
        for one in callee.refs().to_vec() {
            if let Ref::Function(function) = one {
                self.ensured_by(function, &given, which);
            }
        }
    }
}

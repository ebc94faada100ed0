//! Statements: branches, loops, and the ways out of a function.

use super::{Frame, Interp, Snapshot};
use crate::{
    analysis::{HopKind, Spot},
    engine::{
        api::ApiStep,
        summary::{Ensures, Fact},
        value::{Label, Ref, Root, Value},
    },
    ir::{Case, Expr, ExprId, Language, Operator, Stmt, StmtId},
    models::Bits,
    program::{ELEMENT, EMPTY, ERROR, position},
};

/// Rounds of a loop that are followed until nothing changes any more.
const MOST_ROUNDS: u32 = 4;

/// What is known at the ways out of a function.
#[derive(Default)]
pub(super) struct Exits {
    pub(super) result: Value,
    always: Met,
    if_true: Met,
    if_false: Met,
    if_nil: Met,
    /// What the receiver and the parameters are at the end.
    ends: Vec<(Option<u16>, Value)>,
}

/// What holds at every exit of some kind; `None` before the first.
#[derive(Default)]
struct Met(Option<Vec<Fact>>);

impl Met {
    fn meet(&mut self, facts: &[Fact]) {
        match &mut self.0 {
            None => {
                let mut all: Vec<Fact> = facts
                    .iter()
                    .map(|fact| Fact { bits: Fact::of(facts, fact), ..*fact })
                    .collect();
                all.sort_unstable();
                all.dedup();
                self.0 = Some(all);
            }
            Some(known) => known.retain_mut(|fact| {
                fact.bits = fact.bits.both(Fact::of(facts, fact));
                fact.bits != Bits::NONE
            }),
        }
    }

    /// What holds, of what a caller can know.
    fn outside(self) -> Vec<Fact> {
        let mut facts = self.0.unwrap_or_default();
        facts.retain(|fact| fact.label.root.is_given());
        facts
    }
}

impl Exits {
    /// What callers get to know.
    pub(super) fn finish(&mut self) -> (Ensures, Vec<(Option<u16>, Value)>) {
        let ensures = Ensures {
            always: std::mem::take(&mut self.always).outside(),
            if_true: std::mem::take(&mut self.if_true).outside(),
            if_false: std::mem::take(&mut self.if_false).outside(),
            if_nil: std::mem::take(&mut self.if_nil).outside(),
        };
        let mut sets = std::mem::take(&mut self.ends);
        sets.retain(|(_, value)| !value.is_empty());
        (ensures, sets)
    }
}

/// What a returned expression says of whether all went well.
enum Verdict {
    True,
    False,
    Nil,
    Condition(ExprId),
    Unknown,
}

impl Interp<'_, '_> {
    pub(super) fn block(&mut self, stmts: &[StmtId]) {
        for stmt in stmts {
            if self.dead || !self.step() {
                return;
            }
            self.stmt(*stmt);
        }
    }

    fn stmt(&mut self, id: StmtId) {
        match &self.module.stmts[id.at()].0 {
            Stmt::Expr(expr) => {
                self.eval(*expr);
                self.dead |= self.never_returns(*expr);
            }
            Stmt::If { cond, then, otherwise } => self.branch(*cond, then, otherwise),
            Stmt::Loop { each, keys: _, cond, body, otherwise } => {
                self.repeat((*each, *cond), body, otherwise);
            }
            Stmt::Switch { subject, cases } => self.switch(*subject, cases),
            Stmt::Return(Some(value)) if self.never_returns(*value) => {
                self.eval(*value);
                self.dead = true;
            }
            Stmt::Return(value) => {
                self.exit(*value);
                self.dead = true;
            }
            Stmt::Throw(value) => {
                if let Some(value) = value {
                    self.eval(*value);
                }
                self.dead = true;
            }
            Stmt::Break => {
                let snapshot = self.snapshot();
                if let Some(frame) = self.frames.last_mut() {
                    frame.breaks.push(snapshot);
                }
                self.dead = true;
            }
            Stmt::Continue => {
                let snapshot = self.snapshot();
                if let Some(frame) = self.frames.iter_mut().rev().find(|frame| frame.is_loop) {
                    frame.continues.push(snapshot);
                }
                self.dead = true;
            }
            Stmt::Yield(value) => {
                let value = self.eval(*value);
                let old = self.exits.result.field(ELEMENT).unwrap_or_default();
                let result = std::mem::take(&mut self.exits.result);
                if !value.is_empty() {
                    self.exits.result = result.set(ELEMENT, old.and(&value));
                }
            }
            Stmt::Try { body, handlers, finally } => self.attempt(body, handlers, finally),
        }
    }

    /// Whether it is a call, by name, of functions of the program that only throw: `reject(x)`.
    fn never_returns(&mut self, expr: ExprId) -> bool {
        let Expr::Call(call) = self.module.expr(expr) else { return false };
        let Expr::Var(_) = self.module.expr(call.callee) else { return false };
        let callee = self.eval(call.callee);
        let program = self.shared.program;
        let throws = |one: &Ref| {
            let Ref::Function(number) = one else { return false };
            let id = program.function(*number);
            let module = program.module(id.module);
            let function = &module.functions[id.function.at()];
            let mut stmts = function.body.iter().rev().map(|stmt| &module.stmts[stmt.at()].0);
            !function.is_async
                && matches!(stmts.next(), Some(Stmt::Throw(_)))
                && stmts.all(|stmt| matches!(stmt, Stmt::Expr(_)))
        };
        !callee.refs().is_empty() && callee.refs().iter().all(throws)
    }

    fn branch(&mut self, cond: ExprId, then: &[StmtId], otherwise: &[StmtId]) {
        // Long chains of `else if` are followed one after the other, not one inside the other.
        let mut branches = Vec::new();
        let mut conditions = Vec::new();
        let (mut cond, mut then, mut otherwise) = (cond, then, otherwise);
        let outer = self.conditions.len();
        let start = self.point();
        loop {
            let value = self.eval(cond);
            let point = self.point();
            let before = self.conditions.len();
            self.assume(cond, true);
            self.dead |= self.is_switched_off(cond, &value, then);
            let held = self.held.len();
            self.hold(cond);
            self.block(then);
            self.held.truncate(held);
            self.conditions.truncate(before);
            let branch = self.rewind(point);
            conditions.push(cond);
            branches.push((point, branch));
            self.assume(cond, false);
            match otherwise {
                [only] => match &self.module.stmts[only.at()].0 {
                    Stmt::If { cond: next, then: next_then, otherwise: next_otherwise }
                        if branches.len() < 4096 && !self.dead =>
                    {
                        (cond, then, otherwise) = (*next, next_then, next_otherwise);
                        if !self.step() {
                            break;
                        }
                    }
                    _ => break,
                },
                _ => break,
            }
        }
        self.block(otherwise);
        self.conditions.truncate(outer);
        // From the innermost out: each `else` against its `if`.
        while let Some((point, branch)) = branches.pop() {
            let other = self.rewind(point);
            self.merge(vec![branch, other]);
        }
        debug_assert!(start.log <= self.log.len());
    }

    /// `if error:` and `if error is not None:`: within, the variable is what it was just now.
    fn hold(&mut self, cond: ExprId) {
        let var = match self.module.expr(cond) {
            Expr::Binary(Operator::NotEqual, one, other)
                if matches!(self.module.expr(*other), Expr::Null) =>
            {
                *one
            }
            _ => cond,
        };
        if let Expr::Var(var) = self.module.expr(var)
            && let Some(def) = self.slot(*var).and_then(|slot| self.defs[slot])
        {
            self.held.push((*var, def));
        }
    }

    /// `if allowed is None: return` in a function that is told what is allowed, and
    /// `if (process.env.UNSAFE === "true") return;`: whoever runs the server left the check out.
    /// That is no way around it for those who send values.
    fn is_switched_off(&self, cond: ExprId, value: &Value, then: &[StmtId]) -> bool {
        let [only] = then else { return false };
        if !matches!(self.module.stmts[only.at()].0, Stmt::Return(None)) {
            return false;
        }
        let mut taints = value.taints().iter();
        if !value.taints().is_empty()
            && taints.all(|t| t.bits == Bits::ALL && matches!(t.label.root, Root::Source(_)))
        {
            return true;
        }
        let var = match self.module.expr(cond) {
            Expr::Not(inner) => *inner,
            Expr::Binary(Operator::Equal, one, other)
                if matches!(self.module.expr(*other), Expr::Null) =>
            {
                *one
            }
            _ => return false,
        };
        // It has to be given: what has a default is left out by mistake.
        let params = &self.module.functions[self.id.function.at()].params;
        params.len() > 1
            && matches!(self.module.expr(var), Expr::Var(var) if params.iter().any(|param| {
                param.default.is_none()
                    && matches!(self.module.expr(param.target), Expr::Var(own) if own == var)
            }))
    }

    fn repeat(
        &mut self,
        (each, cond): (Option<(ExprId, ExprId)>, Option<ExprId>),
        body: &[StmtId],
        otherwise: &[StmtId],
    ) {
        let source = each.map(|(target, source)| {
            let value = self.eval(source);
            let value = self.hop(value, self.spot(source), HopKind::Assigned);
            (target, self.round(&value, target, source))
        });
        let is_of_library = source.as_ref().is_some_and(|(_, element)| {
            element.refs().iter().any(|one| matches!(one, Ref::Api(_)) && !one.is_unknown())
        });
        self.frames.push(Frame { is_loop: true, is_of_library, ..Frame::default() });
        let outer = self.conditions.len();
        // A loop in a loop goes on where it was in the next round of that.
        let around = self.frames.iter().filter(|frame| frame.is_loop).count();
        let most =
            MOST_ROUNDS.saturating_sub(u32::try_from(around).unwrap_or(MOST_ROUNDS) - 1).max(2);
        for round in 0..most {
            let before: Vec<Value> = self.env.clone();
            let point = self.point();
            if let Some(cond) = cond {
                self.eval(cond);
                self.assume(cond, true);
            }
            if let Some((target, element)) = &source {
                self.assign(*target, element.clone(), None);
            }
            self.block(body);
            self.conditions.truncate(outer);
            let continued = self.frames.last_mut().map(|f| std::mem::take(&mut f.continues));
            self.rejoin(continued.unwrap_or_default());
            let done = self.rewind(point);
            let facts = if done.dead { Vec::new() } else { done.facts.clone() };
            let none = self.rewind(self.point());
            self.merge(vec![done, none]);
            let left_early = self.frames.last().is_some_and(|frame| !frame.breaks.is_empty());
            if let Some((_, element)) = source.as_ref().filter(|_| !left_early) {
                self.learnt_of_each(element, &facts);
            }
            let same = before.iter().zip(&self.env).all(|(old, new)| old.same(new));
            if same || round + 1 == most {
                break;
            }
        }
        if let Some(cond) = cond
            && !matches!(self.module.expr(cond), Expr::Bool(true) | Expr::Number(_))
        {
            self.assume(cond, false);
        }
        let breaks: Vec<Snapshot> = self.frames.pop().map(|frame| frame.breaks).unwrap_or_default();
        if otherwise.is_empty() {
            self.rejoin(breaks);
            self.dead = false;
            return;
        }
        // Only a loop that nothing breaks off comes here: what follows is reached otherwise too.
        self.dead = false;
        self.block(otherwise);
        self.rejoin(breaks);
    }

    /// What each round of a loop is given.
    fn round(&mut self, source: &Value, target: ExprId, at: ExprId) -> Value {
        let element = self.element(source, at);
        if self.language == Language::Go && matches!(self.module.expr(target), Expr::List(_)) {
            let key = Value::with_taints(source.taints().iter().cloned());
            return Value::object([(position(0), key), (position(1), element)]);
        }
        element
    }

    fn switch(&mut self, subject: Option<ExprId>, cases: &[Case]) {
        let value = subject.map(|subject| self.eval(subject)).unwrap_or_default();
        self.frames.push(Frame::default());
        let mut branches = Vec::new();
        let outer = self.conditions.len();
        let has_default = cases.iter().any(|case| case.tests.is_none());
        for at in 0..cases.len() {
            let point = self.point();
            // Those that fall through to this one without doing anything are other names for it.
            let mut first = at;
            while first > 0 && cases[first - 1].falls && cases[first - 1].body.is_empty() {
                first -= 1;
            }
            let here = cases.get(first..=at).unwrap_or_default();
            self.enter_case(subject, &value, here);
            let mut next = at;
            loop {
                self.block(&cases[next].body);
                if !cases[next].falls || self.dead || next + 1 >= cases.len() {
                    break;
                }
                next += 1;
            }
            self.conditions.truncate(outer);
            let branch = self.rewind(point);
            if !cases[at].body.is_empty() || !cases[at].falls {
                branches.push(branch);
            }
        }
        if !has_default {
            let point = self.point();
            branches.push(self.rewind(point));
        }
        let breaks = self.frames.pop().map(|frame| frame.breaks).unwrap_or_default();
        self.merge(branches);
        self.rejoin(breaks);
    }

    /// What holds in a case: the subject is one of its values.
    fn enter_case(&mut self, subject: Option<ExprId>, value: &Value, cases: &[Case]) {
        let mut tests: Vec<ExprId> = Vec::new();
        for case in cases {
            let Some(own) = &case.tests else { return };
            tests.extend(own);
        }
        let values: Vec<Value> = tests.iter().map(|test| self.eval(*test)).collect();
        if subject.is_none() {
            if let [test] = tests[..] {
                self.assume(test, true);
            }
        } else if values.iter().all(|value| !value.is_tainted()) && value.is_tainted() {
            let labels: Vec<Label> =
                value.all_taints().into_iter().map(|taint| taint.label).collect();
            for test in &values {
                for text in super::expr::texts(test) {
                    if let Some(label) = labels.first() {
                        self.conditions.push((*label, text));
                    }
                }
            }
            if values.iter().all(|value| !value.is_empty()) {
                self.learn(&labels, Bits::ALL);
            }
        }
        if let Some(guard) = cases.last().and_then(|case| case.guard) {
            self.eval(guard);
            self.assume(guard, true);
        }
    }

    fn attempt(
        &mut self,
        body: &[StmtId],
        handlers: &[(Option<crate::ir::VarId>, Vec<StmtId>)],
        finally: &[StmtId],
    ) {
        let point = self.point();
        self.block(body);
        let tried = self.rewind(point);
        let mut branches = Vec::new();
        for (var, handler) in handlers {
            if self.passes_over(handler) {
                continue;
            }
            // The error may have come at any point of the body: what it changed may be changed.
            for (slot, value, _) in &tried.changes {
                let at = *slot as usize;
                let both = self.env[at].clone().and(value);
                self.set_slot(at, both, None);
            }
            if let Some(var) = var {
                let error = self.error_value(handler);
                self.set_var(*var, error, None);
            }
            self.block(handler);
            branches.push(self.rewind(point));
        }
        branches.insert(0, tried);
        self.merge(branches);
        let dead = std::mem::replace(&mut self.dead, false);
        self.block(finally);
        self.dead |= dead;
    }

    /// Whether what a library gave is passed over where it is not of the kind that is asked for:
    /// of what else it gave, every one was checked.
    fn passes_over(&self, handler: &[StmtId]) -> bool {
        let [only] = handler else { return false };
        let innermost = self.frames.last().is_some_and(|frame| frame.is_of_library);
        innermost && matches!(self.module.stmts[only.at()].0, Stmt::Continue)
    }

    /// A caught error: models may call it a source by the path `:error`.
    fn error_value(&mut self, handler: &[StmtId]) -> Value {
        let Some(first) = handler.first() else { return Value::default() };
        let span = self.module.stmts[first.at()].1;
        let at = Spot { module: self.module_number, span };
        let apis = &self.shared.apis;
        let root = apis.step(self.language, None, ApiStep::Module(EMPTY));
        let path = apis.step(self.language, Some(root), ApiStep::Member(ERROR));
        self.api_value_at(path, at)
    }

    /// Leaves the function with a value.
    pub(super) fn exit(&mut self, value: Option<ExprId>) {
        let given = value.map(|value| self.eval(value)).unwrap_or_default();
        self.exits.result = std::mem::take(&mut self.exits.result).and(&given);
        let verdict = value.map_or(Verdict::Nil, |value| self.verdict(value));
        self.exits.always.meet(&self.facts);
        match verdict {
            Verdict::True => self.exits.if_true.meet(&self.facts),
            Verdict::False => self.exits.if_false.meet(&self.facts),
            Verdict::Nil => {
                self.exits.if_false.meet(&self.facts);
                self.exits.if_nil.meet(&self.facts);
            }
            Verdict::Condition(cond) => {
                for truth in [true, false] {
                    let point = self.point();
                    self.assume(cond, truth);
                    let facts = self.facts.clone();
                    let branch = self.rewind(point);
                    let met =
                        if truth { &mut self.exits.if_true } else { &mut self.exits.if_false };
                    if !branch.dead {
                        met.meet(&facts);
                    }
                }
            }
            Verdict::Unknown => {
                self.exits.if_true.meet(&self.facts);
                self.exits.if_false.meet(&self.facts);
            }
        }
        self.end_of_givens();
    }

    /// Members that were set on the receiver and on parameters until here.
    fn end_of_givens(&mut self) {
        let function = &self.module.functions[self.id.function.at()];
        let mut givens: Vec<(Option<u16>, crate::ir::VarId)> = Vec::new();
        givens.extend(function.receiver.map(|receiver| (None, receiver)));
        for (at, param) in function.params.iter().enumerate() {
            if let Expr::Var(var) = self.module.expr(param.target) {
                givens.push((Some(u16::try_from(at).unwrap_or(u16::MAX)), *var));
            }
        }
        for (whose, var) in givens {
            let Some(slot) = self.slot(var) else { continue };
            let number = u32::try_from(slot).unwrap_or(u32::MAX);
            let set: Vec<_> = self.env[slot]
                .fields()
                .iter()
                .filter(|(member, _)| self.written.contains(&(number, *member)))
                .cloned()
                .collect();
            if set.is_empty() {
                continue;
            }
            let set = Value::object(set);
            match self.exits.ends.iter_mut().find(|(known, _)| *known == whose) {
                Some((_, old)) => *old = std::mem::take(old).and(&set),
                None => self.exits.ends.push((whose, set)),
            }
        }
    }

    fn is_word(&self, part: ExprId) -> bool {
        matches!(self.module.expr(part), Expr::Text(text) if !self.module.text(*text).is_empty())
    }

    fn verdict(&self, value: ExprId) -> Verdict {
        match self.module.expr(value) {
            Expr::Bool(true) | Expr::Text(_) => Verdict::True,
            Expr::Bool(false) => Verdict::False,
            // What went wrong, with a word of its own around the value.
            Expr::Concat(parts) if parts.iter().any(|part| self.is_word(*part)) => Verdict::True,
            Expr::Null => Verdict::Nil,
            Expr::Not(_) | Expr::Binary(..) | Expr::Logic(..) | Expr::Call(_) => {
                Verdict::Condition(value)
            }
            // `return error`: what the check gave that the variable stands for.
            Expr::Var(var) => match self.slot(*var).and_then(|slot| self.defs[slot]) {
                Some(def) if self.held.contains(&(*var, def)) => Verdict::True,
                Some(def) if self.is_condition(def) => Verdict::Condition(value),
                _ => Verdict::Unknown,
            },
            Expr::List(items) => match items.last().map(|item| self.module.expr(item.value)) {
                Some(Expr::Null) => Verdict::Nil,
                _ => match items.first().map(|item| self.module.expr(item.value)) {
                    Some(Expr::Bool(true)) => Verdict::True,
                    Some(Expr::Bool(false)) => Verdict::False,
                    _ => Verdict::Unknown,
                },
            },
            Expr::Object(parts) => {
                let mut truths =
                    parts.iter().filter_map(|part| match self.module.expr(part.value) {
                        Expr::Bool(value) => Some(*value),
                        _ => None,
                    });
                match (truths.next(), truths.next()) {
                    (Some(true), None) => Verdict::True,
                    (Some(false), None) => Verdict::False,
                    _ => Verdict::Unknown,
                }
            }
            _ => Verdict::Unknown,
        }
    }
}

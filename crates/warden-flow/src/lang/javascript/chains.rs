//! Chains of conditions: `else if` and `a ? b : c ? d : e`, which nest without end on their right.

use std::mem::{replace, take};

use crate::ir::{Expr, ExprId, Span, Stmt, StmtId};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
};

/// One condition of a chain.
struct Arm {
    cond: ExprId,
    then: Vec<StmtId>,
    at: Span,
    /// The list that the whole goes to. Whatever is made later is done otherwise.
    before: Vec<StmtId>,
}

/// One condition of a chain that is a value.
struct Choice {
    arm: Arm,
    value: ExprId,
}

impl Lowerer<'_, '_> {
    /// Lowers `if` with all that follows by `else if`.
    pub(super) fn if_statement(&mut self) {
        let mut arms = Vec::new();
        let mut levels = 0;
        loop {
            let at = self.span();
            let mut arm = None;
            let mut goes_on = false;
            if !self.cursor.goto_first_child() {
                break;
            }
            levels += 1;
            loop {
                match self.field() {
                    Field::Condition => arm = Some(self.condition(at)),
                    Field::Consequence => {
                        let ((), then) = self.collect(Self::statement);
                        if let Some(arm) = &mut arm {
                            arm.then = then;
                        }
                    }
                    Field::Alternative if self.down(|_, kind| !kind.is_token()) => {
                        levels += 1;
                        goes_on = true;
                    }
                    _ => self.notice(),
                }
                if goes_on || !self.cursor.goto_next_sibling() {
                    break;
                }
            }
            self.otherwise(&mut arms, arm);
            if !goes_on {
                break;
            }
            if self.kind() != Kind::If {
                self.statement();
                break;
            }
        }
        for _ in 0..levels {
            self.up();
        }
        self.close(arms);
    }

    fn condition(&mut self, at: Span) -> Arm {
        let cond = self.expr();
        Arm { cond, then: Vec::new(), at, before: Vec::new() }
    }

    /// From here on everything is done if the last condition does not hold.
    fn otherwise(&mut self, arms: &mut Vec<Arm>, arm: Option<Arm>) {
        if let Some(mut arm) = arm {
            arm.before = take(&mut self.out);
            arms.push(arm);
        }
    }

    fn close(&mut self, arms: Vec<Arm>) {
        for Arm { cond, then, at, before } in arms.into_iter().rev() {
            let otherwise = replace(&mut self.out, before);
            self.push(Stmt::If { cond, then, otherwise }, at);
        }
    }

    /// Lowers a choice as branches, each arm with `lower`.
    pub(super) fn arms(&mut self, lower: fn(&mut Self)) {
        let mut arms = Vec::new();
        let mut levels = 0;
        while self.kind() == Kind::Ternary {
            let at = self.span();
            if !self.down_to(Field::Condition) {
                break;
            }
            levels += 1;
            let mut arm = self.condition(at);
            if self.along_to(Field::Consequence) {
                arm.then = self.collect(lower).1;
            }
            self.otherwise(&mut arms, Some(arm));
            if !self.along_to(Field::Alternative) {
                break;
            }
        }
        if levels > 0 && self.field() == Field::Alternative {
            lower(self);
        }
        for _ in 0..levels {
            self.up();
        }
        self.close(arms);
    }

    /// Lowers a choice as a value.
    pub(super) fn choice(&mut self) -> ExprId {
        let whole = self.span();
        let mut choices = Vec::new();
        let mut levels = 0;
        while self.kind() == Kind::Ternary {
            let at = self.span();
            if !self.down_to(Field::Condition) {
                break;
            }
            levels += 1;
            let mut arm = self.condition(at);
            let mut value = None;
            if self.along_to(Field::Consequence) {
                let (made, then) = self.collect(Self::expr);
                (value, arm.then) = (Some(made), then);
            }
            arm.before = take(&mut self.out);
            let value = value.unwrap_or_else(|| self.nothing(at));
            choices.push(Choice { arm, value });
            if !self.along_to(Field::Alternative) {
                break;
            }
        }
        let last = match self.field() {
            Field::Alternative if levels > 0 => self.expr(),
            _ => self.nothing(whole),
        };
        for _ in 0..levels {
            self.up();
        }
        self.choose(choices, last)
    }

    fn choose(&mut self, choices: Vec<Choice>, last: ExprId) -> ExprId {
        let mut value = last;
        for Choice { arm: Arm { cond, then, at, before }, value: held } in choices.into_iter().rev()
        {
            let otherwise = replace(&mut self.out, before);
            if !(then.is_empty() && otherwise.is_empty()) {
                self.push(Stmt::If { cond, then, otherwise }, at);
            }
            value = self.builder.expr(Expr::Choice { cond, then: held, otherwise: value }, at);
        }
        value
    }
}

//! Operators, assignments and `yield`.

use crate::ir::{Expr, ExprId, Logic, Operator, Stmt};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
    patterns::Bind,
};

/// Members of members that are followed to see whether a target is a plain one.
const MAX_STEPS: usize = 16;

impl Lowerer<'_, '_> {
    /// The operator of the node under the cursor.
    pub(super) fn operator(&mut self) -> Kind {
        self.at(Field::Operator, |at| at.kind()).unwrap_or(Kind::Other)
    }

    /// Goes along to the operator.
    pub(super) fn reach_operator(&mut self) -> Kind {
        if self.along_to(Field::Operator) { self.kind() } else { Kind::Other }
    }

    /// An operator with its right side; the cursor stands on the operator.
    pub(super) fn binary(&mut self, left: ExprId) -> ExprId {
        let operator = self.kind();
        let here = self.span();
        let right = self.along_to(Field::Right).then(|| self.collect(Self::expr));
        let (right, mut before) = right.unwrap_or_else(|| (self.nothing(here), Vec::new()));
        self.up();
        let at = self.span();
        let logic = match operator {
            Kind::And => Logic::And,
            Kind::Or => Logic::Or,
            Kind::Nullish => Logic::Nullish,
            _ => {
                self.out.append(&mut before);
                let operator = arithmetic(operator);
                return self.builder.expr(Expr::Binary(operator, left, right), at);
            }
        };
        if !before.is_empty() {
            self.push_branch(left, logic, before, at);
        }
        self.builder.expr(Expr::Logic(logic, left, right), at)
    }

    /// `target = value`.
    pub(super) fn assignment(&mut self) -> ExprId {
        let at = self.span();
        let (mut target, mut value) = (None, None);
        self.each(|inner, _| match inner.field() {
            Field::Left => target = Some(inner.pattern(Bind::Reference)),
            Field::Right => {
                value = Some(match target {
                    Some(target) => inner.value_of(target),
                    None => inner.expr(),
                });
            }
            _ => {}
        });
        match (target, value) {
            (Some(target), Some(value)) => self.builder.expr(Expr::Assign { target, value }, at),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => self.nothing(at),
        }
    }

    /// `target += value` and the like: the target comes in as well.
    pub(super) fn augmented(&mut self) -> ExprId {
        let at = self.span();
        let (mut target, mut value) = (None, None);
        let mut operator = Kind::Other;
        self.each(|inner, kind| match inner.field() {
            Field::Left => target = Some(inner.expr()),
            Field::Operator => operator = kind,
            Field::Right => {
                value = Some(match target {
                    Some(target) => inner.value_of(target),
                    None => inner.expr(),
                });
            }
            _ => {}
        });
        let (Some(target), Some(value)) = (target, value) else {
            return target.or(value).unwrap_or_else(|| self.nothing(at));
        };
        let held = self.held(target);
        let value = match operator {
            Kind::PlusAssign => {
                let base = self.operands.len();
                self.operands.extend([held, value]);
                self.sum(base, at)
            }
            Kind::AndAssign => self.builder.expr(Expr::Logic(Logic::And, held, value), at),
            Kind::OrAssign => self.builder.expr(Expr::Logic(Logic::Or, held, value), at),
            Kind::NullishAssign => self.builder.expr(Expr::Logic(Logic::Nullish, held, value), at),
            _ => self.builder.expr(Expr::Binary(Operator::Arithmetic, held, value), at),
        };
        self.builder.expr(Expr::Assign { target, value }, at)
    }

    /// What a target holds before it is assigned. An expression that has parts of its own is not
    /// used twice: in a nest of those the whole would have two to the depth of it.
    fn held(&mut self, target: ExprId) -> ExprId {
        let mut at = target;
        for _ in 0..MAX_STEPS {
            at = match *self.made(at) {
                Expr::Var(_) | Expr::Global(_) => return target,
                Expr::Member(base, _) => base,
                Expr::Index(base, index) if self.is_plain(index) => base,
                _ => break,
            };
        }
        self.nothing(self.builder.module.span(target))
    }

    fn is_plain(&self, expr: ExprId) -> bool {
        matches!(self.made(expr), Expr::Var(_) | Expr::Global(_) | Expr::Number(_))
    }

    /// `x++`.
    pub(super) fn update(&mut self) -> ExprId {
        let at = self.span();
        let target = self.at(Field::Argument, Self::expr);
        let target = target.unwrap_or_else(|| self.nothing(at));
        let one = self.builder.name("1");
        let one = self.builder.expr(Expr::Number(one), at);
        let held = self.held(target);
        let value = self.builder.expr(Expr::Binary(Operator::Arithmetic, held, one), at);
        self.builder.expr(Expr::Assign { target, value }, at)
    }

    /// `!x`, `-x`, `void x`, `typeof x`, `delete x`.
    pub(super) fn unary(&mut self) -> ExprId {
        let at = self.span();
        let (mut operator, mut operand) = (Kind::Other, None);
        self.each(|inner, kind| match inner.field() {
            Field::Operator => operator = kind,
            Field::Argument => operand = Some(inner.expr()),
            _ => {}
        });
        let operand = operand.unwrap_or_else(|| self.nothing(at));
        let made = match (operator, self.made(operand)) {
            // Minifiers write `true` and `undefined` so.
            (Kind::Bang, Expr::Number(number)) => Expr::Bool(self.name_text(*number) == "0"),
            (Kind::VoidWord, Expr::Number(_)) => Expr::Null,
            (Kind::Bang, _) => Expr::Not(operand),
            (Kind::Arithmetic, Expr::Number(_)) => Expr::Number(self.literal()),
            _ => Expr::Unary(operand),
        };
        self.builder.expr(made, at)
    }

    /// `yield x`: gives `x` to whoever iterates. What comes back is `x` in generators that stand
    /// for async functions, and whatever the iterator sends otherwise, which is `x` for those who
    /// drive generators.
    pub(super) fn yielded(&mut self) -> ExprId {
        let at = self.span();
        let value = self.only_child(Self::expr);
        let value = value.unwrap_or_else(|| self.builder.expr(Expr::Null, at));
        if !self.awaits {
            self.push(Stmt::Yield(value), at);
        }
        value
    }
}

const fn arithmetic(operator: Kind) -> Operator {
    match operator {
        Kind::Equal => Operator::Equal,
        Kind::NotEqual => Operator::NotEqual,
        Kind::Compare => Operator::Compare,
        Kind::InWord => Operator::In,
        Kind::InstanceOf => Operator::InstanceOf,
        _ => Operator::Arithmetic,
    }
}

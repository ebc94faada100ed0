//! Expressions: what nests on the left in a loop, the rest one level deeper each.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::{Field, Kind, Python};
use crate::{
    ir::{Expr, ExprId, Logic, Name, Operator, Span, Stmt},
    lang::span,
};

/// The left side of an operation in the making.
pub(super) enum Left {
    /// An expression.
    Value(ExprId),
    /// Operands of `+` that are not put together yet, so that a long chain becomes one list.
    Sum(Vec<ExprId>, Span),
}

impl Kind {
    /// Whether it begins with an operand, or is one within brackets.
    const fn leads(self) -> bool {
        matches!(
            self,
            Self::Attribute
                | Self::Call
                | Self::Subscript
                | Self::Binary
                | Self::Boolean
                | Self::Comparison
                | Self::Parenthesized
                | Self::Await
        )
    }
}

impl<'t> Python<'t, '_> {
    /// The expression at the cursor.
    pub(super) fn expr(&mut self) -> ExprId {
        let node = self.cursor.node();
        let kind = Kind::at(node);
        if let Some(simple) = self.atom(kind, node) {
            return simple;
        }
        let at = span(node);
        if !self.builder.enter(at) {
            return self.nothing(at);
        }
        let made = if kind.leads() { self.spine(kind) } else { self.branch(kind) };
        self.builder.leave();
        made
    }

    fn spine(&mut self, first: Kind) -> ExprId {
        let mut levels: SmallVec<[Kind; 16]> = SmallVec::new();
        let mut kind = first;
        while kind.leads() && self.goto_first_part() {
            levels.push(kind);
            kind = self.kind();
        }
        let operand = if kind.leads() { self.nothing(self.at()) } else { self.operand(kind) };
        let mut left = Left::Value(operand);
        while let Some(level) = levels.pop() {
            left = self.climb(level, left);
        }
        self.settle(left)
    }

    fn operand(&mut self, kind: Kind) -> ExprId {
        let node = self.cursor.node();
        match self.atom(kind, node) {
            Some(simple) => simple,
            None => self.branch(kind),
        }
    }

    /// Takes in what stands to the right of the cursor at one level, and goes up to it.
    fn climb(&mut self, level: Kind, left: Left) -> Left {
        match level {
            Kind::Parenthesized | Kind::Await => {
                self.rest(|python, _| {
                    python.aside(Self::expr);
                });
                left
            }
            Kind::Binary => self.binary(left),
            _ => {
                let left = self.settle(left);
                Left::Value(match level {
                    Kind::Attribute => self.attribute(left),
                    Kind::Call => self.call(left),
                    Kind::Subscript => self.subscript(left),
                    Kind::Boolean => self.boolean(left),
                    _ => self.comparison(left),
                })
            }
        }
    }

    /// Expressions without parts.
    fn atom(&mut self, kind: Kind, node: Node<'t>) -> Option<ExprId> {
        let at = span(node);
        let expr = match kind {
            Kind::Identifier => {
                let name = self.identifier();
                return Some(self.reference(name, at));
            }
            Kind::Str => return Some(self.string()),
            Kind::Integer | Kind::Float => Expr::Number(self.builder.name(self.builder.slice(at))),
            Kind::True => Expr::Bool(true),
            Kind::False => Expr::Bool(false),
            Kind::Null => Expr::Null,
            Kind::Ellipsis => return Some(self.builtin("Ellipsis", at)),
            _ => return None,
        };
        Some(self.builder.expr(expr, at))
    }

    /// Expressions with parts that do not begin with an operand.
    fn branch(&mut self, kind: Kind) -> ExprId {
        match kind {
            Kind::ConcatenatedString => self.joined_strings(),
            Kind::NotOperator | Kind::Unary => self.unary(kind),
            Kind::Lambda => self.lambda(),
            Kind::Conditional => self.conditional(),
            Kind::Named => self.named(),
            Kind::AsPattern => self.as_pattern(),
            Kind::List
            | Kind::Tuple
            | Kind::Set
            | Kind::ExpressionList
            | Kind::PatternList
            | Kind::TuplePattern
            | Kind::ListPattern => self.list(),
            Kind::Dictionary => self.dictionary(),
            Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::DictionaryComprehension
            | Kind::Generator => self.comprehension(),
            Kind::Slice | Kind::ListSplat | Kind::DictionarySplat | Kind::ListSplatPattern => {
                self.parts()
            }
            Kind::Yield => self.yielded(),
            Kind::Assignment => self.assignment(),
            Kind::AugmentedAssignment => self.augmented(),
            Kind::DottedName => self.dotted(),
            Kind::Type
            | Kind::GenericType
            | Kind::UnionType
            | Kind::MemberType
            | Kind::ConstrainedType
            | Kind::SplatType => self.type_expr(kind),
            _ => self.unknown(),
        }
    }

    fn attribute(&mut self, base: ExprId) -> ExprId {
        let mut name = None;
        self.rest(|python, kind| {
            if kind == Kind::Identifier {
                name = Some(python.identifier());
            }
        });
        let at = self.at();
        match name {
            Some(name) => self.builder.expr(Expr::Member(base, name), at),
            None => base,
        }
    }

    fn subscript(&mut self, base: ExprId) -> ExprId {
        let mut parts: SmallVec<[ExprId; 4]> = SmallVec::new();
        self.rest(|python, _| parts.push(python.expr()));
        let at = self.at();
        let index = match parts.as_slice() {
            [one] => *one,
            _ => self.list_of(&parts, at),
        };
        self.index(base, index, at)
    }

    fn boolean(&mut self, left: ExprId) -> ExprId {
        let mut logic = Logic::And;
        let mut right = None;
        self.rest_tokens(|python, kind, node| match kind {
            Kind::Or => logic = Logic::Or,
            _ if node.is_named() => right = Some(python.expr()),
            _ => {}
        });
        let at = self.at();
        match right {
            Some(right) => self.builder.expr(Expr::Logic(logic, left, right), at),
            None => left,
        }
    }

    /// `a < b < c` is `a < b and b < c`.
    fn comparison(&mut self, left: ExprId) -> ExprId {
        let mut operator = Operator::Equal;
        let mut last = left;
        let mut all = None;
        self.rest_tokens(|python, kind, node| {
            if !node.is_named() {
                operator = comparison(kind);
                return;
            }
            let right = python.expr();
            let start = python.builder.module.span(last).start;
            let at = Span { start, end: span(node).end };
            let made = python.builder.expr(Expr::Binary(operator, last, right), at);
            all = Some(match all {
                Some(before) => python.builder.expr(Expr::Logic(Logic::And, before, made), at),
                None => made,
            });
            last = right;
        });
        all.unwrap_or(left)
    }

    fn unary(&mut self, kind: Kind) -> ExprId {
        let at = self.at();
        let mut operand = None;
        let mut negative = false;
        self.tokens(|python, token, node| {
            negative |= token == Kind::Minus;
            if node.is_named() {
                operand = Some(python.expr());
            }
        });
        let Some(operand) = operand else { return self.nothing(at) };
        let number = matches!(self.builder.module.expr(operand), Expr::Number(_));
        let expr = match kind {
            Kind::NotOperator => Expr::Not(operand),
            _ if number && negative => {
                let text = self.builder.slice(at);
                Expr::Number(self.builder.name(text))
            }
            _ => Expr::Unary(operand),
        };
        self.builder.expr(expr, at)
    }

    fn conditional(&mut self) -> ExprId {
        let at = self.at();
        let mut parts: SmallVec<[ExprId; 3]> = SmallVec::new();
        self.children(|python, _| parts.push(python.expr()));
        match parts.as_slice() {
            [then, cond, otherwise] => {
                let choice = Expr::Choice { cond: *cond, then: *then, otherwise: *otherwise };
                self.builder.expr(choice, at)
            }
            _ => self.builder.expr(Expr::Unknown(parts.to_vec()), at),
        }
    }

    /// `name := value`.
    fn named(&mut self) -> ExprId {
        let at = self.at();
        let (mut target, mut value) = (None, None);
        self.children(|python, kind| match (Field::of(&python.cursor), kind) {
            (Field::Name, Kind::Identifier) => {
                let name = python.identifier();
                target = Some((name, python.at()));
            }
            _ => value = Some(python.expr()),
        });
        let (Some((name, place)), Some(value)) = (target, value) else { return self.nothing(at) };
        let target = self.bind(name, place);
        self.call_it(value, name);
        self.builder.expr(Expr::Assign { target, value }, at)
    }

    /// `value as target`.
    fn as_pattern(&mut self) -> ExprId {
        let at = self.at();
        let (mut target, mut value) = (None, None);
        self.children(|python, kind| match kind {
            Kind::AsTarget => target = Some(python.target()),
            _ => value = Some(python.expr()),
        });
        match (target, value) {
            (Some(target), Some(value)) => self.builder.expr(Expr::Assign { target, value }, at),
            (None, Some(value)) => value,
            _ => self.nothing(at),
        }
    }

    /// `yield value`: a statement of its own; what it gives back comes from outside.
    fn yielded(&mut self) -> ExprId {
        let at = self.at();
        let mut value = None;
        self.children(|python, _| value = Some(python.expr()));
        let value = value.unwrap_or_else(|| self.builder.expr(Expr::Null, at));
        self.push(Stmt::Yield(value), at);
        self.nothing(at)
    }

    /// `a.b.c` where only a name is allowed.
    pub(super) fn dotted(&mut self) -> ExprId {
        let mut made = None;
        self.children(|python, _| {
            let (name, at) = (python.identifier(), python.at());
            made = Some(match made {
                None => python.reference(name, at),
                Some(base) => python.builder.expr(Expr::Member(base, name), at),
            });
        });
        let at = self.at();
        made.unwrap_or_else(|| self.nothing(at))
    }

    /// Gives a function that has no name the one of what it is assigned to.
    pub(super) fn call_it(&mut self, value: ExprId, name: Name) {
        if let Expr::Function(function) = *self.builder.module.expr(value) {
            self.builder.function_mut(function).name.get_or_insert(name);
        }
    }
}

const fn comparison(kind: Kind) -> Operator {
    match kind {
        Kind::Equal | Kind::Is => Operator::Equal,
        Kind::NotEqual | Kind::IsNot | Kind::Differs => Operator::NotEqual,
        Kind::In => Operator::In,
        Kind::NotIn => Operator::NotIn,
        _ => Operator::Compare,
    }
}

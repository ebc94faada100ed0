//! Expressions.

use smallvec::SmallVec;
use tree_sitter::Node;

use crate::{
    ir::{Expr, ExprId, GapKind, Logic, Operator, Span},
    lang::{
        go::{
            Kind, Lowering,
            names::Role,
            tree::{Field, part},
            types::is_type,
        },
        span,
    },
};

impl<'t> Lowering<'_, 't> {
    /// An expression, or whatever stands in its place.
    pub(super) fn expression(&mut self, node: Node<'t>) -> ExprId {
        let kind = Kind::of(node);
        match kind {
            Kind::Identifier => self.identifier(node),
            Kind::InterpretedString => self.interpreted(node),
            Kind::RawString => self.raw(node),
            Kind::Rune => self.rune(node),
            Kind::Int | Kind::Float | Kind::Imaginary => {
                let text = self.name_of(node);
                self.builder.expr(Expr::Number(text), span(node))
            }
            Kind::Nil => self.builder.expr(Expr::Null, span(node)),
            Kind::True => self.builder.expr(Expr::Bool(true), span(node)),
            Kind::False => self.builder.expr(Expr::Bool(false), span(node)),
            Kind::Iota => self.counter(node),
            _ => self.deeper(
                span(node),
                |go| go.spine(node, kind),
                |go| go.builder.expr(Expr::Unknown(Vec::new()), span(node)),
            ),
        }
    }

    fn counter(&mut self, node: Node<'t>) -> ExprId {
        match self.iota {
            Some(iota) => {
                let text = self.builder.name(&iota.to_string());
                self.builder.expr(Expr::Number(text), span(node))
            }
            None => self.identifier(node),
        }
    }

    /// What nests on its left side, `a.b(c).d + e`, is followed down and built on the way up, so
    /// that a long chain needs no depth.
    fn spine(&mut self, node: Node<'t>, kind: Kind) -> ExprId {
        let mut spine: SmallVec<[(Node<'t>, Kind); 4]> = SmallVec::new();
        let mut inner = (node, kind);
        while nests(inner.1) {
            let Some(next) = self.first(inner.0) else { break };
            spine.push(inner);
            inner = next;
        }
        let mut base = if spine.is_empty() {
            self.primary(inner.0, inner.1)
        } else {
            self.expression(inner.0)
        };
        let mut sum = Vec::new();
        let mut at = span(node);
        while let Some((node, kind)) = spine.pop() {
            if kind == Kind::Binary && self.add(node, base, &mut sum) {
                at = span(node);
                continue;
            }
            if !sum.is_empty() {
                base = self.concat(std::mem::take(&mut sum), at);
            }
            base = self.step(node, kind, base);
        }
        if sum.is_empty() { base } else { self.concat(sum, at) }
    }

    /// Takes part in a sum if the node is one.
    fn add(&mut self, node: Node<'t>, base: ExprId, sum: &mut Vec<ExprId>) -> bool {
        let kids = self.kids(node);
        let operator = kids.iter().find(|kid| kid.field == Field::Operator);
        if operator.is_none_or(|kid| kid.kind != Kind::Plus) {
            return false;
        }
        if sum.is_empty() {
            sum.push(base);
        }
        if let Some(right) = part(&kids, Field::Right) {
            sum.push(self.expression(right));
        }
        true
    }

    /// One step up: what a node makes of its left side.
    fn step(&mut self, node: Node<'t>, kind: Kind, base: ExprId) -> ExprId {
        let at = span(node);
        let kids = self.kids(node);
        match kind {
            Kind::Call => self.call(&kids, base, at),
            Kind::Selector => match part(&kids, Field::Member) {
                Some(member) => {
                    let member = self.name_of(member);
                    self.builder.expr(Expr::Member(base, member), at)
                }
                None => base,
            },
            Kind::Index => {
                let Some(index) = part(&kids, Field::Index) else { return base };
                let index = self.expression(index);
                self.element(base, index, at)
            }
            Kind::Slice => {
                let bounds = [Field::Start, Field::End, Field::Capacity];
                let bounds = bounds.into_iter().filter_map(|field| part(&kids, field));
                let bounds: SmallVec<[Node<'t>; 3]> = bounds.collect();
                let bounds = bounds.into_iter().map(|bound| self.expression(bound)).collect();
                let range = self.list(bounds, at);
                self.builder.expr(Expr::Index(base, range), at)
            }
            Kind::Binary => {
                let operator = kids.iter().find(|kid| kid.field == Field::Operator);
                let operator = operator.map_or(Kind::Other, |kid| kid.kind);
                let Some(right) = part(&kids, Field::Right) else { return base };
                let right = self.expression(right);
                self.builder.expr(binary(operator, base, right), at)
            }
            // A type assertion gives its operand.
            _ => base,
        }
    }

    /// `base[index]`; a function or a type with a type in brackets is itself.
    pub(super) fn element(&mut self, base: ExprId, index: ExprId, at: Span) -> ExprId {
        if let Expr::Var(var) = self.builder.module.expr(base)
            && matches!(self.roles.get(var), Some(Role::Function | Role::Type))
        {
            return base;
        }
        self.builder.expr(Expr::Index(base, index), at)
    }

    fn primary(&mut self, node: Node<'t>, kind: Kind) -> ExprId {
        match kind {
            Kind::Parenthesized | Kind::VariadicArgument | Kind::LiteralElement => {
                match self.first(node) {
                    Some((inner, _)) => self.expression(inner),
                    None => self.pieces(node),
                }
            }
            Kind::Unary => self.unary(node),
            Kind::CompositeLiteral => self.composite(node),
            Kind::LiteralValue => self.literal(node, None),
            Kind::FuncLiteral => self.closure(node),
            Kind::Conversion => self.conversion(node),
            Kind::Instantiation => self.instantiation(node),
            kind if is_type(kind) => self.annotation(node),
            _ => self.pieces(node),
        }
    }

    fn unary(&mut self, node: Node<'t>) -> ExprId {
        let at = span(node);
        let kids = self.kids(node);
        let operator = kids.iter().find(|kid| kid.field == Field::Operator);
        let operator = operator.map_or(Kind::Other, |kid| kid.kind);
        let Some(operand) = part(&kids, Field::Operand) else { return self.pieces(node) };
        let operand = self.expression(operand);
        let made = match operator {
            Kind::Star | Kind::Ampersand | Kind::Arrow => return operand,
            Kind::Bang => Expr::Not(operand),
            _ if matches!(self.builder.module.expr(operand), Expr::Number(_)) => {
                Expr::Number(self.name_of(node))
            }
            _ => Expr::Unary(operand),
        };
        self.builder.expr(made, at)
    }

    /// Text put together: flat, constants that stand side by side as one. Where a part is a number
    /// it is no text, since Go adds nothing to a number but numbers.
    pub(super) fn concat(&mut self, parts: Vec<ExprId>, at: Span) -> ExprId {
        let is_number = |part: &ExprId| matches!(self.builder.module.expr(*part), Expr::Number(_));
        if parts.iter().any(is_number) {
            let mut parts = parts.into_iter();
            let first = parts.next().unwrap_or(ExprId(0));
            return parts.fold(first, |sum, part| {
                self.builder.expr(Expr::Binary(Operator::Arithmetic, sum, part), at)
            });
        }
        self.text_concat(parts, at)
    }

    /// Text put together, where it is certain that it is text.
    pub(super) fn text_concat(&mut self, parts: Vec<ExprId>, at: Span) -> ExprId {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match self.builder.module.expr(part) {
                Expr::Concat(inner) => flat.extend_from_slice(inner),
                _ => flat.push(part),
            }
        }
        let parts = self.joined(flat);
        match parts.as_slice() {
            [only] => *only,
            _ => self.builder.expr(Expr::Concat(parts), at),
        }
    }

    fn joined(&mut self, parts: Vec<ExprId>) -> Vec<ExprId> {
        let mut joined = Vec::with_capacity(parts.len());
        let mut parts = parts.into_iter().peekable();
        while let Some(part) = parts.next() {
            let beside = |next: &ExprId| self.text_of(*next).is_some();
            if !beside(&part) || !parts.peek().is_some_and(beside) {
                joined.push(part);
                continue;
            }
            let mut text = self.text_of(part).unwrap_or_default().to_owned();
            let mut at = self.builder.module.span(part);
            while let Some(next) = parts.next_if(|next| self.text_of(*next).is_some()) {
                text.push_str(self.text_of(next).unwrap_or_default());
                at.end = self.builder.module.span(next).end.max(at.end);
            }
            joined.push(self.constant(&text, at));
        }
        joined
    }

    /// Whatever expressions are in something that is not understood.
    pub(super) fn pieces(&mut self, node: Node<'t>) -> ExprId {
        let mut pieces = Vec::new();
        for kid in self.kids(node) {
            if kid.node.child_count() > 0 || is_expression(kid.kind) {
                pieces.push(self.expression(kid.node));
            }
        }
        if Kind::of(node) == Kind::Other && !node.is_error() {
            self.builder.gap(GapKind::Construct, span(node));
        }
        self.builder.expr(Expr::Unknown(pieces), span(node))
    }
}

/// Whether nodes of a kind begin with the expression that they make something of.
const fn nests(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Call
            | Kind::Selector
            | Kind::Index
            | Kind::Slice
            | Kind::TypeAssertion
            | Kind::Binary
    )
}

fn binary(operator: Kind, left: ExprId, right: ExprId) -> Expr {
    let operator = match operator {
        Kind::And => return Expr::Logic(Logic::And, left, right),
        Kind::Or => return Expr::Logic(Logic::Or, left, right),
        Kind::Equal => Operator::Equal,
        Kind::NotEqual => Operator::NotEqual,
        Kind::Less | Kind::LessEqual | Kind::Greater | Kind::GreaterEqual => Operator::Compare,
        _ => Operator::Arithmetic,
    };
    Expr::Binary(operator, left, right)
}

/// Whether nodes of a kind are expressions.
pub(super) const fn is_expression(kind: Kind) -> bool {
    nests(kind)
        || matches!(
            kind,
            Kind::Identifier
                | Kind::Parenthesized
                | Kind::Conversion
                | Kind::Instantiation
                | Kind::CompositeLiteral
                | Kind::FuncLiteral
                | Kind::Unary
                | Kind::RawString
                | Kind::InterpretedString
                | Kind::Int
                | Kind::Float
                | Kind::Imaginary
                | Kind::Rune
                | Kind::Nil
                | Kind::True
                | Kind::False
                | Kind::Iota
        )
}

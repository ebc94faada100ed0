//! Operators of two operands: text and lists put together, paths joined, numbers.

use super::{Kind, Python, expressions::Left};
use crate::ir::{Arg, Call, CallKind, Expr, ExprId, GapKind, Item, Logic, Operator, Span};

/// Bytes that a constant text is kept with.
const MAX_TEXT: usize = 64 << 10;
/// Bytes that a repeated constant is written out to.
const MAX_REPEATED: usize = 4 << 10;

impl Python<'_, '_> {
    /// `left op right`, the cursor standing at what made the left side.
    pub(super) fn binary(&mut self, left: Left) -> Left {
        let mut operator = Kind::Other;
        let mut right = None;
        self.rest_tokens(|python, kind, node| {
            if node.is_named() {
                right = Some(python.expr());
            } else {
                operator = kind;
            }
        });
        let at = self.at();
        let Some(right) = right else { return left };
        if operator != Kind::Plus {
            let left = self.settle(left);
            return Left::Value(self.operate(operator, left, right, at));
        }
        match left {
            Left::Value(left) => Left::Sum(vec![left, right], at),
            Left::Sum(mut parts, _) => {
                parts.push(right);
                Left::Sum(parts, at)
            }
        }
    }

    /// The expression of a left side.
    pub(super) fn settle(&mut self, left: Left) -> ExprId {
        match left {
            Left::Value(value) => value,
            Left::Sum(parts, at) => self.sum(&parts, at),
        }
    }

    /// `left op right` or `left op= right`.
    pub(super) fn operate(
        &mut self,
        operator: Kind,
        left: ExprId,
        right: ExprId,
        at: Span,
    ) -> ExprId {
        let numbers = self.is_number(left) || self.is_number(right);
        match operator {
            Kind::Plus | Kind::PlusEqual => return self.sum(&[left, right], at),
            Kind::Times | Kind::TimesEqual => {
                if let Some(text) = self.repeated(left, right, at) {
                    return text;
                }
            }
            Kind::Percent | Kind::PercentEqual if !self.is_number(left) => {
                if let Some(text) = self.percent(left, right, at) {
                    return text;
                }
            }
            Kind::Divide | Kind::DivideEqual if !numbers => {
                return self.path(left, right, at);
            }
            // Sets and dictionaries are united, types are alternatives: one of both.
            Kind::Pipe | Kind::PipeEqual if !numbers => {
                return self.builder.expr(Expr::Logic(Logic::Or, left, right), at);
            }
            _ => {}
        }
        self.builder.expr(Expr::Binary(Operator::Arithmetic, left, right), at)
    }

    /// `path / name` is `path.joinpath(name)`.
    fn path(&mut self, left: ExprId, right: ExprId, at: Span) -> ExprId {
        let join = self.builder.name("joinpath");
        let callee = self.builder.expr(Expr::Member(left, join), at);
        let args = vec![Arg { value: right, name: None, spread: false }];
        self.builder.expr(Expr::Call(Call { callee, args, kind: CallKind::Plain }), at)
    }

    /// A constant text so many times.
    fn repeated(&mut self, left: ExprId, right: ExprId, at: Span) -> Option<ExprId> {
        let module = &self.builder.module;
        let (text, times) = match (module.expr(left), module.expr(right)) {
            (Expr::Text(text), Expr::Number(times)) | (Expr::Number(times), Expr::Text(text)) => {
                (module.text(*text), module.text(*times))
            }
            _ => return None,
        };
        let times: usize = times.parse().ok()?;
        if text.len().checked_mul(times)? > MAX_REPEATED {
            return None;
        }
        let text = text.repeat(times);
        Some(self.builder.text(&text, at))
    }

    /// The sum of many: numbers, lists, or else text.
    pub(super) fn sum(&mut self, parts: &[ExprId], at: Span) -> ExprId {
        if parts.iter().any(|part| self.is_number(*part)) {
            return self.add(parts, at);
        }
        if parts.iter().any(|part| self.is_list(*part)) {
            return self.append(parts, at);
        }
        self.concat(parts, at)
    }

    fn add(&mut self, parts: &[ExprId], at: Span) -> ExprId {
        let mut parts = parts.iter().copied();
        let Some(mut sum) = parts.next() else { return self.builder.expr(Expr::Null, at) };
        for part in parts {
            sum = self.builder.expr(Expr::Binary(Operator::Arithmetic, sum, part), at);
        }
        sum
    }

    /// `["a"] + rest` is `["a", *rest]`.
    fn append(&mut self, parts: &[ExprId], at: Span) -> ExprId {
        let mut items = Vec::with_capacity(parts.len());
        for part in parts {
            match self.builder.module.expr(*part) {
                Expr::List(inner) => items.extend_from_slice(inner),
                _ => items.push(Item { value: *part, spread: true }),
            }
        }
        self.builder.expr(Expr::List(items), at)
    }

    /// Text put together of parts. Constants that stand side by side become one.
    pub(super) fn concat(&mut self, parts: &[ExprId], at: Span) -> ExprId {
        let mut joined = Vec::with_capacity(parts.len());
        let mut run = Vec::new();
        for part in parts {
            match self.builder.module.expr(*part) {
                Expr::Concat(inner) => {
                    for part in inner.clone() {
                        self.add_part(part, &mut run, &mut joined);
                    }
                }
                _ => self.add_part(*part, &mut run, &mut joined),
            }
        }
        self.end_run(&mut run, &mut joined);
        match joined.as_slice() {
            [] => self.builder.text("", at),
            [one] if matches!(self.builder.module.expr(*one), Expr::Text(_)) => {
                self.builder.module.spans[one.at()] = at;
                *one
            }
            _ => self.builder.expr(Expr::Concat(joined), at),
        }
    }

    fn add_part(&mut self, part: ExprId, run: &mut Vec<ExprId>, joined: &mut Vec<ExprId>) {
        if matches!(self.builder.module.expr(part), Expr::Text(_)) {
            run.push(part);
        } else {
            self.end_run(run, joined);
            joined.push(part);
        }
    }

    /// Makes one text of the constants that were gathered.
    fn end_run(&mut self, run: &mut Vec<ExprId>, joined: &mut Vec<ExprId>) {
        match run.as_slice() {
            [] => {}
            [one] => {
                if !self.text_of(*one).is_some_and(str::is_empty) {
                    joined.push(*one);
                }
            }
            [first, .., last] => {
                let start = self.builder.module.span(*first).start;
                let at = Span { start, end: self.builder.module.span(*last).end };
                let mut text = String::new();
                for part in run.iter() {
                    text.push_str(self.text_of(*part).unwrap_or_default());
                }
                if !text.is_empty() {
                    joined.push(self.constant(&text, at));
                }
            }
        }
        run.clear();
    }

    /// A constant text, cut if it is too long to be looked at.
    pub(super) fn constant(&mut self, text: &str, at: Span) -> ExprId {
        if text.len() <= MAX_TEXT {
            return self.builder.text(text, at);
        }
        self.builder.gap(GapKind::TooLarge, at);
        let end = (0..=MAX_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.builder.text(text.get(..end).unwrap_or(""), at)
    }

    /// The value of a constant text.
    pub(super) fn text_of(&self, expr: ExprId) -> Option<&str> {
        match self.builder.module.expr(expr) {
            Expr::Text(text) => Some(self.builder.module.text(*text)),
            _ => None,
        }
    }

    /// Whether it is a list without doubt.
    fn is_list(&self, expr: ExprId) -> bool {
        let module = &self.builder.module;
        match module.expr(expr) {
            Expr::List(_) | Expr::Comprehension { .. } => true,
            Expr::Call(call) => match module.expr(call.callee) {
                Expr::Global(name) => matches!(module.text(*name), "list" | "sorted" | "tuple"),
                Expr::Member(_, name) => {
                    matches!(module.text(*name), "split" | "rsplit" | "splitlines")
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether it can be nothing but a number or a truth.
    pub(super) fn is_number(&self, expr: ExprId) -> bool {
        match self.builder.module.expr(expr) {
            Expr::Number(_) | Expr::Bool(_) | Expr::Not(_) | Expr::Unary(_) | Expr::Binary(..) => {
                true
            }
            Expr::Call(call) => match self.builder.module.expr(call.callee) {
                Expr::Global(name) => matches!(
                    self.builder.module.text(*name),
                    "len" | "int" | "float" | "ord" | "abs" | "round" | "hash" | "id"
                ),
                _ => false,
            },
            _ => false,
        }
    }
}

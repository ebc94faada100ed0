//! Lists, tuples, sets, dictionaries and comprehensions.

use smallvec::SmallVec;

use super::{Field, Kind, Python};
use crate::{
    builder::ScopeKind,
    ir::{Clause, Expr, ExprId, Item, Key, Property, Span},
};

impl Python<'_, '_> {
    /// `[a, *b]` and its like.
    pub(super) fn list(&mut self) -> ExprId {
        let at = self.at();
        let mut items = Vec::new();
        self.children(|python, kind| {
            items.push(match kind {
                Kind::ListSplat | Kind::ListSplatPattern => {
                    Item { value: python.inner(), spread: true }
                }
                _ => Item { value: python.expr(), spread: false },
            });
        });
        self.builder.expr(Expr::List(items), at)
    }

    /// A list of expressions that are there already.
    pub(super) fn list_of(&mut self, values: &[ExprId], at: Span) -> ExprId {
        let items = values.iter().map(|value| Item { value: *value, spread: false }).collect();
        self.builder.expr(Expr::List(items), at)
    }

    /// The one expression inside a node.
    pub(super) fn inner(&mut self) -> ExprId {
        let mut inner = None;
        self.children(|python, _| inner = Some(python.expr()));
        let at = self.at();
        inner.unwrap_or_else(|| self.nothing(at))
    }

    /// `{key: value, **rest}`.
    pub(super) fn dictionary(&mut self) -> ExprId {
        let at = self.at();
        let mut parts = Vec::new();
        self.children(|python, kind| match kind {
            Kind::Pair => {
                if let Some((key, value)) = python.pair() {
                    let key = python.key_of(key);
                    if let Key::Name(name) = key {
                        python.call_it(value, name);
                    }
                    parts.push(Property { key, value });
                }
            }
            Kind::DictionarySplat => {
                parts.push(Property { key: Key::Spread, value: python.inner() });
            }
            _ => parts.push(Property { key: Key::Spread, value: python.expr() }),
        });
        self.builder.expr(Expr::Object(parts), at)
    }

    fn pair(&mut self) -> Option<(ExprId, ExprId)> {
        let (mut key, mut value) = (None, None);
        self.children(|python, _| match Field::of(&python.cursor) {
            Field::Key => key = Some(python.expr()),
            _ => value = Some(python.expr()),
        });
        Some((key?, value?))
    }

    /// `[value for target in source if condition]` in all its brackets. What is iterated first is
    /// evaluated outside; all else sees the targets.
    pub(super) fn comprehension(&mut self) -> ExprId {
        let at = self.at();
        let first = self.first_source();
        self.builder.open_scope(ScopeKind::Block);
        let mut clauses: Vec<Clause> = Vec::new();
        let mut values = Vec::new();
        self.children(|python, kind| match kind {
            Kind::ForClause => {
                let given = if clauses.is_empty() { first } else { None };
                clauses.extend(python.for_clause(given));
            }
            Kind::IfClause => {
                let condition = python.inner();
                match clauses.last_mut() {
                    Some(clause) => clause.conditions.push(condition),
                    None => values.push(condition),
                }
            }
            Kind::Pair => values.extend(python.pair().map_or(Vec::new(), |(k, v)| vec![k, v])),
            _ => values.push(python.expr()),
        });
        self.builder.close_scope();
        self.builder.expr(Expr::Comprehension { clauses, values }, at)
    }

    /// What the first `for` of a comprehension iterates.
    fn first_source(&mut self) -> Option<ExprId> {
        if !self.cursor.goto_first_child() {
            return None;
        }
        while self.kind() != Kind::ForClause {
            if !self.cursor.goto_next_sibling() {
                self.cursor.goto_parent();
                return None;
            }
        }
        let at = self.at();
        let mut sources: SmallVec<[ExprId; 2]> = SmallVec::new();
        // Errors on the way are lowered when the clause itself is.
        if self.cursor.goto_first_child() {
            loop {
                if Field::of(&self.cursor) == Field::Right && self.cursor.node().is_named() {
                    sources.push(self.expr());
                }
                if !self.cursor.goto_next_sibling() {
                    break;
                }
            }
            self.cursor.goto_parent();
        }
        self.cursor.goto_parent();
        self.source_of(&sources, at)
    }

    fn source_of(&mut self, sources: &[ExprId], at: Span) -> Option<ExprId> {
        match sources {
            [] => None,
            [one] => Some(*one),
            _ => Some(self.list_of(sources, at)),
        }
    }

    fn for_clause(&mut self, given: Option<ExprId>) -> Option<Clause> {
        let at = self.at();
        let mut target = None;
        let mut sources: SmallVec<[ExprId; 2]> = SmallVec::new();
        self.children(|python, _| match Field::of(&python.cursor) {
            Field::Left => target = Some(python.block_target()),
            Field::Right if given.is_none() => sources.push(python.expr()),
            _ => {}
        });
        let source = given.or_else(|| self.source_of(&sources, at))?;
        Some(Clause { target: target?, source, conditions: Vec::new() })
    }
}

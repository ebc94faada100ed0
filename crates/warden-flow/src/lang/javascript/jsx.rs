//! JSX: components are called with an object of what they are given; elements of the page are
//! that object.

use crate::ir::{Arg, Expr, ExprId, Item, Key, Name, Property};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
};

/// Whether it names an element of the page.
fn is_element(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
}

impl Lowerer<'_, '_> {
    /// Lowers an element.
    pub(super) fn element(&mut self) -> ExprId {
        let at = self.span();
        let mut parts = Vec::new();
        let mut component = None;
        if self.kind() == Kind::JsxSelfClosing {
            component = self.opening(&mut parts);
        } else {
            let mut children = Vec::new();
            self.each(|inner, kind| match kind {
                Kind::JsxOpening => component = inner.opening(&mut parts),
                Kind::JsxClosing => {}
                _ => children.extend(inner.child(kind)),
            });
            if !children.is_empty() {
                let key = Key::Name(self.builder.name("children"));
                let value = self.builder.expr(Expr::List(children), at);
                parts.push(Property { key, value });
            }
        }
        let object = self.builder.expr(Expr::Object(parts), at);
        match component {
            Some(callee) => {
                self.plain_call(callee, vec![Arg { value: object, name: None, spread: false }], at)
            }
            None => object,
        }
    }

    /// Lowers the name and the attributes of an element; returns the component, if it is one.
    fn opening(&mut self, parts: &mut Vec<Property>) -> Option<ExprId> {
        let mut component = None;
        self.each(|inner, kind| match inner.field() {
            Field::Name if kind == Kind::Member => component = Some(inner.expr()),
            Field::Name if kind == Kind::Identifier && !is_element(inner.text()) => {
                component = Some(inner.expr());
            }
            Field::Attribute if kind == Kind::JsxAttribute => parts.extend(inner.attribute()),
            Field::Attribute => parts.extend(
                inner.jsx_value().map(|Item { value, .. }| Property { key: Key::Spread, value }),
            ),
            _ => {}
        });
        component
    }

    fn attribute(&mut self) -> Option<Property> {
        let at = self.span();
        let mut name: Option<Name> = None;
        let mut value = None;
        self.each(|inner, kind| match kind {
            Kind::PropertyName | Kind::JsxName if name.is_none() => name = Some(inner.literal()),
            Kind::String => {
                let at = inner.span();
                let text = inner.text();
                let text = text.get(1..text.len().saturating_sub(1)).unwrap_or(text);
                value = Some(inner.constant(text, at));
            }
            Kind::JsxExpression => value = inner.jsx_value().map(|item| item.value),
            _ if kind.is_expression() => value = Some(inner.expr()),
            _ => {}
        });
        let value = value.unwrap_or_else(|| self.builder.expr(Expr::Bool(true), at));
        name.map(|name| Property { key: Key::Name(name), value })
    }

    /// What stands in braces, if anything does.
    fn jsx_value(&mut self) -> Option<Item> {
        self.only_child(|inner| match inner.kind() {
            Kind::Spread => {
                let value = inner.only_child(Self::expr);
                value.map(|value| Item { value, spread: true })
            }
            _ => Some(Item { value: inner.expr(), spread: false }),
        })
        .flatten()
    }

    fn child(&mut self, kind: Kind) -> Option<Item> {
        match kind {
            Kind::JsxText => {
                let at = self.span();
                let text = self.text().trim();
                (!text.is_empty()).then(|| Item { value: self.constant(text, at), spread: false })
            }
            Kind::JsxExpression => self.jsx_value(),
            _ if kind.is_expression() => Some(Item { value: self.expr(), spread: false }),
            _ => None,
        }
    }
}

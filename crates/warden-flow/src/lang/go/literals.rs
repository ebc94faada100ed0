//! Composite literals: structs, maps, slices and arrays.

use tree_sitter::Node;

use crate::{
    ir::{Expr, ExprId, Key, Name, Property},
    lang::{
        go::{
            Kind, Lowering,
            tree::{Field, Kid, part},
            types::Shape,
        },
        span,
    },
};

impl<'t> Lowering<'_, 't> {
    /// `T{…}`.
    pub(super) fn composite(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.kids(node);
        match part(&kids, Field::Body) {
            Some(body) => self.literal(body, part(&kids, Field::Type)),
            None => self.pieces(node),
        }
    }

    /// `{…}` of a type; of none where that cannot be known.
    pub(super) fn literal(&mut self, body: Node<'t>, defined: Option<Node<'t>>) -> ExprId {
        self.deeper(
            span(body),
            |go| go.shaped(body, defined),
            |go| go.builder.expr(Expr::Unknown(Vec::new()), span(body)),
        )
    }

    fn shaped(&mut self, body: Node<'t>, defined: Option<Node<'t>>) -> ExprId {
        let Some(mut defined) = defined else { return self.untyped(body) };
        // The elements of a `[]*T` are written like those of a `[]T`.
        while Kind::of(defined) == Kind::PointerType {
            match self.first(defined) {
                Some((inner, _)) => defined = inner,
                None => break,
            }
        }
        match self.shape(defined) {
            Shape::Sequence(element) => self.sequence(body, element),
            Shape::Map(key, value) => self.map(body, key, value),
            Shape::Struct | Shape::Nothing => {
                let class = self.element_type(defined);
                let object = self.structure(body, class);
                self.make(class, object, span(body))
            }
        }
    }

    /// The type of elements, read once for all of them.
    fn element_type(&mut self, node: Node<'t>) -> ExprId {
        if let Some(known) = self.elements.get(&node.id()) {
            return *known;
        }
        let made = self.annotation(node);
        self.elements.insert(node.id(), made);
        made
    }

    fn sequence(&mut self, body: Node<'t>, element: Option<Node<'t>>) -> ExprId {
        let mut values = Vec::new();
        for kid in self.kids(body) {
            let value = match kid.kind {
                Kind::KeyedElement => {
                    let kids = self.kids(kid.node);
                    part(&kids, Field::Value).unwrap_or(kid.node)
                }
                _ => kid.node,
            };
            values.push(self.entry(value, element));
        }
        self.list(values, span(body))
    }

    /// One element: an expression, or braces whose type is that of all elements.
    fn entry(&mut self, node: Node<'t>, defined: Option<Node<'t>>) -> ExprId {
        let inner = match Kind::of(node) {
            Kind::LiteralElement => self.first(node),
            kind => Some((node, kind)),
        };
        match inner {
            Some((inner, Kind::LiteralValue)) => self.literal(inner, defined),
            Some((inner, _)) => self.expression(inner),
            None => self.pieces(node),
        }
    }

    fn map(&mut self, body: Node<'t>, key: Option<Node<'t>>, value: Option<Node<'t>>) -> ExprId {
        let mut properties = Vec::new();
        for kid in self.kids(body) {
            if let Some((left, right)) = self.keyed(&kid) {
                let left = self.entry(left, key);
                let key = self.map_key(left);
                properties.push(self.property(key, right, value));
            } else {
                let value = self.expression(kid.node);
                properties.push(Property { key: Key::Spread, value });
            }
        }
        self.builder.expr(Expr::Object(properties), span(body))
    }

    fn keyed(&mut self, kid: &Kid<'t>) -> Option<(Node<'t>, Node<'t>)> {
        if kid.kind != Kind::KeyedElement {
            return None;
        }
        let kids = self.kids(kid.node);
        part(&kids, Field::Key).zip(part(&kids, Field::Value))
    }

    fn property(&mut self, key: Key, right: Node<'t>, defined: Option<Node<'t>>) -> Property {
        let value = self.entry(right, defined);
        if let Key::Name(name) = key {
            self.call_it(value, name);
        }
        Property { key, value }
    }

    fn map_key(&self, key: ExprId) -> Key {
        match self.builder.module.expr(key) {
            Expr::Text(text) => Key::Name(*text),
            Expr::Var(var) => {
                self.constants.get(var).map_or(Key::Computed(key), |text| Key::Name(*text))
            }
            _ => Key::Computed(key),
        }
    }

    /// The fields of a struct, by name or in the order in which the file declares them. A type
    /// from elsewhere may be a slice or a map as well; then its literal looks so.
    fn structure(&mut self, body: Node<'t>, class: ExprId) -> ExprId {
        let kids = self.kids(body);
        if kids.iter().all(|kid| kid.kind == Kind::KeyedElement) {
            return self.untyped(body);
        }
        let fields = self.field_names(class);
        if fields.is_empty() {
            return self.untyped(body);
        }
        let mut properties = Vec::new();
        for (at, kid) in kids.iter().enumerate() {
            let value = self.entry(kid.node, None);
            let key = fields.get(at).map_or(Key::Spread, |name| Key::Name(*name));
            properties.push(Property { key, value });
        }
        self.builder.expr(Expr::Object(properties), span(body))
    }

    fn field_names(&self, class: ExprId) -> Vec<Name> {
        let class = match self.builder.module.expr(class) {
            Expr::Var(var) => self.classes.get(var),
            Expr::Class(class) => Some(class),
            _ => None,
        };
        let class = class.and_then(|class| self.builder.module.classes.get(class.at()));
        class.map(|class| class.fields.iter().map(|field| field.name).collect()).unwrap_or_default()
    }

    /// Braces of which only the look is known: with keys an object, without a list.
    fn untyped(&mut self, body: Node<'t>) -> ExprId {
        let kids = self.kids(body);
        if !kids.is_empty() && kids.iter().all(|kid| kid.kind != Kind::KeyedElement) {
            return self.sequence(body, None);
        }
        let mut properties = Vec::new();
        for kid in &kids {
            let Some((left, right)) = self.keyed(kid) else {
                let value = self.entry(kid.node, None);
                properties.push(Property { key: Key::Spread, value });
                continue;
            };
            let key = self.field_key(left);
            properties.push(self.property(key, right, None));
        }
        self.builder.expr(Expr::Object(properties), span(body))
    }

    /// A key that may be the name of a field.
    fn field_key(&mut self, node: Node<'t>) -> Key {
        if let Some((name, Kind::Identifier)) = self.first(node) {
            return Key::Name(self.name_of(name));
        }
        let key = self.entry(node, None);
        self.map_key(key)
    }
}

//! Types, as expressions: a pointer is what it points to, a slice is a list of its element.

use smallvec::SmallVec;
use tree_sitter::Node;

use crate::{
    ir::{Class, Expr, ExprId, Item, Key, Property},
    lang::{
        go::{
            Kind, Lowering,
            tree::{Field, part},
        },
        span,
    },
};

/// Names of types of this file that are followed until one is found that is made of something.
const ALIASES: usize = 8;

/// What kind of value a type has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape<'t> {
    /// A struct, or a type that nothing is known of.
    Struct,
    /// A slice or an array of these.
    Sequence(Option<Node<'t>>),
    /// A map from these to these.
    Map(Option<Node<'t>>, Option<Node<'t>>),
    /// Something that is nothing at first: a pointer, a function, a channel, an interface.
    Nothing,
}

impl<'t> Lowering<'_, 't> {
    /// A type as an expression.
    pub(super) fn annotation(&mut self, node: Node<'t>) -> ExprId {
        match Kind::of(node) {
            Kind::TypeIdentifier | Kind::Identifier | Kind::PackageIdentifier => {
                self.identifier(node)
            }
            Kind::QualifiedType => self.qualified(node),
            kind => self.deeper(
                span(node),
                |go| go.composed_type(node, kind),
                |go| go.builder.expr(Expr::Unknown(Vec::new()), span(node)),
            ),
        }
    }

    fn qualified(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.kids(node);
        let (Some(package), Some(name)) = (part(&kids, Field::Package), part(&kids, Field::Name))
        else {
            return self.pieces(node);
        };
        let package = self.identifier(package);
        let name = self.name_of(name);
        self.builder.expr(Expr::Member(package, name), span(node))
    }

    fn composed_type(&mut self, node: Node<'t>, kind: Kind) -> ExprId {
        let at = span(node);
        match kind {
            Kind::PointerType
            | Kind::ParenthesizedType
            | Kind::NegatedType
            | Kind::ChannelType
            | Kind::TypeConstraint
            | Kind::TypeElem => self.inner_type(node),
            Kind::SliceType | Kind::ArrayType | Kind::ImplicitArrayType => {
                let kids = self.kids(node);
                let element = part(&kids, Field::Element).map(|element| self.annotation(element));
                let items = element.map(|value| Item { value, spread: false }).into_iter();
                self.builder.expr(Expr::List(items.collect()), at)
            }
            Kind::MapType => {
                let kids = self.kids(node);
                let key = part(&kids, Field::Key).map(|key| self.annotation(key));
                let value = part(&kids, Field::Value).map(|value| self.annotation(value));
                let part = key.zip(value);
                let part = part.map(|(key, value)| Property { key: Key::Computed(key), value });
                self.builder.expr(Expr::Object(part.into_iter().collect()), at)
            }
            Kind::GenericType => self.generic(node),
            Kind::StructType | Kind::InterfaceType => self.anonymous(node),
            _ => {
                let parts = self.types_within(node);
                self.builder.expr(Expr::Unknown(parts), at)
            }
        }
    }

    /// The only type inside, or all of a union.
    fn inner_type(&mut self, node: Node<'t>) -> ExprId {
        let mut parts = self.types_within(node);
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                parts.push(last);
                self.builder.expr(Expr::Unknown(parts), span(node))
            }
            None => self.builder.expr(Expr::Unknown(Vec::new()), span(node)),
        }
    }

    /// `G[T]`: the generic type with its argument as an index, several as a list.
    fn generic(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.kids(node);
        let Some(base) = part(&kids, Field::Type) else { return self.pieces(node) };
        let base = self.annotation(base);
        let Some(arguments) = part(&kids, Field::TypeArguments) else { return base };
        let parts = self.types_within(arguments);
        let index = self.tuple(parts, span(arguments));
        self.builder.expr(Expr::Index(base, index), span(node))
    }

    /// Every type right inside a node: of parameters and results, of a union.
    pub(super) fn types_within(&mut self, node: Node<'t>) -> Vec<ExprId> {
        let mut types = Vec::new();
        for kid in self.kids(node) {
            match kid.kind {
                Kind::ParameterList => {
                    for parameter in self.kids(kid.node) {
                        let inner = self.kids(parameter.node);
                        types.extend(part(&inner, Field::Type).map(|node| self.annotation(node)));
                    }
                }
                kind if is_type(kind) => types.push(self.annotation(kid.node)),
                _ => {}
            }
        }
        types
    }

    /// A struct or interface without a name.
    fn anonymous(&mut self, node: Node<'t>) -> ExprId {
        let at = span(node);
        let parts = self.class_parts(node);
        let class = self.builder.class(Class {
            name: None,
            span: at,
            bases: parts.bases,
            methods: Vec::new(),
            fields: parts.fields,
            doc: None,
        });
        self.builder.expr(Expr::Class(class), at)
    }

    /// What kind of value a type has, as far as this file tells.
    pub(super) fn shape(&mut self, mut node: Node<'t>) -> Shape<'t> {
        for _ in 0..ALIASES {
            match Kind::of(node) {
                Kind::TypeIdentifier => {
                    let name = self.name_of(node);
                    let defined = self.scopes.get(name).and_then(|var| self.types.get(&var));
                    match defined {
                        Some(defined) => node = *defined,
                        None => return Shape::Struct,
                    }
                }
                Kind::SliceType | Kind::ArrayType | Kind::ImplicitArrayType => {
                    let kids = self.kids(node);
                    return Shape::Sequence(part(&kids, Field::Element));
                }
                Kind::MapType => {
                    let kids = self.kids(node);
                    return Shape::Map(part(&kids, Field::Key), part(&kids, Field::Value));
                }
                Kind::PointerType
                | Kind::FunctionType
                | Kind::InterfaceType
                | Kind::ChannelType => return Shape::Nothing,
                Kind::ParenthesizedType => match self.first(node) {
                    Some((inner, _)) => node = inner,
                    None => return Shape::Struct,
                },
                _ => return Shape::Struct,
            }
        }
        Shape::Struct
    }

    /// What a variable of a type holds before anything is assigned to it.
    pub(super) fn zero(&mut self, node: Node<'t>) -> ExprId {
        let at = span(node);
        let zero = match self.shape(node) {
            Shape::Sequence(_) => Expr::List(Vec::new()),
            Shape::Map(..) => Expr::Object(Vec::new()),
            Shape::Nothing => Expr::Null,
            Shape::Struct => {
                let class = self.annotation(node);
                return self.zero_of(class, node);
            }
        };
        self.builder.expr(zero, at)
    }

    fn zero_of(&mut self, class: ExprId, node: Node<'t>) -> ExprId {
        let at = span(node);
        let Expr::Global(name) = *self.builder.module.expr(class) else {
            let empty = self.builder.expr(Expr::Object(Vec::new()), at);
            return self.make(class, empty, at);
        };
        if name == self.known.string {
            return self.builder.text("", at);
        }
        let zero = if name == self.known.bool {
            Expr::Bool(false)
        } else if self.known.numbers.contains(&name) {
            Expr::Number(self.builder.name("0"))
        } else if self.known.keeping.contains(&name) {
            Expr::Null
        } else {
            let empty = self.builder.expr(Expr::Object(Vec::new()), at);
            return self.make(class, empty, at);
        };
        self.builder.expr(zero, at)
    }

    /// Makes the names of type parameters known; they are no types of the file.
    pub(super) fn type_parameters(&mut self, node: Node<'t>) {
        let mut names: SmallVec<[Node<'t>; 4]> = SmallVec::new();
        for kid in self.kids(node) {
            let inner = self.kids(kid.node);
            names.extend(
                inner.iter().filter(|kid| kid.kind == Kind::Identifier).map(|kid| kid.node),
            );
        }
        for name in names {
            let name = self.name_of(name);
            let var = self.shadow(name);
            self.roles.insert(var, super::names::Role::Type);
        }
    }
}

/// Whether nodes of a kind are types.
pub(super) const fn is_type(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TypeIdentifier
            | Kind::GenericType
            | Kind::QualifiedType
            | Kind::PointerType
            | Kind::StructType
            | Kind::InterfaceType
            | Kind::ArrayType
            | Kind::SliceType
            | Kind::ImplicitArrayType
            | Kind::MapType
            | Kind::ChannelType
            | Kind::FunctionType
            | Kind::NegatedType
            | Kind::ParenthesizedType
            | Kind::TypeElem
            | Kind::TypeConstraint
    )
}

//! Reading the tree: the parts of a node with their fields, and what the parser did not understand.

use std::sync::LazyLock;

use smallvec::SmallVec;
use tree_sitter::Node;

use crate::{
    ir::GapKind,
    lang::{
        go::{Kind, Lowering},
        span,
    },
};

/// Defines the fields of nodes, and a table from the grammar's numbers to them.
macro_rules! fields {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// The part that a node plays in the one around it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Field { $($variant,)* None }

        static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
            let language: tree_sitter::Language = tree_sitter_go::LANGUAGE.into();
            let count = u16::try_from(language.field_count()).unwrap_or(u16::MAX);
            (0..=count)
                .map(|id| match language.field_name_for_id(id) {
                    $(Some($name) => Field::$variant,)*
                    _ => Field::None,
                })
                .collect()
        });
    };
}

fields! {
    Alias = "alias", Alternative = "alternative", Arguments = "arguments", Body = "body",
    Capacity = "capacity", Channel = "channel", Communication = "communication",
    Condition = "condition", Consequence = "consequence", Element = "element", End = "end",
    Member = "field", Function = "function", Index = "index", Initializer = "initializer",
    Key = "key", Label = "label", Left = "left", Length = "length", Name = "name",
    Operand = "operand", Operator = "operator", Package = "package", Parameters = "parameters",
    Path = "path", Receiver = "receiver", Result = "result", Right = "right", Start = "start",
    Tag = "tag", Type = "type", TypeArguments = "type_arguments",
    TypeParameters = "type_parameters", Update = "update", Value = "value",
}

/// A part of a node.
#[derive(Clone, Copy)]
pub(super) struct Kid<'t> {
    pub(super) node: Node<'t>,
    pub(super) kind: Kind,
    pub(super) field: Field,
}

pub(super) type Kids<'t> = SmallVec<[Kid<'t>; 6]>;

/// The first part with this field.
pub(super) fn part<'t>(kids: &[Kid<'t>], field: Field) -> Option<Node<'t>> {
    kids.iter().find(|kid| kid.field == field).map(|kid| kid.node)
}

/// Every part with this field, without the commas between them.
pub(super) fn parts<'k, 't>(
    kids: &'k [Kid<'t>],
    field: Field,
) -> impl Iterator<Item = Node<'t>> + use<'k, 't> {
    let named = kids.iter().filter(move |kid| kid.field == field && kid.kind != Kind::Other);
    named.map(|kid| kid.node)
}

/// Whether there is a part of this kind.
pub(super) fn has(kids: &[Kid<'_>], kind: Kind) -> bool {
    kids.iter().any(|kid| kid.kind == kind)
}

/// Whether nodes of a kind are single signs.
const fn is_sign(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Define
            | Kind::Plus
            | Kind::PlusAssign
            | Kind::Assign
            | Kind::Equal
            | Kind::NotEqual
            | Kind::Less
            | Kind::LessEqual
            | Kind::Greater
            | Kind::GreaterEqual
            | Kind::And
            | Kind::Or
            | Kind::Bang
            | Kind::Star
            | Kind::Ampersand
            | Kind::Arrow
    )
}

impl<'t> Lowering<'_, 't> {
    /// The parts of a node without comments, and without signs that mean nothing by themselves.
    pub(super) fn kids(&mut self, node: Node<'t>) -> Kids<'t> {
        let fields: &[Field] = &FIELDS;
        let mut kids = Kids::new();
        self.cursor.reset(node);
        let mut more = self.cursor.goto_first_child();
        while more {
            let node = self.cursor.node();
            let kind = Kind::of(node);
            if kind != Kind::Comment && (kind != Kind::Other || node.is_named()) {
                let id = self.cursor.field_id().map_or(0, |id| usize::from(id.get()));
                let field = fields.get(id).copied().unwrap_or(Field::None);
                kids.push(Kid { node, kind, field });
            }
            more = self.cursor.goto_next_sibling();
        }
        kids
    }

    /// The first part of a node that is neither a comment nor a sign nor broken.
    pub(super) fn first(&mut self, node: Node<'t>) -> Option<(Node<'t>, Kind)> {
        self.cursor.reset(node);
        let mut more = self.cursor.goto_first_child();
        while more {
            let node = self.cursor.node();
            let kind = Kind::of(node);
            if kind != Kind::Comment && kind != Kind::Other && !is_sign(kind) {
                return Some((node, kind));
            }
            more = self.cursor.goto_next_sibling();
        }
        None
    }

    /// Says where the parser did not understand the text, or had to make something up.
    pub(super) fn syntax_gaps(&mut self, root: Node<'t>) {
        if !root.has_error() {
            return;
        }
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            let broken = node.is_error() || node.is_missing();
            if broken {
                self.builder.gap(GapKind::Syntax, span(node));
            }
            if !broken && node.has_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }
}

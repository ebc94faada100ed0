//! The front-end of python.

use tree_sitter::Node;

use crate::{builder::Builder, ir::{GapKind, Module}, lang::span};

/// Lowers a whole file.
pub(crate) fn lower(mut builder: Builder<'_>, root: Node<'_>) -> Module {
    builder.gap(GapKind::Construct, span(root));
    builder.finish(Vec::new())
}

//! The front-end of JavaScript, TypeScript and TSX.
//!
//! One walk over the syntax tree with one cursor: each method finds the cursor on the node that
//! it is about and leaves it there. What nests to the left (calls, members, operators) and what
//! nests as a chain (`else if`, `a ? b : c ? d : e`) is followed in loops; everything else counts
//! its depth.
//!
//! A comma sequence, a `yield` or an assignment inside an expression may have to happen before
//! the statement that it stands in: such statements are put into the list that the statement will
//! be put into (see [`Lowerer::out`]).

mod bundles;
mod calls;
mod chains;
mod classes;
mod commonjs;
mod control;
mod expressions;
mod functions;
mod jsx;
mod kinds;
mod legacy;
mod literals;
mod lowerer;
mod modules;
mod operators;
mod patterns;
mod statements;
#[cfg(test)]
mod tests;
mod types;

use tree_sitter::Node;

use crate::{builder::Builder, ir::Module};

use lowerer::Lowerer;

/// Lowers a whole file.
pub(crate) fn lower(builder: Builder<'_>, root: Node<'_>) -> Module {
    let mut lowerer = Lowerer::new(builder, root);
    lowerer.program();
    lowerer.finish()
}

/// Whether a file holds nothing but types, by its name.
pub(crate) fn only_declares(path: &str) -> bool {
    [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| path.ends_with(end))
}

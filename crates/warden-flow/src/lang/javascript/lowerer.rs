//! The state of a walk over a syntax tree, and how to walk.

use std::mem::{replace, take};

use rustc_hash::FxHashSet;
use tree_sitter::{Node, TreeCursor};

use crate::{
    builder::Builder,
    ir::{Expr, ExprId, FuncId, GapKind, Module, Name, Span, Stmt, StmtId, VarId},
    lang::span,
};

use super::kinds::{Field, Grammar, Kind};

/// A walk over the syntax tree of a file.
pub(super) struct Lowerer<'s, 't> {
    /// What is made.
    pub(super) builder: Builder<'s>,
    /// Where the walk is.
    pub(super) cursor: TreeCursor<'t>,
    /// The statements of the innermost list so far.
    pub(super) out: Vec<StmtId>,
    /// What goes to the start of the innermost block.
    pub(super) hoisted: Vec<StmtId>,
    /// What goes to the end of the module: exports are live, so they hold the last values.
    pub(super) tail: Vec<StmtId>,
    /// The chain of expressions that is climbed, see [`Kind::leans_left`].
    pub(super) spine: Vec<Kind>,
    /// Operands of sums that are not complete.
    pub(super) operands: Vec<ExprId>,
    /// What the next anonymous function or class is called.
    pub(super) given: Option<Name>,
    /// The last comment, and where the thing starts that a comment before it would describe.
    pub(super) comment: Span,
    pub(super) anchor: u32,
    /// What decorates the next class, if it stands before `export`.
    pub(super) decorators: Vec<ExprId>,
    /// The object of exports.
    pub(super) exports: VarId,
    /// The namespace that is being filled, from outside in.
    pub(super) space: Vec<Name>,
    /// Whether `yield` waits: inside the generators that stand for async functions.
    pub(super) awaits: bool,
    /// The last generator that was completed.
    pub(super) generator: Option<FuncId>,
    /// What can only be understood when all names are resolved.
    pub(super) later: Later,
    /// Names that are needed often.
    pub(super) known: Known,
    grammar: &'static Grammar,
    broken: bool,
    /// The errors that were lowered: children may be looked at several times.
    strays: FxHashSet<usize>,
    /// The errors that the walk is in.
    astray: u32,
}

/// Expressions to look at again when all names are resolved.
#[derive(Default)]
pub(super) struct Later {
    /// Calls that may be of `require`.
    pub(super) requires: Vec<ExprId>,
    /// Members called `prototype`.
    pub(super) prototypes: Vec<ExprId>,
    /// Calls of what compilers make of decorators.
    pub(super) decorated: Vec<ExprId>,
    /// Calls of what compilers make of async functions for old versions of the language.
    pub(super) machines: Vec<ExprId>,
    /// Members called `exports`.
    pub(super) exports: Vec<ExprId>,
    /// Functions that are the modules of a bundle.
    pub(super) factories: Vec<FuncId>,
    /// Objects and lists that look like the modules of a bundle.
    pub(super) maps: Vec<ExprId>,
}

/// Names that are needed often.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) this: Name,
    pub(super) exports: Name,
    pub(super) default: Name,
    pub(super) import: Name,
    pub(super) constructor: Name,
    pub(super) prototype: Name,
}

impl<'s, 't> Lowerer<'s, 't> {
    /// A walk that stands at the root.
    pub(super) fn new(mut builder: Builder<'s>, root: Node<'t>) -> Self {
        let known = Known {
            this: builder.name("this"),
            exports: builder.name("exports"),
            default: builder.name("default"),
            import: builder.name("import"),
            constructor: builder.name("constructor"),
            prototype: builder.name("prototype"),
        };
        let exports = builder.declare_in_module(known.exports);
        builder.module.exports.object = Some(exports);
        Self {
            grammar: Grammar::of(builder.module.language),
            builder,
            cursor: root.walk(),
            out: Vec::new(),
            hoisted: Vec::new(),
            tail: Vec::new(),
            spine: Vec::new(),
            operands: Vec::new(),
            given: None,
            comment: Span::default(),
            anchor: u32::MAX,
            decorators: Vec::new(),
            exports,
            space: Vec::new(),
            awaits: false,
            generator: None,
            later: Later::default(),
            known,
            broken: root.has_error(),
            strays: FxHashSet::default(),
            astray: 0,
        }
    }

    /// Lowers the whole file.
    pub(super) fn program(&mut self) {
        if self.kind() == Kind::Error {
            self.stray();
            self.hoist(0, Vec::new());
        } else {
            self.statements();
        }
    }

    /// The module.
    pub(super) fn finish(mut self) -> Module {
        self.out.append(&mut self.tail);
        let mut module = self.builder.finish(self.out);
        super::commonjs::resolve(&mut module, &self.later, self.exports);
        super::legacy::resolve(&mut module, &self.later, self.known);
        super::bundles::resolve(&mut module, &self.later, self.known.exports);
        module
    }

    /// Where the cursor stands.
    pub(super) fn node(&self) -> Node<'t> {
        self.cursor.node()
    }

    /// What the cursor stands on.
    pub(super) fn kind(&self) -> Kind {
        self.grammar.kind(self.cursor.node())
    }

    /// What a node is.
    pub(super) fn kind_of(&self, node: Node<'_>) -> Kind {
        self.grammar.kind(node)
    }

    /// What the node is to its parent.
    pub(super) fn field(&self) -> Field {
        self.cursor.field_id().map_or(Field::None, |id| self.grammar.field(id.get()))
    }

    /// The bytes of the node.
    pub(super) fn span(&self) -> Span {
        span(self.cursor.node())
    }

    /// The text of the node.
    pub(super) fn text(&self) -> &'s str {
        self.builder.slice(self.span())
    }

    /// Looks at every child: at each the cursor stands on it, and it is told what it is. Comments
    /// are kept for whoever wants them, errors are lowered as far as possible.
    pub(super) fn each(&mut self, mut visit: impl FnMut(&mut Self, Kind)) {
        if !self.cursor.goto_first_child() {
            return;
        }
        loop {
            let kind = self.kind();
            if self.stands(kind) {
                visit(self, kind);
            }
            if !self.cursor.goto_next_sibling() {
                break;
            }
        }
        self.cursor.goto_parent();
    }

    /// Goes to the first child for which `wanted` holds, if there is one.
    pub(super) fn down(&mut self, wanted: impl Fn(&Self, Kind) -> bool) -> bool {
        if !self.cursor.goto_first_child() {
            return false;
        }
        if self.settle(wanted) {
            return true;
        }
        self.cursor.goto_parent();
        false
    }

    /// Goes to the next sibling for which `wanted` holds; stays on the last one if there is none.
    pub(super) fn along(&mut self, wanted: impl Fn(&Self, Kind) -> bool) -> bool {
        self.cursor.goto_next_sibling() && self.settle(wanted)
    }

    /// Goes down to the child with this field.
    pub(super) fn down_to(&mut self, field: Field) -> bool {
        self.down(|at, _| at.field() == field)
    }

    /// Goes along to the sibling with this field.
    pub(super) fn along_to(&mut self, field: Field) -> bool {
        self.along(|at, _| at.field() == field)
    }

    /// Does `inside` at the child with this field.
    pub(super) fn at<T>(&mut self, field: Field, inside: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if !self.down_to(field) {
            return None;
        }
        let made = inside(self);
        self.up();
        Some(made)
    }

    /// Comes back from [`Self::down`].
    pub(super) fn up(&mut self) {
        self.cursor.goto_parent();
    }

    fn settle(&mut self, wanted: impl Fn(&Self, Kind) -> bool) -> bool {
        loop {
            let kind = self.kind();
            if self.stands(kind) && wanted(self, kind) {
                return true;
            }
            if !self.cursor.goto_next_sibling() {
                return false;
            }
        }
    }

    /// Looks after the child if it is a comment or an error.
    pub(super) fn notice(&mut self) {
        let kind = self.kind();
        self.stands(kind);
    }

    /// Whether the child is one that says something. Looks after comments and errors.
    fn stands(&mut self, kind: Kind) -> bool {
        match kind {
            Kind::Comment => {
                self.note_comment();
                false
            }
            Kind::Error => {
                self.stray();
                false
            }
            _ if self.broken && self.node().is_missing() => {
                self.gap(GapKind::Syntax, self.span());
                false
            }
            _ => true,
        }
    }

    /// Lowers what stands inside an error as statements, so that one bad spot hides nothing.
    fn stray(&mut self) {
        let at = self.span();
        if self.strays.insert(self.node().id()) && self.builder.enter(at) {
            self.gap(GapKind::Syntax, at);
            self.astray += 1;
            self.each(Self::loose);
            self.astray -= 1;
            self.builder.leave();
        }
    }

    /// Says that something was not understood, unless it stands in an error: that was said.
    pub(super) fn gap(&mut self, kind: GapKind, at: Span) {
        if self.astray == 0 {
            self.builder.gap(kind, at);
        }
    }

    /// Lowers whatever it is, if it says something at all.
    fn loose(&mut self, kind: Kind) {
        if kind.is_statement() {
            self.statement();
        } else if kind.is_expression() {
            self.effect();
        } else if !kind.is_token() {
            let at = self.span();
            if self.builder.enter(at) {
                self.each(Self::loose);
                self.builder.leave();
            }
        }
    }

    /// Skips a node that says nothing about what the program does, unless something in it is
    /// not the syntax of the language: then something may hide there.
    pub(super) fn skip(&mut self) {
        if self.broken && self.node().has_error() {
            self.gap(GapKind::Syntax, self.span());
        }
    }

    /// Does `inside`, and gives back the statements that it made.
    pub(super) fn collect<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> (T, Vec<StmtId>) {
        let outer = take(&mut self.out);
        let made = inside(self);
        (made, replace(&mut self.out, outer))
    }

    /// Adds a statement to the innermost list.
    pub(super) fn push(&mut self, stmt: Stmt, at: Span) {
        let stmt = self.builder.stmt(stmt, at);
        self.out.push(stmt);
    }

    /// Adds an assignment to the innermost list.
    pub(super) fn push_assign(&mut self, target: ExprId, value: ExprId, at: Span) {
        let stmt = self.builder.assign(target, value, at);
        self.out.push(stmt);
    }

    /// An expression that should be there and is not.
    pub(super) fn nothing(&mut self, at: Span) -> ExprId {
        self.builder.expr(Expr::Unknown(Vec::new()), at)
    }

    /// The expression that an index means.
    pub(super) fn made(&self, id: ExprId) -> &Expr {
        self.builder.module.expr(id)
    }

    /// The text of a name.
    pub(super) fn name_text(&self, name: Name) -> &str {
        self.builder.module.text(name)
    }
}

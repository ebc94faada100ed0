//! Makes a module: tables, scopes and the resolution of names, the same for every front-end.
//!
//! A front-end declares names in scopes and refers to names; which declaration a reference means
//! is decided when a scope closes. So a function may use what is declared further down, as all
//! four languages allow at least between functions, and no front-end has to look ahead.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::ir::{
    Class, ClassId, Exports, Expr, ExprId, FuncId, Function, Gap, GapKind, Language, Module, Name,
    Span, Stmt, StmtId, Var, VarId,
};

/// Nesting that is followed. Each level costs a few hundred bytes of stack.
pub(crate) const MAX_DEPTH: u32 = 400;

/// Gaps of one kind that are told apart.
const MAX_GAPS: usize = 256;

/// What kind of scope it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    /// A function, or the module: where `var` and Python's assignments declare.
    Function,
    /// A class body: what it declares is not seen from functions inside it.
    Class,
    /// A block.
    Block,
}

struct Scope {
    kind: ScopeKind,
    function: FuncId,
    declared: FxHashMap<Name, VarId>,
    /// References that no inner scope could answer, with the function that they stand in.
    pending: Vec<(Name, ExprId, FuncId)>,
}

/// A module in the making.
pub(crate) struct Builder<'s> {
    /// The text of the file.
    pub(crate) source: &'s str,
    /// What was made so far.
    pub(crate) module: Module,
    names: FxHashMap<Arc<str>, Name>,
    scopes: Vec<Scope>,
    functions: Vec<FuncId>,
    depth: u32,
}

impl<'s> Builder<'s> {
    /// A module with nothing in it but its body, whose scope is open.
    pub(crate) fn new(path: &str, language: Language, source: &'s str) -> Self {
        let lines = std::iter::once(0)
            .chain(memchr::memchr_iter(b'\n', source.as_bytes()).map(|at| offset(at + 1)));
        let module = Module {
            path: path.to_owned(),
            language,
            package: None,
            names: Vec::new(),
            exprs: Vec::with_capacity(source.len() / 8),
            spans: Vec::with_capacity(source.len() / 8),
            stmts: Vec::with_capacity(source.len() / 32),
            functions: Vec::new(),
            classes: Vec::new(),
            vars: Vec::new(),
            exports: Exports::default(),
            lines: lines.collect(),
            gaps: Vec::new(),
        };
        let mut builder = Self {
            source,
            module,
            names: FxHashMap::default(),
            scopes: Vec::new(),
            functions: Vec::new(),
            depth: 0,
        };
        builder.open_function(Span { start: 0, end: offset(source.len()) });
        builder
    }

    /// The module, once everything is in it. Closes the scope of the body; whatever the module's
    /// scope declares becomes `exports.scope`, sorted by name.
    pub(crate) fn finish(mut self, body: Vec<StmtId>) -> Module {
        let mut scope: Vec<(Name, VarId)> = self
            .scopes
            .first()
            .map(|scope| scope.declared.iter().map(|(name, var)| (*name, *var)).collect())
            .unwrap_or_default();
        while !self.scopes.is_empty() {
            self.close_scope();
        }
        scope.sort_unstable_by_key(|(_, var)| *var);
        self.module.exports.scope = scope;
        if let Some(first) = self.module.functions.first_mut() {
            first.body = body;
        }
        self.module.gaps = summed(std::mem::take(&mut self.module.gaps));
        self.module
    }

    /// The name with this text.
    pub(crate) fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.names.get(text) {
            return *name;
        }
        let shared: Arc<str> = text.into();
        let name = Name(offset(self.module.names.len()));
        self.module.names.push(Arc::clone(&shared));
        self.names.insert(shared, name);
        name
    }

    /// The text between two bytes; empty if they are none of this file.
    pub(crate) fn slice(&self, span: Span) -> &'s str {
        self.source.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Adds an expression.
    pub(crate) fn expr(&mut self, expr: Expr, span: Span) -> ExprId {
        let id = ExprId(offset(self.module.exprs.len()));
        self.module.exprs.push(expr);
        self.module.spans.push(span);
        id
    }

    /// Adds a constant text.
    pub(crate) fn text(&mut self, text: &str, span: Span) -> ExprId {
        let name = self.name(text);
        self.expr(Expr::Text(name), span)
    }

    /// Adds an expression that is not understood, made of `parts`, and says so.
    pub(crate) fn unknown(&mut self, parts: Vec<ExprId>, kind: GapKind, span: Span) -> ExprId {
        self.gap(kind, span);
        self.expr(Expr::Unknown(parts), span)
    }

    /// Adds a statement.
    pub(crate) fn stmt(&mut self, stmt: Stmt, span: Span) -> StmtId {
        let id = StmtId(offset(self.module.stmts.len()));
        self.module.stmts.push((stmt, span));
        id
    }

    /// Adds the assignment of `value` to `target` as a statement.
    pub(crate) fn assign(&mut self, target: ExprId, value: ExprId, span: Span) -> StmtId {
        let assigned = self.expr(Expr::Assign { target, value }, span);
        self.stmt(Stmt::Expr(assigned), span)
    }

    /// Says that something was not understood.
    pub(crate) fn gap(&mut self, kind: GapKind, span: Span) {
        self.module.gaps.push(Gap { span, kind });
    }

    /// Goes one level deeper, unless it is too deep: then says so. After `true` comes
    /// [`Self::leave`].
    pub(crate) fn enter(&mut self, span: Span) -> bool {
        if self.depth >= MAX_DEPTH {
            self.gap(GapKind::TooDeep, span);
            return false;
        }
        self.depth += 1;
        true
    }

    /// Comes back from one level.
    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// The function that is being made.
    pub(crate) fn function(&self) -> FuncId {
        self.functions.last().copied().unwrap_or(FuncId(0))
    }

    /// Starts a function and opens its scope. Fill it through [`Self::function_mut`].
    pub(crate) fn open_function(&mut self, span: Span) -> FuncId {
        let id = FuncId(offset(self.module.functions.len()));
        let parent = self.functions.last().copied();
        self.module.functions.push(Function {
            name: None,
            span,
            params: Vec::new(),
            receiver: None,
            class: None,
            parent,
            body: Vec::new(),
            doc: None,
            is_async: false,
            returns: None,
            decorators: Vec::new(),
        });
        self.functions.push(id);
        self.open_scope(ScopeKind::Function);
        id
    }

    /// Ends the innermost function and closes its scope.
    pub(crate) fn close_function(&mut self) {
        self.close_scope();
        self.functions.pop();
    }

    /// A function of this module.
    pub(crate) fn function_mut(&mut self, id: FuncId) -> &mut Function {
        &mut self.module.functions[id.at()]
    }

    /// Adds a class.
    pub(crate) fn class(&mut self, class: Class) -> ClassId {
        let id = ClassId(offset(self.module.classes.len()));
        self.module.classes.push(class);
        id
    }

    /// Opens a scope inside the current one.
    pub(crate) fn open_scope(&mut self, kind: ScopeKind) {
        self.scopes.push(Scope {
            kind,
            function: self.function(),
            declared: FxHashMap::default(),
            pending: Vec::new(),
        });
    }

    /// Closes the innermost scope and decides what the references in it mean.
    pub(crate) fn close_scope(&mut self) {
        let Some(mut scope) = self.scopes.pop() else { return };
        let mut left = Vec::new();
        if scope.declared.is_empty() {
            // Most blocks declare nothing: their references are all those of the outside.
            std::mem::swap(&mut left, &mut scope.pending);
        }
        for (name, expr, function) in scope.pending {
            let seen = scope.kind != ScopeKind::Class || function == scope.function;
            match scope.declared.get(&name).filter(|_| seen) {
                Some(var) => {
                    self.module.exprs[expr.at()] = Expr::Var(*var);
                    if function != scope.function {
                        self.module.vars[var.at()].captured = true;
                    }
                }
                None => left.push((name, expr, function)),
            }
        }
        if let Some(outer) = self.scopes.last_mut() {
            if outer.pending.len() < left.len() {
                std::mem::swap(&mut outer.pending, &mut left);
            }
            outer.pending.append(&mut left);
        }
    }

    /// Declares a name in the innermost scope; the same variable if it is declared there already.
    pub(crate) fn declare(&mut self, name: Name) -> VarId {
        let at = self.scopes.len().saturating_sub(1);
        self.declare_at(at, name)
    }

    /// Declares a name in the scope of the innermost function or class: what an assignment does
    /// in Python and `var` in JavaScript.
    pub(crate) fn declare_in_function(&mut self, name: Name) -> VarId {
        let at = self.scopes.iter().rposition(|scope| scope.kind != ScopeKind::Block).unwrap_or(0);
        self.declare_at(at, name)
    }

    /// Declares a name in the scope of the module.
    pub(crate) fn declare_in_module(&mut self, name: Name) -> VarId {
        self.declare_at(0, name)
    }

    fn declare_at(&mut self, at: usize, name: Name) -> VarId {
        let next = VarId(offset(self.module.vars.len()));
        let Some(scope) = self.scopes.get_mut(at) else { return next };
        let owner = scope.function;
        let var = *scope.declared.entry(name).or_insert(next);
        if var == next {
            self.module.vars.push(Var { name, owner, captured: false });
        }
        var
    }

    /// A variable of the current function that no scope finds by its name: for front-ends that
    /// resolve names themselves.
    pub(crate) fn fresh(&mut self, name: Name) -> VarId {
        let var = VarId(offset(self.module.vars.len()));
        let owner = self.function();
        self.module.vars.push(Var { name, owner, captured: false });
        var
    }

    /// Whether the innermost scope declares the name.
    pub(crate) fn declares(&self, name: Name) -> bool {
        self.scopes.last().is_some_and(|scope| scope.declared.contains_key(&name))
    }

    /// Refers to a name; which variable it is comes out when scopes close.
    pub(crate) fn reference(&mut self, name: Name, span: Span) -> ExprId {
        let function = self.function();
        let expr = self.expr(Expr::Global(name), span);
        if let Some(scope) = self.scopes.last_mut() {
            scope.pending.push((name, expr, function));
        }
        expr
    }

    /// Refers to a variable that is known.
    pub(crate) fn variable(&mut self, var: VarId, span: Span) -> ExprId {
        let function = self.function();
        if self.module.vars[var.at()].owner != function {
            self.module.vars[var.at()].captured = true;
        }
        self.expr(Expr::Var(var), span)
    }
}

/// Gaps in the order of the text; where there are too many of a kind, one covers the last.
fn summed(mut gaps: Vec<Gap>) -> Vec<Gap> {
    gaps.sort_unstable_by_key(|gap| (gap.kind, gap.span));
    gaps.dedup();
    let mut kept: Vec<Gap> = Vec::with_capacity(gaps.len().min(MAX_GAPS));
    let mut same = 0;
    for gap in gaps {
        match kept.last_mut() {
            Some(last) if last.kind == gap.kind && same >= MAX_GAPS => {
                last.span.end = last.span.end.max(gap.span.end);
            }
            Some(last) if last.kind == gap.kind => {
                same += 1;
                kept.push(gap);
            }
            _ => {
                same = 1;
                kept.push(gap);
            }
        }
    }
    kept.sort_by_key(|gap| (gap.span, gap.kind));
    kept
}

/// A position as the tables keep it. Files are cut far below 4 GiB before they get here.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Span = Span { start: 0, end: 0 };

    #[test]
    fn a_reference_finds_what_is_declared_after_it_in_an_outer_function() {
        let mut builder = Builder::new("a.py", Language::Python, "");
        let name = builder.name("helper");
        let inner = builder.open_function(AT);
        let used = builder.reference(name, AT);
        builder.close_function();
        let declared = builder.declare(name);
        let module = builder.finish(Vec::new());
        assert_eq!(module.expr(used), &Expr::Var(declared));
        assert!(module.vars[declared.at()].captured);
        assert_eq!(module.functions[inner.at()].parent, Some(FuncId(0)));
    }

    #[test]
    fn what_a_class_declares_is_not_seen_from_its_methods() {
        let mut builder = Builder::new("a.py", Language::Python, "");
        let name = builder.name("limit");
        builder.open_scope(ScopeKind::Class);
        let field = builder.declare(name);
        let direct = builder.reference(name, AT);
        builder.open_function(AT);
        let inside = builder.reference(name, AT);
        builder.close_function();
        builder.close_scope();
        let module = builder.finish(Vec::new());
        assert_eq!(module.expr(direct), &Expr::Var(field));
        assert_eq!(module.expr(inside), &Expr::Global(name));
    }

    #[test]
    fn an_inner_block_hides_what_is_outside() {
        let mut builder = Builder::new("a.js", Language::JavaScript, "");
        let name = builder.name("x");
        let outer = builder.declare(name);
        builder.open_scope(ScopeKind::Block);
        let inner = builder.declare(name);
        let inside = builder.reference(name, AT);
        builder.close_scope();
        let after = builder.reference(name, AT);
        let module = builder.finish(Vec::new());
        assert_eq!(module.expr(inside), &Expr::Var(inner));
        assert_eq!(module.expr(after), &Expr::Var(outer));
    }

    #[test]
    fn gaps_without_end_are_put_together() {
        let mut builder = Builder::new("a.py", Language::Python, "");
        for at in (0..10_000).rev() {
            builder.gap(GapKind::Syntax, Span { start: at, end: at + 1 });
        }
        builder.gap(GapKind::Encoding, AT);
        let gaps = builder.finish(Vec::new()).gaps;
        assert_eq!(gaps.len(), MAX_GAPS + 1);
        assert_eq!(gaps.first().map(|gap| gap.kind), Some(GapKind::Encoding));
        assert_eq!(gaps.last().map(|gap| gap.span), Some(Span { start: 255, end: 10_000 }));
    }

    #[test]
    fn nesting_without_end_becomes_a_gap() {
        fn down(builder: &mut Builder<'_>) -> u32 {
            if !builder.enter(AT) {
                return 0;
            }
            let below = down(builder);
            builder.leave();
            below + 1
        }
        let mut builder = Builder::new("a.go", Language::Go, "");
        assert_eq!(down(&mut builder), MAX_DEPTH);
        let module = builder.finish(Vec::new());
        assert_eq!(module.gaps, [Gap { span: AT, kind: GapKind::TooDeep }]);
    }
}

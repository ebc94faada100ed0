//! Bundles: many modules in one file, each a function that fills an object of exports.
//!
//! Such a function becomes one that returns its exports, and whatever asks for the module a call
//! of it. Then a bundle is like any other program. What the helpers of bundlers are called does
//! not matter, since minifiers rename them: they are known by what they do.

mod numbered;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{
    Expr, ExprId, FuncId, Key, Module, Name, Property, Span, Stmt, StmtId, Var, VarId,
};

use super::lowerer::{Later, Lowerer};

impl Lowerer<'_, '_> {
    /// `__commonJS({ "path"(exports, module) {…} })`: a function that returns the exports.
    pub(super) fn factory(&mut self, argument: ExprId) -> Option<ExprId> {
        let value = self.wrapped(argument)?;
        if let Expr::Function(function) = *self.made(value) {
            self.later.factories.push(function);
        }
        Some(value)
    }

    /// The function in `{ "path"() {…} }`, or the function itself.
    pub(super) fn wrapped(&self, argument: ExprId) -> Option<ExprId> {
        wrapped(&self.builder.module, argument)
    }

    /// Notes an object or a list that may hold the modules of a bundle.
    pub(super) fn note_map(&mut self, map: ExprId) {
        let is_function = |value: ExprId| matches!(self.made(value), Expr::Function(_));
        let holds = match self.made(map) {
            Expr::Object(parts) => {
                !parts.is_empty()
                    && parts
                        .iter()
                        .all(|part| self.is_module_key(part.key) && is_function(part.value))
            }
            Expr::List(items) => {
                let mut functions = items.iter().map(|item| is_function(item.value));
                items.len() > 1 && functions.next() == Some(true) && functions.any(|found| found)
            }
            _ => false,
        };
        if holds {
            self.later.maps.push(map);
        }
    }

    /// Whether modules of bundles are called so: by a number or a path.
    fn is_module_key(&self, key: Key) -> bool {
        let Key::Name(name) = key else { return false };
        let text = self.name_text(name);
        text.starts_with(|first: char| first.is_ascii_digit()) || text.contains('/')
    }
}

/// The function in `{ "path"() {…} }`, or the function itself.
fn wrapped(module: &Module, argument: ExprId) -> Option<ExprId> {
    match module.expr(argument) {
        Expr::Function(_) => Some(argument),
        Expr::Object(parts) => match parts.as_slice() {
            [Property { value, .. }] if matches!(module.expr(*value), Expr::Function(_)) => {
                Some(*value)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Makes functions that return their exports of the modules of bundles, and calls of those of
/// whatever asks for a module.
pub(super) fn resolve(module: &mut Module, later: &Later, exports: Name) {
    if later.factories.is_empty() && later.maps.is_empty() && later.exports.is_empty() {
        return;
    }
    let replaced = replaced(module, exports);
    let (objects, lists) = (FxHashMap::default(), FxHashSet::default());
    let mut bundle = Bundle { module, exports, objects, replaced, lists };
    for function in &later.factories {
        bundle.factory(*function, 0, 1);
    }
    bundle.helpers(later);
    bundle.numbered(&later.maps, &later.exports);
    bundle.members(&later.exports);
}

/// The variables whose member `exports` is assigned.
fn replaced(module: &Module, exports: Name) -> FxHashSet<VarId> {
    let found = module.exprs.iter().filter_map(|expr| {
        let Expr::Assign { target, .. } = expr else { return None };
        let Expr::Member(base, name) = *module.expr(*target) else { return None };
        match module.expr(base) {
            Expr::Var(var) if name == exports => Some(*var),
            _ => None,
        }
    });
    found.collect()
}

/// A module that is a bundle.
pub(super) struct Bundle<'m> {
    module: &'m mut Module,
    exports: Name,
    /// For each variable that is some `module` the one that is its `exports`.
    objects: FxHashMap<VarId, VarId>,
    /// The variables that are some `module` whose `exports` is assigned as a whole.
    replaced: FxHashSet<VarId>,
    /// The variables that hold modules in a list.
    lists: FxHashSet<VarId>,
}

impl Bundle<'_> {
    /// Makes a function return its exports; told which parameters are `exports` and `module`.
    fn factory(&mut self, id: FuncId, exports: usize, module: usize) {
        let function = &mut self.module.functions[id.at()];
        let at = function.span;
        let params = std::mem::take(&mut function.params);
        let var = |at: usize| params.get(at).and_then(|param| self.variable(param.target));
        let (object, holder) = (var(exports), var(module));
        let object = object.unwrap_or_else(|| self.declare(self.exports, id));
        if let Some(holder) = holder {
            self.objects.insert(holder, object);
        }
        if !holder.is_some_and(|holder| self.replaced.contains(&holder)) {
            let target = self.expr(Expr::Var(object), at);
            let value = self.expr(Expr::Object(Vec::new()), at);
            let start = self.expr(Expr::Assign { target, value }, at);
            let start = self.stmt(Stmt::Expr(start), at);
            self.module.functions[id.at()].body.insert(0, start);
        }
        let given = self.expr(Expr::Var(object), at);
        let end = self.stmt(Stmt::Return(Some(given)), at);
        self.module.functions[id.at()].body.push(end);
    }

    /// Finds the helpers by what they do, and what is done with them.
    fn helpers(&mut self, later: &Later) {
        let makers: FxHashSet<FuncId> =
            later.exports.iter().filter_map(|member| self.maker(*member)).collect();
        let openers = self.openers();
        if makers.is_empty() && openers.is_empty() {
            return;
        }
        let (makers, openers) = (self.held(&makers), self.held(&openers));
        for at in 0..self.module.exprs.len() {
            let Expr::Call(call) = &self.module.exprs[at] else { continue };
            let Expr::Var(helper) = *self.module.expr(call.callee) else { continue };
            let Some(first) = call.args.first().map(|arg| arg.value) else { continue };
            if openers.contains(&helper) {
                self.module.exprs[at] = self.module.expr(first).clone();
            } else if makers.contains(&helper)
                && let Some(value) = wrapped(self.module, first)
                && let Expr::Function(function) = *self.module.expr(value)
            {
                self.factory(function, 0, 1);
                self.module.exprs[at] = Expr::Function(function);
            }
        }
    }

    /// The function in which `(module = { exports: {} }).exports` stands, if `module` is a
    /// parameter of it: it makes modules of functions.
    fn maker(&self, member: ExprId) -> Option<FuncId> {
        let Expr::Member(base, _) = self.module.expr(member) else { return None };
        let Expr::Assign { target, value } = self.module.expr(*base) else { return None };
        let Expr::Object(parts) = self.module.expr(*value) else { return None };
        let Expr::Var(holder) = *self.module.expr(*target) else { return None };
        let key = matches!(parts.as_slice(), [part] if part.key == Key::Name(self.exports));
        let owner = self.module.vars.get(holder.at())?.owner;
        let function = self.module.functions.get(owner.at())?;
        let param = function.params.get(1)?;
        (key && self.variable(param.target) == Some(holder)).then_some(owner)
    }

    /// The functions that add a module to itself as its `default` member, for modules that do
    /// not have one: they give what they are given.
    fn openers(&self) -> FxHashSet<FuncId> {
        let module = &*self.module;
        let text = |name: Name| module.text(name);
        let found = module.exprs.iter().filter_map(|expr| {
            let Expr::Call(call) = expr else { return None };
            let [_, key, descriptor] = call.args.as_slice() else { return None };
            let Expr::Text(key) = module.expr(key.value) else { return None };
            let Expr::Object(parts) = module.expr(descriptor.value) else { return None };
            let [value, enumerable] = parts.as_slice() else { return None };
            let named = |part: &Property, wanted: &str| {
                matches!(part.key, Key::Name(name) if text(name) == wanted)
            };
            let Expr::Var(var) = *module.expr(value.value) else { return None };
            let owner = module.vars.get(var.at())?.owner;
            let first = module.functions.get(owner.at())?.params.first()?;
            let fits = text(*key) == "default"
                && named(value, "value")
                && named(enumerable, "enumerable")
                && self.variable(first.target) == Some(var);
            fits.then_some(owner)
        });
        found.collect()
    }

    /// The variables that hold functions.
    fn held(&self, functions: &FxHashSet<FuncId>) -> FxHashSet<VarId> {
        let found = self.module.exprs.iter().filter_map(|expr| {
            let Expr::Assign { target, value } = expr else { return None };
            let Expr::Function(function) = self.module.expr(*value) else { return None };
            self.variable(*target).filter(|_| functions.contains(function))
        });
        found.collect()
    }

    /// Makes the object of exports of every `module.exports`.
    fn members(&mut self, members: &[ExprId]) {
        for member in members {
            if let Expr::Member(base, _) = self.module.expr(*member)
                && let Some(object) = self.variable(*base).and_then(|var| self.objects.get(&var))
            {
                self.module.exprs[member.at()] = Expr::Var(*object);
            }
        }
    }

    fn variable(&self, expr: ExprId) -> Option<VarId> {
        match self.module.expr(expr) {
            Expr::Var(var) => Some(*var),
            _ => None,
        }
    }

    fn declare(&mut self, name: Name, owner: FuncId) -> VarId {
        let var = VarId(crate::builder::offset(self.module.vars.len()));
        self.module.vars.push(Var { name, owner, captured: false });
        var
    }

    fn expr(&mut self, expr: Expr, at: Span) -> ExprId {
        let id = ExprId(crate::builder::offset(self.module.exprs.len()));
        self.module.exprs.push(expr);
        self.module.spans.push(at);
        id
    }

    fn stmt(&mut self, stmt: Stmt, at: Span) -> StmtId {
        let id = StmtId(crate::builder::offset(self.module.stmts.len()));
        self.module.stmts.push((stmt, at));
        id
    }
}

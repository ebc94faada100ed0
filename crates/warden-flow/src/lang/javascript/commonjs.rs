//! `require`, `module.exports` and `exports`, once it is known what these names mean.

use rustc_hash::FxHashSet;

use crate::ir::{Expr, ExprId, Module, Stmt, StmtId, VarId};

use super::lowerer::Later;

/// Makes imports of calls of `require`, and the object of exports of `module.exports`.
pub(super) fn resolve(module: &mut Module, later: &Later, exports: VarId) {
    let none = later.requires.is_empty();
    let loaders = if none { Loaders::default() } else { Loaders::of(module) };
    for call in &later.requires {
        let Expr::Call(made) = module.expr(*call) else { continue };
        let [path] = made.args.as_slice() else { continue };
        if is_loader(module, made.callee, &loaders) {
            module.exprs[call.at()] = Expr::Import(path.value);
        }
    }
    for member in &later.exports {
        if let Expr::Member(base, _) = module.expr(*member)
            && is_global(module, *base, "module")
        {
            module.exprs[member.at()] = Expr::Var(exports);
        }
    }
}

/// Whether a call of this loads a module.
fn is_loader(module: &Module, callee: ExprId, loaders: &Loaders) -> bool {
    match module.expr(callee) {
        Expr::Global(name) => module.text(*name) == "require",
        Expr::Var(var) => loaders.loaders.contains(var),
        Expr::Member(base, name) => module.text(*name) == "require" && is_host(module, *base),
        Expr::Call(call) => is_creator(module, call.callee, &loaders.creators),
        _ => false,
    }
}

/// `module`, `globalThis`, `process.mainModule` and the like.
fn is_host(module: &Module, base: ExprId) -> bool {
    let root = match module.expr(base) {
        Expr::Member(root, _) => *root,
        _ => base,
    };
    ["module", "process", "globalThis", "global"].iter().any(|name| is_global(module, root, name))
}

fn is_global(module: &Module, expr: ExprId, wanted: &str) -> bool {
    matches!(module.expr(expr), Expr::Global(name) if module.text(*name) == wanted)
}

/// The variables that load modules when they are called.
#[derive(Default)]
struct Loaders {
    /// Those that hold `createRequire` of Node.
    creators: FxHashSet<VarId>,
    /// Those that hold what it gave, or what bundlers call `__require`.
    loaders: FxHashSet<VarId>,
}

impl Loaders {
    fn of(module: &Module) -> Self {
        let assigned = module.exprs.iter().filter_map(|expr| {
            let Expr::Assign { target, value } = expr else { return None };
            let Expr::Var(var) = *module.expr(*target) else { return None };
            Some((var, *value))
        });
        let named = |(_, value): &(VarId, ExprId)| matches!(module.expr(*value), Expr::Member(_, name) if is_creator_name(module.text(*name)));
        let creators = assigned.clone().filter(named).map(|(var, _)| var).collect();
        let made = |(var, value): &(VarId, ExprId)| {
            let by_value = match module.expr(*value) {
                Expr::Call(call) => is_creator(module, call.callee, &creators),
                _ => false,
            };
            by_value || var_text(module, *var) == "__require"
        };
        let mut loaders: FxHashSet<VarId> =
            assigned.clone().filter(made).map(|(var, _)| var).collect();
        let passed = |(_, value): &(VarId, ExprId)| match module.expr(*value) {
            Expr::Call(call) => passes_require(module, call.callee, &loaders),
            _ => is_require(module, *value, &loaders),
        };
        let aliases: Vec<VarId> = assigned.filter(passed).map(|(var, _)| var).collect();
        loaders.extend(aliases);
        Self { creators, loaders }
    }
}

fn var_text(module: &Module, var: VarId) -> &str {
    module.vars.get(var.at()).map_or("", |var| module.text(var.name))
}

/// Whether it is `createRequire` of Node.
fn is_creator(module: &Module, callee: ExprId, creators: &FxHashSet<VarId>) -> bool {
    match module.expr(callee) {
        Expr::Member(_, name) => is_creator_name(module.text(*name)),
        Expr::Var(var) => creators.contains(var) || is_creator_name(var_text(module, *var)),
        _ => false,
    }
}

/// Bundlers put something before or behind the name when they need it for themselves.
fn is_creator_name(name: &str) -> bool {
    name.contains("createRequire")
}

/// Whether it is the function by which bundlers look for `require`: `x => typeof require !==
/// "undefined" ? require : …`.
fn passes_require(module: &Module, callee: ExprId, loaders: &FxHashSet<VarId>) -> bool {
    let Expr::Function(function) = module.expr(callee) else { return false };
    let first = |list: &[StmtId]| {
        list.first().and_then(|first| module.stmts.get(first.at())).map(|(stmt, _)| stmt)
    };
    let body = module.functions.get(function.at()).map(|function| function.body.as_slice());
    let Some(Stmt::If { then, .. }) = body.and_then(first) else { return false };
    matches!(first(then), Some(Stmt::Return(Some(value))) if is_require(module, *value, loaders))
}

fn is_require(module: &Module, value: ExprId, loaders: &FxHashSet<VarId>) -> bool {
    match module.expr(value) {
        Expr::Var(var) => loaders.contains(var),
        _ => is_global(module, value, "require"),
    }
}

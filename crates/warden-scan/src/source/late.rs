//! Paths that are checked as they are written, and resolved only then.
//!
//! Who writes such a function means to follow links: it asks where the path leads, and gives that
//! back. But what was compared with the permitted folders is the path before, and a link below one
//! of them leads anywhere. No flow shows it, since the value was checked and was resolved; only
//! the order is wrong.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use warden_detect::words;
use warden_flow::{
    analysis::{At, FnId},
    ir::{Arg, Expr, ExprId, FuncId, Language, Module, Span, Stmt, VarId},
};

use super::{SourceView, guards::leaves, index::Index, surface::reader::holds};

/// Calls that follow links, by their last name.
static RESOLVING: &[&str] =
    &["realpath", "realpathSync", "realPath", "realPathSync", "EvalSymlinks"];

/// Calls that compare a path with the start of another.
static COMPARING: &[&str] =
    &["startsWith", "startswith", "HasPrefix", "is_relative_to", "commonpath", "relative"];

/// A path that is resolved after its check.
pub(crate) struct Late {
    /// The check.
    pub(crate) check: At,
    /// The function that both stand in.
    pub(crate) function: FnId,
}

/// Every such path of a program.
pub(crate) fn late(view: &SourceView<'_>) -> Vec<Late> {
    let mut found = Vec::new();
    for (number, module) in (0..).zip(&view.program().modules) {
        // Nearly every module has none: names are cheaper to look at than calls.
        if !module.names.iter().any(|name| is_resolver(name, module.language)) {
            continue;
        }
        let scan = Scan { view, number, module, index: view.fold.index(number) };
        for call in &scan.index.calls {
            if let Some(check) = scan.resolved(*call).and_then(|path| scan.checked(*call, path)) {
                let function = FnId { module: number, function: scan.index.owner(*call) };
                found.push(Late { check: At { module: number, expr: check }, function });
            }
        }
    }
    found.sort_by_key(|late| (late.check, late.function));
    found.dedup_by_key(|late| late.check);
    found
}

struct Scan<'v, 'a> {
    view: &'v SourceView<'a>,
    number: u32,
    module: &'v Module,
    index: &'v Index,
}

impl Scan<'_, '_> {
    /// The variable whose links a call follows.
    fn resolved(&self, call: ExprId) -> Option<VarId> {
        let Expr::Call(found) = self.module.expr(call) else { return None };
        if !is_resolving(self.module, call) {
            return None;
        }
        let first = |args: &[Arg]| args.first().map(|arg| arg.value);
        let of = match self.module.expr(found.callee) {
            // `Path(p).resolve()`, `p.resolve()`
            Expr::Member(base, name) if self.module.text(*name) == "resolve" => {
                match self.module.expr(*base) {
                    Expr::Call(made) => first(&made.args)?,
                    _ => *base,
                }
            }
            _ => first(&found.args)?,
        };
        match self.module.expr(of) {
            Expr::Var(var) => Some(*var),
            _ => None,
        }
    }

    /// The check of a path that is resolved by `call`, if what it leads to is used unseen.
    fn checked(&self, call: ExprId, path: VarId) -> Option<ExprId> {
        let owner = self.index.owner(call);
        let here = self.module.span(call);
        if owner == FuncId(0) || !self.used_unseen(call, owner) {
            return None;
        }
        let all = self.index.within(owner).iter().copied();
        let check = all.into_iter().find(|expr| {
            self.module.span(*expr).start < here.start
                && self.is_check(*expr)
                && self.refuses(*expr)
                && self.is_of(*expr, owner, path)
                && !self.resolves_itself(*expr)
        })?;
        (!self.resolved_before(check, owner)).then_some(check)
    }

    /// Whether a call asks whether a path is one that may be used.
    fn is_check(&self, expr: ExprId) -> bool {
        let Expr::Call(call) = self.module.expr(expr) else { return false };
        let name = name(self.module, call.callee);
        if COMPARING.contains(&name) {
            return call.args.iter().any(|arg| self.is_folder(arg.value));
        }
        asks(name)
    }

    /// Whether something may be a folder to compare with: `~` and `file:` are none.
    fn is_folder(&self, expr: ExprId) -> bool {
        match self.module.expr(expr) {
            Expr::Text(name) => {
                let text = self.module.text(*name);
                text.len() > 2 && text.starts_with('/')
            }
            _ => true,
        }
    }

    /// Whether a call stands in a condition on which the function is left.
    fn refuses(&self, expr: ExprId) -> bool {
        let stmt = self.index.stmt(expr).and_then(|stmt| self.module.stmts.get(stmt.at()));
        match stmt {
            Some((Stmt::If { cond, then, otherwise }, _)) => {
                holds(self.module.span(*cond), self.module.span(expr))
                    && (leaves(self.module, then) || leaves(self.module, otherwise))
            }
            _ => false,
        }
    }

    /// Whether a check is of the path, of what it was made of, or of what was made of it.
    fn is_of(&self, check: ExprId, owner: FuncId, path: VarId) -> bool {
        let asked = self.vars_in(owner, self.module.span(check));
        asked.contains(&path)
            || self.made_of(owner, path).iter().any(|var| asked.contains(var))
            || asked.iter().any(|var| self.made_of(owner, *var).contains(&path))
    }

    /// The variables in what a variable is assigned.
    fn made_of(&self, owner: FuncId, var: VarId) -> BTreeSet<VarId> {
        let values = self.index.within(owner).iter().filter_map(|expr| self.given(*expr, var));
        values.flat_map(|value| self.vars_in(owner, self.module.span(value))).collect()
    }

    /// What an expression assigns to a variable, alone or with others.
    fn given(&self, expr: ExprId, var: VarId) -> Option<ExprId> {
        let Expr::Assign { target, value } = self.module.expr(expr) else { return None };
        let takes = match self.module.expr(*target) {
            Expr::Var(target) => *target == var,
            Expr::List(items) => {
                items.iter().any(|item| *self.module.expr(item.value) == Expr::Var(var))
            }
            _ => false,
        };
        takes.then_some(*value)
    }

    fn vars_in(&self, owner: FuncId, span: Span) -> BTreeSet<VarId> {
        let inside = self.index.within(owner).iter();
        let inside = inside.filter(|expr| holds(span, self.module.span(**expr)));
        inside
            .filter_map(|expr| match self.module.expr(*expr) {
                Expr::Var(var) => Some(*var),
                _ => None,
            })
            .collect()
    }

    /// Whether the function that checks follows links by itself, or one that it calls.
    fn resolves_itself(&self, check: ExprId) -> bool {
        let Expr::Call(call) = self.module.expr(check) else { return false };
        let mut functions = self.called(self.number, call.callee);
        for _ in 0..MAX_ROUNDS {
            if functions.iter().any(|function| self.follows(*function)) {
                return true;
            }
            functions = functions.iter().flat_map(|function| self.calls_of(*function)).collect();
            functions.truncate(MAX_FUNCTIONS);
        }
        false
    }

    fn called(&self, module: u32, expr: ExprId) -> Vec<FnId> {
        self.view.analysis.functions_at(At { module, expr })
    }

    fn calls_of(&self, function: FnId) -> Vec<FnId> {
        let Some(module) = self.view.module(function.module) else { return Vec::new() };
        let within = self.view.fold.index(function.module).within(function.function);
        let callees = within.iter().filter_map(|expr| match module.expr(*expr) {
            Expr::Call(call) => Some(call.callee),
            _ => None,
        });
        callees.flat_map(|callee| self.called(function.module, callee)).collect()
    }

    fn follows(&self, function: FnId) -> bool {
        let Some(module) = self.view.module(function.module) else { return false };
        let within = self.view.fold.index(function.module).within(function.function);
        within.iter().any(|expr| is_resolving(module, *expr))
    }

    /// Whether links were followed before a check, in its function or in one around it.
    fn resolved_before(&self, check: ExprId, owner: FuncId) -> bool {
        let start = self.module.span(check).start;
        let mut next = Some(owner);
        while let Some(function) = next {
            let mut within = self.index.within(function).iter();
            if within.any(|expr| {
                self.module.span(*expr).start < start && is_resolving(self.module, *expr)
            }) {
                return true;
            }
            next = self.module.functions.get(function.at()).and_then(|function| function.parent);
        }
        false
    }

    /// Whether where a path leads is given back or kept, and nothing asks about it.
    fn used_unseen(&self, call: ExprId, owner: FuncId) -> bool {
        let mut inner = call;
        let mut kept = None;
        while let Some(outer) = self.index.parent(inner) {
            match self.module.expr(outer) {
                // `isAllowed(await fs.realpath(path))`
                Expr::Call(_) if self.is_check(outer) => return false,
                Expr::Assign { target, .. } => kept = Some(*target),
                _ => {}
            }
            inner = outer;
        }
        let stmt = self.index.stmt(call).and_then(|stmt| self.module.stmts.get(stmt.at()));
        match (kept, stmt) {
            (Some(target), _) => !self.asked_later(call, target, owner),
            (None, Some((Stmt::Return(Some(_)), _))) => true,
            _ => false,
        }
    }

    /// Whether something asks about what was kept, or about what is made of it.
    fn asked_later(&self, call: ExprId, target: ExprId, owner: FuncId) -> bool {
        let start = self.module.span(call).start;
        let mut kept = self.vars_in(owner, self.module.span(target));
        for _ in 0..MAX_ROUNDS {
            let more: Vec<VarId> = kept
                .iter()
                .flat_map(|var| self.index.uses(*var))
                .filter_map(|used| self.assigned_around(*used))
                .collect();
            kept.extend(more);
        }
        kept.iter()
            .flat_map(|var| self.index.uses(*var))
            .any(|used| self.module.span(*used).start > start && self.is_asked(*used))
    }

    /// The variable that is assigned something with an expression in it.
    fn assigned_around(&self, expr: ExprId) -> Option<VarId> {
        let mut inner = expr;
        while let Some(outer) = self.index.parent(inner) {
            if let Expr::Assign { target, value } = self.module.expr(outer) {
                return match self.module.expr(*target) {
                    Expr::Var(var) if *value == inner => Some(*var),
                    _ => None,
                };
            }
            inner = outer;
        }
        None
    }

    /// Whether an expression stands in a condition, or in a call that asks.
    fn is_asked(&self, expr: ExprId) -> bool {
        let mut inner = expr;
        while let Some(outer) = self.index.parent(inner) {
            match self.module.expr(outer) {
                Expr::Call(call) if call.callee != inner && self.is_asking(outer) => return true,
                Expr::Call(_) if self.is_check(outer) => return true,
                Expr::Choice { cond, .. } if *cond == inner => return true,
                _ => {}
            }
            inner = outer;
        }
        let stmt = self.index.stmt(inner).and_then(|stmt| self.module.stmts.get(stmt.at()));
        matches!(stmt, Some((Stmt::If { cond, .. }, _)) if *cond == inner)
    }

    /// A call whose name says that it asks, whatever it does if the answer is no.
    fn is_asking(&self, expr: ExprId) -> bool {
        let Expr::Call(call) = self.module.expr(expr) else { return false };
        let name = name(self.module, call.callee);
        words(name).iter().any(|word| {
            matches!(&**word, "assert" | "check" | "ensure" | "validate" | "verify" | "require")
        }) || asks(name)
    }
}

/// Functions in functions that are followed, and assignments of what was assigned.
const MAX_ROUNDS: usize = 2;

/// Functions that are looked at in one round.
const MAX_FUNCTIONS: usize = 64;

/// The last name of what is called.
fn name(module: &Module, callee: ExprId) -> &str {
    match module.expr(callee) {
        Expr::Member(_, name) | Expr::Global(name) => module.text(*name),
        Expr::Var(var) => {
            module.vars.get(var.at()).map(|var| module.text(var.name)).unwrap_or_default()
        }
        _ => "",
    }
}

fn is_resolving(module: &Module, expr: ExprId) -> bool {
    let Expr::Call(call) = module.expr(expr) else { return false };
    let name = name(module, call.callee);
    is_resolver(name, module.language)
}

/// Whether a call with this name follows links: `resolve` of JavaScript does not.
fn is_resolver(name: &str, language: Language) -> bool {
    RESOLVING.contains(&name) || (name == "resolve" && language == Language::Python)
}

/// Whether a name asks whether a path may be used: `isPathAllowed`, `within_root`.
fn asks(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&["allowed", "permitted", "within", "inside", "outside", "contained", "under", "beneath"])
        && has(&["path", "dir", "dirs", "directory", "directories", "folder", "root", "file", "is"])
}

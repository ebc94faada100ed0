//! What stands around a place, and who else sees it.

use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{ClassId, Expr, ExprId, FuncId, Language, Module},
};

use crate::source::surface::reader::{Reader, holds};

/// Whether a class is there for others. In a bundle it is not, and nobody may make one.
pub(super) fn is_exported(module: &Module, class: ClassId) -> bool {
    if module.language == Language::Python {
        return true;
    }
    let is_class = |expr: ExprId| *module.expr(expr) == Expr::Class(class);
    let holders: BTreeSet<_> = module
        .exprs
        .iter()
        .filter_map(|expr| match expr {
            Expr::Assign { target, value } if is_class(*value) => match module.expr(*target) {
                Expr::Var(var) => Some(*var),
                _ => None,
            },
            _ => None,
        })
        .collect();
    module.exprs.iter().any(|expr| {
        let Expr::Assign { target, value } = expr else { return false };
        let Expr::Member(base, _) = module.expr(*target) else { return false };
        let exports =
            matches!(module.expr(*base), Expr::Var(var) if Some(*var) == module.exports.object);
        exports
            && (is_class(*value)
                || matches!(module.expr(*value), Expr::Var(var) if holders.contains(var)))
    })
}

/// Whether a function is another one, or stands in it.
pub(super) fn within(reader: &Reader<'_>, inner: FnId, outer: FnId) -> bool {
    let functions = &reader.module(inner.module).functions;
    let mut at = inner.function;
    while at != outer.function {
        match functions.get(at.at()).and_then(|function| function.parent) {
            Some(parent) if parent != FuncId(0) => at = parent,
            _ => return false,
        }
    }
    true
}

/// The functions that a function calls.
pub(super) fn called(reader: &Reader<'_>, function: FnId) -> Vec<FnId> {
    let module = reader.module(function.module);
    let Some(around) = module.functions.get(function.function.at()) else { return Vec::new() };
    let calls = module.exprs.iter().zip(&module.spans).filter_map(|(expr, span)| match expr {
        Expr::Call(call) if holds(around.span, *span) => Some(call.callee),
        _ => None,
    });
    calls
        .map(|expr| At { module: function.module, expr })
        .filter(|at| matches!(reader.expr(*at), Expr::Var(_) | Expr::Member(..)))
        .flat_map(|at| reader.functions(at))
        .collect()
}

//! One pass over the statements and expressions of a module.

use warden_flow::ir::{Expr, ExprId, FuncId, Key, Module, Stmt, StmtId};

use super::{Around, Branch, Index};

enum Work {
    Stmt(StmtId, Option<(StmtId, Branch)>, FuncId),
    Expr(ExprId, Around, FuncId),
}

impl Index {
    /// Fills in what is around each statement and expression, with a stack of its own.
    pub(super) fn walk(&mut self, module: &Module) {
        let mut seen = vec![false; module.exprs.len()];
        let mut work: Vec<Work> = Vec::new();
        for (at, function) in module.functions.iter().enumerate() {
            let id = FuncId(u32::try_from(at).unwrap_or(u32::MAX));
            let outside = function.parent.unwrap_or(FuncId(0));
            let defaults = function.params.iter().filter_map(|param| param.default);
            let loose = function.decorators.iter().copied().chain(defaults);
            work.extend(loose.map(|expr| Work::Expr(expr, Around::Nothing, outside)));
            work.extend(function.body.iter().map(|stmt| Work::Stmt(*stmt, None, id)));
        }
        while let Some(next) = work.pop() {
            match next {
                Work::Stmt(stmt, outer, owner) => {
                    if let Some(place) = self.stmts.get_mut(stmt.at()) {
                        *place = outer;
                    }
                    if let Some((body, _)) = module.stmts.get(stmt.at()) {
                        open(body, stmt, owner, &mut work);
                    }
                }
                Work::Expr(expr, around, owner) => {
                    // Two may hold the same expression: the target of `a += b` is one.
                    if seen.get(expr.at()).copied().unwrap_or(true) {
                        continue;
                    }
                    seen[expr.at()] = true;
                    self.around[expr.at()] = around;
                    self.owner[expr.at()] = owner;
                    let inside = Around::Expr(expr);
                    let push = |child| work.push(Work::Expr(child, inside, owner));
                    children(module, expr, push);
                }
            }
        }
        let call = |(_, expr): &(usize, &Expr)| matches!(expr, Expr::Call(_));
        let calls = module.exprs.iter().enumerate().filter(call);
        self.calls = calls.filter_map(|(at, _)| u32::try_from(at).ok().map(ExprId)).collect();
    }
}

fn open(body: &Stmt, id: StmtId, owner: FuncId, work: &mut Vec<Work>) {
    let here = Around::Stmt(id);
    let block = |work: &mut Vec<Work>, stmts: &[StmtId], branch: Branch| {
        work.extend(stmts.iter().map(|stmt| Work::Stmt(*stmt, Some((id, branch)), owner)));
    };
    let value = |work: &mut Vec<Work>, expr: ExprId| work.push(Work::Expr(expr, here, owner));
    match body {
        Stmt::Expr(expr) | Stmt::Yield(expr) => value(work, *expr),
        Stmt::Return(expr) | Stmt::Throw(expr) => {
            if let Some(expr) = expr {
                value(work, *expr);
            }
        }
        Stmt::If { cond, then, otherwise } => {
            value(work, *cond);
            block(work, then, Branch::Then);
            block(work, otherwise, Branch::Otherwise);
        }
        Stmt::Loop { each, cond, body, otherwise, .. } => {
            let both = each.iter().flat_map(|(target, source)| [*target, *source]);
            both.chain(*cond).for_each(|expr| value(work, expr));
            block(work, body, Branch::Round);
            block(work, otherwise, Branch::Otherwise);
        }
        Stmt::Switch { subject, cases } => {
            if let Some(subject) = subject {
                value(work, *subject);
            }
            for (at, case) in cases.iter().enumerate() {
                let tests = case.tests.iter().flatten().chain(&case.guard);
                tests.for_each(|test| value(work, *test));
                block(work, &case.body, Branch::Case(u32::try_from(at).unwrap_or(u32::MAX)));
            }
        }
        Stmt::Break | Stmt::Continue => {}
        Stmt::Try { body, handlers, finally } => {
            block(work, body, Branch::Tried);
            for (_, handler) in handlers {
                block(work, handler, Branch::Handler);
            }
            block(work, finally, Branch::Finally);
        }
    }
}

/// Calls `found` with every expression right inside `expr`. Functions are not entered; of classes
/// the fields and what they are made of are.
pub(crate) fn children(module: &Module, expr: ExprId, mut found: impl FnMut(ExprId)) {
    match module.expr(expr) {
        Expr::Text(_)
        | Expr::Number(_)
        | Expr::Bool(_)
        | Expr::Null
        | Expr::Regex(..)
        | Expr::Var(_)
        | Expr::Global(_)
        | Expr::Function(_) => {}
        Expr::Class(class) => {
            if let Some(class) = module.classes.get(class.at()) {
                let values = class.fields.iter().filter_map(|field| field.value);
                class.bases.iter().copied().chain(values).for_each(found);
            }
        }
        Expr::Import(one) | Expr::Member(one, _) | Expr::Not(one) | Expr::Unary(one) => found(*one),
        Expr::Index(a, b)
        | Expr::Binary(_, a, b)
        | Expr::Logic(_, a, b)
        | Expr::Default(a, b)
        | Expr::Assign { target: a, value: b } => {
            found(*a);
            found(*b);
        }
        Expr::Choice { cond, then, otherwise } => {
            [*cond, *then, *otherwise].into_iter().for_each(found);
        }
        Expr::Call(call) => {
            found(call.callee);
            call.args.iter().for_each(|arg| found(arg.value));
        }
        Expr::Object(parts) => {
            for part in parts {
                if let Key::Computed(key) = part.key {
                    found(key);
                }
                found(part.value);
            }
        }
        Expr::List(items) => items.iter().for_each(|item| found(item.value)),
        Expr::Concat(parts) | Expr::Unknown(parts) => parts.iter().copied().for_each(found),
        Expr::Comprehension { clauses, values } => {
            for clause in clauses {
                let head = [clause.target, clause.source];
                head.into_iter().chain(clause.conditions.iter().copied()).for_each(&mut found);
            }
            values.iter().copied().for_each(found);
        }
    }
}

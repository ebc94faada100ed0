//! What newer forms of the language become when compilers write them for older ones: decorators,
//! classes as functions with prototypes, async functions as machines of states.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    builder::offset,
    ir::{
        Arg, Call, CallKind, Class, ClassId, Expr, ExprId, Key, Method, Module, Name, Stmt, StmtId,
        VarId,
    },
};

use super::lowerer::{Known, Later};

/// Gives back the newer forms.
pub(super) fn resolve(module: &mut Module, later: &Later, known: Known) {
    if !later.prototypes.is_empty() {
        let mut prototypes =
            Prototypes { known, functions: functions(module), made: FxHashMap::default() };
        for at in 0..module.exprs.len() {
            prototypes.look_at(module, at);
        }
    }
    if !later.decorated.is_empty() {
        let classes = classes(module);
        for call in &later.decorated {
            decorate(module, *call, &classes);
        }
    }
    if !later.machines.is_empty() {
        machines(module, &later.machines);
    }
}

/// The functions that variables hold, each with the expression that it is.
fn functions(module: &Module) -> FxHashMap<VarId, ExprId> {
    let found = module.exprs.iter().filter_map(|expr| {
        let Expr::Assign { target, value } = expr else { return None };
        let Expr::Var(var) = module.expr(*target) else { return None };
        matches!(module.expr(*value), Expr::Function(_)).then_some((*var, *value))
    });
    found.collect()
}

/// The classes that variables hold.
fn classes(module: &Module) -> FxHashMap<VarId, ClassId> {
    let found = module.exprs.iter().filter_map(|expr| {
        let Expr::Assign { target, value } = expr else { return None };
        match (module.expr(*target), module.expr(*value)) {
            (Expr::Var(var), Expr::Class(class)) => Some((*var, *class)),
            _ => None,
        }
    });
    found.collect()
}

/// Functions that become the constructors of classes, since something is put into their prototype.
struct Prototypes {
    known: Known,
    functions: FxHashMap<VarId, ExprId>,
    made: FxHashMap<VarId, ClassId>,
}

impl Prototypes {
    fn look_at(&mut self, module: &mut Module, at: usize) {
        match module.exprs[at].clone() {
            // `F.prototype.name = function …`, `F.prototype = { … }`
            Expr::Assign { target, value } => {
                let Expr::Member(base, name) = *module.expr(target) else { return };
                if let Some(var) = self.owner(module, base) {
                    self.method(module, var, name, value);
                } else if let Some(var) = self.owner(module, target)
                    && let Expr::Object(parts) = module.expr(value).clone()
                {
                    for part in parts {
                        if let Key::Name(name) = part.key {
                            self.method(module, var, name, part.value);
                        }
                    }
                }
            }
            // `__extends(F, Base)`, `util.inherits(F, Base)`
            Expr::Call(call) => {
                let (Expr::Global(name) | Expr::Member(_, name)) = *module.expr(call.callee) else {
                    return self.extends_by_helper(module, &call);
                };
                if matches!(module.text(name), "__extends" | "inherits" | "_inherits") {
                    self.extends(module, &call);
                }
            }
            _ => {}
        }
    }

    fn extends_by_helper(&mut self, module: &mut Module, call: &Call) {
        let Expr::Var(var) = module.expr(call.callee) else { return };
        let name = module.vars.get(var.at()).map_or("", |var| module.text(var.name));
        if matches!(name, "__extends" | "inherits" | "_inherits") {
            self.extends(module, call);
        }
    }

    fn extends(&mut self, module: &mut Module, call: &Call) {
        let [derived, base] = call.args.as_slice() else { return };
        let Expr::Var(var) = *module.expr(derived.value) else { return };
        if let Some(class) = self.class(module, var) {
            module.classes[class.at()].bases.push(base.value);
        }
    }

    /// The variable of whose value this is the prototype.
    fn owner(&self, module: &Module, expr: ExprId) -> Option<VarId> {
        let Expr::Member(base, name) = *module.expr(expr) else { return None };
        let Expr::Var(var) = *module.expr(base) else { return None };
        (name == self.known.prototype).then_some(var)
    }

    fn method(&mut self, module: &mut Module, var: VarId, name: Name, value: ExprId) {
        let Expr::Function(function) = *module.expr(value) else { return };
        let Some(class) = self.class(module, var) else { return };
        module.functions[function.at()].class = Some(class);
        let method = Method { name, function, is_static: false, is_getter: false };
        module.classes[class.at()].methods.push(method);
    }

    /// The class that the function in a variable constructs.
    fn class(&mut self, module: &mut Module, var: VarId) -> Option<ClassId> {
        if let Some(class) = self.made.get(&var) {
            return Some(*class);
        }
        let value = *self.functions.get(&var)?;
        let Expr::Function(function) = *module.expr(value) else { return None };
        let class = ClassId(offset(module.classes.len()));
        let made = &mut module.functions[function.at()];
        made.class = Some(class);
        let name = self.known.constructor;
        let constructor = Method { name, function, is_static: false, is_getter: false };
        let (span, doc) = (made.span, made.doc);
        module.classes.push(Class {
            name: module.vars.get(var.at()).map(|var| var.name),
            span,
            bases: Vec::new(),
            methods: vec![constructor],
            fields: Vec::new(),
            doc,
        });
        module.exprs[value.at()] = Expr::Class(class);
        self.made.insert(var, class);
        Some(class)
    }
}

/// `__decorate([d], Class.prototype, "name", …)` and `Class = __decorate([d], Class)`.
fn decorate(module: &mut Module, at: ExprId, classes: &FxHashMap<VarId, ClassId>) {
    let Expr::Call(call) = module.expr(at) else { return };
    let [list, target, rest @ ..] = call.args.as_slice() else { return };
    let Expr::List(items) = module.expr(list.value) else { return };
    let decorators: Vec<ExprId> =
        items.iter().map(|item| item.value).filter(|item| !is_about_types(module, *item)).collect();
    let target = target.value;
    let Some(key) = rest.first() else {
        return decorate_whole(module, at, target, &decorators);
    };
    let Expr::Text(key) = *module.expr(key.value) else { return };
    let holder = match module.expr(target) {
        Expr::Member(base, _) => *base,
        _ => target,
    };
    let Expr::Var(var) = module.expr(holder) else { return };
    let Some(class) = classes.get(var).and_then(|class| module.classes.get(class.at())) else {
        return;
    };
    if let Some(method) = class.methods.iter().find(|method| method.name == key) {
        module.functions[method.function.at()].decorators.extend(decorators);
    }
}

/// `__param(…)` and `__metadata(…)`.
fn is_about_types(module: &Module, item: ExprId) -> bool {
    let Expr::Call(call) = module.expr(item) else { return false };
    let name = match module.expr(call.callee) {
        Expr::Global(name) | Expr::Member(_, name) => *name,
        Expr::Var(var) => match module.vars.get(var.at()) {
            Some(var) => var.name,
            None => return false,
        },
        _ => return false,
    };
    matches!(module.text(name), "__param" | "__metadata" | "_ts_param" | "_ts_metadata")
}

fn decorate_whole(module: &mut Module, at: ExprId, class: ExprId, decorators: &[ExprId]) {
    let span = module.span(at);
    let mut made = module.expr(class).clone();
    for callee in decorators.iter().rev() {
        let value = ExprId(offset(module.exprs.len()));
        module.exprs.push(made);
        module.spans.push(span);
        let args = vec![Arg { value, name: None, spread: false }];
        made = Expr::Call(Call { callee: *callee, args, kind: CallKind::Decorator });
    }
    module.exprs[at.at()] = made;
}

/// `__generator(this, function (_a) { switch (_a.label) {…} })`: the function is called, `return
/// [4, x]` waits for `x`, and `_a.sent()` is what was waited for.
fn machines(module: &mut Module, calls: &[ExprId]) {
    let states: FxHashSet<VarId> = calls.iter().filter_map(|call| machine(module, *call)).collect();
    let state = |module: &Module, expr: ExprId| match module.expr(expr) {
        Expr::Var(var) if states.contains(var) => Some(*var),
        _ => None,
    };
    for at in 0..module.exprs.len() {
        if let Expr::Call(call) = &module.exprs[at]
            && let Expr::Member(base, name) = module.expr(call.callee)
            && let Some(var) = state(module, *base)
            && module.text(*name) == "sent"
        {
            module.exprs[at] = Expr::Var(var);
        }
    }
    for at in 0..module.stmts.len() {
        let Stmt::Switch { subject: Some(subject), .. } = &module.stmts[at].0 else { continue };
        let Expr::Member(base, _) = module.expr(*subject) else { continue };
        if state(module, *base).is_some()
            && let Stmt::Switch { cases, .. } = &mut module.stmts[at].0
        {
            let last = cases.len().saturating_sub(1);
            cases.iter_mut().take(last).for_each(|case| case.falls = true);
        }
    }
}

/// Makes an ordinary call of one machine; returns the variable of its state.
fn machine(module: &mut Module, at: ExprId) -> Option<VarId> {
    let Expr::Call(call) = module.expr(at) else { return None };
    let callee = call.args.last()?.value;
    let Expr::Function(id) = *module.expr(callee) else { return None };
    let target = module.functions[id.at()].params.first()?.target;
    let Expr::Var(state) = *module.expr(target) else { return None };
    module.functions[id.at()].params.clear();
    module.exprs[at.at()] = Expr::Call(Call { callee, args: Vec::new(), kind: CallKind::Plain });
    let mut left = module.functions[id.at()].body.clone();
    while let Some(next) = left.pop() {
        match &module.stmts[next.at()].0 {
            Stmt::Return(Some(value)) => {
                if let Some(made) = instruction(module, *value) {
                    step(module, next, made, state);
                }
            }
            other => left.extend(inside(other)),
        }
    }
    Some(state)
}

/// Rewrites what a state of a machine returns. What was waited for is kept in its variable.
fn step(module: &mut Module, at: StmtId, instruction: (char, Option<ExprId>), state: VarId) {
    let made = match instruction {
        ('2', held) => Stmt::Return(held),
        ('4' | '5', Some(value)) => {
            let span = module.span(value);
            let target = ExprId(offset(module.exprs.len()));
            module.exprs.extend([Expr::Var(state), Expr::Assign { target, value }]);
            module.spans.extend([span, span]);
            Stmt::Expr(ExprId(target.0 + 1))
        }
        _ => Stmt::Break,
    };
    module.stmts[at.at()].0 = made;
}

/// The number of an instruction and what it is about.
fn instruction(module: &Module, value: ExprId) -> Option<(char, Option<ExprId>)> {
    let Expr::List(items) = module.expr(value) else { return None };
    let Expr::Number(code) = module.expr(items.first()?.value) else { return None };
    let code = module.text(*code).chars().next()?;
    Some((code, items.get(1).map(|item| item.value)))
}

/// The statements inside a statement.
fn inside(stmt: &Stmt) -> Vec<StmtId> {
    match stmt {
        Stmt::If { then, otherwise, .. } => [then.as_slice(), otherwise].concat(),
        Stmt::Loop { body, otherwise, .. } => [body.as_slice(), otherwise].concat(),
        Stmt::Switch { cases, .. } => cases.iter().flat_map(|case| case.body.clone()).collect(),
        Stmt::Try { body, handlers, finally } => {
            let handlers = handlers.iter().flat_map(|(_, body)| body.iter().copied());
            body.iter().copied().chain(handlers).chain(finally.iter().copied()).collect()
        }
        Stmt::Expr(_)
        | Stmt::Return(_)
        | Stmt::Throw(_)
        | Stmt::Break
        | Stmt::Continue
        | Stmt::Yield(_) => Vec::new(),
    }
}

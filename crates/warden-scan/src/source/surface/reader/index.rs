//! What is noted of a module in one pass.

use rustc_hash::FxHashMap;
use warden_flow::ir::{Expr, ExprId, FuncId, Key, Module, Name, Property, Stmt, VarId};

/// Where a variable gets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// It is assigned.
    Value(ExprId),
    /// It is a member of what is taken apart.
    Member(ExprId, Name),
    /// It is each element in turn.
    Element(ExprId),
    /// It is a parameter.
    Parameter(FuncId, u16),
    /// It is a member of a parameter that is taken apart at once.
    ParameterMember(FuncId, u16, Name),
}

/// What is noted of one module.
pub(crate) struct Index {
    calls: Vec<(&'static str, ExprId)>,
    applied: Vec<(ExprId, ExprId)>,
    origins: Vec<(VarId, Origin)>,
    fields: Vec<(Name, ExprId)>,
    functions: Vec<(u32, FuncId)>,
    known: FxHashMap<&'static str, Name>,
}

impl Index {
    pub(crate) fn of(module: &Module, names: &[&'static str]) -> Self {
        let wanted = wanted(module, names);
        let mut index = Self {
            calls: Vec::new(),
            applied: Vec::new(),
            origins: Vec::new(),
            fields: Vec::new(),
            functions: Vec::new(),
            known: wanted.iter().map(|(name, text)| (*text, *name)).collect(),
        };
        for (expr, number) in module.exprs.iter().zip(0..) {
            index.expression(module, &wanted, expr, ExprId(number));
        }
        for (stmt, _) in &module.stmts {
            if let Stmt::Loop { each: Some((target, source)), .. } = stmt {
                index.each(module, *target, *source);
            }
        }
        index.parameters(module);
        index.calls.sort_unstable_by_key(|(name, expr)| (*name, module.span(*expr), *expr));
        index.applied.sort_unstable();
        index.origins.sort_unstable();
        index.origins.dedup();
        index.fields.sort_unstable();
        index.functions.sort_unstable();
        index
    }

    /// The calls whose last name is `name`.
    pub(crate) fn calls(&self, name: &str) -> impl Iterator<Item = ExprId> + use<'_> {
        let from = self.calls.partition_point(|(found, _)| *found < name);
        let to = self.calls.partition_point(|(found, _)| *found <= name);
        self.calls.get(from..to).unwrap_or_default().iter().map(|(_, expr)| *expr)
    }

    /// The name of this module with a text that was asked for.
    pub(crate) fn named(&self, text: &str) -> Option<Name> {
        self.known.get(text).copied()
    }

    /// The call of the result of a call: `f(…)(…)`.
    pub(crate) fn applied(&self, inner: ExprId) -> Option<ExprId> {
        let at = self.applied.binary_search_by_key(&inner, |(inner, _)| *inner).ok()?;
        self.applied.get(at).map(|(_, outer)| *outer)
    }

    /// Where a variable gets its values.
    pub(crate) fn origins(&self, var: VarId) -> impl Iterator<Item = Origin> + use<'_> {
        let from = self.origins.partition_point(|(found, _)| *found < var);
        let rest = self.origins.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(found, _)| *found == var).map(|(_, origin)| *origin)
    }

    /// What is assigned to a member with this name, whatever it is a member of.
    pub(crate) fn fields(&self, name: Name) -> impl Iterator<Item = ExprId> + use<'_> {
        let from = self.fields.partition_point(|(found, _)| *found < name);
        let rest = self.fields.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// The last function that starts at or before a byte.
    pub(crate) fn function_before(&self, byte: u32) -> FuncId {
        let after = self.functions.partition_point(|(start, _)| *start <= byte);
        let before = after.checked_sub(1).and_then(|at| self.functions.get(at));
        before.map_or(FuncId(0), |(_, function)| *function)
    }

    fn expression(
        &mut self,
        module: &Module,
        wanted: &FxHashMap<Name, &'static str>,
        expr: &Expr,
        at: ExprId,
    ) {
        match expr {
            Expr::Call(call) => {
                let name = match module.expr(call.callee) {
                    Expr::Member(_, name) | Expr::Global(name) => Some(*name),
                    Expr::Var(var) => module.vars.get(var.at()).map(|var| var.name),
                    Expr::Call(_) => {
                        self.applied.push((call.callee, at));
                        None
                    }
                    _ => None,
                };
                if let Some(name) = name.and_then(|name| wanted.get(&name)) {
                    self.calls.push((name, at));
                }
            }
            Expr::Assign { target, value } => self.assigned(module, *target, *value),
            Expr::Comprehension { clauses, .. } => {
                for clause in clauses {
                    self.each(module, clause.target, clause.source);
                }
            }
            _ => {}
        }
    }

    fn assigned(&mut self, module: &Module, target: ExprId, value: ExprId) {
        match module.expr(target) {
            Expr::Var(var) => self.origins.push((*var, Origin::Value(value))),
            Expr::Member(_, name) => self.fields.push((*name, value)),
            Expr::Object(properties) => {
                self.taken_apart(module, properties, |name| Origin::Member(value, name));
            }
            _ => {}
        }
    }

    fn taken_apart(
        &mut self,
        module: &Module,
        properties: &[Property],
        origin: impl Fn(Name) -> Origin,
    ) {
        for property in properties {
            let Key::Name(name) = property.key else { continue };
            match module.expr(property.value) {
                Expr::Var(var) => self.origins.push((*var, origin(name))),
                Expr::Default(target, default) => {
                    if let Expr::Var(var) = module.expr(*target) {
                        self.origins.push((*var, origin(name)));
                        self.origins.push((*var, Origin::Value(*default)));
                    }
                }
                _ => {}
            }
        }
    }

    fn each(&mut self, module: &Module, target: ExprId, source: ExprId) {
        match module.expr(target) {
            Expr::Var(var) => self.origins.push((*var, Origin::Element(source))),
            // `for key, value in pairs`: the last one is the element or its value.
            Expr::List(items) => {
                if let Some(item) = items.last()
                    && let Expr::Var(var) = module.expr(item.value)
                {
                    self.origins.push((*var, Origin::Element(source)));
                }
            }
            _ => {}
        }
    }

    fn parameters(&mut self, module: &Module) {
        for (function, number) in module.functions.iter().zip(0..) {
            let id = FuncId(number);
            self.functions.push((function.span.start, id));
            for (param, position) in function.params.iter().zip(0u16..) {
                match module.expr(param.target) {
                    Expr::Var(var) => {
                        self.origins.push((*var, Origin::Parameter(id, position)));
                        if let Some(default) = param.default {
                            self.origins.push((*var, Origin::Value(default)));
                        }
                    }
                    Expr::Object(properties) => self.taken_apart(module, properties, |name| {
                        Origin::ParameterMember(id, position, name)
                    }),
                    _ => {}
                }
            }
        }
    }
}

/// The names of a module that somebody asks for.
fn wanted(module: &Module, names: &[&'static str]) -> FxHashMap<Name, &'static str> {
    let asked: FxHashMap<&str, &'static str> = names.iter().map(|name| (*name, *name)).collect();
    let found = module.names.iter().zip(0..);
    found.filter_map(|(text, number)| Some((Name(number), *asked.get(&**text)?))).collect()
}

//! Bundles whose modules stand in one object or list, by number or path:
//! `{ 123: (module, exports, require) => {…} }`.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{
    Call, CallKind, Expr, ExprId, FuncId, Function, Module, Name, Span, Stmt, Var, VarId,
};

use super::Bundle;

impl Bundle<'_> {
    /// Follows what asks for modules to the functions in `maps`.
    pub(super) fn numbered(&mut self, maps: &[ExprId], members: &[ExprId]) {
        if maps.is_empty() {
            return;
        }
        let holders = self.holders(members);
        let named = self.named(maps);
        let mut found: FxHashMap<ExprId, VarId> = FxHashMap::default();
        for map in maps {
            let functions = self.functions_in(*map);
            if functions.iter().any(|id| self.is_module(*id, &holders)) {
                let is_list = matches!(self.module.expr(*map), Expr::List(_));
                let var = self.name(*map, named.get(map).copied());
                if is_list {
                    self.lists.insert(var);
                }
                found.insert(*map, var);
            }
        }
        if found.is_empty() {
            return;
        }
        let askers = self.askers(&found);
        for map in maps.iter().filter(|map| found.contains_key(*map)) {
            for function in self.functions_in(*map) {
                self.factory(function, 1, 0);
            }
        }
        for at in 0..self.module.exprs.len() {
            self.ask(at, &askers);
        }
    }

    fn functions_in(&self, map: ExprId) -> Vec<FuncId> {
        let function = |value: ExprId| match self.module.expr(value) {
            Expr::Function(function) => Some(*function),
            _ => None,
        };
        match self.module.expr(map) {
            Expr::Object(parts) => parts.iter().filter_map(|part| function(part.value)).collect(),
            Expr::List(items) => items.iter().filter_map(|item| function(item.value)).collect(),
            Expr::Assign { value, .. } => self.functions_in(*value),
            _ => Vec::new(),
        }
    }

    /// Whether a function is a module: it takes at most what a module is given, and sets its
    /// exports. `holders` are the first and third parameters of which that is known.
    fn is_module(&self, id: FuncId, holders: &FxHashSet<VarId>) -> bool {
        let Some(function) = self.module.functions.get(id.at()) else { return false };
        let holds = |at: usize| {
            let var = function.params.get(at).and_then(|param| self.variable(param.target));
            var.is_some_and(|var| holders.contains(&var))
        };
        function.params.len() <= 3 && (holds(0) || holds(2))
    }

    /// The variables that are used as `module` in `module.exports`, or as `require` in
    /// `require.r(exports)` and `require.d(exports, …)`.
    fn holders(&self, members: &[ExprId]) -> FxHashSet<VarId> {
        let modules = members.iter().filter_map(|member| match self.module.expr(*member) {
            Expr::Member(base, _) => self.variable(*base),
            _ => None,
        });
        let askers = self.module.exprs.iter().filter_map(|expr| {
            let Expr::Call(call) = expr else { return None };
            let Expr::Member(base, name) = *self.module.expr(call.callee) else { return None };
            let object = self.variable(call.args.first()?.value)?;
            let asker = self.variable(base)?;
            let owner = |var: VarId| self.module.vars.get(var.at()).map(|var| var.owner);
            let fits = matches!(self.module.text(name), "r" | "d") && owner(object) == owner(asker);
            fits.then_some(asker)
        });
        modules.chain(askers).collect()
    }

    /// The variables that hold maps.
    fn named(&self, maps: &[ExprId]) -> FxHashMap<ExprId, VarId> {
        let maps: FxHashSet<ExprId> = maps.iter().copied().collect();
        let held = self.module.exprs.iter().filter_map(|expr| match expr {
            Expr::Assign { target, value } if maps.contains(value) => {
                self.variable(*target).map(|var| (*value, var))
            }
            _ => None,
        });
        held.collect()
    }

    /// The variable that holds a map; made if it has none.
    fn name(&mut self, map: ExprId, held: Option<VarId>) -> VarId {
        if let Some(var) = held {
            self.module.vars[var.at()].captured = true;
            return var;
        }
        let name = Name(crate::builder::offset(self.module.names.len()));
        self.module.names.push("(modules)".into());
        let var = VarId(crate::builder::offset(self.module.vars.len()));
        self.module.vars.push(Var { name, owner: FuncId(0), captured: true });
        let at = self.module.span(map);
        let target = self.expr(Expr::Var(var), at);
        let value = self.expr(self.module.expr(map).clone(), at);
        self.module.exprs[map.at()] = Expr::Assign { target, value };
        var
    }

    /// The variables that give a module when they are called: the third parameter of modules, and
    /// the functions that call an element of the map. With the variable that holds the map.
    fn askers(&self, maps: &FxHashMap<ExprId, VarId>) -> FxHashMap<VarId, VarId> {
        let module = &*self.module;
        let mut askers = FxHashMap::default();
        let mut aliases: FxHashMap<VarId, VarId> = maps.values().map(|var| (*var, *var)).collect();
        for (map, var) in maps {
            for id in self.functions_in(*map) {
                let third = module.functions.get(id.at()).and_then(|made| made.params.get(2));
                if let Some(asker) = third.and_then(|param| self.variable(param.target)) {
                    askers.insert(asker, *var);
                }
            }
        }
        for (function, position, map) in module.exprs.iter().flat_map(|expr| passed(module, expr)) {
            let param =
                module.functions.get(function.at()).and_then(|made| made.params.get(position));
            if let Some(var) = maps.get(&map)
                && let Some(alias) = param.and_then(|param| self.variable(param.target))
            {
                aliases.insert(alias, *var);
            }
        }
        let functions: FxHashMap<FuncId, VarId> =
            module.exprs.iter().filter_map(|expr| runner(module, expr, &aliases)).collect();
        for expr in &module.exprs {
            if let Expr::Assign { target, value } = expr
                && let Expr::Function(function) = module.expr(*value)
                && let Some(map) = functions.get(function)
                && let Some(asker) = self.variable(*target)
            {
                askers.insert(asker, *map);
            }
        }
        askers
    }

    /// Makes a call of a module of what asks for it.
    fn ask(&mut self, at: usize, askers: &FxHashMap<VarId, VarId>) {
        let Expr::Call(call) = &self.module.exprs[at] else { return };
        let span = self.module.spans[at];
        let (callee, args) = (call.callee, call.args.clone());
        let last = args.last().map(|arg| arg.value);
        match *self.module.expr(callee) {
            Expr::Var(asker) => {
                let (Some(map), [only]) = (askers.get(&asker), args.as_slice()) else { return };
                if let Some(callee) = self.entry(*map, only.value, span) {
                    let call = Call { callee, args: Vec::new(), kind: CallKind::Plain };
                    self.module.exprs[at] = Expr::Call(call);
                }
            }
            Expr::Member(base, name) => {
                let Some(asker) = self.variable(base) else { return };
                let (Some(map), Some(last)) = (askers.get(&asker), last) else { return };
                let made = match self.module.text(name) {
                    // A function that gives the module or its default export.
                    "n" => Some(self.giving(asker, last, span)),
                    "bind" => {
                        self.entry(*map, last, span).map(|entry| self.module.expr(entry).clone())
                    }
                    _ => None,
                };
                if let Some(made) = made {
                    self.module.exprs[at] = made;
                }
            }
            _ => {}
        }
    }

    /// The module with a constant number or path.
    fn entry(&mut self, map: VarId, key: ExprId, at: Span) -> Option<ExprId> {
        let (Expr::Number(key) | Expr::Text(key)) = *self.module.expr(key) else { return None };
        let base = self.expr(Expr::Var(map), at);
        if self.lists.contains(&map) {
            let index = self.expr(Expr::Number(key), at);
            return Some(self.expr(Expr::Index(base, index), at));
        }
        Some(self.expr(Expr::Member(base, key), at))
    }

    /// A function that gives a value.
    fn giving(&mut self, asker: VarId, value: ExprId, at: Span) -> Expr {
        let parent = self.module.vars.get(asker.at()).map(|var| var.owner);
        let body = vec![self.stmt(Stmt::Return(Some(value)), at)];
        let id = FuncId(crate::builder::offset(self.module.functions.len()));
        self.module.functions.push(Function {
            name: None,
            span: at,
            params: Vec::new(),
            receiver: None,
            class: None,
            parent,
            body,
            doc: None,
            is_async: false,
            returns: None,
            decorators: Vec::new(),
        });
        Expr::Function(id)
    }
}

/// The functions that are called where they stand, with each argument.
fn passed(module: &Module, expr: &Expr) -> Vec<(FuncId, usize, ExprId)> {
    let Expr::Call(call) = expr else { return Vec::new() };
    let Expr::Function(function) = *module.expr(call.callee) else { return Vec::new() };
    call.args.iter().enumerate().map(|(at, arg)| (function, at, arg.value)).collect()
}

/// The function whose parameter selects what is called of a map, with the map.
fn runner(
    module: &Module,
    expr: &Expr,
    aliases: &FxHashMap<VarId, VarId>,
) -> Option<(FuncId, VarId)> {
    let Expr::Call(call) = expr else { return None };
    let callee = match module.expr(call.callee) {
        Expr::Member(base, name) if module.text(*name) == "call" => *base,
        _ => call.callee,
    };
    let Expr::Index(map, key) = module.expr(callee) else { return None };
    let (Expr::Var(map), Expr::Var(key)) = (module.expr(*map), module.expr(*key)) else {
        return None;
    };
    let owner = module.vars.get(key.at())?.owner;
    Some((owner, *aliases.get(map)?))
}

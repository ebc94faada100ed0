//! Where everything stands in a module: what is around an expression, which function it is in,
//! and every place that gives a variable a value.

mod walk;

use rustc_hash::FxHashMap;
pub(crate) use walk::children;
use warden_flow::ir::{
    ClassId, Expr, ExprId, FuncId, Key, Language, Module, Name, Stmt, StmtId, VarId,
};

/// Where things stand in one module.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// For each expression what is around it.
    around: Vec<Around>,
    /// For each statement what is around it.
    stmts: Vec<Option<(StmtId, Branch)>>,
    /// For each expression the function that it stands in.
    owner: Vec<FuncId>,
    /// For each variable where its values come from.
    origins: Vec<Vec<Origin>>,
    /// What is put into containers, by what holds them.
    added: FxHashMap<Held, Vec<Added>>,
    /// For each variable where it stands.
    uses: Vec<Vec<ExprId>>,
    /// For each function what stands in it.
    within: Vec<Vec<ExprId>>,
    /// For each statement of a function itself that function.
    tops: Vec<FuncId>,
    /// Every call, in the order of the table.
    pub(crate) calls: Vec<ExprId>,
    /// For each function the expression that makes it.
    made: FxHashMap<FuncId, ExprId>,
    /// For each class what is assigned to its fields.
    fields: FxHashMap<(ClassId, Name), Vec<ExprId>>,
}

/// What is around an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Around {
    /// Nothing: a default, a decorator, or what no statement reaches.
    #[default]
    Nothing,
    /// Another expression.
    Expr(ExprId),
    /// A statement.
    Stmt(StmtId),
}

/// In which part of a statement another one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Branch {
    /// If the condition holds.
    Then,
    /// If it does not.
    Otherwise,
    /// The case with this number.
    Case(u32),
    /// The body of a loop.
    Round,
    /// What is tried.
    Tried,
    /// After an error.
    Handler,
    /// In the end.
    Finally,
}

/// Where a value of a variable comes from: the way inside something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Inside what.
    pub(crate) base: Base,
    /// The way, from outside in.
    pub(crate) steps: Vec<Within>,
}

/// What a value comes out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// An expression.
    Expr(ExprId),
    /// A parameter.
    Param(FuncId, usize),
}

/// A step inside a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    /// Any element.
    Element,
    /// Any key.
    Key,
    /// The element at a position.
    Item(usize),
    /// Every element from a position.
    Rest(usize),
    /// The part with a name.
    Field(Name),
    /// Every further part.
    Others,
}

/// What holds a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Held {
    /// A variable.
    Var(VarId),
    /// A member of a variable.
    Member(VarId, Name),
    /// A field of the instances of a class.
    Field(ClassId, Name),
}

/// Something that is put into a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Added {
    /// Under which name, if it is one.
    pub(crate) key: Option<Name>,
    /// What.
    pub(crate) value: ExprId,
    /// Whether its elements are, and not itself.
    pub(crate) spread: bool,
    /// The expression that does it.
    pub(crate) by: ExprId,
}

impl Index {
    /// Looks through a module once.
    pub(crate) fn of(module: &Module) -> Self {
        let mut index = Self {
            around: vec![Around::Nothing; module.exprs.len()],
            stmts: vec![None; module.stmts.len()],
            owner: vec![FuncId(0); module.exprs.len()],
            origins: vec![Vec::new(); module.vars.len()],
            uses: vec![Vec::new(); module.vars.len()],
            within: vec![Vec::new(); module.functions.len()],
            tops: vec![FuncId(0); module.stmts.len()],
            ..Self::default()
        };
        index.walk(module);
        index.list(module);
        index.bind(module);
        index
    }

    /// What is around an expression.
    pub(crate) fn around(&self, expr: ExprId) -> Around {
        self.around.get(expr.at()).copied().unwrap_or_default()
    }

    /// The expression around an expression.
    pub(crate) fn parent(&self, expr: ExprId) -> Option<ExprId> {
        match self.around(expr) {
            Around::Expr(parent) => Some(parent),
            Around::Nothing | Around::Stmt(_) => None,
        }
    }

    /// The statement that an expression stands in.
    pub(crate) fn stmt(&self, mut expr: ExprId) -> Option<StmtId> {
        // An expression is around another at most as often as there are expressions.
        for _ in 0..self.around.len() {
            match self.around(expr) {
                Around::Expr(parent) => expr = parent,
                Around::Stmt(stmt) => return Some(stmt),
                Around::Nothing => return None,
            }
        }
        None
    }

    /// The statement around a statement, and in which part of it that stands.
    pub(crate) fn outer(&self, stmt: StmtId) -> Option<(StmtId, Branch)> {
        self.stmts.get(stmt.at()).copied().flatten()
    }

    /// The function that an expression stands in.
    pub(crate) fn owner(&self, expr: ExprId) -> FuncId {
        self.owner.get(expr.at()).copied().unwrap_or(FuncId(0))
    }

    /// The expression that makes a function.
    pub(crate) fn made(&self, function: FuncId) -> Option<ExprId> {
        self.made.get(&function).copied()
    }

    /// Everything that is put into containers, with what holds them.
    pub(crate) fn fillings(&self) -> impl Iterator<Item = (Held, &Added)> {
        let mut all: Vec<_> = self.added.iter().collect();
        all.sort_by_key(|(held, _)| **held);
        all.into_iter().flat_map(|(held, added)| added.iter().map(|added| (*held, added)))
    }

    /// The expressions of a function, without those of functions inside it.
    pub(crate) fn within(&self, function: FuncId) -> &[ExprId] {
        self.within.get(function.at()).map_or(&[], Vec::as_slice)
    }

    /// Where a variable stands.
    pub(crate) fn uses(&self, var: VarId) -> &[ExprId] {
        self.uses.get(var.at()).map_or(&[], Vec::as_slice)
    }

    /// The function whose own statement it is, if nothing else is around it.
    pub(crate) fn top(&self, stmt: StmtId) -> FuncId {
        self.tops.get(stmt.at()).copied().unwrap_or(FuncId(0))
    }

    /// Sorts expressions by function and variable.
    fn list(&mut self, module: &Module) {
        for (number, expr) in (0_u32..).zip(&module.exprs) {
            let id = ExprId(number);
            let owner = self.owner(id);
            if let Some(here) = self.within.get_mut(owner.at()) {
                here.push(id);
            }
            if let Expr::Var(var) = expr
                && let Some(uses) = self.uses.get_mut(var.at())
            {
                uses.push(id);
            }
        }
        for (number, function) in (0_u32..).zip(&module.functions) {
            for stmt in &function.body {
                if let Some(top) = self.tops.get_mut(stmt.at()) {
                    *top = FuncId(number);
                }
            }
        }
    }

    /// Where the values of a variable come from.
    pub(crate) fn origins(&self, var: VarId) -> &[Origin] {
        self.origins.get(var.at()).map_or(&[], Vec::as_slice)
    }

    /// What is put into a container.
    pub(crate) fn added(&self, held: Held) -> &[Added] {
        self.added.get(&held).map_or(&[], Vec::as_slice)
    }

    /// What is assigned to a field of the instances of a class.
    pub(crate) fn field(&self, class: ClassId, name: Name) -> &[ExprId] {
        self.fields.get(&(class, name)).map_or(&[], Vec::as_slice)
    }

    fn bind(&mut self, module: &Module) {
        for (at, function) in module.functions.iter().enumerate() {
            let function_id = FuncId(u32::try_from(at).unwrap_or(u32::MAX));
            for (number, param) in function.params.iter().enumerate() {
                let base = Base::Param(function_id, number);
                self.pattern(module, param.target, base, &mut Vec::new());
                if let Some(default) = param.default {
                    self.pattern(module, param.target, Base::Expr(default), &mut Vec::new());
                }
            }
        }
        for (at, expr) in module.exprs.iter().enumerate() {
            let id = ExprId(u32::try_from(at).unwrap_or(u32::MAX));
            match expr {
                Expr::Assign { target, value } => {
                    self.pattern(module, *target, Base::Expr(*value), &mut Vec::new());
                }
                Expr::Comprehension { clauses, .. } => {
                    for clause in clauses {
                        self.each(module, clause.target, clause.source, Within::Element);
                    }
                }
                Expr::Call(call) => self.put(module, id, call),
                Expr::Function(function) => {
                    self.made.entry(*function).or_insert(id);
                }
                _ => {}
            }
        }
        for (stmt, _) in &module.stmts {
            if let Stmt::Loop { each: Some((target, source)), keys, .. } = stmt {
                let step = if *keys { Within::Key } else { Within::Element };
                self.each(module, *target, *source, step);
            }
        }
        self.classes(module);
    }

    /// A loop over `source`; Go's gives keys as well.
    fn each(&mut self, module: &Module, target: ExprId, source: ExprId, step: Within) {
        let base = Base::Expr(source);
        match module.expr(target) {
            Expr::List(items) if module.language == Language::Go => {
                for (item, step) in items.iter().zip([Within::Key, Within::Element]) {
                    self.pattern(module, item.value, base, &mut vec![step]);
                }
            }
            _ => self.pattern(module, target, base, &mut vec![step]),
        }
    }

    /// Binds the variables of a pattern to what is at `steps` inside `base`. Patterns are no
    /// deeper than the front-ends let expressions be.
    fn pattern(&mut self, module: &Module, target: ExprId, base: Base, steps: &mut Vec<Within>) {
        match module.expr(target) {
            Expr::Var(var) => {
                if let Some(origins) = self.origins.get_mut(var.at()) {
                    origins.push(Origin { base, steps: steps.clone() });
                }
            }
            Expr::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    let step = if item.spread { Within::Rest(at) } else { Within::Item(at) };
                    steps.push(step);
                    self.pattern(module, item.value, base, steps);
                    steps.pop();
                }
            }
            Expr::Object(parts) => {
                for part in parts {
                    steps.push(match part.key {
                        Key::Name(name) => Within::Field(name),
                        Key::Computed(_) => Within::Element,
                        Key::Spread => Within::Others,
                    });
                    self.pattern(module, part.value, base, steps);
                    steps.pop();
                }
            }
            Expr::Default(inner, default) => {
                self.pattern(module, *inner, base, steps);
                self.pattern(module, *inner, Base::Expr(*default), &mut Vec::new());
            }
            Expr::Member(object, name) if steps.is_empty() => {
                self.stored(module, (*object, Some(*name)), base, target);
            }
            Expr::Index(object, index) if steps.is_empty() => {
                let key = match module.expr(*index) {
                    Expr::Text(name) => Some(*name),
                    _ => None,
                };
                self.stored(module, (*object, key), base, target);
            }
            _ => {}
        }
    }

    /// `object.key = base`.
    fn stored(
        &mut self,
        module: &Module,
        (object, key): (ExprId, Option<Name>),
        base: Base,
        by: ExprId,
    ) {
        let Base::Expr(value) = base else { return };
        if let Some(held) = held(module, object) {
            self.added.entry(held).or_default().push(Added { key, value, spread: false, by });
        }
        if let (Expr::Var(var), Some(name)) = (module.expr(object), key)
            && let Some(class) = class_of(module, *var)
        {
            self.fields.entry((class, name)).or_default().push(value);
        }
    }

    /// `list.append(x)` and its like in every language.
    fn put(&mut self, module: &Module, by: ExprId, call: &warden_flow::ir::Call) {
        let Expr::Member(object, name) = module.expr(call.callee) else { return };
        let name = module.text(*name);
        let elements = matches!(name, "extend" | "update");
        let values: &[_] = match name {
            "append" | "push" | "add" | "unshift" | "extend" | "update" | "appendleft" => {
                &call.args
            }
            "set" | "Set" | "Add" | "setdefault" | "insert" => {
                call.args.get(1..).unwrap_or_default()
            }
            _ => return,
        };
        let key = match (name, call.args.first().map(|arg| module.expr(arg.value))) {
            ("set" | "Set" | "Add" | "setdefault", Some(Expr::Text(key))) => Some(*key),
            _ => None,
        };
        let Some(held) = held(module, *object) else { return };
        for arg in values {
            let spread = arg.spread || elements;
            let added = Added { key, value: arg.value, spread, by };
            self.added.entry(held).or_default().push(added);
        }
    }

    fn classes(&mut self, module: &Module) {
        for (at, class) in module.classes.iter().enumerate() {
            let id = ClassId(u32::try_from(at).unwrap_or(u32::MAX));
            for field in &class.fields {
                if let Some(value) = field.value {
                    self.fields.entry((id, field.name)).or_default().push(value);
                }
            }
        }
    }
}

/// What holds a container, if it is a variable or a member of one.
pub(crate) fn held(module: &Module, expr: ExprId) -> Option<Held> {
    match module.expr(expr) {
        Expr::Var(var) => Some(Held::Var(*var)),
        Expr::Member(base, name) => match module.expr(*base) {
            Expr::Var(var) => Some(match class_of(module, *var) {
                Some(class) => Held::Field(class, *name),
                None => Held::Member(*var, *name),
            }),
            _ => None,
        },
        _ => None,
    }
}

/// The class whose methods have the variable as their receiver.
pub(crate) fn class_of(module: &Module, var: VarId) -> Option<ClassId> {
    let owner = module.vars.get(var.at())?.owner;
    let function = module.functions.get(owner.at())?;
    function.class.filter(|_| function.receiver == Some(var))
}

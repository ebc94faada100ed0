//! What an expression is without running anything: constants, schemas, chains of calls.

use std::sync::Arc;

use super::{
    Analysis,
    api::ApiStep,
    value::{Ref, Root, Value},
};
use crate::{
    analysis::{At, FnId, Literal},
    ir::{Expr, ExprId, Key, Module, Stmt, VarId},
    program::{DEFAULT, EMPTY, Sym, Target, position_of},
};

/// Steps that are taken for one expression, and how far inside.
const MOST_STEPS: u32 = 20_000;
const DEEPEST: u32 = 48;

pub(super) struct Reader<'a, 'p> {
    pub(super) analysis: &'a Analysis<'p>,
    pub(super) steps: u32,
}

impl Analysis<'_> {
    /// What an expression is, as far as can be said: through variables that are assigned once,
    /// members of known objects, and functions that only return something.
    #[must_use]
    pub fn literal(&self, at: At) -> Literal {
        Reader { analysis: self, steps: 0 }.read(at, 0)
    }

    /// The functions that an expression may be, sorted.
    #[must_use]
    pub fn functions_at(&self, at: At) -> Vec<FnId> {
        let value = Reader { analysis: self, steps: 0 }.value(at, 0);
        let refs = value.refs().iter().filter_map(|one| match one {
            Ref::Function(function) => Some(self.shared.program.function(*function)),
            _ => None,
        });
        refs.collect()
    }

    /// The classes that an expression may be, or be instances of, sorted: module and class.
    #[must_use]
    pub fn classes_at(&self, at: At) -> Vec<(u32, crate::ir::ClassId)> {
        let value = Reader { analysis: self, steps: 0 }.value(at, 0);
        let refs = value.refs().iter().filter_map(|one| match one {
            Ref::Class(class) | Ref::Instance(class) => Some(self.shared.program.class(*class)),
            _ => None,
        });
        refs.collect()
    }

    /// The API paths that an expression may have, for example `express:()`; sorted.
    #[must_use]
    pub fn paths_at(&self, at: At) -> Vec<String> {
        let value = Reader { analysis: self, steps: 0 }.value(at, 0);
        let language = self.shared.program.module(at.module).language;
        let mut paths: Vec<String> = value
            .refs()
            .iter()
            .filter_map(|one| match one {
                Ref::Api(path) => Some(self.shared.apis.get(language, *path)?.text.to_string()),
                _ => None,
            })
            .collect();
        paths.sort_unstable();
        paths
    }

    /// What a class is made of that is not of the program: API paths, sorted.
    #[must_use]
    pub fn bases_of(&self, module: u32, class: crate::ir::ClassId) -> Vec<String> {
        let language = self.shared.program.module(module).language;
        let mut next = vec![self.shared.program.class_number(module, class)];
        let mut seen = Vec::new();
        let mut paths = Vec::new();
        while let Some(class) = next.pop() {
            if seen.contains(&class) || seen.len() > 64 {
                continue;
            }
            seen.push(class);
            for base in self.state.bases(class) {
                match base {
                    Ref::Class(base) => next.push(*base),
                    Ref::Api(path) => {
                        let api = self.shared.apis.get(language, *path);
                        paths.extend(api.map(|api| api.text.to_string()));
                    }
                    _ => {}
                }
            }
        }
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

impl<'p> Reader<'_, 'p> {
    fn module(&self, at: u32) -> &'p Module {
        self.analysis.shared.program.module(at)
    }

    fn text(&self, sym: Sym) -> Arc<str> {
        Arc::clone(self.analysis.shared.program.text(sym))
    }

    fn name(&self, at: At, name: crate::ir::Name) -> Arc<str> {
        self.text(self.analysis.shared.program.sym(at.module, name))
    }

    fn read(&mut self, at: At, depth: u32) -> Literal {
        self.steps += 1;
        if self.steps > MOST_STEPS || depth > DEEPEST {
            return Literal::Unknown;
        }
        let to = |expr: ExprId| At { module: at.module, expr };
        match self.module(at.module).expr(at.expr) {
            Expr::Text(name) => Literal::Text(self.name(at, *name)),
            Expr::Number(name) => Literal::Number(self.name(at, *name)),
            Expr::Bool(value) => Literal::Bool(*value),
            Expr::Null => Literal::Null,
            Expr::Regex(pattern, flags) => {
                Literal::Regex(self.name(at, *pattern), self.name(at, *flags))
            }
            Expr::Function(function) => {
                Literal::Function(FnId { module: at.module, function: *function })
            }
            Expr::Class(class) => Literal::Class(at.module, *class),
            Expr::List(items) => Literal::List(
                items.iter().map(|item| self.read(to(item.value), depth + 1)).collect(),
            ),
            Expr::Object(_) => self.object(at, depth),
            Expr::Concat(parts) => self.pieces(at.module, parts, depth),
            Expr::Var(var) => self.var(at, *var, depth),
            Expr::Call(_) => self.call(at, depth),
            Expr::Member(base, name) => {
                let sym = self.analysis.shared.program.sym(at.module, *name);
                self.member(to(*base), sym, at, depth)
            }
            Expr::Index(base, index) => match self.read(to(*index), depth + 1) {
                Literal::Text(text) => match self.analysis.shared.program.symbol(&text) {
                    Some(sym) => self.member(to(*base), sym, at, depth),
                    None => Literal::Unknown,
                },
                _ => Literal::Unknown,
            },
            Expr::Choice { then, otherwise, .. } => {
                let one = self.read(to(*then), depth + 1);
                if one == Literal::Unknown { self.read(to(*otherwise), depth + 1) } else { one }
            }
            Expr::Logic(_, a, b) => {
                let one = self.read(to(*a), depth + 1);
                let plain = matches!(
                    one,
                    Literal::Text(_) | Literal::Number(_) | Literal::Bool(_) | Literal::List(_)
                );
                if plain { one } else { self.read(to(*b), depth + 1) }
            }
            Expr::Assign { value, .. } => self.read(to(*value), depth + 1),
            Expr::Import(_) | Expr::Global(_) => self.told(at),
            _ => Literal::Unknown,
        }
    }

    fn object(&mut self, at: At, depth: u32) -> Literal {
        let Expr::Object(properties) = self.module(at.module).expr(at.expr) else {
            return Literal::Unknown;
        };
        let (mut parts, mut places, mut open) = (Vec::new(), Vec::new(), false);
        for property in properties {
            let place = At { module: at.module, expr: property.value };
            let value = self.read(place, depth + 1);
            let key = match property.key {
                Key::Name(name) => Some(self.name(at, name)),
                Key::Computed(key) => match self.read(At { expr: key, ..at }, depth + 1) {
                    Literal::Text(text) => Some(text),
                    _ => None,
                },
                Key::Spread => {
                    match value {
                        Literal::Object { parts: inner, places: inner_places, open: more } => {
                            parts.extend(inner);
                            places.extend(inner_places);
                            open |= more;
                        }
                        _ => open = true,
                    }
                    continue;
                }
            };
            match key {
                Some(key) => {
                    parts.push((key, value));
                    places.push(place);
                }
                None => open = true,
            }
        }
        Literal::Object { parts, places, open }
    }

    fn pieces(&mut self, module: u32, parts: &[ExprId], depth: u32) -> Literal {
        let mut pieces: Vec<Option<Arc<str>>> = Vec::new();
        for part in parts {
            match self.read(At { module, expr: *part }, depth + 1) {
                Literal::Text(text) | Literal::Number(text) => pieces.push(Some(text)),
                Literal::Pieces(more) => pieces.extend(more),
                _ => pieces.push(None),
            }
        }
        if pieces.iter().all(Option::is_some) {
            let whole: String = pieces.iter().flatten().map(|piece| &**piece).collect();
            return Literal::Text(whole.into());
        }
        Literal::Pieces(pieces)
    }

    fn var(&mut self, at: At, var: VarId, depth: u32) -> Literal {
        let program = self.analysis.shared.program;
        let number = program.var_number(at.module, var);
        if let [only] = program.assigned(number) {
            let value = self.read(At { module: at.module, expr: *only }, depth + 1);
            if value != Literal::Unknown {
                return value;
            }
        }
        self.told(at)
    }

    fn call(&mut self, at: At, depth: u32) -> Literal {
        let module = self.module(at.module);
        let Expr::Call(call) = module.expr(at.expr) else { return Literal::Unknown };
        let to = |expr: ExprId| At { module: at.module, expr };
        let callee = self.value(to(call.callee), 0);
        for one in callee.refs() {
            if let Ref::Function(function) = one
                && let Some(returned) = self.only_return(*function)
            {
                return self.read(returned, depth + 1);
            }
        }
        let args = call
            .args
            .iter()
            .map(|arg| {
                let name = arg.name.map(|name| self.name(at, name));
                (name, self.read(to(arg.value), depth + 1))
            })
            .collect();
        let on = match module.expr(call.callee) {
            Expr::Member(base, _) => Some(Box::new(self.read(to(*base), depth + 1))),
            _ => None,
        };
        let paths = self.analysis.paths_at(to(call.callee));
        let path = paths.into_iter().find(|path| !path.starts_with("?:"));
        let path = path.unwrap_or_else(|| match module.expr(call.callee) {
            Expr::Member(_, name) => format!("?:{}", module.text(*name)),
            _ => "?:".to_owned(),
        });
        Literal::Call { path: path.into(), on, args }
    }

    /// What a function returns that does nothing else.
    fn only_return(&self, function: u32) -> Option<At> {
        let id = self.analysis.shared.program.function(function);
        let module = self.module(id.module);
        let body = &module.functions[id.function.at()].body;
        match body.as_slice() {
            [only] => match module.stmts[only.at()].0 {
                Stmt::Return(Some(expr)) => Some(At { module: id.module, expr }),
                _ => None,
            },
            _ => None,
        }
    }

    fn member(&mut self, base: At, member: Sym, at: At, depth: u32) -> Literal {
        let name = self.text(member);
        if let Literal::Object { parts, .. } = self.read(base, depth + 1)
            && let Some((_, value)) = parts.iter().rev().find(|(key, _)| *key == name)
            && *value != Literal::Unknown
        {
            return value.clone();
        }
        // What another module gives by that name.
        for one in self.value(base, 0).refs() {
            if let Ref::Module(module) = one
                && let Some(found) = self.exported(*module, member, depth)
            {
                return found;
            }
        }
        self.told(at)
    }

    fn exported(&mut self, module: u32, member: Sym, depth: u32) -> Option<Literal> {
        let program = self.analysis.shared.program;
        let exporting = program.module(module);
        let values: Vec<ExprId> = if let Some(var) = exporting.exports.object {
            program.assigned_member(program.var_number(module, var), member).to_vec()
        } else {
            let var = exporting
                .exports
                .scope
                .iter()
                .find(|(name, _)| program.sym(module, *name) == member)?;
            program.assigned(program.var_number(module, var.1)).to_vec()
        };
        match values[..] {
            [only] => {
                let found = self.read(At { module, expr: only }, depth + 1);
                (found != Literal::Unknown).then_some(found)
            }
            _ => None,
        }
    }

    /// What the analysis knows of the value.
    fn told(&mut self, at: At) -> Literal {
        let value = self.value(at, 0);
        let program = self.analysis.shared.program;
        match value.refs() {
            [Ref::Text(text)] => Literal::Text(self.text(*text)),
            [Ref::Number(text)] => Literal::Number(self.text(*text)),
            [Ref::Bool(known)] => Literal::Bool(*known),
            [Ref::Null] => Literal::Null,
            [Ref::Function(function)] => Literal::Function(program.function(*function)),
            [Ref::Class(class)] => {
                let (module, class) = program.class(*class);
                Literal::Class(module, class)
            }
            [Ref::Api(path)] => {
                let language = self.module(at.module).language;
                let api = self.analysis.shared.apis.get(language, *path);
                api.filter(|api| !api.text.starts_with("?:"))
                    .map_or(Literal::Unknown, |api| Literal::Path(Arc::clone(&api.text)))
            }
            _ => Literal::Unknown,
        }
    }

    /// What an expression may be, whoever calls and in whichever order.
    pub(super) fn value(&mut self, at: At, depth: u32) -> Value {
        self.steps += 1;
        if self.steps > MOST_STEPS || depth > DEEPEST {
            return Value::default();
        }
        let program = self.analysis.shared.program;
        let to = |expr: ExprId| At { module: at.module, expr };
        match self.module(at.module).expr(at.expr) {
            Expr::Text(name) => Value::of(Ref::Text(program.sym(at.module, *name))),
            Expr::Number(name) => Value::of(Ref::Number(program.sym(at.module, *name))),
            Expr::Bool(known) => Value::of(Ref::Bool(*known)),
            Expr::Null => Value::of(Ref::Null),
            Expr::Function(function) => {
                let id = FnId { module: at.module, function: *function };
                Value::of(Ref::Function(program.function_number(id)))
            }
            Expr::Class(class) => Value::of(Ref::Class(program.class_number(at.module, *class))),
            Expr::Var(var) => self.value_of_var(at.module, *var, depth),
            Expr::Global(name) => {
                let apis = &self.analysis.shared.apis;
                let language = self.module(at.module).language;
                let root = apis.step(language, None, ApiStep::Module(EMPTY));
                let name = program.sym(at.module, *name);
                let folder = program.folder_of_module(at.module);
                let vars = program.in_folder(folder, name);
                if let [only] = vars {
                    let (module, var) = program.var(*only);
                    return self.value_of_var(module, var, depth + 1);
                }
                Value::of(Ref::Api(apis.step(language, Some(root), ApiStep::Member(name))))
            }
            Expr::Import(what) => self.value_of_import(to(*what), at.module),
            Expr::Member(base, name) => {
                let base = self.value(to(*base), depth + 1);
                let name = program.sym(at.module, *name);
                self.value_of_member(&base, name, at.module, depth)
            }
            Expr::Index(base, index) => {
                let key = self.value(to(*index), depth + 1);
                let base = self.value(to(*base), depth + 1);
                match key.refs() {
                    [Ref::Text(text)] => self.value_of_member(&base, *text, at.module, depth),
                    _ => base.any_member(),
                }
            }
            Expr::Call(call) => {
                let callee = self.value(to(call.callee), depth + 1);
                self.value_of_call(&callee, at.module)
            }
            Expr::Object(parts) => {
                let mut object = Value::default();
                for part in parts {
                    let value = self.value(to(part.value), depth + 1);
                    match part.key {
                        Key::Name(name) => {
                            object = object.set(program.sym(at.module, name), value);
                        }
                        Key::Spread => object = object.and(&value),
                        Key::Computed(_) => object = object.set(crate::program::ELEMENT, value),
                    }
                }
                object
            }
            Expr::List(items) => {
                let items: Vec<Value> =
                    items.iter().map(|item| self.value(to(item.value), depth + 1)).collect();
                let places = items.into_iter().enumerate();
                Value::object(places.map(|(place, v)| (crate::program::position(place), v)))
            }
            Expr::Choice { then, otherwise, .. } => {
                let one = self.value(to(*then), depth + 1);
                one.and(&self.value(to(*otherwise), depth + 1))
            }
            Expr::Logic(_, a, b) => {
                let one = self.value(to(*a), depth + 1);
                one.and(&self.value(to(*b), depth + 1))
            }
            Expr::Assign { value, .. } => self.value(to(*value), depth + 1),
            _ => Value::default(),
        }
    }

    fn value_of_var(&mut self, module: u32, var: VarId, depth: u32) -> Value {
        let program = self.analysis.shared.program;
        let number = program.var_number(module, var);
        let cells = &self.analysis.state.cells;
        let mut value = Value::default();
        for root in [Root::Global(number), Root::Captured(number)] {
            if let Some(cell) = cells.get(&root) {
                value = value.and(&cell.shape);
            }
        }
        if !value.is_empty() {
            return value;
        }
        let owner = self.module(module).vars[var.at()].owner;
        let function = &self.module(module).functions[owner.at()];
        let inputs = program.function_number(FnId { module, function: owner });
        let inputs = &self.analysis.state.inputs[inputs as usize];
        for (at, param) in function.params.iter().enumerate() {
            if *self.module(module).expr(param.target) == Expr::Var(var)
                && let Some(input) = inputs.params.get(at)
            {
                value = value.and(input);
            }
        }
        if function.receiver == Some(var) {
            value = value.and(&inputs.this);
            if let Some(class) = function.class {
                let class = program.class_number(module, class);
                value = value.and(&Value::of(Ref::Instance(class)));
            }
        }
        for assigned in program.assigned(number).iter().take(8) {
            value = value.and(&self.value(At { module, expr: *assigned }, depth + 1));
        }
        value
    }

    fn value_of_import(&mut self, what: At, module: u32) -> Value {
        let Literal::Text(text) = self.read(what, 0) else { return Value::default() };
        let program = self.analysis.shared.program;
        match program.resolve(module, &text) {
            Some(Target::Module(target)) => {
                let whole = program.module(target).exports.object.map(|var| {
                    let root = Root::Global(program.var_number(target, var));
                    self.analysis.state.cells.get(&root).map(|cell| cell.shape.clone())
                });
                Value::of(Ref::Module(target)).and(&whole.flatten().unwrap_or_default())
            }
            Some(Target::Folder(folder)) => Value::of(Ref::Folder(folder)),
            None => {
                let language = self.module(module).language;
                Value::of(Ref::Api(self.analysis.shared.apis.module(language, &text)))
            }
        }
    }

    fn value_of_member(&mut self, base: &Value, name: Sym, module: u32, depth: u32) -> Value {
        let program = self.analysis.shared.program;
        let language = self.module(module).language;
        let apis = &self.analysis.shared.apis;
        let mut value = base.field(name).unwrap_or_default();
        for one in base.refs() {
            match one {
                Ref::Api(path) => {
                    let known = apis.get(language, *path);
                    let is_module = known.is_some_and(|api| matches!(api.step, ApiStep::Module(_)));
                    let same = (name == DEFAULT && is_module) || position_of(name) == Some(0);
                    let path = if same {
                        *path
                    } else {
                        apis.step(language, Some(*path), ApiStep::Member(name))
                    };
                    value = value.and(&Value::of(Ref::Api(path)));
                }
                Ref::Module(target) => {
                    let exporting = program.module(*target);
                    let own = exporting
                        .exports
                        .scope
                        .iter()
                        .filter(|(known, _)| program.sym(*target, *known) == name);
                    for (_, var) in own {
                        value = value.and(&self.value_of_var(*target, *var, depth + 1));
                    }
                    match program.submodule(*target, program.text(name)) {
                        Some(Target::Module(sub)) => {
                            value = value.and(&Value::of(Ref::Module(sub)));
                        }
                        Some(Target::Folder(sub)) => {
                            value = value.and(&Value::of(Ref::Folder(sub)));
                        }
                        None => {}
                    }
                }
                Ref::Folder(folder) => {
                    for var in program.in_folder(*folder, name) {
                        let (module, var) = program.var(*var);
                        value = value.and(&self.value_of_var(module, var, depth + 1));
                    }
                    match program.in_python_folder(*folder, program.text(name)) {
                        Some(Target::Module(sub)) => {
                            value = value.and(&Value::of(Ref::Module(sub)));
                        }
                        Some(Target::Folder(sub)) => {
                            value = value.and(&Value::of(Ref::Folder(sub)));
                        }
                        None => {}
                    }
                }
                Ref::Instance(class) | Ref::Class(class) => {
                    let root = self.analysis.state.field(*class, name);
                    if let Some(cell) = self.analysis.state.cells.get(&root) {
                        value = value.and(&cell.shape);
                    }
                    value = value.and(&self.method(*class, name));
                }
                _ => {}
            }
        }
        value
    }

    fn method(&self, class: u32, name: Sym) -> Value {
        let program = self.analysis.shared.program;
        let mut next = vec![class];
        let mut seen = Vec::new();
        while let Some(class) = next.pop() {
            if seen.contains(&class) || seen.len() > 64 {
                continue;
            }
            seen.push(class);
            let (module, id) = program.class(class);
            let methods = &program.module(module).classes[id.at()].methods;
            let found = methods.iter().find(|method| program.sym(module, method.name) == name);
            if let Some(method) = found {
                let id = FnId { module, function: method.function };
                return Value::of(Ref::Function(program.function_number(id)));
            }
            next.extend(self.analysis.state.bases(class).iter().filter_map(|base| match base {
                Ref::Class(base) => Some(*base),
                _ => None,
            }));
        }
        Value::default()
    }

    fn value_of_call(&mut self, callee: &Value, module: u32) -> Value {
        let language = self.module(module).language;
        let apis = &self.analysis.shared.apis;
        callee.refs().iter().fold(Value::default(), |sum, one| match one {
            Ref::Api(path) => {
                sum.and(&Value::of(Ref::Api(apis.step(language, Some(*path), ApiStep::Call))))
            }
            Ref::Class(class) => sum.and(&Value::of(Ref::Instance(*class))),
            Ref::Function(function) => {
                let summary = &self.analysis.state.summaries[*function as usize];
                sum.and(&summary.result.shape(3))
            }
            _ => sum,
        })
    }
}

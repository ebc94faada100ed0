//! What an expression may be, whichever way leads to it.

use super::{DEEPEST, MOST_STEPS, Reader};
use crate::{
    analysis::{At, FnId, Literal},
    engine::{
        api::ApiStep,
        value::{Ref, Root, Value},
    },
    ir::{Expr, ExprId, Key, VarId},
    program::{DEFAULT, EMPTY, Sym, Target, position_of},
};

impl Reader<'_, '_> {
    /// What an expression may be, whoever calls and in whichever order.
    pub(in crate::engine) fn value(&mut self, at: At, depth: u32) -> Value {
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
        let number = self.analysis.shared.program.var_number(module, var);
        if let Some(known) = self.vars.get(&number) {
            return known.clone();
        }
        self.vars.insert(number, Value::default());
        let value = self.found_of_var(module, var, depth);
        self.vars.insert(number, value.clone());
        value
    }

    fn found_of_var(&mut self, module: u32, var: VarId, depth: u32) -> Value {
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

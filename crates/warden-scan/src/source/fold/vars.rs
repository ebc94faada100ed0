//! Variables, parameters, members, and what modules give each other.

use std::sync::Arc;

use warden_flow::{
    analysis::{At, FnId},
    ir::{ClassId, Expr, ExprId, Key, Language, VarId},
};

use super::{Ask, Env, How, List, Object, Piece, Spelling, Value, expr::spread, memo::Part};
use crate::source::index::{Added, Base, Held, Origin, Within, class_of};

/// Places where a variable gets its value that are looked at.
const MOST_ORIGINS: usize = 16;

/// Things put into a container that are looked at.
const MOST_ADDED: usize = 256;

impl Ask<'_, '_> {
    /// What a variable is: one of everything that is assigned to it anywhere.
    pub(super) fn var(&mut self, module: u32, var: VarId, env: &Env) -> Value {
        if let Some(value) = env.get((module, var)) {
            return value.clone();
        }
        let id = (module, var);
        if self.active.contains(&id) {
            self.cut = true;
            return Value::unknown();
        }
        if let Some(class) = class_of(self.fold.module(module), var) {
            return Value::Instance(module, class);
        }
        self.remembered(Part::Variable(id, env.place()), env, |ask| ask.variable(id, env))
    }

    fn variable(&mut self, id: (u32, VarId), env: &Env) -> Value {
        let (module, var) = id;
        self.active.push(id);
        let index = self.fold.index(module);
        let origins = index.origins(var);
        let mut values: Vec<Value> = Vec::new();
        for origin in origins.iter().take(MOST_ORIGINS) {
            values.push(self.origin(module, origin, env));
        }
        if origins.len() > MOST_ORIGINS {
            values.push(Value::unknown());
        }
        let mut value = Value::one_of(values);
        let added = index.added(Held::Var(var));
        if !added.is_empty() {
            value = self.filled(module, &value, added, env);
        }
        self.active.pop();
        value
    }

    fn origin(&mut self, module: u32, origin: &Origin, env: &Env) -> Value {
        let mut value = match origin.base {
            Base::Expr(expr) => self.expr(At { module, expr }, env),
            Base::Param(function, number) => self.param(module, function, number),
        };
        for step in &origin.steps {
            value = self.step(module, &value, step);
        }
        value
    }

    /// A container with what is put into it elsewhere.
    fn filled(&mut self, module: u32, value: &Value, added: &[Added], env: &Env) -> Value {
        let mut list = List { items: Vec::new(), open: true };
        let mut object = Object { parts: Vec::new(), open: true };
        for one in added.iter().take(MOST_ADDED) {
            let value = self.expr(At { module, expr: one.value }, env);
            match one.key {
                Some(key) => {
                    object.parts.push((Arc::from(self.fold.module(module).text(key)), value));
                }
                None if one.spread => spread(&value, &mut list),
                None => list.items.push(value),
            }
        }
        let fill = |value: &Value| match value {
            Value::List(known) => {
                let items = known.items.iter().chain(&list.items).cloned().collect();
                Value::List(Arc::new(List { items, open: true }))
            }
            Value::Object(known) => {
                let parts = known.parts.iter().chain(&object.parts).cloned();
                // What stands under names that are worked out is one of the parts as well.
                let other = list.items.iter().map(|item| (Arc::from("[]"), item.clone()));
                Value::Object(Arc::new(Object { parts: parts.chain(other).collect(), open: true }))
            }
            Value::Unknown(_) if !list.items.is_empty() => {
                Value::List(Arc::new(List { items: list.items.clone(), open: true }))
            }
            Value::Unknown(_) if !object.parts.is_empty() => {
                Value::Object(Arc::new(Object { parts: object.parts.clone(), open: true }))
            }
            other => other.clone(),
        };
        let filled: Vec<Value> = value.choices().iter().map(fill).collect();
        Value::one_of(filled)
    }

    /// The environment in which a pattern is bound to a value.
    pub(super) fn bound(&mut self, module: u32, target: ExprId, value: &Value, env: &Env) -> Env {
        let mut vars = Vec::new();
        self.bind(module, target, value, &mut vars);
        env.with(vars)
    }

    /// Binds the variables of a pattern. Patterns are as deep as front-ends let them be.
    pub(super) fn bind(
        &mut self,
        module: u32,
        target: ExprId,
        value: &Value,
        vars: &mut Vec<((u32, VarId), Value)>,
    ) {
        let found = self.fold.module(module);
        match found.expr(target) {
            Expr::Var(var) => vars.push(((module, *var), value.clone())),
            Expr::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    let step = if item.spread { Within::Rest(at) } else { Within::Item(at) };
                    let inner = self.step(module, value, &step);
                    self.bind(module, item.value, &inner, vars);
                }
            }
            Expr::Object(parts) => {
                for part in parts {
                    let step = match part.key {
                        Key::Name(name) => Within::Field(name),
                        Key::Computed(_) => Within::Element,
                        Key::Spread => Within::Others,
                    };
                    let inner = self.step(module, value, &step);
                    self.bind(module, part.value, &inner, vars);
                }
            }
            Expr::Default(inner, default) => {
                let value = match value {
                    Value::Null | Value::Unknown(_) => {
                        let other = self.expr(At { module, expr: *default }, &Env::default());
                        match value {
                            Value::Null => other,
                            known => Value::one_of([known.clone(), other]),
                        }
                    }
                    known => known.clone(),
                };
                self.bind(module, *inner, &value, vars);
            }
            _ => {}
        }
    }

    /// One step inside a value.
    pub(super) fn step(&mut self, module: u32, value: &Value, step: &Within) -> Value {
        let choices = value.choices().to_vec();
        let stepped: Vec<Value> =
            choices.iter().map(|choice| self.step_one(module, choice, step)).collect();
        Value::one_of(stepped)
    }

    fn step_one(&mut self, module: u32, value: &Value, step: &Within) -> Value {
        let language = self.fold.module(module).language;
        match (step, value) {
            (Within::Field(name), value) => {
                let name = self.fold.module(module).text(*name);
                self.member(value, name)
            }
            (Within::Item(at), Value::List(list)) => match list.items.get(*at) {
                Some(item) if !list.open => item.clone(),
                Some(_) => Value::one_of(list.items.iter().cloned()),
                None if list.open => Value::unknown(),
                None => Value::Null,
            },
            // A call of Go gives an error beside what it is called for.
            (Within::Item(0), value) if language == Language::Go => value.clone(),
            (Within::Rest(from), Value::List(list)) => {
                let items = list.items.iter().skip(*from).cloned().collect();
                Value::List(Arc::new(List { items, open: list.open }))
            }
            (Within::Element, Value::List(list)) => {
                let more = list.open.then(Value::unknown);
                Value::one_of(list.items.iter().cloned().chain(more))
            }
            (Within::Key, Value::Object(object)) => keys(object),
            (Within::Element, Value::Object(object)) if language == Language::Python => {
                keys(object)
            }
            (Within::Element, Value::Object(object)) => {
                let more = object.open.then(Value::unknown);
                Value::one_of(object.parts.iter().map(|(_, value)| value.clone()).chain(more))
            }
            (Within::Others, value) => value.clone(),
            (_, Value::Library(path, _)) if is_environment(path) => setting("*"),
            (Within::Item(at), Value::Text(text)) => {
                match text.known().and_then(|text| text.chars().nth(*at)) {
                    Some(char) => Value::Text(Spelling::plain(&char.to_string()).by(text.how)),
                    None => Value::Unknown(text.how),
                }
            }
            (_, other) => Value::Unknown(other.how()),
        }
    }

    /// `value.name`.
    pub(super) fn member(&mut self, value: &Value, name: &str) -> Value {
        match value {
            Value::OneOf(choices) => {
                let found: Vec<Value> =
                    choices.iter().take(8).map(|choice| self.member(choice, name)).collect();
                Value::one_of(found)
            }
            Value::Object(object) => {
                let found = object.parts.iter().rev().filter(|(key, _)| **key == *name);
                let found: Vec<Value> = found.map(|(_, value)| value.clone()).take(4).collect();
                match found.len() {
                    0 => Value::unknown(),
                    // Set again later: one of both, for the order is not followed.
                    _ if object.open => Value::one_of(found),
                    _ => found.into_iter().next().unwrap_or(Value::Null),
                }
            }
            Value::Library(path, how) => library_member(path, name, *how),
            Value::Module(modules) => {
                let found: Vec<Value> =
                    modules.iter().flat_map(|module| self.exported(*module, name, 0)).collect();
                Value::one_of(found)
            }
            Value::Instance(module, class) | Value::Class(module, class) => {
                let part = Part::Field((*module, *class), name.into());
                self.remembered(part, &Env::default(), |ask| ask.field(*module, *class, name, 0))
            }
            Value::Made(made) => Value::Library(format!("{}().{name}", made.path).into(), made.how),
            Value::Text(_) if matches!(name, "href" | "pathname" | "path") => value.clone(),
            Value::Text(text) if name == "parent" => Value::Text(super::method::parent(text)),
            Value::Text(text) if name == "length" => match text.known() {
                Some(text) => Value::Number(i64::try_from(text.len()).unwrap_or(0), How::CONSTANT),
                None => Value::Unknown(text.how),
            },
            Value::List(list) if name == "length" && !list.open => {
                Value::Number(i64::try_from(list.items.len()).unwrap_or(0), How::CONSTANT)
            }
            other => Value::Unknown(other.how()),
        }
    }

    /// `value[index]`.
    pub(super) fn index(&mut self, value: &Value, index: &Value) -> Value {
        let mut found = Vec::new();
        for key in index.choices() {
            for one in value.choices().iter().take(8) {
                found.push(self.index_one(one, key));
            }
        }
        Value::one_of(found)
    }

    fn index_one(&mut self, value: &Value, key: &Value) -> Value {
        if let Value::Text(name) = key {
            let how = name.how.with(How::LOOKED_UP);
            if let Some(name) = name.known() {
                return match self.member(value, name) {
                    Value::Library(path, before) => Value::Library(path, before.with(how)),
                    other => other,
                };
            }
        }
        match (value, key) {
            (Value::List(_) | Value::Text(_) | Value::Bytes(..), Value::Number(at, _)) => {
                element_at(value, *at)
            }
            (Value::List(list), _) => {
                // A slice, or any element: what stands there is one of these.
                let more = list.open.then(Value::unknown);
                Value::one_of(list.items.iter().cloned().chain(more))
            }
            (Value::Object(object), _) => {
                let more = object.open.then(Value::unknown);
                Value::one_of(object.parts.iter().map(|(_, value)| value.clone()).chain(more))
            }
            (Value::Library(path, _), _) if is_environment(path) => setting("*"),
            (Value::Library(path, how), _) => {
                Value::Library(format!("{path}[]").into(), how.with(key.how()))
            }
            (Value::Text(text), _) => Value::Text(Spelling::of(Piece::Any, text.how)),
            (other, _) => Value::Unknown(other.how()),
        }
    }

    /// A field or method of a class, or of what it is made of.
    fn field(&mut self, module: u32, class: ClassId, name: &str, depth: u32) -> Value {
        let package = self.fold.program().package_of(module);
        let label = self.fold.module(module).classes.get(class.at()).and_then(|class| class.name);
        let label = label.map(|name| self.fold.module(module).text(name));
        let mut values = Vec::new();
        for part in package {
            let found = self.fold.module(part);
            for (at, other) in found.classes.iter().enumerate() {
                let id = ClassId(u32::try_from(at).unwrap_or(u32::MAX));
                let same = (part, id) == (module, class)
                    || (found.language == Language::Go
                        && other.name.map(|name| found.text(name)) == label);
                if same {
                    self.own_field(part, id, name, &mut values);
                }
            }
        }
        if values.is_empty() && depth < 4 {
            let bases = self.fold.module(module).classes[class.at()].bases.clone();
            for base in bases {
                if let Value::Class(module, class) =
                    self.expr(At { module, expr: base }, &Env::default())
                {
                    values.push(self.field(module, class, name, depth + 1));
                }
            }
        }
        Value::one_of(values)
    }

    fn own_field(&mut self, module: u32, class: ClassId, name: &str, values: &mut Vec<Value>) {
        let found = self.fold.module(module);
        let Some(known) = found.classes.get(class.at()) else { return };
        for method in &known.methods {
            if found.text(method.name) == name {
                let function = FnId { module, function: method.function };
                values.push(if method.is_getter {
                    self.apply(function, &Env::default(), &[])
                } else {
                    Value::Function(function, Env::default())
                });
            }
        }
        let Some(name) = found.names.iter().position(|text| **text == *name) else { return };
        let name = warden_flow::ir::Name(u32::try_from(name).unwrap_or(u32::MAX));
        let index = self.fold.index(module);
        let stored: Vec<ExprId> = index.field(class, name).to_vec();
        for expr in stored.into_iter().take(MOST_ORIGINS) {
            values.push(self.expr(At { module, expr }, &Env::default()));
        }
        let added = index.added(Held::Field(class, name));
        if !added.is_empty() {
            let value = Value::one_of(std::mem::take(values));
            values.push(self.filled(module, &value, added, &Env::default()));
        }
    }

    /// A name that no scope declares: of the language, or of another file of a Go package.
    pub(super) fn global(&mut self, at: At, name: &str, env: &Env) -> Value {
        let module = self.fold.module(at.module);
        if module.language == Language::Go {
            let vars = self.fold.program().declared(at.module, name);
            let values: Vec<Value> =
                vars.into_iter().map(|(module, var)| self.var(module, var, env)).collect();
            if !values.is_empty() {
                return Value::one_of(values);
            }
        }
        let value = match name {
            "undefined" => return Value::Null,
            "__file__" | "__dirname" | "__filename" => {
                return Value::Text(Spelling::of(Piece::Any, How::CONSTANT));
            }
            "globalThis" | "global" | "window" | "self" | "__builtins__" => ":",
            name => return Value::Library(format!(":{name}").into(), How::default()),
        };
        Value::Library(value.into(), How::default())
    }

    /// `import`, `require` and the like of a path.
    pub(super) fn import(&mut self, module: u32, path: &Value) -> Value {
        let mut found = Vec::new();
        for path in path.choices() {
            let Some(text) = path.known() else {
                found.push(Value::Unknown(path.how()));
                continue;
            };
            let modules = self.fold.program().imported(module, text);
            found.push(if modules.is_empty() {
                Value::Library(root(self.fold.module(module).language, text).into(), path.how())
            } else {
                Value::Module(modules.into())
            });
        }
        Value::one_of(found)
    }

    /// `from package import module` of Python.
    pub(super) fn member_of_package(
        &mut self,
        module: u32,
        base: ExprId,
        name: &str,
        env: &Env,
    ) -> Option<Value> {
        let found = self.fold.module(module);
        let Expr::Import(path) = found.expr(base) else { return None };
        if found.language != Language::Python {
            return None;
        }
        let path = self.expr(At { module, expr: *path }, env);
        let member = self.fold.program().imported_member(module, path.known()?, name)?;
        Some(Value::Module(Arc::from([member])))
    }

    /// What a module gives by a name.
    fn exported(&mut self, module: u32, name: &str, depth: u32) -> Vec<Value> {
        let found = self.fold.module(module);
        if let Some(object) = found.exports.object {
            let added = self.fold.index(module).added(Held::Var(object));
            let named: Vec<ExprId> = added
                .iter()
                .filter(|added| added.key.is_some_and(|key| found.text(key) == name))
                .map(|added| added.value)
                .take(4)
                .collect();
            if !named.is_empty() {
                let value = |expr| self.expr(At { module, expr }, &Env::default());
                return named.into_iter().map(value).collect();
            }
            // `module.exports = {…}`.
            if let whole @ Value::Object(_) = self.var(module, object, &Env::default()) {
                return vec![self.member(&whole, name)];
            }
        }
        let declared: Vec<VarId> = found
            .exports
            .scope
            .iter()
            .filter(|(known, _)| found.text(*known) == name)
            .map(|(_, var)| *var)
            .collect();
        let mut values: Vec<Value> = Vec::new();
        for var in declared {
            values.push(self.var(module, var, &Env::default()));
        }
        if values.is_empty() && depth < 4 {
            for star in found.exports.stars.clone() {
                if let Value::Module(modules) =
                    self.expr(At { module, expr: star }, &Env::default())
                {
                    for inner in modules.iter() {
                        values.extend(self.exported(*inner, name, depth + 1));
                    }
                }
            }
        }
        values
    }
}

fn keys(object: &Object) -> Value {
    let more = object.open.then(Value::unknown);
    Value::one_of(object.parts.iter().map(|(key, _)| Value::text(key)).chain(more))
}

/// The API path of a module that is not in the tree.
fn root(language: Language, text: &str) -> String {
    match language {
        Language::Python => match text.split_once('.') {
            Some((first, rest)) => format!("{first}:{rest}"),
            None => format!("{text}:"),
        },
        Language::Go => format!("{text}:"),
        _ => format!("{}:", text.strip_prefix("node:").unwrap_or(text)),
    }
}

/// Whether a path stands for the whole environment.
pub(crate) fn is_environment(path: &str) -> bool {
    matches!(
        path,
        ":process.env" | "process:env" | "os:environ" | "os:environb" | ":Bun.env" | ":Deno.env"
    )
}

/// A variable of the environment.
pub(crate) fn setting(name: &str) -> Value {
    Value::Text(Spelling::of(Piece::Setting(Arc::from(name)), How::SETTING))
}

fn library_member(path: &str, name: &str, how: How) -> Value {
    if is_environment(path)
        && !matches!(name, "get" | "items" | "copy" | "values" | "keys" | "toObject")
    {
        return match name {
            "HOME" | "USERPROFILE" => Value::Text(Spelling::of(Piece::Home, How::SETTING)),
            name => setting(name),
        };
    }
    if name == "default" && path.ends_with(':') {
        return Value::Library(path.into(), how);
    }
    let whole =
        if path.ends_with(':') { format!("{path}{name}") } else { format!("{path}.{name}") };
    match whole.as_str() {
        "sys:executable" | ":process.execPath" | "os:sep" | "path:sep" => {
            let known = if whole.ends_with("sep") { Piece::Known("/".into()) } else { Piece::Any };
            Value::Text(Spelling::of(known, How::CONSTANT))
        }
        ":globalThis" | ":window" | ":global" | "builtins:" => Value::Library(":".into(), how),
        _ => Value::Library(whole.into(), how),
    }
}

/// An element by its number; counted from the end if negative.
fn element_at(value: &Value, at: i64) -> Value {
    let mut list = List::default();
    spread(value, &mut list);
    let length = i64::try_from(list.items.len()).unwrap_or(0);
    let position = if at < 0 { length + at } else { at };
    match usize::try_from(position).ok().and_then(|at| list.items.get(at)) {
        Some(item) if !list.open => item.clone(),
        Some(_) => Value::one_of(list.items.iter().cloned()),
        None => Value::unknown(),
    }
}

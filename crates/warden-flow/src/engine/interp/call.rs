//! Calls: who is called, and with what.

use super::{Interp, apply::Given};
use crate::{
    engine::value::{Ref, Root, Value},
    ir::{Call, CallKind, Expr, ExprId, Language},
    program::{CALLED, DUNDER_CALL, ELEMENT, INIT, SUPER, Sym, position},
};

/// One argument of a call.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(super) name: Option<Sym>,
    pub(super) spread: bool,
    pub(super) value: Value,
    pub(super) at: Option<ExprId>,
}

/// Methods of unknown receivers that are looked up by name only if few classes have them.
const FEW: usize = 3;

impl Interp<'_, '_> {
    pub(super) fn call(&mut self, id: ExprId, call: &Call) -> Value {
        if let Some(value) = self.super_call(id, call) {
            return value;
        }
        let (receiver, place, callee) = self.callee(call.callee);
        let args = self.arguments(call);
        if call.kind == CallKind::New && self.language == Language::Go {
            return self.literal_of(&callee, &args, id);
        }
        let mut given = Given { this: receiver, place, args, at: id, kind: call.kind };
        if let Some(value) = self.function_method(call, &mut given) {
            return value;
        }
        self.call_value(&callee, &given, Some(call.callee))
    }

    /// The receiver with the place that it is in, and what is called.
    fn callee(&mut self, callee: ExprId) -> (Option<Value>, Option<ExprId>, Value) {
        match self.module.expr(callee) {
            Expr::Member(base, name) => {
                let value = self.eval(*base);
                let name = self.sym(*name);
                let found = self.member(&value, name, callee);
                (Some(value), Some(*base), found)
            }
            Expr::Index(base, _) => {
                let receiver = self.eval(*base);
                (Some(receiver), Some(*base), self.eval(callee))
            }
            _ => (None, None, self.eval(callee)),
        }
    }

    fn arguments(&mut self, call: &Call) -> Vec<Argument> {
        let mut separated = false;
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            let mut value = self.eval(arg.value);
            if separated {
                value = value.with_bits(self.shared.marks.separator);
            }
            separated |= self.is_separator(&value);
            let name = arg.name.map(|name| self.sym(name));
            args.push(Argument { name, spread: arg.spread, value, at: Some(arg.value) });
        }
        args
    }

    /// `super(…)` and `super().m(…)`: the receiver stays the same.
    fn super_call(&mut self, id: ExprId, call: &Call) -> Option<Value> {
        let class = self.module.functions[self.id.function.at()].class?;
        let class = self.shared.program.class_number(self.module_number, class);
        let is_super = |interp: &Self, expr: ExprId| match interp.module.expr(expr) {
            Expr::Global(name) => interp.sym(*name) == SUPER,
            _ => false,
        };
        let (method, own) = match self.module.expr(call.callee) {
            Expr::Member(base, name) => {
                let base = match self.module.expr(*base) {
                    Expr::Call(inner) => inner.callee,
                    _ => *base,
                };
                (Some(self.sym(*name)), is_super(self, base))
            }
            _ => (None, is_super(self, call.callee)),
        };
        if !own || (method.is_none() && self.language == Language::Python) {
            return None;
        }
        let receiver = self.module.functions[self.id.function.at()].receiver?;
        let this = self.read_var(receiver);
        let args = self.arguments(call);
        let given = Given { this: Some(this), place: None, args, at: id, kind: CallKind::Plain };
        let bases: Vec<Ref> = self.state.bases(class).to_vec();
        self.out.reads.push(Root::Field(class, crate::program::EMPTY));
        let mut result = Value::default();
        for base in bases {
            match base {
                Ref::Class(base) => {
                    let found = match method.filter(|name| *name != INIT) {
                        Some(name) => self.methods_of(base, name).first().map(|(m, _)| *m),
                        None => self.constructor(base),
                    };
                    if let Some(function) = found {
                        result = result.and(&self.apply(function, &given));
                        self.set_this(receiver, function, &given);
                    }
                }
                Ref::Api(path) => {
                    result = result.and(&self.outside(path, &given));
                }
                _ => {}
            }
        }
        Some(result)
    }

    /// `f.call(this, …)`, `f.apply(this, […])`, `f.bind(this, …)` of JavaScript.
    fn function_method(&mut self, call: &Call, given: &mut Given) -> Option<Value> {
        let Expr::Member(_, name) = self.module.expr(call.callee) else { return None };
        let receiver = given.this.clone()?;
        let functions =
            receiver.refs().iter().any(|one| matches!(one, Ref::Function(_) | Ref::Class(_)));
        if !functions || matches!(self.language, Language::Python | Language::Go) {
            return None;
        }
        let name = self.module.text(*name);
        let mut args = given.args.clone().into_iter();
        match name {
            "bind" => return Some(receiver),
            "call" => {
                given.this = args.next().map(|arg| arg.value);
                given.args = args.collect();
            }
            "apply" => {
                given.this = args.next().map(|arg| arg.value);
                given.args = args.map(|arg| Argument { spread: true, ..arg }).collect();
            }
            _ => return None,
        }
        given.place = None;
        Some(self.call_value(&receiver, given, None))
    }

    /// Calls whatever a value may be.
    pub(super) fn call_value(
        &mut self,
        callee: &Value,
        given: &Given,
        text: Option<ExprId>,
    ) -> Value {
        let mut result = Value::default();
        let mut done = false;
        let mut loose: Vec<u64> = Vec::new();
        for function in callee.functions() {
            result = result.and(&self.apply_at(function, given));
            done = true;
        }
        for one in callee.refs() {
            match *one {
                Ref::Class(class) => {
                    result = result.and(&self.construct(class, given));
                    done = true;
                }
                Ref::Instance(class) => {
                    for (function, _) in self.methods_of(class, DUNDER_CALL) {
                        result = result.and(&self.apply_at(function, given));
                        done = true;
                    }
                }
                Ref::Api(path) => loose.push(path),
                _ => {}
            }
        }
        if !done {
            let named = text.map(|text| self.by_name(text, given)).unwrap_or_default();
            done = !named.is_empty();
            for function in named {
                result = result.and(&self.apply_at(function, given));
            }
        }
        for path in loose {
            // A path that is only a name is said nothing new by when the function is known.
            if !done || !Ref::Api(path).is_unknown() {
                result = result.and(&self.outside(path, given));
                done = true;
            }
        }
        self.given_function(callee, given);
        if !done {
            result = result.and(&self.unknown_call(callee, given));
        }
        result
    }

    /// Functions of the program by the name of a method, where nothing better is known.
    fn by_name(&mut self, callee: ExprId, given: &Given) -> Vec<u32> {
        let Expr::Member(_, name) = self.module.expr(callee) else { return Vec::new() };
        let name = self.sym(*name);
        let known = given.this.as_ref().is_some_and(|this| {
            this.refs().iter().any(|one| match one {
                Ref::Api(path) => !Ref::Api(*path).is_unknown(),
                one => one.is_constant(),
            })
        });
        if known {
            return Vec::new();
        }
        let all = self.shared.program.methods.get(&name).map_or(&[][..], Vec::as_slice);
        let same: Vec<u32> = all
            .iter()
            .copied()
            .filter(|function| self.fits(*function, given))
            .take(FEW + 1)
            .collect();
        if same.len() > FEW || common(self.shared.program.text(name)) { Vec::new() } else { same }
    }

    /// Whether a function is of this language and takes as many arguments.
    fn fits(&self, function: u32, given: &Given) -> bool {
        let id = self.shared.program.function(function);
        let module = self.shared.program.module(id.module);
        let params = &module.functions[id.function.at()].params;
        let rest = params.iter().any(|param| {
            matches!(param.kind, crate::ir::ParamKind::Rest | crate::ir::ParamKind::NamedRest)
        });
        module.language.name() == self.language.name() && (rest || given.args.len() <= params.len())
    }
    /// Writes down that a function is called that this one was given.
    fn given_function(&mut self, callee: &Value, given: &Given) {
        let plain = callee.refs().iter().all(|one| match one {
            Ref::Api(path) => Ref::Api(*path).is_unknown(),
            _ => false,
        });
        if plain {
            self.pass_on(callee, given);
        }
    }

    /// A call that nothing is known of: what goes in comes out, and what is passed is called.
    fn unknown_call(&mut self, callee: &Value, given: &Given) -> Value {
        let labels = callee.taints().iter().map(|taint| crate::engine::value::Taint {
            label: taint.label.then(CALLED),
            ..taint.clone()
        });
        let result = Value::with_taints(labels);
        let inputs = Self::everything(given);
        let from_passed = self.callbacks(given, None, &inputs);
        result.and(&from_passed).and(&self.through(&inputs, given.at))
    }

    /// Everything that goes into a call, functions aside.
    pub(super) fn everything(given: &Given) -> Value {
        let this = given.this.as_ref().map(Value::flat).unwrap_or_default();
        given.args.iter().fold(this, |sum, arg| sum.and(&arg.value.flat()))
    }

    /// What calling a value gives, when nothing is known of the arguments.
    pub(super) fn called(&mut self, callee: &Value, at: ExprId) -> Value {
        if self.call_depth > super::DEEPEST_CALL {
            return Value::default();
        }
        let given = Given { this: None, place: None, args: Vec::new(), at, kind: CallKind::Plain };
        let labels = callee.taints().iter().map(|taint| crate::engine::value::Taint {
            label: taint.label.then(CALLED),
            ..taint.clone()
        });
        let mut result = Value::with_taints(labels);
        for function in callee.functions() {
            result = result.and(&self.apply(function, &given));
        }
        result
    }

    /// Makes an instance.
    pub(super) fn construct(&mut self, class: u32, given: &Given) -> Value {
        let instance = Value::of(Ref::Instance(class));
        if let Some(function) = self.constructor(class) {
            let given = Given { this: Some(instance.clone()), place: None, ..given.clone() };
            self.apply(function, &given);
            let made = self.sets_of(function, None, &given);
            return instance.and(&made);
        }
        let mut made = instance;
        let fields = self.field_names(class);
        for (at, arg) in given.args.iter().enumerate() {
            let name = arg.name.or_else(|| fields.get(at).copied());
            match name.filter(|_| !arg.spread) {
                Some(name) => {
                    self.set_field(class, name, &arg.value, given.at);
                    made = made.set(name, arg.value.clone());
                }
                None => made = made.and(&Value::with_taints(arg.value.all_taints())),
            }
        }
        for base in self.outer_bases(class) {
            let given = Given { this: Some(made.clone()), place: None, ..given.clone() };
            let from = self.outside(base, &given);
            made = made.and(&Value::with_taints(from.all_taints()));
        }
        made
    }

    /// The fields of a class without a constructor, in order: those of what it is made of first.
    fn field_names(&mut self, class: u32) -> Vec<Sym> {
        let (module, id) = self.shared.program.class(class);
        let mut names = Vec::new();
        for base in self.state.bases(class) {
            if let Ref::Class(base) = base {
                let (module, id) = self.shared.program.class(*base);
                let fields = &self.shared.program.module(module).classes[id.at()].fields;
                names.extend(fields.iter().map(|f| self.shared.program.sym(module, f.name)));
            }
        }
        let fields = &self.shared.program.module(module).classes[id.at()].fields;
        names.extend(fields.iter().map(|field| self.shared.program.sym(module, field.name)));
        names
    }

    fn set_field(&mut self, class: u32, name: Sym, value: &Value, at: ExprId) {
        self.set_cell(self.state.field(class, name), value, at);
    }

    /// A Go literal `T{…}`.
    fn literal_of(&mut self, callee: &Value, args: &[Argument], at: ExprId) -> Value {
        let parts = args.iter().fold(Value::default(), |sum, arg| sum.and(&arg.value));
        let mut made = parts.clone();
        for one in callee.refs() {
            match *one {
                Ref::Class(class) => {
                    let names = self.field_names(class);
                    let fields: Vec<(Sym, Value)> = parts
                        .fields()
                        .iter()
                        .map(|(member, value)| {
                            let place = crate::program::position_of(*member)
                                .and_then(|at| names.get(at as usize));
                            (*place.unwrap_or(member), value.clone().alone())
                        })
                        .collect();
                    for (member, value) in &fields {
                        self.set_field(class, *member, value, at);
                    }
                    made = made.and(&Value::object(fields)).and(&Value::of(Ref::Instance(class)));
                }
                Ref::Api(path) => {
                    let given = Given {
                        this: None,
                        place: None,
                        args: args.to_vec(),
                        at,
                        kind: CallKind::New,
                    };
                    let from = self.outside(path, &given);
                    made = made.and(&Value::any_of(from.refs().iter().copied()));
                }
                _ => {}
            }
        }
        made
    }

    /// The value of an argument by position, spread ones counted with what is in them.
    pub(super) fn positional(&mut self, given: &Given, place: usize) -> Option<Value> {
        let mut at = 0;
        for arg in &given.args {
            if arg.name.is_some() {
                continue;
            }
            if arg.spread {
                let inside = place.saturating_sub(at);
                let value = arg.value.clone();
                let explicit = value.field(position(inside));
                return Some(match explicit {
                    Some(explicit) => explicit.and(&value.field(ELEMENT).unwrap_or_default()),
                    None => self.element(&value, given.at),
                });
            }
            if at == place {
                return Some(arg.value.clone());
            }
            at += 1;
        }
        None
    }
}

/// Names that too much has for one name to say which.
fn common(name: &str) -> bool {
    matches!(
        name,
        "get"
            | "set"
            | "add"
            | "has"
            | "delete"
            | "push"
            | "pop"
            | "map"
            | "filter"
            | "then"
            | "forEach"
            | "join"
            | "split"
            | "append"
            | "extend"
            | "update"
            | "keys"
            | "values"
            | "items"
            | "toString"
            | "String"
            | "Error"
            | "log"
            | "info"
            | "warn"
            | "error"
            | "debug"
            | "trim"
            | "strip"
            | "replace"
            | "includes"
            | "find"
            | "test"
            | "next"
            | "on"
            | "emit"
            | "close"
            | "open"
            | "end"
            | "start"
            | "stop"
            | "copy"
            | "format"
            | "encode"
            | "decode"
            | "call"
            | "apply"
            | "bind"
            | "catch"
            | "finally"
            | "match"
    )
}

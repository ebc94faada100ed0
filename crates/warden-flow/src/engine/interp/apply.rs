//! Calls of functions of the program: their summary, in terms of who calls.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::{DEEPEST_CALL, Interp, Phase, call::Argument, pass::is_for_query};
use crate::{
    analysis::HopKind,
    engine::{
        summary::{Fact, Summary},
        value::{Label, Ref, Root, Taint, Trace, Value},
    },
    ir::{CallKind, Expr, ExprId, GapKind, ParamKind, VarId},
    models::Bits,
    program::{ELEMENT, Sym, position},
};

/// Calls that one call leads to, through functions that are passed on, which are followed.
const MOST_INSIDE: usize = 64;

/// What a call gives.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(super) this: Option<Value>,
    /// Where the receiver stands, if that can be written to.
    pub(super) place: Option<ExprId>,
    pub(super) args: Vec<Argument>,
    pub(super) at: ExprId,
    pub(super) kind: CallKind,
}

impl Given {
    /// A call of a method without arguments.
    pub(super) fn with(this: Value, at: ExprId) -> Self {
        Self { this: Some(this), place: None, args: Vec::new(), at, kind: CallKind::Plain }
    }

    /// A call of a function with these arguments.
    pub(super) fn of(values: impl IntoIterator<Item = Value>, at: ExprId) -> Self {
        let args = values
            .into_iter()
            .map(|value| Argument { name: None, spread: false, value, at: None })
            .collect();
        Self { this: None, place: None, args, at, kind: CallKind::Plain }
    }
}

/// The arguments as a function takes them.
#[derive(Default)]
pub(super) struct Bound {
    this: Value,
    params: Vec<Value>,
    /// What labels of the function are here, and what comes back of them: summaries name the
    /// same ones many times.
    here: RefCell<FxHashMap<Label, Value>>,
    back: RefCell<FxHashMap<(Label, Bits), Value>>,
}

/// A call that another call leads to.
pub(super) struct Inside {
    function: u32,
    this: Option<Value>,
    values: Vec<Value>,
    result: Value,
}

impl Inside {
    /// Whether it was given the same.
    fn is_of(&self, given: &Given) -> bool {
        let this = match (&self.this, &given.this) {
            (None, None) => true,
            (Some(a), Some(b)) => a.same(b),
            _ => false,
        };
        this && self.values.len() == given.args.len()
            && self.values.iter().zip(&given.args).all(|(value, arg)| value.same(&arg.value))
    }
}

impl Interp<'_, '_> {
    /// Calls a function, and takes in what it does to what it is given.
    pub(super) fn apply_at(&mut self, function: u32, given: &Given) -> Value {
        let result = self.apply(function, given);
        let summary = self.state.summaries[function as usize].clone();
        if summary.sets.is_empty() {
            return result;
        }
        if let Some(place) = given.place {
            let made = self.sets_of(function, None, given);
            self.store_all(place, &made);
        }
        for at in 0..given.args.len() {
            let param = u16::try_from(at).unwrap_or(u16::MAX);
            if let Some(place) = given.args[at].at {
                let made = self.sets_of(function, Some(param), given);
                self.store_all(place, &made);
            }
        }
        result
    }

    fn store_all(&mut self, place: ExprId, made: &Value) {
        for (member, value) in made.fields() {
            self.store(place, &[*member], value, false);
        }
    }

    /// After `super(…)`: what the other constructor set is set.
    pub(super) fn set_this(&mut self, receiver: VarId, function: u32, given: &Given) {
        let made = self.sets_of(function, None, given);
        if let Some(slot) = self.slot(receiver) {
            let value = self.env[slot].clone().and(&made);
            self.set_slot(slot, value, None);
        }
    }

    /// The members that a function sets on its receiver or a parameter.
    pub(super) fn sets_of(&mut self, function: u32, of: Option<u16>, given: &Given) -> Value {
        let summary = self.state.summaries[function as usize].clone();
        let mut made = Value::default();
        for (whose, value) in &summary.sets {
            if *whose == of {
                let bound = self.bind(function, given);
                made = made.and(&self.substitute(value, &bound, given.at));
            }
        }
        made
    }

    /// Calls a function of the program.
    pub(super) fn apply(&mut self, function: u32, given: &Given) -> Value {
        self.out.calls.push(function);
        if self.call_depth > DEEPEST_CALL || !self.step() {
            return Value::default();
        }
        if self.call_depth == 0 {
            self.inside.clear();
            return self.applied(function, given);
        }
        // What is passed on is passed on by each of those that are called with it: without this
        // there would be as many calls as there are ways through them.
        let known = self.inside.iter().find(|call| call.function == function && call.is_of(given));
        if let Some(known) = known {
            return known.result.clone();
        }
        if self.inside.len() >= MOST_INSIDE {
            self.gap(GapKind::Function, self.module.span(given.at));
            return Value::default();
        }
        let at = self.inside.len();
        let values = given.args.iter().map(|arg| arg.value.clone()).collect();
        self.inside.push(Inside {
            function,
            this: given.this.clone(),
            values,
            result: Value::default(),
        });
        let result = self.applied(function, given);
        if let Some(call) = self.inside.get_mut(at) {
            call.result = result.clone();
        }
        result
    }

    fn applied(&mut self, function: u32, given: &Given) -> Value {
        self.call_depth += 1;
        let bound = self.bind(function, given);
        self.pass_shapes(function, &bound);
        let summary = self.state.summaries[function as usize].clone();
        // What is taken over is work as well.
        self.steps += u32::try_from(summary.flows.len() / 8 + summary.calls.len()).unwrap_or(0);
        self.pass_flows((function, &summary), &bound, given.at);
        self.pass_calls(&summary, &bound, given.at);
        let result = self.substitute(&summary.result, &bound, given.at);
        self.ensured(&bound, given.at, &summary.ensures.always.clone());
        self.call_depth -= 1;
        result
    }

    /// What holds for labels of a callee holds for what they are here.
    pub(super) fn ensured_by(
        &mut self,
        function: u32,
        given: &Given,
        which: impl Fn(&Summary) -> Vec<Fact>,
    ) {
        let summary = self.state.summaries[function as usize].clone();
        let facts = which(&summary);
        if facts.is_empty() {
            return;
        }
        let bound = self.bind(function, given);
        self.ensured(&bound, given.at, &facts);
    }

    fn ensured(&mut self, bound: &Bound, at: ExprId, facts: &[Fact]) {
        for fact in facts {
            let value = self.resolve(fact.label, bound, at);
            self.learn_of(&value, fact.needs, fact.bits);
        }
    }

    fn bind(&mut self, function: u32, given: &Given) -> Bound {
        let program = self.shared.program;
        let id = program.function(function);
        let module = program.module(id.module);
        let params = &module.functions[id.function.at()].params;
        let mut bound = Bound {
            this: given.this.clone().unwrap_or_default(),
            params: Vec::with_capacity(params.len()),
            ..Bound::default()
        };
        let mut place = 0;
        for param in params {
            let name = param.name.map(|name| program.sym(id.module, name));
            let named = given.args.iter().find(|arg| arg.name.is_some() && arg.name == name);
            let value = match (param.kind, named) {
                (ParamKind::Plain | ParamKind::Named, Some(arg)) => arg.value.clone(),
                (ParamKind::Named, None) => Self::spread_named(given, name),
                (ParamKind::Plain, None) => {
                    let value = self.positional(given, place);
                    place += 1;
                    let value = value.unwrap_or_default();
                    if value.is_empty() { Self::spread_named(given, name) } else { value }
                }
                (ParamKind::Rest, _) => Self::rest(given, place),
                (ParamKind::NamedRest, _) => named_rest(given),
            };
            bound.params.push(value);
        }
        bound
    }

    /// `**options`: the member of that name.
    fn spread_named(given: &Given, name: Option<Sym>) -> Value {
        let Some(name) = name else { return Value::default() };
        let spread: Vec<Value> = given
            .args
            .iter()
            .filter(|arg| arg.spread && arg.name.is_none())
            .map(|arg| arg.value.clone())
            .collect();
        let explicit = spread.iter().filter_map(|value| value.field(name));
        explicit.fold(Value::default(), |sum, one| sum.and(&one))
    }

    fn rest(given: &Given, from: usize) -> Value {
        let mut list = Value::default();
        let positional: Vec<Argument> =
            given.args.iter().filter(|arg| arg.name.is_none()).cloned().collect();
        for (at, arg) in positional.iter().enumerate().skip(from) {
            if arg.spread {
                list = list.and(&arg.value);
            } else {
                list = list.set(position(at - from), arg.value.clone());
            }
        }
        list
    }

    /// Tells a function what its parameters may be.
    fn pass_shapes(&mut self, function: u32, bound: &Bound) {
        let mut tell = |param: Option<u16>, value: &Value| {
            let shape = value.shape(2);
            if !shape.is_empty() {
                self.out.inputs.push((function, param, shape));
            }
        };
        let id = self.shared.program.function(function);
        let module = self.shared.program.module(id.module);
        // A method knows its class; what else its receiver may be would only blur it.
        if module.functions[id.function.at()].class.is_none() {
            tell(None, &bound.this);
        }
        for (at, value) in bound.params.iter().enumerate() {
            tell(Some(u16::try_from(at).unwrap_or(u16::MAX)), value);
        }
    }

    /// What a label of a callee is here.
    pub(super) fn resolve(&mut self, label: Label, bound: &Bound, at: ExprId) -> Value {
        if let Some(known) = bound.here.borrow().get(&label) {
            return known.clone();
        }
        self.steps += 1;
        let value = self.look_up(label, bound, at);
        bound.here.borrow_mut().insert(label, value.clone());
        value
    }

    fn look_up(&mut self, label: Label, bound: &Bound, at: ExprId) -> Value {
        let whole = match label.root {
            Root::Param(param) => bound.params.get(usize::from(param)).cloned().unwrap_or_default(),
            Root::This => bound.this.clone(),
            Root::Captured(var) => match self.own_var(var) {
                Some(slot) => self.env[slot].clone(),
                // One of a function further out: what it may be is known all the same.
                None if label.path.steps().is_empty() => {
                    return self.cell(label.root).0.labelled(label);
                }
                None => return Value::tainted(label, None),
            },
            Root::Global(_) | Root::Field(..) | Root::Source(_) => {
                return Value::tainted(label, None);
            }
        };
        self.along(&whole, label.path, at)
    }

    /// The place of a variable by its number, if it is one of this function.
    pub(super) fn own_var(&self, number: u32) -> Option<usize> {
        let (module, var) = self.shared.program.var(number);
        if module == self.module_number { self.slot(var) } else { None }
    }

    /// A value of a callee in terms of here.
    pub(super) fn substitute(&mut self, value: &Value, bound: &Bound, at: ExprId) -> Value {
        if !value.is_tainted() {
            // What something may be is the same everywhere.
            return value.clone().alone();
        }
        self.steps += 1 + value.weight() / 16;
        let mut result = Value::any_of(value.refs().iter().copied());
        for taint in value.taints() {
            let key = (taint.label, taint.bits);
            let known = bound.back.borrow().get(&key).cloned();
            let back = known.unwrap_or_else(|| {
                let here = self.resolve(taint.label, bound, at);
                let back = self.came_back(&here, taint, at);
                bound.back.borrow_mut().insert(key, back.clone());
                back
            });
            result = result.and(&back);
        }
        if value.fields().is_empty() {
            return result;
        }
        let mut members = Vec::with_capacity(value.fields().len());
        for (member, inner) in value.fields() {
            if inner.is_bare() {
                if result.has_field(*member) {
                    result = result.and(&Value::with_bare(*member, inner.clone()));
                } else {
                    members.push((*member, inner.clone()));
                }
                continue;
            }
            let inner = self.substitute(inner, bound, at);
            if inner.is_empty() {
                continue;
            }
            match result.field(*member) {
                Some(old) => result = result.set(*member, old.and(&inner)),
                None => members.push((*member, inner)),
            }
        }
        result.with_members(members)
    }

    /// What a callee gives back of a value that it was given.
    pub(super) fn came_back(&self, here: &Value, by: &Taint, at: ExprId) -> Value {
        if self.phase == Phase::Shapes {
            return here.clone();
        }
        let spot = self.spot(at);
        here.map(&mut |taint| {
            let hop = (spot, self.id, HopKind::Returned);
            let before = taint.trace.as_ref();
            let trace = Trace::after(before, hop, by.trace.as_ref());
            let bits = taint.bits.with(by.bits);
            Some(Taint { label: taint.label, bits, trace: Some(trace) })
        })
    }

    /// A function is made: what it captures may reach what it does.
    pub(super) fn capture(&mut self, function: u32, at: ExprId) {
        let summary = self.state.summaries[function as usize].clone();
        let bound = Bound::default();
        if self.call_depth == 0 {
            self.inside.clear();
        }
        for flow in &summary.flows {
            let Root::Captured(_) = flow.label.root else { continue };
            let taints = self.resolve(flow.label, &bound, at).all_taints();
            for taint in taints {
                if is_for_query(&flow.end) {
                    self.give((function, flow.label), &taint, at);
                } else if taint.label != flow.label || taint.trace.is_some() {
                    self.pass_flow(flow, &taint, &bound, at);
                } else {
                    self.reach(flow.clone());
                }
            }
        }
        // Who calls what it captured is not known, but what that does is.
        for call in
            summary.calls.iter().filter(|call| matches!(call.callee.root, Root::Captured(_)))
        {
            let callee = self.resolve(call.callee, &bound, at);
            if self.call_depth > DEEPEST_CALL {
                continue;
            }
            self.call_depth += 1;
            let args: Vec<Value> = call
                .args
                .iter()
                .map(|arg| {
                    let untold = arg.map(&mut |taint| {
                        matches!(
                            taint.label.root,
                            Root::Captured(_) | Root::Source(_) | Root::Global(_) | Root::Field(..)
                        )
                        .then(|| taint.clone())
                    });
                    self.substitute(&untold, &bound, at)
                })
                .collect();
            let given = Given::of(args, at);
            for function in callee.functions() {
                self.apply(function, &given);
            }
            self.call_depth -= 1;
        }
    }

    /// Calls the functions among the arguments of a call that is not of the program: with the
    /// parameters of that API path, tainted by `with`.
    pub(super) fn callbacks(&mut self, given: &Given, path: Option<u64>, with: &Value) -> Value {
        let mut result = Value::default();
        let mut direct: Vec<u32> = Vec::new();
        let mut functions: Vec<u32> = Vec::new();
        let kept = self.keeps_last(given);
        let with = kept.as_ref().unwrap_or(with);
        for arg in &given.args {
            functions_of(&arg.value, &mut direct, 0);
            functions_of(&arg.value, &mut functions, 2);
        }
        for function in functions {
            let id = self.shared.program.function(function);
            let count =
                self.shared.program.module(id.module).functions[id.function.at()].params.len();
            // What is passed next to a function may come back to it. What stands somewhere in an
            // object that is passed is called, with what nobody knows.
            let is_direct = direct.contains(&function);
            if !is_direct && path.is_none_or(|path| Ref::Api(path).is_unknown()) {
                self.out.calls.push(function);
                continue;
            }
            let with = if is_direct { with.clone() } else { Value::default() };
            let params: Vec<Value> = (0..count.min(8))
                .map(|number| {
                    let step =
                        crate::engine::api::ApiStep::Param(u8::try_from(number).unwrap_or(0));
                    let known = path.map(|path| {
                        let path = self.shared.apis.step(self.language, Some(path), step);
                        self.api_value(path, given.at)
                    });
                    with.clone().and(&known.unwrap_or_default())
                })
                .collect();
            result = result.and(&self.apply(function, &Given::of(params, given.at)));
        }
        result
    }

    /// What comes back to the function that stands last, where a call only keeps that for another
    /// time: what stands before it is the name that it is kept under, `all.register("a", handler)`.
    /// What listeners are told comes from what they listen to.
    fn keeps_last(&self, given: &Given) -> Option<Value> {
        let Expr::Call(call) = self.module.expr(given.at) else { return None };
        let (Expr::Member(_, name) | Expr::Global(name)) = self.module.expr(call.callee) else {
            return None;
        };
        given.args.last()?.value.functions().next()?;
        match self.module.text(*name) {
            "on" | "subscribe" | "addListener" | "addEventListener" => {
                Some(given.this.as_ref().map(Value::flat).unwrap_or_default())
            }
            name if name.starts_with("register") => Some(Value::default()),
            _ => None,
        }
    }
}

/// The functions in a value, members included.
fn functions_of(value: &Value, out: &mut Vec<u32>, depth: u8) {
    for one in value.refs() {
        if let Ref::Function(function) = one
            && !out.contains(function)
            && out.len() < 8
        {
            out.push(*function);
        }
    }
    if depth > 0 {
        for (_, inner) in value.fields() {
            functions_of(inner, out, depth - 1);
        }
    }
}

fn named_rest(given: &Given) -> Value {
    let mut object = Value::default();
    for arg in &given.args {
        match arg.name {
            Some(name) => object = object.set(name, arg.value.clone()),
            None if arg.spread => object = object.and(&arg.value),
            None => {}
        }
    }
    object
}

/// An element that is not told apart from others.
pub(super) fn any_element(value: &Value) -> Value {
    value.field(ELEMENT).unwrap_or_default()
}

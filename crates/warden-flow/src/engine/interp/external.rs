//! Calls of code that is not in the tree: what the models say of them.

use std::sync::Arc;

use super::{Interp, Phase, apply::Given, expr::texts};
use smallvec::SmallVec;

use crate::{
    analysis::{At, FnId, HopKind, Noted, NotedArg},
    engine::{
        api::{Api, ApiStep},
        state::SourceAt,
        summary::{End, Reaching, Sink},
        value::{Ref, Taint, Trace, Value},
    },
    ir::{CallKind, ExprId, Language},
    models::{Argument as Which, Bits, Effect, Matched, Model, Place, Select, Within},
    program::{ELEMENT, position_of},
};

/// What the models say of a call.
pub(super) struct Said<'p> {
    api: Arc<Api>,
    path: u64,
    /// With their positions; loose ones only if no other matches.
    models: SmallVec<[(u32, &'p Model); 4]>,
}

impl<'p> Said<'p> {
    pub(super) fn effects(&self) -> impl Iterator<Item = (u32, &'p Effect)> {
        let models = self.models.iter();
        models.flat_map(|(at, model)| model.effects.iter().map(|effect| (*at, effect)))
    }

    /// Whether it is a function that stands in a module by itself: `sqlparse:split`.
    fn is_of_module(&self) -> bool {
        self.api.text.split_once(':').is_some_and(|(module, name)| {
            !module.is_empty()
                && module != "?"
                && !name.is_empty()
                && !name.contains(['.', '(', '['])
        })
    }
}

impl<'p> Interp<'_, 'p> {
    pub(super) fn said(&self, path: u64) -> Option<Said<'p>> {
        let api = self.shared.apis.get(self.language, path)?;
        let table = self.shared.table(self.language);
        let all: SmallVec<[(u32, &Model); 4]> = api
            .models
            .iter()
            .filter_map(|at| Some((*at, table.models.get(*at as usize)?)))
            .collect();
        let exact = all.iter().any(|(_, model)| !model.loose);
        let models = all.into_iter().filter(|(_, model)| !(exact && model.loose)).collect();
        Some(Said { api, path, models })
    }

    /// Calls something at an API path.
    pub(super) fn outside(&mut self, path: u64, given: &Given) -> Value {
        let Some(said) = self.said(path) else { return Value::default() };
        self.sinks(&said, given);
        self.notes(&said, given);
        self.ensures(&said, given);
        // What the call makes certain is certain of what it gives back.
        let given = &self.certainly(given);
        let before = if said.models.is_empty() && self.is_made_of(given) {
            Self::everything(&Given { this: None, ..given.clone() })
        } else {
            Self::everything(given)
        };
        let stores: Vec<&Effect> = said
            .effects()
            .map(|(_, effect)| effect)
            .filter(|effect| matches!(effect, Effect::Store { .. }))
            .collect();
        for effect in stores {
            self.stores(effect, given);
        }
        self.result(&said, given, &before)
    }

    /// Whether the receiver is an instance of a class of a library, of whose method no model
    /// speaks. What a client was made with (an address, a key) is not what it answers.
    fn is_made_of(&self, given: &Given) -> bool {
        let Some(this) = &given.this else { return false };
        // In Go every exported function is written like a class.
        self.language != Language::Go
            && this.refs().iter().any(|one| {
                let Ref::Api(path) = one else { return false };
                let api = self.shared.apis.get(self.language, *path);
                api.is_some_and(|api| is_instance(&api.text))
            })
    }

    fn sinks(&mut self, said: &Said<'_>, given: &Given) {
        if self.phase == Phase::Shapes {
            return;
        }
        for (model, effect) in said.effects() {
            let Effect::Sink { kind, select, unless, when } = effect else { continue };
            if !when.iter().all(|test| self.holds(test, given)) {
                continue;
            }
            let value = self.select(select, given);
            for taint in value.all_taints() {
                if taint.bits.meets(*unless) {
                    continue;
                }
                let at = self.spot(given.at);
                let hop = (at, self.id, HopKind::Sink);
                let trace = Trace::after(taint.trace.as_ref(), hop, None);
                let sink = Sink {
                    at,
                    kind: *kind,
                    function: self.id,
                    unless: *unless,
                    callee: Arc::clone(&said.api.text),
                    model,
                };
                self.reach(Reaching {
                    label: taint.label,
                    end: End::Sink(sink),
                    bits: taint.bits,
                    trace,
                    conditions: self.conditions().into(),
                    is_passed: false,
                    is_over: false,
                });
            }
        }
    }

    fn notes(&mut self, said: &Said<'p>, given: &Given) {
        for (model, effect) in said.effects() {
            match effect {
                Effect::Note(_, when) | Effect::World(_, when)
                    if !when.iter().all(|test| self.holds(test, given)) => {}
                Effect::Note(tag, _) if self.noted.insert((given.at, model, tag.as_str())) => {
                    let noted = self.noted_call(tag, &said.api, given);
                    self.out.noted.push(noted);
                }
                Effect::World(effect, _) => {
                    let entry =
                        (Arc::from(effect.as_str()), said.api.text.clone(), self.spot(given.at));
                    self.out.effects.push(entry);
                }
                _ => {}
            }
        }
    }

    fn noted_call(&self, tag: &str, api: &Api, given: &Given) -> Noted {
        let place = |expr: ExprId| At { module: self.module_number, expr };
        let args = given.args.iter().map(|arg| {
            let mut functions: Vec<FnId> = Vec::new();
            let mut classes = Vec::new();
            for one in arg.value.refs() {
                match one {
                    Ref::Function(function) => {
                        functions.push(self.shared.program.function(*function));
                    }
                    Ref::Class(class) | Ref::Instance(class) => {
                        classes.push(self.shared.program.class(*class));
                    }
                    _ => {}
                }
            }
            NotedArg {
                name: arg.name.map(|name| self.shared.program.text(name).clone()),
                at: place(arg.at.unwrap_or(given.at)),
                functions,
                classes,
            }
        });
        Noted {
            tag: tag.into(),
            at: place(given.at),
            function: self.id,
            path: api.text.clone(),
            receiver: given.place.map(place),
            args: args.collect(),
        }
    }

    /// A value that is read and not called, where a model has a note for it.
    pub(super) fn note_value(&mut self, value: &Value, at: ExprId) {
        for one in value.refs() {
            let Ref::Api(path) = one else { continue };
            let Some(said) = self.said(*path) else { continue };
            let is_value = said
                .effects()
                .any(|(_, effect)| matches!(effect, Effect::Source { into: Place::Value, .. }));
            if is_value {
                let given = Given::of([], at);
                self.notes(&said, &given);
            }
        }
    }

    fn certainly(&self, given: &Given) -> Given {
        let mut given = given.clone();
        if !self.facts.is_empty() {
            given.this = given.this.map(|this| self.certain(this));
            for arg in &mut given.args {
                arg.value = self.certain(std::mem::take(&mut arg.value));
            }
        }
        given
    }

    fn ensures(&mut self, said: &Said<'_>, given: &Given) {
        for (_, effect) in said.effects() {
            self.guarded(effect, None, given);
        }
    }

    fn stores(&mut self, effect: &Effect, given: &Given) {
        let Effect::Store { from, into } = effect else { return };
        let value = self.select(from, given);
        for which in &into.from {
            let place = match which {
                Which::Receiver => given.place,
                Which::At(at) => given.args.get(usize::from(*at)).and_then(|arg| arg.at),
                _ => None,
            };
            let Some(place) = place else { continue };
            // What is added to a container is an element; what is merged in keeps its members.
            let members: Vec<_> = value.fields().to_vec();
            if members.is_empty() || into.within == [Within::Elements(0)] {
                self.store(place, &[ELEMENT], &value, false);
            } else {
                for (member, inner) in members {
                    self.store(place, &[member], &inner.alone(), false);
                }
                let rest = Value::with_taints(value.taints().iter().cloned());
                if !rest.is_empty() {
                    self.store(place, &[ELEMENT], &rest, false);
                }
            }
        }
    }

    /// What lines with a condition that holds say of the result.
    fn cleaned(&mut self, said: &Said<'_>, given: &Given) -> Bits {
        let mut sum = Bits::NONE;
        for (_, effect) in said.effects() {
            if let Effect::Clean { bits, when, .. } = effect
                && !when.is_empty()
                && when.iter().all(|test| self.holds(test, given))
            {
                sum = sum.with(*bits);
            }
        }
        sum
    }

    /// What a call gives back.
    fn result(&mut self, said: &Said<'_>, given: &Given, before: &Value) -> Value {
        let call = self.shared.apis.step(self.language, Some(said.path), ApiStep::Call);
        let mut result = Value::default();
        let mut told = false;
        let mut named = true;
        let mut called = false;
        for (_, effect) in said.effects() {
            match effect {
                // What says yes or no holds nothing of what it was asked about.
                Effect::Sink { .. }
                | Effect::Pure
                | Effect::Guard { truth: Some(_), .. }
                | Effect::Pattern { .. } => told = true,
                Effect::Source { when, .. } if !when.iter().all(|test| self.holds(test, given)) => {
                }
                Effect::Source { kind, into, .. } => {
                    told = true;
                    if *into == Place::Result {
                        let source = SourceAt {
                            kind: *kind,
                            at: self.spot(given.at),
                            path: said.api.text.clone(),
                        };
                        result = result.and(&self.source(source));
                    }
                }
                Effect::Clean { when, .. } if !when.iter().all(|test| self.holds(test, given)) => {}
                Effect::Clean { bits, select, .. } => {
                    told = true;
                    let value = match select {
                        // A function of a module has no receiver that it could be said of.
                        Some(select)
                            if select.from != [Which::Receiver] || !said.is_of_module() =>
                        {
                            self.select(select, given)
                        }
                        _ => before.clone(),
                    };
                    let clean = self.through(&value, given.at).with_bits(*bits);
                    result = result.and(&clean);
                }
                Effect::Strip { pattern, subject } => {
                    told = true;
                    let bits = self.pattern_bits(pattern, Matched::Nowhere, given);
                    let value = self.select(subject, given);
                    // What is certain of the result is what every line says of it.
                    let bits = bits.with(self.cleaned(said, given));
                    let clean = self.through(&value, given.at).with_bits(bits);
                    result = result.and(&clean);
                }
                Effect::Pass(select) => {
                    (told, named) = (true, false);
                    result = result.and(&self.select(select, given));
                }
                Effect::Field(select) => {
                    told = true;
                    result = result.and(&self.named_field(select, given));
                }
                Effect::Instance(steps) => {
                    if let Some(path) = self.shared.apis.path(self.language, steps) {
                        result = result.and(&self.api_value(path, given.at));
                    }
                }
                Effect::Call { function, with } => {
                    called = true;
                    result = result.and(&self.call_given(function, with, given));
                }
                _ => {}
            }
        }
        if !called {
            let from = self.callbacks_of(said, given, if told { None } else { Some(before) });
            if !told {
                result = result.and(&from);
            }
        }
        if given.kind == CallKind::Decorator {
            // What a library wraps is still what it was.
            let wrapped = given.args.iter().fold(Value::default(), |sum, a| sum.and(&a.value));
            return result.and(&wrapped).and(&Value::of(Ref::Api(call)));
        }
        if !told && !called {
            result = result.and(&self.through(before, given.at));
        }
        if named { result.and(&self.api_value(call, given.at)) } else { result }
    }

    /// Calls the functions that are passed, with what the path and its sources say of their
    /// parameters.
    fn callbacks_of(&mut self, said: &Said<'_>, given: &Given, with: Option<&Value>) -> Value {
        let with = with.map(|with| self.through(with, given.at)).unwrap_or_default();
        let from_source: Vec<_> = said
            .effects()
            .filter_map(|(_, effect)| match effect {
                Effect::Source { kind, into: Place::Param(number), .. } => Some((*kind, *number)),
                _ => None,
            })
            .collect();
        if from_source.is_empty() {
            return self.callbacks(given, Some(said.path), &with);
        }
        let mut result = Value::default();
        for arg in &given.args {
            for one in arg.value.refs() {
                let Ref::Function(function) = *one else { continue };
                let most = from_source.iter().map(|(_, number)| *number).max().unwrap_or(0);
                let params: Vec<Value> = (0..=most)
                    .map(|number| {
                        let step = ApiStep::Param(number);
                        let path = self.shared.apis.step(self.language, Some(said.path), step);
                        let mut value = self.api_value(path, given.at);
                        for (kind, _) in from_source.iter().filter(|(_, n)| *n == number) {
                            let at = self.spot(given.at);
                            let path = said.api.text.clone();
                            let source = self.source(SourceAt { kind: *kind, at, path });
                            value = value.and(&source);
                        }
                        value
                    })
                    .collect();
                result = result.and(&self.apply(function, &Given::of(params, given.at)));
            }
        }
        result
    }

    fn call_given(&mut self, function: &Select, with: &[Select], given: &Given) -> Value {
        let callee = self.select(function, given);
        let args: Vec<Value> = with.iter().map(|select| self.select(select, given)).collect();
        let inner = Given::of(args, given.at);
        let mut result = Value::default();
        let mut known = false;
        for one in callee.refs() {
            match one {
                Ref::Function(function) => {
                    known = true;
                    result = result.and(&self.apply(*function, &inner));
                }
                Ref::Api(path) if !Ref::Api(*path).is_unknown() => {
                    known = true;
                    result = result.and(&self.outside(*path, &inner));
                }
                _ => {}
            }
        }
        if !known {
            let all = Self::everything(given);
            result = result.and(&self.through(&all, given.at));
        }
        result
    }

    fn named_field(&mut self, select: &Select, given: &Given) -> Value {
        let key = self.select(select, given);
        let this = given.this.clone().unwrap_or_default();
        let names: Vec<_> = texts(&key).collect();
        if names.is_empty() {
            return self.element(&this, given.at);
        }
        // The first argument names the member; a second one stands in for it.
        let fallback = given.args.get(1).map(|arg| arg.value.shape(1)).unwrap_or_default();
        names.iter().fold(fallback, |sum, name| {
            let found = self.member(&this, *name, given.at);
            sum.and(&found)
        })
    }

    /// The values of a call that are selected, together.
    pub(super) fn select(&mut self, select: &Select, given: &Given) -> Value {
        let mut found = Value::default();
        for which in &select.from {
            let value = match which {
                Which::Receiver => given.this.clone().unwrap_or_default(),
                Which::At(at) => self.positional(given, usize::from(*at)).unwrap_or_default(),
                Which::After(from) => self.after(given, usize::from(*from)),
                Which::Named(name) => given
                    .args
                    .iter()
                    .filter(|arg| {
                        arg.name.is_some_and(|known| &**self.shared.program.text(known) == name)
                    })
                    .fold(Value::default(), |sum, arg| sum.and(&arg.value)),
                Which::All => {
                    given.args.iter().fold(Value::default(), |sum, arg| sum.and(&arg.value))
                }
            };
            found = found.and(&value);
        }
        for step in &select.within {
            found = self.within(&found, step, given.at);
        }
        found
    }

    fn after(&mut self, given: &Given, from: usize) -> Value {
        let mut found = Value::default();
        for (at, arg) in given.args.iter().filter(|arg| arg.name.is_none()).enumerate() {
            if at >= from || arg.spread {
                let value =
                    if arg.spread { self.element(&arg.value, given.at) } else { arg.value.clone() };
                found = found.and(&value);
            }
        }
        found
    }

    fn within(&mut self, value: &Value, step: &Within, at: ExprId) -> Value {
        match step {
            Within::Field(name) => match self.shared.program.symbol(name) {
                Some(name) if value.has_field(name) => value.field(name).unwrap_or_default(),
                _ => Value::with_taints(value.taints().iter().cloned()),
            },
            Within::Element(number) => {
                let wanted = crate::program::position(usize::from(*number));
                if let Some(found) = value.field(wanted) {
                    found
                } else {
                    let own = Value::with_taints(value.taints().iter().cloned());
                    own.and(&super::apply::any_element(value))
                }
            }
            Within::Elements(0) => self.element(value, at),
            Within::Elements(from) => {
                let mut found = Value::with_taints(value.taints().iter().cloned());
                for (member, inner) in value.fields() {
                    let behind = position_of(*member).is_none_or(|at| at >= u32::from(*from));
                    if behind {
                        found = found.and(&inner.clone().alone());
                    }
                }
                found
            }
        }
    }

    /// A member of something of a library is assigned to, where a model speaks of that.
    pub(super) fn assigned_outside(&mut self, path: u64, owner: &Value, value: &Value, at: ExprId) {
        let Some(said) = self.said(path) else { return };
        if said.models.is_empty() {
            return;
        }
        let mut given = Given::of([value.clone()], at);
        given.this = Some(owner.clone());
        self.sinks(&said, &given);
        self.notes(&said, &given);
    }

    /// The taint of values that a sink would be reached by, for conditions.
    pub(super) fn labels(value: &Value) -> Vec<Taint> {
        value.all_taints()
    }
}

/// Whether an API path is that of an instance: `atlassian:Confluence()`.
fn is_instance(path: &str) -> bool {
    let Some(made) = path.strip_suffix("()") else { return false };
    let name = made.rsplit([':', '.']).next().unwrap_or("");
    !path.starts_with([':', '?']) && name.starts_with(char::is_uppercase)
}

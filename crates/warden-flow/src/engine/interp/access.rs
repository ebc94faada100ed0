//! Reading: variables, members, elements, modules.

use super::Interp;
use crate::{
    analysis::{HopKind, Spot},
    engine::{
        api::{ApiStep, Form},
        path::Path,
        state::SourceAt,
        value::{Label, Ref, Root, Taint, Trace, Value},
    },
    ir::{Expr, ExprId, FuncId, Language, VarId},
    models::{Effect, Place},
    program::{
        CALLED, CONSTRUCTOR, DEFAULT, ELEMENT, EMPTY, IMPORT, INIT, Sym, Target, position_of,
    },
};

/// Modules that re-export modules, one after the other.
const LONGEST_STAR: u8 = 8;

/// Stands for the class of values that a library hands from function to function.
pub(super) const HANDED_ON: u32 = u32::MAX;

impl Interp<'_, '_> {
    pub(super) fn read_var(&mut self, var: VarId) -> Value {
        if let Some(slot) = self.slot(var) {
            return self.env[slot].clone();
        }
        let owner = self.module.vars[var.at()].owner;
        let number = self.shared.program.var_number(self.module_number, var);
        if owner == FuncId(0) {
            return self.global(number);
        }
        let root = Root::Captured(number);
        let value = self.cell(root).0.labelled(Label::whole(root));
        self.certain(value)
    }

    /// A variable of a module, read from elsewhere.
    fn global(&mut self, number: u32) -> Value {
        self.kept_in(Root::Global(number))
    }

    /// What any function has put into a cell.
    fn kept_in(&mut self, root: Root) -> Value {
        let (shape, tainted) = self.cell(root);
        if tainted { self.certain(shape.labelled(Label::whole(root))) } else { shape }
    }

    pub(super) fn cell(&mut self, root: Root) -> (Value, bool) {
        self.out.reads.push(root);
        self.state
            .cells
            .get(&root)
            .map(|cell| (cell.shape.clone(), cell.tainted))
            .unwrap_or_default()
    }

    /// A name that no scope declares.
    pub(super) fn read_global(&mut self, name: Sym, at: ExprId) -> Value {
        let program = self.shared.program;
        if self.language == Language::Go {
            let folder = program.folder_of_module(self.module_number);
            let found = program.in_folder(folder, name);
            if !found.is_empty() {
                return found.iter().fold(Value::default(), |sum, var| sum.and(&self.global(*var)));
            }
        }
        let root = self.shared.apis.step(self.language, None, ApiStep::Module(EMPTY));
        let path = self.shared.apis.step(self.language, Some(root), ApiStep::Member(name));
        self.api_value(path, at)
    }

    /// The value at an API path, tainted if a model calls it a source.
    pub(super) fn api_value(&mut self, path: u64, at: ExprId) -> Value {
        self.api_value_at(path, self.spot(at))
    }

    pub(super) fn api_value_at(&mut self, path: u64, at: Spot) -> Value {
        let value = Value::of(Ref::Api(path));
        let Some(api) = self.shared.apis.source(self.language, path) else { return value };
        let table = self.shared.table(self.language);
        let mut value = value;
        for model in api.models.iter().filter_map(|at| table.models.get(*at as usize)) {
            for effect in &model.effects {
                match effect {
                    Effect::Source { kind, into: Place::Value, .. } => {
                        // What is read again in the same function is the same: a check of it
                        // counts.
                        let first = self
                            .out
                            .sources
                            .iter()
                            .find(|(_, known)| known.kind == *kind && known.path == api.text);
                        let first = first.map_or(at, |(_, known)| known.at);
                        let source = SourceAt { kind: *kind, at: first, path: api.text.clone() };
                        value = value.and(&self.source_read(source, at));
                    }
                    Effect::Instance(steps) if !text_ends_call(&api.text) && is_value(model) => {
                        if let Some(path) = self.shared.apis.path(self.language, steps) {
                            value = value.and(&Value::of(Ref::Api(path)));
                        }
                    }
                    _ => {}
                }
            }
        }
        value
    }

    /// A value that comes from a source.
    pub(super) fn source(&mut self, source: SourceAt) -> Value {
        let at = source.at;
        self.source_read(source, at)
    }

    /// A value that comes from a source and is read at `at`.
    fn source_read(&mut self, source: SourceAt, at: Spot) -> Value {
        use std::hash::{Hash, Hasher};
        let mut hasher = rustc_hash::FxHasher::default();
        (source.at, source.kind, &source.path).hash(&mut hasher);
        let number = hasher.finish();
        let trace = Trace::after(None, (at, self.id, HopKind::Source), None);
        if !self.out.sources.iter().any(|(known, _)| *known == number) {
            self.out.sources.push((number, source));
        }
        Value::tainted(Label::whole(Root::Source(number)), Some(trace))
    }

    /// What an import gives.
    pub(super) fn import(&mut self, what: ExprId, at: ExprId) -> Value {
        let value = self.eval(what);
        let texts: Vec<Sym> = value
            .refs()
            .iter()
            .filter_map(|one| if let Ref::Text(text) = one { Some(*text) } else { None })
            .collect();
        if texts.is_empty() {
            return self.import_unknown(&value, at);
        }
        texts.iter().fold(Value::default(), |sum, text| {
            let text = self.shared.program.text(*text).clone();
            let one = match self.shared.program.resolve(self.module_number, &text) {
                Some(Target::Module(module)) => self.whole_module(module),
                Some(Target::Folder(folder)) => Value::of(Ref::Folder(folder)),
                None => {
                    let path = self.shared.apis.module(self.language, &text);
                    self.api_value(path, at)
                }
            };
            sum.and(&one)
        })
    }

    /// An import whose text is computed: a call of `:import` with it.
    fn import_unknown(&mut self, value: &Value, at: ExprId) -> Value {
        let apis = &self.shared.apis;
        let root = apis.step(self.language, None, ApiStep::Module(EMPTY));
        let path = apis.step(self.language, Some(root), ApiStep::Member(IMPORT));
        self.outside(path, &super::apply::Given::of([value.clone()], at))
    }

    /// A module as a value: in JavaScript also what it exports as a whole.
    fn whole_module(&mut self, module: u32) -> Value {
        let value = Value::of(Ref::Module(module));
        match self.shared.program.module(module).exports.object {
            Some(var) => value.and(&self.global(self.shared.program.var_number(module, var))),
            None => value,
        }
    }

    /// `base.member`.
    pub(super) fn member(&mut self, base: &Value, member: Sym, at: ExprId) -> Value {
        let mut result = base.field(ELEMENT).unwrap_or_default();
        let explicit = base.field(member).map(|value| self.certain(value));
        let said = if explicit.is_none() { self.stands_for(base, member) } else { None };
        if let Some(explicit) = &explicit {
            result = result.and(explicit);
        } else if let Some(form) = said {
            if let Form::Whole(bits) = form {
                let whole = Value::with_taints(base.taints().iter().cloned());
                result = result.and(&whole.with_bits(bits));
            }
        } else {
            let taints = base.taints().iter().map(|taint| self.inside(taint, member));
            result = result.and(&Value::with_taints(taints));
        }
        let mut refs = 0;
        for one in base.refs() {
            refs += usize::from(!one.is_constant());
            let found = self.member_of(*one, member, at);
            result = result.and(&found);
        }
        if refs == 0 && explicit.is_none() && position_of(member).is_none() {
            let root = self.shared.apis.unknown(self.language);
            let path = self.shared.apis.step(self.language, Some(root), ApiStep::Member(member));
            result = result.and(&self.api_value(path, at));
        }
        result
    }

    /// What models say of a member of something tainted that is read.
    fn stands_for(&self, base: &Value, member: Sym) -> Option<Form> {
        if !base.is_tainted() {
            return None;
        }
        let apis = &self.shared.apis;
        let known = base.refs().iter().filter_map(|one| match one {
            Ref::Api(path) => Some(*path),
            _ => None,
        });
        let unknown = apis.unknown(self.language);
        known.chain([unknown]).find_map(|path| apis.form(self.language, path, member))
    }

    /// The taint of a member of something tainted.
    fn inside(&self, taint: &Taint, member: Sym) -> Taint {
        let label = taint.label.then(member);
        Taint { label, bits: taint.bits.with(self.known(&label)), trace: taint.trace.clone() }
    }

    fn member_of(&mut self, one: Ref, member: Sym, at: ExprId) -> Value {
        match one {
            Ref::Api(path) => {
                let value = self.api_member(path, member, at);
                if self.is_shared(path) {
                    value.and(&self.kept_in(Root::Field(HANDED_ON, member)))
                } else {
                    value
                }
            }
            Ref::Module(module) => self.export(module, member, 0),
            Ref::Folder(folder) => self.in_folder(folder, member),
            Ref::Instance(class) | Ref::Class(class) => self.class_member(class, member, at),
            Ref::Text(_)
            | Ref::Bool(_)
            | Ref::Null
            | Ref::Number(_)
            | Ref::Constant
            | Ref::Function(_) => Value::default(),
        }
    }

    fn api_member(&mut self, path: u64, member: Sym, at: ExprId) -> Value {
        let apis = &self.shared.apis;
        let known = apis.get(self.language, path);
        let is_module = known.is_some_and(|api| matches!(api.step, ApiStep::Module(_)));
        // A default import is the module itself, and what comes first of several results the
        // result.
        if (member == DEFAULT && is_module) || position_of(member) == Some(0) {
            return Value::of(Ref::Api(path));
        }
        if position_of(member).is_some() && self.language == Language::Go {
            return Value::default();
        }
        let step = if position_of(member).is_some() { ELEMENT } else { member };
        let path = apis.step(self.language, Some(path), ApiStep::Member(step));
        self.api_value(path, at)
    }

    /// Whether models say that a library hands this value from function to function.
    pub(super) fn is_shared(&self, path: u64) -> bool {
        self.shared.apis.get(self.language, path).is_some_and(|api| api.is_shared)
    }

    /// What a module gives by a name.
    fn export(&mut self, module: u32, name: Sym, depth: u8) -> Value {
        let program = self.shared.program;
        let exporting = program.module(module);
        if let Some(object) = exporting.exports.object {
            let whole = self.global(program.var_number(module, object));
            if whole.has_field(name) {
                // Found as a field of the whole module already.
                return Value::default();
            }
            if name == DEFAULT && !whole.is_empty() && whole.fields().is_empty() {
                return whole;
            }
        }
        let mut found = Value::default();
        let mut declared = false;
        if exporting.exports.object.is_none() {
            for (known, var) in &exporting.exports.scope {
                if program.sym(module, *known) == name {
                    declared = true;
                    found = found.and(&self.global(program.var_number(module, *var)));
                }
            }
        }
        if !declared && let Some(target) = program.submodule(module, program.text(name)) {
            found = found.and(&target_value(target));
        }
        if declared || depth >= LONGEST_STAR {
            return found;
        }
        for star in &exporting.exports.stars {
            found = found.and(&self.star(module, *star, name, depth));
        }
        found
    }

    /// What a module gives that another gives all of.
    fn star(&mut self, module: u32, star: ExprId, name: Sym, depth: u8) -> Value {
        let program = self.shared.program;
        let exporting = program.module(module);
        let Expr::Import(what) = exporting.expr(star) else { return Value::default() };
        let Expr::Text(text) = exporting.expr(*what) else { return Value::default() };
        let text = exporting.text(*text).to_owned();
        match program.resolve(module, &text) {
            Some(Target::Module(target)) if target != module => {
                let direct = program.module(target).exports.object.map(|object| {
                    let whole = self.global(program.var_number(target, object));
                    whole.field(name).unwrap_or_default()
                });
                direct.unwrap_or_default().and(&self.export(target, name, depth + 1))
            }
            Some(_) => Value::default(),
            None => {
                let path = self.shared.apis.module(self.language, &text);
                let path = self.shared.apis.step(self.language, Some(path), ApiStep::Member(name));
                Value::of(Ref::Api(path))
            }
        }
    }

    fn in_folder(&mut self, folder: u32, member: Sym) -> Value {
        let program = self.shared.program;
        if self.language == Language::Go {
            let vars = program.in_folder(folder, member).to_vec();
            return vars.iter().fold(Value::default(), |sum, var| sum.and(&self.global(*var)));
        }
        let target = program.in_python_folder(folder, program.text(member));
        target.map(target_value).unwrap_or_default()
    }

    /// A method or a field of a class of the program.
    fn class_member(&mut self, class: u32, member: Sym, at: ExprId) -> Value {
        let root = self.state.field(class, member);
        let mut result = self.kept_in(root);
        let mut methods = self.methods_of(class, member);
        methods.truncate(8);
        for (function, is_getter) in methods {
            let method = Value::of(Ref::Function(function));
            result = if is_getter {
                let this = Value::of(Ref::Instance(class));
                result.and(&self.apply(function, &super::apply::Given::with(this, at)))
            } else {
                result.and(&method)
            };
        }
        if result.is_empty() {
            // What a library class gives to those that are made of it.
            for base in self.outer_bases(class) {
                let instance = self.shared.apis.step(self.language, Some(base), ApiStep::Call);
                result = result.and(&self.api_member(instance, member, at));
            }
        }
        result
    }

    /// The methods of a class by a name: its own or those it has from others, and those of
    /// classes that are made of it. With each whether it is a getter.
    pub(super) fn methods_of(&mut self, class: u32, name: Sym) -> Vec<(u32, bool)> {
        let mut found = Vec::new();
        let mut up = vec![class];
        let mut seen = Vec::new();
        while let Some(next) = up.pop() {
            if seen.contains(&next) || seen.len() > 64 {
                continue;
            }
            seen.push(next);
            let own = self.own_methods(next, name);
            if own.is_empty() {
                self.out.reads.push(Root::Field(next, EMPTY));
                up.extend(self.state.bases(next).iter().filter_map(|base| match base {
                    Ref::Class(base) => Some(*base),
                    _ => None,
                }));
            }
            found.extend(own);
        }
        let mut down = self.state.derived.get(&class).cloned().unwrap_or_default();
        while let Some(next) = down.pop() {
            if seen.contains(&next) || seen.len() > 64 {
                continue;
            }
            seen.push(next);
            found.extend(self.own_methods(next, name));
            down.extend(self.state.derived.get(&next).into_iter().flatten());
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn own_methods(&self, class: u32, name: Sym) -> Vec<(u32, bool)> {
        let program = self.shared.program;
        let (module, id) = program.class(class);
        let mut all = vec![(module, id)];
        // In Go the methods of a type may stand in several files.
        let known = &program.module(module).classes[id.at()];
        if let Some(own) = known.name.filter(|_| program.module(module).language == Language::Go) {
            let key = (program.folder_of_module(module), program.sym(module, own));
            all.extend(program.partial.get(&key).into_iter().flatten().map(|c| program.class(*c)));
        }
        all.sort_unstable();
        all.dedup();
        let mut found = Vec::new();
        for (module, id) in all {
            for method in &program.module(module).classes[id.at()].methods {
                if program.sym(module, method.name) == name {
                    let function = crate::analysis::FnId { module, function: method.function };
                    found.push((program.function_number(function), method.is_getter));
                }
            }
        }
        found
    }

    /// The constructor of a class, wherever it has it from.
    pub(super) fn constructor(&mut self, class: u32) -> Option<u32> {
        let name = if self.language == Language::Python { INIT } else { CONSTRUCTOR };
        let mut up = vec![class];
        let mut seen = Vec::new();
        while let Some(next) = up.pop() {
            if seen.contains(&next) || seen.len() > 64 {
                continue;
            }
            seen.push(next);
            if let Some((function, _)) = self.own_methods(next, name).first() {
                return Some(*function);
            }
            self.out.reads.push(Root::Field(next, EMPTY));
            up.extend(self.state.bases(next).iter().rev().filter_map(|base| match base {
                Ref::Class(base) => Some(*base),
                _ => None,
            }));
        }
        None
    }

    /// The library classes that a class is made of.
    pub(super) fn outer_bases(&mut self, class: u32) -> Vec<u64> {
        let mut outer = Vec::new();
        let mut up = vec![class];
        let mut seen = Vec::new();
        while let Some(next) = up.pop() {
            if seen.contains(&next) || seen.len() > 64 {
                continue;
            }
            seen.push(next);
            self.out.reads.push(Root::Field(next, EMPTY));
            for base in self.state.bases(next) {
                match base {
                    Ref::Class(base) => up.push(*base),
                    Ref::Api(path) => outer.push(*path),
                    _ => {}
                }
            }
        }
        outer
    }

    /// Any element of a container.
    pub(super) fn element(&mut self, base: &Value, at: ExprId) -> Value {
        let taints = base.taints().iter().cloned();
        let mut result = Value::with_taints(taints).and(&base.any_member());
        for one in base.refs() {
            if let Ref::Api(path) = one {
                let path =
                    self.shared.apis.step(self.language, Some(*path), ApiStep::Member(ELEMENT));
                result = result.and(&self.api_value(path, at));
            }
        }
        result
    }

    /// What stands at a way inside a value of the caller.
    pub(super) fn along(&mut self, value: &Value, path: Path, at: ExprId) -> Value {
        let mut value = value.clone();
        for step in path.steps() {
            let step = Sym(*step);
            value = if step == CALLED {
                self.called(&value, at)
            } else if step == ELEMENT {
                self.element(&value, at)
            } else if position_of(step).is_some() && value.has_field(step) {
                // What was added without a place came after those that have one.
                let known = value.field(step).unwrap_or_default();
                self.certain(known)
            } else {
                self.member_quietly(&value, step, at)
            };
        }
        value
    }

    /// As [`Self::member`], without making up a path for what is not known.
    fn member_quietly(&mut self, base: &Value, member: Sym, at: ExprId) -> Value {
        let known = base.has_field(member)
            || base.has_field(ELEMENT)
            || base.refs().iter().any(|one| !one.is_constant());
        if known {
            return self.member(base, member, at);
        }
        let taints = base.taints().iter().map(|taint| self.inside(taint, member));
        Value::with_taints(taints)
    }

    /// What an annotation says that a value is an instance of.
    pub(super) fn instance_of(&mut self, annotation: ExprId) -> Value {
        let parts = match self.module.expr(annotation) {
            Expr::Index(base, index) => vec![*base, *index],
            Expr::List(items) => items.iter().map(|item| item.value).collect(),
            Expr::Binary(_, a, b) | Expr::Logic(_, a, b) => vec![*a, *b],
            Expr::Concat(parts) | Expr::Unknown(parts) => parts.clone(),
            Expr::Var(_) | Expr::Member(..) | Expr::Global(_) => {
                let value = self.eval(annotation);
                return self.instances(&value);
            }
            _ => return Value::default(),
        };
        if !self.step() {
            return Value::default();
        }
        parts.iter().fold(Value::default(), |sum, part| sum.and(&self.instance_of(*part)))
    }

    fn instances(&self, value: &Value) -> Value {
        let refs = value.refs().iter().filter_map(|one| match one {
            Ref::Class(class) => Some(Ref::Instance(*class)),
            Ref::Api(path) if !self.is_plain_type(*path) => {
                let call = self.shared.apis.step(self.language, Some(*path), ApiStep::Call);
                Some(Ref::Api(call))
            }
            _ => None,
        });
        Value::any_of(refs)
    }

    /// Whether an annotation names what holds values of any kind, and no class of a library.
    fn is_plain_type(&self, path: u64) -> bool {
        self.language == Language::Python
            && self.shared.apis.get(self.language, path).is_some_and(|api| {
                ["typing:", "typing_extensions:", "collections:", ":"]
                    .iter()
                    .any(|start| api.text.starts_with(start))
            })
    }

    pub(super) fn spot_of_function(&self) -> Spot {
        let span = self.module.functions[self.id.function.at()].span;
        Spot { module: self.module_number, span }
    }
}

fn target_value(target: Target) -> Value {
    match target {
        Target::Module(module) => Value::of(Ref::Module(module)),
        Target::Folder(folder) => Value::of(Ref::Folder(folder)),
    }
}

fn text_ends_call(text: &str) -> bool {
    text.ends_with("()")
}

/// Whether an `instance` is said of the value itself: next to a `source … value` or alone with
/// notes, where a call would have other effects as well.
fn is_value(model: &crate::models::Model) -> bool {
    model.effects.iter().any(|effect| matches!(effect, Effect::Source { into: Place::Value, .. }))
}

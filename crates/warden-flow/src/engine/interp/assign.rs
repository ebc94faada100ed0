//! Writing: variables, members, patterns.

use super::Interp;
use crate::{
    engine::{
        api::ApiStep,
        value::{Label, Ref, Root, Value},
    },
    ir::{Expr, ExprId, FuncId, Item, Key, Language, Property, VarId},
    program::{ASSIGNED, ELEMENT, Sym, position},
};

impl Interp<'_, '_> {
    /// Assigns `value` to a target. `from` is the expression that gave it, if it is one.
    pub(super) fn assign(&mut self, target: ExprId, value: Value, from: Option<ExprId>) {
        if !self.step() {
            return;
        }
        match self.module.expr(target) {
            Expr::Var(var) => {
                let value = self.certain(value);
                self.set_var(*var, value, from);
            }
            Expr::Member(base, name) => {
                let name = self.sym(*name);
                self.set_member(*base, name, (value, true), target);
            }
            Expr::Index(base, index) => {
                let key = self.eval(*index);
                let texts: Vec<Sym> = super::expr::texts(&key).collect();
                if let [text] = texts[..] {
                    self.set_member(*base, text, (value, true), target);
                } else {
                    let value = value.and(&key.flat());
                    self.set_member(*base, ELEMENT, (value, false), target);
                }
            }
            Expr::Object(parts) => self.take_object(parts, &value, target),
            Expr::List(items) => self.take_list(items, &value, from, target),
            Expr::Default(inner, default) => {
                let value = value.and(&self.eval(*default).shape(3));
                self.assign(*inner, value, None);
            }
            Expr::Global(name) => {
                // A variable of another file of a Go package, or one that nobody declares.
                let name = self.sym(*name);
                self.set_shared(name, &value, target);
            }
            _ => {
                self.eval(target);
            }
        }
    }

    fn take_object(&mut self, parts: &[Property], value: &Value, at: ExprId) {
        for part in parts {
            let inner = match part.key {
                Key::Name(name) => {
                    let name = self.sym(name);
                    self.member(value, name, at)
                }
                Key::Computed(key) => {
                    let key = self.eval(key);
                    let texts: Vec<Sym> = super::expr::texts(&key).collect();
                    match texts[..] {
                        [text] => self.member(value, text, at),
                        _ => self.element(value, at),
                    }
                }
                Key::Spread => value.clone(),
            };
            self.assign(part.value, inner, None);
        }
    }

    fn take_list(&mut self, items: &[Item], value: &Value, from: Option<ExprId>, at: ExprId) {
        // What a call returns beside its value says whether it went well.
        let call = from.filter(|from| matches!(self.module.expr(*from), Expr::Call(_)));
        for (place, item) in items.iter().enumerate() {
            let inner = if item.spread {
                let element = self.element(value, at);
                Value::object([(ELEMENT, element)])
            } else {
                let inner = self.member(value, position(place), at);
                // The first result of something that is not of the program is made of what
                // went in: what is certain of the one is certain of the other.
                if place == 0 && call.is_some() && !value.has_field(position(0)) {
                    inner.and(&Value::with_taints(value.taints().iter().cloned()))
                } else {
                    inner
                }
            };
            self.assign(item.value, inner, call);
        }
    }

    pub(super) fn set_var(&mut self, var: VarId, value: Value, from: Option<ExprId>) {
        let known = &self.module.vars[var.at()];
        let (owner, captured) = (known.owner, known.captured);
        let number = self.shared.program.var_number(self.module_number, var);
        let of_module = owner == FuncId(0);
        let root = if of_module { Root::Global(number) } else { Root::Captured(number) };
        if of_module || captured {
            self.out.cells.push((root, value.shape(3), of_module && value.is_tainted()));
        }
        let slot = self.slot(var);
        if value.is_tainted() && (of_module || slot.is_none()) {
            let at = from.map_or_else(|| self.spot_of_function(), |from| self.spot(from));
            self.keep(Label::whole(root), &value, at);
        }
        if let Some(slot) = slot {
            self.set_slot(slot, value, from);
        }
    }

    /// Sets a member; `known` whether it is this one for certain.
    fn set_member(&mut self, base: ExprId, member: Sym, (value, known): (Value, bool), at: ExprId) {
        let owner = self.eval(base);
        for one in owner.refs() {
            match one {
                Ref::Instance(class) | Ref::Class(class) => {
                    self.set_cell(self.state.field(*class, member), &value, at);
                }
                Ref::Api(path) => {
                    if self.is_shared(*path) {
                        let root = Root::Field(super::access::HANDED_ON, member);
                        self.set_cell(root, &value, at);
                    }
                    let apis = &self.shared.apis;
                    let path = apis.step(self.language, Some(*path), ApiStep::Member(member));
                    let path = apis.step(self.language, Some(path), ApiStep::Member(ASSIGNED));
                    self.assigned_outside(path, &owner, &value, at);
                }
                _ => {}
            }
        }
        if owner.refs().iter().all(|one| matches!(one, Ref::Text(_))) {
            let apis = &self.shared.apis;
            let root = ApiStep::Module(crate::program::UNKNOWN);
            let root = apis.step(self.language, None, root);
            let path = apis.step(self.language, Some(root), ApiStep::Member(member));
            let path = apis.step(self.language, Some(path), ApiStep::Member(ASSIGNED));
            self.assigned_outside(path, &owner, &value, at);
        }
        self.store(base, &[member], &value, known);
    }

    /// Writes down that a cell gets a value.
    pub(super) fn set_cell(&mut self, root: Root, value: &Value, at: ExprId) {
        self.out.cells.push((root, value.shape(3), value.is_tainted()));
        if value.is_tainted() {
            self.keep(Label::whole(root), value, self.spot(at));
        }
    }

    /// Puts `value` at the end of the way `members` inside the place that `base` names, as far
    /// as it names one.
    pub(super) fn store(&mut self, base: ExprId, members: &[Sym], value: &Value, known: bool) {
        let mut way: Vec<Sym> = members.iter().rev().copied().collect();
        let mut place = base;
        while let Expr::Member(inner, name) = self.module.expr(place) {
            way.push(self.sym(*name));
            place = *inner;
        }
        way.reverse();
        let Expr::Var(var) = self.module.expr(place) else { return };
        let var = *var;
        if let Some(slot) = self.slot(var) {
            let old = self.env[slot].clone();
            let new = put(old, &way, value.clone(), known);
            let def = self.defs[slot];
            self.set_slot(slot, new, def);
            if let Some(first) = way.first() {
                self.written.insert((u32::try_from(slot).unwrap_or(u32::MAX), *first));
            }
        }
        let number = self.shared.program.var_number(self.module_number, var);
        let known_var = &self.module.vars[var.at()];
        let of_module = known_var.owner == FuncId(0);
        if !of_module && !known_var.captured {
            return;
        }
        let root = if of_module { Root::Global(number) } else { Root::Captured(number) };
        let shape = put(Value::default(), &way, value.shape(3), true);
        self.out.cells.push((root, shape, of_module && value.is_tainted()));
        if value.is_tainted() && (of_module || self.slot(var).is_none()) {
            let label = way.iter().fold(Label::whole(root), |label, member| label.then(*member));
            self.keep(label, value, self.spot(base));
        }
    }

    /// Assigns to what another file of the package declares.
    fn set_shared(&mut self, name: Sym, value: &Value, at: ExprId) {
        if self.language != Language::Go {
            return;
        }
        let folder = self.shared.program.folder_of_module(self.module_number);
        for var in self.shared.program.in_folder(folder, name) {
            let root = Root::Global(*var);
            self.out.cells.push((root, value.shape(3), value.is_tainted()));
            self.keep(Label::whole(root), value, self.spot(at));
        }
    }
}

/// `old` with `value` at the end of a way.
fn put(old: Value, way: &[Sym], value: Value, known: bool) -> Value {
    let Some((member, rest)) = way.split_first() else {
        return if known { value } else { old.and(&value) };
    };
    let inner = old.field(*member).unwrap_or_default();
    let new = put(inner, rest, value, known && *member != ELEMENT);
    old.set(*member, new)
}

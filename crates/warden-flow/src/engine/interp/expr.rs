//! Expressions.

use super::{Interp, Phase};
use crate::{
    analysis::HopKind,
    engine::value::{Ref, Root, Taint, Trace, Value},
    ir::{
        ClassId, Clause, Expr, ExprId, FuncId, GapKind, Item, Key, Language, Logic, Operator,
        Property,
    },
    models::Bits,
    program::{ELEMENT, EMPTY, Sym, position, position_of},
};

/// Expressions inside expressions that are followed: each level takes stack.
const DEEPEST: u32 = 600;

impl Interp<'_, '_> {
    /// What an expression gives. Everything that happens on the way is written down.
    pub(super) fn eval(&mut self, id: ExprId) -> Value {
        if !self.step() {
            return Value::default();
        }
        if self.depth >= DEEPEST {
            self.gap(GapKind::TooDeep, self.module.span(id));
            return Value::default();
        }
        self.depth += 1;
        let value = self.eval_inside(id);
        self.depth -= 1;
        value
    }

    fn eval_inside(&mut self, id: ExprId) -> Value {
        match self.module.expr(id) {
            Expr::Text(name) => Value::of(Ref::Text(self.sym(*name))),
            Expr::Regex(pattern, _) => Value::of(Ref::Text(self.sym(*pattern))),
            Expr::Number(name) => Value::of(Ref::Number(self.sym(*name))),
            Expr::Bool(value) => Value::of(Ref::Bool(*value)),
            Expr::Null => Value::of(Ref::Null),
            Expr::Var(var) => self.read_var(*var),
            Expr::Global(name) => {
                let name = self.sym(*name);
                self.read_global(name, id)
            }
            Expr::Import(what) => self.import(*what, id),
            Expr::Member(base, name) => {
                let value = self.eval(*base);
                let name = self.sym(*name);
                let result = self.member(&value, name, id);
                self.note_value(&result, id);
                result
            }
            Expr::Index(base, index) => self.index(*base, *index, id),
            Expr::Call(call) => self.call(id, call),
            Expr::Function(function) => self.closure(*function, id),
            Expr::Class(class) => self.class(*class),
            Expr::Object(parts) => self.object(parts),
            Expr::List(items) => self.list(items, id),
            Expr::Concat(parts) => self.concat(parts, id),
            Expr::Binary(operator, a, b) => self.binary(*operator, *a, *b, id),
            Expr::Not(inner) | Expr::Unary(inner) => {
                self.eval(*inner);
                Value::default()
            }
            Expr::Logic(logic, a, b) => self.logic(*logic, *a, *b),
            Expr::Choice { cond, then, otherwise } => {
                self.eval(*cond);
                let point = self.point();
                self.assume(*cond, true);
                let one = self.eval(*then);
                let first = self.rewind(point);
                self.assume(*cond, false);
                let other = self.eval(*otherwise);
                let second = self.rewind(point);
                let value = match (first.dead, second.dead) {
                    (true, false) => other,
                    (false, true) => one,
                    _ => one.and(&other),
                };
                self.merge(vec![first, second]);
                value
            }
            Expr::Assign { target, value } => {
                let given = self.eval(*value);
                let given = self.hop(given, self.spot(id), HopKind::Assigned);
                self.assign(*target, given.clone(), Some(*value));
                given
            }
            Expr::Default(target, default) => {
                self.eval(*default);
                self.eval(*target)
            }
            Expr::Comprehension { clauses, values } => self.comprehension(clauses, values, id),
            Expr::Unknown(parts) => {
                parts.iter().fold(Value::default(), |sum, part| sum.and(&self.eval(*part).flat()))
            }
        }
    }

    fn index(&mut self, base: ExprId, index: ExprId, id: ExprId) -> Value {
        let value = self.eval(base);
        let key = self.eval(index);
        let mut result = Value::default();
        let mut known = false;
        for one in key.refs() {
            let member = match one {
                Ref::Text(text) => *text,
                Ref::Number(text) => {
                    self.shared.program.text(*text).parse().map_or(ELEMENT, position)
                }
                _ => continue,
            };
            known = true;
            let found = if member == ELEMENT {
                self.element(&value, id)
            } else {
                let found = self.member(&value, member, id);
                // Elements of a list that is not known piece by piece are like the whole.
                if position_of(member).is_some() && !value.has_field(member) {
                    found.and(&Value::with_taints(value.taints().iter().cloned()))
                } else {
                    found
                }
            };
            result = result.and(&found);
        }
        if known { result } else { self.element(&value, id) }
    }

    /// A function as a value: what it captures may reach what it does from here on.
    fn closure(&mut self, function: FuncId, id: ExprId) -> Value {
        let fn_id = crate::analysis::FnId { module: self.module_number, function };
        let number = self.shared.program.function_number(fn_id);
        self.capture(number, id);
        Value::of(Ref::Function(number))
    }

    fn class(&mut self, class: ClassId) -> Value {
        let module = self.module;
        let known = &module.classes[class.at()];
        let number = self.shared.program.class_number(self.module_number, class);
        let bases = known.bases.iter().fold(Value::default(), |sum, base| {
            let value = self.eval(*base);
            sum.and(&value.shape(0))
        });
        let refs = bases.refs().iter().copied();
        let bases = Value::any_of(refs.filter(|one| matches!(one, Ref::Class(_) | Ref::Api(_))));
        self.out.cells.push((Root::Field(number, EMPTY), bases, false));
        for field in &known.fields {
            let name = self.sym(field.name);
            let root = self.state.field(number, name);
            let mut value = field.value.map(|value| self.eval(value)).unwrap_or_default();
            if let Some(annotation) = field.annotation {
                value = value.and(&self.instance_of(annotation));
            }
            let at = field.value.or(field.annotation).map(|at| self.spot(at));
            if let Some(at) = at.filter(|_| value.is_tainted()) {
                self.keep(crate::engine::value::Label::whole(root), &value, at);
            }
            self.out.cells.push((root, value.shape(3), value.is_tainted()));
        }
        Value::of(Ref::Class(number))
    }

    fn object(&mut self, parts: &[Property]) -> Value {
        let mut object = Value::default();
        for part in parts {
            let value = self.eval(part.value);
            object = match part.key {
                Key::Name(name) => {
                    let name = self.sym(name);
                    object.set(name, value)
                }
                Key::Spread => object.and(&value),
                Key::Computed(key) => {
                    let key = self.eval(key);
                    let texts: Vec<Sym> = texts(&key).collect();
                    // What keys are made of is part of the object as well.
                    object = object.and(&key.flat());
                    match texts[..] {
                        [] => {
                            let old = object.field(ELEMENT).unwrap_or_default();
                            object.set(ELEMENT, old.and(&value))
                        }
                        _ => texts.iter().fold(object, |sum, text| sum.set(*text, value.clone())),
                    }
                }
            };
        }
        object
    }

    fn list(&mut self, items: &[Item], id: ExprId) -> Value {
        let mut list = Value::default();
        let mut at = Some(0);
        let mut separated = false;
        for item in items {
            let mut value = self.eval(item.value);
            if separated {
                value = value.with_bits(self.shared.marks.separator);
            }
            separated |= self.is_separator(&value);
            if let Some(place) = at.filter(|_| !item.spread) {
                let member = position(place);
                let old = list.field(member).unwrap_or_default();
                list = list.set(member, old.and(&value));
                at = Some(place + 1);
            } else {
                let element = if item.spread { self.element(&value, id) } else { value };
                let old = list.field(ELEMENT).unwrap_or_default();
                list = list.set(ELEMENT, old.and(&element));
                at = None;
            }
        }
        list
    }

    /// Whether a value is the text after which no argument is an option.
    pub(super) fn is_separator(&self, value: &Value) -> bool {
        matches!(value.refs(), [Ref::Text(text)] if &**self.shared.program.text(*text) == "--")
    }

    fn concat(&mut self, parts: &[ExprId], id: ExprId) -> Value {
        let values: Vec<Value> = parts.iter().map(|part| self.eval(*part)).collect();
        if values.iter().any(|value| value.fields().iter().any(|(at, _)| is_place(*at))) {
            return self.joined_lists(&values, id);
        }
        let mut before = Before::default();
        let mut sum = Value::default();
        for value in &values {
            if value.is_tainted() {
                let bits = before.bits(self.shared.marks.leading, self.shared.marks.authority);
                sum = sum.and(&value.flat().with_bits(bits));
                before.unknown();
            } else {
                match value.refs() {
                    [Ref::Text(text) | Ref::Number(text)] => {
                        before.text(self.shared.program.text(*text));
                    }
                    _ => before.unknown(),
                }
            }
        }
        self.hop(sum, self.spot(id), HopKind::Combined)
    }

    /// `[a, b] + c`: the places of the first stay, those of the others are not told apart.
    fn joined_lists(&mut self, values: &[Value], id: ExprId) -> Value {
        let mut values = values.iter();
        let first = values.next().cloned().unwrap_or_default();
        values.fold(first, |sum, value| {
            let element = self.element(value, id);
            let old = sum.field(ELEMENT).unwrap_or_default();
            sum.set(ELEMENT, old.and(&element))
        })
    }

    fn binary(&mut self, operator: Operator, a: ExprId, b: ExprId, id: ExprId) -> Value {
        let (one, other) = (self.eval(a), self.eval(b));
        // Python joins paths with `/` and fills in texts with `%`.
        if operator == Operator::Arithmetic && self.language == Language::Python {
            let refs = one.refs().iter().copied().filter(|one| matches!(one, Ref::Api(_)));
            let path = Value::any_of(refs);
            let both = one.flat().and(&other.flat()).and(&path);
            return self.hop(both, self.spot(id), HopKind::Combined);
        }
        if operator == Operator::Equal {
            return self.switch_on(&one, &other).and(&self.switch_on(&other, &one));
        }
        Value::default()
    }

    /// `process.env.UNSAFE === "true"`: a truth that only the environment decides on, and that is
    /// false where nothing is set. It does no harm anywhere.
    fn switch_on(&self, one: &Value, other: &Value) -> Value {
        let env = self.shared.models.vocabulary.source("env");
        let is_env = |taint: &Taint| {
            let Root::Source(number) = taint.label.root else { return false };
            self.out.sources.iter().any(|(known, at)| *known == number && Some(at.kind) == env)
        };
        let is_text = matches!(other.refs(), [Ref::Text(_)]) && !other.is_tainted();
        if one.taints().is_empty() || !is_text || !one.taints().iter().all(is_env) {
            return Value::default();
        }
        Value::with_taints(one.taints().iter().cloned()).with_bits(Bits::ALL)
    }

    fn logic(&mut self, logic: Logic, a: ExprId, b: ExprId) -> Value {
        let one = self.eval(a);
        let point = self.point();
        if logic != Logic::Nullish {
            self.assume(a, logic == Logic::And);
        }
        let other = self.eval(b);
        let second = self.rewind(point);
        let dead = second.dead;
        if logic != Logic::Nullish {
            self.assume(a, logic != Logic::And);
        }
        let first = self.rewind(point);
        self.merge(vec![second, first]);
        if dead { one } else { one.and(&other) }
    }

    fn comprehension(&mut self, clauses: &[Clause], values: &[ExprId], id: ExprId) -> Value {
        let point = self.point();
        for clause in clauses {
            let source = self.eval(clause.source);
            let element = self.element(&source, id);
            self.assign(clause.target, element, None);
            for condition in &clause.conditions {
                self.eval(*condition);
                self.assume(*condition, true);
            }
        }
        let made: Vec<Value> = values.iter().map(|value| self.eval(*value)).collect();
        // What holds for elements does not hold for anything else.
        self.rewind(point);
        let element = match &made[..] {
            [key, value] => value.clone().and(&key.flat()),
            made => made.iter().fold(Value::default(), Value::and),
        };
        if element.is_empty() { element } else { Value::object([(ELEMENT, element)]) }
    }

    /// What comes of a value that goes through code that is not in the tree.
    pub(super) fn through(&self, value: &Value, id: ExprId) -> Value {
        if self.phase == Phase::Shapes {
            return value.flat();
        }
        let at = self.spot(id);
        value.flat().map(&mut |taint| {
            let trace = Trace::after(taint.trace.as_ref(), (at, self.id, HopKind::Through), None);
            Some(Taint { trace: Some(trace), ..taint.clone() })
        })
    }
}

/// The constant texts that a value may be.
pub(super) fn texts(value: &Value) -> impl Iterator<Item = Sym> + '_ {
    value.refs().iter().filter_map(|one| match one {
        Ref::Text(text) => Some(*text),
        _ => None,
    })
}

fn is_place(member: Sym) -> bool {
    member == ELEMENT || position_of(member).is_some()
}

/// What stands before a part of a text.
#[derive(Default)]
struct Before {
    text: String,
    any: bool,
}

impl Before {
    fn text(&mut self, text: &str) {
        self.any |= !text.is_empty();
        if self.text.len() < 4096 {
            self.text.push_str(text);
        }
    }

    /// Something that is not known stands here: not empty, and no end of a host.
    fn unknown(&mut self) {
        self.any = true;
        self.text.push('\u{1}');
    }

    fn bits(&self, leading: Bits, authority: Bits) -> Bits {
        let mut bits = if self.any { leading } else { Bits::NONE };
        if self.host_is_fixed() {
            bits = bits.with(authority);
        }
        bits
    }

    /// Whether the host of a URL cannot be changed by what follows: it is over, or it belongs to
    /// something that stands before and is taken for a base with a host.
    fn host_is_fixed(&self) -> bool {
        match self.text.split_once("://") {
            Some((_, rest)) => rest.contains(['/', '?', '#']),
            None => self.text.starts_with(['/', '\u{1}']) || self.text.contains('?'),
        }
    }
}

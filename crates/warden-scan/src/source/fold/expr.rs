//! Expressions.

use std::sync::Arc;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Clause, Expr, ExprId, Item, Key, Language, Logic, Operator, Property},
};

use super::{Ask, Env, How, List, Object, Piece, Spelling, Value, value::LONGEST};
use crate::source::index::Within;

/// Rounds of a comprehension, and elements of a list that are gone through one by one.
pub(super) const MOST_ROUNDS: usize = 4096;

impl Ask<'_, '_> {
    /// What an expression comes to.
    pub(super) fn expr(&mut self, at: At, env: &Env) -> Value {
        self.steps += 1;
        if self.is_spent() {
            return Value::unknown();
        }
        self.depth += 1;
        let value = self.worked_out(at, env);
        self.depth -= 1;
        value
    }

    fn worked_out(&mut self, at: At, env: &Env) -> Value {
        let module = self.fold.module(at.module);
        let to = |expr: ExprId| At { module: at.module, expr };
        match module.expr(at.expr) {
            Expr::Text(name) => self.literal(at, module.text(*name)),
            Expr::Number(name) => number(module.text(*name)),
            Expr::Bool(truth) => Value::Truth(*truth),
            Expr::Null => Value::Null,
            Expr::Regex(..) | Expr::Default(..) => Value::unknown(),
            Expr::Var(var) => self.var(at.module, *var, env),
            Expr::Global(name) => self.global(at, module.text(*name), env),
            Expr::Import(path) => {
                let path = self.expr(to(*path), env);
                self.import(at.module, &path)
            }
            Expr::Member(base, name) => {
                if let Some(found) =
                    self.member_of_package(at.module, *base, module.text(*name), env)
                {
                    return found;
                }
                let base = self.expr(to(*base), env);
                self.member(&base, module.text(*name))
            }
            Expr::Index(base, index) => {
                if let Some(range) = self.range(at, *base) {
                    let base = self.expr(to(*base), env);
                    return slice(&base, &range);
                }
                let base = self.expr(to(*base), env);
                let index = self.expr(to(*index), env);
                self.index(&base, &index)
            }
            Expr::Call(call) => self.call(at, call, env),
            Expr::Function(function) => {
                Value::Function(FnId { module: at.module, function: *function }, env.clone())
            }
            Expr::Class(class) => Value::Class(at.module, *class),
            Expr::Object(parts) => self.object(at.module, parts, env),
            Expr::List(items) => self.list(at.module, items, env),
            Expr::Concat(parts) => self.concat(at.module, parts, env),
            Expr::Binary(operator, a, b) => self.binary(at, *operator, (*a, *b), env),
            Expr::Not(one) => match self.expr(to(*one), env).truth() {
                Some(truth) => Value::Truth(!truth),
                None => Value::unknown(),
            },
            Expr::Unary(one) => self.unary(at, *one, env),
            Expr::Logic(logic, a, b) => self.logic(*logic, to(*a), to(*b), env),
            Expr::Choice { cond, then, otherwise } => match self.expr(to(*cond), env).truth() {
                Some(true) => self.expr(to(*then), env),
                Some(false) => self.expr(to(*otherwise), env),
                None => {
                    let one = self.expr(to(*then), env);
                    Value::one_of([one, self.expr(to(*otherwise), env)])
                }
            },
            Expr::Assign { value, .. } => self.expr(to(*value), env),
            Expr::Comprehension { clauses, values } => {
                self.comprehension(at.module, clauses, values, env)
            }
            Expr::Unknown(parts) => match parts.as_slice() {
                [only] => self.expr(to(*only), env),
                _ => Value::unknown(),
            },
        }
    }

    /// The range of a slice as it is written, if it is one.
    fn range(&self, at: At, base: ExprId) -> Option<String> {
        let module = self.fold.module(at.module);
        let (from, to) = (module.span(base).end, module.span(at.expr).end);
        let written = self.fold.between(at.module, from, to.min(from.saturating_add(80))).trim();
        let inside = written.strip_prefix('[')?.strip_suffix(']')?;
        let plain = !inside.contains(['"', '\'', '`', '{', '?', '(']);
        (inside.contains(':') && plain).then(|| inside.replace(' ', ""))
    }

    /// A text, with how it is written: put together by the front-end, or in escapes.
    fn literal(&self, at: At, text: &str) -> Value {
        let mut spelling = Spelling::plain(text);
        if !text.is_empty() && text.len() < 512 {
            let written = self.fold.written(at);
            let escapes = written.matches("\\x").count() + written.matches("\\u").count();
            if escapes >= 3 && escapes * 2 > text.chars().count() && text.is_ascii() {
                spelling = spelling.by(How::CODES);
            } else if written.contains('+') && !written.contains(text) && !text.contains('\n') {
                spelling = spelling.by(How::JOINED);
            }
        }
        Value::Text(spelling)
    }

    fn object(&mut self, module: u32, properties: &[Property], env: &Env) -> Value {
        let mut object = Object::default();
        for property in properties.iter().take(MOST_ROUNDS) {
            let value = self.expr(At { module, expr: property.value }, env);
            match property.key {
                Key::Name(name) => {
                    let key = Arc::from(self.fold.module(module).text(name));
                    object.parts.push((key, value));
                }
                Key::Computed(key) => {
                    let key = self.expr(At { module, expr: key }, env);
                    match key.known() {
                        Some(key) => object.parts.push((Arc::from(key), value)),
                        None => object.open = true,
                    }
                }
                Key::Spread => match value {
                    Value::Object(inner) => {
                        object.parts.extend(inner.parts.iter().cloned());
                        object.open |= inner.open;
                    }
                    // The whole environment stays visible as a part of what it is spread into.
                    Value::Library(..) => {
                        object.parts.push((Arc::from("..."), value));
                        object.open = true;
                    }
                    _ => object.open = true,
                },
            }
        }
        Value::Object(Arc::new(object))
    }

    fn list(&mut self, module: u32, items: &[Item], env: &Env) -> Value {
        let mut list = List::default();
        for item in items.iter().take(MOST_ROUNDS) {
            let value = self.expr(At { module, expr: item.value }, env);
            if item.spread {
                spread(&value, &mut list);
            } else {
                list.items.push(value);
            }
        }
        Value::List(Arc::new(list))
    }

    fn concat(&mut self, module: u32, parts: &[ExprId], env: &Env) -> Value {
        let values: Vec<Value> =
            parts.iter().map(|part| self.expr(At { module, expr: *part }, env)).collect();
        if let [Value::Number(a, how), Value::Number(b, _)] = values.as_slice() {
            return Value::Number(a.wrapping_add(*b), *how);
        }
        if values.iter().any(|value| matches!(value, Value::List(_))) {
            let mut list = List::default();
            for value in &values {
                spread(value, &mut list);
            }
            return Value::List(Arc::new(list));
        }
        join(&values, "")
    }

    fn binary(&mut self, at: At, operator: Operator, (a, b): (ExprId, ExprId), env: &Env) -> Value {
        let left = self.expr(At { expr: a, ..at }, env);
        let right = self.expr(At { expr: b, ..at }, env);
        match operator {
            Operator::Equal | Operator::NotEqual => match equal(&left, &right) {
                Some(same) => Value::Truth(same == (operator == Operator::Equal)),
                None => Value::unknown(),
            },
            Operator::In | Operator::NotIn => {
                let found = contains(&right, &left);
                found.map_or(Value::unknown(), |found| {
                    Value::Truth(found == (operator == Operator::In))
                })
            }
            Operator::InstanceOf => Value::unknown(),
            Operator::Compare | Operator::Arithmetic => {
                let sign = self.sign(at, a, b);
                let how = left.how().with(right.how());
                match (&left, &right) {
                    (Value::Number(x, _), Value::Number(y, _)) => calculate(&sign, *x, *y, how),
                    _ if matches!(sign.as_str(), "^" | "^=" | "&" | "|" | "<<" | ">>") => {
                        let masked =
                            if sign.starts_with('^') { How::MASKED } else { How::default() };
                        Value::Unknown(how.with(masked))
                    }
                    (Value::Text(text), Value::Number(times, _)) if sign == "*" => {
                        let times = usize::try_from(*times).unwrap_or(0).min(64);
                        let copies = vec![Value::Text(text.clone()); times];
                        join(&copies, "")
                    }
                    _ => Value::Unknown(how),
                }
            }
        }
    }

    /// The operator between two operands, from the text.
    fn sign(&self, at: At, a: ExprId, b: ExprId) -> String {
        let module = self.fold.module(at.module);
        let (left, right) = (module.span(a), module.span(b));
        let (start, end) = if left.end <= right.start {
            (left.end, right.start)
        } else {
            let whole = module.span(at.expr);
            (left.end.min(whole.end), whole.end)
        };
        let between = self.fold.between(at.module, start, end.min(start.saturating_add(64)));
        let sign = |char: &char| "+-*/%&|^<>=!".contains(*char);
        between.chars().skip_while(|char| !sign(char)).take_while(sign).collect()
    }

    fn unary(&mut self, at: At, one: ExprId, env: &Env) -> Value {
        let value = self.expr(At { expr: one, ..at }, env);
        match (value, self.fold.written(at).chars().next()) {
            (Value::Number(number, how), Some('-')) => Value::Number(number.wrapping_neg(), how),
            (Value::Number(number, how), Some('~')) => Value::Number(!number, how),
            (Value::Number(number, how), Some('+')) => Value::Number(number, how),
            (other, _) => Value::Unknown(other.how()),
        }
    }

    fn logic(&mut self, logic: Logic, a: At, b: At, env: &Env) -> Value {
        let left = self.expr(a, env);
        let decided = match logic {
            Logic::And => left.truth().map(|truth| !truth),
            Logic::Or => left.truth(),
            Logic::Nullish => match left {
                Value::Null => Some(false),
                Value::Unknown(_) | Value::OneOf(_) => None,
                // A setting may be absent, and so may a part of what was handed in.
                Value::Text(ref text) => text.says().then_some(true),
                _ => Some(true),
            },
        };
        match decided {
            Some(true) => left,
            Some(false) => self.expr(b, env),
            None => {
                let right = self.expr(b, env);
                Value::one_of([left, right])
            }
        }
    }

    fn comprehension(
        &mut self,
        module: u32,
        clauses: &[Clause],
        values: &[ExprId],
        env: &Env,
    ) -> Value {
        let mut list = List::default();
        let mut parts = Vec::new();
        let exact = self.rounds(module, clauses, env, &mut |ask, env| match values {
            [key, value] => {
                let key = ask.expr(At { module, expr: *key }, env);
                let value = ask.expr(At { module, expr: *value }, env);
                parts.push((Arc::from(key.spelling().shown()), value));
            }
            _ => {
                for value in values {
                    list.items.push(ask.expr(At { module, expr: *value }, env));
                }
            }
        });
        list.open = !exact;
        if parts.is_empty() {
            return Value::List(Arc::new(list));
        }
        Value::Object(Arc::new(Object { parts, open: !exact }))
    }

    /// Calls `each` for every round of a comprehension; once with what is known in general where
    /// the rounds are not. Says whether it was exact.
    fn rounds(
        &mut self,
        module: u32,
        clauses: &[Clause],
        env: &Env,
        each: &mut dyn FnMut(&mut Self, &Env),
    ) -> bool {
        let Some((clause, rest)) = clauses.split_first() else {
            each(self, env);
            return true;
        };
        let source = self.expr(At { module, expr: clause.source }, env);
        let Some(items) = self.elements(module, &source) else {
            let any = self.step(module, &source, &Within::Element);
            let inner = self.bound(module, clause.target, &any, env);
            self.rounds(module, rest, &inner, each);
            return false;
        };
        let mut exact = true;
        for item in items.iter().take(MOST_ROUNDS) {
            if self.is_spent() {
                return false;
            }
            let inner = self.bound(module, clause.target, item, env);
            let mut holds = Some(true);
            for condition in &clause.conditions {
                match self.expr(At { module, expr: *condition }, &inner).truth() {
                    Some(true) => {}
                    Some(false) => holds = Some(false),
                    None => holds = holds.filter(|holds| !holds),
                }
            }
            if holds != Some(false) {
                exact &= holds.is_some();
                exact &= self.rounds(module, rest, &inner, each);
            }
        }
        exact
    }

    /// The elements of a value in order, if all are known.
    pub(super) fn elements(&mut self, module: u32, value: &Value) -> Option<Vec<Value>> {
        let python = self.fold.module(module).language == Language::Python;
        match value {
            Value::List(list) if !list.open => Some(list.items.clone()),
            Value::Bytes(..) => {
                let mut list = List::default();
                spread(value, &mut list);
                Some(list.items)
            }
            Value::Text(text) if text.known().is_some() => {
                let mut list = List::default();
                spread(value, &mut list);
                Some(list.items).filter(|_| !list.open)
            }
            Value::Object(object) if !object.open && python => {
                Some(object.parts.iter().map(|(key, _)| Value::text(key)).collect())
            }
            _ => None,
        }
    }
}

/// A number as it is written.
fn number(text: &str) -> Value {
    let plain = text.replace('_', "").to_ascii_lowercase();
    let plain = plain.trim_end_matches('n');
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain),
    };
    let parsed = if let Some(hex) = digits.strip_prefix("0x") {
        i64::from_str_radix(hex, 16).ok()
    } else if let Some(octal) = digits.strip_prefix("0o") {
        i64::from_str_radix(octal, 8).ok()
    } else if let Some(binary) = digits.strip_prefix("0b") {
        i64::from_str_radix(binary, 2).ok()
    } else if let Some((mantissa, exponent)) = digits.split_once('e') {
        let power = exponent.parse().ok().and_then(|power| 10_i64.checked_pow(power));
        mantissa.parse::<i64>().ok().zip(power).and_then(|(m, p)| m.checked_mul(p))
    } else {
        digits.parse().ok()
    };
    match parsed {
        Some(number) => {
            let number = if negative { -number } else { number };
            Value::Number(number, How::CONSTANT)
        }
        None => Value::Unknown(How::CONSTANT),
    }
}

fn calculate(sign: &str, x: i64, y: i64, how: How) -> Value {
    let number = match sign.trim_end_matches('=') {
        "^" => return Value::Number(x ^ y, how.with(How::MASKED)),
        "+" => x.checked_add(y),
        "-" => x.checked_sub(y),
        "*" => x.checked_mul(y),
        "/" | "//" => x.checked_div(y),
        "%" => x.checked_rem_euclid(y),
        "&" => Some(x & y),
        "|" => Some(x | y),
        "<<" => u32::try_from(y).ok().filter(|y| *y < 63).and_then(|y| x.checked_shl(y)),
        ">>" | ">>>" => u32::try_from(y).ok().and_then(|y| x.checked_shr(y)),
        "<" => return compared(sign, x < y, x <= y),
        ">" => return compared(sign, x > y, x >= y),
        _ => None,
    };
    number.map_or(Value::Unknown(how), |number| Value::Number(number, how))
}

fn compared(sign: &str, strict: bool, equal: bool) -> Value {
    Value::Truth(if sign.ends_with('=') { equal } else { strict })
}

fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a.known()? == b.known()?),
        (Value::Number(a, _), Value::Number(b, _)) => Some(a == b),
        (Value::Truth(a), Value::Truth(b)) => Some(a == b),
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, Value::Truth(_) | Value::Number(..) | Value::List(_) | Value::Object(_))
        | (Value::Truth(_) | Value::Number(..) | Value::List(_) | Value::Object(_), Value::Null) => {
            Some(false)
        }
        _ => None,
    }
}

fn contains(container: &Value, wanted: &Value) -> Option<bool> {
    match container {
        Value::List(list) => {
            let mut unsure = list.open;
            for item in &list.items {
                match equal(item, wanted) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => unsure = true,
                }
            }
            (!unsure).then_some(false)
        }
        Value::Object(object) if !object.open => {
            let wanted = wanted.known()?;
            Some(object.parts.iter().any(|(key, _)| **key == *wanted))
        }
        Value::Text(text) => Some(text.known()?.contains(wanted.known()?)),
        _ => None,
    }
}

/// Appends the elements of a value.
pub(super) fn spread(value: &Value, list: &mut List) {
    match value {
        Value::List(inner) => {
            list.items.extend(inner.items.iter().take(MOST_ROUNDS).cloned());
            list.open |= inner.open;
        }
        Value::Text(text) if text.known().is_some_and(|text| text.len() <= MOST_ROUNDS) => {
            let chars = text.known().unwrap_or_default().chars();
            let one = |char: char| Value::Text(Spelling::plain(&char.to_string()).by(text.how));
            list.items.extend(chars.map(one));
        }
        Value::Bytes(bytes, how) => {
            let numbers = bytes.iter().take(MOST_ROUNDS);
            list.items.extend(numbers.map(|byte| Value::Number(i64::from(*byte), *how)));
        }
        Value::OneOf(choices) => {
            for choice in choices.iter() {
                spread(choice, list);
            }
            list.open = true;
        }
        other => {
            list.open = true;
            list.items.push(Value::Unknown(other.how()));
        }
    }
}

/// Texts one after the other: every combination where a part is one of several.
pub(super) fn join(values: &[Value], between: &str) -> Value {
    let mut made = vec![Spelling { pieces: Vec::new(), how: How::default() }];
    let mut literal_before = false;
    for (at, value) in values.iter().enumerate() {
        let mut spellings = value.spellings();
        spellings.truncate(super::value::MOST_CHOICES);
        if at > 0 && !between.is_empty() {
            for text in &mut made {
                text.push_text(between);
            }
        }
        // Two constants side by side with nothing between them: somebody took a word apart.
        let literal =
            matches!(value, Value::Text(text) if text.known().is_some_and(|t| !t.is_empty()));
        if literal && literal_before && between.is_empty() {
            for text in &mut made {
                text.how = text.how.with(How::JOINED);
            }
        }
        literal_before = literal;
        if made.len().saturating_mul(spellings.len()) > super::value::MOST_CHOICES {
            let how = spellings.iter().fold(How::default(), |how, one| how.with(one.how));
            spellings = vec![Spelling::of(Piece::Any, how)];
        }
        let mut next = Vec::with_capacity(made.len() * spellings.len());
        for start in &made {
            for end in &spellings {
                let mut whole = start.clone();
                whole.push(end);
                next.push(whole);
            }
        }
        made = next;
        if made.iter().any(|text| text.start().len() > LONGEST) {
            break;
        }
    }
    Value::one_of(made.into_iter().map(Value::Text))
}

fn slice_one(value: &Value, range: &str) -> Value {
    if !matches!(value, Value::List(_) | Value::Text(_) | Value::Bytes(..)) {
        return Value::Unknown(value.how());
    }
    let mut list = List::default();
    spread(value, &mut list);
    let parts: Vec<&str> = range.split(':').collect();
    let number = |at: usize| match parts.get(at) {
        None | Some(&"") => Some(None),
        Some(text) => text.parse::<i64>().ok().map(Some),
    };
    let (Some(start), Some(end), Some(step)) = (number(0), number(1), number(2)) else {
        return match value {
            Value::List(known) => {
                Value::List(Arc::new(List { items: known.items.clone(), open: true }))
            }
            Value::Text(text) => Value::Text(Spelling::of(Piece::Any, text.how)),
            other => Value::Unknown(other.how()),
        };
    };
    if list.open && !matches!(value, Value::List(_)) {
        let turned = if step == Some(-1) { How::REVERSED } else { How::default() };
        return Value::Text(Spelling::of(Piece::Any, value.how().with(turned)));
    }
    let length = i64::try_from(list.items.len()).unwrap_or(i64::MAX);
    let place = |at: i64| {
        usize::try_from(if at < 0 { (length + at).max(0) } else { at.min(length) }).unwrap_or(0)
    };
    let (start, end) = (place(start.unwrap_or(0)), place(end.unwrap_or(length)));
    let mut items: Vec<Value> = list.items.into_iter().take(end).skip(start).collect();
    let mut how = value.how();
    if step == Some(-1) {
        items.reverse();
        how = how.with(How::REVERSED);
    }
    match value {
        Value::Text(_) => match join(&items, "") {
            Value::Text(text) => Value::Text(Spelling { how, ..text }),
            _ => Value::Text(Spelling { pieces: Vec::new(), how }),
        },
        Value::Bytes(..) => match super::codec::bytes_of(&items) {
            Some(bytes) => Value::Bytes(bytes.into(), how),
            None => Value::Unknown(how),
        },
        _ => Value::List(Arc::new(List { items, open: list.open })),
    }
}

/// Part of a list or text, exact where the range is made of numbers.
fn slice(value: &Value, range: &str) -> Value {
    let choices: Vec<Value> =
        value.choices().iter().map(|choice| slice_one(choice, range)).collect();
    Value::one_of(choices)
}

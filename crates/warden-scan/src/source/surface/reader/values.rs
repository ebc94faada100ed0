//! What an expression may be, as it is written.

use std::{collections::BTreeSet, sync::Arc};

use warden_flow::{
    analysis::{At, Literal},
    ir::{Expr, ExprId, Name},
};

use super::{CallAt, Part, Reader, index::Origin};

/// Expressions that are looked at for one answer, those for answers that it needs included.
const MAX_STEPS: usize = 512;

/// Answers that wait for one another.
const MAX_NESTING: usize = 12;

/// Expressions in one answer.
const MAX_VALUES: usize = 64;

/// Texts in texts that are put together.
const MAX_TEXT_DEPTH: usize = 16;

impl<'a> Reader<'a> {
    /// The expressions that `at` may be: what variables are assigned, both sides of `or`, members
    /// of objects that stand in the source. An expression that nothing more is known of is itself.
    pub(crate) fn values(&self, at: At) -> Vec<At> {
        // `a = b.x; b = a.y` asks for itself: what one answer costs is counted from outside.
        let nesting = self.nesting.get();
        if nesting == 0 {
            self.steps.set(0);
        }
        if nesting >= MAX_NESTING {
            return Vec::new();
        }
        self.nesting.set(nesting + 1);
        let mut search = Search { seen: BTreeSet::new(), stack: vec![at], found: Vec::new() };
        while let Some(next) = search.stack.pop() {
            if self.steps.get() >= MAX_STEPS || search.found.len() >= MAX_VALUES {
                break;
            }
            self.steps.set(self.steps.get() + 1);
            if search.seen.insert(next) {
                self.step(next, &mut search);
            }
        }
        self.nesting.set(nesting);
        search.found
    }

    fn step(&self, at: At, search: &mut Search) {
        let place = |expr: ExprId| At { expr, ..at };
        match self.expr(at) {
            Expr::Var(var) => {
                let origins: Vec<Origin> = self.index(at.module).origins(*var).collect();
                let mut onward = Vec::new();
                for origin in &origins {
                    match origin {
                        Origin::Value(value) => onward.push(place(*value)),
                        Origin::Member(value, name) => {
                            onward.extend(self.members(place(*value), at.module, *name));
                        }
                        Origin::Element(source) => onward.extend(self.elements(place(*source))),
                        Origin::Parameter(..) | Origin::ParameterMember(..) => {}
                    }
                }
                self.go_on(at, onward, search);
            }
            Expr::Logic(_, first, second) | Expr::Default(first, second) => {
                search.stack.extend([place(*second), place(*first)]);
            }
            Expr::Choice { then, otherwise, .. } => {
                search.stack.extend([place(*otherwise), place(*then)]);
            }
            Expr::Assign { value, .. } => search.stack.push(place(*value)),
            Expr::Member(base, name) => {
                let onward = self.members(place(*base), at.module, *name);
                self.go_on(at, onward, search);
            }
            Expr::Index(base, key) => {
                let key = match self.expr(place(*key)) {
                    Expr::Text(name) => Some(*name),
                    _ => None,
                };
                let onward = key.map(|name| self.members(place(*base), at.module, name));
                self.go_on(at, onward.unwrap_or_default(), search);
            }
            Expr::Global(_) => self.go_on(at, Vec::new(), search),
            _ => search.found.push(at),
        }
    }

    /// Goes on with what a name stands for; without any, asks who sees other files.
    fn go_on(&self, at: At, onward: Vec<At>, search: &mut Search) {
        if onward.is_empty() {
            let far = self.far(at);
            if far.is_empty() {
                search.found.push(at);
            } else {
                search.stack.extend(far.into_iter().rev());
            }
        } else {
            search.stack.extend(onward.into_iter().rev());
        }
    }

    /// What a name of another file stands for.
    fn far(&self, at: At) -> Vec<At> {
        self.analysis.written(at)
    }

    /// The values of the members called `name` of what `base` may be.
    fn members(&self, base: At, module: u32, name: Name) -> Vec<At> {
        let text = self.name(module, name);
        let mut found = Vec::new();
        if self.is_receiver(base) {
            let fields = self.index(module).fields(name);
            found.extend(fields.map(|expr| At { module, expr }).filter(|at| {
                // `self.x = x or y` of any class in the file: one class per file is the rule.
                at.expr != base.expr
            }));
            return found;
        }
        for value in self.shallow(base) {
            match self.expr(value) {
                Expr::Object(_) => {
                    let parts = self.parts(value);
                    found.extend(parts.iter().filter(|part| part.name == text).map(|part| part.at));
                }
                Expr::Class(class) => {
                    let class = &self.module(value.module).classes[class.at()];
                    let fields = class.fields.iter();
                    let named = fields.filter(|field| self.name(value.module, field.name) == text);
                    found
                        .extend(named.filter_map(|field| Some(At { expr: field.value?, ..value })));
                }
                // `Colour.RED.value`
                Expr::Text(_) | Expr::Number(_) if text == "value" => found.push(value),
                _ => {}
            }
        }
        found
    }

    /// The values of something that members are taken of. A step of its own so that a chain of
    /// members is followed from the left.
    fn shallow(&self, base: At) -> Vec<At> {
        match self.expr(base) {
            Expr::Object(_) | Expr::Class(_) => vec![base],
            Expr::Var(_) | Expr::Member(..) if self.depth_of(base) <= MAX_CHAIN => {
                self.values(base)
            }
            _ => Vec::new(),
        }
    }

    /// How many members are taken one after the other.
    fn depth_of(&self, mut at: At) -> usize {
        let mut depth = 0;
        while let (Some(base), true) = (self.base(at), depth <= MAX_CHAIN) {
            at = base;
            depth += 1;
        }
        depth
    }

    /// Whether an expression is `self` or `this` of the function that it stands in.
    pub(crate) fn is_receiver(&self, at: At) -> bool {
        let Expr::Var(var) = self.expr(at) else { return false };
        let owner = self.module(at.module).vars.get(var.at()).map(|var| var.owner);
        let functions = &self.module(at.module).functions;
        owner
            .and_then(|owner| functions.get(owner.at()))
            .is_some_and(|function| function.receiver == Some(*var))
    }

    /// The elements of the lists that `source` may be, and the values of objects.
    pub(crate) fn elements(&self, source: At) -> Vec<At> {
        let mut found = Vec::new();
        self.collect_elements(source, 0, &mut found);
        found
    }

    fn collect_elements(&self, source: At, depth: usize, out: &mut Vec<At>) {
        if depth > MAX_NESTED_LISTS || out.len() >= MAX_VALUES * 16 {
            return;
        }
        for value in self.values(source) {
            match self.expr(value) {
                Expr::List(items) => {
                    for item in items {
                        let at = At { expr: item.value, ..value };
                        if item.spread {
                            self.collect_elements(at, depth + 1, out);
                        } else {
                            out.push(at);
                        }
                    }
                }
                Expr::Object(_) => {
                    out.extend(self.parts(value).iter().map(|part: &Part<'_>| part.at));
                }
                Expr::Call(call) => {
                    // `tools.filter(…)`, `Object.values(tools)`, `tools.items()`, `[…].concat(…)`.
                    let callee = At { expr: call.callee, ..value };
                    if matches!(self.last_name(callee), Some(name) if LISTING.contains(&name)) {
                        let base = self.base(callee).filter(|base| {
                            !matches!(self.last_name(*base), Some("Object" | "Array"))
                        });
                        let args = call.args.iter().map(|arg| At { expr: arg.value, ..value });
                        for at in base.into_iter().chain(args) {
                            self.collect_elements(at, depth + 1, out);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn text_of(&self, at: At, depth: usize) -> Option<Arc<str>> {
        if depth > MAX_TEXT_DEPTH {
            return None;
        }
        match self.expr(at) {
            Expr::Text(name) => Some(self.name(at.module, *name).into()),
            Expr::Concat(parts) => {
                let texts: Option<Vec<Arc<str>>> = parts
                    .iter()
                    .map(|part| {
                        let inner = self.values(At { expr: *part, ..at });
                        inner.into_iter().find_map(|value| self.text_of(value, depth + 1))
                    })
                    .collect();
                texts.map(|texts| texts.concat().into())
            }
            Expr::Call(call) => self.text_of_call(CallAt { at, call }, depth),
            _ => match self.analysis.literal(at) {
                Literal::Text(text) => Some(text),
                _ => None,
            },
        }
    }

    /// The constant text that a place begins with, and whether that is all of it. Unlike with
    /// [`Self::values`], nothing is guessed: what may be something else as well has no such text.
    pub(crate) fn prefix(&self, at: At) -> Option<(String, bool)> {
        self.prefix_of(at, 0)
    }

    fn prefix_of(&self, at: At, depth: usize) -> Option<(String, bool)> {
        if depth > MAX_TEXT_DEPTH {
            return None;
        }
        match self.expr(at) {
            Expr::Text(name) => Some((self.name(at.module, *name).to_owned(), true)),
            Expr::Var(_) => self.prefix_of(self.only_value(at)?, depth + 1),
            Expr::Concat(parts) => {
                let mut prefix = String::new();
                for part in parts {
                    let Some((text, whole)) = self.prefix_of(At { expr: *part, ..at }, depth + 1)
                    else {
                        return Some((prefix, false));
                    };
                    prefix.push_str(&text);
                    if !whole {
                        return Some((prefix, false));
                    }
                }
                Some((prefix, true))
            }
            _ => None,
        }
    }

    /// What a variable is assigned, if that is one thing only and nobody hands it in.
    pub(crate) fn only_value(&self, at: At) -> Option<At> {
        let Expr::Var(var) = self.expr(at) else { return None };
        let mut origins = self.index(at.module).origins(*var);
        match (origins.next(), origins.next()) {
            (Some(Origin::Value(value)), None) => Some(At { expr: value, ..at }),
            _ => None,
        }
    }

    /// Functions that give back the text that they are given, more or less.
    fn text_of_call(&self, call: CallAt<'a>, depth: usize) -> Option<Arc<str>> {
        let callee = At { expr: call.call.callee, ..call.at };
        let name = self.last_name(callee)?;
        let inner =
            |at: At| self.values(at).into_iter().find_map(|value| self.text_of(value, depth + 1));
        match name {
            "trim" | "strip" | "lstrip" | "rstrip" | "trimEnd" | "trimStart" | "toString"
            | "toLowerCase" | "lower" => inner(self.base(callee)?),
            "dedent" | "cleandoc" | "String" | "str" | "raw" => {
                inner(self.plain_args(call).first().copied()?)
            }
            "join" => self.joined(call, callee, depth),
            _ => None,
        }
    }

    /// `["a", "b"].join("\n")` and `"\n".join(["a", "b"])`.
    fn joined(&self, call: CallAt<'a>, callee: At, depth: usize) -> Option<Arc<str>> {
        let base = self.base(callee)?;
        let arg = self.plain_args(call).first().copied();
        let (list, between) = match self.text_of_values(base, depth) {
            Some(between) => (arg?, between),
            None => {
                (base, arg.and_then(|arg| self.text_of_values(arg, depth)).unwrap_or(",".into()))
            }
        };
        let items = self.elements(list);
        let texts: Option<Vec<Arc<str>>> =
            items.into_iter().map(|item| self.text_of_values(item, depth)).collect();
        texts.filter(|texts| !texts.is_empty()).map(|texts| texts.join(&between).into())
    }

    fn text_of_values(&self, at: At, depth: usize) -> Option<Arc<str>> {
        self.values(at).into_iter().find_map(|value| self.text_of(value, depth + 1))
    }
}

/// Methods that give back elements of what they are called on, or given.
static LISTING: &[&str] = &["filter", "concat", "items", "values", "entries", "slice"];

/// Members of members that are followed.
const MAX_CHAIN: usize = 6;

/// Lists in lists that are spread.
const MAX_NESTED_LISTS: usize = 6;

struct Search {
    seen: BTreeSet<At>,
    stack: Vec<At>,
    found: Vec<At>,
}

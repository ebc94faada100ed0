//! What an expression is without running anything: constants, schemas, chains of calls.

mod values;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    Analysis,
    value::{Ref, Value},
};
use crate::{
    analysis::{At, FnId, Literal},
    ir::{Expr, ExprId, Key, Module, Stmt, VarId},
    program::Sym,
};

/// Steps that are taken for one expression, and how far inside.
const MOST_STEPS: u32 = 20_000;
const DEEPEST: u32 = 48;

pub(super) struct Reader<'a, 'p> {
    pub(super) analysis: &'a Analysis<'p>,
    steps: u32,
    /// What variables were found to be; while one is looked at, nothing.
    vars: FxHashMap<u32, Value>,
}

impl<'a, 'p> Reader<'a, 'p> {
    pub(super) fn new(analysis: &'a Analysis<'p>) -> Self {
        Self { analysis, steps: 0, vars: FxHashMap::default() }
    }
}

impl Analysis<'_> {
    /// What an expression is, as far as can be said: through variables that are assigned once,
    /// members of known objects, and functions that only return something.
    #[must_use]
    pub fn literal(&self, at: At) -> Literal {
        Reader::new(self).read(at, 0)
    }

    /// The functions that an expression may be, sorted.
    #[must_use]
    pub fn functions_at(&self, at: At) -> Vec<FnId> {
        let value = Reader::new(self).value(at, 0);
        let refs = value.refs().iter().filter_map(|one| match one {
            Ref::Function(function) => Some(self.shared.program.function(*function)),
            _ => None,
        });
        refs.collect()
    }

    /// The classes that an expression may be, or be instances of, sorted: module and class.
    #[must_use]
    pub fn classes_at(&self, at: At) -> Vec<(u32, crate::ir::ClassId)> {
        let value = Reader::new(self).value(at, 0);
        let refs = value.refs().iter().filter_map(|one| match one {
            Ref::Class(class) | Ref::Instance(class) => Some(self.shared.program.class(*class)),
            _ => None,
        });
        refs.collect()
    }

    /// The API paths that an expression may have, for example `express:()`; sorted.
    #[must_use]
    pub fn paths_at(&self, at: At) -> Vec<String> {
        let value = Reader::new(self).value(at, 0);
        let language = self.shared.program.module(at.module).language;
        let mut paths: Vec<String> = value
            .refs()
            .iter()
            .filter_map(|one| match one {
                Ref::Api(path) => Some(self.shared.apis.get(language, *path)?.text.to_string()),
                _ => None,
            })
            .collect();
        paths.sort_unstable();
        paths
    }

    /// What a class is made of that is not of the program: API paths, sorted.
    #[must_use]
    pub fn bases_of(&self, module: u32, class: crate::ir::ClassId) -> Vec<String> {
        let language = self.shared.program.module(module).language;
        let mut next = vec![self.shared.program.class_number(module, class)];
        let mut seen = Vec::new();
        let mut paths = Vec::new();
        while let Some(class) = next.pop() {
            if seen.contains(&class) || seen.len() > 64 {
                continue;
            }
            seen.push(class);
            for base in self.state.bases(class) {
                match base {
                    Ref::Class(base) => next.push(*base),
                    Ref::Api(path) => {
                        let api = self.shared.apis.get(language, *path);
                        paths.extend(api.map(|api| api.text.to_string()));
                    }
                    _ => {}
                }
            }
        }
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

impl<'p> Reader<'_, 'p> {
    fn module(&self, at: u32) -> &'p Module {
        self.analysis.shared.program.module(at)
    }

    fn text(&self, sym: Sym) -> Arc<str> {
        Arc::clone(self.analysis.shared.program.text(sym))
    }

    fn name(&self, at: At, name: crate::ir::Name) -> Arc<str> {
        self.text(self.analysis.shared.program.sym(at.module, name))
    }

    fn read(&mut self, at: At, depth: u32) -> Literal {
        self.steps += 1;
        if self.steps > MOST_STEPS || depth > DEEPEST {
            return Literal::Unknown;
        }
        let to = |expr: ExprId| At { module: at.module, expr };
        match self.module(at.module).expr(at.expr) {
            Expr::Text(name) => Literal::Text(self.name(at, *name)),
            Expr::Number(name) => Literal::Number(self.name(at, *name)),
            Expr::Bool(value) => Literal::Bool(*value),
            Expr::Null => Literal::Null,
            Expr::Regex(pattern, flags) => {
                Literal::Regex(self.name(at, *pattern), self.name(at, *flags))
            }
            Expr::Function(function) => {
                Literal::Function(FnId { module: at.module, function: *function })
            }
            Expr::Class(class) => Literal::Class(at.module, *class),
            Expr::List(items) => Literal::List(
                items.iter().map(|item| self.read(to(item.value), depth + 1)).collect(),
            ),
            Expr::Object(_) => self.object(at, depth),
            Expr::Concat(parts) => self.pieces(at.module, parts, depth),
            Expr::Var(var) => self.var(at, *var, depth),
            Expr::Call(_) => self.call(at, depth),
            Expr::Member(base, name) => {
                let sym = self.analysis.shared.program.sym(at.module, *name);
                self.member(to(*base), sym, at, depth)
            }
            Expr::Index(base, index) => match self.read(to(*index), depth + 1) {
                Literal::Text(text) => match self.analysis.shared.program.symbol(&text) {
                    Some(sym) => self.member(to(*base), sym, at, depth),
                    None => Literal::Unknown,
                },
                _ => Literal::Unknown,
            },
            Expr::Choice { then, otherwise, .. } => {
                let one = self.read(to(*then), depth + 1);
                if one == Literal::Unknown { self.read(to(*otherwise), depth + 1) } else { one }
            }
            Expr::Logic(_, a, b) => {
                let one = self.read(to(*a), depth + 1);
                let plain = matches!(
                    one,
                    Literal::Text(_) | Literal::Number(_) | Literal::Bool(_) | Literal::List(_)
                );
                if plain { one } else { self.read(to(*b), depth + 1) }
            }
            Expr::Assign { value, .. } => self.read(to(*value), depth + 1),
            Expr::Import(_) | Expr::Global(_) => self.told(at),
            _ => Literal::Unknown,
        }
    }

    fn object(&mut self, at: At, depth: u32) -> Literal {
        let Expr::Object(properties) = self.module(at.module).expr(at.expr) else {
            return Literal::Unknown;
        };
        let (mut parts, mut places, mut open) = (Vec::new(), Vec::new(), false);
        for property in properties {
            let place = At { module: at.module, expr: property.value };
            let value = self.read(place, depth + 1);
            let key = match property.key {
                Key::Name(name) => Some(self.name(at, name)),
                Key::Computed(key) => match self.read(At { expr: key, ..at }, depth + 1) {
                    Literal::Text(text) => Some(text),
                    _ => None,
                },
                Key::Spread => {
                    match value {
                        Literal::Object { parts: inner, places: inner_places, open: more } => {
                            parts.extend(inner);
                            places.extend(inner_places);
                            open |= more;
                        }
                        _ => open = true,
                    }
                    continue;
                }
            };
            match key {
                Some(key) => {
                    parts.push((key, value));
                    places.push(place);
                }
                None => open = true,
            }
        }
        Literal::Object { parts, places, open }
    }

    fn pieces(&mut self, module: u32, parts: &[ExprId], depth: u32) -> Literal {
        let mut pieces: Vec<Option<Arc<str>>> = Vec::new();
        for part in parts {
            match self.read(At { module, expr: *part }, depth + 1) {
                Literal::Text(text) | Literal::Number(text) => pieces.push(Some(text)),
                Literal::Pieces(more) => pieces.extend(more),
                _ => pieces.push(None),
            }
        }
        if pieces.iter().all(Option::is_some) {
            let whole: String = pieces.iter().flatten().map(|piece| &**piece).collect();
            return Literal::Text(whole.into());
        }
        Literal::Pieces(pieces)
    }

    fn var(&mut self, at: At, var: VarId, depth: u32) -> Literal {
        let program = self.analysis.shared.program;
        let number = program.var_number(at.module, var);
        if let [only] = program.assigned(number) {
            let value = self.read(At { module: at.module, expr: *only }, depth + 1);
            if value != Literal::Unknown {
                return value;
            }
        }
        self.told(at)
    }

    fn call(&mut self, at: At, depth: u32) -> Literal {
        let module = self.module(at.module);
        let Expr::Call(call) = module.expr(at.expr) else { return Literal::Unknown };
        let to = |expr: ExprId| At { module: at.module, expr };
        let callee = self.value(to(call.callee), 0);
        for one in callee.refs() {
            if let Ref::Function(function) = one
                && let Some(returned) = self.only_return(*function)
            {
                return self.read(returned, depth + 1);
            }
        }
        let args = call
            .args
            .iter()
            .map(|arg| {
                let name = arg.name.map(|name| self.name(at, name));
                (name, self.read(to(arg.value), depth + 1))
            })
            .collect();
        let on = match module.expr(call.callee) {
            Expr::Member(base, _) => Some(Box::new(self.read(to(*base), depth + 1))),
            _ => None,
        };
        let paths = self.analysis.paths_at(to(call.callee));
        let path = paths.into_iter().find(|path| !path.starts_with("?:"));
        let path = path.unwrap_or_else(|| match module.expr(call.callee) {
            Expr::Member(_, name) => format!("?:{}", module.text(*name)),
            _ => "?:".to_owned(),
        });
        Literal::Call { path: path.into(), on, args }
    }

    /// What a function returns that does nothing else.
    fn only_return(&self, function: u32) -> Option<At> {
        let id = self.analysis.shared.program.function(function);
        let module = self.module(id.module);
        let body = &module.functions[id.function.at()].body;
        match body.as_slice() {
            [only] => match module.stmts[only.at()].0 {
                Stmt::Return(Some(expr)) => Some(At { module: id.module, expr }),
                _ => None,
            },
            _ => None,
        }
    }

    fn member(&mut self, base: At, member: Sym, at: At, depth: u32) -> Literal {
        let name = self.text(member);
        if let Literal::Object { parts, .. } = self.read(base, depth + 1)
            && let Some((_, value)) = parts.iter().rev().find(|(key, _)| *key == name)
            && *value != Literal::Unknown
        {
            return value.clone();
        }
        // What another module gives by that name.
        for one in self.value(base, 0).refs() {
            if let Ref::Module(module) = one
                && let Some(found) = self.exported(*module, member, depth)
            {
                return found;
            }
        }
        self.told(at)
    }

    fn exported(&mut self, module: u32, member: Sym, depth: u32) -> Option<Literal> {
        let program = self.analysis.shared.program;
        let exporting = program.module(module);
        let values: Vec<ExprId> = if let Some(var) = exporting.exports.object {
            program.assigned_member(program.var_number(module, var), member).to_vec()
        } else {
            let var = exporting
                .exports
                .scope
                .iter()
                .find(|(name, _)| program.sym(module, *name) == member)?;
            program.assigned(program.var_number(module, var.1)).to_vec()
        };
        match values[..] {
            [only] => {
                let found = self.read(At { module, expr: only }, depth + 1);
                (found != Literal::Unknown).then_some(found)
            }
            _ => None,
        }
    }

    /// What the analysis knows of the value.
    fn told(&mut self, at: At) -> Literal {
        let value = self.value(at, 0);
        let program = self.analysis.shared.program;
        match value.refs() {
            [Ref::Text(text)] => Literal::Text(self.text(*text)),
            [Ref::Number(text)] => Literal::Number(self.text(*text)),
            [Ref::Bool(known)] => Literal::Bool(*known),
            [Ref::Null] => Literal::Null,
            [Ref::Function(function)] => Literal::Function(program.function(*function)),
            [Ref::Class(class)] => {
                let (module, class) = program.class(*class);
                Literal::Class(module, class)
            }
            [Ref::Api(path)] => {
                let language = self.module(at.module).language;
                let api = self.analysis.shared.apis.get(language, *path);
                api.filter(|api| !api.text.starts_with("?:"))
                    .map_or(Literal::Unknown, |api| Literal::Path(Arc::clone(&api.text)))
            }
            _ => Literal::Unknown,
        }
    }
}

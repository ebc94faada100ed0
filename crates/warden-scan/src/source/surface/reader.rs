//! Reads a program for what stands in it: calls by name, and what an expression may be.
//!
//! The analysis says what values reach; this says what is written. One pass over a module keeps
//! the calls whose name somebody asks for and where each variable gets its values.

mod index;
mod values;

use std::{cell::Cell, sync::Arc};

use rustc_hash::FxHashMap;
use warden_flow::{
    Analysis, Program,
    analysis::{At, FnId, Spot},
    ir::{Call, ClassId, Expr, ExprId, FuncId, Language, Module, Name, Span, Stmt},
};

pub(crate) use index::{Index, Origin};

use super::{super::agents, found::NAMES, wire::HANDLERS};

/// A program with what was noted while it was read once.
pub(crate) struct Reader<'a> {
    /// What the analysis answers.
    pub(crate) analysis: &'a Analysis<'a>,
    program: &'a Program,
    indexes: Vec<Index>,
    methods: FxHashMap<&'a str, Vec<FnId>>,
    nesting: Cell<usize>,
    steps: Cell<usize>,
}

/// A call and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct CallAt<'a> {
    /// The call.
    pub(crate) at: At,
    /// What it is made of.
    pub(crate) call: &'a Call,
}

/// A part of an object that stands in the source.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    /// The key.
    pub(crate) name: &'a str,
    /// The value.
    pub(crate) at: At,
}

impl<'a> Reader<'a> {
    /// Reads the program of `analysis` once.
    pub(crate) fn new(analysis: &'a Analysis<'a>) -> Self {
        let program = analysis.program();
        let names: Vec<&str> = NAMES.iter().chain(HANDLERS).chain(agents::NAMES).copied().collect();
        let indexes = program.modules.iter().map(|module| Index::of(module, &names)).collect();
        let (nesting, steps) = (Cell::new(0), Cell::new(0));
        Self { analysis, program, indexes, methods: methods(program), nesting, steps }
    }

    /// Every module with its number.
    pub(crate) fn modules(&self) -> impl Iterator<Item = (u32, &'a Module)> + use<'a> {
        (0..).zip(&self.program.modules)
    }

    /// A module.
    pub(crate) fn module(&self, number: u32) -> &'a Module {
        &self.program.modules[number as usize]
    }

    pub(crate) fn index(&self, number: u32) -> &Index {
        &self.indexes[number as usize]
    }

    /// An expression.
    pub(crate) fn expr(&self, at: At) -> &'a Expr {
        self.module(at.module).expr(at.expr)
    }

    /// Where an expression stands.
    pub(crate) fn spot(&self, at: At) -> Spot {
        Spot { module: at.module, span: self.module(at.module).span(at.expr) }
    }

    /// The text of a name.
    pub(crate) fn name(&self, module: u32, name: Name) -> &'a str {
        self.module(module).text(name)
    }

    /// The calls in a module whose last name is `name`, in the order of the text.
    pub(crate) fn calls_in(&self, module: u32, name: &str) -> Vec<CallAt<'a>> {
        let calls = self.index(module).calls(name);
        calls
            .filter_map(|expr| {
                let at = At { module, expr };
                match self.expr(at) {
                    Expr::Call(call) => Some(CallAt { at, call }),
                    _ => None,
                }
            })
            .collect()
    }

    /// The last name of what is written: `tool` of `server.tool`, `Tool` of `types.Tool`.
    pub(crate) fn last_name(&self, at: At) -> Option<&'a str> {
        let module = self.module(at.module);
        match module.expr(at.expr) {
            Expr::Member(_, name) | Expr::Global(name) | Expr::Text(name) => {
                Some(module.text(*name))
            }
            Expr::Var(var) => module.vars.get(var.at()).map(|var| module.text(var.name)),
            Expr::Index(base, _) => self.last_name(At { expr: *base, ..at }),
            _ => None,
        }
    }

    /// What a member is taken of.
    pub(crate) fn base(&self, at: At) -> Option<At> {
        match self.expr(at) {
            Expr::Member(base, _) | Expr::Index(base, _) => Some(At { expr: *base, ..at }),
            _ => None,
        }
    }

    /// The call at a place.
    pub(crate) fn call(&self, at: At) -> Option<CallAt<'a>> {
        match self.expr(at) {
            Expr::Call(call) => Some(CallAt { at, call }),
            _ => None,
        }
    }

    /// An argument by name, or by position among those without a name.
    pub(crate) fn arg(&self, call: CallAt<'a>, position: Option<usize>, name: &str) -> Option<At> {
        let at = |expr: ExprId| At { module: call.at.module, expr };
        let named = call.call.args.iter().find(|arg| {
            arg.name
                .is_some_and(|found| !name.is_empty() && self.name(call.at.module, found) == name)
        });
        let plain = || call.call.args.iter().filter(|arg| arg.name.is_none() && !arg.spread);
        named.or_else(|| position.and_then(|at| plain().nth(at))).map(|arg| at(arg.value))
    }

    /// The arguments without a name, in order.
    #[expect(clippy::unused_self, reason = "is asked as the other questions about calls are")]
    pub(crate) fn plain_args(&self, call: CallAt<'a>) -> Vec<At> {
        let args = call.call.args.iter().filter(|arg| arg.name.is_none());
        args.map(|arg| At { module: call.at.module, expr: arg.value }).collect()
    }

    /// The function whose text a place stands in.
    pub(crate) fn enclosing(&self, spot: Spot) -> FnId {
        let module = self.module(spot.module);
        let mut at = self.index(spot.module).function_before(spot.span.start);
        while let Some(function) = module.functions.get(at.at()) {
            if holds(function.span, spot.span) {
                break;
            }
            at = function.parent.unwrap_or(FuncId(0));
            if at == FuncId(0) {
                break;
            }
        }
        FnId { module: spot.module, function: at }
    }

    /// What a function is called.
    pub(crate) fn function_name(&self, function: FnId) -> Option<&'a str> {
        let module = self.module(function.module);
        module.functions.get(function.function.at())?.name.map(|name| module.text(name))
    }

    /// The docstring or comment of a function.
    pub(crate) fn doc(&self, function: FnId) -> Option<&'a str> {
        let module = self.module(function.module);
        module.functions.get(function.function.at())?.doc.map(|name| module.text(name))
    }

    /// The parts of an object that is written at a place, spread ones of known objects included.
    pub(crate) fn parts(&self, at: At) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        self.collect_parts(at, 0, &mut parts);
        parts
    }

    fn collect_parts(&self, at: At, depth: usize, out: &mut Vec<Part<'a>>) {
        let Expr::Object(properties) = self.expr(at) else { return };
        for property in properties {
            let value = At { expr: property.value, ..at };
            match property.key {
                warden_flow::ir::Key::Name(name) => {
                    out.push(Part { name: self.name(at.module, name), at: value });
                }
                warden_flow::ir::Key::Spread if depth < MAX_SPREADS => {
                    for inner in self.values(value) {
                        self.collect_parts(inner, depth + 1, out);
                    }
                }
                warden_flow::ir::Key::Computed(key) => {
                    if let Some(name) = self.constant(At { expr: key, ..at }) {
                        out.push(Part { name, at: value });
                    }
                }
                warden_flow::ir::Key::Spread => {}
            }
        }
    }

    /// The last part of an object with one of these names.
    pub(crate) fn part(&self, at: At, names: &[&str]) -> Option<At> {
        self.parts(at).iter().rev().find(|part| names.contains(&part.name)).map(|part| part.at)
    }

    /// The constant text that a place holds, if it is one that stands in the source as it is.
    pub(crate) fn constant(&self, at: At) -> Option<&'a str> {
        self.values(at).into_iter().find_map(|value| match self.expr(value) {
            Expr::Text(name) => Some(self.name(value.module, *name)),
            _ => None,
        })
    }

    /// The language of a module.
    pub(crate) fn language(&self, module: u32) -> Language {
        self.module(module).language
    }

    /// The class at a place: a variable, a name or the class itself.
    pub(crate) fn class(&self, at: At) -> Option<(u32, ClassId)> {
        self.values(at).into_iter().find_map(|value| match self.expr(value) {
            Expr::Class(class) => Some((value.module, *class)),
            _ => None,
        })
    }

    /// The functions that a place may hold.
    pub(crate) fn functions(&self, at: At) -> Vec<FnId> {
        let mut found: Vec<FnId> = Vec::new();
        for value in self.values(at) {
            found.extend(self.function_value(value, 0));
        }
        if found.is_empty() {
            found = self.analysis.functions_at(at);
        }
        if found.is_empty() {
            found = self.method(at).into_iter().collect();
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn function_value(&self, at: At, depth: usize) -> Vec<FnId> {
        if depth > MAX_WRAPPERS {
            return Vec::new();
        }
        match self.expr(at) {
            Expr::Function(function) => vec![FnId { module: at.module, function: *function }],
            // A decorated function is itself; `f.bind(this)`, `wrap(f)` and `partial(f, …)` run it.
            Expr::Call(call) => call
                .args
                .iter()
                .map(|arg| At { expr: arg.value, ..at })
                .chain(self.base(At { expr: call.callee, ..at }).filter(|_| self.binds(at, call)))
                .flat_map(|inner| self.values(inner))
                .flat_map(|inner| self.function_value(inner, depth + 1))
                .collect(),
            Expr::Member(..) if depth > 0 => {
                let known = self.analysis.functions_at(at);
                if known.is_empty() { self.method(at).into_iter().collect() } else { known }
            }
            _ => Vec::new(),
        }
    }

    /// The method that a member names: of the class around, or the only one of the program that
    /// is called so.
    fn method(&self, at: At) -> Option<FnId> {
        let Expr::Member(base, name) = self.expr(at) else { return None };
        let known = self.methods.get(self.name(at.module, *name))?;
        if self.is_receiver(At { expr: *base, ..at }) {
            let around = self.enclosing_class(at);
            let own = known.iter().find(|method| {
                method.module == at.module && around.is_some() && self.class_of(**method) == around
            });
            if own.is_some() {
                return own.copied();
            }
        }
        if let [only] = known[..] { Some(only) } else { None }
    }

    fn class_of(&self, function: FnId) -> Option<ClassId> {
        self.module(function.module).functions.get(function.function.at())?.class
    }

    /// The class whose method an expression stands in, at whatever depth.
    fn enclosing_class(&self, at: At) -> Option<ClassId> {
        let functions = &self.module(at.module).functions;
        let mut function = functions.get(self.enclosing(self.spot(at)).function.at())?;
        loop {
            if function.class.is_some() {
                return function.class;
            }
            function = functions.get(function.parent?.at())?;
        }
    }

    fn binds(&self, at: At, call: &Call) -> bool {
        self.last_name(At { expr: call.callee, ..at }) == Some("bind")
    }

    /// The text at a place: constants, put together as far as they are known.
    pub(crate) fn text(&self, at: At) -> Option<Arc<str>> {
        self.values(at).into_iter().find_map(|value| self.text_of(value, 0))
    }

    /// What a function gives back.
    pub(crate) fn returned(&self, function: FnId) -> Vec<At> {
        let module = self.module(function.module);
        let Some(found) = module.functions.get(function.function.at()) else { return Vec::new() };
        let returned = module.stmts.iter().filter_map(|(stmt, span)| match stmt {
            Stmt::Return(Some(expr)) if holds(found.span, *span) => Some(*expr),
            _ => None,
        });
        let own = returned.map(|expr| At { module: function.module, expr });
        own.filter(|at| self.enclosing(self.spot(*at)) == function).collect()
    }

    /// What is assigned to members with these names inside a class.
    pub(crate) fn fields_of(&self, module: u32, class: Span, names: &[&str]) -> Vec<At> {
        let names = names.iter().filter_map(|name| self.index(module).named(name));
        names
            .flat_map(|name| self.index(module).fields(name))
            .map(|expr| At { module, expr })
            .filter(|at| holds(class, self.spot(*at).span))
            .collect()
    }

    /// Whether a place holds a known truth.
    pub(crate) fn truth(&self, at: At) -> Option<bool> {
        self.values(at).into_iter().find_map(|value| match self.expr(value) {
            Expr::Bool(truth) => Some(*truth),
            _ => None,
        })
    }
}

/// The methods of every class by their name.
fn methods(program: &Program) -> FxHashMap<&str, Vec<FnId>> {
    let mut methods: FxHashMap<&str, Vec<FnId>> = FxHashMap::default();
    for (module, number) in program.modules.iter().zip(0..) {
        for method in module.classes.iter().flat_map(|class| &class.methods) {
            let function = FnId { module: number, function: method.function };
            methods.entry(module.text(method.name)).or_default().push(function);
        }
    }
    methods
}

/// Objects in objects that are spread.
const MAX_SPREADS: usize = 8;

/// Functions around a function.
const MAX_WRAPPERS: usize = 4;

/// Whether one span holds the other.
pub(crate) const fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

//! Works out what expressions come to: constants put together, decoded, picked out of tables and
//! handed through functions, as far as that follows from the text alone.
//!
//! The flow analysis says where values go. This says what they are: the host of a request, the
//! path of a file, the name that a computed property looks up. A value of which only parts are
//! known is a text with holes. Every question has a budget; what is beyond it is not known.

mod call;
mod codec;
mod env;
mod expr;
mod library;
mod memo;
mod method;
mod params;
#[cfg(test)]
mod tests;
mod texts;
mod value;
mod vars;

use std::{
    borrow::Cow,
    hash::Hash,
    sync::{Arc, Mutex, OnceLock},
};

use rustc_hash::FxHashMap;
use warden_flow::{
    Analysis, Program,
    analysis::{At, FnId, Spot},
    ir::{Expr, ExprId, Module, Span, VarId},
};

pub(crate) use env::Env;
pub(crate) use value::{How, List, Made, Object, Piece, Spelling, Value};
pub(crate) use vars::is_environment;

use super::index::{Base, Index};

/// Steps for one question.
const MOST_STEPS: u32 = 30_000;

/// Expressions inside each other, through variables and calls as well.
const DEEPEST: u32 = 120;

/// Functions that are gone through inside each other.
const DEEPEST_CALLS: u32 = 12;

/// How often a parameter is looked up at the calls of its function, inside each other.
const DEEPEST_PARAMS: u32 = 3;

/// A program whose expressions can be asked for.
pub(crate) struct Fold<'a> {
    program: &'a Program,
    analysis: &'a Analysis<'a>,
    texts: Vec<Cow<'a, str>>,
    indexes: Vec<OnceLock<Index>>,
    /// Calls by the last name of what they call.
    calls: OnceLock<FxHashMap<String, Vec<At>>>,
    /// The calls of functions, as far as somebody asked.
    callers: Mutex<FxHashMap<FnId, Vec<At>>>,
    /// What calls may be calls of, as far as somebody asked: functions, and API paths.
    functions: Mutex<FxHashMap<At, Vec<FnId>>>,
    paths: Mutex<FxHashMap<At, Arc<[String]>>>,
    /// Values that were asked for. Each question is asked anew, so its answer is always the same.
    values: Mutex<FxHashMap<At, Value>>,
    /// Variables that get their value once.
    constants: Mutex<FxHashMap<(u32, VarId), Value>>,
    /// For each module the expressions by their place.
    places: Vec<OnceLock<FxHashMap<Span, ExprId>>>,
}

/// One question.
struct Ask<'f, 'a> {
    fold: &'f Fold<'a>,
    steps: u32,
    depth: u32,
    calls: u32,
    params: u32,
    /// Variables whose values are being worked out.
    active: Vec<(u32, VarId)>,
    /// Functions that are being gone through.
    within: Vec<FnId>,
    /// Whether parameters stay unknown.
    closed: bool,
    /// Whether a limit was met, or something that is being worked out already.
    cut: bool,
    /// Parts that were answered, with the environment of each.
    known: FxHashMap<memo::Part, (Value, Env)>,
}

impl<'a> Fold<'a> {
    /// Takes a program. `texts` are those that positions refer to.
    pub(crate) fn new(analysis: &'a Analysis<'a>, texts: Vec<Cow<'a, str>>) -> Self {
        let program = analysis.program();
        let indexes = program.modules.iter().map(|_| OnceLock::new()).collect();
        let places = program.modules.iter().map(|_| OnceLock::new()).collect();
        Self {
            program,
            analysis,
            texts,
            indexes,
            calls: OnceLock::new(),
            callers: Mutex::default(),
            functions: Mutex::default(),
            paths: Mutex::default(),
            values: Mutex::default(),
            constants: Mutex::default(),
            places,
        }
    }

    /// What an expression comes to.
    pub(crate) fn value(&self, at: At) -> Value {
        once(&self.values, at, || self.value_in(at, &Env::default()))
    }

    /// What an expression comes to where some variables are known.
    pub(crate) fn value_in(&self, at: At, env: &Env) -> Value {
        self.ask().expr(at, env)
    }

    /// The function that an expression stands in.
    pub(crate) fn owner(&self, at: At) -> FnId {
        FnId { module: at.module, function: self.index(at.module).owner(at.expr) }
    }

    /// The place to show for something that is done at `here` with `value`, which `holds`: that
    /// place, or the call further out that decides it.
    pub(crate) fn blamed(
        &self,
        here: (At, FnId),
        value: At,
        holds: &dyn Fn(&Value) -> bool,
    ) -> (At, FnId) {
        let decided = self.decided(value, holds);
        if decided == value { here } else { (decided, self.owner(decided)) }
    }

    /// Where it was decided that an expression is such that `holds`: the expression itself, or the
    /// call that hands it what makes it so, at most two functions further out.
    fn decided(&self, at: At, holds: &dyn Fn(&Value) -> bool) -> At {
        if holds(&self.closed(at, &Env::default())) {
            return at;
        }
        let mut calls = Vec::new();
        for function in self.around(at) {
            for call in self.callers(function) {
                let env = self.handed(call, function, &Env::default());
                if holds(&self.closed(at, &env)) {
                    return call;
                }
                calls.push((call, function));
            }
        }
        for (call, function) in calls {
            for outer in self.around(call) {
                for further in self.callers(outer) {
                    let env = self.handed(further, outer, &Env::default());
                    if holds(&self.closed(at, &self.handed(call, function, &env))) {
                        return further;
                    }
                }
            }
        }
        at
    }

    /// What an expression comes to where nothing is known of parameters but what is in `env`.
    pub(crate) fn closed(&self, at: At, env: &Env) -> Value {
        Ask { closed: true, ..self.ask() }.expr(at, env)
    }

    /// The function that an expression stands in, and those around that.
    pub(crate) fn around(&self, at: At) -> Vec<FnId> {
        let module = self.module(at.module);
        let mut functions = Vec::new();
        let mut next = Some(self.index(at.module).owner(at.expr));
        while let Some(function) = next.filter(|_| functions.len() < 8) {
            functions.push(FnId { module: at.module, function });
            next = module.functions.get(function.at()).and_then(|function| function.parent);
        }
        functions
    }

    /// The functions of the program that an expression may be.
    pub(crate) fn functions(&self, at: At) -> Vec<FnId> {
        once(&self.functions, at, || self.analysis.functions_at(at))
    }

    /// The API paths that an expression may have.
    pub(crate) fn paths(&self, at: At) -> Arc<[String]> {
        once(&self.paths, at, || self.analysis.paths_at(at).into())
    }

    /// Where a function is made that has no name of its own.
    pub(crate) fn made_at(&self, function: FnId) -> Option<At> {
        let made = self.index(function.module).made(function.function)?;
        Some(At { module: function.module, expr: made })
    }

    /// The call of `map` that a function is handed to where it stands.
    pub(crate) fn mapped_in(&self, function: FnId) -> Option<At> {
        let made = self.made_at(function)?;
        let module = self.module(made.module);
        let parent = self.index(made.module).parent(made.expr)?;
        let Expr::Call(call) = module.expr(parent) else { return None };
        let maps = matches!(module.expr(call.callee), Expr::Member(_, name) if matches!(module.text(*name), "map" | "flatMap"));
        (maps && call.callee != made.expr).then_some(At { expr: parent, ..made })
    }

    /// Where a constant is used: itself, or the variable that holds it, in its own module and in
    /// those that import it by its name.
    pub(crate) fn uses(&self, constant: At) -> Vec<At> {
        let module = self.module(constant.module);
        let index = self.index(constant.module);
        let mut whole = constant.expr;
        // A text put together of constants is one.
        while let Some(parent) = index.parent(whole) {
            match module.expr(parent) {
                Expr::Concat(_) => whole = parent,
                _ => break,
            }
        }
        let target = index.parent(whole).and_then(|parent| match module.expr(parent) {
            Expr::Assign { target, value } if *value == whole => Some(*target),
            _ => None,
        });
        let var = target.and_then(|target| match module.expr(target) {
            Expr::Var(var) => Some(*var),
            _ => None,
        });
        let Some(var) = var else { return vec![At { expr: whole, ..constant }] };
        let uses = index.uses(var).iter().filter(|expr| Some(**expr) != target);
        let mut uses: Vec<At> =
            uses.map(|expr| At { module: constant.module, expr: *expr }).collect();
        if module.language == warden_flow::ir::Language::Go
            && let Some(name) = module.vars.get(var.at()).map(|var| module.text(var.name))
        {
            for other in self.program.package_of(constant.module) {
                let found = self.module(other);
                let global =
                    |expr: &Expr| matches!(expr, Expr::Global(known) if found.text(*known) == name);
                let places = (0_u32..).zip(&found.exprs).filter(|(_, expr)| global(expr));
                uses.extend(places.map(|(at, _)| At { module: other, expr: ExprId(at) }));
            }
        }
        uses
    }

    /// Every expression of a function, without those of functions inside it.
    pub(crate) fn expressions(&self, function: FnId) -> Vec<ExprId> {
        self.index(function.module).within(function.function).to_vec()
    }

    /// What a variable of the outermost scope comes to that gets its value once, if that may be a
    /// list.
    pub(crate) fn list_of_constant(&self, module: u32, var: VarId) -> Option<Arc<List>> {
        let found = self.module(module);
        let outermost = found.vars.get(var.at())?.owner == warden_flow::ir::FuncId(0);
        let [only] = self.index(module).origins(var) else { return None };
        let never = match only.base {
            Base::Expr(expr) => matches!(
                found.expr(expr),
                Expr::Object(_)
                    | Expr::Function(_)
                    | Expr::Class(_)
                    | Expr::Import(_)
                    | Expr::Text(_)
                    | Expr::Number(_)
            ),
            Base::Param(..) => false,
        };
        if !outermost || never && only.steps.is_empty() {
            return None;
        }
        let value = once(&self.constants, (module, var), || self.closed_variable(module, var));
        match value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    fn closed_variable(&self, module: u32, var: VarId) -> Value {
        Ask { closed: true, ..self.ask() }.var(module, var, &Env::default())
    }

    /// The parameters of a function as a call hands them over.
    fn handed(&self, call: At, function: FnId, env: &Env) -> Env {
        let Expr::Call(found) = self.module(call.module).expr(call.expr) else {
            return env.clone();
        };
        let mut ask = Ask { closed: true, ..self.ask() };
        let args = ask.args(call.module, &found.args, env);
        ask.parameters(function, env, &args)
    }

    /// The expression at a place: the call there, if there is one.
    pub(crate) fn expr_at(&self, spot: Spot) -> Option<At> {
        let module = self.program.modules.get(spot.module as usize)?;
        let places = self.places[spot.module as usize].get_or_init(|| {
            let mut places: FxHashMap<Span, ExprId> = FxHashMap::default();
            for (number, span) in (0_u32..).zip(&module.spans) {
                let id = ExprId(number);
                let call = matches!(module.expr(id), Expr::Call(_));
                if call || !places.contains_key(span) {
                    places.insert(*span, id);
                }
            }
            places
        });
        places.get(&spot.span).map(|expr| At { module: spot.module, expr: *expr })
    }

    /// What an expression comes to if that is easily said.
    pub(crate) fn quick(&self, at: At) -> Value {
        Ask { steps: MOST_STEPS - 600, ..self.ask() }.expr(at, &Env::default())
    }

    /// A module.
    pub(crate) fn module(&self, at: u32) -> &'a Module {
        &self.program.modules[at as usize]
    }

    /// Where things stand in a module.
    pub(crate) fn index(&self, module: u32) -> &Index {
        self.indexes[module as usize].get_or_init(|| Index::of(self.module(module)))
    }

    /// How many modules there are.
    pub(crate) fn modules(&self) -> u32 {
        u32::try_from(self.indexes.len()).unwrap_or(u32::MAX)
    }

    /// The program.
    pub(crate) fn program(&self) -> &'a Program {
        self.program
    }

    /// The text between two places of a module.
    pub(crate) fn between(&self, module: u32, start: u32, end: u32) -> &str {
        let text = self.texts.get(module as usize).map_or("", |text| text);
        text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The text of an expression.
    pub(crate) fn written(&self, at: At) -> &str {
        let span = self.module(at.module).span(at.expr);
        self.between(at.module, span.start, span.end)
    }

    /// The calls of a function of the program: at most eight.
    pub(crate) fn callers(&self, function: FnId) -> Vec<At> {
        once(&self.callers, function, || self.find_callers(function))
    }

    fn find_callers(&self, function: FnId) -> Vec<At> {
        let Some(name) = self.called(function) else { return Vec::new() };
        let calls = self.calls.get_or_init(|| self.calls_by_name());
        let class = self.module(function.module).functions[function.function.at()].class;
        let is_call = |at: &&At| {
            let Expr::Call(call) = self.module(at.module).expr(at.expr) else { return false };
            let callee = At { expr: call.callee, ..**at };
            self.functions(callee).contains(&function)
                || class.is_some_and(|class| {
                    self.analysis.classes_at(callee).contains(&(function.module, class))
                })
        };
        let named = calls.get(name).map_or(&[][..], Vec::as_slice);
        named.iter().take(200).filter(is_call).take(8).copied().collect()
    }

    /// The name by which a function is called: that of its class for a constructor.
    fn called(&self, function: FnId) -> Option<&'a str> {
        let module = self.module(function.module);
        let found = module.functions.get(function.function.at())?;
        let name = module.text(found.name?);
        if matches!(name, "constructor" | "__init__") {
            let class = module.classes.get(found.class?.at())?;
            return class.name.map(|name| module.text(name));
        }
        Some(name)
    }

    fn calls_by_name(&self) -> FxHashMap<String, Vec<At>> {
        let mut calls: FxHashMap<String, Vec<At>> = FxHashMap::default();
        for number in 0..self.modules() {
            let (module, index) = (self.module(number), self.index(number));
            for expr in &index.calls {
                let Expr::Call(call) = module.expr(*expr) else { continue };
                for name in names(module, index, call.callee) {
                    let at = At { module: number, expr: *expr };
                    match calls.get_mut(name) {
                        Some(known) => known.push(at),
                        None => {
                            calls.insert(name.to_owned(), vec![at]);
                        }
                    }
                }
            }
        }
        calls
    }

    fn ask(&self) -> Ask<'_, 'a> {
        Ask {
            fold: self,
            steps: 0,
            depth: 0,
            calls: 0,
            params: 0,
            active: Vec::new(),
            within: Vec::new(),
            closed: false,
            cut: false,
            known: FxHashMap::default(),
        }
    }
}

/// The last name of what is called, and what an import calls it.
fn names<'m>(module: &'m Module, index: &Index, callee: ExprId) -> Vec<&'m str> {
    match module.expr(callee) {
        Expr::Member(_, name) | Expr::Global(name) => vec![module.text(*name)],
        Expr::Var(var) => {
            let own = module.vars.get(var.at()).map(|var| module.text(var.name));
            let imported = index.origins(*var).iter().filter_map(|origin| match origin.base {
                Base::Expr(value) if origin.steps.is_empty() => match module.expr(value) {
                    Expr::Member(_, name) => Some(module.text(*name)),
                    _ => None,
                },
                _ => None,
            });
            let mut names: Vec<&str> = own.into_iter().chain(imported).collect();
            names.dedup();
            names
        }
        _ => Vec::new(),
    }
}

/// What was found out before, or what is found out now.
fn once<K: Copy + Eq + Hash, T: Clone>(
    known: &Mutex<FxHashMap<K, T>>,
    key: K,
    find: impl FnOnce() -> T,
) -> T {
    if let Some(found) = known.lock().ok().and_then(|known| known.get(&key).cloned()) {
        return found;
    }
    let found = find();
    if let Ok(mut known) = known.lock() {
        known.insert(key, found.clone());
    }
    found
}

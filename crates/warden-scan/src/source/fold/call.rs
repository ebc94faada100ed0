//! Calls: of functions of the program, which are gone through, and of everything else.

use std::sync::Arc;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Arg, Call, CallKind, Expr, ParamKind, Stmt, StmtId},
};

use super::{Ask, DEEPEST_CALLS, Env, How, List, Made, Value, expr::spread};

/// What a call is given.
pub(super) type Args = Vec<(Option<Arc<str>>, Value)>;

/// What came out of going through a function.
#[derive(Default)]
struct Outcome {
    returned: Vec<Value>,
    yielded: Vec<Value>,
}

impl Ask<'_, '_> {
    /// What a call gives.
    pub(super) fn call(&mut self, at: At, call: &Call, env: &Env) -> Value {
        let module = self.fold.module(at.module);
        let args = self.args(at.module, &call.args, env);
        if call.kind == CallKind::Decorator {
            // What is decorated stays what it is, as far as constants go.
            return args.into_iter().next().map_or(Value::unknown(), |(_, value)| value);
        }
        let callee = At { expr: call.callee, ..at };
        if let Expr::Member(base, name) = module.expr(call.callee) {
            let name = module.text(*name);
            let base_at = At { expr: *base, ..at };
            if self.member_of_package(at.module, *base, name, env).is_none() {
                let on = self.expr(base_at, env);
                return self.called_on(at, &on, name, &args);
            }
        }
        if let Expr::Index(base, index) = module.expr(call.callee) {
            let on = self.expr(At { expr: *base, ..at }, env);
            let name = self.expr(At { expr: *index, ..at }, env);
            if let Some(known) = name.known() {
                return self.called_on(at, &on, known, &args);
            }
        }
        let callee = self.expr(callee, env);
        self.called(at, &callee, args)
    }

    /// Arguments with their names; those of a list in its place.
    pub(super) fn args(&mut self, module: u32, args: &[Arg], env: &Env) -> Args {
        let mut given = Vec::with_capacity(args.len());
        for arg in args {
            let value = self.expr(At { module, expr: arg.value }, env);
            let name = arg.name.map(|name| Arc::from(self.fold.module(module).text(name)));
            if !arg.spread || name.is_some() {
                given.push((name, value));
                continue;
            }
            let mut list = List::default();
            spread(&value, &mut list);
            given.extend(list.items.into_iter().map(|item| (None, item)));
        }
        given
    }

    /// `on.name(args)`.
    fn called_on(&mut self, at: At, on: &Value, name: &str, args: &Args) -> Value {
        let mut results = Vec::new();
        for one in on.choices().iter().take(8) {
            if let Some(result) = self.method(at, one, name, args) {
                results.push(result);
                continue;
            }
            let member = self.member(one, name);
            results.push(match member {
                Value::Unknown(_) => self.unknown_call(at, Some(one), args),
                member => self.called(at, &member, args.clone()),
            });
        }
        Value::one_of(results)
    }

    /// A call of what `callee` is.
    fn called(&mut self, at: At, callee: &Value, args: Args) -> Value {
        self.steps += 1;
        if self.is_spent() {
            return Value::unknown();
        }
        self.depth += 1;
        let value = self.called_as(at, callee, args);
        self.depth -= 1;
        value
    }

    /// A call by something that was handed a function: of what is at `at` nothing is said.
    pub(super) fn called_back(&mut self, at: At, callee: &Value, args: Args) -> Value {
        match callee {
            Value::Unknown(_) => {
                let how = args.iter().fold(How::default(), |how, (_, v)| how.with(v.how()));
                Value::Unknown(how)
            }
            callee => self.called(at, callee, args),
        }
    }

    fn called_as(&mut self, at: At, callee: &Value, args: Args) -> Value {
        match callee {
            Value::Function(function, env) => self.apply(*function, env, &args),
            Value::Class(module, class) => Value::Instance(*module, *class),
            Value::Library(path, how) => self.library(at, path, *how, args),
            Value::OneOf(choices) => {
                let results: Vec<Value> = choices
                    .iter()
                    .take(4)
                    .map(|choice| self.called(at, choice, args.clone()))
                    .collect();
                Value::one_of(results)
            }
            Value::Made(made) => {
                let path: Arc<str> = format!("{}()", made.path).into();
                self.library(at, &path, made.how, args)
            }
            _ => self.unknown_call(at, None, &args),
        }
    }

    /// A call of which the analysis may know more.
    fn unknown_call(&mut self, at: At, on: Option<&Value>, args: &Args) -> Value {
        let module = self.fold.module(at.module);
        if let Expr::Call(call) = module.expr(at.expr) {
            let callee = At { expr: call.callee, ..at };
            let functions = self.fold.functions(callee);
            if !functions.is_empty() && functions.len() <= 3 {
                let results: Vec<Value> = functions
                    .iter()
                    .map(|function| self.apply(*function, &Env::default(), args))
                    .collect();
                return Value::one_of(results);
            }
            let paths = self.fold.paths(callee);
            if let Some(path) = paths.iter().find(|path| !path.starts_with("?:")) {
                let path: Arc<str> = path.as_str().into();
                return self.library(at, &path, How::default(), args.clone());
            }
        }
        let how = args
            .iter()
            .fold(on.map_or(How::default(), Value::how), |how, (_, value)| how.with(value.how()));
        Value::Unknown(how)
    }

    /// What a function of the program gives.
    pub(super) fn apply(
        &mut self,
        function: FnId,
        env: &Env,
        args: &[(Option<Arc<str>>, Value)],
    ) -> Value {
        let how =
            || Value::Unknown(args.iter().fold(How::default(), |how, (_, v)| how.with(v.how())));
        let repeated = self.within.iter().filter(|within| **within == function).count();
        if self.calls >= DEEPEST_CALLS || repeated >= 2 || self.is_spent() {
            self.cut = true;
            return how();
        }
        let module = self.fold.module(function.module);
        let Some(found) = module.functions.get(function.function.at()) else { return how() };
        let inner = self.parameters(function, env, args);
        self.calls += 1;
        self.within.push(function);
        // What is being worked out outside means other values of the same variables in here.
        let active = std::mem::take(&mut self.active);
        let mut outcome = Outcome::default();
        self.block(function.module, &found.body, &inner, &mut outcome);
        self.active = active;
        self.within.pop();
        self.calls -= 1;
        if !outcome.yielded.is_empty() {
            return Value::List(Arc::new(List { items: outcome.yielded, open: true }));
        }
        if outcome.returned.is_empty() {
            return Value::Null;
        }
        Value::one_of(outcome.returned)
    }

    /// The parameters of a function as they are handed over.
    pub(super) fn parameters(
        &mut self,
        function: FnId,
        env: &Env,
        args: &[(Option<Arc<str>>, Value)],
    ) -> Env {
        let module = self.fold.module(function.module);
        let Some(found) = module.functions.get(function.function.at()) else { return env.clone() };
        let mut vars = Vec::new();
        for (number, param) in found.params.iter().enumerate() {
            let name = param.name.map(|name| module.text(name));
            let named = args.iter().find(|(given, _)| given.is_some() && given.as_deref() == name);
            let positional = || args.iter().filter(|(name, _)| name.is_none());
            let value = match (named, param.kind) {
                (Some((_, value)), _) => value.clone(),
                (None, ParamKind::Rest) => {
                    Value::list(positional().skip(number).map(|(_, value)| value.clone()).collect())
                }
                (None, ParamKind::NamedRest) => Value::unknown(),
                (None, _) => match (positional().nth(number), param.default) {
                    (Some((_, value)), _) => value.clone(),
                    (None, Some(default)) => {
                        let inner = env.with(vars.clone());
                        self.expr(At { module: function.module, expr: default }, &inner)
                    }
                    (None, None) => Value::Null,
                },
            };
            self.bind(function.module, param.target, &value, &mut vars);
        }
        env.with(vars)
    }

    /// Goes through statements; says whether they never come to their end.
    fn block(&mut self, module: u32, stmts: &[StmtId], env: &Env, out: &mut Outcome) -> bool {
        stmts.iter().any(|stmt| self.stmt(module, *stmt, env, out))
    }

    fn stmt(&mut self, module: u32, stmt: StmtId, env: &Env, out: &mut Outcome) -> bool {
        self.steps += 1;
        if self.is_spent() {
            return true;
        }
        let to = |expr| At { module, expr };
        let Some((body, _)) = self.fold.module(module).stmts.get(stmt.at()) else { return false };
        match body {
            Stmt::Return(Some(expr)) => {
                let value = self.expr(to(*expr), env);
                out.returned.push(value);
                true
            }
            Stmt::Return(None) | Stmt::Throw(_) => true,
            Stmt::Yield(expr) => {
                let value = self.expr(to(*expr), env);
                out.yielded.push(value);
                false
            }
            Stmt::If { cond, then, otherwise } => match self.expr(to(*cond), env).truth() {
                Some(true) => self.block(module, then, env, out),
                Some(false) => self.block(module, otherwise, env, out),
                None => {
                    let first = self.block(module, then, env, out);
                    let second = self.block(module, otherwise, env, out);
                    first && second && !otherwise.is_empty()
                }
            },
            Stmt::Loop { body, otherwise, .. } => {
                self.block(module, body, env, out);
                self.block(module, otherwise, env, out);
                false
            }
            Stmt::Switch { subject, cases } => {
                let subject = subject.map(|subject| self.expr(to(subject), env));
                let wanted = subject.as_ref().and_then(Value::known).map(str::to_owned);
                for case in cases {
                    let mut other = false;
                    if let (Some(wanted), Some(tests)) = (&wanted, &case.tests) {
                        other = !tests.is_empty();
                        for test in tests {
                            let test = self.expr(to(*test), env);
                            other &= test.known().is_some_and(|test| test != wanted);
                        }
                    }
                    if !other && self.block(module, &case.body, env, out) && wanted.is_some() {
                        return true;
                    }
                }
                false
            }
            Stmt::Try { body, handlers, finally } => {
                let ended = self.block(module, body, env, out);
                for (_, handler) in handlers {
                    self.block(module, handler, env, out);
                }
                self.block(module, finally, env, out) || (ended && handlers.is_empty())
            }
            Stmt::Expr(_) | Stmt::Break | Stmt::Continue => false,
        }
    }
}

/// What a call of a library gives that nothing is known of.
pub(super) fn made(at: At, path: &Arc<str>, args: Args, on: Option<Value>) -> Value {
    let before = on.as_ref().map_or(How::default(), Value::how);
    let how = args.iter().fold(before, |how, (_, value)| how.with(value.how()));
    Value::Made(Arc::new(Made { path: Arc::clone(path), at, args, on, how }))
}

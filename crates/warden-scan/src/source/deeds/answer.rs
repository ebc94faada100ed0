//! Whether anybody looks at what a call gives. What is sent away to be swallowed has an answer
//! that nobody reads; a request to a service is made for its answer.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Arg, Call, Expr, ExprId, Stmt, VarId},
};

use crate::source::{fold::Fold, index::Around};

/// Steps outwards, through variables and calls of the function.
const FARTHEST: u32 = 24;

/// Members that only say whether it went well.
const STATUS: &[&str] = &[
    "ok",
    "status",
    "status_code",
    "statusCode",
    "statusText",
    "StatusCode",
    "is_success",
    "reason",
    "readyState",
    "destroyed",
    "closed",
    "reason_phrase",
    "code",
    "returncode",
];

/// Methods after which it is as it was.
const HANDLING: &[&str] = &[
    "catch",
    "finally",
    "on",
    "once",
    "unref",
    "destroy",
    "close",
    "Close",
    "raise_for_status",
    "resume",
    "setTimeout",
    "setEncoding",
    "end",
    "write",
    "abort",
    "release",
    "aclose",
    "cancel",
    "add_done_callback",
    "setNoDelay",
    "cork",
    "uncork",
];

/// Functions that hand on what they get, or wait for it.
const PASSING: &[&str] = &[
    "all",
    "allSettled",
    "race",
    "any",
    "resolve",
    "create_task",
    "ensure_future",
    "gather",
    "wait_for",
    "run",
    "run_coroutine_threadsafe",
    "run_until_complete",
    "shield",
    "ReadAll",
    "loads",
    "String",
    "parse",
    "NewDecoder",
    "LimitReader",
    "bytes",
    "str",
    "waitUntil",
];

/// Functions that swallow what they get.
const SWALLOWING: &[&str] = &[
    "log",
    "error",
    "warn",
    "info",
    "debug",
    "print",
    "Print",
    "Printf",
    "Println",
    "trace",
    "suppress",
    "Discard",
    "len",
    "void",
    "bool",
    "isinstance",
];

/// Whether what a call gives is used for more than to see that it went well.
pub(super) fn heeded(fold: &Fold<'_>, at: At) -> bool {
    Reader { fold, steps: 0, seen: Vec::new() }.heeded(at)
}

struct Reader<'f, 'a> {
    fold: &'f Fold<'a>,
    steps: u32,
    seen: Vec<(u32, VarId)>,
}

impl Reader<'_, '_> {
    fn heeded(&mut self, at: At) -> bool {
        self.steps += 1;
        if self.steps > FARTHEST * 8 {
            return true;
        }
        let module = self.fold.module(at.module);
        match self.fold.index(at.module).around(at.expr) {
            Around::Nothing => false,
            Around::Stmt(stmt) => match module.stmts.get(stmt.at()).map(|(stmt, _)| stmt) {
                Some(Stmt::Return(_)) => self.returned(at),
                Some(Stmt::Loop { each: Some((_, source)), .. }) => *source == at.expr,
                Some(Stmt::Yield(_) | Stmt::Switch { .. }) => true,
                _ => false,
            },
            Around::Expr(parent) => self.inside(at, parent),
        }
    }

    fn inside(&mut self, at: At, parent: ExprId) -> bool {
        let module = self.fold.module(at.module);
        let up = At { expr: parent, ..at };
        match module.expr(parent) {
            Expr::Assign { target, value } if *value == at.expr => {
                self.target(at.module, *target) || self.chained(up)
            }
            Expr::Member(base, name) if *base == at.expr => self.member(up, module.text(*name)),
            Expr::Call(call) if call.callee == at.expr => self.heeded(up),
            Expr::Call(call) => self.argument(up, call),
            Expr::List(items) => {
                let place = items.iter().position(|item| item.value == at.expr).unwrap_or(0);
                self.listed(up, place)
            }
            Expr::Choice { cond, .. } if *cond == at.expr => false,
            Expr::Logic(..) | Expr::Choice { .. } | Expr::Unknown(_) | Expr::Index(..) => {
                self.heeded(up)
            }
            Expr::Binary(..) | Expr::Not(_) | Expr::Unary(_) => false,
            _ => true,
        }
    }

    /// An assignment that is an expression inside another one.
    fn chained(&mut self, at: At) -> bool {
        match self.fold.index(at.module).around(at.expr) {
            Around::Expr(_) => self.heeded(at),
            Around::Nothing | Around::Stmt(_) => false,
        }
    }

    fn target(&mut self, module: u32, target: ExprId) -> bool {
        let found = self.fold.module(module);
        match found.expr(target) {
            Expr::Var(var) => self.variable(module, *var),
            Expr::List(items) => {
                items.first().is_some_and(|first| self.target(module, first.value))
            }
            Expr::Object(parts) => {
                let parts: Vec<(ExprId, String)> = parts
                    .iter()
                    .map(|part| {
                        let name = match part.key {
                            warden_flow::ir::Key::Name(name) => found.text(name).to_owned(),
                            _ => String::new(),
                        };
                        (part.value, name)
                    })
                    .filter(|(_, name)| !STATUS.contains(&name.as_str()))
                    .collect();
                parts.into_iter().any(|(value, _)| self.target(module, value))
            }
            Expr::Default(inner, _) => self.target(module, *inner),
            _ => true,
        }
    }

    fn variable(&mut self, module: u32, var: VarId) -> bool {
        if self.seen.contains(&(module, var)) {
            return false;
        }
        self.seen.push((module, var));
        let found = self.fold.module(module);
        if found.vars.get(var.at()).is_some_and(|var| found.text(var.name) == "_") {
            return false;
        }
        let uses: Vec<ExprId> = self
            .fold
            .index(module)
            .uses(var)
            .iter()
            .copied()
            .filter(|expr| !self.is_target(module, *expr))
            .take(40)
            .collect();
        uses.into_iter().any(|expr| self.heeded(At { module, expr }))
    }

    /// Whether an expression is what is assigned to.
    fn is_target(&self, module: u32, expr: ExprId) -> bool {
        let found = self.fold.module(module);
        let mut inner = expr;
        for _ in 0..4 {
            let Some(parent) = self.fold.index(module).parent(inner) else { return false };
            match found.expr(parent) {
                Expr::Assign { target, .. } => return *target == inner,
                Expr::List(_) | Expr::Object(_) | Expr::Default(..) => inner = parent,
                _ => return false,
            }
        }
        false
    }

    fn member(&mut self, at: At, name: &str) -> bool {
        if STATUS.contains(&name) {
            return false;
        }
        let module = self.fold.module(at.module);
        let parent = self.fold.index(at.module).parent(at.expr);
        let call = parent.and_then(|parent| match module.expr(parent) {
            Expr::Call(call) if call.callee == at.expr => Some((parent, call)),
            _ => None,
        });
        let Some((parent, call)) = call else { return self.heeded(at) };
        let up = At { expr: parent, ..at };
        if name == "then" {
            return self.callbacks(at.module, &call.args) || self.heeded(up);
        }
        if HANDLING.contains(&name) {
            return (matches!(name, "on" | "once") && self.callbacks(at.module, &call.args))
                || self.heeded(up);
        }
        self.heeded(up)
    }

    /// Whether a function that is handed over uses what it is given, or gives something itself.
    fn callbacks(&mut self, module: u32, args: &[Arg]) -> bool {
        let errors =
            args.first().is_some_and(|first| match self.fold.module(module).expr(first.value) {
                Expr::Text(name) => matches!(
                    self.fold.module(module).text(*name),
                    "error" | "timeout" | "close" | "end"
                ),
                _ => false,
            });
        if errors {
            return false;
        }
        let functions: Vec<FnId> = args
            .iter()
            .filter_map(|arg| match self.fold.module(module).expr(arg.value) {
                Expr::Function(function) => Some(FnId { module, function: *function }),
                _ => None,
            })
            .collect();
        functions.into_iter().any(|function| {
            let params: Vec<ExprId> = self.fold.module(function.module).functions
                [function.function.at()]
            .params
            .iter()
            .map(|param| param.target)
            .collect();
            params.into_iter().take(1).any(|param| self.target(function.module, param))
        })
    }

    fn argument(&mut self, at: At, call: &Call) -> bool {
        let module = self.fold.module(at.module);
        let name = match module.expr(call.callee) {
            Expr::Member(_, name) | Expr::Global(name) => module.text(*name),
            Expr::Var(var) => module.vars.get(var.at()).map_or("", |var| module.text(var.name)),
            _ => "",
        };
        if SWALLOWING.contains(&name) {
            return false;
        }
        if PASSING.contains(&name) { self.heeded(at) } else { true }
    }

    /// `const [a] = await Promise.all([x, y])`: whether somebody takes the one at `place`.
    fn listed(&mut self, list: At, place: usize) -> bool {
        let module = self.fold.module(list.module);
        let mut inner = list.expr;
        for _ in 0..4 {
            let Some(parent) = self.fold.index(list.module).parent(inner) else { break };
            if let Expr::Assign { target, .. } = module.expr(parent)
                && let Expr::List(items) = module.expr(*target)
            {
                return items.get(place).is_some_and(|item| self.target(list.module, item.value));
            }
            inner = parent;
        }
        self.heeded(list)
    }

    /// What a function returns is heeded where it is called; if nobody calls it, somebody outside
    /// may.
    fn returned(&mut self, at: At) -> bool {
        let owner = self.fold.index(at.module).owner(at.expr);
        let function = FnId { module: at.module, function: owner };
        let callers = self.fold.callers(function);
        if callers.is_empty() {
            // `all(names.map((name) => fetch(name)))`: what is made of each is in the list.
            if let Some(list) = self.fold.mapped_in(function) {
                return self.heeded(list);
            }
            // A function that is handed over as it is: `setInterval(() => fetch(…))`.
            return !self.is_dropped(function);
        }
        callers.into_iter().any(|caller| self.heeded(caller))
    }

    /// Whether a function is only handed to what throws its result away.
    fn is_dropped(&self, function: FnId) -> bool {
        let module = self.fold.module(function.module);
        let Some(expr) = self.fold.index(function.module).made(function.function) else {
            return false;
        };
        let Some(parent) = self.fold.index(function.module).parent(expr) else { return false };
        let Expr::Call(call) = module.expr(parent) else { return false };
        match module.expr(call.callee) {
            Expr::Global(name) | Expr::Member(_, name) => matches!(
                module.text(*name),
                "setTimeout"
                    | "setInterval"
                    | "setImmediate"
                    | "nextTick"
                    | "on"
                    | "once"
                    | "queueMicrotask"
                    | "forEach"
                    | "Timer"
                    | "Thread"
                    | "AfterFunc"
                    | "catch"
                    | "then"
                    | "finally"
            ),
            // A function that is called where it stands.
            _ => false,
        }
    }
}

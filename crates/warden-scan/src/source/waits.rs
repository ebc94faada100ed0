//! What a switch waits for: conditions that ask for the date, count calls, or look for a mark.

use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Call, Expr, ExprId, Module, Operator, Stmt},
};

use super::{
    fold::{Fold, Value},
    guards::conditions,
    index::{Base, children},
    sides::{part_side, side},
};

/// What a switch waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timing {
    /// A day.
    Date,
    /// A number of calls.
    Count,
    /// A file that is there, or old enough.
    Marker,
    /// A build server, or none.
    Build,
}

impl Timing {
    /// What it is, for people.
    pub(crate) const fn what(self) -> &'static str {
        match self {
            Self::Date => "the date",
            Self::Count => "how often the server was called",
            Self::Marker => "a file that marks the time, or is there or not",
            Self::Build => "whether a build server runs it",
        }
    }
}

/// The condition before something that waits, if there is one. `files` are those that are read
/// there: to ask whether they are there is no switch.
pub(crate) fn switch(fold: &Fold<'_>, at: At, files: &[String]) -> Option<(At, Timing)> {
    let found = conditions(fold, at).into_iter().filter_map(|cond| {
        let mut signs = Signs { fold, at, cond, files, found: BTreeSet::new() };
        signs.look(cond, 0);
        Some((cond, signs.found.into_iter().next()?))
    });
    found.min_by_key(|(_, timing)| *timing)
}

/// What is found in one condition.
struct Signs<'f, 'a> {
    fold: &'f Fold<'a>,
    /// What is done under the condition.
    at: At,
    cond: At,
    files: &'f [String],
    found: BTreeSet<Timing>,
}

impl Signs<'_, '_> {
    /// Looks at a condition, at the variables in it, and at small functions that it calls.
    fn look(&mut self, at: At, depth: u32) {
        let module = self.fold.module(at.module);
        let mut work = vec![at.expr];
        let mut steps = 0;
        while let Some(expr) = work.pop() {
            steps += 1;
            if steps > 400 {
                return;
            }
            let here = At { module: at.module, expr };
            match module.expr(expr) {
                Expr::Binary(Operator::Compare, a, b) => {
                    self.counted(here, *a, *b);
                    self.counted(here, *b, *a);
                }
                Expr::Call(call) => {
                    self.called(here, call);
                    if depth < 2 {
                        let callee = At { module: at.module, expr: call.callee };
                        for function in self.fold.functions(callee).into_iter().take(2) {
                            self.within(function, depth + 1);
                        }
                    }
                }
                Expr::Var(var) if depth < 2 => {
                    for origin in self.fold.index(at.module).origins(*var).iter().take(4) {
                        if let Base::Expr(value) = origin.base
                            && value != expr
                            && is_short(module, value)
                        {
                            self.look(At { module: at.module, expr: value }, depth + 1);
                        }
                    }
                }
                Expr::Text(name) | Expr::Member(_, name) if is_build(module.text(*name)) => {
                    self.found.insert(Timing::Build);
                }
                Expr::Member(_, name) if is_age(module.text(*name)) => {
                    self.found.insert(Timing::Marker);
                }
                _ => {}
            }
            children(module, expr, |child| work.push(child));
        }
    }

    fn within(&mut self, function: FnId, depth: u32) {
        let module = self.fold.module(function.module);
        let Some(found) = module.functions.get(function.function.at()) else { return };
        if found.span.end.saturating_sub(found.span.start) > 1200 {
            return;
        }
        for stmt in &found.body {
            if let Some((Stmt::Return(Some(value)), _)) = module.stmts.get(stmt.at()) {
                self.look(At { module: function.module, expr: *value }, depth);
            }
        }
    }

    /// Calls that tell the time, or look for a file.
    fn called(&mut self, at: At, call: &Call) {
        let value = self.fold.quick(At { expr: call.callee, ..at });
        let asked = call.args.first().map(|arg| arg.value);
        let mut of_library = false;
        for choice in value.choices() {
            let Value::Library(path, _) = choice else { continue };
            of_library |= looks_for_file(path);
            if tells_date(path) {
                self.found.insert(Timing::Date);
            }
            let asks = &**path == "os:path.getmtime"
                || (looks_for_file(path) && !self.is_read(at.module, asked));
            if asks {
                self.found.insert(Timing::Marker);
            }
        }
        let module = self.fold.module(at.module);
        let Expr::Member(owner, name) = module.expr(call.callee) else { return };
        let marker = match module.text(*name) {
            "ModTime" => true,
            "exists" | "is_file" | "is_dir" if !of_library => {
                !self.is_read(at.module, Some(*owner))
            }
            _ => false,
        };
        if marker {
            self.found.insert(Timing::Marker);
        }
    }

    /// Whether a path is that of a file which is read under the condition, or of its folder.
    fn is_read(&self, module: u32, path: Option<ExprId>) -> bool {
        let Some(expr) = path else { return false };
        let asked: Vec<String> = self
            .fold
            .value(At { module, expr })
            .spellings()
            .iter()
            .map(|path| plain(&path.shown()))
            .collect();
        let leads = |path: &String| {
            let known = path.chars().any(char::is_alphanumeric);
            known
                && self.files.iter().map(|file| plain(file)).any(|file| {
                    file.strip_prefix(path.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
        };
        !asked.is_empty() && asked.iter().all(leads)
    }

    /// `count > 40` of something that is counted.
    fn counted(&mut self, compared: At, count: ExprId, limit: ExprId) {
        let value = self.fold.quick(At { expr: limit, ..compared });
        let enough = value
            .choices()
            .iter()
            .any(|choice| matches!(choice, Value::Number(number, _) if *number >= 2));
        let Some(grows) = growth(self.fold, compared.module, count) else { return };
        if enough && !(grows && self.is_below(compared, count, limit)) {
            self.found.insert(Timing::Count);
        }
    }

    /// Whether what is done needs the counter to be below the limit: then it is done from the
    /// first call on, and the limit ends it, as with attempts that are given up.
    fn is_below(&self, compared: At, count: ExprId, limit: ExprId) -> bool {
        let (fold, cond) = (self.fold, self.cond);
        if compared.module != cond.module {
            return false;
        }
        let holds =
            side(fold, self.at, cond).and_then(|holds| part_side(fold, compared, cond, holds));
        let module = fold.module(compared.module);
        let (a, b) = (module.span(count), module.span(limit));
        let (from, to) = (a.end.min(b.end), a.start.max(b.start));
        let sign = fold.between(compared.module, from, to).trim_start_matches([')', ' ']);
        let first_is_less = match sign.chars().next() {
            Some('<') => true,
            Some('>') => false,
            _ => return false,
        };
        holds.is_some_and(|holds| holds == (first_is_less == (a.start < b.start)))
    }
}

/// A path without what makes no difference.
fn plain(path: &str) -> String {
    path.replace('\\', "/").trim_end_matches('/').to_owned()
}

fn is_short(module: &Module, expr: ExprId) -> bool {
    let span = module.span(expr);
    span.end.saturating_sub(span.start) < 300
        && !matches!(module.expr(expr), Expr::Function(_) | Expr::Class(_))
}

fn tells_date(path: &str) -> bool {
    matches!(
        path,
        ":Date.now"
            | ":Date"
            | ":Date.UTC"
            | ":Date.parse"
            | "time:time"
            | "time:Now"
            | "time:Since"
            | "time:Until"
            | "time:Date"
    ) || (path.starts_with("datetime:")
        && [".now", ".today", ".utcnow"].iter().any(|end| path.ends_with(end)))
        || path.starts_with("time:Now().")
}

fn looks_for_file(path: &str) -> bool {
    matches!(
        path,
        "os:path.exists"
            | "os:path.isfile"
            | "fs:existsSync"
            | "fs:statSync"
            | "fs:accessSync"
            | "os:Stat"
            | "fs/promises:stat"
            | "fs/promises:access"
    )
}

/// Members that tell how old a file is.
fn is_age(name: &str) -> bool {
    matches!(name, "mtime" | "mtimeMs" | "st_mtime" | "birthtimeMs" | "st_ctime")
}

/// Whether something is counted: `true` where it only ever grows, nothing where it is no counter.
fn growth(fold: &Fold<'_>, number: u32, count: ExprId) -> Option<bool> {
    let module = fold.module(number);
    let name = match module.expr(count) {
        Expr::Var(var) => module.vars.get(var.at()).map(|var| var.name),
        Expr::Member(_, name) => Some(*name),
        _ => None,
    }?;
    let same = |expr: ExprId| match module.expr(expr) {
        Expr::Var(var) => module.vars.get(var.at()).is_some_and(|var| var.name == name),
        Expr::Member(_, member) => *member == name,
        _ => false,
    };
    // `x += 1` is an assignment whose value begins with what is assigned to.
    let is_step = |expr: &Expr| match expr {
        Expr::Assign { target, value } if same(*target) => match module.expr(*value) {
            Expr::Binary(Operator::Arithmetic, a, b) => {
                same(*a) && matches!(module.expr(*b), Expr::Number(_))
            }
            Expr::Concat(parts) => {
                matches!(parts[..], [a, b] if same(a) && matches!(module.expr(b), Expr::Number(_)))
            }
            _ => false,
        },
        _ => false,
    };
    let steps = (0_u32..).zip(&module.exprs).filter(|(_, expr)| is_step(expr)).map(|(step, _)| {
        let written = fold.written(At { module: number, expr: ExprId(step) });
        written.contains('+') && !written.contains('-')
    });
    steps.reduce(|all, one| all && one)
}

/// Variables by which build servers are known.
fn is_build(name: &str) -> bool {
    matches!(
        name,
        "CI" | "GITHUB_ACTIONS"
            | "GITLAB_CI"
            | "BUILDKITE"
            | "JENKINS_URL"
            | "TF_BUILD"
            | "TRAVIS"
            | "CIRCLECI"
            | "TEAMCITY_VERSION"
            | "CODEBUILD_BUILD_ID"
            | "BUILD_ID"
            | "CONTINUOUS_INTEGRATION"
    )
}

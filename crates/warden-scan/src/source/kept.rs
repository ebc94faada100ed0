//! Values that are kept under one name and taken out under another: `all["seen_" + id] = value`,
//! and later `all.shell`. Followed by what holds them alone, the one seems to become the other.

use warden_flow::{
    analysis::{At, Flow, FnId, Hop, Spot},
    ir::{Call, Expr, ExprId, FuncId, Key, Language, Stmt, VarId},
};

use super::{
    SourceView,
    fold::{Fold, Spelling},
    index::{Base, children},
};

/// Whether a way goes through something that keeps the value under names that begin with one
/// text, and goes on with a member whose name does not. Where that is not certain it is not said.
pub(crate) fn is_taken_under_another_name(view: &SourceView<'_>, flow: &Flow) -> bool {
    let fold = view.fold();
    (0..flow.trace.len()).any(|at| {
        let (before, after) = flow.trace.split_at(at);
        let Some((hop, after)) = after.split_first() else { return false };
        // The call of what keeps it comes before, or where it comes back from there.
        let near: Vec<&Hop> = before.iter().rev().chain(after).collect();
        kept_under(fold, &near, hop)
            .is_some_and(|start| !start.is_empty() && another(view, after, &start))
    })
}

/// What the names begin with under which a step keeps a value.
fn kept_under(fold: &Fold<'_>, near: &[&Hop], hop: &Hop) -> Option<String> {
    let at = fold.expr_at(hop.at)?;
    let module = fold.module(at.module);
    let Expr::Assign { target, .. } = module.expr(at.expr) else { return None };
    let Expr::Index(_, key) = module.expr(*target) else { return None };
    let key = At { expr: *key, ..at };
    if let Expr::Var(var) = module.expr(key.expr)
        && let [origin] = fold.index(at.module).origins(*var)
        && let (Base::Param(function, number), []) = (origin.base, origin.steps.as_slice())
    {
        let function = FnId { module: at.module, function };
        return starts(fold, given(fold, near, function, number)?);
    }
    starts(fold, key)
}

/// What a function is given by the call that the way goes through.
fn given(fold: &Fold<'_>, near: &[&Hop], function: FnId, number: usize) -> Option<At> {
    near.iter().find_map(|hop| {
        let at = fold.expr_at(hop.at)?;
        let call = call_at(fold, at)?;
        let callee = At { expr: call.callee, ..at };
        let number = number.checked_sub(usize::from(has_receiver(fold, function)))?;
        let plain = call.args.iter().take(number + 1).all(|arg| arg.name.is_none());
        if !plain || called(fold, callee) != [function] {
            return None;
        }
        Some(At { expr: call.args.get(number)?.value, ..at })
    })
}

/// Whether the first parameter of a function is what it is called on.
fn has_receiver(fold: &Fold<'_>, function: FnId) -> bool {
    let module = fold.module(function.module);
    let found = module.functions.get(function.function.at());
    module.language == Language::Python
        && found.filter(|found| found.class.is_some()).is_some_and(|found| {
            found.params.first().is_some_and(|param| match module.expr(param.target) {
                Expr::Var(var) => module
                    .vars
                    .get(var.at())
                    .is_some_and(|var| matches!(module.text(var.name), "self" | "cls")),
                _ => false,
            })
        })
}

/// The functions that a call may be of: by what is known of it, or else methods of its name.
fn called(fold: &Fold<'_>, callee: At) -> Vec<FnId> {
    let known = fold.functions(callee);
    let Expr::Member(_, name) = fold.module(callee.module).expr(callee.expr) else { return known };
    if !known.is_empty() {
        return known;
    }
    let name = fold.module(callee.module).text(*name);
    let mut named = Vec::new();
    for number in 0..fold.modules() {
        let module = fold.module(number);
        for (at, function) in (0_u32..).zip(&module.functions) {
            let is_named = function.name.map(|name| module.text(name)) == Some(name);
            if is_named && function.class.is_some() {
                named.push(FnId { module: number, function: FuncId(at) });
            }
        }
    }
    named
}

/// The text that all of a value begins with.
fn starts(fold: &Fold<'_>, at: At) -> Option<String> {
    let texts = fold.value(at).spellings();
    let (first, others) = texts.split_first()?;
    let same = |known: String, text: &Spelling| {
        let pairs = known.chars().zip(text.start().chars());
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    };
    Some(others.iter().fold(first.start().to_owned(), same))
}

/// Whether the way goes on with a member of what comes back from a function as it is, and that
/// begins otherwise.
fn another(view: &SourceView<'_>, after: &[Hop], start: &str) -> bool {
    let fold = view.fold();
    let calls: Vec<At> = after.iter().filter_map(|hop| fold.expr_at(hop.at)).collect();
    let pairs = calls
        .iter()
        .enumerate()
        .flat_map(|(number, to)| calls.iter().take(number).map(move |call| (*call, *to)));
    for (call, to) in pairs {
        let Some(found) = call_at(fold, call) else { continue };
        if call.module != to.module || !gives_back_whole(fold, call, found) {
            continue;
        }
        let module = fold.module(to.module);
        let held = |var: VarId| {
            let origins = fold.index(to.module).origins(var);
            matches!(origins, [only] if only.base == Base::Expr(call.expr) && only.steps.is_empty())
        };
        let mut reads = inside(fold, to).into_iter().filter_map(|expr| match module.expr(expr) {
            Expr::Var(var) if held(*var) => Some(is_other(fold, to, expr, start)),
            _ => None,
        });
        let first = reads.next();
        if first == Some(true) && reads.all(|other| other) {
            // What is taken under a name that fits is taken after all.
            return !after.iter().any(|hop| may_take(view, hop.at, start));
        }
    }
    false
}

/// Whether a variable stands there as the owner of a member that begins otherwise.
fn is_other(fold: &Fold<'_>, to: At, var: ExprId, start: &str) -> bool {
    let module = fold.module(to.module);
    let Some(parent) = fold.index(to.module).parent(var) else { return false };
    let called = |expr: ExprId| {
        let around = fold.index(to.module).parent(expr).map(|around| module.expr(around));
        matches!(around, Some(Expr::Call(call)) if call.callee == expr)
    };
    match module.expr(parent) {
        Expr::Member(owner, name) if *owner == var => {
            !called(parent) && !module.text(*name).starts_with(start)
        }
        Expr::Index(owner, key) if *owner == var => match module.expr(*key) {
            Expr::Text(name) => !module.text(*name).starts_with(start),
            _ => false,
        },
        _ => false,
    }
}

/// Whether what a call gives back is what the function keeps, as it is or merged with others.
fn gives_back_whole(fold: &Fold<'_>, at: At, call: &Call) -> bool {
    let functions = called(fold, At { expr: call.callee, ..at });
    let whole = |function: &FnId| {
        let module = fold.module(function.module);
        let index = fold.index(function.module);
        let mut returned = index.within(function.function).iter().filter(|expr| {
            let stmt = index.stmt(**expr).and_then(|stmt| module.stmts.get(stmt.at()));
            matches!(stmt, Some((Stmt::Return(Some(value)), _)) if value == *expr)
        });
        let is_whole = |expr: &ExprId| match module.expr(*expr) {
            Expr::Member(..) | Expr::Var(_) => true,
            Expr::Object(parts) => parts.iter().all(|part| part.key == Key::Spread),
            _ => false,
        };
        returned.next().is_some_and(is_whole) && returned.all(is_whole)
    };
    !functions.is_empty() && functions.iter().all(whole)
}

/// Whether a step takes something out by a name that begins so, or by one that is not known.
fn may_take(view: &SourceView<'_>, spot: Spot, start: &str) -> bool {
    let fold = view.fold();
    let Some(at) = fold.expr_at(spot) else { return true };
    let module = fold.module(at.module);
    inside(fold, at).into_iter().any(|expr| match module.expr(expr) {
        Expr::Member(_, name) => module.text(*name).starts_with(start),
        Expr::Index(_, key) => match module.expr(*key) {
            Expr::Text(name) => module.text(*name).starts_with(start),
            _ => true,
        },
        Expr::Call(call) => match module.expr(call.callee) {
            Expr::Member(_, name) | Expr::Global(name) => match module.text(*name) {
                "get" => !call.args.is_empty(),
                name => LISTING.contains(&name),
            },
            _ => false,
        },
        _ => false,
    })
}

/// Calls that take out everything, or what they are told.
const LISTING: &[&str] =
    &["values", "entries", "items", "stringify", "dumps", "Marshal", "map", "forEach", "join"];

fn call_at<'a>(fold: &Fold<'a>, at: At) -> Option<&'a Call> {
    match fold.module(at.module).expr(at.expr) {
        Expr::Call(call) => Some(call),
        _ => None,
    }
}

/// An expression with everything in it.
fn inside(fold: &Fold<'_>, at: At) -> Vec<ExprId> {
    let module = fold.module(at.module);
    let mut all = vec![at.expr];
    let mut next = 0;
    while let Some(expr) = all.get(next).copied() {
        next += 1;
        if next > MOST {
            break;
        }
        children(module, expr, |child| all.push(child));
    }
    all
}

/// Expressions of one step that are looked at.
const MOST: usize = 500;

#[cfg(test)]
mod tests {
    use warden_flow::{Limits, analyse};
    use warden_model::{SourceFile, SourceTree};

    use super::*;
    use crate::{
        engine::threads,
        models::{models, source},
        source::program,
        taint::source_of,
    };

    /// Whether ways from answers to commands are taken under another name, each.
    #[track_caller]
    fn ways(path: &str, text: &str) -> Vec<bool> {
        let files = vec![SourceFile { path: path.into(), bytes: text.into() }];
        let tree = SourceTree { name: "example".into(), files, ..SourceTree::default() };
        let pool = threads(1).expect("a thread can be started");
        pool.install(|| {
            let program = program(&tree, Limits::default());
            let analysis = analyse(&program, models());
            let view = SourceView::of(&tree, &analysis);
            let ways = view.flows_to("program").chain(view.flows_to("command"));
            let ways = ways.filter(|flow| source_of(&view, flow) == source::REMOTE);
            ways.map(|flow| is_taken_under_another_name(&view, flow)).collect()
        })
    }

    fn script(key: &str, taken: &str) -> String {
        format!(
            "const {{ execSync }} = require('child_process');
class Settings {{
  constructor() {{ this.all = {{}}; }}
  get() {{ return {{ ...this.all }}; }}
  set(key, value) {{ this.all[key] = value; }}
}}
const settings = new Settings();
async function learn(name) {{
  const answer = await fetch('https://flags.example/v1');
  const body = await answer.text();
  settings.set({key}, body);
}}
function start() {{
  const found = settings.get();
  const shell = {taken};
  execSync(shell);
}}
learn(process.argv[3]).then(start);
"
        )
    }

    #[test]
    fn what_is_kept_under_names_with_one_start_is_not_what_another_name_holds() {
        let found = ways("a.js", &script("`seen_${name}`", "found.shell"));
        assert!(!found.is_empty() && found.iter().all(|other| *other), "{found:?}");
    }

    #[test]
    fn a_name_that_fits_or_is_not_known_takes_it_out() {
        let texts = [
            script("`seen_${name}`", "found.seen_x"),
            script("`seen_${name}`", "found['seen_x']"),
            script("`seen_${name}`", "found[process.argv[2]]"),
            script("`seen_${name}`", "Object.values(found).join(' ')"),
            script("name", "found.shell"),
        ];
        for text in texts {
            let found = ways("a.js", &text);
            assert!(!found.is_empty() && found.iter().all(|other| !*other), "{found:?} in {text}");
        }
    }

    #[test]
    fn python_keeps_values_under_names_as_well() {
        let python = "\
import subprocess
import requests

class Settings:
    def __init__(self):
        self.all = {}

    def every(self):
        return self.all

    def put(self, key, value):
        self.all[key] = value

settings = Settings()

def learn(name):
    answer = requests.get(\"https://flags.example/v1\")
    settings.put(\"seen_\" + name, answer.text)

def start():
    found = settings.every()
    shell = found[\"shell\"]
    subprocess.run(shell, shell=True)
";
        let found = ways("a.py", python);
        assert!(!found.is_empty() && found.iter().all(|other| *other), "{found:?}");
    }

    #[test]
    fn go_keeps_values_under_names_as_well() {
        let go = "\
package main

import (
	\"io\"
	\"net/http\"
	\"os/exec\"
)

var all = map[string]string{}

func put(key string, value string) {
	all[key] = value
}

func every() map[string]string {
	return all
}

func learn(name string) {
	answer, _ := http.Get(\"https://flags.example/v1\")
	body, _ := io.ReadAll(answer.Body)
	put(\"seen_\"+name, string(body))
}

func start() {
	found := every()
	shell := found[\"shell\"]
	exec.Command(\"sh\", \"-c\", shell).Run()
}
";
        let found = ways("a.go", go);
        assert!(!found.is_empty() && found.iter().all(|other| *other), "{found:?}");
    }
}

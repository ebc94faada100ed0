//! Names that are written with letters of another script, so that they look like other names.

use std::collections::{BTreeMap, BTreeSet};

use warden_detect::{Likeness, likeness};
use warden_flow::{
    analysis::{At, Spot},
    ir::{Expr, ExprId, Module, Name},
};
use warden_model::{Confidence, Severity};

use crate::{Draft, SourceView};

/// Shorter names are signs of mathematics rather than words.
const SHORTEST: usize = 4;

/// Names of one tree that are looked at.
const MOST: usize = 2_000;

/// What languages and their libraries bring along that is worth being mistaken for.
const BUILT_IN: &[&str] = &[
    "eval",
    "exec",
    "open",
    "print",
    "input",
    "compile",
    "getattr",
    "require",
    "fetch",
    "encode",
    "decode",
    "validate",
    "sanitize",
    "escape",
    "quote",
    "verify",
    "check",
    "console",
    "process",
    "request",
    "response",
    "readFile",
    "writeFile",
    "resolve",
    "subprocess",
];

/// Names that look like another name of the tree, or of the language.
pub(crate) fn look_alikes(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let foreign = foreign(view);
    if foreign.is_empty() {
        return;
    }
    let plain = plain(view);
    for (name, spot) in foreign {
        let key = warden_detect::fold(&name);
        let twin = plain.get(&key).into_iter().flatten();
        let Some(twin) =
            twin.copied().find(|twin| likeness(twin, &name) == Some(Likeness::Confusable))
        else {
            continue;
        };
        let message = format!("a name looks like `{twin}` and is written with other letters");
        let label = "whoever reads this takes it for the other name";
        let draft = Draft::in_code(view, spot, None, message, label);
        out.push(draft.severity(Severity::High).confidence(Confidence::Medium).key(&name));
    }
}

/// Names with letters beyond ASCII, each with the first place where it stands.
fn foreign(view: &SourceView<'_>) -> BTreeMap<String, Spot> {
    let mut found: BTreeMap<String, Spot> = BTreeMap::new();
    for (number, module) in (0_u32..).zip(&view.program().modules) {
        if module.names.iter().all(|name| name.is_ascii()) {
            continue;
        }
        let body = module.functions.first().map(|body| body.span).unwrap_or_default();
        each(module, |name, expr| {
            let text = module.text(name);
            if text.is_ascii() || text.chars().count() < SHORTEST || found.len() >= MOST {
                return;
            }
            // Uses are visited first; they say more than the file.
            found.entry(text.to_owned()).or_insert_with(|| match expr {
                Some(expr) => view.spot(At { module: number, expr }),
                None => Spot { module: number, span: body },
            });
        });
    }
    found
}

/// Names in ASCII, by what they look like.
fn plain<'v>(view: &'v SourceView<'_>) -> BTreeMap<String, BTreeSet<&'v str>> {
    let mut names: BTreeSet<&str> = BUILT_IN.iter().copied().collect();
    for module in &view.program().modules {
        each(module, |name, _| {
            let text = module.text(name);
            if text.is_ascii() && text.len() >= SHORTEST {
                names.insert(text);
            }
        });
    }
    let mut plain: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in names {
        plain.entry(warden_detect::fold(name)).or_default().insert(name);
    }
    plain
}

/// Every name of a module that somebody gave or used, with the expression if there is one.
fn each(module: &Module, mut visit: impl FnMut(Name, Option<ExprId>)) {
    for (number, expr) in (0_u32..).zip(&module.exprs) {
        let name = match expr {
            Expr::Global(name) | Expr::Member(_, name) => *name,
            Expr::Var(var) => match module.vars.get(var.at()) {
                Some(var) => var.name,
                None => continue,
            },
            _ => continue,
        };
        visit(name, Some(ExprId(number)));
    }
    module.vars.iter().for_each(|var| visit(var.name, None));
    module.functions.iter().filter_map(|function| function.name).for_each(|name| visit(name, None));
    module.classes.iter().filter_map(|class| class.name).for_each(|name| visit(name, None));
}

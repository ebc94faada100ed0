//! What a program does to the world, with the values that it does it with: where something is
//! sent, which program is started, which file is read or written.
//!
//! Which calls do that, and which of their arguments say where, stands in the models, as notes.

mod answer;
mod failure;
mod files;
mod sends;
mod starts;

use std::sync::Arc;

use warden_flow::{
    analysis::{At, FnId, Noted, Spot},
    ir::Expr,
};

use super::{
    SourceView,
    fold::{Fold, Value},
};
pub(crate) use files::{FileUse, Touch};
pub(crate) use sends::{Send, Way};
pub(crate) use starts::Start;

/// Everything that a program does to the world.
#[derive(Debug, Default)]
pub(crate) struct Deeds {
    /// What is sent, in the order of the text.
    pub(crate) sends: Vec<Send>,
    /// Programs that are started.
    pub(crate) starts: Vec<Start>,
    /// Files that are touched.
    pub(crate) files: Vec<FileUse>,
    /// Variables of the environment that are set.
    pub(crate) sets: Vec<Deed>,
    /// Text that is run.
    pub(crate) runs: Vec<Deed>,
    /// Modules and libraries that are loaded.
    pub(crate) loads: Vec<Deed>,
}

/// Something that is done with a value.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    /// The call, or the assignment.
    pub(crate) at: At,
    /// The function that it stands in.
    pub(crate) function: FnId,
    /// The API path of what is called.
    pub(crate) path: Arc<str>,
    /// The value, or the name of what is set.
    pub(crate) value: Value,
    /// What it is set to.
    pub(crate) to: Option<Value>,
    /// Whether only the name of what is called speaks for it.
    pub(crate) loose: bool,
}

impl Deeds {
    /// Collects them.
    pub(crate) fn of(view: &SourceView<'_>, fold: &Fold<'_>) -> Self {
        let mut deeds = Self {
            sends: sends::sends(view, fold),
            starts: starts::starts(view, fold),
            files: files::files(view, fold),
            ..Self::default()
        };
        for (tag, place) in [("code-0", 0), ("timer-code-0", 0)] {
            deeds.runs.extend(noted(view, tag).filter_map(|noted| deed(fold, noted, place)));
        }
        deeds.runs.extend(
            noted(view, "code-last")
                .filter_map(|noted| deed(fold, noted, noted.args.len().max(1) - 1)),
        );
        for (tag, place) in [("load-0", 0), ("load-1", 1)] {
            deeds.loads.extend(noted(view, tag).filter_map(|noted| deed(fold, noted, place)));
        }
        imported(fold, &mut deeds.loads);
        for noted in noted(view, "set-0") {
            if let Some(mut set) = deed(fold, noted, 0) {
                set.to = argument(noted, 1, &[]).map(|at| fold.value(at));
                deeds.sets.push(set);
            }
        }
        assigned(fold, &mut deeds.sets);
        deeds
    }

    /// What is sent by the call at a place.
    pub(crate) fn send_at(&self, spot: Spot) -> Option<&Send> {
        self.sends.iter().find(|send| send.spot == spot)
    }
}

/// The calls that models have a note for.
pub(crate) fn noted<'v>(view: &'v SourceView<'_>, tag: &str) -> impl Iterator<Item = &'v Noted> {
    view.analysis.noted(tag).iter()
}

/// The argument at a position, or by one of some names.
pub(crate) fn argument(noted: &Noted, place: usize, names: &[&str]) -> Option<At> {
    let by_name =
        noted.args.iter().find(|arg| arg.name.as_deref().is_some_and(|n| names.contains(&n)));
    by_name.or_else(|| noted.args.get(place).filter(|arg| arg.name.is_none())).map(|arg| arg.at)
}

fn deed(fold: &Fold<'_>, noted: &Noted, place: usize) -> Option<Deed> {
    let value = fold.value(argument(noted, place, &["name", "path", "source"])?);
    Some(Deed {
        at: noted.at,
        function: noted.function,
        path: Arc::clone(&noted.path),
        value,
        to: None,
        loose: noted.path.starts_with('?'),
    })
}

/// `process.env.X = …` and `os.environ["X"] = …`.
fn assigned(fold: &Fold<'_>, sets: &mut Vec<Deed>) {
    for module in 0..fold.modules() {
        let found = fold.module(module);
        for (number, expr) in (0_u32..).zip(&found.exprs) {
            let Expr::Assign { target, value } = expr else { continue };
            let (Expr::Member(base, _) | Expr::Index(base, _)) = found.expr(*target) else {
                continue;
            };
            let base = *base;
            let likely = match found.expr(base) {
                Expr::Member(_, name) => matches!(found.text(*name), "env" | "environ"),
                Expr::Var(_) | Expr::Index(..) => true,
                _ => false,
            };
            if !likely {
                continue;
            }
            let Value::Library(path, _) = fold.quick(At { module, expr: base }) else { continue };
            if !super::fold::is_environment(&path) {
                continue;
            }
            let name = match found.expr(*target) {
                Expr::Member(_, name) => Value::text(found.text(*name)),
                Expr::Index(_, index) => fold.value(At { module, expr: *index }),
                _ => continue,
            };
            let at = At { module, expr: warden_flow::ir::ExprId(number) };
            let owner = fold.index(module).owner(at.expr);
            sets.push(Deed {
                at,
                function: FnId { module, function: owner },
                path,
                value: name,
                to: Some(fold.value(At { module, expr: *value })),
                loose: false,
            });
        }
    }
}

/// `import(x)` and `require(x)` of what is worked out.
fn imported(fold: &Fold<'_>, loads: &mut Vec<Deed>) {
    for module in 0..fold.modules() {
        let found = fold.module(module);
        for (number, expr) in (0_u32..).zip(&found.exprs) {
            let Expr::Import(path) = expr else { continue };
            if let Expr::Text(name) = found.expr(*path)
                && !is_taken_apart(fold, At { module, expr: *path })
                && !is_elsewhere(found.text(*name))
            {
                continue;
            }
            let at = At { module, expr: warden_flow::ir::ExprId(number) };
            loads.push(Deed {
                at,
                function: FnId { module, function: fold.index(module).owner(at.expr) },
                path: Arc::from(":import"),
                value: fold.value(At { module, expr: *path }),
                to: None,
                loose: false,
            });
        }
    }
}

/// Whether a path leads out of the package, so that something else may have put the file there.
fn is_elsewhere(path: &str) -> bool {
    path.starts_with(['/', '~']) || path.starts_with("file:")
}

/// Whether a text was put together by the front-end, of pieces that its author took apart.
fn is_taken_apart(fold: &Fold<'_>, at: At) -> bool {
    fold.value(at).how().has(super::fold::How::JOINED.with(super::fold::How::CODES))
}

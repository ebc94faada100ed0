//! Code that runs and is not in the text: what is run, loaded or looked up by something that
//! nobody can say before it happens.

use warden_flow::{
    analysis::{At, Spot},
    ir::{Expr, ExprId, Language},
};

use crate::{
    SourceView,
    source::fold::{Fold, Value},
};

/// Places where what runs is computed, or read from somewhere.
pub(super) fn unseen(view: &SourceView<'_>) -> Vec<Spot> {
    let deeds = view.deeds();
    let runs = deeds.runs.iter().filter(|run| {
        !run.loose && !is_timer(&run.path) && run.value.choices().iter().any(is_unknown_text)
    });
    let loads = deeds.loads.iter().filter(|load| {
        // What a plugin of Go holds is nowhere in the tree.
        &*load.path == "plugin:Open" || load.value.choices().iter().any(is_unknown_text)
    });
    let mut spots: Vec<Spot> = runs.chain(loads).map(|deed| view.spot(deed.at)).collect();
    looked_up(view, &mut spots);
    disguised(view, &mut spots);
    spots
}

/// Timers take functions, and texts only by accident.
fn is_timer(path: &str) -> bool {
    path.ends_with("setTimeout") || path.ends_with("setInterval")
}

/// Whether a value is, or may be, a text of which a part is not known.
fn is_unknown_text(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.known().is_none(),
        Value::Unknown(_) | Value::Made(_) | Value::Object(_) | Value::Library(..) => true,
        _ => false,
    }
}

/// Members of the language or of a powerful library that are called by a computed name.
fn looked_up(view: &SourceView<'_>, spots: &mut Vec<Spot>) {
    let fold = view.fold();
    for module in 0..fold.modules() {
        let found = fold.module(module);
        for expr in &found.exprs {
            let Expr::Call(call) = expr else { continue };
            let Some((base, name)) = computed(fold, module, call.callee) else { continue };
            let key = fold.quick(At { module, expr: name });
            let hidden = key.choices().iter().any(is_unknown_text);
            if hidden && fold.quick(At { module, expr: base }).choices().iter().any(is_powerful) {
                spots.push(view.spot(At { module, expr: call.callee }));
            }
        }
    }
}

/// What a member is looked up in, and by which name, where that is no constant.
fn computed(fold: &Fold<'_>, module: u32, callee: ExprId) -> Option<(ExprId, ExprId)> {
    let found = fold.module(module);
    match found.expr(callee) {
        Expr::Index(base, name) if !matches!(found.expr(*name), Expr::Text(_)) => {
            Some((*base, *name))
        }
        Expr::Call(call) => match (found.expr(call.callee), call.args.as_slice()) {
            (Expr::Global(name), [base, key, ..]) if found.text(*name) == "getattr" => {
                Some((base.value, key.value))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether a program gets out of itself by the members of this.
fn is_powerful(value: &Value) -> bool {
    let Value::Library(path, _) = value else { return false };
    let (module, _) = path.split_once(':').unwrap_or(("", path));
    let module = module.strip_prefix("node:").unwrap_or(module);
    matches!(module, "os" | "subprocess" | "child_process" | "vm" | "builtins" | "ctypes")
        || matches!(&**path, ":" | ":globalThis" | ":window" | ":process" | ":globals()")
}

/// Files that `require` runs as code although they are not called like code.
fn disguised(view: &SourceView<'_>, spots: &mut Vec<Spot>) {
    for (number, module) in (0_u32..).zip(&view.program().modules) {
        if matches!(module.language, Language::Python | Language::Go) {
            continue;
        }
        for (at, expr) in (0_u32..).zip(&module.exprs) {
            let Expr::Import(path) = expr else { continue };
            let Expr::Text(path) = module.expr(*path) else { continue };
            let spot = view.spot(At { module: number, expr: ExprId(at) });
            // Builds take pictures and styles in by `import`, which never runs them.
            let required = || view.text(spot).starts_with("require");
            if is_odd(module.text(*path)) && required() {
                let known = view.program().imported(number, module.text(*path));
                if known.is_empty() {
                    spots.push(spot);
                }
            }
        }
    }
}

/// Whether a path of the tree has an extension that no code and no data in JSON has.
fn is_odd(path: &str) -> bool {
    const KNOWN: &[&str] =
        &["js", "mjs", "cjs", "jsx", "ts", "tsx", "mts", "cts", "json", "json5", "node"];
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    path.starts_with('.')
        && extension.is_some_and(|(_, extension)| {
            // `./user.service` names a file without its extension.
            (2..=5).contains(&extension.len()) && !KNOWN.contains(&extension)
        })
}

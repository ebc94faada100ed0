//! Looks at `Host` and `Origin` that a library offers and leaves off.
//!
//! A transport that reads these headers only where an option says so is as open as one without,
//! for everybody who does not know the option. What matters is in one class: the reading, and the
//! switch with its default. Whether something around it turns the switch on, or puts a look of its
//! own before every request, is asked of the whole tree.

use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{ClassId, Expr, ExprId, Key, Module, Property, Span},
};

use super::{CallAt, Posture, Scan, around, auth, words};
use crate::source::surface::reader::{Reader, holds};

/// Notes the switches that are left off, unless the tree looks at where requests come from
/// without being asked.
pub(super) fn whole(reader: &Reader<'_>, out: &mut Posture) {
    let mut found = Vec::new();
    for (number, module) in reader.modules() {
        if !module.names.iter().any(|name| is_switch(name)) {
            continue;
        }
        let scan = Scan { reader, number, module, targets: Vec::new() };
        let classes = looking(&scan, out);
        for (switch, on) in switches(&scan) {
            if on {
                return;
            }
            let class = innermost(module, &classes, scan.reader.spot(switch).span);
            if class.is_some_and(|class| around::is_exported(module, class)) {
                found.push(scan.place(switch));
            }
        }
    }
    if !found.is_empty() && !applied(reader, out) {
        found.sort();
        found.dedup();
        out.unasked = found;
    }
}

/// Whether a name is that of a switch for a look at where requests come from:
/// `enableDnsRebindingProtection`, `validate_origin`.
fn is_switch(name: &str) -> bool {
    // Most names are none: this is cheaper than taking words apart.
    let part = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let whole = part(&["ebinding"])
        || (part(&["rigin", "ost"]) && part(&["rotection", "alidat", "heck", "nforce"]));
    if name.len() > MAX_NAME || !whole {
        return false;
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // What is there to turn it off is on by itself.
    !has(&["disable", "disabled", "skip", "no", "without", "ssl", "tls"])
        && (has(&["rebinding"])
            || (has(&["origin", "origins", "host", "hosts"])
                && has(&["protection", "validation", "validate", "check", "enforce"])))
}

/// Letters of a name that is looked at.
const MAX_NAME: usize = 64;

/// The classes of a module whose methods read the headers.
fn looking(scan: &Scan<'_>, out: &Posture) -> BTreeSet<ClassId> {
    let all = (0..).zip(&scan.module.classes);
    let reads = |span| {
        let here = out.origin_checks.iter().filter(|place| place.at.module == scan.number);
        here.into_iter().any(|place| holds(span, scan.reader.spot(place.at).span))
    };
    all.filter(|(_, class)| reads(class.span)).map(|(id, _)| ClassId(id)).collect()
}

fn innermost(module: &Module, classes: &BTreeSet<ClassId>, span: Span) -> Option<ClassId> {
    let around = classes.iter().filter(|id| holds(module.classes[id.at()].span, span));
    around.max_by_key(|id| module.classes[id.at()].span.start).copied()
}

/// The switches that a module sets, and whether on (`true`), or off unless somebody says so.
fn switches(scan: &Scan<'_>) -> Vec<(At, bool)> {
    let mut found = Vec::new();
    let mut note = |name: &str, value: ExprId| {
        if let (true, Some(on)) = (is_switch(name), state(scan, value)) {
            found.push((scan.at(value), on));
        }
    };
    let module = scan.module;
    for expr in &module.exprs {
        match expr {
            Expr::Assign { target, value } => match module.expr(*target) {
                Expr::Member(_, name) => note(module.text(*name), *value),
                Expr::Object(properties) => defaults(module, properties, &mut note),
                _ => {}
            },
            Expr::Object(properties) => defaults(module, properties, &mut note),
            Expr::Call(call) => {
                for arg in &call.args {
                    if let Some(name) = arg.name {
                        note(module.text(name), arg.value);
                    }
                }
            }
            _ => {}
        }
    }
    for param in module.functions.iter().flat_map(|function| &function.params) {
        if let (Some(name), Some(default)) = (param.name, param.default) {
            note(module.text(name), default);
        }
    }
    found
}

/// `{ enableX: false }`, and `{ enableX = false }` in a pattern.
fn defaults(module: &Module, properties: &[Property], note: &mut impl FnMut(&str, ExprId)) {
    for property in properties {
        let Key::Name(name) = property.key else { continue };
        match module.expr(property.value) {
            Expr::Bool(_) => note(module.text(name), property.value),
            Expr::Default(_, default) => note(module.text(name), *default),
            _ => {}
        }
    }
}

/// What a switch is where nobody says anything; `None` where that cannot be told.
fn state(scan: &Scan<'_>, value: ExprId) -> Option<bool> {
    let sides = scan.sides(scan.at(value));
    let mut said = sides.iter().filter_map(|side| scan.truth(*side));
    if let Some(first) = said.next() {
        return Some(first || said.any(|on| on));
    }
    // `this.x = options.x`: nothing was said, and nothing is off.
    let [only] = sides[..] else { return None };
    let handed = matches!(scan.reader.expr(only), Expr::Member(..))
        && scan.reader.last_name(only).is_some_and(is_switch)
        && scan.is_script();
    handed.then_some(false)
}

/// Whether something looks at where every request comes from, and not only where a switch says so:
/// a function that is put before requests and reads the headers.
fn applied(reader: &Reader<'_>, out: &Posture) -> bool {
    let reading: BTreeSet<FnId> = out.origin_checks.iter().map(|place| place.function).collect();
    reader.modules().any(|(number, module)| {
        let scan = Scan { reader, number, module, targets: Vec::new() };
        module.exprs.iter().zip(0..).any(|(expr, id)| {
            let Expr::Call(call) = expr else { return false };
            let call = CallAt { at: scan.at(ExprId(id)), call };
            let name = reader.last_name(scan.callee(call)).unwrap_or_default();
            BEFORE.contains(&name)
                && reader.plain_args(call).into_iter().any(|arg| looks(&scan, arg, &reading))
        })
    })
}

/// Calls that put something before every request.
static BEFORE: &[&str] = &["use", "Use", "addHook", "register", "add_middleware", "Middleware"];

/// Whether what is put there reads the headers.
fn looks(scan: &Scan<'_>, arg: At, reading: &BTreeSet<FnId>) -> bool {
    let reader = scan.reader;
    let maker = reader.call(arg).map(|call| scan.callee(call));
    let named = reader.last_name(maker.unwrap_or(arg));
    if named.is_some_and(auth::looks_at_origin) {
        return true;
    }
    let mut functions = reader.functions(maker.unwrap_or(arg));
    // `app.use(local())`, where `local` calls what reads the headers.
    functions.extend(
        functions.clone().into_iter().flat_map(|function| around::called(reader, function)),
    );
    functions.into_iter().any(|function| {
        let mut here = reading.iter().filter(|read| read.module == function.module);
        here.any(|read| around::within(reader, *read, function))
    })
}

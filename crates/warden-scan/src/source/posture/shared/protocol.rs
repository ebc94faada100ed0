//! Classes that take another transport while they have one.

use warden_flow::{
    analysis::At,
    ir::{Class, Expr, ExprId, Name, Span, VarId},
};

use super::super::{Posture, Scan, Shared, SharedWhat, around, words};

/// What is assigned to hear from the other side.
static HEARD: &[&str] = &["onmessage", "onMessage", "on_message", "message_handler"];

/// Calls that answer.
static SENT: &[&str] = &["send", "send_message", "sendMessage", "write", "postMessage"];

/// Notes the methods of a module that overwrite the transport of their object unseen.
pub(super) fn module(scan: &Scan<'_>, out: &mut Posture) {
    let module = scan.module;
    if !module.names.iter().any(|name| HEARD.contains(&&**name)) {
        return;
    }
    for (expr, id) in module.exprs.iter().zip(0..) {
        let Expr::Assign { target, value } = expr else { continue };
        let (Expr::Member(base, field), Expr::Var(given)) =
            (module.expr(*target), module.expr(*value))
        else {
            continue;
        };
        if !scan.reader.is_receiver(scan.at(*base)) || !is_transport(module.text(*field)) {
            continue;
        }
        let at = scan.at(ExprId(id));
        if overwrites(scan, at, *field, *given) {
            out.shared.push(Shared { place: scan.place(at), what: SharedWhat::Protocol });
        }
    }
}

fn is_transport(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| matches!(word.as_str(), "transport" | "connection" | "channel"))
}

/// Whether a method keeps what it is given, hears from it, and did not look before whether there
/// is one, in a class that answers on it.
fn overwrites(scan: &Scan<'_>, at: At, field: Name, given: VarId) -> bool {
    let module = scan.module;
    let function = scan.place(at).function.function;
    let Some(method) = module.functions.get(function.at()) else { return false };
    let is_given = method.params.iter().any(|param| *module.expr(param.target) == Expr::Var(given));
    let named = method.name.map(|name| module.text(name)).unwrap_or_default();
    let Some(class) = method.class.filter(|_| is_given && !CONSTRUCTORS.contains(&named)) else {
        return false;
    };
    let before = Span { start: method.span.start, end: scan.reader.spot(at).span.start };
    hears(scan, method.span)
        && !looks(scan, before, field)
        && module.classes.get(class.at()).is_some_and(|class| answers(scan, class, field))
        && around::is_exported(module, class)
}

/// Methods that run once for each object.
static CONSTRUCTORS: &[&str] = &["constructor", "__init__"];

/// `this._transport.onmessage = …`
fn hears(scan: &Scan<'_>, method: Span) -> bool {
    scan.inside(method).any(|(_, expr)| match expr {
        Expr::Assign { target, .. } => match scan.module.expr(*target) {
            Expr::Member(_, name) => HEARD.contains(&scan.module.text(*name)),
            _ => false,
        },
        _ => false,
    })
}

/// Whether the field, or the property that gives it, is looked at, or something is closed.
fn looks(scan: &Scan<'_>, before: Span, field: Name) -> bool {
    let bare = |name: Name| scan.module.text(name).trim_start_matches(['_', '#']);
    scan.inside(before).any(|(_, expr)| match expr {
        Expr::Member(_, name) => {
            bare(*name) == bare(field)
                || matches!(bare(*name), "close" | "disconnect" | "aclose" | "stop")
                || bare(*name).to_ascii_lowercase().contains("connected")
        }
        _ => false,
    })
}

/// Whether a class handles requests and sends on the transport that it has at that time.
fn answers(scan: &Scan<'_>, class: &Class, field: Name) -> bool {
    let is_field = |expr: &Expr| matches!(expr, Expr::Member(_, name) if *name == field);
    let mut requests = false;
    let mut sends = false;
    for (at, expr) in scan.inside(class.span) {
        match expr {
            Expr::Member(_, name) => {
                requests |=
                    words(scan.module.text(*name)).iter().any(|word| word.contains("request"));
            }
            Expr::Call(call) => {
                let callee = At { expr: call.callee, ..at };
                let send = scan.reader.last_name(callee).is_some_and(|name| SENT.contains(&name));
                let base = scan.reader.base(callee).filter(|_| send);
                sends |= base.is_some_and(|base| {
                    is_field(scan.reader.expr(base)) || assigned_from(scan, base, &is_field)
                });
            }
            _ => {}
        }
    }
    requests && sends
}

/// `const transport = this._transport; transport.send(…)`
fn assigned_from(scan: &Scan<'_>, base: At, is_field: &dyn Fn(&Expr) -> bool) -> bool {
    let Expr::Var(var) = scan.reader.expr(base) else { return false };
    scan.module.exprs.iter().any(|expr| match expr {
        Expr::Assign { target, value } => {
            *scan.module.expr(*target) == Expr::Var(*var) && is_field(scan.module.expr(*value))
        }
        _ => false,
    })
}

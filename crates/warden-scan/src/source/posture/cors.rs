//! Rules for pages of other origins.

use warden_flow::{analysis::At, ir::Expr};

use super::{CallAt, Cors, Origins, Posture, Scan};

/// A call that may set a rule.
pub(super) fn call(scan: &Scan<'_>, call: CallAt<'_>, name: &str, out: &mut Posture) {
    let found = match name {
        "setHeader" | "header" | "set" | "Set" | "writeHead" | "Header" | "append" => {
            header(scan, call)
        }
        "cors" | "CORS" if scan.is_script() || name == "CORS" => script(scan, call),
        "AllowAll" | "Default" if of_cors(scan, call) => Some((Origins::Any, false)),
        "Options" | "Config" if of_cors(scan, call) => go(scan, call),
        _ => python(scan, call),
    };
    if let Some((origins, credentials)) = found {
        out.cors.push(Cors { place: scan.place(call.at), origins, credentials });
    }
}

fn of_cors(scan: &Scan<'_>, call: CallAt<'_>) -> bool {
    let base = scan.reader.base(scan.callee(call));
    base.and_then(|base| scan.reader.last_name(base)) == Some("cors")
}

/// `CORSMiddleware, allow_origins=["*"], allow_credentials=True`.
fn python(scan: &Scan<'_>, call: CallAt<'_>) -> Option<(Origins, bool)> {
    let reader = scan.reader;
    let origins = reader.arg(call, None, "allow_origins");
    let any = origins.is_some_and(|at| reader.elements(at).into_iter().any(|at| is_any(scan, at)));
    let pattern = reader.arg(call, None, "allow_origin_regex");
    let every = pattern
        .and_then(|at| reader.text(at))
        .is_some_and(|text| matches!(&*text, ".*" | "^.*$" | ".+" | "https?://.*"));
    if !any && !every {
        return None;
    }
    let credentials = reader
        .arg(call, None, "allow_credentials")
        .is_some_and(|at| reader.truth(at) == Some(true));
    Some((Origins::Any, credentials))
}

fn is_any(scan: &Scan<'_>, at: At) -> bool {
    scan.reader.values(at).into_iter().any(|at| scan.text(at) == Some("*"))
}

/// `cors()`, `cors({origin: "*"})`, `cors({origin: true, credentials: true})`.
fn script(scan: &Scan<'_>, call: CallAt<'_>) -> Option<(Origins, bool)> {
    let reader = scan.reader;
    let Some(options) = reader.plain_args(call).first().copied() else {
        return Some((Origins::Any, false));
    };
    let mut objects = reader.values(options).into_iter();
    let object = objects.find(|at| matches!(reader.expr(*at), Expr::Object(_)))?;
    let credentials =
        reader.part(object, &["credentials"]).is_some_and(|at| reader.truth(at) == Some(true));
    let Some(origin) = reader.part(object, &["origin", "origins"]) else {
        return Some((Origins::Any, credentials));
    };
    if reader.truth(origin) == Some(true) {
        return Some((Origins::Reflected, credentials));
    }
    let listed = reader.elements(origin).into_iter().any(|at| is_any(scan, at));
    if listed || is_any(scan, origin) {
        return Some((Origins::Any, credentials));
    }
    reflects(scan, origin).then_some((Origins::Reflected, credentials))
}

/// `origin: (origin) => origin`, `origin: (_, callback) => callback(null, true)`.
fn reflects(scan: &Scan<'_>, origin: At) -> bool {
    let reader = scan.reader;
    reader.functions(origin).into_iter().any(|function| {
        let module = reader.module(function.module);
        let Some(found) = module.functions.get(function.function.at()) else { return false };
        let decides = module.stmts.iter().any(|(stmt, span)| {
            matches!(stmt, warden_flow::ir::Stmt::If { .. })
                && crate::source::surface::reader::holds(found.span, *span)
        });
        let plain = reader.returned(function).into_iter().any(|at| match reader.expr(at) {
            Expr::Var(var) => {
                found.params.iter().any(|param| *module.expr(param.target) == Expr::Var(*var))
            }
            Expr::Call(call) => call
                .args
                .get(1)
                .is_some_and(|arg| scan.truth(At { expr: arg.value, ..at }) == Some(true)),
            _ => false,
        });
        plain && !decides
    })
}

/// `res.setHeader("Access-Control-Allow-Origin", "*")`.
fn header(scan: &Scan<'_>, call: CallAt<'_>) -> Option<(Origins, bool)> {
    let args = scan.reader.plain_args(call);
    let name = args.first().and_then(|at| scan.text(*at))?;
    if !name.eq_ignore_ascii_case("access-control-allow-origin") {
        return None;
    }
    let value = args.get(1).copied()?;
    let function = scan.reader.enclosing(scan.reader.spot(call.at));
    let credentials = || {
        scan.inside(scan.span_of(function)).any(|(_, expr)| match expr {
            Expr::Text(name) => {
                scan.module.text(*name).eq_ignore_ascii_case("access-control-allow-credentials")
            }
            _ => false,
        })
    };
    if is_any(scan, value) {
        return Some((Origins::Any, credentials()));
    }
    (gives_back(scan, value) && !compares(scan, call)).then(|| (Origins::Reflected, credentials()))
}

/// Whether a value is the origin that asked.
fn gives_back(scan: &Scan<'_>, value: At) -> bool {
    scan.reader.values(value).into_iter().any(|at| match scan.reader.expr(at) {
        Expr::Member(..) | Expr::Index(..) => {
            let of = scan.reader.base(at).and_then(|base| scan.reader.last_name(base));
            let name = match scan.reader.expr(at) {
                Expr::Index(_, key) => scan.text(At { expr: *key, ..at }),
                _ => scan.reader.last_name(at),
            };
            of.is_some_and(|of| of.eq_ignore_ascii_case("headers"))
                && name.is_some_and(|name| name.eq_ignore_ascii_case("origin"))
        }
        Expr::Call(call) => {
            let first = call.args.first().map(|arg| At { expr: arg.value, ..at });
            let callee = At { expr: call.callee, ..at };
            matches!(scan.reader.last_name(callee), Some("get" | "Get" | "header"))
                && first
                    .and_then(|first| scan.text(first))
                    .is_some_and(|name| name.eq_ignore_ascii_case("origin"))
        }
        _ => false,
    })
}

/// Whether the function decides by something before it answers: it may well be the origin.
fn compares(scan: &Scan<'_>, call: CallAt<'_>) -> bool {
    let function = scan.reader.enclosing(scan.reader.spot(call.at));
    let names =
        |expr: &Expr| match expr {
            Expr::Var(var) => scan.module.vars.get(var.at()).is_some_and(|var| {
                scan.module.text(var.name).to_ascii_lowercase().contains("origin")
            }),
            Expr::Member(_, name) => scan.module.text(*name).eq_ignore_ascii_case("origin"),
            _ => false,
        };
    let whole = scan.span_of(function);
    scan.module.stmts.iter().any(|(stmt, found)| {
        let warden_flow::ir::Stmt::If { cond, .. } = stmt else { return false };
        let cond = scan.module.span(*cond);
        let inside = crate::source::surface::reader::holds(whole, *found);
        let calls = |expr: &Expr| matches!(expr, Expr::Call(_) | Expr::Binary(..));
        inside
            && scan.inside(cond).any(|(_, expr)| names(expr))
            && scan.inside(cond).any(|(_, expr)| calls(expr))
    })
}

/// `cors.Options{AllowedOrigins: []string{"*"}, AllowCredentials: true}`.
fn go(scan: &Scan<'_>, call: CallAt<'_>) -> Option<(Origins, bool)> {
    let reader = scan.reader;
    let object = reader.plain_args(call).first().copied()?;
    let truth =
        |name: &str| reader.part(object, &[name]).is_some_and(|at| reader.truth(at) == Some(true));
    let listed = reader
        .part(object, &["AllowedOrigins", "AllowOrigins"])
        .is_some_and(|at| reader.elements(at).into_iter().any(|at| is_any(scan, at)));
    let every = reader.part(object, &["AllowOriginFunc"]).is_some_and(|at| {
        reader.functions(at).into_iter().any(|function| {
            let returned = reader.returned(function);
            !returned.is_empty() && returned.iter().all(|at| reader.truth(*at) == Some(true))
        })
    });
    if every {
        return Some((Origins::Reflected, truth("AllowCredentials")));
    }
    (listed || truth("AllowAllOrigins")).then(|| (Origins::Any, truth("AllowCredentials")))
}

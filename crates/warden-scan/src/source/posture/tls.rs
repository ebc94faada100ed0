//! Where certificates are not checked.

use warden_flow::{
    analysis::At,
    ir::{Expr, ExprId, Language},
};

use super::{CallAt, Place, Posture, Scan, Unchecked};
use crate::source::surface::reader::Part;

fn push(scan: &Scan<'_>, at: At, what: &'static str, everywhere: bool, out: &mut Posture) {
    let place = scan.place(at);
    let conditional = scan.conditional(at) || made_under_a_condition(scan, place);
    out.unchecked.push(Unchecked { place, what, everywhere, conditional });
}

/// Whether a place is in a class that is only ever made where a condition decides: an adapter for
/// those who ask for it.
fn made_under_a_condition(scan: &Scan<'_>, place: Place) -> bool {
    let Some(class) = scan.reader.analysis.info(place.function).class else { return false };
    let mut made = scan.reader.modules().flat_map(|(number, module)| {
        let scan = Scan { reader: scan.reader, number, module, targets: Vec::new() };
        let calls = module.exprs.iter().zip(0..).filter_map(|(expr, id)| match expr {
            Expr::Call(call) => Some((At { module: number, expr: ExprId(id) }, call.callee)),
            _ => None,
        });
        let named = calls.filter(|(at, callee)| {
            scan.reader.last_name(At { expr: *callee, ..*at }) == Some(class.as_str())
        });
        named.map(|(at, _)| scan.conditional(at)).collect::<Vec<bool>>()
    });
    let first = made.next();
    first == Some(true) && made.all(|conditional| conditional)
}

/// `requests.get(url, verify=False)`, `aiohttp.TCPConnector(ssl=False)`.
pub(super) fn call(scan: &Scan<'_>, call: CallAt<'_>, name: &str, out: &mut Posture) {
    if scan.language() != Language::Python {
        return;
    }
    // Whether a token or a model is checked is another question.
    let other = matches!(
        name,
        "decode" | "model_validate" | "verify" | "add_argument" | "option" | "Option" | "Field" | "get" if !is_request(scan, call, name)
    );
    for (option, at) in scan.named(call) {
        let what = match option {
            "verify" if !other => "verify=False",
            "verify_ssl" if !other => "verify_ssl=False",
            "ssl_verify" if !other => "ssl_verify=False",
            "verify_certs" if !other => "verify_certs=False",
            "tls_verify" if !other => "tls_verify=False",
            "ssl"
                if matches!(
                    name,
                    "TCPConnector"
                        | "get"
                        | "post"
                        | "put"
                        | "request"
                        | "ws_connect"
                        | "delete"
                        | "patch"
                ) =>
            {
                "ssl=False"
            }
            "cert_reqs" => {
                let none = scan.text(at) == Some("CERT_NONE")
                    || scan.reader.last_name(at) == Some("CERT_NONE");
                if none {
                    push(scan, at, "CERT_NONE", false, out);
                }
                continue;
            }
            _ => continue,
        };
        if scan.truth(at) == Some(false) {
            push(scan, at, what, false, out);
        }
    }
    if name == "_create_unverified_context" {
        push(scan, call.at, "_create_unverified_context", false, out);
    }
}

fn is_request(scan: &Scan<'_>, call: CallAt<'_>, name: &str) -> bool {
    name == "get" && scan.reader.arg(call, None, "verify").is_some()
}

/// `{rejectUnauthorized: false}`, `tls.Config{InsecureSkipVerify: true}`.
pub(super) fn object(scan: &Scan<'_>, parts: &[Part<'_>], out: &mut Posture) {
    for part in parts {
        let (off, what) = match part.name {
            "rejectUnauthorized" => (false, "rejectUnauthorized: false"),
            "strictSSL" => (false, "strictSSL: false"),
            "InsecureSkipVerify" => (true, "InsecureSkipVerify: true"),
            "checkServerIdentity" => {
                if gives_nothing(scan, part.at) {
                    push(scan, part.at, "checkServerIdentity", false, out);
                }
                continue;
            }
            "verify" | "verify_ssl" | "verify_certs" if scan.language() == Language::Python => {
                (false, "verify=False")
            }
            _ => continue,
        };
        if scan.truth(part.at) == Some(off) {
            push(scan, part.at, what, false, out);
        }
    }
}

/// `() => undefined`: no certificate is the wrong one.
fn gives_nothing(scan: &Scan<'_>, at: At) -> bool {
    let functions = scan.reader.functions(at);
    !functions.is_empty()
        && functions.into_iter().all(|function| {
            let returned = scan.reader.returned(function);
            returned.iter().all(|at| matches!(scan.reader.expr(*at), Expr::Null))
        })
}

/// `process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"`, `session.verify = False`.
pub(super) fn assigned(scan: &Scan<'_>, (target, value): (At, At), out: &mut Posture) {
    let name = match scan.reader.expr(target) {
        Expr::Member(_, name) => scan.reader.name(target.module, *name),
        Expr::Index(_, key) => scan.text(At { expr: *key, ..target }).unwrap_or_default(),
        _ => return,
    };
    let text = || scan.text(value).or_else(|| number(scan, value));
    let names = |wanted: &str| scan.reader.last_name(value) == Some(wanted);
    match name {
        "NODE_TLS_REJECT_UNAUTHORIZED" if text() == Some("0") => {
            push(scan, value, "NODE_TLS_REJECT_UNAUTHORIZED", true, out);
        }
        "PYTHONHTTPSVERIFY" if text() == Some("0") => {
            push(scan, value, "PYTHONHTTPSVERIFY", true, out);
        }
        "_create_default_https_context" if names("_create_unverified_context") => {
            push(scan, value, "_create_unverified_context", true, out);
        }
        "verify_mode" if names("CERT_NONE") => push(scan, value, "CERT_NONE", false, out),
        "check_hostname" | "verify" | "verify_ssl"
            if scan.language() == Language::Python && scan.truth(value) == Some(false) =>
        {
            let what =
                if name == "check_hostname" { "check_hostname = False" } else { "verify = False" };
            push(scan, value, what, false, out);
        }
        "rejectUnauthorized" if scan.truth(value) == Some(false) => {
            push(scan, value, "rejectUnauthorized: false", false, out);
        }
        "InsecureSkipVerify" if scan.truth(value) == Some(true) => {
            push(scan, value, "InsecureSkipVerify: true", false, out);
        }
        _ => {}
    }
}

fn number<'a>(scan: &Scan<'a>, at: At) -> Option<&'a str> {
    match scan.reader.expr(at) {
        Expr::Number(name) => Some(scan.reader.name(at.module, *name)),
        _ => None,
    }
}

//! Identifiers of sessions, and what they are made of.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, Language, Operator},
};

use super::{CallAt, Posture, Scan, WeakSession, words};
use crate::source::surface::reader::{Part, holds};

/// Functions in functions that are followed to where the value is made.
const MAX_DEPTH: usize = 3;

/// `{sessionIdGenerator: () => …}`, `{sessionId: …}`.
pub(super) fn object(scan: &Scan<'_>, parts: &[Part<'_>], out: &mut Posture) {
    for part in parts {
        if part.name == "sessionIdGenerator" {
            for function in scan.reader.functions(part.at) {
                if let Some(from) = made_by(scan, function, 0) {
                    push(scan, part.at, from, out);
                }
            }
        } else if is_session(part.name) {
            made(scan, part.at, out);
        }
    }
}

/// `session_id = …`.
pub(super) fn assigned(scan: &Scan<'_>, (target, value): (At, At), out: &mut Posture) {
    let name = match scan.reader.expr(target) {
        Expr::Index(_, key) => scan.text(At { expr: *key, ..target }),
        _ => scan.reader.last_name(target),
    };
    if name.is_some_and(is_session) {
        made(scan, value, out);
    }
}

/// `server.WithSessionIdManager(…)`, `create(session_id=…)`.
pub(super) fn call(scan: &Scan<'_>, call: CallAt<'_>, _: &str, out: &mut Posture) {
    for (name, at) in scan.named(call) {
        if is_session(name) {
            made(scan, at, out);
        }
    }
}

fn is_session(name: &str) -> bool {
    if name.len() > 40 || !name.to_ascii_lowercase().contains("session") {
        return false;
    }
    let words = words(name);
    let at = |at: usize| words.get(at).map(String::as_str);
    let last = words.len().checked_sub(1).and_then(at);
    let before = words.len().checked_sub(2).and_then(at);
    match (before, last) {
        (Some("session"), Some("id" | "token" | "key" | "uuid")) | (_, Some("sessionid")) => {
            // Whose session it is: one for counting visits opens no door.
            !words.iter().any(|word| {
                matches!(word.as_str(), "telemetry" | "analytics" | "trace" | "posthog" | "log")
            })
        }
        _ => false,
    }
}

fn made(scan: &Scan<'_>, at: At, out: &mut Posture) {
    if let Some(from) = weak(scan, at, 0) {
        push(scan, at, from, out);
    }
}

fn push(scan: &Scan<'_>, at: At, from: &'static str, out: &mut Posture) {
    out.weak_sessions.push(WeakSession { place: scan.place(at), from });
}

/// What a function that makes identifiers makes them of.
fn made_by(scan: &Scan<'_>, function: FnId, depth: usize) -> Option<&'static str> {
    if depth > MAX_DEPTH {
        return None;
    }
    let returned = scan.reader.returned(function);
    returned.into_iter().find_map(|at| weak_at(scan, at, depth + 1))
}

fn weak(scan: &Scan<'_>, at: At, depth: usize) -> Option<&'static str> {
    scan.reader.values(at).into_iter().find_map(|value| weak_at(scan, value, depth))
}

/// The weak part of what is written at a place, unless there is a strong one beside it.
fn weak_at(scan: &Scan<'_>, at: At, depth: usize) -> Option<&'static str> {
    let module = scan.reader.module(at.module);
    let whole = scan.reader.spot(at).span;
    let mut weak = None;
    for (expr, found) in module.exprs.iter().zip(&module.spans) {
        let Expr::Call(call) = expr else {
            continue;
        };
        if !holds(whole, *found) {
            continue;
        }
        let callee = At { module: at.module, expr: call.callee };
        let name = scan.reader.last_name(callee)?;
        if STRONG.iter().any(|strong| name.eq_ignore_ascii_case(strong)) {
            return None;
        }
        let base = scan.reader.base(callee).and_then(|base| scan.reader.last_name(base));
        weak = weak.or_else(|| source(scan, (base, name), callee, scan.reader.language(at.module)));
        if weak.is_none() && depth < MAX_DEPTH && base.is_none() {
            let mut functions = scan.reader.functions(callee).into_iter();
            weak = functions.find_map(|function| made_by(scan, function, depth + 1));
        }
    }
    weak.or_else(|| counter(scan, at))
}

/// Functions whose result nobody can guess.
static STRONG: &[&str] = &[
    "randomUUID",
    "uuidv4",
    "uuid4",
    "v4",
    "randomBytes",
    "token_hex",
    "token_urlsafe",
    "token_bytes",
    "urandom",
    "getRandomValues",
    "NewString",
    "NewRandom",
    "nanoid",
    "NewUUID",
    "Read",
    "SystemRandom",
    "createId",
    "ulid",
    "uuid7",
    "uuidv7",
    "createHmac",
    "GenerateRandomBytes",
];

fn source(
    scan: &Scan<'_>,
    (base, name): (Option<&str>, &str),
    callee: At,
    language: Language,
) -> Option<&'static str> {
    let path = |wanted: &str| {
        scan.reader.analysis.paths_at(callee).iter().any(|path| path.starts_with(wanted))
    };
    match (language, base, name) {
        (Language::Python, Some("random"), _) if name != "SystemRandom" => Some("`random`"),
        (Language::Python, _, "randint" | "choices" | "randrange" | "getrandbits")
            if path("random:") =>
        {
            Some("`random`")
        }
        (Language::Python, Some("time"), "time" | "time_ns" | "monotonic")
        | (Language::Python, Some("datetime"), "now" | "utcnow")
        | (Language::Go, _, "Unix" | "UnixNano" | "UnixMilli")
        | (Language::Python, _, "uuid1") => Some("the time"),
        (
            Language::Go,
            Some("rand"),
            "Int" | "Intn" | "Int63" | "Int31" | "Uint64" | "Int64" | "IntN" | "Uint32",
        ) if !path("crypto/rand:") => Some("`math/rand`"),
        (Language::Python | Language::Go, ..) => None,
        (_, Some("Math"), "random") => Some("`Math.random`"),
        (_, Some("Date"), "now") | (_, _, "getTime") => Some("the time"),
        _ => None,
    }
}

/// `String(++counter)`, `f"session-{n}"` of something that is counted.
fn counter(scan: &Scan<'_>, at: At) -> Option<&'static str> {
    let module = scan.reader.module(at.module);
    let whole = scan.reader.spot(at).span;
    let counted = module.exprs.iter().zip(&module.spans).any(|(expr, found)| {
        let Expr::Assign { target, value } = expr else { return false };
        let one =
            |expr| matches!(module.expr(expr), Expr::Number(name) if module.text(*name) == "1");
        let plus = match module.expr(*value) {
            Expr::Concat(parts) => parts.len() == 2 && parts.iter().any(|part| one(*part)),
            Expr::Binary(Operator::Arithmetic, _, second) => one(*second),
            _ => false,
        };
        holds(whole, *found)
            && plus
            && matches!(module.expr(*target), Expr::Var(_) | Expr::Member(..))
    });
    counted.then_some("a counter")
}

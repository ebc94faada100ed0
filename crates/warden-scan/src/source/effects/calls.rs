//! What single calls do to the world.

use warden_flow::{
    analysis::At,
    ir::{Arg, Call, Expr, Span},
};
use warden_model::Effect;

use crate::source::surface::reader::Reader;

/// What an effect of the models means for the world; `None` for what a tool does to itself only.
pub(super) fn effect(kind: &str, call: &str) -> Option<Effect> {
    Some(match kind {
        "execute" | "evaluate" => Effect::Execute,
        "file-read" | "database-read" | "screen" | "clipboard" => Effect::Read,
        "file-write" | "database-write" => Effect::Write,
        "file-delete" | "process" => Effect::Destructive,
        "mail" => Effect::Send,
        "network" => request(call),
        "listen" | "env-read" | "env-write" => return None,
        other => return Effect::parse(other),
    })
}

/// What a request does, by the name of what is called.
fn request(call: &str) -> Effect {
    match call.rsplit(['.', ':']).next().unwrap_or_default().trim_end_matches("()") {
        "post" | "put" | "patch" | "Post" | "PostForm" | "Put" | "Patch" | "sendBeacon" => {
            Effect::Write
        }
        "delete" | "Delete" => Effect::Destructive,
        _ => Effect::Read,
    }
}

/// The method that a request names: `fetch(url, {method: "POST"})`, `request("POST", url)`.
pub(super) fn method(reader: &Reader<'_>, module: u32, span: Span) -> Option<Effect> {
    let found = reader.module(module);
    let call = call_at(reader, module, span)?;
    let place = |expr| At { module, expr };
    let options = call.args.iter().filter_map(|arg| reader.part(place(arg.value), &["method"]));
    let named =
        call.args.iter().filter(|arg| arg.name.is_some_and(|name| found.text(name) == "method"));
    let first = call.args.iter().filter(|arg| arg.name.is_none()).take(2);
    let texts = options
        .chain(named.map(|arg| place(arg.value)))
        .chain(first.map(|arg| place(arg.value)))
        .filter_map(|at| reader.text(at));
    texts.into_iter().find_map(|text| match text.to_ascii_uppercase().as_str() {
        "GET" | "HEAD" | "OPTIONS" => Some(Effect::Read),
        "POST" | "PUT" | "PATCH" => Some(Effect::Write),
        "DELETE" => Some(Effect::Destructive),
        _ => None,
    })
}

/// Whether the address of a request is constant as far as its host: the address itself, or that of
/// the client together with a path. Headers and other options have no part in it.
pub(super) fn is_bounded(reader: &Reader<'_>, module: u32, span: Span) -> bool {
    let Some(call) = call_at(reader, module, span) else { return false };
    let place = |expr| At { module, expr };
    let prefix = |at| reader.prefix(at).map(|(text, _)| text);
    let plain: Vec<At> =
        call.args.iter().filter(|arg| arg.name.is_none()).map(|arg| place(arg.value)).collect();
    // `request("GET", address)`
    let method = plain.first().and_then(|first| prefix(*first)).is_some_and(|it| is_method(&it));
    let named = |names: &[&str]| named(reader, (module, call), names);
    let address = named(&["url", "uri"]).or_else(|| plain.get(usize::from(method)).copied());
    let Some(asked) = address.and_then(prefix) else { return false };
    let path = asked.starts_with('/') && !asked.starts_with("//");
    names_a_host(&asked) || (path && based(reader, place(call.callee)))
}

/// Whether what is called belongs to a client whose address is constant.
fn based(reader: &Reader<'_>, callee: At) -> bool {
    let Expr::Member(base, _) = reader.expr(callee) else { return false };
    let base = At { expr: *base, ..callee };
    let made = reader.only_value(base).unwrap_or(base);
    let Expr::Call(call) = reader.expr(made) else { return false };
    let names = ["base_url", "baseURL", "baseUrl", "prefixUrl"];
    let given = named(reader, (made.module, call), &names).or_else(|| {
        let mut objects = call.args.iter().map(|arg| At { expr: arg.value, ..made });
        objects.find_map(|object| reader.part(object, &names))
    });
    let prefix = given.and_then(|at| reader.prefix(at));
    prefix.is_some_and(|(text, whole)| whole && names_a_host(&format!("{text}/")))
}

/// The argument with one of these names.
fn named(reader: &Reader<'_>, (module, call): (u32, &Call), names: &[&str]) -> Option<At> {
    let found = reader.module(module);
    let is = |arg: &&Arg| arg.name.is_some_and(|name| names.contains(&found.text(name)));
    call.args.iter().find(is).map(|arg| At { module, expr: arg.value })
}

/// Whether a text begins with an address whose host has ended: what comes after it is a path.
fn names_a_host(text: &str) -> bool {
    let rest = ["https://", "http://", "wss://", "ws://"].iter().find_map(|scheme| {
        let (begin, rest) = text.split_at_checked(scheme.len())?;
        begin.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    rest.and_then(|rest| rest.find(['/', '?', '#'])).is_some_and(|end| end > 0)
}

fn is_method(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The call that stands there.
fn call_at<'a>(reader: &'a Reader<'_>, module: u32, span: Span) -> Option<&'a Call> {
    let found = reader.module(module);
    let at = found.spans.iter().position(|other| *other == span)?;
    (at..found.exprs.len()).chain(0..at).find_map(|at| {
        let same = found.spans.get(at) == Some(&span);
        match found.exprs.get(at) {
            Some(Expr::Call(call)) if same => Some(call),
            _ => None,
        }
    })
}

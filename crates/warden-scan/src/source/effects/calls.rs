//! What single calls do to the world.

use warden_flow::{
    analysis::At,
    ir::{Expr, Span},
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
    let at = found.spans.iter().position(|other| *other == span)?;
    let call = (at..found.exprs.len()).chain(0..at).find_map(|at| {
        let same = found.spans.get(at) == Some(&span);
        match found.exprs.get(at) {
            Some(Expr::Call(call)) if same => Some(call),
            _ => None,
        }
    })?;
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

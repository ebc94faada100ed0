//! HTTP routes: of the server object itself, Starlette, `FastAPI` and Flask.

use warden_flow::analysis::{At, FnId};

use super::{decorators::Decorator, types::Types};
use crate::source::surface::{EndpointInfo, found::Found, reader::CallAt};

/// A function that a decorator registers as a route.
pub(super) fn decorated(
    types: &Types<'_>,
    function: FnId,
    decorator: Decorator<'_>,
    out: &mut Found,
) {
    let reader = types.reader;
    let Some(call) = decorator.call else { return };
    let Some(path) = reader.arg(call, Some(0), "path").and_then(|at| reader.text(at)) else {
        return;
    };
    // `@cache.get("key")` is no route.
    if !path.starts_with('/') {
        return;
    }
    let method = match decorator.name {
        "custom_route" | "route" | "api_route" | "websocket" => methods(types, call),
        name => Some(name.to_ascii_uppercase()),
    };
    push(types, function, (Some(path.to_string()), method), decorator.at, out);
}

/// Adds routes that are listed: `Route("/x", f)`, `app.add_route("/x", f)`.
pub(super) fn collect(types: &Types<'_>, number: u32, out: &mut Found) {
    let reader = types.reader;
    for (name, handler) in
        [("Route", 1), ("add_route", 1), ("add_url_rule", 2), ("add_api_route", 1)]
    {
        for call in reader.calls_in(number, name) {
            let path = reader.arg(call, Some(0), "path").and_then(|at| reader.text(at));
            let Some(path) = path.filter(|path| path.starts_with('/')) else { continue };
            let given = ["endpoint", "view_func", "route"];
            let given = given.iter().find_map(|option| reader.arg(call, None, option));
            let Some(given) = given.or_else(|| reader.arg(call, Some(handler), "")) else {
                continue;
            };
            for function in reader.functions(given) {
                let method = methods(types, call);
                push(types, function, (Some(path.to_string()), method), call.at, out);
            }
        }
    }
}

fn methods(types: &Types<'_>, call: CallAt<'_>) -> Option<String> {
    let reader = types.reader;
    let list = reader.arg(call, None, "methods")?;
    let texts: Vec<String> = reader
        .elements(list)
        .into_iter()
        .filter_map(|at| reader.text(at))
        .map(|text| text.to_ascii_uppercase())
        .collect();
    if texts.len() == 1 { texts.into_iter().next() } else { None }
}

fn push(
    types: &Types<'_>,
    function: FnId,
    (path, method): (Option<String>, Option<String>),
    place: At,
    out: &mut Found,
) {
    // What a request object holds is a source of its own where its type is written down.
    let (params, takes) = types.parameters(function);
    let info = EndpointInfo { path, method, handler: vec![function], params, place };
    out.endpoints.push((info, takes));
}

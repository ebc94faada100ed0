//! HTTP routes: Express and what is written like it, and plain servers of Node.

use warden_flow::analysis::{At, FnId};

use crate::source::surface::{
    EndpointInfo,
    found::{Found, Takes},
    reader::{CallAt, Reader},
};

/// Adds the routes of a module. What comes in through them is a source of its own.
pub(super) fn collect(reader: &Reader<'_>, number: u32, out: &mut Found) {
    for name in ["get", "post", "put", "delete", "patch", "all", "use"] {
        for call in reader.calls_in(number, name) {
            let args = reader.plain_args(call);
            let Some(path) = args.first().and_then(|at| reader.text(*at)) else { continue };
            let handler = functions(reader, args.get(1..).unwrap_or_default());
            let known = !handler.is_empty() || (args.len() > 1 && is_router(reader, call));
            if !path.starts_with('/') || !known {
                continue;
            }
            let any = matches!(name, "all" | "use");
            let info = EndpointInfo {
                path: Some(path.to_string()),
                method: (!any).then(|| name.to_ascii_uppercase()),
                handler,
                params: Vec::new(),
                place: call.at,
            };
            out.endpoints.push((info, Takes::Each(Vec::new())));
        }
    }
    for call in reader.calls_in(number, "createServer") {
        let handler = functions(reader, &reader.plain_args(call));
        if !handler.is_empty() {
            let info = EndpointInfo {
                path: None,
                method: None,
                handler,
                params: Vec::new(),
                place: call.at,
            };
            out.endpoints.push((info, Takes::Each(Vec::new())));
        }
    }
}

/// Whether something is told a route, and not asked for an address.
fn is_router(reader: &Reader<'_>, call: CallAt<'_>) -> bool {
    let callee = At { expr: call.call.callee, ..call.at };
    let Some(base) = reader.base(callee) else { return false };
    let named = matches!(reader.last_name(base), Some("app" | "router" | "fastify" | "api"));
    named
        || reader.analysis.paths_at(base).iter().any(|path| {
            ["express:", "fastify:", "hono:", "@koa/router:"].iter().any(|p| path.starts_with(p))
        })
}

fn functions(reader: &Reader<'_>, args: &[At]) -> Vec<FnId> {
    args.iter().flat_map(|at| reader.functions(*at)).collect()
}

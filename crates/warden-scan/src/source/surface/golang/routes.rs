//! HTTP routes in Go.

use crate::source::surface::{
    EndpointInfo,
    found::{Found, Takes},
    reader::Reader,
};

/// Adds the routes of a module. What comes in through them is a source of its own.
pub(super) fn collect(reader: &Reader<'_>, number: u32, out: &mut Found) {
    for name in ["HandleFunc", "Handle", "GET", "POST", "PUT", "DELETE", "PATCH"] {
        for call in reader.calls_in(number, name) {
            let args = reader.plain_args(call);
            let Some(pattern) = args.first().and_then(|at| reader.text(*at)) else { continue };
            // `mux.HandleFunc("POST /mcp", …)`
            let (method, path) = match pattern.split_once(' ') {
                Some((method, path)) => (Some(method.to_owned()), path.to_owned()),
                None => (None, pattern.to_string()),
            };
            if !path.contains('/') {
                continue;
            }
            let own = !matches!(name, "HandleFunc" | "Handle");
            let handler = args.iter().skip(1).flat_map(|at| reader.functions(*at)).collect();
            let method = if own { Some(name.to_owned()) } else { method };
            let info = EndpointInfo {
                path: Some(path),
                method,
                handler,
                params: Vec::new(),
                place: call.at,
            };
            out.endpoints.push((info, Takes::Each(Vec::new())));
        }
    }
}

//! JavaScript and TypeScript: the SDK of version 1 and 2, xmcp, mcp-framework, fastmcp, and HTTP
//! routes.

mod frameworks;
mod handlers;
mod routes;
mod server;
mod zod;

use warden_flow::{
    analysis::At,
    ir::{Expr, Language},
};

use super::{ParamInfo, found::Found, reader::Reader, shape::Kinds};

/// Adds what the JavaScript and TypeScript files of a program register.
pub(crate) fn collect(reader: &Reader<'_>, kinds: &Kinds<'_>, out: &mut Found) {
    for (number, module) in reader.modules() {
        if matches!(module.language, Language::Python | Language::Go) {
            continue;
        }
        server::collect(reader, kinds, number, out);
        handlers::collect(reader, number, out);
        frameworks::collect(reader, kinds, number, out);
        routes::collect(reader, number, out);
    }
}

/// `{readOnlyHint: true}`.
pub(crate) fn annotations(reader: &Reader<'_>, at: At) -> Vec<(String, bool)> {
    let objects = reader.values(at).into_iter();
    let objects = objects.filter(|value| matches!(reader.expr(*value), Expr::Object(_)));
    objects
        .flat_map(|object| reader.parts(object))
        .filter(|part| part.name.ends_with("Hint") || part.name.ends_with("_hint"))
        .filter_map(|part| Some((part.name.to_owned(), reader.truth(part.at)?)))
        .collect()
}

/// The parameters that a schema describes, and whether there may be more: an object of zod types,
/// a zod object, or JSON Schema.
pub(crate) fn schema(reader: &Reader<'_>, kinds: &Kinds<'_>, at: At) -> (Vec<ParamInfo>, bool) {
    zod::Zod::new(reader, kinds).parameters(at)
}

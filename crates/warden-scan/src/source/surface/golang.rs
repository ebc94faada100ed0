//! Go: mcp-go, the official SDK, and helpers that wrap them.

mod routes;
mod server;
mod tools;
mod types;

use warden_flow::ir::Language;

use super::{found::Found, reader::Reader, shape::Kinds};

/// Adds what the Go files of a program register.
pub(crate) fn collect(reader: &Reader<'_>, kinds: &Kinds<'_>, out: &mut Found) {
    let types = types::Types::new(reader, kinds);
    for (number, module) in reader.modules() {
        if module.language != Language::Go || module.path.ends_with("_test.go") {
            continue;
        }
        tools::collect(&types, number, out);
        server::collect(&types, number, out);
        routes::collect(reader, number, out);
    }
    tools::handlers_alone(&types, out);
}

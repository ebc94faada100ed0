//! Python: `FastMCP` of the official SDK and the package of that name, the low-level server, and
//! HTTP routes.

mod decorators;
mod fastmcp;
mod lowlevel;
mod routes;
mod types;

use warden_flow::{analysis::At, ir::Language};

use super::{found::Found, reader::Reader, shape::Kinds};

/// Adds what the Python files of a program register.
pub(crate) fn collect(reader: &Reader<'_>, kinds: &Kinds<'_>, out: &mut Found) {
    let types = types::Types::new(reader, kinds);
    for (number, module) in reader.modules() {
        if module.language != Language::Python {
            continue;
        }
        decorators::collect(&types, number, out);
        fastmcp::collect(&types, number, out);
        lowlevel::collect(&types, number, out);
        routes::collect(&types, number, out);
    }
}

/// Whether something is registered at a server: its path says so, or nothing says otherwise.
fn is_server(reader: &Reader<'_>, receiver: At) -> bool {
    let paths = reader.analysis.paths_at(receiver);
    if paths.is_empty() {
        return !OTHERS.contains(&reader.last_name(receiver).unwrap_or_default());
    }
    paths.iter().any(|path| {
        let module = path.split(':').next().unwrap_or_default();
        module.contains("mcp") || module.is_empty()
    })
}

/// Names of objects that have a `tool`, `get` or `route` of their own.
static OTHERS: &[&str] = &["agent", "cli", "click", "parser", "langchain"];

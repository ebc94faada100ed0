//! What has the form of the protocol, whichever SDK or none it is written with: descriptions of
//! tools as objects, tools as objects or classes with a function that answers, and functions that
//! answer `tools/call`.

mod classes;
mod handwritten;
mod json;
mod objects;

use super::{found::Found, reader::Reader, shape::Kinds};

pub(crate) use json::schema_parameters;

/// What the function that answers for a tool may be called.
pub(crate) static HANDLERS: &[&str] = &[
    "handler",
    "execute",
    "run",
    "call",
    "callback",
    "handle",
    "invoke",
    "fn",
    "func",
    "function",
    "cb",
    "implementation",
    "action",
    "Handler",
    "Execute",
    "toolCallback",
    "exec",
];

/// Adds what has the form of the protocol.
pub(crate) fn collect(reader: &Reader<'_>, kinds: &Kinds<'_>, out: &mut Found) {
    objects::collect(reader, kinds, out);
    classes::collect(reader, kinds, out);
    handwritten::collect(reader, out);
}

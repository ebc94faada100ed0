//! What no input may do to MCP Warden: one oracle for each place where bytes of others come in.
//!
//! Every module has a function, mostly `check`, that takes any bytes and panics if a promise is broken.
//! The fuzz targets call it with what the fuzzer makes up, and `cargo test` with every seed, so
//! that the oracles themselves stay true on the stable toolchain.
//!
//! Invariant: an oracle compares with something else than the code it is about: another parser, a
//! model, or the same code asked in another way.

pub mod analysis;
pub mod approval;
pub mod arguments;
pub mod bundle;
pub mod collect;
pub mod config;
pub mod decode;
pub mod detect;
pub mod edit;
pub mod egress;
pub mod envelope;
pub mod frame;
pub mod gateway;
pub mod guard;
pub mod header;
pub mod holds;
pub mod image;
pub mod judge;
pub mod jwt;
pub mod ledger;
pub mod lines;
pub mod links;
pub mod models;
pub mod normal;
pub mod osv;
pub mod personal;
pub mod pin;
pub mod provenance;
pub mod repository;
pub mod secrets;
pub mod security_txt;
pub mod shape;
pub mod sketch;
pub mod source;
pub mod splice;
pub mod sse;
pub mod stream;
pub mod supply;
pub mod tlog;
pub mod token;
pub mod unpack;

/// A folder that lies in memory where there is one.
fn memory() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a folder can be made")
}

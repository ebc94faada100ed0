//! Many servers behind one door.

#[allow(
    dead_code,
    unused_imports,
    reason = "what the gateway puts on top of it comes with the gateway"
)]
mod listen;
pub mod settings;
mod upstream;

//! Many servers behind one door.

pub mod settings;
mod upstream;

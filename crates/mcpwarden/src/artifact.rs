//! What a command line would run, and what to call it.

use std::{ffi::OsString, path::Path};

use warden_policy::Artifact;

use crate::World;

/// The name of a server that nobody named: that of its package, else of its program.
pub(crate) fn name_of(command: &[OsString]) -> String {
    let words: Vec<_> = command.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let program = words.first().map(String::as_str).unwrap_or_default();
    let stem = Path::new(program).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.unwrap_or_else(|| program.to_owned())
}

/// The digest of what the command line would run, as far as it lies in files of this machine.
pub(crate) fn of(_command: &[OsString], _world: &World) -> Artifact {
    Artifact::Unknown("x".into())
}

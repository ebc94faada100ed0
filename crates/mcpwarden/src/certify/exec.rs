//! This program as what stands in front of a certified server: it verifies the bytes, and becomes
//! the server. Not a command: nobody calls it by hand.

use std::{
    ffi::OsString, os::unix::process::CommandExt as _, path::Path, process::Command,
    process::ExitCode,
};

use warden_collect::store::{
    Check, Store,
    launch::{Interpreter, Launch},
};
use warden_model::Digest;

use super::{launch, look};
use crate::{Failure, Kind, World, output, paths::Paths};

/// The word that makes this program a launcher.
pub(crate) const EXEC: &str = "__exec";

/// A certified server as the store knows it.
pub(crate) struct Certified {
    /// How it is started.
    pub(crate) launch: Launch,
    /// The words that verify its bytes and start it.
    pub(crate) command: Vec<OsString>,
}

/// The server that was certified by this name.
///
/// # Errors
/// When there is none, or its bytes are not those that were certified.
pub(crate) fn certified(name: &str, paths: &Paths, world: &World) -> Result<Certified, Failure> {
    let store = Store::open(&paths.store())
        .map_err(|error| Failure::new(Kind::Config, "cannot use the store").caused_by(error))?;
    let record = store.reference(name).map_err(|error| {
        Failure::new(Kind::Input, format!("no server is certified as `{name}`"))
            .caused_by(error)
            .hint("certify it: `mcpwarden certify TARGET --name NAME`")
    })?;
    let launch = record.about.get("launch").and_then(launch::from_value).ok_or_else(|| {
        Failure::new(Kind::Input, format!("`{name}` is certified, and nothing that can be started"))
    })?;
    let interpreter = look::interpreter(&launch.interpreter, world)?;
    let kind = match launch.interpreter {
        Interpreter::Node => "node",
        Interpreter::Python { .. } => "python",
    };
    let mut command: Vec<OsString> = vec![crate::commands::this_program()?.into(), EXEC.into()];
    command.push(store.root().as_os_str().to_owned());
    command.extend([launch.tree.to_string(), kind.to_owned()].map(OsString::from));
    command.push(interpreter.into_os_string());
    command.push(launch.script.clone().into());
    Ok(Certified { launch, command })
}

/// Verifies the tree and becomes the server.
pub(crate) fn run(words: &[OsString]) -> ExitCode {
    let why = match started(words) {
        Ok(never) => match never {},
        Err(why) => why,
    };
    output::tell(&format!("mcpwarden: {}\n", warden_report::printable(&why)));
    ExitCode::from(126)
}

/// Returns only if the server was not started.
fn started(words: &[OsString]) -> Result<std::convert::Infallible, String> {
    let [root, tree, kind, interpreter, script, rest @ ..] = words else {
        return Err("a launch has five words".into());
    };
    let text = |word: &OsString| word.to_str().map(str::to_owned).ok_or("a word is no text");
    let tree: Digest = text(tree)?.parse().map_err(|_| "the tree has no digest".to_owned())?;
    let what = match text(kind)?.as_str() {
        "node" => Interpreter::Node,
        "python" => Interpreter::Python { version: None },
        _ => return Err("nothing is known of what runs it".into()),
    };
    let launch = Launch { interpreter: what, script: text(script)?, tree, overlaps: Vec::new() };
    let store = Store::open(Path::new(root)).map_err(|error| error.to_string())?;
    let line = launch
        .command_line(&store, Check::Quick, Path::new(interpreter))
        .map_err(|error| format!("what would run is not what was certified: {error}"))?;
    let (program, args) = line.split_first().ok_or("there is nothing to start")?;
    let error = Command::new(program).args(args).args(rest).exec();
    Err(format!("cannot start `{}`: {error}", Path::new(program).display()))
}

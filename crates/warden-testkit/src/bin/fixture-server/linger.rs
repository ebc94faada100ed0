//! Grandchildren: processes that a careless wrapper leaves behind.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::options::Options;
use crate::server::End;

/// How long a grandchild lives if nobody ends it; a failed test must not litter the machine.
const LIFETIME: Duration = Duration::from_mins(10);

/// Writes the process number to `file` and stays.
pub(crate) fn linger(file: &Path) -> io::Result<End> {
    // Renamed into place: who sees the file sees the whole number.
    let draft = file.with_extension("draft");
    fs::write(&draft, std::process::id().to_string())?;
    fs::rename(&draft, file)?;
    thread::sleep(LIFETIME);
    Ok(End::Closed)
}

/// Starts the grandchildren that the flags ask for.
pub(crate) fn spawn_children(options: &Options) -> Result<(), String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    if let Some(file) = &options.spawn_child {
        start(Command::new(&own), file)?;
    }
    if let Some(file) = &options.spawn_session {
        // In a session of its own, a process group of the wrapper's does not hold it.
        let mut command = Command::new("setsid");
        command.arg(&own);
        start(command, file)?;
    }
    Ok(())
}

/// The grandchild inherits standard output: reading until its end would wait for it as well.
fn start(mut command: Command, file: &Path) -> Result<(), String> {
    command.arg("--linger").arg(file).stdin(Stdio::null());
    // Not waited for: being left behind is what it is for.
    drop(command.spawn().map_err(|error| format!("cannot start a grandchild: {error}"))?);
    Ok(())
}

//! This program as the supervisor of a server. Not a command: nobody calls it by hand.

use std::{
    ffi::OsString,
    os::unix::process::ExitStatusExt as _,
    process::{ExitCode, ExitStatus},
};

use warden_sandbox::{SuperviseError, supervise};

use crate::output;

/// The word that makes this program a supervisor.
pub(crate) const SUPERVISE: &str = "__supervise";

/// Supervises, and ends as the server did.
pub(crate) fn run(words: &[OsString]) -> ExitCode {
    match supervise(words) {
        Ok(status) => ExitCode::from(code(status)),
        Err(error) => {
            let mut text = format!("mcpwarden: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                text.push_str(&format!(": {error}"));
                cause = error.source();
            }
            output::tell(&format!("{}\n", warden_report::printable(&text)));
            // What shells say when a program cannot be found or started.
            ExitCode::from(if matches!(error, SuperviseError::Start { .. }) { 127 } else { 1 })
        }
    }
}

fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

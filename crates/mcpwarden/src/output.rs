//! Where results and talk go.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use crate::{Failure, Kind};

/// A count with its noun, of which the plural takes an s.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Writes a result to standard output.
///
/// A reader that has gone away, as `head` does, has seen what it wanted: that is no failure.
///
/// # Errors
/// When it cannot be written for any other reason.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Kind::Internal, "cannot write to standard output").caused_by(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a result to a file.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn save(file: &Path, text: &str) -> Result<(), Failure> {
    fs::write(file, text).map_err(|error| {
        Failure::new(Kind::Usage, format!("cannot write the report to `{}`", file.display()))
            .caused_by(error)
            .hint("name a file in a folder that exists and that you may write to")
    })
}

/// Writes talk to standard error.
pub(crate) fn tell(text: &str) {
    // Nobody is left to tell that nobody can be told.
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

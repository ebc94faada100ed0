//! How many files a process may have open.

use std::io;

/// Raises our own limit of open files as far as the system lets us.
///
/// # Errors
/// Not even the limit that everybody may have can be set.
#[cfg(unix)]
pub fn raise_file_limit() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    /// Enough for ten thousand sessions with two connections each, and then some.
    const WANTED: u64 = 65_536;
    let limit = getrlimit(Resource::Nofile);
    let is_below = limit.maximum.is_some_and(|most| most < WANTED);
    let wanted = if is_below { WANTED } else { limit.maximum.unwrap_or(WANTED) };
    // Only the administrator may go beyond the hard limit; everybody may go up to it.
    let beyond = Rlimit { current: Some(wanted), maximum: Some(wanted) };
    let up_to = Rlimit { current: limit.maximum, maximum: limit.maximum };
    Ok(setrlimit(Resource::Nofile, beyond).or_else(|_| setrlimit(Resource::Nofile, up_to))?)
}

/// Does nothing where there is no such limit.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn raise_file_limit() -> io::Result<()> {
    Ok(())
}

//! The supervisor's side: one server, watched to its end and beyond.

use std::{
    ffi::OsString,
    fs::OpenOptions,
    io,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, WaitStatus, getpid, getppid};
use signal_hook::{
    consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

use crate::family;

/// How long a server may take to end by itself once it was asked to.
const GRACE: Duration = Duration::from_millis(500);

/// How long killing everything may take.
const KILLING: Duration = Duration::from_secs(5);

/// Why nothing was supervised.
#[derive(Debug, thiserror::Error)]
pub enum SuperviseError {
    /// The words after the supervisor's name are not `PID -- PROGRAM [ARGUMENT]…`.
    #[error("not meant to be called by hand")]
    Usage,
    /// Whoever started us has already ended.
    #[error("the parent has ended")]
    Orphaned,
    /// The kernel refused to watch.
    #[error("cannot watch over the server")]
    Watch(#[source] io::Error),
    /// The server cannot be started.
    #[error("cannot start `{program}`")]
    Start {
        /// The program.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Runs the server that `words` name, on our own standard input and output, until it ends or our
/// parent does; then ends everything that it started. Returns how it ended.
///
/// # Errors
/// When it cannot be watched or started; then nothing runs.
pub fn supervise(words: &[OsString]) -> Result<ExitStatus, SuperviseError> {
    let (parent, program, arguments) = split(words)?;
    let mut signals =
        Signals::new([SIGTERM, SIGINT, SIGHUP, SIGCHLD]).map_err(SuperviseError::Watch)?;
    watch_parent(parent)?;
    let child = start(program, arguments)?;
    drop_streams().map_err(SuperviseError::Watch)?;
    let us = getpid();
    let main = pid_of(&child).ok_or(SuperviseError::Usage)?;
    let mut status = None;
    for signal in signals.forever() {
        if signal == SIGCHLD {
            status = family::reap(main);
            if status.is_none() {
                continue;
            }
        }
        break;
    }
    if status.is_none() {
        status = ask_to_end(us, main);
    }
    let status = family::end_all(us, main, Instant::now() + KILLING).or(status);
    Ok(status.map_or_else(|| ExitStatus::from_raw(9), exit_status))
}

fn split(words: &[OsString]) -> Result<(u32, &OsString, &[OsString]), SuperviseError> {
    let [parent, dashes, program, arguments @ ..] = words else {
        return Err(SuperviseError::Usage);
    };
    if dashes != "--" {
        return Err(SuperviseError::Usage);
    }
    let parent = parent.to_str().and_then(|text| text.parse().ok());
    Ok((parent.ok_or(SuperviseError::Usage)?, program, arguments))
}

/// Arranges to be told when the parent ends, and to inherit what the server leaves behind.
fn watch_parent(parent: u32) -> Result<(), SuperviseError> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{set_child_subreaper, set_parent_process_death_signal};
        let refused = |error: rustix::io::Errno| SuperviseError::Watch(error.into());
        set_parent_process_death_signal(Some(Signal::TERM)).map_err(refused)?;
        set_child_subreaper(Some(getpid())).map_err(refused)?;
    }
    // It may have ended before the kernel knew that we care.
    if parent_is(parent) {
        // Where the kernel does not tell, we look.
        #[cfg(not(target_os = "linux"))]
        thread::spawn(move || {
            while parent_is(parent) {
                thread::sleep(Duration::from_millis(100));
            }
            rustix::process::kill_process(getpid(), Signal::TERM).ok();
        });
        return Ok(());
    }
    Err(SuperviseError::Orphaned)
}

fn parent_is(parent: u32) -> bool {
    getppid().is_some_and(|pid| u32::try_from(pid.as_raw_nonzero().get()) == Ok(parent))
}

fn start(program: &OsString, arguments: &[OsString]) -> Result<Child, SuperviseError> {
    Command::new(program).args(arguments).process_group(0).spawn().map_err(|source| {
        SuperviseError::Start { program: program.to_string_lossy().into_owned(), source }
    })
}

/// Gives up our ends of the server's pipes, so that it alone holds them open.
fn drop_streams() -> io::Result<()> {
    let nothing = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&nothing)?;
    rustix::stdio::dup2_stdout(&nothing)?;
    Ok(())
}

/// Asks politely first. Returns how the server ended, if it did.
fn ask_to_end(us: Pid, main: Pid) -> Option<WaitStatus> {
    family::signal_all(us, Signal::TERM);
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        if let Some(status) = family::reap(main) {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
    None
}

fn pid_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

fn exit_status(status: WaitStatus) -> ExitStatus {
    ExitStatus::from_raw(status.as_raw())
}

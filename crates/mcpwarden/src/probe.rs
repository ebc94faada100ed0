//! Starting a server only to look at it.

use std::{
    ffi::OsString,
    io,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use warden_mcp::client::{Process, Shown, Started};
use warden_model::{Location, Origin, Surface};

/// Starts a server behind its supervisor, so that nothing of it outlives us. It gets the
/// environment of `asked` and nothing else.
///
/// # Errors
/// What the system says.
pub(crate) fn start(supervisor: &[OsString], asked: &Command) -> io::Result<Started> {
    let (program, words) = supervisor.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command
        .args(words)
        .arg(std::process::id().to_string())
        .arg("--")
        .arg(asked.get_program())
        .args(asked.get_args())
        // A server gets what its client gives it, and nothing of ours.
        .env_clear()
        .envs(asked.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A signal to our group must not end the supervisor before it has done its work.
        .process_group(0);
    if let Some(folder) = asked.get_current_dir() {
        command.current_dir(folder);
    }
    let mut child = command.spawn()?;
    let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let process = Box::new(Supervised(child));
    let (Some(stdin), Some(stdout), Some(stderr)) = streams else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let (stdin, stdout, stderr) = (Box::new(stdin), Box::new(stdout), Box::new(stderr));
    Ok(Started { stdin, stdout, stderr, process })
}

/// What a server showed; everything that it has, or nothing.
///
/// # Errors
/// What could not be listed.
pub(crate) fn surface(name: &str, shown: Shown) -> Result<Surface, String> {
    if let Some(gap) = shown.gaps.first() {
        return Err(format!("its {} could not be listed", gap.kind.list_member()));
    }
    Ok(Surface {
        origin: Origin::Live,
        connection: None,
        server: name.to_owned(),
        implementation: shown.implementation,
        protocol: Some(shown.protocol),
        instructions: shown.instructions,
        lists_change: Some(shown.lists_change),
        definitions: shown.definitions,
        location: Location::default(),
    })
}

/// A supervisor. It is only ever asked to end: killed, it would leave its server behind.
struct Supervised(Child);

impl Process for Supervised {
    fn tell(&mut self) {
        // One that was waited for has given its number back, perhaps to somebody else.
        if matches!(self.0.try_wait(), Ok(None)) {
            // It can have ended since, which is what was wanted.
            kill_process(Pid::from_child(&self.0), Signal::TERM).ok();
        }
    }

    fn kill(&mut self) {
        self.tell();
        // It kills what does not end, and does so in bounded time.
        drop(self.0.wait());
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.kill();
    }
}

//! A program that prints a secret.

use std::{
    io::Read as _,
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};
use warden_model::Hidden;

use super::{Found, Keeper, MOST_SECRET, Reply, aside};
use crate::credentials::{
    error::{CredentialError, Missing},
    settings::Program,
};

/// How often it is looked whether a program that has said everything has ended.
const LOOK: Duration = Duration::from_millis(5);

/// A program as a source. The age of what it prints is not known.
pub(super) struct Asked(pub(super) Program);

impl Keeper for Asked {
    fn fetch<'a>(&'a self, name: &'a str) -> Reply<'a, Result<Found, CredentialError>> {
        Box::pin(async move {
            let (program, name) = (self.0.clone(), name.to_owned());
            let value = aside(move || run(&program, Some(&name))).await?;
            Ok(Found { value, changed: None })
        })
    }
}

/// What a program prints, without the line feed at its end. What it says on standard error is
/// thrown away, as it may repeat what it was asked for.
///
/// # Errors
/// It cannot be started, fails, says nothing, too much or no text, or does not end in time.
pub(super) fn run(program: &Program, name: Option<&str>) -> Result<Hidden, CredentialError> {
    let deadline = Instant::now() + program.patience;
    let (first, rest) = program.argv.split_first().ok_or(Missing::NotSetUp)?;
    let mut command = Command::new(first);
    command.args(rest).args(name).env_clear().envs(&program.environment);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    // In a group of its own, so that what it starts ends with it.
    let child = command.process_group(0).spawn().map_err(|_| Missing::Secrets)?;
    let mut running = Running { child, ended: false };
    let said = hear(&mut running.child, deadline);
    let status = running.end(deadline);
    let said = said?;
    if !status?.success() {
        return Err(Missing::Secrets.into());
    }
    let text = String::from_utf8(said).map_err(|_| Missing::Secrets)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    if text.is_empty() { Err(Missing::Secrets.into()) } else { Ok(Hidden::new(text)) }
}

fn hear(child: &mut Child, deadline: Instant) -> Result<Vec<u8>, CredentialError> {
    let stdout = child.stdout.take().ok_or(Missing::Secrets)?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut said = Vec::new();
        let read = stdout.take(MOST_SECRET as u64 + 2).read_to_end(&mut said);
        // Nobody waits any more if it is late.
        sender.send(read.map(|_| said)).is_ok()
    });
    let left = deadline.saturating_duration_since(Instant::now());
    match receiver.recv_timeout(left) {
        Ok(Ok(said)) if said.len() <= MOST_SECRET + 1 => Ok(said),
        _ => Err(Missing::Secrets.into()),
    }
}

/// A program that is ended, with what it has started, when nobody wants it any more.
struct Running {
    child: Child,
    /// It was waited for, so that its number may be another one's by now.
    ended: bool,
}

impl Running {
    fn end(&mut self, deadline: Instant) -> Result<ExitStatus, CredentialError> {
        loop {
            if let Some(status) = self.child.try_wait().map_err(|_| Missing::Secrets)? {
                self.ended = true;
                return Ok(status);
            }
            if Instant::now() >= deadline {
                return Err(Missing::Secrets.into());
            }
            thread::sleep(LOOK);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // One that ends at this moment need not be ended.
            kill_process_group(group, Signal::KILL).ok();
        }
        self.child.wait().ok();
    }
}

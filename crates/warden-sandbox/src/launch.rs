//! Starting a server behind its supervisor: our side.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

/// What to start, and how.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The supervisor: this program, with the words that make it one.
    pub supervisor: Vec<OsString>,
    /// The server's program and arguments.
    pub command: Vec<OsString>,
    /// Where it starts; the current directory if there is none.
    pub folder: Option<PathBuf>,
    /// The whole environment; inherited if there is none.
    pub environment: Option<BTreeMap<OsString, OsString>>,
    /// Variables that it does not get, also where the environment is inherited.
    pub without: Vec<OsString>,
    /// Where its standard error goes: ours, or nowhere.
    pub silent: bool,
}

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    ended: bool,
}

impl Launch {
    /// Starts the server and returns it with its standard input and output.
    ///
    /// The thread that calls this must live as long as the server should: its end is what the
    /// kernel tells the supervisor of.
    ///
    /// # Errors
    /// When the supervisor cannot be started. That the server cannot be is told by its exit code.
    pub fn start(&self) -> io::Result<(Server, ChildStdin, ChildStdout)> {
        let Some((program, words)) = self.supervisor.split_first() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let mut command = Command::new(program);
        command
            .args(words)
            .arg(rustix::process::getpid().as_raw_nonzero().to_string())
            .arg("--")
            .args(&self.command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if self.silent { Stdio::null() } else { Stdio::inherit() })
            // A signal to our group must not end the supervisor before it has done its work.
            .process_group(0);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        if let Some(environment) = &self.environment {
            command.env_clear().envs(environment);
        }
        for name in &self.without {
            command.env_remove(name);
        }
        let mut child = command.spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok((Server { child, ended: false }, input, output)),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Server {
    /// The supervisor's process number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks the supervisor to end the server and everything it started.
    pub fn stop(&mut self) {
        if self.ended {
            return;
        }
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended already, which is what we want.
            kill_process(pid, Signal::TERM).ok();
        }
    }

    /// Waits until the server and everything it started has ended.
    ///
    /// # Errors
    /// What the system says.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait()?;
        self.ended = true;
        Ok(status)
    }

    /// Whether it has ended, and how.
    ///
    /// # Errors
    /// What the system says.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        self.ended |= status.is_some();
        Ok(status)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.ended {
            self.stop();
            // Waiting reaps the supervisor; it ends in bounded time.
            drop(self.child.wait());
        }
    }
}

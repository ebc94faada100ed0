//! Programs that are built, started and stopped for a measurement.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use xtask::shell::{self, Failure, cargo};

/// How long a program may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(10);
const NAP: Duration = Duration::from_millis(5);

/// A program that is about to be started, and where it will listen.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Vec<(&'static str, OsString)>,
    pub(super) port: u16,
}

/// A program that runs. It is stopped when this is dropped.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
}

/// Builds programs for release and returns where they are, in the order asked for.
pub(super) fn build(package: &str, names: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut command = cargo(&["build", "--release", "--message-format", "json", "-p", package]);
    for name in names {
        command.args(["--bin", name]);
    }
    let output = shell::capture(&mut command)?;
    let built: Vec<Value> =
        output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let find = |name: &&str| {
        let artifact = built.iter().rfind(|message| {
            message["target"]["name"] == **name && message["executable"].is_string()
        });
        let path = artifact.and_then(|message| message["executable"].as_str());
        path.map(PathBuf::from).ok_or_else(|| Failure(format!("Cargo built no `{name}`")))
    };
    names.iter().map(find).collect()
}

/// A port of the loopback interface that nobody listened on a moment ago.
pub(super) fn free_port() -> Result<u16, Failure> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| Failure(format!("no free port: {error}")))
}

impl Prepared {
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/mcp", self.port)
    }

    /// Starts it and waits until it listens.
    pub(super) fn start(&self) -> Result<Running, Failure> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(self.environment.iter().cloned());
        let mut running = Running::spawn(command.stdin(Stdio::null()).stdout(Stdio::null()))?;
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = running.child.try_wait().ok().flatten();
            if ended.is_some() || Instant::now() > deadline {
                let name = self.program.display();
                return Err(Failure(format!("`{name}` does not listen on {}", self.url())));
            }
            thread::sleep(NAP);
        }
        Ok(running)
    }
}

impl Running {
    pub(super) fn spawn(command: &mut Command) -> Result<Self, Failure> {
        let program = command.get_program().to_string_lossy().into_owned();
        let spawned = command.spawn();
        let child = spawned.map_err(|error| Failure(format!("`{program}`: {error}")))?;
        Ok(Self { child })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Reads the first line that it prints.
    pub(super) fn first_line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if let Some(output) = self.child.stdout.as_mut() {
            // Whoever wants more than one line holds the pipe; ours is read to a line end.
            let read = BufReader::with_capacity(1, output).read_line(&mut line);
            read.map_err(|error| Failure(format!("it cannot be read: {error}")))?;
        }
        Ok(line.trim_end().to_owned())
    }

    /// Closes its input and returns what else it prints.
    pub(super) fn finish(mut self) -> Result<String, Failure> {
        drop(self.child.stdin.take());
        self.first_line()
    }

    fn stop(&mut self) {
        let pid = self.child.id().to_string();
        let mut shell = Command::new("sh");
        // A master has to be asked: it ends its workers, which would outlive it otherwise.
        shell.args(["-c", "kill -TERM \"$1\"", "sh", &pid]).stderr(Stdio::null());
        let asked = shell.status().is_ok_and(|status| status.success());
        let deadline = Instant::now() + PATIENCE;
        while asked && Instant::now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(NAP);
        }
        // It did not listen; there is nothing else that could be done.
        drop(self.child.kill().and_then(|()| self.child.wait()));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

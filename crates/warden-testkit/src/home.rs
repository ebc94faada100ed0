//! A home directory for one test, and the command line run in it.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::programs::program;

/// How long a test waits for a file.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a program may run; long, since machines are busy.
const LONG: Duration = Duration::from_mins(4);

/// A home directory that exists for one test.
#[derive(Debug)]
pub struct TestHome {
    folder: TempDir,
}

/// What a program said and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
}

impl Default for TestHome {
    fn default() -> Self {
        Self::new()
    }
}

impl TestHome {
    /// Makes an empty home with the folders `home`, `warden` and `work` in it.
    #[must_use]
    pub fn new() -> Self {
        let folder = match TempDir::with_prefix("mcpwarden-test-") {
            Ok(folder) => folder,
            Err(error) => panic!("cannot make a temporary folder: {error}"),
        };
        let home = Self { folder };
        for part in [home.home(), home.warden(), home.work()] {
            make(&part);
        }
        home
    }

    /// The folder that holds everything; it goes when this value goes.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What programs see as the home directory.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    /// What `mcpwarden` sees as its own folder, `MCPWARDEN_HOME`.
    #[must_use]
    pub fn warden(&self) -> PathBuf {
        self.path().join("warden")
    }

    /// Where programs are started.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// Writes `text` to `file` below the folder, making folders as needed, and returns its path.
    pub fn write(&self, file: impl AsRef<Path>, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(file);
        make(path.parent().unwrap_or(self.path()));
        if let Err(error) = fs::write(&path, text) {
            panic!("cannot write {}: {error}", path.display());
        }
        path
    }

    /// Waits until `file` exists and returns its trimmed text: how a process in the background
    /// tells its number.
    #[must_use]
    #[track_caller]
    pub fn await_file(&self, file: &Path) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match fs::read_to_string(file) {
                Ok(text) => return text.trim().to_owned(),
                Err(error) if Instant::now() > deadline => {
                    panic!("{} does not appear: {error}", file.display())
                }
                Err(_) => thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    /// Returns a command that sees nothing of the real environment but the search path.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        self.isolate(&mut command);
        command
    }

    /// Returns `mcpwarden` with `arguments`, to be spawned in this home.
    #[must_use]
    pub fn mcpwarden<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.command(program("mcpwarden"));
        command.args(arguments);
        command
    }

    /// Runs `mcpwarden` with `arguments` and empty input to its end.
    #[must_use]
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Outcome {
        self.run_with_input(arguments, b"")
    }

    /// Runs `mcpwarden` with `arguments` and `input` to its end.
    #[must_use]
    pub fn run_with_input<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> Outcome {
        let mut command = self.mcpwarden(arguments);
        Outcome::of(&mut command, input)
    }

    fn isolate(&self, command: &mut Command) {
        command
            .env_clear()
            .env("HOME", self.home())
            .env("USERPROFILE", self.home())
            .env("MCPWARDEN_HOME", self.warden())
            .env("TMPDIR", self.path())
            .env("NO_COLOR", "1")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .current_dir(self.work());
        if let Some(path) = search_path() {
            command.env("PATH", path);
        }
    }
}

impl Outcome {
    /// Runs `command` to its end, giving it `input`. Fails the test if it takes too long.
    #[must_use]
    #[track_caller]
    pub fn of(command: &mut Command, input: &[u8]) -> Self {
        let spawned =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = match spawned {
            Ok(child) => child,
            Err(error) => panic!("cannot start {command:?}: {error}"),
        };
        if let Some(mut stdin) = child.stdin.take() {
            let input = input.to_owned();
            // A program that does not read its input may close it.
            thread::spawn(move || drop(stdin.write_all(&input)));
        }
        let stdout = read_all(child.stdout.take());
        let stderr = read_all(child.stderr.take());
        let code = match wait(&mut child) {
            Some(status) => status.code(),
            None => panic!("{command:?} does not end"),
        };
        Self { stdout: received(&stdout), stderr: received(&stderr), code }
    }

    /// All three parts in one block, for snapshots.
    #[must_use]
    pub fn block(&self) -> String {
        let code = self.code.map_or_else(|| "signal".into(), |code| code.to_string());
        format!(
            "exit code: {code}\n----- stdout -----\n{}----- stderr -----\n{}",
            self.stdout, self.stderr
        )
    }

    /// Returns standard output, and fails the test with everything else if the code is not 0.
    #[must_use]
    #[track_caller]
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.block());
        self.stdout
    }
}

/// Reads a pipe in the background, so that neither pipe can block the program.
fn read_all(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is still worth showing.
            drop(pipe.read_to_end(&mut bytes));
        }
        // The receiver is gone when the test has failed already.
        drop(sender.send(String::from_utf8_lossy(&bytes).into_owned()));
    });
    receiver
}

/// A grandchild may hold the pipe open after its parent has ended; that is a failure as well.
#[track_caller]
fn received(pipe: &Receiver<String>) -> String {
    match pipe.recv_timeout(PATIENCE) {
        Ok(text) => text,
        Err(error) => panic!("the program ended and its output did not: {error}"),
    }
}

/// Waits until `child` has ended; kills it and returns `None` when patience runs out.
fn wait(child: &mut Child) -> Option<ExitStatus> {
    let deadline = Instant::now() + LONG;
    while Instant::now() < deadline {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => thread::sleep(Duration::from_millis(2)),
            Err(_) => break,
        }
    }
    // The test fails in any case.
    drop(child.kill());
    None
}

fn make(folder: &Path) {
    if let Err(error) = fs::create_dir_all(folder) {
        panic!("cannot make {}: {error}", folder.display());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "programs under test find Node.js and Python where the developer's shell does"
)]
fn search_path() -> Option<std::ffi::OsString> {
    std::env::var_os("PATH")
}

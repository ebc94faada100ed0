//! Where the programs under test are.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Returns the program `name` of this workspace, built in the same profile as the running test.
///
/// Cargo tells only a package's own tests where its programs are; the others find them beside
/// themselves, in the target directory.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let test = match std::env::current_exe() {
        Ok(test) => test,
        Err(error) => panic!("cannot tell where this test is: {error}"),
    };
    // `target/debug/deps/test-0123` and `target/debug/deps` both lead to `target/debug`.
    let found = test
        .ancestors()
        .skip(1)
        .take(3)
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!(
            "`{name}` is not built beside {}: run `cargo xtask test`, or `cargo build --workspace \
             --bins` first",
            test.parent().unwrap_or(Path::new("")).display()
        )
    })
}

/// Returns a command that starts the fixture server with `flags`.
#[must_use]
pub fn fixture_server(flags: &[&str]) -> Command {
    let mut command = Command::new(program("fixture-server"));
    command.args(flags);
    command
}

/// Returns whether a process with this number runs; a process that has ended and was not waited
/// for does not.
#[must_use]
pub fn is_running(process: &str) -> bool {
    // The third field is the state; the second is the name, which may hold anything but ends
    // with the last parenthesis.
    std::fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| {
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
    })
}

/// Waits until the process with this number has ended, and returns whether it has within
/// `patience`. Linux only.
#[must_use]
pub fn ends_within(process: &str, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    while is_running(process) {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(2));
    }
    true
}

/// Ends the process with this number, whatever became of it.
pub fn end_process(process: &str) {
    let mut shell = Command::new("sh");
    // The shell's own `kill`: small systems have no program of that name.
    shell.args(["-c", "kill -9 \"$1\"", "sh", process]).stderr(Stdio::null());
    // It may have ended by itself, which is as good.
    drop(shell.status());
}

//! Runs the program over trees.

use std::io::Read;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::finding::{self, Finding};
use super::tree::Tree;
use xtask::shell::{self, Failure, cargo, root, section};

/// Exit codes of a scan that found something or could not read everything.
const FOUND: RangeInclusive<i32> = 10..=14;

/// How long the program may take for one tree. What takes longer is not complete.
pub(crate) const BUDGET: Duration = Duration::from_mins(2);

/// What came of a tree.
#[derive(Clone, Debug)]
pub(crate) enum Ran {
    /// What the program said.
    Scanned(Box<Scanned>),
    /// Why it said nothing: it did not come to an end, or failed.
    Not(String),
}

/// What the program said of one tree.
#[derive(Clone, Debug)]
pub(crate) struct Scanned {
    /// Where it is.
    pub(crate) target: PathBuf,
    /// What it holds.
    pub(crate) tree: Tree,
    /// What was found.
    pub(crate) findings: Vec<Finding>,
    /// Whether everything was looked at.
    pub(crate) complete: bool,
    /// How long the whole process took.
    pub(crate) took: Duration,
}

/// Builds the program as it is released.
///
/// # Errors
/// It cannot be built.
pub(crate) fn build() -> Result<PathBuf, Failure> {
    section("build");
    shell::run(&mut cargo(&["build", "--release", "-p", "mcpwarden", "--bin", "mcpwarden"]))?;
    let target =
        shell::setting("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("release").join("mcpwarden"))
}

/// Scans a folder or a package. It is run beside the package or in the folder, so that what it says
/// is the same wherever they are kept.
///
/// # Errors
/// There is no tree, the program cannot be run, or what it says is no report.
pub(crate) fn scan(program: &Path, target: &Path, budget: Duration) -> Result<Ran, Failure> {
    let tree = Tree::read(target)?;
    let beside = target.parent().unwrap_or(target);
    let (folder, name, root) = if target.is_dir() {
        (target, ".".into(), "")
    } else {
        let root = tree.root.strip_prefix(&*beside.to_string_lossy()).unwrap_or(&tree.root);
        (beside, target.file_name().unwrap_or_default().to_owned(), root.trim_start_matches('/'))
    };
    let mut command = Command::new(program);
    command
        .args(["scan", "--quiet", "--no-cache", "--persona", "auditor", "--format", "json"])
        .arg(name)
        .current_dir(folder);
    let started = Instant::now();
    let Some((status, report, words)) = within(&mut command, budget)? else {
        return Ok(Ran::Not(format!("no end within {} s", budget.as_secs())));
    };
    let took = started.elapsed();
    if !status.code().is_some_and(|code| code == 0 || FOUND.contains(&code)) {
        println!("{}: {status}\n{words}", target.display());
        return Ok(Ran::Not(format!("the program failed: {status}")));
    }
    let (findings, complete) = finding::read(&report, root)?;
    let target = target.to_owned();
    Ok(Ran::Scanned(Box::new(Scanned { target, tree, findings, complete, took })))
}

/// How a process ended, what it said and what it said about errors.
type Ended = (ExitStatus, String, String);

/// Runs a process to its end, and ends it when that takes too long.
fn within(command: &mut Command, budget: Duration) -> Result<Option<Ended>, Failure> {
    let program = PathBuf::from(command.get_program());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| Failure::of(&program, &error))?;
    let said = listen(child.stdout.take());
    let words = listen(child.stderr.take());
    // A process that closes what it says has come to its end, or is about to.
    let deadline = Instant::now() + budget;
    let left = || deadline.saturating_duration_since(Instant::now());
    let said = said.recv_timeout(left()).ok();
    let words = words.recv_timeout(left()).ok();
    let (Some(said), Some(words)) = (said, words) else {
        stop(&mut child);
        return Ok(None);
    };
    let status = child.wait().map_err(|error| Failure::of(&program, &error))?;
    Ok(Some((status, said, words)))
}

/// Reads a pipe to its end, beside everything else.
fn listen(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        if !matches!(read, Some(Err(_))) {
            let _nobody_waits = sender.send(String::from_utf8_lossy(&bytes).into_owned());
        }
    });
    receiver
}

fn stop(child: &mut Child) {
    // It may have ended by itself meanwhile.
    let _ended = child.kill();
    let _status = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, budget: u64) -> Option<Ended> {
        let mut command = Command::new("sh");
        within(command.args(["-c", script]), Duration::from_secs(budget)).expect("it is started")
    }

    #[test]
    fn a_process_that_ends_is_heard() {
        let (status, said, words) = shell("echo a; echo b >&2; exit 10", 60).expect("it ends");
        assert_eq!((status.code(), &*said, &*words), (Some(10), "a\n", "b\n"));
    }

    #[test]
    fn a_process_that_does_not_end_is_ended() {
        assert!(shell("while :; do :; done", 0).is_none());
    }
}

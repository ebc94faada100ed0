//! Runs the program over trees.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::finding::{self, Finding};
use super::tree::Tree;
use crate::shell::{self, Failure, cargo, root, section};

/// Exit codes of a scan that found something or could not read everything.
const FOUND: RangeInclusive<i32> = 10..=14;

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
/// The program cannot be run or fails, or what it says is no report.
pub(crate) fn scan(program: &Path, target: &Path) -> Result<Scanned, Failure> {
    let tree = Tree::read(target)?;
    let beside = target.parent().unwrap_or(target);
    let (folder, name, root) = if target.is_dir() {
        (target, ".".into(), "")
    } else {
        let root = tree.root.strip_prefix(&*beside.to_string_lossy()).unwrap_or(&tree.root);
        (beside, target.file_name().unwrap_or_default().to_owned(), root.trim_start_matches('/'))
    };
    let mut command = Command::new(program);
    command.args(["scan", "--quiet", "--no-cache", "--format", "json"]).arg(name).current_dir(folder);
    let started = Instant::now();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| Failure::of(program, &error))?;
    let took = started.elapsed();
    let code = output.status.code();
    if !code.is_some_and(|code| code == 0 || FOUND.contains(&code)) {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(Failure(format!("{}: {}\n{words}", target.display(), output.status)));
    }
    let (findings, complete) = finding::read(&String::from_utf8_lossy(&output.stdout), root)?;
    Ok(Scanned { target: target.to_owned(), tree, findings, complete, took })
}

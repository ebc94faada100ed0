//! Runs the program over trees.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::finding::{self, Finding};
use super::tree::Tree;
use crate::shell::{self, Failure, cargo, root, section};

/// Exit codes from which on a scan has failed: below are `0`, for nothing found.
const FOUND: std::ops::RangeInclusive<i32> = 10..=14;

/// What the program said of one tree.
#[derive(Clone, Debug)]
pub struct Scanned {
    /// What it holds.
    pub tree: Tree,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Whether everything was looked at.
    pub complete: bool,
    /// How long the whole process took.
    pub took: Duration,
}

/// Builds the program as it is released.
///
/// # Errors
/// It cannot be built.
pub fn build() -> Result<PathBuf, Failure> {
    section("build");
    shell::run(&mut cargo(&["build", "--release", "-p", "mcpwarden", "--bin", "mcpwarden"]))?;
    let target = shell::setting("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("release").join("mcpwarden"))
}

/// Scans a folder or a package.
///
/// # Errors
/// The program cannot be run or fails, or what it says is no report.
pub fn scan(program: &Path, target: &Path) -> Result<Scanned, Failure> {
    let tree = Tree::read(target)?;
    let mut command = Command::new(program);
    command.args(["scan", "--quiet", "--format", "json"]).arg(target);
    // No home: paths are then shown as they were given.
    command.env_remove("HOME").stdin(Stdio::null());
    let started = Instant::now();
    let output = command.output().map_err(|error| Failure::of(program, &error))?;
    let took = started.elapsed();
    let code = output.status.code();
    if !code.is_some_and(|code| code == 0 || FOUND.contains(&code)) {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(Failure(format!("{}: {}\n{words}", target.display(), output.status)));
    }
    let report = String::from_utf8_lossy(&output.stdout);
    let (findings, complete) = finding::read(&report, &tree.root)?;
    Ok(Scanned { tree, findings, complete, took })
}

//! Semgrep, with rules of ours for the same classes. Its licence is the LGPL: it is installed from
//! PyPI and run, and no part of anything here.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::subjects::Subject;
use crate::eval::cache::Cache;
use xtask::shell::{self, Failure};

/// The version that is measured.
const VERSION: &str = "1.182.0";

const RULES: &str = include_str!("semgrep.yml");

/// An installed Semgrep.
pub(super) struct Semgrep {
    pub(super) version: String,
    program: PathBuf,
    rules: PathBuf,
}

impl Semgrep {
    /// Installs it into the cache, unless it is there.
    ///
    /// # Errors
    /// Python or its package cannot be had.
    pub(super) fn install(cache: &Cache) -> Result<Self, Failure> {
        let folder = cache.folder().join(format!("semgrep-{VERSION}"));
        let program = folder.join("bin").join("semgrep");
        if !program.is_file() {
            shell::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
            let mut pip = Command::new(folder.join("bin").join("python"));
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            shell::run(pip.arg(format!("semgrep=={VERSION}")))?;
        }
        let rules = folder.join("rules.yml");
        shell::write(&rules, RULES)?;
        Ok(Self { version: VERSION.to_owned(), program, rules })
    }

    /// How long it takes over a tree, in milliseconds: once, since that is long enough.
    ///
    /// # Errors
    /// It fails.
    pub(super) fn time(&self, subject: &Subject) -> Result<f64, Failure> {
        let mut command = Command::new(&self.program);
        // Nothing is sent anywhere, and nothing left out that we read: no list of its own, and no
        // limit to the size of a file but ours.
        command.args(["scan", "--metrics=off", "--disable-version-check", "--quiet", "--json"]);
        command.args(["--no-git-ignore", "--jobs", "2", "--max-target-bytes", "16MB", "--config"]);
        command.arg(&self.rules).arg(".").current_dir(&subject.target);
        let started = Instant::now();
        let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
        let output = output.map_err(|error| Failure::of(&self.program, &error))?;
        let took = started.elapsed().as_secs_f64() * 1000.0;
        if output.status.success() {
            return Ok(took);
        }
        Err(Failure(format!("{}", output.status)))
    }
}

//! The suite itself: what it requires, how it is run, and what it finds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fixtures;
use crate::shell::{self, Failure};

/// The frozen requirement sets that are run.
pub(super) const REVISIONS: &[&str] = &["2025-11-25", "2026-07-28"];

/// The scenarios about logging in to a server. The gateway is given credentials for its upstreams
/// and logs in nowhere, so there is nothing of ours to see in them.
pub(super) const LOGIN: &str = "auth/";

/// The scenarios that measure how long a client waits, to a fifth of a second. On a machine that is
/// busy with something else it may wait longer, so they may be tried more than once.
const TIMED: &[&str] = &["sse-retry"];
/// How often.
const TRIES: usize = 3;

/// How long all scenarios of one part may take.
const PATIENCE: Duration = Duration::from_mins(4);
/// How long one scenario may take, in milliseconds.
const SCENARIO_MS: &str = "20000";

/// A part of a requirement set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leg {
    /// The suite is the client.
    Server,
    /// The suite is the server.
    Client,
}

impl Leg {
    /// What the suite calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

/// A scenario of a requirement set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scenario {
    /// What the suite calls it.
    pub(super) name: String,
    /// The part it belongs to.
    pub(super) leg: Leg,
    /// Whether the revision requires it.
    pub(super) required: bool,
}

/// What one scenario found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The scenario.
    pub(super) scenario: Scenario,
    /// Its checks, in the order in which it made them.
    pub(super) checks: Vec<Check>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Check {
    /// What the suite calls it; several checks can have the same.
    pub(super) id: String,
    /// The case.
    pub(super) name: String,
    /// `SUCCESS`, `FAILURE`, `WARNING`, `SKIPPED` or `INFO`.
    pub(super) status: String,
    /// What was wrong.
    pub(super) message: String,
}

impl Check {
    /// Whether it says yes.
    pub(super) fn passed(&self) -> bool {
        self.status == "SUCCESS"
    }

    /// Whether it says yes or no. Some only tell what they saw.
    pub(super) fn judged(&self) -> bool {
        matches!(self.status.as_str(), "SUCCESS" | "FAILURE" | "WARNING")
    }
}

/// Returns how many checks passed, and how many could have.
pub(super) fn count<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> (usize, usize) {
    let mut counted = (0, 0);
    for check in outcomes.into_iter().flat_map(|outcome| &outcome.checks) {
        counted.0 += usize::from(check.passed());
        counted.1 += usize::from(check.judged());
    }
    counted
}

/// The installed suite.
pub(super) struct Suite {
    node: PathBuf,
    package: PathBuf,
    /// Its version.
    pub(super) version: String,
}

impl Suite {
    /// Finds the suite among the installed fixtures.
    ///
    /// # Errors
    /// It is not there, or there is no Node.js that is new enough for it.
    pub(super) fn find(installed: &Path) -> Result<Self, Failure> {
        let modules = installed.join(fixtures::CONFORMANCE).join("node_modules");
        let package = modules.join("@modelcontextprotocol").join("conformance");
        let manifest = shell::read(&package.join("package.json"))?;
        let manifest: Value = serde_json::from_str(&manifest)
            .map_err(|error| Failure(format!("the manifest of the suite: {error}")))?;
        let version = manifest["version"].as_str().unwrap_or_default().to_owned();
        Ok(Self { node: fixtures::newer_node(&modules)?, package, version })
    }

    /// Returns the scenarios of a requirement set.
    ///
    /// # Errors
    /// The suite has no such set.
    pub(super) fn scenarios(&self, revision: &str) -> Result<Vec<Scenario>, Failure> {
        let file = self.package.join("requirements").join(format!("{revision}.yaml"));
        Ok(requirements(&shell::read(&file)?))
    }

    /// Runs every scenario of a requirement set against the server at `url`.
    ///
    /// # Errors
    /// The suite cannot be run, or its results cannot be read.
    pub(super) fn test_server(
        &self,
        revision: &str,
        url: &str,
        folder: &Path,
    ) -> Result<Vec<Outcome>, Failure> {
        let folder = folder.join("server");
        self.run(&["server", "--requirements", revision, "--url", url], &folder)?;
        let mut outcomes = Vec::new();
        for scenario in self.scenarios(revision)?.into_iter().filter(|one| one.leg == Leg::Server) {
            let checks = read(&folder, &format!("server-{}", scenario.name))?;
            outcomes.push(Outcome { scenario, checks });
        }
        Ok(outcomes)
    }

    /// Runs every scenario of a requirement set with the client that `command` starts.
    ///
    /// # Errors
    /// The suite cannot be run, or its results cannot be read.
    pub(super) fn test_client(
        &self,
        revision: &str,
        command: &str,
        folder: &Path,
    ) -> Result<Vec<Outcome>, Failure> {
        let folder = folder.join("client");
        let mut outcomes = Vec::new();
        for scenario in self.scenarios(revision)?.into_iter().filter(|one| one.leg == Leg::Client) {
            if scenario.name.starts_with(LOGIN) {
                continue;
            }
            let tries = if TIMED.contains(&scenario.name.as_str()) { TRIES } else { 1 };
            let mut checks = Vec::new();
            for number in 0..tries {
                let folder = folder.join(number.to_string());
                let only = ["--scenario", &scenario.name, "--spec-version", revision];
                self.run(&[&["client", "--command", command], &only[..]].concat(), &folder)?;
                checks = read(&folder, &scenario.name)?;
                if checks.iter().all(|check| check.passed() || !check.judged()) {
                    break;
                }
            }
            outcomes.push(Outcome { scenario, checks });
        }
        Ok(outcomes)
    }

    /// Runs the suite. How it ends says nothing that its results do not say better.
    fn run(&self, arguments: &[&str], folder: &Path) -> Result<(), Failure> {
        fs::create_dir_all(folder).map_err(|error| Failure::of(folder, &error))?;
        let failed = |error: std::io::Error| Failure(format!("the conformance suite: {error}"));
        let mut suite = Command::new(&self.node);
        suite.arg(self.package.join("dist").join("index.js")).args(arguments);
        suite.args(["--timeout", SCENARIO_MS, "--output-dir"]).arg(folder);
        suite.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut suite = suite.spawn().map_err(failed)?;
        let started = Instant::now();
        while suite.try_wait().map_err(failed)?.is_none() {
            if started.elapsed() > PATIENCE {
                suite.kill().and_then(|()| suite.wait()).map_err(failed)?;
                return Err(Failure(format!("the conformance suite hangs: {arguments:?}")));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

/// Reads a requirement set. The files are lists of plain names under plain headings.
fn requirements(text: &str) -> Vec<Scenario> {
    let mut found: Vec<Scenario> = Vec::new();
    let mut section = "";
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            section = name;
        } else if let Some(entry) = line.strip_prefix("  - ") {
            let name = entry.trim_start_matches("scenario: ").to_owned();
            let leg = if section == "client" { Leg::Client } else { Leg::Server };
            found.push(Scenario { name, leg, required: section != "not_scored" });
        } else if line.trim() == "leg: client"
            && let Some(last) = found.last_mut()
        {
            last.leg = Leg::Client;
        }
    }
    found
}

/// Reads what a scenario found: its folder is called as it is, with the time behind it.
fn read(folder: &Path, scenario: &str) -> Result<Vec<Check>, Failure> {
    let of_it = |name: &&String| {
        let time = name.strip_prefix(scenario).and_then(|rest| rest.strip_prefix("-20"));
        time.is_some_and(|time| time.starts_with(|digit: char| digit.is_ascii_digit()))
    };
    let names = shell::names(folder)?;
    // A scenario that breaks off leaves nothing. Whoever compares will miss its checks.
    let Some(name) = names.iter().find(of_it) else { return Ok(Vec::new()) };
    let text = shell::read(&folder.join(name).join("checks.json"))?;
    let checks: Vec<Value> = serde_json::from_str(&text)
        .map_err(|error| Failure(format!("the results of `{scenario}`: {error}")))?;
    Ok(checks.iter().map(check).collect())
}

fn check(value: &Value) -> Check {
    let text = |member: &str| value[member].as_str().unwrap_or_default().to_owned();
    Check {
        id: text("id"),
        name: text("name"),
        status: text("status"),
        message: text("errorMessage"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_set_is_read_with_what_it_does_not_require() {
        let text = "# words: x\nserver:\n  - a\n\nclient:\n  # why\n  - b\n\nnot_scored:\n  - scenario: c\n    leg: client\n    reason: pending\n    note: >-\n      words\n  - scenario: d\n    leg: server\n";
        let found: Vec<_> =
            requirements(text).into_iter().map(|one| (one.name, one.leg, one.required)).collect();
        let expected = [
            ("a", Leg::Server, true),
            ("b", Leg::Client, true),
            ("c", Leg::Client, false),
            ("d", Leg::Server, false),
        ];
        assert_eq!(found, expected.map(|(name, leg, required)| (name.to_owned(), leg, required)));
    }
}

//! `cargo xtask eval certify`: which evidence, score and level published servers get, and whether
//! versions with a known weakness get less.

pub mod figures;
pub mod record;
pub mod servers;
pub mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use self::figures::{Figures, Pair};
use self::record::{Outcome, Shown, reason};
use self::servers::Server;
use super::labels::{self, Packages};
use super::weakness::Wanted;
use super::{cache, program};
use xtask::markers;
use xtask::shell::{self, Failure, root, section};

/// Where the table is.
pub const DOCUMENT: &str = "docs/certification.md";

/// The generated part of it.
pub const PART: &str = "certify";

const USAGE: &str = "usage: cargo xtask eval certify [--cache DIR] [--check] [--program FILE]
         [--only SUBSTRING] [--no-start] [--details FILE]

  --cache DIR     where the store of the program is kept
  --check         compare with the committed figures, and write nothing
  --program FILE  an mcpwarden that is built already
  --only SUBSTRING  only servers that are called so; writes nothing
  --no-start      start none of them; writes nothing
  --details FILE  write how long each took";

/// Exit codes with which there is a certificate.
pub(crate) const CERTIFIED: &[i32] = &[0, 14];

/// What one asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Plan {
    cache: Option<PathBuf>,
    program: Option<PathBuf>,
    details: Option<PathBuf>,
    only: Option<String>,
    check: bool,
    no_start: bool,
}

/// What came of one version.
struct Came {
    outcome: Outcome,
    shown: Option<Shown>,
    took: Duration,
}

/// Certifies every server one after the other, and writes the figures and the table, or compares
/// with them.
///
/// # Errors
/// The labels cannot be read, the program cannot be run, or something is not as it has to be.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let plan = Plan::read(arguments)?;
    let labels = labels::packages()?;
    let program = plan.program.clone().map_or_else(program::build, Ok)?;
    let home = cache::Cache::new(plan.cache.clone(), None)?.folder().join(PART);
    let (servers, sides) = (servers::servers(&labels), servers::sides(&labels));
    let mut came = BTreeMap::new();
    let all: BTreeSet<&Server> = servers.iter().chain(&sides).collect();
    for target in all.into_iter().map(Server::target).filter(|target| plan.wants(target)) {
        let one = certify(&program, &home, &target, plan.no_start)?;
        println!("{target}: {}", line(&one));
        came.insert(target, one);
    }
    let figures = figures_of(&came, (&servers, &sides), &labels)?;
    section("certify");
    println!("{}", table::render(&figures));
    println!("median: {:.2} s", median(&came).as_secs_f64());
    if let Some(file) = &plan.details {
        shell::write(file, &details(&came))?;
    }
    finish(&plan, &figures)
}

/// Compares or writes, whatever was asked for.
fn finish(plan: &Plan, figures: &Figures) -> Result<(), Failure> {
    if plan.only.is_some() || plan.no_start {
        println!("\nonly what was looked at as a whole is written to {DOCUMENT}");
        return Ok(());
    }
    if plan.check {
        let same = Figures::committed()? == *figures;
        println!("\n{}", if same { "the same" } else { "not the same" });
        return if same { Ok(()) } else { Err(Failure("the figures have changed".into())) };
    }
    figures.write()?;
    let title = "Published servers";
    markers::write(&root().join(DOCUMENT), PART, title, &table::render(figures))?;
    let problems = figures.problems();
    if problems.is_empty() { Ok(()) } else { Err(Failure(problems.join("\n"))) }
}

/// Certifies a version. The program bounds by itself how long it fetches, looks and listens.
fn certify(program: &Path, home: &Path, target: &str, quiet: bool) -> Result<Came, Failure> {
    std::fs::create_dir_all(home).map_err(|error| Failure::of(home, &error))?;
    let mut command = Command::new(program);
    command.args(["certify", target, "--json"]).args(quiet.then_some("--no-start"));
    // Servers that are started find no file of anybody in it.
    command.current_dir(home).env("MCPWARDEN_HOME", home).stdin(Stdio::null());
    let started = Instant::now();
    let output = command.output().map_err(|error| Failure::of(program, &error))?;
    let took = started.elapsed();
    let words = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(code) if CERTIFIED.contains(&code) => {
            let mut shown: Shown = serde_json::from_slice(&output.stdout)
                .map_err(|error| Failure(format!("{target}: no certificate: {error}")))?;
            shown.place(&home.join("store/blobs"))?;
            Ok(Came { outcome: Outcome::Certified(shown.row()), shown: Some(shown), took })
        }
        Some(_) => Ok(Came { outcome: Outcome::Refused(reason(&words)), shown: None, took }),
        None => Err(Failure(format!("{target}: {}\n{words}", output.status))),
    }
}

fn figures_of(
    came: &BTreeMap<String, Came>,
    (servers, sides): (&BTreeSet<Server>, &BTreeSet<Server>),
    labels: &Packages,
) -> Result<Figures, Failure> {
    let of = |all: &BTreeSet<Server>| {
        let all = all.iter().map(Server::target);
        all.filter_map(|one| came.get(&one).map(|came| (one, came.outcome.clone()))).collect()
    };
    let mut figures =
        Figures { servers: of(servers), sides: of(sides), pairs: BTreeMap::default() };
    let open = |target: &Option<String>| {
        let shown = target.as_ref().and_then(|target| came.get(target)?.shown.as_ref());
        shown.map(Shown::open).unwrap_or_default()
    };
    for label in &labels.vulnerable {
        let wanted = Wanted::of(&label.classes)
            .map_err(|name| Failure(format!("nobody knows the weakness `{name}`")))?;
        let target = |package: &Option<labels::Package>| {
            package.as_ref().map(|package| Server::of(package).target())
        };
        let mut pair = Pair {
            class: label.classes.join(", "),
            vulnerable: target(&label.trees.vulnerable),
            fixed: target(&label.trees.fixed),
            found: 0,
            kept: 0,
            elsewhere: 0,
            held: false,
        };
        let (vulnerable, fixed) = (open(&pair.vulnerable), open(&pair.fixed));
        let sinks = label.sinks.iter().chain(&label.fixed_sinks);
        let files = sinks.map(|sink| sink.file.as_str()).collect();
        pair.count((&wanted.rules, &files), vulnerable, fixed);
        figures.pairs.insert(label.id.clone(), pair);
    }
    Ok(figures)
}

/// How long it took in the middle, of those that got a certificate.
fn median(came: &BTreeMap<String, Came>) -> Duration {
    let certified = came.values().filter(|one| one.shown.is_some());
    let mut times: Vec<Duration> = certified.map(|one| one.took).collect();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn details(came: &BTreeMap<String, Came>) -> String {
    let lines: Vec<String> =
        came.iter().map(|(target, one)| format!("{target}\t{}", line(one))).collect();
    format!("{}\n", lines.join("\n"))
}

fn line(came: &Came) -> String {
    let seconds = came.took.as_secs_f64();
    match &came.outcome {
        Outcome::Certified(row) => {
            format!("level {}, score {}, {seconds:.2} s", row.level, row.score)
        }
        Outcome::Refused(why) => format!("none: {why}, {seconds:.2} s"),
    }
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let usage = || Failure(USAGE.into());
        let mut plan = Self::default();
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            match flag.as_str() {
                "--check" => plan.check = true,
                "--no-start" => plan.no_start = true,
                "--cache" => plan.cache = Some(rest.next().ok_or_else(usage)?.into()),
                "--program" => plan.program = Some(rest.next().ok_or_else(usage)?.into()),
                "--details" => plan.details = Some(rest.next().ok_or_else(usage)?.into()),
                "--only" => plan.only = Some(rest.next().ok_or_else(usage)?.clone()),
                _ => return Err(usage()),
            }
        }
        Ok(plan)
    }

    fn wants(&self, target: &str) -> bool {
        self.only.as_ref().is_none_or(|only| target.contains(only.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Plan, Failure> {
        Plan::read(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn only_what_is_known_can_be_asked_for() {
        let plan = read(&["--check", "--only", "time", "--no-start"]).expect("it is known");
        assert!(plan.check && plan.no_start && plan.program.is_none());
        assert!(plan.wants("pypi:mcp-server-time==1") && !plan.wants("pypi:mcp-server-git==1"));
        assert!(read(&[]).expect("it is known").wants("npm:a@1"));
        for words in [&["x"][..], &["--only"], &["--mirrors", "x"]] {
            assert!(read(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn a_program_that_ends_without_a_certificate_is_told_or_fails() {
        let temp = tempfile::tempdir().expect("there is a folder for temporary files");
        // The one prints nothing that is a certificate, the other says that there is none.
        let certify = |program: &str| certify(Path::new(program), temp.path(), "npm:a@1", false);
        assert!(certify("true").is_err());
        let came = certify("false").expect("it ran");
        assert_eq!(came.outcome, Outcome::Refused("it said nothing".into()));
        assert!(certify("no-such-program").is_err());
    }
}

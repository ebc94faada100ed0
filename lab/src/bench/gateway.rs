//! `cargo xtask bench gateway`: what standing between costs, for us and for others.
//!
//! Everything runs on one machine in one go, and every contender has its turn in every round of
//! every cell, so that a busy machine is as unkind to one as to the other.

mod cells;
mod contenders;
mod memory;
mod nginx;
mod ours;
mod programs;
mod results;
mod tables;
mod targets;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde_json::{Value, json};

use self::cells::Cell;
use self::contenders::{CONTENDERS, Contender, OFF, OURS, RULED, Setup, Stand};
use self::memory::Held;
use self::results::{Results, Round};
use self::targets::Measured;
use super::DOCUMENT;
use xtask::markers;
use xtask::shell::{self, Failure, root, section};

/// What one types.
pub(super) const NAME: &str = "gateway";

/// One generated part of the document.
type Part = (&'static str, &'static str, fn(&Measured) -> String);

/// Every generated part, with the heading that it gets where there is none yet.
static PARTS: &[Part] = &[
    ("gateway-targets", "The gateway: what was promised", tables::targets),
    ("gateway", "The gateway: requests", tables::figures),
    ("gateway-ratios", "The gateway: requests, as ratios", tables::ratios),
    ("gateway-memory", "The gateway: what is held, and the start", |all| memory::table(&all.held)),
];

/// How long, how often, and who.
struct Plan {
    seconds: &'static str,
    rounds: usize,
    wanted: Vec<&'static Contender>,
}

/// Measures, and writes the tables and `target/bench-gateway/results.json`. `--quick` takes a third
/// of the time; `--only NAME,NAME` leaves the others out.
///
/// # Errors
/// Something is missing, an answer was wrong, or somebody could not be measured. What could be is
/// in the tables nevertheless.
pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    let plan = Plan::read(arguments)?;
    section("The gateway");
    let [load, mock]: [PathBuf; 2] =
        programs::build("warden-testkit", &["mcp-load", "mock-server"])?
            .try_into()
            .map_err(|_| Failure("Cargo built something else".into()))?;
    let is_ours = |contender: &&Contender| [OURS, OFF, RULED].contains(&contender.name);
    let warden = if plan.wanted.iter().any(is_ours) {
        programs::build("mcpwarden", &["mcpwarden"])?.pop()
    } else {
        None
    };
    let folder = root().join("target").join("bench-gateway");
    let setup = Setup::new(folder.clone(), mock, warden)?;
    let mut missing = Vec::new();
    let results = cells(&setup, &load, &plan, &mut missing);
    let held = hold(&setup, &load, &plan, &mut missing);
    let all = Measured { results, held };
    let raw =
        json!({"machine": machine(), "rounds": all.results.raw(), "held": memory::raw(&all.held)});
    shell::write(&folder.join("results.json"), &format!("{raw:#}\n"))?;
    write(&all)?;
    judge(&all, &missing)
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut plan = Self { seconds: "3", rounds: 3, wanted: CONTENDERS.iter().collect() };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--quick" => plan.seconds = "1",
                "--only" => {
                    let names: Vec<&str> =
                        rest.next().into_iter().flat_map(|all| all.split(',')).collect();
                    let known = |name: &&str| CONTENDERS.iter().any(|one| one.name == *name);
                    if names.is_empty() || !names.iter().all(known) {
                        let all: Vec<_> = CONTENDERS.iter().map(|one| one.name).collect();
                        return Err(Failure(format!(
                            "`--only` wants names of: {}",
                            all.join(", ")
                        )));
                    }
                    plan.wanted.retain(|one| names.contains(&one.name));
                }
                _ => return Err(Failure(format!("`bench {NAME}` knows no `{argument}`"))),
            }
        }
        Ok(plan)
    }
}

/// Measures every cell, round by round.
fn cells(setup: &Setup, load: &Path, plan: &Plan, missing: &mut Vec<String>) -> Results {
    let mut stands = Vec::new();
    for contender in &plan.wanted {
        for &upstream in contender.upstreams {
            match contender.stand(setup, upstream) {
                Ok(stand) => stands.push(stand),
                Err(Failure(why)) => missing.push(format!(
                    "{} ({}) before {}: {why}",
                    contender.name,
                    contender.title,
                    upstream.name()
                )),
            }
        }
    }
    let mut results = Results::default();
    for cell in cells::all() {
        for turn in 0..plan.rounds {
            for stand in stands.iter().filter(|stand| stand.upstream == cell.upstream) {
                // One who cannot go on does not take the figures of the others along.
                match once(load, plan, stand, cell) {
                    Ok(said) => {
                        let contender = stand.contender.name;
                        results.push(Round { cell, contender, turn, said });
                    }
                    Err(Failure(why)) => missing.push(why),
                }
            }
        }
        show(&results, cell, &stands);
    }
    results
}

/// One turn of one contender.
fn once(load: &Path, plan: &Plan, stand: &Stand, cell: Cell) -> Result<Value, Failure> {
    let mut command = Command::new(load);
    command.args(["--url", &stand.url, "--seconds", plan.seconds, "--warmup", "0.3"]);
    command.args(cell.flags()).args(stand.contender.flags());
    if let Some(pid) = stand.pid() {
        command.args(["--pid", &pid.to_string(), "--without", "mock-server"]);
    }
    // It ends without success if an answer was wrong, and says so in what it prints.
    let output = command.output().map_err(|error| Failure::of(load, &error))?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let words = String::from_utf8_lossy(&output.stderr);
        Failure(format!("{} in `{}`: {words}", stand.contender.name, cell.name()))
    })
}

fn show(results: &Results, cell: Cell, stands: &[Stand]) {
    for stand in stands.iter().filter(|stand| stand.upstream == cell.upstream) {
        let name = stand.contender.name;
        let figures = results::Figure::ALL.map(|figure| {
            results.median(cell, name, figure).map(|value| figure.show(value)).unwrap_or_default()
        });
        let own = results.own_cpu(cell, name).map(results::micros).unwrap_or_default();
        println!("{:<40}{name:<22}{}  (load: {own})", cell.name(), figures.join("  "));
    }
}

fn hold(setup: &Setup, load: &Path, plan: &Plan, missing: &mut Vec<String>) -> Vec<Held> {
    let mut all = Vec::new();
    for contender in &plan.wanted {
        match memory::measure(setup, load, contender) {
            Ok(held) => all.push(held),
            Err(Failure(why)) => missing.push(format!("{}, held: {why}", contender.name)),
        }
    }
    println!("{}", memory::table(&all));
    all
}

fn write(all: &Measured) -> Result<(), Failure> {
    let path = root().join(DOCUMENT);
    for (name, title, table) in PARTS {
        markers::write(&path, name, title, &table(all))?;
    }
    Ok(())
}

/// Fails if somebody was not measured, or answered wrongly.
fn judge(all: &Measured, missing: &[String]) -> Result<(), Failure> {
    let mut wrong: Vec<String> = missing.to_vec();
    for cell in cells::all() {
        for contender in CONTENDERS {
            let failures = all.results.failures(cell, contender.name);
            if failures > 0 {
                wrong.push(format!(
                    "{}: {failures} wrong answers in {}",
                    contender.name,
                    cell.name()
                ));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure(wrong.join("\n"))) }
}

/// What it ran on.
fn machine() -> Value {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let about = shell::read(Path::new("/proc/cpuinfo")).unwrap_or_default();
    let model = about.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let load = shell::read(Path::new("/proc/loadavg")).unwrap_or_default();
    json!({"cores": cores, "processor": model.map(|(_, name)| name), "load": load.trim()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_are_known_are_taken() {
        let read = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).into()).collect();
            Plan::read(&words).map(|plan| plan.wanted.len())
        };
        assert_eq!(read(&[]).ok(), Some(CONTENDERS.len()));
        assert_eq!(read(&["--only", "direct,nginx", "--quick"]).ok(), Some(2));
        assert!(read(&["--only", "nobody"]).is_err());
        assert!(read(&["--fast"]).is_err());
    }
}

//! `cargo xtask bench analysis`: how fast source code is analysed, what that takes in memory, and
//! how others do on the same trees.
//!
//! Everything runs on one machine in one go. On every tree all have their turn in every round, so
//! that a busy machine is as unkind to one as to the other.

mod incremental;
mod semgrep;
mod subjects;
mod tables;
mod timing;

use std::path::{Path, PathBuf};

use self::incremental::Incremental;
use self::semgrep::Semgrep;
use self::subjects::{GROUPS, Subject};
use self::timing::{Peak, Rounds};
use super::DOCUMENT;
use crate::eval::cache::Cache;
use crate::eval::program;
use xtask::markers;
use xtask::shell::{Failure, root, section};

/// What one types.
pub(super) const NAME: &str = "analysis";

/// How much source code is analysed for the figure about memory.
const HUGE: usize = 1 << 30;

const USAGE: &str = "usage: cargo xtask bench analysis [--mirrors DIR] [--cache DIR] [--quick]
         [--program FILE] [--without memory,semgrep] [--alone change|memory]";

/// What one asks for.
#[derive(Debug, Default)]
struct Plan {
    mirrors: Option<PathBuf>,
    cache: Option<PathBuf>,
    program: Option<PathBuf>,
    rounds: usize,
    memory: bool,
    semgrep: bool,
    /// What alone is measured, if not everything.
    alone: Option<Alone>,
}

/// What can be measured without the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alone {
    /// The cost of a change.
    Change,
    /// What a gigabyte takes.
    Memory,
}

/// A tree and what was measured on it.
#[derive(Debug)]
struct Row {
    language: &'static str,
    promised: f64,
    subject: Subject,
    rounds: Rounds,
    /// What Semgrep took, in milliseconds.
    semgrep: Option<f64>,
}

/// Everything that was measured.
#[derive(Debug, Default)]
struct Measured {
    rows: Vec<Row>,
    ordinary: Vec<(Subject, Vec<f64>)>,
    memory: Option<(Subject, Peak)>,
    incremental: Option<Incremental>,
    /// Its version.
    semgrep: Option<String>,
}

/// One generated part of the document.
type Part = (&'static str, &'static str, fn(&Measured) -> Option<String>);

/// Every generated part, with the heading that it gets where there is none yet.
static PARTS: &[Part] = &[
    ("analysis", "Source analysis: speed", tables::speed),
    ("analysis-servers", "Source analysis: servers of ordinary size", tables::ordinary),
    ("analysis-incremental", "Source analysis: what a change costs", tables::incremental),
    ("analysis-memory", "Source analysis: memory", tables::memory),
    ("analysis-semgrep", "Source analysis: against Semgrep", tables::semgrep),
];

/// Measures, and writes the tables.
///
/// # Errors
/// Something is missing, or could not be measured. What could be is in the tables nevertheless.
pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    let plan = Plan::read(arguments)?;
    let cache = Cache::new(plan.cache.clone(), plan.mirrors.clone())?;
    let program = plan.program.clone().map_or_else(program::build, Ok)?;
    match plan.alone {
        Some(Alone::Change) => {
            let incremental = Some(incremental::measure(&program, &cache, plan.rounds)?);
            return write(&Measured { incremental, ..Measured::default() });
        }
        Some(Alone::Memory) => {
            let memory = Some(memory(&program, &cache)?);
            return write(&Measured { memory, ..Measured::default() });
        }
        None => {}
    }
    let mut missing = Vec::new();
    let semgrep = plan.semgrep.then(|| Semgrep::install(&cache)).transpose();
    let semgrep = semgrep.unwrap_or_else(|Failure(why)| {
        missing.push(format!("Semgrep: {why}"));
        None
    });
    let mut all = Measured {
        semgrep: semgrep.as_ref().map(|semgrep| semgrep.version.clone()),
        ..Measured::default()
    };
    for group in GROUPS {
        section(group.language);
        for subject in subjects::large(group, &cache)? {
            let rounds = timing::rounds(&program, &cache, &subject, plan.rounds)?;
            let semgrep = semgrep.as_ref().map(|semgrep| semgrep.time(&subject)).transpose();
            let semgrep = semgrep.unwrap_or_else(|Failure(why)| {
                missing.push(format!("Semgrep, {}: {why}", subject.name));
                None
            });
            println!("{}: {} lines, {rounds:?}, {semgrep:?}", subject.name, subject.lines);
            let (language, promised) = (group.language, group.promised);
            all.rows.push(Row { language, promised, subject, rounds, semgrep });
        }
    }
    section("servers of ordinary size");
    for subject in subjects::ordinary(&cache)? {
        let times = timing::whole(&program, &subject, plan.rounds * 4)?;
        println!("{}: {} lines, {times:?}", subject.name, subject.lines);
        all.ordinary.push((subject, times));
    }
    section("a change");
    all.incremental = Some(incremental::measure(&program, &cache, plan.rounds)?);
    println!("{:?}", all.incremental);
    if plan.memory {
        all.memory = Some(memory(&program, &cache)?);
    }
    write(&all)?;
    if missing.is_empty() { Ok(()) } else { Err(Failure(missing.join("\n"))) }
}

fn memory(program: &Path, cache: &Cache) -> Result<(Subject, Peak), Failure> {
    section("memory");
    let subject = subjects::huge(cache, HUGE)?;
    let peak = timing::peak(program, &subject)?;
    println!("{} lines: {peak:?}", subject.lines);
    Ok((subject, peak))
}

fn write(all: &Measured) -> Result<(), Failure> {
    let path = root().join(DOCUMENT);
    for (name, title, table) in PARTS {
        let Some(table) = table(all) else { continue };
        println!("\n{table}");
        markers::write(&path, name, title, &table)?;
    }
    Ok(())
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let usage = || Failure(USAGE.into());
        let mut plan = Self { rounds: 5, memory: true, semgrep: true, ..Self::default() };
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            if flag == "--quick" {
                plan.rounds = 2;
                continue;
            }
            let value = rest.next().ok_or_else(usage)?;
            match flag.as_str() {
                "--mirrors" => plan.mirrors = Some(value.into()),
                "--cache" => plan.cache = Some(value.into()),
                "--program" => plan.program = Some(value.into()),
                "--alone" => {
                    plan.alone = Some(match value.as_str() {
                        "change" => Alone::Change,
                        "memory" => Alone::Memory,
                        _ => return Err(usage()),
                    });
                }
                "--without" => {
                    for name in value.split(',') {
                        match name {
                            "memory" => plan.memory = false,
                            "semgrep" => plan.semgrep = false,
                            _ => return Err(usage()),
                        }
                    }
                }
                _ => return Err(usage()),
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_can_be_asked_for() {
        let read =
            |words: &[&str]| Plan::read(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
        let plan = read(&["--alone", "memory"]).expect("it is known");
        assert_eq!(plan.alone, Some(Alone::Memory));
        assert!(read(&["--alone", "semgrep"]).is_err());
        let plan = read(&["--quick", "--without", "memory,semgrep"]).expect("it is known");
        assert_eq!((plan.rounds, plan.memory, plan.semgrep), (2, false, false));
        assert!(read(&["--without", "nothing"]).is_err());
        assert!(read(&["--cache"]).is_err());
    }
}

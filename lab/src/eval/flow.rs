//! `cargo xtask eval flow`: how many attacks flow control stops, and how much of ordinary work it
//! holds up.
//!
//! Runs of real agents and ordinary tasks are replayed: each call is judged with what the session
//! has read until then. An attack counts as stopped if a rule speaks no later than at the call that
//! does the harm; whatever would have to be approved is stopped as well, since nobody is there.

pub mod figures;
pub mod gateway;
pub mod labels;
pub mod replay;
pub mod rules;
pub mod runs;
pub mod session;
pub mod tables;
pub mod tokens;

use std::path::Path;

use warden_detect::{Model, Subject};

use self::figures::{Day, Figures, Replayed, Through};
use self::labels::Labels;
use self::rules::{PACKS, Pack, SIMPLE};
use self::runs::Run;
use self::session::{Detector, Facts, Judged};
use crate::train::{data, hold};
use xtask::markers;
use xtask::shell::{self, Failure, root, section};

const USAGE: &str = "usage: cargo xtask eval flow [--check | --gateway [--details FILE]]

  --check         compare with the committed figures, and write nothing
  --gateway       replay everything through the gateway itself, and write what that gives; its
                  programs have to be built: cargo build -p mcpwarden -p warden-testkit --bins
  --details FILE  write what the gateway recorded of each call that it stopped";

/// Who wrote the runs, in the data of the detectors.
const SOURCE: &str = "AgentDojo";

/// Evaluates, and writes the tables, or compares with them.
///
/// # Errors
/// The corpus cannot be read, or something got worse.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        [flag] if flag == "--gateway" => return through_gateway(None),
        [flag, with, file] if flag == "--gateway" && with == "--details" => {
            return through_gateway(Some(Path::new(file)));
        }
        _ => return Err(Failure(USAGE.into())),
    };
    let mut figures = evaluate()?;
    // These are taken by themselves, since they take programs.
    figures.gateway = Figures::committed().map(|figures| figures.gateway).unwrap_or_default();
    for (_, title, table) in tables::PARTS {
        section(title);
        println!("{}", table(&figures));
    }
    let lines = if check { figures::worse(&Figures::committed()?, &figures) } else { Vec::new() };
    if !check {
        write(&figures)?;
    }
    for line in &lines {
        println!("{line}");
    }
    if lines.is_empty() { Ok(()) } else { Err(Failure("something got worse".into())) }
}

/// What is worse than the committed figures.
///
/// # Errors
/// The corpus or the figures cannot be read.
pub fn worse() -> Result<Vec<String>, Failure> {
    let committed = Figures::committed()?;
    Ok(figures::worse(&committed, &evaluate()?))
}

/// What the gateway does under a pack to everything that is replayed.
///
/// # Errors
/// The corpus cannot be read.
pub fn through(pack: &str) -> Result<Through, Failure> {
    recorded(pack, &mut String::new())
}

/// The same, and what the gateway recorded of the calls that it stopped, a line each.
fn recorded(pack: &str, stopped: &mut String) -> Result<Through, Failure> {
    let mut through = Through::default();
    for (name, runs) in [("traces", runs::traces()?), ("day", runs::day()?)] {
        let mut started = gateway::start(pack, name, &runs)?;
        gateway::replay(&mut started, &runs, &mut through);
        started.stopped().iter().for_each(|record| stopped.push_str(&format!("{record}\n")));
    }
    Ok(through)
}

/// Replays everything through the gateway, under every pack.
fn through_gateway(details: Option<&Path>) -> Result<(), Failure> {
    let mut figures = Figures::committed()?;
    let mut stopped = String::new();
    for pack in gateway::PACKS {
        figures.gateway.insert((*pack).into(), recorded(pack, &mut stopped)?);
    }
    if let Some(file) = details {
        shell::write(file, &stopped)?;
    }
    for (_, title, table) in tables::PARTS {
        section(title);
        println!("{}", table(&figures));
    }
    write(&figures)?;
    let short = figures.short();
    for line in &short {
        println!("{line}");
    }
    if short.is_empty() { Ok(()) } else { Err(Failure("that is not good enough".into())) }
}

fn write(figures: &Figures) -> Result<(), Failure> {
    figures.write()?;
    let path = root().join(super::DOCUMENT);
    for (name, title, table) in tables::PARTS {
        markers::write(&path, name, title, &table(figures))?;
    }
    Ok(())
}

/// From this score on a text is hostile without doubt.
const SURE: u32 = 75;

/// All figures.
///
/// # Errors
/// The corpus cannot be read.
pub fn evaluate() -> Result<Figures, Failure> {
    let mut figures = Figures::default();
    let (runs, shop) = (runs::traces()?, Labels::read("traces")?);
    let shipped = Detector::With(Model::of(Subject::Content));
    let facts = known(&runs, &shop, &mut Judged::by(shipped).from(SURE))?;
    for pack in SIMPLE.iter().chain(PACKS) {
        figures.runs.insert(pack.name.into(), replayed(pack, &runs, &facts));
    }
    let samples = data::read()?;
    let others: Vec<_> = samples
        .iter()
        .filter(|one| one.subject == Subject::Content && one.source != SOURCE && one.trains)
        .collect();
    let held = hold::model(Subject::Content, &others);
    let detectors = [
        ("a model that saw nothing of the source", Detector::With(&held)),
        ("the rules of the detector alone", Detector::Rules),
        ("no detector", Detector::None),
    ];
    for (name, detector) in detectors {
        let facts = known(&runs, &shop, &mut Judged::by(detector).from(SURE))?;
        for pack in PACKS {
            let name = format!("{}, with {name}", pack.name);
            figures.runs.insert(name, replayed(pack, &runs, &facts));
        }
    }
    let (tasks, labels) = (runs::day()?, Labels::read("day")?);
    let facts = known(&tasks, &labels, &mut Judged::by(shipped).from(SURE))?;
    for pack in PACKS.iter().chain(SIMPLE) {
        figures.day.insert(pack.name.into(), ordinary(pack, &tasks, &facts));
    }
    Ok(figures)
}

/// What a pack does to ordinary tasks.
fn ordinary(pack: &Pack, tasks: &[Run], facts: &[Vec<Facts>]) -> Day {
    let mut day = Day::default();
    for (task, facts) in tasks.iter().zip(facts) {
        day.add(task, &replay::spoken(pack, facts));
    }
    day
}

/// What is known at each call of each run.
fn known(
    runs: &[Run],
    labels: &Labels,
    judged: &mut Judged<'_>,
) -> Result<Vec<Vec<Facts>>, Failure> {
    runs.iter().map(|run| replay::facts(run, labels, judged)).collect()
}

fn replayed(pack: &Pack, runs: &[Run], facts: &[Vec<Facts>]) -> Replayed {
    let mut replayed = Replayed::default();
    for (run, facts) in runs.iter().zip(facts) {
        let spoken = replay::spoken(pack, facts);
        replayed.add(run, spoken.first().map(|first| (first.call, first.rule.id)));
    }
    replayed
}

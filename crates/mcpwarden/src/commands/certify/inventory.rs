//! The whole inventory of a scan, certified server by server.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use serde::Serialize;
use warden_policy::certificate::{Certificate, Outcome, Stage};
use warden_report::printable;

use super::{Args, BELOW};
use crate::{
    Failure, Kind, World,
    estates::{self, scans::Report},
    governed::hang,
    output,
};

/// The stages that a server has to have gone through to count as looked at.
const STAGES: [(Stage, &str); 4] = [
    (Stage::Source, "source"),
    (Stage::Taint, "taint"),
    (Stage::SupplyChain, "supply-chain"),
    (Stage::Secrets, "secrets"),
];

/// What became of a server.
#[derive(Debug, Serialize)]
struct Row {
    server: String,
    target: Option<String>,
    level: Option<u8>,
    score: Option<i64>,
    /// How each of the four stages ended.
    stages: BTreeMap<&'static str, &'static str>,
    /// Why it is not certified.
    problem: Option<String>,
}

/// What became of all.
#[derive(Debug, Serialize)]
struct Run {
    v: u64,
    servers: Vec<Row>,
    /// How many have gone through all four stages, and how many there are.
    covered: usize,
    of: usize,
}

/// Certifies each server of a report once, whatever it is called on which machine.
pub(super) fn run(args: &Args, file: &Path, world: &World) -> Result<ExitCode, Failure> {
    let name = file.display().to_string();
    let servers = Report::read(&estates::read(&world.cwd.join(file))?, &name)?.targets();
    let all = servers.len();
    if all == 0 {
        let message = format!("there is no server in `{name}`");
        return Err(Failure::new(Kind::Input, message));
    }
    let mut rows = Vec::with_capacity(all);
    for (at, (server, target)) in servers.into_iter().enumerate() {
        output::tell(&format!("{} of {all}: {}\n", at + 1, printable(&server)));
        rows.push(one(args, server, target, world));
    }
    let covered = rows.iter().filter(|row| row.is_covered()).count();
    let enough = rows.iter().all(|row| row.level.is_some_and(|level| level >= args.level));
    let run = Run { v: 1, of: rows.len(), covered, servers: rows };
    output::print(&if args.json { json(&run)? } else { text(&run) })?;
    Ok(if enough { ExitCode::SUCCESS } else { ExitCode::from(BELOW) })
}

fn one(args: &Args, server: String, target: Option<String>, world: &World) -> Row {
    let row = Row {
        server,
        target,
        level: None,
        score: None,
        stages: STAGES.iter().map(|(_, name)| (*name, "not run")).collect(),
        problem: None,
    };
    let Some(target) = row.target.clone() else {
        let problem = "what runs is neither a package of one version nor an address";
        return Row { problem: Some(problem.into()), ..row };
    };
    let of_one = Args {
        target: Some(target),
        name: Some(row.server.clone()),
        inventory: None,
        ..args.clone()
    };
    match of_one.certify(world) {
        Ok(made) => Row {
            level: Some(made.certificate.level),
            score: Some(made.certificate.score.total.into()),
            stages: stages(&made.certificate),
            ..row
        },
        Err(failure) => Row { problem: Some(failure.told()), ..row },
    }
}

fn stages(certificate: &Certificate) -> BTreeMap<&'static str, &'static str> {
    let ended = |wanted: Stage| {
        let found = certificate.stages.iter().find(|stage| stage.stage == wanted);
        match found.map(|stage| stage.outcome) {
            Some(Outcome::Finished) => "finished",
            Some(Outcome::Unfinished) => "unfinished",
            Some(Outcome::NotApplicable) => "does not apply",
            Some(Outcome::NotRun) | None => "not run",
        }
    };
    STAGES.iter().map(|(stage, name)| (*name, ended(*stage))).collect()
}

impl Row {
    /// Whether each of the four stages looked at what it was given.
    fn is_covered(&self) -> bool {
        self.stages.values().all(|ended| *ended == "finished")
    }
}

fn json(run: &Run) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(run).map_err(|error| {
        Failure::new(Kind::Internal, "the result cannot be written").caused_by(error)
    })?;
    Ok(text + "\n")
}

fn text(run: &Run) -> String {
    let mut out = String::new();
    for row in &run.servers {
        let target = row.target.as_deref().unwrap_or("unknown");
        let head = match (row.level, row.score) {
            (Some(level), Some(score)) => format!("level {level}, score {score}"),
            _ => "not certified".into(),
        };
        hang(&mut out, (0, 4), &format!("{} ({target}): {head}", row.server));
        let stages: Vec<_> =
            row.stages.iter().map(|(name, ended)| format!("{name} {ended}")).collect();
        hang(&mut out, (4, 4), &stages.join("; "));
        if let Some(problem) = &row.problem {
            hang(&mut out, (4, 4), problem);
        }
    }
    let (covered, of) = (run.covered, run.of);
    out + &format!("{covered} of {of} servers have gone through all four stages\n")
}

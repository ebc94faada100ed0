//! Sessions and streams that are only held, and how soon the first answer comes.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::cells::{TOOLS, Upstream};
use super::contenders::{self, Contender, Setup};
use super::programs::Running;
use super::results::{Figure, micros};
use xtask::shell::{self, Failure};

/// What is held: the era, the flag, and how many.
const HOLDS: [(&str, &str, usize); 3] = [
    ("legacy", "--idle-sessions", 1000),
    ("legacy", "--idle-sessions", 10_000),
    ("modern", "--streams", 10_000),
];
/// How often each is started.
const STARTS: &str = "11";

/// What one contender held, and how it started.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) contender: &'static str,
    pub(super) rows: Vec<HeldRow>,
    /// From its start to its first right answer, in microseconds.
    pub(super) start_us: Option<f64>,
}

/// What so many cost.
#[derive(Clone, Debug)]
pub(super) struct HeldRow {
    pub(super) era: &'static str,
    pub(super) count: usize,
    /// How many were still there at the end.
    pub(super) held: usize,
    pub(super) memory: f64,
    pub(super) peak: f64,
}

/// Measures one contender. Each row has a program of its own, so that none inherits memory.
pub(super) fn measure(
    setup: &Setup,
    load: &Path,
    contender: &'static Contender,
) -> Result<Held, Failure> {
    // The server alone is a baseline too.
    let prepare = contender.prepare.unwrap_or(contenders::server_alone);
    let without = contender.prepare.map(|_| "mock-server");
    let mut rows = Vec::new();
    for row in HOLDS {
        let prepared = prepare(setup, Upstream::Json)?;
        let running = prepared.start()?;
        rows.push(hold(load, contender, (&prepared.url(), running.pid(), without), row)?);
    }
    let prepared = prepare(setup, Upstream::Json)?;
    let mut command = Command::new(load);
    let tools = TOOLS.to_string();
    command.args(["--url", &prepared.url(), "--first-answer", STARTS, "--tools", &tools]);
    command.args(contender.flags()).arg("--").arg(&prepared.program).args(&prepared.arguments);
    command.envs(prepared.environment.iter().cloned());
    let said = shell::capture(&mut command)?;
    let said: Value = serde_json::from_str(&said).unwrap_or_default();
    let start_us = said["p50_ms"].as_f64().map(|millis| millis * 1000.0);
    Ok(Held { contender: contender.name, rows, start_us })
}

fn hold(
    load: &Path,
    contender: &Contender,
    (url, pid, without): (&str, u32, Option<&str>),
    (era, flag, count): (&'static str, &str, usize),
) -> Result<HeldRow, Failure> {
    let mut command = Command::new(load);
    command.args(["--url", url, "--era", era, flag, &count.to_string()]);
    command.args(["--pid", &pid.to_string()]).args(contender.flags());
    if let Some(without) = without {
        command.args(["--without", without]);
    }
    let mut running = Running::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
    let opened = running.first_line()?;
    let closed = running.finish()?;
    let parse = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_default();
    let (opened, closed) = (parse(&opened), parse(&closed));
    let member = |name: &str| {
        let said = || Failure(format!("holding {count} at {url}: {opened} {closed}"));
        opened[name].as_f64().ok_or_else(said)
    };
    let held = closed["held"].as_u64().and_then(|held| usize::try_from(held).ok());
    let (memory, peak) = (member("memory_bytes")?, member("peak_bytes")?);
    Ok(HeldRow { era, count, held: held.unwrap_or_default(), memory, peak })
}

/// The rows of the table.
pub(super) fn table(all: &[Held]) -> String {
    let mut lines = vec![
        "| | asked for | held | memory | peak | first answer |".to_owned(),
        "|---|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for held in all {
        for row in &held.rows {
            let what = if row.era == "legacy" { "idle sessions" } else { "streams" };
            let (name, era) = (held.contender, row.era);
            let (memory, peak) = (Figure::Memory.show(row.memory), Figure::Peak.show(row.peak));
            lines.push(format!(
                "| {name}: {era} {what} | {} | {} | {memory} | {peak} | |",
                row.count, row.held
            ));
        }
    }
    for held in all {
        let start = held.start_us.map(micros).unwrap_or_default();
        lines.push(format!("| {}: from its start | | | | | {start} |", held.contender));
    }
    lines.join("\n")
}

/// Everything, to be kept beside the page.
pub(super) fn raw(all: &[Held]) -> Value {
    let row = |row: &HeldRow| {
        json!({"era": row.era, "count": row.count, "held": row.held, "memory_bytes": row.memory,
            "peak_bytes": row.peak})
    };
    let one = |held: &Held| {
        let rows: Vec<Value> = held.rows.iter().map(row).collect();
        json!({"contender": held.contender, "rows": rows, "start_us": held.start_us})
    };
    all.iter().map(one).collect()
}

//! Copied data: how many ways to carry a confidential record out are noticed, and how often
//! ordinary calls are taken for one.
//!
//! Records and traffic are in `tests/corpus/detect`; every way is a function here. A record is
//! noticed if any of the calls that carry it is.

#![expect(clippy::format_collect, reason = "a suite of small texts is read more often than run")]

mod encode;
mod held;
mod later;
mod spell;
mod traffic;
mod ways;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;
use warden_detect::{Destination, Label, Sketch};

pub use traffic::{Alarm, Traffic};

use xtask::shell::{self, Failure, root};

/// Where the records and the traffic are.
const CORPUS: &str = "tests/corpus/detect";
/// The label of whatever the suite remembers.
const CONFIDENTIAL: Label = Label { party: 1, class: 2 };

/// A confidential record, as a tool answers it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What it is called.
    pub name: String,
    /// What sort it is.
    pub kind: String,
    /// The answer.
    pub answer: String,
    /// The part that alone would be worth carrying.
    pub secret: String,
}

/// A call of a tool outside.
#[derive(Clone, Debug)]
pub struct Call {
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Per way: how many records it carried, and the names of those that were not noticed.
    pub ways: BTreeMap<&'static str, (usize, Vec<String>)>,
    /// The same for ways that were written after the detector.
    pub held: BTreeMap<&'static str, (usize, Vec<String>)>,
    /// The same for ways that were first run when the detector had been taught those.
    pub later: BTreeMap<&'static str, (usize, Vec<String>)>,
    /// Ordinary calls.
    pub traffic: Vec<Traffic>,
}

impl Call {
    /// A call of `tool`.
    #[must_use]
    pub fn new(tool: &str, arguments: Value) -> Self {
        Self { tool: tool.to_owned(), arguments }
    }
}

/// Runs the suite and the traffic.
///
/// # Errors
/// The corpus cannot be read.
pub fn run() -> Result<Figures, Failure> {
    let records = records()?;
    let later = [later::NUMBERS, later::LETTERS, later::ORDERS];
    let all = [ways::PLAIN, ways::FORMATS, ways::NAMES, ways::ENCODED, ways::CUT];
    Ok(Figures {
        ways: all.iter().flat_map(|ways| ways.iter()).map(|way| carried(way, &records)).collect(),
        held: held::WAYS.iter().map(|way| carried(way, &records)).collect(),
        later: later.iter().flat_map(|w| w.iter()).map(|way| carried(way, &records)).collect(),
        traffic: traffic::run(&records)?,
    })
}

/// The records.
///
/// # Errors
/// They cannot be read.
pub fn records() -> Result<Vec<Record>, Failure> {
    let path = corpus("exfiltration/records.jsonl");
    let parse = |line: &str| {
        serde_json::from_str(line).map_err(|error| Failure(format!("{}: {error}", path.display())))
    };
    shell::read(&path)?.lines().map(parse).collect()
}

fn corpus(name: &str) -> PathBuf {
    root().join(CORPUS).join(name)
}

/// How many records are carried by this way, and which are not noticed.
fn carried(way: &ways::Way, records: &[Record]) -> (&'static str, (usize, Vec<String>)) {
    let (name, carry) = way;
    let mut count = 0;
    let mut missed = Vec::new();
    for record in records {
        let calls = carry(record);
        // A way that needs letters of the Latin alphabet carries nothing of a record without.
        if calls.is_empty() {
            continue;
        }
        count += 1;
        if !noticed(record, &calls) {
            missed.push(record.name.clone());
        }
    }
    (name, (count, missed))
}

/// Whether any of the calls is noticed in a session that has seen the record.
fn noticed(record: &Record, calls: &[Call]) -> bool {
    let mut sketch = Sketch::new(*b"a key of a suite");
    sketch.remember(&record.answer, CONFIDENTIAL);
    let mut carried = calls
        .iter()
        .map(|call| sketch.carried_in(&call.tool, &call.arguments, Destination::Outside));
    carried.any(|carried| carried.is_noticed())
}

impl Figures {
    /// Which share of the records is noticed, over all ways of the suite.
    #[must_use]
    pub fn recall(&self) -> f64 {
        share(&self.ways)
    }

    /// The same for the ways that were written after the detector.
    #[must_use]
    pub fn recall_held(&self) -> f64 {
        share(&self.held)
    }

    /// The same for the ways that were first run after that.
    #[must_use]
    pub fn recall_later(&self) -> f64 {
        share(&self.later)
    }

    /// Which share of all records by all ways is noticed.
    #[must_use]
    pub fn recall_all(&self) -> f64 {
        let groups = [&self.ways, &self.held, &self.later];
        share(&groups.into_iter().flatten().map(|(name, way)| (*name, way.clone())).collect())
    }

    /// Ordinary calls outside, and how many of them raised an alarm.
    #[must_use]
    pub fn alarms(&self) -> (usize, usize) {
        let of = |traffic: &Traffic| (traffic.calls, traffic.alarms.len());
        self.traffic
            .iter()
            .filter(|traffic| traffic.ordinary)
            .map(of)
            .fold((0, 0), |(a, b), (c, d)| (a + c, b + d))
    }

    /// The figures as a part of a document.
    #[must_use]
    pub fn markdown(&self) -> String {
        let (calls, alarms) = self.alarms();
        let mut text = format!(
            "{} ways carry {} times: noticed {:.1} %. {} ways that were written after the \
             detector and that it was then taught: {:.1} %. {} ways that were written before it \
             was taught those, and first run afterwards: {:.1} %. All of them: {:.1} %. {alarms} \
             false alarms in {calls} ordinary calls.\n\n\
             | way | records | noticed | missed |\n|---|---:|---:|---|\n",
            self.ways.len(),
            self.ways.values().map(|(count, _)| count).sum::<usize>(),
            self.recall() * 100.0,
            self.held.len(),
            self.recall_held() * 100.0,
            self.later.len(),
            self.recall_later() * 100.0,
            self.recall_all() * 100.0,
        );
        let row = |(name, (count, missed)): (&&str, &(usize, Vec<String>))| {
            let noticed = count - missed.len();
            format!("| {name} | {count} | {noticed} | {} |\n", missed.join(", "))
        };
        text.extend(self.ways.iter().map(row));
        text.push_str("\nWritten after the detector:\n\n");
        text.push_str("| way | records | noticed | missed |\n|---|---:|---:|---|\n");
        text.extend(self.held.iter().map(row));
        text.push_str("\nWritten before those were taught, and run afterwards:\n\n");
        text.push_str("| way | records | noticed | missed |\n|---|---:|---:|---|\n");
        text.extend(self.later.iter().map(row));
        text.push_str("\nOrdinary traffic:\n\n| traffic | sessions | calls | alarms | why |\n");
        text.push_str("|---|---:|---:|---:|---|\n");
        for traffic in &self.traffic {
            let Traffic { name, sessions, calls, alarms, why, .. } = traffic;
            text.push_str(&format!(
                "| {name} | {sessions} | {calls} | {} | {why} |\n",
                alarms.len()
            ));
        }
        text
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn share(ways: &BTreeMap<&'static str, (usize, Vec<String>)>) -> f64 {
    let all: usize = ways.values().map(|(count, _)| count).sum();
    let missed: usize = ways.values().map(|(_, missed)| missed.len()).sum();
    if all == 0 { 0.0 } else { (all - missed) as f64 / all as f64 }
}

//! What was asked before, asked once more.

mod told;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::Value;
use warden_audit::{Event, Filter, Stored, each};
use warden_policy::access::facts::Replay;

use super::{
    super::audit::{damaged, unusable},
    Folder, OTHERWISE,
    load::{self, Policy},
};
use crate::{Failure, Kind, World, moment::Moment, output, paths::Paths};

/// Ask again what was asked before, under these rules
///
/// Takes the recorded questions of the ledger, or of a file, asks them once more under the roles
/// and rules of the folder, and shows each that would be answered otherwise. Nothing is called and
/// nothing is recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden policy simulate policy                  the ledger of this machine
  mcpwarden policy simulate policy --since 7d
  mcpwarden policy simulate policy --ledger /mnt/evidence/ledger --json

Exit codes:
  0   every question was asked again, and answered as before
  3   the policy is wrong
  4   there is no ledger, it cannot be read, or it is damaged
  13  an answer would be another one, or a question could not be asked again")]
pub(super) struct Simulate {
    #[command(flatten)]
    folder: Folder,

    /// The directory of a ledger; that of this machine without
    #[arg(long, value_name = "DIR", conflicts_with = "facts")]
    ledger: Option<PathBuf>,

    /// Only since then: `2h`, `7d`, `2026-11-20` or `2026-11-20T10:00:00Z` (UTC)
    #[arg(long, value_name = "TIME", value_parser = Moment::parse, conflicts_with = "facts")]
    since: Option<Moment>,

    /// Only before then, in the same forms
    #[arg(long, value_name = "TIME", value_parser = Moment::parse, conflicts_with = "facts")]
    until: Option<Moment>,

    /// Questions of a file instead: a line of JSON each, with the facts or with a
    /// record that has them in `facts`
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
}

/// Where a question is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// As people name it: `line 7`, or as `mcpwarden audit show` takes it.
    name: String,
    /// The record, if it is one of a ledger.
    record: Option<Recorded>,
}

/// A record of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Recorded {
    segment: String,
    seq: u64,
    /// When, as it is written there.
    at: String,
    /// Why it was refused, if it was.
    reason: Option<String>,
}

/// What came of asking again.
#[derive(Default)]
struct Found {
    replay: Replay<Place>,
    /// Requests that went on, or wait, of which no facts are recorded, and why not: of these it is
    /// not known what the rules would say.
    without: BTreeMap<&'static str, usize>,
    /// Requests that were refused before rules were asked, by why: other rules change nothing.
    before: BTreeMap<String, usize>,
}

impl Simulate {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let policy = load::policy(world, &self.folder.dir)?;
        let (found, broken) = match &self.facts {
            Some(file) => (of_file(&policy, &world.cwd.join(file))?, None),
            None => self.of_ledger(&policy, world)?,
        };
        output::print(&if self.folder.json { found.as_json() } else { found.as_text() })?;
        if let Some(broken) = broken {
            return Err(broken);
        }
        let same = found.replay.is_same() && found.without.is_empty();
        Ok(if same { ExitCode::SUCCESS } else { ExitCode::from(OTHERWISE) })
    }

    /// Asks again what a ledger has, and says where that is damaged.
    fn of_ledger(
        &self,
        policy: &Policy,
        world: &World,
    ) -> Result<(Found, Option<Failure>), Failure> {
        let dir = match &self.ledger {
            Some(dir) => world.cwd.join(dir),
            None => Paths::of(world)?.ledger(),
        };
        let filter = Filter {
            since: self.since.map(|since| since.resolve(world)),
            until: self.until.map(|until| until.resolve(world)),
            ..Filter::default()
        };
        let mut found = Found::default();
        let broken = each(&dir, &filter, &mut |stored| found.record(policy, &stored));
        let broken = broken.map_err(unusable)?.into_iter().next().map(damaged);
        found.in_order();
        Ok((found, broken))
    }
}

/// Asks again what stands in a file, a line each.
fn of_file(policy: &Policy, file: &Path) -> Result<Found, Failure> {
    let text = load::text(file)?;
    let mut found = Found::default();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (at, line) in lines {
        if let Some(facts) = facts_of(line) {
            let place = Place { name: format!("line {}", at + 1), record: None };
            found.replay.ask((&policy.rules, &policy.directory), place, &facts);
        }
    }
    found.sort_out();
    let empty = found.replay.asked == 0 && found.replay.is_same() && found.before.is_empty();
    if empty {
        let what = format!("there is no question in `{}`", file.display());
        return Err(Failure::new(Kind::Input, what));
    }
    Ok(found)
}

/// The facts of a line: itself, or what a record has as `facts`. Nothing for a record that decided
/// nothing.
fn facts_of(line: &str) -> Option<String> {
    let Ok(Value::Object(record)) = serde_json::from_str(line) else {
        return Some(line.to_owned());
    };
    // A line of `mcpwarden audit … --format json` has the record inside.
    let inner = record.get("record").and_then(Value::as_object).unwrap_or(&record);
    match inner.get("facts") {
        Some(Value::String(facts)) => Some(facts.clone()),
        Some(facts) => Some(facts.to_string()),
        None if record.contains_key("verdict") => Some(line.to_owned()),
        None => None,
    }
}

impl Found {
    /// Asks again what one record has.
    fn record(&mut self, policy: &Policy, stored: &Stored) {
        let record = &stored.record;
        if let Some(facts) = &record.facts {
            let place = Place::of(stored);
            return self.replay.ask((&policy.rules, &policy.directory), place, facts.as_str());
        }
        match Event::parse(&record.event).map(asks) {
            Some(Asks::Passes) => {
                let why = if record.policy.is_some() {
                    "its facts were longer than a record can hold"
                } else {
                    "no rules were asked when it was recorded"
                };
                *self.without.entry(why).or_default() += 1;
            }
            Some(Asks::Refused) => {
                let why = record.reason.as_deref().unwrap_or("unknown").to_owned();
                *self.before.entry(why).or_default() += 1;
            }
            Some(Asks::Nothing) | None => {}
        }
    }

    /// Puts what several segments have into the order of time.
    fn in_order(&mut self) {
        self.sort_out();
        self.replay.differ.sort_by(|a, b| a.place.order().cmp(&b.place.order()));
        self.replay.unread.sort_by(|(a, _), (b, _)| a.order().cmp(&b.order()));
    }

    /// Counts what was refused before rules were asked with the rest of that.
    fn sort_out(&mut self) {
        for place in std::mem::take(&mut self.replay.never_asked) {
            let reason = place.record.and_then(|record| record.reason);
            let why = reason.unwrap_or_else(|| "unknown".to_owned());
            *self.before.entry(why).or_default() += 1;
        }
    }
}

/// What a record without facts says of rules.
enum Asks {
    /// Something went on, or waits.
    Passes,
    /// Something was refused.
    Refused,
    /// Nothing was asked.
    Nothing,
}

/// What an event says of rules. No wildcard arm: a new event has to be thought about.
const fn asks(event: Event) -> Asks {
    match event {
        Event::CallIntent | Event::RequestIntent | Event::CallHeld => Asks::Passes,
        Event::CallRefused | Event::RequestRefused => Asks::Refused,
        Event::SegmentOpened
        | Event::SegmentClosed
        | Event::CallClosed
        | Event::RequestClosed
        | Event::MessageDropped
        | Event::MessageNoticed
        | Event::ListFiltered
        | Event::DefinitionNoticed
        | Event::DriftDetected
        | Event::ServerStarted
        | Event::ServerStopped
        | Event::PinApproved
        | Event::PinRevoked
        | Event::CallAnswered
        | Event::StopSet
        | Event::StopReleased
        | Event::SessionEnded => Asks::Nothing,
    }
}

impl Place {
    fn of(stored: &Stored) -> Self {
        let record = &stored.record;
        Self {
            name: stored.short(),
            record: Some(Recorded {
                seq: record.seq,
                at: record.ts.to_string(),
                reason: record.reason.as_deref().map(str::to_owned),
                segment: stored.segment.to_string(),
            }),
        }
    }

    /// What is recorded earlier comes first.
    fn order(&self) -> Option<(&str, &str, u64)> {
        self.record.as_ref().map(|record| (&*record.at, &*record.segment, record.seq))
    }
}

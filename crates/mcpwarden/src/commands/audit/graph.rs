//! The calls of one session as a graph: what came after what, and which answers each of them had
//! read from.

mod steps;

use std::{collections::BTreeSet, process::ExitCode};

use serde::Serialize;
use warden_audit::verify;
use warden_model::Effect;
use warden_report::printable;

use super::{Common, Format, Reference, unusable};
use crate::{Failure, Kind, World, commands::comply::text::folded, output};
use steps::{Because, Step};

/// Show the calls of a session as a graph, and what led to what
///
/// The whole ledger is verified first; a damaged one gives no graph. A call that does more than
/// read, or that was not let through, is joined to the calls whose answers the session had read by
/// then: those of strangers, and those of the highest class of data. That is what a rule about what
/// a session has read was asked with.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden audit graph session-3f2a                       every call of a session
  mcpwarden audit graph session-3f2a --led-to a1d2e3:12    what led to one of them
  mcpwarden audit graph session-3f2a --from a1d2e3:4       what followed from one
  mcpwarden audit graph session-3f2a --effect send --format json

`mcpwarden audit actions AGENT --format json` names the sessions of an agent.

Exit codes:
  0  shown, and the ledger is intact
  4  it is damaged, it cannot be read, or there is no such session or call")]
pub(super) struct Graph {
    /// The session, as the ledger names it
    #[arg(value_name = "SESSION")]
    session: String,

    /// Only what led to this call, and the call
    #[arg(long, value_name = "RECORD", value_parser = Reference::parse)]
    led_to: Option<Reference>,

    /// Only what followed from this call, and the call
    #[arg(long, value_name = "RECORD", value_parser = Reference::parse, conflicts_with = "led_to")]
    from: Option<Reference>,

    /// Only calls of tools with this effect: read, write, send, execute, destructive or admin
    #[arg(long, value_name = "EFFECT", value_parser = effect)]
    effect: Option<Effect>,

    #[command(flatten)]
    common: Common,
}

/// What is printed for programs.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    v: u64,
    session: &'a str,
    calls: Vec<&'a Step>,
    edges: Vec<Edge<'a>>,
}

/// One call had read what another one was answered.
#[derive(Debug, Serialize)]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    because: &'a BTreeSet<Because>,
}

fn effect(text: &str) -> Result<Effect, String> {
    Effect::parse(text).ok_or_else(|| format!("`{text}` is no effect"))
}

impl Graph {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let dir = self.common.dir(world)?;
        let records = verify(&dir).map_err(unusable)?.records;
        let steps = steps::of(&dir, &self.session)?;
        if steps.is_empty() {
            let message = format!("the ledger has no call in a session `{}`", self.session);
            return Err(Failure::new(Kind::Input, message).hint(
                "`mcpwarden audit actions AGENT --format json` names the sessions of an agent",
            ));
        }
        let wanted = self.wanted(&steps)?;
        let shown: Vec<&Step> = wanted.iter().filter_map(|at| steps.get(*at)).collect();
        output::print(&match self.common.format {
            Format::Json => self.json(&steps, &wanted)? + "\n",
            Format::Human => {
                let list: String = shown.iter().map(|step| text(step, &steps)).collect();
                let (count, of) = (shown.len(), steps.len());
                format!(
                    "{list}{count} of {of} calls; the ledger is intact, {records} records verified\n"
                )
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }

    /// The places of the calls that were asked for, in their order.
    fn wanted(&self, steps: &[Step]) -> Result<BTreeSet<usize>, Failure> {
        let find = |reference: &Reference| {
            let found = steps.iter().position(|step| step.is(reference));
            found.ok_or_else(|| Failure::new(Kind::Input, "the session has no such call"))
        };
        let mut wanted: BTreeSet<usize> = match (&self.led_to, &self.from) {
            (Some(to), _) => led_to(steps, find(to)?),
            (_, Some(from)) => followed_from(steps, find(from)?),
            _ => (0..steps.len()).collect(),
        };
        if let Some(effect) = self.effect {
            let has = |at: &usize| steps.get(*at).is_some_and(|step| step.has(effect));
            wanted.retain(has);
        }
        Ok(wanted)
    }

    fn json(&self, steps: &[Step], wanted: &BTreeSet<usize>) -> Result<String, Failure> {
        let mut edges = Vec::new();
        for step in wanted.iter().filter_map(|at| steps.get(*at)) {
            for (from, because) in &step.read {
                if let Some(source) = steps.get(*from).filter(|_| wanted.contains(from)) {
                    edges.push(Edge { from: &source.record, to: &step.record, because });
                }
            }
        }
        let calls = wanted.iter().filter_map(|at| steps.get(*at)).collect();
        let printed = Printed { v: 1, session: &self.session, calls, edges };
        serde_json::to_string_pretty(&printed).map_err(|error| {
            Failure::new(Kind::Internal, "the graph cannot be written").caused_by(error)
        })
    }
}

/// A call and everything that it had read from, at any distance.
fn led_to(steps: &[Step], end: usize) -> BTreeSet<usize> {
    let (mut found, mut open) = (BTreeSet::from([end]), vec![end]);
    while let Some(step) = open.pop().and_then(|at| steps.get(at)) {
        open.extend(step.read.keys().filter(|from| found.insert(**from)));
    }
    found
}

/// A call and everything that had read from it, at any distance. Calls stand in their order, so
/// that one pass is enough.
fn followed_from(steps: &[Step], begin: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([begin]);
    for (at, step) in steps.iter().enumerate() {
        if step.read.keys().any(|from| found.contains(from)) {
            found.insert(at);
        }
    }
    found
}

/// A call in one line, and below it what it had read from.
fn text(step: &Step, steps: &[Step]) -> String {
    let end = step.outcome.map(|end| format!(", {end}")).unwrap_or_default();
    let effects = step.effects.join("+");
    let verdict = step.decision.unwrap_or("no decision");
    let head = format!("{:<10} {:<8} {verdict}{end}  {}", step.short, effects, step.what());
    let mut out = printable(&head).into_owned() + "\n";
    let mut more: Vec<String> = Vec::new();
    more.extend(step.reason.as_ref().map(|reason| format!("reason {reason}")));
    more.extend(step.rule.as_ref().map(|rule| format!("rule {rule}")));
    if !step.labels.is_empty() {
        more.push(format!("labels {}", step.labels.join(" ")));
    }
    if !more.is_empty() {
        out += &folded("", 11, &more.join("; "));
    }
    for (from, because) in &step.read {
        let Some(source) = steps.get(*from) else { continue };
        let because: Vec<_> = because.iter().map(|because| because.name()).collect();
        let line = format!("had read {} {}: {}", source.short, source.what(), because.join(", "));
        out += &folded("", 11, &line);
    }
    out
}

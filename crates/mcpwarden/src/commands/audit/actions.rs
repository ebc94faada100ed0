//! What an agent did in a time: an ordered list, from a ledger that was verified.

use std::{collections::BTreeMap, process::ExitCode};

use serde::Serialize;
use serde_json::Value;
use warden_audit::{Filter, SegmentId, Stored, each, verify};
use warden_report::printable;

use super::{Common, Format, damaged, unusable};
use crate::{Failure, Kind, World, commands::comply::text::folded, moment::Moment, output};

/// List what an agent did: who, what, what was decided, with which data
///
/// The whole ledger is verified first; a damaged one gives no list. A call is one line, with how it
/// ended. Data classes are those of the tool, of the arguments and of what the session had read,
/// as they were when it was decided.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden audit actions coder --since 24h
  mcpwarden audit actions coder --since 2026-11-01 --until 2026-11-08 --format json

Exit codes:
  0  listed, and the ledger is intact
  4  it is damaged, it cannot be read, or the agent did nothing in that time")]
pub(super) struct Actions {
    /// The agent, as the ledger names it
    #[arg(value_name = "AGENT")]
    agent: String,

    /// Only since then: `2h`, `7d`, `2026-11-20` or `2026-11-20T10:00:00Z` (UTC)
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    since: Option<Moment>,

    /// Only before then, in the same forms
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    until: Option<Moment>,

    #[command(flatten)]
    common: Common,
}

/// One action.
#[derive(Debug, Serialize)]
struct Action {
    at: String,
    record: String,
    chain: String,
    agent: String,
    user: Option<String>,
    session: Option<String>,
    event: String,
    server: Option<String>,
    what: Option<String>,
    decision: Option<&'static str>,
    reason: Option<String>,
    rule: Option<String>,
    data: BTreeMap<&'static str, String>,
    labels: Vec<String>,
    /// How it ended; none of what has no end of its own, or none yet.
    outcome: Option<&'static str>,
}

/// A place in the ledger: actions are ordered by their times, then by it.
type At = (warden_audit::Timestamp, SegmentId, u64);

impl Actions {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let dir = self.common.dir(world)?;
        let summary = verify(&dir).map_err(unusable)?;
        let since = self.since.map(|since| since.resolve(world));
        let until = self.until.map(|until| until.resolve(world));
        // The end of a call may lie after the time in which it began.
        let filter = Filter { agent: Some(self.agent.clone()), since, ..Filter::default() };
        let (mut actions, mut ends) = (BTreeMap::<At, Action>::new(), BTreeMap::new());
        let broken = each(&dir, &filter, &mut |stored| {
            let record = &stored.record;
            if let (Some(intent), Some(outcome)) = (record.intent, record.outcome) {
                let segment = intent.segment.unwrap_or(stored.segment);
                ends.insert((segment, intent.seq), outcome.name());
            } else if until.is_none_or(|until| record.ts < until) {
                let at = (record.ts, stored.segment, record.seq);
                actions.insert(at, action(&stored, &self.agent));
            }
        });
        if let Some(broken) = broken.map_err(unusable)?.into_iter().next() {
            return Err(damaged(broken));
        }
        for ((_, segment, seq), action) in &mut actions {
            action.outcome = ends.get(&(*segment, *seq)).copied();
        }
        if actions.is_empty() {
            let message = format!("`{}` did nothing in that time", self.agent);
            return Err(Failure::new(Kind::Input, message)
                .hint("`mcpwarden audit show --since 7d` shows which agents there are"));
        }
        let text = match self.common.format {
            Format::Json => actions.values().filter_map(line).collect(),
            Format::Human => {
                let list: String = actions.values().map(shown).collect();
                let (count, records) = (actions.len(), summary.records);
                format!("{list}{count} actions; the ledger is intact, {records} records verified\n")
            }
        };
        output::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn line(action: &Action) -> Option<String> {
    serde_json::to_string(action).ok().map(|line| line + "\n")
}

fn action(stored: &Stored, agent: &str) -> Action {
    let record = &stored.record;
    let own = |text: Option<&warden_audit::Text<'_>>| text.map(ToString::to_string);
    Action {
        at: record.ts.to_string(),
        record: stored.name(),
        chain: stored.chain.to_string(),
        agent: agent.to_owned(),
        user: own(record.user.as_ref()),
        session: own(record.session.as_ref()),
        event: record.event.to_string(),
        server: record.server.as_ref().map(|server| server.name.to_string()),
        what: record.asked().map(str::to_owned),
        decision: record.decision.map(warden_audit::Decision::name),
        reason: own(record.reason.as_ref()),
        rule: own(record.rule.as_ref()),
        data: data(stored),
        labels: record.labels.iter().map(ToString::to_string).collect(),
        outcome: None,
    }
}

/// The data classes that the decision was made with, as far as they are on record.
fn data(stored: &Stored) -> BTreeMap<&'static str, String> {
    let facts = stored.record.facts.as_ref();
    let facts: Option<Value> = facts.and_then(|facts| serde_json::from_str(facts.as_str()).ok());
    let class = |(name, member)| {
        let class = facts.as_ref()?.get(member)?.get("class")?.as_str()?;
        Some((name, class.to_owned()))
    };
    let of = [("tool", "thing"), ("arguments", "args"), ("session", "session")];
    of.into_iter().filter_map(class).collect()
}

/// An action in two lines: what happened, and by what and with which data it was decided.
fn shown(action: &Action) -> String {
    let time = action.at.replace('T', " ");
    let (time, _) = time.split_at_checked(19).unwrap_or((&time, ""));
    let what = [action.server.as_deref(), action.what.as_deref()];
    let what = what.into_iter().flatten().collect::<Vec<_>>().join("/");
    let verdict = action.decision.unwrap_or("no decision");
    let end = action.outcome.map(|end| format!(", {end}")).unwrap_or_default();
    let user = action.user.as_deref().unwrap_or("user not known");
    let mut out = format!("{time}  {:<14} {verdict}{end}  {what}\n", action.event);
    let mut more = vec![format!("by {} ({user})", action.agent)];
    if action.data.is_empty() {
        more.push("data not known".into());
    }
    more.extend(action.data.iter().map(|(name, class)| format!("{name} {class}")));
    more.extend(action.reason.as_ref().map(|reason| format!("reason {reason}")));
    more.extend(action.rule.as_ref().map(|rule| format!("rule {rule}")));
    if !action.labels.is_empty() {
        more.push(format!("labels {}", action.labels.join(" ")));
    }
    out = out.lines().map(|line| printable(line).into_owned() + "\n").collect();
    out + &folded("", 21, &more.join("; "))
}

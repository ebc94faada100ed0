//! What ledgers say of an estate: traffic, what was used, who was asked, what drifted.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use warden_audit::{Decision, Event, Filter, Record, each, verify};
use warden_model::Digest;

use crate::{Failure, Kind};

/// Tools that were not used for longer than this were not used, in days.
const USED_DAYS: i64 = 90;

/// The reason of a refusal that only says that somebody is asked first.
const WAITS: &str = "needs-approval";

/// What was read of all ledgers.
#[derive(Debug, Default)]
pub(super) struct Seen {
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    calls: u64,
    attested: u64,
    decisions: BTreeMap<(String, &'static str), u64>,
    held: BTreeMap<String, Timestamp>,
    asked: Vec<Value>,
    drifts: Vec<Value>,
    good: BTreeMap<String, Timestamp>,
    used: BTreeMap<(String, String), BTreeMap<String, Timestamp>>,
    servers: BTreeSet<String>,
    agents: BTreeSet<String>,
    heads: Vec<u8>,
}

impl Seen {
    /// Reads a ledger, which has to be intact: figures of a damaged one say nothing.
    ///
    /// # Errors
    /// A ledger that is damaged or cannot be read.
    pub(super) fn add(&mut self, folder: &Path) -> Result<(), Failure> {
        let bad =
            || Failure::new(Kind::Input, format!("cannot use the ledger `{}`", folder.display()));
        let summary = verify(folder).map_err(|error| {
            bad().caused_by(error).hint("`mcpwarden audit verify` says what is wrong with it")
        })?;
        if summary.records == 0 {
            return Err(bad().hint("there is no record in it"));
        }
        let mut last = Vec::new();
        let broken = each(folder, &Filter::default(), &mut |stored| {
            last = stored.chain.bytes().to_vec();
            self.note(&stored.record);
        });
        match broken {
            Ok(broken) if broken.is_empty() => {}
            Ok(_) => return Err(bad().hint("it is damaged")),
            Err(error) => return Err(bad().caused_by(error)),
        }
        self.heads.extend(last);
        Ok(())
    }

    fn note(&mut self, record: &Record<'_>) {
        let at = moment(record);
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        let server = record.server.as_ref().map(|server| server.name.as_str().to_owned());
        self.servers.extend(server.clone());
        match Event::parse(record.event.as_str()) {
            Some(Event::CallIntent) => self.call(record, at, server.as_deref()),
            Some(Event::CallRefused) => {
                self.calls += 1;
                // Who asks over HTTP is told to come back: that it waits was decided already.
                if record.reason.as_ref().is_none_or(|reason| reason.as_str() != WAITS) {
                    self.decided(record, "deny");
                }
            }
            // The call itself is on record as well, when it is told to come back or goes on.
            Some(Event::CallHeld) => {
                self.decided(record, "approval");
                if let Some(hold) = &record.reason {
                    self.held.insert(hold.as_str().to_owned(), at);
                }
            }
            Some(Event::CallAnswered) => self.answer(record, at),
            Some(Event::DriftDetected) => self.drift(record, at, server),
            _ => {}
        }
    }

    fn call(&mut self, record: &Record<'_>, at: Timestamp, server: Option<&str>) {
        self.calls += 1;
        self.decided(record, "allow");
        let Some((tool, server)) = record.tool.as_ref().zip(server) else { return };
        let is_pinned = tool.pinned.is_some() && tool.pinned == tool.served;
        if is_pinned {
            self.good.insert(server.to_owned(), at);
        }
        // Certification was asked when a bundle is named; a call that failed it was not sent.
        self.attested += u64::from(is_pinned && record.bundle.is_some());
        let Some(agent) = &record.agent else { return };
        self.agents.insert(agent.as_str().to_owned());
        let key = (agent.as_str().to_owned(), server.to_owned());
        self.used.entry(key).or_default().insert(tool.name.as_str().to_owned(), at);
    }

    fn decided(&mut self, record: &Record<'_>, ruling: &'static str) {
        let rule = record.rule.as_ref().or(record.reason.as_ref());
        // What waits gives the name of its question as the reason.
        let rule = if ruling == "approval" { record.rule.as_ref() } else { rule };
        let rule = rule.map_or("none", |rule| rule.as_str());
        *self.decisions.entry((rule.to_owned(), ruling)).or_default() += 1;
    }

    fn answer(&mut self, record: &Record<'_>, at: Timestamp) {
        let asked = record.reason.as_ref().and_then(|hold| self.held.remove(hold.as_str()));
        let Some(asked) = asked else { return };
        let after = at.as_millisecond().saturating_sub(asked.as_millisecond()).max(0);
        self.asked.push(json!({"at": asked, "after_ms": after,
            "by": record.user.as_ref().map(warden_audit::Text::as_str),
            "granted": record.decision == Some(Decision::Allow)}));
    }

    fn drift(&mut self, record: &Record<'_>, at: Timestamp, server: Option<String>) {
        let Some((server, drift)) = server.zip(record.drift.as_ref()) else { return };
        // It cannot have been before the last time that all was as approved.
        let occurred = self.good.get(&server).copied().or(self.first).unwrap_or(at);
        self.drifts.push(json!({"server": server, "kind": drift.class.as_str(),
            "occurred": occurred, "detected": at, "blocked": true}));
    }

    /// The digest of the last records of all that was read.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(&self.heads)
    }

    /// What was seen, as members of an estate.
    pub(super) fn members(&self, evidence: &str) -> Map<String, Value> {
        let unanswered = self.held.values().map(|at| json!({"at": at}));
        let mut approvals: Vec<_> = self.asked.iter().cloned().chain(unanswered).collect();
        approvals.sort_by(|a, b| a["at"].as_str().cmp(&b["at"].as_str()));
        let decisions = self
            .decisions
            .iter()
            .map(|((rule, ruling), count)| json!({"rule": rule, "ruling": ruling, "count": count}));
        let traffic = json!({"from": self.first, "until": self.last, "calls": self.calls,
            "attested": self.attested, "decisions": decisions.collect::<Vec<_>>(),
            "approvals": approvals, "evidence": [evidence]});
        let named = |names: &BTreeSet<String>| {
            names.iter().map(|name| json!({"id": name, "name": name})).collect::<Vec<_>>()
        };
        let oldest = self.last.map(|last| last.as_second() - USED_DAYS * 86_400);
        let used = self.used.iter().map(|((agent, server), tools)| {
            let tools = tools.iter().filter(|(_, at)| Some(at.as_second()) >= oldest);
            let tools: Vec<_> = tools.map(|(tool, _)| tool).collect();
            json!({"agent": agent, "server": server, "used": tools})
        });
        let enforced = self.servers.iter().map(|name| {
            json!({"id": name, "name": name, "enforced": true, "audit": "partial",
                "persistence": "session", "drift_checked": self.last})
        });
        Map::from_iter([
            ("traffic".into(), traffic),
            ("drifts".into(), json!(self.drifts)),
            ("agents".into(), json!(named(&self.agents))),
            ("servers".into(), json!(enforced.collect::<Vec<_>>())),
            ("connections".into(), json!(used.collect::<Vec<_>>())),
        ])
    }
}

fn moment(record: &Record<'_>) -> Timestamp {
    let micros = i64::try_from(record.ts.micros()).unwrap_or(i64::MAX);
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(event: Event, reason: &str) -> Record<'_> {
        let decision =
            Some(if event == Event::CallIntent { Decision::Allow } else { Decision::Deny });
        let (rule, reason) = (Some("delete".into()), Some(reason.into()));
        Record { rule, reason, decision, ..Record::of(event) }
    }

    #[test]
    fn a_call_that_waits_is_neither_refused_nor_counted_twice() {
        let mut seen = Seen::default();
        // Asked, told to come back, approved and asked again; then one that is refused for good.
        seen.note(&record(Event::CallHeld, "hold-1"));
        seen.note(&record(Event::CallRefused, WAITS));
        seen.note(&record(Event::CallIntent, "hold-1 ben"));
        seen.note(&record(Event::CallRefused, "policy-refused"));
        let traffic = &seen.members("ledger")["traffic"];
        assert_eq!(traffic["calls"], 3);
        let rows = traffic["decisions"].as_array().expect("a list");
        let told = rows.iter().map(|row| (row["ruling"].as_str(), row["count"].as_u64()));
        let told: Vec<_> = told.collect();
        let one = |ruling| (Some(ruling), Some(1));
        assert_eq!(told, [one("allow"), one("approval"), one("deny")]);
    }
}

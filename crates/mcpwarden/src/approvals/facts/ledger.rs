//! What the ledger of this machine has of a server: whether somebody watches it (A7), and whether a
//! report can be made from its records (A10).

use std::io;

use warden_audit::{Event, Filter, Record, Stored, VERSION, VerifyError, select};
use warden_policy::{
    Time,
    approval::{Audit, Facts},
};

use super::Looking;
use crate::Failure;

/// How many of the newest records of a server are looked at.
const MOST_RECORDS: usize = 256;

/// Whether a field can be filled from the announcement and the end of a call.
type Filled = fn(&Record<'_>, &Record<'_>) -> bool;

/// What a report of an incident asks for (Implementing Regulation (EU) 2025/302, Annex II) and a
/// record of a call can say: the number of the field, and where it is filled from. What the rest of
/// the form asks for is known to people alone.
const REPORT: &[(&str, Filled)] = &[
    // When it was detected.
    ("2.2", |_, closed| closed.ts.micros() > 0),
    // What happened.
    ("2.4", |intent, closed| {
        closed.outcome.is_some() && intent.mcp.as_ref().is_some_and(|mcp| mcp.method.is_some())
    }),
    // Which third party it came from.
    ("2.8", |intent, _| intent.server.as_ref().is_some_and(|server| !server.name.is_empty())),
    // When it occurred.
    ("3.2", |intent, _| intent.ts.micros() > 0),
    // How long it took.
    ("3.15", |_, closed| closed.duration_us.is_some()),
    // Which services were affected.
    ("3.22", |intent, _| intent.tool.as_ref().is_some_and(|tool| !tool.name.is_empty())),
    // What was done about it at once.
    ("3.33", |intent, _| intent.decision.is_some()),
    // What it is recognised by elsewhere.
    ("3.35", |intent, closed| intent.args.is_some() && closed.result.is_some()),
];

impl Looking<'_> {
    pub(super) fn ledger(&self, facts: &mut Facts) -> Result<(), Failure> {
        let Some(records) = self.records() else {
            // Nobody could look: that it can change and is not watched is not known either.
            facts.definitions.take_if(|fact| fact.value.can_change);
            return Ok(());
        };
        if let Some(fact) = facts.definitions.as_mut().filter(|fact| fact.value.can_change)
            && let Some(seen) = records.iter().rev().find(|stored| is_look(&stored.record))
        {
            fact.value.last_look = Some(time(&seen.record));
            fact.evidence = self.put(seen.body.as_bytes())?;
            fact.at = self.now;
        }
        facts.audit = match call(&records) {
            Some((intent, closed)) => {
                let missing = REPORT
                    .iter()
                    .filter(|(_, filled)| !filled(&intent.record, &closed.record))
                    .map(|(field, _)| (*field).to_owned());
                let found = Audit {
                    fits_schema: [intent, closed].iter().all(|it| it.record.v == VERSION),
                    missing_fields: missing.collect(),
                };
                let both = format!("{}\n{}\n", intent.body, closed.body);
                Some(self.fact_now(found, self.put(both.as_bytes())?))
            }
            None => None,
        };
        Ok(())
    }

    /// The newest records of the server, oldest first; nothing if they cannot be believed.
    fn records(&self) -> Option<Vec<Stored>> {
        let dir = self.at.1.ledger();
        let filter = Filter { server: Some(self.about.name.to_owned()), ..Filter::default() };
        match select(&dir, &filter, MOST_RECORDS) {
            Ok(found) if found.broken.is_empty() => Some(found.records),
            Err(VerifyError::Unread { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Some(Vec::new())
            }
            // Damaged, or it cannot be read.
            Ok(_) | Err(_) => None,
        }
    }
}

/// The last call of a tool that was seen to its end: how it was announced, and how it ended.
fn call(records: &[Stored]) -> Option<(&Stored, &Stored)> {
    records.iter().rev().find_map(|closed| {
        let intent = closed.record.intent.filter(|_| is(&closed.record, Event::CallClosed))?;
        let segment = intent.segment.unwrap_or(closed.segment);
        let announced = records.iter().find(|it| {
            it.segment == segment
                && it.record.seq == intent.seq
                && is(&it.record, Event::CallIntent)
        })?;
        announced.record.tool.is_some().then_some((announced, closed))
    })
}

fn is(record: &Record<'_>, event: Event) -> bool {
    &*record.event == event.name()
}

/// Whether what is served was held against what was approved.
fn is_look(record: &Record<'_>) -> bool {
    is(record, Event::DriftDetected)
        || record.tool.as_ref().is_some_and(|tool| tool.pinned.is_some() && tool.served.is_some())
}

fn time(record: &Record<'_>) -> Time {
    Time::from_micros(i64::try_from(record.ts.micros()).unwrap_or(i64::MAX))
}

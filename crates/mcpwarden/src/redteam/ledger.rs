//! What the ledger of one attack says about it.

use std::path::Path;

use warden_audit::{Event, Filter, Record, Timestamp, VerifyError, select, verify};
use warden_govern::redteam::Noticed;
use warden_proxy::MATTERS;

/// More records than any attack leaves.
const MOST: usize = 100_000;

/// What was noticed since `first`, oldest first, from a ledger that verifies.
///
/// # Errors
/// When the ledger is damaged or cannot be read: it then says nothing.
pub(super) fn noticed(folder: &Path, first: Timestamp) -> Result<Vec<Noticed>, VerifyError> {
    verify(folder)?;
    let filter = Filter { since: Some(first), ..Filter::default() };
    let found = select(folder, &filter, MOST)?;
    let since = |record: &Record<'_>| record.ts.micros().saturating_sub(first.micros()) / 1000;
    let of = |record: &Record<'_>| about(record, since(record));
    Ok(found.records.iter().filter_map(|stored| of(&stored.record)).collect())
}

/// What a record says of an attack, if it says anything: that a person or a rule stands in the way,
/// that something is not as approved, or that a detector has found something of which people are
/// told at once.
fn about(record: &Record<'_>, after_ms: u64) -> Option<Noticed> {
    let event = Event::parse(&record.event)?;
    let reason = record.reason.iter().map(ToString::to_string);
    let codes: Vec<String> = match event {
        Event::CallRefused | Event::RequestRefused | Event::MessageDropped => reason.collect(),
        // Its reason is the number under which it waits.
        Event::CallHeld => vec!["needs-approval".to_owned()],
        Event::DriftDetected => record.drift.iter().map(|drift| drift.class.to_string()).collect(),
        Event::DefinitionNoticed
        | Event::MessageNoticed
        | Event::CallClosed
        | Event::RequestClosed
        | Event::CallIntent => {
            let found = alarms(record);
            if found.is_empty() {
                return None;
            }
            found
        }
        Event::SegmentOpened
        | Event::SegmentClosed
        | Event::RequestIntent
        | Event::ListFiltered
        | Event::ServerStarted
        | Event::ServerStopped
        | Event::PinApproved
        | Event::PinRevoked
        | Event::CallAnswered
        | Event::StopSet
        | Event::StopReleased
        | Event::SessionEnded => return None,
    };
    // What has let a call pass says nothing against it.
    let stands = matches!(event, Event::CallRefused | Event::RequestRefused | Event::CallHeld);
    let rules = record.rule.iter().filter(|_| stands).flat_map(|rule| rule.split(' '));
    Some(Noticed {
        after_ms,
        event: event.name().to_owned(),
        codes,
        rules: rules.map(str::to_owned).collect(),
        tool: record.tool.as_ref().map(|tool| tool.name.to_string()),
    })
}

/// The matters that people are told of at once. Others are in every other message of an ordinary
/// day, and show nothing.
fn alarms(record: &Record<'_>) -> Vec<String> {
    let told = MATTERS.iter().filter(|one| one.matter.alarms()).map(|one| one.code);
    told.filter(|code| record.labels.iter().any(|label| **label == **code))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ordinary_days_are_full_of_is_no_detection() {
        let labelled = |labels: &[&'static str]| Record {
            labels: labels.iter().map(|label| (*label).into()).collect(),
            ..Record::of(Event::CallClosed)
        };
        assert_eq!(about(&labelled(&[]), 3), None);
        assert_eq!(about(&labelled(&["personal-data-in-answer", "secret-in-answer"]), 3), None);
        let found = about(&labelled(&["secret-in-answer", "instruction-text"]), 3);
        assert_eq!(
            found.map(|one| (one.codes, one.after_ms)),
            Some((vec!["instruction-text".into()], 3))
        );
    }

    #[test]
    fn a_refusal_is_told_with_its_reason_and_its_rules() {
        let record = Record {
            reason: Some("policy-refused".into()),
            rule: Some("hostile toxic-flow".into()),
            ..Record::of(Event::CallRefused)
        };
        let found = about(&record, 0).expect("a refusal is about an attack");
        assert_eq!(found.codes, ["policy-refused"]);
        assert_eq!(found.rules, ["hostile", "toxic-flow"]);
        let listed = Record::of(Event::ListFiltered);
        assert_eq!(about(&listed, 0), None, "what somebody may not use he does not see");
    }
}

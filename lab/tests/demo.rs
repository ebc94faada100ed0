//! What is committed of the demonstration is what the commands give.

use std::collections::BTreeMap;

use lab::demo::{build, folder, pack};
use warden_audit::{Filter, each, verify};

/// The same files give the same bytes: the estate, what each command says of it, and the report.
#[test]
fn what_is_shown_is_what_the_commands_give() {
    let files = build::make().expect("every command succeeds");
    assert!(files.contains_key(build::ESTATE));
    build::check(&files).expect("it is what is committed");
}

/// The ledger that is kept verifies, spans the quarter, and has something of each kind that the
/// demonstration shows.
#[test]
fn the_ledger_of_the_quarter_verifies() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let ledger = home.path().join("ledger");
    pack::unpack(&folder().join("recorded/ledger"), &ledger).expect("it is unpacked");
    let summary = verify(&ledger).expect("it verifies");
    assert!(summary.records > 1_000, "{summary:?}");
    let mut events: BTreeMap<String, usize> = BTreeMap::new();
    let (mut first, mut last) = (String::from("9"), String::new());
    let broken = each(&ledger, &Filter::default(), &mut |stored| {
        *events.entry(stored.record.event.to_string()).or_default() += 1;
        let at = stored.record.ts.to_string();
        first = first.clone().min(at.clone());
        last = last.clone().max(at);
    });
    assert!(broken.expect("it can be read").is_empty());
    assert!(first.starts_with("2026-09-01") && last.starts_with("2026-11-22"), "{first} {last}");
    for event in [
        "call.intent",
        "call.closed",
        "call.refused",
        "call.held",
        "call.answered",
        "drift.detected",
        "stop.set",
        "stop.released",
    ] {
        assert!(events.contains_key(event), "{event} is not among {events:?}");
    }
}

//! What the ledger promises to those who write it.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod common;

use std::{
    fs::{self, Permissions},
    io::Write as _,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
    thread,
};

use common::{call, files, full, intent, open, options, power, success};
use proptest::prelude::*;
use warden_audit::{
    Event, Filter, Follower, Ledger, LedgerError, Options, Outcome, Reason, Record, SegmentId,
    Stored, VerifyError, read_body, read_bytes, select, tail, verify,
};

const SCHEMA: &str = include_str!("../../../schemas/ledger-record-1.schema.json");

fn names(records: &[Stored]) -> Vec<&str> {
    records.iter().map(|stored| &*stored.record.event).collect()
}

#[test]
fn a_ledger_that_was_closed_is_intact_and_complete() {
    for options in [options(), power()] {
        let (dir, ledger) = open(options);
        call(&ledger, "read");
        ledger.close().expect("it can be closed");
        let summary = verify(dir.path()).expect("it is intact");
        assert_eq!((summary.segments, summary.closed, summary.records), (1, 1, 4));
        assert_eq!((summary.torn.len(), summary.foreign), (0, 0));
        let records = tail(dir.path(), 9).expect("it can be read");
        let expected = ["segment.opened", "call.intent", "call.closed", "segment.closed"];
        assert_eq!(names(&records), expected);
    }
}

#[test]
fn files_are_for_their_owner_alone() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("state/ledger");
    let _ledger = Ledger::open(&path, options()).expect("missing directories are made");
    let mode = |path: &Path| fs::metadata(path).expect("it is there").mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for file in files(&path, "") {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_directory_that_others_may_write_to_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    fs::set_permissions(dir.path(), Permissions::from_mode(0o770)).expect("it is ours");
    let error = Ledger::open(dir.path(), options()).expect_err("others may write there");
    assert!(matches!(error, LedgerError::Exposed { mode: 0o770, .. }), "{error}");
}

#[test]
fn what_is_announced_is_stored_before_it_can_be_done() {
    let (dir, ledger) = open(options());
    let pending: Vec<_> = ["a", "b", "c"]
        .map(|tool| ledger.record(tool, intent(tool)).expect("it can be recorded"))
        .into();
    assert_eq!(verify(dir.path()).expect("it is intact").records, 1);
    let recorded = ledger.commit_all(pending).expect("they can be stored");
    assert_eq!(verify(dir.path()).expect("it is intact").records, 4);
    assert_eq!(recorded.iter().map(|call| *call.subject()).collect::<String>(), "abc");
    for call in recorded {
        let closed = call.map(str::len).close(success()).expect("its end can be recorded");
        assert_eq!(closed.subject, 1);
    }
}

#[test]
fn an_end_names_its_beginning_and_repeats_whom_it_was_about() {
    let (dir, ledger) = open(options());
    call(&ledger, "read");
    let records = tail(dir.path(), 2).expect("it can be read");
    let [announced, ended] = &records[..] else { panic!("two records") };
    assert_eq!(ended.record.intent.map(|intent| intent.seq), Some(announced.record.seq));
    assert_eq!(ended.record.intent.and_then(|intent| intent.segment), None);
    assert_eq!(ended.record.outcome, Some(Outcome::Success));
    assert_eq!(ended.record.request, announced.record.request);
    assert_eq!(ended.record.tool.as_ref().map(|tool| &*tool.name), Some("read"));
    assert_eq!(ended.record.server.as_ref().map(|server| &*server.name), Some("files"));
}

#[test]
fn what_nobody_closes_is_on_record_as_aborted() {
    let (dir, ledger) = open(options());
    let pending = ledger.record((), intent("read")).expect("it can be recorded");
    drop(ledger.commit_one(pending).expect("it can be stored"));
    drop(ledger.record((), intent("write")).expect("it can be recorded"));
    let records = tail(dir.path(), 4).expect("it can be read");
    let outcomes: Vec<_> = records.iter().map(|stored| stored.record.outcome).collect();
    assert_eq!(outcomes, [None, Some(Outcome::Aborted), None, Some(Outcome::Aborted)]);
}

#[test]
fn only_the_ledger_opens_and_closes_segments_and_only_intents_are_announced() {
    let (_dir, ledger) = open(options());
    for event in [Event::SegmentOpened, Event::SegmentClosed] {
        let error = ledger.append(Record::of(event)).expect_err("it is the ledger's own");
        assert!(matches!(error, LedgerError::Reserved), "{error}");
    }
    let error = ledger.record((), Record::of(Event::ServerStarted)).expect_err("no intent");
    assert!(matches!(error.source, LedgerError::NotAnIntent), "{error}");
}

#[test]
fn a_closed_ledger_takes_no_more_records() {
    let (dir, ledger) = open(options());
    let seq = ledger.append(Record::of(Event::ServerStarted)).expect("it is open");
    ledger.close().expect("it can be closed");
    ledger.commit(seq).expect("closing stored it");
    let error = ledger.append(Record::of(Event::ServerStopped)).expect_err("it is closed");
    assert!(matches!(error, LedgerError::Closed), "{error}");
    drop(ledger);
    assert_eq!(verify(dir.path()).expect("it is intact").records, 3);
}

#[test]
fn a_record_that_is_too_large_is_refused_and_leaves_no_trace() {
    let (dir, ledger) = open(options());
    let labels = (0..200_000).map(|label| label.to_string().into()).collect();
    let record = Record { labels, ..Record::of(Event::CallRefused) };
    let error = ledger.append(record).expect_err("it is over one mebibyte");
    assert!(matches!(error, LedgerError::TooLarge), "{error}");
    call(&ledger, "read");
    assert_eq!(verify(dir.path()).expect("it is intact").records, 3);
}

#[test]
fn a_long_name_does_not_keep_a_refusal_out_of_the_ledger() {
    let (dir, ledger) = open(options());
    let name = "x".repeat(4 << 20);
    let seq = ledger.append(full(&name, 1)).expect("long texts are cut");
    ledger.commit(seq).expect("it can be stored");
    assert_eq!(verify(dir.path()).expect("it is intact").records, 2);
}

#[test]
fn a_ledger_that_cannot_begin_its_next_segment_stops_for_good() {
    let (dir, ledger) = open(Options { rotate_at: 1, ..options() });
    drop(dir);
    let error = ledger.append(Record::of(Event::ServerStarted)).expect_err("it has no directory");
    assert!(matches!(error, LedgerError::Io { .. }), "{error}");
    let error = ledger.record("kept", intent("read")).expect_err("it stays stopped");
    assert!(matches!(error.source, LedgerError::Stopped { .. }), "{error}");
    assert_eq!(error.subject, "kept");
}

#[test]
fn a_full_segment_is_followed_by_another() {
    let (dir, ledger) = open(Options { rotate_at: 2000, ..options() });
    let pending = ledger.record((), intent("first")).expect("it can be recorded");
    let first = ledger.commit_one(pending).expect("it can be stored");
    let began = ledger.segment().expect("it is open");
    for _ in 0..20 {
        call(&ledger, "read");
    }
    drop(first);
    drop(ledger);
    let summary = verify(dir.path()).expect("it is intact");
    assert!(summary.segments > 5, "{summary:?}");
    assert_eq!(summary.closed, summary.segments);
    assert_eq!(summary.records, 42 + 2 * summary.segments);
    let records = tail(dir.path(), 2).expect("it can be read");
    let intent = records.first().and_then(|stored| stored.record.intent).expect("an end");
    assert_eq!((intent.segment, intent.seq), (Some(began), 2));
}

#[test]
fn many_threads_and_ledgers_share_a_directory() {
    let (dir, first) = open(Options { rotate_at: 20_000, ..power() });
    let second = Ledger::open(dir.path(), Options { rotate_at: 30_000, ..options() })
        .expect("a second process may write too");
    thread::scope(|scope| {
        for ledger in [&first, &second] {
            for _ in 0..4 {
                scope.spawn(move || (0..50).for_each(|_| call(ledger, "read")));
            }
        }
        // A check that runs meanwhile finds nothing wrong.
        for _ in 0..20 {
            verify(dir.path()).expect("it is intact while it is written");
        }
    });
    drop((first, second));
    let summary = verify(dir.path()).expect("it is intact");
    assert_eq!(summary.records, 2 * 2 * 4 * 50 + 2 * summary.segments);
    assert!(summary.torn.is_empty());
}

#[test]
fn an_incomplete_last_line_is_no_damage_where_nothing_was_acknowledged() {
    let (dir, ledger) = open(options());
    call(&ledger, "read");
    let log = files(dir.path(), ".jsonl").remove(0);
    let length = fs::metadata(&log).expect("it is there").len();
    let mut file = fs::OpenOptions::new().append(true).open(&log).expect("it is ours");
    file.write_all(b"0123 half a li").expect("there is room");
    let summary = verify(dir.path()).expect("it is intact");
    let torn = summary.torn.first().expect("a torn line");
    assert_eq!((torn.offset, torn.bytes), (length, 14));
}

#[test]
fn a_process_killed_between_making_its_two_files_leaves_no_damage() {
    let (dir, ledger) = open(options());
    drop(ledger);
    let id = "ffffffff-0000-7000-8000-000000000000";
    let head = dir.path().join(format!("{id}.head"));
    fs::write(&head, "").expect("there is room");
    assert_eq!(verify(dir.path()).expect("it is intact").segments, 1);
    let log = dir.path().join(format!("{id}.jsonl"));
    fs::write(&log, "").expect("there is room");
    let error = verify(dir.path()).expect_err("a log needs a whole head");
    assert!(matches!(error, VerifyError::Broken(broken) if broken.reason == Reason::HeadMalformed));
}

#[test]
fn a_segment_that_was_taken_away_is_missed_by_the_next() {
    let (dir, ledger) = open(options());
    call(&ledger, "read");
    drop(ledger);
    let log = files(dir.path(), ".jsonl").remove(0);
    drop(Ledger::open(dir.path(), options()).expect("it can be opened again"));
    // First without its log, then without its head too.
    for file in [log.clone(), log.with_extension("head")] {
        fs::remove_file(&file).expect("it is ours");
        let error = verify(dir.path()).expect_err("a segment is missing");
        let VerifyError::Broken(broken) = error else { panic!("{error}") };
        assert!(matches!(broken.reason, Reason::Missing { .. }), "{broken}");
        assert!(log.ends_with(format!("{}.jsonl", broken.segment)), "{broken}");
    }
}

#[test]
fn records_are_found_by_what_they_are_about() {
    let (dir, ledger) = open(options());
    for tool in ["read", "write", "read"] {
        call(&ledger, tool);
    }
    let found = |filter: Filter, most| select(dir.path(), &filter, most).expect("it can be read");
    let read = Filter { tool: Some("read".into()), ..Filter::default() };
    let selection = found(read.clone(), 3);
    assert_eq!((selection.matched, selection.records.len()), (4, 3));
    assert!(selection.records.is_sorted_by_key(|stored| stored.record.seq));
    let ends = Filter { event: Some("call.closed".into()), ..read.clone() };
    assert_eq!(found(ends, 9).matched, 2);
    assert_eq!(found(Filter { event: Some("call".into()), ..read }, 9).matched, 4);
    let third = selection.records.last().expect("three records");
    let since = Filter { since: Some(third.record.ts), ..Filter::default() };
    assert_eq!(found(since, 9).matched, 1);
    let id = third.segment.to_string();
    let end = id.rsplit('-').next().map(str::to_owned);
    let one = Filter { seq: Some(2), segment: end, ..Filter::default() };
    assert_eq!(names(&found(one, 9).records), ["call.intent"]);
    let none = Filter { server: Some("other".into()), ..Filter::default() };
    assert_eq!(found(none, 9).matched, 0);
}

#[test]
fn a_follower_sees_what_is_written_after_it_began() {
    let (dir, ledger) = open(options());
    call(&ledger, "read");
    let (last, mut follower) = Follower::start(dir.path(), 1).expect("it can be read");
    assert_eq!(names(&last), ["call.closed"]);
    assert_eq!(follower.poll().expect("it can be read"), []);
    call(&ledger, "write");
    let second = Ledger::open(dir.path(), options()).expect("it can be opened again");
    let seen = follower.poll().expect("it can be read");
    assert_eq!(seen.len(), 3, "{:?}", names(&seen));
    drop(second);
    assert_eq!(names(&follower.poll().expect("it can be read")), ["segment.closed"]);
    fs::write(&files(dir.path(), ".jsonl")[0], "").expect("it is ours");
    let error = follower.poll().expect_err("a log never becomes shorter");
    assert!(matches!(error, VerifyError::Broken(broken) if broken.reason == Reason::Shrunk));
}

#[test]
fn every_member_is_in_the_schema_and_every_record_is_valid() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let (dir, ledger) = open(Options { rotate_at: 4000, ..options() });
    for number in 0..10 {
        call(&ledger, "read");
        ledger.append(full("\u{1}\"\\ü", number)).expect("it can be recorded");
    }
    drop(ledger);
    let mut members = 0;
    for stored in tail(dir.path(), 99).expect("it can be read") {
        let body: serde_json::Value = serde_json::from_str(&stored.body).expect("JSON");
        let errors: Vec<_> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", stored.body);
        members = members.max(covered(&schema, &schema, &body));
    }
    assert!(members > 40, "{members}");
}

/// Counts the members of `body`, each of which must be in the schema.
fn covered(
    root: &serde_json::Value,
    schema: &serde_json::Value,
    body: &serde_json::Value,
) -> usize {
    let reference = schema.get("$ref").and_then(|reference| reference.as_str());
    let schema = match reference {
        Some(path) => root.pointer(path.trim_start_matches('#')).expect("the reference leads"),
        None => schema,
    };
    let Some(object) = body.as_object() else { return 0 };
    let inside = object.iter().map(|(name, value)| {
        let member = &schema["properties"][name];
        assert!(!member.is_null(), "the schema lacks `{name}`");
        // The facts of a decision have a form and a number of their own: see `warden-policy`.
        let whole = name == "facts";
        1 + if whole { 0 } else { covered(root, member, value) }
    });
    inside.sum()
}

fn canonical(body: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(body).expect("a body is JSON");
    serde_json_canonicalizer::to_string(&value).expect("JSON has a canonical form")
}

proptest! {
    #[test]
    fn a_body_is_its_own_canonical_form(text in ".{0,40}", number in any::<u64>()) {
        let (dir, ledger) = open(options());
        ledger.append(full(&text, number)).expect("it can be recorded");
        call(&ledger, &text);
        drop(ledger);
        for stored in tail(dir.path(), 9).expect("it can be read") {
            prop_assert_eq!(&canonical(&stored.body), &*stored.body);
            let again = serde_json::to_string(&stored.record).expect("a record can be written");
            prop_assert_eq!(&again, &*stored.body);
        }
    }

    #[test]
    fn the_reader_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let id: SegmentId = "0190163d-8694-7d7e-9c3a-b3b0a1d2e3f4".parse().expect("an identifier");
        let complete = bytes.contains(&b'\n');
        prop_assert_eq!(read_bytes(id, &bytes).is_err(), complete);
        drop(read_body(&bytes));
    }
}

#[test]
fn a_segment_reads_the_same_from_memory() {
    let (dir, ledger) = open(options());
    call(&ledger, "read");
    drop(ledger);
    let log = files(dir.path(), ".jsonl").remove(0);
    let id = log.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    let bytes = fs::read(&log).expect("it is ours");
    let (records, torn) =
        read_bytes(id.parse().expect("an identifier"), &bytes).expect("it is intact");
    assert_eq!(records, tail(dir.path(), 9).expect("it can be read"));
    assert_eq!(torn, 0);
}

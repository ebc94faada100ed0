//! `mcpwarden audit` as a person runs it.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use serde_json::Value;
use warden_audit::{
    Answer, Decision, Drift, Ending, Event, Ledger, Mcp, Options, Outcome as Ended, Payload,
    Record, Server, Tool,
};
use warden_model::Digest;
use warden_testkit::{Outcome, TestHome};

fn mcpwarden(home: &TestHome, arguments: &[&str]) -> Command {
    let mut command = home.command(env!("CARGO_BIN_EXE_mcpwarden"));
    command.args(arguments).env("COLUMNS", "80");
    command
}

#[track_caller]
fn run(home: &TestHome, arguments: &[&str]) -> Outcome {
    Outcome::of(&mut mcpwarden(home, arguments), b"")
}

fn open(home: &TestHome) -> Ledger {
    let ticks = AtomicU64::new(0);
    let start = UNIX_EPOCH + Duration::from_secs(1_795_169_813);
    let clock = move || start + Duration::from_millis(ticks.fetch_add(1, Ordering::Relaxed));
    let options = Options::new("laptop", Arc::new(clock));
    Ledger::open(home.warden().join("ledger"), options).expect("there is room")
}

fn about(event: Event, tool: &str) -> Record<'_> {
    let digest = |text: &str| Some(Digest::of(text.as_bytes()));
    Record {
        args: Some(Payload::of(b"{}")),
        mcp: Some(Mcp { method: Some("tools/call".into()), ..Mcp::default() }),
        request: Some("7".into()),
        server: Some(Server { name: "mail".into(), ..Server::default() }),
        tool: Some(Tool { name: tool.into(), pinned: digest("day 1"), served: digest("day 7") }),
        ..Record::of(event)
    }
}

/// Five records: a call that was answered and one that was refused.
fn sample() -> TestHome {
    let home = TestHome::new();
    let ledger = open(&home);
    let intent = Record { decision: Some(Decision::Allow), ..about(Event::CallIntent, "list") };
    let pending = ledger.record((), intent).expect("there is room");
    let recorded = ledger.commit_one(pending).expect("there is room");
    let ending = Ending::answered(Ended::Success, Answer::of(b"{}", "result"), 1_234);
    let closed = recorded.close(ending).expect("there is room");
    ledger.commit(closed.seq).expect("there is room");
    let refused = Record {
        decision: Some(Decision::Deny),
        drift: Some(Drift {
            class: "text-changed".into(),
            subject: "tool/send\u{1b}[2J_email\u{202e}".into(),
            ..Drift::default()
        }),
        reason: Some("tool-drifted".into()),
        ..about(Event::CallRefused, "send_email")
    };
    ledger.append(refused).expect("there is room");
    ledger.close().expect("there is room");
    home
}

fn log(home: &TestHome) -> PathBuf {
    let entries = fs::read_dir(home.warden().join("ledger")).expect("there is a ledger");
    let mut files = entries.map(|entry| entry.expect("an entry").path());
    files.find(|file| file.extension().is_some_and(|end| end == "jsonl")).expect("a segment")
}

/// What was printed, with the random part of names taken out.
#[track_caller]
fn shown(home: &TestHome, arguments: &[&str]) -> String {
    let text = run(home, arguments).success();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    let log = log(home);
    let name = log.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    let (_, end) = name.split_at_checked(30).expect("a name has 36 characters");
    text.replace(name, "SEGMENT").replace(end, "SEGEND")
}

#[test]
fn an_intact_ledger_is_exit_code_0() {
    let home = sample();
    let text = shown(&home, &["audit", "verify"]);
    let span = "from 2026-11-20T10:16:53.001000Z to 2026-11-20T10:16:53.005000Z";
    assert_eq!(text, format!("intact: 5 records in 1 segment\n{span}\n"));
    let json = run(&home, &["audit", "verify", "--format", "json"]).success();
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!((&json["intact"], &json["records"]), (&true.into(), &5.into()));
}

#[test]
fn a_damaged_ledger_is_exit_code_4_with_the_record_the_byte_and_the_reason() {
    let home = sample();
    let log = log(&home);
    let text = fs::read_to_string(&log).expect("it is text");
    fs::write(&log, text.replacen("\"allow\"", "\"ALLOW\"", 1)).expect("there is room");
    let second = text.lines().next().map_or(0, str::len) + 1;
    let outcome = run(&home, &["audit", "verify"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stdout.is_empty(), "{}", outcome.block());
    let place = format!("record 2, byte {second}: the chain hash does not follow");
    assert!(outcome.stderr.contains(&place), "{}", outcome.block());
    let outcome = run(&home, &["audit", "verify", "--format", "json"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    let json: Value = serde_json::from_str(&outcome.stdout).expect("it is JSON");
    assert_eq!(json["intact"], false);
    assert_eq!((&json["broken"]["record"], &json["broken"]["offset"]), (&2.into(), &second.into()));
    assert_eq!(json["broken"]["reason"], "chain");
    let outcome = run(&home, &["audit", "show", "--tool", "send_email"]);
    assert_eq!(outcome.code, Some(4), "what was not looked at is told: {}", outcome.block());
}

#[test]
fn a_ledger_that_is_not_there_is_not_intact() {
    let home = TestHome::new();
    for command in ["verify", "tail", "show"] {
        let outcome = run(&home, &["audit", command]);
        assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    }
    fs::create_dir(home.warden().join("ledger")).expect("there is room");
    let outcome = run(&home, &["audit", "verify"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("there is no ledger in"), "{}", outcome.block());
}

#[test]
fn the_tail_is_one_line_a_record() {
    let home = sample();
    assert_eq!(
        shown(&home, &["audit", "tail", "-n", "4"]),
        "\
2026-11-20 10:16:53 SEGEND:2   call.intent     allow mail/list
2026-11-20 10:16:53 SEGEND:3   call.closed     success mail/list 1.2ms
2026-11-20 10:16:53 SEGEND:4   call.refused    deny mail/send_email tool-drifte…
2026-11-20 10:16:53 SEGEND:5   segment.closed
"
    );
    let json = run(&home, &["audit", "tail", "-n", "1", "-f", "json"]).success();
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json["record"]["event"], "segment.closed");
}

#[test]
fn one_record_is_shown_with_everything_in_it() {
    let home = sample();
    let text = shown(&home, &["audit", "show", "4"]);
    let day7 = Digest::of(b"day 7");
    for line in [
        "record 4 of segment SEGMENT",
        "  meaning         A client's request was refused",
        "  decision        deny",
        "  drift.subject   tool/send<U+001B>[2J_email<U+202E>",
        "  reason          tool-drifted",
        "  tool.served\n",
        &format!("    {day7}"),
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let log = log(&home);
    let name = log.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    let (_, end) = name.split_at_checked(30).expect("a name has 36 characters");
    assert_eq!(shown(&home, &["audit", "show", &format!("{end}:4")]), text);
}

#[test]
fn records_are_found_by_what_they_are_about() {
    let home = sample();
    let count = |arguments: &[&str]| {
        let text = shown(&home, &[&["audit", "show"], arguments].concat());
        text.lines().last().map(str::to_owned).unwrap_or_default()
    };
    assert_eq!(count(&["--server", "mail"]), "3 records");
    assert_eq!(count(&["--tool", "send_email"]), "1 record");
    assert_eq!(count(&["--event", "call"]), "3 records");
    assert_eq!(count(&["--event", "call.closed"]), "1 record");
    assert_eq!(count(&["--since", "2026-11-20"]), "5 records");
    assert_eq!(count(&["--since", "2026-11-20T10:16:53.005000Z"]), "1 record");
    assert_eq!(count(&["--until", "2026-11-20T10:16:53.005000Z"]), "4 records");
    let left = "2 records shown, 3 older left out; `--limit` shows more";
    assert_eq!(count(&["-n", "2"]), left);
    let outcome = run(&home, &["audit", "show", "--tool", "other"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    for wrong in [["--since", "yesterday"], ["--since", "2026-13-01"], ["--since", "é"]] {
        let outcome = run(&home, &[&["audit", "show"][..], &wrong].concat());
        assert_eq!(outcome.code, Some(2), "{}", outcome.block());
    }
}

#[test]
fn another_ledger_can_be_named() {
    let home = sample();
    let other = home.work().join("copy");
    fs::rename(home.warden().join("ledger"), &other).expect("there is room");
    let outcome = run(&home, &["audit", "verify", "--ledger", "copy"]);
    assert!(outcome.success().starts_with("intact: 5 records"));
}

#[test]
fn a_followed_ledger_shows_records_as_they_are_written() {
    let home = sample();
    let ledger = open(&home);
    let mut child = mcpwarden(&home, &["audit", "tail", "-n", "1", "--follow"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let mut next = || lines.next().expect("there is more").expect("it is text");
    assert!(next().contains("segment."));
    let seq = ledger.append(about(Event::CallRefused, "send_email")).expect("there is room");
    ledger.commit(seq).expect("there is room");
    let line = next();
    assert!(line.contains("call.refused") && line.contains("mail/send_email"), "{line}");
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
}

#[test]
fn help_reads_well_on_80_columns() {
    let home = TestHome::new();
    for command in ["verify", "tail", "show"] {
        let help = run(&home, &["audit", command, "--help"]).success();
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }
}

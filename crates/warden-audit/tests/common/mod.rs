//! Ledgers to test with.

#![allow(dead_code, reason = "every test file uses some of it, one of them all")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use warden_audit::{
    Answer, Decision, Drift, Durability, Ending, Event, Ledger, Mcp, Options, Outcome, Payload,
    Process, Program, Record, Server, SignedBundle, Text, Timestamp, Tool,
};
use warden_model::Digest;

/// Options with a clock that goes on by one millisecond whenever it is asked.
pub(crate) fn options() -> Options {
    let ticks = AtomicU64::new(0);
    let start = UNIX_EPOCH + Duration::from_secs(1_795_169_813);
    let clock = move || start + Duration::from_millis(ticks.fetch_add(1, Ordering::Relaxed));
    Options::new("node-1", Arc::new(clock))
}

/// A call as it is announced.
pub(crate) fn intent(tool: &str) -> Record<'_> {
    Record {
        args: Some(Payload::of(b"{\"path\":\"/tmp\"}")),
        client: Some(Program { name: "editor".into(), version: Some("1.2.3".into()) }),
        decision: Some(Decision::Allow),
        mcp: Some(Mcp {
            method: Some("tools/call".into()),
            protocol: Some("2025-11-25".into()),
            ..Mcp::default()
        }),
        request: Some("17".into()),
        server: Some(Server {
            artifact: Some(Digest::of(b"artifact")),
            manifest: Some(Digest::of(b"manifest")),
            name: "files".into(),
            version: None,
        }),
        tool: Some(Tool {
            name: tool.into(),
            pinned: Some(Digest::of(b"pinned")),
            served: Some(Digest::of(b"pinned")),
        }),
        ..Record::of(Event::CallIntent)
    }
}

/// A good end of a call.
pub(crate) fn success() -> Ending<'static> {
    Ending::answered(Outcome::Success, Answer::of(b"{}", "result"), 1234)
}

/// A record with every member that a caller can set.
pub(crate) fn full(text: &str, number: u64) -> Record<'_> {
    let some = || Some(Text::from(text));
    let digest = Some(Digest::of(text.as_bytes()));
    Record {
        agent: some(),
        args: Some(Payload { bytes: number, sha256: Digest::of(b"args") }),
        bundle: Some(SignedBundle {
            digest: Digest::of(b"bundle"),
            issued: Timestamp::from_micros(number.min(1 << 50)),
            sequence: number,
        }),
        client: Some(Program { name: text.into(), version: some() }),
        decision: Some(Decision::RequireApproval),
        drift: Some(Drift {
            class: text.into(),
            pinned: digest,
            served: digest,
            subject: text.into(),
        }),
        duration_us: Some(number),
        facts: warden_audit::Facts::new(r#"{"who":{"agent":"a"}}"#.into()),
        labels: vec![text.into(), "untrusted".into()],
        policy: Some(Digest::of(b"policy")),
        mcp: Some(Mcp { method: some(), prompt: some(), protocol: some(), resource: some() }),
        outcome: Some(Outcome::Refused),
        process: Some(Process { exit: Some(-1), pid: Some(42), signal: Some(9) }),
        reason: some(),
        request: some(),
        result: Some(Answer { bytes: number, sha256: Digest::of(b"result"), status: text.into() }),
        rule: some(),
        server: Some(Server {
            artifact: digest,
            manifest: digest,
            name: text.into(),
            version: some(),
        }),
        session: some(),
        tool: Some(Tool { name: text.into(), pinned: digest, served: digest }),
        user: some(),
        ..Record::of(Event::DriftDetected)
    }
}

/// Writes one call from its announcement to its end.
#[track_caller]
pub(crate) fn call(ledger: &Ledger, tool: &str) {
    let pending = ledger.record((), intent(tool)).expect("it can be recorded");
    let recorded = ledger.commit_one(pending).expect("it can be stored");
    let closed = recorded.close(success()).expect("its end can be recorded");
    ledger.commit(closed.seq).expect("its end can be stored");
}

/// A new directory with a ledger in it.
#[track_caller]
pub(crate) fn open(options: Options) -> (tempfile::TempDir, Ledger) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let ledger = Ledger::open(dir.path(), options).expect("a ledger can be opened");
    (dir, ledger)
}

/// Options under which everything is synchronised to the disk.
pub(crate) fn power() -> Options {
    Options { durability: Durability::Power, ..options() }
}

/// The files in a directory that end like this, in the order of their names.
pub(crate) fn files(dir: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("the directory can be listed");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(end));
    files.sort();
    files
}

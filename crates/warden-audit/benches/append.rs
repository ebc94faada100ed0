//! What one call costs in the ledger.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use std::{sync::Arc, time::Duration, time::UNIX_EPOCH};

use divan::{Bencher, counter::ItemsCount};
use warden_audit::{
    Answer, Decision, Durability, Ending, Event, Ledger, Mcp, Options, Outcome, Payload, Record,
    Server, Tool, verify,
};
use warden_model::Digest;

fn main() {
    divan::main();
}

fn ledger(durability: Durability) -> (tempfile::TempDir, Ledger) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let clock = || UNIX_EPOCH + Duration::from_secs(1_795_169_813);
    let options = Options { durability, ..Options::new("node-1", Arc::new(clock)) };
    let ledger = Ledger::open(dir.path(), options).expect("a ledger can be opened");
    (dir, ledger)
}

fn intent() -> Record<'static> {
    let digest = Some(Digest::from_bytes([7; 32]));
    Record {
        args: Some(Payload { bytes: 120, sha256: Digest::from_bytes([1; 32]) }),
        decision: Some(Decision::Allow),
        mcp: Some(Mcp {
            method: Some("tools/call".into()),
            protocol: Some("2025-11-25".into()),
            ..Mcp::default()
        }),
        request: Some("17".into()),
        server: Some(Server { manifest: digest, name: "files".into(), ..Server::default() }),
        tool: Some(Tool { name: "read_file".into(), pinned: digest, served: digest }),
        ..Record::of(Event::CallIntent)
    }
}

fn ending() -> Ending<'static> {
    let sha256 = Digest::from_bytes([2; 32]);
    let answer = Answer { bytes: 4096, sha256, status: "result".into() };
    Ending::answered(Outcome::Success, answer, 1500)
}

/// One record into the buffer; every 256 KiB the buffer is written.
#[divan::bench]
fn append(bencher: Bencher<'_, '_>) {
    let (_dir, ledger) = ledger(Durability::Process);
    bencher.bench_local(|| ledger.append(intent()).expect("there is room"));
}

#[divan::bench(args = [Durability::Process, Durability::Power])]
fn append_and_commit(bencher: Bencher<'_, '_>, durability: Durability) {
    let (_dir, ledger) = ledger(durability);
    bencher.bench_local(|| {
        let seq = ledger.append(intent()).expect("there is room");
        ledger.commit(seq).expect("there is room");
    });
}

#[divan::bench(args = [Durability::Process, Durability::Power], threads = [1, 8])]
fn whole_call(bencher: Bencher<'_, '_>, durability: Durability) {
    let (_dir, ledger) = ledger(durability);
    bencher.bench(|| {
        let pending = ledger.record((), intent()).expect("there is room");
        let recorded = ledger.commit_one(pending).expect("there is room");
        let closed = recorded.close(ending()).expect("there is room");
        ledger.commit(closed.seq).expect("there is room");
    });
}

#[divan::bench]
fn verify_10_000_records(bencher: Bencher<'_, '_>) {
    let (dir, ledger) = ledger(Durability::Process);
    for _ in 0..10_000 {
        ledger.append(intent()).expect("there is room");
    }
    drop(ledger);
    bencher
        .counter(ItemsCount::new(10_000_u64))
        .bench_local(|| verify(dir.path()).expect("it is intact"));
}

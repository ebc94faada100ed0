//! What governance costs at the size of a large company: the report to the board as PDF, and the
//! evidence of a quarter.

#[path = "../../../warden-govern/benches/estate/mod.rs"]
mod estate;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, UNIX_EPOCH},
};

use serde_json::Value;
use warden_audit::{
    Answer, Decision, Durability, Ending, Event, Ledger, Mcp, Options, Outcome, Payload, Record,
    Server, Tool,
};
use warden_model::Digest;
use warden_testkit::TestHome;

use crate::figures::{Row, Samples, Target, millis, rows};

const RUNS: usize = 5;

/// Calls in the quarter; each is two records.
const CALLS: u64 = 250_000;

/// The first day of the quarter before the time of the estate, and how many days it has.
const FROM: (u64, &str, u64) = (1_785_542_400, "2026-08-01", 92);

pub(crate) fn measure() -> Vec<Row> {
    let home = TestHome::new();
    let large = estate::estate(estate::LARGE);
    let file = home.write("work/estate.json", large.to_json());
    let dir = home.work().join("ledger");
    fill(&dir);
    let given = ["--estate", "estate.json"];
    let mut all = timed(
        "`report board` as PDF, against parsing the estate as JSON",
        millis(3_000.0),
        || assert!(parse(&file).is_object(), "it is an estate"),
        || {
            let report = ["report", "board", "--format", "pdf", "--output", "board.pdf"];
            run(home.mcpwarden([&report[..], &given].concat()));
            assert!(size(&home, "board.pdf") > 50_000, "a report was written");
        },
    );
    all.extend(timed(
        "`comply pack` of half a million records, against `audit verify`",
        millis(30_000.0),
        || run(home.mcpwarden(["audit", "verify", "--ledger", "ledger"])),
        || {
            let pack = ["comply", "pack", "--from", FROM.1, "--until", "2026-11-01"];
            let to = ["--ledger", "ledger", "--output", "pack.zip"];
            run(home.mcpwarden([&pack[..], &to, &given].concat()));
            assert!(size(&home, "pack.zip") > 1_000_000, "a pack was written");
            fs::remove_file(home.work().join("pack.zip")).expect("it is ours");
        },
    ));
    all
}

/// Both in turns.
fn timed(name: &str, target: f64, without: impl Fn(), with: impl Fn()) -> Vec<Row> {
    let mut samples = [Samples::default(), Samples::default()];
    for _ in 0..RUNS {
        let sides: [&dyn Fn(); 2] = [&without, &with];
        for (side, samples) in sides.into_iter().zip(&mut samples) {
            let start = Instant::now();
            side();
            samples.push(start.elapsed());
        }
    }
    let [without, with] = &mut samples;
    rows(name, without, with, &[(500, Target::Total(target)), (1000, Target::Total(target))])
}

fn run(mut command: Command) {
    let ended = command.stdout(Stdio::null()).output().expect("it starts");
    let words = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{command:?}: {words}");
}

fn parse(file: &PathBuf) -> Value {
    serde_json::from_slice(&fs::read(file).expect("it can be read")).expect("it is JSON")
}

fn size(home: &TestHome, name: &str) -> u64 {
    fs::metadata(home.work().join(name)).expect("it is there").len()
}

/// A ledger of calls, evenly over the quarter.
fn fill(dir: &Path) {
    let step = Duration::from_secs(FROM.2 * 86_400 / (2 * CALLS + 2));
    let turn = AtomicU64::new(0);
    let clock = move || {
        let turn = u32::try_from(turn.fetch_add(1, Ordering::Relaxed)).expect("not that many");
        UNIX_EPOCH + Duration::from_secs(FROM.0) + step * turn
    };
    let options =
        Options { durability: Durability::Process, ..Options::new("node-1", Arc::new(clock)) };
    let ledger = Ledger::open(dir, options).expect("a ledger can be opened");
    for call in 0..CALLS {
        let pending = ledger.record((), intent(call)).expect("there is room");
        let recorded = ledger.commit_one(pending).expect("there is room");
        let sha256 = Digest::from_bytes([2; 32]);
        let answer = Answer { bytes: 4096, sha256, status: "result".into() };
        let ending = Ending::answered(Outcome::Success, answer, 1500);
        let closed = recorded.close(ending).expect("there is room");
        ledger.commit(closed.seq).expect("there is room");
    }
    ledger.close().expect("there is room");
}

fn intent(call: u64) -> Record<'static> {
    let digest = Some(Digest::from_bytes([7; 32]));
    let named = |what: &str, of: u64| format!("{what}-{}", call % of).into();
    Record {
        agent: Some(named("agent", 2_000)),
        args: Some(Payload { bytes: 120, sha256: Digest::from_bytes([1; 32]) }),
        decision: Some(Decision::Allow),
        mcp: Some(Mcp {
            method: Some("tools/call".into()),
            protocol: Some("2025-11-25".into()),
            ..Mcp::default()
        }),
        request: Some(named("request", CALLS)),
        server: Some(Server {
            manifest: digest,
            name: named("server", 5_000),
            ..Server::default()
        }),
        session: Some(named("session", 20_000)),
        tool: Some(Tool { name: named("tool", 60_000), pinned: digest, served: digest }),
        ..Record::of(Event::CallIntent)
    }
}

//! A process that is killed loses nothing that it acknowledged.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod common;

use std::{
    collections::{BTreeSet, hash_map::RandomState},
    hash::BuildHasher as _,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use common::{intent, options, success};
use warden_audit::{Filter, Ledger, Options, Seq, select, verify};

const TEST: &str = "what_a_killed_process_acknowledged_is_in_the_ledger";
const DIR: &str = "WARDEN_AUDIT_CRASH_DIR";
const ROUNDS: usize = 30;

/// The child's part: writes until it is killed, and tells what was acknowledged.
fn write_for_ever(dir: &Path) -> ! {
    let options = Options { rotate_at: 50_000, ..options() };
    let ledger = Ledger::open(dir, options).expect("a ledger can be opened");
    let tell = |seq: Seq| {
        let line = format!("\nack {} {}\n", seq.segment, seq.number);
        std::io::stdout().lock().write_all(line.as_bytes()).expect("somebody listens");
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let pending = (0..3).map(|_| ledger.record((), intent("read")));
                    let pending = pending.collect::<Result<_, _>>().expect("there is room");
                    for recorded in ledger.commit_all(pending).expect("there is room") {
                        tell(recorded.seq().expect("it is open"));
                        let closed = recorded.close(success()).expect("there is room");
                        ledger.commit(closed.seq).expect("there is room");
                        tell(closed.seq);
                    }
                }
            });
        }
    });
    unreachable!("the writers never end")
}

/// Starts a child, kills it after it has told so many acknowledgements, and returns all it told.
fn kill_after(dir: &Path, lines: u64) -> Vec<(String, u64)> {
    let program = std::env::current_exe().expect("a test has a file");
    let mut child = Command::new(program)
        .args(["--exact", TEST, "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test can be started again");
    let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let (mut told, mut left) = (Vec::new(), lines);
    for line in stdout.lines() {
        let line = line.expect("the child writes text");
        let Some(place) = line.strip_prefix("ack ") else { continue };
        // The last line may be cut where the child was killed; then it told nothing.
        let Some((segment, number)) = place.split_once(' ') else { continue };
        let Ok(number) = number.parse() else { continue };
        told.push((segment.to_owned(), number));
        left = left.saturating_sub(1);
        if left == 0 {
            child.kill().expect("the child is ours");
        }
    }
    child.wait().expect("the child is ours");
    told
}

#[test]
fn what_a_killed_process_acknowledged_is_in_the_ledger() {
    #[expect(clippy::disallowed_methods, reason = "this is how the child knows that it is one")]
    if let Some(dir) = std::env::var_os(DIR) {
        write_for_ever(Path::new(&dir));
    }
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut told = Vec::new();
    for round in 0..ROUNDS {
        let lines = RandomState::new().hash_one(round) % 600;
        told.extend(kill_after(dir.path(), lines + 1));
        verify(dir.path()).unwrap_or_else(|error| panic!("after {lines} lines: {error}"));
    }
    let everything = select(dir.path(), &Filter::default(), usize::MAX).expect("it can be read");
    assert!(everything.broken.is_empty(), "{:?}", everything.broken);
    let kept: BTreeSet<_> = everything
        .records
        .iter()
        .map(|stored| (stored.segment.to_string(), stored.record.seq))
        .collect();
    assert!(told.len() > ROUNDS, "{}", told.len());
    for place in told {
        assert!(kept.contains(&place), "{place:?} was acknowledged and is lost");
    }
}

//! How long it takes until the server runs, and until it has answered for the first time.

use std::process::{Command, Stdio};
use std::time::Instant;

use warden_testkit::TestHome;

use crate::figures::{Row, Samples, Target, millis, rows};
use crate::session::{Call, Session, approve, direct, enlarge, guarded};

/// The server says one byte on standard error as soon as it runs; nothing stands before that.
const FLAGS: &[&str] = &["--flood-stderr", "1"];
const RUNS: usize = 300;
const RUNNING: [(usize, Target); 2] =
    [(500, Target::Total(millis(15.0))), (990, Target::Total(millis(15.0)))];
const ANSWERED: [(usize, Target); 2] = [(500, Target::None), (990, Target::None)];

/// The two moments that are waited for.
#[derive(Default)]
struct Moments {
    running: Samples,
    answered: Samples,
}

pub(crate) fn measure() -> Vec<Row> {
    let home = TestHome::new();
    approve(&home, FLAGS);
    let mut all = both(&home, "new ledger");
    // The same with a ledger that has much in it.
    let mut busy = Session::open(guarded(&home, &[], FLAGS));
    _ = busy.stream(&Call::of(64), 50_000, 32);
    busy.close();
    all.extend(both(&home, "ledger of 50,000 calls"));
    all.extend(floor(&home));
    // What runs is hashed before it runs, so its size counts.
    let home = TestHome::new();
    enlarge(&home, 50_000_000);
    approve(&home, FLAGS);
    all.extend(both(&home, "program of 50 MB").into_iter().take(RUNNING.len()));
    all
}

fn both(home: &TestHome, name: &str) -> Vec<Row> {
    let mut sides = [Moments::default(), Moments::default()];
    for _ in 0..RUNS {
        let commands = [direct(home, FLAGS), guarded(home, &[], FLAGS)];
        for (mut command, moments) in commands.into_iter().zip(&mut sides) {
            once(&mut command, moments);
        }
    }
    let [without, with] = &mut sides;
    let mut all =
        rows(&format!("server runs, {name}"), &mut without.running, &mut with.running, &RUNNING);
    all.extend(rows(
        &format!("`initialize` answered, {name}"),
        &mut without.answered,
        &mut with.answered,
        &ANSWERED,
    ));
    all
}

fn once(command: &mut Command, moments: &mut Moments) {
    let start = Instant::now();
    let mut session = Session::start(command.stderr(Stdio::piped()));
    session.await_noise();
    moments.running.push(start.elapsed());
    session.shake_hands();
    moments.answered.push(start.elapsed());
    session.close();
}

/// What it takes to start any program of ours: to compare with.
fn floor(home: &TestHome) -> Vec<Row> {
    let mut samples = [Samples::default(), Samples::default()];
    for _ in 0..RUNS {
        let commands = [home.command("true"), home.mcpwarden(["--version"])];
        for (mut command, samples) in commands.into_iter().zip(&mut samples) {
            let start = Instant::now();
            let ended = command.stdout(Stdio::null()).status().expect("it starts");
            samples.push(start.elapsed());
            assert!(ended.success(), "{command:?}");
        }
    }
    let [without, with] = &mut samples;
    rows("whole process, `true` and `mcpwarden --version`", without, with, &ANSWERED)
}

//! What one call costs more, and how many fit into a second.

use warden_testkit::TestHome;

use crate::figures::{Row, Samples, Target, Unit, micros, rows};
use crate::session::{Call, Session, approve, direct, guarded};

/// Calls in one turn, before the other side has its turn.
const TURN: usize = 250;

/// What was promised for one call.
const PROMISED: [(usize, Target); 3] =
    [(500, Target::Added(micros(100.0))), (990, Target::Added(micros(500.0))), (999, Target::None)];
/// Nothing is promised for calls that wait for the disk.
const OPEN: [(usize, Target); 3] = [(500, Target::None), (990, Target::None), (999, Target::None)];

pub(crate) fn measure() -> Vec<Row> {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut sides = [direct(&home, &[]), guarded(&home, &[], &[])].map(Session::open);
    let mut all = Vec::new();
    for (name, bytes) in [("64 B", 64), ("1 KB", 1024), ("10 KB", 10_240)] {
        all.extend(latency(name, &mut sides, &Call::of(bytes), (48, &PROMISED)));
    }
    for window in [1, 8, 64] {
        all.push(throughput(&mut sides, window));
    }
    let durable = Session::open(guarded(&home, &["--durability", "power"], &[]));
    let [plain, kept] = sides;
    kept.close();
    let mut sides = [plain, durable];
    all.extend(latency("1 KB, power", &mut sides, &Call::of(1024), (6, &OPEN)));
    sides.into_iter().for_each(Session::close);
    all
}

fn latency(
    name: &str,
    sides: &mut [Session; 2],
    call: &Call,
    (turns, quantiles): (usize, &[(usize, Target)]),
) -> Vec<Row> {
    let mut samples = [Samples::default(), Samples::default()];
    for turn in 0..=turns {
        for (session, samples) in sides.iter_mut().zip(&mut samples) {
            for _ in 0..TURN {
                let time = session.time(call);
                // The first turn warms up.
                if turn > 0 {
                    samples.push(time);
                }
            }
        }
    }
    let [without, with] = &mut samples;
    rows(&format!("`tools/call`, {name}"), without, with, quantiles)
}

fn throughput(sides: &mut [Session; 2], window: usize) -> Row {
    const CALLS: usize = 2000;
    const TURNS: usize = 8;
    let call = Call::of(1024);
    let mut times = [0.0; 2];
    for _ in 0..TURNS {
        for (session, time) in sides.iter_mut().zip(&mut times) {
            *time += session.stream(&call, CALLS, window).as_secs_f64();
        }
    }
    let [without, with] = times.map(|time| (CALLS * TURNS) as f64 / time);
    Row {
        name: format!("calls of 1 KB, {window} at a time"),
        without: Some(without),
        with,
        unit: Unit::PerSecond,
        target: Target::None,
    }
}

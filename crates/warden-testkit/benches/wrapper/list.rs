//! A `tools/list` of a megabyte, all of it approved.

use std::time::Instant;

use warden_testkit::TestHome;

use crate::figures::{Row, Samples, Target, rows};
use crate::session::{Session, approve, direct, guarded};

const FLAGS: &[&str] = &["--huge", "1200000"];
const RUNS: usize = 150;
const QUANTILES: [(usize, Target); 2] = [(500, Target::None), (990, Target::None)];

pub(crate) fn measure() -> Vec<Row> {
    let home = TestHome::new();
    approve(&home, FLAGS);
    let mut sides = [direct(&home, FLAGS), guarded(&home, &[], FLAGS)].map(Session::open);
    let mut samples = [Samples::default(), Samples::default()];
    for run in 0..RUNS + 10 {
        for (session, samples) in sides.iter_mut().zip(&mut samples) {
            let start = Instant::now();
            let length = session.list();
            let time = start.elapsed();
            assert!(length > 1_000_000, "nothing is missing");
            // The first ten warm up.
            if run >= 10 {
                samples.push(time);
            }
        }
    }
    sides.into_iter().for_each(Session::close);
    let [without, with] = &mut samples;
    rows("`tools/list`, 1 MB", without, with, &QUANTILES)
}

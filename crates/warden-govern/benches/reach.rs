//! What it costs to compute what agents can do, at the size of a large company: two thousand agents,
//! five thousand servers, sixty thousand tools, five hundred systems.

mod estate;

use std::hint::black_box;

use divan::Bencher;
use warden_govern::{
    Estate,
    estate::{Lookup, Ruled, Ruling, System},
    reach::{Surfaces, across, break_all, cascade, cut_estate, diff, rows},
};

use estate::{LARGE, Size};

const SYSTEMS: usize = 500;

fn main() {
    divan::main();
}

/// The estate of all benches, with systems: one tool in twenty is not known to reach any. Policy
/// denies one tool in twelve.
fn large() -> Estate {
    let mut estate = estate::estate(Size { findings: 0, scenarios: 0, ..LARGE });
    let system = |at: usize| format!("system-{:03}", at % SYSTEMS);
    estate.systems =
        (0..SYSTEMS).map(|at| System { id: system(at), ..System::default() }).collect();
    for (at, tool) in estate.tools.iter_mut().enumerate() {
        if at % 20 != 0 {
            tool.systems = vec![system(at * 7), system(at * 13 + 5)];
        }
    }
    for (at, connection) in estate.connections.iter_mut().enumerate() {
        let server: usize = connection.server.trim_start_matches("server-").parse().unwrap_or(at);
        // The tools of a server are as many apart as there are servers.
        let tool = format!("tool-{}", server + LARGE.servers * (at % 12));
        connection.rulings = vec![Ruled { tool, ruling: Ruling::Deny }];
    }
    estate
}

#[divan::bench]
fn surfaces(bencher: Bencher<'_, '_>) {
    let estate = large();
    bencher.bench_local(|| {
        let known = Lookup::new(black_box(&estate));
        Surfaces::of(&known).computed()
    });
}

#[divan::bench]
fn rows_of_all(bencher: Bencher<'_, '_>) {
    let estate = large();
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    bencher.bench_local(|| rows(black_box(&surfaces), &known).len());
}

#[divan::bench(sample_count = 5)]
fn chains_across(bencher: Bencher<'_, '_>) {
    let estate = large();
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    bencher.bench_local(|| across(black_box(&surfaces)).relays.len());
}

#[divan::bench(sample_count = 3)]
fn cut_of_three(bencher: Bencher<'_, '_>) {
    let estate = large();
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    bencher.bench_local(|| cut_estate(black_box(&surfaces), 3).removed);
}

#[divan::bench(sample_count = 3)]
fn break_all_chains(bencher: Bencher<'_, '_>) {
    let estate = large();
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    bencher.bench_local(|| break_all(black_box(&surfaces)).remove.len());
}

#[divan::bench(sample_count = 5)]
fn diff_of_two(bencher: Bencher<'_, '_>) {
    let (before, mut now) = (large(), large());
    for tool in now.tools.iter_mut().step_by(100) {
        tool.systems.truncate(1);
    }
    let (before, now) = (Lookup::new(&before), Lookup::new(&now));
    let (before, now) = (Surfaces::of(&before), Surfaces::of(&now));
    bencher.bench_local(|| diff(black_box(&before), &now).len());
}

#[divan::bench]
fn cascade_of_one(bencher: Bencher<'_, '_>) {
    let estate = large();
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    bencher.bench_local(|| cascade(black_box(&surfaces), &known, "server-7").map(|it| it.reach));
}

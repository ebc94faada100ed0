//! The risk of the estate of a company of 50,000 people, and what its scenarios would cost.

mod estate;

use divan::{Bencher, black_box};
use warden_govern::{
    estate::Lookup,
    money::{Portfolio, Settings},
    risk::{Catalogue, Risks, Weights, queue, register},
};

fn main() {
    divan::main();
}

/// Every finding and every server, from the estate as it was read.
#[divan::bench]
fn score_estate(bencher: Bencher<'_, '_>) {
    let estate = estate::estate(estate::LARGE);
    let weights = Weights::default();
    bencher.bench_local(|| {
        let known = Lookup::new(black_box(&estate));
        Risks::of(&known, &weights, estate.day()).findings.len()
    });
}

/// Queue, catalogue and register of what was scored.
#[divan::bench]
fn plan_estate(bencher: Bencher<'_, '_>) {
    let estate = estate::estate(estate::LARGE);
    let known = Lookup::new(&estate);
    let risks = Risks::of(&known, &Weights::default(), estate.day());
    let money = Portfolio::of(&estate, Settings::default());
    bencher.bench_local(|| {
        let risks = black_box(&risks);
        queue(risks, &known).len()
            + Catalogue::of(risks, &known, estate.as_of).entries.len()
            + register(risks, &known, &money).len()
    });
}

/// Twenty scenarios, ten thousand years each.
#[divan::bench]
fn draw_20_scenarios(bencher: Bencher<'_, '_>) {
    let estate = estate::estate(estate::LARGE);
    bencher.bench_local(|| Portfolio::of(black_box(&estate), Settings::default()).after);
}

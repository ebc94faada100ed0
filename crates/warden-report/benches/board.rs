//! The report to the board over the estate of a company of 50,000 people.

#[path = "../../warden-govern/benches/estate/mod.rs"]
mod estate;

use divan::{Bencher, black_box};
use warden_govern::estate::Lookup;
use warden_report::board::{Ground, Options, board};

fn main() {
    divan::main();
}

/// From the estate as it was read to the document, which then is set by another program.
#[divan::bench(sample_count = 5)]
fn board_report(bencher: Bencher<'_, '_>) {
    let estate = estate::estate(estate::LARGE);
    bencher.bench_local(|| {
        let known = Lookup::new(black_box(&estate));
        let document = board(&Ground::of(&known), &Options::default());
        document.map(|document| document.blocks.len())
    });
}

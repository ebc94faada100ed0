//! What setting costs: a report as long as the board's, and a page with one word on it beside it.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use divan::Bencher;
use warden_report::paper::{Block, Document, Language, Paper, Text, sample};
use warden_typeset::set;

fn main() {
    // The first document pays for reading the fonts; a program that sets one pays it every time.
    drop(set(&word()));
    divan::main();
}

/// What the compiler costs by itself.
fn word() -> Document {
    let blocks = vec![Block::Paragraph { text: Text::plain("Nothing.") }];
    Document { blocks, ..sample(Language::En, Paper::A4) }
}

/// Ten parts and an annex, each with tables and charts: a dozen pages.
fn report() -> Document {
    let one = sample(Language::En, Paper::A4);
    let parts = one.blocks.iter().filter(|block| **block != Block::PageBreak);
    let blocks = parts.cycle().take(one.blocks.len() * 5).cloned().collect();
    Document { blocks, ..one }
}

fn measured(bencher: Bencher<'_, '_>, document: &Document) {
    bencher.bench_local(|| {
        let pages = set(document).expect("it is set");
        pages.pdf().expect("it is written").len()
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn one_word_to_pdf(bencher: Bencher<'_, '_>) {
    measured(bencher, &word());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn report_of_a_dozen_pages_to_pdf(bencher: Bencher<'_, '_>) {
    measured(bencher, &report());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn report_of_a_dozen_pages_to_pictures(bencher: Bencher<'_, '_>) {
    let document = report();
    bencher.bench_local(|| {
        let pages = set(&document).expect("it is set");
        pages.png(144).expect("they are drawn").len()
    });
}

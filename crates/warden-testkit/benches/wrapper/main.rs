//! The whole program against the same thing without it: calls, start, memory, lists, scans and reports.
//!
//! What runs is the released program, found beside this one; build it first, as
//! `cargo xtask bench` does. Each figure stands beside its baseline, and both are measured in
//! turns, so that a busy machine is as unkind to one as to the other.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "its output is what it is for")]
#![expect(
    clippy::cast_precision_loss,
    reason = "figures are shown with three digits, and none is near 2^52"
)]

mod calls;
mod figures;
mod governance;
mod home;
mod list;
mod memory;
mod scan;
mod session;
mod start;

use figures::Row;

/// One part, under its name in the document.
type Part = (&'static str, fn() -> Vec<Row>);

/// Every part, in the order of the document.
static PARTS: &[Part] = &[
    ("calls", calls::measure),
    ("start", start::measure),
    ("memory", memory::measure),
    ("list", list::measure),
    ("scan", scan::measure),
    ("governance", governance::measure),
];

#[expect(clippy::disallowed_methods, reason = "a program of its own: its arguments choose a part")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // Cargo says so when it wants measurements, and does not when it only runs every test target.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    for (name, measure) in PARTS {
        if wanted.is_empty() || wanted.contains(&&(*name).to_owned()) {
            figures::print(name, &measure());
        }
    }
}

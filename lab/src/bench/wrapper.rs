//! The benchmark of the whole program, which prints its figures for people and for us.

use std::process::Command;

use super::Row;
use xtask::shell::cargo;

/// Runs one part of it. It belongs to the test kit, since it needs nothing of the program but
/// that it is built.
pub(super) fn command(part: &str) -> Command {
    cargo(&["bench", "-p", "warden-testkit", "--bench", "wrapper", "--", part])
}

/// Reads its lines: `figure`, the part, the name, and a cell for each heading, between tabs.
pub(super) fn rows(output: &str) -> Vec<Row> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("figure\t")?.split('\t').skip(1).map(str::to_owned);
        Some(Row { name: cells.next()?, figures: cells.collect() })
    };
    output.lines().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_of_figures_are_read() {
        let output = "calls   1 µs\nfigure\tcalls\techo: p50\t1 µs\t2 µs\t1 µs\t2.00\t\t\n";
        let rows = rows(output);
        let figures = ["1 µs", "2 µs", "1 µs", "2.00", "", ""].map(str::to_owned);
        assert_eq!(rows, [Row { name: "echo: p50".into(), figures: figures.into() }]);
    }
}

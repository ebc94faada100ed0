//! Results as tables for people.

use super::cells::{self, Cell};
use super::contenders::{CONTENDERS, DIRECT, NGINX};
use super::results::{Figure, digits};
use super::targets::{Measured, TARGETS, ratio};

/// Every cell with every contender that was measured in it.
pub(super) fn figures(all: &Measured) -> String {
    let headings: Vec<_> = Figure::ALL.iter().map(|figure| figure.heading()).collect();
    let mut lines = vec![
        format!("| request, connections | through | {} | wrong |", headings.join(" | ")),
        format!("|---|---|{}---:|", "---:|".repeat(headings.len())),
    ];
    for (cell, contender) in measured(all) {
        let shown = Figure::ALL.map(|figure| {
            let value = all.results.median(cell, contender, figure);
            value.map(|value| figure.show(value)).unwrap_or_default()
        });
        let failures = all.results.failures(cell, contender);
        let (name, shown) = (cell.name(), shown.join(" | "));
        lines.push(format!("| {name} | {contender} | {shown} | {failures} |"));
    }
    lines.join("\n")
}

/// How many times the requests, and how many times the median, of both baselines.
pub(super) fn ratios(all: &Measured) -> String {
    let mut lines = vec![
        "| request, connections | through | requests/s, to direct | p50, to direct | requests/s, to \
         nginx | p50, to nginx | CPU, to nginx |"
            .to_owned(),
        "|---|---|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for (cell, contender) in measured(all) {
        if contender == DIRECT {
            continue;
        }
        let pairs = [
            (DIRECT, Figure::PerSecond),
            (DIRECT, Figure::P50),
            (NGINX, Figure::PerSecond),
            (NGINX, Figure::P50),
            (NGINX, Figure::Cpu),
        ];
        let shown = pairs.map(|(to, figure)| {
            let ratio = ratio(all, cell, (contender, to), figure).filter(|_| contender != to);
            ratio.map(digits).unwrap_or_default()
        });
        lines.push(format!("| {} | {contender} | {} |", cell.name(), shown.join(" | ")));
    }
    lines.join("\n")
}

/// Every promise.
pub(super) fn targets(all: &Measured) -> String {
    let mut lines =
        vec!["| | reached | target | now |".to_owned(), "|---|---:|---:|---:|".to_owned()];
    for target in TARGETS {
        lines.push(format!("| {} | {} |", target.name, target.cells(all).join(" | ")));
    }
    lines.join("\n")
}

/// The cells and contenders that there are figures of, in the order of the table.
fn measured(all: &Measured) -> impl Iterator<Item = (Cell, &'static str)> {
    let pairs = cells::all()
        .into_iter()
        .flat_map(|cell| CONTENDERS.iter().map(move |contender| (cell, contender.name)));
    pairs.filter(|(cell, contender)| {
        all.results.median(*cell, contender, Figure::PerSecond).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::gateway::cells::call;
    use crate::bench::gateway::results::tests::rounds;

    #[test]
    fn ratios_are_to_both_baselines_and_never_to_oneself() {
        let cell = call(1024, 8);
        let of = [(cell, DIRECT, 40.0), (cell, NGINX, 20.0), (cell, "ours", 10.0)];
        let all = Measured { results: rounds(&of), held: Vec::new() };
        let text = ratios(&all);
        let rows: Vec<_> = text.lines().skip(2).collect();
        let name = cell.name();
        assert_eq!(rows[0], format!("| {name} | nginx | 0.50 | 0.50 |  |  |  |"));
        assert_eq!(rows[1], format!("| {name} | ours | 0.25 | 0.25 | 0.50 | 0.50 | 0.50 |"));
    }

    #[test]
    fn every_table_has_as_many_cells_as_headings_in_each_row() {
        let cell = call(64, 1);
        let all = Measured { results: rounds(&[(cell, NGINX, 20.0)]), held: Vec::new() };
        for table in [figures(&all), ratios(&all), targets(&all)] {
            let widths: Vec<_> = table.lines().map(|line| line.matches('|').count()).collect();
            assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{table}");
        }
    }
}

//! What was promised, and whether it is kept.

use super::cells::{Cell, call, list};
use super::contenders::{DIRECT, NGINX, OFF, OURS};
use super::memory::Held;
use super::results::{Figure, Results, digits, micros, middle};

/// Everything that was measured.
pub(super) struct Measured {
    pub(super) results: Results,
    pub(super) held: Vec<Held>,
}

/// One promise.
pub(super) struct Target {
    pub(super) name: &'static str,
    /// The figure that it is about, if it was measured.
    pub(super) figure: fn(&Measured) -> Option<f64>,
    pub(super) limit: Limit,
    pub(super) show: fn(f64) -> String,
}

/// Where it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

/// Every promise, in the order of the table.
pub(super) static TARGETS: &[Target] = &[
    Target {
        name: "CPU per call, 1 KB, 8 connections",
        figure: |all| all.results.median(call(1024, 8), OURS, Figure::Cpu),
        limit: Limit::AtMost(60.0),
        show: micros,
    },
    Target {
        name: "memory, 1 KB, 8 connections",
        figure: |all| all.results.median(call(1024, 8), OURS, Figure::Memory),
        limit: Limit::AtMost(40e6),
        show: megabytes,
    },
    Target {
        name: "p50 above nginx, 1 KB, 1 connection",
        figure: |all| above(all, call(1024, 1), NGINX),
        limit: Limit::AtMost(80.0),
        show: micros,
    },
    Target {
        name: "p50 above nginx, 10 KB, 1 connection",
        figure: |all| above(all, call(10_240, 1), NGINX),
        limit: Limit::AtMost(150.0),
        show: micros,
    },
    Target {
        name: "requests/s against nginx, 1 KB, 64 connections",
        figure: |all| ratio(all, call(1024, 64), (OURS, NGINX), Figure::PerSecond),
        limit: Limit::AtLeast(0.6),
        show: digits,
    },
    Target {
        name: "the same, no inspection",
        figure: |all| ratio(all, call(1024, 64), (OFF, NGINX), Figure::PerSecond),
        limit: Limit::AtLeast(0.9),
        show: digits,
    },
    Target {
        name: "p50 of `tools/list` of 100 tools above direct, 1 connection",
        figure: |all| above(all, list(1), DIRECT),
        limit: Limit::AtMost(0.0),
        show: micros,
    },
    Target {
        name: "memory, 1,000 idle legacy sessions with a stream",
        figure: |all| held(all, "legacy", 1000),
        limit: Limit::AtMost(60e6),
        show: megabytes,
    },
    Target {
        name: "memory, 10,000 idle legacy sessions with a stream",
        figure: |all| held(all, "legacy", 10_000),
        limit: Limit::AtMost(250e6),
        show: megabytes,
    },
    Target {
        name: "memory, 10,000 idle modern streams",
        figure: |all| held(all, "modern", 10_000),
        limit: Limit::AtMost(250e6),
        show: megabytes,
    },
    Target {
        name: "start to first answer",
        figure: |all| all.held.iter().find(|held| held.contender == OURS)?.start_us,
        limit: Limit::AtMost(50_000.0),
        show: micros,
    },
];

/// One contender's figure by another's: the median of what it was in each turn, since the machine
/// is more alike to itself within a turn than over all of them.
pub(super) fn ratio(
    all: &Measured,
    cell: Cell,
    contenders: (&str, &str),
    figure: Figure,
) -> Option<f64> {
    let pairs = all.results.pairs(cell, contenders, figure);
    middle(pairs.into_iter().filter(|(_, to)| *to > 0.0).map(|(of, to)| of / to).collect())
}

/// How much longer our median is, in the same way.
fn above(all: &Measured, cell: Cell, than: &str) -> Option<f64> {
    let pairs = all.results.pairs(cell, (OURS, than), Figure::P50);
    middle(pairs.into_iter().map(|(ours, than)| ours - than).collect())
}

fn held(all: &Measured, era: &str, count: usize) -> Option<f64> {
    let ours = all.held.iter().find(|held| held.contender == OURS)?;
    let row = ours.rows.iter().find(|row| row.era == era && row.count == count)?;
    // What was not held cost nothing, and proves nothing.
    (row.held == count).then_some(row.memory)
}

fn megabytes(bytes: f64) -> String {
    Figure::Memory.show(bytes)
}

impl Target {
    /// Figure, limit, and whether it is met.
    pub(super) fn cells(&self, all: &Measured) -> [String; 3] {
        let (word, limit) = match self.limit {
            Limit::AtMost(limit) => ("at most", limit),
            Limit::AtLeast(limit) => ("at least", limit),
        };
        let figure = (self.figure)(all);
        let met = match (figure, self.limit) {
            (None, _) => "not measured",
            (Some(figure), Limit::AtMost(limit)) if figure <= limit => "met",
            (Some(figure), Limit::AtLeast(limit)) if figure >= limit => "met",
            (Some(_), _) => "missed",
        };
        let shown = figure.map(self.show).unwrap_or_default();
        [shown, format!("{word} {}", (self.show)(limit)), met.into()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::gateway::results::tests::rounds;

    fn verdict(name: &str, of: &[(Cell, &'static str, f64)]) -> String {
        let target = TARGETS.iter().find(|target| target.name == name).expect("it is promised");
        let all = Measured { results: rounds(of), held: Vec::new() };
        let [_, _, met] = target.cells(&all);
        met
    }

    #[test]
    fn a_promise_is_met_missed_or_not_measured() {
        let cell = call(1024, 1);
        let name = "p50 above nginx, 1 KB, 1 connection";
        let with = |ours| verdict(name, &[(cell, NGINX, 50.0), (cell, OURS, ours)]);
        assert_eq!([with(130.0), with(131.0)], ["met", "missed"]);
        assert_eq!(verdict(name, &[(cell, NGINX, 50.0)]), "not measured");
    }

    #[test]
    fn more_is_better_where_it_is() {
        let cell = call(1024, 64);
        let name = "requests/s against nginx, 1 KB, 64 connections";
        let with = |ours| verdict(name, &[(cell, NGINX, 1000.0), (cell, OURS, ours)]);
        assert_eq!([with(600.0), with(599.0)], ["met", "missed"]);
    }
}

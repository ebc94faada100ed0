//! Figures of many rounds, and what they come to.

use serde_json::{Value, json};

use super::cells::Cell;

/// What one contender did in one round of one cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Round {
    pub(super) cell: Cell,
    pub(super) contender: &'static str,
    /// Which turn of the cell it was. What happens in one turn happens soon after each other.
    pub(super) turn: usize,
    /// What the load generator said.
    pub(super) said: Value,
}

/// All rounds.
#[derive(Clone, Debug, Default)]
pub(super) struct Results(Vec<Round>);

/// What is told of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    PerSecond,
    P50,
    P99,
    P999,
    Cpu,
    Memory,
    Peak,
}

impl Figure {
    /// Every figure, in the order of the columns.
    pub(super) const ALL: [Self; 7] =
        [Self::PerSecond, Self::P50, Self::P99, Self::P999, Self::Cpu, Self::Memory, Self::Peak];

    const fn member(self) -> &'static str {
        match self {
            Self::PerSecond => "requests_per_second",
            Self::P50 => "p50_us",
            Self::P99 => "p99_us",
            Self::P999 => "p999_us",
            Self::Cpu => "cpu_us",
            Self::Memory => "memory_bytes",
            Self::Peak => "peak_bytes",
        }
    }

    pub(super) const fn heading(self) -> &'static str {
        match self {
            Self::PerSecond => "requests/s",
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::P999 => "p99.9",
            Self::Cpu => "CPU per request",
            Self::Memory => "memory",
            Self::Peak => "peak",
        }
    }

    /// With its unit, and digits that mean something.
    pub(super) fn show(self, value: f64) -> String {
        match self {
            Self::PerSecond => format!("{value:.0}"),
            Self::Memory | Self::Peak => format!("{} MB", digits(value / 1e6)),
            _ => micros(value),
        }
    }
}

/// A time in microseconds.
pub(super) fn micros(value: f64) -> String {
    if value.abs() < 1000.0 {
        format!("{} µs", digits(value))
    } else {
        format!("{} ms", digits(value / 1000.0))
    }
}

/// Three digits, of which none stands for noise.
pub(super) fn digits(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

impl Results {
    pub(super) fn push(&mut self, round: Round) {
        self.0.push(round);
    }

    /// The median over the rounds, if there is such a figure.
    pub(super) fn median(&self, cell: Cell, contender: &str, figure: Figure) -> Option<f64> {
        let member = figure.member();
        middle(self.of(cell, contender).filter_map(|round| round.said[member].as_f64()).collect())
    }

    /// The figures of two contenders, turn by turn.
    pub(super) fn pairs(
        &self,
        cell: Cell,
        (one, other): (&str, &str),
        figure: Figure,
    ) -> Vec<(f64, f64)> {
        let member = figure.member();
        let pair = |round: &Round| {
            let other = self.of(cell, other).find(|other| other.turn == round.turn)?;
            Some((round.said[member].as_f64()?, other.said[member].as_f64()?))
        };
        self.of(cell, one).filter_map(pair).collect()
    }

    /// How many answers were wrong, over all rounds.
    pub(super) fn failures(&self, cell: Cell, contender: &str) -> u64 {
        self.of(cell, contender).filter_map(|round| round.said["failures"].as_u64()).sum()
    }

    /// The most that the load generator itself needed for a request to this contender, by median.
    pub(super) fn own_cpu(&self, cell: Cell, contender: &str) -> Option<f64> {
        let rounds = self.of(cell, contender);
        middle(rounds.filter_map(|round| round.said["load_cpu_us"].as_f64()).collect())
    }

    /// Everything that was said, to be kept beside the page.
    pub(super) fn raw(&self) -> Value {
        let round = |round: &Round| json!({"cell": round.cell.name(), "contender": round.contender, "turn": round.turn, "said": round.said});
        self.0.iter().map(round).collect()
    }

    fn of(&self, cell: Cell, contender: &str) -> impl Iterator<Item = &Round> {
        self.0.iter().filter(move |round| round.cell == cell && round.contender == contender)
    }
}

/// The median; of an even number of values, the mean of the two in the middle.
pub(super) fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get(values.len().saturating_sub(1) / 2)?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::bench::gateway::cells::call;

    /// Rounds of one cell in which every figure is the given one.
    pub(in crate::bench::gateway) fn rounds(of: &[(Cell, &'static str, f64)]) -> Results {
        let mut results = Results::default();
        for (cell, contender, value) in of {
            let mut said = json!({"failures": 0, "load_cpu_us": 3.0});
            for figure in Figure::ALL {
                said[figure.member()] = json!(value);
            }
            let turn = results.of(*cell, contender).count();
            results.push(Round { cell: *cell, contender, turn, said });
        }
        results
    }

    #[test]
    fn the_median_of_rounds_is_taken_for_each_contender() {
        let cell = call(64, 1);
        let results =
            rounds(&[(cell, "a", 9.0), (cell, "a", 1.0), (cell, "b", 7.0), (cell, "a", 2.0)]);
        assert_eq!(results.median(cell, "a", Figure::P50), Some(2.0));
        assert_eq!(results.median(cell, "b", Figure::P50), Some(7.0));
        assert_eq!(results.median(cell, "c", Figure::P50), None);
    }

    #[test]
    fn pairs_are_of_one_turn() {
        let cell = call(64, 1);
        let of = [
            (cell, "a", 1.0),
            (cell, "a", 2.0),
            (cell, "b", 3.0),
            (cell, "b", 4.0),
            (cell, "b", 5.0),
        ];
        let pairs = rounds(&of).pairs(cell, ("a", "b"), Figure::P50);
        assert_eq!(pairs, [(1.0, 3.0), (2.0, 4.0)]);
    }

    #[test]
    fn figures_are_shown_with_three_digits() {
        assert_eq!(Figure::P50.show(12.345), "12.3 µs");
        assert_eq!(Figure::P50.show(12_345.0), "12.3 ms");
        assert_eq!(Figure::Memory.show(3_210_000.0), "3.21 MB");
    }
}

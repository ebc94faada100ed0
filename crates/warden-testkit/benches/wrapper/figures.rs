//! Figures: how they are taken from samples, and how they are shown.

use std::time::Duration;

/// One measured thing: without the program, and with it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) without: Option<f64>,
    pub(crate) with: f64,
    pub(crate) unit: Unit,
    pub(crate) target: Target,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Time.
    Nanoseconds,
    /// Memory.
    Bytes,
    /// Throughput: more is better.
    PerSecond,
}

/// What was promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    /// Nothing; the figure is for information.
    None,
    /// At most this much more than without.
    Added(f64),
    /// At most this much in all.
    Total(f64),
}

/// Samples of one quantity.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<u64>);

impl Samples {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    /// The sample that this many thousandths of all do not exceed.
    pub(crate) fn quantile(&mut self, thousandths: usize) -> f64 {
        self.0.sort_unstable();
        let rank = (self.0.len() * thousandths).div_ceil(1000).max(1) - 1;
        *self.0.get(rank).expect("something was measured") as f64
    }
}

/// Rows for these quantiles of the same samples, each with its own target.
pub(crate) fn rows(
    name: &str,
    without: &mut Samples,
    with: &mut Samples,
    quantiles: &[(usize, Target)],
) -> Vec<Row> {
    let row = |&(thousandths, target): &(usize, Target)| Row {
        name: format!("{name}: {}", quantile_name(thousandths)),
        without: Some(without.quantile(thousandths)),
        with: with.quantile(thousandths),
        unit: Unit::Nanoseconds,
        target,
    };
    quantiles.iter().map(row).collect()
}

fn quantile_name(thousandths: usize) -> String {
    match (thousandths / 10, thousandths % 10) {
        (100, _) => "slowest".into(),
        (whole, 0) => format!("p{whole}"),
        (whole, tenth) => format!("p{whole}.{tenth}"),
    }
}

/// Microseconds, as samples count.
pub(crate) const fn micros(count: f64) -> f64 {
    count * 1e3
}

/// Milliseconds, as samples count.
pub(crate) const fn millis(count: f64) -> f64 {
    count * 1e6
}

/// Prints a table for people, and then the lines that `cargo xtask bench` reads.
pub(crate) fn print(part: &str, rows: &[Row]) {
    println!("\n{part:<44}{:>11}{:>11}{:>11}{:>8}  target", "without", "with", "added", "ratio");
    let cells: Vec<_> = rows.iter().map(Row::cells).collect();
    for [name, without, with, added, ratio, target, verdict] in &cells {
        println!("{name:<44}{without:>11}{with:>11}{added:>11}{ratio:>8}  {target} {verdict}");
    }
    for cells in &cells {
        println!("figure\t{part}\t{}", cells.join("\t"));
    }
}

impl Row {
    /// Name, without, with, added, ratio, target, and whether it is met.
    fn cells(&self) -> [String; 7] {
        let show = |value| self.unit.show(value);
        let ratio = self.without.filter(|without| *without > 0.0);
        let (target, verdict) = self.verdict();
        [
            self.name.clone(),
            self.without.map(show).unwrap_or_default(),
            show(self.with),
            self.added().map(show).unwrap_or_default(),
            ratio.map(|without| format!("{:.2}", self.with / without)).unwrap_or_default(),
            target,
            verdict.into(),
        ]
    }

    fn added(&self) -> Option<f64> {
        let comparable = self.unit == Unit::Nanoseconds;
        self.without.filter(|_| comparable).map(|without| self.with - without)
    }

    fn verdict(&self) -> (String, &'static str) {
        let judged = |value: f64, most| if value < most { "met" } else { "missed" };
        match self.target {
            Target::None => (String::new(), ""),
            Target::Added(most) => {
                let added = self.added().unwrap_or(f64::INFINITY);
                (format!("added < {}", self.unit.show(most)), judged(added, most))
            }
            Target::Total(most) => {
                (format!("with < {}", self.unit.show(most)), judged(self.with, most))
            }
        }
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Nanoseconds if value.abs() < 1e6 => format!("{} µs", digits(value / 1e3)),
            Self::Nanoseconds => format!("{} ms", digits(value / 1e6)),
            Self::Bytes => format!("{} MB", digits(value / 1e6)),
            Self::PerSecond => format!("{value:.0}/s"),
        }
    }
}

/// Three digits, of which none stands for noise.
fn digits(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

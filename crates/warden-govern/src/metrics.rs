//! The twenty-one metrics: each with what is counted over what, what does not hold, and the command
//! that shows it.
//!
//! A share of nothing is `n/a`; what nobody counted is `not measured`. What other parts compute
//! (money, composite risk, coverage of frameworks) is handed in by value ([`Given`]).

mod activity;
mod assurance;
mod computed;
mod given;
mod inventory;
mod span;
mod table;
mod trend;

use serde::Serialize;

pub use computed::Computed;
pub use given::{Composite, Coverage, Given, Residual};
pub use span::{DRIFT_TARGET, Detection, MTTD_TARGET, detections};
pub use trend::{
    Change, NotPast, Point, Series, is_quarter, merge_csv, quarter, record, record_dimensions,
    trend,
};

use crate::{
    Figure, Ratio,
    estate::Lookup,
    maturity::{Maturity, Standing, maturity},
};

/// How many identifiers an overview shows of each figure.
pub const DRILL: usize = 20;

/// What is said where nobody has counted.
pub const NOT_MEASURED: &str = "not measured";

/// What is said of a share of nothing.
pub const NOT_APPLICABLE: &str = "n/a";

/// Which way a figure should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Up.
    Higher,
    /// Down.
    Lower,
    /// Neither is better.
    Neither,
}

/// Whether a target is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is.
    Pass,
    /// It is not.
    Fail,
}

/// A part of a metric, for example one class of drift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Which part.
    pub name: String,
    /// Its value, for people.
    pub value: String,
}

/// A metric, as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// The figure: its drill-down holds what does not hold, or what makes it.
    pub figure: Figure,
    /// How many identifiers there are to go through; the figure may show fewer.
    pub drill_all: usize,
    /// What is counted over what, in words.
    pub formula: &'static str,
    /// The value as a number: per cent, seconds, or a count; none where there is none.
    pub number: Option<f64>,
    /// How many are still open and make the value infinite; only of durations.
    pub open: Option<u64>,
    /// Which way it should go.
    pub better: Better,
    /// Whether its target is met; none if it has no target or no value.
    pub verdict: Option<Verdict>,
    /// Its parts.
    pub rows: Vec<Row>,
}

/// What was read of a metric.
#[derive(Debug, Default)]
struct Value {
    text: String,
    ratio: Option<Ratio>,
    number: Option<f64>,
    open: Option<u64>,
    verdict: Option<Verdict>,
    drill: Vec<String>,
    rows: Vec<Row>,
}

/// Everything that metrics are computed from.
#[derive(Debug)]
struct Sources<'a> {
    at: &'a Standing<'a>,
    maturity: &'a Maturity,
    given: &'a Given<'a>,
}

impl Value {
    /// A share, with what does not hold.
    fn share(ratio: Ratio, mut drill: Vec<String>) -> Self {
        drill.sort();
        // At most 1000 of a thousand.
        let number = ratio.per_mille().and_then(|share| u32::try_from(share).ok());
        Self {
            text: ratio.percent(),
            ratio: Some(ratio),
            number: number.map(|share| f64::from(share) / 10.0),
            drill,
            ..Self::default()
        }
    }

    /// A share of these, with those of which it is not so.
    fn of<'t, T: 't>(
        all: impl IntoIterator<Item = &'t T>,
        id: impl Fn(&T) -> &str,
        holds: impl Fn(&T) -> bool,
    ) -> Self {
        let (mut ratio, mut drill) = (Ratio { of: 0, all: 0 }, Vec::new());
        for one in all {
            ratio.all += 1;
            if holds(one) {
                ratio.of += 1;
            } else {
                drill.push(id(one).to_owned());
            }
        }
        Self::share(ratio, drill)
    }

    /// A share of counts, of which one may not be known.
    fn counted(of: Option<u64>, all: Option<u64>) -> Self {
        match (of, all) {
            (_, Some(0)) => Self::share(Ratio { of: 0, all: 0 }, Vec::new()),
            (Some(of), Some(all)) => Self::share(Ratio { of, all }, Vec::new()),
            _ => Self::not_measured("nobody has counted"),
        }
    }

    /// What nobody has counted, and what it would take.
    fn not_measured(why: impl std::fmt::Display) -> Self {
        Self { text: format!("{NOT_MEASURED}: {why}"), ..Self::default() }
    }

    /// What there is none of.
    fn not_applicable() -> Self {
        Self { text: NOT_APPLICABLE.into(), ..Self::default() }
    }

    fn with(mut self, rows: Vec<Row>) -> Self {
        self.rows = rows;
        self
    }
}

/// A row.
#[expect(clippy::needless_pass_by_value, reason = "texts and counts are written in one way")]
fn row(name: impl Into<String>, value: impl ToString) -> Row {
    Row { name: name.into(), value: value.to_string() }
}

/// Every metric of an estate, in their order, each with at most `drill` identifiers.
#[must_use]
pub fn metrics(known: &Lookup<'_>, given: &Given<'_>, drill: usize) -> Vec<Metric> {
    let standing = Standing::new(known);
    let maturity = maturity(known);
    let sources = Sources { at: &standing, maturity: &maturity, given };
    table::METRICS.iter().map(|kind| kind.of(&sources, drill)).collect()
}

/// The names of all metrics, in their order.
pub fn names() -> impl Iterator<Item = &'static str> {
    table::METRICS.iter().map(|kind| kind.id)
}

/// The metrics whose name is this, or begins with it and a dash: `M10` is `M10-drift` as well.
#[must_use]
pub fn named<'m>(metrics: &'m [Metric], id: &str) -> Vec<&'m Metric> {
    let part = |metric: &&Metric| {
        let name = metric.figure.id;
        let rest = name.get(..id.len()).filter(|start| start.eq_ignore_ascii_case(id));
        rest.is_some() && matches!(name.as_bytes().get(id.len()), None | Some(b'-'))
    };
    metrics.iter().filter(part).collect()
}

/// The control coverage of an estate: each control's share, with those that it does not cover.
/// These are the metrics that a board report shows as what is under control.
#[must_use]
pub fn control_coverage(metrics: &[Metric]) -> Vec<&Metric> {
    const CONTROLS: [&str; 13] = [
        "M1",
        "M2",
        "M3",
        "M4",
        "M4-stages",
        "M5",
        "M5-baseline",
        "M6",
        "M7",
        "M8",
        "M8-session",
        "M15",
        "M21-attestation",
    ];
    metrics.iter().filter(|metric| CONTROLS.contains(&metric.figure.id)).collect()
}

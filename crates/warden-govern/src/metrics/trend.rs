//! Figures over quarters: recorded as rows of the table `past`, read again by the next report.

use jiff::civil::Date;
use serde::Serialize;

use super::{Better, Metric};
use crate::{
    Word as _,
    estate::{Dimension, Estate, Past},
    maturity::{DAY_ZERO, Maturity},
    money::Portfolio,
};

/// What is added to the name of a duration for how many had not come to an end.
const OPEN: &str = "-open";

/// How a figure moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// The way that it should go.
    Better,
    /// The other way.
    Worse,
    /// Not at all, or in a way that is neither.
    Same,
    /// There is nothing to compare with.
    Unknown,
}

/// A figure at the end of a quarter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The quarter.
    pub quarter: String,
    /// The value; none if it was infinite, because something had not been detected.
    pub value: Option<f64>,
    /// How it moved from the quarter before it in the series.
    pub change: Change,
}

/// A figure over quarters; the last point is the quarter of the report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// The figure.
    pub figure: &'static str,
    /// Which way it should go.
    pub better: Better,
    /// The points, in the order of the quarters.
    pub points: Vec<Point>,
    /// Whether the quarter of the report is worse than the one before it.
    pub worsening: bool,
}

/// The quarter of a day, for example `2026-Q4`.
#[must_use]
pub fn quarter(day: Date) -> String {
    format!("{:04}-Q{}", day.year(), (day.month() - 1) / 3 + 1)
}

/// Whether a text names a quarter as [`quarter`] does, or the first day of a programme.
#[must_use]
pub fn is_quarter(text: &str) -> bool {
    let (year, number) = text.split_at_checked(4).unwrap_or_default();
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    text == DAY_ZERO || (is_year && matches!(number, "-Q1" | "-Q2" | "-Q3" | "-Q4"))
}

/// Every metric that has a value now or had one, over the quarters.
#[must_use]
pub fn trend(estate: &Estate, metrics: &[Metric]) -> Vec<Series> {
    let now = quarter(estate.day());
    metrics.iter().filter_map(|metric| series(estate, metric, &now)).collect()
}

fn series(estate: &Estate, metric: &Metric, now: &str) -> Option<Series> {
    let figure = metric.figure.id;
    let mut values: Vec<(String, Option<f64>)> = earlier(estate, figure, now);
    // A value, or something that makes it infinite: both are points.
    let open = metric.open.is_some_and(|open| open > 0);
    if metric.number.is_some() || open {
        values.push((now.to_owned(), metric.number.filter(|_| !open)));
    }
    if values.is_empty() {
        return None;
    }
    let mut before: Option<Option<f64>> = None;
    let mut points = Vec::with_capacity(values.len());
    for (quarter, value) in values {
        let change = before.map_or(Change::Unknown, |before| moved(metric.better, before, value));
        before = Some(value);
        points.push(Point { quarter, value, change });
    }
    let worsening =
        points.last().is_some_and(|last| last.quarter == now && last.change == Change::Worse);
    Some(Series { figure, better: metric.better, points, worsening })
}

/// The figure in quarters before this one, in their order.
fn earlier(estate: &Estate, figure: &str, now: &str) -> Vec<(String, Option<f64>)> {
    let is_open = |past: &Past| past.figure.strip_suffix(OPEN) == Some(figure);
    let ours = |past: &&Past| {
        let counted = past.figure == figure || (is_open(past) && past.value > 0.5);
        counted && past.quarter.as_str() < now && past.quarter != DAY_ZERO
    };
    let mut values: Vec<(String, Option<f64>)> = estate
        .past
        .iter()
        .filter(ours)
        .map(|past| (past.quarter.clone(), (!is_open(past)).then_some(past.value)))
        .collect();
    // Of a quarter in which something was not detected, the mean of the others is no value.
    values.sort_by(|a, b| (&a.0, a.1.is_some()).cmp(&(&b.0, b.1.is_some())));
    values.dedup_by(|later, first| later.0 == first.0);
    values
}

/// How a value moved; none is infinite.
fn moved(better: Better, before: Option<f64>, now: Option<f64>) -> Change {
    let (before, now) = (before.unwrap_or(f64::INFINITY), now.unwrap_or(f64::INFINITY));
    let higher = match before.total_cmp(&now) {
        std::cmp::Ordering::Equal => return Change::Same,
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Greater => false,
    };
    match better {
        Better::Neither => Change::Same,
        Better::Higher if higher => Change::Better,
        Better::Lower if !higher => Change::Better,
        Better::Higher | Better::Lower => Change::Worse,
    }
}

/// What is to be recorded of a quarter: every metric that has a value, how many incidents were not
/// detected, and which signals hold.
#[must_use]
pub fn record(quarter: &str, metrics: &[Metric], maturity: &Maturity) -> Vec<Past> {
    let past = |figure: String, value: f64| Past { quarter: quarter.to_owned(), figure, value };
    let mut rows = Vec::new();
    for metric in metrics {
        rows.extend(metric.number.map(|value| past(metric.figure.id.to_owned(), value)));
        let open = metric.open.and_then(|open| u32::try_from(open).ok());
        rows.extend(open.map(|open| past(format!("{}{OPEN}", metric.figure.id), f64::from(open))));
    }
    for signal in &maturity.signals {
        rows.push(past(signal.id.to_owned(), f64::from(u8::from(signal.holds))));
    }
    rows
}

/// What is to be recorded beside the metrics: what is left of each dimension in one year of two,
/// where all of its scenarios have an estimate.
#[must_use]
pub fn record_dimensions(quarter: &str, money: &Portfolio<'_>) -> Vec<Past> {
    let past = |dimension: &Dimension| {
        let left = money.of_dimension(*dimension);
        let outcome = left.outcome.filter(|_| left.not_measured.is_empty())?;
        let figure = format!("M17-{}", dimension.word());
        Some(Past { quarter: quarter.to_owned(), figure, value: outcome.range.p50 })
    };
    Dimension::all().iter().filter_map(past).collect()
}

/// Why a file of earlier figures cannot be added to.
#[derive(Debug, thiserror::Error)]
pub enum NotPast {
    /// It is no table.
    #[error("it is no table of figures: {0}")]
    Table(#[from] csv::Error),
    /// It has other columns.
    #[error("its columns are not quarter, figure and value")]
    Columns,
}

/// The text of a table `past` with these rows in it. What was recorded before of a quarter that
/// they are of gives way to them; everything else stays as it is written.
///
/// # Errors
/// A text that is no such table. It is not written over.
pub fn merge_csv(text: &str, rows: &[Past]) -> Result<String, NotPast> {
    const COLUMNS: [&str; 3] = ["quarter", "figure", "value"];
    let mut kept: Vec<[String; 3]> = Vec::new();
    if !text.trim().is_empty() {
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        if reader.headers()?.iter().ne(COLUMNS) {
            return Err(NotPast::Columns);
        }
        for record in reader.records() {
            let record = record?;
            kept.push([0, 1, 2].map(|at| record.get(at).unwrap_or_default().to_owned()));
        }
    }
    kept.retain(|[quarter, figure, _]| {
        !is_recorded(figure) || !rows.iter().any(|row| row.quarter == *quarter)
    });
    kept.extend(
        rows.iter().map(|row| [row.quarter.clone(), row.figure.clone(), row.value.to_string()]),
    );
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in &kept {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    // Texts go in, texts come out.
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

/// Whether a figure is one that [`record`] writes.
fn is_recorded(figure: &str) -> bool {
    let base = figure.strip_suffix(OPEN).unwrap_or(figure);
    base.starts_with("S-") || super::names().any(|name| name == base)
}

//! Charts as values: what they show, without how it is drawn.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Note, Text};

/// A value that is drawn, and how it is written beside its mark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// The value, in the unit of its chart.
    pub value: f64,
    /// The value for people, with its unit, in the language of the document.
    pub label: String,
    /// What stands behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

/// A value that is not certain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// One of ten outcomes is below: P10.
    pub low: Amount,
    /// As many are below as above: P50.
    pub middle: Amount,
    /// One of ten outcomes is above: P90.
    pub high: Amount,
}

/// A row of a chart of ranges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// What it is the range of.
    pub label: Text,
    /// The range; `None` where nobody has measured.
    pub spread: Option<Spread>,
}

/// Ranges from P10 to P90 with a mark at P50, held against an appetite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranges {
    /// What is shown.
    pub title: String,
    /// What one sees in it, for people who do not see it.
    pub description: String,
    /// The rows.
    pub rows: Vec<Range>,
    /// The line across all rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appetite: Option<Amount>,
}

/// A row of a chart of bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BarRow {
    /// What the bars are of.
    pub label: Text,
    /// One value for each series; `None` where nobody has measured.
    pub amounts: Vec<Option<Amount>>,
}

/// Bars from zero, in up to four series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bars {
    /// What is shown.
    pub title: String,
    /// What one sees in it, for people who do not see it.
    pub description: String,
    /// The names of the series.
    pub series: Vec<String>,
    /// The rows.
    pub rows: Vec<BarRow>,
    /// A line across all rows, for example a target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Amount>,
}

/// A line of a trend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Its name, which stands at its end.
    pub name: String,
    /// One value for each period; `None` where nobody has measured, which breaks the line.
    pub points: Vec<Option<Amount>>,
}

/// Lines over periods, in up to four series, with their values in a table below.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trend {
    /// What is shown.
    pub title: String,
    /// What one sees in it, for people who do not see it.
    pub description: String,
    /// The periods in their order, for example `2026 Q1`.
    pub periods: Vec<String>,
    /// The lines.
    pub series: Vec<Series>,
    /// A level line, for example a target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Amount>,
}

/// Something that runs until a deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// What has to be done.
    pub label: Text,
    /// When it began to run.
    pub started: Timestamp,
    /// Until when it has to be done, if there is a deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When it was done, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Timestamp>,
    /// How it stands, in words: whoever fills the document has judged that.
    pub state: Text,
}

/// Clocks over one time line, with the time of the document as a line across.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// What is shown.
    pub title: String,
    /// What one sees in it, for people who do not see it.
    pub description: String,
    /// The clocks.
    pub clocks: Vec<Clock>,
}

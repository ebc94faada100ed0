//! The register for the enterprise: one row a risk, the four columns that boards know first.

use serde_json::{Value, json};

use super::{Risk, Source};
use crate::money::NotMeasured;

/// The columns. The first four are those of the published risk table.
pub const COLUMNS: [&str; 24] = [
    "Risk Scenario",
    "Technical Severity",
    "Business Exposure Factor",
    "Composite Risk",
    "Risk Id",
    "Composite Points",
    "Explanation",
    "Weights",
    "AIVSS v0.8 (amended)",
    "Dimension",
    "Annual Loss P10",
    "Annual Loss P50",
    "Annual Loss P90",
    "Currency",
    "Owner",
    "Treatment",
    "Action",
    "Due",
    "Overdue",
    "Accepted By",
    "Acceptance Reason",
    "Accepted Until",
    "Findings",
    "As Of",
];

const NOT_APPLICABLE: &str = "n/a";
const NOT_SET: &str = "not set";
const NOT_MEASURED: &str = "not measured";

/// What the register is of.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// The day.
    pub day: jiff::civil::Date,
    /// The currency; none if the organisation has not said.
    pub currency: Option<&'a str>,
}

fn cells(risk: &Risk<'_>, heading: Heading<'_>) -> [String; 24] {
    let Scores { severity, factor, level, points, explanation, weights, aivss, findings } =
        Scores::of(risk);
    let [p10, p50, p90] = losses(risk);
    let join = |of: fn(&super::Acceptance<'_>) -> String| {
        risk.acceptances.iter().map(of).collect::<Vec<_>>().join("; ")
    };
    let or = |text: Option<&str>, none: &str| text.unwrap_or(none).to_owned();
    [
        risk.scenario.clone(),
        severity,
        factor,
        level,
        risk.id.clone(),
        points,
        explanation,
        weights,
        aivss,
        or(risk.dimension().map(crate::Word::word), NOT_APPLICABLE),
        p10,
        p50,
        p90,
        or(heading.currency, NOT_SET),
        or(risk.owner, NOT_SET),
        or(risk.treatment.map(crate::Word::word), NOT_SET),
        or(risk.action, NOT_SET),
        risk.due.map_or_else(|| NOT_SET.to_owned(), |due| due.to_string()),
        if risk.overdue { "yes" } else { "no" }.to_owned(),
        join(|acceptance| acceptance.owner.to_owned()),
        join(|acceptance| acceptance.reason.to_owned()),
        join(|acceptance| acceptance.until.to_string()),
        findings,
        heading.day.to_string(),
    ]
}

/// What is said of a risk by points.
struct Scores {
    severity: String,
    factor: String,
    level: String,
    points: String,
    explanation: String,
    weights: String,
    aivss: String,
    findings: String,
}

impl Scores {
    fn of(risk: &Risk<'_>) -> Self {
        let none = || NOT_APPLICABLE.to_owned();
        match &risk.source {
            Source::Findings { worst, findings, open: _ } => Self {
                severity: title(worst.technical.severity.name()),
                factor: worst.composite.factor(),
                level: worst.composite.level().title().to_owned(),
                points: worst.composite.points().to_string(),
                explanation: worst.composite.brief(),
                weights: format!(
                    "{} {}",
                    worst.composite.weights().version,
                    worst.composite.weights().digest
                ),
                aivss: worst.aivss.to_string(),
                findings: findings.join("; "),
            },
            Source::Scenario { scenario, .. } => Self {
                severity: none(),
                factor: scenario.exposed.join("; "),
                level: none(),
                points: none(),
                explanation: none(),
                weights: none(),
                aivss: none(),
                findings: String::new(),
            },
        }
    }
}

fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn losses(risk: &Risk<'_>) -> [String; 3] {
    match &risk.source {
        Source::Findings { .. } => [NOT_APPLICABLE; 3].map(str::to_owned),
        Source::Scenario { residual: Ok(range), .. } => {
            [range.p10, range.p50, range.p90].map(|loss| format!("{loss:.0}"))
        }
        Source::Scenario { residual: Err(NotMeasured { .. }), .. } => {
            [NOT_MEASURED; 3].map(str::to_owned)
        }
    }
}

/// The register as CSV (RFC 4180), with a header.
#[must_use]
pub fn to_csv(register: &[Risk<'_>], heading: Heading<'_>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = register.iter().map(|risk| cells(risk, heading));
    // Writing to memory cannot fail, and every row has as many cells as there are columns.
    let written = writer.write_record(COLUMNS).and_then(|()| {
        rows.into_iter().try_for_each(|row| writer.write_record(row.iter().map(|cell| plain(cell))))
    });
    match written {
        Ok(()) => writer.into_inner().unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// A cell that no spreadsheet takes for a formula: findings hold what strangers wrote.
fn plain(cell: &str) -> String {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
        _ => cell.to_owned(),
    }
}

/// The register as JSON: the same cells by the names of their columns.
#[must_use]
pub fn to_json(register: &[Risk<'_>], heading: Heading<'_>) -> Value {
    let risk = |risk: &Risk<'_>| {
        let cells = COLUMNS.iter().zip(cells(risk, heading));
        Value::Object(cells.map(|(name, cell)| ((*name).to_owned(), cell.into())).collect())
    };
    let risks: Vec<_> = register.iter().map(risk).collect();
    json!({ "version": 1, "as_of": heading.day.to_string(), "risks": risks })
}

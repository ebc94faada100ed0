//! Metrics of how long something took: detection, containment, recovery.
//!
//! What has not come to its end took infinitely long. It is never dropped: the mean is then
//! "not detected", and the mean of the others stands beside it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Row, Sources, Value, Verdict, row};
use crate::{
    Word as _,
    estate::{Drift, Incident, IncidentKind},
    maturity::{Standing, standing::QUARTER_DAYS},
};

/// Under how many seconds behaviour has to be detected: 15 minutes.
pub const MTTD_TARGET: u64 = 15 * 60;

/// Under how many seconds drift has to be detected: 4 hours.
pub const DRIFT_TARGET: u64 = 4 * 60 * 60;

/// How long it took until an incident was identified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detection {
    /// The incident.
    pub incident: String,
    /// What it was.
    pub kind: IncidentKind,
    /// The seconds from when it began until a person knew what it was; none if nobody does yet.
    pub seconds: Option<u64>,
}

/// How long it took until each incident was identified, of those that were in the last quarter and
/// those that were not identified at all; by their identifiers.
#[must_use]
pub fn detections(standing: &Standing<'_>) -> Vec<Detection> {
    let all = counted(standing, |incident| incident.identified);
    let mut found: Vec<_> = all
        .into_iter()
        .map(|incident| Detection {
            incident: incident.id.clone(),
            kind: incident.kind,
            seconds: took(standing, Some(incident.occurred), incident.identified),
        })
        .collect();
    found.sort_by(|a, b| a.incident.cmp(&b.incident));
    found
}

/// Incidents that came to this end in the last quarter, or have not come to it.
fn counted<'a>(
    standing: &Standing<'a>,
    end: impl Fn(&Incident) -> Option<Timestamp>,
) -> Vec<&'a Incident> {
    let all = standing.estate.incidents.iter();
    let begun = all.filter(|incident| incident.occurred <= standing.now);
    begun.filter(|incident| ended_lately(standing, end(incident))).collect()
}

/// Whether this was in the last quarter, or is still to come.
fn ended_lately(standing: &Standing<'_>, end: Option<Timestamp>) -> bool {
    let zone = jiff::tz::TimeZone::UTC;
    end.filter(|end| *end <= standing.now)
        .is_none_or(|end| standing.within(Some(end.to_zoned(zone).date()), QUARTER_DAYS))
}

/// Changes that were noticed in the last quarter, or were not noticed.
pub(super) fn recent_drifts<'a>(standing: &Standing<'a>) -> Vec<&'a Drift> {
    let all = standing.estate.drifts.iter().filter(|drift| drift.occurred <= standing.now);
    let mut recent: Vec<_> = all.filter(|drift| ended_lately(standing, drift.detected)).collect();
    recent.sort_by(|a, b| (a.occurred, &a.server, a.kind).cmp(&(b.occurred, &b.server, b.kind)));
    recent
}

/// The seconds from one time to another; none while either is not there.
fn took(standing: &Standing<'_>, begin: Option<Timestamp>, end: Option<Timestamp>) -> Option<u64> {
    let end = end.filter(|end| *end <= standing.now)?;
    u64::try_from(end.duration_since(begin?).as_secs()).ok()
}

pub(super) fn detect_all(from: &Sources<'_>) -> Value {
    let all = detections(from.at);
    let mut by_kind: BTreeMap<IncidentKind, Vec<Option<u64>>> = BTreeMap::new();
    for one in &all {
        by_kind.entry(one.kind).or_default().push(one.seconds);
    }
    let rows = by_kind.iter().map(|(kind, spans)| row(kind.word(), Spans::of(spans).both(DETECT)));
    value(all.iter().map(|one| (one.incident.clone(), one.seconds)), DETECT, None)
        .with(rows.collect())
}

pub(super) fn detect_behaviour(from: &Sources<'_>) -> Value {
    detect(from, IncidentKind::Behaviour, MTTD_TARGET)
}

pub(super) fn detect_drift(from: &Sources<'_>) -> Value {
    detect(from, IncidentKind::Drift, DRIFT_TARGET)
}

fn detect(from: &Sources<'_>, kind: IncidentKind, target: u64) -> Value {
    let all = detections(from.at).into_iter().filter(|one| one.kind == kind);
    value(all.map(|one| (one.incident, one.seconds)), DETECT, Some(target))
}

pub(super) fn contain(from: &Sources<'_>) -> Value {
    after_identified(from, |incident| incident.contained, "not contained")
}

pub(super) fn recover(from: &Sources<'_>) -> Value {
    after_identified(from, |incident| incident.recovered, "not recovered")
}

fn after_identified(
    from: &Sources<'_>,
    end: impl Fn(&Incident) -> Option<Timestamp>,
    open: &'static str,
) -> Value {
    let known = |incident: &&Incident| incident.identified.is_some_and(|at| at <= from.at.now);
    let all = counted(from.at, &end).into_iter().filter(known);
    let spans = all
        .map(|incident| (incident.id.clone(), took(from.at, incident.identified, end(incident))));
    value(spans, open, None)
}

pub(super) fn drift_latency(from: &Sources<'_>) -> Value {
    let all = recent_drifts(from.at).into_iter().map(|drift| {
        let id = format!("{} {} {}", drift.server, drift.kind, drift.occurred);
        (id, took(from.at, Some(drift.occurred), drift.detected))
    });
    value(all, DETECT, Some(DRIFT_TARGET))
}

/// What is said of something that nobody noticed.
const DETECT: &str = "not detected";

/// How long several things took.
struct Spans {
    sorted: Vec<u64>,
    open: usize,
}

impl Spans {
    fn of(spans: &[Option<u64>]) -> Self {
        let mut sorted: Vec<u64> = spans.iter().flatten().copied().collect();
        sorted.sort_unstable();
        let open = spans.len() - sorted.len();
        Self { sorted, open }
    }

    fn all(&self) -> usize {
        self.sorted.len() + self.open
    }

    /// The mean of what came to an end, in whole seconds, rounded up: nothing is a second better
    /// than it was.
    fn mean(&self) -> Option<u64> {
        let count = u64::try_from(self.sorted.len()).ok().filter(|count| *count > 0)?;
        Some(self.sorted.iter().fold(0_u64, |sum, one| sum.saturating_add(*one)).div_ceil(count))
    }

    /// The nearest rank at 95 per cent; none where that one has not come to an end.
    fn p95(&self) -> Option<u64> {
        let rank = (self.all() * 95).div_ceil(100);
        self.sorted.get(rank.checked_sub(1)?).copied()
    }

    /// For people.
    fn text(&self, open: &str) -> String {
        let mean = self.mean().map(human);
        match (self.open, mean) {
            (0, None) => super::NOT_APPLICABLE.into(),
            (0, Some(mean)) => mean,
            (count, None) => format!("{open} ({count} of {count})"),
            (count, Some(mean)) => {
                format!("{open} ({count} of {}); {mean} for the others", self.all())
            }
        }
    }

    fn both(&self, open: &str) -> String {
        let p95 = if self.all() == 0 {
            super::NOT_APPLICABLE.into()
        } else {
            self.p95().map_or_else(|| open.to_owned(), human)
        };
        format!("mean {}, P95 {p95}, of {}", self.text(open), self.all())
    }
}

fn value(
    all: impl Iterator<Item = (String, Option<u64>)>,
    open: &'static str,
    target: Option<u64>,
) -> Value {
    let mut all: Vec<(String, Option<u64>)> = all.collect();
    all.sort();
    let spans = Spans::of(&all.iter().map(|(_, span)| *span).collect::<Vec<_>>());
    let ended = spans.open == 0;
    let verdict = target.filter(|_| spans.all() > 0).map(|target| {
        let met = ended && spans.mean().is_some_and(|mean| mean < target);
        if met { Verdict::Pass } else { Verdict::Fail }
    });
    let mut rows: Vec<Row> = Vec::new();
    if spans.all() > 0 {
        rows.push(row("P95", spans.p95().map_or_else(|| open.to_owned(), human)));
        rows.push(row(open, format!("{} of {}", spans.open, spans.all())));
    }
    rows.extend(target.map(|target| row("target", format!("under {}", human(target)))));
    let each = |(id, span): &(String, Option<u64>)| {
        format!("{id}: {}", span.map_or_else(|| open.to_owned(), human))
    };
    // A century fits; what does not is nothing that anybody has measured.
    let seconds = |mean: u64| u32::try_from(mean).ok().map(f64::from);
    Value {
        text: spans.text(open),
        number: spans.mean().filter(|_| ended).and_then(seconds),
        open: u64::try_from(spans.open).ok(),
        verdict,
        drill: all.iter().map(each).collect(),
        rows,
        ..Value::default()
    }
}

/// A number of seconds for people, in its two largest units.
pub(super) fn human(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, "d"),
        (seconds % 86_400 / 3_600, "h"),
        (seconds % 3_600 / 60, "min"),
        (seconds % 60, "s"),
    ];
    let first = parts.iter().position(|(count, _)| *count > 0).unwrap_or(parts.len() - 1);
    let shown = parts.iter().skip(first).take(2).enumerate();
    let shown = shown.filter(|(at, (count, _))| *at == 0 || *count > 0);
    shown.map(|(_, (count, unit))| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

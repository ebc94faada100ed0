//! Metrics of what happened: calls, decisions, questions, drift.

use std::collections::BTreeMap;

use super::{Row, Sources, Value, row, span};
use crate::{
    Ratio, Word as _,
    estate::{Asked, Drift, DriftKind, Ruling},
};

pub(super) fn audit(from: &Sources<'_>) -> Value {
    let traffic = &from.at.estate.traffic;
    Value::counted(traffic.recorded, calls(from))
}

pub(super) fn attested(from: &Sources<'_>) -> Value {
    let traffic = &from.at.estate.traffic;
    Value::counted(traffic.attested, calls(from))
}

/// Calls that were seen; of a period that nobody has named, nobody has counted.
fn calls(from: &Sources<'_>) -> Option<u64> {
    let traffic = &from.at.estate.traffic;
    (traffic.calls > 0 || traffic.from.is_some()).then_some(traffic.calls)
}

pub(super) fn gateway(from: &Sources<'_>) -> Value {
    let traffic = &from.at.estate.traffic;
    Value::counted(traffic.through_gateway, traffic.estimated)
}

pub(super) fn agents(from: &Sources<'_>) -> Value {
    let traffic = &from.at.estate.traffic;
    Value::counted(traffic.agent_to_agent_recorded, traffic.agent_to_agent)
}

pub(super) fn denied(from: &Sources<'_>) -> Value {
    let decisions = &from.at.estate.traffic.decisions;
    if decisions.is_empty() {
        return Value::not_measured("no decisions were read");
    }
    let mut by_rule: BTreeMap<&str, u64> = BTreeMap::new();
    let mut ratio = Ratio { of: 0, all: 0 };
    for decided in decisions {
        ratio.all = ratio.all.saturating_add(decided.count);
        if decided.ruling == Ruling::Deny {
            ratio.of = ratio.of.saturating_add(decided.count);
            *by_rule.entry(&decided.rule).or_default() += decided.count;
        }
    }
    let rows = by_rule.into_iter().map(|(rule, count)| row(rule, count)).collect();
    Value::share(ratio, Vec::new()).with(rows)
}

pub(super) fn falsely_denied(from: &Sources<'_>) -> Value {
    let decisions = &from.at.estate.traffic.decisions;
    if decisions.is_empty() {
        return Value::not_measured("no decisions were read");
    }
    let mut ratio = Ratio { of: 0, all: 0 };
    let mut drill = Vec::new();
    for denied in decisions.iter().filter(|decided| decided.ruling == Ruling::Deny) {
        ratio.all = ratio.all.saturating_add(denied.count);
        ratio.of = ratio.of.saturating_add(denied.overridden);
        if denied.overridden > 0 {
            drill.push(denied.rule.clone());
        }
    }
    Value::share(ratio, drill)
}

/// A day, in milliseconds, and an hour.
const DAY: i128 = 24 * HOUR;
const HOUR: i128 = 3_600_000;

pub(super) fn approvals(from: &Sources<'_>) -> Value {
    let traffic = &from.at.estate.traffic;
    let (Some(begin), Some(end)) = (traffic.from, traffic.until) else {
        return Value::not_measured("the traffic has no period");
    };
    let span = end.duration_since(begin).as_millis();
    if span <= 0 {
        return Value::not_applicable();
    }
    let asked = &traffic.approvals;
    // In tenths, as shares are: whole numbers all the way.
    let tenths = i128::try_from(asked.len()).unwrap_or(i128::MAX).saturating_mul(10 * DAY) / span;
    let tenths = u32::try_from(tenths).unwrap_or(u32::MAX);
    Value {
        text: format!("{}.{} a day", tenths / 10, tenths % 10),
        number: Some(f64::from(tenths) / 10.0),
        rows: load(asked, from.given.fatigue_per_hour),
        ..Value::default()
    }
}

fn load(asked: &[Asked], most: u32) -> Vec<Row> {
    let mut answered: Vec<u64> = asked.iter().filter_map(|one| one.after_ms).collect();
    answered.sort_unstable();
    let median = answered.get(answered.len() / 2).filter(|_| !answered.is_empty());
    let unanswered = asked.len() - answered.len();
    let (busiest, who) = busiest(asked);
    let tired = busiest > u64::from(most);
    let flag = if tired { "yes" } else { "no" };
    vec![
        row("questions", asked.len()),
        row("not answered", unanswered),
        row("median answer", median.map_or_else(|| "n/a".into(), |ms| span::human(*ms / 1000))),
        row("most by one person in an hour", format!("{busiest} {who}").trim_end()),
        row(format!("consent fatigue (over {most} an hour)"), flag),
    ]
}

/// The most questions that one person answered in any sixty minutes, and who.
fn busiest(asked: &[Asked]) -> (u64, &str) {
    let mut by_person: BTreeMap<&str, Vec<i128>> = BTreeMap::new();
    for one in asked {
        if let Some(person) = &one.by {
            by_person.entry(person).or_default().push(i128::from(one.at.as_millisecond()));
        }
    }
    let mut most = (0, "");
    for (person, mut times) in by_person {
        times.sort_unstable();
        let mut first = 0;
        for (last, at) in times.iter().enumerate() {
            while times.get(first).is_some_and(|begin| at - begin >= HOUR) {
                first += 1;
            }
            let here = u64::try_from(last + 1 - first).unwrap_or(u64::MAX);
            if here > most.0 {
                most = (here, person);
            }
        }
    }
    most
}

pub(super) fn approved_automatically(from: &Sources<'_>) -> Value {
    let granted = from.at.estate.traffic.approvals.iter().filter(|one| one.granted == Some(true));
    Value::share(Ratio::count(granted, |one| one.by.is_none()), Vec::new())
}

pub(super) fn drift_blocked(from: &Sources<'_>) -> Value {
    drifts(from, |drift| drift.blocked)
}

pub(super) fn drift_approved(from: &Sources<'_>) -> Value {
    drifts(from, |drift| drift.approved)
}

fn drifts(from: &Sources<'_>, holds: impl Fn(&Drift) -> bool) -> Value {
    let recent = span::recent_drifts(from.at);
    let of = |kind: DriftKind| recent.iter().filter(|drift| drift.kind == kind).count();
    let rows = DriftKind::all().iter().map(|kind| (kind.word(), of(*kind)));
    let rows = rows.filter(|(_, count)| *count > 0).map(|(name, count)| row(name, count));
    let drill = recent.iter().filter(|drift| !holds(drift));
    let drill = drill.map(|drift| format!("{} {} {}", drift.server, drift.kind, drift.occurred));
    Value::share(Ratio::count(&recent, |drift| holds(drift)), drill.collect()).with(rows.collect())
}

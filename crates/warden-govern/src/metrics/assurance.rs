//! Metrics of what was assessed, exercised, mended and added up.

use std::collections::BTreeMap;

use warden_model::Severity;

use super::{Row, Sources, Value, row};
use crate::{
    Ratio, Word as _,
    estate::{
        Answer, AnswerState, AnsweredBy, Assessment, AttackOutcome, ExerciseKind, Finding,
        FindingState, Server,
    },
    maturity::standing::{QUARTER_DAYS, YEAR_DAYS},
};

/// The ten questions that a vendor has to answer with yes, each with the question of the merged set
/// that it became a part of: an answer to either counts.
const MUSTS: [(&str, &str); 10] = [
    ("V1", "Q13"),
    ("V2", "Q14"),
    ("V4", "Q15"),
    ("V5", "Q15"),
    ("V7", "Q16"),
    ("V8", "Q11"),
    ("V10", "Q17"),
    ("V12", "Q3"),
    ("V13", "Q18"),
    ("V14", "Q19"),
];

fn vendors(from: &Sources<'_>, holds: impl Fn(&Server) -> bool) -> Value {
    Value::of(from.at.vendors_in_production(), |server| &server.id, holds)
}

pub(super) fn assessed(from: &Sources<'_>) -> Value {
    vendors(from, |server| from.at.assessed(server))
}

pub(super) fn opened(from: &Sources<'_>) -> Value {
    let was = |one: &Assessment| one.opened <= from.at.day;
    vendors(from, |server| from.at.assessment(&server.id).is_some_and(was))
}

pub(super) fn musts(from: &Sources<'_>) -> Value {
    vendors(from, |server| {
        from.at.assessment(&server.id).is_some_and(|one| {
            MUSTS.iter().all(|(own, merged)| {
                one.answers.iter().any(|answer| {
                    (answer.question == *own || answer.question == *merged) && yes(from, answer)
                })
            })
        })
    })
}

/// A yes that something shows, and that still counts.
fn yes(from: &Sources<'_>, answer: &Answer) -> bool {
    answer.state == AnswerState::Yes
        && answer.at <= from.at.day
        && answer.expires.is_none_or(|until| from.at.day <= until)
        && !answer.evidence.is_empty()
}

pub(super) fn old_evidence(from: &Sources<'_>) -> Value {
    let (mut ratio, mut drill) = (Ratio { of: 0, all: 0 }, Vec::new());
    for assessment in &from.at.estate.assessments {
        for answer in assessment.answers.iter().filter(|one| one.source == AnsweredBy::Vendor) {
            ratio.all += 1;
            if is_old(from, answer) {
                ratio.of += 1;
                drill.push(format!("{}/{}", assessment.server, answer.question));
            }
        }
    }
    Value::share(ratio, drill)
}

/// Whether nothing shows an answer that is from the last year.
fn is_old(from: &Sources<'_>, answer: &Answer) -> bool {
    let evidence = answer.evidence.iter().filter_map(|id| from.at.known.evidence(id));
    !evidence.into_iter().any(|one| from.at.within(one.at, YEAR_DAYS))
}

pub(super) fn red_team(from: &Sources<'_>) -> Value {
    let Some(last) = from.at.last_exercise(ExerciseKind::RedTeam) else {
        return Value::not_measured("there was no red-team exercise");
    };
    let is = |outcome: AttackOutcome| last.attacks.iter().filter(move |one| one.outcome == outcome);
    let mut rows = vec![row("exercise", format!("{} on {}", last.subject, last.at))];
    for outcome in AttackOutcome::all() {
        rows.push(row(outcome.word(), is(*outcome).count()));
    }
    let on_time = from.at.within(Some(last.at), QUARTER_DAYS);
    rows.push(row("in the last 92 days", if on_time { "yes" } else { "no" }));
    Value::of(&last.attacks, |attack| &attack.id, |attack| attack.outcome == AttackOutcome::Blocked)
        .with(rows)
}

pub(super) fn residual(from: &Sources<'_>) -> Value {
    let Some(residual) = from.given.residual else {
        return Value::not_measured("no scenario has all its estimates");
    };
    let currency = from.at.estate.organisation.currency.as_deref().unwrap_or_default();
    let money = |amount: f64| format!("{amount:.0} {currency}").trim_end().to_owned();
    let premium = residual.shadow_premium.map_or_else(|| super::NOT_MEASURED.into(), money);
    Value {
        text: money(residual.p50),
        number: Some(residual.p50),
        rows: vec![
            row("P10", money(residual.p10)),
            row("P50", money(residual.p50)),
            row("P90", money(residual.p90)),
            row("of it the shadow-AI premium", premium),
        ],
        ..Value::default()
    }
}

pub(super) fn maturity(from: &Sources<'_>) -> Value {
    let tier = from.maturity.tier;
    let target = from.maturity.target.map_or_else(|| "not set".into(), |one| one.to_string());
    Value {
        text: tier.to_string(),
        number: Some(f64::from(tier.number())),
        drill: missing(from),
        rows: vec![row("target", target)],
        ..Value::default()
    }
}

fn missing(from: &Sources<'_>) -> Vec<String> {
    let missing = from.maturity.signals.iter().filter(|signal| !signal.holds);
    missing.map(|signal| signal.id.to_owned()).collect()
}

pub(super) fn signals(from: &Sources<'_>) -> Value {
    Value::share(from.maturity.met, missing(from))
}

pub(super) fn compliance(from: &Sources<'_>) -> Value {
    let Some(coverage) = from.given.coverage else {
        return Value::not_measured("no framework was looked at");
    };
    let mut ratio = Ratio { of: 0, all: 0 };
    let (mut rows, mut drill): (Vec<Row>, Vec<String>) = (Vec::new(), Vec::new());
    for one in coverage {
        let share = Ratio { of: one.fresh, all: one.required };
        ratio = Ratio { of: ratio.of + one.fresh, all: ratio.all + one.required };
        rows.push(row(&one.framework, share.percent()));
        drill.extend(one.missing.iter().map(|control| format!("{} {control}", one.framework)));
    }
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    Value::share(ratio, drill).with(rows)
}

/// Findings that count: open, or accepted for a while.
fn standing_findings<'a>(from: &Sources<'a>) -> impl Iterator<Item = &'a Finding> {
    from.at.estate.findings.iter().filter(|one| one.state != FindingState::Closed)
}

pub(super) fn remediation(from: &Sources<'_>) -> Value {
    let mut by_severity: BTreeMap<Severity, u64> = BTreeMap::new();
    let (mut ratio, mut drill, mut dateless) = (Ratio { of: 0, all: 0 }, Vec::new(), 0_u64);
    for finding in standing_findings(from) {
        *by_severity.entry(finding.severity).or_default() += 1;
        ratio.all += 1;
        dateless += u64::from(finding.due.is_none());
        if finding.due.is_none_or(|due| due < from.at.day) {
            ratio.of += 1;
            drill.push(finding.id.clone());
        }
    }
    let mut rows: Vec<Row> =
        by_severity.into_iter().rev().map(|(one, count)| row(one.word(), count)).collect();
    rows.push(row("without a day", dateless));
    Value::share(ratio, drill).with(rows)
}

pub(super) fn age(from: &Sources<'_>) -> Value {
    let days = |from: jiff::civil::Date, to: jiff::civil::Date| (to - from).get_days().max(0);
    let mut ages: Vec<i32> =
        standing_findings(from).map(|one| days(one.found, from.at.day)).collect();
    let mut allowed: Vec<i32> =
        standing_findings(from).filter_map(|one| Some(days(one.found, one.due?))).collect();
    let Some(age) = median(&mut ages) else { return Value::not_applicable() };
    let agreed =
        median(&mut allowed).map_or_else(|| "not agreed".into(), |days| format!("{days} d"));
    Value {
        text: format!("{age} d"),
        number: Some(f64::from(age)),
        rows: vec![row("median agreed", agreed)],
        ..Value::default()
    }
}

/// The middle one; of two the greater, which is the worse.
fn median(all: &mut [i32]) -> Option<i32> {
    all.sort_unstable();
    all.get(all.len() / 2).copied()
}

//! What is done when it went wrong: C14, C15 and C17.

use super::{Query, Scope, cite_measures, day_of, in_place};
use crate::{
    estate::{DeliverableKind, ExerciseKind, Incident, Measure, Playbook, Reported},
    library::PLAYBOOKS,
};

/// How many days an incident counts, and a playbook that nobody has looked at.
const YEAR: i32 = 365;
/// How many days a quarter has, with those that a meeting may be late.
const QUARTER: i32 = 92;
/// Within how many seconds an agent has to be stopped.
const STOPPED: u64 = 15 * 60;

pub(in super::super) fn incidents(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let all = || {
        let recent = |one: &&Incident| ground.age(day_of(one.occurred)) <= YEAR;
        scope.incidents.iter().copied().filter(recent)
    };
    let id = |one: &Incident| format!("incidents/{}", one.id);
    query.each("a person knew what it was, and it was contained", all(), id, |one| {
        Some(one.identified.is_some() && one.contained.is_some())
    });
    let reports = all().flat_map(|one| one.reports.iter().map(move |report| (one, report)));
    query.each(
        "reports were sent in time",
        reports.filter(|(_, report)| report.sent.is_some() || day_of(report.due) <= ground.day),
        |(one, report)| format!("incidents/{}/{}", one.id, report.step),
        |(_, report)| Some(in_time(report)),
    );
    let estate = ground.estate();
    let kept = |wanted: &str| -> Option<&Playbook> {
        estate.playbooks.iter().find(|one| one.id == wanted || one.scenario == wanted)
    };
    query.each(
        "the playbook has an owner, and was looked at within a year",
        PLAYBOOKS,
        |book| format!("playbooks/{}", book.id),
        |book| {
            let kept = kept(book.id).or_else(|| kept(book.scenario));
            Some(kept.is_some_and(|one| {
                ground.lookup.accountable(one.owner.as_deref()).is_some()
                    && one.updated.is_some_and(|at| ground.within(at, YEAR))
            }))
        },
    );
    for one in all() {
        query.place(format!("incidents/{}", one.id), Some(day_of(one.occurred)));
    }
    for one in &estate.playbooks {
        query.place(format!("playbooks/{}", one.id), one.updated);
    }
    query
}

fn in_time(report: &Reported) -> bool {
    report.sent.is_some_and(|sent| sent <= report.due)
}

pub(in super::super) fn stop(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let there = in_place(scope, Measure::KillSwitch).next().is_some();
    query.one("agents can be stopped at once", Some(there));
    let drills: Vec<_> = ground
        .estate()
        .exercises
        .iter()
        .filter(|one| one.kind == ExerciseKind::KillSwitch && ground.within(one.at, QUARTER))
        .collect();
    let last = drills.iter().max_by_key(|one| one.at);
    query.one(
        "a drill of this quarter stopped them within fifteen minutes",
        match last {
            None => Some(false),
            Some(drill) => drill.seconds.map(|seconds| seconds <= STOPPED),
        },
    );
    for drill in drills {
        query.place(format!("exercises/{}", drill.id), Some(drill.at));
    }
    cite_measures(&mut query, scope, Measure::KillSwitch);
    query
}

pub(in super::super) fn board(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let given = ground.estate().deliverables.iter();
    let given: Vec<_> = given.filter(|one| one.kind == DeliverableKind::BoardReport).collect();
    let last = given.iter().max_by_key(|one| one.at);
    query.one(
        "a report of this quarter was given to somebody",
        Some(last.is_some_and(|one| ground.within(one.at, QUARTER) && !one.person.is_empty())),
    );
    query.one("its digest is kept", Some(last.is_some_and(|one| !one.digest.is_empty())));
    if let Some(last) = last {
        query.place(format!("deliverables/board-report/{}", last.at), Some(last.at));
    }
    query
}

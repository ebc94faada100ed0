//! What was tried, assessed and accepted: C11, C13, C16, C18 and C19.

use super::{Query, Scope, day_of, server_id, third_party};
use crate::{
    Word as _,
    estate::{
        AnswerState, AssessmentState, Attack, AttackOutcome, Environment, Exercise, ExerciseKind,
        FindingState, Server, Skill,
    },
};

/// How many days a quarter has, with those that a campaign may be late.
const QUARTER: i32 = 92;

fn red_teams<'a>(scope: &Scope<'_, 'a>) -> Vec<&'a Exercise> {
    let ground = scope.ground;
    let all = ground.estate().exercises.iter();
    all.filter(|one| one.kind == ExerciseKind::RedTeam && ground.within(one.at, QUARTER)).collect()
}

fn cite(query: &mut Query, scope: &Scope<'_, '_>, exercises: &[&Exercise]) {
    for one in exercises {
        query.shown(scope.ground, format!("exercises/{}", one.id), &one.evidence);
    }
}

pub(in super::super) fn injection(scope: &Scope<'_, '_>) -> Query {
    let mut query = Query::default();
    let exercises = red_teams(scope);
    let tried: Vec<(&Exercise, &Attack)> = exercises
        .iter()
        .flat_map(|one| one.attacks.iter().map(move |attack| (*one, attack)))
        .filter(|(_, attack)| attack.campaign == "injection")
        .collect();
    query.one("injections were tried this quarter", Some(!tried.is_empty()));
    query.each(
        "the injection was blocked",
        tried,
        |(one, attack)| format!("exercises/{}/{}", one.id, attack.id),
        |(_, attack)| Some(attack.outcome == AttackOutcome::Blocked),
    );
    cite(&mut query, scope, &exercises);
    query
}

pub(in super::super) fn red_team(scope: &Scope<'_, '_>) -> Query {
    let mut query = Query::default();
    let exercises = red_teams(scope);
    let whole = |one: &&Exercise| !one.attacks.is_empty() && !one.evidence.is_empty();
    query.one(
        "an exercise of this quarter has results in evidence",
        Some(exercises.iter().any(whole)),
    );
    cite(&mut query, scope, &exercises);
    query
}

fn in_production(server: &Server) -> bool {
    server.environment.is_none_or(|environment| environment == Environment::Production)
}

pub(in super::super) fn vendors(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let theirs: Vec<&Server> = scope
        .servers
        .iter()
        .copied()
        .filter(|server| third_party(scope, server) && in_production(server))
        .collect();
    query.each(
        "the server of a third party passed its assessment",
        theirs.clone(),
        server_id,
        |server| {
            let Some(assessment) = ground.assessment_of(&server.id) else { return Some(false) };
            let passed = assessment.state == AssessmentState::Passed;
            Some(passed && assessment.next.is_some_and(|next| next >= ground.day))
        },
    );
    // A package that nobody has a contract for has no clauses either.
    query.each("the contract has the clauses", theirs.clone(), server_id, |server| {
        let answers = ground.assessment_of(&server.id).map(|one| one.answers.as_slice());
        let answer = answers?.iter().find(|one| matches!(one.question.as_str(), "V14" | "Q19"))?;
        if answer.state == AnswerState::Unknown {
            return None;
        }
        Some(answer.state == AnswerState::Yes && ground.lasts(answer.expires))
    });
    for server in theirs {
        if let Some(assessment) = ground.assessment_of(&server.id) {
            query.place(format!("assessments/{}", server.id), assessment.decided);
            for answer in assessment.answers.iter().filter(|one| one.state == AnswerState::Yes) {
                let place = format!("assessments/{}/{}", server.id, answer.question);
                query.shown(ground, place, &answer.evidence);
            }
        }
    }
    query
}

pub(in super::super) fn risks(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let id = |finding: &crate::estate::Finding| format!("findings/{}", finding.id);
    let open = scope.findings.iter().copied();
    query.each("what is open has an owner, an action and a date", open.clone(), id, |finding| {
        let owner = ground.lookup.accountable(finding.owner.as_deref()).is_some();
        Some(owner && finding.action.is_some() && finding.due.is_some())
    });
    let waivers = &ground.estate().waivers;
    let accepted = open.filter(|finding| finding.state == FindingState::Accepted);
    query.each("what is accepted has a waiver that has not ended", accepted, id, |finding| {
        Some(waivers.iter().any(|one| {
            one.subject == finding.id && one.from <= ground.day && one.until >= ground.day
        }))
    });
    let scenarios = &ground.estate().scenarios;
    query.one("the register has scenarios", Some(!scenarios.is_empty()));
    query.each(
        "the scenario has a treatment and an owner",
        scenarios,
        |one| format!("scenarios/{}", one.id),
        |one| {
            Some(one.treatment.is_some() && ground.lookup.accountable(Some(&one.owner)).is_some())
        },
    );
    query.estate(scope);
    for one in scenarios {
        query.place(format!("scenarios/{}", one.id), Some(one.at));
    }
    query
}

pub(in super::super) fn skills(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let held = &ground.estate().qualifications;
    let counts =
        |one: &&crate::estate::Qualification| one.issued <= ground.day && ground.lasts(one.expires);
    query.each("somebody is certified for it", Skill::all(), ToString::to_string, |skill| {
        Some(held.iter().filter(counts).any(|one| one.areas.contains(skill)))
    });
    for one in held.iter().filter(counts) {
        // It is shown by what says today that it has not expired.
        query.place(
            format!("qualifications/{}/{}", one.person, one.certificate),
            one.expires.map_or(Some(one.issued), |_| Some(day_of(ground.estate().as_of))),
        );
    }
    query
}

//! What has to be done again and again, and what of it is overdue.

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use crate::{
    estate::{Control, DeliverableKind, ExerciseKind, Lookup, Measure},
    maturity::{
        Standing, exercised_on, playbook_scenarios,
        standing::{QUARTER_DAYS, YEAR_DAYS, agent_in_production, in_production, reassess_by},
    },
    word::words,
};

words! {
    /// Whether something was done in time.
    DueState, "state of what is due" {
        /// It was.
        Fresh = "fresh",
        /// It was, and is to be done again.
        Overdue = "overdue",
        /// It never was.
        Never = "never",
    }
}

/// Something that has to be done again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// What.
    pub what: &'static str,
    /// Of which agent, server, person or playbook; empty for one of the whole.
    pub subject: String,
    /// When it was done last.
    pub last: Option<Date>,
    /// By when it is to be done again.
    pub due: Option<Date>,
    /// Whether that was in time.
    pub state: DueState,
    /// How many days it is late.
    pub late: Option<i32>,
    /// How far it is, of something that has several steps.
    pub step: Option<String>,
    /// Who does it.
    pub owner: Option<String>,
}

struct Calendar<'a> {
    at: Standing<'a>,
    all: Vec<Due>,
}

/// Everything that has to be done again and again, what is overdue first.
#[must_use]
pub fn due(known: &Lookup<'_>) -> Vec<Due> {
    let mut calendar = Calendar { at: Standing::new(known), all: Vec::new() };
    calendar.reviews();
    calendar.vendors();
    calendar.drift();
    calendar.baseline();
    calendar.staff();
    calendar.exercises();
    calendar.board();
    calendar.enterprise_risk();
    let mut all = calendar.all;
    all.sort_by(|a, b| order(a).cmp(&order(b)));
    all
}

fn order(due: &Due) -> (bool, &'static str, &str) {
    (due.state == DueState::Fresh, due.what, &due.subject)
}

fn days_after(day: Date, days: i32) -> Option<Date> {
    day.checked_add(Span::new().days(days)).ok()
}

fn date(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl Calendar<'_> {
    fn add(
        &mut self,
        what: &'static str,
        subject: &str,
        (last, due): (Option<Date>, Option<Date>),
        owner: Option<&str>,
    ) -> &mut Due {
        let last = last.filter(|last| *last <= self.at.day);
        let late = due.and_then(|due| self.at.age(due)).filter(|days| *days > 0);
        let state = match (last, due, late) {
            (None, _, _) => DueState::Never,
            // What has no next day was due at once.
            (Some(_), None, _) | (_, _, Some(_)) => DueState::Overdue,
            (Some(_), Some(_), None) => DueState::Fresh,
        };
        let row = Due {
            what,
            subject: subject.to_owned(),
            last,
            due,
            state,
            late,
            step: None,
            owner: owner.map(ToOwned::to_owned),
        };
        self.all.push_mut(row)
    }

    fn every(
        &mut self,
        what: &'static str,
        subject: &str,
        (last, days): (Option<Date>, i32),
        owner: Option<&str>,
    ) {
        self.add(what, subject, (last, last.and_then(|last| days_after(last, days))), owner);
    }

    fn reviews(&mut self) {
        let estate = self.at.estate;
        for agent in estate.agents.iter().filter(|agent| agent_in_production(agent)) {
            let unreviewed = self.at.review(agent);
            let row = self.add(
                "agent review",
                &agent.id,
                (agent.reviewed, agent.review_until),
                agent.owner.as_deref(),
            );
            if let Some(why) = unreviewed {
                row.step = Some(why.to_string());
                if row.state == DueState::Fresh {
                    row.state = DueState::Overdue;
                }
            }
        }
    }

    fn vendors(&mut self) {
        for server in self.at.vendors_in_production() {
            let assessment = self.at.assessment(&server.id);
            let passed = self.at.assessed(server);
            let row = self.add(
                "vendor assessment",
                &server.id,
                (assessment.and_then(|one| one.decided), assessment.and_then(reassess_by)),
                assessment.and_then(|one| one.reviewer.as_deref()).or(server.owner.as_deref()),
            );
            row.step = assessment.map(|one| one.state.to_string());
            if !passed && row.state == DueState::Fresh {
                row.state = DueState::Overdue;
            }
        }
    }

    /// The comparison of a server with what was approved is due every day.
    fn drift(&mut self) {
        let estate = self.at.estate;
        for server in estate.servers.iter().filter(|server| in_production(server)) {
            let alive = self.at.alive(server.drift_checked);
            let last = server.drift_checked.map(date);
            let due = last.and_then(|last| days_after(last, 1));
            let row = self.add("drift check", &server.id, (last, due), server.owner.as_deref());
            if !alive && row.state == DueState::Fresh {
                row.state = DueState::Overdue;
            }
        }
    }

    fn control(&mut self, what: &'static str, measure: Measure, days: i32) {
        let latest = |control: &&Control| control.seen.map(date).or(control.since);
        let found = self.at.controls(measure).max_by_key(latest);
        let last = found.as_ref().and_then(latest);
        let name = found.map_or("", |control| control.name.as_str());
        self.every(what, name, (last, days), found.and_then(|control| control.owner.as_deref()));
    }

    fn baseline(&mut self) {
        self.control("behaviour baseline", Measure::Baseline, 1);
    }

    /// Every certificate until it ends; with none at all, that there is one.
    fn staff(&mut self) {
        let estate = self.at.estate;
        if estate.qualifications.is_empty() {
            self.add("staff certificate", "", (None, None), None);
        }
        for held in &estate.qualifications {
            let subject = format!("{}/{}", held.person, held.certificate);
            let row = self.add(
                "staff certificate",
                &subject,
                (Some(held.issued), held.expires),
                Some(&held.person),
            );
            if held.expires.is_none() && row.last.is_some() {
                row.state = DueState::Fresh;
                row.step = Some("it does not end".into());
            }
        }
    }

    fn exercises(&mut self) {
        let last = self.at.last_exercise(ExerciseKind::RedTeam);
        let owner = last.and_then(|one| one.owner.as_deref());
        self.every("red team", "", (last.map(|one| one.at), QUARTER_DAYS), owner);
        for scenario in playbook_scenarios() {
            let playbook = self.at.estate.playbooks.iter().find(|one| one.scenario == scenario);
            let last = playbook.and_then(|playbook| exercised_on(&self.at, playbook));
            let owner = playbook.and_then(|playbook| playbook.owner.as_deref());
            self.every("playbook exercise", scenario, (last, YEAR_DAYS), owner);
        }
    }

    fn board(&mut self) {
        for (what, kind) in [
            ("board report", DeliverableKind::BoardReport),
            ("quarterly deep dive", DeliverableKind::DeepDive),
        ] {
            let last = self.at.last_deliverable(kind).map(|one| one.at);
            self.every(what, "", (last, QUARTER_DAYS), None);
        }
    }

    fn enterprise_risk(&mut self) {
        self.control("enterprise risk item", Measure::EnterpriseRisk, QUARTER_DAYS);
    }
}

/// How many of what is due is late or was never done.
#[must_use]
pub fn overdue(all: &[Due]) -> usize {
    all.iter().filter(|one| one.state != DueState::Fresh).count()
}

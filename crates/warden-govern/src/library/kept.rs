//! How an organisation keeps the playbooks: who, since when, and when each was last played.

use jiff::civil::Date;
use serde::Serialize;

use super::{PLAYBOOKS, Play};
use crate::{
    comply::Ground,
    estate::{Exercise, ExerciseKind},
};

/// A playbook as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// The playbook.
    pub id: &'static str,
    /// What it is for.
    pub scenario: &'static str,
    /// The accountable person; none if nobody is, or only a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When somebody last looked at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Date>,
    /// When it was last played: by an exercise that names it or its scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exercised: Option<Date>,
}

/// Every playbook of the library, as the estate keeps it.
#[must_use]
pub fn kept(ground: &Ground<'_>) -> Vec<Kept> {
    PLAYBOOKS.iter().map(|book| keep(ground, book)).collect()
}

fn keep(ground: &Ground<'_>, book: &Play) -> Kept {
    let estate = ground.estate();
    let names = |text: &str| text == book.id || text == book.scenario;
    let kept = estate.playbooks.iter().find(|one| names(&one.id) || names(&one.scenario));
    let played = |one: &&Exercise| {
        one.kind == ExerciseKind::Playbook && names(&one.subject) && one.at <= ground.day
    };
    Kept {
        id: book.id,
        scenario: book.scenario,
        owner: kept
            .and_then(|one| ground.lookup.accountable(one.owner.as_deref()))
            .map(|person| person.id.clone()),
        updated: kept.and_then(|one| one.updated),
        exercised: estate.exercises.iter().filter(played).map(|one| one.at).max(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::estate::{Estate, Lookup};

    /// R126: the library has the five scenarios, each with its owner and when it was last played.
    #[test]
    fn every_scenario_has_an_owner_and_the_day_of_its_last_exercise() {
        let scenarios: Vec<_> = PLAYBOOKS.iter().map(|book| book.scenario).collect();
        assert_eq!(
            scenarios,
            [
                "injection-exfiltration",
                "drift",
                "credential-leak",
                "shadow-server",
                "command-injection"
            ]
        );
        let exercise = |at: &str, subject: &str| json!({"id": at, "kind": "playbook", "at": at, "subject": subject});
        let estate = json!({
            "version": 1, "as_of": "2026-11-20T00:00:00Z",
            "people": [{"id": "ann", "name": "Ann"}, {"id": "team", "name": "T", "is_group": true}],
            "playbooks": [
                {"id": "PB-1", "scenario": "x", "owner": "ann", "updated": "2026-05-01"},
                {"id": "ours", "scenario": "drift", "owner": "team"},
            ],
            "exercises": [
                exercise("2026-03-01", "PB-1"), exercise("2026-06-01", "injection-exfiltration"),
                exercise("2026-12-01", "PB-1"), exercise("2026-07-01", "drift"),
            ],
        });
        let estate = Estate::from_json(&serde_json::to_vec(&estate).unwrap()).unwrap();
        let lookup = Lookup::new(&estate);
        let all = kept(&Ground::new(&lookup, estate.day()));
        assert_eq!(all[0].owner.as_deref(), Some("ann"));
        assert_eq!(all[0].updated, Some(date(2026, 5, 1)));
        assert_eq!(all[0].exercised, Some(date(2026, 6, 1)), "a day to come does not count");
        assert_eq!((&all[1].owner, all[1].exercised), (&None, Some(date(2026, 7, 1))));
        assert_eq!((&all[4].owner, all[4].exercised), (&None, None));
    }
}

//! What passes direct has to pass through the gateway.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use toml_edit::{DocumentMut, Item, Table};

use super::Run;
use super::paths::Route;
use crate::shell::{self, Failure, root};

const FILE: &str = "tests/conformance/expected-failures.toml";

/// A check of one run: path, revision, scenario and identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The name of the path.
    pub(super) path: String,
    /// The requirement set.
    pub(super) revision: String,
    /// The scenario.
    pub(super) scenario: String,
    /// The identifier of the check.
    pub(super) check: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {} ({})", self.revision, self.scenario, self.check, self.path)
    }
}

/// What the gateway refuses on purpose, with the reasons.
#[derive(Debug, Default)]
pub(super) struct Expected(pub(super) BTreeMap<Place, String>);

impl Expected {
    /// Reads the file.
    ///
    /// # Errors
    /// It is missing, or an entry lacks something.
    pub(super) fn read() -> Result<Self, Failure> {
        Self::parse(&shell::read(&root().join(FILE))?)
    }

    fn parse(text: &str) -> Result<Self, Failure> {
        let document: DocumentMut =
            text.parse().map_err(|error| Failure(format!("{FILE}: {error}")))?;
        let mut expected = BTreeMap::new();
        let entries = document.get("failure").and_then(Item::as_array_of_tables);
        for entry in entries.into_iter().flatten() {
            for place in places(entry)? {
                if expected.insert(place.clone(), member(entry, "reason")?).is_some() {
                    return Err(Failure(format!("{FILE}: {place} is there twice")));
                }
            }
        }
        Ok(Self(expected))
    }
}

/// Every check on every path that an entry names.
fn places(entry: &Table) -> Result<Vec<Place>, Failure> {
    let (revision, scenario) = (member(entry, "revision")?, member(entry, "scenario")?);
    let checks = members(entry, "checks")?;
    let of = |path: String| {
        let place = |check: &String| Place {
            path: path.clone(),
            revision: revision.clone(),
            scenario: scenario.clone(),
            check: check.clone(),
        };
        checks.iter().map(place).collect::<Vec<_>>()
    };
    Ok(members(entry, "paths")?.into_iter().flat_map(of).collect())
}

fn members(entry: &Table, name: &str) -> Result<Vec<String>, Failure> {
    let list = entry.get(name).and_then(Item::as_array);
    let names = list.map(|list| list.iter().map(|one| one.as_str().map(str::to_owned)).collect());
    let names: Option<Option<Vec<String>>> = names;
    names
        .flatten()
        .filter(|names| !names.is_empty())
        .ok_or_else(|| Failure(format!("{FILE}: an entry has no `{name}`")))
}

fn member(entry: &Table, name: &str) -> Result<String, Failure> {
    let text = entry.get(name).and_then(Item::as_str).filter(|text| !text.trim().is_empty());
    text.map(str::to_owned).ok_or_else(|| Failure(format!("{FILE}: an entry has no `{name}`")))
}

/// What is known about the checks with one identifier.
#[derive(Debug, Default)]
struct Verdict {
    passed: usize,
    judged: usize,
    message: String,
}

/// Returns everything that is not as it should be, in words.
pub(super) fn problems(runs: &[Run], expected: &Expected) -> Vec<String> {
    let mut problems = Vec::new();
    let mut failing = Vec::new();
    for run in runs {
        let found = verdicts(run);
        if run.path.route == Route::Direct {
            let failed = found.iter().filter(|(_, verdict)| verdict.passed < verdict.judged);
            problems.extend(failed.map(|(place, verdict)| format!("{place}: {}", verdict.message)));
            let silent = run.outcomes.iter().filter(|outcome| outcome.checks.is_empty());
            problems.extend(silent.map(|outcome| {
                format!("{}, {}: makes no checks (direct)", run.revision, outcome.scenario.name)
            }));
            continue;
        }
        let same = |one: &&Run| {
            (one.revision, one.leg, one.path.route) == (run.revision, run.leg, Route::Direct)
        };
        let here = |(place, verdict)| (Place { path: run.path.name.into(), ..place }, verdict);
        let direct: BTreeMap<Place, Verdict> =
            runs.iter().filter(same).flat_map(verdicts).map(here).collect();
        let mut broken = BTreeSet::new();
        for (place, verdict) in &direct {
            let Some(why) = lost(verdict, found.get(place)) else { continue };
            if !expected.0.contains_key(place) {
                problems.push(format!("{place}: {why}"));
                broken.insert(&place.scenario);
            }
            failing.push(place.clone());
        }
        // A scenario that breaks off often says why in a check that it only makes then.
        let only_then = found.iter().filter(|(place, verdict)| {
            let new = !direct.contains_key(place) && broken.contains(&place.scenario);
            new && verdict.passed < verdict.judged
        });
        problems.extend(only_then.map(|(place, verdict)| format!("{place}: {}", verdict.message)));
    }
    let ran = |place: &&Place| runs.iter().any(|run| run.path.name == place.path);
    let stale = expected.0.keys().filter(ran).filter(|place| !failing.contains(place));
    problems.extend(stale.map(|place| format!("{place}: is expected to fail, and does not")));
    problems
}

fn verdicts(run: &Run) -> BTreeMap<Place, Verdict> {
    let mut found: BTreeMap<Place, Verdict> = BTreeMap::new();
    for outcome in &run.outcomes {
        for check in &outcome.checks {
            let place = Place {
                path: run.path.name.into(),
                revision: run.revision.into(),
                scenario: outcome.scenario.name.clone(),
                check: check.id.clone(),
            };
            let verdict = found.entry(place).or_default();
            verdict.passed += usize::from(check.passed());
            verdict.judged += usize::from(check.judged());
            if check.judged() && !check.passed() {
                verdict.message = format!("{}: {}", check.name, check.message);
            }
        }
    }
    found
}

/// Returns what is lost on the way, if anything is: a check that fails, or one that a scenario
/// that has given up no longer makes.
fn lost(direct: &Verdict, through: Option<&Verdict>) -> Option<String> {
    if direct.passed == 0 {
        return None;
    }
    match through {
        None => Some("is no longer made".into()),
        Some(through) if through.passed < through.judged => Some(through.message.clone()),
        // What only tells what it saw is no loss: the suite accepts both.
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::paths::PATHS;
    use super::super::suite::{Check, Leg, Outcome, Scenario};
    use super::*;

    fn run(path: usize, checks: &[(&str, &str)]) -> Run {
        let scenario = Scenario { name: "s".into(), leg: Leg::Server, required: true };
        let check = |(id, status): &(&str, &str)| Check {
            id: (*id).into(),
            name: "n".into(),
            status: (*status).into(),
            message: "m".into(),
        };
        let checks = checks.iter().map(check).collect();
        let outcomes = vec![Outcome { scenario, checks }];
        Run { path: &PATHS[path], revision: "r", leg: Leg::Server, outcomes }
    }

    #[track_caller]
    fn check(runs: &[Run], expected: &str, problems: &[&str]) {
        let expected = Expected::parse(expected).expect("the entries are complete");
        assert_eq!(super::problems(runs, &expected), problems);
    }

    const ENTRY: &str = "[[failure]]\npaths = [\"gateway to HTTP\"]\nrevision = \"r\"\nscenario = \"s\"\nchecks = [\"a\"]\nreason = \"x\"\n";

    #[test]
    fn what_fails_direct_is_always_a_problem() {
        check(&[run(0, &[("a", "WARNING")])], "", &["r, s: a (direct): n: m"]);
    }

    #[test]
    fn a_scenario_without_checks_is_a_problem() {
        check(&[run(0, &[])], "", &["r, s: makes no checks (direct)"]);
    }

    #[test]
    fn what_is_lost_on_the_way_is_a_problem_unless_it_is_expected() {
        let runs = [run(0, &[("a", "SUCCESS")]), run(1, &[("a", "FAILURE")])];
        check(&runs, "", &["r, s: a (gateway to HTTP): n: m"]);
        check(&runs, ENTRY, &[]);
    }

    #[test]
    fn what_only_a_broken_scenario_checks_says_why() {
        let through = [("a", "FAILURE"), ("why", "FAILURE")];
        let runs = [run(0, &[("a", "SUCCESS")]), run(1, &through)];
        let both = ["r, s: a (gateway to HTTP): n: m", "r, s: why (gateway to HTTP): n: m"];
        check(&runs, "", &both);
        check(&runs, ENTRY, &[]);
    }

    #[test]
    fn a_check_that_is_no_longer_made_is_lost_too() {
        let runs = [run(0, &[("a", "SUCCESS")]), run(1, &[])];
        check(&runs, "", &["r, s: a (gateway to HTTP): is no longer made"]);
    }

    #[test]
    fn an_expected_failure_that_passes_is_a_problem() {
        let runs = [run(0, &[("a", "SUCCESS")]), run(1, &[("a", "SUCCESS")])];
        let stale = "r, s: a (gateway to HTTP): is expected to fail, and does not";
        check(&runs, ENTRY, &[stale]);
        // Where the path was not run, nothing is known about it.
        check(&[run(0, &[("a", "SUCCESS")])], ENTRY, &[]);
    }

    #[test]
    fn an_entry_needs_a_reason() {
        assert!(Expected::parse(&ENTRY.replace("reason = \"x\"", "reason = \" \"")).is_err());
        assert!(Expected::parse(&ENTRY.replace("[\"a\"]", "[]")).is_err());
    }
}

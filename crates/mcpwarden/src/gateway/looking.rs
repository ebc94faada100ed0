//! What is looked for, in a file of its own: `[inspect]` and `[[term]]` as in a gateway's.

use std::path::Path;

use serde::Deserialize;
use warden_detect::Personal;
use warden_proxy::Inspection;

use super::{
    contradict,
    file::{Inspect, Term},
    form,
    form::Problem,
    placed, settings, table, text, unusable,
};
use crate::{Failure, Kind, World};

/// Such a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Looking {
    #[serde(default)]
    inspect: Inspect,
    #[serde(default, rename = "term")]
    terms: Vec<Term>,
}

/// Reads what is looked for, and what follows.
///
/// # Errors
/// When the file cannot be read, says something that we do not know, or has a term that does not do
/// what its own examples say.
pub(crate) fn inspection(path: &Path, world: &World) -> Result<Inspection, Failure> {
    let Looking { inspect, terms } = read(path, world)?;
    settings::inspection(&inspect, &terms)
}

/// Reads a company's own words.
///
/// # Errors
/// See [`inspection`].
pub(crate) fn personal(path: &Path, world: &World) -> Result<Personal, Failure> {
    let terms: Vec<_> = read(path, world)?.terms.iter().map(Term::term).collect();
    Personal::with_terms(&terms).map_err(|error| settings::bad_term(&error))
}

fn read(path: &Path, world: &World) -> Result<Looking, Failure> {
    let shown = path.display().to_string();
    let text = text(&world.cwd.join(path)).map_err(|error| {
        Failure::new(Kind::Config, format!("cannot read `{shown}`")).caused_by(error)
    })?;
    parse(&text).map_err(|problems| unusable(&shown, &text, problems))
}

fn parse(text: &str) -> Result<Looking, Vec<Problem>> {
    let document = form::parse(text).map_err(|problem| vec![problem])?;
    let problems = form::problems(&table::LOOKING, &document);
    if !problems.is_empty() {
        return Err(problems);
    }
    let looking: Looking = toml_edit::de::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        vec![Problem { at, what: "this is not what belongs here".into() }]
    })?;
    let wrong = contradict::terms(&looking.terms);
    if wrong.is_empty() { Ok(looking) } else { Err(placed(&document, wrong)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let said = match parse(text) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn a_file_of_its_own_has_what_is_looked_for_and_nothing_else() {
        check("", &[]);
        check("[inspect]\nhostile = \"redact\"\nlevel = 40", &[]);
        check(
            "[inspect]\nhostile = \"forbid\"\nlevel = 0",
            &[
                "`hostile` of [inspect] has to be `\"observe\"` or `\"label\"` or `\"redact\"` or \
                 `\"refuse\"`",
                "`level` of [inspect] has to be a whole number from 1 to 100",
            ],
        );
        check(
            "[inspect]\nunread = \"redact\"",
            &["`unread` of [inspect] has to be `\"observe\"` or `\"label\"` or `\"refuse\"`"],
        );
        check("[[xyzzy]]\nname = \"a\"", &["there is no setting `xyzzy`"]);
    }

    #[test]
    fn a_term_that_does_not_pass_its_own_test_is_named() {
        let term = "[[term]]\nname = \"project\"\nwords = [\"Nightjar\"]\n";
        check(&format!("{term}matches = [\"the nightjar plan\"]"), &[]);
        check(
            &format!("{term}matches = [\"the plan\"]"),
            &["term `project` cannot be used: the example `the plan` should match and does not"],
        );
        check(term, &["term `project` cannot be used: it has no example that matches"]);
        let twice = format!("{term}matches = [\"nightjar\"]\n");
        check(&format!("{twice}{twice}"), &["term `project` cannot be used: the name is taken"]);
        check(
            "[[term]]\nname = \"project\"\npattern = \"(\"\nmatches = [\"a\"]\nclass = \"secret\"",
            &["`class` of term `project` has to be `\"public\"` or `\"internal\"` or \
               `\"confidential\"` or `\"regulated\"`"],
        );
    }
}

//! Drafts of reports, and the check of one.

use std::{path::Path, process::ExitCode};

use serde_json::{Value, json};
use warden_govern::{
    Estate,
    case::{
        Case,
        form::{Form, form, steps},
        report::{Draft, Stage, check, draft as dora},
    },
    estate::Lookup,
};
use warden_report::{printable, wrap};

use super::{Format, OPEN, WRONG, bytes, calendar};
use crate::{Failure, Kind, output};

/// How a draft is printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    pub(super) document: bool,
    pub(super) format: Format,
}

/// What stands where nobody knows.
const NOT_KNOWN: &str = "not known";

pub(super) fn draft(
    case: &Case,
    estate: &Estate,
    step: &str,
    how: How,
) -> Result<ExitCode, Failure> {
    let known = Lookup::new(estate);
    let stage = match step {
        "dora/initial" => Stage::Initial,
        "dora/intermediate" => Stage::Intermediate,
        "dora/final" => Stage::Final,
        _ => {
            let form = form(case, &known, &calendar(estate)?, step).ok_or_else(|| no_form(step))?;
            return short(case, &form, how.format);
        }
    };
    let draft = dora(case, &known, stage);
    match (how.document, how.format) {
        (true, _) => output::print(&format!("{:#}\n", draft.document))?,
        (false, Format::Json) => output::print(&format!("{:#}\n", json!(draft)))?,
        (false, Format::Text) => output::print(&text(case, &draft))?,
    }
    let whole = draft.missing.is_empty() && draft.wrong.is_empty();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(OPEN) })
}

fn no_form(step: &str) -> Failure {
    let mut all = vec!["dora/initial", "dora/intermediate", "dora/final"];
    all.extend(steps());
    Failure::new(Kind::Usage, format!("nothing is drafted for `{step}`"))
        .hint(format!("there is {}", all.join(", ")))
}

fn text(case: &Case, draft: &Draft) -> String {
    let mut text =
        format!("{}: {} report under DORA, a draft\n\n", printable(&case.id), draft.stage);
    for one in &draft.fields {
        let value = match &one.value {
            Some(value) => said(value),
            None if one.needed => NOT_KNOWN.to_owned(),
            None => continue,
        };
        text.push_str(&item(&format!("{} {}", one.field, one.label), &value));
        if let Some(why) = one.proposed {
            text.push_str(&item("", &format!("proposed, since {why}: somebody has to look at it")));
        }
    }
    text.push_str(&last(&draft.missing));
    for wrong in &draft.wrong {
        text.push_str(&item("wrong", wrong));
    }
    text
}

fn short(case: &Case, form: &Form, format: Format) -> Result<ExitCode, Failure> {
    match format {
        Format::Json => output::print(&format!("{:#}\n", json!({"case": case.id, "form": form})))?,
        Format::Text => {
            let mut text = format!("{}: {}, a draft\n\n", printable(&case.id), form.step);
            for one in form.items.iter().filter(|one| one.needed || one.answer.is_some()) {
                text.push_str(&item(one.title, one.answer.as_deref().unwrap_or(NOT_KNOWN)));
            }
            output::print(&(text + &last(&form.missing)))?;
        }
    }
    Ok(if form.missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(OPEN) })
}

fn last(missing: &[&str]) -> String {
    if missing.is_empty() {
        return "\nNothing that it needs is missing.\n".to_owned();
    }
    let mut text = String::from("\n");
    for line in wrap(&format!("missing: {}", missing.join(", ")), 80) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// A value as people read it.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Array(all) => all.iter().map(said).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A label on its line, and what it says below.
fn item(label: &str, value: &str) -> String {
    let mut text = String::new();
    if !label.is_empty() {
        for line in wrap(label, 80) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    for line in wrap(&printable(value), 76) {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

pub(super) fn validate(file: &Path, format: Format) -> Result<ExitCode, Failure> {
    let document: Value = serde_json::from_slice(&bytes(file)?).map_err(|error| {
        Failure::new(Kind::Input, format!("`{}` is no JSON", file.display())).caused_by(error)
    })?;
    let wrong = check(&document);
    match format {
        Format::Json => output::print(&format!("{:#}\n", json!({"wrong": wrong})))?,
        Format::Text => {
            let mut text = String::new();
            for one in &wrong {
                text.push_str(&item("", one));
            }
            output::print(&format!("{text}{} wrong\n", wrong.len()))?;
        }
    }
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
}

//! The tables, made from the figures alone.

use std::collections::BTreeMap;

use super::figures::{Figures, Pair};
use super::record::{Outcome, Row};

/// Severities with the letter that stands for each, the worst first.
const SEVERITIES: &[(&str, char)] =
    &[("critical", 'C'), ("high", 'H'), ("medium", 'M'), ("low", 'L'), ("info", 'I')];

/// What stands in the document.
#[must_use]
pub fn render(all: &Figures) -> String {
    let certified = all.certified();
    let mut text = format!(
        "{certified} of {} servers have a certificate.\n\n\
         | server | archive | tree | tools | not finished | open | score | level | caps |\n\
         |---|---|---|---:|---|---|---:|---:|---|\n",
        all.servers.len()
    );
    // What is on both lists was looked at once.
    let rows: BTreeMap<&String, &Outcome> = all.servers.iter().chain(&all.sides).collect();
    for (target, outcome) in rows {
        text.push_str(&server(target, outcome));
    }
    text.push_str(
        "\nVersions with a known weakness, and those in which it was put right:\n\n\
         | pair | weakness | vulnerable | level | found | fixed | level | still there | elsewhere \
         | held back by it |\n|---|---|---|---|---:|---|---|---:|---:|---|\n",
    );
    for (id, one) in &all.pairs {
        text.push_str(&pair(id, one, all));
    }
    text
}

fn server(target: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Refused(why) => {
            format!("| `{target}` | | | | | none: {} | | | |\n", why.replace('|', "/"))
        }
        Outcome::Certified(row) => format!(
            "| `{target}` | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            digest(row.archive.as_deref()),
            digest(row.tree.as_deref()),
            row.tools.map_or_else(|| "unseen".into(), |tools| tools.to_string()),
            unfinished(row),
            open(row),
            row.score,
            row.level,
            caps(row)
        ),
    }
}

fn pair(id: &str, pair: &Pair, all: &Figures) -> String {
    let side = |side: &Option<String>| {
        let target = side.as_ref()?;
        let level = all.sides.get(target).and_then(Outcome::row).map(|row| row.level.to_string());
        let version = target.rsplit(['@', '=']).next().unwrap_or(target);
        Some((version.to_owned(), level))
    };
    let cells = |side: &Option<(String, Option<String>)>| match side {
        Some((version, level)) => {
            format!("{version} | {}", level.as_deref().unwrap_or("no certificate"))
        }
        None => "– | ".into(),
    };
    let (vulnerable, fixed) = (side(&pair.vulnerable), side(&pair.fixed));
    let known = |side: &Option<(String, Option<String>)>, text: String| {
        if side.as_ref().is_some_and(|(_, level)| level.is_some()) { text } else { String::new() }
    };
    let held = if pair.held { "yes" } else { "no" };
    format!(
        "| `{id}` | `{}` | {} | {} | {} | {} | {} | {} |\n",
        pair.class,
        cells(&vulnerable),
        known(&vulnerable, pair.found.to_string()),
        cells(&fixed),
        known(&fixed, pair.kept.to_string()),
        known(&fixed, pair.elsewhere.to_string()),
        known(&fixed, held.into())
    )
}

fn digest(digits: Option<&str>) -> String {
    digits.map_or_else(|| "–".into(), |digits| format!("`{digits}`"))
}

/// Stages that did not finish. Behaviour is told only where that is not for want of anybody who
/// ran it: it is so everywhere.
fn unfinished(row: &Row) -> String {
    let quiet = ["finished", "not-applicable", "not-run"];
    let told = row.stages.iter().filter(|(_, outcome)| !quiet.contains(&outcome.as_str()));
    told.map(|(stage, _)| stage.as_str()).collect::<Vec<_>>().join(", ")
}

fn open(row: &Row) -> String {
    let counts = SEVERITIES.iter().filter_map(|(name, letter)| {
        let count = *row.open.get(*name)?;
        (count > 0).then(|| format!("{count} {letter}"))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() { "none".into() } else { counts.join(", ") }
}

/// The caps that leave less than the one that every server has, for nobody ran it yet.
fn caps(row: &Row) -> String {
    let told = row.caps.iter().filter(|(_, cap)| cap != "stage-unfinished behaviour");
    told.map(|(level, cap)| format!("{level}: {cap}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::certify::figures::tests::figures;

    #[test]
    fn a_server_is_one_row() {
        let text = render(&figures(1));
        assert!(text.starts_with("30 of 30 servers have a certificate.\n"), "{text}");
        let wanted = "| `npm:s0@1` | `0123456789ab` | – | unseen | taint | 2 H | 71 | 2 \
                      | 0: stage-unfinished taint |\n";
        assert!(text.contains(wanted), "{text}");
    }

    #[test]
    fn one_without_a_certificate_says_why() {
        let text = render(&figures(1));
        assert!(text.contains("| `npm:a@1.0.1` | | | | | none: it / fails | | | |\n"), "{text}");
    }

    #[test]
    fn what_nobody_certified_was_not_counted() {
        let text = render(&figures(1));
        let wanted =
            "| `p` | `sql-injection` | 1.0.0 | 1 | 1 | 1.0.1 | no certificate |  |  |  |\n";
        assert!(text.contains(wanted), "{text}");
    }
}

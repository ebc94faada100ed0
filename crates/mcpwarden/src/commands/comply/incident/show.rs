//! What an incident is, and its clocks.

use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::json;
use warden_govern::{
    Word as _,
    case::{Case, recurring},
    clock::{Calendar, Due, Regime, STEPS, Standing, clocks as running},
    dora::classify::{Classified, Verdict},
};
use warden_report::printable;

use super::{Format, OPEN};
use crate::{Failure, output};

pub(super) fn classify(cases: &[Case], format: Format) -> Result<ExitCode, Failure> {
    let found: Vec<_> = cases.iter().map(|case| (case.id.as_str(), case.classify())).collect();
    let together = recurring(cases);
    match format {
        Format::Json => {
            let each: Vec<_> =
                found.iter().map(|(case, dora)| json!({"case": case, "dora": dora})).collect();
            let report = json!({"cases": each, "recurring": together});
            output::print(&format!("{report:#}\n"))?;
        }
        Format::Text => {
            let each = found.iter().map(|(case, dora)| verdict(case, dora));
            let mut text: String = each.collect();
            if let Some(together) = &together {
                text.push_str(&verdict("together, as incidents that recur (Art. 8(2))", together));
            }
            output::print(&text)?;
        }
    }
    let all = found.iter().map(|(_, one)| one).chain(&together);
    let open = all.into_iter().any(|one| one.verdict == Verdict::Undetermined);
    Ok(if open { ExitCode::from(OPEN) } else { ExitCode::SUCCESS })
}

fn verdict(what: &str, found: &Classified) -> String {
    let mut text = format!("{}:\n  {}\n", printable(what), said(found.verdict));
    for (word, all) in [("met", &found.met), ("not known", &found.missing)] {
        for criterion in all {
            text.push_str(&format!("  {word}: {}\n", criterion.word().replace('_', " ")));
        }
    }
    if found.by_access == Some(true) {
        text.push_str("  a malicious access that may lose data is enough (Art. 9(5)(b))\n");
    }
    text
}

const fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Major => "a major incident under DORA",
        Verdict::NotMajor => "not a major incident under DORA",
        Verdict::Undetermined => "undetermined: too little is known to say that it is not major",
    }
}

pub(super) fn clocks(
    case: &Case,
    calendar: &Calendar,
    now: Timestamp,
    format: Format,
) -> Result<ExitCode, Failure> {
    let events = case.events();
    let mut laws = Vec::new();
    for regime in Regime::all() {
        laws.push((*regime, case.applies(*regime), running(*regime, &events, calendar)));
    }
    // A law that applies, or of which nobody said that it does not, counts.
    let overdue = laws
        .iter()
        .filter(|(_, applies, _)| *applies != Some(false))
        .flat_map(|(_, _, due)| due)
        .any(|due| due.standing(now) == Standing::Overdue);
    match format {
        Format::Json => output::print(&report(case, &laws, now))?,
        Format::Text => output::print(&text(case, &laws, calendar, now))?,
    }
    Ok(if overdue { ExitCode::from(OPEN) } else { ExitCode::SUCCESS })
}

type Law = (Regime, Option<bool>, Vec<Due>);

fn report(case: &Case, laws: &[Law], now: Timestamp) -> String {
    let laws: Vec<_> = laws
        .iter()
        .map(|(regime, applies, due)| {
            let clocks: Vec<_> = due
                .iter()
                .map(|due| {
                    json!({
                        "due": due,
                        "standing": due.standing(now),
                        "remaining_seconds": due.remaining(now).as_secs(),
                        "told": due.told(now),
                    })
                })
                .collect();
            json!({"regime": regime, "applies": applies, "clocks": clocks})
        })
        .collect();
    format!("{:#}\n", json!({"case": case.id, "now": now, "regimes": laws}))
}

fn text(case: &Case, laws: &[Law], calendar: &Calendar, now: Timestamp) -> String {
    let mut text = format!("{}, at {now}\n", printable(&case.id));
    for (regime, applies, due) in laws {
        let said = match applies {
            Some(true) => "",
            Some(false) => ": does not apply",
            None => ": nobody said whether it applies, so its clocks run",
        };
        text.push_str(&format!("\n{regime}{said}\n"));
        if *applies == Some(false) {
            continue;
        }
        for due in due {
            let local = due.at.to_zoned(calendar.zone().clone());
            let local = local.strftime("%Y-%m-%d %H:%M %Z").to_string();
            text.push_str(&format!("  {:<24} {local:<22} {}\n", due.step, due.told(now)));
            text.push_str(&format!("    from {} at {}\n", due.from, due.since));
            text.push_str(&format!("    {}\n", due.rule));
            if let Some(raw) = due.moved_from {
                text.push_str(&format!("    moved from {raw}, a day off (Art. 5(4))\n"));
            }
        }
        let waiting = STEPS.iter().filter(|step| step.regime == *regime);
        for step in waiting.filter(|step| due.iter().all(|due| due.step != step.id)) {
            text.push_str(&format!("  {:<24} does not run yet\n", step.id));
        }
    }
    text
}

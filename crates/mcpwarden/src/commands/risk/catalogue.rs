//! Every server with its certification level, and what is planned.

use std::process::ExitCode;

use serde_json::json;
use warden_govern::{
    Word as _,
    estate::Lookup,
    risk::{Catalogue, Entry, Level, Risks},
};

use super::{Format, Inputs, LACKS, Shown, print_json, told};
use crate::{Failure, World, output};

pub(super) fn run(from: &Inputs, shown: &Shown, world: &World) -> Result<ExitCode, Failure> {
    let (estate, weights) = from.load(world)?;
    let known = Lookup::new(&estate);
    let risks = Risks::of(&known, &weights, estate.day());
    let catalogue = Catalogue::of(&risks, &known, estate.as_of);
    match shown.format {
        Format::Human => {
            let heading = told::heading("catalogue", risks.day, weights.stamp());
            output::print(&format!("{heading}{}", human(&risks, &catalogue, shown.most)))?;
        }
        Format::Json => {
            let servers: Vec<_> = catalogue.entries.iter().map(|entry| of(&risks, entry)).collect();
            print_json(&json!({
                "version": 1,
                "as_of": estate.as_of.to_string(),
                "estate": estate.digest().to_string(),
                "weights": &**weights.stamp(),
                "least_level": catalogue.least_level,
                "complete": catalogue.is_complete(),
                "planned": catalogue.planned,
                "lacks": catalogue.lacks(),
                "servers": servers,
            }))?;
        }
    }
    Ok(if catalogue.is_complete() { ExitCode::SUCCESS } else { ExitCode::from(LACKS) })
}

fn of(risks: &Risks<'_>, entry: &Entry<'_, '_>) -> serde_json::Value {
    let score = risks.score(entry.risk);
    json!({
        "server": entry.risk.server.id,
        "score": score.points(),
        "level": score.level().map(Level::word),
        "certification_level": entry.level,
        "below": entry.below,
        "plan": entry.plan,
    })
}

fn human(risks: &Risks<'_>, catalogue: &Catalogue<'_, '_>, most: usize) -> String {
    let mut out = match catalogue.least_level {
        Some(level) => format!("servers need certification level {level}\n\n"),
        None => {
            "nobody has set the least_level of the organisation: level 3 is asked for\n\n".into()
        }
    };
    out.push_str("score  level         certified  plan         server\n");
    for entry in catalogue.entries.iter().take(most) {
        let score = risks.score(entry.risk);
        let points = score.points().map_or_else(|| "-".to_owned(), |points| points.to_string());
        let level = score.level().map_or("not measured", Level::word);
        let certified = entry.level.map_or_else(|| "no".to_owned(), |level| level.to_string());
        let plan = match &entry.plan {
            None => "not needed",
            Some(plan) if plan.is_complete() => "whole",
            Some(_) => "not whole",
        };
        let name = told::cut(&entry.risk.server.id, 35);
        out.push_str(&format!("{points:>5}  {level:<12}  {certified:<9}  {plan:<11}  {name}\n"));
        if let Some(plan) = &entry.plan {
            let told = match (plan.owner, plan.action, plan.due) {
                (Some(owner), Some(action), Some(due)) => format!("{owner}, by {due}: {action}"),
                _ => format!("nobody has set its {}", plan.missing.join(", ")),
            };
            out.push_str(&told::wrapped(&told, 7));
        }
    }
    out.push_str(&told::more(catalogue.entries.len(), most));
    let planned = catalogue.planned;
    out.push_str(&format!(
        "\n{} servers, {} below the level, {} of them with a whole plan ({}): {}\n",
        catalogue.entries.len(),
        planned.all,
        planned.of,
        planned.percent(),
        if catalogue.is_complete() { "complete" } else { "not complete" },
    ));
    out
}

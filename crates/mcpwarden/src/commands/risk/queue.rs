//! What to mend first.

use serde_json::json;
use warden_govern::{
    estate::Lookup,
    risk::{Item, Risks, queue},
};

use super::{Format, Inputs, Shown, print_json, told};
use crate::{Failure, World, output};

pub(super) fn run(from: &Inputs, shown: &Shown, world: &World) -> Result<(), Failure> {
    let (estate, weights) = from.load(world)?;
    let known = Lookup::new(&estate);
    let risks = Risks::of(&known, &weights, estate.day());
    let items = queue(&risks, &known);
    match shown.format {
        Format::Human => {
            let heading = told::heading("queue", risks.day, weights.stamp());
            output::print(&format!("{heading}{}", human(&items, shown.most)))
        }
        Format::Json => {
            let items: Vec<_> = items.iter().map(of).collect();
            print_json(&json!({
                "version": 1,
                "as_of": risks.day.to_string(),
                "estate": estate.digest().to_string(),
                "weights": &**weights.stamp(),
                "items": items,
            }))
        }
    }
}

fn of(item: &Item<'_, '_>) -> serde_json::Value {
    let scored = item.scored;
    json!({
        "rank": item.rank,
        "finding": scored.finding.id,
        "class": scored.finding.class.id(),
        "server": scored.finding.server,
        "tool": scored.finding.tool,
        "standing": scored.standing,
        "technical": scored.technical,
        "composite": scored.composite,
        "aivss": scored.aivss,
        "plan": item.plan,
        "overdue": item.overdue,
    })
}

fn human(items: &[Item<'_, '_>], most: usize) -> String {
    let mut out = String::from("rank  score  level     technical  due         finding\n");
    for item in items.iter().take(most) {
        let scored = item.scored;
        let finding = scored.finding;
        let due = item.plan.due.map_or_else(|| "not set".to_owned(), |due| due.to_string());
        out.push_str(&format!(
            "{:>4}  {:>5}  {:<8}  {:<9}  {due:<10}  {}\n",
            item.rank,
            scored.composite.points(),
            scored.composite.level(),
            scored.technical.severity,
            told::cut(&format!("{} on {}", finding.class.id(), finding.server), 32),
        ));
        let mut notes = Vec::new();
        if item.overdue {
            notes.push("overdue".to_owned());
        }
        if scored.standing.name() != "open" {
            notes.push(scored.standing.name().to_owned());
        }
        let plan = &item.plan;
        if let (Some(owner), Some(action)) = (plan.owner, plan.action) {
            notes.push(format!("{owner}: {action}"));
        }
        if !plan.missing.is_empty() {
            notes.push(format!("nobody has set its {}", plan.missing.join(", ")));
        }
        out.push_str(&told::wrapped(&format!("{}; {}", finding.id, notes.join("; ")), 13));
    }
    out.push_str(&told::more(items.len(), most));
    let overdue = items.iter().filter(|item| item.overdue).count();
    let unplanned = items.iter().filter(|item| !item.plan.is_complete()).count();
    out.push_str(&format!(
        "\n{} to mend: {overdue} overdue, {unplanned} without a whole plan\n",
        items.len()
    ));
    out
}

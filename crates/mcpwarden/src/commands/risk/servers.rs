//! Every server with its score.

use serde_json::json;
use warden_govern::{
    Word as _,
    estate::Lookup,
    risk::{Level, Risks, ServerRisk, Weights},
};

use super::{Format, Inputs, Shown, print_json, told};
use crate::{Failure, World, output};

pub(super) fn run(from: &Inputs, shown: &Shown, world: &World) -> Result<(), Failure> {
    let (estate, weights) = from.load(world)?;
    let known = Lookup::new(&estate);
    let risks = Risks::of(&known, &weights, estate.day());
    match shown.format {
        Format::Human => output::print(&human(&risks, &weights, shown.most)),
        Format::Json => {
            let servers: Vec<_> = risks.servers.iter().map(|risk| of(&risks, risk)).collect();
            print_json(&json!({
                "version": 1,
                "as_of": risks.day.to_string(),
                "estate": estate.digest().to_string(),
                "weights": &**weights.stamp(),
                "servers": servers,
            }))
        }
    }
}

fn of(risks: &Risks<'_>, risk: &ServerRisk<'_>) -> serde_json::Value {
    let worst = risks.worst(risk);
    json!({
        "server": risk.server.id,
        "score": risks.score(risk).points(),
        "level": risks.score(risk).level().map(Level::word),
        "findings": risk.standing,
        "looked_at": risk.looked_at,
        "worst": worst.map(|worst| json!({
            "finding": worst.finding.id,
            "class": worst.finding.class.id(),
            "technical": worst.technical,
            "composite": worst.composite,
            "aivss": worst.aivss,
            "agent": worst.agent,
        })),
    })
}

fn human(risks: &Risks<'_>, weights: &Weights, most: usize) -> String {
    let mut out = told::heading("servers", risks.day, weights.stamp());
    out.push_str("score  level         technical  findings  server\n");
    for risk in risks.servers.iter().take(most) {
        let score = risks.score(risk);
        let points = score.points().map_or_else(|| "-".to_owned(), |points| points.to_string());
        let level = score.level().map_or("not measured", Level::word);
        let technical = risks.worst(risk).map_or("-", |worst| worst.technical.severity.name());
        let name = told::cut(&risk.server.id, 38);
        out.push_str(&format!(
            "{points:>5}  {level:<12}  {technical:<9}  {:>8}  {name}\n",
            risk.standing
        ));
    }
    out.push_str(&told::more(risks.servers.len(), most));
    out.push_str(&counts(risks));
    out
}

fn counts(risks: &Risks<'_>) -> String {
    let count = |wanted: Option<Level>| {
        let is = |risk: &&ServerRisk<'_>| risks.score(risk).level() == wanted;
        risks.servers.iter().filter(is).count()
    };
    let levels = Level::all().iter().rev().map(|level| (count(Some(*level)), level.word()));
    let levels = levels.chain([(count(None), "not measured")]);
    let parts: Vec<_> = levels
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    format!("\n{} servers: {}\n", risks.servers.len(), parts.join(", "))
}

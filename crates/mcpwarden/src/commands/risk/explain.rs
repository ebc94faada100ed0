//! One score, with every term of it and what would lower it.

use serde_json::json;
use warden_govern::{
    Word as _,
    estate::Lookup,
    risk::{Aivss, Axis, Exposure, Manner, Remedy, Residual, Risks, Scored, Term, Weights},
};

use super::{Format, Inputs, print_json, told};
use crate::{Failure, Kind, World, output};

pub(super) fn run(name: &str, from: &Inputs, format: Format, world: &World) -> Result<(), Failure> {
    let (estate, weights) = from.load(world)?;
    let known = Lookup::new(&estate);
    let risks = Risks::of(&known, &weights, estate.day());
    let scored = find(&risks, name)?;
    let of = (scored.technical.severity, Manner::of(scored.finding.class));
    let exposure = *scored.composite.exposure();
    let remedies = Residual::each(&weights, of, exposure);
    let way = Residual::way(&weights, of, exposure);
    let all = Residual::of(&weights, of, exposure, Remedy::all());
    match format {
        Format::Human => {
            let lower = what_lowers(&remedies, &way, &all);
            output::print(&format!("{}{lower}", human(&risks, &weights, scored)))
        }
        Format::Json => {
            let list = |remedies: &[(Remedy, Residual)]| -> Vec<_> {
                let each = remedies.iter();
                each.map(|(remedy, residual)| json!({"remedy": remedy, "residual": residual}))
                    .collect()
            };
            print_json(&json!({
                "version": 1,
                "as_of": risks.day.to_string(),
                "estate": estate.digest().to_string(),
                "finding": scored.finding.id,
                "class": scored.finding.class.id(),
                "server": scored.finding.server,
                "standing": scored.standing,
                "due": scored.due().map(|due| due.to_string()),
                "technical": scored.technical,
                "composite": scored.composite,
                "factor": scored.composite.factor(),
                "aivss": scored.aivss,
                "agent": scored.agent,
                "remedies": list(&remedies),
                "way": list(&way),
                "residual": all,
            }))
        }
    }
}

fn find<'r, 'a>(risks: &'r Risks<'a>, name: &str) -> Result<&'r Scored<'a>, Failure> {
    if let Some(scored) = risks.findings.iter().find(|scored| scored.finding.id == name) {
        return Ok(scored);
    }
    let Some(server) = risks.server(name) else {
        let told = format!("no finding that stands and no server is called `{name}`");
        return Err(Failure::new(Kind::Usage, told)
            .hint("`mcpwarden risk servers` and `mcpwarden risk queue` show what there is"));
    };
    risks.worst(server).ok_or_else(|| {
        let told = if server.looked_at {
            format!("nothing stands against `{name}`: 0 points")
        } else {
            format!("nothing stands against `{name}`, and not every stage was run: not measured")
        };
        Failure::new(Kind::Usage, told)
    })
}

fn human(risks: &Risks<'_>, weights: &Weights, scored: &Scored<'_>) -> String {
    let finding = scored.finding;
    let mut out = told::heading("score", risks.day, weights.stamp());
    let title = if finding.title.is_empty() { finding.class.info().title } else { &finding.title };
    out.push_str(&told::wrapped(title, 0));
    let place = match &finding.tool {
        Some(tool) => format!("{} {} on {}/{tool}", finding.id, finding.class.id(), finding.server),
        None => format!("{} {} on {}", finding.id, finding.class.id(), finding.server),
    };
    out.push_str(&told::wrapped(&place, 2));
    out.push('\n');
    let composite = &scored.composite;
    let technical = match scored.technical.base {
        Some(base) => format!("{} (CVSS-B {base})", scored.technical.severity),
        None => scored.technical.severity.to_string(),
    };
    let standing = match scored.due() {
        Some(due) => format!("{}, due {due}", scored.standing.name()),
        None => format!("{}, no day is set", scored.standing.name()),
    };
    for (name, value) in [
        ("composite", format!("{} {}", composite.points(), composite.level())),
        ("technical", technical),
        (Aivss::LABEL, scored.aivss.to_string()),
        ("state", standing),
        ("worst through", scored.agent.unwrap_or("no agent: the server itself").to_owned()),
    ] {
        out.push_str(&format!("  {name:<22}{}\n", told::cut(&value, 56)));
    }
    out.push_str("\nterms\n");
    for Term { term, value, points } in composite.terms() {
        out.push_str(&format!("  {term:<16}{value:<24}{points:>+5}\n"));
    }
    out.push_str(&format!("  {:<40}{:>5}\n", "sum", composite.points()));
    out.push_str(&unknown(composite.exposure()));
    out
}

fn unknown(exposure: &Exposure) -> String {
    let unknown = Axis::all().iter().filter(|axis| exposure.word(**axis) == "unknown");
    let names: Vec<_> = unknown.map(|axis| axis.word()).collect();
    if names.is_empty() {
        return String::new();
    }
    told::wrapped(&format!("not known, and so the worst: {}", names.join(", ")), 2)
}

fn what_lowers(
    remedies: &[(Remedy, Residual)],
    way: &[(Remedy, Residual)],
    all: &Residual,
) -> String {
    let mut out = String::from("\nwhat would lower it, each alone\n");
    let helps: Vec<_> = remedies.iter().filter(|(_, residual)| residual.points > 0).collect();
    if helps.is_empty() {
        out.push_str("  nothing: more is around it than counts\n");
    }
    for (remedy, residual) in &helps {
        out.push_str(&left(remedy.word(), residual));
    }
    if way.len() > 1 {
        out.push_str("\nwhat would, one after the other\n");
        for (remedy, residual) in way {
            out.push_str(&left(remedy.word(), residual));
        }
    }
    out.push_str("\nwhat all of it would leave\n");
    out.push_str(&left("everything", all));
    out
}

fn left(name: &str, residual: &Residual) -> String {
    let sign = if residual.points > 0 { "-" } else { "" };
    let (change, after) = (format!("{sign}{}", residual.points), &residual.after);
    format!("  {name:<28}{change:>5}  to {:>3} {}\n", after.points(), after.level())
}

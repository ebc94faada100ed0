//! Who answers for agents and servers, and what was reviewed.

use std::process::ExitCode;

use serde_json::json;
use warden_govern::{
    Word as _,
    domain::{self, Review, Standing},
    duty,
    estate::Lookup,
};

use super::{
    Asked, Shown, code,
    told::{count, paragraph},
    value,
};
use crate::{Failure, Kind, World};

/// The agents that no person answers for.
pub(super) fn owners(from: &Asked, world: &World) -> Result<ExitCode, Failure> {
    let estate = from.from.load(world)?;
    let owners = duty::owners(&Lookup::new(&estate));
    from.print(
        &estate,
        Shown {
            human: || {
                let mut out = String::new();
                for gap in &owners.gaps {
                    let named = gap.owner.map(|owner| format!(" ({owner})")).unwrap_or_default();
                    paragraph(&mut out, 0, &format!("{}: {}{named}", gap.agent, gap.why.told()));
                }
                let (named, share) = (owners.named, owners.named.percent());
                out.push_str(&format!(
                    "a named person answers for {} of {} ({share})\n",
                    named.of,
                    count(usize::try_from(named.all).unwrap_or(usize::MAX), "agent")
                ));
                out
            },
            json: || value(&owners),
            csv: || Ok(duty::owners_csv(&owners)),
        },
    )?;
    Ok(code(!owners.gaps.is_empty()))
}

/// How agents stand in the review against the four domains.
pub(super) fn review(
    from: &Asked,
    agent: Option<&str>,
    world: &World,
) -> Result<ExitCode, Failure> {
    let estate = from.from.load(world)?;
    let known = Lookup::new(&estate);
    let mut found = domain::reviews(&known, estate.day());
    if let Some(agent) = agent {
        found.agents.retain(|review| review.agent == agent);
        if found.agents.is_empty() {
            return Err(Failure::new(Kind::Input, format!("no agent of the estate is `{agent}`"))
                .hint("see which there are: `mcpwarden surface`"));
        }
    }
    let good = |review: &&Review<'_>| review.standing == Standing::Reviewed;
    let reviewed = found.agents.iter().filter(good).count();
    let all = found.agents.len();
    from.print(
        &estate,
        Shown {
            human: || {
                let mut out: String = found.agents.iter().map(one).collect();
                out.push_str(&format!("{reviewed} of {} reviewed\n", count(all, "agent")));
                out
            },
            json: || json!({ "agents": value(&found.agents), "reviewed": reviewed, "all": all }),
            csv: || Ok(domain::reviews_csv(&found.agents)),
        },
    )?;
    Ok(code(reviewed < all))
}

fn one(review: &Review<'_>) -> String {
    let mut out = String::new();
    let until = review.until.map(|until| format!(", until {until}")).unwrap_or_default();
    let standing = review.standing.word();
    paragraph(&mut out, 0, &format!("{}: {standing}{until}", review.agent));
    for domain in &review.domains {
        let status = domain.status.map_or("unknown", |status| status.word());
        let score = domain.score.map_or("no score".to_owned(), |score| format!("score {score}"));
        let line = format!(
            "{} {} ({}): {status}, {score}, evidence {}; {} open, {} critical",
            domain.domain.number(),
            domain.domain.title(),
            domain.priority.to_uppercase(),
            domain.evidence.len(),
            count(usize::try_from(domain.findings).unwrap_or(usize::MAX), "finding"),
            domain.critical
        );
        paragraph(&mut out, 2, &line);
    }
    if !review.missing.is_empty() {
        let missing: Vec<String> = review.missing.iter().map(ToString::to_string).collect();
        paragraph(&mut out, 2, &format!("missing: {}", missing.join("; ")));
    }
    out
}

/// Who does what for servers.
pub(super) fn duties(
    from: &Asked,
    server: Option<&str>,
    world: &World,
) -> Result<ExitCode, Failure> {
    let estate = from.from.load(world)?;
    let mut all = duty::duties(&Lookup::new(&estate));
    if let Some(server) = server {
        all.retain(|duties| duties.server == server);
        if all.is_empty() {
            return Err(Failure::new(
                Kind::Input,
                format!("no server of the estate is `{server}`"),
            )
            .hint("see which there are: `mcpwarden estate show`"));
        }
    }
    from.print(
        &estate,
        Shown {
            human: || {
                let mut out = String::new();
                for duties in &all {
                    let taken = duties.taken;
                    let line = format!("{}: {} of {} taken", duties.server, taken.of, taken.all);
                    paragraph(&mut out, 0, &line);
                    for duty in &duties.duties {
                        let party = duty.party.map_or("unknown", |party| party.word());
                        let gap = duty.gap.as_deref().map(|gap| format!(", but {gap}"));
                        let line = format!("{}: {party}{}", duty.area, gap.unwrap_or_default());
                        paragraph(&mut out, 2, &line);
                    }
                }
                out
            },
            json: || json!({ "servers": value(&all) }),
            csv: || Ok(duty::duties_csv(&all)),
        },
    )?;
    Ok(ExitCode::SUCCESS)
}

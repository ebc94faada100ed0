//! What is in an estate, and what nobody has said.

use warden_govern::{Estate, Ratio, estate::Lookup};

/// The counts of an estate, and its gaps.
pub(super) fn show(estate: &Estate) -> String {
    let known = Lookup::new(estate);
    let mut out = format!("estate as of {}, {}\n\n", estate.as_of, estate.digest());
    let counts = [
        ("agents", estate.agents.len()),
        ("servers", estate.servers.len()),
        ("tools", estate.tools.len()),
        ("connections", estate.connections.len()),
        ("systems", estate.systems.len()),
        ("people", estate.people.len()),
        ("vendors", estate.vendors.len()),
        ("findings", estate.findings.len()),
        ("certificates", estate.certificates.len()),
        ("assessments", estate.assessments.len()),
        ("incidents", estate.incidents.len()),
        ("unregistered servers", estate.shadows.len()),
        ("evidence", estate.evidence.len()),
    ];
    for (name, count) in counts {
        out.push_str(&format!("  {name:<22}{count:>8}\n"));
    }
    out.push_str("\nsaid of them\n");
    let servers = || estate.servers.iter();
    let agents = || estate.agents.iter();
    let said = [
        ("agents with an accountable person", {
            Ratio::count(agents(), |agent| known.accountable(agent.owner.as_deref()).is_some())
        }),
        ("servers with an accountable person", {
            Ratio::count(servers(), |server| known.accountable(server.owner.as_deref()).is_some())
        }),
        ("servers with a data class", Ratio::count(servers(), |server| server.data.is_some())),
        ("servers with an environment", {
            Ratio::count(servers(), |server| server.environment.is_some())
        }),
        ("servers with a publisher", Ratio::count(servers(), |server| server.publisher.is_some())),
        ("tools with a known effect", {
            Ratio::count(&estate.tools, |tool| tool.effect.is_some())
        }),
    ];
    for (name, ratio) in said {
        let of = format!("{} of {}", ratio.of, ratio.all);
        out.push_str(&format!("  {name:<36}{:>8}  {of}\n", ratio.percent()));
    }
    out
}

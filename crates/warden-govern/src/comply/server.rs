//! Evidence pages of servers that critical business processes depend on, and servers that nobody
//! manages.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use super::{Ground, Judged, Provision, Scope, Status, catalogue, framework, judge_all};
use crate::{
    Ratio,
    estate::{Process, Server},
};

/// The regulations that a page is made for: name, framework, and what the name is for people.
const REGIMES: [(&str, &str); 3] = [("DORA", "DORA"), ("NIS2", "NIS2"), ("EU AI Act", "EU-AI-Act")];

/// An article, as the server and those who use it show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Article {
    /// The article.
    pub id: &'static str,
    /// Its wording, in short.
    pub wording: &'static str,
    /// Whether it is satisfied: all controls for it are met for this server, and nothing is open.
    pub satisfied: bool,
    /// How it stands.
    pub status: Status,
    /// The controls of the platform that stand for it.
    pub controls: Vec<&'static str>,
    /// What shows it.
    pub evidence: Vec<String>,
    /// What lacks, by the parts of the controls.
    pub lacks: Vec<String>,
    /// The open findings of the server against it.
    pub findings: Vec<String>,
    /// Whether it applies, or is something to get ready for.
    pub provision: Provision,
}

/// What a server shows for one regulation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Regime {
    /// The regulation.
    pub name: &'static str,
    /// Articles that are satisfied, of those that something of the server stands for.
    pub satisfied: Ratio,
    /// Every article that a control of the platform stands for.
    pub articles: Vec<Article>,
}

/// The evidence page of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServerPage {
    /// The server.
    pub server: String,
    /// The critical processes that depend on it; those of which nobody said so count.
    pub processes: Vec<String>,
    /// The day that it is made for.
    pub day: Date,
    /// The regulations.
    pub regimes: Vec<Regime>,
}

/// Whether a process supports a critical or important function, as far as anybody knows.
fn is_critical(process: &Process) -> bool {
    process.critical != Some(false)
}

/// The critical processes that depend on a server: its own, and those of agents that use it. A
/// process that the estate does not know counts as critical.
fn processes_of(ground: &Ground<'_>, server: &Server) -> Vec<String> {
    let connected = ground.lookup.connections_to(&server.id).iter();
    let of_agents = connected.filter_map(|one| ground.lookup.agent(&one.agent)?.process.as_deref());
    let all = server.processes.iter().map(String::as_str).chain(of_agents);
    let mut critical: Vec<_> = all
        .filter(|id| ground.lookup.process(id).is_none_or(is_critical))
        .map(ToOwned::to_owned)
        .collect();
    critical.sort_unstable();
    critical.dedup();
    critical
}

/// The servers that a critical process depends on, by their identifiers.
#[must_use]
pub fn critical_servers<'a>(ground: &Ground<'a>) -> Vec<&'a Server> {
    let all = ground.estate().servers.iter();
    let mut servers: Vec<_> =
        all.filter(|server| !processes_of(ground, server).is_empty()).collect();
    servers.sort_by(|a, b| a.id.cmp(&b.id));
    servers
}

/// The evidence page of a server; `None` if the estate does not have it.
#[must_use]
pub fn server_page(ground: &Ground<'_>, server: &str) -> Option<ServerPage> {
    let server = ground.lookup.server(server)?;
    let scope = Scope::server(ground, server);
    let judged = judge_all(&scope);
    let regime = |(name, id): (&'static str, &str)| {
        let whole = framework(&scope, &judged, id);
        let articles: Vec<_> = whole
            .into_iter()
            .flat_map(|one| one.demanded)
            .map(|demanded| article(demanded, &judged, ground.day, id))
            .collect();
        let applies = articles.iter().filter(|one| one.status != Status::NotApplicable);
        Regime { name, satisfied: Ratio::count(applies, |one| one.satisfied), articles }
    };
    Some(ServerPage {
        server: server.id.clone(),
        processes: processes_of(ground, server),
        day: ground.day,
        regimes: REGIMES.into_iter().map(regime).collect(),
    })
}

fn article(demanded: super::Demanded, judged: &[Judged], day: Date, framework: &str) -> Article {
    let behind = || judged.iter().filter(|one| demanded.controls.contains(&one.id));
    let cited = behind().flat_map(|one| &one.evidence).map(|cited| cited.id.clone());
    let evidence: BTreeSet<String> = cited.collect();
    let work = behind().flat_map(|one| &one.work);
    let lacks = work.map(|item| format!("{}: {}", item.id, item.why)).collect();
    let acts = framework == "EU-AI-Act";
    Article {
        id: demanded.id,
        wording: catalogue(framework).and_then(|one| one.wording(demanded.id)).unwrap_or_default(),
        satisfied: demanded.status == Status::Met,
        status: demanded.status,
        controls: demanded.controls,
        evidence: evidence.into_iter().collect(),
        lacks,
        findings: demanded.findings,
        provision: if acts { Provision::of(demanded.id, day) } else { Provision::Applies },
    }
}

/// A server that nobody manages: for DORA an ICT third party that is not managed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unmanaged {
    /// The server, or the endpoint of one that nobody registered.
    pub id: String,
    /// What it lacks.
    pub lacks: Vec<&'static str>,
}

/// Every server without an accountable owner or without an approval, and every one that was seen
/// and not registered. Its length is the count of unmanaged ICT third parties.
#[must_use]
pub fn unmanaged(ground: &Ground<'_>) -> Vec<Unmanaged> {
    let of_server = |server: &Server| {
        let owner = ground.lookup.accountable(server.owner.as_deref());
        let approved = server.approved_by.is_some() && server.approved_at.is_some();
        let lacks: Vec<_> = [("owner", owner.is_some()), ("approval", approved)]
            .into_iter()
            .filter_map(|(what, there)| (!there).then_some(what))
            .collect();
        (!lacks.is_empty()).then(|| Unmanaged { id: format!("servers/{}", server.id), lacks })
    };
    let shadows = ground.estate().shadows.iter().map(|shadow| Unmanaged {
        id: format!("shadows/{}", shadow.endpoint),
        lacks: vec!["registration", "owner", "approval"],
    });
    let mut all: Vec<_> =
        ground.estate().servers.iter().filter_map(of_server).chain(shadows).collect();
    all.sort_unstable();
    all
}

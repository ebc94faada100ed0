//! Servers as configuration items, for the database (CMDB) that an organisation keeps.
//!
//! Two forms with the same columns: the payload of ServiceNow's Identification and Reconciliation
//! Engine, and CSV. Both can be read again, and then give the servers, their owners, the business
//! processes and the people that they name. What nobody has said is left out of both, so that it
//! does not overwrite what the database knows, and is named in `u_not_known`.

mod ire;
mod read;
mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use ire::payload;
pub use read::{NoCmdb, members};
pub use table::csv;

use crate::{
    Word as _,
    estate::{Lookup, Server},
};

/// The names of classes in the database. Which class MCP servers have is up to whoever runs it: no
/// published class is known, and the usual one extends `cmdb_ci_appl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// Of an MCP server.
    pub server: String,
    /// Of a business process.
    pub process: String,
}

impl Default for Classes {
    fn default() -> Self {
        Self { server: "u_cmdb_ci_mcp_server".into(), process: "cmdb_ci_business_process".into() }
    }
}

/// The columns of a server, as the fields of its class are called. Those with `u_` are of the
/// extension.
pub const COLUMNS: [&str; 18] = [
    "u_server_id",
    "name",
    "version",
    "u_package",
    "url",
    "u_publisher",
    "owned_by",
    "u_owner_name",
    "u_installing_user",
    "u_business_process",
    "u_business_process_name",
    "u_data_classification",
    "u_environment",
    "u_authentication",
    "u_digest",
    "u_cert_level",
    "u_cert_expires",
    "u_not_known",
];

/// A server as a configuration item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The identifier of the server, which tells items apart.
    pub id: String,
    /// The business processes that use it, as identifier and name.
    pub processes: Vec<(String, String)>,
    /// What is known of it, by column.
    pub values: BTreeMap<&'static str, String>,
}

/// Every server of an estate as a configuration item, by identifier.
#[must_use]
pub fn items(known: &Lookup<'_>) -> Vec<Item> {
    let levels = levels(known);
    let mut items: Vec<_> =
        known.estate.servers.iter().map(|server| item(known, server, &levels)).collect();
    items.sort_by(|a, b| a.id.cmp(&b.id));
    items
}

type Levels<'a> = BTreeMap<&'a str, (u8, Timestamp)>;

/// The best certificate of each server that counts at the time of the estate.
fn levels<'a>(known: &Lookup<'a>) -> Levels<'a> {
    let now = known.estate.as_of;
    let mut levels = Levels::new();
    for one in &known.estate.certificates {
        if !one.revoked && one.issued <= now && now < one.expires {
            let found = (one.level, one.expires);
            let best = levels.entry(one.server.as_str()).or_insert(found);
            *best = found.max(*best);
        }
    }
    levels
}

fn item(known: &Lookup<'_>, server: &Server, levels: &Levels<'_>) -> Item {
    let is_url = |package: &&String| package.contains("://");
    let package = server.package.clone();
    let owner = server.owner.clone();
    let name = owner.as_deref().and_then(|id| known.person(id)).map(|person| person.name.clone());
    let users = installing(known, &server.id);
    let processes = processes(known, server);
    let level = levels.get(server.id.as_str());
    let joined = |all: Vec<String>| (!all.is_empty()).then(|| all.join("; "));
    let of = |part: fn(&(String, String)) -> &String| {
        joined(processes.iter().map(|process| part(process).clone()).collect())
    };
    let missing = missing(owner.is_some(), !users.is_empty(), !processes.is_empty(), server);
    let values = [
        ("u_server_id", Some(server.id.clone())),
        ("name", Some(if server.name.is_empty() { &server.id } else { &server.name }.clone())),
        ("version", server.version.clone()),
        ("url", package.clone().filter(|it| is_url(&it))),
        ("u_package", package.filter(|it| !is_url(&it))),
        ("u_publisher", server.publisher.clone()),
        ("owned_by", owner),
        ("u_owner_name", name),
        ("u_installing_user", joined(users)),
        ("u_business_process", of(|(id, _)| id)),
        ("u_business_process_name", of(|(_, name)| name)),
        ("u_data_classification", server.data.map(|data| data.word().to_owned())),
        ("u_environment", server.environment.map(|it| it.word().to_owned())),
        ("u_authentication", server.authentication.map(|it| it.word().to_owned())),
        ("u_digest", server.pinned.clone()),
        ("u_cert_level", level.map(|(level, _)| level.to_string())),
        ("u_cert_expires", level.map(|(_, until)| utc(*until))),
        ("u_not_known", joined(missing)),
    ];
    let values = values.into_iter().filter_map(|(column, value)| Some((column, value?)));
    Item { id: server.id.clone(), processes, values: values.collect() }
}

/// Who has set a server up: the user of each connection, or else of the machine of its agent.
fn installing(known: &Lookup<'_>, server: &str) -> Vec<String> {
    let machines: BTreeMap<_, _> =
        known.estate.machines.iter().map(|one| (one.id.as_str(), one)).collect();
    let of_machine = |agent: &str| {
        let machine = known.agent(agent)?.machine.as_deref()?;
        machines.get(machine)?.user.clone()
    };
    let connections = known.connections_to(server).iter();
    let users = connections.filter_map(|one| one.user.clone().or_else(|| of_machine(&one.agent)));
    users.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The processes of the server itself, and of agents that are connected to it.
fn processes(known: &Lookup<'_>, server: &Server) -> Vec<(String, String)> {
    let of_agents = known.connections_to(&server.id).iter();
    let of_agents = of_agents.filter_map(|one| known.agent(&one.agent)?.process.as_ref());
    let all: BTreeSet<_> = server.processes.iter().chain(of_agents).collect();
    let named = |id: &String| {
        let name = known.process(id).map(|process| process.name.clone());
        (id.clone(), name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone()))
    };
    all.into_iter().map(named).collect()
}

fn missing(owner: bool, user: bool, process: bool, server: &Server) -> Vec<String> {
    let all = [
        ("owner", owner),
        ("installing user", user),
        ("business process", process),
        ("data class", server.data.is_some()),
        ("environment", server.environment.is_some()),
    ];
    all.into_iter().filter(|(_, known)| !known).map(|(name, _)| name.to_owned()).collect()
}

/// A time as the database writes it: UTC, without a zone.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

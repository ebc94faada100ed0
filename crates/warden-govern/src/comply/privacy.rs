//! Records of processing for each agent (GDPR Art. 30), and the draft of a notification of a breach
//! (Art. 33(3)).

use jiff::Timestamp;
use serde::Serialize;

use super::Ground;
use crate::estate::{Agent, Incident, Vendor};

/// What stands where nobody knows.
pub const NOT_KNOWN: &str = "not known";

/// One entry of a record or a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Where the law asks for it.
    pub at: &'static str,
    /// What it asks for.
    pub asks: &'static str,
    /// What is known, or `not known`.
    pub value: String,
}

impl Entry {
    /// Whether something is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.value != NOT_KNOWN
    }
}

/// A record of processing of one agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// The agent.
    pub agent: String,
    /// Its name for people.
    pub name: String,
    /// What Art. 30(1)(a) to (g) asks for, in this order.
    pub entries: Vec<Entry>,
}

fn text(value: Option<&str>) -> String {
    value.filter(|value| !value.trim().is_empty()).map_or_else(|| NOT_KNOWN.into(), Into::into)
}

fn list(values: &[String]) -> String {
    if values.is_empty() { NOT_KNOWN.into() } else { values.join("; ") }
}

/// Whether everything that only people can say of an agent's record has been said.
#[must_use]
pub fn is_whole(agent: &Agent) -> bool {
    agent.purpose.as_ref().is_some_and(|purpose| !purpose.trim().is_empty())
        && !agent.subjects.is_empty()
        && !agent.personal_data.is_empty()
        && !agent.recipients.is_empty()
        && agent.retention_days.is_some()
}

/// The record of one agent.
#[must_use]
pub fn record(ground: &Ground<'_>, agent: &Agent) -> Record {
    let organisation = &ground.estate().organisation;
    let entry = |at, asks, value| Entry { at, asks, value };
    let retention = agent.retention_days.map(|days| format!("erased after {days} days"));
    let entries = vec![
        entry("30(1)(a)", "controller", text(Some(&organisation.name))),
        entry("30(1)(a)", "who answers for it", owner(ground, agent)),
        entry("30(1)(b)", "purposes", text(agent.purpose.as_deref())),
        entry("30(1)(c)", "categories of data subjects", list(&agent.subjects)),
        entry("30(1)(c)", "categories of personal data", list(&agent.personal_data)),
        entry("30(1)(d)", "recipients", list(&agent.recipients)),
        entry("30(1)(d)", "servers that get or hand out data", servers(ground, agent)),
        entry("30(1)(e)", "transfers to third countries, and safeguards", transfers(ground, agent)),
        entry("30(1)(f)", "time limits for erasure", text(retention.as_deref())),
        entry("30(1)(g)", "technical and organisational measures", measures(ground, agent)),
    ];
    Record { agent: agent.id.clone(), name: agent.name.clone(), entries }
}

/// The records of all agents that process personal data, as far as anybody knows.
#[must_use]
pub fn records(ground: &Ground<'_>) -> Vec<Record> {
    let agents = ground.estate().agents.iter();
    let mut all: Vec<_> = agents
        .filter(|agent| super::queries::data::is_personal(agent))
        .map(|agent| record(ground, agent))
        .collect();
    all.sort_by(|a, b| a.agent.cmp(&b.agent));
    all
}

fn owner(ground: &Ground<'_>, agent: &Agent) -> String {
    text(ground.lookup.accountable(agent.owner.as_deref()).map(|person| person.name.as_str()))
}

fn servers(ground: &Ground<'_>, agent: &Agent) -> String {
    let mut all: Vec<_> = ground
        .lookup
        .connections_of(&agent.id)
        .iter()
        .map(|connection| connection.server.clone())
        .collect();
    all.sort_unstable();
    list(&all)
}

/// Where the vendors of an agent's servers process data. One that is not known is named as that.
fn transfers(ground: &Ground<'_>, agent: &Agent) -> String {
    let mut all = Vec::new();
    for connection in ground.lookup.connections_of(&agent.id) {
        let server = ground.lookup.server(&connection.server);
        let vendor = server.and_then(|server| ground.lookup.vendor(server.vendor.as_deref()?));
        // What runs here, and nowhere else, transfers nothing by itself.
        if vendor.is_none() && server.is_some_and(|server| server.remote == Some(false)) {
            continue;
        }
        all.push(format!("{}: {}", connection.server, transfer(vendor)));
    }
    all.sort_unstable();
    list(&all)
}

fn transfer(vendor: Option<&Vendor>) -> String {
    let Some(vendor) = vendor else { return NOT_KNOWN.into() };
    let country = text(vendor.processing_country.as_deref());
    format!("processed in {country}, safeguard {}", text(vendor.transfer.as_deref()))
}

fn measures(ground: &Ground<'_>, agent: &Agent) -> String {
    let said = [
        (agent.role_based, "roles"),
        (agent.session_allowlist, "allowlist of each session"),
        (every(ground, agent, |server| server.enforced), "gateway in front of every server"),
        (every(ground, agent, |server| server.encrypted), "encrypted traffic"),
        (every(ground, agent, |server| server.sandboxed), "confined servers"),
    ];
    let there: Vec<_> = said
        .iter()
        .filter_map(|(there, what)| (*there == Some(true)).then_some((*what).to_owned()))
        .collect();
    list(&there)
}

fn every(
    ground: &Ground<'_>,
    agent: &Agent,
    holds: impl Fn(&crate::estate::Server) -> Option<bool>,
) -> Option<bool> {
    let connections = ground.lookup.connections_of(&agent.id);
    let hold = |server: &str| ground.lookup.server(server).and_then(&holds) == Some(true);
    (!connections.is_empty()).then(|| connections.iter().all(|one| hold(&one.server)))
}

/// The draft of a notification of a breach to the authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BreachDraft {
    /// The case.
    pub incident: String,
    /// When a person knew what it was: the clock of 72 hours starts then. None: it has not started,
    /// as far as the case says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aware: Option<Timestamp>,
    /// When the authority has to be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The minutes that are left at the time of the estate; negative when it is overdue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes_left: Option<i64>,
    /// What Art. 33(3)(a) to (d) asks for.
    pub entries: Vec<Entry>,
    /// What nobody has said yet.
    pub missing: Vec<&'static str>,
}

/// How long there is to tell the authority, in hours, unless a law says otherwise.
pub const HOURS: i64 = 72;

/// The draft for a case, with so many hours to tell the authority.
#[must_use]
pub fn breach_draft(ground: &Ground<'_>, incident: &Incident, hours: i64) -> BreachDraft {
    let due = incident
        .identified
        .and_then(|aware| aware.checked_add(jiff::SignedDuration::from_hours(hours)).ok());
    let agents: Vec<_> = incident.agents.iter().filter_map(|id| ground.lookup.agent(id)).collect();
    let gather = |of: fn(&Agent) -> &[String]| {
        let mut all: Vec<_> = agents.iter().flat_map(|agent| of(agent)).cloned().collect();
        all.sort_unstable();
        all.dedup();
        list(&all)
    };
    let entry = |at, asks, value| Entry { at, asks, value };
    let entries = vec![
        entry("33(3)(a)", "nature of the breach", nature(incident)),
        entry("33(3)(a)", "categories of data subjects", gather(|agent| &agent.subjects)),
        entry("33(3)(a)", "approximate number of data subjects", NOT_KNOWN.into()),
        entry("33(3)(a)", "categories of records", gather(|agent| &agent.personal_data)),
        entry("33(3)(a)", "approximate number of records", NOT_KNOWN.into()),
        entry("33(3)(b)", "data protection officer or other contact", officer(ground)),
        entry("33(3)(c)", "likely consequences", NOT_KNOWN.into()),
        entry("33(3)(d)", "measures taken or proposed", taken(incident)),
    ];
    let left = due.map(|due| due.duration_since(ground.estate().as_of).as_mins());
    BreachDraft {
        incident: incident.id.clone(),
        aware: incident.identified,
        due,
        minutes_left: left,
        missing: entries.iter().filter(|one| !one.is_known()).map(|one| one.asks).collect(),
        entries,
    }
}

fn nature(incident: &Incident) -> String {
    let mut text = format!("{} ({})", incident.title, incident.kind);
    text.push_str(&format!("; began {}", incident.occurred));
    if !incident.servers.is_empty() {
        text.push_str(&format!("; servers: {}", incident.servers.join(", ")));
    }
    if !incident.agents.is_empty() {
        text.push_str(&format!("; agents: {}", incident.agents.join(", ")));
    }
    text
}

fn officer(ground: &Ground<'_>) -> String {
    let is = |role: &String| role.eq_ignore_ascii_case("dpo");
    let people = ground.estate().people.iter();
    let officer = people.filter(|person| person.roles.iter().any(is)).min_by_key(|one| &one.id);
    text(officer.map(|person| person.name.as_str()))
}

fn taken(incident: &Incident) -> String {
    let steps = [("contained", incident.contained), ("recovered", incident.recovered)];
    let known: Vec<_> =
        steps.iter().filter_map(|(what, at)| at.map(|at| format!("{what} {at}"))).collect();
    list(&known)
}

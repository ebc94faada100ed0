//! What a question is asked of: the whole estate, one server or one agent.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rustc_hash::FxHashMap;

use crate::estate::{
    Agent, Assessment, Certificate, Connection, Drift, Estate, Finding, FindingState, Incident,
    Lookup, Server, Shadow,
};

/// An estate on a day, with what belongs to each server at hand. Made once.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The estate by names.
    pub lookup: &'a Lookup<'a>,
    /// The day that everything is judged for.
    pub day: Date,
    certificates: FxHashMap<&'a str, Vec<&'a Certificate>>,
    assessments: FxHashMap<&'a str, &'a Assessment>,
    drifts: FxHashMap<&'a str, Vec<&'a Drift>>,
}

/// The part of an estate that a question is asked of.
#[derive(Debug)]
pub struct Scope<'g, 'a> {
    /// What it is a part of.
    pub ground: &'g Ground<'a>,
    pub(super) servers: Vec<&'a Server>,
    pub(super) agents: Vec<&'a Agent>,
    pub(super) connections: Vec<&'a Connection>,
    pub(super) shadows: Vec<&'a Shadow>,
    /// Open and accepted findings: accepting one does not end it.
    pub(super) findings: Vec<&'a Finding>,
    pub(super) incidents: Vec<&'a Incident>,
}

impl<'a> Ground<'a> {
    /// The estate on this day.
    #[must_use]
    pub fn new(lookup: &'a Lookup<'a>, day: Date) -> Self {
        let estate = lookup.estate;
        let mut certificates: FxHashMap<&str, Vec<_>> = FxHashMap::default();
        for certificate in &estate.certificates {
            certificates.entry(&certificate.server).or_default().push(certificate);
        }
        let mut drifts: FxHashMap<&str, Vec<_>> = FxHashMap::default();
        for drift in &estate.drifts {
            drifts.entry(&drift.server).or_default().push(drift);
        }
        let of_server = |assessment: &'a Assessment| (assessment.server.as_str(), assessment);
        let assessments = estate.assessments.iter().map(of_server).collect();
        Self { lookup, day, certificates, assessments, drifts }
    }

    /// The estate.
    #[must_use]
    pub const fn estate(&self) -> &'a Estate {
        self.lookup.estate
    }

    /// The days since then; negative for a day that is yet to come.
    #[must_use]
    pub fn age(&self, then: Date) -> i32 {
        (self.day - then).get_days()
    }

    /// Whether this was within so many days, and has been.
    #[must_use]
    pub fn within(&self, then: Date, days: i32) -> bool {
        (0..=days).contains(&self.age(then))
    }

    /// Whether this has not ended before the day; what does not end counts.
    #[must_use]
    pub fn lasts(&self, until: Option<Date>) -> bool {
        until.is_none_or(|until| until >= self.day)
    }

    pub(super) fn certificates_of(&self, server: &str) -> &[&'a Certificate] {
        self.certificates.get(server).map_or(&[], Vec::as_slice)
    }

    pub(super) fn drifts_of(&self, server: &str) -> &[&'a Drift] {
        self.drifts.get(server).map_or(&[], Vec::as_slice)
    }

    pub(super) fn assessment_of(&self, server: &str) -> Option<&'a Assessment> {
        self.assessments.get(server).copied()
    }
}

/// The day of a time, in UTC.
pub(super) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl<'g, 'a> Scope<'g, 'a> {
    /// Everything.
    #[must_use]
    pub fn all(ground: &'g Ground<'a>) -> Self {
        let estate = ground.estate();
        Self {
            ground,
            servers: estate.servers.iter().collect(),
            agents: estate.agents.iter().collect(),
            connections: estate.connections.iter().collect(),
            shadows: estate.shadows.iter().collect(),
            findings: estate.findings.iter().filter(|finding| stands(finding)).collect(),
            incidents: estate.incidents.iter().collect(),
        }
    }

    /// One server, and the agents that are connected to it.
    #[must_use]
    pub fn server(ground: &'g Ground<'a>, server: &'a Server) -> Self {
        let connections = ground.lookup.connections_to(&server.id).to_vec();
        let agents = connections.iter().filter_map(|one| ground.lookup.agent(&one.agent)).collect();
        Self::of(ground, vec![server], agents, connections)
    }

    /// One agent, and the servers that it is connected to.
    #[must_use]
    pub fn agent(ground: &'g Ground<'a>, agent: &'a Agent) -> Self {
        let connections = ground.lookup.connections_of(&agent.id).to_vec();
        let servers =
            connections.iter().filter_map(|one| ground.lookup.server(&one.server)).collect();
        Self::of(ground, servers, vec![agent], connections)
    }

    fn of(
        ground: &'g Ground<'a>,
        servers: Vec<&'a Server>,
        agents: Vec<&'a Agent>,
        connections: Vec<&'a Connection>,
    ) -> Self {
        let findings = servers.iter().flat_map(|server| ground.lookup.findings_of(&server.id));
        let findings = findings.copied().filter(|finding| stands(finding)).collect();
        let has_part = |incident: &&Incident| {
            servers.iter().any(|server| incident.servers.contains(&server.id))
        };
        let incidents = ground.estate().incidents.iter().filter(has_part).collect();
        Self { ground, servers, agents, connections, shadows: Vec::new(), findings, incidents }
    }
}

fn stands(finding: &Finding) -> bool {
    finding.state != FindingState::Closed
}

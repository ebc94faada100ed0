//! Every server with its score, its certification level and, where that is too low, what is planned.

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use serde::Serialize;
use warden_model::Severity;

use super::{
    assess::{Risks, ServerRisk},
    queue::Plan,
};
use crate::{
    Ratio,
    estate::{Certificate, Lookup},
};

/// The level that is asked for where the organisation has not said which: the highest.
const STRICTEST: u8 = 3;

/// A server of the catalogue.
#[derive(Clone, Debug)]
pub struct Entry<'r, 'a> {
    /// The server with its score.
    pub risk: &'r ServerRisk<'a>,
    /// The certification level that counts; none if no certificate does.
    pub level: Option<u8>,
    /// Whether that is less than what is asked for.
    pub below: bool,
    /// What is planned for its worst finding, if it is below.
    pub plan: Option<Plan<'a>>,
}

/// The catalogue.
#[derive(Debug)]
pub struct Catalogue<'r, 'a> {
    /// The level that servers need; none if the organisation has not said so, and then the highest
    /// is asked for.
    pub least_level: Option<u8>,
    /// Every server, the worst first.
    pub entries: Vec<Entry<'r, 'a>>,
    /// Those below with a whole plan, of those below.
    pub planned: Ratio,
}

/// What a catalogue lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lack<'a> {
    /// The server; none for what the organisation has not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<&'a str>,
    /// What is missing.
    pub missing: Vec<&'static str>,
}

impl<'r, 'a> Catalogue<'r, 'a> {
    /// The catalogue at this time.
    #[must_use]
    pub fn of(risks: &'r Risks<'a>, known: &Lookup<'a>, at: Timestamp) -> Self {
        let least_level = known.estate.organisation.least_level;
        let asked = least_level.unwrap_or(STRICTEST);
        let levels = levels(&known.estate.certificates, at);
        let entries: Vec<_> = (risks.servers.iter())
            .map(|risk| {
                let level = level(risks, risk, levels.get(risk.server.id.as_str()).copied());
                let below = level.is_none_or(|level| level < asked);
                let worst = risks.worst(risk);
                let plan = || worst.map_or_else(Plan::none, |worst| Plan::of(worst, known));
                Entry { risk, level, below, plan: below.then(plan) }
            })
            .collect();
        let planned = Ratio::count(entries.iter().filter(|entry| entry.below), |entry| {
            entry.plan.as_ref().is_some_and(Plan::is_complete)
        });
        Self { least_level, entries, planned }
    }

    /// Everything that it lacks; nothing, if it is complete.
    #[must_use]
    pub fn lacks(&self) -> Vec<Lack<'a>> {
        let organisation = Lack { server: None, missing: vec!["least_level of the organisation"] };
        let mut lacks: Vec<_> =
            self.least_level.is_none().then_some(organisation).into_iter().collect();
        lacks.extend(self.entries.iter().filter_map(|entry| {
            let plan = entry.plan.as_ref().filter(|plan| !plan.is_complete())?;
            Some(Lack { server: Some(&entry.risk.server.id), missing: plan.missing.clone() })
        }));
        lacks
    }

    /// Whether every server that is below has a whole plan, and it is known what below is.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.lacks().is_empty()
    }
}

/// Of each server the certificate that counts: not revoked, not yet at its end, the last issued.
fn levels(certificates: &[Certificate], at: Timestamp) -> FxHashMap<&str, u8> {
    let mut best: FxHashMap<&str, &Certificate> = FxHashMap::default();
    let counts = |certificate: &&Certificate| {
        !certificate.revoked && certificate.issued <= at && at < certificate.expires
    };
    for certificate in certificates.iter().filter(counts) {
        let kept = best.entry(&certificate.server).or_insert(certificate);
        // Of two of the same moment the lower counts.
        let key = |one: &Certificate| (one.issued, std::cmp::Reverse(one.level));
        if key(certificate) > key(kept) {
            *kept = certificate;
        }
    }
    best.into_iter().map(|(server, certificate)| (server, certificate.level)).collect()
}

/// The level that counts: with a critical finding that stands it is 0, whatever the certificate says.
fn level(risks: &Risks<'_>, risk: &ServerRisk<'_>, certified: Option<u8>) -> Option<u8> {
    let mut findings = risks.of_server(&risk.server.id);
    let critical = findings.any(|scored| scored.technical.severity == Severity::Critical);
    if critical { certified.map(|_| 0) } else { certified }
}

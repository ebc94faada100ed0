//! What is left of a risk once controls are in place: the score again, with the axes that they
//! change. Points are never multiplied into money.

use serde::Serialize;
use warden_model::Severity;

use super::{
    exposure::{Axis, Exposure, Flow, Power, Strength, Vetting},
    score::{Composite, Manner},
    weights::Weights,
};
use crate::{
    Word as _,
    estate::{Audit, Egress, Monitoring, Network, Persistence},
    word::words,
};

words! {
    /// Something that can be put in place, and that changes what stands around a finding.
    Remedy, "remedy" {
        /// Tools that act are taken from agents.
        ReadOnly = "read-only",
        /// What runs code or administers is taken from agents.
        NoExecution = "no-execution",
        /// Data may leave to listed places only.
        EgressList = "egress-allow-list",
        /// The endpoint is moved to a part of the network that others are kept out of.
        Segment = "segment-network",
        /// Mutual TLS or tokens that end.
        StrongAuthentication = "strong-authentication",
        /// Every call is recorded, and reaches the SIEM.
        FullAudit = "full-audit",
        /// A changed definition is noticed and stopped.
        DriftDetection = "drift-detection",
        /// Its maker is assessed.
        Assess = "vendor-assessment",
        /// Rate limits.
        RateLimit = "rate-limit-and-monitoring",
        /// A session that has read what strangers wrote may not send.
        FlowControl = "flow-control",
    }
}

fn at_most<T: Ord>(now: Option<T>, most: T) -> T {
    match now {
        Some(now) => now.min(most),
        None => most,
    }
}

impl Remedy {
    /// What stands around a finding once it is in place. It never makes anything worse.
    #[must_use]
    pub fn applied(self, to: Exposure) -> Exposure {
        match self {
            Self::ReadOnly => {
                Exposure { capability: Some(at_most(to.capability, Power::Read)), ..to }
            }
            Self::NoExecution => {
                Exposure { capability: Some(at_most(to.capability, Power::Send)), ..to }
            }
            Self::EgressList => Exposure { egress: Some(at_most(to.egress, Egress::Listed)), ..to },
            Self::Segment => {
                Exposure { network: Some(at_most(to.network, Network::Segmented)), ..to }
            }
            Self::StrongAuthentication => Exposure {
                authentication: Some(at_most(to.authentication, Strength::Strong)),
                ..to
            },
            Self::FullAudit => Exposure { audit: Some(at_most(to.audit, Audit::Full)), ..to },
            Self::DriftDetection => {
                Exposure { persistence: Some(at_most(to.persistence, Persistence::Session)), ..to }
            }
            Self::Assess => Exposure { vendor: Some(at_most(to.vendor, Vetting::Assessed)), ..to },
            Self::RateLimit => {
                Exposure { monitoring: Some(at_most(to.monitoring, Monitoring::Full)), ..to }
            }
            Self::FlowControl => Exposure { flow: Flow::None, ..to },
        }
    }
}

/// An axis that remedies change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which; `flow` for what flows through agents.
    pub axis: &'static str,
    /// Where it stands.
    pub from: &'static str,
    /// Where it would stand.
    pub to: &'static str,
}

/// A risk before and after remedies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Residual {
    /// As it is.
    pub before: Composite,
    /// As it would be.
    pub after: Composite,
    /// What they change.
    pub changes: Vec<Change>,
    /// How many points less.
    pub points: u8,
    /// How many levels less.
    pub levels: u8,
}

impl Residual {
    /// What is left of a finding with these remedies in place.
    #[must_use]
    pub fn of(
        weights: &Weights,
        (severity, manner): (Severity, Manner),
        exposure: Exposure,
        remedies: &[Remedy],
    ) -> Self {
        let treated = remedies.iter().fold(exposure, |around, remedy| remedy.applied(around));
        let before = weights.score(severity, manner, exposure);
        let after = weights.score(severity, manner, treated);
        let axes =
            Axis::all().iter().map(|axis| (axis.word(), exposure.word(*axis), treated.word(*axis)));
        let flow = ("flow", exposure.flow.word(), treated.flow.word());
        let changes = axes
            .chain([flow])
            .filter(|(_, from, to)| from != to)
            .map(|(axis, from, to)| Change { axis, from, to })
            .collect();
        let points = before.points().saturating_sub(after.points());
        let levels = (before.level() as u8).saturating_sub(after.level() as u8);
        Self { before, after, changes, points, levels }
    }

    /// The remedies that bring a finding a level down, one after the other, with what is left after
    /// each; all that help if none do. What is around a finding counts up to a bound, so that one
    /// remedy alone may change nothing while several do: what takes most of it away comes first.
    #[must_use]
    pub fn way(
        weights: &Weights,
        of: (Severity, Manner),
        exposure: Exposure,
    ) -> Vec<(Remedy, Self)> {
        let whole = |around: Exposure| weights.sum(of.0, of.1, &around).around();
        let mut done = Vec::new();
        let mut way: Vec<(Remedy, Self)> = Vec::new();
        let mut left = exposure;
        while way.last().is_none_or(|(_, residual)| residual.levels == 0) {
            let best = Remedy::all().iter().min_by_key(|remedy| whole(remedy.applied(left)));
            let Some(best) = best.filter(|best| whole(best.applied(left)) < whole(left)) else {
                break;
            };
            left = best.applied(left);
            done.push(*best);
            way.push((*best, Self::of(weights, of, exposure, &done)));
        }
        way
    }

    /// What each remedy alone would take off, what helps most first; those that change nothing are
    /// left out.
    #[must_use]
    pub fn each(
        weights: &Weights,
        of: (Severity, Manner),
        exposure: Exposure,
    ) -> Vec<(Remedy, Self)> {
        let one = |remedy: &Remedy| (*remedy, Self::of(weights, of, exposure, &[*remedy]));
        let mut all: Vec<_> = Remedy::all().iter().map(one).collect();
        all.retain(|(_, residual)| !residual.changes.is_empty());
        all.sort_by_key(|(remedy, residual)| (std::cmp::Reverse(residual.points), *remedy));
        all
    }
}

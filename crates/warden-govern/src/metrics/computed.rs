//! What other parts compute of the same estate, as metrics take it.

use std::collections::BTreeMap;

use super::{Composite, Coverage, Given, Residual};
use crate::{
    comply::{Framework, Ground, Scope, judge_all, overview},
    estate::Lookup,
    money::{Portfolio, Settings},
    risk::{Risks, Weights},
};

/// Money, composite risk and coverage of an estate.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed {
    residual: Option<Residual>,
    composites: Vec<Composite>,
    coverage: Vec<Coverage>,
}

impl Computed {
    /// What the other parts say of this estate, at its time, with their usual weights and seed.
    #[must_use]
    pub fn of(known: &Lookup<'_>) -> Self {
        let portfolio = Portfolio::of(known.estate, Settings::default());
        let ground = Ground::new(known, known.estate.day());
        let scope = Scope::all(&ground);
        Self::with(known, &portfolio, &overview(&scope, &judge_all(&scope)))
    }

    /// The same for somebody who has the money and the frameworks of this estate already.
    #[must_use]
    pub fn with(known: &Lookup<'_>, portfolio: &Portfolio<'_>, frameworks: &[Framework]) -> Self {
        Self {
            residual: residual(portfolio),
            composites: composites(known),
            coverage: frameworks.iter().map(coverage).collect(),
        }
    }

    /// The same as metrics take it.
    #[must_use]
    pub fn given(&self) -> Given<'_> {
        Given {
            residual: self.residual,
            composites: Some(&self.composites),
            coverage: Some(&self.coverage),
            ..Given::default()
        }
    }
}

/// What is left to lose; none while a scenario lacks an estimate, since the sum of the others is no
/// more than the least that it can be.
fn residual(portfolio: &Portfolio<'_>) -> Option<Residual> {
    let total = portfolio.residual();
    let range = total.outcome.as_ref().filter(|_| total.not_measured.is_empty())?.range;
    let with = portfolio.with_premium.as_ref().and_then(|total| total.outcome.as_ref());
    let without = portfolio.after.outcome.as_ref();
    let premium = with.zip(without).map(|(with, without)| with.range.p50 - without.range.p50);
    Some(Residual { p10: range.p10, p50: range.p50, p90: range.p90, shadow_premium: premium })
}

/// Every tool that a finding is about, with the worst of them; one about a server is about all of
/// its tools.
fn composites(known: &Lookup<'_>) -> Vec<Composite> {
    let risks = Risks::of(known, &Weights::default(), known.estate.day());
    let mut worst: BTreeMap<(&str, &str), u8> = BTreeMap::new();
    for scored in &risks.findings {
        let server = scored.finding.server.as_str();
        let points = scored.composite.points();
        let mut put = |tool| {
            let entry = worst.entry((server, tool)).or_default();
            *entry = points.max(*entry);
        };
        match scored.finding.tool.as_deref() {
            Some(tool) => put(tool),
            None => known.tools_of(server).iter().for_each(|tool| put(&tool.name)),
        }
    }
    let composite = |((server, tool), points): ((&str, &str), u8)| Composite {
        server: server.to_owned(),
        tool: tool.to_owned(),
        points,
    };
    worst.into_iter().map(composite).collect()
}

fn coverage(framework: &Framework) -> Coverage {
    let stale = framework.demanded.iter().filter(|one| !one.fresh && !one.controls.is_empty());
    Coverage {
        framework: framework.id.to_owned(),
        fresh: framework.coverage.of,
        required: framework.coverage.all,
        missing: stale.map(|one| one.id.to_owned()).collect(),
    }
}

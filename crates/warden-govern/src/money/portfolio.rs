//! All scenarios together, against what the organisation accepts to lose.

use serde::Serialize;

use super::{
    anchors::{Premium, premium},
    pert::Tables,
    simulate::{Appraisal, Inputs, Outcome, Settings},
};
use crate::estate::{Dimension, Estate, Scenario};

/// A scenario with what it would cost in a year.
#[derive(Clone, Debug, PartialEq)]
pub struct Costed<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Without the controls that are in place.
    pub before: Appraisal<'a, Outcome>,
    /// With them.
    pub after: Appraisal<'a, Outcome>,
}

/// What several scenarios would cost together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Total<'a> {
    /// The sum of those that are measured; none if none is. With others that are not, it is the
    /// least that it can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Those that are in it.
    pub measured: Vec<&'a str>,
    /// Those that are not measured.
    pub not_measured: Vec<&'a str>,
}

/// What the organisation accepts to lose in a year, against what it has to expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Appetite {
    /// What it accepts, in whole units of its currency.
    pub amount: u64,
    /// Whether it loses less in one year of two; none where something is not measured, and so
    /// nobody can say that it is enough.
    pub p50_within: Option<bool>,
    /// Whether it loses less in nine years of ten; none as above.
    pub p90_within: Option<bool>,
    /// In how many years of a thousand it loses more, at least.
    pub above_in_1000: u64,
    /// Whether everything is measured.
    pub whole: bool,
}

/// All scenarios of an estate in money.
#[derive(Clone, Debug)]
pub struct Portfolio<'a> {
    /// How it was drawn.
    pub settings: Settings,
    /// The currency that the organisation reports in; none if it has not said.
    pub currency: Option<&'a str>,
    /// The scenarios, by identifier.
    pub scenarios: Vec<Costed<'a>>,
    /// Together, without the controls that are in place.
    pub before: Total<'a>,
    /// With them.
    pub after: Total<'a>,
    /// What incidents cost more where much AI is used that nobody has registered, if that figure is
    /// known in the currency of the organisation.
    pub premium: Option<Premium<'a>>,
    /// As `after`, and each incident that exposes data costs the premium more.
    pub with_premium: Option<Total<'a>>,
    /// How many servers were seen that nobody has registered.
    pub shadows: usize,
    /// What the organisation accepts, against [`Self::residual`]; none without either.
    pub appetite: Option<Appetite>,
}

impl<'a> Portfolio<'a> {
    /// What the scenarios of this estate would cost in a year.
    #[must_use]
    pub fn of(estate: &'a Estate, settings: Settings) -> Self {
        let mut tables = Tables::default();
        let mut all: Vec<_> = estate.scenarios.iter().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        let premium = premium(&estate.organisation);
        let (mut scenarios, mut extras) = (Vec::new(), Vec::new());
        for scenario in all {
            let inputs = Inputs::of(scenario, settings.seed, &mut tables);
            let drawn = inputs.draw(settings.runs);
            if let (Some(premium), Dimension::DataExposure, true) =
                (&premium, scenario.dimension, drawn.after.is_ok())
            {
                extras.extend(inputs.extra(premium.units(), settings.runs));
            }
            scenarios.push(Costed { scenario, before: drawn.before, after: drawn.after });
        }
        let before = total(scenarios.iter().map(|one| (one, &one.before)), &[], settings);
        let after = total(scenarios.iter().map(|one| (one, &one.after)), &[], settings);
        let with_premium = premium
            .as_ref()
            .map(|_| total(scenarios.iter().map(|one| (one, &one.after)), &extras, settings));
        let mut portfolio = Self {
            settings,
            currency: estate.organisation.currency.as_deref(),
            scenarios,
            before,
            after,
            premium,
            with_premium,
            shadows: estate.shadows.len(),
            appetite: None,
        };
        portfolio.appetite = portfolio.appetite_of(estate.organisation.appetite);
        portfolio
    }

    /// What is left with the controls that are in place: with the premium where servers were seen
    /// that nobody has registered, else without.
    #[must_use]
    pub fn residual(&self) -> &Total<'a> {
        match &self.with_premium {
            Some(total) if self.shadows > 0 => total,
            _ => &self.after,
        }
    }

    /// The scenarios of a dimension together, with the controls that are in place.
    #[must_use]
    pub fn of_dimension(&self, dimension: Dimension) -> Total<'a> {
        self.part(|scenario| scenario.dimension == dimension)
    }

    /// The scenarios of a dimension together, without the controls that are in place.
    #[must_use]
    pub fn before_of_dimension(&self, dimension: Dimension) -> Total<'a> {
        let of = self.scenarios.iter().filter(|one| one.scenario.dimension == dimension);
        total(of.map(|one| (one, &one.before)), &[], self.settings)
    }

    /// Some scenarios together, with the controls that are in place and without the premium.
    pub(super) fn part(&self, is: impl Fn(&Scenario) -> bool) -> Total<'a> {
        let of = self.scenarios.iter().filter(|one| is(one.scenario));
        total(of.map(|one| (one, &one.after)), &[], self.settings)
    }

    fn appetite_of(&self, amount: Option<u64>) -> Option<Appetite> {
        let amount = amount?;
        let residual = self.residual();
        let outcome = residual.outcome.as_ref()?;
        let units = units(amount);
        let premium_known = self.shadows == 0 || self.with_premium.is_some();
        let whole = residual.not_measured.is_empty() && premium_known;
        // What is missing can only add: more than what is accepted stays more.
        let within = |loss: f64| match (loss <= units, whole) {
            (false, _) => Some(false),
            (true, true) => Some(true),
            (true, false) => None,
        };
        Some(Appetite {
            amount,
            p50_within: within(outcome.range.p50),
            p90_within: within(outcome.range.p90),
            above_in_1000: outcome.above(units),
            whole,
        })
    }
}

/// An amount of money as a number that can be multiplied.
pub(super) fn units(amount: u64) -> f64 {
    // An amount beyond 2^53 is off by some units, which nobody would notice.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let units = amount as f64;
    units
}

fn total<'a, 'c>(
    all: impl Iterator<Item = (&'c Costed<'a>, &'c Appraisal<'a, Outcome>)>,
    extras: &[Outcome],
    settings: Settings,
) -> Total<'a>
where
    'a: 'c,
{
    let (mut measured, mut not_measured) = (Vec::new(), Vec::new());
    let mut runs = vec![0.0; usize::try_from(settings.runs).unwrap_or(0)];
    let mut mean = 0.0;
    let mut add = |outcome: &Outcome| {
        mean += outcome.mean;
        for (sum, loss) in runs.iter_mut().zip(outcome.runs()) {
            *sum += loss;
        }
    };
    for (costed, appraisal) in all {
        let id = costed.scenario.id.as_str();
        if let Ok(outcome) = appraisal {
            measured.push(id);
            add(outcome);
        } else {
            not_measured.push(id);
        }
    }
    extras.iter().for_each(&mut add);
    let outcome = (!measured.is_empty()).then(|| Outcome::of(runs, mean));
    Total { outcome, measured, not_measured }
}

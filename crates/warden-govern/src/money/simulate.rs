//! The loss of a year, drawn many times.

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use super::{
    draw::Stream,
    pert::{Pert, Tables},
};
use crate::estate::{Estimate, Scenario};

/// How a year is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// What all numbers come from.
    pub seed: u64,
    /// How often.
    pub runs: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, runs: 10_000 }
    }
}

/// A figure, or what is missing for it.
pub type Appraisal<'a, T> = Result<T, NotMeasured<'a>>;

/// Why there is no figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotMeasured<'a> {
    /// The estimates that nobody has made.
    pub missing: Vec<&'static str>,
    /// Who answers for them.
    pub owner: &'a str,
}

impl std::fmt::Display for NotMeasured<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not measured: {} ({} answers for it)", self.missing.join(", "), self.owner)
    }
}

/// Losses of a year: of ten years the best is below the first, half are below the second, and one is
/// above the third.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// One year in ten is better.
    pub p10: f64,
    /// One in two.
    pub p50: f64,
    /// Nine in ten.
    pub p90: f64,
}

/// Losses are written in whole units.
fn whole(loss: f64) -> f64 {
    loss.round()
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut range = to.serialize_struct("Range", 3)?;
        range.serialize_field("p10", &whole(self.p10))?;
        range.serialize_field("p50", &whole(self.p50))?;
        range.serialize_field("p90", &whole(self.p90))?;
        range.end()
    }
}

/// A loss that is exceeded with a probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// In how many years of a thousand it is exceeded.
    pub years_in_1000: u16,
    /// The loss.
    pub loss: f64,
}

impl Serialize for Point {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut point = to.serialize_struct("Point", 2)?;
        point.serialize_field("years_in_1000", &self.years_in_1000)?;
        point.serialize_field("loss", &whole(self.loss))?;
        point.end()
    }
}

/// The years of a thousand that the curve is told for.
const CURVE: [u16; 9] = [950, 900, 750, 500, 250, 100, 50, 10, 1];

/// What was drawn, in the order of the runs and sorted.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The percentiles.
    pub range: Range,
    /// The mean. It is computed and not drawn: estimates are independent of each other, so the mean
    /// of the product is the product of the means.
    pub mean: f64,
    runs: Vec<f64>,
    sorted: Vec<f64>,
}

impl Outcome {
    pub(super) fn of(runs: Vec<f64>, mean: f64) -> Self {
        let mut sorted = runs.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |per_mille| percentile(&sorted, per_mille);
        let range = Range { p10: at(100), p50: at(500), p90: at(900) };
        Self { range, mean, runs, sorted }
    }

    /// The losses in the order of the runs.
    pub(super) fn runs(&self) -> &[f64] {
        &self.runs
    }

    /// The curve of losses that are exceeded, the likeliest first.
    #[must_use]
    pub fn curve(&self) -> Vec<Point> {
        let point = |years: u16| Point {
            years_in_1000: years,
            loss: percentile(&self.sorted, 1000 - usize::from(years)),
        };
        CURVE.into_iter().map(point).collect()
    }

    /// In how many runs of a thousand the loss is more than this, rounded up.
    #[must_use]
    pub fn above(&self, amount: f64) -> u64 {
        let below = self.sorted.partition_point(|loss| *loss <= amount);
        let above = (self.sorted.len() - below) * 1000;
        u64::try_from(above.div_ceil(self.sorted.len().max(1))).unwrap_or(1000)
    }
}

/// The value of the smallest rank that has this share of all at or below it.
fn percentile(sorted: &[f64], per_mille: usize) -> f64 {
    let rank = (sorted.len() * per_mille).div_ceil(1000).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0.0)
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut outcome = to.serialize_struct("Outcome", 5)?;
        outcome.serialize_field("p10", &whole(self.range.p10))?;
        outcome.serialize_field("p50", &whole(self.range.p50))?;
        outcome.serialize_field("p90", &whole(self.range.p90))?;
        outcome.serialize_field("mean", &whole(self.mean))?;
        outcome.serialize_field("exceeded", &self.curve())?;
        outcome.end()
    }
}

/// An estimate that is there, with its stream.
struct Input {
    pert: Pert,
    stream: Stream,
}

impl Input {
    fn at(&self, run: u32) -> f64 {
        self.pert.quantile(self.stream.at(run))
    }
}

/// The estimates of a scenario that can be read, by name.
pub(super) struct Inputs<'s> {
    scenario: &'s Scenario,
    frequency: Option<Input>,
    susceptibility: Option<Input>,
    residual_susceptibility: Option<Input>,
    primary_loss: Option<Input>,
    secondary_probability: Option<Input>,
    secondary_loss: Option<Input>,
}

/// What a scenario has come to.
pub(super) struct Drawn<'s> {
    pub(super) before: Appraisal<'s, Outcome>,
    pub(super) after: Appraisal<'s, Outcome>,
}

impl<'s> Inputs<'s> {
    pub(super) fn of(scenario: &'s Scenario, seed: u64, tables: &mut Tables) -> Self {
        let mut input = |name: &str, estimate: Option<Estimate>, most: f64| {
            let pert = Pert::with(estimate?, most, tables)?;
            Some(Input { pert, stream: Stream::of(seed, &scenario.id, name) })
        };
        // With and without controls a scenario has the same luck.
        let luck = "susceptibility";
        Self {
            scenario,
            frequency: input("frequency", scenario.frequency, f64::MAX),
            susceptibility: input(luck, scenario.susceptibility, 1.0),
            residual_susceptibility: input(luck, scenario.residual_susceptibility, 1.0),
            primary_loss: input("primary_loss", scenario.primary_loss, f64::MAX),
            secondary_probability: input(
                "secondary_probability",
                scenario.secondary_probability,
                1.0,
            ),
            secondary_loss: input("secondary_loss", scenario.secondary_loss, f64::MAX),
        }
    }

    /// The losses without and with controls.
    pub(super) fn draw(&self, runs: u32) -> Drawn<'s> {
        Drawn {
            before: self.losses(("susceptibility", self.susceptibility.as_ref()), runs),
            after: self
                .losses(("residual_susceptibility", self.residual_susceptibility.as_ref()), runs),
        }
    }

    /// What the same events cost more if each costs this much more, with controls.
    pub(super) fn extra(&self, amount: f64, runs: u32) -> Option<Outcome> {
        let (frequency, share) = (self.frequency.as_ref()?, self.residual_susceptibility.as_ref()?);
        let losses = (0..runs).map(|run| frequency.at(run) * share.at(run) * amount).collect();
        Some(Outcome::of(losses, frequency.pert.mean() * share.pert.mean() * amount))
    }

    fn losses(
        &self,
        (name, susceptibility): (&'static str, Option<&Input>),
        runs: u32,
    ) -> Appraisal<'s, Outcome> {
        let wanted = [
            ("frequency", self.frequency.as_ref()),
            (name, susceptibility),
            ("primary_loss", self.primary_loss.as_ref()),
            ("secondary_probability", self.secondary_probability.as_ref()),
            ("secondary_loss", self.secondary_loss.as_ref()),
        ];
        let [Some(frequency), Some(share), Some(primary), Some(probability), Some(secondary)] =
            wanted.map(|(_, input)| input)
        else {
            let missing = wanted.iter().filter(|(_, input)| input.is_none());
            let missing = missing.map(|(name, _)| *name).collect();
            return Err(NotMeasured { missing, owner: &self.scenario.owner });
        };
        let loss = |run| {
            let events = frequency.at(run) * share.at(run);
            events * (primary.at(run) + probability.at(run) * secondary.at(run))
        };
        let each = primary.pert.mean() + probability.pert.mean() * secondary.pert.mean();
        let mean = frequency.pert.mean() * share.pert.mean() * each;
        Ok(Outcome::of((0..runs).map(loss).collect(), mean))
    }
}

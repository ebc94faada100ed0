//! AIVSS v0.8 (amended): how much worse an agent makes a technical problem. It informs, and no other
//! number is made from it.
//!
//! `CVSS-B + AARS × MF` with `AARS = (10 - CVSS-B) × sum of factors / 10 × ThM`. The published
//! version multiplies the whole sum by `MF` and can so fall below the base; this one cannot.

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use super::technical::Base;
use crate::{
    Word as _,
    estate::{Agent, AgentFactor, FactorDegree},
};

/// The threat multiplier where nothing is known of exploits, in hundredths.
const THREAT: u32 = 97;

/// The mitigation factor, in hundredths. None is claimed.
const MITIGATION: u32 = 100;

/// A score by AIVSS v0.8 (amended). It is neither a technical severity nor a composite score:
///
/// ```compile_fail
/// # use warden_govern::risk::{Aivss, Composite};
/// fn worse(informative: Aivss, composite: &Composite) -> bool {
///     informative > composite.points()
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aivss {
    /// It cannot be computed: there is no vector, or not every factor of every agent is known.
    NotKnown,
    /// The score.
    Score(Tenths),
}

/// A score in tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tenths(u8);

/// The sum of the ten factors of an agent, in halves, 0 to 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Factors(u8);

impl Factors {
    /// The factors of an agent; `None` unless all ten are known.
    #[must_use]
    pub fn of(agent: &Agent) -> Option<Self> {
        let degree = |factor: &AgentFactor| {
            let mut known = agent.factors.iter().filter(|rated| rated.factor == *factor);
            match (known.next(), known.next()) {
                (Some(rated), None) => Some(match rated.degree {
                    FactorDegree::None => 0,
                    FactorDegree::Half => 1,
                    FactorDegree::Full => 2_u8,
                }),
                // What is said twice is not known.
                _ => None,
            }
        };
        AgentFactor::all().iter().map(degree).sum::<Option<u8>>().map(Self)
    }

    /// The factors with this sum, in halves; more than twenty count as twenty.
    #[must_use]
    pub const fn from_halves(halves: u8) -> Self {
        Self(if halves > 20 { 20 } else { halves })
    }
}

impl Aivss {
    /// What the score is called wherever it is shown.
    pub const LABEL: &'static str = "AIVSS v0.8 (amended)";

    /// The score of a problem with this base, reached through agents with these factors. What is
    /// not known of one of them is not known.
    #[must_use]
    pub fn of(base: Option<Base>, factors: Option<Factors>) -> Self {
        let (Some(base), Some(factors)) = (base, factors) else { return Self::NotKnown };
        let base = u32::from(base.tenths());
        let amplified = (100 - base) * u32::from(factors.0) * THREAT * MITIGATION;
        // Half a tenth is rounded up, as CVSS does.
        let tenths = base + (amplified + 100_000) / 200_000;
        Self::Score(Tenths(u8::try_from(tenths.min(100)).unwrap_or(100)))
    }
}

impl std::fmt::Display for Aivss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotKnown => f.pad("not known"),
            Self::Score(Tenths(tenths)) => f.pad(&format!("{}.{}", tenths / 10, tenths % 10)),
        }
    }
}

impl Serialize for Aivss {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut aivss = to.serialize_struct("Aivss", 2)?;
        aivss.serialize_field("model", Self::LABEL)?;
        match self {
            Self::NotKnown => aivss.serialize_field("score", "not known")?,
            Self::Score(Tenths(tenths)) => {
                aivss.serialize_field("score", &(f64::from(*tenths) / 10.0))?;
            }
        }
        aivss.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::RatedFactor;

    #[test]
    fn it_is_never_below_the_base_and_rises_with_the_factors() {
        let base = Base::of("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N").unwrap();
        let score = |halves| Aivss::of(Some(base), Some(Factors::from_halves(halves)));
        assert_eq!((base.tenths(), score(0).to_string().as_str()), (43, "4.3"));
        assert!((0..20).all(|halves| score(halves) <= score(halves + 1)));
        // 4.3 + 5.7 × 0.97 = 9.829
        assert_eq!(score(20).to_string(), "9.8");
        // 4.3 + 5.7 × 0.5 × 0.97 = 7.0645
        assert_eq!(score(10).to_string(), "7.1");
    }

    #[test]
    fn what_is_not_known_is_no_number() {
        let base = Base::of("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
        let all = AgentFactor::all().iter();
        let rated =
            |factor: &AgentFactor| RatedFactor { factor: *factor, degree: FactorDegree::Half };
        let mut agent = Agent { factors: all.map(rated).collect(), ..Agent::default() };
        assert_eq!(Aivss::of(base, Factors::of(&agent)).to_string(), "9.9");
        assert_eq!(Aivss::of(None, Factors::of(&agent)), Aivss::NotKnown);
        let last = agent.factors.pop().unwrap();
        assert_eq!(Aivss::of(base, Factors::of(&agent)), Aivss::NotKnown);
        agent.factors.extend([last.clone(), last]);
        assert_eq!(Factors::of(&agent), None);
        let shown = serde_json::to_string(&Aivss::NotKnown).unwrap();
        assert_eq!(shown, r#"{"model":"AIVSS v0.8 (amended)","score":"not known"}"#);
    }
}

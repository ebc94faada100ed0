//! How bad a finding is technically: what its rule says, with a vector if there is one.

use std::str::FromStr as _;

use cvss::Cvss;
use serde::{Serialize, Serializer};
use warden_model::Severity;

/// A longer vector is none.
const LONGEST: usize = 512;

/// What a vector of each version has to say to have a base score.
const V3: &[&str] = &["AV", "AC", "PR", "UI", "S", "C", "I", "A"];
const V4: &[&str] = &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];

/// The technical severity of a finding. What stands around it plays no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Technical<'a> {
    /// The severity.
    #[serde(serialize_with = "crate::word::serialize")]
    pub severity: Severity,
    /// The CVSS vector, as it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector: Option<&'a str>,
    /// The base score of the vector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Base>,
}

/// A CVSS base score, in tenths, with the base metrics alone: CVSS-B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Base(u8);

impl Base {
    /// The base score of a vector of CVSS 3.0, 3.1 or 4.0; `None` for a vector of another version or
    /// one that lacks a base metric. Metrics of threat and environment are left out.
    #[must_use]
    pub fn of(vector: &str) -> Option<Self> {
        let vector = vector.trim();
        if vector.len() > LONGEST || !vector.is_ascii() {
            return None;
        }
        let (version, metrics) = vector.split_once('/')?;
        let wanted = match version {
            "CVSS:3.0" | "CVSS:3.1" => V3,
            "CVSS:4.0" => V4,
            _ => return None,
        };
        let mut base = version.to_owned();
        for name in wanted {
            let metric = metrics
                .split('/')
                .find(|metric| metric.split_once(':').is_some_and(|(metric, _)| metric == *name))?;
            base.push('/');
            base.push_str(metric);
        }
        // A whole vector that is none has no base score either.
        Cvss::from_str(vector).ok()?;
        let tenths = (Cvss::from_str(&base).ok()?.score() * 10.0).round();
        (0..=100_u8).find(|known| (f64::from(*known) - tenths).abs() < 0.5).map(Self)
    }

    /// In tenths, 0 to 100.
    #[must_use]
    pub const fn tenths(self) -> u8 {
        self.0
    }
}

impl std::fmt::Display for Base {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl Serialize for Base {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(f64::from(self.0) / 10.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_score_is_that_of_the_base_metrics_alone() {
        let base = |vector: &str| Base::of(vector).map(|base| base.to_string());
        let critical = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        assert_eq!(base(critical).as_deref(), Some("9.8"));
        assert_eq!(base(&format!("{critical}/E:U/RL:O")).as_deref(), Some("9.8"));
        let fourth = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
        assert_eq!(base(fourth).as_deref(), Some("9.3"));
        assert_eq!(base(&format!("{fourth}/E:U")).as_deref(), Some("9.3"));
        for none in ["", "AV:N/AC:L/Au:N/C:C/I:C/A:C", "CVSS:3.1/AV:N", "CVSS:3.1/AV:X/AC:L"] {
            assert_eq!(base(none), None, "{none}");
        }
    }
}

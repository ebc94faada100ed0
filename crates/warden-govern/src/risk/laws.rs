//! What no weights may break: the laws of the score that depend on them.
//!
//! The score is a sum of points that are never negative, so it is enough to look at the points of
//! each axis and at both ends; the example that is told is then searched for among the corners.

use std::fmt;

use warden_model::Severity;

use super::{
    exposure::{AXES, Axis, Exposure, Flow},
    score::{Level, Manner},
    weights::{Weights, networks},
};
use crate::{Word as _, word::words};

words! {
    /// A law of the score.
    Law, "law" {
        /// The base of a severity lies in the band of its own level.
        Base = "base",
        /// Worse is never scored better.
        Monotone = "L1",
        /// What is not known is the worst.
        Unknown = "L2",
        /// The level is at most one away from the technical severity.
        OneLevel = "L4",
        /// The way there never adds to what is at its end.
        Reach = "L7",
    }
}

impl Law {
    /// What it says.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::Base => "the base of a severity lies in the band of its level",
            Self::Monotone => "what is worse is never scored lower",
            Self::Unknown => "what is not known is scored as the worst",
            Self::OneLevel => "the level is at most one from the technical severity",
            Self::Reach => "reach is at most 10 tenths",
        }
    }
}

/// A law that weights break, with an example.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("law {law} does not hold, that {}: {example}", law.says())]
pub struct Broken {
    /// The law.
    pub law: Law,
    /// What shows it.
    pub example: Example,
}

/// What shows that a law does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Example {
    /// Two points in the wrong order.
    Points {
        /// The table.
        table: &'static str,
        /// What should be less: its word and its points.
        mild: (&'static str, i32),
        /// What should be more.
        worse: (&'static str, i32),
        /// A finding that is scored lower by it: its severity, and both scores.
        scored: Option<(Severity, u8, u8)>,
    },
    /// A score too far from the severity, or too many tenths.
    Level {
        /// The technical severity.
        severity: Severity,
        /// What is around it.
        around: &'static str,
        /// The score.
        points: u8,
    },
    /// A number that is too large.
    Number {
        /// Its word.
        word: &'static str,
        /// The number.
        is: i32,
    },
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Points { table, mild, worse, scored } => {
                let ((mild, least), (worse, most)) = (mild, worse);
                write!(f, "{table} `{worse}` has {most} points and `{mild}` {least}")?;
                match scored {
                    Some((severity, before, after)) => write!(
                        f,
                        ", so what is {severity} technically falls from {before} to {after}"
                    ),
                    None => Ok(()),
                }
            }
            Self::Level { severity, around, points } => {
                let level = Level::of(*points);
                write!(
                    f,
                    "{around}, what is {severity} technically has {points} points, which is {level}"
                )
            }
            Self::Number { word, is } => write!(f, "`{word}` is {is}"),
        }
    }
}

/// Looks whether weights keep the laws.
///
/// # Errors
/// The first law that does not hold, with an example.
pub(super) fn check(weights: &Weights) -> Result<(), Broken> {
    bases(weights)?;
    for axis in Axis::all() {
        let words = weights.points_of(*axis);
        steps(&words, axis.word(), |mild, worse| example(weights, *axis, mild, worse))?;
    }
    let words = Axis::Network.words().into_iter().zip(weights.reach).collect::<Vec<_>>();
    if let Some((word, is)) = words.iter().find(|(_, tenths)| *tenths > 10) {
        return Err(Broken { law: Law::Reach, example: Example::Number { word, is: *is } });
    }
    steps(&words, "reach", |mild, worse| example(weights, Axis::Network, mild, worse))?;
    ends(weights)
}

fn bases(weights: &Weights) -> Result<(), Broken> {
    for severity in Severity::ALL {
        let base = weights.base[*severity as usize];
        let points = u8::try_from(base).unwrap_or(u8::MAX);
        if base > 100 || Level::of(points) as usize != *severity as usize {
            let example = Example::Level { severity: *severity, around: "by its base", points };
            return Err(Broken { law: Law::Base, example });
        }
    }
    Ok(())
}

/// Each word has at least the points of the one before it; the last one is `unknown`.
fn steps(
    words: &[(&'static str, i32)],
    table: &'static str,
    scored: impl Fn(usize, usize) -> Option<(Severity, u8, u8)>,
) -> Result<(), Broken> {
    for (at, pair) in words.windows(2).enumerate() {
        if let [mild, worse] = pair
            && worse.1 < mild.1
        {
            let law = if at + 2 == words.len() { Law::Unknown } else { Law::Monotone };
            let scored = scored(at, at + 1);
            let example = Example::Points { table, mild: *mild, worse: *worse, scored };
            return Err(Broken { law, example });
        }
    }
    Ok(())
}

/// A finding that is scored lower with the worse word: all corners of the other axes are tried, the
/// mildest first.
fn example(weights: &Weights, axis: Axis, mild: usize, worse: usize) -> Option<(Severity, u8, u8)> {
    for corner in 0..1_usize << AXES {
        let mut at = [0; AXES];
        for (other, place) in at.iter_mut().enumerate() {
            *place = if corner >> other & 1 == 1 { Axis::all()[other].len() - 1 } else { 0 };
        }
        for manner in Manner::all() {
            for severity in Severity::ALL {
                let mut score = |place: usize| {
                    at[axis as usize] = place;
                    let exposure = Exposure::from_places(at, Flow::None);
                    u8::try_from(weights.sum(*severity, *manner, &exposure).points).unwrap_or(100)
                };
                let (before, after) = (score(mild), score(worse));
                if after < before {
                    return Some((*severity, before, after));
                }
            }
        }
    }
    None
}

/// Both ends: nothing around a finding, and everything. Between them the score only rises.
fn ends(weights: &Weights) -> Result<(), Broken> {
    let mut mildest = Exposure::from_places([0; AXES], Flow::None);
    let ends = (0..networks()).map(|network| {
        mildest.network = crate::estate::Network::all().get(network).copied();
        (mildest, "with nothing around it")
    });
    let ends: Vec<_> = ends.chain([(Exposure::UNKNOWN, "with everything around it")]).collect();
    for (exposure, around) in ends {
        for severity in Severity::ALL {
            for manner in Manner::all() {
                let points = weights.sum(*severity, *manner, &exposure).points;
                let points = u8::try_from(points).unwrap_or(100);
                if (Level::of(points) as usize).abs_diff(*severity as usize) > 1 {
                    let example = Example::Level { severity: *severity, around, points };
                    return Err(Broken { law: Law::OneLevel, example });
                }
            }
        }
    }
    Ok(())
}

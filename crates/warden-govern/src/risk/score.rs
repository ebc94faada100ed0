//! The composite score: the technical severity, moved by what stands around it by at most one level.
//!
//! `S = clamp(base + min(cap, E) - offset, 0, 100)`, in whole points, and every point of it is in
//! the explanation.

use std::sync::Arc;

use serde::{Serialize, ser::SerializeStruct as _};
use warden_model::{Class, Digest, Severity};

use super::{
    exposure::{AXES, Axis, Exposure},
    weights::Weights,
};
use crate::{Word as _, word::words};

words! {
    /// How bad it is for the business. It is made from a score, and from nothing else.
    ///
    /// It is no technical severity, and the two are never compared:
    ///
    /// ```compile_fail
    /// let same = warden_govern::risk::Level::High == warden_model::Severity::High;
    /// ```
    Level, "level" {
        /// Less than 20 points.
        Info = "info",
        /// 20 points and more.
        Low = "low",
        /// 40 points and more.
        Medium = "medium",
        /// 60 points and more.
        High = "high",
        /// 80 points and more.
        Critical = "critical",
    }
}

impl Level {
    /// The level of a score.
    #[must_use]
    pub const fn of(points: u8) -> Self {
        match points {
            80.. => Self::Critical,
            60.. => Self::High,
            40.. => Self::Medium,
            20.. => Self::Low,
            _ => Self::Info,
        }
    }

    /// As it stands in tables: `Critical`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Info => "Info",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }
}

words! {
    /// What a finding is about.
    Manner, "manner" {
        /// Anything but the way.
        Plain = "plain",
        /// The way there: who can reach the network decides how much of the exposure counts.
        Transport = "transport",
    }
}

impl Manner {
    /// What findings of a class are about.
    #[must_use]
    pub const fn of(class: Class) -> Self {
        match class {
            Class::TlsMissing | Class::NetExposed => Self::Transport,
            _ => Self::Plain,
        }
    }
}

/// Which weights a score was made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The version that their file names.
    pub version: String,
    /// The digest over their RFC 8785 form.
    pub digest: Digest,
}

impl Serialize for Stamp {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut stamp = to.serialize_struct("Stamp", 2)?;
        stamp.serialize_field("version", &self.version)?;
        stamp.serialize_field("digest", &self.digest.to_string())?;
        stamp.end()
    }
}

/// One part of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Term {
    /// What it is for: `base`, an axis, or a rule.
    pub term: &'static str,
    /// The word that it stands at; empty for a rule.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub value: &'static str,
    /// What it adds.
    pub points: i32,
}

/// The parts of a score, all of them, also those that add nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    base: i32,
    axes: [i32; AXES],
    blind: i32,
    toxic: i32,
    reach: i32,
    cap: i32,
    offset: i32,
    clamp: i32,
    /// What they sum to, 0 to 100.
    pub(super) points: i32,
}

impl Sum {
    /// What is around the finding, before it is bounded.
    pub(super) fn around(&self) -> i32 {
        self.axes.iter().sum::<i32>() + self.blind + self.toxic + self.reach
    }

    /// What the parts sum to.
    #[cfg(test)]
    pub(super) fn explained(&self) -> i32 {
        let Self { base, axes, blind, toxic, reach, cap, offset, clamp, points: _ } = self;
        base + axes.iter().sum::<i32>() + blind + toxic + reach + cap + offset + clamp
    }
}

impl Weights {
    /// The parts of the score of a finding.
    pub(super) fn sum(&self, severity: Severity, manner: Manner, exposure: &Exposure) -> Sum {
        let at = exposure.places();
        let mut axes = [0; AXES];
        for (axis, points) in axes.iter_mut().enumerate() {
            *points = self.points[axis][at[axis]];
        }
        let blind = if exposure.is_blind() { self.blind } else { 0 };
        let toxic = if exposure.is_toxic() { self.toxic } else { 0 };
        let whole = axes.iter().sum::<i32>() + blind + toxic;
        let reached = match manner {
            Manner::Plain => whole,
            Manner::Transport => whole * self.reach[at[Axis::Network as usize]] / 10,
        };
        let counted = reached.min(self.cap);
        let base = self.base[severity as usize];
        let sum = base + counted - self.offset;
        let points = sum.clamp(0, 100);
        Sum {
            base,
            axes,
            blind,
            toxic,
            reach: reached - whole,
            cap: counted - reached,
            offset: -self.offset,
            clamp: points - sum,
            points,
        }
    }

    /// The composite score of a finding with this severity, in this exposure.
    #[must_use]
    pub fn score(&self, severity: Severity, manner: Manner, exposure: Exposure) -> Composite {
        let sum = self.sum(severity, manner, &exposure);
        let points = u8::try_from(sum.points).unwrap_or(100);
        Composite { points, sum, severity, exposure, weights: Arc::clone(self.stamp()) }
    }
}

/// How bad a finding is for the business, with everything that this was made from.
///
/// Only [`Weights::score`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composite {
    points: u8,
    sum: Sum,
    severity: Severity,
    exposure: Exposure,
    weights: Arc<Stamp>,
}

impl Composite {
    /// The score, 0 to 100.
    #[must_use]
    pub const fn points(&self) -> u8 {
        self.points
    }

    /// The level of the score.
    #[must_use]
    pub const fn level(&self) -> Level {
        Level::of(self.points)
    }

    /// What stands around the finding.
    #[must_use]
    pub const fn exposure(&self) -> &Exposure {
        &self.exposure
    }

    /// The weights that it was made with.
    #[must_use]
    pub fn weights(&self) -> &Stamp {
        &self.weights
    }

    /// The parts that add something, and the base and the offset; they sum to the score.
    #[must_use]
    pub fn terms(&self) -> Vec<Term> {
        let Sum { base, axes, blind, toxic, reach, cap, offset, clamp, points: _ } = self.sum;
        let mut terms = vec![Term { term: "base", value: self.severity.name(), points: base }];
        let axes = Axis::all().iter().zip(axes);
        terms.extend(axes.map(|(axis, points)| Term {
            term: axis.word(),
            value: self.exposure.word(*axis),
            points,
        }));
        let rules = [("blind-action", blind), ("toxic-flow", toxic), ("reach", reach)];
        let rules = rules.into_iter().chain([("cap", cap)]);
        terms.extend(rules.map(|(term, points)| Term { term, value: "", points }));
        terms.retain(|term| term.term == "base" || term.points != 0);
        terms.push(Term { term: "offset", value: "", points: offset });
        if clamp != 0 {
            terms.push(Term { term: "clamp", value: "", points: clamp });
        }
        terms
    }

    /// The parts in one line: `88 +20+3+5 cap-9 -20`.
    #[must_use]
    pub fn brief(&self) -> String {
        let mut line = String::new();
        let mut after_number = false;
        for Term { term, points, .. } in self.terms() {
            let (text, number) = match term {
                "base" => (points.to_string(), false),
                "reach" | "cap" | "clamp" => (format!(" {term}{points:+}"), false),
                "offset" => (format!(" {points:+}"), false),
                _ if after_number => (format!("{points:+}"), true),
                _ => (format!(" {points:+}"), true),
            };
            line.push_str(&text);
            after_number = number;
        }
        line
    }

    /// What stands around it, in words, what weighs most first: the business exposure factor.
    #[must_use]
    pub fn factor(&self) -> String {
        let at = self.exposure.places();
        let mut all: Vec<_> = Axis::all()
            .iter()
            .map(|axis| {
                let axis_at = *axis as usize;
                (self.sum.axes[axis_at], axis.phrase(at[axis_at]))
            })
            .collect();
        all.push((self.sum.blind, "nobody could tell afterwards what was done"));
        all.push((self.sum.toxic, "what strangers write, data and a way out meet in one agent"));
        all.retain(|(points, _)| *points > 0);
        // The sort is stable: what weighs the same stays in the order of the axes.
        all.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
        let mut text: Vec<_> = all.into_iter().map(|(_, phrase)| phrase).collect();
        if self.sum.reach < 0 {
            text.push("less of it counts since few can reach the network");
        }
        if text.is_empty() { "nothing adds to it".into() } else { text.join("; ") }
    }
}

impl Serialize for Composite {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut composite = to.serialize_struct("Composite", 5)?;
        composite.serialize_field("points", &self.points)?;
        composite.serialize_field("level", &self.level())?;
        composite.serialize_field("terms", &self.terms())?;
        composite.serialize_field("exposure", &self.exposure)?;
        composite.serialize_field("weights", &*self.weights)?;
        composite.end()
    }
}

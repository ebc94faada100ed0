//! The weights of the scoring model: a file that a company may edit, within laws.
//!
//! The laws are checked when the file is read. So there are no weights with which a worse server
//! stands better, and a score never has to ask.

mod law;

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};
use warden_model::{Confidence, Digest, Severity};

use super::{Level, Pinned, Provenance, SecurityContact, Stage};

/// The published weights, as they are compiled in.
pub const DEFAULT_WEIGHTS: &str = include_str!("../../data/scoring-1.toml");

/// The largest file of weights that is read.
const MOST_BYTES: usize = 64 * 1024;

/// Weights that keep every law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights(File);

/// Why a file of weights is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// It is larger than weights can be.
    #[error("the weights are larger than {MOST_BYTES} bytes")]
    Large,
    /// It is not TOML of this form.
    #[error("the weights cannot be read: {0}")]
    Malformed(String),
    /// It is of a version that this program does not read.
    #[error("the weights are of version {0}, and this program reads version 1")]
    Version(i64),
    /// A number is not from 0 to what it may be at most.
    #[error("`{name}` is {value}, and has to be from 0 to {most}")]
    Range {
        /// Where it stands.
        name: String,
        /// What it is.
        value: i64,
        /// What it may be at most.
        most: i64,
    },
    /// Two numbers stand in the wrong order.
    #[error("`{first}` is more than `{second}`: {law}")]
    Order {
        /// Where the number stands that has to be the smaller one.
        first: String,
        /// Where the other one stands.
        second: String,
        /// The law.
        law: &'static str,
    },
    /// Thresholds do not rise.
    #[error("the thresholds do not rise from level to level")]
    Thresholds,
    /// A Critical costs no more than a High.
    #[error("a critical finding of {0} confidence costs no more than a high one")]
    CriticalCheap(Confidence),
    /// A server with a Critical could reach level 2 by its score.
    #[error("with one critical finding of {0} confidence, a server would still reach level 2")]
    CriticalReaches(Confidence),
    /// A server with an accepted Critical could reach level 2.
    #[error("`waivers.critical_level` would let a server with a critical finding reach level 2")]
    WaivedCriticalReaches,
    /// A server with an accepted High could reach level 3.
    #[error("`waivers.high_level` would let a server with a high finding reach level 3")]
    WaivedHighReaches,
    /// A server could reach a level by its score although a stage that it wants did not finish.
    #[error("without stage `{}`, a server would still reach the level that wants it", .0.name())]
    StakeSmall(Stage),
    /// A stage could not lose what one finding costs.
    #[error("the stake of stage `{}` is less than one critical finding costs", .0.name())]
    StakeBelowCritical(Stage),
    /// The first of several findings does not cost all of it, or there are too many numbers.
    #[error("`findings.repeated` has to begin with 100 and to have from 1 to 32 numbers")]
    Repeated,
    /// A later finding would cost more than an earlier one, or nothing.
    #[error("`findings.repeated` has to fall, and to end above 0")]
    RepeatedRises,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: i64,
    thresholds: ByLevel,
    findings: Findings,
    stakes: Stakes,
    coverage: ByLevel,
    gaps: Gaps,
    waivers: Waivers,
    facts: FactWeights,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those of the file")]
struct ByLevel {
    level_1: i64,
    level_2: i64,
    level_3: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ByConfidence {
    low: i64,
    medium: i64,
    high: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Findings {
    info: ByConfidence,
    low: ByConfidence,
    medium: ByConfidence,
    high: ByConfidence,
    critical: ByConfidence,
    repeated: Vec<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Stakes {
    source: i64,
    taint: i64,
    secrets: i64,
    tool_text: i64,
    supply_chain: i64,
    configuration: i64,
    behaviour: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gaps {
    each: i64,
    most: i64,
    level_1: i64,
    level_2: i64,
    level_3: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waivers {
    percent: i64,
    critical_level: i64,
    high_level: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct FactWeights {
    security_contact: ContactWeights,
    provenance: ProvenanceWeights,
    pinned: PinnedWeights,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactWeights {
    named: i64,
    incomplete: i64,
    absent: i64,
    unknown: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvenanceWeights {
    verified: i64,
    absent: i64,
    unknown: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct PinnedWeights {
    by_digest: i64,
    by_version: i64,
    floating: i64,
    unknown: i64,
}

impl Weights {
    /// Reads weights.
    ///
    /// # Errors
    /// Another form or version, and every law that the weights break; the first one is told.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        if text.len() > MOST_BYTES {
            return Err(WeightsError::Large);
        }
        let file: File = toml_edit::de::from_str(text)
            .map_err(|error| WeightsError::Malformed(error.message().to_owned()))?;
        law::check(&file)?;
        Ok(Self(file))
    }

    /// The published weights.
    ///
    /// # Errors
    /// None, as a test holds: they are compiled in and keep the laws.
    pub fn published() -> Result<Self, WeightsError> {
        Self::parse(DEFAULT_WEIGHTS)
    }

    /// The digest of the numbers, whatever the file looks like otherwise.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_value().to_string().as_bytes())
    }

    /// The numbers as JSON, members sorted, integers only: the text of it is its RFC 8785 form.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let file = &self.0;
        let level = |of: &ByLevel| json!({"level_1": of.level_1, "level_2": of.level_2, "level_3": of.level_3});
        let base = |of: &ByConfidence| json!({"high": of.high, "low": of.low, "medium": of.medium});
        let (findings, facts) = (&file.findings, &file.facts);
        json!({
            "coverage": level(&file.coverage),
            "facts": {
                "pinned": {
                    "by_digest": facts.pinned.by_digest, "by_version": facts.pinned.by_version,
                    "floating": facts.pinned.floating, "unknown": facts.pinned.unknown,
                },
                "provenance": {
                    "absent": facts.provenance.absent, "unknown": facts.provenance.unknown,
                    "verified": facts.provenance.verified,
                },
                "security_contact": {
                    "absent": facts.security_contact.absent,
                    "incomplete": facts.security_contact.incomplete,
                    "named": facts.security_contact.named,
                    "unknown": facts.security_contact.unknown,
                },
            },
            "findings": {
                "critical": base(&findings.critical), "high": base(&findings.high),
                "info": base(&findings.info), "low": base(&findings.low),
                "medium": base(&findings.medium), "repeated": findings.repeated,
            },
            "gaps": {
                "each": file.gaps.each, "level_1": file.gaps.level_1,
                "level_2": file.gaps.level_2, "level_3": file.gaps.level_3,
                "most": file.gaps.most,
            },
            "stakes": {
                "behaviour": file.stakes.behaviour, "configuration": file.stakes.configuration,
                "secrets": file.stakes.secrets, "source": file.stakes.source,
                "supply-chain": file.stakes.supply_chain, "taint": file.stakes.taint,
                "tool-text": file.stakes.tool_text,
            },
            "thresholds": level(&file.thresholds),
            "version": file.version,
            "waivers": {
                "critical_level": file.waivers.critical_level,
                "high_level": file.waivers.high_level, "percent": file.waivers.percent,
            },
        })
    }

    /// The level that a score gives by itself.
    pub(super) fn level(&self, total: u32) -> Level {
        let reached = |level: &&Level| i64::from(total) >= self.0.thresholds.of(**level);
        Level::ALL.iter().rev().find(reached).copied().unwrap_or(Level::Integrity)
    }

    pub(super) fn finding(&self, severity: Severity, confidence: Confidence) -> i64 {
        self.0.findings.of(severity).of(confidence)
    }

    /// What the finding with this rank costs, in percent. Ranks are counted from 0.
    pub(super) fn repeated(&self, rank: usize) -> i64 {
        let factors = &self.0.findings.repeated;
        factors.get(rank).or(factors.last()).copied().unwrap_or(100)
    }

    pub(super) const fn stake(&self, stage: Stage) -> i64 {
        self.0.stakes.of(stage)
    }

    pub(super) const fn waived_percent(&self) -> i64 {
        self.0.waivers.percent
    }

    pub(super) fn waived_critical(&self) -> Level {
        number(self.0.waivers.critical_level)
    }

    pub(super) fn waived_high(&self) -> Level {
        number(self.0.waivers.high_level)
    }

    /// What so many places cost that were not understood.
    pub(super) fn gaps(&self, count: u64) -> i64 {
        match count.checked_ilog2() {
            None => 0,
            Some(doublings) => {
                let cost = self.0.gaps.each.saturating_mul(i64::from(doublings) + 1);
                cost.min(self.0.gaps.most)
            }
        }
    }

    /// The highest level at which a stage may have looked at so little.
    pub(super) fn covered(&self, percent: u32) -> Level {
        let allowed = |level: &&Level| i64::from(percent) >= self.0.coverage.of(**level);
        Level::ALL.iter().rev().find(allowed).copied().unwrap_or(Level::Integrity)
    }

    /// The highest level at which a stage may have so many gaps.
    pub(super) fn understood(&self, gaps: u64) -> Level {
        let most = |level: Level| match level {
            Level::Integrity => i64::MAX,
            Level::Static => self.0.gaps.level_1,
            Level::Certified => self.0.gaps.level_2,
            Level::Runtime => self.0.gaps.level_3,
        };
        let gaps = i64::try_from(gaps).unwrap_or(i64::MAX);
        let allowed = |level: &&Level| gaps <= most(**level);
        Level::ALL.iter().rev().find(allowed).copied().unwrap_or(Level::Integrity)
    }

    pub(super) const fn contact(&self, contact: SecurityContact) -> i64 {
        let weights = &self.0.facts.security_contact;
        match contact {
            SecurityContact::Named => weights.named,
            SecurityContact::Incomplete => weights.incomplete,
            SecurityContact::Absent => weights.absent,
            SecurityContact::Unknown => weights.unknown,
        }
    }

    pub(super) const fn provenance(&self, provenance: Provenance) -> i64 {
        let weights = &self.0.facts.provenance;
        match provenance {
            Provenance::Verified => weights.verified,
            Provenance::Absent => weights.absent,
            Provenance::Unknown => weights.unknown,
        }
    }

    pub(super) const fn pinned(&self, pinned: Pinned) -> i64 {
        let weights = &self.0.facts.pinned;
        match pinned {
            Pinned::ByDigest => weights.by_digest,
            Pinned::ByVersion => weights.by_version,
            Pinned::Floating => weights.floating,
            Pinned::Unknown => weights.unknown,
        }
    }
}

/// The level with this number; the law holds it to a level.
fn number(level: i64) -> Level {
    u8::try_from(level).ok().and_then(Level::of_number).unwrap_or(Level::Integrity)
}

impl ByLevel {
    /// The number of this level; level 0 asks for nothing.
    const fn of(&self, level: Level) -> i64 {
        match level {
            Level::Integrity => 0,
            Level::Static => self.level_1,
            Level::Certified => self.level_2,
            Level::Runtime => self.level_3,
        }
    }
}

impl ByConfidence {
    const fn of(&self, confidence: Confidence) -> i64 {
        match confidence {
            Confidence::Low => self.low,
            Confidence::Medium => self.medium,
            Confidence::High => self.high,
        }
    }
}

impl Findings {
    const fn of(&self, severity: Severity) -> &ByConfidence {
        match severity {
            Severity::Info => &self.info,
            Severity::Low => &self.low,
            Severity::Medium => &self.medium,
            Severity::High => &self.high,
            Severity::Critical => &self.critical,
        }
    }
}

impl Stakes {
    const fn of(&self, stage: Stage) -> i64 {
        match stage {
            Stage::Source => self.source,
            Stage::Taint => self.taint,
            Stage::Secrets => self.secrets,
            Stage::ToolText => self.tool_text,
            Stage::SupplyChain => self.supply_chain,
            Stage::Configuration => self.configuration,
            Stage::Behaviour => self.behaviour,
        }
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scoring-{} {}", self.0.version, self.digest())
    }
}

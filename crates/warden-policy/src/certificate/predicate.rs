//! The predicate of a certificate, version 1: what is signed about a server.
//!
//! These types are the format. A reader refuses what it does not know, what contradicts itself,
//! and what has another spelling than the one that is written.

use serde::{Deserialize, Serialize};
use warden_model::Digest;

use crate::{Time, text};

/// The type of the predicate in an in-toto statement (`predicateType`).
pub const PREDICATE_TYPE: &str = "urn:mcpwarden:predicate:certificate:1";

/// How many days a certificate counts if nobody says otherwise.
pub const DEFAULT_DAYS: u32 = 90;

/// What is certified of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The version of the format, 1.
    pub version: u32,
    /// Which server.
    pub target: Target,
    /// The bytes and definitions that it holds for.
    pub digests: Subjects,
    /// The stages, in their order.
    pub stages: Vec<StageRecord>,
    /// The score.
    pub score: Score,
    /// The level, from 0 to 3.
    pub level: u8,
    /// What was found.
    pub findings: Findings,
    /// Who accepted which finding as a risk.
    pub waivers: Vec<Waiver>,
    /// Who certifies.
    pub issuer: String,
    /// When.
    pub issued: Time,
    /// From when on it counts no more.
    pub expires: Time,
    /// The version of the policy that it was made under.
    pub policy: String,
    /// What made it.
    pub tool: Tool,
    /// The digests of everything that shows it, by name.
    pub evidence: Vec<Named>,
    /// The digest of the certificate before this one, for the same server.
    #[serde(with = "text::digest_or_none")]
    pub previous: Option<Digest>,
}

/// Which server a certificate is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its name in its ecosystem; its URL if it is remote.
    pub name: String,
    /// Its version, if it has one.
    pub version: Option<String>,
    /// Where it is from: `npm`, `pypi`, `git`, `folder`, `mcpb`, `oci`, `remote`.
    pub ecosystem: String,
    /// Who publishes it, if that is known.
    pub publisher: Option<String>,
}

/// What a certificate holds for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subjects {
    /// The archive or image.
    #[serde(with = "text::digest_or_none")]
    pub artifact: Option<Digest>,
    /// The unpacked tree.
    #[serde(with = "text::digest_or_none")]
    pub tree: Option<Digest>,
    /// Everything that a model sees.
    #[serde(with = "text::digest_or_none")]
    pub manifest: Option<Digest>,
    /// Each tool's definition, sorted by name.
    pub tools: Vec<Named>,
}

/// A digest with a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The digest.
    #[serde(with = "text::digest")]
    pub digest: Digest,
}

/// What one stage did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRecord {
    /// How much it looked at.
    pub coverage: Coverage,
    /// The digest of everything that it wrote down.
    #[serde(with = "text::digest_or_none")]
    pub evidence: Option<Digest>,
    /// How much it found.
    pub findings: Counts,
    /// The digests of what it was given.
    #[serde(with = "text::digests")]
    pub inputs: Vec<Digest>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, if it did not finish.
    pub reason: Option<String>,
    /// The digest of its rules.
    #[serde(with = "text::digest_or_none")]
    pub rules: Option<Digest>,
    /// Which stage.
    pub stage: Stage,
    /// What ran it.
    pub tool: Tool,
}

/// A stage of a certification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Rules over the source code.
    Source,
    /// Values followed to where they do harm.
    Taint,
    /// Credentials in what is shipped.
    Secrets,
    /// What a model reads.
    ToolText,
    /// Dependencies and where they are from.
    SupplyChain,
    /// The configuration that starts it.
    Configuration,
    /// What it did when it ran.
    Behaviour,
}

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It looked at what it was given.
    Finished,
    /// It broke off.
    Unfinished,
    /// There is nothing of the kind.
    NotApplicable,
    /// Nobody ran it.
    NotRun,
}

/// How much of what there is was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// What was not understood, by kind.
    pub gaps: Vec<Gap>,
    /// How many things are known.
    pub known: u64,
    /// How many of them were looked at.
    pub looked_at: u64,
}

/// Places that were not understood, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// How many.
    pub count: u64,
    /// The reason.
    pub kind: String,
}

/// A tool and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How many findings of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Critical ones.
    pub critical: u32,
    /// High ones.
    pub high: u32,
    /// Ones worth knowing.
    pub info: u32,
    /// Low ones.
    pub low: u32,
    /// Medium ones.
    pub medium: u32,
}

/// A score, in items that add up to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// What holds the level down.
    pub caps: Vec<Cap>,
    /// What the total is made of.
    pub items: Vec<Item>,
    /// The level that the total alone would give.
    pub level_by_score: u8,
    /// The model, `scoring-1`.
    pub model: String,
    /// From 0 to 100.
    pub total: u32,
    /// The digest of the weights.
    #[serde(with = "text::digest")]
    pub weights: Digest,
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Why it is so many points.
    pub because: String,
    /// What kind of part it is.
    pub code: String,
    /// What is counted.
    pub label: String,
    /// What it adds.
    pub points: i32,
}

/// One thing that holds a level down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// Which one.
    pub because: String,
    /// What kind of thing it is.
    pub code: String,
    /// The highest level that it leaves.
    pub level: u8,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// How many are open.
    pub counts: Counts,
    /// Those that are open.
    pub open: Vec<Finding>,
    /// How many were accepted as a risk.
    pub waived: Counts,
}

/// A finding, as far as a certificate names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What kind of problem it is, one of the 44 classes.
    pub class: String,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Which finding it is.
    #[serde(with = "text::digest")]
    pub fingerprint: Digest,
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The stage that found it.
    pub stage: Stage,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Mend when convenient.
    Low,
    /// Mend soon.
    Medium,
    /// Mend before use.
    High,
    /// Stop using it.
    Critical,
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A hint.
    Low,
    /// More often right than wrong.
    Medium,
    /// As good as certain.
    High,
}

/// That somebody accepted a finding as a risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The finding.
    pub finding: Finding,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it counts, for example `2027-01-31`.
    pub until: String,
}

impl Waiver {
    /// The first moment at which it counts no more, which is the end of its last day in UTC;
    /// nothing if that is no day.
    #[must_use]
    pub fn ends(&self) -> Option<Time> {
        Time::end_of_day(&self.until)
    }
}

impl Counts {
    /// One more of this severity.
    pub fn add(&mut self, severity: Severity) {
        let count = match severity {
            Severity::Info => &mut self.info,
            Severity::Low => &mut self.low,
            Severity::Medium => &mut self.medium,
            Severity::High => &mut self.high,
            Severity::Critical => &mut self.critical,
        };
        *count = count.saturating_add(1);
    }
}

impl Subjects {
    /// Every subject with its name in the statement, in one order.
    #[must_use]
    pub fn named(&self) -> Vec<(String, Digest)> {
        let bytes = [("artifact", self.artifact), ("tree", self.tree), ("manifest", self.manifest)];
        let bytes = bytes.into_iter().filter_map(|(name, digest)| Some((name.into(), digest?)));
        let tools = self.tools.iter().map(|tool| (format!("tool:{}", tool.name), tool.digest));
        bytes.chain(tools).collect()
    }

    /// The digest of this tool's definition.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<Digest> {
        let at = self.tools.binary_search_by(|tool| tool.name.as_str().cmp(name)).ok()?;
        self.tools.get(at).map(|tool| tool.digest)
    }
}

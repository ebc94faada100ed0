//! The stages of a certification, and the record that each leaves.

use warden_model::{Digest, Severity};

use super::Level;

/// One look at a server. The table of stages is this type: its order is that of certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Rules over the source code.
    Source,
    /// Values followed from a model's arguments to where they do harm.
    Taint,
    /// Credentials in what is shipped.
    Secrets,
    /// What a model reads: names, descriptions, schemas, instructions.
    ToolText,
    /// Dependencies, known vulnerabilities, install scripts, provenance, look-alikes.
    SupplyChain,
    /// The configuration that starts it.
    Configuration,
    /// What it did when it ran in a sandbox.
    Behaviour,
}

impl Stage {
    /// Every stage, in the order of certificates.
    pub const ALL: &[Self] = &[
        Self::Source,
        Self::Taint,
        Self::Secrets,
        Self::ToolText,
        Self::SupplyChain,
        Self::Configuration,
        Self::Behaviour,
    ];

    /// The name in certificates and weights.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Taint => "taint",
            Self::Secrets => "secrets",
            Self::ToolText => "tool-text",
            Self::SupplyChain => "supply-chain",
            Self::Configuration => "configuration",
            Self::Behaviour => "behaviour",
        }
    }

    /// The stage with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|stage| stage.name() == name)
    }

    /// The lowest level that wants this stage finished.
    ///
    /// All static stages are wanted from level 1 on. Otherwise a server whose analysis breaks
    /// would stand better than one whose analysis found something.
    #[must_use]
    pub const fn required_for(self) -> Level {
        match self {
            Self::Source
            | Self::Taint
            | Self::Secrets
            | Self::ToolText
            | Self::SupplyChain
            | Self::Configuration => Level::Static,
            Self::Behaviour => Level::Runtime,
        }
    }

    /// Whether "there is nothing to look at" is believed of this stage.
    ///
    /// Only a configuration may be missing from the thing itself. A server without source code
    /// has some that nobody showed us, which is unknown and not harmless.
    #[must_use]
    pub const fn may_not_apply(self) -> bool {
        matches!(self, Self::Configuration)
    }
}

/// What ran a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How a stage ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It looked at everything that it was given, as far as its coverage says.
    Finished,
    /// It broke off. This is never clean, whatever it had found until then.
    Unfinished {
        /// Why.
        reason: String,
    },
    /// There is nothing of the kind. Counts as not run where [`Stage::may_not_apply`] says so.
    NotApplicable {
        /// Why.
        reason: String,
    },
    /// Nobody ran it.
    NotRun,
}

/// How much of what there is a stage looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageCoverage {
    /// How many things it looked at: files, packages, texts.
    pub looked_at: u64,
    /// How many it knows of. None known is none looked at, not everything.
    pub known: u64,
    /// What was not understood inside the things it looked at, by kind, sorted by kind.
    pub gaps: Vec<GapCount>,
}

/// Places that were not understood, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GapCount {
    /// The reason, for example `syntax`.
    pub kind: String,
    /// How many.
    pub count: u64,
}

impl StageCoverage {
    /// How much was looked at, in whole percent rounded down.
    #[must_use]
    pub fn percent(&self) -> u32 {
        if self.known == 0 || self.looked_at > self.known {
            return 0;
        }
        let percent = u128::from(self.looked_at) * 100 / u128::from(self.known);
        u32::try_from(percent).unwrap_or(0)
    }

    /// How many places were not understood.
    #[must_use]
    pub fn gaps(&self) -> u64 {
        self.gaps.iter().fold(0, |sum, gap| sum.saturating_add(gap.count))
    }
}

/// How many findings of each severity a stage has, waived ones among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u32; 5]);

impl Counts {
    /// How many of this severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> u32 {
        self.0.get(severity as usize).copied().unwrap_or(0)
    }

    /// One more of this severity.
    pub fn add(&mut self, severity: Severity) {
        if let Some(count) = self.0.get_mut(severity as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// How many of any severity.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().copied().map(u64::from).sum()
    }
}

/// What one stage did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageRecord {
    /// Which stage.
    pub stage: Stage,
    /// What ran it.
    pub tool: Tool,
    /// The digest of the rules that it ran with.
    pub rules: Option<Digest>,
    /// The digests of what it was given, sorted.
    pub inputs: Vec<Digest>,
    /// How it ended.
    pub outcome: Outcome,
    /// How much it looked at.
    pub coverage: StageCoverage,
    /// How much it found.
    pub findings: Counts,
    /// The digest of everything that it wrote down.
    pub evidence: Option<Digest>,
}

impl StageRecord {
    /// A record that says that nobody ran this stage.
    #[must_use]
    pub fn not_run(stage: Stage, tool: Tool) -> Self {
        Self {
            stage,
            tool,
            rules: None,
            inputs: Vec::new(),
            outcome: Outcome::NotRun,
            coverage: StageCoverage::default(),
            findings: Counts::default(),
            evidence: None,
        }
    }

    /// Whether this stage looked at what it should have.
    #[must_use]
    pub const fn finished(&self) -> bool {
        matches!(self.outcome, Outcome::Finished)
    }

    /// Whether there was rightly nothing to look at.
    #[must_use]
    pub const fn does_not_apply(&self) -> bool {
        matches!(self.outcome, Outcome::NotApplicable { .. }) && self.stage.may_not_apply()
    }
}

//! A score, told in items that add up to it, and what holds the level down.

use warden_model::{Class, Confidence, Severity};

use super::{Level, Stage};

/// A score and a level, with everything that made them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// From 0 to 100.
    pub total: u32,
    /// What the total is made of. Their points sum to it exactly.
    pub items: Vec<Item>,
    /// The level that the total alone would give.
    pub by_score: Level,
    /// What holds the level down, the lowest first.
    pub caps: Vec<Cap>,
    /// The level: that of the score, or of the lowest cap.
    pub level: Level,
    /// The digest of the weights.
    pub weights: warden_model::Digest,
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What kind of part it is.
    pub code: ItemCode,
    /// What is counted, in a few words.
    pub label: String,
    /// What it adds, mostly below zero.
    pub points: i32,
    /// Why it is so many points.
    pub because: String,
}

/// What kind of part of a score it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemCode {
    /// What everybody starts with.
    Start,
    /// Open findings of one class, severity and confidence.
    Findings {
        /// The stage that found them.
        stage: Stage,
        /// Their class.
        class: Class,
        /// Their severity.
        severity: Severity,
        /// Their confidence.
        confidence: Confidence,
    },
    /// The same, accepted as a risk by somebody.
    Waived {
        /// The stage that found them.
        stage: Stage,
        /// Their class.
        class: Class,
        /// Their severity.
        severity: Severity,
        /// Their confidence.
        confidence: Confidence,
    },
    /// A stage that did not finish.
    Stage(Stage),
    /// What a stage did not look at.
    Coverage(Stage),
    /// What a stage did not understand.
    Gaps(Stage),
    /// A stage has no more to lose than its stake; what is above is given back.
    Stake(Stage),
    /// Whether problems can be told to somebody.
    Contact,
    /// Where the package was built.
    Provenance,
    /// How firmly dependencies are chosen.
    Pinned,
    /// No score is below 0; what is below is given back.
    Floor,
}

impl ItemCode {
    /// The code in certificates: words separated by slashes.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Start => "start".into(),
            Self::Findings { stage, class, severity, confidence } => {
                format!("findings/{}/{}/{severity}/{confidence}", stage.name(), class.id())
            }
            Self::Waived { stage, class, severity, confidence } => {
                format!("waived/{}/{}/{severity}/{confidence}", stage.name(), class.id())
            }
            Self::Stage(stage) => format!("stage/{}", stage.name()),
            Self::Coverage(stage) => format!("coverage/{}", stage.name()),
            Self::Gaps(stage) => format!("gaps/{}", stage.name()),
            Self::Stake(stage) => format!("stake/{}", stage.name()),
            Self::Contact => "fact/security-contact".into(),
            Self::Provenance => "fact/provenance".into(),
            Self::Pinned => "fact/pinned".into(),
            Self::Floor => "floor".into(),
        }
    }
}

/// One thing that holds the level down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cap {
    /// The highest level that it leaves.
    pub level: Level,
    /// What kind of thing it is.
    pub code: CapCode,
    /// Which one, for people.
    pub because: String,
}

/// What kind of thing holds a level down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CapCode {
    /// A Critical finding is open.
    OpenCritical,
    /// A High finding is open.
    OpenHigh,
    /// A Critical finding was accepted as a risk.
    WaivedCritical,
    /// A High finding was accepted as a risk.
    WaivedHigh,
    /// A stage did not finish.
    StageUnfinished,
    /// A stage looked at too little.
    Coverage,
    /// A stage did not understand too many places.
    Gaps,
}

impl CapCode {
    /// The code in certificates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenCritical => "open-critical",
            Self::OpenHigh => "open-high",
            Self::WaivedCritical => "waived-critical",
            Self::WaivedHigh => "waived-high",
            Self::StageUnfinished => "stage-unfinished",
            Self::Coverage => "coverage",
            Self::Gaps => "gaps",
        }
    }
}

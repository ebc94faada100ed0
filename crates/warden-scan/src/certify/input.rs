//! What a score is made from.

use std::collections::BTreeSet;

use warden_model::{Class, Confidence, Digest, Severity};

use super::{Counts, Outcome, Stage, StageRecord};
use crate::settle::Date;

/// Classes that are malice. Nobody can accept them as a risk, so a waiver for one does not count.
const NEVER_WAIVED: &[Class] = &[Class::MaliciousPackage, Class::DataExfil, Class::ToolPoisoning];

/// Whether findings of this class can be accepted as a risk.
#[must_use]
pub fn can_be_waived(class: Class) -> bool {
    !NEVER_WAIVED.contains(&class)
}

/// Everything that a score is made from; made by [`Input::new`], so that it fits together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub(super) today: Date,
    pub(super) stages: Vec<StageRecord>,
    pub(super) findings: Vec<ScoredFinding>,
    pub(super) facts: Facts,
}

/// A finding, as far as the score cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoredFinding {
    /// The stage that found it.
    pub stage: Stage,
    /// What kind of problem it is.
    pub class: Class,
    /// The rule's identifier.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Which finding it is.
    pub fingerprint: Digest,
    /// Who accepted it as a risk, if somebody did.
    pub waiver: Option<Waiver>,
}

/// That somebody accepted a finding as a risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The person who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Date,
}

impl ScoredFinding {
    /// Whether the waiver counts on this day.
    #[must_use]
    pub fn waived(&self, today: Date) -> bool {
        let counts = |waiver: &Waiver| today <= waiver.until;
        self.waiver.as_ref().is_some_and(counts) && can_be_waived(self.class)
    }
}

/// What is known of how a server is maintained. Unknown is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Whether problems can be told to somebody.
    pub contact: SecurityContact,
    /// Whether it is proven where the package was built.
    pub provenance: Provenance,
    /// How firmly the dependencies are chosen.
    pub pinned: Pinned,
}

/// Whether problems can be told to somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecurityContact {
    /// A valid `security.txt` (RFC 9116) or a security policy with a contact.
    Named,
    /// A policy without a contact, or one that has expired.
    Incomplete,
    /// There is none.
    Absent,
    /// Nobody could look.
    #[default]
    Unknown,
}

/// Whether it is proven where the package was built.
///
/// A statement that does not verify is not a value here: it is a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Provenance {
    /// A statement of where it was built was verified.
    Verified,
    /// There is none.
    Absent,
    /// Nobody could look, or what there is could not be verified.
    #[default]
    Unknown,
}

/// How firmly the dependencies are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pinned {
    /// Each by a digest, or there are none.
    ByDigest,
    /// Each by a version.
    ByVersion,
    /// At least one by a range.
    Floating,
    /// Nobody could tell.
    #[default]
    Unknown,
}

/// Why an input is none. Nothing is scored that does not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// Two records speak of one stage.
    #[error("stage `{}` has two records", .0.name())]
    Twice(Stage),
    /// A stage counts other findings than it hands over.
    #[error("stage `{}` counts other findings than there are", .0.name())]
    Counts(Stage),
    /// A finished stage leaves something out that a finished stage has.
    #[error("stage `{}` is said to be finished and has no rules, inputs or evidence", .0.name())]
    Evidence(Stage),
    /// A stage looked at more than there is.
    #[error("stage `{}` says that it looked at more than it knows of", .0.name())]
    Coverage(Stage),
    /// A stage did not finish, and does not say why.
    #[error("stage `{}` gives no reason", .0.name())]
    Reason(Stage),
    /// A waiver names nobody or no reason.
    #[error("the waiver of a `{rule}` finding lacks an owner or a reason")]
    Waiver {
        /// The rule.
        rule: String,
    },
}

impl Input {
    /// Puts together what a score is made from. Stages without a record were not run.
    ///
    /// `today` decides which waivers still count.
    ///
    /// # Errors
    /// Records that contradict themselves, each other or the findings.
    pub fn new(
        today: Date,
        mut stages: Vec<StageRecord>,
        mut findings: Vec<ScoredFinding>,
        facts: Facts,
    ) -> Result<Self, InputError> {
        let mut seen = BTreeSet::new();
        for record in &stages {
            if !seen.insert(record.stage) {
                return Err(InputError::Twice(record.stage));
            }
            check(record)?;
        }
        for stage in Stage::ALL.iter().copied() {
            let mut counts = Counts::default();
            let of_stage = findings.iter().filter(|finding| finding.stage == stage);
            of_stage.for_each(|finding| counts.add(finding.severity));
            let told = stages.iter().find(|record| record.stage == stage);
            if told.map(|record| record.findings).unwrap_or_default() != counts {
                return Err(InputError::Counts(stage));
            }
        }
        for finding in &findings {
            let empty =
                |waiver: &Waiver| waiver.owner.trim().is_empty() || waiver.reason.trim().is_empty();
            if finding.waiver.as_ref().is_some_and(empty) {
                return Err(InputError::Waiver { rule: finding.rule.clone() });
            }
        }
        stages.sort_by_key(|record| record.stage);
        findings.sort_by(|a, b| order(a).cmp(&order(b)));
        Ok(Self { today, stages, findings, facts })
    }

    /// The records, in the order of stages.
    #[must_use]
    pub fn stages(&self) -> &[StageRecord] {
        &self.stages
    }

    /// The findings, in an order of their own.
    #[must_use]
    pub fn findings(&self) -> &[ScoredFinding] {
        &self.findings
    }
}

/// The order of findings, which does not depend on the one they came in.
fn order(finding: &ScoredFinding) -> impl Ord {
    let waiver = finding.waiver.as_ref();
    (
        (finding.stage, finding.class),
        std::cmp::Reverse((finding.severity, finding.confidence)),
        (finding.rule.clone(), finding.fingerprint),
        waiver.map(|waiver| (waiver.until, waiver.owner.clone(), waiver.reason.clone())),
    )
}

fn check(record: &StageRecord) -> Result<(), InputError> {
    let stage = record.stage;
    if record.coverage.looked_at > record.coverage.known {
        return Err(InputError::Coverage(stage));
    }
    match &record.outcome {
        Outcome::Finished => {
            let complete =
                record.rules.is_some() && record.evidence.is_some() && !record.inputs.is_empty();
            if complete { Ok(()) } else { Err(InputError::Evidence(stage)) }
        }
        Outcome::Unfinished { reason } | Outcome::NotApplicable { reason } => {
            if reason.trim().is_empty() { Err(InputError::Reason(stage)) } else { Ok(()) }
        }
        Outcome::NotRun => Ok(()),
    }
}

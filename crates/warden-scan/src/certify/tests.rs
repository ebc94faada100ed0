mod golden;
mod laws;
mod weights;

use proptest::prelude::*;
use warden_model::{Class, Confidence, Digest, Severity};

use super::*;
use crate::settle::Date;

pub(super) const CONFIDENCES: [Confidence; 3] =
    [Confidence::Low, Confidence::Medium, Confidence::High];

pub(super) fn today() -> Date {
    "2026-11-21".parse().unwrap()
}

pub(super) fn published() -> Weights {
    Weights::published().unwrap()
}

pub(super) fn tool() -> Tool {
    Tool { name: "mcpwarden".into(), version: "0.1.0".into() }
}

/// A stage that looked at everything.
pub(super) fn finished(stage: Stage) -> StageRecord {
    StageRecord {
        rules: Some(Digest::of(b"rules")),
        inputs: vec![Digest::of(b"input")],
        outcome: Outcome::Finished,
        coverage: StageCoverage { looked_at: 10, known: 10, gaps: Vec::new() },
        evidence: Some(Digest::of(b"evidence")),
        ..StageRecord::not_run(stage, tool())
    }
}

/// Every stage that there can be today, finished.
pub(super) fn all_static() -> Vec<StageRecord> {
    let is_static = |stage: &&Stage| **stage != Stage::Behaviour;
    Stage::ALL.iter().filter(is_static).map(|stage| finished(*stage)).collect()
}

pub(super) fn best() -> Facts {
    Facts {
        contact: SecurityContact::Named,
        provenance: Provenance::Verified,
        pinned: Pinned::ByDigest,
    }
}

pub(super) fn finding(stage: Stage, severity: Severity, confidence: Confidence) -> ScoredFinding {
    ScoredFinding {
        stage,
        class: Class::CommandInjection,
        rule: "shell-exec".into(),
        severity,
        confidence,
        fingerprint: Digest::of(b"finding"),
        waiver: None,
    }
}

pub(super) fn waiver() -> Waiver {
    Waiver {
        owner: "ann".into(),
        reason: "behind a gateway".into(),
        until: "2027-01-31".parse().unwrap(),
    }
}

/// An input whose records count the findings that are handed over.
pub(super) fn input(
    mut stages: Vec<StageRecord>,
    findings: Vec<ScoredFinding>,
    facts: Facts,
) -> Input {
    for stage in Stage::ALL {
        let mut counts = Counts::default();
        let of_stage = findings.iter().filter(|finding| finding.stage == *stage);
        of_stage.for_each(|finding| counts.add(finding.severity));
        match stages.iter_mut().find(|record| record.stage == *stage) {
            Some(record) => record.findings = counts,
            None if counts.total() > 0 => {
                let none = StageRecord::not_run(*stage, tool());
                stages.push(StageRecord { findings: counts, ..none });
            }
            None => {}
        }
    }
    Input::new(today(), stages, findings, facts).unwrap()
}

#[track_caller]
fn check(findings: Vec<ScoredFinding>, total: u32, level: u8) {
    let scored = score(&input(all_static(), findings, best()), &published());
    assert_eq!((scored.total, scored.level.number()), (total, level), "{scored:#?}");
}

#[test]
fn nothing_reaches_the_highest_level_without_behaviour() {
    check(Vec::new(), 89, 2);
    let mut stages = all_static();
    stages.push(finished(Stage::Behaviour));
    let scored = score(&input(stages, Vec::new(), best()), &published());
    assert_eq!((scored.total, scored.level), (100, Level::Runtime));
    assert_eq!(scored.caps, []);
}

#[test]
fn the_published_weights_give_the_published_scores() {
    let of = |severity, confidence| finding(Stage::Taint, severity, confidence);
    check(vec![of(Severity::Info, Confidence::High)], 89, 2);
    check(vec![of(Severity::Medium, Confidence::High)], 83, 2);
    check(vec![of(Severity::High, Confidence::Low)], 80, 1);
    check(vec![of(Severity::High, Confidence::High)], 71, 1);
    check(vec![of(Severity::High, Confidence::High); 2], 60, 1);
    check(vec![of(Severity::High, Confidence::High); 3], 52, 0);
    check(vec![of(Severity::Critical, Confidence::Low)], 64, 0);
    check(vec![of(Severity::Critical, Confidence::High); 9], 29, 0);
}

#[test]
fn a_server_that_is_only_known_by_name_has_the_lowest_score_and_level() {
    let input = Input::new(today(), Vec::new(), Vec::new(), Facts::default()).unwrap();
    let scored = score(&input, &published());
    assert_eq!((scored.total, scored.level), (0, Level::Integrity));
    assert_eq!(scored.items.last().map(|item| item.code), Some(ItemCode::Floor));
    assert_eq!(scored.caps.len(), Stage::ALL.len(), "{:#?}", scored.caps);
}

#[test]
fn a_stage_that_broke_off_caps_the_level_and_says_why() {
    let mut stages = all_static();
    stages[1].outcome = Outcome::Unfinished { reason: "out of memory".into() };
    let scored = score(&input(stages, Vec::new(), best()), &published());
    assert_eq!((scored.total, scored.level), (29, Level::Integrity));
    assert_eq!(scored.caps[0].because, "stage `taint` did not finish: out of memory");
}

#[test]
fn only_a_configuration_may_not_apply() {
    for stage in Stage::ALL.iter().copied() {
        let mut stages = all_static();
        stages.retain(|record| record.stage != stage);
        let reason = "there is none".into();
        let outcome = Outcome::NotApplicable { reason };
        stages.push(StageRecord { outcome, ..StageRecord::not_run(stage, tool()) });
        let scored = score(&input(stages, Vec::new(), best()), &published());
        let believed = stage == Stage::Configuration;
        let capped = scored.caps.iter().any(|cap| cap.because.contains("not believed"));
        assert_eq!(capped, !believed, "{stage:?} {:#?}", scored.caps);
    }
}

#[test]
fn malice_cannot_be_accepted_and_waivers_end() {
    let mut critical = finding(Stage::ToolText, Severity::Critical, Confidence::High);
    critical.waiver = Some(waiver());
    assert!(critical.waived(today()));
    assert!(!critical.waived("2027-02-01".parse().unwrap()));
    for class in [Class::MaliciousPackage, Class::DataExfil, Class::ToolPoisoning] {
        assert!(!ScoredFinding { class, ..critical.clone() }.waived(today()));
    }
    let high = ScoredFinding { severity: Severity::High, ..critical.clone() };
    check(vec![high], 80, 2);
    check(vec![critical], 66, 0);
}

#[test]
fn what_does_not_fit_together_is_not_scored() {
    let new = |stages, findings| Input::new(today(), stages, findings, Facts::default());
    let twice = vec![finished(Stage::Taint), finished(Stage::Taint)];
    assert_eq!(new(twice, Vec::new()), Err(InputError::Twice(Stage::Taint)));
    let found = vec![finding(Stage::Taint, Severity::Low, Confidence::Low)];
    assert_eq!(new(all_static(), found.clone()), Err(InputError::Counts(Stage::Taint)));
    assert_eq!(new(Vec::new(), found), Err(InputError::Counts(Stage::Taint)));
    let bare = StageRecord { evidence: None, ..finished(Stage::Source) };
    assert_eq!(new(vec![bare], Vec::new()), Err(InputError::Evidence(Stage::Source)));
    let mut more = finished(Stage::Source);
    more.coverage.looked_at = 11;
    assert_eq!(new(vec![more], Vec::new()), Err(InputError::Coverage(Stage::Source)));
    let outcome = Outcome::Unfinished { reason: " ".into() };
    let silent = StageRecord { outcome, ..finished(Stage::Source) };
    assert_eq!(new(vec![silent], Vec::new()), Err(InputError::Reason(Stage::Source)));
    let mut nobody = finding(Stage::Taint, Severity::Low, Confidence::Low);
    nobody.waiver = Some(Waiver { owner: String::new(), ..waiver() });
    let mut record = finished(Stage::Taint);
    record.findings.add(Severity::Low);
    let refused = new(vec![record], vec![nobody]);
    assert!(matches!(refused, Err(InputError::Waiver { rule }) if rule == "shell-exec"));
}

/// Any finding of these stages.
pub(super) fn any_finding() -> impl Strategy<Value = ScoredFinding> {
    let waived = prop::option::weighted(0.2, Just(waiver()));
    let indices = (0..Stage::ALL.len(), 0..4_usize, 0..Severity::ALL.len(), 0..3_usize);
    (indices, any::<u8>(), waived).prop_map(
        |((stage, class, severity, confidence), number, waiver)| ScoredFinding {
            stage: Stage::ALL[stage],
            class: [
                Class::CommandInjection,
                Class::ToolPoisoning,
                Class::Ssrf,
                Class::VulnDependency,
            ][class],
            rule: "rule".into(),
            severity: Severity::ALL[severity],
            confidence: CONFIDENCES[confidence],
            fingerprint: Digest::of(&[number]),
            waiver,
        },
    )
}

pub(super) fn any_record(stage: Stage) -> impl Strategy<Value = StageRecord> {
    let gaps = prop::option::of(0..3000_u64);
    (0..8_u8, 0..=20_u64, 0..=20_u64, gaps).prop_map(move |(outcome, a, b, gaps)| {
        let mut record = finished(stage);
        let reason = "it ends here".to_owned();
        record.outcome = match outcome {
            0 => Outcome::Unfinished { reason },
            1 => Outcome::NotApplicable { reason },
            2 => Outcome::NotRun,
            _ => Outcome::Finished,
        };
        record.coverage = StageCoverage {
            looked_at: a.min(b),
            known: a.max(b),
            gaps: gaps.map(|count| GapCount { kind: "syntax".into(), count }).into_iter().collect(),
        };
        // Most stages of a real server are covered, and laws about levels want such cases.
        if outcome > 4 {
            record.coverage = StageCoverage { looked_at: b, known: b, gaps: Vec::new() };
        }
        record
    })
}

pub(super) fn any_facts() -> impl Strategy<Value = Facts> {
    let contacts = [
        SecurityContact::Named,
        SecurityContact::Incomplete,
        SecurityContact::Absent,
        SecurityContact::Unknown,
    ];
    let provenances = [Provenance::Verified, Provenance::Absent, Provenance::Unknown];
    let pinned = [Pinned::ByDigest, Pinned::ByVersion, Pinned::Floating, Pinned::Unknown];
    (0..4_usize, 0..3_usize, 0..4_usize).prop_map(move |(a, b, c)| Facts {
        contact: contacts[a],
        provenance: provenances[b],
        pinned: pinned[c],
    })
}

/// The parts of an input, so that a test can change one of them.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) stages: Vec<StageRecord>,
    pub(super) findings: Vec<ScoredFinding>,
    pub(super) facts: Facts,
}

impl Case {
    pub(super) fn input(&self) -> Input {
        input(self.stages.clone(), self.findings.clone(), self.facts)
    }
}

pub(super) fn any_case() -> impl Strategy<Value = Case> {
    let stages: Vec<_> =
        Stage::ALL.iter().map(|stage| prop::option::weighted(0.95, any_record(*stage))).collect();
    (stages, prop::collection::vec(any_finding(), 0..6), any_facts()).prop_map(
        |(stages, findings, facts)| Case {
            stages: stages.into_iter().flatten().collect(),
            findings,
            facts,
        },
    )
}

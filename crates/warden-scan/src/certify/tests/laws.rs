//! What holds for every score, with every weights that are not refused.

use super::{weights::any_weights, *};

/// A score is no better than another when neither its total nor its level is.
#[track_caller]
fn no_better(worse: &Scored, better: &Scored) -> Result<(), TestCaseError> {
    prop_assert!(worse.total <= better.total, "{worse:#?} {better:#?}");
    prop_assert!(worse.level <= better.level, "{worse:#?} {better:#?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn items_sum_to_the_total(case in any_case(), weights in any_weights()) {
        let scored = score(&case.input(), &weights);
        let sum: i64 = scored.items.iter().map(|item| i64::from(item.points)).sum();
        prop_assert_eq!(sum, i64::from(scored.total));
        prop_assert!(scored.total <= 100);
        let lowest = scored.caps.iter().map(|cap| cap.level).min().unwrap_or(Level::Runtime);
        prop_assert_eq!(scored.level, lowest.min(scored.by_score));
    }

    #[test]
    fn another_finding_never_helps(
        case in any_case(), more in any_finding(), weights in any_weights(),
    ) {
        let before = score(&case.input(), &weights);
        let mut worse = case;
        worse.findings.push(more);
        no_better(&score(&worse.input(), &weights), &before)?;
    }

    #[test]
    fn a_worse_or_surer_finding_never_helps(
        case in any_case(), one in any_finding(), other in any_finding(), weights in any_weights(),
    ) {
        let mild = ScoredFinding {
            severity: one.severity.min(other.severity),
            confidence: one.confidence.min(other.confidence),
            ..one.clone()
        };
        let grave = ScoredFinding {
            severity: one.severity.max(other.severity),
            confidence: one.confidence.max(other.confidence),
            ..one
        };
        let with = |finding| {
            let mut case = case.clone();
            case.findings.push(finding);
            score(&case.input(), &weights)
        };
        no_better(&with(grave), &with(mild))?;
    }

    #[test]
    fn neither_order_nor_repetition_changes_a_byte(case in any_case(), weights in any_weights()) {
        let forward = score(&case.input(), &weights);
        let mut turned = case.clone();
        turned.findings.reverse();
        turned.stages.reverse();
        let backward = score(&turned.input(), &weights);
        prop_assert_eq!(forward.to_value().to_string(), backward.to_value().to_string());
        let again = score(&case.input(), &weights);
        prop_assert_eq!(forward.to_value().to_string(), again.to_value().to_string());
    }

    #[test]
    fn any_open_critical_is_level_0(
        case in any_case(), critical in any_finding(), weights in any_weights(),
    ) {
        let mut case = case;
        case.findings.push(ScoredFinding { severity: Severity::Critical, waiver: None, ..critical });
        prop_assert_eq!(score(&case.input(), &weights).level, Level::Integrity);
    }

    #[test]
    fn any_critical_is_below_level_2_and_any_open_high_too(
        case in any_case(), one in any_finding(), weights in any_weights(),
    ) {
        let with = |finding| {
            let mut case = case.clone();
            case.findings.push(finding);
            score(&case.input(), &weights).level
        };
        let critical = with(ScoredFinding { severity: Severity::Critical, ..one.clone() });
        prop_assert!(critical < Level::Certified);
        let high = with(ScoredFinding { severity: Severity::High, waiver: None, ..one });
        prop_assert!(high < Level::Certified);
    }

    #[test]
    fn a_waiver_helps_no_more_than_the_absence_of_the_finding_and_never_harms(
        case in any_case(), one in any_finding(), weights in any_weights(),
    ) {
        let with = |findings: Vec<ScoredFinding>| {
            let mut case = case.clone();
            case.findings.extend(findings);
            score(&case.input(), &weights)
        };
        let absent = with(Vec::new());
        let waived = with(vec![ScoredFinding { waiver: Some(waiver()), ..one.clone() }]);
        let open = with(vec![ScoredFinding { waiver: None, ..one }]);
        no_better(&waived, &absent)?;
        no_better(&open, &waived)?;
    }

    #[test]
    fn looking_at_less_never_helps(
        case in any_case(), at in 0..Stage::ALL.len(), less in 0..=20_u64, gaps in 0..5000_u64,
        weights in any_weights(),
    ) {
        let before = score(&case.input(), &weights);
        let mut worse = case;
        if let Some(record) = worse.stages.iter_mut().find(|record| record.stage == Stage::ALL[at]) {
            record.coverage.looked_at = record.coverage.looked_at.saturating_sub(less);
            record.coverage.gaps.push(GapCount { kind: "unknown".into(), count: gaps });
        }
        no_better(&score(&worse.input(), &weights), &before)?;
    }

    /// Of the static stages in the strong sense: also if what it had found goes with it.
    #[test]
    fn a_static_stage_that_did_not_finish_is_never_better_than_one_that_found_anything(
        case in any_case(), at in 0..6_usize, how in 0..3_u8, weights in any_weights(),
    ) {
        let stage = Stage::ALL[at];
        let before = score(&case.input(), &weights);
        // A configuration that does not apply is known, not unknown.
        let absent = case.stages.iter().any(|it| it.stage == stage && it.does_not_apply());
        prop_assume!(!absent);
        let mut worse = case;
        worse.findings.retain(|finding| finding.stage != stage);
        worse.stages.retain(|record| record.stage != stage);
        let none = StageRecord::not_run(stage, tool());
        match how {
            0 => {}
            1 => worse.stages.push(none),
            _ => {
                let outcome = Outcome::Unfinished { reason: "it broke".into() };
                worse.stages.push(StageRecord { outcome, ..none });
            }
        }
        no_better(&score(&worse.input(), &weights), &before)?;
    }

    /// Of behaviour, which may be missing up to level 2: with the same findings.
    #[test]
    fn behaviour_that_did_not_finish_is_never_better_than_behaviour_that_looked_at_nothing(
        case in any_case(), weights in any_weights(),
    ) {
        let mut worst = case.clone();
        let mut unknown = case;
        for record in worst.stages.iter_mut().filter(|it| it.stage == Stage::Behaviour) {
            *record = finished(Stage::Behaviour);
            record.coverage = StageCoverage::default();
        }
        for record in unknown.stages.iter_mut().filter(|it| it.stage == Stage::Behaviour) {
            record.outcome = Outcome::NotRun;
        }
        no_better(&score(&unknown.input(), &weights), &score(&worst.input(), &weights))?;
        // Its findings go with it: of the score in the strong sense.
        let with = score(&worst.input(), &weights);
        unknown.findings.retain(|finding| finding.stage != Stage::Behaviour);
        prop_assert!(score(&unknown.input(), &weights).total <= with.total);
    }

    #[test]
    fn a_fact_that_is_unknown_is_never_better_than_the_worst(
        case in any_case(), facts in any_facts(), which in 0..3_u8, weights in any_weights(),
    ) {
        let known = Case { facts, ..case };
        let mut unknown = known.clone();
        match which {
            0 => unknown.facts.contact = SecurityContact::Unknown,
            1 => unknown.facts.provenance = Provenance::Unknown,
            _ => unknown.facts.pinned = Pinned::Unknown,
        }
        no_better(&score(&unknown.input(), &weights), &score(&known.input(), &weights))?;
    }
}

//! The form of records and scores, which certificates carry and another crate reads.

use serde_json::{Value, json};

use super::*;

/// What the golden file was made from.
pub(super) fn example() -> Input {
    let mut stages = all_static();
    stages[0].coverage = StageCoverage {
        looked_at: 19,
        known: 20,
        gaps: vec![GapCount { kind: "syntax".into(), count: 3 }],
    };
    stages[5].outcome = Outcome::NotApplicable { reason: "nothing configures it here".into() };
    let medium = finding(Stage::Taint, Severity::Medium, Confidence::High);
    let high = ScoredFinding {
        class: Class::VulnDependency,
        rule: "vulnerable-dependency".into(),
        fingerprint: Digest::of(b"other"),
        waiver: Some(waiver()),
        ..finding(Stage::SupplyChain, Severity::High, Confidence::High)
    };
    input(stages, vec![medium, high], best())
}

#[test]
fn the_form_is_that_of_the_golden_file() {
    let input = example();
    let scored = score(&input, &published());
    let open = input.findings().iter().filter(|finding| !finding.waived(today()));
    let waivers = input.findings().iter().filter_map(|finding| finding.waiver_value(today()));
    let made = json!({
        "level": scored.level.number(),
        "open": open.map(ScoredFinding::to_value).collect::<Vec<_>>(),
        "score": scored.to_value(),
        "stages": input.stages().iter().map(StageRecord::to_value).collect::<Vec<_>>(),
        "waivers": waivers.collect::<Vec<_>>(),
    });
    let golden = include_str!("../../../../warden-policy/tests/data/scored-1.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    assert_eq!(made, golden, "made:\n{made:#}");
}

//! The laws of weights: what is refused and how, and a maker of random weights that keep them.

use std::fmt::Write as _;

use super::*;

#[track_caller]
fn refused(from: &str, to: &str, message: &str) {
    assert!(DEFAULT_WEIGHTS.contains(from), "{from}");
    let text = DEFAULT_WEIGHTS.replacen(from, to, 1);
    let error = Weights::parse(&text).unwrap_err();
    assert_eq!(error.to_string(), message);
}

#[test]
fn the_published_weights_keep_the_laws() {
    let weights = published();
    let again = format!("# another comment\n{DEFAULT_WEIGHTS}");
    assert_eq!(Weights::parse(&again).unwrap().digest(), weights.digest());
    let other = DEFAULT_WEIGHTS.replace("level_1 = 60", "level_1 = 61");
    assert_ne!(Weights::parse(&other).unwrap().digest(), weights.digest());
}

#[test]
fn weights_that_break_a_law_are_refused_with_the_law() {
    refused(
        "version = 1",
        "version = 2",
        "the weights are of version 2, and this program reads version 1",
    );
    refused(
        "low = { low = 1, ",
        "low = { low = -1, ",
        "`findings.low.low` is -1, and has to be from 0 to 100",
    );
    refused(
        "medium = { low = 3, ",
        "medium = { low = 0, ",
        "`findings.low.low` is more than `findings.medium.low`: a finding costs at least what a milder one costs",
    );
    refused(
        "high = { low = 9, medium = 13, high = 18 }",
        "high = { low = 9, medium = 13, high = 12 }",
        "`findings.high.medium` is more than `findings.high.high`: a finding that is surer costs at least what a less sure one costs",
    );
    refused(
        "critical = { low = 25, medium = 35, high = 45 }",
        "critical = { low = 9, medium = 35, high = 45 }",
        "a critical finding of low confidence costs no more than a high one",
    );
    refused(
        "critical = { low = 25, ",
        "critical = { low = 20, ",
        "with one critical finding of low confidence, a server would still reach level 2",
    );
}

#[test]
fn weights_with_which_a_level_says_too_little_are_refused() {
    refused("level_2 = 80", "level_2 = 60", "the thresholds do not rise from level to level");
    refused(
        "critical_level = 0",
        "critical_level = 2",
        "`waivers.critical_level` would let a server with a critical finding reach level 2",
    );
    refused(
        "high_level = 2",
        "high_level = 3",
        "`waivers.high_level` would let a server with a high finding reach level 3",
    );
    refused(
        "percent = 50",
        "percent = 101",
        "`waivers.percent` is 101, and has to be from 0 to 100",
    );
    refused(
        "taint = 60",
        "taint = 40",
        "without stage `taint`, a server would still reach the level that wants it",
    );
    refused(
        "secrets = 60",
        "secrets = 44",
        "the stake of stage `secrets` is less than one critical finding costs",
    );
    refused(
        "behaviour = 11",
        "behaviour = 10",
        "without stage `behaviour`, a server would still reach the level that wants it",
    );
    refused(
        "[100, 60,",
        "[90, 60,",
        "`findings.repeated` has to begin with 100 and to have from 1 to 32 numbers",
    );
    refused(
        "40, 25, 15, 10]",
        "40, 25, 15, 16]",
        "`findings.repeated` has to fall, and to end above 0",
    );
    refused(
        "level_1 = 80\nlevel_2 = 90",
        "level_1 = 95\nlevel_2 = 90",
        "`coverage.level_1` is more than `coverage.level_2`: a higher level asks for as much coverage at least",
    );
    refused(
        "level_2 = 500",
        "level_2 = 5000",
        "`gaps.level_2` is more than `gaps.level_1`: a higher level allows no more gaps",
    );
    refused(
        "floating = 3\nunknown = 3",
        "floating = 3\nunknown = 2",
        "`facts.pinned.floating` is more than `facts.pinned.unknown`: a fact costs at least what a better one costs, and unknown as much as any",
    );
}

#[test]
fn weights_of_another_form_are_refused() {
    let parse = |text: &str| Weights::parse(text).unwrap_err();
    assert!(matches!(parse(""), WeightsError::Malformed(_)));
    assert!(matches!(parse(&format!("{DEFAULT_WEIGHTS}\n[extra]\n")), WeightsError::Malformed(_)));
    let fraction = DEFAULT_WEIGHTS.replace("level_1 = 60", "level_1 = 60.5");
    assert!(matches!(parse(&fraction), WeightsError::Malformed(_)));
    assert_eq!(parse(&" ".repeat(70_000)), WeightsError::Large);
}

/// Numbers that rise or stay.
fn rising(length: usize, range: std::ops::RangeInclusive<i64>) -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(range, length).prop_map(|mut numbers| {
        numbers.sort_unstable();
        numbers
    })
}

/// Random weights that keep every law.
pub(super) fn any_weights() -> impl Strategy<Value = Weights> {
    let thresholds = (1..70_i64, 1..15_i64, 1..15_i64);
    let costs = (rising(12, 0..=30), 1..20_i64, rising(3, 0..=20));
    let repeated = rising(4, 1..=100);
    let shares = (0..=100_i64, 0..=1_i64, 0..=2_i64);
    let places = (rising(3, 1..=100), rising(3, 0..=3000), 0..5_i64, 0..30_i64);
    let facts = (rising(4, 0..=10), rising(3, 0..=10), rising(4, 0..=10));
    (thresholds, costs, repeated, shares, places, facts)
        .prop_map(|parts| Weights::parse(&written(&parts)).unwrap())
}

type Parts = (
    (i64, i64, i64),
    (Vec<i64>, i64, Vec<i64>),
    Vec<i64>,
    (i64, i64, i64),
    (Vec<i64>, Vec<i64>, i64, i64),
    (Vec<i64>, Vec<i64>, Vec<i64>),
);

fn written((thresholds, costs, repeated, shares, places, facts): &Parts) -> String {
    let first = thresholds.0;
    let second = first + thresholds.1;
    let third = second + thresholds.2;
    let mut out = format!(
        "version = 1\n[thresholds]\nlevel_1 = {first}\nlevel_2 = {second}\nlevel_3 = {third}\n[findings]\n"
    );
    // Rows rise to the right and, since the twelve numbers rise, downwards.
    for (name, row) in ["info", "low", "medium", "high"].iter().zip(costs.0.chunks(3)) {
        writeln!(out, "{name} = {{ low = {}, medium = {}, high = {} }}", row[0], row[1], row[2])
            .unwrap();
    }
    let least = (costs.0[11] + costs.1).max(101 - second).min(100);
    let critical: Vec<i64> = costs.2.iter().map(|more| (least + more).min(100)).collect();
    writeln!(
        out,
        "critical = {{ low = {}, medium = {}, high = {} }}",
        critical[0], critical[1], critical[2]
    )
    .unwrap();
    let falling: Vec<String> = repeated.iter().rev().map(ToString::to_string).collect();
    writeln!(out, "repeated = [100, {}]\n[stakes]", falling.join(", ")).unwrap();
    let stake = critical[2].max(101 - first);
    for stage in Stage::ALL {
        let stake = if *stage == Stage::Behaviour { 101 - third } else { stake };
        writeln!(out, "{} = {stake}", stage.name()).unwrap();
    }
    let (coverage, gaps) = (&places.0, &places.1);
    writeln!(
        out,
        "[coverage]\nlevel_1 = {}\nlevel_2 = {}\nlevel_3 = {}",
        coverage[0], coverage[1], coverage[2]
    )
    .unwrap();
    writeln!(
        out,
        "[gaps]\neach = {}\nmost = {}\nlevel_1 = {}\nlevel_2 = {}\nlevel_3 = {}",
        places.2, places.3, gaps[2], gaps[1], gaps[0]
    )
    .unwrap();
    writeln!(
        out,
        "[waivers]\npercent = {}\ncritical_level = {}\nhigh_level = {}",
        shares.0,
        shares.1.min(shares.2),
        shares.2
    )
    .unwrap();
    let (contact, provenance, pinned) = (&facts.0, &facts.1, &facts.2);
    writeln!(
        out,
        "[facts.security_contact]\nnamed = {}\nincomplete = {}\nabsent = {}\nunknown = {}",
        contact[0], contact[1], contact[2], contact[3]
    )
    .unwrap();
    writeln!(
        out,
        "[facts.provenance]\nverified = {}\nabsent = {}\nunknown = {}",
        provenance[0], provenance[1], provenance[2]
    )
    .unwrap();
    writeln!(
        out,
        "[facts.pinned]\nby_digest = {}\nby_version = {}\nfloating = {}\nunknown = {}",
        pinned[0], pinned[1], pinned[2], pinned[3]
    )
    .unwrap();
    out
}

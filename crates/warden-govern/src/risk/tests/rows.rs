//! The eight rows, with their explanations, and what one change does to each.

use super::super::{
    Composite, Exposure, Level, Power, Strength, Vetting, Weights,
    rows::{NEUTRAL, ROWS},
};
use crate::estate::{Audit, Egress, Monitoring, Network, Persistence};
use warden_model::{DataClass, Severity};

/// The row as it stands, with its explanation and its level.
#[track_caller]
fn row(number: usize, brief: &str, points: u8, level: Level) -> Composite {
    let row = &ROWS[number - 1];
    assert_eq!(usize::from(row.number), number);
    let composite = row.score(&Weights::default());
    assert_eq!(composite.brief(), brief);
    assert_eq!((composite.points(), composite.level()), (points, level));
    assert_eq!(level, row.level, "what is published of row {number}");
    assert_eq!(composite.terms().iter().map(|term| term.points).sum::<i32>(), i32::from(points));
    composite
}

/// The level of a row after a change of what stands around it.
fn changed(number: usize, change: impl FnOnce(&mut Exposure)) -> Composite {
    let row = &ROWS[number - 1];
    let mut exposure = row.exposure;
    change(&mut exposure);
    Weights::default().score(row.severity, row.manner, exposure)
}

/// R78: no authentication on a server of high privilege is critical, and what more can be done with
/// it never lowers it.
#[test]
fn row_1_scales_with_what_the_tools_can_do() {
    row(1, "88 +20+3+5+8+10+3 cap-9 -20 clamp-8", 100, Level::Critical);
    let severities = Severity::ALL.iter();
    for severity in severities {
        let steps = [Power::None, Power::Read, Power::Write, Power::Send, Power::Execute];
        let points = steps.map(|power| {
            let exposure = Exposure { capability: Some(power), ..ROWS[0].exposure };
            Weights::default().score(*severity, ROWS[0].manner, exposure).points()
        });
        assert!(points.is_sorted(), "{severity}: {points:?}");
    }
    // Without authentication and nothing else around it, each step counts.
    let alone = |power| {
        let exposure =
            Exposure { capability: Some(power), authentication: Some(Strength::None), ..NEUTRAL };
        Weights::default().score(Severity::High, ROWS[0].manner, exposure).points()
    };
    assert_eq!(
        [Power::Read, Power::Write, Power::Send, Power::Execute].map(alone),
        [63, 73, 78, 83]
    );
}

/// R79: an injection into an agent that reads and sends mail is critical, and the explanation says
/// that the flow is toxic.
#[test]
fn row_2_has_the_toxic_flow_in_its_explanation() {
    let composite = row(2, "68 +15+10+5+3+10 cap-3 -20", 88, Level::Critical);
    let terms = composite.terms();
    let toxic = terms.iter().find(|term| term.term == "toxic-flow").unwrap();
    assert_eq!(toxic.points, 10);
    assert!(composite.factor().contains("meet in one agent"), "{}", composite.factor());
}

/// R80: a research agent that only reads is medium although it may too much, and a way to write or
/// out raises it.
#[test]
fn row_3_rises_with_egress_or_write() {
    let before = row(3, "68 +2+3 -20", 53, Level::Medium);
    let written = changed(3, |around| around.capability = Some(Power::Write));
    assert_eq!(written.level(), Level::High);
    for egress in [Some(Egress::Listed), Some(Egress::Unrestricted), None] {
        let out = changed(3, |around| around.egress = egress);
        assert!(out.points() > before.points(), "{egress:?}");
    }
    let out = changed(3, |around| around.egress = Some(Egress::Unrestricted));
    assert_eq!(out.level(), Level::High);
}

/// R81: drift that nobody would notice is critical, and noticing it lowers it.
#[test]
fn row_4_falls_when_drift_is_noticed() {
    row(4, "68 +2+3+30 -20", 83, Level::Critical);
    let noticed = changed(4, |around| around.persistence = Some(Persistence::Session));
    assert_eq!(noticed.level(), Level::Medium);
}

/// R82: an agent that runs code while nobody writes it down is critical; the same of one that reads
/// is lower.
#[test]
fn row_5_is_lower_for_an_agent_that_reads() {
    let before = row(5, "68 +20+2+3+10+5 -20", 88, Level::Critical);
    let reads = changed(5, |around| around.capability = Some(Power::Read));
    assert_eq!((reads.points(), reads.level()), (63, Level::High));
    assert!(reads.points() < before.points());
    let partial = changed(5, |around| around.audit = Some(Audit::Partial));
    assert_eq!(partial.level(), Level::High);
}

/// R83: a tool of a third party that nobody assessed is high, what is not known counts as the worst,
/// and an assessment lowers it.
#[test]
fn row_6_falls_with_an_assessment() {
    let before = row(6, "48 +2+3+32 -20", 65, Level::High);
    let unknown = changed(6, |around| around.vendor = None);
    assert_eq!(unknown.points(), before.points());
    let attested = changed(6, |around| around.vendor = Some(Vetting::SelfAttested));
    assert_eq!(attested.level(), Level::Medium);
    let assessed = changed(6, |around| around.vendor = Some(Vetting::Assessed));
    assert_eq!(assessed.level(), Level::Low);
}

/// R84: missing TLS on an internal server is medium where everybody in the network is trusted, and
/// higher where the whole company or everybody is in it.
#[test]
fn row_7_depends_on_who_is_in_the_network() {
    let before = row(7, "68 +10+2 reach-12 -20", 48, Level::Medium);
    for network in [Some(Network::Flat), Some(Network::Internet), None] {
        let reached = changed(7, |around| around.network = network);
        assert_eq!(reached.level(), Level::High, "{network:?}");
        assert!(reached.points() > before.points());
    }
}

/// R85: a missing rate limit on a tool with much data is medium.
#[test]
fn row_8_falls_when_it_is_watched_and_rises_when_it_sends() {
    row(8, "48 +5+3+12 -20", 48, Level::Medium);
    let watched = changed(8, |around| around.monitoring = Some(Monitoring::Full));
    assert_eq!(watched.level(), Level::Low);
    let sends = changed(8, |around| around.capability = Some(Power::Send));
    assert_eq!(sends.level(), Level::High);
}

/// R76: the same problem is at least a level worse on an agent that mails and runs code, without
/// validation and audit, than on one that only retrieves.
#[test]
fn mail_and_code_is_another_magnitude_than_retrieval() {
    let mails_and_runs = Exposure {
        capability: Some(Power::Execute),
        egress: Some(Egress::Unrestricted),
        data: Some(DataClass::Confidential),
        audit: Some(Audit::None),
        monitoring: Some(Monitoring::None),
        ..NEUTRAL
    };
    for severity in Severity::ALL {
        let score = |exposure| Weights::default().score(*severity, ROWS[2].manner, exposure);
        let (worse, mild) = (score(mails_and_runs), score(NEUTRAL));
        assert!(worse.level() as usize > mild.level() as usize, "{severity}");
        assert!(worse.points() >= mild.points() + 17, "{severity}");
    }
}

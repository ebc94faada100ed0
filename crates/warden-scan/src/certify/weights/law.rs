//! The laws that weights keep. Each refusal names the law and the numbers that break it.

use warden_model::{Confidence, Severity};

use super::{File, WeightsError};
use crate::certify::{Level, Stage};

/// No single number of points is larger.
const POINTS: i64 = 100;
/// No number of places is larger.
const PLACES: i64 = 1_000_000_000;

const CONFIDENCES: [Confidence; 3] = [Confidence::Low, Confidence::Medium, Confidence::High];

pub(super) fn check(file: &File) -> Result<(), WeightsError> {
    if file.version != 1 {
        return Err(WeightsError::Version(file.version));
    }
    ranges(file)?;
    thresholds(file)?;
    findings(file)?;
    repeated(&file.findings.repeated)?;
    stakes(file)?;
    coverage(file)?;
    waivers(file)?;
    facts(file)
}

fn in_range(name: &str, value: i64, most: i64) -> Result<(), WeightsError> {
    if (0..=most).contains(&value) {
        return Ok(());
    }
    Err(WeightsError::Range { name: name.into(), value, most })
}

fn ranges(file: &File) -> Result<(), WeightsError> {
    for (table, of) in [("thresholds", &file.thresholds), ("coverage", &file.coverage)] {
        for level in [Level::Static, Level::Certified, Level::Runtime] {
            in_range(&format!("{table}.level_{}", level.number()), of.of(level), POINTS)?;
        }
    }
    for severity in Severity::ALL {
        for confidence in CONFIDENCES {
            let name = format!("findings.{severity}.{confidence}");
            in_range(&name, file.findings.of(*severity).of(confidence), POINTS)?;
        }
    }
    for stage in Stage::ALL {
        in_range(&format!("stakes.{}", stage.name()), file.stakes.of(*stage), POINTS)?;
    }
    let gaps = &file.gaps;
    in_range("gaps.each", gaps.each, POINTS)?;
    in_range("gaps.most", gaps.most, POINTS)?;
    for (name, value) in [
        ("gaps.level_1", gaps.level_1),
        ("gaps.level_2", gaps.level_2),
        ("gaps.level_3", gaps.level_3),
    ] {
        in_range(name, value, PLACES)?;
    }
    in_range("waivers.percent", file.waivers.percent, 100)?;
    in_range("waivers.critical_level", file.waivers.critical_level, 3)?;
    in_range("waivers.high_level", file.waivers.high_level, 3)?;
    for (name, value) in fact_numbers(file).into_iter().flatten() {
        in_range(&name, value, POINTS)?;
    }
    Ok(())
}

fn thresholds(file: &File) -> Result<(), WeightsError> {
    let thresholds = &file.thresholds;
    let rises = 0 < thresholds.level_1
        && thresholds.level_1 < thresholds.level_2
        && thresholds.level_2 < thresholds.level_3;
    if rises { Ok(()) } else { Err(WeightsError::Thresholds) }
}

fn findings(file: &File) -> Result<(), WeightsError> {
    let cost = |severity: Severity, confidence| file.findings.of(severity).of(confidence);
    for pair in Severity::ALL.windows(2) {
        let [milder, worse] = pair else { continue };
        for confidence in CONFIDENCES {
            ordered(
                (format!("findings.{milder}.{confidence}"), cost(*milder, confidence)),
                (format!("findings.{worse}.{confidence}"), cost(*worse, confidence)),
                "a finding costs at least what a milder one costs",
            )?;
        }
    }
    for severity in Severity::ALL.iter().copied() {
        for pair in CONFIDENCES.windows(2) {
            let [less, more] = *pair else { continue };
            ordered(
                (format!("findings.{severity}.{less}"), cost(severity, less)),
                (format!("findings.{severity}.{more}"), cost(severity, more)),
                "a finding that is surer costs at least what a less sure one costs",
            )?;
        }
    }
    for confidence in CONFIDENCES {
        let critical = cost(Severity::Critical, confidence);
        if critical <= cost(Severity::High, confidence) {
            return Err(WeightsError::CriticalCheap(confidence));
        }
        if 100 - critical >= file.thresholds.level_2 {
            return Err(WeightsError::CriticalReaches(confidence));
        }
    }
    Ok(())
}

fn repeated(factors: &[i64]) -> Result<(), WeightsError> {
    if factors.first() != Some(&100) || factors.len() > 32 {
        return Err(WeightsError::Repeated);
    }
    let falls = factors.is_sorted_by(|a, b| a >= b) && factors.iter().all(|factor| *factor > 0);
    if falls { Ok(()) } else { Err(WeightsError::RepeatedRises) }
}

fn stakes(file: &File) -> Result<(), WeightsError> {
    let critical = file.findings.critical.high;
    for stage in Stage::ALL.iter().copied() {
        let stake = file.stakes.of(stage);
        let wanted = stage.required_for();
        if 100 - stake >= file.thresholds.of(wanted) {
            return Err(WeightsError::StakeSmall(stage));
        }
        if wanted == Level::Static && stake < critical {
            return Err(WeightsError::StakeBelowCritical(stage));
        }
    }
    Ok(())
}

fn coverage(file: &File) -> Result<(), WeightsError> {
    let (coverage, gaps) = (&file.coverage, &file.gaps);
    let more = "a higher level asks for as much coverage at least";
    let named = |name: &str, value| (name.to_owned(), value);
    ordered(
        named("coverage.level_1", coverage.level_1),
        named("coverage.level_2", coverage.level_2),
        more,
    )?;
    ordered(
        named("coverage.level_2", coverage.level_2),
        named("coverage.level_3", coverage.level_3),
        more,
    )?;
    // A level that asks for nothing would be given to what nobody looked at.
    ordered(named("1", 1), named("coverage.level_1", coverage.level_1), more)?;
    let fewer = "a higher level allows no more gaps";
    ordered(named("gaps.level_2", gaps.level_2), named("gaps.level_1", gaps.level_1), fewer)?;
    ordered(named("gaps.level_3", gaps.level_3), named("gaps.level_2", gaps.level_2), fewer)
}

fn waivers(file: &File) -> Result<(), WeightsError> {
    if file.waivers.critical_level >= 2 {
        return Err(WeightsError::WaivedCriticalReaches);
    }
    if file.waivers.high_level >= 3 {
        return Err(WeightsError::WaivedHighReaches);
    }
    let law = "a critical finding that was accepted caps no higher than a high one";
    ordered(
        ("waivers.critical_level".into(), file.waivers.critical_level),
        ("waivers.high_level".into(), file.waivers.high_level),
        law,
    )
}

fn facts(file: &File) -> Result<(), WeightsError> {
    for row in fact_numbers(file) {
        for pair in row.windows(2) {
            let [better, worse] = pair else { continue };
            let law = "a fact costs at least what a better one costs, and unknown as much as any";
            ordered(better.clone(), worse.clone(), law)?;
        }
    }
    Ok(())
}

/// The numbers of every fact, from the best value to the worst and to unknown.
fn fact_numbers(file: &File) -> [Vec<(String, i64)>; 3] {
    let (contact, provenance, pinned) =
        (&file.facts.security_contact, &file.facts.provenance, &file.facts.pinned);
    let row = |table: &str, numbers: &[(&str, i64)]| {
        numbers.iter().map(|(name, value)| (format!("facts.{table}.{name}"), *value)).collect()
    };
    [
        row(
            "security_contact",
            &[
                ("named", contact.named),
                ("incomplete", contact.incomplete),
                ("absent", contact.absent),
                ("unknown", contact.unknown),
            ],
        ),
        row(
            "provenance",
            &[
                ("verified", provenance.verified),
                ("absent", provenance.absent),
                ("unknown", provenance.unknown),
            ],
        ),
        row(
            "pinned",
            &[
                ("by_digest", pinned.by_digest),
                ("by_version", pinned.by_version),
                ("floating", pinned.floating),
                ("unknown", pinned.unknown),
            ],
        ),
    ]
}

fn ordered(
    first: (String, i64),
    second: (String, i64),
    law: &'static str,
) -> Result<(), WeightsError> {
    if first.1 <= second.1 {
        return Ok(());
    }
    Err(WeightsError::Order { first: first.0, second: second.0, law })
}

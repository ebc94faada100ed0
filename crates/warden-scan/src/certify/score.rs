//! The score: what every stage and fact costs, and what holds the level down.

use std::collections::BTreeMap;

use warden_model::{Class, Confidence, Severity};

use super::{
    Cap, CapCode, Input, Item, ItemCode, Level, Outcome, Pinned, Provenance, Scored, ScoredFinding,
    SecurityContact, Stage, StageRecord, Weights,
};

/// Scores an input.
///
/// Findings of one class in one stage are ranked by what they cost alone, and each costs a share
/// of that by its rank. Since a finding that is added or worsened only ever moves others to a rank
/// that the added one takes over with at least their cost, the sum over ranks cannot fall.
#[must_use]
pub fn score(input: &Input, weights: &Weights) -> Scored {
    let mut items = vec![Item {
        code: ItemCode::Start,
        label: "every server".into(),
        points: 100,
        because: "a score starts at 100 and only loses".into(),
    }];
    let mut caps = Vec::new();
    for stage in Stage::ALL.iter().copied() {
        let record = input.stages.iter().find(|record| record.stage == stage);
        staged(stage, record, input, weights, &mut items);
        cap_stage(stage, record, weights, &mut caps);
    }
    facts(input, weights, &mut items);
    cap_findings(input, weights, &mut caps);
    let sum: i32 = items.iter().map(|item| item.points).sum();
    if sum < 0 {
        items.push(Item {
            code: ItemCode::Floor,
            label: "no score is below 0".into(),
            points: -sum,
            because: "what is lost below 0 is given back".into(),
        });
    }
    caps.sort();
    let total = u32::try_from(sum).unwrap_or(0);
    let by_score = weights.level(total);
    let level = caps.iter().map(|cap| cap.level).fold(by_score, Level::min);
    Scored { total, items, by_score, caps, level, weights: weights.digest() }
}

/// Everything that one stage loses.
fn staged(
    stage: Stage,
    record: Option<&StageRecord>,
    input: &Input,
    weights: &Weights,
    items: &mut Vec<Item>,
) {
    let before = items.len();
    found(stage, input, weights, items);
    let most = weights.stake(stage);
    match record {
        Some(record) if record.finished() => looked(record, weights, items),
        Some(record) if record.does_not_apply() => items.push(Item {
            code: ItemCode::Stage(stage),
            label: format!("stage `{}` does not apply", stage.name()),
            points: 0,
            because: why(Some(record)),
        }),
        _ => items.push(Item {
            code: ItemCode::Stage(stage),
            label: format!("stage `{}` did not finish", stage.name()),
            points: points(-most),
            because: format!("{}; it loses all that it can lose", why(record)),
        }),
    }
    let lost: i64 = items.iter().skip(before).map(|item| -i64::from(item.points)).sum();
    if lost > most {
        items.push(Item {
            code: ItemCode::Stake(stage),
            label: format!("stage `{}` has no more to lose", stage.name()),
            points: points(lost - most),
            because: format!("a stage loses at most {most}, as much as if it had not run"),
        });
    }
}

/// What a finished stage loses for what it did not look at.
fn looked(record: &StageRecord, weights: &Weights, items: &mut Vec<Item>) {
    let (stage, coverage) = (record.stage, &record.coverage);
    let percent = coverage.percent();
    if percent < 100 {
        // Rounded up: the last part that is missing costs something too.
        let lost = (weights.stake(stage) * i64::from(100 - percent) + 99) / 100;
        items.push(Item {
            code: ItemCode::Coverage(stage),
            label: format!("stage `{}` looked at {percent} %", stage.name()),
            points: points(-lost),
            because: format!("{} of {} were looked at", coverage.looked_at, coverage.known),
        });
    }
    let gaps = coverage.gaps();
    if gaps > 0 {
        items.push(Item {
            code: ItemCode::Gaps(stage),
            label: format!("stage `{}` did not understand everything", stage.name()),
            points: points(-weights.gaps(gaps)),
            because: format!("{gaps} places were not understood"),
        });
    }
}

/// Findings of one class that cost the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    class: Class,
    worst_first: std::cmp::Reverse<(Severity, Confidence)>,
    waived: bool,
}

/// What the findings of a stage cost.
fn found(stage: Stage, input: &Input, weights: &Weights, items: &mut Vec<Item>) {
    let mut by_class: BTreeMap<Class, Vec<(i64, &ScoredFinding, bool)>> = BTreeMap::new();
    for finding in input.findings.iter().filter(|finding| finding.stage == stage) {
        let waived = finding.waived(input.today);
        let alone = alone(finding, waived, weights);
        by_class.entry(finding.class).or_default().push((alone, finding, waived));
    }
    for (class, mut findings) in by_class {
        findings.sort_by_key(|(alone, finding, waived)| {
            let severe = (finding.severity, finding.confidence);
            (std::cmp::Reverse((*alone, severe)), *waived, finding.fingerprint)
        });
        let mut groups: BTreeMap<Group, (i64, usize)> = BTreeMap::new();
        for (rank, (alone, finding, waived)) in findings.into_iter().enumerate() {
            let severe = (finding.severity, finding.confidence);
            let group = Group { class, worst_first: std::cmp::Reverse(severe), waived };
            let (sum, count) = groups.entry(group).or_default();
            // Rounded up, so that a finding that costs something never costs nothing.
            *sum += (alone * weights.repeated(rank) + 99) / 100;
            *count += 1;
        }
        items.extend(groups.into_iter().map(|(group, sum)| told(stage, &group, sum)));
    }
}

/// What a finding would cost if it were the only one of its class.
fn alone(finding: &ScoredFinding, waived: bool, weights: &Weights) -> i64 {
    let open = weights.finding(finding.severity, finding.confidence);
    if waived { (open * weights.waived_percent() + 99) / 100 } else { open }
}

fn told(stage: Stage, group: &Group, (sum, count): (i64, usize)) -> Item {
    let (class, (severity, confidence)) = (group.class, group.worst_first.0);
    let (code, word) = if group.waived {
        (ItemCode::Waived { stage, class, severity, confidence }, "accepted")
    } else {
        (ItemCode::Findings { stage, class, severity, confidence }, "open")
    };
    Item {
        code,
        label: class.info().title.into(),
        points: points(-sum.min(MOST_LOST)),
        because: format!(
            "{count} {word} of {severity} severity and {confidence} confidence, found by stage `{}`",
            stage.name()
        ),
    }
}

fn facts(input: &Input, weights: &Weights, items: &mut Vec<Item>) {
    let facts = &input.facts;
    let contact = match facts.contact {
        SecurityContact::Named => "there is a valid contact",
        SecurityContact::Incomplete => "there is a policy without a valid contact",
        SecurityContact::Absent => "there is no contact",
        SecurityContact::Unknown => "nobody could look; this counts as none",
    };
    let provenance = match facts.provenance {
        Provenance::Verified => "a statement of where it was built was verified",
        Provenance::Absent => "there is no statement of where it was built",
        Provenance::Unknown => {
            "no statement of where it was built was verified; this counts as none"
        }
    };
    let pinned = match facts.pinned {
        Pinned::ByDigest => "every dependency is chosen by a digest",
        Pinned::ByVersion => "every dependency is chosen by a version, not all by a digest",
        Pinned::Floating => "at least one dependency is chosen by a range",
        Pinned::Unknown => "nobody could tell; this counts as a range",
    };
    for (code, label, lost, because) in [
        (ItemCode::Contact, "security contact", weights.contact(facts.contact), contact),
        (ItemCode::Provenance, "provenance", weights.provenance(facts.provenance), provenance),
        (ItemCode::Pinned, "pinned dependencies", weights.pinned(facts.pinned), pinned),
    ] {
        let (label, because) = (label.into(), because.into());
        items.push(Item { code, label, points: points(-lost), because });
    }
}

fn cap_stage(stage: Stage, record: Option<&StageRecord>, weights: &Weights, caps: &mut Vec<Cap>) {
    let name = stage.name();
    match record {
        Some(record) if record.does_not_apply() => {}
        Some(record) if record.finished() => {
            let percent = record.coverage.percent();
            // A stage holds back only the levels that want it: one that looked at little is no
            // worse than one that nobody ran.
            let least = stage.required_for().below();
            let covered = weights.covered(percent).max(least);
            let because = format!("stage `{name}` looked at {percent} %");
            push(caps, covered, CapCode::Coverage, because);
            let gaps = record.coverage.gaps();
            let because = format!("stage `{name}` did not understand {gaps} places");
            push(caps, weights.understood(gaps).max(least), CapCode::Gaps, because);
        }
        _ => {
            let because = format!("stage `{name}` did not finish: {}", why(record));
            push(caps, stage.required_for().below(), CapCode::StageUnfinished, because);
        }
    }
}

fn cap_findings(input: &Input, weights: &Weights, caps: &mut Vec<Cap>) {
    let mut counts: BTreeMap<(Level, CapCode), usize> = BTreeMap::new();
    for finding in &input.findings {
        let waived = finding.waived(input.today);
        let cap = match (finding.severity, waived) {
            (Severity::Critical, false) => (Level::Integrity, CapCode::OpenCritical),
            (Severity::High, false) => (Level::Static, CapCode::OpenHigh),
            (Severity::Critical, true) => (weights.waived_critical(), CapCode::WaivedCritical),
            (Severity::High, true) => (weights.waived_high(), CapCode::WaivedHigh),
            (Severity::Medium | Severity::Low | Severity::Info, _) => continue,
        };
        *counts.entry(cap).or_default() += 1;
    }
    for ((level, code), count) in counts {
        let what = match code {
            CapCode::OpenCritical => "critical findings are open",
            CapCode::WaivedCritical => "critical findings were accepted as a risk",
            CapCode::WaivedHigh => "high findings were accepted as a risk",
            _ => "high findings are open",
        };
        push(caps, level, code, format!("{what}: {count}"));
    }
}

/// Adds a cap that leaves not everything.
fn push(caps: &mut Vec<Cap>, level: Level, code: CapCode, because: String) {
    if level < Level::Runtime {
        caps.push(Cap { level, code, because });
    }
}

/// Why a stage has no result, in words.
fn why(record: Option<&StageRecord>) -> String {
    match record.map(|record| (&record.outcome, record.stage.may_not_apply())) {
        None | Some((Outcome::NotRun, _)) => "nobody ran it".into(),
        Some((Outcome::Unfinished { reason }, _) | (Outcome::NotApplicable { reason }, true)) => {
            reason.clone()
        }
        Some((Outcome::NotApplicable { reason }, false)) => {
            format!("it is said not to apply, which is not believed of this stage: {reason}")
        }
        Some((Outcome::Finished, _)) => "it finished".into(),
    }
}

/// What one item loses at most, far more than any stake, so that no number of items overflows.
const MOST_LOST: i64 = 100_000;

fn points(points: i64) -> i32 {
    // What is not bounded by the weights is bounded by `MOST_LOST`.
    i32::try_from(points).unwrap_or(if points < 0 { i32::MIN } else { i32::MAX })
}

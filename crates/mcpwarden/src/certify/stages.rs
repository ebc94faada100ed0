//! What each stage of a certification says: its record, and its findings.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use warden_collect::fetch::{Fetched, Gap as FetchGap};
use warden_model::{Class, Component, Digest, Finding, Pinning};
use warden_scan::{
    RULES,
    certify::{
        self as scored, Counts, Facts, GapCount, Input, InputError, Outcome, Pinned, ScoredFinding,
        SecurityContact, Stage, StageCoverage, StageRecord, Tool, Waiver,
    },
    rule,
    settle::Date,
    supply::{About, provenance::Origin},
};

use super::{
    look::{Contact, Looked},
    provenance::Provenance,
};

/// What a stage is made from.
struct Made {
    inputs: Vec<Digest>,
    outcome: Outcome,
    coverage: StageCoverage,
}

/// Everything that is scored, and what shows it: a JSON value for each stage, whose digest is in
/// its record.
pub(crate) struct Staged {
    pub(crate) input: Input,
    pub(crate) evidence: BTreeMap<Stage, Value>,
}

/// Puts together what was seen.
///
/// # Errors
/// When it does not fit together.
pub(crate) fn stages(
    looked: &Looked,
    (fetched, tree, manifest): (Option<&Fetched>, Option<Digest>, Option<Digest>),
    (today, waivers): (Date, &BTreeMap<Digest, Waiver>),
) -> Result<Staged, InputError> {
    let mut by_stage: BTreeMap<Stage, Vec<&Finding>> = BTreeMap::new();
    for finding in &looked.scan.findings {
        by_stage.entry(stage_of(finding)).or_default().push(finding);
    }
    by_stage.entry(Stage::SupplyChain).or_default().extend(&looked.judged.findings);
    let mut evidence = BTreeMap::new();
    let mut records = Vec::new();
    let mut scored = Vec::new();
    for stage in Stage::ALL.iter().copied() {
        let findings = by_stage.remove(&stage).unwrap_or_default();
        let made = made(stage, looked, (fetched, tree, manifest));
        let mut counts = Counts::default();
        for finding in &findings {
            counts.add(finding.severity);
        }
        scored.extend(findings.iter().map(|finding| ScoredFinding {
            stage,
            class: finding.class,
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            confidence: finding.confidence,
            fingerprint: finding.fingerprint,
            waiver: waivers.get(&finding.fingerprint).cloned(),
        }));
        let mut told = told(stage, &findings, &made.coverage);
        if stage == Stage::SupplyChain {
            add_database(&mut told, &looked.judged.database);
            add_provenance(&mut told, &looked.provenance);
            add_components(&mut told, &looked.supply.components);
        }
        let finished = made.outcome == Outcome::Finished;
        // What is shown is text and integers, which always have a canonical form.
        let shown = warden_seal::canonical(&told).unwrap_or_default();
        let record = StageRecord {
            stage,
            tool: tool(),
            rules: finished.then(|| rules_digest(stage)),
            inputs: made.inputs,
            evidence: finished.then(|| Digest::of(&shown)),
            outcome: made.outcome,
            coverage: made.coverage,
            findings: counts,
        };
        if finished {
            evidence.insert(stage, told);
        }
        records.push(record);
    }
    let input = Input::new(today, records, scored, facts(looked, fetched))?;
    Ok(Staged { input, evidence })
}

/// This program.
fn tool() -> Tool {
    Tool { name: "mcpwarden".into(), version: env!("CARGO_PKG_VERSION").into() }
}

/// Which stage a finding in source code or in what a server shows belongs to.
fn stage_of(finding: &Finding) -> Stage {
    let known = rule(finding.rule);
    let texts = known.is_some_and(warden_scan::Rule::judges_texts);
    let source = known.is_some_and(|rule| !rule.meta().languages.is_empty());
    match finding.class {
        Class::SecretExposure => Stage::Secrets,
        Class::ToolPoisoning | Class::ToolShadowing => Stage::ToolText,
        _ if texts => Stage::ToolText,
        _ if !finding.trace.is_empty() => Stage::Taint,
        _ if source => Stage::Source,
        _ => Stage::ToolText,
    }
}

fn made(
    stage: Stage,
    looked: &Looked,
    (fetched, tree, manifest): (Option<&Fetched>, Option<Digest>, Option<Digest>),
) -> Made {
    let inputs = |digests: &[Option<Digest>]| {
        let mut all: Vec<Digest> = digests.iter().copied().flatten().collect();
        all.sort_unstable();
        all
    };
    let no_code =
        || Outcome::Unfinished { reason: "there is no source code that could be read".to_owned() };
    let source = &looked.scan.coverage.source;
    let analysed = count(source.files());
    let unread = count(looked.unread.len());
    let finished = |yes: bool| if yes { Outcome::Finished } else { no_code() };
    match stage {
        Stage::Source => Made {
            inputs: inputs(&[tree]),
            outcome: finished(analysed > 0),
            coverage: coverage(analysed, unread, Vec::new()),
        },
        Stage::Taint => {
            let gaps = source.gaps.iter().map(|gap| (gap.kind.clone(), gap.count)).collect();
            Made {
                inputs: inputs(&[tree]),
                outcome: finished(analysed > 0),
                coverage: coverage(analysed, unread, gaps),
            }
        }
        Stage::Secrets => Made {
            inputs: inputs(&[tree]),
            outcome: finished(looked.files > 0),
            coverage: coverage(count(looked.files), unread, Vec::new()),
        },
        Stage::ToolText => match &looked.surface {
            Ok(surface) => Made {
                inputs: inputs(&[tree, manifest]),
                outcome: Outcome::Finished,
                coverage: coverage(count(surface.definitions.len()) + 1, 0, Vec::new()),
            },
            Err(why) => unfinished(why),
        },
        Stage::SupplyChain => supply(looked, fetched, inputs(&[tree])),
        Stage::Configuration => Made {
            inputs: Vec::new(),
            outcome: Outcome::NotApplicable {
                reason: "it is started from the store and not from a configuration".into(),
            },
            coverage: StageCoverage::default(),
        },
        Stage::Behaviour => Made {
            inputs: Vec::new(),
            outcome: Outcome::NotRun,
            coverage: StageCoverage::default(),
        },
    }
}

fn unfinished(why: &str) -> Made {
    Made {
        inputs: Vec::new(),
        outcome: Outcome::Unfinished { reason: why.to_owned() },
        coverage: StageCoverage::default(),
    }
}

fn supply(looked: &Looked, fetched: Option<&Fetched>, mut inputs: Vec<Digest>) -> Made {
    if inputs.is_empty() {
        return unfinished("its bytes run elsewhere, and nobody here can say what they are");
    }
    let unresolved = fetched.is_some_and(|fetched| {
        fetched.gaps.iter().any(|gap| matches!(gap, FetchGap::Unresolved { .. }))
    });
    if unresolved {
        return unfinished("what it depends on could not be resolved without running code");
    }
    let mut gaps: BTreeMap<String, usize> = BTreeMap::new();
    for gap in &looked.supply_gaps {
        *gaps.entry(format!("{:?}", gap.kind).to_lowercase()).or_default() += 1;
    }
    if !looked.judged.gaps.is_empty() {
        gaps.insert("undecided".into(), looked.judged.gaps.len());
    }
    if looked.unlocked > 0 {
        gaps.insert("unlocked".into(), looked.unlocked);
    }
    let several = |fetched: &Fetched| fetched.gaps.contains(&FetchGap::SeveralIndexes);
    if fetched.is_some_and(several) {
        gaps.insert("several-indexes".into(), 1);
    }
    let known = looked.supply.components.len();
    let gaps = gaps.into_iter().collect();
    inputs.push(looked.judged.database.digest);
    if let Some((document, root)) = looked.provenance.by {
        inputs.extend([document, root]);
    }
    inputs.sort_unstable();
    Made {
        inputs,
        outcome: Outcome::Finished,
        // A server that depends on nothing has itself to look at.
        coverage: coverage(count(known.max(1)), 0, gaps),
    }
}

fn coverage(looked_at: u64, unread: u64, gaps: Vec<(String, usize)>) -> StageCoverage {
    let mut gaps: Vec<GapCount> =
        gaps.into_iter().map(|(kind, many)| GapCount { kind, count: count(many) }).collect();
    gaps.sort();
    StageCoverage { looked_at, known: looked_at + unread, gaps }
}

fn count(many: usize) -> u64 {
    u64::try_from(many).unwrap_or(u64::MAX)
}

/// What a stage wrote down.
fn told(stage: Stage, findings: &[&Finding], coverage: &StageCoverage) -> Value {
    let finding = |finding: &&Finding| {
        json!({
            "class": finding.class.info().id,
            "confidence": finding.confidence.name(),
            "file": finding.location.file,
            "fingerprint": finding.fingerprint.to_string(),
            "line": finding.location.line,
            "message": finding.message,
            "rule": finding.rule,
            "severity": finding.severity.name(),
        })
    };
    let gaps = coverage.gaps.iter().map(|gap| json!({"count": gap.count, "kind": gap.kind}));
    json!({
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "gaps": gaps.collect::<Vec<_>>(),
        "known": coverage.known,
        "looked_at": coverage.looked_at,
        "stage": stage.name(),
    })
}

/// Says by which advisories was judged, and how old they are: the time that they are of, so that
/// the same database always reads the same.
fn add_database(told: &mut Value, database: &About) {
    if let Some(members) = told.as_object_mut() {
        let made = jiff::Timestamp::from_second(database.built_at).unwrap_or_default();
        let database = json!({
            "digest": database.digest.to_string(),
            "of": made.to_string(),
            "records": database.records,
            "refused": database.refused,
            "sources": database.sources,
        });
        members.insert("advisories".into(), database);
    }
}

/// Says what it is built from: every package with its digests and the file that names it.
fn add_components(told: &mut Value, components: &[Component]) {
    let pinned = |pinning: Pinning| match pinning {
        Pinning::Digest => "digest",
        Pinning::Exact => "version",
        Pinning::Floating => "floating",
        Pinning::Local => "local",
    };
    let row = |part: &Component| {
        let value = json!({
            "development": part.development,
            "file": part.file,
            "hashes": part.hashes,
            "pinned": pinned(part.pinning),
            "purl": part.purl(),
        });
        (value.to_string(), value)
    };
    let rows: BTreeMap<String, Value> = components.iter().map(row).collect();
    if let Some(members) = told.as_object_mut() {
        members.insert("components".into(), rows.into_values().collect());
    }
}

/// Says what is known of where it was built, and by what.
fn add_provenance(told: &mut Value, provenance: &Provenance) {
    if let Some(members) = told.as_object_mut() {
        members.insert("provenance".into(), provenance.to_value());
    }
}

/// The digest of everything that a stage judges by: this program's version, and its rules with
/// their pages.
fn rules_digest(stage: Stage) -> Digest {
    let mut parts = vec![env!("CARGO_PKG_VERSION").as_bytes(), stage.name().as_bytes()];
    for rule in RULES.iter() {
        let meta = rule.meta();
        parts.extend([meta.id.as_bytes(), meta.page.as_bytes()]);
    }
    Digest::of_parts(parts)
}

/// What is known of how the server is maintained.
fn facts(looked: &Looked, fetched: Option<&Fetched>) -> Facts {
    let contact = match looked.contact {
        Contact::Named => SecurityContact::Named,
        Contact::Incomplete => SecurityContact::Incomplete,
        Contact::Absent => SecurityContact::Absent,
        Contact::Unknown => SecurityContact::Unknown,
    };
    let provenance = match &looked.provenance.origin {
        Origin::Proven(_) => scored::Provenance::Verified,
        Origin::Absent => scored::Provenance::Absent,
        // A statement that nobody has verified proves nothing, and of a false one there is a finding.
        Origin::Unknown
        | Origin::Unasked(_)
        | Origin::Unverified(_)
        | Origin::False(_)
        | Origin::Other(_) => scored::Provenance::Unknown,
    };
    let parts = looked.supply.components.iter().filter(|part| !part.development);
    let worst = parts.map(|part| part.pinning).max_by_key(|pinning| match pinning {
        Pinning::Digest => 0,
        Pinning::Exact => 1,
        Pinning::Local | Pinning::Floating => 2,
    });
    let pinned = match worst {
        // What was resolved is what is started, by its digests, whatever a manifest asks for.
        _ if fetched.is_some_and(resolved) => Pinned::ByDigest,
        None if fetched.is_some() => Pinned::ByDigest,
        None => Pinned::Unknown,
        Some(Pinning::Digest) => Pinned::ByDigest,
        Some(Pinning::Exact) => Pinned::ByVersion,
        Some(Pinning::Local | Pinning::Floating) => Pinned::Floating,
    };
    Facts { contact, provenance, pinned }
}

/// Whether everything that it depends on is in the store.
fn resolved(fetched: &Fetched) -> bool {
    use warden_collect::fetch::Kind;
    let package = matches!(fetched.what, Kind::Npm | Kind::PyPi);
    let missing = |gap: &FetchGap| {
        matches!(
            gap,
            FetchGap::Unresolved { .. }
                | FetchGap::NotFromRegistry { .. }
                | FetchGap::WeakIntegrity { .. }
        )
    };
    package && !fetched.gaps.iter().any(missing)
}

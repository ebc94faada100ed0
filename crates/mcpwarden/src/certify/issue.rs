//! A certificate out of what was seen and scored, signed, logged and kept.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use warden_model::Digest;
use warden_policy::{
    Time,
    certificate::{
        Certificate, Findings, Named, PREDICATE_TYPE, Score, StageRecord, Subjects, Target, Tool,
        Waiver,
    },
};
use warden_scan::{
    certify::{Input, Scored, ScoredFinding, Stage},
    settle::Date,
};
use warden_seal::{STATEMENT_TYPE, Signer, Statement, Subject, seal_with};

use crate::{Failure, Kind};

/// The policy that certificates are made under, as long as nobody has another.
const POLICY: &str = "mcpwarden/1";

/// What a certificate is of, and for how long.
pub(crate) struct Terms {
    pub(crate) target: Target,
    pub(crate) digests: Subjects,
    pub(crate) issuer: String,
    pub(crate) issued: Time,
    pub(crate) days: u32,
    pub(crate) previous: Option<Digest>,
}

/// Writes the certificate.
///
/// # Errors
/// What contradicts itself is not certified.
pub(crate) fn certificate(
    terms: Terms,
    (input, scored, today): (&Input, &Scored, Date),
    evidence: &BTreeMap<String, Digest>,
) -> Result<Certificate, Failure> {
    let stages = input.stages().iter().map(|record| read::<StageRecord>(record.to_value()));
    let mut findings = Findings::default();
    let mut waivers = Vec::new();
    for finding in input.findings() {
        let of = read::<warden_policy::certificate::Finding>(finding.to_value())?;
        if let Some(waiver) = waiver(finding, today)? {
            findings.waived.add(of.severity);
            waivers.push(waiver);
        } else {
            findings.counts.add(of.severity);
            findings.open.push(of);
        }
    }
    // What a risk is accepted for ends with it.
    let least = waivers.iter().filter_map(Waiver::ends).min().unwrap_or(Time::LAST);
    let certificate = Certificate {
        version: 1,
        target: terms.target,
        digests: terms.digests,
        stages: stages.collect::<Result<_, _>>()?,
        score: read::<Score>(scored.to_value())?,
        level: scored.level.number(),
        findings,
        waivers,
        issuer: terms.issuer,
        issued: terms.issued,
        expires: terms.issued.plus_days(terms.days).min(least),
        policy: POLICY.into(),
        tool: Tool { name: "mcpwarden".into(), version: env!("CARGO_PKG_VERSION").into() },
        evidence: evidence
            .iter()
            .map(|(name, digest)| Named { name: name.clone(), digest: *digest })
            .collect(),
        previous: terms.previous,
    };
    certificate.check().map_err(|error| {
        Failure::new(Kind::Internal, "what was seen makes no certificate").caused_by(error)
    })?;
    Ok(certificate)
}

fn waiver(finding: &ScoredFinding, today: Date) -> Result<Option<Waiver>, Failure> {
    finding.waiver_value(today).map(read).transpose()
}

/// What one part writes and another reads: one format, in two crates.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| {
        Failure::new(Kind::Internal, "a part of the certificate has another form").caused_by(error)
    })
}

/// Signs a certificate: an in-toto statement in a DSSE envelope.
///
/// # Errors
/// When it is not signed.
pub(crate) fn sign(certificate: &Certificate, signers: &[&dyn Signer]) -> Result<Vec<u8>, Failure> {
    let failed = |message: &str| Failure::new(Kind::Internal, message.to_owned());
    let bytes = certificate
        .write()
        .map_err(|error| failed("the certificate cannot be written").caused_by(error))?;
    let predicate = serde_json::from_slice(&bytes)
        .map_err(|error| failed("the certificate cannot be read again").caused_by(error))?;
    let subject =
        |(name, sha256): (String, Digest)| Subject { name, sha256, others: BTreeMap::new() };
    let statement = Statement {
        subjects: certificate.digests.named().into_iter().map(subject).collect(),
        predicate_type: PREDICATE_TYPE.into(),
        predicate,
    };
    let text = statement
        .write()
        .map_err(|error| failed("the statement cannot be written").caused_by(error))?;
    seal_with(STATEMENT_TYPE, &text, signers).map_err(|error| {
        Failure::new(Kind::Config, "the certificate was not signed").caused_by(error)
    })
}

/// What is written into the log of a certificate: the entry is short, and names the envelope by
/// its digest.
pub(crate) fn entry(certificate: &Certificate, envelope: &[u8]) -> Vec<u8> {
    let entry = json!({
        "digest": Digest::of(envelope).to_string(),
        "expires": certificate.expires,
        "issued": certificate.issued,
        "kind": "certificate",
        "level": certificate.level,
        "name": certificate.target.name,
        "version": certificate.target.version,
    });
    // Strings and integers always have a canonical form.
    warden_seal::canonical(&entry).unwrap_or_default()
}

/// The names of evidence: of each stage, and of what else was written down.
pub(crate) fn named(stages: &BTreeMap<Stage, Digest>) -> BTreeMap<String, Digest> {
    stages.iter().map(|(stage, digest)| (format!("stage:{}", stage.name()), *digest)).collect()
}

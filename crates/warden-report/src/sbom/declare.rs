//! Declarations of `CycloneDX`: which requirements of which standards a server fulfils, and by what
//! evidence that is claimed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Claim, cyclonedx::SUBJECT, parts::text};
use crate::Tool;

const ASSESSOR: &str = "assessor";

/// The standards with the requirements that are spoken of, and what is declared about them.
pub(super) fn declarations(claims: &[Claim]) -> (Value, Value) {
    let claims: BTreeSet<&Claim> = claims.iter().collect();
    let claims: Vec<&Claim> = claims.into_iter().collect();
    let evidence: BTreeMap<(String, String), usize> = claims
        .iter()
        .filter_map(|claim| Some((claim.evidence?.to_string(), text(&claim.evidence_is))))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .zip(1..)
        .collect();
    let declared = json!({
        "assessors": [{
            "bom-ref": ASSESSOR,
            "thirdParty": false,
            "organization": { "name": Tool::NAME },
        }],
        "attestations": [{
            "summary": "What an analysis by program says of the requirements",
            "assessor": ASSESSOR,
            "map": claims.iter().enumerate().map(mapped).collect::<Value>(),
        }],
        "claims": claims
            .iter()
            .enumerate()
            .map(|(at, claim)| claimed(at, claim, &evidence))
            .collect::<Value>(),
        "evidence": evidence
            .iter()
            .map(|((digest, what), at)| {
                json!({
                    "bom-ref": format!("evidence-{at}"),
                    "propertyName": "mcp:evidence:digest",
                    "description": format!("{what} ({digest})"),
                })
            })
            .collect::<Value>(),
    });
    (json!({ "standards": standards(&claims) }), declared)
}

fn mapped((at, claim): (usize, &&Claim)) -> Value {
    let mut out = Map::new();
    out.insert("requirement".into(), requirement(claim).into());
    let list = json!([format!("claim-{}", at + 1)]);
    // A requirement that is not fulfilled is what speaks against it.
    let how = if claim.fulfilled == Some(false) { "counterClaims" } else { "claims" };
    out.insert(how.into(), list);
    if let Some(fulfilled) = claim.fulfilled {
        let score = u8::from(fulfilled);
        out.insert(
            "conformance".into(),
            json!({ "score": score, "rationale": text(&claim.predicate) }),
        );
    }
    Value::Object(out)
}

fn claimed(at: usize, claim: &Claim, evidence: &BTreeMap<(String, String), usize>) -> Value {
    let mut out = Map::new();
    out.insert("bom-ref".into(), format!("claim-{}", at + 1).into());
    out.insert("target".into(), SUBJECT.into());
    out.insert("predicate".into(), text(&claim.predicate).into());
    let key = claim.evidence.map(|digest| (digest.to_string(), text(&claim.evidence_is)));
    if let Some(at) = key.and_then(|key| evidence.get(&key)) {
        out.insert("evidence".into(), json!([format!("evidence-{at}")]));
    }
    Value::Object(out)
}

/// The reference of a requirement.
fn requirement(claim: &Claim) -> String {
    format!("{}:{}", standard(claim), text(&claim.requirement))
}

/// The reference of a standard.
fn standard(claim: &Claim) -> String {
    let version = claim.version.as_deref().map(|own| format!("@{}", text(own)));
    format!("standard:{}{}", text(&claim.standard), version.unwrap_or_default())
}

fn standards(claims: &[&Claim]) -> Value {
    let mut standards: BTreeMap<String, (&Claim, BTreeMap<String, &Claim>)> = BTreeMap::new();
    for claim in claims {
        let own = standards.entry(standard(claim)).or_insert_with(|| (claim, BTreeMap::new()));
        own.1.insert(requirement(claim), claim);
    }
    let one = |(reference, (claim, requirements)): (String, (&Claim, BTreeMap<String, &Claim>))| {
        let mut out = Map::new();
        out.insert("bom-ref".into(), reference.into());
        out.insert("name".into(), text(&claim.standard).into());
        out.extend(claim.version.as_deref().map(|own| ("version".into(), text(own).into())));
        let requirement = |(reference, claim): (String, &Claim)| json!({ "bom-ref": reference, "identifier": text(&claim.requirement) });
        out.insert("requirements".into(), requirements.into_iter().map(requirement).collect());
        Value::Object(out)
    };
    standards.into_iter().map(one).collect()
}

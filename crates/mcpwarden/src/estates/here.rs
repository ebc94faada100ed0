//! What this machine keeps: approvals of definitions (pins) and certificates.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use warden_model::DefinitionKind;
use warden_policy::certificate::{Outcome, Stage};

use crate::{
    Failure, World,
    certify::{keep, listed, revoked},
    paths::Paths,
    pins,
};

/// What is kept here, as members of an estate, and what was left out with its reason.
///
/// # Errors
/// When it cannot be told what is approved, certified or revoked.
pub(super) fn members(world: &World) -> Result<(Map<String, Value>, Vec<String>), Failure> {
    let paths = Paths::of(world)?;
    let mut servers: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut tools = Vec::new();
    for pin in pins::all(&paths)? {
        let row = servers.entry(pin.server.clone()).or_default();
        row.insert("pinned".into(), pin.manifest().to_string().into());
        row.insert("approved_at".into(), pin.approval.at.as_str().into());
        for one in pin.definitions.iter().filter(|one| one.kind == DefinitionKind::Tool) {
            tools.push(json!({"server": pin.server, "name": one.name,
                "effect": one.effect.map(warden_model::Effect::name),
                "effect_by": one.effect.map(|_| "approved definition"),
                "digest": one.digest.to_string()}));
        }
    }
    let (certificates, left_out) = certificates(&paths, world.now(), &mut servers)?;
    for (name, row) in &mut servers {
        row.insert("id".into(), name.as_str().into());
        row.insert("name".into(), name.as_str().into());
    }
    let servers = servers.into_values().map(Value::Object).collect();
    let members = Map::from_iter([
        ("servers".into(), Value::Array(servers)),
        ("tools".into(), Value::Array(tools)),
        ("certificates".into(), Value::Array(certificates)),
    ]);
    Ok((members, left_out))
}

type Kept = (Vec<Value>, Vec<String>);

fn certificates(
    paths: &Paths,
    now: Timestamp,
    servers: &mut BTreeMap<String, Map<String, Value>>,
) -> Result<Kept, Failure> {
    let trust = keep::trust(None, paths)?;
    let (found, left_out) = listed::certificates(paths, &trust, now)?;
    let revocations = revoked::list(None, paths, &trust, now.into())?.revocations()?;
    let mut rows = Vec::new();
    for (name, certificate) in found {
        let row = servers.entry(name.clone()).or_default();
        // A certificate is signed, and its signature was checked just now.
        row.insert("signed".into(), true.into());
        let target = &certificate.target;
        row.extend(target.version.clone().map(|version| ("version".into(), version.into())));
        let publisher = target.publisher.clone();
        row.extend(publisher.map(|publisher| ("publisher".into(), publisher.into())));
        let day = Timestamp::from_microsecond(certificate.issued.micros()).unwrap_or_default();
        let day = day.to_zoned(jiff::tz::TimeZone::UTC).date();
        let stages = certificate.stages.iter().filter(|run| run.outcome == Outcome::Finished);
        let stages = stages.filter_map(|run| {
            let stage = match run.stage {
                Stage::Source => "static-analysis",
                Stage::Taint => "taint",
                Stage::SupplyChain => "supply-chain",
                Stage::Secrets => "secrets",
                Stage::ToolText | Stage::Configuration | Stage::Behaviour => return None,
            };
            Some(json!({"stage": stage, "at": day, "rules": run.rules.map(|it| it.to_string())}))
        });
        row.insert("stages".into(), Value::Array(stages.collect()));
        rows.push(json!({"server": name, "level": certificate.level,
            "score": certificate.score.total, "issuer": certificate.issuer,
            "issued": certificate.issued.to_string(), "expires": certificate.expires.to_string(),
            "revoked": listed::is_revoked(&certificate, &revocations)}));
    }
    let left_out = left_out.into_iter().map(|one| format!("{}: {}", one.what, one.why)).collect();
    Ok((rows, left_out))
}

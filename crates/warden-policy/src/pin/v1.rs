//! Version 1 of the pin format, as it is written in the signed payload.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use warden_model::{DefinitionKind, Effect};

use super::{Approval, Artifact, Pin, PinError, PinnedDefinition};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    server: String,
    approved_by: String,
    approved_at: String,
    reason: String,
    artifact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_unknown: Option<String>,
    manifest: String,
    instructions: Option<String>,
    asks: BTreeSet<String>,
    definitions: Vec<WireDefinition>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireDefinition {
    kind: String,
    name: String,
    digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<String>,
    definition: Value,
}

pub(super) fn write(pin: &Pin) -> Vec<u8> {
    let (artifact, artifact_unknown) = match &pin.artifact {
        Artifact::Digest(digest) => (Some(digest.to_string()), None),
        Artifact::Unknown(why) => (None, Some(why.clone())),
    };
    let wire = Wire {
        version: 1,
        server: pin.server.clone(),
        approved_by: pin.approval.by.clone(),
        approved_at: pin.approval.at.clone(),
        reason: pin.approval.reason.clone(),
        artifact,
        artifact_unknown,
        manifest: pin.manifest().to_string(),
        instructions: pin.instructions.clone(),
        asks: pin.asks.clone(),
        definitions: pin.definitions.iter().map(write_definition).collect(),
    };
    // Strings, numbers and JSON values always serialise.
    serde_json::to_vec(&wire).unwrap_or_default()
}

fn write_definition(pinned: &PinnedDefinition) -> WireDefinition {
    WireDefinition {
        kind: pinned.kind.name().into(),
        name: pinned.name.clone(),
        digest: pinned.digest.to_string(),
        effect: pinned.effect.map(|effect| effect.name().into()),
        definition: pinned.body.clone(),
    }
}

pub(super) fn read(payload: &[u8]) -> Result<Pin, PinError> {
    let wire: Wire = serde_json::from_slice(payload).map_err(|_| PinError::Malformed)?;
    if wire.version != 1 {
        return Err(PinError::Malformed);
    }
    let artifact = match (wire.artifact, wire.artifact_unknown) {
        (Some(digest), None) => Artifact::Digest(digest.parse().map_err(|_| PinError::Malformed)?),
        (None, Some(why)) => Artifact::Unknown(why),
        _ => return Err(PinError::Malformed),
    };
    let mut definitions = Vec::with_capacity(wire.definitions.len());
    for definition in wire.definitions {
        definitions.push(read_definition(definition)?);
    }
    let sorted = definitions.is_sorted_by(|a, b| (a.kind, &a.name) < (b.kind, &b.name));
    let pin = Pin {
        server: wire.server,
        approval: Approval { by: wire.approved_by, at: wire.approved_at, reason: wire.reason },
        artifact,
        instructions: wire.instructions,
        asks: wire.asks,
        definitions,
    };
    if !sorted || pin.manifest().to_string() != wire.manifest {
        return Err(PinError::Malformed);
    }
    Ok(pin)
}

fn read_definition(wire: WireDefinition) -> Result<PinnedDefinition, PinError> {
    let kind = DefinitionKind::ALL
        .iter()
        .copied()
        .find(|kind| kind.name() == wire.kind)
        .ok_or(PinError::Malformed)?;
    let digest = wire.digest.parse().map_err(|_| PinError::Malformed)?;
    if warden_seal::digest(&wire.definition) != Ok(digest) {
        return Err(PinError::Contradiction { kind, name: wire.name });
    }
    let effect = match wire.effect {
        Some(name) => Some(Effect::parse(&name).ok_or(PinError::Malformed)?),
        None => None,
    };
    if effect.is_some() != (kind == DefinitionKind::Tool) {
        return Err(PinError::Malformed);
    }
    Ok(PinnedDefinition { kind, name: wire.name, digest, effect, body: wire.definition })
}

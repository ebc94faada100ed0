//! Playbooks in the form of CACAO 2.0, which other programs can run.

use serde_json::{Map, Value, json};
use warden_model::Digest;

use super::{Play, playbooks::PHASES};

/// The date that the library bears: it changes when a playbook does.
const MADE: &str = "2026-11-20T00:00:00.000Z";

/// A playbook as a document of CACAO 2.0, its identifiers always the same.
#[must_use]
pub fn cacao(book: &Play) -> Value {
    let author = id("identity", &[book.id, "author"]);
    let step_id = |at: usize| {
        let kind = if at == 0 {
            "start"
        } else if at > book.steps.len() {
            "end"
        } else {
            "action"
        };
        id(kind, &[book.id, &at.to_string()])
    };
    let mut workflow = Map::new();
    workflow.insert(step_id(0), json!({"type": "start", "on_completion": step_id(1)}));
    for (at, step) in book.steps.iter().enumerate() {
        workflow.insert(
            step_id(at + 1),
            json!({
                "type": "action",
                "name": format!("{} {}", step.phase, at + 1),
                "description": step.what,
                "commands": [{"type": "manual", "command": step.what}],
                "agent": id("individual", &[book.id, "responder"]),
                "on_completion": step_id(at + 2),
            }),
        );
    }
    workflow.insert(step_id(book.steps.len() + 1), json!({"type": "end"}));
    let mut types: Vec<_> = PHASES.iter().map(|(_, kind)| *kind).collect();
    types.push("detection");
    types.sort_unstable();
    types.dedup();
    json!({
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": id("playbook", &[book.id]),
        "name": format!("{}: {}", book.id, book.title),
        "description": format!("Set off by {}. A drill measures: {}.", book.trigger, book.measure),
        "playbook_types": types,
        "created_by": author,
        "created": MADE,
        "modified": MADE,
        "labels": [book.scenario],
        "external_references": book.atlas.iter().map(|technique| json!({
            "name": "MITRE ATLAS",
            "external_id": technique,
            "url": format!("https://atlas.mitre.org/techniques/{technique}"),
        })).collect::<Vec<_>>(),
        "workflow_start": step_id(0),
        "workflow": workflow,
        "agent_definitions": {
            (id("individual", &[book.id, "responder"])): {
                "type": "individual",
                "name": "who keeps this playbook",
            },
        },
    })
}

/// An identifier of CACAO: a kind and a UUID that is made from what it names (version 8).
fn id(kind: &str, parts: &[&str]) -> String {
    let digest = Digest::of(format!("mcpwarden/{kind}/{}", parts.join("/")).as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.bytes()).for_each(|(to, from)| *to = *from);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = format!("{kind}--");
    for (at, byte) in bytes.iter().enumerate() {
        if [4, 6, 8, 10].contains(&at) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::library::PLAYBOOKS;

    const TYPES: [&str; 9] = [
        "attack",
        "detection",
        "engagement",
        "investigation",
        "mitigation",
        "notification",
        "prevention",
        "remediation",
        "attack-simulation",
    ];

    fn is_id(text: &str) -> bool {
        let Some((kind, uuid)) = text.split_once("--") else { return false };
        let groups: Vec<_> = uuid.split('-').map(str::len).collect();
        !kind.is_empty() && groups == [8, 4, 4, 4, 12] && uuid.as_bytes()[14] == b'8'
    }

    /// What CACAO 2.0 asks of a playbook: its required members, its types, and a workflow in which
    /// every step is reached, none is missing, and all end.
    #[test]
    fn an_exported_playbook_is_one_that_can_be_run() {
        for book in PLAYBOOKS {
            let document = cacao(book);
            for member in [
                "type",
                "spec_version",
                "id",
                "name",
                "created_by",
                "created",
                "modified",
                "workflow_start",
                "workflow",
            ] {
                assert!(document.get(member).is_some(), "{}: {member}", book.id);
            }
            assert_eq!(document["spec_version"], "cacao-2.0");
            let types = document["playbook_types"].as_array().unwrap();
            assert!(types.iter().all(|kind| TYPES.contains(&kind.as_str().unwrap())));
            let workflow = document["workflow"].as_object().unwrap();
            let (mut seen, mut at) =
                (BTreeSet::new(), document["workflow_start"].as_str().unwrap());
            loop {
                assert!(is_id(at), "{at}");
                assert!(seen.insert(at), "{}: a step comes twice", book.id);
                let step = &workflow[at];
                let Some(next) = step.get("on_completion") else {
                    assert_eq!(step["type"], "end");
                    break;
                };
                if let Some(agent) = step.get("agent") {
                    assert!(document["agent_definitions"].get(agent.as_str().unwrap()).is_some());
                }
                at = next.as_str().unwrap();
            }
            assert_eq!(seen.len(), workflow.len(), "{}", book.id);
            assert_eq!(document, cacao(book), "the same each time");
        }
    }
}

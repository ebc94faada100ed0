use serde_json::json;

use super::*;
use crate::pin::tests::pin;

/// The changes between one tool and another, as `class detail` lines.
fn changes(old: &Value, new: &Value) -> Vec<String> {
    let drifts = compare_pins(&pin(std::slice::from_ref(old)), &pin(std::slice::from_ref(new)));
    drifts
        .iter()
        .flat_map(|drift| &drift.changes)
        .map(|change| format!("{} {}", change.class.code(), change.detail))
        .collect()
}

fn schema(old: &Value, new: &Value) -> Vec<String> {
    changes(&json!({"name": "a", "inputSchema": old}), &json!({"name": "a", "inputSchema": new}))
}

#[test]
fn the_same_definition_has_no_drift() {
    let tool = json!({"name": "a", "description": "x"});
    assert!(changes(&tool, &json!({"description": "x", "name": "a"})).is_empty());
}

#[test]
fn a_changed_text_is_named_by_its_place() {
    let old = json!({"name": "a", "description": "x"});
    assert_eq!(
        changes(&old, &json!({"name": "a", "description": "y"})),
        ["text-changed description"]
    );
    assert_eq!(
        schema(
            &json!({"properties": {"p": {"description": "x"}}}),
            &json!({"properties": {"p": {"description": "y"}}}),
        ),
        ["text-changed inputSchema/properties/p/description"]
    );
}

#[test]
fn a_schema_that_takes_more_is_wider() {
    for (old, new) in [
        (json!({"properties": {}}), json!({"properties": {"bcc": {"type": "string"}}})),
        (json!({"required": ["a", "b"]}), json!({"required": ["a"]})),
        (json!({"enum": ["a"]}), json!({"enum": ["a", "b"]})),
        (json!({"type": "string"}), json!({"type": ["string", "null"]})),
        (json!({"additionalProperties": false}), json!({"additionalProperties": true})),
        (json!({"additionalProperties": false}), json!({})),
        (json!({"maxLength": 5}), json!({"maxLength": 50})),
        (json!({"minimum": 5}), json!({"minimum": 0})),
        (json!({"pattern": "^a$"}), json!({})),
    ] {
        let found = schema(&old, &new);
        assert!(
            found.iter().all(|line| line.starts_with("schema-widened ")),
            "{old} {new} {found:?}"
        );
        assert_eq!(found.len(), 1, "{old} {new}");
    }
}

#[test]
fn any_other_change_of_a_schema_is_a_change() {
    for (old, new) in [
        (json!({"pattern": "^a$"}), json!({"pattern": "^b$"})),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a"]})),
        (json!({"$ref": "#/$defs/a"}), json!({"$ref": "#/$defs/b"})),
        (json!({"properties": {"p": {}}}), json!({"properties": {}})),
    ] {
        let found = schema(&old, &new);
        assert!(
            found.iter().all(|line| line.starts_with("schema-changed ")),
            "{old} {new} {found:?}"
        );
    }
}

#[test]
fn annotations_hosts_and_other_members_have_classes() {
    let old = json!({"name": "a"});
    assert_eq!(
        changes(&old, &json!({"name": "a", "annotations": {"readOnlyHint": true}})),
        ["annotation-flipped annotations"]
    );
    assert_eq!(
        changes(&old, &json!({"name": "a", "description": "see https://u@Evil.example:8/x."})),
        ["new-endpoint evil.example", "text-changed description"]
    );
    assert_eq!(changes(&old, &json!({"name": "a", "icons": []})), ["other-changed icons"]);
}

#[test]
fn a_new_tool_that_does_what_none_did_widens_the_capability() {
    let old = pin(&[json!({"name": "read_mail"})]);
    let mut new = pin(&[json!({"name": "read_mail"}), json!({"name": "send_email"})]);
    new.definitions[1].effect = Some(Effect::Send);
    let drifts = compare_pins(&old, &new);
    assert_eq!(drifts.len(), 1);
    assert_eq!(drifts[0].name, "send_email");
    let classes: Vec<_> = drifts[0].changes.iter().map(|c| (c.class, c.detail.as_str())).collect();
    assert_eq!(classes[0], (DriftClass::CapabilityWidened, "send"));
    assert_eq!(classes[1].0, DriftClass::Added);
    assert_eq!((drifts[0].pinned, drifts[0].served), (None, Some(new.definitions[1].digest)));
}

#[test]
fn a_tool_that_does_more_than_it_did_widens_the_capability() {
    let old = pin(&[json!({"name": "a"})]);
    let mut new = pin(&[json!({"name": "a", "description": "y"})]);
    new.definitions[0].effect = Some(Effect::Execute);
    let drift = compare_pins(&old, &new).remove(0);
    assert_eq!(drift.changes[0].detail, "read to execute");
}

#[test]
fn what_is_gone_and_what_runs_are_drift_too() {
    let old = pin(&[json!({"name": "a"})]);
    let mut new = pin(&[]);
    new.artifact = Artifact::Digest(Digest::of(b"x"));
    new.instructions = None;
    let names: Vec<_> =
        compare_pins(&old, &new).iter().map(|d| (d.name.clone(), d.changes[0].class)).collect();
    assert_eq!(
        names,
        [
            ("artifact".into(), DriftClass::ArtifactChanged),
            ("instructions".into(), DriftClass::Removed),
            ("a".into(), DriftClass::Removed)
        ]
    );
}

proptest::proptest! {
    #[test]
    fn any_difference_in_the_digest_is_a_drift(a in "\\PC{0,8}", b in "\\PC{0,8}", k in "[a-z]{1,4}") {
        let old = json!({"name": "t", "inputSchema": {k.clone(): a}});
        let new = json!({"name": "t", "inputSchema": {k: b}});
        proptest::prop_assert_eq!(changes(&old, &new).is_empty(), old == new);
    }
}

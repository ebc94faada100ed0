use serde_json::json;
use warden_model::Location;

use super::*;

/// A surface with one tool for each body.
pub(crate) fn surface(tools: &[Value]) -> Surface {
    let definition = |body: &Value| Definition {
        kind: DefinitionKind::Tool,
        name: body["name"].as_str().unwrap_or_default().into(),
        body: body.clone(),
        location: Location::default(),
    };
    Surface { definitions: tools.iter().map(definition).collect(), ..Surface::default() }
}

/// A pin over these tools, all of them reading.
pub(crate) fn pin(tools: &[Value]) -> Pin {
    Pin {
        server: "mail".into(),
        approval: Approval {
            by: "ann".into(),
            at: "2026-01-02T03:04:05.000006Z".into(),
            reason: "looked at".into(),
        },
        artifact: Artifact::Unknown("a test".into()),
        instructions: Some("Be kind.".into()),
        asks: BTreeSet::from(["roots".into()]),
        definitions: Pin::of_surface(&surface(tools), |_| Effect::Read).unwrap(),
    }
}

#[test]
fn a_pin_reads_back_what_was_sealed() {
    let key = SigningKey::generate().unwrap();
    let pin = pin(&[json!({"name": "b"}), json!({"name": "a", "x": [1, 2]})]);
    let envelope = seal_pin(&pin, &key);
    assert_eq!(open_pin(&envelope, &[key.public()]).unwrap(), pin);
    assert_eq!(pin.definition(DefinitionKind::Tool, "a").unwrap().body["x"], json!([1, 2]));
    assert!(pin.definition(DefinitionKind::Prompt, "a").is_none());
}

#[test]
fn a_pin_by_another_key_is_none() {
    let key = SigningKey::generate().unwrap();
    let other = SigningKey::generate().unwrap();
    let envelope = seal_pin(&pin(&[]), &other);
    assert!(matches!(
        open_pin(&envelope, &[key.public()]),
        Err(PinError::Envelope(EnvelopeError::Signature))
    ));
}

#[test]
fn a_signed_pin_that_contradicts_itself_is_none() {
    let key = SigningKey::generate().unwrap();
    let mut bad = pin(&[json!({"name": "a"})]);
    bad.definitions[0].body = json!({"name": "a", "description": "other"});
    let envelope = seal_pin(&bad, &key);
    assert!(matches!(
        open_pin(&envelope, &[key.public()]),
        Err(PinError::Contradiction { name, .. }) if name == "a"
    ));
}

#[test]
fn a_name_that_stands_for_two_tools_cannot_be_pinned() {
    let twice = surface(&[json!({"name": "a"}), json!({"name": "a", "x": 1})]);
    assert!(matches!(
        Pin::of_surface(&twice, |_| Effect::Read),
        Err(PinError::Twice { name, .. }) if name == "a"
    ));
}

#[test]
fn the_manifest_covers_instructions_and_every_definition_in_any_order() {
    let base = pin(&[json!({"name": "a"}), json!({"name": "b"})]);
    assert_eq!(base.manifest(), pin(&[json!({"name": "b"}), json!({"name": "a"})]).manifest());
    assert_ne!(base.manifest(), pin(&[json!({"name": "a"})]).manifest());
    let mut other = base.clone();
    other.instructions = None;
    assert_ne!(base.manifest(), other.manifest());
}

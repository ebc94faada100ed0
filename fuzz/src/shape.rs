//! Shapes, turns and redefinitions of any JSON: what was learnt is nothing new, merging is the same
//! either way round, no score is lowered, and a definition does not drift from itself.

use serde_json::{Value, json};
use warden_detect::{ChangeKind, Defined, Heard, Sense, Shape, Turn, answered, redefinition};

/// A JSON value each: definitions, answers, and lists of answers, divided by lines of zeros (`\0`).
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let values: Vec<Value> =
        text.split('\0').filter_map(|piece| serde_json::from_str(piece).ok()).take(16).collect();
    shapes(&values);
    turns(text);
    for pair in values.windows(2) {
        if let [old, new] = pair {
            definitions(old, new);
            answers(old, new);
        }
    }
}

fn shapes(values: &[Value]) {
    let learnt = |values: &[Value]| {
        let mut shape = Shape::new();
        values.iter().for_each(|value| shape.learn(value));
        shape
    };
    let mut shape = learnt(values);
    for _ in 0..10 {
        values.iter().for_each(|value| shape.learn(value));
    }
    for value in values {
        assert_eq!(shape.against(value), [], "what was learnt is nothing new");
    }
    let (one, two) = values.split_at(values.len() / 2);
    let (mut left, mut right) = (learnt(one), learnt(two));
    let other = left.clone();
    left.merge(&right);
    right.merge(&other);
    assert_eq!(left, right);
}

fn answers(definition: &Value, answer: &Value) {
    let found = answered(definition, answer);
    assert_eq!(found, answered(definition, answer), "the same twice");
    assert!(found.findings.len() <= 64);
    // What fits everything is wrong in nothing.
    let open = json!({"outputSchema": {}});
    let inside = |at: &str| at.starts_with("/structuredContent/");
    assert!(!answered(&open, answer).findings.iter().any(|one| inside(&one.at)));
}

fn turns(text: &str) {
    let mut turn = Turn::new();
    for piece in text.split('\0').cycle().take(24) {
        let heard = Heard::of(piece, 10);
        let turned = turn.against(&heard);
        for score in [0, 10, 49, 100] {
            assert!(turned.score(score) >= score && turned.score(score) <= 100);
        }
        turn.learn(&heard);
    }
}

fn definitions(old: &Value, new: &Value) {
    for of in [Defined::Tool, Defined::Prompt, Defined::Resource, Defined::Instructions] {
        let found = redefinition(of, old, new);
        assert_eq!(found, redefinition(of, old, new), "the same twice");
        assert_eq!(found.sense == Sense::Same, old == new);
        assert!(found.score <= 100 && found.changes.len() <= 128);
        assert_eq!(redefinition(of, new, new).sense, Sense::Same);
        for change in &found.changes {
            let side = if change.kind == ChangeKind::SentenceRemoved { old } else { new };
            if let Some(range) = change.range.clone() {
                let text = side.pointer(&change.field).and_then(Value::as_str);
                assert!(text.is_some_and(|text| text.get(range).is_some()), "{change:?}");
            }
        }
    }
}

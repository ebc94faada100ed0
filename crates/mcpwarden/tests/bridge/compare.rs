//! Every place where two documents differ.

use serde_json::Value;

/// One difference: where, and what is there on each side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    pub(crate) at: String,
    pub(crate) direct: Option<Value>,
    pub(crate) through: Option<Value>,
}

/// Returns all differences, as deep down as they can be told.
pub(crate) fn differences(direct: &Value, through: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", Some(direct), Some(through), &mut found);
    found
}

fn walk(at: &str, direct: Option<&Value>, through: Option<&Value>, found: &mut Vec<Difference>) {
    match (direct, through) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                walk(&format!("{at}/{key}"), a.get(key), b.get(key), found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            for index in 0..a.len().max(b.len()) {
                walk(&format!("{at}/{index}"), a.get(index), b.get(index), found);
            }
        }
        _ if direct == through => {}
        _ => found.push(Difference {
            at: at.to_owned(),
            direct: direct.cloned(),
            through: through.cloned(),
        }),
    }
}

/// Returns whether a place is the one that `pattern` names, or below it. `*` stands for one step.
pub(crate) fn is_at(pattern: &str, place: &str) -> bool {
    let mut steps = place.split('/');
    pattern.split('/').all(|part| steps.next().is_some_and(|step| part == "*" || part == step))
}

#[test]
fn a_difference_is_told_as_deep_down_as_it_can_be() {
    let direct = serde_json::json!({"a": [1, {"b": 2}], "only": 1});
    let through = serde_json::json!({"a": [1, {"b": 3}, 4]});
    let places = differences(&direct, &through).into_iter().map(|found| found.at);
    assert_eq!(places.collect::<Vec<_>>(), ["/a/1/b", "/a/2", "/only"]);
}

#[test]
fn a_pattern_names_a_place_and_what_is_below() {
    assert!(is_at("/a/*/b", "/a/1/b"));
    assert!(is_at("/a", "/a/1/b"));
    assert!(!is_at("/a/*/b", "/a/1/c"));
    assert!(!is_at("/a/1/b", "/a/1"));
}

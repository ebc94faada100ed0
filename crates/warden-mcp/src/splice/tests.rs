use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::frame;

#[test]
fn everything_else_stays_as_it_was_written() {
    let raw = r#"{ "a" : 1.0 ,"b":[ 1 ], "c\u0064" : "x\/y" }"#;
    let check = |edits: &[(&str, Edit<'_>)], expected: &str| {
        assert_eq!(object(Some(raw), edits), expected, "{edits:?}");
    };
    check(&[], raw);
    check(&[("b", Edit::Set("2"))], r#"{ "a" : 1.0 ,"b":2, "c\u0064" : "x\/y" }"#);
    check(&[("cd", Edit::Set("2"))], r#"{ "a" : 1.0 ,"b":[ 1 ], "c\u0064" : 2 }"#);
    check(&[("a", Edit::Gone)], r#"{ "b":[ 1 ], "c\u0064" : "x\/y" }"#);
    check(&[("b", Edit::Gone)], r#"{ "a" : 1.0, "c\u0064" : "x\/y" }"#);
    check(&[("cd", Edit::Gone)], r#"{ "a" : 1.0 ,"b":[ 1 ] }"#);
    check(&[("a", Edit::Gone), ("b", Edit::Gone)], r#"{ "c\u0064" : "x\/y" }"#);
    check(&[("b", Edit::Gone), ("cd", Edit::Gone)], r#"{ "a" : 1.0 }"#);
    check(&[("a", Edit::Gone), ("b", Edit::Gone), ("cd", Edit::Gone)], "{  }");
    check(
        &[("z\"", Edit::Set("1")), ("y", Edit::Set("{}")), ("x", Edit::Gone)],
        r#"{ "a" : 1.0 ,"b":[ 1 ], "c\u0064" : "x\/y","z\"":1,"y":{} }"#,
    );
}

#[test]
fn an_object_is_made_where_there_is_none() {
    let set = [("a", Edit::Set("1")), ("b", Edit::Set("2"))];
    for raw in [None, Some("{}"), Some("null"), Some("[]")] {
        assert_eq!(object(raw, &set), r#"{"a":1,"b":2}"#);
    }
    assert_eq!(nested(None, "_meta", &set), r#"{"_meta":{"a":1,"b":2}}"#);
    assert_eq!(nested(None, "_meta", &[("a", Edit::Gone)]), "{}");
    assert_eq!(nested(Some(r#"{"x":1}"#), "_meta", &[("a", Edit::Gone)]), r#"{"x":1}"#);
    let held = r#"{"x":1,"_meta": {"a":0, "k":1}}"#;
    assert_eq!(nested(Some(held), "_meta", &set), r#"{"x":1,"_meta": {"a":1, "k":1,"b":2}}"#);
}

#[test]
fn a_member_named_twice_in_the_edits_is_written_once() {
    let twice = [("a", Edit::Set("1")), ("a", Edit::Set("2"))];
    assert_eq!(object(None, &twice), r#"{"a":1}"#);
    assert_eq!(object(Some(r#"{"a":0}"#), &twice), r#"{"a":1}"#);
}

#[test]
fn messages_have_their_exact_size_and_pass_our_own_check() {
    let messages = [
        (answer("1", "{}"), r#"{"jsonrpc":"2.0","id":1,"result":{}}"#),
        (failure("\"a\"", "{}"), r#"{"jsonrpc":"2.0","id":"a","error":{}}"#),
        (notification("x", None), r#"{"jsonrpc":"2.0","method":"x"}"#),
        (notification("x", Some("{}")), r#"{"jsonrpc":"2.0","method":"x","params":{}}"#),
        (request("1", "x", None), r#"{"jsonrpc":"2.0","id":1,"method":"x"}"#),
        (request("1", "x", Some("{}")), r#"{"jsonrpc":"2.0","id":1,"method":"x","params":{}}"#),
    ];
    for (message, expected) in messages {
        assert_eq!(String::from_utf8(message.clone()).unwrap(), expected);
        assert!(frame::parse(&message).is_ok());
        assert!(message.capacity() < message.len() + 16, "{expected}");
    }
}

#[test]
fn line_breaks_between_tokens_become_spaces() {
    let mut message = b"{\r\n\"a\\n\": 1\n}".to_vec();
    one_line(&mut message);
    assert_eq!(message, b"{  \"a\\n\": 1 }");
}

/// Some JSON value as text, spelled in more than one way.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("1.0".to_owned()),
        Just("-0".to_owned()),
        Just("1e3".to_owned()),
        Just(r#""\u0041\/,}]\"""#.to_owned()),
        "[a-c\\PC]{0,6}".prop_map(|value| text(&value)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|all| format!("[ {} ]", all.join(" ,"))),
            members(inner).prop_map(|all| written(&all)),
        ]
    })
}

/// Names and values of members; no name twice.
fn members(value: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::btree_map("[a-e]|\\PC{2}", value, 0..5)
        .prop_map(|all| all.into_iter().collect())
}

fn written(all: &[(String, String)]) -> String {
    let all: Vec<_> = all.iter().map(|(name, value)| format!("{} : {value}", text(name))).collect();
    format!("{{\n{} }}", all.join(" , "))
}

proptest! {
    #[test]
    fn a_text_is_read_back_as_it_was(value in any::<String>()) {
        prop_assert_eq!(serde_json::from_str::<String>(&text(&value)).unwrap(), value);
    }

    #[test]
    fn an_edit_means_what_it_means_on_a_tree(
        held in members(value()),
        edits in members(proptest::option::of(value()).prop_map(Option::unwrap_or_default)),
    ) {
        let raw = written(&held);
        let edits: Vec<_> = edits
            .iter()
            .map(|(name, value)| {
                (&**name, if value.is_empty() { Edit::Gone } else { Edit::Set(value) })
            })
            .collect();
        let changed = object(Some(&raw), &edits);
        let whole = request("1", "x", Some(&changed));
        prop_assert!(frame::parse(&whole).is_ok(), "{}", changed);
        let mut tree: serde_json::Map<_, _> = serde_json::from_str(&raw).unwrap();
        for (name, edit) in &edits {
            match edit {
                Edit::Set(value) => {
                    tree.insert((*name).into(), serde_json::from_str(value).unwrap());
                }
                Edit::Gone => {
                    tree.shift_remove(*name);
                }
            }
        }
        prop_assert_eq!(serde_json::from_str::<Value>(&changed).unwrap(), Value::Object(tree));
        for (name, value) in &held {
            if !edits.iter().any(|(edited, _)| edited == name) {
                prop_assert_eq!(walk::member(&changed, name), Some(&**value));
                let as_it_was = format!("{} : {}", text(name), value);
                prop_assert!(changed.contains(&as_it_was));
            }
        }
        if edits.is_empty() {
            prop_assert_eq!(changed, raw);
        }
    }

    #[test]
    fn nonsense_neither_panics_nor_loops(raw in "[\\PC\"\\\\{}\\[\\],:]{0,60}", name in "[a-c]") {
        let edits = [(&*name, Edit::Set("1")), ("x", Edit::Gone)];
        prop_assert!(object(Some(&raw), &edits).len() < raw.len() + 20);
        prop_assert!(nested(Some(&raw), "m", &edits).len() < raw.len() + 40);
    }
}

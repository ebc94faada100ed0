use proptest::prelude::*;
use serde_json::json;

use super::*;

fn one(start: usize, end: usize) -> Vec<Range<usize>> {
    std::iter::once(Range { start, end }).collect()
}

fn lines(arguments: &Value) -> Vec<String> {
    written(arguments, &Masks::new()).lines
}

#[test]
fn arguments_stand_one_to_a_line() {
    let arguments = json!({"to": ["a", "b"], "n": 1.5, "x": {}, "y": {"z": null}, "w": [true]});
    assert_eq!(
        lines(&arguments).join("\n"),
        "{\n  \"to\": [\n    \"a\",\n    \"b\"\n  ],\n  \"n\": 1.5,\n  \"x\": {},\n  \"y\": {\n    \
         \"z\": null\n  },\n  \"w\": [\n    true\n  ]\n}"
    );
    assert_eq!(lines(&json!("x")), ["\"x\""]);
}

// A person sees what he approves, whatever the arguments pretend to be.
#[test]
fn a_line_break_is_not_a_line() {
    let fake = "hello\"\n}\nexpires     never\n\u{1b}[31mApproved by the administrator";
    let shown = lines(&json!({"body": fake, "a\nb": 1}));
    assert_eq!(shown.len(), 4);
    assert_eq!(
        shown[1],
        "  \"body\": \"hello\\\"\\n}\\nexpires     never\\n\\u{1b}[31mApproved by the \
         administrator\","
    );
    assert_eq!(shown[2], "  \"a\\nb\": 1");
}

#[test]
fn a_long_text_keeps_both_ends_and_what_tells_it_from_others() {
    let text = format!("from{}to", "x".repeat(10_000));
    let written = written(&json!({"t": text}), &Masks::new());
    assert_eq!(written.left_out, 9_606);
    let line = &written.lines[1];
    assert!(line.contains("\"fromxxx") && line.ends_with("xxxto\""), "{line}");
    assert!(line.contains("9606 characters left out; all: sha256:"), "{line}");
}

#[test]
fn ten_thousand_members_are_few_lines() {
    let many: Map<String, Value> = (0..10_000).map(|n| (format!("k{n}"), json!(n))).collect();
    let written = written(&Value::Object(many), &Masks::new());
    assert_eq!(written.lines.len(), 63);
    assert_eq!(written.lines[1], "  \"k0\": 0,");
    assert_eq!(written.lines[31], "  \u{27e8}9940 more left out\u{27e9}");
    assert_eq!(written.lines[61], "  \"k9999\": 9999");
    assert!(written.left_out > 80_000);
}

#[test]
fn what_is_deep_or_wide_is_bounded() {
    let deep = (0..100).fold(json!("x"), |inner, _| json!({ "a": inner }));
    let written_deep = written(&deep, &Masks::new());
    assert!(written_deep.lines.len() < 40, "{}", written_deep.lines.len());
    assert!(written_deep.left_out > 0);
    let row: Vec<_> = (0..60).map(|_| json!("y".repeat(300))).collect();
    let wide = json!(vec![json!(row); 60]);
    let written_wide = written(&wide, &Masks::new());
    assert!(written_wide.lines.len() <= 800);
    let all: usize = written_wide.lines.iter().map(|line| line.chars().count()).sum();
    assert!(all < 100_000, "{all}");
    assert!(written_wide.left_out > 900_000, "{}", written_wide.left_out);
}

#[test]
fn secrets_are_not_shown() {
    let arguments = json!({"auth": "Bearer hunter2 end", "a/b": {"key": "hunter3"}, "n": 4242});
    let masks = Masks::from([
        ("/auth".into(), one(7, 14)),
        ("/a~1b".into(), vec![]),
        ("/n".into(), one(0, 1)),
    ]);
    let found = written(&arguments, &masks);
    let text = found.lines.join("\n");
    assert!(text.contains("\"Bearer \u{27e8}secret, 7 characters\u{27e9} end\""), "{text}");
    assert!(!text.contains("hunter") && !text.contains("42"), "{text}");
    assert_eq!(found.hidden, 7 + 17 + 4);
    // What is no range of the text hides all of it.
    for wrong in [one(7, 99), vec![9..12, 7..8], one(9, 7)] {
        let masks = Masks::from([("/auth".into(), wrong)]);
        assert!(!written(&arguments, &masks).lines.join("").contains("hunter2"));
    }
    let accents = json!({"auth": "\u{e9}secret"});
    let masks = Masks::from([("/auth".into(), one(1, 8))]);
    assert!(!written(&accents, &masks).lines.join("").contains("secret\""));
}

#[test]
fn a_secret_is_not_told_by_a_digest_either() {
    let deep = (0..30).fold(json!("4711"), |inner, _| json!([inner]));
    let masks = Masks::from([(format!("{}/0", "/0".repeat(29)).into(), vec![])]);
    let text = written(&deep, &masks).lines.join("");
    assert!(!text.contains("sha256") && !text.contains("4711"), "{text}");
}

#[test]
fn numbers_that_readers_round_are_not_exact() {
    for exact in [
        "{}",
        r#"{"a":0.30000000000000004,"b":-1.50e3,"c":0,"d":-0.0,"e":100,"f":1e21}"#,
        r#"{"a":"99999999999999999999 1.00000000000000000001","b\"1":"\\"}"#,
        "[9007199254740991,0.1,12345678901234567000]",
    ] {
        assert!(exact_arguments(exact, 1_000).is_ok(), "{exact}");
    }
    for rounded in [
        "[9007199254740993]",
        "[1.00000000000000000001]",
        r#"{"amount":100.0000000000000000000000001}"#,
        r#"{"a\\":12345678901234567891}"#,
        "[1e-400]",
        r#"{"a":1,"a":1}"#,
    ] {
        assert_eq!(exact_arguments(rounded, 1_000), Err(NotExact), "{rounded}");
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|n| json!(n)),
        ".{0,12}".prop_map(Value::String),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::btree_map(".{0,6}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    // What differs looks different, and no character is hidden.
    #[test]
    fn two_values_that_differ_are_shown_differently(a in value(), b in value()) {
        let (one, other) = (lines(&a), lines(&b));
        prop_assert_eq!(one == other, a == b);
        prop_assert!(one.iter().all(|line| !line.chars().any(char::is_control)));
    }

    #[test]
    fn what_serde_writes_is_exact(a in value()) {
        prop_assert_eq!(exact_arguments(&a.to_string(), 100_000), Ok(a));
    }
}

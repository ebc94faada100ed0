use proptest::prelude::*;

use super::*;

#[track_caller]
fn refused(text: &str) -> FrameError {
    check(text, 8).expect_err("the text should be refused")
}

#[test]
fn members_are_returned_with_their_ranges() {
    let text = r#" {"id": 1, "params" : {"a":[1,2,{}]}, "x\u0041":"y" } "#;
    let members = check(text, 8).unwrap();
    let seen: Vec<_> =
        members.iter().map(|(name, at)| (&**name, text.get(at.clone()).unwrap())).collect();
    assert_eq!(seen, [("id", "1"), ("params", r#"{"a":[1,2,{}]}"#), ("xA", "\"y\"")]);
}

#[test]
fn a_member_twice_is_refused_at_any_depth_and_in_any_spelling() {
    for text in
        [r#"{"a":1,"a":2}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":[{"b":{"name":1,"n\u0061me":2}}]}"#]
    {
        assert!(matches!(refused(text), FrameError::DuplicateMember { .. }), "{text}");
    }
    assert!(check(r#"{"a":{"a":{"a":1}},"b":{"a":1}}"#, 8).is_ok());
}

#[test]
fn a_member_twice_is_found_among_thousands() {
    let many: Vec<_> = (0..5000).map(|n| format!(r#""k{n}":{{"k{n}":0}}"#)).collect();
    let fine = format!("{{{}}}", many.join(","));
    assert_eq!(check(&fine, 8).unwrap().len(), 5000);
    let twice = format!("{{{},\"k7\":1}}", many.join(","));
    assert!(matches!(refused(&twice), FrameError::DuplicateMember { .. }));
}

#[test]
fn depth_is_counted_and_not_stacked() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(refused(&deep), FrameError::TooDeep);
    assert!(check(r#"{"a":[[[[[[[1]]]]]]]}"#, 8).is_ok());
    assert_eq!(refused(r#"{"a":[[[[[[[[1]]]]]]]]}"#), FrameError::TooDeep);
}

#[test]
fn what_other_parsers_may_read_differently_is_refused() {
    for text in [
        "{} {}",
        "{},",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":NaN}",
        "{\"a\":'b'}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\":[1,]}",
        "{\"a\" 1}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\ud800\\u0041\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":tru}",
        "{\"a\":1",
        "{\"a\":\"b",
        "{",
        "\u{feff}{}",
        "{\"a\":-}",
        "{\"a\":1e}",
        "/**/{}",
        "{\"a\":[}",
        "{\"a\":[,1]}",
        "{,}",
    ] {
        assert!(check(text, 8).is_err(), "{text}");
    }
    assert_eq!(refused("[{}]"), FrameError::Batch);
    assert_eq!(refused("1"), FrameError::NotAnObject);
    assert_eq!(refused(""), FrameError::NotAnObject);
}

#[test]
fn an_object_that_is_read_whole_is_one_that_is_checked() {
    let deep = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    for text in [r#"{"a":1,"\u0061":2}"#, "[]", "1", "", "{} {}", "{\"a\":1e999}", &deep(200)] {
        assert_eq!(read_object(text.as_bytes()), Err(NotAlike), "{text}");
    }
    assert_eq!(read_object(b"{\"a\":\"\xff\"}"), Err(NotAlike));
    let read = read_object(br#" {"a":{"a":[1,"x",null]}} "#);
    assert_eq!(read, Ok(serde_json::json!({"a": {"a": [1, "x", null]}})));
    assert!(read_object(deep(100).as_bytes()).is_ok());
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_json_with_the_same_members(text in "\\PC{0,80}") {
        if let Ok(members) = check(&text, 8) {
            let value: Value = serde_json::from_str(&text).unwrap();
            let object = value.as_object().unwrap();
            prop_assert_eq!(object.len(), members.len());
        }
    }

    #[test]
    fn mutated_json_is_accepted_only_if_serde_accepts_it(
        cut in 0usize..60, byte in any::<u8>(),
    ) {
        let mut bytes = br#"{"jsonrpc":"2.0","id":7,"params":{"a":[1,-2.5e3,"\u00e9"]}}"#.to_vec();
        let at = cut % bytes.len();
        bytes[at] = byte;
        if let Ok(text) = std::str::from_utf8(&bytes)
            && let Ok(members) = check(text, 8)
        {
            let value: Value = serde_json::from_str(text).unwrap();
            for (name, range) in members {
                let own: Value = serde_json::from_str(text.get(range).unwrap()).unwrap();
                prop_assert_eq!(&own, &value[&*name]);
            }
        }
    }
}

use proptest::prelude::*;

use super::*;

fn compiled(schema: &Value) -> ToolSchema {
    ToolSchema::compile(schema).expect("a schema")
}

fn whats(schema: &Value, args: &Value) -> Vec<(String, &'static str)> {
    compiled(schema).check(args).into_iter().map(|it| (it.at.into(), it.what)).collect()
}

/// Definitions of tools of real published servers.
fn definitions() -> Vec<Value> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/detect/tools/benign.jsonl");
    let text = std::fs::read_to_string(file).expect("the corpus");
    text.lines().map(|line| serde_json::from_str(line).expect("a definition")).collect()
}

// The schemas of ordinary tools are usable.
#[test]
fn the_schemas_of_published_tools_compile() {
    let all = definitions();
    // Some lists of tools give names of parameters instead; that is no schema on any wire.
    let with = all.iter().filter(|it| it.get("input_schema").is_some_and(Value::is_object));
    let mut count = 0;
    let mut refused = Vec::new();
    for definition in with {
        count += 1;
        if let Err(error) = ToolSchema::compile(&definition["input_schema"]) {
            refused.push(format!("{} {}: {error}", definition["server"], definition["name"]));
        }
    }
    assert!(count > 1000, "{count} definitions");
    assert!(refused.is_empty(), "{} of {count}: {refused:#?}", refused.len());
}

// Arguments are held against the schema that was pinned.
#[test]
fn arguments_keep_to_the_schema_or_are_told_where_not() {
    let schema = json!({"type": "object", "properties": {"path": {"type": "string", "maxLength": 5},
        "list": {"type": "array", "items": {"type": "boolean"}}}, "required": ["path"], "additionalProperties": false});
    assert!(whats(&schema, &json!({"path": "a"})).is_empty());
    assert_eq!(whats(&schema, &json!({"path": 1})), [("/path".into(), "schema")]);
    assert_eq!(
        whats(&schema, &json!({"path": "a", "list": [true, 1]})),
        [("/list/1".into(), "schema")]
    );
    assert_eq!(whats(&schema, &json!({})), [(String::new(), "schema")]);
    assert_eq!(whats(&schema, &Value::Null), [(String::new(), "schema")]);
    assert_eq!(whats(&schema, &json!([])), [(String::new(), "schema")]);
    assert_eq!(whats(&schema, &json!({"path": "a", "Path": "b"})).len(), 1);
    let many: Vec<u8> = vec![0; 100];
    assert_eq!(whats(&schema, &json!({"path": "a", "list": many})).len(), MOST_BREACHES);
    let none = ToolSchema::none().expect("a schema");
    assert!(none.check(&Value::Null).is_empty() && none.check(&json!({})).is_empty());
    assert_eq!(none.check(&json!({"x": 1})).len(), 1);
}

#[test]
fn what_can_only_be_meant_in_one_way_is_repaired() {
    let schema = json!({"type": "object", "properties": {"n": {"type": "number", "minimum": 0, "exclusiveMinimum": true},
        "e": {"type": {"A": 2, "B": 3}}, "required": ["n"]}});
    assert!(whats(&schema, &json!({"n": 1, "e": 2})).is_empty());
    assert_eq!(whats(&schema, &json!({"n": 0, "e": 2})).len(), 1);
    assert_eq!(whats(&schema, &json!({"n": 1, "e": 4})).len(), 1);
    assert_eq!(whats(&schema, &json!({})).len(), 1);
    let fourth = json!({"$schema": "http://json-schema.org/draft-04/schema#", "type": "object",
        "properties": {"n": {"minimum": 0, "exclusiveMinimum": true}}});
    assert_eq!(whats(&fourth, &json!({"n": 0})).len(), 1);
}

#[test]
fn a_draft_is_honoured() {
    // `items` as a list means something in draft 7 and nothing in 2020-12.
    let list = json!({"items": [{"type": "string"}], "additionalItems": false});
    let mut schema = json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"a": list}});
    assert_eq!(whats(&schema, &json!({"a": ["x", "y"]})).len(), 1);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["properties"]["a"] = json!({"prefixItems": [{"type": "string"}], "items": false});
    assert_eq!(whats(&schema, &json!({"a": ["x", "y"]})).len(), 1);
    // A format is an annotation.
    let format = json!({"properties": {"a": {"type": "string", "format": "email"}}});
    assert!(whats(&format, &json!({"a": "nobody"})).is_empty());
}

// A schema that leads out, costs too much or may never end is none.
#[test]
fn hostile_schemas_are_refused() {
    let refs: Vec<Value> = vec![
        json!("https://evil.test/x.json"),
        json!("other.json"),
        json!("file:///etc/passwd"),
        json!("//evil.test"),
        json!("#/nowhere"),
        json!("#nowhere"),
        json!(5),
        json!("x#/$defs/a"),
        json!("#/%zz"),
    ];
    let mut hostile: Vec<Value> =
        refs.iter().map(|it| json!({"properties": {"a": {"$ref": it}}})).collect();
    hostile.extend([
        json!(true), json!([]), json!(null), json!("x"), json!({"type": "string"}), json!({"type": ["object", "null"]}),
        json!({"$ref": "#"}), json!({"allOf": [{"$ref": "#"}]}), json!({"not": {"$ref": "#"}}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "properties": {"x": {"$ref": "#/$defs/a"}}}),
        json!({"properties": {"a": {"$id": "https://evil.test/", "$ref": "#/x"}}}),
        json!({"properties": {"a": {"$id": "x", "type": "string"}}}), json!({"$schema": "https://evil.test/schema"}),
        json!({"$dynamicRef": "https://evil.test"}), json!({"$recursiveRef": "x"}), json!({"$schema": 5}),
        json!({"properties": {"a": {"pattern": "(?=a)b"}}}), json!({"properties": {"a": {"pattern": "(a)\\1"}}}),
        json!({"properties": {"a": {"pattern": "a".repeat(2000)}}}), json!({"properties": {"a": {"pattern": "("}}}),
        json!({"properties": {"a": {"pattern": "(((a{500}){500}){500})"}}}), json!({"patternProperties": {"(": {}}}),
        json!({"properties": {"a": {"type": "strnig"}}}), json!({"properties": 5}), json!({"required": "a"}),
        json!({"description": "x".repeat(300 * 1024)}), json!({"enum": vec![0; 200_000]}),
    ]);
    let mut deep = json!({});
    for _ in 0..70 {
        deep = json!({"not": deep});
    }
    hostile.push(deep);
    hostile.push(json!({"anyOf": vec![json!({}); 10_001]}));
    hostile.push(json!({"anyOf": (0..300).map(|it| json!({"pattern": format!("a{it}")})).collect::<Vec<_>>()}));
    // Each doubles the next.
    let mut doubling = serde_json::Map::new();
    for at in 0..30 {
        let next = json!({"$ref": format!("#/$defs/d{}", at + 1)});
        doubling.insert(format!("d{at}"), json!({"allOf": [next, next]}));
    }
    doubling.insert("d30".into(), json!({}));
    hostile.push(json!({"$defs": doubling, "$ref": "#/$defs/d0"}));
    let chain = |at: usize| (format!("c{at}"), json!({"$ref": format!("#/$defs/c{}", at + 1)}));
    let mut chain: serde_json::Map<_, _> = (0..40).map(chain).collect();
    chain.insert("c40".into(), json!({}));
    hostile.push(json!({"$defs": chain, "properties": {"a": {"$ref": "#/$defs/c0"}}}));
    for schema in &hostile {
        let text: String = schema.to_string().chars().take(200).collect();
        assert!(ToolSchema::compile(schema).is_err(), "{text}");
    }
}

// What a schema that refers to itself costs is bounded by how deep arguments may be.
#[test]
fn schemas_that_double_with_depth_bound_the_depth() {
    let tree = json!({"$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
        "properties": {"a": {"$ref": "#/$defs/node"}}});
    assert_eq!(compiled(&tree).most_depth, 64);
    let doubling = json!({"allOf": [{"properties": {"a": {"$ref": "#"}}}, {"properties": {"a": {"$ref": "#"}}}]});
    let schema = compiled(&doubling);
    assert!((4..20).contains(&schema.most_depth), "{}", schema.most_depth);
    let nested = |depth| (0..depth).fold(json!({}), |inner, _| json!({"a": inner}));
    assert!(schema.check(&nested(3)).is_empty());
    assert_eq!(schema.check(&nested(60)).len(), 1);
    // Any JSON, as many a tool describes it.
    let any = json!({"$defs": {"json": {"anyOf": [{"type": ["string", "number", "boolean", "null"]},
        {"type": "array", "items": {"$ref": "#/$defs/json"}},
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/json"}}]}},
        "properties": {"data": {"$ref": "#/$defs/json"}}});
    assert!(compiled(&any).most_depth > 20, "{}", compiled(&any).most_depth);
}

// A number that the server may read as another one is a breach.
#[test]
fn numbers_that_readers_differ_about_are_breaches() {
    let schema = json!({"properties": {"n": {"$ref": "#/$defs/n"}, "f": {"type": "number"}, "l": {"items": {"type": "integer"}},
        "m": {"anyOf": [{"type": "null"}, {"type": "integer"}]}, "e": {"type": ["integer", "number"]}},
        "$defs": {"n": {"type": "integer"}}});
    let check = |text: &str, breaches: usize| {
        let args = serde_json::from_str(text).expect("arguments");
        let found = whats(&schema, &args);
        assert_eq!(found.len(), breaches, "{text} {found:?}");
    };
    check(r#"{"n": 1, "f": 1.0, "l": [1], "m": null, "e": 1.0}"#, 0);
    check(r#"{"n": 9007199254740992, "f": 1e300}"#, 0);
    for number in [
        "1.0",
        "-0",
        "-0.0",
        "1e2",
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551616",
        "1E0",
    ] {
        check(&format!("{{\"n\": {number}}}"), 1);
        check(&format!("{{\"l\": [1, {number}]}}"), 1);
        check(&format!("{{\"m\": {number}}}"), 1);
        check(&format!("{{\"f\": {number}, \"other\": {number}}}"), 0);
    }
}

#[test]
fn a_text_tells_which_numbers_are_rounded() {
    let at = |text: &str| inexact_numbers(text).join(" ");
    assert_eq!(at(r#"{"a": 1, "b": [1.5, 1e3, -0.25], "c/d": 1000.00}"#), "");
    assert_eq!(at(r#"{"a": 1000.0000000000000001, "b": [18446744073709551617]}"#), "/a /b/0");
    assert_eq!(at(r#"{"c/d": 0.1000000000000000055}"#), "/c~1d");
    assert_eq!(inexact_numbers("{\"a\": 1e400}"), ["/a".into()]);
    assert_eq!(inexact_numbers("{").len(), 1);
    // A lone half of a pair is no text; the reader of messages has refused it before.
    assert!(serde_json::from_str::<Value>(r#"{"a": "\ud800"}"#).is_err());
}

proptest! {
    // Whatever a schema and arguments are, there is an answer, and it is the same again.
    #[test]
    fn any_schema_has_an_answer(schema in schemas(), args in values()) {
        if let Ok(compiled) = ToolSchema::compile(&schema) {
            prop_assert_eq!(compiled.check(&args), compiled.check(&args));
        }
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<i64>().prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from)
    ];
    leaf.prop_recursive(6, 32, 3, |inner| {
        let members = proptest::collection::hash_map("[a-b]", inner.clone(), 0..3);
        prop_oneof![
            proptest::collection::vec(inner, 0..3).prop_map(Value::from),
            members.prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!({"$ref": "#"})),
        Just(json!({"$ref": "#/$defs/a"})),
        Just(json!(false)),
        Just(json!({"type": "integer"})),
        Just(json!({"pattern": "a+"})),
        Just(json!({"const": 1})),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({"allOf": [a, b]})),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| json!({"properties": {"a": a, "b": b}})),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| json!({"$defs": {"a": a}, "additionalProperties": b})),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({"if": a, "then": b})),
            inner.clone().prop_map(|it| json!({"items": it, "unevaluatedProperties": false})),
            inner.prop_map(|it| json!({"not": it})),
        ]
    })
}

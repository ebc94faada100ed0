use super::*;

const SCHEMA: &str = r#"{"type":"object","properties":{
    "region":{"type":"string","description":"x","x-mcp-header":"Region"},
    "query":{"type":"string"},
    "options":{"type":"object","properties":{
        "dry":{"type":"boolean","x-mcp-header":"Dry-Run"},
        "count":{"type":["integer","null"],"x-mcp-header":"Count"}}}},
    "required":["region"]}"#;

fn params(arguments: &str) -> String {
    format!(
        r#"{{"name":"execute_sql","arguments":{arguments},"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}}"#
    )
}

fn headers(more: &[(&str, &[u8])]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in more {
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value).unwrap(),
        );
    }
    headers
}

/// Checks a call of `execute_sql` with these headers beside the revision.
#[track_caller]
fn call(arguments: &str, more: &[(&str, &[u8])]) -> Result<(), (String, Why)> {
    let mut headers = headers(more);
    headers.entry(REVISION).or_insert(HeaderValue::from_static("2026-07-28"));
    let declared = Params::of_schema(SCHEMA).unwrap();
    check(&headers, "tools/call", Some(&params(arguments)), Some(&declared))
        .map_err(|mismatch| (mismatch.header.to_string(), mismatch.why))
}

const BASE: [(&str, &[u8]); 2] = [("Mcp-Method", b"tools/call"), ("Mcp-Name", b"execute_sql")];

#[track_caller]
fn with(arguments: &str, more: &[(&str, &[u8])], expected: Result<(), (&str, Why)>) {
    let all: Vec<_> = BASE.iter().chain(more).copied().collect();
    let expected = expected.map_err(|(header, why)| (header.to_owned(), why));
    assert_eq!(call(arguments, &all), expected, "{arguments} {more:?}");
}

#[test]
fn the_example_of_the_specification_passes() {
    with(r#"{"region":"us-west1","query":"SELECT"}"#, &[("Mcp-Param-Region", b"us-west1")], Ok(()));
}

#[test]
fn standard_headers_are_there_once_and_say_what_the_body_says() {
    let wrong = |more: &[(&str, &[u8])], header: &str, why| {
        assert_eq!(call("{}", more), Err((header.to_owned(), why)), "{more:?}");
    };
    let [method, name] = BASE;
    assert_eq!(call("{}", &[method, name]), Ok(()));
    assert_eq!(
        call("{}", &[("MCP-METHOD", b" tools/call\t"), ("mcp-name", b"  execute_sql ")]),
        Ok(())
    );
    assert_eq!(call("{}", &[method, ("Mcp-Name", b"=?base64?ZXhlY3V0ZV9zcWw=?=")]), Ok(()));
    wrong(&[name], "mcp-method", Why::Missing);
    wrong(&[method], "mcp-name", Why::Missing);
    wrong(&[("Mcp-Method", b"TOOLS/CALL"), name], "mcp-method", Why::Differs);
    wrong(&[("Mcp-Method", b"prompts/get"), name], "mcp-method", Why::Differs);
    wrong(&[method, ("Mcp-Name", b"foo")], "mcp-name", Why::Differs);
    wrong(&[method, ("Mcp-Name", b"")], "mcp-name", Why::Differs);
    wrong(&[method, name, name], "mcp-name", Why::Twice);
    wrong(&[method, method, name], "mcp-method", Why::Twice);
    wrong(&[method, ("Mcp-Name", b"=?base64?ZXhlY3V0ZV9zcWw?=")], "mcp-name", Why::Malformed);
    wrong(&[method, ("Mcp-Name", b"execute_sql\xff")], "mcp-name", Why::Malformed);
    wrong(&[("Mcp-Method", b"=?base64?dG9vbHMvY2FsbA==?="), name], "mcp-method", Why::Differs);
    wrong(
        &[method, name, ("mcp-protocol-version", b"2025-11-25")],
        "mcp-protocol-version",
        Why::Differs,
    );
}

#[test]
fn the_revision_is_there_and_is_that_of_the_body() {
    let body = params("{}");
    let check = |more: &[(&str, &[u8])]| {
        let all: Vec<_> = BASE.iter().chain(more).copied().collect();
        check(&headers(&all), "tools/call", Some(&body), None).map_err(|mismatch| mismatch.why)
    };
    assert_eq!(check(&[("MCP-Protocol-Version", b"2026-07-28")]), Ok(()));
    assert_eq!(check(&[("MCP-Protocol-Version", b"2025-11-25")]), Err(Why::Differs));
    assert_eq!(check(&[]), Err(Why::Missing));
}

#[test]
fn each_method_names_what_the_specification_says() {
    let params = r#"{"name":"n","uri":"file:///caf\u00e9","taskId":"t"}"#;
    for (method, name) in [
        ("tools/call", Some("n")),
        ("prompts/get", Some("n")),
        ("resources/read", Some("file:///café")),
        ("tasks/get", Some("t")),
        ("tasks/update", Some("t")),
        ("tasks/cancel", Some("t")),
        ("tools/list", None),
        ("completion/complete", None),
        ("no/method", None),
    ] {
        let expected = expected(method, Some(params));
        assert_eq!(expected.name.as_deref(), name, "{method}");
        let mut written = headers(&[("mcp-protocol-version", b"2026-07-28")]);
        expected.write(&mut written);
        assert_eq!(check(&written, method, Some(params), None), Ok(()), "{method}");
    }
    let mut headers = headers(&[("mcp-protocol-version", b"1"), ("mcp-method", b"tasks/get")]);
    assert_eq!(check(&headers, "tasks/get", Some(params), None), Ok(()));
    headers.insert(NAME, HeaderValue::from_static("u"));
    assert!(check(&headers, "tasks/get", Some(params), None).is_err());
}

#[test]
fn arguments_are_repeated_exactly() {
    let region: (&str, &[u8]) = ("Mcp-Param-Region", b"eu");
    with(r#"{"region":"eu"}"#, &[], Err(("mcp-param-region", Why::Missing)));
    with(r#"{"region":"eu"}"#, &[region], Ok(()));
    with(r#"{"region":"e\u0075"}"#, &[region], Ok(()));
    with(r#"{"region":"us"}"#, &[region], Err(("mcp-param-region", Why::Differs)));
    with(r#"{"region":"eu"}"#, &[region, region], Err(("mcp-param-region", Why::Twice)));
    for absent in ["{}", r#"{"region":null}"#, r#"{"options":{"region":"eu"}}"#] {
        with(absent, &[], Ok(()));
        with(absent, &[region], Err(("mcp-param-region", Why::Unexpected)));
    }
    with(r#"{"region":""}"#, &[("Mcp-Param-Region", b"")], Ok(()));
    with(r#"{"region":{"a":1}}"#, &[region], Err(("mcp-param-region", Why::Differs)));
    with(
        r#"{"region":"日本語"}"#,
        &[("Mcp-Param-Region", "=?base64?5pel5pys6Kqe?=".as_bytes())],
        Ok(()),
    );
    with(
        r#"{"region":"日本語"}"#,
        &[("Mcp-Param-Region", "日本語".as_bytes())],
        Err(("mcp-param-region", Why::Malformed)),
    );
    with("{}", &[("Mcp-Param-Unknown", b"\xff")], Ok(()));
}

#[test]
fn numbers_are_compared_as_numbers_and_nested_arguments_are_found() {
    let count = |body: &str, header: &[u8], expected| {
        with(
            &format!(r#"{{"options":{{"count":{body}}}}}"#),
            &[("mcp-param-count", header)],
            expected,
        );
    };
    count("42", b"42", Ok(()));
    count("42", b"42.0", Ok(()));
    count("42.0", b"42", Ok(()));
    count("42", b"43", Err(("mcp-param-count", Why::Differs)));
    count("4.2", b"4.2", Err(("mcp-param-count", Why::Differs)));
    count("9007199254740993", b"9007199254740993", Err(("mcp-param-count", Why::Differs)));
    count(r#""42""#, b"42.0", Err(("mcp-param-count", Why::Differs)));
    with(r#"{"options":{"dry":true}}"#, &[("mcp-param-dry-run", b"true")], Ok(()));
    with(
        r#"{"options":{"dry":true}}"#,
        &[("mcp-param-dry-run", b"True")],
        Err(("mcp-param-dry-run", Why::Differs)),
    );
}

#[test]
fn headers_that_we_write_pass_our_own_check() {
    let declared = Params::of_schema(SCHEMA).unwrap();
    let arguments = r#"{"region":" padded ","options":{"dry":false,"count":4.2e1}}"#;
    let body = params(arguments);
    let mut headers = headers(&[("mcp-protocol-version", b"2026-07-28")]);
    expected("tools/call", Some(&body)).write(&mut headers);
    headers.extend(declared.headers(Some(arguments)).unwrap());
    assert_eq!(check(&headers, "tools/call", Some(&body), Some(&declared)), Ok(()));
    assert_eq!(headers["mcp-param-region"], "=?base64?IHBhZGRlZCA=?=");
    assert_eq!(headers["mcp-param-count"], "42");
    assert_eq!(headers["mcp-param-dry-run"], "false");
    assert_eq!(declared.headers(None), Ok(Vec::new()));
    for arguments in [r#"{"region":[]}"#, r#"{"region":{}}"#, r#"{"region":1.5}"#] {
        assert!(declared.headers(Some(arguments)).is_err());
    }
}

#[track_caller]
fn invalid(schema: &str, why: InvalidAnnotation) {
    assert_eq!(Params::of_schema(schema), Err(why), "{schema}");
}

#[test]
fn annotations_have_a_name_that_a_header_can_have() {
    let of = |name: &str| {
        format!(r#"{{"properties":{{"a":{{"type":"string","x-mcp-header":{name}}}}}}}"#)
    };
    for name in [
        r#""""#,
        r#""My Region""#,
        r#""Region:Primary""#,
        r#""Région""#,
        r#""Region\t1""#,
        r#""a\r\nb""#,
        r#""a\u0000""#,
        "1",
        "null",
        "[]",
    ] {
        invalid(&of(name), InvalidAnnotation::Name);
    }
    for name in [r#""Method""#, r#""!#$%&'*+-.^_`|~09AZaz""#] {
        assert!(!Params::of_schema(&of(name)).unwrap().is_empty(), "{name}");
    }
    let escaped = r#"{"properties":{"a":{"type":"string","x-mcp-head\u0065r":""}}}"#;
    invalid(escaped, InvalidAnnotation::Name);
    let twice = r#"{"properties":{"a":{"type":"string","x-mcp-header":"Region"},
        "b":{"properties":{"c":{"type":"string","x-mcp-header":"REGION"}}}}}"#;
    invalid(twice, InvalidAnnotation::Twice);
}

#[test]
fn annotations_are_on_integers_strings_and_booleans() {
    let of = |kind: &str| format!(r#"{{"properties":{{"a":{{{kind}"x-mcp-header":"A"}}}}}}"#);
    for kind in [r#""integer""#, r#""string""#, r#""boolean""#, r#"["string","null"]"#] {
        assert!(Params::of_schema(&of(&format!(r#""type":{kind},"#))).is_ok(), "{kind}");
    }
    for kind in [
        r#""number""#,
        r#""array""#,
        r#""object""#,
        r#""null""#,
        r#"["string","integer"]"#,
        r#"["null"]"#,
        "[]",
        "1",
    ] {
        invalid(&of(&format!(r#""type":{kind},"#)), InvalidAnnotation::Type);
    }
    invalid(&of(""), InvalidAnnotation::Type);
    invalid(&of(r##""$ref":"#/$defs/a","##), InvalidAnnotation::Type);
}

#[test]
fn annotations_stand_only_where_properties_alone_lead() {
    let annotated = r#"{"type":"string","x-mcp-header":"A"}"#;
    let inner = format!(r#"{{"properties":{{"a":{annotated}}}}}"#);
    for schema in [
        annotated.to_owned(),
        format!(r#"{{"items":{annotated}}}"#),
        format!(r#"{{"properties":{{"a":{{"type":"array","items":{annotated}}}}}}}"#),
        format!(r#"{{"prefixItems":[{inner}]}}"#),
        format!(r#"{{"anyOf":[{inner}]}}"#),
        format!(r#"{{"oneOf":[{inner}]}}"#),
        format!(r#"{{"allOf":[{inner}]}}"#),
        format!(r#"{{"not":{inner}}}"#),
        format!(r#"{{"if":{inner}}}"#),
        format!(r#"{{"then":{inner}}}"#),
        format!(r#"{{"else":{inner}}}"#),
        format!(r#"{{"$defs":{{"b":{inner}}}}}"#),
        format!(r#"{{"definitions":{{"b":{annotated}}}}}"#),
        format!(r#"{{"additionalProperties":{annotated}}}"#),
        format!(r#"{{"patternProperties":{{"b":{annotated}}}}}"#),
        format!(r#"{{"x-unknown":[[{annotated}]]}}"#),
    ] {
        invalid(&schema, InvalidAnnotation::Place);
    }
    assert!(Params::of_schema(&inner).is_ok());
}

#[test]
fn what_only_looks_like_an_annotation_is_none() {
    let schema = r#"{"properties":{
        "x-mcp-header":{"type":"number"},
        "a":{"type":"object","default":{"x-mcp-header":"A"},"enum":[{"x-mcp-header":"B"}],
            "const":{"x-mcp-header":""},"examples":[{"x-mcp-header":1}],
            "description":"x-mcp-header"}},
        "$defs":{"x-mcp-header":{"type":"array"}}}"#;
    assert_eq!(Params::of_schema(schema), Ok(Params::default()));
}

#[test]
fn hostile_schemas_are_bounded() {
    let deep = format!("{}\"x-mcp-header\"{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    invalid(&deep, InvalidAnnotation::Depth);
    let many: Vec<_> =
        (0..65).map(|n| format!(r#""p{n}":{{"type":"string","x-mcp-header":"P{n}"}}"#)).collect();
    invalid(&format!(r#"{{"properties":{{{}}}}}"#, many.join(",")), InvalidAnnotation::Many);
}

#[test]
fn a_mismatch_does_not_repeat_what_the_header_says() {
    let mismatch = Mismatch { header: NAME, why: Why::Differs };
    assert_eq!(mismatch.to_string(), "header mismatch: `mcp-name` does not match the body");
}

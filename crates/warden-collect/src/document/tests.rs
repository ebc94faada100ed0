use proptest::prelude::*;

use super::*;

#[track_caller]
fn parse(text: &str, format: Format) -> Document {
    Document::parse(text.as_bytes(), format).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// Checks what the value at a pointer covers.
#[track_caller]
fn covers(text: &str, format: Format, pointer: &str, source: &str) {
    let document = parse(text, format);
    let node = document.at(pointer).unwrap_or_else(|| panic!("{pointer} is missing in {text:?}"));
    assert_eq!(document.source(node.span.clone()), Some(source), "{pointer} in {text:?}");
}

#[track_caller]
fn fails(text: &[u8], format: Format, error: DocumentError) {
    assert_eq!(Document::parse(text, format).map(|document| document.root), Err(error));
}

/// The value without its places.
fn bare(node: &Node) -> serde_json::Value {
    match &node.kind {
        Kind::Object(members) => {
            members.iter().map(|member| (member.key.clone(), bare(&member.value))).collect()
        }
        Kind::Array(items) => items.iter().map(bare).collect(),
        Kind::String(text) => text.clone().into(),
        Kind::Number(text) => serde_json::json!({ "number": text }),
        Kind::Bool(truth) => (*truth).into(),
        Kind::Null => serde_json::Value::Null,
    }
}

fn every<'a>(node: &'a Node, visit: &mut dyn FnMut(&'a Node)) {
    visit(node);
    match &node.kind {
        Kind::Object(members) => members.iter().for_each(|member| every(&member.value, visit)),
        Kind::Array(items) => items.iter().for_each(|item| every(item, visit)),
        _ => {}
    }
}

const JSONC: &str = "\u{feff}{ // servers\n  'mcpServers': {\n    git: {\"command\": \"npx\", \"args\": [\"-y\", \"gît\",],},\n  },\n}";

#[test]
fn ranges_count_the_bytes_of_the_file_with_its_byte_order_mark() {
    covers(JSONC, Format::Jsonc, "/mcpServers/git/command", "\"npx\"");
    covers(JSONC, Format::Jsonc, "/mcpServers/git/args", "[\"-y\", \"gît\",]");
    let document = parse(JSONC, Format::Jsonc);
    let node = document.at("/mcpServers/git").unwrap();
    assert_eq!(document.position(node.span.start), Position { line: 3, column: 10 });
    assert_eq!(document.position(3), Position { line: 1, column: 1 });
}

#[test]
fn strict_json_takes_nothing_but_json() {
    for text in ["{}", "\u{feff}[1, -2.5e3, \"\\u00e9\", null]", " {\"a\": {\"b\": [true]}} "] {
        parse(text, Format::Json);
    }
    for text in ["{a: 1}", "[1,]", "// c\n1", "'a'", "[+1]", "[0x1]", "\"\u{1}\"", "[1 2]", "{} {}"]
    {
        assert!(Document::parse(text.as_bytes(), Format::Json).is_err(), "{text:?}");
    }
}

#[test]
fn lenient_json_is_not_careless() {
    for text in [
        "{",
        "[",
        "{\"a\"}",
        "{\"a\": }",
        "[,]",
        "{,}",
        "[1 2]",
        "{\"a\": 1 \"b\": 2}",
        "]",
        "a",
        "{}{}",
    ] {
        let outcome = Document::parse(text.as_bytes(), Format::Jsonc);
        assert!(matches!(outcome, Err(DocumentError::Syntax { .. })), "{text:?}: {outcome:?}");
    }
}

#[test]
fn a_syntax_error_has_its_line_and_column() {
    fails(
        b"{\n  \"a\": 1,\n  \"b\" 2\n}",
        Format::Jsonc,
        DocumentError::Syntax { line: 3, column: 7 },
    );
    fails(b"a = 1\nb = \n", Format::Toml, DocumentError::Syntax { line: 2, column: 5 });
}

#[test]
fn of_a_key_that_stands_twice_the_last_counts_and_it_is_noted() {
    let document =
        parse("{\"a\": 1, \"b\": {\"c\": 1, \"c\": 2}, \"a\": 3, \"a\": 4}", Format::Jsonc);
    assert_eq!(document.at("/a").and_then(Node::scalar), Some("4"));
    assert_eq!(document.at("/b/c").and_then(Node::scalar), Some("2"));
    let keys: Vec<_> = document.duplicates().iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys, ["c", "a"]);
}

#[test]
fn pointers_follow_rfc_6901() {
    let text = r#"{"a/b": [10, {"m~n": 1}], "": 2}"#;
    let document = parse(text, Format::Json);
    assert_eq!(document.at("/a~1b/1/m~0n").and_then(Node::scalar), Some("1"));
    assert_eq!(document.at("/").and_then(Node::scalar), Some("2"));
    assert_eq!(document.at(""), Some(document.root()));
    for wrong in ["a", "/a~1b/01", "/a~1b/+1", "/a~1b/2", "/a~1b/0/x"] {
        assert_eq!(document.at(wrong), None, "{wrong}");
    }
    assert_eq!(pointer_push("/x", "a/b~c"), "/x/a~1b~0c");
}

#[test]
fn a_hundred_thousand_brackets_are_too_deep_in_every_format() {
    let open = "[".repeat(100_000);
    let both = format!("{open}{}", "]".repeat(100_000));
    for text in [&open, &both] {
        fails(text.as_bytes(), Format::Json, DocumentError::TooDeep);
        fails(text.as_bytes(), Format::Jsonc, DocumentError::TooDeep);
        fails(text.as_bytes(), Format::Yaml, DocumentError::TooDeep);
        fails(format!("a = {text}").as_bytes(), Format::Toml, DocumentError::TooDeep);
    }
    fails("{\"a\":".repeat(100_000).as_bytes(), Format::Jsonc, DocumentError::TooDeep);
    fails("- ".repeat(100_000).as_bytes(), Format::Yaml, DocumentError::TooDeep);
    let at_the_cap = format!("{}{}", "[".repeat(DEPTH_CAP), "]".repeat(DEPTH_CAP));
    parse(&at_the_cap, Format::Json);
}

#[test]
fn bytes_that_are_not_utf_8_are_named_by_their_offset() {
    fails(b"{\"a\": \"\xff\"}", Format::Jsonc, DocumentError::Encoding { offset: 7 });
    fails(b"\xff\xfe{\0}\0", Format::Jsonc, DocumentError::Encoding { offset: 0 });
}

#[test]
fn nothing_is_empty() {
    for format in [Format::Json, Format::Jsonc, Format::Yaml] {
        fails(b"", format, DocumentError::Empty);
        fails(b"\xef\xbb\xbf \n", format, DocumentError::Empty);
    }
    fails(b"// nothing\n/* at all */", Format::Jsonc, DocumentError::Empty);
    fails(b"# nothing\n", Format::Yaml, DocumentError::Empty);
    // An empty file is a whole TOML document.
    assert_eq!(parse("", Format::Toml).root().members(), Some(&[][..]));
}

const TOML: &str = "\u{feff}title = 'é'\n[mcp_servers.git]\ncommand = \"uvx\" # why\nargs = [\n  \"a\", # b\n]\nenv = { K.L = \"v\" }\nport = 0x1F\n\n[mcp_servers.git.tools]\nx = 1979-05-27\n\n[[list]]\nn = 1\n[[list]]\nn = 2\n";

#[test]
fn toml_values_have_their_ranges() {
    covers(TOML, Format::Toml, "/title", "'é'");
    covers(TOML, Format::Toml, "/mcp_servers/git/command", "\"uvx\"");
    covers(TOML, Format::Toml, "/mcp_servers/git/args", "[\n  \"a\", # b\n]");
    covers(TOML, Format::Toml, "/mcp_servers/git/args/0", "\"a\"");
    covers(TOML, Format::Toml, "/mcp_servers/git/env", "{ K.L = \"v\" }");
    covers(TOML, Format::Toml, "/mcp_servers/git/env/K/L", "\"v\"");
    covers(TOML, Format::Toml, "/mcp_servers/git/tools", "[mcp_servers.git.tools]\nx = 1979-05-27");
    covers(TOML, Format::Toml, "/list/1", "[[list]]\nn = 2");
    let document = parse(TOML, Format::Toml);
    assert_eq!(document.at("/mcp_servers/git/port").and_then(Node::scalar), Some("0x1F"));
    assert_eq!(document.at("/mcp_servers/git/tools/x").and_then(Node::text), Some("1979-05-27"));
    let key =
        &document.at("/mcp_servers/git").and_then(|git| git.member("command")).unwrap().key_span;
    assert_eq!(document.source(key.clone()), Some("command"));
}

const YAML: &str = "\u{feff}# é\nname: gît # c\nargs:\n- -y\n- 'x'\nindented:\n    - a\n    - b: c\n      d: [e, {f: g}]\nlit: | # > no\n  one\n  two\n\nfold: >-\n  x\nnone:\nport: 8080\nyes: true\nlast: \"q\\n\"\n";

#[test]
fn yaml_values_have_their_ranges() {
    covers(YAML, Format::Yaml, "/name", "gît");
    covers(YAML, Format::Yaml, "/args", "- -y\n- 'x'");
    covers(YAML, Format::Yaml, "/args/0", "-y");
    covers(YAML, Format::Yaml, "/indented", "- a\n    - b: c\n      d: [e, {f: g}]");
    covers(YAML, Format::Yaml, "/indented/1", "b: c\n      d: [e, {f: g}]");
    covers(YAML, Format::Yaml, "/indented/1/d", "[e, {f: g}]");
    covers(YAML, Format::Yaml, "/indented/1/d/1", "{f: g}");
    covers(YAML, Format::Yaml, "/lit", "| # > no\n  one\n  two");
    covers(YAML, Format::Yaml, "/fold", ">-\n  x");
    covers(YAML, Format::Yaml, "/none", "");
    covers(YAML, Format::Yaml, "/last", "\"q\\n\"");
    let document = parse(YAML, Format::Yaml);
    assert_eq!(document.at("/none").map(|node| &node.kind), Some(&Kind::Null));
    assert_eq!(document.at("/port").map(|node| &node.kind), Some(&Kind::Number("8080".into())));
    assert_eq!(document.at("/yes").and_then(Node::truth), Some(true));
    assert_eq!(document.at("/lit").and_then(Node::text), Some("one\ntwo\n"));
}

#[test]
fn a_stream_of_yaml_documents_is_an_array() {
    covers("--- a\n---\nb: 1\n...\n", Format::Yaml, "/1", "b: 1");
    covers("--- a\n---\nb: 1\n...\n", Format::Yaml, "/0", "a");
}

#[test]
fn yaml_aliases_and_merges_are_copies_that_say_so() {
    let document =
        parse("base: &b {command: uvx, x: 1}\ngit:\n  <<: *b\n  x: 2\nsame: *b\n", Format::Yaml);
    assert_eq!(document.at("/git/command").and_then(Node::text), Some("uvx"));
    assert_eq!(document.at("/git/x").and_then(Node::scalar), Some("2"));
    assert!(document.at("/git/command").is_some_and(|node| node.shared));
    assert!(document.at("/same").is_some_and(|node| node.shared));
    assert!(!document.at("/git/x").is_some_and(|node| node.shared));
    assert_eq!(document.at("/git/<<"), None);
    covers("a: &b {c: d}\ne: *b\n", Format::Yaml, "/e", "*b");
}

#[test]
fn a_billion_laughs_end_in_an_error() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let items = format!("*a{}, ", level - 1).repeat(10);
        text = format!("{text}a{level}: &a{level} [{items}]\n");
    }
    fails(text.as_bytes(), Format::Yaml, DocumentError::TooLarge);
    let (open, close) = ("[".repeat(90), "]".repeat(90));
    let chain = format!("a0: &a0 {open}x{close}\na1: &a1 {open}*a0{close}\n");
    fails(chain.as_bytes(), Format::Yaml, DocumentError::TooDeep);
    let itself = Document::parse(b"a: &a [*a]\n", Format::Yaml);
    assert!(matches!(itself, Err(DocumentError::Syntax { .. })), "{itself:?}");
}

#[test]
fn every_prefix_of_a_file_is_refused_or_read() {
    for (text, format) in [(JSONC, Format::Jsonc), (TOML, Format::Toml), (YAML, Format::Yaml)] {
        for end in 0..text.len() {
            check(&text.as_bytes()[..end], format);
        }
    }
}

/// The properties that hold for every input.
fn check(bytes: &[u8], format: Format) {
    let Ok(document) = Document::parse(bytes, format) else { return };
    every(document.root(), &mut |node| {
        let source = document.source(node.span.clone());
        let source = source.unwrap_or_else(|| panic!("{:?} is out of {bytes:?}", node.span));
        if !node.shared && format != Format::Toml {
            reparses(source, node, format);
        }
        assert!(document.position(node.span.start).line > 0);
    });
}

/// A value that stands alone means the same. Blocks of YAML depend on their indentation.
fn reparses(source: &str, node: &Node, format: Format) {
    let plain = matches!(node.kind, Kind::String(_) | Kind::Number(_) | Kind::Bool(_));
    let one_line = plain && !source.contains(['\n', '\r', '|', '>', '&', '*', '!']);
    if format == Format::Yaml && !one_line {
        return;
    }
    let again = parse(source, format);
    assert_eq!(bare(again.root()), bare(node), "{source:?}");
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?[1-9][0-9]{0,3}",
        "\"[a-zé \\\\n]{0,6}\"".prop_map(|text| text.replace('\\', "\\\\")),
        "'[a-z]{0,3}'",
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| format!("[ {}]", items.join(" , "))),
            prop::collection::vec(("[a-c]{1,2}|\"[a-cé]{0,2}\"", inner), 0..5).prop_map(
                |members| {
                    let members: Vec<_> = members
                        .into_iter()
                        .map(|(key, value)| format!("{key}:{value} /* é */,"))
                        .collect();
                    format!("{{{}\n}}", members.join("// c\n"))
                }
            ),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_parser_panic(text in "[\\[\\]{}:,'\"\\\\#|>&*!\\-? \n\r\ta0.=é\u{feff}/<]{0,60}") {
        for format in [Format::Json, Format::Jsonc, Format::Toml, Format::Yaml] {
            check(text.as_bytes(), format);
        }
    }

    #[test]
    fn no_bytes_make_a_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for format in [Format::Json, Format::Jsonc, Format::Toml, Format::Yaml] {
            check(&bytes, format);
        }
    }

    #[test]
    fn every_range_of_json_holds_its_value(text in json()) {
        parse(&text, Format::Jsonc);
        check(text.as_bytes(), Format::Jsonc);
    }
}

use super::{style::quote, *};
use proptest::prelude::*;

const PROGRAM: &str = "/opt/my tools/mcpwarden";
const WORDS: &[&str] = &["run", "--name", "a \"b\"", "--"];

/// Puts the program in front, expects this text, and takes it away again.
#[track_caller]
fn check(format: Format, pointer: &str, before: &str, after: &str) {
    let edit = put_in_front(before.as_bytes(), format, pointer, PROGRAM, &["run", "--"]).unwrap();
    assert_eq!(String::from_utf8(edit.bytes.clone()).unwrap(), after);
    let back = take_away(&edit.bytes, format, pointer, &edit.slices).unwrap();
    assert_eq!(String::from_utf8(back).unwrap(), before);
}

#[test]
fn json_keeps_its_layout_and_its_comments() {
    check(
        Format::Jsonc,
        "/mcpServers/git",
        "\u{feff}{\r\n  // mine\r\n  \"mcpServers\": {\r\n    \"git\": {\r\n      \"command\": \"uvx\", // fast\r\n      \"args\": [\r\n        /* what */\r\n        \"mcp-server-git\",\r\n      ],\r\n      \"env\": {\"A\":\"b\"}\r\n    }\r\n  }\r\n}\r\n",
        "\u{feff}{\r\n  // mine\r\n  \"mcpServers\": {\r\n    \"git\": {\r\n      \"command\": \"/opt/my tools/mcpwarden\", // fast\r\n      \"args\": [\r\n        /* what */\r\n        \"run\",\r\n        \"--\",\r\n        \"uvx\",\r\n        \"mcp-server-git\",\r\n      ],\r\n      \"env\": {\"A\":\"b\"}\r\n    }\r\n  }\r\n}\r\n",
    );
    check(
        Format::Jsonc,
        "/s/a",
        "{'s':{'a':{'command':'x','args':['y','z']}}}",
        "{'s':{'a':{'command':\"/opt/my tools/mcpwarden\",'args':[\"run\",\"--\",\"x\",'y','z']}}}",
    );
    check(
        Format::Json,
        "/s/a",
        r#"{"s": {"a": {"command": "x", "args": []}}}"#,
        r#"{"s": {"a": {"command": "/opt/my tools/mcpwarden", "args": ["run", "--", "x"]}}}"#,
    );
}

#[test]
fn missing_arguments_are_written_like_the_command() {
    check(
        Format::Jsonc,
        "/s/a",
        "{\n\t\"s\": {\n\t\t\"a\": {\n\t\t\t\"command\": \"x\" // c\n\t\t}\n\t}\n}",
        "{\n\t\"s\": {\n\t\t\"a\": {\n\t\t\t\"command\": \"/opt/my tools/mcpwarden\",\n\t\t\t\"args\": [\n\t\t\t\t\"run\",\n\t\t\t\t\"--\",\n\t\t\t\t\"x\"\n\t\t\t] // c\n\t\t}\n\t}\n}",
    );
    check(
        Format::Jsonc,
        "/s/a",
        "{s:{a:{command:\"x\",env:{}}}}",
        "{s:{a:{command:\"/opt/my tools/mcpwarden\",args:[\"run\",\"--\",\"x\"],env:{}}}}",
    );
    check(
        Format::Json,
        "/s/a",
        r#"{"s":{"a":{"command":"x","args":null}}}"#,
        r#"{"s":{"a":{"command":"/opt/my tools/mcpwarden","args":["run", "--", "x"]}}}"#,
    );
    check(
        Format::Toml,
        "/mcp_servers/a",
        "[mcp_servers.a]\n  command = 'x' # c\n  env = { A = \"b\" }\n",
        "[mcp_servers.a]\n  command = \"/opt/my tools/mcpwarden\"\n  args = [\"run\", \"--\", \"x\"] # c\n  env = { A = \"b\" }\n",
    );
    check(
        Format::Toml,
        "/mcp_servers/a",
        "mcp_servers.a.command=\"x\"\nmcp_servers.a.enabled=true\n",
        "mcp_servers.a.command=\"/opt/my tools/mcpwarden\"\nmcp_servers.a.args=[\"run\",\"--\",\"x\"]\nmcp_servers.a.enabled=true\n",
    );
    check(
        Format::Toml,
        "/mcp_servers/a",
        "[mcp_servers]\na = { command = \"x\", enabled = true }\n",
        "[mcp_servers]\na = { command = \"/opt/my tools/mcpwarden\", args = [\"run\", \"--\", \"x\"], enabled = true }\n",
    );
    check(
        Format::Yaml,
        "/mcpServers/0",
        "mcpServers:\n  - command: x # c\n    name: a\n",
        "mcpServers:\n  - command: \"/opt/my tools/mcpwarden\"\n    args:\n      - \"run\"\n      - \"--\"\n      - \"x\" # c\n    name: a\n",
    );
    check(
        Format::Yaml,
        "/s/a",
        "s: {a: {command: x}}\n",
        "s: {a: {command: \"/opt/my tools/mcpwarden\", args: [\"run\", \"--\", \"x\"]}}\n",
    );
    check(
        Format::Yaml,
        "/s/a",
        "s:\n  a:\n    args:\n    command: x\n",
        "s:\n  a:\n    args: [\"run\", \"--\", \"x\"]\n    command: \"/opt/my tools/mcpwarden\"\n",
    );
}

#[test]
fn a_client_that_writes_its_file_anew_does_not_make_it_unknown() {
    let servers = serde_json::json!({"mcpServers": {
        "full": {"command": "x", "args": ["y"], "env": {}},
        "empty": {"type": "stdio", "command": "x", "args": [], "env": {"A": "b"}},
        "none": {"command": "x"},
    }});
    let before = serde_json::to_string_pretty(&servers).unwrap();
    for name in ["full", "empty", "none"] {
        let pointer = format!("/mcpServers/{name}");
        let edit =
            put_in_front(before.as_bytes(), Format::Jsonc, &pointer, PROGRAM, WORDS).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&edit.bytes).unwrap();
        let anew = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(anew, String::from_utf8(edit.bytes).unwrap());
        let back = take_away(anew.as_bytes(), Format::Jsonc, &pointer, &edit.slices).unwrap();
        assert_eq!(String::from_utf8(back).unwrap(), before);
    }
}

#[test]
fn a_line_that_is_one_list_gets_the_program_in_front() {
    check(
        Format::Jsonc,
        "/mcp/a",
        r#"{"mcp": {"a": {"type": "local", "command": ["npx", "-y", "x"]}}}"#,
        r#"{"mcp": {"a": {"type": "local", "command": ["/opt/my tools/mcpwarden", "run", "--", "npx", "-y", "x"]}}}"#,
    );
}

#[test]
fn a_command_that_is_an_object_is_edited_inside() {
    check(
        Format::Jsonc,
        "/context_servers/a",
        r#"{"context_servers": {"a": {"command": {"path": "x", "args": ["y"], "env": {}}}}}"#,
        r#"{"context_servers": {"a": {"command": {"path": "/opt/my tools/mcpwarden", "args": ["run", "--", "x", "y"], "env": {}}}}}"#,
    );
    check(
        Format::Jsonc,
        "/context_servers/a",
        r#"{"context_servers": {"a": {"command": {"path": "x"}}}}"#,
        r#"{"context_servers": {"a": {"command": {"path": "/opt/my tools/mcpwarden", "args": ["run", "--", "x"]}}}}"#,
    );
}

#[test]
fn toml_lists_keep_their_lines_and_comments() {
    check(
        Format::Toml,
        "/mcp_servers/1",
        "[[mcp_servers]]\nname = \"a\"\n\n[[mcp_servers]]\nname = \"b\"\ncommand = \"x\"\nargs = [\n    # first\n    \"-y\", # yes\n    'z',\n]\n",
        "[[mcp_servers]]\nname = \"a\"\n\n[[mcp_servers]]\nname = \"b\"\ncommand = \"/opt/my tools/mcpwarden\"\nargs = [\n    # first\n    \"run\",\n    \"--\",\n    \"x\",\n    \"-y\", # yes\n    'z',\n]\n",
    );
}

#[test]
fn yaml_lists_keep_their_indent() {
    check(
        Format::Yaml,
        "/extensions/a",
        "extensions:\n  a:\n    cmd: x\n    args:\n    - -y\n    - z # last\n    envs: {}\n",
        "extensions:\n  a:\n    cmd: \"/opt/my tools/mcpwarden\"\n    args:\n    - \"run\"\n    - \"--\"\n    - \"x\"\n    - -y\n    - z # last\n    envs: {}\n",
    );
    check(
        Format::Yaml,
        "/extensions/a",
        "extensions:\n  a:\n    cmd: >-\n      x\n    args: [ -y,\n            z ]\n",
        "extensions:\n  a:\n    cmd: \"/opt/my tools/mcpwarden\"\n    args: [ \"run\", \"--\", \"x\", -y,\n            z ]\n",
    );
    check(
        Format::Yaml,
        "/extensions/a",
        "extensions:\n  a:\n    cmd: x\n    args:\n      - -y",
        "extensions:\n  a:\n    cmd: \"/opt/my tools/mcpwarden\"\n    args:\n      - \"run\"\n      - \"--\"\n      - \"x\"\n      - -y",
    );
}

#[track_caller]
fn refused(format: Format, pointer: &str, text: &str, why: EditError) {
    let outcome = put_in_front(text.as_bytes(), format, pointer, PROGRAM, WORDS);
    assert_eq!(outcome.map(|edit| String::from_utf8(edit.bytes)), Err(why), "{text}");
}

#[test]
fn what_cannot_be_edited_alone_is_refused() {
    let shared =
        "base: &b\n  command: x\n  args: [y]\ns:\n  a: *b\n  c:\n    <<: *b\n    name: c\n";
    refused(Format::Yaml, "/s/a", shared, EditError::Shared);
    refused(Format::Yaml, "/s/c", shared, EditError::Shared);
    // The entry that others refer to is theirs as well.
    refused(Format::Yaml, "/base", shared, EditError::Verify);
    refused(Format::Json, "/s/b", r#"{"s":{"a":{}}}"#, EditError::Missing);
    refused(Format::Json, "/s/a", r#"{"s":{"a":{"url":"x"}}}"#, EditError::Shape);
    refused(Format::Json, "/s/a", r#"{"s":{"a":{"command":""}}}"#, EditError::Shape);
    refused(Format::Json, "/s/a", r#"{"s":{"a":{"command":[]}}}"#, EditError::Shape);
    refused(Format::Json, "/s/a", r#"{"s":{"a":{"command":"x","args":"y z"}}}"#, EditError::Shape);
    refused(Format::Json, "/s/a", r#"{"s":{"a":{"command":"x","args":[{}]}}}"#, EditError::Shape);
    refused(Format::Toml, "/m/a", "m = { a.command = \"x\" }\n", EditError::Verify);
}

#[test]
fn the_slices_are_swapped_back_after_edits_elsewhere() {
    let before = r#"{"s": {"a": {"command": "x", "args": ["y"]}}}"#;
    let edit = put_in_front(before.as_bytes(), Format::Jsonc, "/s/a", PROGRAM, WORDS).unwrap();
    let edited = String::from_utf8(edit.bytes).unwrap();
    let since = edited
        .replace("{\"s\":", "{\"new\": [1], // hello\n \"s\":")
        .replace("\"y\"]", "\"y\", \"z\"]");
    let back = take_away(since.as_bytes(), Format::Jsonc, "/s/a", &edit.slices).unwrap();
    assert_eq!(
        String::from_utf8(back).unwrap(),
        "{\"new\": [1], // hello\n \"s\": {\"a\": {\"command\": \"x\", \"args\": [\"y\", \"z\"]}}}"
    );
}

#[test]
fn an_entry_of_a_list_is_found_where_it_has_moved_to() {
    let before = "mcpServers:\n  - name: a\n    command: x\n  - name: b\n    command: y\n";
    let edit =
        put_in_front(before.as_bytes(), Format::Yaml, "/mcpServers/1", PROGRAM, WORDS).unwrap();
    let edited = String::from_utf8(edit.bytes).unwrap();
    let since = edited.replace("  - name: a\n    command: x\n", "");
    let back = take_away(since.as_bytes(), Format::Yaml, "/mcpServers/1", &edit.slices).unwrap();
    assert_eq!(String::from_utf8(back).unwrap(), "mcpServers:\n  - name: b\n    command: y\n");
}

#[test]
fn a_slice_that_was_changed_by_hand_is_left_alone() {
    let before = r#"{"s": {"a": {"command": "x", "args": []}}}"#;
    let edit = put_in_front(before.as_bytes(), Format::Jsonc, "/s/a", PROGRAM, WORDS).unwrap();
    let edited = String::from_utf8(edit.bytes).unwrap();
    let check = |from: &str, to: &str, why| {
        let since = edited.replace(from, to);
        assert_ne!(since, edited);
        let outcome = take_away(since.as_bytes(), Format::Jsonc, "/s/a", &edit.slices);
        assert_eq!(outcome, Err(why), "{from} -> {to}");
    };
    check("\"run\"", "\"scan\"", EditError::Changed);
    check("mcpwarden\"", "other\"", EditError::Changed);
    check("\"run\", ", "\"run\",", EditError::Changed);
    // The list was empty, so what was put into it does not end in a comma.
    check("\"x\"]", "\"x\", \"more\"]", EditError::Changed);
    check("\"a\": {", "\"b\": {", EditError::Missing);
    check("\"command\"", "\"url\"", EditError::Shape);
}

fn word() -> impl Strategy<Value = String> {
    "[\\PC\u{7f}\u{85}\u{2028}\n\t\"\\\\#:,'{}\\[\\]&*!|>%@` -]{1,12}"
}

proptest! {
    #[test]
    fn any_words_survive_in_every_format(command in word(), args in prop::collection::vec(word(), 0..4), program in word()) {
        let json = serde_json::json!({"s": {"a": {"command": command, "args": args}}}).to_string();
        let toml = format!("[s.a]\ncommand = {}\nargs = [{}]\n", quote(&command),
            args.iter().map(|arg| quote(arg)).collect::<Vec<_>>().join(", "));
        for (format, text) in [(Format::Json, &json), (Format::Jsonc, &json), (Format::Yaml, &yaml(&command, &args)), (Format::Toml, &toml)] {
            let edit = put_in_front(text.as_bytes(), format, "/s/a", &program, WORDS).unwrap();
            let back = take_away(&edit.bytes, format, "/s/a", &edit.slices).unwrap();
            prop_assert_eq!(String::from_utf8(back).unwrap(), text.as_str());
        }
    }

    #[test]
    fn hostile_text_never_panics(text in "[\\PC\n{}\\[\\]:,\"# -]{0,80}", pointer in "(/[a-s0-2]{0,2}){0,3}") {
        for format in [Format::Json, Format::Jsonc, Format::Toml, Format::Yaml] {
            drop(put_in_front(text.as_bytes(), format, &pointer, PROGRAM, WORDS));
        }
    }
}

fn yaml(command: &str, args: &[String]) -> String {
    let start = format!("s:\n  a:\n    command: {}\n", quote(command));
    if args.is_empty() {
        return start;
    }
    args.iter().fold(start + "    args:\n", |all, arg| all + "      - " + &quote(arg) + "\n")
}

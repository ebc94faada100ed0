use warden_model::Scope;

use super::names_a_credential;
use crate::{
    document::{Document, Format},
    shapes::{
        Dialect, Spot,
        entry::{Context, connection},
    },
};

/// Checks the credentials of one entry, written `kind:name`, with `=` behind it if the value
/// itself stands there.
#[track_caller]
fn check(entry: &str, expected: &[&str]) {
    let document = Document::parse(entry.as_bytes(), Format::Jsonc).unwrap();
    let context = Context { document: &document, file: "f", client: "c", scope: Scope::User };
    let spot = Spot {
        name: "s".into(),
        pointer: "/s".into(),
        offset: 0,
        node: document.root(),
        dialect: Dialect::Common,
    };
    let (connection, flaws) = connection(context, &spot);
    assert_eq!(flaws, [], "{entry}");
    let found: Vec<_> = connection
        .unwrap()
        .credentials
        .iter()
        .map(|one| {
            format!("{}:{}{}", one.kind.name(), one.name, if one.literal { "=" } else { "" })
        })
        .collect();
    assert_eq!(found, expected, "{entry}");
}

#[test]
fn names_tell_credentials() {
    for name in [
        "GITHUB_TOKEN",
        "apiKey",
        "x-api-key",
        "Authorization",
        "--api-key",
        "DB_PASSWORD",
        "githubToken",
        "DATABASE_URL",
        "PGPASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "Cookie",
    ] {
        assert!(names_a_credential(name), "{name}");
    }
    for name in [
        "PATH",
        "NODE_ENV",
        "MAX_TOKENS",
        "AUTHOR",
        "KEYBOARD",
        "Content-Type",
        "LOG_LEVEL",
        "--allow-write",
        "MONKEY",
    ] {
        assert!(!names_a_credential(name), "{name}");
    }
}

#[test]
fn the_environment_refers_to_credentials() {
    check(
        r#"{"command": "a", "env": {"API_KEY": "abc", "LEVEL": "1", "TOKEN": "${TOKEN}"}}"#,
        &["env:API_KEY=", "env:TOKEN"],
    );
    check(
        r#"{"command": "a", "env": {"API_KEY": "${input:key}"}, "envFile": ".env"}"#,
        &["env:API_KEY", "prompt:key", "env-file:.env"],
    );
    check(r#"{"cmd": "a", "envs": {}, "env_keys": ["SLACK"]}"#, &["env:SLACK"]);
    check(
        r#"{"command": "a", "env_vars": ["HOME", "MY_TOKEN", {"name": "B_TOKEN"}]}"#,
        &["env:MY_TOKEN", "env:B_TOKEN"],
    );
    check(r#"{"command": "a", "env": {"DB": "postgres://u:hunter2@h/db"}}"#, &["url:userinfo="]);
}

#[test]
fn arguments_refer_to_credentials() {
    check(
        r#"{"command": "a", "args": ["--api-key", "abc", "--token=${T}", "--verbose"]}"#,
        &["argument:--api-key=", "argument:--token", "env:T"],
    );
    check(
        r#"{"command": "docker", "args": ["run", "-e", "GH_TOKEN", "-e", "K_KEY=abc", "i"]}"#,
        &["env:GH_TOKEN", "env:K_KEY="],
    );
    check(
        r#"{"command": "npx", "args": ["mcp-remote", "https://x", "--header", "Authorization:${AUTH}"]}"#,
        &["header:Authorization", "env:AUTH"],
    );
    check(
        r#"{"command": "a", "args": ["postgres://u:${PW}@h/db", "API_KEY=abc"]}"#,
        &["url:userinfo", "env:PW", "argument:API_KEY="],
    );
    check(r#"{"command": "a", "args": ["${workspaceFolder}", "${input:x}"]}"#, &["prompt:x"]);
}

#[test]
fn remote_servers_refer_to_credentials() {
    check(
        r#"{"url": "https://h/mcp", "headers": {"Authorization": "Bearer abc", "Accept": "x"}}"#,
        &["header:Authorization="],
    );
    check(
        r#"{"url": "https://h/mcp", "headers": {"X-Org": "${ORG}"}}"#,
        &["header:X-Org", "env:ORG"],
    );
    check(r#"{"url": "https://u:p@h/mcp?api_key=abc&x=1"}"#, &["url:userinfo=", "url:api_key="]);
    check(
        r#"{"url": "https://h", "bearer_token_env_var": "T", "env_http_headers": {"X": "Y"}}"#,
        &["env:T", "header:X", "env:Y"],
    );
    check(
        r#"{"url": "https://h", "auth": {"CLIENT_ID": "a", "CLIENT_SECRET": "b"}}"#,
        &["oauth:CLIENT_ID", "oauth:CLIENT_SECRET="],
    );
    check(
        r#"{"url": "https://h", "oauth": {}, "headersHelper": "/bin/x"}"#,
        &["oauth:oauth", "helper:headersHelper"],
    );
}

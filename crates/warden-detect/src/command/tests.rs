use super::*;

#[track_caller]
fn command(line: &str, shown: &str) {
    let mut words = line.split(' ');
    let program = words.next().expect("a program");
    assert_eq!(redact_command(program, words), shown);
}

#[test]
fn a_command_line_is_redacted_by_place() {
    command("npx -y server --token hunter2", "npx -y server --token ‹credential›");
    command("npx server --api-key=hunter2 x", "npx server --api-key=‹credential› x");
    command("docker run -e API_KEY=hunter2 img", "docker run -e API_KEY=‹credential› img");
    command("docker run -e DATABASE=orders2026 img", "docker run -e DATABASE=‹value› img");
    command("docker run -e GITHUB_TOKEN img", "docker run -e GITHUB_TOKEN img");
    command("x --token ${TOKEN}", "x --token ${TOKEN}");
    command("x -k hunter2 -k https://h/a", "x -k ‹credential› -k https://h/a");
    command(
        "x --url https://me:pw@host/a?key=1",
        "x --url https://‹credential›@host/a?key=‹value›",
    );
    command("node s.js 9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e", "node s.js ‹credential›");
    command("x --header=X-Custom:hunter2", "x '--header=X-Custom: ‹credential›'");
    command("x --config={\"token\":\"hunter2\"}", "x '--config={\"token\":\"‹credential›'");
}

#[test]
fn a_command_line_without_secrets_stays_as_it_is() {
    for line in [
        "npx -y @modelcontextprotocol/server-memory@2025.11.25",
        "uvx mcp-server-git==2025.7.1",
        "uvx --from git+https://github.com/o/r@0123456789abcdef0123456789abcdef01234567 r",
        "docker run -i --rm -p 127.0.0.1:3000:3000 ghcr.io/github/github-mcp-server:1.2.3",
        "node /opt/servers/filesystem/dist/index.js --root=/home/me --port 8080",
        "npx mcp-remote@0.1.0 https://mcp.example.com/sse --transport http-only",
    ] {
        command(line, line);
    }
}

/// Values without a digit, in every place where one was ever seen.
#[test]
fn a_word_is_redacted_for_what_stands_before_it() {
    const KEY: &str = "kQpLvBnMtYwRzXhJgFdS";
    for line in [
        "npx -y x --token KEY",
        "curl -u user:KEY https://h/x",
        "curl -H 'Authorization: Basic KEY' https://h/x | sh",
        "curl -H \"X-Custom: KEY\" https://h/x",
        "curl --header \"Authorization: Bearer KEY\"",
        "TOKEN=KEY exec node x.js",
        "export A_TOKEN=\"KEY and KEY\" && npx x",
        "$env:API_KEY=\"KEY\"; npx h",
        "$env:API_KEY = \"KEY\"; npx h",
        "set -x API_TOKEN KEY; npx h",
        "setx API_TOKEN KEY",
        "sh -c \"sh -c 'npx x --token KEY'\"",
        "x '{\"a\": 1, \"Authorization\": \"Bearer KEY\"}'",
        "x {\"token\":\"KEY\"}",
        "x sk-KEY",
        "x KEY",
        "x https://h/KEY/mcp,token=KEY",
        "x --a=1,--token=KEY,url=https://h/",
        "x 'never closed --token KEY",
        "Authorization: Bearer KEY",
        "Authorization : Bearer KEY",
    ] {
        let line = line.replace("KEY", KEY);
        for shown in [
            redact_command("sh", ["-c", &line]),
            redact_command(&line, []),
            redact_command("npx", [line.as_str()]),
        ] {
            assert!(!shown.contains("kQpLvB"), "{line}: {shown}");
        }
    }
}

#[test]
fn the_rest_of_a_line_can_be_read() {
    let shown = redact_command("sh", ["-c", "TOKEN=hunter2 exec node x.js --log \"a b\" | tee l"]);
    assert_eq!(shown, "sh -c 'TOKEN=‹credential› exec node x.js --log \"a b\" | tee l'");
}

#[test]
fn known_values_are_taken_out_of_any_text() {
    let redactor = Redactor::new(["correct horse", "abc"]);
    assert_eq!(redactor.apply("it is correct horse, abc"), "it is ‹credential›, abc");
}

#[test]
fn a_key_that_is_spread_over_words_is_taken_out_as_one() {
    let line = "-----BEGIN PRIVATE KEY----- MIIE vQIB ADAN Bgkq hkiG -----END PRIVATE KEY-----";
    let shown = redact_command("echo", line.split(' '));
    assert!(shown.contains("‹private-key›") && !shown.contains("vQIB"), "{shown}");
}

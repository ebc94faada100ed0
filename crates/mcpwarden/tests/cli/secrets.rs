//! No report ever holds the value of a secret: many kinds are planted, every format is searched.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Value, json};
use warden_testkit::TestHome;

use crate::run;

/// The part of a planted value that must not be seen is never all hexadecimal digits, so that a digest
/// in a report is not taken for it.
const LETTERS: &[u8] = b"ghijkmnpqrstuvwxyzGHJKLMNPQRSTUVWXYZ23456789";

/// Many keys have digits, and a detector may lean on that: none here, and then no capitals either.
const ALPHABETS: [&[u8]; 3] =
    [LETTERS, b"ghijkmnpqrstuvwxyzGHJKLMNPQRSTUVWXYZ", b"ghijkmnpqrstuvwxyz"];

/// So many letters of a secret in a row are already too many.
const TELLING: usize = 6;

/// Makes secrets, and remembers them.
struct Vault {
    letters: &'static [u8],
    bodies: Vec<String>,
    state: u64,
}

impl Vault {
    fn of(letters: &'static [u8]) -> Self {
        Self { letters, bodies: Vec::new(), state: 0 }
    }

    /// `prefix` and `length` letters that nobody has used before.
    fn secret(&mut self, prefix: &str, length: usize) -> String {
        let body: String = (0..length).map(|_| self.letter()).collect();
        self.bodies.push(body.clone());
        format!("{prefix}{body}")
    }

    fn letter(&mut self) -> char {
        // SplitMix64: the letters are the same in every run.
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let index = (mixed ^ (mixed >> 31)) % self.letters.len() as u64;
        char::from(self.letters[usize::try_from(index).expect("the index is small")])
    }

    /// The lines of `text` that tell at least [`TELLING`] letters in a row of a secret.
    fn told_in<'a>(&self, text: &'a str) -> BTreeSet<&'a str> {
        let pieces: HashSet<&[u8]> =
            self.bodies.iter().flat_map(|body| body.as_bytes().windows(TELLING)).collect();
        let tells = |line: &&str| line.as_bytes().windows(TELLING).any(|six| pieces.contains(six));
        text.lines().filter(tells).collect()
    }
}

/// Secrets in environment variables, under names that say so and names that do not.
fn environment(vault: &mut Vault) -> Value {
    json!({
        "GITHUB_TOKEN": vault.secret("ghp_", 36),
        "GITHUB_PAT": vault.secret("github_pat_", 60),
        "GITLAB_TOKEN": vault.secret("glpat-", 20),
        "AWS_SECRET_ACCESS_KEY": vault.secret("", 40),
        "AWS_ACCESS_KEY_ID": vault.secret("AKIA", 16).to_uppercase(),
        "OPENAI_API_KEY": vault.secret("sk-proj-", 48),
        "ANTHROPIC_API_KEY": vault.secret("sk-ant-api03-", 80),
        "SLACK_BOT_TOKEN": vault.secret("xoxb-17653672481-19874698323-", 24),
        "STRIPE_KEY": vault.secret("sk_live_", 24),
        "GOOGLE_MAPS": vault.secret("AIza", 35),
        "DATABASE_URL": format!("postgres://app:{}@db.example.com:5432/app", vault.secret("", 18)),
        "MONGO": format!("mongodb+srv://app:{}@c0.example.net/x", vault.secret("", 14)),
        "PASSWORD": vault.secret("", 12),
        "PLAIN_LOOKING": vault.secret("", 44),
        "SIGNING_KEY": format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", vault.secret("", 64)
        ),
        "OPENAPI_MCP_HEADERS": format!(
            "{{\"Authorization\": \"Bearer {}\"}}", vault.secret("ntn_", 40)
        ),
        "SESSION_JWT": format!(
            "eyJ{}.eyJ{}.{}", vault.secret("", 20), vault.secret("", 30), vault.secret("", 43)
        ),
    })
}

/// Secrets on command lines, as flags, pairs and positions.
fn commands(vault: &mut Vault) -> Vec<(&'static str, Value)> {
    let server = |command: &str, args: Value| json!({ "command": command, "args": args });
    vec![
        ("flag", server("npx", json!(["-y", "a@1.0.0", "--api-key", vault.secret("", 32)]))),
        ("pair", server("npx", json!(["-y", "b@1.0.0", vault.secret("--token=", 32)]))),
        ("short", server("npx", json!(["-y", "c@1.0.0", "-k", vault.secret("", 32)]))),
        ("position", server("npx", json!(["-y", "d@1.0.0", vault.secret("sk-", 40)]))),
        ("bare", server("node", json!(["server.js", vault.secret("", 40)]))),
        ("password", server("uvx", json!(["e==1.0.0", "--password", vault.secret("", 10)]))),
        (
            "database",
            server(
                "npx",
                json!([
                    "-y",
                    "f@1.0.0",
                    format!("postgresql://app:{}@localhost/app", vault.secret("", 16))
                ]),
            ),
        ),
        (
            "docker",
            server(
                "docker",
                json!(["run", "-i", "--rm", "-e", vault.secret("TOKEN=", 30), "image"]),
            ),
        ),
        (
            "bridge",
            server(
                "npx",
                json!([
                    "mcp-remote@0.1.0",
                    "https://h.example.com/mcp",
                    "--header",
                    vault.secret("Authorization: Bearer ", 40)
                ]),
            ),
        ),
        (
            "bridge-pair",
            server(
                "npx",
                json!([
                    "mcp-remote@0.1.0",
                    "https://h.example.com/mcp",
                    vault.secret("--header=X-Api-Key:", 40)
                ]),
            ),
        ),
        (
            "address",
            server(
                "npx",
                json!([
                    "mcp-remote@0.1.0",
                    format!("https://h.example.com/mcp?api_key={}", vault.secret("", 32))
                ]),
            ),
        ),
    ]
}

/// Secrets in a command that is a whole line.
fn whole_lines(vault: &mut Vault) -> Vec<(&'static str, Value)> {
    let line = |line: String| json!({ "command": line });
    vec![
        ("line", line(format!("npx -y x@1.0.0 --token {}", vault.secret("", 32)))),
        (
            "line-quoted",
            line(format!(
                "npx x@1.0.0 --header \"Authorization: Bearer {}\"",
                vault.secret("", 32)
            )),
        ),
        ("line-setting", line(format!("API_KEY={} npx -y x@1.0.0", vault.secret("", 24)))),
        ("line-position", line(format!("node server.js {}", vault.secret("", 32)))),
    ]
}

/// Secrets in arguments that look unlike others.
fn odd_arguments(vault: &mut Vault) -> Vec<(&'static str, Value)> {
    let server = |command: &str, args: Value| json!({ "command": command, "args": args });
    vec![
        (
            "spaces",
            server(
                "npx",
                json!([
                    "x@1.0.0",
                    format!("--password={} {}", vault.secret("", 9), vault.secret("", 9))
                ]),
            ),
        ),
        (
            "json",
            server(
                "npx",
                json!([
                    "x@1.0.0",
                    "--config",
                    format!("{{\"apiKey\": \"{}\", \"b\": 1}}", vault.secret("", 24))
                ]),
            ),
        ),
        (
            "json-tight",
            server(
                "npx",
                json!([
                    "x@1.0.0",
                    format!("--config={{\"b\":1,\"token\":\"{}\"}}", vault.secret("", 24))
                ]),
            ),
        ),
        ("key-first", server("npx", json!(["-k", vault.secret("", 20), "x@1.0.0"]))),
        (
            "path",
            server(
                "npx",
                json!([
                    "mcp-remote@0.1.0",
                    format!("https://h.example.com/{}/sse", vault.secret("", 24))
                ]),
            ),
        ),
        (
            "header-other",
            server(
                "npx",
                json!([
                    "mcp-remote@0.1.0",
                    "https://h.example.com/mcp",
                    "--header",
                    vault.secret("X-Custom: ", 20)
                ]),
            ),
        ),
        (
            "header-tight",
            server(
                "npx",
                json!([
                    "mcp-remote@0.1.0",
                    "https://h.example.com/mcp",
                    vault.secret("--header=X-Custom:", 20)
                ]),
            ),
        ),
    ]
}

/// Secrets in the lines of other shells, and of shells in shells.
fn odd_one_liners(vault: &mut Vault) -> Vec<(&'static str, Value)> {
    let server = |command: &str, args: Value| json!({ "command": command, "args": args });
    vec![
        (
            "windows",
            server(
                "cmd",
                json!(["/c", format!("set API_TOKEN={}&& npx -y x", vault.secret("", 24))]),
            ),
        ),
        (
            "nested",
            server(
                "sh",
                json!([
                    "-c",
                    format!("exec bash -lc \"npx x --api-key '{}'\"", vault.secret("", 24))
                ]),
            ),
        ),
        (
            "user",
            server(
                "sh",
                json!([
                    "-c",
                    format!("curl -u me:{} https://h.example.com/x | sh", vault.secret("", 14))
                ]),
            ),
        ),
        (
            "user-argument",
            server("curl", json!(["-u", vault.secret("me:", 14), "https://h.example.com/x"])),
        ),
        (
            "unclosed",
            server("sh", json!(["-c", format!("npx x --token 'a {}", vault.secret("", 24))])),
        ),
        (
            "power-spaced",
            server(
                "pwsh",
                json!([
                    "-Command",
                    format!("$env:API_KEY = \"{}\"; npx -y h", vault.secret("", 30))
                ]),
            ),
        ),
        (
            "fish",
            server(
                "fish",
                json!(["-c", format!("set -x API_TOKEN {}; npx -y h", vault.secret("", 30))]),
            ),
        ),
        (
            "lead",
            server("npx", json!(["x@1.0.0", vault.secret("sk-", 20), vault.secret("token:", 12)])),
        ),
    ]
}

/// Secrets inside the one-liners that shells are started with.
fn one_liners(vault: &mut Vault) -> Vec<(&'static str, Value)> {
    let server = |command: &str, args: Value| json!({ "command": command, "args": args });
    vec![
        (
            "export",
            server(
                "sh",
                json!(["-c", format!("export API_TOKEN={} && npx -y g", vault.secret("", 32))]),
            ),
        ),
        (
            "prefix",
            server(
                "bash",
                json!(["-lc", format!("SERVICE_KEY='{}' exec node x.js", vault.secret("", 28))]),
            ),
        ),
        (
            "curl",
            server(
                "bash",
                json!([
                    "-c",
                    format!(
                        "curl -s -H 'Authorization: Basic {}' https://h.example.com/x | sh",
                        vault.secret("", 36)
                    )
                ]),
            ),
        ),
        (
            "power",
            server(
                "powershell",
                json!(["-Command", format!("$env:API_KEY=\"{}\"; npx -y h", vault.secret("", 30))]),
            ),
        ),
    ]
}

/// Secrets in addresses and headers.
fn remotes(vault: &mut Vault) -> Vec<(&'static str, Value)> {
    let url = |url: String| json!({ "url": url });
    vec![
        ("user-part", url(format!("https://me:{}@h.example.com/mcp", vault.secret("", 20)))),
        ("user-only", url(format!("https://{}@h.example.com/mcp", vault.secret("", 30)))),
        ("query", url(format!("https://h.example.com/mcp?token={}", vault.secret("", 32)))),
        ("odd-query", url(format!("https://h.example.com/mcp?x={}&y=1", vault.secret("", 32)))),
        ("url-path", url(format!("https://h.example.com/s/{}/mcp", vault.secret("", 48)))),
        ("fragment", url(format!("https://h.example.com/mcp#{}", vault.secret("", 32)))),
        ("broken", url(format!("ht!tp://me:{}@h example/mcp", vault.secret("", 32)))),
        (
            "headers",
            json!({ "url": "https://h.example.com/mcp", "headers": {
                "Authorization": vault.secret("Bearer ", 40),
                "X-API-Key": vault.secret("", 32),
                "Cookie": format!("a=1; session={}", vault.secret("", 32)),
                "X-Custom": vault.secret("", 32),
            }}),
        ),
    ]
}

/// All servers with a secret outside their environment.
fn servers(vault: &mut Vault) -> Vec<(&'static str, Value)> {
    let parts = [commands, whole_lines, odd_arguments, odd_one_liners, one_liners, remotes];
    parts.iter().flat_map(|part| part(vault)).collect()
}

/// Plants everything below a home directory, the same in every one.
fn planted(home: &TestHome, base: &str, letters: &'static [u8]) -> Vault {
    let mut vault = Vault::of(letters);
    let mut all = serde_json::Map::new();
    all.insert(
        "env".into(),
        json!({ "command": "npx", "args": ["-y", "z@1.0.0"],
        "env": environment(&mut vault) }),
    );
    for (name, server) in servers(&mut vault) {
        all.insert(name.into(), server);
    }
    let text = serde_json::to_string_pretty(&json!({ "mcpServers": all }));
    home.write(format!("{base}/.cursor/mcp.json"), text.expect("it is JSON"));
    home.write(
        format!("{base}/.codex/config.toml"),
        format!(
            "[mcp_servers.toml]\ncommand = \"npx\"\nargs = [\"-y\", \"a@1.0.0\", \"--key={}\"]\n\
         env = {{ TOKEN = \"{}\" }}\n\n[mcp_servers.toml-remote]\n\
         url = \"https://h.example.com/mcp\"\nhttp_headers = {{ Authorization = \"Bearer {}\" }}\n",
            vault.secret("", 30),
            vault.secret("", 30),
            vault.secret("", 30)
        ),
    );
    home.write(format!("{base}/.config/goose/config.yaml"), format!(
        "extensions:\n  yaml:\n    type: stdio\n    cmd: uvx\n    args: [\"a\", \"--token\", \"{}\"]\n    \
         envs:\n      API_TOKEN: {}\n    enabled: true\n",
        vault.secret("", 30), vault.secret("", 30)
    ));
    // Files that cannot be read to their end: what is wrong must be told without the text.
    home.write(
        format!("{base}/.codeium/windsurf/mcp_config.json"),
        format!(
            "{{\"mcpServers\": {{\"a\": {{\"env\": {{\"TOKEN\": \"{}\"}} oops",
            vault.secret("", 30)
        ),
    );
    home.write(format!("{base}/.gemini/settings.json"), format!(
        "{{\"mcpServers\": {{\"a\": [\"{}\"], \"b\": \"{}\", \"c\": {{\"command\": [\"{}\"]}}}}}}",
        vault.secret("", 30), vault.secret("", 30), vault.secret("", 30)
    ));
    vault
}

#[test]
fn no_format_tells_a_secret() {
    for letters in ALPHABETS {
        tells_none(letters);
    }
}

#[track_caller]
fn tells_none(letters: &'static [u8]) {
    let home = TestHome::new();
    let vault = planted(&home, "home", letters);
    planted(&home, "root/home/ada", letters);
    assert!(vault.bodies.len() >= 65, "{}", vault.bodies.len());
    let file = home.home().join(".cursor/mcp.json");
    let file = file.to_str().expect("the path is text");
    let mut told = BTreeSet::new();
    for format in ["human", "json", "sarif", "github"] {
        for target in [&[][..], &[file], &["--color=always"], &["--root", "../root"]] {
            let arguments = [&["scan", "--format", format], target].concat();
            let outcome = run(&home, &arguments);
            assert!(!outcome.stdout.is_empty(), "{arguments:?}: {}", outcome.block());
            let all = format!("{}{}", outcome.stdout, outcome.stderr);
            told.extend(vault.told_in(&all).into_iter().map(|line| format!("{format}: {line}")));
        }
    }
    // What would be run is told before anybody agrees, and nobody does.
    let outcome = run(&home, &["scan", "--live"]);
    assert!(outcome.stderr.contains("for key-first in"), "{}", outcome.block());
    told.extend(vault.told_in(&outcome.stderr).into_iter().map(str::to_owned));
    assert!(told.is_empty(), "{} lines tell a secret: {told:#?}", told.len());
}

/// The test above would prove nothing if nothing had been read.
#[test]
fn what_holds_the_secrets_is_in_the_report() {
    let home = TestHome::new();
    let mut vault = planted(&home, "home", LETTERS);
    let report = run(&home, &["scan", "--format", "json"]).stdout;
    let report: Value = serde_json::from_str(&report).expect("the report is JSON");
    let servers = report["servers"].as_array().expect("there are servers");
    let names: Vec<_> = servers.iter().filter_map(|server| server["name"].as_str()).collect();
    let expected = self::servers(&mut vault).into_iter();
    for (name, _) in
        expected.chain([("env", Value::Null), ("toml", Value::Null), ("yaml", Value::Null)])
    {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    let literal = |server: &&Value| server["credentials"][0]["literal"] == true;
    assert!(servers.iter().filter(literal).count() >= 10, "{report:#}");
    let unread = report["coverage"]["unread"].as_array().expect("it says what was not read");
    assert!(unread.iter().any(|u| u["location"]["file"] == "~/.codeium/windsurf/mcp_config.json"));
}

//! `mcpwarden wrap` and `unwrap` as a person runs them, over every shape of configuration.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use warden_collect::{Machine, Os, collect};
use warden_model::{Connection, Endpoint, Hidden};
use warden_testkit::{Outcome, TestHome};

/// Every configuration of the home, by its path below it.
const FILES: &[(&str, &str)] = &[
    (
        ".cursor/mcp.json",
        "\u{feff}{\r\n  // everything I use\r\n  \"mcpServers\": {\r\n    \"git\": {\r\n      \"command\": \"uvx\",\r\n      \"args\": [\"mcp-server-git\", \"--repository\", \"/srv/a b\"], // mine\r\n      \"env\": { \"GITHUB_TOKEN\": \"ghp_0123456789abcdefghijABCDEFGHIJ012345\" },\r\n    },\r\n    \"bare\": { \"command\": \"/usr/bin/server\" },\r\n    \"remote\": { \"url\": \"https://example.com/mcp?key=hunter2hunter2\", \"headers\": {\"X-Pass\": \"abc\"} },\r\n  },\r\n}\r\n",
    ),
    (
        ".config/Code/User/mcp.json",
        "{\n\t\"inputs\": [],\n\t\"servers\": {\n\t\t\"time\": {\n\t\t\t\"type\": \"stdio\",\n\t\t\t\"command\": \"uvx\",\n\t\t\t\"args\": [\n\t\t\t\t\"mcp-server-time\"\n\t\t\t]\n\t\t}\n\t}\n}\n",
    ),
    (
        ".claude.json",
        r#"{"projects":{"/srv/x/y":{"mcpServers":{"fs":{"type":"stdio","command":"npx","args":["-y","fs"],"env":{}}}}},"mcpServers":{"top":{"command":"node","args":["a.js"]}},"n":1e400}"#,
    ),
    (
        ".config/opencode/opencode.jsonc",
        "{\n  \"mcp\": {\n    \"local\": {\n      \"type\": \"local\",\n      \"command\": [\n        \"npx\", \"-y\",\n        /* this */ \"some-server\"\n      ],\n      \"environment\": {\"PASSWORD\": \"abc\"}\n    }\n  }\n}",
    ),
    (
        ".config/zed/settings.json",
        "// Zed\n{\n  \"context_servers\": {\n    \"old\": { \"command\": { \"path\": \"deno\", \"args\": [\"run\", \"x.ts\"], \"env\": null } },\n    \"new\": { \"source\": \"custom\", \"command\": \"deno\", \"args\": [] }\n  }\n}\n",
    ),
    (
        ".codex/config.toml",
        "# Codex\nmodel = \"x\"\n\n[mcp_servers.one]\ncommand = \"npx\" # here\nargs = [\n  \"-y\", # yes\n  'a\\b',\n]\n\n[mcp_servers.one.env]\nA = \"b\"\n\n[mcp_servers.two]\ncommand = 'uvx'\n\n[mcp_servers]\n# dotted\nthree.command = \"node\"\nthree.args = [\"s.js\"]\n",
    ),
    (
        ".vibe/config.toml",
        "[[mcp_servers]]\nname = \"first\"\ntransport = \"stdio\"\ncommand = \"uvx\"\nargs = [\"a\"]\n\n[[mcp_servers]]\nname = \"second\"\ntransport = \"stdio\"\ncommand = \"uvx\"\n",
    ),
    (
        ".config/goose/config.yaml",
        "# Goose\nGOOSE_MODEL: x\nextensions:\n  memory:\n    enabled: true\n    type: stdio\n    cmd: npx\n    args:\n    - -y\n    - '@modelcontextprotocol/server-memory' # this\n    envs: {TOKEN: abc}\n  bare:\n    type: stdio\n    cmd: \"uvx\"\n    enabled: true\n  developer:\n    type: builtin\n    enabled: true\n",
    ),
    (
        ".continue/config.yaml",
        "name: mine\nmcpServers:\n  - name: flow\n    command: npx\n    args: [-y, \"x: y\"]\n  - command: node # first\n    name: block\n",
    ),
    (".qwen/settings.json", r#"{"mcpServers": {"-odd": {"command": "x"}}}"#),
    (
        ".kiro/settings/mcp.json",
        "{'mcpServers': {'k': {'command': 'x', 'args': ['y'], 'disabled': false}}, powers: {mcpServers: {p: {command: \"z\"}}}}\n",
    ),
];

fn home() -> TestHome {
    let home = TestHome::new();
    for (file, text) in FILES {
        home.write(Path::new("home").join(file), text);
    }
    home
}

fn run(home: &TestHome, arguments: &[&str]) -> Outcome {
    Outcome::of(home.command(env!("CARGO_BIN_EXE_mcpwarden")).args(arguments), b"")
}

fn texts(home: &TestHome) -> BTreeMap<&'static str, String> {
    FILES
        .iter()
        .map(|(file, _)| (*file, fs::read_to_string(home.home().join(file)).unwrap()))
        .collect()
}

fn originals() -> BTreeMap<&'static str, String> {
    FILES.iter().map(|(file, text)| (*file, (*text).to_owned())).collect()
}

fn connections(home: &TestHome) -> Vec<Connection> {
    let machine = Machine {
        root: None,
        homes: vec![home.home()],
        os: Os::Linux,
        env: BTreeMap::new(),
        cwd: Some(home.work()),
    };
    collect(&machine, &()).connections
}

/// Everything that must be the same before and after; lines and columns move.
fn meaning(connection: &Connection) -> String {
    let endpoint = match &connection.endpoint {
        Endpoint::Command(launch) => {
            let args: Vec<_> = launch.args.iter().map(Hidden::reveal).collect();
            let env: Vec<_> =
                launch.env.iter().map(|it| (it.name.as_str(), it.value.reveal())).collect();
            format!("{} {args:?} {env:?}", launch.command)
        }
        Endpoint::Remote(remote) => remote.url.reveal().to_owned(),
        Endpoint::Builtin => "builtin".into(),
    };
    let Connection { name, client, location, package, enabled, .. } = connection;
    format!(
        "{client} {} {:?} {name} {endpoint} {package:?} {enabled}",
        location.file, location.pointer
    )
}

fn is_local(connection: &Connection) -> bool {
    matches!(connection.endpoint, Endpoint::Command(_))
}

#[test]
fn every_shape_is_wrapped_means_the_same_and_comes_back_byte_for_byte() {
    let home = home();
    let before = connections(&home);
    assert_eq!(before.iter().filter(|it| is_local(it)).count(), 20, "{before:#?}");
    let wrapped = run(&home, &["wrap", "--all", "--yes"]);
    assert_eq!(wrapped.code, Some(0), "{}", wrapped.block());
    assert_eq!(wrapped.stdout.lines().count(), 20, "{}", wrapped.stdout);

    let after = connections(&home);
    let meanings = |all: &[Connection]| all.iter().map(meaning).collect::<Vec<_>>();
    assert_eq!(meanings(&before), meanings(&after));
    for connection in &after {
        assert_eq!(connection.guarded, is_local(connection), "{}", connection.name);
    }
    // What is guarded is left alone.
    let again = run(&home, &["wrap", "--all", "--yes"]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), ""), "{}", again.block());

    let back = run(&home, &["unwrap", "--all", "--yes"]);
    assert_eq!(back.code, Some(0), "{}", back.block());
    assert_eq!(texts(&home), originals());
}

/// Copies a folder of the fixtures.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    all
}

#[test]
fn whole_homes_of_real_clients_are_wrapped_and_come_back() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    for name in ["home", "home-clean"] {
        let home = TestHome::new();
        copy(&fixtures.join(name), &home.home());
        let (files_before, before) = (files(&home.home()), connections(&home));
        let wrapped = run(&home, &["wrap", "--all", "--yes"]);
        let after = connections(&home);
        let meanings = |all: &[Connection]| all.iter().map(meaning).collect::<Vec<_>>();
        assert_eq!(meanings(&before), meanings(&after), "{name}");
        let guarded = |all: &[Connection]| all.iter().filter(|it| it.guarded).count();
        assert_eq!(guarded(&after) - guarded(&before), wrapped.stdout.lines().count());
        // Whatever is left as it was is told, with the reason.
        for left in after.iter().filter(|it| !it.guarded) {
            let told =
                format!(": `{}` of {} in `{}`: ", left.name, left.client, left.location.file);
            assert!(wrapped.stderr.contains(&told), "{told}\n{}", wrapped.stderr);
        }
        let back = run(&home, &["unwrap", "--all", "--yes"]);
        assert_eq!(back.code, Some(0), "{}", back.block());
        assert!(files_before == files(&home.home()), "{name}");
    }
}

#[test]
fn each_server_comes_back_alone_too() {
    let home = home();
    assert_eq!(run(&home, &["wrap", "--all", "--yes"]).code, Some(0));
    let names: BTreeSet<_> =
        connections(&home).into_iter().filter(is_local).map(|it| it.name).collect();
    for name in names {
        let outcome = run(&home, &["unwrap", "--yes", "--", &name]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.block());
        let guarded = connections(&home).iter().any(|it| it.name == name && it.guarded);
        assert!(!guarded, "{name}");
    }
    assert_eq!(texts(&home), originals());
    assert_eq!(
        fs::read_dir(home.warden().join("wraps")).unwrap().count(),
        1,
        "only the lock is left"
    );
}

#[test]
fn the_guard_stands_before_the_command_with_its_name() {
    let home = home();
    let outcome = run(&home, &["wrap", "git", "--yes"]);
    assert_eq!(outcome.stdout, "guarded `git` of cursor in `~/.cursor/mcp.json`\n");
    let text = fs::read_to_string(home.home().join(".cursor/mcp.json")).unwrap();
    let program = env!("CARGO_BIN_EXE_mcpwarden");
    let expected = FILES[0].1.replace(
        "\"command\": \"uvx\",\r\n      \"args\": [\"mcp-server-git\"",
        &format!("\"command\": \"{program}\",\r\n      \"args\": [\"run\", \"--name\", \"git\", \"--\", \"uvx\", \"mcp-server-git\""),
    );
    assert_eq!(text, expected);
}

#[test]
fn a_dry_run_shows_the_change_without_secrets_and_makes_none() {
    let home = home();
    let outcome = run(&home, &["wrap", "--all", "--dry-run"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stdout.contains("+      \"command\": \""), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("-    cmd: npx\n"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("\"GITHUB_TOKEN\": \""), "what stands around is shown");
    for secret in ["ghp_0123", "hunter2", "\"abc\"", ": abc"] {
        assert!(!outcome.block().contains(secret), "{secret}\n{}", outcome.block());
    }
    assert_eq!(texts(&home), originals());
    assert!(!home.warden().join("wraps").exists());
}

#[test]
fn nothing_is_changed_when_nobody_can_be_asked() {
    let home = home();
    let outcome = run(&home, &["wrap", "--all"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.block());
    assert!(outcome.stderr.contains("add `--yes`"), "{}", outcome.stderr);
    assert_eq!(texts(&home), originals());
}

#[test]
fn what_is_meant_has_to_be_said() {
    let home = home();
    for command in ["wrap", "unwrap"] {
        assert_eq!(run(&home, &[command, "--yes"]).code, Some(2));
        let outcome = run(&home, &[command, "nonesuch", "--yes"]);
        assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    }
    assert_eq!(texts(&home), originals());
}

#[test]
fn a_server_behind_a_url_is_named_and_left_alone() {
    let home = home();
    let all = run(&home, &["wrap", "--client", "cursor", "--yes"]);
    assert_eq!(all.code, Some(0), "{}", all.block());
    let told = "left alone: `remote` of cursor in `~/.cursor/mcp.json`: a server behind a URL";
    assert!(all.stderr.contains(told), "{}", all.stderr);
    assert_eq!(run(&home, &["wrap", "remote", "--yes"]).code, Some(4));
}

#[test]
fn a_file_that_no_client_is_known_for_can_be_named() {
    let home = home();
    let text = r#"{"mcpServers": {"mine": {"command": "x", "args": ["y"]}}}"#;
    let file = home.write("work/some/config.json", text);
    let outcome = run(&home, &["wrap", "--file", "some/config.json", "--yes"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(fs::read_to_string(&file).unwrap().contains("\"run\", \"--name\", \"mine\""));
    assert_eq!(texts(&home), originals());
    let back = run(&home, &["unwrap", "--file", "some/config.json", "--yes"]);
    assert_eq!(back.code, Some(0), "{}", back.block());
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn the_program_has_to_be_one_that_a_scan_recognises() {
    let home = home();
    let other = home.write("work/other", "");
    let relative = PathBuf::from("mcpwarden");
    for program in [other, relative, home.path().join("nowhere/mcpwarden")] {
        let program = program.to_str().unwrap();
        let outcome = run(&home, &["wrap", "--all", "--yes", "--program", program]);
        assert_eq!(outcome.code, Some(2), "{}", outcome.block());
    }
    assert_eq!(texts(&home), originals());
    let linked = home.write("work/bin/mcpwarden", "");
    let outcome = run(&home, &["wrap", "git", "--yes", "--program", linked.to_str().unwrap()]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
}

#[test]
fn a_change_by_hand_is_kept_and_told() {
    let home = home();
    assert_eq!(run(&home, &["wrap", "--all", "--yes"]).code, Some(0));
    let file = home.home().join(".codex/config.toml");
    let text = fs::read_to_string(&file)
        .unwrap()
        .replace("\"two\"", "\"zwei\"")
        .replace("# Codex", "# Mine");
    fs::write(&file, text).unwrap();
    let outcome = run(&home, &["unwrap", "--all", "--yes"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    let told =
        "not put back: `two` of codex in `~/.codex/config.toml`: the command was changed by hand";
    assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.starts_with("# Mine") && text.contains("\"zwei\"") && !text.contains("\"one\""),
        "{text}"
    );
}

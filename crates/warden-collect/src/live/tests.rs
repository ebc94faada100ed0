use std::{
    io::{BufRead, BufReader, Write, pipe},
    sync::Arc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use warden_mcp::client::Process;
use warden_model::{
    AutoApprove, Credential, CredentialKind, Launch, Location, Remote, Scope, Setting,
};

use super::*;

fn connection(name: &str, endpoint: Endpoint) -> Connection {
    let transport =
        if matches!(endpoint, Endpoint::Remote(_)) { Transport::Http } else { Transport::Stdio };
    let location = Location { file: "~/w/.vscode/mcp.json".into(), ..Location::default() };
    Connection {
        name: name.into(),
        client: "vscode".into(),
        scope: Scope::Project,
        location,
        transport,
        endpoint,
        package: None,
        credentials: Vec::new(),
        auto_approve: AutoApprove::Ask,
        enabled: true,
        guarded: false,
        user: None,
    }
}

fn launch(command: &str, args: &[&str]) -> Launch {
    let args = args.iter().map(|arg| Hidden::from(*arg)).collect();
    Launch { command: command.into(), args, ..Launch::default() }
}

fn local(name: &str, command: &str, args: &[&str]) -> Connection {
    connection(name, Endpoint::Command(launch(command, args)))
}

struct Nothing;

impl Process for Nothing {
    fn tell(&mut self) {}
    fn kill(&mut self) {}
}

/// A server that shows one tool, named after the last argument it was started with. One that is
/// started as `fails` writes everything it was given to standard error and ends.
fn start(seen: &Mutex<Vec<Command>>, command: Command) -> io::Result<Started> {
    let ((their_in, stdin), (stdout, mut out), (stderr, mut err)) = (pipe()?, pipe()?, pipe()?);
    let words: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let given: Vec<_> = command
        .get_envs()
        .filter_map(|(_, value)| value)
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    let fails = command.get_program() == "fails";
    seen.lock().unwrap().push(command);
    thread::spawn(move || {
        if fails {
            write!(err, "no: {} {} pattern-word", words.join(" "), given.join(" ")).unwrap();
            return;
        }
        for line in BufReader::new(their_in).lines() {
            let request: Value = serde_json::from_str(&line.unwrap()).unwrap();
            let result = match request["method"].as_str() {
                Some("server/discover") => {
                    json!({"supportedVersions": ["2026-07-28"], "capabilities": {"prompts": {}}})
                }
                Some("tools/list") => json!({"tools": [{"name": words.last()}]}),
                _ => Value::Null,
            };
            let answer = match result {
                Value::Null => {
                    json!({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": ""}})
                }
                result => json!({"jsonrpc": "2.0", "id": request["id"], "result": result}),
            };
            if writeln!(out, "{answer}").is_err() {
                return;
            }
        }
    });
    let (stdin, stdout, stderr) = (Box::new(stdin), Box::new(stdout), Box::new(stderr));
    Ok(Started { stdin, stdout, stderr, process: Box::new(Nothing) })
}

fn ask_them(connections: &[Connection]) -> (Answers, Vec<Command>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let env = [
        ("HOME", "/h"),
        ("PATH", "/bin"),
        ("USER", "me"),
        ("TOKEN", "s3cr3t-token"),
        ("OTHER", "no"),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let limits = Limits { ending: Duration::from_millis(20), ..Limits::default() };
    let chosen: Vec<_> = (0..connections.len()).collect();
    let live = Live {
        env: &env,
        home: Some(Path::new("/h")),
        limits,
        at_once: NonZeroUsize::new(4).unwrap(),
        start: &|command| start(&seen, command),
        redact: &|text| text.replace("pattern-word", "[redacted]"),
    };
    let answers = ask(connections, &chosen, &live);
    let commands = std::mem::take(&mut *seen.lock().unwrap());
    (answers, commands)
}

#[test]
fn answers_come_in_the_order_of_the_connections() {
    let names: Vec<_> = (0..20).map(|number| format!("s{number}")).collect();
    let connections: Vec<_> = names.iter().map(|name| local(name, "server", &[name])).collect();
    let (answers, _) = ask_them(&connections);
    let tools: Vec<_> =
        answers.surfaces.iter().map(|surface| surface.definitions[0].name.clone()).collect();
    assert_eq!(tools, names);
    assert!(
        answers
            .surfaces
            .iter()
            .enumerate()
            .all(|(index, surface)| surface.connection == Some(index))
    );
    assert_eq!(answers.asked, 20);
    // Each declared prompts and then had none.
    assert_eq!(answers.unread.len(), 20);
    assert!(answers.unread[3].detail.starts_with("`s3`: its prompts could not be listed"));
}

#[test]
fn the_very_same_server_is_started_once() {
    let (answers, commands) =
        ask_them(&[local("a", "server", &["x"]), local("b", "server", &["x"])]);
    assert_eq!(commands.len(), 1);
    let names: Vec<_> = answers.surfaces.iter().map(|surface| surface.server.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn a_server_gets_what_clients_give_it_and_no_more() {
    let mut server =
        launch("${userHome}/server", &["--root", "${workspaceFolder}", "--key=$TOKEN"]);
    let value = |text: &str| Hidden::from(text);
    let setting = |name: &str, text| Setting {
        name: name.into(),
        value: value(text),
        location: Location::default(),
    };
    server.env = vec![setting("KEY", "${env:TOKEN}"), setting("USER", "other")];
    let mut connection = connection("a", Endpoint::Command(server));
    connection.credentials = vec![Credential {
        kind: CredentialKind::Env,
        name: "TOKEN".into(),
        literal: false,
        location: Location::default(),
        production: None,
    }];
    let (_, commands) = ask_them(&[connection]);
    let command = &commands[0];
    assert_eq!(command.get_program(), "/h/server");
    let args: Vec<_> = command.get_args().collect();
    assert_eq!(args, ["--root", "/h/w", "--key=s3cr3t-token"]);
    let env: Vec<_> = command
        .get_envs()
        .map(|(name, value)| format!("{}={}", name.display(), value.unwrap().display()))
        .collect();
    assert_eq!(
        env,
        ["HOME=/h", "KEY=s3cr3t-token", "PATH=/bin", "TOKEN=s3cr3t-token", "USER=other"]
    );
    assert_eq!(command.get_current_dir(), Some(Path::new("/h/w")));
}

#[test]
fn what_cannot_be_resolved_is_unread_and_nothing_is_started() {
    let connections = [
        local("a", "server", &["${input:key}"]),
        local("b", "server", &["${MISSING}"]),
        connection("c", Endpoint::Builtin),
        connection(
            "d",
            Endpoint::Remote(Remote { url: Hidden::from("https://${HOST}/"), headers: Vec::new() }),
        ),
    ];
    let (answers, commands) = ask_them(&connections);
    assert!(commands.is_empty());
    let unread: Vec<_> =
        answers.unread.iter().map(|unread| (unread.reason, unread.detail.as_str())).collect();
    let unknown = UnreadReason::Unknown;
    assert_eq!(
        unread,
        [
            (unknown, "`a`: the client asks the person for `key`"),
            (unknown, "`b`: the variable `MISSING` is not set"),
            (unknown, "`c`: it is a part of its client"),
            (unknown, "`d`: the variable `HOST` is not set"),
        ]
    );
}

#[test]
fn what_a_failing_server_says_is_told_without_what_it_was_given() {
    let mut server = launch("fails", &["--key=argument-secret"]);
    let setting = Setting {
        name: "KEY".into(),
        value: Hidden::from("$TOKEN"),
        location: Location::default(),
    };
    server.env = vec![setting];
    let mut connection = connection("a", Endpoint::Command(server));
    connection.credentials = vec![Credential {
        kind: CredentialKind::Argument,
        name: "--key".into(),
        literal: true,
        location: Location::default(),
        production: None,
    }];
    let (answers, commands) = ask_them(&[connection]);
    assert_eq!(commands.len(), 2, "it is started a second time for the handshake");
    let unread = &answers.unread[0];
    assert_eq!(unread.reason, UnreadReason::Unreachable);
    assert!(unread.detail.contains("ended before it had answered"), "{}", unread.detail);
    assert!(unread.detail.contains("it said: no: [redacted]"), "{}", unread.detail);
    for secret in ["argument-secret", "s3cr3t-token", "pattern-word"] {
        assert!(!unread.detail.contains(secret), "{}", unread.detail);
    }
}

#[test]
fn the_intent_is_told_before_anything_is_done() {
    let run = intent(&local("a", "npx", &["-y", "a b"]));
    assert_eq!(run, Intent::Run(Hidden::from("npx -y 'a b'")));
    let remote = Remote { url: Hidden::from("https://a/"), headers: Vec::new() };
    let connect = intent(&connection("a", Endpoint::Remote(remote)));
    assert_eq!(connect, Intent::Connect(Hidden::from("https://a/")));
    assert_eq!(intent(&connection("a", Endpoint::Builtin)), Intent::Nothing);
}

//! The gateway under test: its configuration, what is approved before, and where it listens.
//!
//! Everything that these tests assume of the command line and of the configuration is here.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::thread;

use serde_json::Value;
use warden_testkit::{Outcome, TestHome, program};

use crate::parties::{Process, Running, Target, Transport};

/// The name by which the server is approved and configured.
const NAME: &str = "features";
/// What the gateway says on standard error once it listens, before the address.
const LISTENING: &str = "listening on ";

/// A gateway that can be reached for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) target: Target,
    #[expect(dead_code, reason = "it is held so that the process ends with it")]
    process: Option<Process>,
}

impl Gateway {
    /// Approves the server and puts the gateway in front of it; clients come over `on`.
    #[track_caller]
    pub(crate) fn before(home: &TestHome, running: &Running, at: Transport, on: Transport) -> Self {
        let config = home.write("gateway.toml", config(&running.target, at));
        let config = config.to_string_lossy().into_owned();
        approve(home, &config);
        let arguments = ["gateway".into(), "--config".into(), config];
        if on == Transport::Stdio {
            let program = program("mcpwarden").to_string_lossy().into_owned();
            let words = [program].into_iter().chain(arguments).chain(["--stdio".into()]);
            return Self { target: Target::Command(words.collect()), process: None };
        }
        let mut command = home.mcpwarden(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = Process::start(&mut command);
        let address = listening(&mut process);
        let path = if on == Transport::Sse { "/sse" } else { "/mcp" };
        Self { target: Target::Url(format!("{address}{path}")), process: Some(process) }
    }
}

/// Pins what the server shows as the gateway reaches it, and allows it to ask the client.
#[track_caller]
fn approve(home: &TestHome, config: &str) {
    let mut command = home.mcpwarden(["approve", "--config", config, NAME, "--yes"]);
    command.args(["--allow", "sampling,elicitation,roots"]);
    // What it says is of no interest here, only that it succeeds.
    drop(Outcome::of(&mut command, b"").success());
}

/// The whole configuration. JSON's strings and arrays of strings are TOML's as well.
fn config(target: &Target, at: Transport) -> String {
    let mut text = format!(
        "listen = \"127.0.0.1:0\"\nnames = \"plain\"\npolicy = \"open\"\n\n[[server]]\nname = \"{NAME}\"\nshare = \"session\"\n"
    );
    let line = match target {
        Target::Command(words) => format!("command = {}", Value::from(words.clone())),
        Target::Url(url) => format!("url = {}", Value::from(url.clone())),
    };
    text.push_str(&line);
    text.push('\n');
    if at == Transport::Sse {
        text.push_str("transport = \"sse\"\n");
    }
    text
}

/// Waits until the gateway says where it listens, and keeps reading so that it can go on talking.
#[track_caller]
fn listening(process: &mut Process) -> String {
    let Some(stderr) = process.0.stderr.take() else { panic!("standard error is no pipe") };
    let mut lines = BufReader::new(stderr).lines();
    let mut said = Vec::new();
    let found = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let address = line.split_once(LISTENING).map(|(_, rest)| rest.trim().to_owned());
        said.push(line);
        address
    });
    let Some(address) = found else {
        panic!("the gateway does not listen; it said:\n{}", said.join("\n"))
    };
    thread::spawn(move || lines.for_each(drop));
    address
}

//! The ways from the suite to a server and back, and the programs on them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::running::Running;
use super::suite::{Leg, REVISIONS};
use crate::shell::{self, Failure, cargo, section};

/// Our server and client for the suite.
const FIXTURE: &str = "mcpwarden-conformance";
/// What configurations call it.
const SERVER: &str = "fixture";
/// Where the gateway serves Streamable HTTP.
const ENDPOINT: &str = "/mcp";
/// What it may ask of clients.
const ASKS: &str = "sampling,elicitation,roots";
/// What a configuration says where only the client knows the URL of the upstream.
const UPSTREAM: &str = "@UPSTREAM@";

/// A way from the suite to a server, or from a client to the suite.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// What the column of the tables is called, and expected failures call it.
    pub(super) name: &'static str,
    /// The folder of its results.
    pub(super) folder: &'static str,
    /// What is on it.
    pub(super) route: Route,
    /// The revisions at its ends.
    pub(super) eras: Eras,
    /// The parts of the suite that can be run on it.
    pub(super) legs: &'static [Leg],
}

/// What is between a client and a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// Nothing.
    Direct,
    /// The gateway, which reaches the server over HTTP.
    Http,
    /// The gateway, which starts the server and talks to it on standard input and output.
    Stdio,
}

/// The revisions at both ends of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eras {
    /// The end of ours speaks what the suite speaks, and behind the gateway nothing else.
    Same,
    /// The end of ours only speaks what the suite does not: the gateway translates.
    Other,
}

/// Every way, in the order of the columns. The first is what the others are compared with.
pub(super) static PATHS: &[Path] = &[
    Path {
        name: "direct",
        folder: "direct",
        route: Route::Direct,
        eras: Eras::Same,
        legs: &[Leg::Server, Leg::Client],
    },
    Path {
        name: "gateway to HTTP",
        folder: "http",
        route: Route::Http,
        eras: Eras::Same,
        legs: &[Leg::Server, Leg::Client],
    },
    Path {
        name: "gateway to stdio",
        folder: "stdio",
        route: Route::Stdio,
        eras: Eras::Same,
        // The suite's own servers only speak HTTP.
        legs: &[Leg::Server],
    },
    Path {
        name: "gateway to HTTP, other era",
        folder: "http-other",
        route: Route::Http,
        eras: Eras::Other,
        legs: &[Leg::Server, Leg::Client],
    },
    Path {
        name: "gateway to stdio, other era",
        folder: "stdio-other",
        route: Route::Stdio,
        eras: Eras::Other,
        legs: &[Leg::Server],
    },
];

/// The programs that are on the ways, and where results go.
pub(super) struct Programs {
    fixture: PathBuf,
    gateway: PathBuf,
    /// Where results go.
    pub(super) results: PathBuf,
}

/// Builds what is on the ways.
///
/// # Errors
/// Something cannot be built.
pub(super) fn build(through: bool) -> Result<Programs, Failure> {
    section("build");
    let target = shell::target();
    let mut fixture = cargo(&["build", "--locked", "--manifest-path"]);
    fixture.arg("tests/conformance/fixture/Cargo.toml").arg("--target-dir").arg(&target);
    shell::run(&mut fixture)?;
    if through {
        shell::built()?;
    }
    let results = target.join("conformance");
    // Results of another run are not to be mistaken for ours.
    if results.exists() {
        fs::remove_dir_all(&results).map_err(|error| Failure::of(&results, &error))?;
    }
    let programs = target.join("debug");
    Ok(Programs { fixture: programs.join(FIXTURE), gateway: programs.join("mcpwarden"), results })
}

/// A server at the end of a way.
pub(super) struct Server {
    url: String,
    /// What has to run meanwhile: what clients reach, then what is behind it.
    _running: Vec<Running>,
}

impl Server {
    /// Where clients reach it.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

/// Starts our server for scenarios of `revision`, and what is before it.
///
/// # Errors
/// Something does not start.
pub(super) fn start(path: &Path, revision: &str, programs: &Programs) -> Result<Server, Failure> {
    // One that speaks every revision would leave the choice to the gateway.
    let alone = (path.route != Route::Direct).then_some(revision);
    let only = other(path, revision).or(alone).map(|only| ["--only", only]);
    let mut fixture = Command::new(&programs.fixture);
    fixture.arg("server").args(only.iter().flatten());
    let config = |server: &str| config(&format!("server-{revision}"), path, programs, server);
    match path.route {
        Route::Direct => {
            let server = Running::start(fixture)?;
            Ok(Server { url: server.url().to_owned(), _running: vec![server] })
        }
        Route::Http => {
            let behind = Running::start(fixture)?;
            let config = config(&over_http(behind.url()))?;
            gateway(programs, &config, vec![behind])
        }
        Route::Stdio => {
            let mut words = vec!["server", "--stdio"];
            words.extend(only.iter().flatten());
            let config = config(&over_stdio(programs, &words))?;
            gateway(programs, &config, Vec::new())
        }
    }
}

/// The command with which the suite starts our client for scenarios of `revision`; the suite adds
/// the URL of its server.
///
/// # Errors
/// The configuration cannot be written.
pub(super) fn client(path: &Path, revision: &str, programs: &Programs) -> Result<String, Failure> {
    let client = format!("{} client", programs.fixture.display());
    if path.route == Route::Direct {
        return Ok(client);
    }
    let config = config(&format!("client-{revision}"), path, programs, &over_http(UPSTREAM))?;
    let other = other(path, revision).map(|other| format!(" --as {other}")).unwrap_or_default();
    let (gateway, config) = (programs.gateway.display(), config.display());
    Ok(format!("{client}{other} --through {gateway} {config}"))
}

/// The revision that our end speaks instead of `revision`, if it does.
fn other(path: &Path, revision: &str) -> Option<&'static str> {
    let other = || REVISIONS.iter().copied().find(|other| *other != revision);
    (path.eras == Eras::Other).then(other).flatten()
}

/// Approves the server in a configuration, and serves it. Approvals and ledger are beside it.
fn gateway(
    programs: &Programs,
    config: &std::path::Path,
    behind: Vec<Running>,
) -> Result<Server, Failure> {
    let ours = || {
        let mut command = Command::new(&programs.gateway);
        command.env("MCPWARDEN_HOME", config.with_extension("home"));
        command
    };
    let mut approve = ours();
    approve.args(["approve", "--config"]).arg(config).args([SERVER, "--yes", "--allow", ASKS]);
    shell::capture(&mut approve)?;
    let mut gateway = ours();
    gateway.args(["gateway", "--config"]).arg(config);
    let front = Running::start(gateway)?;
    let url = format!("{}{ENDPOINT}", front.url());
    Ok(Server { url, _running: std::iter::once(front).chain(behind).collect() })
}

/// Writes a configuration with one server, whose names stay as they are.
fn config(name: &str, path: &Path, programs: &Programs, server: &str) -> Result<PathBuf, Failure> {
    let file = programs.results.join(path.folder).join(format!("{name}.toml"));
    let text = format!(
        "listen = \"127.0.0.1:0\"\nnames = \"plain\"\npolicy = \"open\"\n\n[[server]]\nname = \"{SERVER}\"\n{server}share = \"session\"\n"
    );
    shell::write(&file, &text)?;
    Ok(file)
}

fn over_http(url: &str) -> String {
    format!("url = \"{url}\"\n")
}

fn over_stdio(programs: &Programs, words: &[&str]) -> String {
    let program = programs.fixture.display().to_string();
    let quoted = std::iter::once(program.as_str()).chain(words.iter().copied());
    let quoted: Vec<String> = quoted.map(|word| format!("\"{word}\"")).collect();
    format!("command = [{}]\n", quoted.join(", "))
}

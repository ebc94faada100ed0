//! The ways from the suite to a server and back, and the programs on them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::running::Running;
use super::suite::Leg;
use crate::shell::{self, Failure, cargo, root, section, setting};

/// Our server and client for the suite.
const FIXTURE: &str = "mcpwarden-conformance";
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

/// Every way, in the order of the columns. The first is what the others are compared with.
pub(super) static PATHS: &[Path] = &[
    Path {
        name: "direct",
        folder: "direct",
        route: Route::Direct,
        legs: &[Leg::Server, Leg::Client],
    },
    Path {
        name: "gateway to HTTP",
        folder: "http",
        route: Route::Http,
        legs: &[Leg::Server, Leg::Client],
    },
    Path {
        name: "gateway to stdio",
        folder: "stdio",
        route: Route::Stdio,
        // The suite's own servers only speak HTTP.
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
    let target = setting("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let mut fixture = cargo(&["build", "--locked", "--manifest-path"]);
    fixture.arg("tests/conformance/fixture/Cargo.toml").arg("--target-dir").arg(&target);
    shell::run(&mut fixture)?;
    if through {
        shell::run(&mut cargo(&["build", "-p", "mcpwarden", "--bin", "mcpwarden"]))?;
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
    front: Running,
    /// What the front needs for as long as it runs.
    _behind: Option<Running>,
}

impl Server {
    /// Where clients reach it.
    pub(super) fn url(&self) -> &str {
        self.front.url()
    }
}

/// Starts our server, and what is before it.
///
/// # Errors
/// Something does not start.
pub(super) fn start(path: &Path, programs: &Programs) -> Result<Server, Failure> {
    let mut fixture = Command::new(&programs.fixture);
    fixture.arg("server");
    match path.route {
        Route::Direct => Ok(Server { front: Running::start(fixture)?, _behind: None }),
        Route::Http => {
            let behind = Running::start(fixture)?;
            let config = config(path, programs, Leg::Server, &over_http(behind.url()))?;
            Ok(Server { front: gateway(programs, &config)?, _behind: Some(behind) })
        }
        Route::Stdio => {
            let config = config(path, programs, Leg::Server, &over_stdio(programs))?;
            Ok(Server { front: gateway(programs, &config)?, _behind: None })
        }
    }
}

/// The command with which the suite starts our client; the suite adds the URL of its server.
///
/// # Errors
/// The configuration cannot be written.
pub(super) fn client(path: &Path, programs: &Programs) -> Result<String, Failure> {
    let client = format!("{} client", programs.fixture.display());
    if path.route == Route::Direct {
        return Ok(client);
    }
    let config = config(path, programs, Leg::Client, &over_http(UPSTREAM))?;
    Ok(format!("{client} --through {} {}", programs.gateway.display(), config.display()))
}

fn gateway(programs: &Programs, config: &std::path::Path) -> Result<Running, Failure> {
    let mut gateway = Command::new(&programs.gateway);
    gateway.args(["gateway", "--config"]).arg(config);
    Running::start(gateway)
}

/// Writes a configuration with one server, whose names stay as they are.
fn config(path: &Path, programs: &Programs, leg: Leg, server: &str) -> Result<PathBuf, Failure> {
    let file = programs.results.join(path.folder).join(format!("{}.toml", leg.name()));
    let text = format!(
        "[listen]\naddress = \"127.0.0.1:0\"\n\n[[servers]]\nname = \"fixture\"\nprefix = \"\"\n{server}"
    );
    shell::write(&file, &text)?;
    Ok(file)
}

fn over_http(url: &str) -> String {
    format!("url = \"{url}\"\n")
}

fn over_stdio(programs: &Programs) -> String {
    format!("command = [\"{}\", \"server\", \"--stdio\"]\n", programs.fixture.display())
}

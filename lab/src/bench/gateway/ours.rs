//! `mcpwarden gateway`: with everything on but open to all, without inspection, and with rules,
//! keys of clients and limits.

use std::path::Path;
use std::process::{Command, Stdio};

use warden_model::Digest;

use super::cells::{TOOLS, Upstream};
use super::contenders::Setup;
use super::programs::{Prepared, free_port};
use xtask::shell::{self, Failure, root};

/// Pin, policy, inspection of arguments and answers, and ledger.
pub(super) fn everything(setup: &Setup, upstream: Upstream) -> Result<Prepared, Failure> {
    prepare(setup, upstream, Kind::Everything)
}

/// The same without inspection of content; pin, policy and ledger stay on.
pub(super) fn without_inspection(setup: &Setup, upstream: Upstream) -> Result<Prepared, Failure> {
    prepare(setup, upstream, Kind::NoInspection)
}

/// What the client shows to the one with rules: a key that is nobody's.
pub(super) const SHOWS: &str = "Authorization: Bearer mcpw_bench_\
                                aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Everything, with the rules of the pack `team`, a client that shows a key, and limits of every
/// kind that a fresh installation has, but so high that a benchmark does not meet them.
pub(super) fn with_rules(setup: &Setup, upstream: Upstream) -> Result<Prepared, Failure> {
    prepare(setup, upstream, Kind::Ruled)
}

/// How the gateway is set up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Everything,
    NoInspection,
    Ruled,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Everything => "ours",
            Self::NoInspection => "off",
            Self::Ruled => "ruled",
        }
    }
}

/// What the pack is told of this server, and the limits.
const POLICY: &str = r#"
[[server]]
name = "mock"
audience = "company"
trusted = true
class = "internal"

[[tool]]
server = "mock"
name = "*"
effects = ["read"]

[[limit]]
name = "session-rate"
per = "session"
of = "calls"
most = 1_000_000_000
window = "1m"

[[limit]]
name = "session-concurrent"
per = "session"
of = "concurrent"
most = 100_000

[[limit]]
name = "agent-rate"
per = "agent"
of = "calls"
most = 1_000_000_000
window = "1h"
"#;

/// Writes the policy, and returns what the configuration says of policy and clients.
fn ruled(folder: &Path) -> Result<String, Failure> {
    let pack = root().join("crates/warden-policy/policies/team");
    let policy = folder.join("policy");
    let people = shell::read(&pack.join("policy.toml"))?;
    shell::write(&policy.join("policy.toml"), &format!("{people}{POLICY}"))?;
    shell::write(&policy.join("rules.cedar"), &shell::read(&pack.join("rules.cedar"))?)?;
    let key = SHOWS.rsplit(' ').next().unwrap_or_default();
    let digest: String = Digest::of(key.as_bytes()).hex().into_iter().map(char::from).collect();
    let key = format!("[[key]]\nname = \"bench\"\nsha256 = \"{digest}\"\n\n");
    Ok(format!("[identity]\nresource = \"http://127.0.0.1/mcp\"\n\n{key}"))
}

fn prepare(setup: &Setup, upstream: Upstream, kind: Kind) -> Result<Prepared, Failure> {
    let warden = setup.warden.as_ref().ok_or_else(|| Failure("`mcpwarden` is not built".into()))?;
    let folder = setup.folder.join(format!("{}-{}", kind.name(), upstream.name()));
    let (home, file) = (folder.join("home"), folder.join("gateway.toml"));
    // What an earlier run has recorded is in nobody's way, but would fill the disk.
    if home.exists() {
        std::fs::remove_dir_all(&home)
            .map_err(|error| Failure(format!("{}: {error}", home.display())))?;
    }
    let port = free_port()?;
    let program = || {
        let mock = setup.mock.display();
        format!("command = [\"{mock}\", \"--stdio\", \"--tools\", \"{TOOLS}\"]")
    };
    let server = setup.server(upstream).map_or_else(program, |url| format!("url = \"{url}\""));
    let content = kind != Kind::NoInspection;
    let (policy, clients) = match kind {
        Kind::Everything | Kind::NoInspection => ("open", String::new()),
        Kind::Ruled => ("policy", ruled(&folder)?),
    };
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\nnames = \"plain\"\npolicy = \"{policy}\"\n\n{clients}[inspect]\ncontent = {content}\n\n\
         [limits]\nconnections = 24576\n\n[[server]]\nname = \"mock\"\n{server}\nshare = \"all\"\n\
         requests = 1024\n"
    );
    shell::write(&file, &text)?;
    approve(warden, &home, &file)?;
    let arguments = ["gateway".into(), "--config".into(), file.into()];
    Ok(Prepared {
        program: warden.clone(),
        arguments: arguments.into_iter().collect(),
        environment: vec![("MCPWARDEN_HOME", home.into())],
        port,
    })
}

/// Approves the server as it is.
fn approve(warden: &Path, home: &Path, file: &Path) -> Result<(), Failure> {
    let mut approve = Command::new(warden);
    approve.args(["approve", "--yes", "--config"]).arg(file).arg("mock");
    approve.env("MCPWARDEN_HOME", home).stdout(Stdio::null());
    shell::run(&mut approve)
}

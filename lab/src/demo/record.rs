//! What programs find out about the bank: scans, certificates, and a quarter of traffic.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use warden_testkit::TestHome;

use super::machines::{self, copy};
use super::play::Stage;
use super::{folder, pack, plan, product, program, retime};
use xtask::fixtures;
use xtask::shell::{self, Failure, section};

/// Who issues the certificates.
const ISSUER: &str = "platform@bank.example";

/// A certificate that is below the level that was asked for is one all the same.
const BELOW: i32 = 14;

/// Servers of the bank and of its vendors, whose source is in `demo/servers`.
const OWN: [&str; 5] = ["accounts", "payments", "cases", "mail", "web"];

/// Published servers, as their registries have them.
const PUBLISHED: [(&str, &str); 4] = [
    ("memory", "npm:@modelcontextprotocol/server-memory@2026.8.31"),
    ("files", "npm:@modelcontextprotocol/server-filesystem@2026.8.31"),
    ("git", "pypi:mcp-server-git==2026.10.19"),
    ("time", "pypi:mcp-server-time==2026.10.19"),
];

/// What the gateway serves.
const SERVED: [&str; 11] = [
    "accounts", "payments", "cases", "mail", "web", "memory", "time", "git", "kyc", "market",
    "files",
];

/// What an estate takes of a machine's own records.
const KEPT: [&str; 3] = ["certificates", "servers", "tools"];

/// Records everything anew.
///
/// # Errors
/// The first command that does not succeed.
pub(super) fn record() -> Result<(), Failure> {
    let fixtures = fixtures::install()?;
    let home = TestHome::new();
    let recorded = folder().join("recorded");
    section("scans");
    for (name, report) in machines::scan(&home)? {
        println!("{name}: {} bytes", report.len());
        shell::write(&recorded.join("scans").join(name), &report)?;
    }
    section("certificates");
    certify(&home)?;
    section("the gateway");
    let plan = plan::read(&shell::read(&folder().join("traffic.toml"))?)?;
    furnish(&home)?;
    let config = shell::read(&folder().join("gateway.toml"))?
        .replace("WORK", &home.path().to_string_lossy())
        .replace("FIXTURES", &fixtures.to_string_lossy());
    let first = plan.steps.first().map_or(0, |(at, _)| at.saturating_sub(3_600_000_000));
    let mut stage = Stage::new(&home, &config, &plan)?;
    stage.approve_all(first, &SERVED)?;
    let (times, [answered, refused, held]) = stage.play(&plan)?;
    println!("{answered} calls answered, {refused} refused, {held} held");
    keep(&home, &recorded)?;
    let ledger = home.path().join("ledger");
    let count = retime::again(&home.warden().join("ledger"), &ledger, &times)?;
    product(&home, &["audit", "verify", "--ledger", &ledger.to_string_lossy()], &[])?;
    println!("{count} records");
    pack::pack(&ledger, &recorded.join("ledger"))
}

fn certify(home: &TestHome) -> Result<(), Failure> {
    let servers = home.path().join("servers");
    copy(&folder().join("servers"), &servers)?;
    let certified = |target: &str, name: &str, more: &[&str]| {
        let words = ["certify", target, "--name", name, "--issuer", ISSUER, "--json"];
        let shown = product(home, &[&words[..], more].concat(), &[BELOW])?;
        let shown: Value = serde_json::from_str(&shown)
            .map_err(|error| Failure(format!("{name}: no certificate: {error}")))?;
        println!("{name}: level {}, {} of 100", shown["level"], shown["score"]["total"]);
        Ok(())
    };
    for name in OWN {
        let target = servers.join(name);
        certified(&target.to_string_lossy(), name, &["--script", "server.py"])?;
    }
    // Nobody starts what passes a text to a shell.
    let reports = servers.join("reports");
    let more = ["--script", "server.py", "--no-start"];
    certified(&reports.to_string_lossy(), "reports", &more)?;
    PUBLISHED.iter().try_for_each(|(name, target)| certified(target, name, &[]))
}

/// What the gateway needs beside its configuration.
fn furnish(home: &TestHome) -> Result<(), Failure> {
    let bundle = home.path().join("certificates.bundle");
    let words = ["bundle", "make", "--issuer", ISSUER, "--output"];
    product(home, &[&words[..], &[&bundle.to_string_lossy()]].concat(), &[])?;
    let policy = home.path().join("policy");
    product(home, &["policy", "init", "team", &policy.to_string_lossy()], &[])?;
    let directory = policy.join("policy.toml");
    let labels = shell::read(&folder().join("policy/labels.toml"))?;
    shell::write(&directory, &format!("{}\n{labels}", shell::read(&directory)?))?;
    home.write("share/letter.txt", "Dear customer,\nyour card is on its way.\n");
    home.write("share/terms.txt", "Terms for loans of the branch, as of September.\n");
    home.write("repository/README.md", "# The bank's own servers\n");
    let repository = home.path().join("repository");
    let repository = repository.to_string_lossy();
    program(home, &["git", "init", "--quiet", &repository])?;
    program(home, &["git", "-C", &repository, "add", "README.md"])?;
    let who = ["-c", "user.name=Example", "-c", "user.email=dev@bank.example"];
    let commit = ["commit", "--quiet", "-m", "Begin"];
    program(home, &[&["git", "-C", &*repository][..], &who, &commit].concat())
}

/// Keeps what this machine has of approvals and certificates.
fn keep(home: &TestHome, recorded: &Path) -> Result<(), Failure> {
    let file = home.path().join("here.json");
    let words = ["estate", "build", "--here", "--output"];
    product(home, &[&words[..], &[&file.to_string_lossy()]].concat(), &[])?;
    let whole: Map<String, Value> = shell::read_json(&file)?;
    let kept: Map<String, Value> =
        whole.into_iter().filter(|(name, _)| KEPT.contains(&name.as_str())).collect();
    fs::create_dir_all(recorded).map_err(|error| Failure::of(recorded, &error))?;
    shell::write_json(&recorded.join("here.json"), &kept)
}

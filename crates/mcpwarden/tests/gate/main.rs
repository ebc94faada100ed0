//! The gate as a whole program: what a repository brings, certificates that were made for it, and
//! what a pipeline is told.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bundle;
mod changed;
mod files;
mod given;
mod hostile;
#[path = "../certify/parts.rs"]
mod parts;
mod published;
mod servers;

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;
use warden_model::Digest;
use warden_policy::{
    Time,
    certificate::{Certificate, PREDICATE_TYPE},
};
use warden_seal::{STATEMENT_TYPE, Signer, SigningKey, Statement, Subject, seal_with};
use warden_testkit::{Outcome, TestHome};

/// A server of the standard library alone, so that a certificate is made as people make them.
const SERVER: &str = r#"import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    method = message.get("method")
    reply = {"jsonrpc": "2.0", "id": message["id"]}
    if method == "initialize":
        reply["result"] = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                           "serverInfo": {"name": "clock", "version": "1"}}
    elif method == "tools/list":
        reply["result"] = {"tools": [{"name": "now", "description": "Says what time it is.",
                                      "inputSchema": {"type": "object", "properties": {}}}]}
    else:
        reply["error"] = {"code": -32601, "message": "method not found"}
    print(json.dumps(reply), flush=True)
"#;

/// A configuration with one server.
const MAIL: &str = r#"{
  "mcpServers": {
    "mail": {
      "command": "npx",
      "args": ["-y", "@acme/mail@1.2.3"]
    }
  }
}
"#;

/// Certificates as `certify` made them: at level 2, and at level 0.
struct Made {
    full: Value,
    bare: Value,
    key: Vec<u8>,
}

static MADE: OnceLock<Made> = OnceLock::new();

fn made() -> &'static Made {
    MADE.get_or_init(|| {
        let home = TestHome::new();
        home.write("work/clock/server.py", SERVER);
        home.write("work/clock/SECURITY.md", "Tell us at https://clock.example/security\n");
        let one = |more: &[&str]| {
            let words =
                ["certify", "clock", "--name", "clock", "--script", "server.py", "--level", "0"];
            drop(home.run([words.as_slice(), more].concat()).success());
            let text = home.run(["verify", "--server", "clock", "--json"]).stdout;
            serde_json::from_str(&text).expect("it is JSON")
        };
        let (bare, full) = (one(&["--no-start"]), one(&[]));
        Made { full, bare, key: fs::read(home.warden().join("key.pk8")).expect("there is a key") }
    })
}

/// A repository, and who certifies for it.
struct Repo {
    home: TestHome,
}

/// What a certificate is about, and how it differs from an ordinary one.
struct Wanted<'a> {
    ecosystem: &'a str,
    name: &'a str,
    version: Option<&'a str>,
    /// Days from now until it expires.
    days: i64,
    level: u8,
}

/// A certificate of a package at level 2.
fn npm<'a>(name: &'a str, version: &'a str) -> Wanted<'a> {
    Wanted { ecosystem: "npm", name, version: Some(version), days: 30, level: 2 }
}

impl Repo {
    /// An empty repository, with somebody who certifies and is trusted.
    fn new() -> Self {
        let home = TestHome::new();
        let key = home.write("warden/key.pk8", &made().key);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        fs::create_dir_all(home.work().join("certs")).unwrap();
        drop(home.run(["trust", "export", "--output", "trust.json"]).success());
        Self { home }
    }

    /// A repository with one configuration.
    fn with(text: &str) -> Self {
        let repo = Self::new();
        repo.put(".mcp.json", text);
        repo
    }

    fn put(&self, file: &str, text: &str) -> PathBuf {
        self.home.write(Path::new("work").join(file), text)
    }

    /// Signs a certificate into the folder of certificates, and returns its file.
    fn certify(&self, wanted: &Wanted<'_>) -> PathBuf {
        let base = if wanted.level == 0 { &made().bare } else { &made().full };
        let mut certificate: Certificate = serde_json::from_value(base.clone()).unwrap();
        certificate.target.ecosystem = wanted.ecosystem.into();
        certificate.target.name = wanted.name.into();
        certificate.target.version = wanted.version.map(str::to_owned);
        // Every one is about bytes of its own.
        let about = format!("{}@{:?}", wanted.name, wanted.version);
        if wanted.ecosystem == "remote" {
            (certificate.digests.artifact, certificate.digests.tree) = (None, None);
        } else {
            certificate.digests.artifact = Some(Digest::of(about.as_bytes()));
            certificate.digests.tree = Some(Digest::of(format!("tree {about}").as_bytes()));
        }
        let day = 86_400_000_000;
        let end = certificate.issued.micros() + wanted.days * day;
        certificate.issued = Time::from_micros(certificate.issued.micros().min(end - day));
        certificate.expires = Time::from_micros(end);
        let envelope = self.sign(&certificate);
        let name = wanted.name.replace(['/', ':', '@'], "_");
        let version = wanted.version.unwrap_or("none");
        self.home.write(format!("work/certs/{name}-{version}-{}.json", wanted.days), envelope)
    }

    fn sign(&self, certificate: &Certificate) -> Vec<u8> {
        let key = SigningKey::load(&self.home.warden().join("key.pk8")).unwrap();
        let bytes = certificate.write().expect("it contradicts nothing");
        let subject = |(name, sha256)| Subject { name, sha256, others: BTreeMap::new() };
        let statement = Statement {
            subjects: certificate.digests.named().into_iter().map(subject).collect(),
            predicate_type: PREDICATE_TYPE.into(),
            predicate: serde_json::from_slice(&bytes).unwrap(),
        };
        let signer: &dyn Signer = &key;
        seal_with(STATEMENT_TYPE, &statement.write().unwrap(), &[signer]).unwrap()
    }

    /// Runs the gate with the repository's certificates.
    fn gate(&self, more: &[&str]) -> Outcome {
        let words = ["gate", "--certificates", "certs", "--trust", "trust.json"];
        let revocations = self.home.work().join("revocations.json");
        let list: &[&str] = if revocations.exists() {
            &["--revocations", "revocations.json"]
        } else {
            &["--without-revocations"]
        };
        self.home.run([words.as_slice(), list, more].concat())
    }

    /// The report as JSON, whatever the code.
    #[track_caller]
    fn json(&self, more: &[&str]) -> Value {
        let outcome = self.gate(&[&["--format", "json"], more].concat());
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.block()))
    }

    /// How each server stands: its name, and the code or `counts`, `waived` or `before`.
    #[track_caller]
    fn standings(&self, more: &[&str]) -> Vec<(String, String)> {
        let report = self.json(more);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let servers = report["servers"].as_array().unwrap().iter();
        servers
            .map(|server| {
                let standing = text(&server["standing"]);
                let failed = standing == "fails";
                (text(&server["name"]), if failed { text(&server["code"]) } else { standing })
            })
            .collect()
    }

    /// The one server stands like this, and the exit code fits.
    #[track_caller]
    fn check(&self, more: &[&str], expected: &str) {
        let all = self.standings(more);
        let standings: Vec<&str> = all.iter().map(|(_, standing)| standing.as_str()).collect();
        assert_eq!(standings, [expected]);
        let passes = ["counts", "waived", "before"].contains(&expected);
        let outcome = self.gate(more);
        assert_eq!(outcome.code, Some(if passes { 0 } else { 13 }), "{}", outcome.block());
    }

    /// Git in the repository.
    #[track_caller]
    fn git(&self, words: &[&str]) -> String {
        git(&self.home, &self.home.work(), words)
    }

    /// Commits everything, and returns the commit.
    #[track_caller]
    fn commit(&self) -> String {
        if !self.home.work().join(".git").exists() {
            self.git(&["init", "--quiet", "--initial-branch=main"]);
        }
        self.git(&["add", "--all", "--force"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "a state"]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }
}

/// Runs Git with a name of its own and nothing of the machine's settings.
#[track_caller]
fn git(home: &TestHome, folder: &Path, words: &[&str]) -> String {
    let mut command: Command = home.command("git");
    command.arg("-C").arg(folder).args(["-c", "user.name=ann", "-c", "user.email=ann@example.com"]);
    command.args(["-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"]).args(words);
    command.env("GIT_CONFIG_NOSYSTEM", "1");
    Outcome::of(&mut command, b"").success()
}

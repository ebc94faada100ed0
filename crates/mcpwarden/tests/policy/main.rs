//! `mcpwarden policy` as a person runs it: a policy in a folder, what is said of it, and which exit
//! code that is.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod ask;
mod folder;
mod running;
mod simulate;
mod spending;
mod surface;
mod world;
mod wrong;

use serde_json::Value;
use warden_testkit::{Outcome, TestHome};

/// `mcpwarden policy`, in a terminal of 80 columns. What names the folder of the test says `HOME`.
#[track_caller]
fn policy(home: &TestHome, words: &[&str]) -> Outcome {
    let mut command = home.mcpwarden(["policy"].iter().chain(words));
    let outcome = Outcome::of(command.env("COLUMNS", "80"), b"");
    let folder = home.path().to_string_lossy().into_owned();
    let plain = |text: String| text.replace(&folder, "HOME");
    let outcome =
        Outcome { stdout: plain(outcome.stdout), stderr: plain(outcome.stderr), ..outcome };
    let wide = outcome.stdout.lines().find(|line| line.chars().count() > 80);
    assert!(wide.is_none() || words.contains(&"--json"), "{wide:?}");
    outcome
}

/// What is printed as JSON, whatever the exit code.
#[track_caller]
fn json(home: &TestHome, words: &[&str]) -> Value {
    let outcome = policy(home, &[words, &["--json"]].concat());
    serde_json::from_str(&outcome.stdout).expect("it is JSON")
}

/// A folder `work/desk` with a policy of a few lines, of which everybody understands each.
fn desk(home: &TestHome) {
    home.write("work/desk/policy.toml", DESK);
    home.write("work/desk/rules.cedar", RULES);
}

const DESK: &str = r#"
[[role]]
name = "reader"

[[role]]
name = "writer"
in = ["reader"]

[[agent]]
name = "desk"
owner = "ann"
roles = ["writer"]

[[agent]]
name = "crawler"
owner = "ben"
roles = ["reader"]

[[server]]
name = "mail"
environment = "production"
class = "confidential"
trusted = false
audience = "public"

[[tool]]
server = "mail"
name = "read"
effects = ["read"]

[[tool]]
server = "mail"
name = "send"
effects = ["send"]
"#;

const RULES: &str = r#"@id("look")
@why("Readers look things up.")
permit (
  principal in Warden::Role::"reader",
  action,
  resource
)
when { ["read"].containsAll(resource.effects) };

@id("write")
@why("Writers write to people.")
permit (
  principal in Warden::Role::"writer",
  action,
  resource
)
when { ["read", "send"].containsAll(resource.effects) };

@id("leak")
@why("What a stranger wrote must not choose what is sent, unless a person has looked at it.")
forbid (
  principal,
  action == Warden::Action::"call",
  resource
)
when { context.session.untrusted && resource.effects.contains("send") }
unless { context.approved };
"#;

//! Pins: made, shown, compared, and never believed without their signature.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use serde_json::json;
use warden_testkit::{Client, TestHome};

use crate::{LEGACY, approve, guarded, records, server};

fn pin_file(home: &TestHome) -> PathBuf {
    let mut files = fs::read_dir(home.warden().join("pins")).unwrap();
    files.next().unwrap().unwrap().path()
}

fn diff(home: &TestHome, flags: &[&str]) -> warden_testkit::Outcome {
    let words = ["approve", "--diff", "--name", "mail", "--"].map(str::to_owned);
    home.run(words.into_iter().chain(server(flags)))
}

#[test]
fn the_key_is_made_at_first_use_and_for_its_owner_alone() {
    let home = TestHome::new();
    approve(&home, &[]);
    let key = home.warden().join("key.pk8");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let first = fs::read(&key).unwrap();
    approve(&home, &["--day", "7"]);
    assert_eq!(fs::read(&key).unwrap(), first);
    assert_eq!(records(&home, "pin.approved")[0]["user"], "ann");
}

#[test]
fn a_diff_names_what_changed_by_its_class() {
    let home = TestHome::new();
    approve(&home, &["--day", "1"]);
    let same = diff(&home, &["--day", "1"]);
    assert_eq!(same.code, Some(0), "{}", same.block());
    let outcome = diff(&home, &["--day", "7"]);
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    for part in [
        "tool search_mail",
        "text-changed",
        "tool send_email",
        "capability-widened",
        "send",
        "added",
    ] {
        assert!(outcome.stdout.contains(part), "{part} in {}", outcome.stdout);
    }
    let outcome = diff(&home, &["--day", "9"]);
    for part in ["removed", "schema-widened", "annotation-flipped"] {
        assert!(outcome.stdout.contains(part), "{part} in {}", outcome.stdout);
    }
    assert_eq!(records(&home, "pin.approved").len(), 1, "a look is no approval");
}

#[test]
fn nobody_approves_by_saying_nothing() {
    let home = TestHome::new();
    let words = ["approve", "--name", "mail", "--"].map(str::to_owned);
    let outcome = home.run(words.into_iter().chain(server(&[])));
    assert_eq!(outcome.code, Some(2), "{}", outcome.block());
    assert!(!home.warden().join("pins").exists());
}

#[test]
fn a_pin_that_was_touched_is_not_believed() {
    let home = TestHome::new();
    approve(&home, &[]);
    let file = pin_file(&home);
    let mut envelope = fs::read(&file).unwrap();
    let middle = envelope.len() / 2;
    envelope[middle] = if envelope[middle] == b'A' { b'B' } else { b'A' };
    fs::write(&file, &envelope).unwrap();
    let mut client = Client::spawn(&mut guarded(&home, &[]));
    assert_eq!(client.wait().code(), Some(3));
    assert!(client.stderr().contains("cannot trust the approval"), "{}", client.stderr());
}

#[test]
fn a_pin_signed_with_another_key_is_not_believed() {
    let (home, other) = (TestHome::new(), TestHome::new());
    approve(&home, &[]);
    approve(&other, &[]);
    fs::copy(pin_file(&other), pin_file(&home)).unwrap();
    let mut client = Client::spawn(&mut guarded(&home, &[]));
    assert_eq!(client.wait().code(), Some(3));
}

#[test]
fn a_pin_of_another_server_is_not_believed() {
    let home = TestHome::new();
    approve(&home, &[]);
    let words = ["approve", "--name", "files", "--yes", "--"].map(str::to_owned);
    drop(home.run(words.into_iter().chain(server(&["--day", "7"]))).success());
    let files: Vec<_> = fs::read_dir(home.warden().join("pins"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let of = |name: &str| files.iter().find(|file| file.to_string_lossy().contains(name)).unwrap();
    fs::copy(of("files-"), of("mail-")).unwrap();
    let mut client = Client::spawn(&mut guarded(&home, &[]));
    assert_eq!(client.wait().code(), Some(3));
}

#[test]
fn a_program_that_is_not_the_approved_one_is_not_started() {
    let home = TestHome::new();
    let script = home.write("server.sh", format!("exec {} \"$@\"\n", server(&[])[0]));
    let words = |command: &str| {
        let head = [command, "--name", "mail"].map(str::to_owned);
        let yes = (command == "approve").then(|| "--yes".to_owned());
        let tail = ["--".to_owned(), "sh".to_owned(), script.display().to_string()];
        head.into_iter().chain(yes).chain(tail).collect::<Vec<_>>()
    };
    drop(home.run(words("approve")).success());
    let mut client = Client::connect(&mut home.mcpwarden(words("run")), LEGACY);
    assert!(client.call("echo", json!({})).is_ok());
    client.shut_down();
    let marker = home.work().join("it-ran");
    home.write("server.sh", format!("touch {}\n", marker.display()));
    let mut client = Client::spawn(&mut home.mcpwarden(words("run")));
    assert_eq!(client.wait().code(), Some(4), "{}", client.stderr());
    assert!(!marker.exists(), "what was not approved must not run");
    assert_eq!(records(&home, "drift.detected")[0]["drift"]["class"], "artifact-changed");
}

#[test]
fn a_saved_answer_can_be_approved() {
    let home = TestHome::new();
    let tools = json!({"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]});
    let file = home.write("tools.json", tools.to_string());
    let file = file.to_str().unwrap();
    let refused = home.run(["approve", "--name", "mail", "--yes", "--from", file]);
    assert_eq!(refused.code, Some(2), "it does not say what runs: {}", refused.block());
    let words = ["approve", "--name", "mail", "--yes", "--from", file, "--"].map(str::to_owned);
    drop(home.run(words.into_iter().chain(server(&[]))).success());
    let outcome = home.run(["approve", "--name", "mail", "--diff", "--from", file]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
}

//! What opens a key is nowhere but where it was put.

use std::fs;

use serde_json::json;
use warden_testkit::{Client, Era, Outcome, TestHome};

use crate::{SERVER, encrypted, files};

const SECRET: &str = "correct horse battery";
const WRONG: &str = "incorrect donkey";

#[test]
fn no_output_file_ledger_or_server_ever_has_the_passphrase() {
    let home = TestHome::new();
    drop(encrypted(&home, "ops", "ed25519"));
    let folder = home.work().join("clock");
    home.write(folder.join("server.py"), SERVER);
    let folder = folder.display().to_string();
    let mut said = String::new();
    let mut run = |words: &[&str], secret: &str| {
        let signs = ["--signer", "file:ops.pem", "--passphrase-env", "MCPWARDEN_SECRET_OPS"];
        let mut command = home.mcpwarden(words.iter().chain(&signs));
        let outcome = Outcome::of(command.env("MCPWARDEN_SECRET_OPS", secret), b"");
        said.push_str(&outcome.block());
        outcome.code
    };
    // Also where the command asks for the variable itself.
    let certify = [
        "certify",
        &folder,
        "--name",
        "clock",
        "--script",
        "server.py",
        "--env",
        "MCPWARDEN_SECRET_OPS",
        "--level",
        "0",
    ];
    assert_eq!(run(&certify, WRONG), Some(3));
    assert_eq!(run(&certify, SECRET), Some(0));
    assert_eq!(run(&["quarantine", "clock", "--reason", "a host"], SECRET), Some(0));
    assert_eq!(run(&["quarantine", "clock", "--lift", "--reason", "known"], SECRET), Some(0));
    assert_eq!(run(&["key", "show"], WRONG), Some(3));
    drop(home.run(["approve", "clock", "--yes"]).success());
    let mut command = home.mcpwarden(["run", "clock"]);
    command.env("MCPWARDEN_SECRET_OPS", SECRET).env("PLAIN_WORD", "plain");
    let mut client = Client::connect(&mut command, Era::Legacy("2025-06-18"));
    assert!(client.call("now", json!({})).is_ok());
    assert!(client.shut_down().success());
    said.push_str(&client.stderr());
    let seen = fs::read_to_string(home.home().join("environment")).expect("the server has run");
    assert!(seen.contains("PLAIN_WORD"), "a server gets what else there is: {seen}");
    assert!(!seen.contains("MCPWARDEN_SECRET_OPS"), "{seen}");
    for secret in [SECRET, WRONG] {
        assert!(!said.contains(secret), "{said}");
        for file in files(home.path()) {
            let bytes = fs::read(&file).unwrap();
            let has = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert_eq!(has, secret == SECRET && file.ends_with("ops.pass"), "{}", file.display());
        }
    }
    assert!(
        files(&home.warden()).iter().any(|file| file.starts_with(home.warden().join("ledger")))
    );
}

//! One key in place of another: with an overlap, and without one.

use std::fs;

use serde_json::json;
use warden_testkit::{Client, Era, Outcome, TestHome};

use crate::{
    SERVER, by, certificates, certify, configure, encrypted, set, signed_by, trusted, words,
};

const PAST: &str = "2020-01-01T00:00:00Z";
const FUTURE: &str = "2099-01-01T00:00:00Z";

#[track_caller]
fn machine(home: &TestHome) -> String {
    let text = home.run(["key", "show", "--signer", "machine"]).success();
    text.lines().next().unwrap().to_owned()
}

#[track_caller]
fn refused(home: &TestHome, told: &str) {
    let outcome = home.run(["verify", "--server", "clock"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
}

#[track_caller]
fn configured(home: &TestHome, name: &str) {
    let work = home.work().display().to_string();
    let text =
        format!("signer = 'file:{work}/{name}.pem'\npassphrase_file = '{work}/{name}.pass'\n");
    configure(home, &text);
}

#[test]
fn both_keys_count_while_they_overlap_and_then_the_new_one_alone() {
    let home = TestHome::new();
    let old = encrypted(&home, "old", "ed25519");
    configured(&home, "old");
    drop(certify(&home, &[]).success());
    drop(home.run(["quarantine", "clock", "--reason", "a host"]).success());
    drop(home.run(["quarantine", "clock", "--lift", "--reason", "known"]).success());
    let key = ["key", "new", "--algorithm", "p256", "--output", "new.pem"];
    drop(home.run(key).success());
    let rotate = ["key", "rotate", "--next", "file:new.pem", "--overlap", "7"];
    let text = home.run(rotate).success();
    let new = text.lines().find_map(|line| line.strip_prefix("new  ")).unwrap().to_owned();
    // Both public keys are there for whoever verifies.
    for id in [&old, &new] {
        let id: String = id.trim_start_matches("sha256:").chars().take(16).collect();
        assert!(home.warden().join(format!("keys/{id}.pub")).exists());
    }
    assert_eq!(signed_by(&home), old, "the old certificate counts in the overlap");
    let envelope = fs::read(&certificates(&home)[0]).unwrap();
    drop(certify(&home, &[]).success());
    assert_eq!(signed_by(&home), new, "the new key signs from now on");
    // The overlap is over.
    set(&home, &old, "not_after", PAST);
    assert_eq!(signed_by(&home), new, "and what was revoked is still known");
    fs::write(&certificates(&home)[0], envelope).unwrap();
    refused(&home, "no longer valid");
    drop(home.run(["quarantine", "clock", "--reason", "a host"]));
    let list = fs::read_to_string(home.warden().join("revocations.json")).unwrap();
    assert!(list.contains(&new), "{list}");
    drop(home.run(["log", "verify"]).success());
    assert!(home.run(["log", "show"]).success().contains(r#""kind":"key""#));
}

/// Certifies the server and starts it to see what it shows, which makes it something to approve.
fn started(home: &TestHome) -> Outcome {
    let folder = home.work().join("clock");
    home.write(folder.join("server.py"), SERVER);
    let folder = folder.display().to_string();
    home.run(["certify", &folder, "--name", "clock", "--script", "server.py", "--level", "0"])
}

/// A home with a server that was certified, started and approved.
fn approved() -> TestHome {
    let home = TestHome::new();
    drop(started(&home).success());
    drop(home.run(["approve", "clock", "--yes"]).success());
    home
}

#[test]
fn the_log_and_the_approvals_of_a_machine_outlive_its_key() {
    let home = approved();
    let (first, origin) = (machine(&home), origin(&home));
    let known = home.run(["log", "key"]).success();
    fs::copy(home.warden().join("log/checkpoint"), home.work().join("seen")).unwrap();
    drop(home.run(["key", "rotate"]).success());
    let second = machine(&home);
    assert_ne!(first, second);
    assert_eq!(origin, self::origin(&home), "the log is the same log");
    let call = || {
        let mut client =
            Client::connect(&mut home.mcpwarden(["run", "clock"]), Era::Legacy("2025-06-18"));
        assert!(client.call("now", json!({})).is_ok());
        assert!(client.shut_down().success());
    };
    call();
    // Whoever knows the first key alone believes every checkpoint of the overlap.
    drop(started(&home).success());
    assert_eq!(home.run(["log", "key"]).success().lines().count(), 2);
    let log = home.warden().join("log").display().to_string();
    let known = known.trim();
    let verify = ["log", "verify", "--folder", &log, "--key", known, "--since", "seen"];
    drop(home.run(verify).success());
    drop(home.run(["log", "verify", "--since", "seen"]).success());
    let checkpoint = fs::read_to_string(home.warden().join("log/checkpoint")).unwrap();
    assert_eq!(checkpoint.matches('\u{2014}').count(), 2, "{checkpoint}");
    // The overlap is over, for the log and for certificates.
    set(&home, &first, "not_after", PAST);
    let file = home.warden().join("log-keys.json");
    let mut keys: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    keys["keys"][1]["until"] = PAST.into();
    fs::write(&file, keys.to_string()).unwrap();
    drop(started(&home).success());
    assert_eq!(signed_by(&home), second);
    call();
    drop(home.run(["log", "verify"]).success());
    let outcome = home.run(["log", "verify", "--folder", &log, "--key", known]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert_eq!(origin, self::origin(&home));
    // And once more.
    drop(home.run(["key", "rotate"]).success());
    drop(home.run(["log", "verify"]).success());
    assert_eq!(origin, self::origin(&home));
}

#[track_caller]
fn origin(home: &TestHome) -> String {
    let text = fs::read_to_string(home.warden().join("log/checkpoint")).unwrap();
    text.lines().next().unwrap().to_owned()
}

#[test]
fn a_stolen_key_counts_for_what_was_logged_before() {
    let home = TestHome::new();
    let stolen = encrypted(&home, "ops", "ed25519");
    drop(certify(&home, &words(&by("ops"))).success());
    let before = fs::read(&certificates(&home)[0]).unwrap();
    // It was logged before that.
    drop(home.run(["trust", "revoke", &stolen, "--since", FUTURE]).success());
    drop(home.run(["verify", "--server", "clock"]).success());
    drop(certify(&home, &words(&by("ops"))).success());
    let now = trusted(&home);
    // Since before either was issued.
    set(&home, &stolen, "revoked_since", PAST);
    refused(&home, "after it was revoked");
    nothing_more(&home);
    // Between the two: the first was logged before, the second was not.
    let issued = |envelope: &[u8]| {
        let envelope: serde_json::Value = serde_json::from_slice(envelope).unwrap();
        let payload = envelope["payload"].as_str().unwrap();
        let payload =
            base64::Engine::decode(&base64::engine::general_purpose::STANDARD, payload).unwrap();
        let payload: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        payload["predicate"]["issued"].as_str().unwrap().to_owned()
    };
    let file = certificates(&home).remove(0);
    let after = fs::read(&file).unwrap();
    set(&home, &stolen, "revoked_since", &issued(&after));
    refused(&home, "after it was revoked");
    fs::write(&file, &before).unwrap();
    drop(home.run(["verify", "--server", "clock"]).success());
    // Elsewhere nobody knows when it was made, whatever it says of itself.
    let other = TestHome::new();
    let file = other.write(other.work().join("clock.json"), &before);
    let mut all = now;
    for row in all["keys"].as_array_mut().unwrap() {
        if row["id"] == stolen.as_str() {
            row["revoked_since"] = issued(&after).into();
        }
    }
    let keys = other.write(other.work().join("trust.json"), all.to_string());
    let (file, keys) = (file.display().to_string(), keys.display().to_string());
    let outcome = other.run(["verify", &file, "--trust", &keys]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    // A log whose own key was stolen proves nothing.
    let own = machine(&home);
    drop(home.run(["trust", "revoke", &own, "--since", FUTURE]).success());
    refused(&home, "after it was revoked");
}

/// The stolen key signs nothing any more.
#[track_caller]
fn nothing_more(home: &TestHome) {
    let log = fs::read(home.warden().join("log/checkpoint")).unwrap();
    let outcome = certify(home, &words(&by("ops")));
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert!(outcome.stderr.contains("mcpwarden key rotate"), "{}", outcome.stderr);
    assert_eq!(fs::read(home.warden().join("log/checkpoint")).unwrap(), log);
}

#[test]
fn a_stolen_key_of_a_machine_ends_at_once() {
    let home = approved();
    drop(home.run(["quarantine", "clock", "--reason", "a host"]).success());
    drop(home.run(["quarantine", "clock", "--lift", "--reason", "known"]).success());
    let list = fs::read(home.warden().join("revocations.json")).unwrap();
    drop(home.run(["quarantine", "clock", "--reason", "again"]).success());
    let newest = fs::read(home.warden().join("revocations.json")).unwrap();
    // An older list, which whoever has the key can put there, is not signed again.
    fs::write(home.warden().join("revocations.json"), list).unwrap();
    let rotate = || home.run(["key", "rotate", "--compromised-since", PAST]);
    let outcome = rotate();
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert!(outcome.stderr.contains("was put back"), "{}", outcome.block());
    // Who can put the list there can take the note away as well. The log has it too.
    fs::remove_dir_all(home.warden().join("revocations-seen")).unwrap();
    let outcome = rotate();
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    fs::write(home.warden().join("revocations.json"), newest).unwrap();
    let origin = origin(&home);
    drop(home.run(["key", "rotate", "--compromised-since", PAST]).success());
    refused(&home, "after it was revoked");
    drop(started(&home).success());
    let outcome = home.run(["verify", "--server", "clock"]);
    assert_eq!(outcome.code, Some(13), "it is still held back: {}", outcome.block());
    drop(home.run(["quarantine", "clock", "--lift", "--reason", "known"]).success());
    drop(home.run(["verify", "--server", "clock"]).success());
    // Approvals that a thief could have made are not believed.
    let outcome = home.run(["run", "clock"]);
    assert!(outcome.stderr.contains("clock is not approved"), "{}", outcome.block());
    assert!(!home.warden().join("pins").exists());
    drop(home.run(["approve", "clock", "--yes"]).success());
    let mut client =
        Client::connect(&mut home.mcpwarden(["run", "clock"]), Era::Legacy("2025-06-18"));
    assert!(client.call("now", json!({})).is_ok());
    assert!(client.shut_down().success());
    drop(home.run(["log", "verify"]).success());
    assert_eq!(origin, self::origin(&home));
    assert_eq!(home.run(["log", "key"]).success().lines().count(), 1);
}

#[test]
fn a_rotation_that_cannot_be_done_changes_nothing() {
    let home = TestHome::new();
    drop(encrypted(&home, "ops", "ed25519"));
    configured(&home, "ops");
    drop(certify(&home, &[]).success());
    let state = || {
        let part = |name: &str| fs::read(home.warden().join(name)).unwrap();
        ["trust.json", "signer.toml", "log/checkpoint", "key.pk8"].map(part)
    };
    let before = state();
    for (more, told) in [
        (&[][..], "it is not said who signs from now on"),
        (&["--next", "file:gone.pem"], "No such file"),
        (&["--next", "file:ops.pem", "--next-passphrase-file", "ops.pass"], "signs now"),
        (&["--next", "command:/bin/false", "--next-key", "ops.pem.pub"], "signs now"),
        (&["--next", "file:ops.pem", "--next-passphrase-file", "gone"], "No such file"),
        (&["--next", "pkcs11:token=t"], "missing"),
        (&["--next", "machine", "--old", "sha256:00"], "no trusted key"),
    ] {
        let outcome = home.run(["key", "rotate"].iter().chain(more));
        assert!(outcome.code.is_some_and(|code| code > 1), "{}", outcome.block());
        assert!(outcome.stderr.contains(told), "{told}: {}", outcome.block());
        assert_eq!(state(), before, "{more:?}");
    }
    drop(home.run(["key", "new", "--output", "kms"]).success());
    let next = ["--next", "command:/bin/false", "--next-key", "kms.pub"];
    let outcome = home.run(["key", "rotate"].iter().chain(&next));
    assert!(outcome.stderr.contains("does not sign"), "{}", outcome.block());
    assert_eq!(state(), before);
    // A key that is lost is named, and another takes its place.
    fs::remove_file(home.work().join("ops.pem")).unwrap();
    let lost =
        trusted(&home)["keys"].as_array().unwrap().iter().find(|row| row["name"] == "ops").unwrap()
            ["id"]
            .as_str()
            .unwrap()
            .to_owned();
    drop(home.run(["key", "rotate", "--next", "machine", "--old", &lost]).success());
    drop(certify(&home, &[]).success());
    assert_eq!(signed_by(&home), machine(&home));
}

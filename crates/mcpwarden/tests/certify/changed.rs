//! R52: anything that was changed is refused, where it is verified and where it would run.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::json;
use warden_testkit::TestHome;

use crate::{below, certificate, certify, connect, ready, refused};

/// Changes a byte of a file that may be read-only.
pub(crate) fn touch(file: &Path, at: usize) {
    let mode = fs::metadata(file).unwrap().permissions();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    let mut bytes = fs::read(file).unwrap();
    let at = at.min(bytes.len() - 1);
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    fs::write(file, bytes).unwrap();
    fs::set_permissions(file, mode).unwrap();
}

#[test]
fn a_changed_certificate_is_neither_verified_nor_run() {
    let home = TestHome::new();
    ready(&home);
    let file = certificate(&home);
    let length = fs::read(&file).unwrap().len();
    let whole = fs::read(&file).unwrap();
    for part in 1..12 {
        touch(&file, length * part / 12);
        let outcome = home.run(["verify", "--server", "clock"]);
        assert_eq!(outcome.code, Some(4), "part {part}: {}", outcome.block());
        assert!(refused(&home).contains("certificate-not-trusted"), "part {part}");
        fs::write(&file, &whole).unwrap();
    }
    assert!(home.run(["verify", "--server", "clock"]).code == Some(0));
}

#[test]
fn a_changed_tree_is_neither_verified_nor_started() {
    let home = TestHome::new();
    ready(&home);
    touch(&below(&home.warden().join("store/trees"), "server.py"), 40);
    let outcome = home.run(["verify", "--server", "clock"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("not those that were certified"), "{}", outcome.stderr);
    let mut client = warden_testkit::Client::spawn(&mut home.mcpwarden(["run", "clock"]));
    client.wait();
    assert!(client.stderr().contains("not what was certified"), "{}", client.stderr());
}

#[test]
fn a_file_more_in_the_tree_is_noticed() {
    let home = TestHome::new();
    ready(&home);
    let script = below(&home.warden().join("store/trees"), "server.py");
    let folder = script.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(folder.join("sitecustomize.py"), "print('here')\n").unwrap();
    let outcome = home.run(["verify", "--server", "clock", "--full"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
}

#[test]
fn a_certificate_of_other_definitions_is_refused() {
    let home = TestHome::new();
    ready(&home);
    // The next version shows something else, is certified, and was not approved as it is now.
    let changed = crate::SERVER.replace("Says what time it is.", "Says what day it is.");
    home.write(home.work().join("clock/server.py"), changed);
    let folder = home.work().join("clock").display().to_string();
    let words = ["certify", &folder, "--name", "clock", "--script", "server.py"];
    drop(home.run(words).success());
    let outcome = home.run(["run", "clock"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    drop(home.run(["approve", "clock", "--yes"]).success());
    let mut client = connect(&home);
    assert!(client.call("now", json!({})).is_ok());
}

#[test]
fn a_changed_log_is_told() {
    let home = TestHome::new();
    ready(&home);
    let log = home.warden().join("log");
    for part in ["checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"] {
        let file = log.join(part);
        let whole = fs::read(&file).unwrap();
        touch(&file, whole.len() / 2);
        let outcome = home.run(["log", "verify"]);
        assert_eq!(outcome.code, Some(4), "{part}: {}", outcome.block());
        fs::write(&file, whole).unwrap();
    }
    let outcome = home.run(["log", "verify"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
}

#[test]
fn a_certificate_that_was_not_logged_is_not_believed() {
    let home = TestHome::new();
    ready(&home);
    let file = certificate(&home);
    let old = fs::read(&file).unwrap();
    fs::remove_dir_all(home.warden().join("log")).unwrap();
    drop(certify(&home, &[]).success());
    fs::write(&file, old).unwrap();
    let outcome = home.run(["verify", "--server", "clock"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("not in the log"), "{}", outcome.stderr);
}

#[test]
fn a_list_of_revocations_that_was_touched_stops_everything() {
    let home = TestHome::new();
    ready(&home);
    let other = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    drop(home.run(["revoke", other, "--reason", "somebody else's"]).success());
    drop(connect(&home));
    touch(&home.warden().join("revocations.json"), 60);
    assert!(refused(&home).contains("certificate-could-not-tell"));
}

// A list of what is revoked has no end: that there was a newer one is remembered here.
#[test]
fn an_older_list_of_revocations_in_place_of_a_newer_one_stops_everything() {
    let home = TestHome::new();
    ready(&home);
    let list = home.warden().join("revocations.json");
    let other = |digit: &str| format!("sha256:{}", digit.repeat(64));
    let revoke = |what: &str| drop(home.run(["revoke", what, "--reason", "stolen"]).success());
    revoke(&other("0"));
    let older = fs::read(&list).unwrap();
    revoke("clock");
    let newer = fs::read(&list).unwrap();
    assert!(refused(&home).contains("certificate-revoked"));
    // It is believed as it is signed, and it is not the newest.
    let stopped = || {
        let outcome = home.run(["verify", "--server", "clock"]);
        assert_eq!(outcome.code, Some(3), "{}", outcome.block());
        for part in ["was put back", "number 2 was here already", "get the newest one"] {
            assert!(outcome.stderr.contains(part), "`{part}` in {}", outcome.stderr);
        }
        assert!(refused(&home).contains("certificate-revocations-older"));
        let more = home.run(["revoke", &other("1"), "--reason", "x"]);
        assert_eq!(more.code, Some(3), "{}", more.block());
    };
    fs::write(&list, &older).unwrap();
    stopped();
    // To take it away is to go back to none.
    fs::remove_file(&list).unwrap();
    let outcome = home.run(["verify", "--server", "clock"]);
    assert!(outcome.stderr.contains("number 2 was here already"), "{}", outcome.block());
    assert!(refused(&home).contains("certificate-revocations-older"));
    // What was remembered and is damaged is not forgotten.
    let note = home.warden().join("revocations-seen/own.seen");
    let seen = fs::read(&note).unwrap();
    fs::write(&list, &newer).unwrap();
    fs::write(&note, "{}").unwrap();
    assert!(home.run(["verify", "--server", "clock"]).stderr.contains("nobody can tell which"));
    fs::write(&note, seen).unwrap();
    assert!(refused(&home).contains("certificate-revoked"));
    // A list that is named is remembered by its place.
    let named = home.work().join("list.json");
    let verify = |bytes: &[u8]| {
        fs::write(&named, bytes).unwrap();
        home.run(["verify", "--server", "clock", "--revocations", "list.json"])
    };
    assert_eq!(verify(&older).code, Some(0));
    assert!(verify(&newer).stderr.contains("revoked"));
    let outcome = verify(&older);
    assert!(outcome.stderr.contains("was put back"), "{}", outcome.block());
}

//! Certificates that come in a bundle: verified, fresh, and never older than what was seen.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use warden_policy::Time;
use warden_testkit::{Outcome, TestHome};

use crate::{
    SERVER,
    parts::{Parts, make, touch},
};

/// A repository that brings the bytes that were certified here, and the bundle with the certificate.
fn ready() -> (TestHome, PathBuf) {
    let home = TestHome::new();
    home.write("clock/server.py", SERVER);
    home.write("clock/SECURITY.md", "Tell us at https://clock.example/security\n");
    let folder = home.path().join("clock").display().to_string();
    drop(home.run(["certify", &folder, "--name", "clock", "--script", "server.py"]).success());
    let text = home.run(["verify", "--server", "clock", "--json"]).success();
    let certificate: Value = serde_json::from_str(&text).expect("it is JSON");
    let tree = certificate["digests"]["tree"].as_str().expect("a digest");
    let server = json!({
        "name": "io.example/clock",
        "description": "Says what time it is",
        "version": "1.0.0",
        "packages": [{
            "registryType": "mcpb",
            "identifier": "https://example.com/clock.mcpb",
            "version": "1.0.0",
            "fileSha256": tree.trim_start_matches("sha256:"),
            "transport": {"type": "stdio"},
        }],
    });
    home.write("work/server.json", server.to_string());
    let file = make(&home, place(&home));
    (home, file)
}

/// Where the bundle is: where no repository is.
fn place(home: &TestHome) -> PathBuf {
    home.path().join("certificates.bundle")
}

fn gate(home: &TestHome, file: &std::path::Path, more: &[&str]) -> Outcome {
    let file = file.display().to_string();
    home.run([&["gate", "--bundle", &file], more].concat())
}

/// A failure that says so, and judges nothing.
#[track_caller]
fn fails(outcome: &Outcome, told: &str) {
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains(told), "`{told}` in {}", outcome.block());
    assert_eq!(outcome.stdout, "");
}

#[test]
fn what_the_bundle_certifies_counts_and_what_it_revokes_does_not() {
    let (home, file) = ready();
    // What this machine has certified says nothing here.
    fs::remove_dir_all(home.warden().join("certificates")).unwrap();
    let outcome = gate(&home, &file, &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stdout.contains("judged by bundle 1"), "{}", outcome.block());
    let mut parts = Parts::of(&home, &fs::read(&file).unwrap());
    parts.lines.clear();
    (parts.head.certificates, parts.head.sequence) = (0, 2);
    home.write(&file, parts.signed());
    let outcome = gate(&home, &file, &[]);
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    assert!(outcome.stdout.contains("not-certified"), "{}", outcome.block());
}

#[test]
fn a_list_in_the_bundle_stops_what_a_certificate_in_it_let_pass() {
    let (home, file) = ready();
    assert_eq!(gate(&home, &file, &[]).code, Some(0));
    drop(home.run(["revoke", "clock", "--reason", "it was stolen"]).success());
    make(&home, place(&home));
    // The bundle alone is to say it, as to a runner that never had the list.
    fs::remove_file(home.warden().join("revocations.json")).unwrap();
    fs::remove_dir_all(home.warden().join("revocations-seen")).unwrap();
    let outcome = gate(&home, &file, &[]);
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    assert!(outcome.stdout.contains("certificate-revoked"), "{}", outcome.block());
}

#[test]
fn a_bundle_that_is_changed_older_or_over_is_a_failure() {
    let (home, file) = ready();
    let whole = fs::read(&file).unwrap();
    let mut changed = whole.clone();
    let at = changed.len() - 20;
    changed[at] ^= 1;
    home.write(&file, changed);
    fails(&gate(&home, &file, &[]), "is not taken in");
    let mut parts = Parts::of(&home, &whole);
    parts.head.sequence = 5;
    home.write(&file, parts.signed());
    assert_eq!(gate(&home, &file, &[]).code, Some(0));
    home.write(&file, &whole);
    fails(&gate(&home, &file, &[]), "its number is 1, and number 5 was here already");
    let hour = 3_600_000_000;
    let earlier = |time: Time| Time::from_micros(time.micros() - 48 * hour);
    (parts.head.issued, parts.head.expires) =
        (earlier(parts.head.issued), earlier(parts.head.expires));
    parts.head.sequence = 6;
    home.write(&file, parts.signed());
    fails(&gate(&home, &file, &[]), "it expired at");
    fs::remove_file(&file).unwrap();
    fails(&gate(&home, &file, &[]), "is not taken in");
    let outcome = gate(&home, &file, &["--certificates", "."]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.block());
}

#[test]
fn a_certificate_in_it_that_is_not_believed_counts_for_nothing_and_is_told() {
    let (home, file) = ready();
    let mut parts = Parts::of(&home, &fs::read(&file).unwrap());
    let at = parts.at("certificate");
    parts.line(at, |line| touch(&mut line["certificate"]));
    home.write(&file, parts.signed());
    let outcome = gate(&home, &file, &[]);
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    assert!(outcome.stdout.contains("not-certified"), "{}", outcome.block());
    let report = gate(&home, &file, &["--format", "json"]).stdout;
    let report: Value = serde_json::from_str(&report).expect("it is JSON");
    let notes = report["notes"].to_string();
    assert!(notes.contains("1 certificates in it are not believed"), "{notes}");
}

#[test]
fn what_is_installed_counts_where_nothing_is_named() {
    let (home, file) = ready();
    drop(home.run(["bundle", "install", &file.display().to_string()]).success());
    fs::remove_dir_all(home.warden().join("certificates")).unwrap();
    let outcome = home.run(["gate"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stdout.contains("judged by bundle 1"), "{}", outcome.block());
    let slot = home.warden().join("bundles");
    let copies = fs::read_dir(&slot).unwrap().map(|entry| entry.unwrap().path());
    for copy in copies.filter(|copy| copy.extension().is_some_and(|end| end == "jsonl")) {
        fs::write(copy, "nonsense\n").unwrap();
    }
    fails(&home.run(["gate"]), "is not believed");
}

#[test]
fn a_change_does_not_bring_the_bundle_that_it_is_judged_by() {
    let (home, file) = ready();
    let git = |words: &[&str]| crate::git(&home, &home.work(), words);
    git(&["init", "--quiet"]);
    fs::rename(home.work().join("server.json"), home.path().join("server.json")).unwrap();
    let inside = home.work().join("certificates.bundle");
    let whole = fs::read(&file).unwrap();
    let mut parts = Parts::of(&home, &whole);
    parts.head.sequence = 2;
    parts.lines.clear();
    parts.head.certificates = 0;
    home.write("work/README.md", "nothing yet\n");
    git(&["add", "README.md"]);
    git(&["commit", "--quiet", "-m", "nothing"]);
    home.write(&inside, parts.signed());
    git(&["add", "."]);
    let since = ["--changed-since", "HEAD"];
    let outcome = gate(&home, &inside, &since);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert!(outcome.stderr.contains("brings"), "{}", outcome.block());
    git(&["commit", "--quiet", "-m", "the bundle"]);
    fs::rename(home.path().join("server.json"), home.work().join("server.json")).unwrap();
    parts = Parts::of(&home, &whole);
    parts.head.sequence = 3;
    home.write(&inside, parts.signed());
    // The one that was there before certifies nothing.
    let outcome = gate(&home, &inside, &since);
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    assert!(outcome.stdout.contains("not-certified"), "{}", outcome.block());
}

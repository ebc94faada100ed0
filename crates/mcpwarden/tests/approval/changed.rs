//! R41: another digest is another server; a few changes that do not matter are not.

use serde_json::json;

use crate::{RUN, SERVER, approved, certify, connect, refused, shown, sign, state};

fn pin(home: &warden_testkit::TestHome) {
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
}

#[test]
fn a_change_voids_the_votes_and_says_who_has_to_be_told() {
    let home = approved();
    home.write("work/clock/server.py", SERVER.replace("what time it is", "what day it is"));
    let outcome = certify(&home);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    for part in ["due for review", "server.py", "no more: ann", "to be told: ann, mia, rita"] {
        assert!(outcome.stderr.contains(part), "`{part}` in {}", outcome.stderr);
    }
    assert_eq!(state(&home), "review due");
    let list = home.run(["approval", "list"]).success();
    assert!(list.contains("clock: review due") && list.contains("told: ann, mia, rita"), "{list}");
    let review = &shown(&home)["review"];
    assert_eq!(review["votes_void"], json!(["ann"]));
    assert!(review["open_again"].as_array().unwrap().contains(&json!("A2")), "{review}");
    pin(&home);
    assert!(refused(&home, RUN).contains("certificate-not-approved-here"));
    // It is signed and in the log, as everything else.
    let log = home.run(["log", "show"]).success();
    assert!(log.contains("\"act\":\"change\""), "{log}");
    // So is the notice, with who has to be told; what it says in full is in the store.
    let notice = log.lines().filter(|line| line.contains("\"kind\":\"review\""));
    let [notice] = notice.collect::<Vec<_>>()[..] else { panic!("one notice: {log}") };
    let (_, entry) = notice.split_once('{').expect("an entry");
    let notice: serde_json::Value = serde_json::from_str(&format!("{{{entry}")).expect("JSON");
    assert_eq!(notice["tell"], json!(["ann", "mia", "rita"]));
    assert_eq!((&notice["votes_void"], &notice["name"]), (&json!(["ann"]), &json!("clock")));
    let digest = notice["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    let kept = crate::tampered::below(&home.warden().join("store"), digest);
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(kept).unwrap()).unwrap();
    assert!(kept["what"].as_array().unwrap().contains(&json!("the file server.py")), "{kept:#}");
    assert_eq!(kept["open_again"], review["open_again"]);
    // Certified again, it is the same change and the same notice.
    drop(certify(&home));
    let again = home.run(["log", "show"]).success();
    assert_eq!(again.matches("\"kind\":\"review\"").count(), 1, "{again}");
    // Evidence has answered for what it is now, and people have to look again.
    let answers = shown(&home)["dossier"]["answers"].clone();
    let runs = answers.as_array().unwrap().iter().find(|it| it["question"] == "A2").unwrap();
    assert_eq!(runs["reply"], "yes");
    drop(sign(&home, "ann", "approve").success());
    assert_eq!(state(&home), "approved");
    assert!(connect(&home, RUN).call("now", json!({})).is_ok());
}

#[test]
fn a_page_for_people_that_no_code_names_does_not_matter() {
    let home = approved();
    home.write("work/clock/README.md", "# A clock\n");
    let outcome = certify(&home);
    assert!(outcome.stderr.contains("nothing changed that matters"), "{}", outcome.block());
    assert_eq!(state(&home), "approved");
    pin(&home);
    assert!(connect(&home, RUN).call("now", json!({})).is_ok());
    // The same page, once code reads it.
    home.write("work/clock/server.py", SERVER.replace("noon", "README.md"));
    drop(certify(&home).success());
    drop(sign(&home, "ann", "approve").success());
    assert_eq!(state(&home), "approved");
    home.write("work/clock/README.md", "# Another clock\n");
    let outcome = certify(&home);
    assert!(outcome.stderr.contains("the file README.md"), "{}", outcome.block());
    assert_eq!(state(&home), "review due");
}

#[test]
fn the_same_server_certified_again_is_still_approved() {
    let home = approved();
    let outcome = certify(&home);
    assert!(!outcome.stderr.contains("approval"), "{}", outcome.block());
    assert_eq!(state(&home), "approved");
}

#[test]
fn a_change_of_mode_or_a_test_file_matters() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = approved();
    home.write("work/clock/tests/test_clock.py", "print('tested')\n");
    assert!(certify(&home).stderr.contains("the file tests/test_clock.py"));
    drop(sign(&home, "ann", "approve").success());
    let file = home.work().join("clock/SECURITY.md");
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(certify(&home).stderr.contains("the file SECURITY.md"));
    assert_eq!(state(&home), "review due");
}

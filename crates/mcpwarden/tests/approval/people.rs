//! Who may say yes, how many of them, and how it is taken back.

use serde_json::json;

use crate::{
    GRAVE, RUN, SANDBOX, approved, by, connect, day, file, key, no, person, ready, refused,
    request, shown, sign, state,
};

#[test]
fn what_somebody_asked_for_and_somebody_else_approved_runs() {
    let home = ready(&["mia", "ann"]);
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    assert!(refused(&home, RUN).contains("certificate-not-approved-here"));
    request(&home, "mia", SANDBOX);
    assert_eq!(state(&home), "pending");
    assert!(refused(&home, RUN).contains("certificate-not-approved-here"));
    drop(sign(&home, "ann", "approve").success());
    assert_eq!(state(&home), "approved");
    let mut client = connect(&home, RUN);
    assert!(client.call("now", json!({})).is_ok());
    assert!(client.shut_down().success());
    // Approved for a sandbox is not approved for production, nor for graver data.
    for more in [["--environment", "production"], ["--data", "confidential"]] {
        let mut words = vec!["run", "clock", "--approved"];
        if more[0] == "--data" {
            words.extend(["--environment", "sandbox"]);
        }
        words.extend(more);
        assert!(refused(&home, &words).contains("certificate-not-approved-here"), "{words:?}");
    }
}

#[test]
fn whoever_asks_does_not_approve() {
    let home = ready(&["mia", "ann"]);
    request(&home, "mia", SANDBOX);
    no(&sign(&home, "mia", "approve"), 4, "`mia` has asked for it");
    assert_eq!(state(&home), "pending");
    // The key of this machine is one person, whoever sits before it.
    let words = ["approval", "request", "clock", "--owner", "rita"];
    drop(home.run(words.iter().chain(SANDBOX).map(|&word| word.to_owned())).success());
    assert_eq!(shown(&home)["request"]["by"], "this-machine");
    let outcome = home.run(["approval", "sign", "clock", "approve", "--reason", "mine"]);
    no(&outcome, 4, "`this-machine` has asked for it");
}

#[test]
fn a_key_that_nobody_has_named_signs_nothing() {
    let home = ready(&["mia", "ann"]);
    request(&home, "mia", SANDBOX);
    drop(home.run(["approval", "key", &key(&home, "eve")]).success());
    no(&sign(&home, "eve", "approve"), 3, "nobody's whose approvals count");
    // A name that is nobody's, and a key that counts for something else.
    let public = format!("{}.pub", key(&home, "eve"));
    let outcome = home.run(["trust", "add", &public, "--name", "Eve Doe", "--use", "approval"]);
    no(&outcome, 2, "the name of its person");
    drop(home.run(["trust", "add", &public, "--name", "eve", "--use", "certificate"]).success());
    no(&sign(&home, "eve", "approve"), 3, "does not count for approvals");
    assert_eq!(state(&home), "pending");
    // A key of one's own is not written over.
    no(&home.run(["approval", "key", &key(&home, "ann")]), 4, "there already");
}

#[test]
fn two_keys_of_one_person_are_one_vote_and_blast_tier_1_takes_two_people() {
    let home = ready(&["mia", "ann", "rita"]);
    home.write("work/shown.txt", "as it was shown");
    request(&home, "mia", GRAVE);
    for question in crate::questions::ALL {
        crate::questions::waive_or_answer(&home, question);
    }
    drop(sign(&home, "ann", "approve").success());
    assert_eq!(state(&home), "pending");
    drop(home.run(["approval", "key", &key(&home, "second")]).success());
    let public = format!("{}.pub", key(&home, "second"));
    drop(home.run(["trust", "add", &public, "--name", "ANN", "--use", "approval"]).success());
    drop(sign(&home, "second", "approve").success());
    assert_eq!(state(&home), "pending", "{}", shown(&home));
    drop(sign(&home, "rita", "approve").success());
    assert_eq!(state(&home), "approved");
    // One of them says no, and it stands.
    drop(sign(&home, "rita", "refuse").success());
    assert_eq!(state(&home), "blocked");
}

#[test]
fn a_policy_says_who_may() {
    let home = ready(&["mia", "ann", "ben", "cleo"]);
    let example = home.run(["approval", "policy", "--example"]).success();
    assert!(example.contains("[people]"));
    home.write(
        "warden/approval.toml",
        "most_days = 30\n[people]\nann = \"member\"\nben = \"security-officer\"\ncleo = \"ciso\"\n",
    );
    let policy = home.run(["approval", "policy"]).success();
    assert!(policy.contains("Blast tier 1: 2 of 2") && policy.contains("30 days"), "{policy}");
    request(&home, "mia", SANDBOX);
    no(&sign(&home, "ann", "approve"), 4, "`ann` may not approve in blast tier 3");
    let late = by(&home, "ben", &["sign", "approve", "--reason", "yes", "--until", &day(60)]);
    no(&late, 2, "at most 30 days");
    let over = by(&home, "ben", &["sign", "approve", "--reason", "yes", "--until", &day(-1)]);
    no(&over, 2, "is over");
    drop(by(&home, "ben", &["sign", "approve", "--reason", "yes", "--until", &day(20)]).success());
    assert_eq!(state(&home), "approved");
    assert!(shown(&home)["until"].as_str().unwrap().starts_with(&day(21)));
    // Whoever may approve no more, has not.
    home.write("warden/approval.toml", "[people]\nann = \"ciso\"\ncleo = \"ciso\"\n");
    assert_eq!(state(&home), "pending");
    home.write("warden/approval.toml", "[people]\nann = \"king\"\n");
    no(&home.run(["approval", "show", "clock"]), 3, "cannot use the policy");
}

#[test]
fn what_is_taken_back_ends_what_runs() {
    let home = approved();
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    let mut client = connect(&home, RUN);
    assert!(client.call("now", json!({})).is_ok());
    drop(by(&home, "ann", &["withdraw", "--reason", "a leak"]).success());
    client.wait();
    assert!(client.stderr().contains("certificate-not-approved-here"), "{}", client.stderr());
    assert_eq!(state(&home), "withdrawn");
    no(&sign(&home, "ann", "approve"), 4, "was taken back");
    request(&home, "mia", SANDBOX);
    assert_eq!(state(&home), "pending", "what was said before is not said again by itself");
}

#[test]
fn a_person_whose_key_was_stolen_has_approved_nothing() {
    let home = approved();
    let trust = home.run(["trust", "list"]).success();
    let id = trust.lines().zip(trust.lines().skip(1)).find(|(_, name)| name.contains("ann, for"));
    let id = id.expect("ann has a key").0.to_owned();
    drop(home.run(["trust", "revoke", &id, "--since", "2026-01-01T00:00:00Z"]).success());
    assert_eq!(state(&home), "pending");
    assert!(home.run(["approval", "show", "clock"]).success().contains("does not count"));
    assert!(refused(&home, RUN).contains("certificate-not-approved-here"));
}

#[test]
fn a_condition_is_met_when_somebody_else_says_so() {
    let home = ready(&["mia", "ann", "rita"]);
    request(&home, "mia", SANDBOX);
    let condition = format!("{} rita rotate the key", day(7));
    let words = ["sign", "approve", "--reason", "yes", "--condition", &condition];
    drop(by(&home, "ann", &words).success());
    assert!(shown(&home)["until"].as_str().unwrap().starts_with(&day(8)));
    no(&by(&home, "rita", &["met", "1"]), 4, "whoever was to do it");
    no(&by(&home, "ann", &["met", "2"]), 2, "no condition 2");
    drop(by(&home, "ann", &["met", "1"]).success());
    assert!(!shown(&home)["until"].as_str().unwrap().starts_with(&day(8)));
    no(
        &by(&home, "ann", &["sign", "approve", "--reason", "x", "--condition", "soon"]),
        2,
        "no condition",
    );
}

#[test]
fn every_act_is_in_the_log_before_it_counts() {
    let home = approved();
    let log = home.run(["log", "show"]).success();
    let acts: Vec<&str> =
        log.lines().filter(|line| line.contains("\"kind\":\"approval\"")).collect();
    let deeds = ["request", "answers", "vote"];
    assert_eq!(acts.len(), deeds.len(), "{log}");
    for (number, (line, deed)) in acts.iter().zip(deeds).enumerate() {
        assert!(line.contains(&format!("\"act\":\"{deed}\"")), "{line}");
        assert!(line.contains(&format!("\"number\":{number}")), "{line}");
    }
    drop(home.run(["log", "verify"]).success());
    // Where nothing can be logged, nothing counts.
    std::fs::remove_dir_all(home.warden().join("log")).unwrap();
    no(&home.run(["approval", "show", "clock"]), 4, "no log");
    assert!(refused(&home, RUN).contains("certificate-not-logged"));
    assert!(file(&home).exists());
}

#[test]
fn the_machine_can_be_named_as_the_person_that_it_is_of() {
    let home = ready(&[]);
    let public = home.warden().join("key.pub").display().to_string();
    drop(home.run(["trust", "add", &public, "--name", "ann", "--use", "approval"]).success());
    person(&home, "mia");
    request(&home, "mia", SANDBOX);
    drop(home.run(["approval", "sign", "clock", "approve", "--reason", "yes"]).success());
    assert_eq!(shown(&home)["dossier"]["votes"][0]["by"], "ann");
    assert_eq!(state(&home), "approved");
    assert!(home.run(["approval", "list"]).success().contains("clock: approved, a sandbox"));
}

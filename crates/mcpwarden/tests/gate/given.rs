//! What is judged by: policies, waivers, keys and lists.

use crate::{MAIL, Repo, npm};

const WAIVER: &str = "[[waiver]]\nserver = \"mail\"\nreason = \"certified next week\"\nowner = \"ann@example.com\"\nuntil = 2999-01-31\n";

#[test]
fn a_waiver_lets_pass_and_says_who_answers() {
    let repo = Repo::with(MAIL);
    repo.put(".mcpwarden/gate.toml", WAIVER);
    repo.check(&[], "waived");
    insta::assert_snapshot!(repo.gate(&[]).block());
}

#[test]
fn a_waiver_that_is_over_does_not_and_is_told() {
    let repo = Repo::with(MAIL);
    repo.put(".mcpwarden/gate.toml", &WAIVER.replace("2999-01-31", "2020-01-31"));
    repo.check(&[], "not-certified");
    let note = "the waiver of line 1 is over since 2020-01-31: `mail`";
    assert!(repo.json(&[])["notes"].as_array().unwrap().iter().any(|found| found == note));
}

#[test]
fn a_waiver_for_something_else_lets_nothing_pass_and_is_told() {
    let repo = Repo::with(MAIL);
    repo.put(".mcpwarden/gate.toml", &WAIVER.replace("\"mail\"", "\"files\""));
    repo.check(&[], "not-certified");
    let note = "the waiver of line 1 lets nothing pass: `files`";
    assert!(repo.json(&[])["notes"].as_array().unwrap().iter().any(|found| found == note));
}

#[test]
fn a_policy_with_a_mistake_is_none() {
    let repo = Repo::with(MAIL);
    repo.put(".mcpwarden/gate.toml", &format!("levl = 1\n{}", WAIVER.replace("owner", "ownr")));
    let outcome = repo.gate(&[]);
    assert_eq!(outcome.code, Some(3));
    insta::assert_snapshot!(outcome.block());
}

#[test]
fn a_policy_says_for_what_servers_are_used() {
    let repo = Repo::with(MAIL);
    repo.certify(&crate::Wanted { level: 0, ..npm("@acme/mail", "1.2.3") });
    repo.put(".mcpwarden/gate.toml", "environment = \"sandbox\"\ndata = \"public\"\n");
    repo.check(&[], "counts");
    repo.check(&["--environment", "production"], "certificate-below-level");
}

#[test]
fn what_is_named_has_to_be_there() {
    let repo = Repo::with(MAIL);
    let gate = |words: &[&str]| repo.home.run([&["gate"], words].concat());
    for (words, code, told) in [
        (["--certificates", "nowhere"].as_slice(), 3, "nobody has said what is revoked"),
        (
            &["--certificates", "nowhere", "--without-revocations"],
            3,
            "cannot read the certificates",
        ),
        (&["--trust", "nowhere", "--without-revocations"], 3, "cannot read `nowhere`"),
        (&["--revocations", "nowhere", "--trust", "trust.json"], 3, "cannot read `nowhere`"),
        (&["--policy", "nowhere"], 3, "cannot read the policy"),
        (&["nowhere"], 4, "cannot look at `nowhere`"),
        (&["--changed-since", "main"], 4, "cannot read the revision"),
        (&["--level", "4"], 2, "--level"),
        (&["--without-revocations", "--revocations", "x"], 2, "cannot be used with"),
    ] {
        let outcome = gate(words);
        assert_eq!(outcome.code, Some(code), "{words:?}: {}", outcome.block());
        assert!(outcome.stderr.contains(told), "{words:?}: {}", outcome.block());
    }
    let elsewhere = warden_testkit::TestHome::new();
    let outcome = elsewhere.run(["gate", "--certificates", "."]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert!(outcome.stderr.contains("no key is trusted"), "{}", outcome.block());
    assert!(!elsewhere.warden().join("key.pk8").exists(), "looking makes no key");
}

#[test]
fn a_list_that_nobody_has_signed_is_not_believed() {
    let repo = Repo::with(MAIL);
    repo.put("revocations.json", "{\"version\": 1, \"number\": 1, \"entries\": []}");
    let outcome = repo.gate(&[]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert!(outcome.stderr.contains("cannot trust what is revoked"), "{}", outcome.block());
}

//! Single questions: explain, and who can do what.

use super::*;

// Whoever was kept from something is told by which rule, why, and what would alter it.
#[test]
fn an_answer_is_explained_with_its_rules_and_what_would_alter_it() {
    let home = TestHome::new();
    desk(&home);
    let sends = ["explain", "desk", "--agent", "desk", "--tool", "mail/send"];
    let at = ["--at", "2026-11-25T12:00:00Z"];
    let strange = ["--label", "untrusted"];
    insta::assert_snapshot!(policy(&home, &[&sends[..], &at].concat()).block());
    insta::assert_snapshot!(policy(&home, &[&sends[..], &at, &strange].concat()).block());
    let crawler = ["explain", "desk", "--agent", "crawler", "--tool", "mail/send"];
    insta::assert_snapshot!(policy(&home, &[&crawler[..], &at].concat()).block());
    // What nobody has said anything about does everything, and nobody is permitted that.
    let unknown = ["explain", "desk", "--agent", "desk", "--tool", "files/tidy"];
    let said = json(&home, &unknown);
    assert_eq!(said["verdict"]["is"], "policy-no-rule", "{said}");
    let read = json(&home, &[&unknown[..], &["--effect", "read"]].concat());
    assert_eq!(read["verdict"]["rules"], serde_json::json!(["look", "write"]), "{read}");
    let approved = json(&home, &[&sends[..], &strange, &["--approved"]].concat());
    assert_eq!(approved["verdict"]["is"], "permitted", "{approved}");
}

#[test]
fn a_question_that_cannot_be_put_is_a_usage_error() {
    let home = TestHome::new();
    desk(&home);
    let ask = |more: &[&str]| {
        let words = [&["explain", "desk", "--agent", "desk"][..], more].concat();
        policy(&home, &words)
    };
    let outcome = ask(&["--tool", "send"]);
    assert_eq!(outcome.code, Some(2));
    insta::assert_snapshot!(outcome.block());
    for (wrong, told) in [
        (["--effect", "fly"], "not one of read, write, send, execute, admin, destructive"),
        (["--act", "fly"], "not one of list, call, prompt, read, ask"),
        (["--how", "guess"], "not one of anybody, process, key"),
        (["--class", "secret"], "not one of public, internal, confidential, regulated"),
        (["--audience", "all"], "not one of self, company, public"),
        (["--at", "noon"], "not a time like"),
        (["--level", "4"], "4 is not in 0..=3"),
        (["--label", "odd"], "invalid value 'odd'"),
    ] {
        let outcome = ask(&[&["--tool", "mail/send"][..], &wrong].concat());
        assert_eq!(outcome.code, Some(2), "{}", outcome.block());
        assert!(outcome.stderr.contains(told), "{}", outcome.block());
    }
    assert_eq!(policy(&home, &["explain", "desk", "--tool", "mail/send"]).code, Some(2));
}

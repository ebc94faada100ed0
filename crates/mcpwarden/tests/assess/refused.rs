//! Answers that are not taken: nothing of them is kept.

use super::*;

/// Changes good answers, and expects to be refused for this reason and no other.
#[track_caller]
fn refused(home: &TestHome, all: &Value, change: impl Fn(&mut Value), because: &str) {
    let mut all = all.clone();
    change(&mut all);
    let outcome = import(home, &all);
    assert_eq!(outcome.code, Some(4), "{because}: {}", outcome.block());
    assert!(outcome.stderr.contains(because), "{because}: {}", outcome.block());
    let kept = fs::read_dir(home.warden().join("assessments")).unwrap();
    let records = kept.filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.extension().is_some_and(|end| end == "json")
    });
    assert_eq!(records.count(), 0, "{because}");
}

/// The answer to a question.
fn of<'a>(all: &'a mut Value, id: &str) -> &'a mut Value {
    let answers = all["answers"].as_array_mut().unwrap();
    answers.iter_mut().find(|answer| answer["question"] == id).unwrap()
}

#[test]
fn answers_are_to_the_form_that_was_made_and_to_all_of_it() {
    let home = ready();
    let good = answers(&home, "vendor-15");
    let check = |change: &dyn Fn(&mut Value), because: &str| refused(&home, &good, change, because);
    check(&|all| all["form"]["id"] = "another".into(), "to no form that was made here");
    check(&|all| all["form"]["server"] = "chat".into(), "made for another server");
    check(&|all| all["form"]["version"] = "1.5".into(), "made for another version");
    check(&|all| all["form"]["set"] = "approval-12".into(), "has other questions");
    let other = warden_model::Digest::of(b"other words").to_string();
    check(&|all| all["form"]["questions"] = other.clone().into(), "not those of the form");
    check(&|all| all["version"] = 2.into(), "its version is not 1");
    check(&|all| all["at"] = day(-2).into(), "the day of the answers cannot be");
    check(&|all| all["at"] = day(3).into(), "the day of the answers cannot be");
    check(&|all| all["by"]["name"] = " ".into(), "nobody is named who has answered");
    check(&|all| drop(all["answers"].as_array_mut().unwrap().remove(2)), "V3 is not answered");
    check(&|all| of(all, "V3")["question"] = "V99".into(), "the form does not ask `V99`");
    check(&|all| of(all, "V3")["question"] = "V2".into(), "V2 is answered twice");
    check(&|all| of(all, "V3")["state"] = "certainly".into(), "\"certainly\" is no answer");
    check(&|all| all["more"] = 1.into(), "unknown field `more`");
}

/// R30, R108: what a yes has to show and until when; forged, missing and old evidence.
#[test]
fn a_yes_is_shown_dated_and_says_enough() {
    let home = ready();
    let good = answers(&home, "vendor-15");
    let check = |change: &dyn Fn(&mut Value), because: &str| refused(&home, &good, change, because);
    check(&|all| of(all, "V5")["evidence"] = json!([]), "V5: a yes takes evidence");
    let forged = warden_model::Digest::of(b"something else").to_string();
    check(
        &|all| of(all, "V5")["evidence"][0]["digest"] = forged.clone().into(),
        "V5: no file with the digest of `report.pdf` was handed in",
    );
    check(&|all| of(all, "V5")["evidence"][0]["size"] = 7.into(), "has 31 bytes, not 7");
    check(&|all| of(all, "V5")["evidence"][0]["digest"] = "md5:0".into(), "that is no digest");
    check(&|all| of(all, "V5")["expires"] = day(-1).into(), "V5: the answer has run out");
    check(&|all| of(all, "V10")["dated"] = day(-366).into(), "is older than 365 days");
    check(&|all| of(all, "V10")["dated"] = day(1).into(), "V10: the evidence is from the future");
    check(&|all| of(all, "V10")["dated"] = Value::Null, "V10: it wants the day of the test");
    check(&|all| of(all, "V12")["expires"] = Value::Null, "V12: it wants the last day");
    check(&|all| of(all, "V12")["items"] = json!([]), "V12: this yes does not say what it wants");
    // A yes that says the opposite of what it means.
    check(&|all| of(all, "V4")["items"] = json!(["none"]), "V4: this yes does not say");
    check(&|all| of(all, "V8")["items"] = json!(["it depends"]), "V8: `it depends` is nothing");
    // The file itself was changed on its way.
    home.write("work/report.pdf", "another report\n");
    check(&|_| (), "no file with the digest of `report.pdf` was handed in");
    check(&|_| (), "was handed in, and no answer names it");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let home = ready();
    let mut all = answers(&home, "vendor-15");
    of(&mut all, "V1")["evidence"] = json!([]);
    of(&mut all, "V9")["items"] = json!([]);
    let outcome = import(&home, &all);
    assert!(outcome.stderr.contains("the answers are not taken: 2 to mend"), "{}", outcome.block());
    assert!(outcome.stderr.contains("V1: a yes") && outcome.stderr.contains("V9: this yes"));
}

#[test]
fn whoever_takes_them_in_signs_with_an_own_key() {
    let home = ready();
    home.write("work/answers.json", answers(&home, "vendor-15").to_string());
    let words = ["assess", "import", "answers.json", "--evidence", "report.pdf", "--by", "cio"];
    let other = warden(&home, &[&words[..], &["--key", "ann.key"]].concat());
    assert_eq!(other.code, Some(2), "{}", other.block());
    assert!(other.stderr.contains("the key is that of `ann`, not of `cio`"), "{}", other.block());
    drop(warden(&home, &["approval", "key", "eve.key"]).success());
    let unknown = warden(&home, &[&words[..], &["--key", "eve.key"]].concat());
    assert_eq!(unknown.code, Some(3), "{}", unknown.block());
}

//! From a form to a decision, and to the day on which it is due again.

use super::*;

fn state(home: &TestHome, more: &[&str]) -> Value {
    told(home, &[&["assess", "show", "mail", "--here"], more].concat())
}

fn decide(home: &TestHome, who: &str, verdict: &str) -> Outcome {
    let key = format!("{who}.key");
    let words = ["assess", "decide", "mail", verdict, "--reason", "looked at", "--by", who];
    warden(home, &[&words[..], &["--key", &key, "--interval", "90"]].concat())
}

/// R130: each state of the life of an assessment, who reviewed it, when it is to be done again, and
/// the alarm when it is overdue.
#[test]
fn an_assessment_is_asked_answered_decided_and_due_again() {
    let home = ready();
    assert_eq!(state(&home, &[])["state"], "not assessed");
    let all = answers(&home, "diligence-20");
    assert_eq!(state(&home, &[])["state"], "with vendor");
    drop(import(&home, &all).success());
    let review = state(&home, &[]);
    assert_eq!((&review["state"], &review["open"]), (&"in review".into(), &json!([])), "{review}");
    drop(decide(&home, "ann", "passed").success());
    let passed = state(&home, &[]);
    assert_eq!((&passed["state"], &passed["reviewer"]), (&"passed".into(), &"ann".into()));
    assert_eq!(passed["next"], day(90));
    assert_eq!(warden(&home, &["assess", "findings", "--here"]).code, Some(0));

    // A hundred days later it is overdue, and a job can tell by the exit code.
    let later = day(100);
    let late = state(&home, &["--as-of", &later]);
    assert_eq!((&late["state"], &late["overdue_days"]), (&"review due".into(), &10.into()));
    let alarm = warden(&home, &["assess", "findings", "--here", "--as-of", &later]);
    assert_eq!(alarm.code, Some(12), "{}", alarm.block());
    let list = warden(&home, &["assess", "list", "--here", "--overdue", "--as-of", &later]);
    assert!(list.success().contains("review due"));

    // Another version opens what is bound to one, and makes it due today.
    home.write("work/estate/servers.csv", SERVERS.replace("1.4", "1.5"));
    let due = state(&home, &[]);
    assert_eq!(due["state"], "review due");
    let open: Vec<&str> =
        due["open"].as_array().unwrap().iter().map(|it| it["question"].as_str().unwrap()).collect();
    assert_eq!(open, ["A1", "A2", "A4", "A5", "A7", "A8", "A9", "V1", "V7"]);

    drop(decide(&home, "cio", "failed").success());
    let failed = state(&home, &[]);
    assert_eq!((&failed["state"], &failed["reviewer"]), (&"failed".into(), &"cio".into()));
}

#[test]
fn what_is_open_is_not_passed() {
    let home = ready();
    let mut all = answers(&home, "diligence-20");
    all["answers"][13]["state"] = "no".into();
    drop(import(&home, &all).success());
    let outcome = decide(&home, "ann", "passed");
    assert_eq!(outcome.code, Some(4));
    assert!(outcome.stderr.contains("V2: the answer is no"), "{}", outcome.block());
}

/// R105: a vendor says that nothing is transmitted beyond the parameters, and the server was seen to
/// talk to a host that it does not declare: the answers are taken, the question stays open, and
/// there is a finding that counts in the estate.
#[test]
fn what_was_seen_otherwise_is_a_finding() {
    let home = ready();
    let seen = SERVERS.replace(",api.acme.example\n", ",api.acme.example;telemetry.example\n");
    home.write("work/estate/servers.csv", seen);
    let taken = import(&home, &answers(&home, "vendor-15")).success();
    let line = "contradicted: V7 [HIDDEN_NETWORK]: it talks to telemetry.example, undeclared";
    assert!(taken.contains(line), "{taken}");
    let found = told(&home, &["assess", "findings", "--here"]);
    let found = found["findings"].as_array().unwrap();
    let hidden = found.iter().find(|it| it["class"] == "HIDDEN_NETWORK").unwrap();
    assert_eq!((&hidden["server"], &hidden["severity"]), (&"mail".into(), &"high".into()));
    assert_eq!(warden(&home, &["assess", "findings", "--here"]).code, Some(13));
    let shown = warden(&home, &["assess", "show", "mail", "--here", "--set", "vendor-15"]);
    assert!(shown.success().contains("open: what was seen speaks against the yes"));

    // As a part of the estate the findings are read again.
    let part = told(&home, &["assess", "findings", "--here"]);
    home.write("work/estate/assessed.json", part.to_string());
    drop(warden(&home, &["estate", "check"]).success());
}

/// R145: answers to the 15 fill those of the 12 that ask for the same, and are in an estate that is
/// built here.
#[test]
fn answers_are_shared_and_part_of_the_estate() {
    let home = ready();
    drop(import(&home, &answers(&home, "vendor-15")).success());
    let words = ["assess", "show", "mail", "--here", "--set", "approval-12"];
    let shown = told(&home, &words);
    let stands = |id: &str| {
        let all = shown["questions"].as_array().unwrap();
        all.iter().find(|it| it["id"] == id).unwrap()["stands"].as_str().unwrap().to_owned()
    };
    assert!(stands("A3").starts_with("answered, until "), "{}", stands("A3"));
    assert_eq!(stands("A4"), "open: nobody has answered it");
    drop(warden(&home, &["estate", "build", "--tables", "estate", "--here"]).success());
    let built = told(&home, &["assess", "show", "mail", "--estate", "estate.json"]);
    assert_eq!((&built["state"], &built["answered"]["of"]), (&"in review".into(), &11.into()));
}

#[test]
fn texts_fit_on_80_columns() {
    let home = ready();
    let long =
        format!("{}{}", SERVERS, "a-server-with-a-name-that-is-longer-than-its-column,,,,,,,\n");
    home.write("work/estate/servers.csv", long);
    drop(import(&home, &answers(&home, "diligence-20")).success());
    for words in [
        &["assess", "--help"][..],
        &["assess", "import", "--help"],
        &["assess", "list", "--here"],
        &["assess", "show", "mail", "--here"],
        &["assess", "show", "mail"],
        &["assess", "findings"],
    ] {
        let outcome = warden(&home, words);
        let wide = outcome.stdout.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{words:?}");
        assert!(!outcome.stdout.is_empty(), "{}", outcome.block());
    }
}

/// R27, R58: the lists for programs and for paper.
#[test]
fn the_questions_are_a_table_json_and_a_page() {
    let home = TestHome::new();
    for (set, count) in [("approval-12", 12), ("vendor-15", 15), ("diligence-20", 20)] {
        let written = |format: &str| {
            warden(&home, &["assess", "questions", "--set", set, "--format", format]).success()
        };
        assert_eq!(written("csv").lines().count(), count + 1);
        assert_eq!(written("md").matches("- [ ]").count(), count);
        let all: Value = serde_json::from_str(&written("json")).unwrap();
        assert_eq!(all["questions"].as_array().unwrap().len(), count);
        for question in all["questions"].as_array().unwrap() {
            let kinds = question["evidence"].as_array().unwrap();
            let known = ["auto-scan", "auto-runtime", "vendor"];
            assert!(
                !kinds.is_empty() && kinds.iter().all(|it| known.contains(&it.as_str().unwrap()))
            );
        }
    }
}

/// R99, R100, R101, R102, R103, R104, R105, R107, R108, R109, R110, R111, R113: each of the 15 has
/// its level, and is stored with any of the five answers, its evidence, the day of that and the last
/// day on which it counts.
#[test]
fn every_question_for_a_vendor_is_stored_as_it_was_answered() {
    let home = ready();
    let must = ["V1", "V2", "V4", "V5", "V7", "V8", "V10", "V12", "V13", "V14"];
    for state in ["yes", "no", "partial", "n/a", "unknown"] {
        let mut all = answers(&home, "vendor-15");
        for answer in all["answers"].as_array_mut().unwrap() {
            answer["state"] = state.into();
        }
        drop(import(&home, &all).success());
        drop(warden(&home, &["estate", "build", "--tables", "estate", "--here"]).success());
        let estate: Value =
            serde_json::from_slice(&fs::read(home.work().join("estate.json")).unwrap()).unwrap();
        let evidence = estate["evidence"].as_array().unwrap();
        let stored = estate["assessments"][0]["answers"].as_array().unwrap();
        assert_eq!(stored.len(), 15);
        for answer in stored {
            assert_eq!((&answer["state"], &answer["source"]), (&state.into(), &"vendor".into()));
            assert_eq!((&answer["at"], &answer["expires"]), (&day(0).into(), &day(90).into()));
            let id = &answer["evidence"][0];
            let shown = evidence.iter().find(|it| it["id"] == *id).unwrap();
            assert_eq!(shown["digest"], warden_model::Digest::of(REPORT).to_string());
            assert_eq!(shown["at"], day(-30));
        }
        let words = ["assess", "show", "mail", "--estate", "estate.json", "--set", "vendor-15"];
        for question in told(&home, &words)["questions"].as_array().unwrap() {
            let id = question["id"].as_str().unwrap();
            let need = match id {
                "V15" => "NICE",
                _ if must.contains(&id) => "MUST",
                _ => "SHOULD",
            };
            assert_eq!(question["need"], need, "{id}");
            let passes = question["stands"].as_str().unwrap().starts_with("answered");
            assert_eq!(passes, state == "yes", "{id} {state}: {}", question["stands"]);
        }
    }
}

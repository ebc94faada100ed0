//! Questions: from evidence where they can be answered, and by a person with evidence where not.

use warden_testkit::{Outcome, TestHome};

use crate::{GRAVE, by, day, no, ready, request, shown, sign, state};

/// Every question that stands in the way of the gravest use.
pub(crate) const ALL: &[&str] = &[
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A11", "A12", "V1", "V2", "V4",
    "V5", "V7", "V8", "V10", "V12", "V13", "V14",
];

fn answer(home: &TestHome, question: &str, reply: &str, more: &[&str]) -> Outcome {
    let words: Vec<&str> = ["answer", question, reply].iter().chain(more).copied().collect();
    by(home, "rita", &words)
}

/// Answers a question with yes, as far as it is open.
#[track_caller]
pub(crate) fn waive_or_answer(home: &TestHome, question: &str) {
    let today = day(0);
    let mut more = vec!["--evidence", "shown.txt", "--dated", &today];
    more.extend(match question {
        "A4" => &["--item", "the clock of this machine"][..],
        "V4" => &["--item", "oauth-v21"],
        "V8" => &["--item", "customer", "--item", "vendor:DE"],
        "V14" => &[
            "--item",
            "service-level=4.1",
            "--item",
            "breach-notification=4.2",
            "--item",
            "audit=5",
        ],
        _ => &[],
    });
    drop(answer(home, question, "yes", &more).success());
}

fn ways(home: &TestHome) -> Vec<String> {
    let shown = shown(home);
    let ways = shown["in_the_way"].as_array().unwrap().iter();
    ways.map(|way| way[0].as_str().unwrap().to_owned()).collect()
}

fn asked() -> TestHome {
    let home = ready(&["mia", "ann", "rita"]);
    home.write("work/shown.txt", "as it was shown");
    request(&home, "mia", GRAVE);
    home
}

// R28 to R40, R114: nothing near regulated data, and nothing of a vendor in production, while a
// question is not answered.
#[test]
fn a_yes_is_refused_with_the_questions_that_are_in_the_way() {
    let home = asked();
    // R29, R32, R34: the analyses answer A2 by themselves, the code A5, and what the server said of
    // its lists A7.
    let known = ["A2", "A5", "A7"];
    let open: Vec<&str> = ALL.iter().copied().filter(|id| !known.contains(id)).collect();
    assert_eq!(ways(&home), open);
    let outcome = sign(&home, "ann", "approve");
    no(&outcome, 4, &format!("{} questions are in the way", open.len()));
    for question in &open {
        assert!(outcome.stderr.contains(&format!("{question}: ")), "{}", outcome.stderr);
    }
    for question in ALL {
        waive_or_answer(&home, question);
    }
    assert_eq!(ways(&home), Vec::<String>::new());
    drop(sign(&home, "ann", "approve").success());
    drop(sign(&home, "rita", "approve").success());
    assert_eq!(state(&home), "approved");
    // One of them is no any more: R40.
    drop(answer(&home, "A6", "no", &["--detail", "it cannot be"]).success());
    assert_eq!((state(&home).as_str(), ways(&home)), ("blocked", vec!["A6".to_owned()]));
}

// R29, R30: what evidence shows is answered with the digest of that evidence, which is kept.
#[test]
fn evidence_answers_what_it_can() {
    let home = asked();
    let shown = shown(&home);
    let answers = shown["dossier"]["answers"].as_array().unwrap();
    let of = |id: &str| answers.iter().find(|it| it["question"] == id).expect("it is there");
    assert_eq!(of("A2")["reply"], "yes", "{}", of("A2"));
    assert!(of("A2")["detail"].as_str().unwrap().contains("supply chain: mcpwarden"));
    // There is a policy, and nobody has promised patches.
    assert_eq!(of("A3")["reply"], "partial");
    assert_eq!(of("A12")["reply"], "unknown");
    for id in ["A2", "A3"] {
        let digest = of(id)["evidence"].as_str().expect("it has evidence");
        let blob = digest.strip_prefix("sha256:").unwrap();
        let blob = crate::tampered::below(&home.warden().join("store"), blob);
        assert!(std::fs::read(blob).is_ok_and(|bytes| !bytes.is_empty()));
    }
    // Asked again, it answers again.
    let before = shown["acts"].as_array().unwrap().len();
    drop(home.run(["approval", "evidence", "clock"]).success());
    assert_eq!(crate::shown(&home)["acts"].as_array().unwrap().len(), before + 1);
}

// R31: "depends on configuration" is no answer to what can be reached.
#[test]
fn a_question_that_wants_a_list_takes_no_way_around_it() {
    let home = asked();
    let evidence = ["--evidence", "shown.txt"];
    no(&answer(&home, "A4", "depends", &evidence), 2, "depends");
    for item in ["it depends on the configuration", "*.example.com", "any", " "] {
        let more = [&evidence[..], &["--item", item]].concat();
        no(&answer(&home, "A4", "yes", &more), 2, "does not say what A4 wants to know");
    }
    no(&answer(&home, "A4", "yes", &evidence), 2, "does not say what A4 wants to know");
    // A merged question wants what its sources want.
    no(&answer(&home, "Q4", "yes", &evidence), 2, "does not say what Q4 wants to know");
    let more = [&evidence[..], &["--item", "the clock"]].concat();
    drop(answer(&home, "Q4", "yes", &more).success());
    assert!(!ways(&home).contains(&"A4".to_owned()));
    no(&answer(&home, "A5", "yes", &more), 2, "takes no `--item`");
    no(&answer(&home, "A13", "yes", &evidence), 2, "no question `A13`");
}

// R112: three clauses, each with its place.
#[test]
fn the_contract_is_answered_clause_by_clause() {
    let home = asked();
    let two = ["--evidence", "shown.txt", "--item", "service-level=4.1", "--item", "audit=5"];
    no(&answer(&home, "V14", "yes", &two), 2, "does not say what V14 wants to know");
    no(&answer(&home, "V14", "yes", &["--evidence", "shown.txt", "--item", "all"]), 2, "`all`");
    waive_or_answer(&home, "V14");
    assert!(!ways(&home).contains(&"V14".to_owned()));
    // R113: nothing depends on it, and it can be answered.
    drop(
        answer(&home, "V15", "yes", &["--evidence", "shown.txt", "--detail", "30 days"]).success(),
    );
}

#[test]
fn a_yes_takes_evidence_and_ends() {
    let home = asked();
    no(&answer(&home, "A10", "yes", &[]), 2, "takes evidence");
    no(&answer(&home, "A10", "yes", &["--evidence", "none.txt"]), 4, "cannot read");
    home.write("work/empty.txt", "");
    no(&answer(&home, "A10", "yes", &["--evidence", "empty.txt"]), 4, "1 byte");
    let over = ["--evidence", "shown.txt", "--expires", "2026-01-01"];
    no(&answer(&home, "A10", "yes", &over), 2, "is over");
    // R115: a penetration test has a day, and is too old after a year.
    no(&answer(&home, "V10", "yes", &["--evidence", "shown.txt"]), 2, "the day of the test");
    let old = day(-400);
    drop(answer(&home, "V10", "yes", &["--evidence", "shown.txt", "--dated", &old]).success());
    assert!(ways(&home).contains(&"V10".to_owned()));
    let tomorrow = day(1);
    let future = ["--evidence", "shown.txt", "--dated", &tomorrow];
    no(&answer(&home, "V10", "yes", &future), 2, "from the future");
    // What evidence denies stays denied beside a yes, which `approval show` tells.
    no(&answer(&home, "A10", "maybe", &[]), 2, "maybe");
}

// R27, R98: the questions with answers, evidence and who said so, for people and for programs.
#[test]
fn the_questionnaire_is_exported() {
    let home = asked();
    drop(
        answer(&home, "A10", "yes", &["--evidence", "shown.txt", "--detail", "see, \"there\""])
            .success(),
    );
    let page = home.run(["approval", "export", "clock"]).success();
    assert!(page.starts_with("# clock: blocked\n") && page.contains("[x] **A10**"), "{page}");
    assert!(page.contains("by rita") && page.contains("sha256:"), "{page}");
    let csv = home.run(["approval", "export", "clock", "--format", "csv"]).success();
    assert_eq!(csv.lines().filter(|line| line.starts_with("A10,")).count(), 2, "{csv}");
    assert!(csv.contains("\"see, \"\"there\"\"\""), "{csv}");
    let file = home.work().join("out.json");
    let name = file.display().to_string();
    let words = ["approval", "export", "clock", "--format", "json", "--set", "merged", "-o", &name];
    drop(home.run(words).success());
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(value["questions"].as_array().unwrap().len(), 20);
    assert_eq!(value["questions"][9]["id"], "Q10");
    assert_eq!(value["questions"][9]["passes"], true, "{}", value["questions"][9]);
}

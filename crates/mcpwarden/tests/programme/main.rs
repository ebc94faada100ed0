//! Maturity, metrics and the programme as a whole program, over the estate whose every figure was
//! computed by hand: `crates/warden-govern/tests/data/quarter`.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod report;
mod templates;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use warden_testkit::{Outcome, TestHome};

/// The tables, in a home of their own.
fn tables(home: &TestHome) -> String {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../warden-govern/tests/data/quarter");
    for file in fs::read_dir(from).unwrap().map(|file| file.unwrap().path()) {
        let name = PathBuf::from("work/estate").join(file.file_name().unwrap());
        drop(home.write(name, fs::read(&file).unwrap()));
    }
    home.work().join("estate").display().to_string()
}

/// One of the commands over the tables, on the day that they were kept for.
fn run(home: &TestHome, estate: &str, words: &[&str]) -> Outcome {
    let (command, rest) = words.split_at(if words[0] == "programme" { 2 } else { 1 });
    let given = ["--estate", estate, "--as-of", "2026-11-20"];
    home.run(command.iter().chain(&given).chain(rest).map(|word| (*word).to_owned()))
}

fn json(home: &TestHome, estate: &str, words: &[&str]) -> Value {
    let words: Vec<_> = words.iter().copied().chain(["--format", "json"]).collect();
    serde_json::from_str(&run(home, estate, &words).success()).expect("it is JSON")
}

/// Every one of these lines is there.
#[track_caller]
fn has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|one| one == *line), "{line}\n---\n{text}");
    }
}

#[test]
fn what_people_see_fits_their_screens() {
    let home = TestHome::new();
    let estate = tables(&home);
    let words: [&[&str]; 6] = [
        &["maturity"],
        &["maturity", "--profile", "mvp"],
        &["metrics"],
        &["programme", "show"],
        &["programme", "due"],
        &["programme", "skills"],
    ];
    for words in words {
        let text = run(&home, &estate, words).success();
        let long = text.lines().find(|line| line.chars().count() > 80);
        assert_eq!(long, None, "{words:?}");
        // A tier always says of what.
        for (at, _) in text.match_indices("tier ") {
            let before = text.get(..at).unwrap_or_default().to_lowercase();
            assert!(before.ends_with("maturity ") || before.ends_with("blast "), "{text}");
        }
    }
}

#[test]
fn the_maturity_of_an_estate_is_told_with_what_is_missing() {
    let home = TestHome::new();
    let estate = tables(&home);
    let text = run(&home, &estate, &["maturity"]).success();
    assert!(text.starts_with("Maturity tier 1 Reactive\nNo structured MCP security program\n"));
    has(
        &text,
        &[
            "Target: Maturity tier 3 Managed by 2027-03-31",
            "2 of 14 signals hold on 2026-11-20",
            "  no  S-auth       Authentication enforced",
            "      missing: ghost, lab, search",
            "  yes S-inventory  Inventory of agents and servers",
            "  ghost (no authentication, no logging), search (no authentication, no logging)",
            "  2. Invocations logged to the SIEM (S-siem): bob",
            "  Maturity tier 1 Reactive then, Maturity tier 1 Reactive now",
            "  gained: S-inventory",
            "  2026-Q3: Maturity tier 1 Reactive",
        ],
    );
    let least = run(&home, &estate, &["maturity", "--profile", "mvp"]).success();
    has(&least, &["The least programme: 0/4", "  no  Complete inventory"]);
    let found = json(&home, &estate, &["maturity"]);
    assert_eq!(found["tier"]["name"], "Reactive");
    assert_eq!(found["signals"].as_array().unwrap().len(), 14);
}

#[test]
fn figures_are_told_with_what_they_are_made_of() {
    let home = TestHome::new();
    let estate = tables(&home);
    let text = run(&home, &estate, &["metrics", "M5", "m10"]).success();
    has(
        &text,
        &[
            "M5              Authentication coverage: 40.0 % (2 of 5)",
            "    unknown: 1",
            "M10             Time to detect: not detected (1 of 4); 1 h 13 min for the others",
            "      i4: not detected",
            "M10-behaviour   Time to detect behaviour, under 15 min: 20 min, FAIL, worse",
            "M10-drift       Time to detect drift, under 4 h: 3 h, pass",
            "Worse than in the quarter before: M10-behaviour",
        ],
    );
    assert!(!text.contains("M11"), "{text}");
    let all = json(&home, &estate, &["metrics"]);
    assert_eq!(all["metrics"][0]["figure"]["value"], "71.4 %");
    assert_eq!(all["metrics"].as_array().unwrap().len(), 41);
    let none = run(&home, &estate, &["metrics", "M99"]);
    assert_eq!(none.code, Some(2), "{}", none.block());
    assert!(none.stderr.contains("`M99` is no figure"), "{}", none.stderr);
}

#[test]
fn what_is_recorded_is_in_the_trend_of_the_next_report() {
    let home = TestHome::new();
    let estate = tables(&home);
    let past = format!("{estate}/past.csv");
    drop(run(&home, &estate, &["metrics", "--record", &past]).success());
    let kept = fs::read_to_string(&past).unwrap();
    assert!(kept.contains("2026-Q3,M1,50\n") && kept.contains("2026-Q4,M1,71.4\n"), "{kept}");
    let given = ["metrics", "M1", "--estate", &estate, "--as-of", "2027-01-10"];
    let next: Value =
        serde_json::from_str(&home.run(given.iter().chain(&["--format", "json"])).success())
            .unwrap();
    assert_eq!(next["trend"][0]["points"][1]["quarter"], "2026-Q4");
    // A table of something else is not written over.
    let people = format!("{estate}/people.csv");
    let refused = run(&home, &estate, &["metrics", "--record", &people]);
    assert_eq!(refused.code, Some(4), "{}", refused.block());
    assert!(fs::read_to_string(&people).unwrap().starts_with("id,name"));
    // The first day is compared with.
    drop(run(&home, &estate, &["maturity", "--record", &past, "--day-zero"]).success());
    let since = &json(&home, &estate, &["maturity"])["since"];
    assert_eq!(since["unknown"].as_array().map(Vec::len), Some(0), "{since}");
}

/// The board is told what was left of a dimension in the quarter before; what was not measured is
/// not recorded.
#[test]
fn what_is_left_of_each_dimension_is_recorded() {
    let home = TestHome::new();
    let estate = tables(&home);
    let scenarios = "id,title,dimension,owner,source,at,frequency,susceptibility,\
                     residual_susceptibility,primary_loss,secondary_probability,secondary_loss\n\
                     S1,Data gets out,data-exposure,ann,workshop,2026-11-01,2/4/9,0.2/0.4/0.7,\
                     0.1/0.2/0.3,20000/60000/200000,0/0/0,0/0/0\n\
                     S2,A vendor is late,third-party-trust,ann,workshop,2026-11-01,,,,,,\n";
    fs::write(format!("{estate}/scenarios.csv"), scenarios).unwrap();
    let past = format!("{estate}/past.csv");
    drop(run(&home, &estate, &["metrics", "--record", &past]).success());
    let kept = fs::read_to_string(&past).unwrap();
    let of = |figure: &str| {
        let start = format!("2026-Q4,{figure},");
        kept.lines().find_map(|line| line.strip_prefix(&start)?.parse::<f64>().ok())
    };
    assert!(of("M17-data-exposure").is_some_and(|left| left > 0.0), "{kept}");
    assert_eq!(of("M17-third-party-trust"), None, "{kept}");
    assert_eq!(of("M17-operational-integrity"), None, "{kept}");
}

#[test]
fn the_plan_is_told_with_what_is_late() {
    let home = TestHome::new();
    let estate = tables(&home);
    let text = run(&home, &estate, &["programme", "show"]).success();
    has(
        &text,
        &[
            "began 2026-09-01; this is day 81",
            "4 of 26 tasks of the ninety days are done",
            "15 are late",
            "Days 1 to 30, until 2026-09-30: 2 of 9",
            "         inventory-sign-off: nobody yet; 3 entries are not complete",
            "  done   Run the first red-team injection exercise (source 2)",
            "Days 61 to 90, until 2026-11-29: 2 of 9",
            "         missing: board-report, enforcement-proof, policy-document",
            "  inventory of day 30: 3 entries are not complete",
        ],
    );
    let found = json(&home, &estate, &["programme", "show"]);
    assert_eq!(found["done"]["all"], 26);
    assert_eq!(found["ownerless"], serde_json::json!(["helper", "lone"]));
}

/// R129: the gate exits with a code of its own when the review of an agent is missing, has ended or
/// has failed, or nobody knows the agent; the templates for GitHub and GitLab are held to it in
/// `templates`.
#[test]
fn the_gate_lets_only_reviewed_agents_pass() {
    let home = TestHome::new();
    let estate = tables(&home);
    drop(home.write("work/estate/processes.csv", "id,name\npay,Payments\n"));
    let gate = |review: &str| {
        drop(home.write(
            "work/estate/agents.csv",
            format!(
                "id,name,owner,process,data,reviewed,review_until,review_outcome\n\
                bot,Bot,ann,pay,internal,{review}\n\
                helper,Helper,ann,pay,public,2026-11-01,2027-11-01,passed\n\
                lone,Lone,,,,,,\n"
            ),
        ));
        run(&home, &estate, &["programme", "gate", "--agent", "bot", "--agent", "helper"])
    };
    let passed = gate("2026-11-01,2027-11-01,passed").success();
    assert_eq!(passed, "bot may go into production\nhelper may go into production\n");
    for (review, why) in [
        (",,", "it was never reviewed"),
        ("2026-01-01,2026-11-19,passed", "its review counted until 2026-11-19"),
        ("2026-11-01,2027-11-01,failed", "its review of 2026-11-01 failed"),
        ("2026-11-01,2027-11-01,", "is not known"),
    ] {
        let refused = gate(review);
        assert_eq!(refused.code, Some(13), "{}", refused.block());
        assert!(refused.stdout.contains(why), "{}", refused.stdout);
    }
    let unknown = run(&home, &estate, &["programme", "gate", "--agent", "nobody"]);
    assert_eq!(unknown.code, Some(13));
    assert!(unknown.stdout.contains("it is not in the inventory"));
    // Where nothing can be read, nothing passes.
    let missing = home.run(["programme", "gate", "--estate", "nowhere", "--agent", "bot"]);
    assert_eq!(missing.code, Some(4), "{}", missing.block());
}

#[test]
fn what_is_overdue_fails_where_it_is_asked_to() {
    let home = TestHome::new();
    let estate = tables(&home);
    let due = run(&home, &estate, &["programme", "due", "--overdue", "--fail", "--format", "csv"]);
    assert_eq!(due.code, Some(13));
    assert!(due.stdout.starts_with("what,subject,state,last,due,days_late,step,owner\n"));
    assert!(due.stdout.contains("vendor assessment,search,never,,,,in-review,"), "{}", due.stdout);
    assert!(!due.stdout.contains(",fresh,"));
    let csv = run(&home, &estate, &["programme", "skills", "--format", "csv"]).success();
    assert!(csv.ends_with("covered,gap,gap,gap,gap,gap\n"), "{csv}");
}

#[test]
fn an_inventory_is_signed_off_when_it_is_whole() {
    let home = TestHome::new();
    let estate = tables(&home);
    let record = format!("{estate}/deliverables.csv");
    let sign = ["programme", "sign-off", "--signer", "ann", "--record", &record];
    let refused = run(&home, &estate, &sign);
    assert_eq!(refused.code, Some(4), "{}", refused.block());
    assert!(refused.stderr.contains("search has no owner"), "{}", refused.stderr);
    assert!(!Path::new(&record).exists());
    let servers = "id,owner,publisher,version,data\nmail,ann,Acme,1,internal\n";
    for table in ["tools", "connections", "certificates", "drifts", "findings"] {
        fs::remove_file(format!("{estate}/{table}.csv")).unwrap();
    }
    fs::remove_file(format!("{estate}/assured.json")).unwrap();
    drop(home.write("work/estate/servers.csv", servers));
    drop(run(&home, &estate, &sign).success());
    // It was signed now, which is after the day of the other figures.
    let shown = || {
        let shown = home.run(["programme", "show", "--estate", &estate, "--format", "json"]);
        let shown: Value = serde_json::from_str(&shown.success()).unwrap();
        shown["inventory"].as_object().unwrap().keys().next().unwrap().clone()
    };
    assert_eq!(shown(), "signed");
    drop(home.write("work/estate/servers.csv", servers.replace(",1,", ",2,")));
    assert_eq!(shown(), "stale");
}

#[test]
fn the_documents_of_day_90_are_made_and_named() {
    let home = TestHome::new();
    let estate = tables(&home);
    drop(home.write("work/board.pdf", "a report"));
    let record = format!("{estate}/deliverables.csv");
    let board = home.work().join("board.pdf").display().to_string();
    let folder = home.work().join("day-90");
    let output = folder.display().to_string();
    let words = ["programme", "ninety", "--board", &board, "--person", "ann", "--output", &output];
    let words: Vec<_> = words.into_iter().chain(["--record", &record]).collect();
    drop(run(&home, &estate, &words).success());
    let policy = fs::read_to_string(folder.join("policy.md")).unwrap();
    assert!(policy.contains("Example Bank") && policy.contains("Maturity tier 3 Managed"));
    let proof: Value =
        serde_json::from_slice(&fs::read(folder.join("enforcement.json")).unwrap()).unwrap();
    assert_eq!(proof["controls"][0]["figure"]["value"], "71.4 %");
    assert_eq!(
        proof["controls"][1]["figure"]["drill"],
        serde_json::json!(["ghost", "lab", "search"])
    );
    let found = json(&home, &estate, &["programme", "show"]);
    assert_eq!(found["ninety"]["handed_over"]["of"], 3);
}

//! `mcpwarden report` over the estate of the other tests, with scenarios, decisions and waivers.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use warden_testkit::{Outcome, TestHome};

use super::tables;

/// The tables, and those that only a report needs.
fn estate(home: &TestHome) -> String {
    let estate = tables(home);
    let more = Path::new(env!("CARGO_MANIFEST_DIR")).join("../warden-report/tests/data/board.json");
    drop(home.write("work/estate/board.json", fs::read(more).unwrap()));
    estate
}

fn report(home: &TestHome, estate: &str, words: &[&str]) -> Outcome {
    let given = ["--estate", estate, "--as-of", "2026-11-20"];
    home.run(["report"].iter().chain(words).chain(&given).map(|word| (*word).to_owned()))
}

fn file(home: &TestHome, name: &str) -> Vec<u8> {
    fs::read(home.work().join(name)).expect("it is written")
}

/// R123: a report is made from current data in the form of the template, and day, recipient and
/// digest are recorded; the tasks of the programme read that.
#[test]
fn a_report_is_made_and_whom_it_was_given_to_is_recorded() {
    let home = TestHome::new();
    let estate = estate(&home);
    let record = format!("{estate}/deliverables.csv");
    let words = ["board", "--output", "board.html", "--recipient", "ann", "--record", &record];
    let outcome = report(&home, &estate, &words);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert_eq!(outcome.stderr, "recorded: board-report given to ann on 2026-11-20\n");
    let page = file(&home, "board.html");
    assert!(String::from_utf8_lossy(&page).contains("We run 3"));
    let kept = fs::read_to_string(&record).expect("it is recorded");
    let digest = warden_model::Digest::of(&page);
    assert!(kept.contains(&format!("board-report,2026-11-20,,ann,{digest}")), "{kept}");
    let nobody = report(
        &home,
        &estate,
        &["board", "--output", "x.html", "--recipient", "team", "--record", &record],
    );
    assert_eq!(nobody.code, Some(2), "{}", nobody.block());
    assert!(nobody.stderr.contains("`team` is no person of the estate"), "{}", nobody.stderr);
    assert!(!home.work().join("x.html").exists());
}

/// Each command that a note names runs, and needs nothing but the estate.
#[test]
fn every_command_that_a_note_names_runs() {
    let home = TestHome::new();
    let estate = estate(&home);
    let text = report(&home, &estate, &["board", "--format", "json"]).success();
    let document: Value = serde_json::from_str(&text).expect("it is JSON");
    let mut queries = BTreeSet::new();
    collect(&document, &mut queries);
    assert!(queries.len() > 20, "{queries:?}");
    for query in queries {
        let words: Vec<String> = query
            .split(' ')
            .skip(1)
            .map(|word| if word == "ESTATE" { estate.clone() } else { word.to_owned() })
            .collect();
        let outcome = home.run(words);
        // 13 says that the estate lacks something, and is an answer.
        assert!(matches!(outcome.code, Some(0 | 13)), "{query}: {}", outcome.block());
    }
}

fn collect(value: &Value, queries: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(query) = members.get("query").and_then(Value::as_str) {
                queries.insert(query.to_owned());
            }
            members.values().for_each(|value| collect(value, queries));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, queries)),
        _ => {}
    }
}

#[test]
fn the_same_estate_gives_the_same_pdf_and_a_picture_of_each_slide() {
    let home = TestHome::new();
    let estate = estate(&home);
    for name in ["one.pdf", "two.pdf"] {
        let words = ["board", "--format", "pdf", "--language", "de", "--output", name];
        let outcome = report(&home, &estate, &words);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    }
    let pdf = file(&home, "one.pdf");
    assert!(pdf.starts_with(b"%PDF-"));
    assert!(pdf == file(&home, "two.pdf"), "the bytes differ");
    fs::create_dir(home.work().join("slides")).expect("there is room");
    let slides = ["--format", "png", "--ppi", "36", "--paper", "slide", "--output", "slides"];
    let outcome = report(&home, &estate, &[&["incident", "i7"], &slides[..]].concat());
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let picture = file(&home, "slides/page-001.png");
    // Width and height of a PNG stand behind its first sixteen bytes.
    let size = |at: usize| u32::from_be_bytes(picture.get(at..at + 4).unwrap().try_into().unwrap());
    assert_eq!((size(16), size(20)), (480, 270));
}

#[test]
fn what_a_board_is_not_told_is_not_written() {
    let home = TestHome::new();
    let estate = estate(&home);
    let path = format!("{estate}/board.json");
    let text = fs::read_to_string(&path).expect("it is there");
    let rated = text.replace("A server hands out customer records to another tenant", "High risk");
    fs::write(&path, rated).expect("there is room");
    let outcome = report(&home, &estate, &["board", "--output", "board.html"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("name a scenario, or a range of money"), "{}", outcome.stderr);
    assert!(!home.work().join("board.html").exists());
    let none = report(&home, &estate, &["incident", "i99"]);
    assert_eq!(none.code, Some(2), "{}", none.block());
    assert!(none.stderr.contains("there is no incident `i99`"), "{}", none.stderr);
}

/// R135: the figures of a quarter are kept, the next report shows their course, and flags what is
/// worse.
#[test]
fn what_was_recorded_is_in_the_next_report() {
    let home = TestHome::new();
    let estate = estate(&home);
    let past = format!("{estate}/past.csv");
    let given = ["metrics", "--estate", &estate, "--as-of", "2026-11-20", "--record", &past];
    drop(home.run(given).success());
    drop(home.write(
        "work/estate/shadows.csv",
        "endpoint,seen\nhttps://a.example,2027-01-09\n\
        https://b.example,2027-01-09\nhttps://c.example,2027-01-09\n",
    ));
    let next = ["report", "board", "--estate", &estate, "--as-of", "2027-01-10"];
    let page = home.run(next).success();
    assert!(page.contains("2026-Q3") && page.contains("2026-Q4"), "the course is not there");
    let flagged = page.split("Worse than in the quarter before").nth(1).expect("it is flagged");
    let sentence = flagged.split("</p>").next().unwrap_or_default();
    assert!(sentence.contains("Inventory coverage (M1)"), "{sentence}");
}

//! `mcpwarden paper`: documents as pages, PDF and pictures.

use std::fs;

use warden_testkit::{TestHome, program};

use super::run;

/// A home with the sample document in a language.
fn home(language: &str) -> TestHome {
    let home = TestHome::new();
    let made = std::process::Command::new(program("mcpwarden-typeset"))
        .args(["sample", language, "a4"])
        .output()
        .expect("it starts");
    assert!(made.status.success(), "{made:?}");
    fs::write(home.work().join("report.json"), made.stdout).expect("there is room");
    home
}

#[test]
fn a_document_is_a_page_a_pdf_and_pictures() {
    let home = home("de");
    let page = run(&home, &["paper", "report.json"]);
    assert!(page.stdout.starts_with("<!DOCTYPE html>\n<html lang=\"de\">"), "{}", page.stdout);
    let outcome =
        run(&home, &["paper", "report.json", "--format", "pdf", "--output", "report.pdf"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let pdf = fs::read(home.work().join("report.pdf")).expect("it is there");
    assert!(pdf.starts_with(b"%PDF-"));
    fs::create_dir(home.work().join("pages")).expect("there is room");
    let pictures = ["--format", "png", "--ppi", "36", "--output", "pages"];
    let outcome = run(&home, &[&["paper", "report.json"], &pictures[..]].concat());
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let first = fs::read(home.work().join("pages/page-001.png")).expect("it is there");
    assert!(first.starts_with(b"\x89PNG"));
}

#[test]
fn what_is_wrong_with_a_document_is_told() {
    let home = home("en");
    let path = home.work().join("report.json");
    let text = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, text.replacen("\"level\": 1", "\"level\": 3", 1)).expect("there is room");
    let outcome = run(&home, &["paper", "report.json"]);
    let told = "error: the document does not hold\n  help: block 3: its level is 3, and may be from 1 to 1 here\n";
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(4), told));
    fs::write(&path, "{}").expect("there is room");
    let outcome = run(&home, &["paper", "report.json", "--format", "pdf", "--output", "x.pdf"]);
    assert_eq!(outcome.code, Some(4));
    assert!(outcome.stderr.contains("`mcpwarden-typeset sample en a4`"), "{}", outcome.stderr);
    let outcome = run(&home, &["paper", "report.json", "--format", "pdf"]);
    assert_eq!(outcome.code, Some(2));
}

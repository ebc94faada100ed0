//! The report to the board, set: what stands on its first page, and that nothing overlaps.

use std::{fs, path::Path};

use warden_govern::{
    Estate,
    estate::{Lookup, read::Draft},
};
use warden_report::{
    board::{Ground, Options, board},
    paper::{Language, Paper},
};

use super::{Pages, bare, laid};

/// The estate of which every figure was computed by hand, with scenarios and decisions.
fn full() -> Estate {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut draft = Draft::default();
    let tables =
        fs::read_dir(crates.join("warden-govern/tests/data/quarter")).expect("it is there");
    let mut files: Vec<_> = tables.map(|file| file.expect("it is a file").path()).collect();
    files.sort();
    files.push(crates.join("warden-report/tests/data/board.json"));
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end != "md")) {
        draft.add_file(&file.display().to_string(), &fs::read(file).expect("it can be read"));
    }
    let as_of = "2026-11-20T12:00:00Z".parse().expect("it is a time");
    draft.finish(as_of).expect("the tables can be read")
}

fn set_of(estate: &Estate, language: Language, paper: Paper) -> Pages {
    let known = Lookup::new(estate);
    let options = Options { language, paper, ..Options::default() };
    laid(&board(&Ground::of(&known), &options).expect("it may be written"))
}

/// R62: page 1 answers both questions: what a year may cost as a range of money, and the tier of the
/// programme with its trend.
#[test]
fn the_first_page_answers_both_questions() {
    let pages = set_of(&full(), Language::En, Paper::A4);
    let first = bare(&pages.texts().first().expect("there is a page").concat());
    for part in [
        "Liability: a year may cost EUR",
        "What we accept is EUR 5 m",
        "Programme: Maturity tier 1 Reactive",
        "in the last quarter Maturity tier 1 Reactive",
        "Worse than in the quarter before: Certified (M4)",
    ] {
        assert!(
            first
                .replace(|c: char| c.is_ascii_digit() || "[]".contains(c), "")
                .contains(&bare(part).replace(|c: char| c.is_ascii_digit(), "")),
            "{part}: {first}"
        );
    }
    assert!(!first.contains(&bare("Operational integrity: what a year may cost")), "{first}");
}

#[test]
fn nothing_in_a_report_overlaps_in_any_language_or_on_a_slide() {
    let empty = Estate { version: 1, ..Estate::default() };
    assert!(set_of(&empty, Language::De, Paper::Letter).count() > 3);
    assert!(set_of(&full(), Language::Fr, Paper::Slide).count() > 10);
    let german = set_of(&full(), Language::De, Paper::A4);
    assert_eq!(german.pdf().expect("it can be written"), german.pdf().expect("it can be written"));
}

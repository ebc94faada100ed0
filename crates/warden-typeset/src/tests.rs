mod board;

use std::collections::BTreeSet;

use warden_report::paper::{
    Block, Column, Document, Form, Language, Paper, Plan, Run, Table, Text, sample,
};

use super::*;

/// Sets a document, and holds it against what every document has to hold.
#[track_caller]
fn laid(document: &Document) -> Pages {
    let pages = set(document).expect("it is set");
    assert_eq!(pages.collisions(), [], "no text stands on another");
    pages
}

/// The text of all pages, without what only serves breaking lines.
fn read(pages: &Pages) -> String {
    let all = pages.texts().concat().concat();
    all.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{ad}' | '-' | ' ' | '\u{a0}')).collect()
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '-' | ' ' | '\u{a0}')).collect()
}

/// Every text in a document that is to be found on its pages.
fn said(document: &Document) -> BTreeSet<String> {
    fn gather(value: &serde_json::Value, all: &mut BTreeSet<String>) {
        const ELSEWHERE: &[&str] = &[
            "block",
            "style",
            "language",
            "paper",
            "form",
            "counting",
            "align",
            "as_of",
            "started",
            "due",
            "stopped",
            "description",
        ];
        match value {
            serde_json::Value::String(text) => drop(all.insert(text.clone())),
            serde_json::Value::Array(each) => each.iter().for_each(|one| gather(one, all)),
            serde_json::Value::Object(each) => {
                let others = each.iter().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()));
                others.for_each(|(_, one)| gather(one, all));
            }
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    gather(&serde_json::to_value(document).expect("it is JSON"), &mut all);
    all.remove("");
    all
}

#[test]
fn every_block_is_set_in_every_language_on_every_paper() {
    for language in Language::ALL {
        for paper in Paper::ALL {
            let document = sample(*language, *paper);
            let pages = laid(&document);
            let text = read(&pages);
            for wanted in said(&document) {
                assert!(text.contains(&bare(&wanted)), "{language:?} {paper:?}: {wanted}\n{text}");
            }
            assert!((3..=5).contains(&pages.count()), "{} pages", pages.count());
        }
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = sample(Language::De, Paper::A4);
    let first = laid(&document).pdf().expect("it is written");
    let second = laid(&document).pdf().expect("it is written");
    assert!(first == second, "two runs give the same bytes");
    assert!(first.starts_with(b"%PDF-1."));
    // The time of the document, as the metadata of PDF writes it, and no other.
    let metadata = String::from_utf8_lossy(&first);
    assert!(metadata.contains("2026-11-22T00:00:00"), "the PDF has the time of the document");
    assert!(metadata.contains("<pdfuaid:part>1<"), "it says that it is PDF/UA-1");
    assert!(metadata.contains("<pdfaid:part>2<"), "it says that it is PDF/A-2");
}

#[test]
fn pages_are_pictures_too() {
    let pages = laid(&sample(Language::En, Paper::Letter));
    let pictures = pages.png(72).expect("they are drawn");
    assert_eq!(pictures.len(), pages.count());
    assert!(pictures.iter().all(|picture| picture.starts_with(b"\x89PNG\r\n\x1a\n")));
    // The width and height of Letter in points.
    assert_eq!(pictures[0][16..24], [0, 0, 2, 100, 0, 0, 3, 24]);
    for ppi in [0, 35, 601] {
        assert!(matches!(pages.png(ppi), Err(SetError::Pixels(_))), "{ppi}");
    }
}

/// A document with this text everywhere where a document holds text.
fn filled(text: &str) -> Document {
    fn fill(value: &mut serde_json::Value, text: &str) {
        const KEPT: &[&str] = &[
            "block", "style", "language", "paper", "form", "counting", "align", "as_of", "started",
            "due", "stopped",
        ];
        match value {
            serde_json::Value::String(old) => text.clone_into(old),
            serde_json::Value::Array(all) => all.iter_mut().for_each(|one| fill(one, text)),
            serde_json::Value::Object(all) => {
                let others = all.iter_mut().filter(|(name, _)| !KEPT.contains(&name.as_str()));
                others.for_each(|(_, one)| fill(one, text));
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(sample(Language::En, Paper::A4)).expect("it is JSON");
    fill(&mut value, text);
    serde_json::from_value(value).expect("it is still a document")
}

#[test]
fn no_text_is_read_as_code() {
    for hostile in [
        "#panic(\"read as code\")",
        "#read(\"/etc/passwd\")",
        "$x^2$ = *bold* _thin_ `code` <note-1> @note-1",
        "]#panic()[",
        "\\#{}()//*",
        "\"; #set page(width: 1pt)",
    ] {
        // Where the axis of a chart is full of such words, some may stand on others.
        let text = read(&set(&filled(hostile)).expect("it is set"));
        assert!(text.contains(&bare(hostile)), "{hostile}: {text}");
    }
}

#[test]
fn what_no_font_shows_is_spelled_out() {
    let pages = laid(&filled("a 漢\u{e000}\u{202e}b"));
    let text = read(&pages);
    assert!(text.contains("a<U+6F22><U+E000><U+202E>b"), "{text}");
    pages.pdf().expect("no character is without a shape");
}

#[test]
fn words_without_a_break_stay_in_their_columns() {
    for word in ["W".repeat(58), "sha256:".to_owned() + &"0123456789abcdef".repeat(3)] {
        let pages = set(&filled(&word)).expect("it is set");
        assert!(read(&pages).contains(&bare(&word)), "{word}");
    }
}

/// A document with a table and nothing else.
fn with_table(rows: usize, columns: usize, cell: &str) -> Document {
    let table = Table {
        title: "A long table".into(),
        columns: (1..=columns)
            .map(|at| Column { heading: format!("Column {at}"), ..Column::default() })
            .collect(),
        rows: (1..=rows)
            .map(|row| (1..=columns).map(|at| Text::plain(format!("{cell} {row}.{at}"))).collect())
            .collect(),
        notes: Vec::new(),
    };
    Document { blocks: vec![Block::Table(table)], ..sample(Language::En, Paper::A4) }
}

#[test]
fn a_table_repeats_its_head_on_every_page() {
    let pages = laid(&with_table(120, 4, "cell"));
    assert!(pages.count() > 2, "{} pages", pages.count());
    for (at, page) in pages.texts().iter().enumerate() {
        let page = page.concat();
        assert!(page.contains("Column 1") && page.contains("Column 4"), "page {}: {page}", at + 1);
        let number = format!("Page {} of {}", at + 1, pages.count());
        assert!(page.contains(&number) && page.contains("Confidential"), "page {}", at + 1);
    }
}

#[test]
fn the_widest_table_fits() {
    laid(&with_table(3, 12, "an-unusually-long-name"));
}

#[test]
fn a_sheet_takes_less_room() {
    let report = with_table(60, 4, "a cell of a checklist");
    let sheet = Document { form: Form::Sheet, ..report.clone() };
    assert_eq!((laid(&report).count(), laid(&sheet).count()), (2, 1));
}

#[test]
fn what_does_not_hold_is_told() {
    let empty = Document { blocks: Vec::new(), ..sample(Language::En, Paper::A4) };
    let told = |outcome: Result<Pages, SetError>| outcome.err().map(|error| error.to_string());
    assert_eq!(told(set(&empty)).as_deref(), Some("blocks: it is empty"));
    let told = told(set_json(b"{\"version\":1}")).unwrap_or_default();
    assert!(told.starts_with("it is no document: missing field `title`"), "{told}");
}

#[test]
fn what_is_beyond_the_text_of_a_page_is_found() {
    let plan = Plan::of(&sample(Language::En, Paper::A4)).expect("it is well formed");
    let room = Room::of(plan.paper, plan.form);
    for (source, fits) in [
        ("#set page(margin: 56.7pt); inside", true),
        ("#set page(margin: 56.7pt); #box(width: 1pt)[#sym.zws#(\"W\" * 90)]", false),
        ("#place(dy: 900pt)[below]", false),
        ("#place(dx: -90pt, rect(width: 20pt))", false),
        ("#rotate(90deg, reflow: false, line(length: 3000pt))", false),
    ] {
        let desk = Desk::with(&TYPES, &[("paper.typ", source)], Vec::new()).expect("it is a desk");
        let pages = compiled(&desk).expect(source);
        assert_eq!(bounds::check(&pages, &room).is_ok(), fits, "{source}");
    }
}

#[test]
fn an_answer_has_its_files_or_says_why() {
    let document = serde_json::to_vec(&sample(Language::Fr, Paper::A4)).expect("it is JSON");
    let answer = answer::answer(&document, answer::Wanted::Pdf);
    assert_eq!((answer[0], answer.get(9..14)), (answer::DONE, Some(&b"%PDF-"[..])));
    let length = u64::from_be_bytes(answer[1..9].try_into().expect("eight bytes"));
    assert_eq!(length, (answer.len() - 9) as u64);
    let refused = answer::answer(b"{}", answer::Wanted::Pdf);
    assert!(refused.starts_with(b"-it is no document: "), "{}", String::from_utf8_lossy(&refused));
}

/// The board's report in length: ten parts and an annex.
#[test]
fn a_report_of_a_dozen_pages_is_set() {
    let one = sample(Language::En, Paper::A4);
    let parts = one.blocks.iter().filter(|block| **block != Block::PageBreak);
    let mut blocks: Vec<Block> = parts.cycle().take(one.blocks.len() * 5).cloned().collect();
    blocks.push(Block::Paragraph {
        text: Text(vec![Run { text: "The end.".into(), ..Run::default() }]),
    });
    let pages = laid(&Document { blocks, ..one });
    assert!((9..=16).contains(&pages.count()), "{} pages", pages.count());
}

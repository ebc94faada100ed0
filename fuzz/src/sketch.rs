//! Copied data: what was remembered is noticed when it goes out as it is, and nothing after it was
//! forgotten; memory is bounded, every range is one of the text, and the same is found again.

use warden_detect::{Carried, Destination, Label, Sketch};

const LABEL: Label = Label { party: 1, class: 1 };
/// How long a text is made that begins with `*`, to see what costs more than its length.
const LONG: usize = 16 * 1024;

/// A text that is remembered, a line of zeros (`\0`), and a text that goes out; or one for both.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (seen, out) = text.split_once('\0').unwrap_or((text, text));
    let long = out.strip_prefix('*').filter(|piece| !piece.is_empty());
    let out = &long.map_or_else(|| out.to_owned(), |piece| piece.repeat(LONG / piece.len()));
    let mut sketch = sketch(seen);
    let first = look(&mut sketch, out);
    assert_eq!(first, look(&mut self::sketch(seen), out), "the same twice");
    let back = sketch.carried(out, Destination::Party(LABEL.party), "back");
    assert!(!back.is_noticed(), "it may go back: {back:?}");
    secret(seen);
    cut(seen, out);
    sketch.forget();
    assert!(!look(&mut sketch, out).is_noticed(), "it is forgotten");
}

fn sketch(seen: &str) -> Sketch {
    let mut sketch = Sketch::new(*b"the key of fuzz!");
    sketch.remember(seen, LABEL);
    assert!(sketch.usage().bytes <= Sketch::MOST);
    sketch
}

fn look(sketch: &mut Sketch, out: &str) -> Carried {
    let carried = sketch.carried(out, Destination::Outside, "out");
    for found in &carried.matches {
        assert!(found.range.start <= found.range.end && found.range.end <= out.len());
        assert_eq!(found.label, Some(LABEL));
    }
    assert!((0.0..=1.0).contains(&carried.share) && (0.0..=1.0).contains(&carried.score));
    assert_eq!(carried.is_noticed(), carried.score >= 0.5, "{carried:?}");
    assert!(sketch.usage().bytes <= Sketch::MOST);
    carried
}

/// A key after any text is remembered and found, as it is and in small letters.
fn secret(seen: &str) {
    const KEY: &str = "q8Zr4TnW2xYb7LpKc93dVm";
    if seen.len() > 4096 {
        return;
    }
    let mut sketch = sketch(&format!("{seen}\nkey {KEY}\n"));
    assert!(look(&mut sketch, KEY).is_noticed());
    assert!(sketch.carried(&KEY.to_lowercase(), Destination::Outside, "other").is_noticed());
}

/// A key that is cut in two at a place that the input chooses is found.
fn cut(seen: &str, out: &str) {
    const KEY: &str = "q8Zr4TnW2xYb7LpKc93dVm";
    let mut sketch = sketch(&format!("key {KEY}"));
    let (a, b) = KEY.split_at((seen.len() + out.len()) % KEY.len());
    let end = out.chars().rev().take(20).collect::<String>();
    let first = sketch.carried(&format!("{end}\n{a}"), Destination::Outside, "way");
    let second = sketch.carried(b, Destination::Outside, "way");
    assert!(first.is_noticed() || second.is_noticed(), "{end:?} {a:?} {b:?}");
}

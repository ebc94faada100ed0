//! The detectors over any text: total, in bounds, and nothing left of a secret.

use warden_detect::{
    effects, fold, hidden, instructions, redact, redact_command, redact_setting, redact_url,
    secret_in_setting, secrets, strip, visible,
};

/// How long a text is made that begins with `*`, to see what costs more than its length.
const LONG: usize = 32 * 1024;

/// The whole input is the text. One that begins with `*` is repeated until it is long.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match text.strip_prefix('*').filter(|piece| !piece.is_empty()) {
        Some(piece) => total(&piece.repeat(LONG / piece.len())),
        None => {
            total(text);
            settings(text);
        }
    }
}

fn total(text: &str) {
    sees(text);
    let mut from = 0;
    for evidence in instructions(text).evidence {
        assert!(text.get(evidence.range.clone()).is_some_and(|piece| !piece.is_empty()));
        assert!(evidence.range.start >= from, "evidence is in order");
        from = evidence.range.start;
    }
    let mut from = 0;
    for hit in secrets(text) {
        assert!(text.get(hit.range.clone()).is_some_and(|value| !value.is_empty()));
        assert!(hit.range.start >= from, "hits are in order and do not overlap");
        from = hit.range.end;
    }
    let shown = redact(text);
    assert_eq!(secrets(&shown), [], "{text:?} is shown as {shown:?}");
}

/// What is hidden is found where it stands, and nothing is hidden in what is shown.
fn sees(text: &str) {
    let found = hidden(text);
    let mut from = 0;
    for hit in &found {
        assert!(hit.offset >= from, "in order");
        assert!(text.get(hit.offset..).is_some_and(|rest| rest.starts_with(hit.char)));
        from = hit.offset + hit.char.len_utf8();
    }
    let shown = visible(text);
    assert_eq!(shown.count, found.len());
    assert_eq!(hidden(&shown.text), [], "{text:?} is shown as {:?}", shown.text);
    let removed: usize = found.iter().map(|hit| hit.char.len_utf8()).sum();
    assert_eq!(strip(text).len() + removed, text.len());
    tags(text, &found);
}

/// Invisible ASCII is let through in the flags of three countries and nowhere else.
fn tags(text: &str, found: &[warden_detect::HiddenChar]) {
    let mut told = found.iter().map(|hit| hit.offset).peekable();
    let mut passed = String::new();
    let mut flag = false;
    for (offset, char) in text.char_indices() {
        let hidden = told.next_if_eq(&offset).is_some();
        if matches!(char, '\u{e0000}'..='\u{e007f}') && !hidden {
            assert!(flag, "a tag outside a flag in {text:?}");
            passed.push(char);
            continue;
        }
        country(&passed, text);
        passed.clear();
        flag = char == '\u{1f3f4}';
    }
    country(&passed, text);
}

fn country(passed: &str, text: &str) {
    let plain: String =
        passed.chars().filter_map(|tag| char::from_u32(u32::from(tag) - 0xe0000)).collect();
    assert!(["", "gbeng\u{7f}", "gbsct\u{7f}", "gbwls\u{7f}"].contains(&&*plain), "{text:?}");
}

/// A name, a value and a line of words.
fn settings(text: &str) {
    let (name, value) = text.split_once('=').unwrap_or(("", text));
    let shown = redact_setting(name, value);
    if secret_in_setting(name, value).is_some() {
        assert_ne!(shown, value);
    }
    assert_eq!(secrets(&shown), [], "{text:?} is shown as {shown:?}");
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [program, arguments @ ..] = words.as_slice() {
        let shown = redact_command(program, arguments.iter().copied());
        assert_eq!(secrets(&shown), [], "{text:?} is shown as {shown:?}");
    }
    let shown = redact_url(text);
    assert_eq!(secrets(&shown), [], "{text:?} is shown as {shown:?}");
    drop(fold(text));
    if let Ok(body) = serde_json::from_str(text) {
        drop(effects(&body));
    }
}

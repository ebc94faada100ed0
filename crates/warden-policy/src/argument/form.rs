//! The forms that one text takes in the hands of those who read it.

use base64::{Engine as _, engine::general_purpose};
use unicode_normalization::UnicodeNormalization as _;

/// How many encodings within one another are taken off.
const MOST_LAYERS: usize = 3;
/// The most forms of one text.
const MOST_FORMS: usize = 24;
/// The longest text that is looked at in a constraint.
pub(super) const MOST_TEXT: usize = 64 * 1024;

/// A text with what readers may make of it.
pub(super) struct Forms {
    /// The text, its normal forms, and what comes out when encodings are taken off.
    pub(super) all: Vec<String>,
    /// Something is encoded deeper than anybody has looked.
    pub(super) deeper: bool,
}

/// Every form of a text in which it may reach what it is for.
pub(super) fn forms(text: &str) -> Forms {
    let mut all = vec![text.to_owned()];
    let mut newest = 0..1;
    let mut deeper = false;
    for layer in 0..=MOST_LAYERS {
        let known = all.len();
        for at in newest.clone() {
            let Some(form) = all.get(at).cloned() else { continue };
            for next in readings(&form) {
                if !all.contains(&next) {
                    all.push(next);
                }
            }
        }
        if all.len() == known {
            break;
        }
        if layer == MOST_LAYERS || all.len() > MOST_FORMS {
            deeper = true;
            all.truncate(known);
            break;
        }
        newest = known..all.len();
    }
    Forms { all, deeper }
}

/// A text in its two normal forms, and as it is.
pub(super) fn normal_forms(text: &str) -> Vec<String> {
    let mut all = vec![text.to_owned()];
    if !text.is_ascii() {
        for form in [text.nfc().collect::<String>(), text.nfkc().collect()] {
            if !all.contains(&form) {
                all.push(form);
            }
        }
    }
    all
}

/// What one step makes of a text.
fn readings(text: &str) -> Vec<String> {
    let mut found = normal_forms(text);
    found.remove(0);
    found.extend(percent_decoded(text));
    found.extend(quoted(text));
    found.extend(from_base64(text));
    found
}

/// A text without its percent-encoding (RFC 3986 section 2.1); `None` if it has none or what
/// comes out is no text.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let mut found = false;
    while let Some(byte) = bytes.get(at) {
        let hex = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
        if let (b'%', Some(high), Some(low)) = (byte, hex(at + 1), hex(at + 2)) {
            // Two hexadecimal digits are less than 256.
            out.push(u8::try_from(high * 16 + low).unwrap_or_default());
            at += 3;
            found = true;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    // Bytes that are no text, as an over-long form of `/` is none, are what a lenient reader may
    // still read: they become something that no constraint accepts.
    found.then(|| String::from_utf8(out).unwrap_or_else(|_| "\0".to_owned()))
}

/// The strings of a JSON text in a string.
fn quoted(text: &str) -> Vec<String> {
    if !text.trim_start().starts_with(['"', '{', '[']) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str(text) {
        strings(&value, &mut |it| found.push(it.to_owned()));
    }
    found.truncate(MOST_FORMS);
    found
}

/// Calls `on` with every string in a value; names of members are not among them.
pub(super) fn strings<'a>(value: &'a serde_json::Value, on: &mut impl FnMut(&'a str)) {
    match value {
        serde_json::Value::String(text) => on(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, on)),
        serde_json::Value::Object(members) => members.values().for_each(|it| strings(it, on)),
        _ => {}
    }
}

/// What a base64 text holds, if that leads somewhere: nearly every word is base64 of something.
fn from_base64(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('=');
    if text.len() < 4 || text.contains([' ', '.', ':', '~']) {
        return None;
    }
    let standard = general_purpose::STANDARD_NO_PAD.decode(text);
    let bytes = standard.or_else(|_| general_purpose::URL_SAFE_NO_PAD.decode(text)).ok()?;
    let decoded = String::from_utf8(bytes).ok()?;
    let leads = decoded.starts_with(['/', '~', '\\'])
        || ["..", "://", ":\\", ":/", "//"].iter().any(|it| decoded.contains(it));
    (leads && decoded.chars().all(|it| !it.is_control())).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_taken_off_but_not_for_ever() {
        let has = |text: &str, form: &str| forms(text).all.iter().any(|it| it == form);
        assert!(has("%2e%2e%2fetc", "../etc"));
        assert!(has("%252e%252e%252fetc", "../etc"));
        assert!(has("L2V0Yy9wYXNzd2Q=", "/etc/passwd"));
        assert!(has("\"\\u002fetc\"", "/etc"));
        assert!(has("／etc", "/etc"));
        assert!(has("%c0%af", "\0"));
        assert!(forms("%25252525252e").deeper);
        assert!(!forms("documents/notes.txt").deeper);
        assert_eq!(forms("100% sure").all.len(), 1);
        assert_eq!(forms("report").all.len(), 1);
    }
}

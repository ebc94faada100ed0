//! What would change in a file, for people: without the secrets that stand around it.

use std::ops::Range;

use similar::TextDiff;
use warden_collect::document::{Document, Format, Kind, Node};
use warden_detect::{credential_name, redact, redact_setting, redact_url};
use warden_report::printable;

/// What is shown instead of a secret.
const MARK: &str = "‹credential›";

/// A unified diff of one file.
///
/// Secrets are taken out of both texts before they are compared, so that no line of it can hold
/// one; what takes their place is the same on both sides.
pub(crate) fn unified(shown: &str, format: Format, (before, after): (&[u8], &[u8])) -> String {
    let (before, after) = (without_secrets(before, format), without_secrets(after, format));
    let diff = TextDiff::from_lines(&before, &after);
    let text = diff.unified_diff().context_radius(3).header(shown, shown).to_string();
    text.lines()
        .fold(String::new(), |all, line| all + &printable(&line.replace('\t', "    ")) + "\n")
}

/// The text of a file, with a mark in place of whatever is a secret by its value, by the name of
/// its member, or by the option that it follows.
fn without_secrets(bytes: &[u8], format: Format) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    let Ok(document) = Document::parse(bytes, format) else {
        // What cannot be parsed is not changed either, so nothing of it has to be shown.
        return String::new();
    };
    let mut secrets = Vec::new();
    let mut open = vec![document.root()];
    // Files are nested no deeper than their parser follows; the list keeps it off the stack.
    while let Some(node) = open.pop() {
        match &node.kind {
            Kind::Object(members) => {
                for member in members {
                    secrets.extend(secret(&member.value, &member.key));
                    open.push(&member.value);
                }
            }
            Kind::Array(items) => {
                let mut option = "";
                for item in items {
                    secrets.extend(secret(item, option));
                    let text = item.text().filter(|text| text.starts_with('-'));
                    option = text.filter(|text| !text.contains('=')).unwrap_or_default();
                    open.push(item);
                }
            }
            Kind::String(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Null => {}
        }
    }
    secrets.sort_unstable_by_key(|(span, _)| (span.start, span.end));
    secrets.dedup_by(|one, other| one.0 == other.0);
    for (span, instead) in secrets.into_iter().rev() {
        if text.get(span.clone()).is_some_and(|value| !value.is_empty()) {
            text.replace_range(span, &format!("\"{instead}\""));
        }
    }
    redact(&text)
}

/// Where a secret stands and what is shown instead, if this value under this name is one.
fn secret(node: &Node, name: &str) -> Option<(Range<usize>, String)> {
    let value = node.scalar()?;
    let option = value.starts_with('-').then(|| value.split_once('=')).flatten();
    let shown = match option {
        Some((name, _)) if credential_name(name) => format!("{name}={MARK}"),
        _ if value.contains("://") && !credential_name(name) => redact_url(value),
        _ if redact_setting(name, value) != value => MARK.to_owned(),
        _ => return None,
    };
    (shown != value).then(|| (node.span.clone(), shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out_by_value_by_name_and_by_option() {
        let text = r#"{"a": {"args": ["--api-key", "abc", "--token=def", "-y", "pkg"], "env":
            {"PASSWORD": "ghi", "MODE": "fast"}, "url": "https://me:jkl@host/x?key=mno"}}"#;
        let shown = without_secrets(text.as_bytes(), Format::Jsonc);
        for secret in ["abc", "def", "ghi", "jkl", "mno"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        for rest in ["--api-key", "--token=", "pkg", "fast", "host/x"] {
            assert!(shown.contains(rest), "{rest} in {shown}");
        }
        let yaml = without_secrets(b"envs: {TOKEN: abc}\nkey: [-y]\n", Format::Yaml);
        assert_eq!(yaml, "envs: {TOKEN: \"\u{2039}credential\u{203a}\"}\nkey: [-y]\n");
    }
}

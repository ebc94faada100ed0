//! JSON as people write it in manifests: with comments, and with a comma after the last member.

use serde_json::Value;

/// Most bytes of a manifest.
const LARGEST: usize = 2 << 20;

/// Reads a manifest. `None` for what is no JSON, even so.
pub(crate) fn parse(bytes: &[u8]) -> Option<Value> {
    if bytes.len() > LARGEST {
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).ok().or_else(|| serde_json::from_slice(&plain(bytes)).ok())
}

/// Blanks out comments and commas that nothing follows.
fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut at = 0;
    // Where a comma stands that only blanks follow so far.
    let mut comma = None;
    while let Some(byte) = out.get(at).copied() {
        let next = match byte {
            b'"' => end_of_text(&out, at),
            b'/' => {
                let end = end_of_comment(&out, at);
                if end > at + 1 {
                    blank(&mut out, at, end);
                    at = end;
                    continue;
                }
                end
            }
            _ => at + 1,
        };
        match byte {
            b',' => comma = Some(at),
            b'}' | b']' => {
                if let Some(comma) = comma.take() {
                    blank(&mut out, comma, comma + 1);
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        at = next;
    }
    out
}

fn blank(out: &mut [u8], from: usize, to: usize) {
    let to = to.min(out.len());
    for byte in out.get_mut(from..to).unwrap_or_default() {
        *byte = b' ';
    }
}

fn end_of_text(out: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = out.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    out.len()
}

/// Where a comment ends; right after the slash if it is none.
fn end_of_comment(out: &[u8], start: usize) -> usize {
    let rest = out.get(start..).unwrap_or_default();
    if rest.starts_with(b"//") {
        return memchr::memchr(b'\n', rest).map_or(out.len(), |length| start + length);
    }
    if rest.starts_with(b"/*") {
        let inner = rest.get(2..).unwrap_or_default();
        return memchr::memmem::find(inner, b"*/").map_or(out.len(), |length| start + length + 4);
    }
    start + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = parse(text.as_bytes()).map(|value| value.to_string());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn comments_and_last_commas_do_not_matter() {
        check("{\"a\": 1}", Some("{\"a\":1}"));
        check(
            "// x\n{\"a\": [1, 2,], /* y */ \"b\": \"//,}\",\n}",
            Some("{\"a\":[1,2],\"b\":\"//,}\"}"),
        );
        check("{\"@/*\": [\"./src/*\"], // }\n}", Some("{\"@/*\":[\"./src/*\"]}"));
        check("\u{feff}{}", Some("{}"));
    }

    #[test]
    fn what_is_no_json_is_nothing() {
        check("{", None);
        check("/* open", None);
        check("\"open", None);
        check(&"[".repeat(100_000), None);
    }
}

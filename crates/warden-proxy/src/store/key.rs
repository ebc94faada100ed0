//! What a key may look like.

/// The longest key, in bytes.
const MOST: usize = 128;

/// Whether this is a key: digits, lower-case letters, `-` and `_`, not too many. Such a name means
/// the same thing to every file system, and leads nowhere else.
pub(super) fn is_key(key: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() || b"-_".contains(&byte);
    (1..=MOST).contains(&key.len()) && key.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_nowhere_else() {
        for key in ["a", "0190b3c2-0000-7000-8000-000000000000", "tool_1", &"f".repeat(128)] {
            assert!(is_key(key), "{key}");
        }
        let long = "f".repeat(129);
        for key in ["", ".", "..", "../x", "a/b", "a\\b", ".lock", "A", "a\0", "ä", &long] {
            assert!(!is_key(key), "{key}");
        }
    }
}

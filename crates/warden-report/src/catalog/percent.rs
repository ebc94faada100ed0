//! Percent-encoding as in RFC 3986, section 2.1, and nothing beside it.

/// Takes the encoding off. `None` if a percent sign is not followed by two hexadecimal digits, or
/// if what comes out is not UTF-8: a text with two readings is refused instead of guessed.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let high = char::from(bytes.next()?).to_digit(16)?;
        let low = char::from(bytes.next()?).to_digit(16)?;
        out.push(u8::try_from(high << 4 | low).ok()?);
    }
    String::from_utf8(out).ok()
}

/// Encodes everything but unreserved characters.
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_encoding_that_is_none_is_refused() {
        for text in ["%", "%2", "%zz", "a%2", "%ff", "%+1", "%é1"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode("com.example%2Fa%2fb"), Some("com.example/a/b".to_owned()));
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(text in any::<String>()) {
            prop_assert_eq!(decode(&encode(&text)), Some(text));
        }
    }
}

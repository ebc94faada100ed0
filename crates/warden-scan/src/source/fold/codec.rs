//! Encodings that texts are hidden in.

use super::value::Value;

/// The bytes that numbers stand for, if all of them do.
pub(crate) fn bytes_of(items: &[Value]) -> Option<Vec<u8>> {
    let byte = |item: &Value| match item {
        Value::Number(number, _) => u8::try_from(*number).ok(),
        _ => None,
    };
    items.iter().map(byte).collect()
}

/// Base64 in either alphabet, with or without padding; blanks are left out.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for char in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let six = match char {
            b'A'..=b'Z' => char - b'A',
            b'a'..=b'z' => char - b'a' + 26,
            b'0'..=b'9' => char - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        held = (held << 6 | u32::from(six)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap_or(0));
        }
    }
    Some(bytes)
}

/// Hexadecimal digits.
pub(crate) fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Every letter 13 further.
pub(crate) fn rot13(text: &str) -> String {
    let turn = |char: char| {
        let from = match char {
            'a'..='z' => b'a',
            'A'..='Z' => b'A',
            _ => return char,
        };
        let at = u32::from(char) - u32::from(from);
        char::from_u32(u32::from(from) + (at + 13) % 26).unwrap_or(char)
    };
    text.chars().map(turn).collect()
}

/// `%41` and `+` of addresses.
pub(crate) fn percent(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let ahead: Vec<u8> = rest.clone().take(2).collect();
        let decoded = (byte == b'%').then(|| String::from_utf8(ahead).ok()).flatten();
        match decoded.and_then(|digits| hex(&digits)).as_deref() {
            Some([one]) => {
                bytes.push(*one);
                rest.by_ref().take(2).for_each(drop);
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_undone() {
        assert_eq!(base64("aGVsbG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(base64("-_8").as_deref(), Some(&[0xfb, 0xff][..]));
        assert_eq!(base64("not base64!"), None);
        assert_eq!(hex("6869").as_deref(), Some(&b"hi"[..]));
        assert_eq!(hex("686"), None);
        assert_eq!(rot13("rknp"), "exac");
        assert_eq!(percent("a%20b%zz%"), "a b%zz%");
    }
}

//! Base64, as far as proofs need it.

/// More of a value is not decoded to see what it is.
const MOST: usize = 4096;

fn value(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// The bytes behind a text in either alphabet, with or without padding.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    if text.len() > MOST {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes() {
        bits = bits << 6 | value(letter)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// Whether a text in base64 is a JSON object.
pub(in crate::secrets) fn json(text: &str) -> bool {
    let object = |bytes: Vec<u8>| serde_json::from_slice::<serde_json::Value>(&bytes).ok();
    decode(text).and_then(object).is_some_and(|value| value.is_object())
}

/// Whether a text in base64 is a decimal number of 15 to 20 digits.
pub(super) fn number(text: &str) -> bool {
    decode(text).is_some_and(|bytes| {
        (15..=20).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit)
    })
}

/// A text in the alphabet for URLs, without padding.
pub(in crate::secrets) fn encode(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .enumerate()
            .fold(0_u32, |bits, (index, byte)| bits | u32::from(*byte) << (16 - 8 * index));
        for index in 0..=chunk.len() {
            let letter = (bits >> (18 - 6 * index) & 63) as usize;
            text.extend(LETTERS.get(letter).map(|letter| char::from(*letter)));
        }
    }
    text
}

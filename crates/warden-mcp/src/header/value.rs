//! How a value is written into a header.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};

const PREFIX: &str = "=?base64?";
const SUFFIX: &str = "?=";

/// The largest integer that every JSON parser reads alike.
const SAFE: u64 = (1 << 53) - 1;

/// How a value is written into a header: as it is, or in base64 between two marks.
#[must_use]
pub fn encode(value: &str) -> Cow<'_, str> {
    let padded = value.starts_with([' ', '\t']) || value.ends_with([' ', '\t']);
    let marked = value.starts_with(PREFIX) && value.ends_with(SUFFIX);
    if padded || marked || plain(value.as_bytes()).is_none() {
        return Cow::Owned([PREFIX, &STANDARD.encode(value), SUFFIX].concat());
    }
    Cow::Borrowed(value)
}

/// What a header's value stands for; `None` if it has bad base64 between its marks.
#[must_use]
pub fn decode(value: &str) -> Option<Cow<'_, str>> {
    if !(value.starts_with(PREFIX) && value.ends_with(SUFFIX)) {
        return Some(Cow::Borrowed(value));
    }
    // Where the marks share a byte there is nothing between them.
    let inner = value.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    String::from_utf8(STANDARD.decode(inner).ok()?).ok().map(Cow::Owned)
}

/// The bytes as text, if a header may have them as they are.
pub(super) fn plain(bytes: &[u8]) -> Option<&str> {
    let bad = |bad, byte: &u8| bad | !matches!(byte, b'\t' | b' '..=b'~');
    if bytes.iter().fold(false, bad) { None } else { std::str::from_utf8(bytes).ok() }
}

/// The integer that a JSON number is, if it is one that every parser reads alike: `42` and
/// `42.0` and `4.2e1` are the same.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(both) => both,
        None => (mantissa, ""),
    };
    let all = || whole.bytes().chain(fraction.bytes());
    if whole.is_empty() || !all().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let zeros = all().rev().take_while(|byte| *byte == b'0').count();
    let count = whole.len() + fraction.len();
    if zeros == count {
        return Some(0);
    }
    // The digits without trailing zeros, and how many zeros follow them in the end.
    let power = i64::from(exponent) - i64::try_from(fraction.len()).ok()?;
    let power = u32::try_from(power + i64::try_from(zeros).ok()?).ok()?;
    let mut value = 0_u64;
    for byte in all().take(count - zeros) {
        value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
    }
    let value = value.checked_mul(10_u64.checked_pow(power)?)?;
    let value = i64::try_from(value).ok().filter(|value| value.unsigned_abs() <= SAFE)?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_the_specification_are_written_as_it_says() {
        for (value, header) in [
            ("us-west1", "us-west1"),
            ("us west 1", "us west 1"),
            ("", ""),
            ("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="),
            ("日本語", "=?base64?5pel5pys6Kqe?="),
            (" padded ", "=?base64?IHBhZGRlZCA=?="),
            (" us-west1", "=?base64?IHVzLXdlc3Qx?="),
            ("us-west1 ", "=?base64?dXMtd2VzdDEg?="),
            ("\tindented", "=?base64?CWluZGVudGVk?="),
            ("line1\nline2", "=?base64?bGluZTEKbGluZTI=?="),
            ("line1\r\nline2", "=?base64?bGluZTENCmxpbmUy?="),
            ("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
        ] {
            assert_eq!(encode(value), header);
            assert_eq!(decode(header).unwrap(), value);
        }
    }

    #[test]
    fn what_is_not_between_both_marks_is_taken_as_it_is() {
        for value in ["SGVsbG8=", "=?base64?SGVsbG8=", "=?BASE64?SGVsbG8=?="] {
            assert_eq!(decode(value).unwrap(), value);
        }
        assert_eq!(decode("=?base64?SGVsbG8=?=").unwrap(), "Hello");
        assert_eq!(decode("=?base64??=").unwrap(), "");
    }

    #[test]
    fn bad_base64_between_the_marks_is_refused() {
        for value in [
            "=?base64?SGVsbG8?=",
            "=?base64?SGVs!!!bG8=?=",
            "=?base64?=",
            "=?base64?/w==?=",
            "=?base64?SGVsbG9=?=",
            "=?base64?SGVs bG8=?=",
        ] {
            assert_eq!(decode(value), None, "{value}");
        }
    }

    #[test]
    fn integers_are_compared_by_what_they_are() {
        for (text, value) in [
            ("42", 42),
            ("42.0", 42),
            ("4.2e1", 42),
            ("420E-1", 42),
            ("-7", -7),
            ("-0", 0),
            ("0.0e99", 0),
            ("9007199254740991", 9_007_199_254_740_991),
            ("-9007199254740991.00", -9_007_199_254_740_991),
        ] {
            assert_eq!(integer(text), Some(value), "{text}");
        }
        for text in [
            "",
            "-",
            "4.2",
            "1e-1",
            "9007199254740992",
            "9007199254740990.6",
            "1e99",
            "1e99999999999",
            "+1",
            ".5",
            "1.",
            "0x1",
            "1_0",
            " 1",
            "inf",
            "e1",
            "1e",
            "--1",
            "1.5e0",
        ] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_value_comes_back_and_is_fit_for_a_header(value in any::<String>()) {
            let header = encode(&value);
            prop_assert!(plain(header.as_bytes()).is_some());
            prop_assert_eq!(header.trim_matches([' ', '\t']), &*header);
            prop_assert_eq!(&*decode(&header).unwrap(), &*value);
        }

        #[test]
        fn no_number_is_read_as_another(text in "-?[0-9]{1,17}(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?") {
            if let Some(value) = integer(&text) {
                #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "both are exact")]
                let same = text.parse::<f64>().unwrap() == value as f64;
                prop_assert!(same, "{}", text);
            }
        }
    }
}

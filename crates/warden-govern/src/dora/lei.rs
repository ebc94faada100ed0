//! Legal entity identifiers (ISO 17442).

/// Whether a text has the form of an LEI: eighteen letters or digits and two digits.
#[must_use]
pub fn is_lei(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 20
        && bytes.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && bytes[18..].iter().all(u8::is_ascii_digit)
}

/// Whether the check digits of an LEI hold: with every letter as two digits, A being 10, the number
/// is 1 modulo 97 (ISO 7064).
#[must_use]
pub fn lei_holds(text: &str) -> bool {
    let rest = text.bytes().try_fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => Some((rest * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((rest * 100 + u32::from(byte - b'A') + 10) % 97),
        _ => None,
    });
    is_lei(text) && rest == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_iso_7064() {
        // Published identifiers: of the foundation that keeps the index, and two banks.
        for good in ["506700GE1G29325QX363", "7LTWFZYICNSX8D621K86", "R0MUWSFPU8MPRO8K5P83"] {
            assert!(lei_holds(good), "{good}");
            // One digit that is another is always noticed.
            let last = good.as_bytes()[19];
            let other = if last == b'9' { '0' } else { char::from(last + 1) };
            assert!(
                !lei_holds(&good.chars().take(19).chain([other]).collect::<String>()),
                "{good}"
            );
        }
        for bad in ["", "506700GE1G29325QX36", "506700ge1g29325qx363", "506700GE1G29325QX3G3"] {
            assert!(!is_lei(bad) && !lei_holds(bad), "{bad}");
        }
    }
}

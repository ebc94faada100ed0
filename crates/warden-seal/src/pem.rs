//! PEM (RFC 7468) in its strict form: one block, its label, lines of 64 characters.

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// The text is not one PEM block with the label that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotPem;

const LINE: usize = 64;

/// Reads the only block of a text. White space around lines is ignored, everything else is not.
///
/// What comes out may be a secret, so it is wiped when it is no longer needed.
pub(crate) fn read(text: &[u8], label: &str, most: usize) -> Result<Zeroizing<Vec<u8>>, NotPem> {
    if text.len() > most {
        return Err(NotPem);
    }
    let text = str::from_utf8(text).map_err(|_| NotPem)?;
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut lines = text.trim().lines().map(str::trim);
    if lines.next() != Some(&begin) || lines.next_back() != Some(&end) {
        return Err(NotPem);
    }
    let mut joined = Zeroizing::new(Vec::with_capacity(text.len()));
    lines.for_each(|line| joined.extend_from_slice(line.as_bytes()));
    STANDARD.decode(&*joined).map(Zeroizing::new).map_err(|_| NotPem)
}

/// Writes one block.
pub(crate) fn write(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    for (at, character) in body.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            out.push('\n');
        }
        out.push(character);
    }
    out.push_str(&format!("\n-----END {label}-----\n"));
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_one_whole_block_with_its_label_is_read() {
        let text = write("PUBLIC KEY", &[7; 100]);
        assert_eq!(read(text.as_bytes(), "PUBLIC KEY", 4096).unwrap().as_slice(), [7; 100]);
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(read(crlf.as_bytes(), "PUBLIC KEY", 4096).unwrap().as_slice(), [7; 100]);
        for wrong in [
            text.replace("PUBLIC", "PRIVATE"),
            text.repeat(2),
            format!("words\n{text}"),
            format!("{text}words"),
            text.replace("BwcH", "Bw=H"),
            text.replace("-----END PUBLIC KEY-----\n", ""),
            text.replacen("-----\n", "-----", 1),
            text.replace("\n-----END", "-----END"),
            String::new(),
        ] {
            assert_eq!(read(wrong.as_bytes(), "PUBLIC KEY", 4096), Err(NotPem), "{wrong}");
        }
        assert_eq!(read(text.as_bytes(), "PUBLIC KEY", 100), Err(NotPem));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(der in proptest::collection::vec(any::<u8>(), 0..300)) {
            let text = write("X", &der);
            prop_assert!(text.lines().all(|line| line.len() <= LINE));
            let back = read(text.as_bytes(), "X", 4096).unwrap();
            prop_assert_eq!(back.as_slice(), &der[..]);
        }
    }
}

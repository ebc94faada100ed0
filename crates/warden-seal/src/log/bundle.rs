//! Entries, each behind its length in 16 bits (tlog-tiles, "Log entries").

use super::path::WIDTH;

/// The longest entry.
pub const MOST_ENTRY: usize = 0xffff;

/// The longest bundle.
pub const MOST_BUNDLE: usize = 256 * (MOST_ENTRY + 2);

/// The bytes are no bundle of so many entries, or an entry is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a bundle of entries")]
pub struct BadBundle;

/// Reads a bundle of exactly `width` entries.
///
/// # Errors
/// Entries that are missing, cut off, or too many.
pub fn read_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BadBundle> {
    let mut entries = Vec::with_capacity(usize::from(width).min(256));
    let mut rest = bytes;
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<2>().ok_or(BadBundle)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(BadBundle)?;
        if entries.len() == usize::from(width) {
            return Err(BadBundle);
        }
        entries.push(entry);
        rest = after;
    }
    if entries.len() == usize::from(width) { Ok(entries) } else { Err(BadBundle) }
}

/// Writes a bundle.
///
/// # Errors
/// More than 256 entries, or one that is too long.
pub fn write_bundle(entries: &[&[u8]]) -> Result<Vec<u8>, BadBundle> {
    if entries.len() as u64 > WIDTH {
        return Err(BadBundle);
    }
    let mut out = Vec::with_capacity(entries.iter().map(|entry| entry.len() + 2).sum());
    for entry in entries {
        append(&mut out, entry)?;
    }
    Ok(out)
}

/// Puts one entry behind those of a bundle.
pub(super) fn append(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BadBundle> {
    let length = u16::try_from(entry.len()).map_err(|_| BadBundle)?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bundle_is_read_whole_or_not_at_all() {
        let bytes = write_bundle(&[b"ab", b"", b"c"]).unwrap();
        assert_eq!(bytes, b"\0\x02ab\0\0\0\x01c");
        assert_eq!(read_bundle(&bytes, 3), Ok(vec![&b"ab"[..], b"", b"c"]));
        for end in 0..bytes.len() {
            assert_eq!(read_bundle(&bytes[..end], 3), Err(BadBundle), "{end}");
        }
        assert_eq!(read_bundle(&bytes, 2), Err(BadBundle));
        assert_eq!(read_bundle(&bytes, 4), Err(BadBundle));
        assert_eq!(write_bundle(&[&vec![0; MOST_ENTRY + 1][..]]), Err(BadBundle));
        assert!(write_bundle(&[&vec![0; MOST_ENTRY][..]]).is_ok());
        assert_eq!(write_bundle(&[&b""[..]; 257]), Err(BadBundle));
    }

    proptest! {
        #[test]
        fn a_bundle_has_one_spelling(bytes in proptest::collection::vec(0..3_u8, 0..60), width in 0..20_u16) {
            if let Ok(entries) = read_bundle(&bytes, width) {
                prop_assert_eq!(write_bundle(&entries), Ok(bytes.clone()));
            }
        }
    }
}

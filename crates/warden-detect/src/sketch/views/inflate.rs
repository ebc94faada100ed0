//! What is compressed.

use std::io::Read as _;

use flate2::read::{GzDecoder, ZlibDecoder};

/// What is compressed is not read further.
const INFLATED: u64 = 16 * 1024;

/// What was compressed, as far as it is read.
pub(super) fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    // What is cut short is read up to the cut, so an error at the end changes nothing.
    let read = match bytes {
        [0x1f, 0x8b, 8, ..] => GzDecoder::new(bytes).take(INFLATED).read_to_end(&mut out),
        [0x78, 1 | 0x5e | 0x9c | 0xda, ..] => {
            ZlibDecoder::new(bytes).take(INFLATED).read_to_end(&mut out)
        }
        _ => return None,
    };
    (read.is_ok() || !out.is_empty()).then_some(out)
}

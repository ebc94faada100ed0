//! What is compressed.

use std::io::Read as _;

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::{Work, written};

/// What is compressed is not read further.
const INFLATED: u64 = 16 * 1024;
/// What setting up costs, in bytes looked at.
const COST: usize = 8 * 1024;
/// What is compressed begins in the first so many bytes, if something else is in front.
const AHEAD: usize = 24;

/// How something was compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packed {
    Gzip,
    Zlib,
    Zip,
}

/// Where in `bytes` something compressed begins.
pub(super) fn begins(bytes: &[u8]) -> Option<(usize, Packed)> {
    (0..bytes.len().min(AHEAD)).find_map(|at| match bytes.get(at..)? {
        [0x1f, 0x8b, 8, ..] => Some((at, Packed::Gzip)),
        [0x78, 1 | 0x5e | 0x9c | 0xda, ..] if at == 0 => Some((at, Packed::Zlib)),
        [b'P', b'K', 3, 4, ..] => Some((at, Packed::Zip)),
        _ => None,
    })
}

/// What was compressed, as far as it is read.
pub(super) fn inflate(bytes: &[u8], work: &mut Work) -> Option<Vec<u8>> {
    let (at, packed) = begins(bytes)?;
    let bytes = bytes.get(at..)?;
    if !work.take(COST) {
        return None;
    }
    let mut out = Vec::new();
    // What is cut short is read up to the cut, so an error at the end changes nothing.
    let read = match packed {
        Packed::Gzip => GzDecoder::new(bytes).take(INFLATED).read_to_end(&mut out),
        Packed::Zlib => ZlibDecoder::new(bytes).take(INFLATED).read_to_end(&mut out),
        Packed::Zip => {
            // The lengths of the name and of what else is said stand before what is compressed.
            let length = |at: usize| {
                let byte = |at: usize| bytes.get(at).copied().map_or(0, usize::from);
                byte(at) | byte(at + 1) << 8
            };
            let start = 30 + length(26) + length(28);
            let inner = bytes.get(start..)?;
            DeflateDecoder::new(inner).take(INFLATED).read_to_end(&mut out)
        }
    };
    (read.is_ok() || !out.is_empty()).then_some(out)
}

/// What was compressed without saying so, if it is text.
pub(super) fn raw(bytes: &[u8], work: &mut Work) -> Option<Vec<u8>> {
    const SHORTEST: usize = 48;
    if bytes.len() < SHORTEST || !work.take(COST) {
        return None;
    }
    let mut out = Vec::new();
    let read = DeflateDecoder::new(bytes).take(INFLATED).read_to_end(&mut out);
    let whole = read.is_ok() || out.len() > bytes.len();
    (whole && out.len() >= SHORTEST && written(&out)).then_some(out)
}

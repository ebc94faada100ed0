//! Keyed hashes of symbols.
//!
//! One multiplication folds two words into one. That is fast, and strong enough that nobody who
//! lacks the key can tell what a fingerprint is of; it is no protection against one who has it.

use super::kept::{NotASketch, Reader};

/// What a session's fingerprints are made with.
#[derive(Clone, Copy)]
pub(super) struct Key {
    first: u64,
    second: u64,
}

/// Where in the table a fingerprint is looked for.
#[derive(Clone, Copy)]
pub(super) struct Anchor(u64);

impl Anchor {
    /// 18 bits, which choose the bucket and the bit of the filter.
    #[inline]
    pub(super) fn top(self) -> usize {
        usize::try_from(self.0 >> 46).unwrap_or(0)
    }

    /// 14 bits: the low 7 of [`Self::top`], and 7 others.
    pub(super) const fn tag(self) -> u64 {
        (self.0 >> 46 & 0x7f) << 7 | self.0 >> 39 & 0x7f
    }
}

impl Key {
    pub(super) fn new(bytes: [u8; 16]) -> Self {
        let number = u128::from_le_bytes(bytes);
        let half = |number: u128| u64::try_from(number & u128::from(u64::MAX)).unwrap_or(0);
        let (low, high) = (half(number), half(number >> 64));
        // A factor that is odd loses nothing.
        Self {
            first: mul(low ^ 0xa076_1d64_78bd_642f, high ^ 0xe703_7ed1_a0b4_28db),
            second: mul(high ^ 0x8ebc_6af0_9c88_c6e3, low ^ 0x5899_65cc_7537_4cc3) | 1,
        }
    }

    pub(super) fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.first.to_le_bytes());
        out.extend_from_slice(&self.second.to_le_bytes());
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, NotASketch> {
        let (first, second) = (from.long()?, from.long()?);
        // A factor that is even would lose something; no key of ours has one.
        if second & 1 == 1 { Ok(Self { first, second }) } else { Err(NotASketch) }
    }

    /// The anchor of eight symbols, the same when they are read from their end.
    #[inline]
    pub(super) const fn anchor(self, eight: u64) -> Anchor {
        let turned = eight.swap_bytes();
        let least = if eight < turned { eight } else { turned };
        Anchor((least ^ self.first).wrapping_mul(self.second))
    }

    /// The hash of any number of symbols.
    pub(super) fn window(self, symbols: &[u8]) -> u64 {
        let mut hash = self.second ^ symbols.len() as u64;
        for chunk in symbols.chunks(8) {
            let mut bytes = [0; 8];
            bytes.iter_mut().zip(chunk).for_each(|(slot, byte)| *slot = *byte);
            hash = mul(hash ^ u64::from_le_bytes(bytes), self.first ^ 0x1d8e_4e27_c47d_124f);
        }
        mul(hash, self.second)
    }
}

#[inline]
fn mul(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let half = |number: u128| u64::try_from(number & u128::from(u64::MAX)).unwrap_or(0);
    half(product) ^ half(product >> 64)
}

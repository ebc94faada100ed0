//! Numbers that look random and are not: the n-th number of a stream is a function of the seed, the
//! name of the stream and n.

use warden_model::Digest;

/// Says which numbers these are; another way to make them would need another name.
const NAME: &[u8] = b"mcpwarden money 1";

/// The step of `SplitMix64` (Steele, Lea and Flood, 2014).
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream(u64);

impl Stream {
    /// The stream of one estimate of one scenario.
    pub(super) fn of(seed: u64, scenario: &str, estimate: &str) -> Self {
        let seed = seed.to_be_bytes();
        let parts = [NAME, &seed, scenario.as_bytes(), b"\0", estimate.as_bytes()];
        let digest = Digest::of_parts(parts);
        let mut first = [0; 8];
        for (byte, of) in first.iter_mut().zip(digest.bytes()) {
            *byte = *of;
        }
        Self(u64::from_be_bytes(first))
    }

    /// The number of a run, between 0 and 1, neither of them.
    pub(super) fn at(self, run: u32) -> f64 {
        let mut bits = self.0.wrapping_add((u64::from(run) + 1).wrapping_mul(STEP));
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        // 52 bits and a half fit a double without rounding, so neither end is reached.
        let high = u32::try_from(bits >> 38).unwrap_or(0);
        let low = u32::try_from((bits >> 12) & 0x03ff_ffff).unwrap_or(0);
        (f64::from(high) * 67_108_864.0 + f64::from(low) + 0.5) / 4_503_599_627_370_496.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_evenly_and_depend_on_every_name() {
        let stream = Stream::of(7, "mail", "frequency");
        let mut tenths = [0_u32; 10];
        for run in 0..100_000 {
            let number = stream.at(run);
            assert!(number > 0.0 && number < 1.0);
            let tenth = (0..10_u32).rfind(|tenth| number >= f64::from(*tenth) / 10.0).unwrap();
            tenths[usize::try_from(tenth).unwrap()] += 1;
        }
        assert!(tenths.iter().all(|count| count.abs_diff(10_000) < 400), "{tenths:?}");
        let first = stream.at(0).to_bits();
        for other in [(8, "mail", "frequency"), (7, "male", "frequency"), (7, "mail", "primary")] {
            assert_ne!(Stream::of(other.0, other.1, other.2).at(0).to_bits(), first);
        }
        assert_eq!(Stream::of(7, "mail", "frequency").at(0).to_bits(), first);
    }
}

//! Times in buckets that grow with what they hold, so that every quantile is right within half a
//! percent whatever its size.

use std::time::Duration;

/// Buckets for each doubling, as a power of two.
const PRECISION: u32 = 8;

/// How often each time was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Histogram {
    buckets: Vec<u64>,
    count: u64,
    most: u64,
}

impl Histogram {
    pub(crate) fn record(&mut self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let index = bucket(nanoseconds);
        if index >= self.buckets.len() {
            self.buckets.resize(index + 1, 0);
        }
        if let Some(bucket) = self.buckets.get_mut(index) {
            *bucket += 1;
        }
        self.count += 1;
        self.most = self.most.max(nanoseconds);
    }

    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// The longest time, in nanoseconds.
    pub(crate) const fn most(&self) -> u64 {
        self.most
    }

    /// A time that this many thousandths of all do not exceed, in nanoseconds.
    pub(crate) fn quantile(&self, thousandths: u64) -> u64 {
        let rank = (self.count * thousandths).div_ceil(1000).max(1);
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return upper_end(index).min(self.most);
            }
        }
        self.most
    }
}

/// The bucket of a time: exact below two to the power of the precision, and then as many buckets
/// for each doubling.
fn bucket(nanoseconds: u64) -> usize {
    let shift = shift_of(nanoseconds);
    let index = (u64::from(shift) << PRECISION) + (nanoseconds >> shift);
    usize::try_from(index).unwrap_or(usize::MAX)
}

const fn shift_of(nanoseconds: u64) -> u32 {
    let bits = u64::BITS - nanoseconds.leading_zeros();
    bits.saturating_sub(PRECISION + 1)
}

/// The longest time of a bucket.
fn upper_end(index: usize) -> u64 {
    let index = index as u64;
    // The first two doublings have no shift.
    let shift = (index >> PRECISION).saturating_sub(1);
    let within = index - (shift << PRECISION);
    ((within + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_in_a_bucket_that_ends_at_most_half_a_percent_above_it() {
        let mut time = 1_u64;
        while time < 1 << 50 {
            for time in [time - 1, time, time + 1, time + time / 3] {
                let end = upper_end(bucket(time));
                assert!(end >= time && end - time <= time / 200, "{time} ends at {end}");
            }
            time = time * 5 / 4 + 1;
        }
    }

    #[test]
    fn quantiles_are_ranks() {
        let mut histogram = Histogram::default();
        for nanoseconds in 1..=1000 {
            histogram.record(Duration::from_nanos(nanoseconds));
        }
        assert_eq!(histogram.count(), 1000);
        assert_eq!(histogram.most(), 1000);
        assert!((500..=501).contains(&histogram.quantile(500)));
        assert!((990..=993).contains(&histogram.quantile(990)));
        assert_eq!(histogram.quantile(1000), 1000);
    }

    #[test]
    fn a_histogram_of_nothing_says_nothing() {
        assert_eq!(Histogram::default().quantile(500), 0);
    }
}

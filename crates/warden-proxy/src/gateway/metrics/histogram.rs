//! How long things take, in buckets that double.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::text::Page;

/// The first bucket ends at 2^3 microseconds.
const FIRST: u32 = 3;

/// The last one that has an end ends at 2^26 microseconds, which is 67 seconds.
const BUCKETS: usize = 24;

/// Counts of durations. Which bucket one falls into is told by its highest bit.
#[derive(Debug, Default)]
pub(super) struct Histogram {
    buckets: [AtomicU64; BUCKETS + 1],
    /// In microseconds.
    sum: AtomicU64,
}

impl Histogram {
    /// Counts one more.
    pub(super) fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(bucket) = self.buckets.get(bucket(micros)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(micros, Ordering::Relaxed);
    }

    /// Writes it, if there is anything in it.
    pub(super) fn render(&self, page: &mut Page, labels: &[(&str, &str)]) {
        let counts = self.buckets.each_ref().map(|bucket| bucket.load(Ordering::Relaxed));
        if counts.iter().all(|count| *count == 0) {
            return;
        }
        let mut sum = 0;
        for (power, count) in (FIRST..).zip(counts) {
            sum += count;
            let end = if usize::try_from(power - FIRST).is_ok_and(|at| at < BUCKETS) {
                seconds(1 << power)
            } else {
                "+Inf".to_owned()
            };
            let labels: Vec<_> = labels.iter().copied().chain([("le", &*end)]).collect();
            page.value("_bucket", &labels, sum);
        }
        page.text("_sum", labels, &seconds(self.sum.load(Ordering::Relaxed)));
        page.value("_count", labels, sum);
    }
}

/// The bucket whose end is the first that is not less than `micros`.
fn bucket(micros: u64) -> usize {
    let powers = u64::BITS - micros.saturating_sub(1).leading_zeros();
    usize::try_from(powers.saturating_sub(FIRST)).map_or(BUCKETS, |bucket| bucket.min(BUCKETS))
}

/// Exact, unlike a division of floats.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_falls_into_the_first_bucket_that_does_not_end_before_it() {
        for (micros, expected) in [(0, 0), (8, 0), (9, 1), (16, 1), (17, 2), (1 << 26, 23)] {
            assert_eq!(bucket(micros), expected, "{micros}");
        }
        assert_eq!(bucket((1 << 26) + 1), BUCKETS);
        assert_eq!(bucket(u64::MAX), BUCKETS);
    }

    #[test]
    fn seconds_are_written_without_loss() {
        assert_eq!(seconds(0), "0");
        assert_eq!(seconds(8), "0.000008");
        assert_eq!(seconds(1_500_000), "1.5");
        assert_eq!(seconds(1 << 26), "67.108864");
    }
}

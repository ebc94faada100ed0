//! How much may be used at once, where that is less than the whole window.

use std::time::Duration;

use super::Full;

/// Grants at most `burst` at once, and as the window passes, evenly, `most` in all: the generic
/// cell rate algorithm of ITU-T I.371 in its form of a virtual schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burst {
    /// The window in nanoseconds, so that a share of it has no error that adds up.
    length: u128,
    most: u128,
    at_once: u128,
    /// When all that was granted would have passed evenly, in nanoseconds after 1970 began.
    due: u128,
}

impl Burst {
    /// `burst` at once and `most` in a window of this length; neither counts as less than one.
    #[must_use]
    pub fn new(burst: u64, most: u64, length: Duration) -> Self {
        let length = length.as_nanos().max(1);
        Self { length, most: u128::from(most.max(1)), at_once: u128::from(burst.max(1)), due: 0 }
    }

    /// Whether one more is granted, as of a moment in microseconds after 1970 began.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(&self, now: u64) -> Result<(), Full> {
        let now = u128::from(now) * 1000;
        let after = self.due.max(now) + self.each() - now;
        let room = self.each() * self.at_once;
        if after <= room {
            return Ok(());
        }
        let wait = u64::try_from((after - room).div_ceil(1000)).unwrap_or(u64::MAX);
        Err(Full { retry_after: Duration::from_micros(wait) })
    }

    /// Uses one, whether it was granted or not.
    pub fn charge(&mut self, now: u64) {
        self.due = self.due.max(u128::from(now) * 1000) + self.each();
    }

    /// How long one takes, rounded up: rather a nanosecond too slow.
    const fn each(&self) -> u128 {
        self.length.div_ceil(self.most)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn a_burst_is_granted_at_once_and_the_rest_evenly() {
        let mut burst = Burst::new(3, 60, Duration::from_mins(1));
        for _ in 0..3 {
            burst.check(0).expect("three at once");
            burst.charge(0);
        }
        assert_eq!(burst.check(0), Err(Full { retry_after: Duration::from_secs(1) }));
        assert_eq!(burst.check(999_999), Err(Full { retry_after: Duration::from_micros(1) }));
        burst.check(1_000_000).expect("one each second");
    }

    proptest! {
        #[test]
        fn no_moment_has_more_than_the_burst(
            burst in 1..6_u64,
            steps in vec(0..400_000_u64, 1..60),
        ) {
            let mut gate = Burst::new(burst, 10, Duration::from_secs(1));
            let (mut now, mut granted) = (0, Vec::new());
            for step in steps {
                now += step;
                if gate.check(now).is_ok() {
                    gate.charge(now);
                    granted.push(now);
                }
                // In any stretch: the burst, and one for each tenth of a second.
                for from in &granted {
                    let count = granted.iter().filter(|at| *at >= from).count() as u64;
                    prop_assert!(count <= burst + (now - from) / 100_000);
                }
            }
        }
    }
}

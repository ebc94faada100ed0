//! How many of those who are not let in are recorded one by one.
//!
//! Whoever is not let in costs nothing to be, so that records of it could fill a disk, and a gateway
//! that cannot record lets nothing pass. All of them are counted; so many in a minute are recorded.

use std::sync::{Mutex, PoisonError};

use warden_policy::Time;

/// The most records in a minute.
const MOST: u32 = 600;

/// A minute, in microseconds.
const MINUTE: i64 = 60_000_000;

/// What was recorded in this minute.
#[derive(Debug, Default)]
pub(crate) struct Denials(Mutex<(i64, u32)>);

/// What becomes of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Take {
    /// It is recorded.
    Record,
    /// It is the first one that is only counted in this minute.
    First,
    /// It is only counted.
    Count,
}

impl Denials {
    /// Takes one more.
    pub(crate) fn take(&self, now: Time) -> Take {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.micros() / MINUTE;
        if known.0 != minute {
            *known = (minute, 0);
        }
        known.1 = known.1.saturating_add(1);
        match known.1 {
            count if count <= MOST => Take::Record,
            count if count == MOST + 1 => Take::First,
            _ => Take::Count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_a_minute_are_recorded_and_no_more() {
        let denials = Denials::default();
        let at = |second: i64| Time::from_micros(second * 1_000_000);
        assert!((0..MOST).all(|_| denials.take(at(61)) == Take::Record));
        assert_eq!(denials.take(at(62)), Take::First);
        assert_eq!(denials.take(at(119)), Take::Count);
        assert_eq!(denials.take(at(120)), Take::Record);
    }
}

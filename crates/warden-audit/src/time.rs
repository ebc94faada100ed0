//! Points in time, as the ledger writes them: RFC 3339 in UTC with microseconds.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

const SECONDS_A_DAY: u64 = 86_400;
const MICROS: u64 = 1_000_000;
/// The last microsecond of the year 9999, after which the format has no more room.
const LAST: u64 = 253_402_300_799_999_999;
/// How long every written time is.
const LENGTH: usize = "2026-11-20T10:16:53.123456Z".len();

/// A point in time between 1970 and 9999, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The point so many microseconds after 1970 began; the end of 9999 if it is later.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(if micros > LAST { LAST } else { micros })
    }

    /// How many microseconds after 1970 began.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// The time this long ago; 1970 if that is before it.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(micros))
    }

    /// The 27 ASCII bytes of the written form, without allocating.
    fn written(self) -> [u8; LENGTH] {
        let mut out = *b"0000-00-00T00:00:00.000000Z";
        let seconds = self.0 / MICROS;
        let (year, month, day) = date(seconds / SECONDS_A_DAY);
        let second = seconds % SECONDS_A_DAY;
        let mut put = |end: usize, digits: usize, mut value: u64| {
            for slot in out.iter_mut().take(end).rev().take(digits) {
                // A digit, so it fits.
                *slot = b'0' + (value % 10) as u8;
                value /= 10;
            }
        };
        put(4, 4, year);
        put(7, 2, month);
        put(10, 2, day);
        put(13, 2, second / 3600);
        put(16, 2, second / 60 % 60);
        put(19, 2, second % 60);
        put(26, 6, self.0 % MICROS);
        out
    }
}

/// The year, month and day that is this many days after 1970 began.
fn date(days: u64) -> (u64, u64, u64) {
    // Years are counted from March, so that the leap day is the last of its year; 719,468 days
    // lie between the March that begins year 0 and 1970.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + carry, month, date)
}

/// How many days after 1970 began this date is; `None` if there is no such date.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let (shifted, month_from_march) =
        if month > 2 { (year, month.checked_sub(3)?) } else { (year.checked_sub(1)?, month + 9) };
    let in_year = (153 * month_from_march + 2) / 5 + day.checked_sub(1)?;
    let (era, of_era) = (shifted / 400, shifted % 400);
    let count = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + in_year;
    let count = count.checked_sub(719_468)?;
    // A day that does not exist would come back as another one.
    (date(count) == (year, month, day)).then_some(count)
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::from_micros(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = self.written();
        f.pad(str::from_utf8(&written).map_err(|_| fmt::Error)?)
    }
}

/// The text is not a time such as `2026-11-20T10:16:53.123456Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time: expected a form such as `2026-11-20T10:16:53.123456Z`")]
pub struct ParseTimestampError;

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.as_bytes()).ok_or(ParseTimestampError)
    }
}

fn parse(text: &[u8]) -> Option<Timestamp> {
    let number = |from: usize, to: usize| {
        text.get(from..to)?.iter().try_fold(0u64, |sum, byte| {
            byte.is_ascii_digit().then(|| sum * 10 + u64::from(byte - b'0'))
        })
    };
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = days(number(0, 4)?, number(5, 7)?, number(8, 10)?)?;
    let seconds = day * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    let time = Timestamp(seconds * MICROS + number(20, 26)?);
    // Writing it again checks the length and every separator.
    (time.written() == text).then_some(time)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = self.written();
        serializer.serialize_str(str::from_utf8(&written).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_times_are_written_as_everybody_writes_them() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (951_827_696_000_001, "2000-02-29T12:34:56.000001Z"),
            (1_795_169_813_123_456, "2026-11-20T10:16:53.123456Z"),
            (LAST, "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(Timestamp(micros).to_string(), text);
            assert_eq!(text.parse(), Ok(Timestamp(micros)));
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-11-20",
            "2026-02-29T00:00:00.000000Z",
            "2026-13-01T00:00:00.000000Z",
            "2026-00-01T00:00:00.000000Z",
            "2026-01-00T00:00:00.000000Z",
            "0000-01-01T00:00:00.000000Z",
            "1969-12-31T23:59:59.999999Z",
            "2026-01-01T24:00:00.000000Z",
            "2026-01-01t00:00:00.000000Z",
            "2026-01-01T00:00:00.000000z",
            "2026-01-01T00:00:00.000000+00:00",
            "2026-01-01T00:00:00.00000é",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(ParseTimestampError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_time_reads_back_what_it_writes(micros in 0..=LAST) {
            let time = Timestamp(micros);
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }
    }
}

//! Points in time, as certificates and approvals write them: RFC 3339 in UTC with microseconds.
//!
//! A time has one spelling, so that what is signed has one too.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400 * MICROS;
/// The last microsecond of the year 9999, after which the format has no more room.
const LAST: i64 = 253_402_300_799_999_999;

/// A point in time between 1970 and 9999, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The last time there is.
    pub const LAST: Self = Self(LAST);

    /// The point so many microseconds after 1970 began, or the nearest one that can be written.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        if micros < 0 {
            Self(0)
        } else if micros > LAST {
            Self::LAST
        } else {
            Self(micros)
        }
    }

    /// The end of a day in UTC, such as `2027-01-31`: the first moment of the next one. Nothing if
    /// there is no such day.
    #[must_use]
    pub fn end_of_day(day: &str) -> Option<Self> {
        let begin: Self = format!("{day}T00:00:00.000000Z").parse().ok()?;
        Some(begin.plus_days(1))
    }

    /// Reads any time of RFC 3339, section 5.6: with an offset, with a fraction of any length, and
    /// with a leap second, which counts as the moment after it. Digits after microseconds are left
    /// out. Nothing if it is none, or lies outside of 1970 to 9999.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let (whole, rest) = text.split_at_checked(19)?;
        let number = |from: usize, to: usize| digits(whole.get(from..to)?);
        let separators = [(4, "-"), (7, "-"), (13, ":"), (16, ":")];
        let apart = |(at, sign): &(usize, &str)| whole.get(*at..=*at) == Some(*sign);
        if !separators.iter().all(apart) || !matches!(whole.get(10..11)?, "T" | "t" | " ") {
            return None;
        }
        let day = days(number(0, 4)?, number(5, 7)?, number(8, 10)?)?;
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let end = rest.find(|c: char| c != '.' && !c.is_ascii_digit())?;
        let (fraction, zone) = rest.split_at_checked(end)?;
        let micros = match fraction.strip_prefix('.') {
            None if fraction.is_empty() => 0,
            Some(part) if !part.is_empty() && !part.contains('.') => {
                digits(format!("{part:0<6}").get(..6)?)?
            }
            None | Some(_) => return None,
        };
        let offset = match (zone.get(..1)?, zone.get(1..)?) {
            ("Z" | "z", "") => 0,
            (sign @ ("+" | "-"), zone) if zone.len() == 5 && zone.get(2..3) == Some(":") => {
                let (hours, minutes) = (digits(zone.get(..2)?)?, digits(zone.get(3..)?)?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                let offset = hours * 3600 + minutes * 60;
                if sign == "-" { -offset } else { offset }
            }
            _ => return None,
        };
        let seconds = day * 86_400 + hour * 3600 + minute * 60 + second - offset;
        let all = seconds * MICROS + micros;
        (0..=LAST).contains(&all).then_some(Self(all))
    }

    /// How many microseconds after 1970 began.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// So many days later.
    #[must_use]
    pub const fn plus_days(self, days: u32) -> Self {
        Self::from_micros(self.0.saturating_add(DAY.saturating_mul(days as i64)))
    }

    /// So many seconds later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u32) -> Self {
        Self::from_micros(self.0.saturating_add(MICROS.saturating_mul(seconds as i64)))
    }
}

impl From<SystemTime> for Time {
    /// The same moment, or the nearest one that can be written.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

impl From<Time> for SystemTime {
    fn from(time: Time) -> Self {
        // Never before 1970.
        Self::UNIX_EPOCH + Duration::from_micros(time.0.unsigned_abs())
    }
}

/// The text is not a time in this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time like `2026-11-21T12:00:00.000000Z`")]
pub struct ParseTimeError;

/// The number that these digits are; nothing if there is anything else among them.
fn digits(part: &str) -> Option<i64> {
    let all = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if all { part.parse().ok() } else { None }
}

/// How many days after 1970 began the day is, if there is such a day.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years are counted from March, so that the leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before = 365 * year + year / 4 - year / 100 + year / 400;
    // 719,468 days lie between the March that begins year 0 and 1970.
    Some(before + (153 * month + 2) / 5 + day - 1 - 719_468)
}

/// The year, month and day that is so many days after 1970 began.
const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    if month < 10 {
        (era * 400 + year, month + 3, date)
    } else {
        (era * 400 + year + 1, month - 9, date)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.0 / DAY);
        let second = self.0 % DAY / MICROS;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let micros = self.0 % MICROS;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

impl FromStr for Time {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = |from: usize, to: usize| {
            let part = text.get(from..to)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i64>().ok())?
        };
        let read = || {
            let day = days(digits(0, 4)?, digits(5, 7)?, digits(8, 10)?)?;
            let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
            let within = hour < 24 && minute < 60 && second < 60;
            let seconds = day * 86_400 + hour * 3600 + minute * 60 + second;
            within.then_some(seconds * MICROS + digits(20, 26)?)
        };
        let time = read().filter(|micros| (0..=LAST).contains(micros)).map(Self);
        // What was read has to be written the same way: that settles every separator.
        time.filter(|time| time.to_string() == text).ok_or(ParseTimeError)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not borrowed: a string with an escape in it is no less a string.
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_ends_when_the_next_begins() {
        let end = Time::end_of_day("2027-01-31").map(|end| end.to_string());
        assert_eq!(end.as_deref(), Some("2027-02-01T00:00:00.000000Z"));
        for text in ["", "2027-02-29", "2027-1-31", "2027-01-31T00", "31.01.2027"] {
            assert_eq!(Time::end_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn any_spelling_of_a_moment_is_read() {
        for (text, same) in [
            ("2027-01-31T23:00:00+01:00", "2027-01-31T22:00:00.000000Z"),
            ("2027-01-31t22:00:00.5z", "2027-01-31T22:00:00.500000Z"),
            ("2027-01-31 22:00:00.123456789Z", "2027-01-31T22:00:00.123456Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
            ("1970-01-01T01:00:00-00:30", "1970-01-01T01:30:00.000000Z"),
        ] {
            let found = Time::from_rfc3339(text).map(|time| time.to_string());
            assert_eq!(found.as_deref(), Some(same), "{text}");
        }
        for text in [
            "",
            "2027-01-31",
            "2027-01-31T22:00:00",
            "2027-02-30T22:00:00Z",
            "2027-01-31T24:00:00Z",
            "2027-01-31T22:00:00.Z",
            "2027-01-31T22:00:00.1.2Z",
            "2027-01-31T22:00:00+1:00",
            "2027-01-31T22:00:00+01:60",
            "2027-01-31T22:00:00Zulu",
            "1969-12-31T23:59:59Z",
            "2027-01-31T22:00:00\u{e9}",
            "+027-01-31T22:00:00Z",
        ] {
            assert_eq!(Time::from_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (text, micros) in [
            ("1970-01-01T00:00:00.000000Z", 0),
            ("2000-02-29T12:00:00.000001Z", 951_825_600_000_001),
            ("2026-11-20T10:16:53.123456Z", 1_795_169_813_123_456),
            ("9999-12-31T23:59:59.999999Z", LAST),
        ] {
            assert_eq!(text.parse::<Time>(), Ok(Time(micros)), "{text}");
            assert_eq!(Time(micros).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-02-29T00:00:00.000000Z",
            "2026-11-20T10:16:53Z",
            "2026-11-20t10:16:53.123456Z",
            "2026-11-20T10:16:60.000000Z",
            "2026-11-20T24:00:00.000000Z",
            "2026-11-20T10:16:53.123456+00:00",
            "2026-11-20T10:16:53.123456Z ",
            "1969-12-31T23:59:59.999999Z",
            "2026-11-20T10:16:53.12345\u{e9}",
        ] {
            assert_eq!(text.parse::<Time>(), Err(ParseTimeError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_time_reads_back_what_it_prints_and_text_has_its_order(a in 0..=LAST, b in 0..=LAST) {
            prop_assert_eq!(Time(a).to_string().parse(), Ok(Time(a)));
            prop_assert_eq!(Time(a).to_string().cmp(&Time(b).to_string()), a.cmp(&b));
        }
    }
}

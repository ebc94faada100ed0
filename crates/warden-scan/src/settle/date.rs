//! Days, as far as suppressions end on them.

use std::{fmt, str::FromStr};

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day like `2027-01-31`")]
pub struct ParseDateError;

impl Date {
    /// A day after every other.
    pub const LAST: Self = Self { year: u16::MAX, month: 12, day: 31 };

    /// A day, if there is such a one.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let every = |years| year.is_multiple_of(years);
        let leap = (every(4) && !every(100)) || every(400);
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }
}

impl FromStr for Date {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else { return Err(ParseDateError) };
        let digits = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
            return Err(ParseDateError);
        }
        let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
            return Err(ParseDateError);
        };
        Self::new(year, month, day).ok_or(ParseDateError)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_back_what_it_prints_and_days_that_are_not_are_refused() {
        for text in ["2027-01-31", "2028-02-29", "2000-02-29"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()).as_deref(), Ok(text));
        }
        for text in
            ["2027-02-29", "1900-02-29", "2027-13-01", "2027-1-1", "2027-00-10", "+027-01-01"]
        {
            assert_eq!(text.parse::<Date>(), Err(ParseDateError), "{text}");
        }
        assert!(Date::new(2027, 1, 31) < Date::new(2027, 2, 1));
    }
}

//! Times as logs write them.

use jiff::{Timestamp, civil::Date, fmt::strtime::BrokenDownTime};

/// From here on a number counts milliseconds and not seconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// When something was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// As the log has it; nothing if it has none.
    pub text: String,
    /// The day as far as the log says it, in the time zone of the log. dnsmasq says no year: then
    /// none is made up.
    pub day: Option<Date>,
    /// The moment, if the log says in which time zone it is.
    pub at: Option<Timestamp>,
}

/// Forms with a time zone.
const ZONED: [&str; 2] = ["%d/%b/%Y:%H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%.f%z"];
/// Forms without.
const LOCAL: [&str; 4] = [
    "%d-%b-%Y %H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%a %b %d %H:%M:%S %Y",
];

impl When {
    /// Reads a time. What is in no known form is kept as text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        let at = seconds(text).or_else(|| text.parse().ok()).or_else(|| {
            let zoned = |form: &&str| Timestamp::strptime(*form, text).ok();
            ZONED.iter().find_map(zoned)
        });
        let day = at.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date()).or_else(|| {
            let local = |form: &&str| BrokenDownTime::parse(*form, text).ok()?.to_date().ok();
            LOCAL.iter().find_map(local)
        });
        Self { text: text.chars().take(64).collect(), day, at }
    }

    /// A day and a time in UTC, as the W3C form has them in two columns.
    #[must_use]
    pub fn utc(day: &str, time: &str) -> Self {
        Self::read(&format!("{day}T{time}Z"))
    }
}

/// Seconds since 1970 with a fraction, or milliseconds.
fn seconds(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    if whole >= MILLISECONDS {
        return Timestamp::from_millisecond(whole).ok();
    }
    let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let micros: i64 = micros.parse().ok()?;
    Timestamp::from_microsecond(whole.checked_mul(1_000_000)?.checked_add(micros)?).ok()
}

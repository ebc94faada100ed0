//! Sizes and spans of time, as people write them: `4 MiB`, `30s`, `1h 30m`.

use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer, de};

/// A size in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) usize);

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

/// The units of sizes, with how many bytes each has.
const SIZES: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
];

/// The units of time, with how many milliseconds each has.
const SPANS: &[(&str, u64)] =
    &[("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// The longest span, in milliseconds: what is longer is a slip, and would overflow somewhere.
const LONGEST: u64 = 365 * 86_400_000;

/// The largest size: no message comes near it.
const LARGEST: u64 = 1 << 40;

impl Size {
    /// A number of bytes, or a number and its unit.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (number, unit, rest) = part(text)?;
        let unit = unit.to_ascii_lowercase();
        let bytes = SIZES.iter().find(|(name, _)| *name == unit)?.1.checked_mul(number)?;
        let fits = rest.is_empty() && bytes > 0 && bytes <= LARGEST;
        usize::try_from(bytes).ok().filter(|_| fits).map(Self)
    }
}

impl Span {
    /// Numbers with their units, one after the other.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mut rest, mut whole) = (text, 0_u64);
        while !rest.is_empty() {
            let (number, unit, behind) = part(rest)?;
            let unit = SPANS.iter().find(|(name, _)| *name == unit)?.1;
            whole = whole.checked_add(unit.checked_mul(number)?)?;
            rest = behind;
        }
        (1..=LONGEST).contains(&whole).then(|| Self(Duration::from_millis(whole)))
    }

    /// So many seconds.
    pub(super) fn seconds(seconds: u64) -> Option<Self> {
        let whole = seconds.checked_mul(1_000)?;
        (1..=LONGEST).contains(&whole).then(|| Self(Duration::from_secs(seconds)))
    }
}

/// A number, its unit, and what stands behind them.
fn part(text: &str) -> Option<(u64, &str, &str)> {
    let text = text.trim_start();
    let (number, rest) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let rest = rest.trim_start();
    let (unit, rest) =
        rest.split_at(rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len()));
    Some((number.parse().ok()?, unit, rest.trim_start()))
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let size = from.deserialize_any(NumberOrText)?;
        size.read(|bytes| Self::parse(&bytes.to_string()), Self::parse)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NumberOrText)?.read(Self::seconds, Self::parse)
    }
}

/// Reads a number or a text.
struct NumberOrText;

enum Written {
    Number(u64),
    Text(String),
}

impl Written {
    fn read<T, E: de::Error>(
        self,
        number: impl Fn(u64) -> Option<T>,
        text: impl Fn(&str) -> Option<T>,
    ) -> Result<T, E> {
        let read = match self {
            Self::Number(written) => number(written),
            Self::Text(written) => text(&written),
        };
        read.ok_or_else(|| E::custom("neither a number nor a number with its unit"))
    }
}

impl de::Visitor<'_> for NumberOrText {
    type Value = Written;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a number, or a text with a number and its unit")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Written, E> {
        u64::try_from(number).map(Written::Number).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Written, E> {
        Ok(Written::Number(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Written, E> {
        Ok(Written::Text(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_and_its_unit() {
        for (text, bytes) in [
            ("1", Some(1)),
            ("4 MiB", Some(4 << 20)),
            ("4mib", Some(4 << 20)),
            ("64 kB", Some(64_000)),
            ("2GiB", Some(2 << 30)),
            ("0", None),
            ("", None),
            ("MiB", None),
            ("-1", None),
            ("1.5 MiB", None),
            ("4 MiB 2", None),
            ("4 parsec", None),
            ("99999999999999999999", None),
            ("18446744073709551615 GiB", None),
        ] {
            assert_eq!(Size::parse(text).map(|size| size.0), bytes, "{text}");
        }
    }

    #[test]
    fn a_span_is_numbers_and_their_units() {
        for (text, millis) in [
            ("30s", Some(30_000)),
            ("30 s", Some(30_000)),
            ("250ms", Some(250)),
            ("1h 30m", Some(5_400_000)),
            ("1h30m", Some(5_400_000)),
            ("365d", Some(LONGEST)),
            ("366d", None),
            ("30", None),
            ("0s", None),
            ("", None),
            ("s", None),
            ("-1s", None),
            ("1.5s", None),
            ("1 M", None),
            ("18446744073709551615d", None),
        ] {
            let found = Span::parse(text).map(|span| span.0.as_millis());
            assert_eq!(found, millis.map(u128::from), "{text}");
        }
        assert_eq!(Span::seconds(0), None);
        assert_eq!(Span::seconds(u64::MAX), None);
    }
}

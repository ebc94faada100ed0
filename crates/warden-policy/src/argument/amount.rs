//! Amounts, compared as they are written: no number is rounded on the way.

use std::cmp::Ordering;

use serde_json::Value;

/// The most digits of an amount, and the largest exponent.
const MOST_DIGITS: usize = 64;

/// A decimal number: `digits` with the point `point` digits behind their begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Without zeros at either end; empty for nothing.
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// Reads `-12.50` or `1e3`; nothing else that people or programs write.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (number, exponent) = match rest.split_once(['e', 'E']) {
            None => (rest, 0),
            Some((number, exponent)) => (number, exponent.parse::<i16>().ok()?.into()),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digit = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        if !digit(whole) || !digit(part) || whole.len() + part.len() > MOST_DIGITS {
            return None;
        }
        let all: Vec<u8> = whole.bytes().chain(part.bytes()).collect();
        let zeros = all.iter().take_while(|it| **it == b'0').count();
        let mut digits = all.get(zeros..).unwrap_or_default().to_vec();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Some(Self { negative: false, digits, point: 0 });
        }
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()? + exponent;
        Some(Self { negative, digits, point })
    }

    /// Whether it is less than nothing.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.negative
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |it: &Self| if it.digits.is_empty() { i64::MIN } else { it.point };
        let sizes = || size(self).cmp(&size(other)).then_with(|| self.digits.cmp(&other.digits));
        match (self.negative, other.negative) {
            (false, false) => sizes(),
            (true, true) => sizes().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What may be spent, moved or asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) most: Decimal,
    pub(super) negative: bool,
}

impl Bound {
    /// Whether a value is a plain amount within the bound.
    pub(super) fn holds(&self, value: &Value) -> bool {
        let text = match value {
            // What doubles skip is another amount for a server that keeps them.
            Value::Number(number) if number.is_f64() => number.to_string(),
            Value::Number(number) if super::schema::unclear(number) => return false,
            Value::Number(number) => number.to_string(),
            // Not even `1e3`: who writes an amount as text means the text.
            Value::String(text) if text.contains(['e', 'E']) => return false,
            Value::String(text) => text.clone(),
            _ => return false,
        };
        let Some(amount) = Decimal::read(&text) else { return false };
        // `-0` is one amount for a reader and another for the next.
        if text.starts_with('-') && !self.negative {
            return false;
        }
        let size = Decimal { negative: false, ..amount };
        size <= self.most && !self.most.is_negative()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn bound(negative: bool) -> Bound {
        Bound { most: Decimal::read("1000").expect("a number"), negative }
    }

    // An amount that one reader takes for less than another does not pass.
    #[test]
    fn only_plain_amounts_within_the_bound_pass() {
        let good =
            [json!(0), json!(1000), json!("1000"), json!("999.99"), json!(12.5), json!("007")];
        for amount in good.iter().chain(&[json!(1e3), json!("1000.000")]) {
            assert!(bound(false).holds(amount), "{amount}");
        }
        let hostile = [
            json!(1001),
            json!("1000.01"),
            json!("1,000"),
            json!("1.000,00"),
            json!("1e3"),
            json!("1E9"),
            json!("+5"),
            json!("-5"),
            json!(-1),
            json!(-0.0),
            json!("-0"),
            json!(""),
            json!(" 5"),
            json!("5 "),
            json!("0x10"),
            json!("1_000"),
            json!("١٠"),
            json!("５"),
            json!("$5"),
            json!("5 EUR"),
            json!("Infinity"),
            json!("NaN"),
            json!("1."),
            json!(".5"),
            json!(null),
            json!(true),
            json!([5]),
            json!({"value": 5}),
            json!(1e300),
            json!(18_446_744_073_709_551_615_u64),
            json!("1/2"),
            json!("5\n"),
            json!("5\u{0}"),
            json!("1000.0000000000000000000000000000000001"),
            json!("10\u{a0}000"),
            json!("1 000"),
        ];
        for amount in &hostile {
            assert!(!bound(false).holds(amount), "{amount}");
        }
        assert!(bound(true).holds(&json!(-1000)) && !bound(true).holds(&json!(-1001)));
    }

    proptest! {
        #[test]
        fn decimals_compare_like_numbers(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000,
            places in 0_u32..4) {
            let text = |it: i64| {
                let scale = 10_i64.pow(places);
                let sign = if it < 0 { "-" } else { "" };
                let it = it.abs();
                format!("{sign}{}.{:0width$}", it / scale, it % scale, width = places.max(1) as usize)
            };
            let read = |it| Decimal::read(&text(it)).expect("a number");
            // Where there is no place, `.0` stands for none.
            prop_assert_eq!(read(a).cmp(&read(b)), a.cmp(&b));
        }
    }
}

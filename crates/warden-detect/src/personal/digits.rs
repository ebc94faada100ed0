//! Check digits: the public algorithms that identifiers are made with, over ASCII digits.
//!
//! Everything here takes an identifier without its separators and in upper case, and says no to
//! what it cannot read.

/// The value of the digit at `at`, or 0 where there is none.
pub(crate) fn digit(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at).filter(|byte| byte.is_ascii_digit()).map_or(0, |byte| u32::from(byte - b'0'))
}

/// The number that the digits from `from` on, `count` of them, stand for.
pub(crate) fn number(bytes: &[u8], from: usize, count: usize) -> u64 {
    bytes.iter().skip(from).take(count.min(18)).fold(0, |sum, byte| {
        sum * 10 + if byte.is_ascii_digit() { u64::from(byte - b'0') } else { 0 }
    })
}

/// The sum of the digits, each times its weight.
pub(crate) fn weighted(bytes: &[u8], weights: &[u32]) -> u32 {
    weights.iter().enumerate().map(|(at, weight)| digit(bytes, at) * weight).sum()
}

/// The value of a letter or digit in base 36: `A` is 10.
pub(crate) fn base36(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        b'a'..=b'z' => u32::from(byte - b'a') + 10,
        _ => 0,
    }
}

/// ISO/IEC 7812-1, annex B: every second digit from the right is doubled; the sum ends in 0.
pub(crate) fn luhn(bytes: &[u8]) -> bool {
    let sum: u32 = bytes
        .iter()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let value = base36(*byte);
            let value = if at % 2 == 1 { value * 2 } else { value };
            // A letter that is not doubled counts for all it is worth.
            if at % 2 == 1 && value > 9 { value - 9 } else { value }
        })
        .sum();
    !bytes.is_empty() && sum.is_multiple_of(10)
}

/// ISO/IEC 7064, MOD 97-10, over letters and digits: the whole is 1 modulo 97.
pub(crate) fn mod97(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0, |rest, byte| {
        let value = base36(byte);
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    })
}

/// ISO/IEC 7064, MOD 11,10: the hybrid system whose last digit is the check digit.
pub(crate) fn mod11_10(bytes: &[u8]) -> bool {
    let Some((check, body)) = bytes.split_last() else { return false };
    let product = body.iter().fold(10, |product, byte| {
        let sum = (base36(*byte) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (base36(*check) + product) % 10 == 1
}

/// J. Verhoeff, 1969: the dihedral group of order ten, so that swapped neighbours are noticed too.
pub(crate) fn verhoeff(bytes: &[u8]) -> bool {
    const TIMES: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const MOVED: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    let check = bytes.iter().rev().enumerate().fold(0_u8, |check, (at, byte)| {
        let value = usize::from(byte.wrapping_sub(b'0') % 10);
        TIMES[usize::from(check) % 10][usize::from(MOVED[at % 8][value]) % 10]
    });
    !bytes.is_empty() && check == 0
}

/// Whether there is such a day. A year of two digits is of whichever century has the day.
pub(crate) fn day_exists(year: u64, month: u64, day: u64) -> bool {
    let leap = if year < 100 {
        // 1900 was no leap year, 2000 was one.
        year.is_multiple_of(4)
    } else {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u64::from(leap),
        _ => 0,
    };
    (1..=last).contains(&day)
}

/// Whether six digits are a day, month and year of two digits, from `at` on.
pub(crate) fn ddmmyy(bytes: &[u8], at: usize) -> bool {
    day_exists(number(bytes, at + 4, 2), number(bytes, at + 2, 2), number(bytes, at, 2))
}

/// Whether six digits are a year of two digits, a month and a day, from `at` on.
pub(crate) fn yymmdd(bytes: &[u8], at: usize) -> bool {
    day_exists(number(bytes, at, 2), number(bytes, at + 2, 2), number(bytes, at + 4, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_of_the_algorithms_hold() {
        assert!(luhn(b"79927398713"), "the example that descriptions of the algorithm use");
        assert!(verhoeff(b"2363"), "236 has the check digit 3");
        assert!(mod11_10(b"07945"), "0794 has the check digit 5, in ISO/IEC 7064");
        assert_eq!(mod97(b"3214282912345698765432161182".iter().copied()), 1);
    }

    #[test]
    fn one_changed_digit_is_always_noticed() {
        for (check, number) in [
            (luhn as fn(&[u8]) -> bool, &b"79927398713"[..]),
            (verhoeff, b"2363"),
            (mod11_10, b"07945"),
        ] {
            for at in 0..number.len() {
                for digit in b'0'..=b'9' {
                    let mut changed = number.to_vec();
                    changed[at] = digit;
                    assert_eq!(check(&changed), changed == number, "{changed:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_no_number() {
        assert!(!luhn(b"") && !verhoeff(b"") && !mod11_10(b""));
    }

    #[test]
    fn february_has_29_days_in_leap_years() {
        assert!(day_exists(2000, 2, 29) && day_exists(4, 2, 29) && day_exists(0, 2, 29));
        assert!(!day_exists(1900, 2, 29) && !day_exists(1, 2, 29) && !day_exists(4, 13, 1));
        assert!(!day_exists(4, 4, 31) && !day_exists(4, 4, 0) && !day_exists(4, 0, 4));
    }
}

//! Check digits and structure of identifiers of the United Kingdom, the United States and India.

use super::digits::{base36, digit, luhn, number, verhoeff, weighted};

/// United Kingdom, National Insurance number: HMRC's manual NIM39110 on prefixes.
pub(crate) fn nino(id: &[u8]) -> bool {
    let (Some(first), Some(second)) = (id.first(), id.get(1)) else { return false };
    let suffix = id.get(8).is_none_or(|letter| (b'A'..=b'D').contains(letter));
    suffix
        && !b"DFIQUV".contains(first)
        && !b"DFIQUVO".contains(second)
        && !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"]
            .iter()
            .any(|prefix| id.starts_with(prefix.as_bytes()))
}

/// United Kingdom, NHS number: modulo 11, and never 10.
pub(crate) fn nhs(id: &[u8]) -> bool {
    let check = 11 - weighted(id, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    number(id, 0, 9) > 0 && check != 10 && check % 11 == digit(id, 9)
}

/// United Kingdom, unique taxpayer reference: the first digit is the check digit.
pub(crate) fn utr(id: &[u8]) -> bool {
    let rest = weighted(id, &[0, 6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    let check = b"21987654321".get(rest as usize).copied();
    number(id, 1, 9) > 0 && check == id.first().copied()
}

/// United States, Social Security number: areas, groups and serials that are never given out.
pub(crate) fn ssn(id: &[u8]) -> bool {
    let (area, group, serial) = (number(id, 0, 3), number(id, 3, 2), number(id, 5, 4));
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

/// United States, individual taxpayer identification number: IRS Publication 1915.
pub(crate) fn itin(id: &[u8]) -> bool {
    let group = number(id, 3, 2);
    digit(id, 0) == 9 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// United States, employer identification number: prefixes that the IRS has given to no campus.
pub(crate) fn ein(id: &[u8]) -> bool {
    let free = [0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97];
    !free.contains(&number(id, 0, 2)) && number(id, 2, 7) > 0
}

/// United States, routing number: ABA; weights 3, 7 and 1.
pub(crate) fn routing(id: &[u8]) -> bool {
    let sum = weighted(id, &[3, 7, 1, 3, 7, 1, 3, 7, 1]);
    sum > 0 && sum.is_multiple_of(10) && matches!(number(id, 0, 2), 1..=12 | 21..=32 | 61..=72 | 80)
}

/// United States, national provider identifier: Luhn with 80840 in front.
pub(crate) fn npi(id: &[u8]) -> bool {
    let mut whole = b"80840".to_vec();
    whole.extend_from_slice(id);
    matches!(digit(id, 0), 1 | 2) && luhn(&whole)
}

/// United States, Medicare beneficiary identifier: letters that could be taken for digits are out.
pub(crate) fn medicare(id: &[u8]) -> bool {
    let letter = |at: usize| id.get(at).is_some_and(|byte| !b"SLOIBZ".contains(byte));
    digit(id, 0) > 0 && (0..11).all(letter)
}

/// India, Aadhaar: Verhoeff; the first digit is neither 0 nor 1, and no number is a palindrome.
pub(crate) fn aadhaar(id: &[u8]) -> bool {
    digit(id, 0) > 1 && verhoeff(id) && !id.iter().eq(id.iter().rev())
}

/// India, PAN: the fourth letter is the kind of holder.
pub(crate) fn pan(id: &[u8]) -> bool {
    id.get(3).is_some_and(|holder| b"ABCFGHJLPT".contains(holder)) && number(id, 5, 4) > 0
}

/// India, GSTIN: state, PAN, and a check character in base 36.
pub(crate) fn gstin(id: &[u8]) -> bool {
    let (Some(body), Some(holder)) = (id.get(..14), id.get(2..12)) else { return false };
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            let product = base36(*byte) * if at % 2 == 0 { 1 } else { 2 };
            product / 36 + product % 36
        })
        .sum();
    let state = number(id, 0, 2);
    ((1..=38).contains(&state) || (97..=99).contains(&state))
        && pan(holder)
        && id.get(14).is_some_and(|check| base36(*check) == (36 - sum % 36) % 36)
}

/// Payment cards: ranges that ISO/IEC 7812 issuers publish, their lengths, and Luhn.
pub(crate) fn card(id: &[u8]) -> bool {
    let (two, three, four, six) =
        (number(id, 0, 2), number(id, 0, 3), number(id, 0, 4), number(id, 0, 6));
    let issued = match id.len() {
        13 => digit(id, 0) == 4,
        14 => matches!(three, 300..=305 | 309) || matches!(two, 36 | 38 | 39),
        15 => matches!(two, 34 | 37),
        16 => {
            digit(id, 0) == 4
                || matches!(two, 51..=55 | 62 | 65)
                || matches!(four, 2200..=2204 | 2221..=2720 | 3528..=3589 | 6011)
                || matches!(three, 644..=649)
                || maestro(two, four, six)
        }
        17 | 18 => maestro(two, four, six),
        19 => digit(id, 0) == 4 || two == 62 || maestro(two, four, six),
        _ => false,
    };
    // A row of one digit is a placeholder.
    issued && luhn(id) && id.iter().any(|byte| Some(byte) != id.first())
}

/// Maestro and `RuPay`.
fn maestro(two: u64, four: u64, six: u64) -> bool {
    matches!(two, 50 | 56..=58 | 60 | 81 | 82)
        || matches!(four, 6304 | 6759 | 6761..=6763)
        || matches!(six, 508_500..=508_999)
}

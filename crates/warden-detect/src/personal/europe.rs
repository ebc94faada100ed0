//! Check digits of the national identifiers of the European Union, one function each.
//!
//! Every function gets an identifier of the right shape, without separators and in upper case. The
//! rules are those of public descriptions: the European Commission's pages on tax identification
//! numbers by country, the national laws that they name, and encyclopedia articles.

use super::digits::{
    base36, day_exists, ddmmyy, digit, luhn, mod11_10, number, verhoeff, weighted, yymmdd,
};

/// Austria, Sozialversicherungsnummer: § 30c ASVG; the fourth digit is the check digit.
pub(crate) fn austria(id: &[u8]) -> bool {
    let sum = weighted(id, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
    digit(id, 0) > 0 && sum == digit(id, 3) && ddmmyy(id, 4)
}

/// Belgium, Rijksregisternummer: 97 less the first nine digits modulo 97, with a 2 before them for
/// who is born from 2000 on. Months of bis numbers are 20 or 40 higher.
pub(crate) fn belgium(id: &[u8]) -> bool {
    let (body, check) = (number(id, 0, 9), number(id, 9, 2));
    let month = number(id, 2, 2);
    let date = month % 20 <= 12 && month < 53 && number(id, 4, 2) <= 31;
    date && body > 0 && [body, 2_000_000_000 + body].iter().any(|body| 97 - body % 97 == check)
}

/// Bulgaria, EGN: Ordinance RD-02-20-9 of 2012; months are 20 higher for 1800, 40 for 2000.
pub(crate) fn bulgaria(id: &[u8]) -> bool {
    let sum = weighted(id, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
    let month = number(id, 2, 2);
    let month = if month > 40 {
        month - 40
    } else if month > 20 {
        month - 20
    } else {
        month
    };
    sum == digit(id, 9) && day_exists(number(id, 0, 2), month, number(id, 4, 2))
}

/// Croatia, OIB: Osobni identifikacijski broj, ISO/IEC 7064 MOD 11,10.
pub(crate) fn croatia(id: &[u8]) -> bool {
    mod11_10(id) && number(id, 0, 10) > 0
}

/// Cyprus, tax identification code: digits at odd places are replaced; the letter is modulo 26.
pub(crate) fn cyprus(id: &[u8]) -> bool {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let sum: u32 = (0..8)
        .map(|at| {
            let value = digit(id, at);
            if at % 2 == 0 { ODD.get(value as usize).copied().unwrap_or(0) } else { value }
        })
        .sum();
    id.get(8).is_some_and(|letter| base36(*letter) == 10 + sum % 26)
}

/// Czechia and Slovakia, rodné číslo: Act 133/2000; since 1954 a multiple of 11. Months are 50
/// higher for women, and 20 more when a day has run out of numbers.
pub(crate) fn rodne_cislo(id: &[u8]) -> bool {
    let month = number(id, 2, 2);
    let month = if month > 50 { month - 50 } else { month };
    let month = if month > 20 { month - 20 } else { month };
    let date = day_exists(number(id, 0, 2), month, number(id, 4, 2));
    let whole = number(id, 0, 10);
    let check = whole.is_multiple_of(11) || (number(id, 0, 9) % 11 == 10 && digit(id, 9) == 0);
    date && match id.len() {
        9 => number(id, 0, 2) < 54 && number(id, 6, 3) > 0,
        _ => check,
    }
}

/// Denmark, CPR: the day of birth and four digits.
pub(crate) fn denmark(id: &[u8]) -> bool {
    ddmmyy(id, 0)
}

/// Denmark, CPR: numbers given out since October 2007 need not pass modulo 11.
pub(crate) fn denmark_unchecked(id: &[u8]) -> bool {
    !weighted(id, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Estonia and Lithuania, isikukood and asmens kodas: EVS 585; two rounds of weights.
pub(crate) fn baltic(id: &[u8]) -> bool {
    let first = weighted(id, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(id, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
    let check = if first < 10 { first } else { second % 10 };
    (1..=8).contains(&digit(id, 0)) && yymmdd(id, 1) && check == digit(id, 10)
}

/// Finland, henkilötunnus: decree 128/2010; the nine digits modulo 31 give the last character.
pub(crate) fn finland(id: &[u8]) -> bool {
    const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    // The sign of the century is a separator (`-`, `+`) or a letter.
    let (serial, century) = match id.len() {
        10 => (number(id, 6, 3), true),
        11 => (number(id, 7, 3), id.get(6).is_some_and(|c| b"ABCDEFUVWXY".contains(c))),
        _ => return false,
    };
    let rest = (number(id, 0, 6) * 1000 + serial) % 31;
    let check = usize::try_from(rest).ok().and_then(|rest| CHECK.get(rest));
    century && serial >= 2 && ddmmyy(id, 0) && check == id.last()
}

/// France, numéro de sécurité sociale (NIR): decree 82-103; 97 less the number modulo 97. The
/// departments of Corsica, 2A and 2B, count as 19 and 18.
pub(crate) fn france(id: &[u8]) -> bool {
    let department = match (id.get(5), id.get(6)) {
        (Some(b'2'), Some(b'A')) => 19,
        (Some(b'2'), Some(b'B')) => 18,
        (_, Some(b'0'..=b'9')) => number(id, 5, 2),
        _ => return false,
    };
    let body = (number(id, 0, 5) * 100 + department) * 1_000_000 + number(id, 7, 6);
    let month = number(id, 3, 2);
    matches!(digit(id, 0), 1..=4 | 7 | 8)
        && ((1..=12).contains(&month) || month == 20)
        && department > 0
        && 97 - body % 97 == number(id, 13, 2)
}

/// France, numéro fiscal (SPI): the last three digits are the first ten modulo 511.
pub(crate) fn france_tax(id: &[u8]) -> bool {
    digit(id, 0) < 4 && number(id, 0, 10) > 0 && number(id, 0, 10) % 511 == number(id, 10, 3)
}

/// Germany, Steuer-Identifikationsnummer: § 139b AO; ISO/IEC 7064 MOD 11,10, and of the first ten
/// digits exactly one occurs twice or three times.
pub(crate) fn germany(id: &[u8]) -> bool {
    let mut counts = [0_u8; 10];
    for at in 0..10 {
        if let Some(count) = counts.get_mut(digit(id, at) as usize) {
            *count += 1;
        }
    }
    let repeated = counts.iter().filter(|count| **count > 1).count();
    digit(id, 0) > 0 && repeated == 1 && counts.iter().all(|count| *count <= 3) && mod11_10(id)
}

/// Germany, Rentenversicherungsnummer: § 147 SGB VI and VKVV; sums of digits with weights, the
/// letter being its place in the alphabet.
pub(crate) fn germany_pension(id: &[u8]) -> bool {
    let Some(letter) = id.get(8).filter(|byte| byte.is_ascii_uppercase()) else { return false };
    let ordinal = base36(*letter) - 9;
    let mut values: Vec<u32> = (0..8).map(|at| digit(id, at)).collect();
    values.extend([ordinal / 10, ordinal % 10, digit(id, 9), digit(id, 10)]);
    let sum: u32 = values
        .iter()
        .zip([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1])
        .map(|(value, weight)| value * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    let day = number(id, 2, 2);
    let day = if day > 50 { day - 50 } else { day };
    sum % 10 == digit(id, 11) && day_exists(number(id, 6, 2), number(id, 4, 2), day)
}

/// Greece, AMKA: the day of birth, and Luhn.
pub(crate) fn greece(id: &[u8]) -> bool {
    ddmmyy(id, 0) && luhn(id)
}

/// Greece, AFM: powers of two modulo 11.
pub(crate) fn greece_tax(id: &[u8]) -> bool {
    let sum = weighted(id, &[256, 128, 64, 32, 16, 8, 4, 2]);
    sum > 0 && sum % 11 % 10 == digit(id, 8)
}

/// Hungary, személyi azonosító: Act XX of 1996; the weights run the other way from 1997 on.
pub(crate) fn hungary(id: &[u8]) -> bool {
    let up = weighted(id, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 11;
    let down = weighted(id, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
    let late = match digit(id, 0) {
        1 | 2 => number(id, 1, 2) >= 97,
        3 | 4 => number(id, 1, 2) < 97,
        5..=8 => false,
        _ => return false,
    };
    yymmdd(id, 1) && (if late { down } else { up }) == digit(id, 10)
}

/// Hungary, TAJ: weights 3 and 7 in turn.
pub(crate) fn hungary_health(id: &[u8]) -> bool {
    let sum = weighted(id, &[3, 7, 3, 7, 3, 7, 3, 7]);
    sum > 0 && sum % 10 == digit(id, 8)
}

/// Hungary, adóazonosító jel: begins with 8; places as weights, modulo 11.
pub(crate) fn hungary_tax(id: &[u8]) -> bool {
    digit(id, 0) == 8 && weighted(id, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == digit(id, 9)
}

/// Ireland, PPS number: weights 8 to 2 and a second letter times 9, modulo 23.
pub(crate) fn ireland(id: &[u8]) -> bool {
    let second = match id.get(8) {
        None | Some(b'W') => 0,
        Some(letter @ b'A'..=b'I') => base36(*letter) - 9,
        Some(_) => return false,
    };
    let sum = (weighted(id, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23;
    let check = if sum == 0 { b'W' } else { b"ABCDEFGHIJKLMNOPQRSTUV"[sum as usize - 1] };
    number(id, 0, 7) > 0 && id.get(7) == Some(&check)
}

/// Italy, codice fiscale: decree of 23 December 1976; digits may be replaced by letters when two
/// people would get the same code.
pub(crate) fn italy(id: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    const REPLACED: &[u8; 10] = b"LMNPQRSTUV";
    let value = |byte: u8| if byte.is_ascii_digit() { base36(byte) } else { base36(byte) - 10 };
    let sum: u32 = id
        .iter()
        .take(15)
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_alphanumeric())
        .map(|(at, byte)| {
            let value = value(*byte);
            if at % 2 == 0 { ODD.get(value as usize).copied().unwrap_or(0) } else { value }
        })
        .sum();
    let plain = |at: usize| {
        let byte = id.get(at).copied().unwrap_or(0);
        if byte.is_ascii_digit() {
            return Some(u64::from(byte - b'0'));
        }
        REPLACED.iter().position(|letter| *letter == byte).map(|digit| digit as u64)
    };
    let number = |at: usize| Some(plain(at)? * 10 + plain(at + 1)?);
    let (Some(year), Some(day)) = (number(6), number(9)) else { return false };
    let month = id.get(8).and_then(|byte| b"ABCDEHLMPRST".iter().position(|m| m == byte));
    let Some(month) = month else { return false };
    let day = if day > 40 { day - 40 } else { day };
    id.get(15).is_some_and(|check| base36(*check) == 10 + sum % 26)
        && [12, 13, 14].into_iter().all(|at| plain(at).is_some())
        && day_exists(year, month as u64 + 1, day)
}

/// Latvia, personas kods: numbers since July 2017 begin with 32 and say nothing.
pub(crate) fn latvia(id: &[u8]) -> bool {
    if latvia_unchecked(id) {
        return true;
    }
    let sum = weighted(id, &[1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    ddmmyy(id, 0) && digit(id, 6) < 3 && (1101 - sum) % 11 % 10 == digit(id, 10)
}

/// Latvia: a number that says nothing has no check digit either.
pub(crate) fn latvia_unchecked(id: &[u8]) -> bool {
    number(id, 0, 2) == 32
}

/// Luxembourg, matricule: the day of birth; the twelfth digit is Luhn, the last is Verhoeff, both
/// over the first eleven.
pub(crate) fn luxembourg(id: &[u8]) -> bool {
    let (Some(body), Some(twelve), Some(last)) = (id.get(..11), id.get(..12), id.get(12)) else {
        return false;
    };
    let year = number(id, 0, 4);
    let mut other = body.to_vec();
    other.push(*last);
    (1850..2100).contains(&year)
        && day_exists(year, number(id, 4, 2), number(id, 6, 2))
        && luhn(twelve)
        && verhoeff(&other)
}

/// Malta, identity card: seven digits and a letter that says where it was given out.
pub(crate) fn malta(id: &[u8]) -> bool {
    number(id, 0, 7) > 0 && id.get(7).is_some_and(|letter| b"MGAPLHBZ".contains(letter))
}

/// Netherlands, BSN: the elfproef, in which the last digit counts negatively.
pub(crate) fn netherlands(id: &[u8]) -> bool {
    let sum = weighted(id, &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && sum % 11 == digit(id, 8)
}

/// Poland, PESEL: the century is in the month.
pub(crate) fn poland(id: &[u8]) -> bool {
    let sum = weighted(id, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
    let month = number(id, 2, 2) % 20;
    sum.is_multiple_of(10) && day_exists(number(id, 0, 2), month, number(id, 4, 2))
}

/// Poland, NIP: modulo 11, and never 10.
pub(crate) fn poland_tax(id: &[u8]) -> bool {
    let sum = weighted(id, &[6, 5, 7, 2, 3, 4, 5, 6, 7]);
    sum > 0 && digit(id, 0) > 0 && sum % 11 == digit(id, 9)
}

/// Poland, dowód osobisty: weights 7, 3 and 1 around the first digit, which is the check digit.
pub(crate) fn poland_card(id: &[u8]) -> bool {
    let sum: u32 = id
        .iter()
        .zip([7, 3, 1, 9, 7, 3, 1, 7, 3])
        .map(|(byte, weight)| base36(*byte) * weight)
        .sum();
    sum.is_multiple_of(10)
}

/// Portugal, NIF: modulo 11; 10 and 11 become 0.
pub(crate) fn portugal(id: &[u8]) -> bool {
    let rest = weighted(id, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest < 2 { 0 } else { 11 - rest };
    matches!(digit(id, 0), 1..=3 | 5 | 6 | 8 | 9 | 4) && check == digit(id, 8)
}

/// Portugal, cartão de cidadão: Luhn over letters and digits in base 36.
pub(crate) fn portugal_card(id: &[u8]) -> bool {
    luhn(id) && portugal_identity(id)
}

/// The civil identification number inside the card has a check digit of its own.
fn portugal_identity(id: &[u8]) -> bool {
    let rest = weighted(id, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest < 2 { 0 } else { 11 - rest };
    number(id, 0, 8) > 0 && check == digit(id, 8)
}

/// Romania, CNP: Law 105/1996; the constant 279146358279, modulo 11.
pub(crate) fn romania(id: &[u8]) -> bool {
    let rest = weighted(id, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    let check = if rest == 10 { 1 } else { rest };
    let county = number(id, 7, 2);
    digit(id, 0) > 0
        && yymmdd(id, 1)
        && ((1..=52).contains(&county) || county == 70)
        && check == digit(id, 12)
}

/// Slovenia, EMŠO: modulo 11; the eighth and ninth digit are 50 to 59.
pub(crate) fn slovenia(id: &[u8]) -> bool {
    let rest = weighted(id, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest == 0 { 0 } else { 11 - rest };
    let year = number(id, 4, 3);
    let year = if year > 799 { 1000 + year } else { 2000 + year };
    day_exists(year, number(id, 2, 2), number(id, 0, 2))
        && digit(id, 7) == 5
        && check == digit(id, 12)
}

/// Slovenia, davčna številka: modulo 11; 10 becomes 0 and 11 is not given out.
pub(crate) fn slovenia_tax(id: &[u8]) -> bool {
    let check = 11 - weighted(id, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    digit(id, 0) > 0 && check < 11 && check % 10 == digit(id, 7)
}

/// Spain, DNI: Royal Decree 1553/2005; modulo 23.
pub(crate) fn spain(id: &[u8]) -> bool {
    number(id, 0, 8) > 9999 && spain_letter(number(id, 0, 8)) == id.last().copied()
}

/// Spain, NIE: `X`, `Y` and `Z` stand for 0, 1 and 2.
pub(crate) fn spain_foreign(id: &[u8]) -> bool {
    let first = match id.first() {
        Some(b'X') => 0,
        Some(b'Y') => 1,
        Some(b'Z') => 2,
        _ => return false,
    };
    spain_letter(first * 10_000_000 + number(id, 1, 7)) == id.last().copied()
}

fn spain_letter(number: u64) -> Option<u8> {
    let rest = usize::try_from(number % 23).ok()?;
    b"TRWAGMYFPDXBNJZSQVHLCKE".get(rest).copied()
}

/// Spain, número de la Seguridad Social: province and number, modulo 97.
pub(crate) fn spain_social(id: &[u8]) -> bool {
    let (province, serial) = (number(id, 0, 2), number(id, 2, 8));
    let body = if serial < 10_000_000 { province * 10_000_000 + serial } else { number(id, 0, 10) };
    (1..=66).contains(&province) && serial > 0 && body % 97 == number(id, 10, 2)
}

/// Sweden, personnummer: Luhn over ten digits; the day is 60 higher in coordination numbers.
pub(crate) fn sweden(id: &[u8]) -> bool {
    let Some(ten) = id.len().checked_sub(10).and_then(|from| id.get(from..)) else {
        return false;
    };
    let century = id.len() == 10 || (18..=20).contains(&number(id, 0, 2));
    let day = number(ten, 4, 2);
    let day = if day > 60 { day - 60 } else { day };
    century && day_exists(number(ten, 0, 2), number(ten, 2, 2), day) && luhn(ten)
}

/// Sweden: the last four digits could be the time of day in a time stamp.
pub(crate) fn sweden_clock(id: &[u8]) -> bool {
    let from = id.len().saturating_sub(4);
    number(id, from, 2) < 24 && number(id, from + 2, 2) < 60
}

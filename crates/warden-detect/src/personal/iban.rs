//! Bank account numbers of ISO 13616, and bank identifier codes of ISO 9362.

use super::{
    boundary::{closes, opens, separator, word_end},
    digits::mod97,
    kinds::{BIC, IBAN},
    scan::Candidate,
};

/// How long the numbers of each country are, as SWIFT's registry of formats has it.
static LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// States and territories of ISO 3166-1 that a bank can be in, two letters each.
const COUNTRIES: &[u8] = b"ADAEAFAGAIALAMAOARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBWBYBZ\
CACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGP\
GQGRGTGUGWGYHKHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMC\
MDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPRPSPTPWPYQARE\
RORSRURWSASBSCSDSESGSHSISKSLSMSNSOSRSSSTSVSXSYSZTCTDTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVGVI\
VNVUWFWSXKYEYTZAZMZW";

/// The longest number there is.
const LONGEST: usize = 34;

/// An account number that begins with the word at `start..end`.
pub(crate) fn find(bytes: &[u8], start: usize, end: usize) -> Option<Candidate> {
    let (code, check) = bytes.get(start..end)?.get(..4)?.split_at_checked(2)?;
    let begins = code.iter().all(u8::is_ascii_alphabetic) && check.iter().all(u8::is_ascii_digit);
    if !begins || !opens(bytes, start) {
        return None;
    }
    let length = LENGTHS.iter().find(|(known, _)| code.eq_ignore_ascii_case(*known))?.1;
    let (plain, end) = gather(bytes, start, length)?;
    let plain = plain.get(..length)?;
    let turned = plain.iter().skip(4).chain(plain.iter().take(4)).copied();
    let letters = plain.iter().skip(4).filter(|byte| byte.is_ascii_alphabetic()).count();
    let holds = closes(bytes, end) && letters < length / 2 && mod97(turned) == 1;
    if holds { Candidate::sure(IBAN, start, end) } else { None }
}

/// Letters and digits from `start` on until there are `length`, with single blanks or hyphens
/// between groups.
fn gather(bytes: &[u8], start: usize, length: usize) -> Option<([u8; LONGEST], usize)> {
    let mut plain = [0; LONGEST];
    let (mut at, mut count) = (start, 0);
    while count < length {
        let byte = bytes.get(at)?;
        if byte.is_ascii_alphanumeric() {
            *plain.get_mut(count)? = *byte;
            count += 1;
            at += 1;
            continue;
        }
        let (_, width) = separator(bytes, at).filter(|(mark, _)| matches!(mark, b' ' | b'-'))?;
        at += width;
        bytes.get(at).filter(|byte| byte.is_ascii_alphanumeric())?;
    }
    (bytes.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric())).then_some((plain, at))
}

/// A bank identifier code within a few bytes after a word that ends at `from`.
pub(crate) fn code_after(bytes: &[u8], from: usize) -> Option<Candidate> {
    let mut at = from;
    let last = (from + 24).min(bytes.len());
    while at < last {
        let end = word_end(bytes, at);
        if end == at {
            at += 1;
            continue;
        }
        let code = bytes.get(at..end)?;
        if bank(code) && opens(bytes, at) && closes(bytes, end) {
            return Candidate::named(BIC, at, end, at - from);
        }
        at = end;
    }
    None
}

fn bank(code: &[u8]) -> bool {
    let (Some(bank), Some(country), Some(rest)) = (code.get(..4), code.get(4..6), code.get(6..))
    else {
        return false;
    };
    matches!(rest.len(), 2 | 5)
        && bank.iter().all(u8::is_ascii_uppercase)
        && rest.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && COUNTRIES.chunks(2).any(|known| known == country)
}

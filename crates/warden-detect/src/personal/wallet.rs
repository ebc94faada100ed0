//! Addresses of crypto currencies, by the checksums that they carry.

mod keccak;

use sha2::{Digest, Sha256};

use super::{
    boundary::{closes, opens},
    kinds::{BITCOIN, DOGECOIN, ETHEREUM, LITECOIN, TRON},
    marks::Marks,
    scan::Candidate,
};
use keccak::keccak256;

/// No address is shorter.
pub(crate) const SHORTEST: usize = 26;
/// No address that people use is longer, and no value may be longer than a chunk of the reader.
const LONGEST: usize = 64;
/// A `Base58Check` address without its letters: version, hash and checksum.
const DECODED: usize = 25;

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The value of each byte in an alphabet; 255 is none.
const fn values<const N: usize>(alphabet: &[u8; N]) -> [u8; 256] {
    let mut table = [255; 256];
    let (mut at, mut value) = (0, 0);
    while at < N {
        table[alphabet[at] as usize] = value;
        at += 1;
        value += 1;
    }
    table
}

static FROM_BASE58: [u8; 256] = values(BASE58);
static FROM_BECH32: [u8; 256] = values(BECH32);

/// What the first byte of a `Base58Check` address says, of those that are known.
static VERSIONS: &[(u8, usize)] = &[
    (0x00, BITCOIN),
    (0x05, BITCOIN),
    (0x30, LITECOIN),
    (0x32, LITECOIN),
    (0x1e, DOGECOIN),
    (0x16, DOGECOIN),
    (0x41, TRON),
];

/// An address that is the word at `start..end`.
pub(crate) fn find(marks: &mut Marks, start: usize, end: usize) -> Option<Candidate> {
    let bytes = marks.bytes();
    let word = bytes.get(start..end)?;
    if word.len() > LONGEST || !opens(bytes, start) || !closes(bytes, end) {
        return None;
    }
    match word {
        [b'0', b'x' | b'X', hex @ ..] if hex.len() == 40 => ethereum(marks, hex, start, end),
        [b'b' | b'B', b'c' | b'C', b'1', ..] if bech32(word, "bc") => {
            Candidate::sure(BITCOIN, start, end)
        }
        [b'l' | b'L', b't' | b'T', b'c' | b'C', b'1', ..] if bech32(word, "ltc") => {
            Candidate::sure(LITECOIN, start, end)
        }
        [b'1' | b'3' | b'L' | b'M' | b'D' | b'A' | b'9' | b'T', ..] if word.len() < 36 => {
            Candidate::sure(base58(word)?, start, end)
        }
        _ => None,
    }
}

/// EIP-55: the hash of the address says which letters are capitals. Without that, a word is needed.
fn ethereum(marks: &mut Marks, hex: &[u8], start: usize, end: usize) -> Option<Candidate> {
    if !hex.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let small = hex.to_ascii_lowercase();
    if hex != small && hex.iter().any(u8::is_ascii_lowercase) {
        let hash = keccak256(&small);
        let capital = |at: usize| {
            let byte = hash.get(at / 2).copied().unwrap_or(0);
            (if at.is_multiple_of(2) { byte >> 4 } else { byte & 15 }) > 7
        };
        let holds = hex
            .iter()
            .enumerate()
            .all(|(at, byte)| byte.is_ascii_digit() || byte.is_ascii_uppercase() == capital(at));
        return if holds { Candidate::sure(ETHEREUM, start, end) } else { None };
    }
    // The zero address and its like are nobody's.
    let told = hex.iter().any(|byte| Some(byte) != hex.first());
    if !told || marks.near(start, end) >> ETHEREUM & 1 == 0 {
        return None;
    }
    let near = marks.distance(ETHEREUM, start, end);
    let named = Candidate::named(ETHEREUM, start, end, near)?;
    Some(Candidate { proof: super::Proof::ShapeAndWord, ..named })
}

/// Which currency a `Base58Check` address is of.
fn base58(word: &[u8]) -> Option<usize> {
    let mut limbs = [0_u64; 7];
    for byte in word {
        let mut carry = u64::from(*FROM_BASE58.get(usize::from(*byte)).filter(|v| **v < 58)?);
        for limb in &mut limbs {
            carry += *limb * 58;
            *limb = carry & 0xffff_ffff;
            carry >>= 32;
        }
        if carry != 0 {
            return None;
        }
    }
    let mut all = [0_u8; 28];
    for (place, limb) in all.chunks_exact_mut(4).zip(limbs.iter().rev()) {
        place.copy_from_slice(&u32::try_from(*limb).ok()?.to_be_bytes());
    }
    let (head, decoded) = all.split_at_checked(28 - DECODED)?;
    // Every leading zero is written as a `1`.
    let ones = word.iter().take_while(|byte| **byte == b'1').count();
    let zeros = decoded.iter().take_while(|byte| **byte == 0).count();
    let (body, check) = decoded.split_at_checked(21)?;
    let kind = VERSIONS.iter().find(|(version, _)| body.first() == Some(version))?.1;
    if head.iter().any(|byte| *byte != 0) || ones != zeros || zeros > 10 {
        return None;
    }
    let hash = Sha256::digest(Sha256::digest(body));
    (hash.get(..4)? == check).then_some(kind)
}

/// BIP 173 and BIP 350: a witness version and a program, with a checksum over both and the prefix.
fn bech32(word: &[u8], prefix: &str) -> bool {
    let (capitals, small) =
        (word.iter().any(u8::is_ascii_uppercase), word.iter().any(u8::is_ascii_lowercase));
    let Some(data) = word.get(prefix.len() + 1..) else { return false };
    if capitals && small || !(14..=71).contains(&data.len()) {
        return false;
    }
    let mut sum = 1;
    for byte in prefix.bytes() {
        sum = polymod(sum, byte >> 5);
    }
    sum = polymod(sum, 0);
    for byte in prefix.bytes() {
        sum = polymod(sum, byte & 31);
    }
    let mut version = None;
    for byte in data {
        let value = FROM_BECH32[usize::from(byte.to_ascii_lowercase())];
        if value > 31 {
            return false;
        }
        version = version.or(Some(value));
        sum = polymod(sum, value);
    }
    match version {
        Some(0) => sum == 1,
        Some(1..=16) => sum == 0x2bc8_30a3,
        _ => false,
    }
}

fn polymod(sum: u32, value: u8) -> u32 {
    const POWERS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let mut sum = (sum & 0x01ff_ffff) << 5 ^ u32::from(value);
    for (at, power) in POWERS.iter().enumerate() {
        if top >> at & 1 == 1 {
            sum ^= power;
        }
    }
    sum
}

/// `Base58Check` and its like, made from a hash, for tests.
#[cfg(test)]
pub(crate) mod make {
    use super::*;

    pub(crate) fn base58(version: u8, hash: &[u8; 20]) -> String {
        let mut all = vec![version];
        all.extend_from_slice(hash);
        let check = Sha256::digest(Sha256::digest(&all));
        all.extend_from_slice(&check[..4]);
        let zeros = all.iter().take_while(|byte| **byte == 0).count();
        let mut letters = Vec::new();
        let mut number = all;
        while number.iter().any(|byte| *byte != 0) {
            let mut rest = 0_u32;
            for byte in &mut number {
                let value = rest * 256 + u32::from(*byte);
                *byte = u8::try_from(value / 58).expect("a digit");
                rest = value % 58;
            }
            letters.push(BASE58[rest as usize]);
        }
        letters.extend(std::iter::repeat_n(b'1', zeros));
        letters.reverse();
        String::from_utf8(letters).expect("ASCII")
    }

    pub(crate) fn bech32(prefix: &str, version: u8, program: &[u8]) -> String {
        let mut values = vec![version];
        let (mut bits, mut count) = (0_u32, 0);
        for byte in program {
            bits = bits << 8 | u32::from(*byte);
            count += 8;
            while count > 4 {
                count -= 5;
                values.push((bits >> count & 31) as u8);
            }
        }
        if count > 0 {
            values.push((bits << (5 - count) & 31) as u8);
        }
        let mut sum = 1;
        for byte in prefix.bytes() {
            sum = polymod(sum, byte >> 5);
        }
        sum = polymod(sum, 0);
        for byte in prefix.bytes() {
            sum = polymod(sum, byte & 31);
        }
        for value in values.iter().copied().chain([0; 6]) {
            sum = polymod(sum, value);
        }
        sum ^= if version == 0 { 1 } else { 0x2bc8_30a3 };
        values.extend((0..6).map(|at| (sum >> (25 - 5 * at) & 31) as u8));
        let data: String =
            values.iter().map(|value| char::from(BECH32[usize::from(*value)])).collect();
        format!("{prefix}1{data}")
    }

    pub(crate) fn ethereum(hash: &[u8; 20]) -> String {
        let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
        let small: String =
            hash.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        let check = keccak256(small.as_bytes());
        let cased = small.char_indices().map(|(at, char)| {
            let nibble = if at % 2 == 0 { check[at / 2] >> 4 } else { check[at / 2] & 15 };
            if nibble > 7 { char.to_ascii_uppercase() } else { char }
        });
        format!("0x{}", cased.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_addresses_hold_their_checksums() {
        // The first block's, an example of P2SH, and those of BIP 173, BIP 350 and EIP-55.
        assert_eq!(base58(b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), Some(BITCOIN));
        assert_eq!(base58(b"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"), Some(BITCOIN));
        assert!(bech32(b"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc"));
        assert!(bech32(b"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc"));
        assert!(bech32(b"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "bc"));
        let text = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let mut marks = Marks::new(text.as_bytes());
        assert!(find(&mut marks, 0, text.len()).is_some());
    }

    #[test]
    fn what_the_generators_make_is_what_the_checks_take() {
        for seed in 0..200_u8 {
            let mut hash = [seed; 20];
            for (byte, step) in hash.iter_mut().zip(0_u8..) {
                *byte = byte.wrapping_mul(31).wrapping_add(step * 7);
            }
            for (version, kind) in VERSIONS {
                assert_eq!(base58(make::base58(*version, &hash).as_bytes()), Some(*kind));
            }
            for version in [0, 1] {
                assert!(bech32(make::bech32("ltc", version, &hash).as_bytes(), "ltc"));
            }
        }
    }
}

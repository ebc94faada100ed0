//! Checksums that issuers put into their tokens.

use sha2::{Digest, Sha256};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The CRC-32 of IEEE 802.3. Tokens are short: no table is needed.
pub(in crate::secrets) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

/// A checksum in six characters of base 62.
pub(in crate::secrets) fn crc62(body: &[u8]) -> String {
    let mut rest = crc32(body);
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62.get((rest % 62) as usize).copied().unwrap_or(b'0');
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// `ghp_`, thirty characters, and their checksum.
pub(super) fn ends_with_crc62(token: &str) -> bool {
    let Some((_, body)) = token.split_once('_') else { return false };
    body.split_at_checked(30).is_some_and(|(body, sum)| crc62(body.as_bytes()) == sum)
}

/// Everything before the last underscore, and its checksum with the lowest byte first.
pub(super) fn ends_with_crc_hex(token: &str) -> bool {
    let Some((body, sum)) = token.rsplit_once('_') else { return false };
    format!("{:08x}", crc32(body.as_bytes()).swap_bytes()) == sum
}

/// Behind the first four letters of an identifier stand forty bits of an account, which has
/// twelve decimal digits. Identifiers from before that begin with I or J and say nothing.
pub(super) fn aws_account(identifier: &str) -> bool {
    let Some(body) = identifier.get(4..) else { return false };
    if body.starts_with(['I', 'J']) {
        return true;
    }
    let bits = body.bytes().take(10).try_fold(0_u64, |bits, letter| {
        let value = BASE32.iter().position(|known| *known == letter)?;
        Some(bits << 5 | value as u64)
    });
    // Fifty bits, of which the first and the last nine belong to something else.
    bits.is_some_and(|bits| (bits >> 9 & 0xff_ffff_ffff) < 1_000_000_000_000)
}

/// The bytes of a number in base 58, which is at most 120 characters long.
fn base58_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::new();
    for letter in text.bytes().take(120) {
        let mut carry = BASE58.iter().position(|known| *known == letter)?;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xff).ok()?;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.insert(0, u8::try_from(carry & 0xff).ok()?);
            carry >>= 8;
        }
    }
    let zeros = text.bytes().take_while(|letter| *letter == b'1').count();
    bytes.splice(0..0, std::iter::repeat_n(0, zeros));
    Some(bytes)
}

/// The first four bytes of a double hash.
pub(in crate::secrets) fn sum_of_base58(body: &[u8]) -> Option<[u8; 4]> {
    Sha256::digest(Sha256::digest(body)).first_chunk().copied()
}

/// Whether the last four bytes are the checksum of those before.
pub(super) fn base58(text: &str) -> bool {
    let Some(bytes) = base58_bytes(text) else { return false };
    let Some((body, sum)) = bytes.split_last_chunk::<4>() else { return false };
    sum_of_base58(body) == Some(*sum)
}

fn bech32_step(sum: u32, value: u32) -> u32 {
    const GENERATORS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let sum = (sum & 0x1ff_ffff) << 5 ^ value;
    let on = |(bit, generator): (usize, &u32)| if top >> bit & 1 == 1 { *generator } else { 0 };
    GENERATORS.iter().enumerate().map(on).fold(sum, |sum, generator| sum ^ generator)
}

/// The sum over the name and the data of a Bech32 text, which is 1 if the checksum is right.
pub(in crate::secrets) fn bech32_sum(text: &str) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    let (name, data) = lower.rsplit_once('1')?;
    let high = name.bytes().map(|letter| u32::from(letter >> 5));
    let low = name.bytes().map(|letter| u32::from(letter & 31));
    let head = high.chain([0]).chain(low).fold(1, bech32_step);
    data.bytes().try_fold(head, |sum, letter| {
        let value = BECH32.iter().position(|known| *known == letter)?;
        Some(bech32_step(sum, u32::try_from(value).ok()?))
    })
}

pub(super) fn bech32(text: &str) -> bool {
    bech32_sum(text) == Some(1)
}

/// A seed of Stellar: 33 bytes in base 32, and their CRC-16 with the lowest byte first.
pub(super) fn stellar(text: &str) -> bool {
    let mut bytes = Vec::with_capacity(35);
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes() {
        let Some(value) = BASE32.iter().position(|known| *known == letter) else { return false };
        bits = bits << 5 | u32::try_from(value).unwrap_or(0);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap_or(0));
        }
    }
    let Some((body, sum)) = bytes.split_last_chunk::<2>() else { return false };
    crc16(body).to_le_bytes() == *sum
}

/// The CRC-16 of XMODEM.
pub(in crate::secrets) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
        })
    })
}

/// Bytes in base 32, five bits a letter, without padding.
pub(in crate::secrets) fn encode32(bytes: &[u8]) -> String {
    let (mut bits, mut held, mut text) = (0_u32, 0, String::new());
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            let letter = BASE32.get((bits >> held & 31) as usize);
            text.extend(letter.map(|letter| char::from(*letter)));
        }
    }
    text
}

/// Bytes as a number in base 58.
pub(in crate::secrets) fn encode58(bytes: &[u8]) -> String {
    let mut digits: Vec<u32> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += *digit << 8;
            *digit = carry % 58;
            carry /= 58;
        }
        while carry > 0 {
            digits.push(carry % 58);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let letters = std::iter::repeat_n(0, zeros).chain(digits.into_iter().rev());
    letters
        .filter_map(|digit| BASE58.get(digit as usize))
        .map(|letter| char::from(*letter))
        .collect()
}

//! Codes that show a message to be of somebody who has the same secret: HMAC-SHA256 (RFC 2104,
//! FIPS 198-1).

use aws_lc_rs::{constant_time, hmac};
use warden_model::{Digest, Hidden};

use crate::KeyError;

/// The fewest bytes of a secret.
const SECRET: usize = 32;

/// A secret that two share. It cannot be printed.
pub struct MacKey(hmac::Key);

impl std::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MacKey(..)")
    }
}

impl MacKey {
    /// Takes a secret of at least 32 bytes.
    ///
    /// # Errors
    /// Fewer bytes.
    pub fn new(secret: &Hidden) -> Result<Self, KeyError> {
        let secret = secret.reveal().as_bytes();
        if secret.len() < SECRET {
            return Err(KeyError::Short);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    /// The code of these parts one after the other, as 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn code(&self, parts: &[&[u8]]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        let digit = |number: u8| char::from_digit(u32::from(number), 16).unwrap_or_default();
        let tag = context.sign();
        tag.as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    /// Whether this is their code, in a time that says nothing about where it differs.
    #[must_use]
    pub fn is_code(&self, code: &str, parts: &[&[u8]]) -> bool {
        constant_time::verify_slices_are_equal(self.code(parts).as_bytes(), code.as_bytes()).is_ok()
    }
}

/// Whether two digests are one, in a time that says nothing about where they differ.
#[must_use]
pub fn same_digest(one: &Digest, other: &Digest) -> bool {
    constant_time::verify_slices_are_equal(one.bytes(), other.bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 4231, section 4.7: the key is longer than a block.
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[0xaa; 131]);
        let parts: [&[u8]; 2] = [b"Test Using Larger Than Block-Size Key", b" - Hash Key First"];
        assert_eq!(
            MacKey(key).code(&parts),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_code_is_of_one_message_and_one_secret() {
        let key = MacKey::new(&"0123456789abcdef0123456789abcdef".into()).unwrap();
        let other = MacKey::new(&"0123456789abcdef0123456789abcdeg".into()).unwrap();
        let code = key.code(&[b"1.", b"body"]);
        assert!(key.is_code(&code, &[b"1.body"]));
        assert!(!key.is_code(&code, &[b"2.body"]));
        assert!(!key.is_code(&code.to_uppercase(), &[b"1.body"]));
        assert!(!key.is_code("", &[b"1.body"]));
        assert!(!other.is_code(&code, &[b"1.body"]));
        assert!(matches!(MacKey::new(&"short".into()), Err(KeyError::Short)));
        assert_eq!(format!("{key:?}"), "MacKey(..)");
        assert!(same_digest(&Digest::of(b"a"), &Digest::of(b"a")));
        assert!(!same_digest(&Digest::of(b"a"), &Digest::of(b"b")));
    }
}

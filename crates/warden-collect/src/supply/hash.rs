//! Digests in the spellings of lock files, as `algorithm:hex` with the strongest first.

use std::collections::HashSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Algorithms in the order in which they are believed, with the length of their digests.
///
/// `h1` is what Go makes of a module (a SHA-256 over the list of its files' digests) and
/// `yarn-sha512` what newer versions of Yarn make of an archive that they write themselves:
/// neither is the digest of what a registry serves.
static ALGORITHMS: &[(&str, usize)] = &[
    ("sha512", 64),
    ("sha384", 48),
    ("sha256", 32),
    ("sha224", 28),
    ("h1", 32),
    ("yarn-sha512", 64),
    ("sha1", 20),
    ("md5", 16),
];

/// The digest with this many hexadecimal digits; none if it is not one.
pub(super) fn from_hex(algorithm: &str, digits: &str) -> Option<String> {
    let (name, length) = ALGORITHMS.iter().find(|(name, _)| *name == algorithm)?;
    let whole = digits.len() == length * 2 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then(|| format!("{name}:{}", digits.to_ascii_lowercase()))
}

/// `sha256:abcd…`, also with `=` between the two.
pub(super) fn from_pair(text: &str) -> Option<String> {
    let (algorithm, digits) = text.split_once([':', '='])?;
    from_hex(&algorithm.trim().to_ascii_lowercase(), digits.trim())
}

/// The digest with these bytes in base64.
pub(super) fn from_base64(algorithm: &str, text: &str) -> Option<String> {
    let (name, length) = ALGORITHMS.iter().find(|(name, _)| *name == algorithm)?;
    let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == *length)?;
    Some(format!("{name}:{}", hex(&bytes)))
}

/// The digests of a subresource integrity text, as the W3C recommendation has it: `sha512-…`,
/// several with white space between them, each with options behind `?`. None if one is malformed.
pub(super) fn from_integrity(text: &str) -> Option<Vec<String>> {
    let one = |word: &str| {
        let word = word.split('?').next().unwrap_or(word);
        let (algorithm, digest) = word.split_once('-')?;
        from_base64(algorithm, digest)
    };
    text.split_ascii_whitespace().map(one).collect()
}

/// Puts the strongest first, each once.
pub(super) fn rank(hashes: &mut Vec<String>) {
    let place = |hash: &String| {
        let name = hash.split(':').next().unwrap_or("");
        ALGORITHMS.iter().position(|(known, _)| *known == name).unwrap_or(ALGORITHMS.len())
    };
    hashes.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
    hashes.dedup();
}

/// Whether two lists are about different bytes: both have digests of one algorithm, and of none of
/// these one in common. Lists of several archives need not be the same.
pub(super) fn contradict(one: &[String], other: &[String]) -> bool {
    let name = |hash: &str| hash.split(':').next().unwrap_or("").to_owned();
    let known: HashSet<&String> = one.iter().collect();
    let algorithms: HashSet<String> = one.iter().map(|hash| name(hash)).collect();
    let comparable: Vec<&String> =
        other.iter().filter(|hash| algorithms.contains(&name(hash))).collect();
    !comparable.is_empty() && !comparable.iter().any(|hash| known.contains(hash))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrity_becomes_hexadecimal() {
        let empty = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=?x";
        let mut hashes = from_integrity(empty).expect("two digests");
        rank(&mut hashes);
        assert_eq!(
            hashes,
            [
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
            ]
        );
    }

    #[test]
    fn what_is_no_digest_is_none() {
        assert_eq!(from_integrity("sha512-AAAA"), None, "too short");
        assert_eq!(from_integrity("sha999-2jmj7l5rSw0yVb/vlWAYkK/YBwk="), None);
        assert_eq!(from_integrity("no"), None);
        assert_eq!(from_pair("sha256:zz"), None);
        assert_eq!(from_pair(&format!("sha256:{}", "é".repeat(32))), None);
        assert_eq!(
            from_pair(&format!("MD5={}", "A".repeat(32))),
            Some(format!("md5:{}", "a".repeat(32)))
        );
    }
}

//! Keys of ours, for when there is no authorization server.

use warden_model::{Digest, Hidden};
use warden_policy::Time;
use warden_seal::{KeyError, jose::same};

use super::{reason::Reason, settings::KeyEntry};

/// What every key begins with, so that it is known for what it is wherever it turns up.
const PREFIX: &str = "mcpw_";

/// A new key.
#[derive(Debug)]
pub struct MadeKey {
    /// What the client shows; there is no way to have it again.
    pub key: Hidden,
    /// What the configuration says.
    pub digest: Digest,
}

/// Makes a key: `mcpw_`, the first letters of `name`, and 256 random bits.
///
/// # Errors
/// When there is no randomness.
pub fn make_key(name: &str) -> Result<MadeKey, KeyError> {
    let label: String = name.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let random = Digest::from_bytes(warden_seal::random::<32>()?).hex();
    let random: String = random.into_iter().map(char::from).collect();
    let key = format!("{PREFIX}{}_{random}", label.to_ascii_lowercase());
    Ok(MadeKey { digest: Digest::of(key.as_bytes()), key: Hidden::new(key) })
}

/// Whether something is a key of ours, by its form.
pub(super) fn is_key(shown: &str) -> bool {
    shown.starts_with(PREFIX)
}

/// Whose key it is. Every key is compared and none ends the search, so that the time that it takes
/// says nothing.
pub(super) fn find<'a>(
    keys: &'a [KeyEntry],
    shown: &str,
    now: Time,
) -> Result<&'a KeyEntry, Reason> {
    let shown = Digest::of(shown.as_bytes());
    let found = keys.iter().fold(None, |found, entry| {
        if same(entry.digest.bytes(), shown.bytes()) { Some(entry) } else { found }
    });
    let entry = found.ok_or(Reason::KeyUnknown)?;
    let is_over = entry.expires.is_some_and(|expires| expires <= now);
    if is_over { Err(Reason::KeyExpired) } else { Ok(entry) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_what_it_is_and_cannot_be_guessed() {
        let (one, two) = (make_key("Ann's Laptop").unwrap(), make_key("Ann's Laptop").unwrap());
        assert!(one.key.reveal().starts_with("mcpw_annslaptop_") && is_key(one.key.reveal()));
        assert_eq!(one.key.reveal().len(), "mcpw_annslaptop_".len() + 64);
        assert_ne!(one.key, two.key);
        assert_eq!(one.digest, Digest::of(one.key.reveal().as_bytes()));
    }
}

//! What a session has seen of data, sealed for the store.

use warden_seal::{NotSealed, Vault};

use super::StoredSession;

/// A token holds no more than 256 KiB as text, which are 192 KiB of bytes and a little less.
const PART: usize = 160 * 1024;
/// The most parts.
const MOST_PARTS: usize = 8;

/// What was sealed cannot be opened: it is another's, was changed, or the secret is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what the session has seen cannot be opened")]
pub struct NotOpened;

impl StoredSession {
    /// Seals what the session has seen, bound to it and to nothing else.
    ///
    /// # Errors
    /// What is too much, or when there is no randomness.
    pub fn set_past(&mut self, vault: &Vault, bytes: &[u8]) -> Result<(), NotSealed> {
        let count = bytes.chunks(PART).count();
        if count > MOST_PARTS {
            return Err(NotSealed);
        }
        let sealed = bytes.chunks(PART).enumerate().map(|(at, part)| {
            let place = place(at, count);
            let token = vault.seal(part, &[b"past", self.key.as_bytes(), &place])?;
            Ok(token.into())
        });
        self.past = sealed.collect::<Result<_, NotSealed>>()?;
        Ok(())
    }

    /// Opens what the session has seen; `None` if it has seen nothing.
    ///
    /// # Errors
    /// What was not sealed for this session. It is then not known what it has seen.
    pub fn past(&self, vault: &Vault) -> Result<Option<Vec<u8>>, NotOpened> {
        if self.past.len() > MOST_PARTS {
            return Err(NotOpened);
        }
        let mut bytes = Vec::new();
        for (at, token) in self.past.iter().enumerate() {
            let place = place(at, self.past.len());
            let part = vault.open(token, &[b"past", self.key.as_bytes(), &place]);
            bytes.extend(part.map_err(|_| NotOpened)?);
        }
        Ok((!bytes.is_empty()).then_some(bytes))
    }
}

/// Which part of how many, so that none can be left out.
fn place(at: usize, count: usize) -> [u8; 2] {
    // There are at most eight.
    [at, count].map(|number| u8::try_from(number).unwrap_or(u8::MAX))
}

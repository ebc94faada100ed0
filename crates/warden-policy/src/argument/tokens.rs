//! Remembers where a hostile text wants to lead, and finds it again in arguments.
//!
//! What a text that is written against a model wants to change is an address, an account, a host,
//! a file or the number of an order. Those are taken out of it as tokens and remembered as keyed
//! hashes, so that what is remembered tells nobody what was read. Ordinary words are no tokens.

mod extract;

use std::collections::BTreeSet;

use serde_json::Value;
use warden_model::Digest;

use super::schema::escaped;

/// The most tokens that are remembered if nobody says less. What would be more is not dropped
/// silently: from then on every token counts as remembered.
const MOST_TOKENS: usize = 1024;
/// The longest text that is taken apart.
const MOST_TEXT: usize = 1 << 20;
/// The first byte of the written form.
const VERSION: u8 = 1;

/// What tokens are hashed with.
#[derive(Clone)]
pub struct TokenKey([u8; 32]);

impl TokenKey {
    /// A key of these bytes, which nobody else knows.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    fn hash(&self, token: &str) -> u64 {
        let digest = Digest::of_parts([&self.0[..], token.as_bytes()]);
        digest.bytes().iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
    }
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey")
    }
}

/// Tokens of hostile texts, as hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// In order, and without gaps: it is a part of what every session holds.
    hashes: Vec<u64>,
    full: bool,
    most: usize,
}

impl Default for Tokens {
    fn default() -> Self {
        Self::of_at_most(MOST_TOKENS)
    }
}

impl Tokens {
    /// None, and room for so many; for 1024 at most.
    #[must_use]
    pub fn of_at_most(most: usize) -> Self {
        Self { hashes: Vec::new(), full: false, most: most.min(MOST_TOKENS) }
    }

    /// Remembers the tokens of a text. Returns whether any of them is new.
    pub fn remember(&mut self, key: &TokenKey, text: &str) -> bool {
        self.remember_those(key, text, extract::told)
    }

    /// Remembers where a text leads, and not what else it names: addresses, hosts, accounts. What
    /// strangers write names things all day that others then name as well.
    pub fn remember_destinations(&mut self, key: &TokenKey, text: &str) -> bool {
        self.remember_those(key, text, extract::destinations)
    }

    fn remember_those(
        &mut self,
        key: &TokenKey,
        text: &str,
        wanted: fn(&str) -> BTreeSet<String>,
    ) -> bool {
        if text.len() > MOST_TEXT {
            return !std::mem::replace(&mut self.full, true);
        }
        let before = (self.hashes.len(), self.full);
        if extract::can_name(text) {
            for token in wanted(text) {
                self.add(key.hash(&token));
            }
        }
        before != (self.hashes.len(), self.full)
    }

    fn add(&mut self, hash: u64) {
        let Err(at) = self.hashes.binary_search(&hash) else { return };
        if self.hashes.len() < self.most {
            self.hashes.insert(at, hash);
        } else {
            self.full = true;
        }
    }

    fn has(&self, hash: u64) -> bool {
        self.hashes.binary_search(&hash).is_ok()
    }

    /// Adds everything that others remember.
    pub fn join(&mut self, others: &Self) {
        self.full |= others.full;
        others.hashes.iter().for_each(|hash| self.add(*hash));
    }

    /// Where in arguments one of the tokens stands: a pointer, and nothing if there is none.
    #[must_use]
    pub fn holds(&self, key: &TokenKey, args: &Value) -> Option<Box<str>> {
        self.holds_beyond(&Self::default(), key, args)
    }

    /// The same, of tokens that `known` does not remember: what was also read where it can be
    /// trusted was not put there by whoever wrote the other text.
    #[must_use]
    pub fn holds_beyond(&self, known: &Self, key: &TokenKey, args: &Value) -> Option<Box<str>> {
        if self.is_empty() {
            return None;
        }
        self.find((key, known), args, &mut String::new(), 0)
    }

    fn find(
        &self,
        key: (&TokenKey, &Self),
        value: &Value,
        at: &mut String,
        depth: usize,
    ) -> Option<Box<str>> {
        let length = at.len();
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Array(_) | Value::Object(_) if depth > 64 => return Some(at.as_str().into()),
            Value::Array(items) => {
                return items.iter().enumerate().find_map(|(number, item)| {
                    at.truncate(length);
                    at.push_str(&format!("/{number}"));
                    self.find(key, item, at, depth + 1)
                });
            }
            Value::Object(members) => {
                return members.iter().find_map(|(name, member)| {
                    at.truncate(length);
                    at.push_str(&format!("/{}", escaped(name)));
                    self.text(key, name)
                        .then(|| at.as_str().into())
                        .or_else(|| self.find(key, member, at, depth + 1))
                });
            }
            Value::Null | Value::Bool(_) => return None,
        };
        self.text(key, &text).then(|| at.as_str().into())
    }

    fn text(&self, (key, known): (&TokenKey, &Self), text: &str) -> bool {
        if text.len() > MOST_TEXT {
            return true;
        }
        let tokens = extract::held(text);
        tokens.iter().any(|token| {
            let hash = key.hash(token);
            let here = self.full && extract::telling(token) || self.has(hash);
            here && !known.has(hash)
        })
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty() && !self.full
    }

    /// How much memory they take, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.hashes.capacity() * size_of::<u64>()
    }

    /// How it is stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION, u8::from(self.full)];
        bytes.extend(self.hashes.iter().flat_map(|hash| hash.to_be_bytes()));
        bytes
    }

    /// Reads what [`Tokens::to_bytes`] has written, if there were room for `most` of them; `None` for
    /// anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], most: usize) -> Option<Self> {
        let room = Self::of_at_most(most);
        let [VERSION, full @ (0 | 1), rest @ ..] = bytes else { return None };
        let (hashes, rest) = rest.as_chunks::<8>();
        if !rest.is_empty() || hashes.len() > room.most || !hashes.is_sorted_by(|a, b| a < b) {
            return None;
        }
        let hashes = hashes.iter().map(|it| u64::from_be_bytes(*it)).collect();
        Some(Self { hashes, full: *full == 1, ..room })
    }
}

#[cfg(test)]
mod tests;

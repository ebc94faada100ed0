//! Numbers of ours that proofs have to carry (RFC 9449, section 9).

use std::sync::{PoisonError, RwLock};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use warden_seal::KeyError;

/// How many seconds a number is given out.
const LIFE: i64 = 300;

/// The number that is given out, and the one before.
#[derive(Debug)]
pub(super) struct Nonces(RwLock<Pair>);

#[derive(Clone, Debug)]
struct Pair {
    now: String,
    before: String,
    /// Since when, in seconds; `None` until the first time that somebody asks.
    since: Option<i64>,
}

impl Nonces {
    pub(super) fn new() -> Result<Self, KeyError> {
        Ok(Self(RwLock::new(Pair { now: fresh()?, before: fresh()?, since: None })))
    }

    /// The number that is given out at this time, and the one before, which still counts.
    pub(super) fn both(&self, now: i64) -> (String, String) {
        let is_due =
            |pair: &Pair| pair.since.is_none_or(|since| !(0..LIFE).contains(&(now - since)));
        let pair = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if !is_due(&pair) {
            return (pair.now, pair.before);
        }
        let mut pair = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Without randomness the old one stays, which is not worse than none at all.
        if is_due(&pair)
            && let Ok(next) = fresh()
        {
            pair.before = std::mem::replace(&mut pair.now, next);
            pair.since = Some(now);
        }
        (pair.now.clone(), pair.before.clone())
    }
}

fn fresh() -> Result<String, KeyError> {
    Ok(URL_SAFE_NO_PAD.encode(warden_seal::random::<16>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_counts_for_two_lives() {
        let nonces = Nonces::new().unwrap();
        let (first, _) = nonces.both(1000);
        assert_eq!(nonces.both(1299).0, first);
        let (second, before) = nonces.both(1300);
        assert_eq!(before, first);
        assert!(second != first && second.len() == 22);
        let (_, before) = nonces.both(1600);
        assert_eq!(before, second);
    }
}

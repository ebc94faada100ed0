//! What the server serves at the moment, and how each thing stands to what was approved.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use warden_mcp::walk;
use warden_model::{DefinitionKind, Digest};
use warden_policy::{Pin, Standing};

/// The most entries of one kind that are kept; a server with more is not believed.
const MOST: usize = 20_000;

/// How many digests of raw text are remembered.
const MEMORY: usize = 8192;

/// The definitions of one kind that the server serves.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// By name; `None` where a name has no digest or stands for two things.
    entries: HashMap<Box<str>, Option<Digest>>,
    /// When the whole list was last seen.
    looked: Option<Instant>,
}

impl Shelf {
    /// How the definition of this name stands, or `None` if nobody has looked lately.
    pub(crate) fn standing(
        &self,
        pinned: Option<Digest>,
        name: &str,
        now: Instant,
        trust: Duration,
    ) -> Option<Standing> {
        let looked = self.looked?;
        if now.saturating_duration_since(looked) > trust {
            return None;
        }
        let served = self.entries.get(name);
        Some(served.map_or(Standing::Unknown, |served| standing(pinned, *served)))
    }

    /// Forgets when it was looked at.
    pub(crate) fn distrust(&mut self) {
        self.looked = None;
    }

    /// Forgets it where a part of a list says otherwise: what was seen last is believed.
    pub(crate) fn doubt(&mut self, part: &Seen) {
        if part.entries.iter().any(|(name, digest)| self.entries.get(name) != Some(digest)) {
            self.distrust();
        }
    }

    /// Puts a whole list on the shelf.
    pub(crate) fn replace(&mut self, list: Seen, now: Instant) {
        self.looked = (!list.overflow).then_some(now);
        self.entries = list.entries;
    }

    /// The names on the shelf.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }
}

/// The list that is being read, page by page.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    entries: HashMap<Box<str>, Option<Digest>>,
    overflow: bool,
}

impl Seen {
    /// Adds what another page has.
    pub(crate) fn absorb(&mut self, page: Self) {
        self.overflow |= page.overflow;
        for (name, digest) in page.entries {
            self.add(&name, digest);
        }
    }

    /// Adds an entry. A name that comes twice stands for nothing.
    pub(crate) fn add(&mut self, name: &str, digest: Option<Digest>) {
        if self.entries.len() >= MOST {
            self.overflow = true;
            return;
        }
        let known = self.entries.insert(name.into(), digest);
        if known.is_some() {
            self.entries.insert(name.into(), None);
        }
    }
}

/// How something that is served stands; `served` is `None` if it has no digest.
pub(crate) fn standing(pinned: Option<Digest>, served: Option<Digest>) -> Standing {
    match pinned {
        Some(pinned) if served == Some(pinned) => Standing::Approved,
        Some(pinned) => Standing::Drifted { pinned, served },
        None => Standing::Unknown,
    }
}

/// The approved digest of a definition.
pub(crate) fn pinned(pin: Option<&Pin>, kind: DefinitionKind, name: &str) -> Option<Digest> {
    pin.and_then(|pin| pin.definition(kind, name)).map(|definition| definition.digest)
}

/// Definition digests by the digest of their text, so that a list which has not changed is not
/// brought into canonical form again.
#[derive(Debug, Default)]
pub(crate) struct Digests(HashMap<Digest, Option<Digest>>);

impl Digests {
    /// The definition digest of this verified text; `None` if it has none.
    pub(crate) fn of(&mut self, raw: &str) -> Option<Digest> {
        let key = Digest::of(raw.as_bytes());
        if let Some(known) = self.0.get(&key) {
            return *known;
        }
        let value = serde_json::from_str(raw).ok();
        let digest = value.and_then(|value| warden_seal::digest(&value).ok());
        if self.0.len() >= MEMORY {
            self.0.clear();
        }
        self.0.insert(key, digest);
        digest
    }
}

/// The entries of a list answer: each one's name, if it has one, and its text.
pub(crate) fn entries(
    result: &str,
    kind: DefinitionKind,
) -> impl Iterator<Item = (Option<String>, &str)> {
    let list = walk::member(result, kind.list_member()).unwrap_or_default();
    walk::elements(list).map(move |raw| {
        (walk::text(raw, kind.name_member()).map(std::borrow::Cow::into_owned), raw)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUST: Duration = Duration::from_secs(30);

    fn shelf(entries: &[(&str, Option<Digest>)], now: Instant) -> Shelf {
        let mut seen = Seen::default();
        for (name, digest) in entries {
            seen.add(name, *digest);
        }
        let mut shelf = Shelf::default();
        shelf.replace(seen, now);
        shelf
    }

    #[test]
    fn nothing_stands_until_somebody_has_looked_and_not_for_ever() {
        let now = Instant::now();
        let digest = Digest::of(b"a");
        let mut shelf = shelf(&[("a", Some(digest))], now);
        let ask = |shelf: &Shelf, at| shelf.standing(Some(digest), "a", at, TRUST);
        assert_eq!(Shelf::default().standing(Some(digest), "a", now, TRUST), None);
        assert_eq!(ask(&shelf, now), Some(Standing::Approved));
        assert_eq!(ask(&shelf, now + TRUST * 2), None);
        shelf.distrust();
        assert_eq!(ask(&shelf, now), None);
    }

    #[test]
    fn a_part_of_a_list_that_says_otherwise_ends_the_trust() {
        let now = Instant::now();
        let (a, b) = (Some(Digest::of(b"a")), Some(Digest::of(b"b")));
        for (name, digest, trusted) in
            [("a", a, true), ("a", b, false), ("a", None, false), ("new", a, false)]
        {
            let mut shelf = shelf(&[("a", a), ("b", b)], now);
            let mut part = Seen::default();
            part.add(name, digest);
            shelf.doubt(&part);
            assert_eq!(shelf.standing(a, "a", now, TRUST).is_some(), trusted, "{name}");
        }
    }

    #[test]
    fn a_name_that_stands_for_two_things_has_drifted() {
        let now = Instant::now();
        let digest = Digest::of(b"a");
        let shelf = shelf(&[("a", Some(digest)), ("a", Some(digest)), ("b", None)], now);
        let drifted = Some(Standing::Drifted { pinned: digest, served: None });
        assert_eq!(shelf.standing(Some(digest), "a", now, TRUST), drifted);
        assert_eq!(shelf.standing(Some(digest), "b", now, TRUST), drifted);
        assert_eq!(shelf.standing(None, "a", now, TRUST), Some(Standing::Unknown));
        assert_eq!(shelf.standing(Some(digest), "c", now, TRUST), Some(Standing::Unknown));
    }

    #[test]
    fn the_order_of_members_does_not_matter_to_a_digest_and_their_values_do() {
        let mut digests = Digests::default();
        let a = digests.of(r#"{"name":"a","x":1}"#);
        assert_eq!(a, digests.of(r#"{ "x": 1.0, "name": "\u0061" }"#));
        assert_ne!(a, digests.of(r#"{"name":"a","x":2}"#));
        assert_eq!(digests.of(r#"{"name":"a","x":9007199254740993}"#), None);
    }
}

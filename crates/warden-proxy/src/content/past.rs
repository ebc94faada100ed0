//! What a session has seen, as far as it matters for what goes out.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use warden_detect::{Carried, DataClass, Destination, Fingerprint, FingerprintKey, Label, Sketch};

/// The most secrets of a session that are known by where they came from.
const MOST_SECRETS: usize = 1024;
/// The most servers of which is remembered that they gave one secret.
const MOST_KNOWERS: usize = 64;
/// The most labels of a session.
const MOST_LABELS: usize = 64;
/// The most servers that are told apart; those beyond are one, which is never spared.
const MOST_PARTIES: usize = 4096;

/// The class of a secret in a sketch, above every class of data.
pub(super) const SECRET: u8 = DataClass::Regulated as u8 + 1;

/// What a session has seen. It costs nothing before something confidential was seen.
#[derive(Debug, Default)]
pub(crate) struct Past {
    labels: BTreeSet<Box<str>>,
    /// Who knows a secret.
    secrets: HashMap<Fingerprint, Knowers>,
    sketch: Option<Held>,
    /// Something could not be remembered, so that nothing can be said of what goes out.
    blind: bool,
}

/// Who knows a secret.
#[derive(Debug)]
enum Knowers {
    /// The client had it before any server gave it, so it may tell whom it likes.
    Client,
    /// These servers gave it.
    Servers(Vec<u16>),
}

/// A sketch and the room that it takes.
#[derive(Debug)]
struct Held {
    sketch: Box<Sketch>,
    room: Arc<Room>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.room.held.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Past {
    /// What every later record of the session says.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().map(|label| &**label)
    }

    /// Remembers a label for the rest of the session.
    pub(super) fn label(&mut self, label: &str) {
        if self.labels.len() < MOST_LABELS {
            self.labels.insert(label.into());
        }
    }

    /// Remembers that a server gave a secret. Returns whether it is one that the client did not
    /// have before.
    pub(super) fn secret_from(&mut self, secret: Fingerprint, party: u16) -> bool {
        let room = self.secrets.len() < MOST_SECRETS;
        match self.secrets.get_mut(&secret) {
            Some(Knowers::Client) => return false,
            Some(Knowers::Servers(known)) => {
                if known.len() < MOST_KNOWERS && !known.contains(&party) {
                    known.push(party);
                }
            }
            None if room => {
                self.secrets.insert(secret, Knowers::Servers(vec![party]));
            }
            None => self.blind = true,
        }
        true
    }

    /// Whether a secret was given by others, and not by this server. One that nobody gave is the
    /// client's own, from now on.
    pub(super) fn is_carried(&mut self, secret: Fingerprint, to: u16) -> bool {
        match self.secrets.get(&secret) {
            Some(Knowers::Client) => false,
            Some(Knowers::Servers(known)) => !known.contains(&to),
            None => {
                if self.secrets.len() < MOST_SECRETS {
                    self.secrets.insert(secret, Knowers::Client);
                }
                false
            }
        }
    }

    /// Remembers what a confidential text says.
    pub(super) fn remember(&mut self, text: &str, label: Label, room: &Arc<Room>) {
        if self.sketch.is_none() {
            self.sketch = room.sketch();
        }
        match &mut self.sketch {
            Some(held) => held.sketch.remember(text, label),
            None => self.blind = true,
        }
    }

    /// What of a call's arguments was seen before; `None` if nothing is remembered.
    pub(super) fn carried(
        &mut self,
        tool: &str,
        arguments: impl FnOnce() -> String,
        to: Destination,
    ) -> Option<Result<Carried, serde_json::Error>> {
        let held = self.sketch.as_mut()?;
        let arguments = serde_json::from_str(&arguments());
        Some(arguments.map(|arguments| held.sketch.carried_in(tool, &arguments, to)))
    }

    /// Whether something was seen that could not be remembered.
    pub(super) const fn is_blind(&self) -> bool {
        self.blind
    }
}

/// The room for what sessions remember, shared by all of them.
#[derive(Debug)]
pub(crate) struct Room {
    most: AtomicUsize,
    held: AtomicUsize,
    key: Option<FingerprintKey>,
    parties: Mutex<Vec<Box<str>>>,
}

impl Room {
    /// Room for so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        let room = Self {
            most: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            // Without randomness no secret is followed, and that is said.
            key: warden_seal::random().ok().map(FingerprintKey::new),
            parties: Mutex::default(),
        };
        room.resize(bytes);
        room
    }

    /// From now on there is room for so many bytes; what is held stays.
    pub(crate) fn resize(&self, bytes: usize) {
        self.most.store(bytes / Sketch::MOST, Ordering::Release);
    }

    /// How many sessions remember something, and how many bytes that takes at most.
    pub(crate) fn used(&self) -> (usize, usize) {
        let held = self.held.load(Ordering::Acquire);
        (held, held * Sketch::MOST)
    }

    /// The number of a server.
    pub(crate) fn party(&self, server: &str) -> u16 {
        let mut parties = self.parties.lock().unwrap_or_else(PoisonError::into_inner);
        let known = parties.iter().position(|known| **known == *server);
        let at = known.unwrap_or_else(|| {
            if parties.len() < MOST_PARTIES {
                parties.push(server.into());
            }
            parties.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// What secrets are told apart by.
    pub(super) const fn key(&self) -> Option<&FingerprintKey> {
        self.key.as_ref()
    }

    fn sketch(self: &Arc<Self>) -> Option<Held> {
        let most = self.most.load(Ordering::Acquire);
        let more = |held| (held < most).then_some(held + 1);
        let key = warden_seal::random().ok()?;
        self.held.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        Some(Held { sketch: Box::new(Sketch::new(key)), room: Arc::clone(self) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_taken_when_it_is_needed_and_given_back_at_the_end() {
        let room = Arc::new(Room::new(Sketch::MOST * 2));
        let label = Label { party: 0, class: 2 };
        let (mut a, mut b, mut c) = (Past::default(), Past::default(), Past::default());
        assert_eq!(room.used().0, 0);
        for past in [&mut a, &mut b, &mut c] {
            past.remember("Ann Miller, account DE89 3704 0044 0532 0130 00", label, &room);
        }
        assert_eq!(room.used(), (2, 2 * Sketch::MOST));
        assert!(!a.is_blind() && !b.is_blind() && c.is_blind());
        drop(a);
        assert_eq!(room.used().0, 1);
        c.remember("again", label, &room);
        assert_eq!(room.used().0, 2);
        assert!(c.is_blind(), "what was missed stays missed");
    }

    #[test]
    fn a_server_keeps_its_number() {
        let room = Room::new(0);
        assert_eq!((room.party("a"), room.party("b"), room.party("a")), (0, 1, 0));
    }
}

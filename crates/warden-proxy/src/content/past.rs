//! What a session has seen, as far as it matters for what goes out.

mod kept;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;
use warden_detect::{Carried, DataClass, Destination, Fingerprint, FingerprintKey, Label, Sketch};
use warden_model::Digest;
use warden_policy::{
    access::Labels,
    argument::{TokenKey, Tokens},
};

/// The most secrets of a session that are known by where they came from: as many as a table of 256
/// places holds.
const MOST_SECRETS: usize = 224;
/// The most servers of which is remembered that they gave one secret.
const MOST_KNOWERS: usize = 16;
/// The most names of hostile texts, and of strangers.
const MOST_NAMED: usize = 256;
/// The most names of texts that are trusted, of which there are more.
const MOST_TRUSTED: usize = 1024;
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
    /// What has flowed in, for policy.
    flow: Labels,
    /// What was named in what came in.
    named: Named,
    /// Something has come in since this was last asked.
    grown: bool,
}

/// What texts that came in have named, by who wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// By texts that are written against the model: everything.
    pub(super) hostile: Tokens,
    /// By strangers: where it leads.
    pub(super) strangers: Tokens,
    /// By those who are trusted: everything.
    pub(super) trusted: Tokens,
}

impl Default for Named {
    fn default() -> Self {
        let [hostile, strangers] = [MOST_NAMED; 2].map(Tokens::of_at_most);
        Self { hostile, strangers, trusted: Tokens::of_at_most(MOST_TRUSTED) }
    }
}

/// By whom a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    /// By somebody who writes against the model.
    Hostile,
    /// By somebody whom nobody knows.
    Stranger,
    /// By somebody whom the company trusts.
    Trusted,
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
            self.grown |= self.labels.insert(label.into());
        }
    }

    /// What has flowed in, for policy.
    pub(crate) fn flow(&self) -> Labels {
        Labels { blind: self.flow.blind || self.blind, ..self.flow.clone() }
    }

    /// Remembers what has flowed in.
    pub(crate) fn join(&mut self, brought: &Labels) {
        self.grown |= self.flow.join(brought);
    }

    /// Remembers what a text has named.
    pub(super) fn name(&mut self, text: &str, writer: Writer, room: &Room) {
        let Named { hostile, strangers, trusted } = &mut self.named;
        self.grown |= match writer {
            Writer::Hostile => hostile.remember(&room.tokens, text),
            Writer::Stranger => strangers.remember_destinations(&room.tokens, text),
            Writer::Trusted => trusted.remember(&room.tokens, text),
        };
    }

    /// Whether arguments name what only hostile texts have named, and whether they lead where only
    /// strangers have led.
    pub(super) fn led(&self, arguments: &Value, room: &Room) -> (bool, bool) {
        let Named { hostile, strangers, trusted } = &self.named;
        let beyond =
            |tokens: &Tokens| tokens.holds_beyond(trusted, &room.tokens, arguments).is_some();
        (beyond(hostile), beyond(strangers))
    }

    /// Whether anything was named that arguments could name again.
    pub(super) fn names_anything(&self) -> bool {
        !self.named.hostile.is_empty() || !self.named.strangers.is_empty()
    }

    /// Remembers what others have brought in, which they have stored.
    pub(crate) fn learn(&mut self, theirs: &Labels) {
        self.flow.join(theirs);
    }

    /// What has come in was not stored, so it has to be tried again.
    pub(crate) const fn is_not_kept(&mut self) {
        self.grown = true;
    }

    /// Whether anything has come in since this was last asked.
    pub(crate) const fn take_grown(&mut self) -> bool {
        std::mem::replace(&mut self.grown, false)
    }

    /// Remembers that a server gave a secret. Returns whether it is one that the client did not
    /// have before.
    pub(super) fn secret_from(&mut self, secret: Fingerprint, party: u16) -> bool {
        let room = self.secrets.len() < MOST_SECRETS;
        self.grown = true;
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
        self.grown = true;
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
    /// What is named is told apart by this.
    tokens: TokenKey,
    parties: Mutex<Vec<Box<str>>>,
}

impl Room {
    /// Room for so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        // Without randomness no secret is followed, and that is said.
        Self::keyed(bytes, warden_seal::random().ok())
    }

    /// The same, with a key under which secrets are known again by another process.
    pub(crate) fn keyed(bytes: usize, key: Option<[u8; 32]>) -> Self {
        let tokens = Digest::of_parts([b"names".as_slice(), &key.unwrap_or_default()]);
        let room = Self {
            most: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            key: key.map(FingerprintKey::new),
            tokens: TokenKey::new(*tokens.bytes()),
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
        self.hold(Sketch::new(warden_seal::random().ok()?))
    }

    /// Makes room for a sketch, if there is any.
    fn hold(self: &Arc<Self>, sketch: Sketch) -> Option<Held> {
        let most = self.most.load(Ordering::Acquire);
        let more = |held| (held < most).then_some(held + 1);
        self.held.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        Some(Held { sketch: Box::new(sketch), room: Arc::clone(self) })
    }

    /// The server with this number.
    fn server(&self, party: u16) -> Option<Box<str>> {
        let parties = self.parties.lock().unwrap_or_else(PoisonError::into_inner);
        parties.get(usize::from(party)).cloned()
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

    /// How much memory a session takes, in bytes. A table of hashes has a byte for each place
    /// beside the place itself, and an eighth of the places stays free.
    fn bytes(past: &Past) -> usize {
        let knowers = past.secrets.values().map(|knowers| match knowers {
            Knowers::Client => 0,
            Knowers::Servers(known) => known.capacity() * size_of::<u16>(),
        });
        let places = (past.secrets.capacity() * 8).div_ceil(7).next_power_of_two();
        let place = size_of::<(Fingerprint, Knowers)>() + 1;
        let Named { hostile, strangers, trusted } = &past.named;
        let texts = past.labels.iter().chain(&past.flow.sources);
        let texts = texts.map(|text| text.len() + 2 * size_of::<Box<str>>());
        let sketch = past.sketch.as_ref().map_or(0, |held| held.sketch.usage().bytes);
        size_of::<Past>()
            + sketch
            + places * place
            + knowers.sum::<usize>()
            + [hostile, strangers, trusted].map(Tokens::bytes).iter().sum::<usize>()
            + texts.sum::<usize>()
    }

    #[test]
    fn a_session_that_has_seen_everything_takes_less_than_300_kilobytes() {
        let room = Arc::new(Room::new(Sketch::MOST));
        let mut past = Past::default();
        for number in 0..4_000_u32 {
            let digest = Digest::of_parts([number.to_be_bytes().as_slice()]).to_string();
            let text = format!("{digest} order{number} of ann{number}@firm.test: {digest}");
            past.remember(&text, Label { party: 0, class: 2 }, &room);
            let named = if number < 600 { 3 } else { 0 };
            let writers = [Writer::Hostile, Writer::Stranger, Writer::Trusted];
            writers.iter().take(named).for_each(|writer| past.name(&text, *writer, &room));
            let secret = Fingerprint::from_bytes(u64::from(number % 512).to_be_bytes());
            past.secret_from(secret, u16::try_from(number / 512).unwrap_or_default());
            past.label(&format!("some-label-of-a-usual-length/{number}"));
            let source = format!("a-server/a_tool_of_it_{number}").into();
            past.join(&Labels { sources: [source].into(), ..Labels::default() });
        }
        let Named { hostile, strangers, trusted } = &past.named;
        let named = [hostile, strangers, trusted].map(Tokens::bytes);
        assert_eq!(named, [MOST_NAMED, MOST_NAMED, MOST_TRUSTED].map(|most| 8 * most));
        let bytes = bytes(&past);
        assert!((250_000..300_000).contains(&bytes), "{bytes}");
    }

    #[test]
    fn a_server_keeps_its_number() {
        let room = Room::new(0);
        assert_eq!((room.party("a"), room.party("b"), room.party("a")), (0, 1, 0));
    }
}

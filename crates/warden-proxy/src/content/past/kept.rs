//! What a session has seen, as bytes, so that it can outlive the process.
//!
//! They hold keys of fingerprints and the end of what went out last, and are a secret: whoever
//! keeps them seals them. Servers have numbers of their own in each process, so they are kept by
//! name. What can no longer be told, as the key of secrets is another one or there is no more room
//! for a sketch, leaves the session blind, and never as if it had seen nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use serde::{Deserialize, Serialize};
use warden_detect::{Fingerprint, Sketch};

use super::{
    Knowers, MOST_KNOWERS, MOST_LABELS, MOST_NAMED, MOST_SECRETS, MOST_TRUSTED, Named, Past, Room,
    Tokens,
};

/// What the bytes begin with; a later form has another number.
const MARK: &[u8; 8] = b"past\x00\x00\x00\x01";
/// The longest name of a server or label.
const MOST_NAME: usize = 4096;

/// These bytes are not what a session has seen. It is then not known, and [`Past::unknown`] says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not what a session has seen")]
pub(crate) struct NotAPast;

/// Everything but the sketch.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    labels: BTreeSet<Box<str>>,
    blind: bool,
    /// The name of the key that secrets are known by.
    key: Option<[u8; 8]>,
    /// Who knows each secret: no servers stand for the client.
    secrets: Vec<([u8; 8], Vec<u16>)>,
    /// What the servers with these numbers are called.
    servers: BTreeMap<u16, Box<str>>,
    /// What was named: by hostile texts, by strangers, by who is trusted; base64.
    named: [String; 3],
}

/// What was named, as it was kept.
fn named_of([hostile, strangers, trusted]: &[String; 3]) -> Result<Named, NotAPast> {
    let tokens = |text: &String, most| {
        let bytes = BASE64.decode(text).map_err(|_| NotAPast)?;
        Tokens::from_bytes(&bytes, most).ok_or(NotAPast)
    };
    Ok(Named {
        hostile: tokens(hostile, MOST_NAMED)?,
        strangers: tokens(strangers, MOST_NAMED)?,
        trusted: tokens(trusted, MOST_TRUSTED)?,
    })
}

impl Past {
    /// What a session has seen of which nothing is known.
    pub(crate) fn unknown() -> Self {
        Self { blind: true, ..Self::default() }
    }

    /// All of it as bytes, less than 640 KiB. They are a secret.
    pub(crate) fn to_bytes(&self, room: &Room) -> Vec<u8> {
        let mut secrets: Vec<_> = self.secrets.iter().map(secret).collect();
        secrets.sort();
        let sketch = self.sketch.as_ref().map(|held| &held.sketch);
        let of_secrets = secrets.iter().flat_map(|(_, known)| known.iter().copied());
        let of_sketch = sketch.into_iter().flat_map(|sketch| sketch.parties());
        let parties: BTreeSet<u16> = of_secrets.chain(of_sketch).collect();
        let name = |party| Some((party, room.server(party)?));
        let head = Head {
            labels: self.labels.clone(),
            blind: self.blind,
            key: room.key().map(warden_detect::FingerprintKey::name),
            secrets,
            servers: parties.into_iter().filter_map(name).collect(),
            named: [&self.named.hostile, &self.named.strangers, &self.named.trusted]
                .map(|tokens| BASE64.encode(tokens.to_bytes())),
        };
        // Names, numbers and flags are always JSON.
        let head = serde_json::to_vec(&head).unwrap_or_default();
        let length = u32::try_from(head.len()).unwrap_or(u32::MAX);
        let sketch = sketch.map(|sketch| sketch.to_bytes()).unwrap_or_default();
        [MARK.as_slice(), &length.to_le_bytes(), &head, &sketch].concat()
    }

    /// What these bytes are of.
    ///
    /// # Errors
    /// Bytes that are not what a session has seen.
    pub(crate) fn from_bytes(bytes: &[u8], room: &Arc<Room>) -> Result<Self, NotAPast> {
        let rest = bytes.strip_prefix(MARK).ok_or(NotAPast)?;
        let (length, rest) = rest.split_first_chunk().ok_or(NotAPast)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| NotAPast)?;
        let (head, sketch) = rest.split_at_checked(length).ok_or(NotAPast)?;
        let head: Head = serde_json::from_slice(head).map_err(|_| NotAPast)?;
        let known = |party: &u16| head.servers.contains_key(party);
        let named = head.secrets.iter().all(|(_, servers)| servers.iter().all(known));
        if !head.is_bounded() || !named {
            return Err(NotAPast);
        }
        let numbers: BTreeMap<u16, u16> =
            head.servers.iter().map(|(party, name)| (*party, room.party(name))).collect();
        let named = named_of(&head.named)?;
        let mut past = Self { labels: head.labels, blind: head.blind, named, ..Self::default() };
        if head.key.is_some() && head.key == room.key().map(warden_detect::FingerprintKey::name) {
            let knowers = |(secret, servers): ([u8; 8], Vec<u16>)| {
                let servers = servers.iter().filter_map(|party| numbers.get(party).copied());
                (Fingerprint::from_bytes(secret), Knowers::of(servers.collect()))
            };
            past.secrets = head.secrets.into_iter().map(knowers).collect();
        } else {
            // What was named is told apart by the same key.
            past.blind |= !head.secrets.is_empty() || past.named != Named::default();
        }
        if !sketch.is_empty() {
            let mut sketch = Sketch::from_bytes(sketch).map_err(|_| NotAPast)?;
            if !sketch.parties().all(|party| numbers.contains_key(&party)) {
                return Err(NotAPast);
            }
            sketch.renumber(|party| numbers.get(&party).copied().unwrap_or(party));
            past.sketch = room.hold(sketch);
            past.blind |= past.sketch.is_none();
        }
        Ok(past)
    }
}

impl Knowers {
    fn of(servers: Vec<u16>) -> Self {
        if servers.is_empty() { Self::Client } else { Self::Servers(servers) }
    }
}

fn secret((secret, knowers): (&Fingerprint, &Knowers)) -> ([u8; 8], Vec<u16>) {
    let servers = match knowers {
        Knowers::Client => Vec::new(),
        Knowers::Servers(servers) => servers.clone(),
    };
    (secret.to_bytes(), servers)
}

impl Head {
    fn is_bounded(&self) -> bool {
        let names = self.labels.iter().chain(self.servers.values());
        self.labels.len() <= MOST_LABELS
            && self.secrets.len() <= MOST_SECRETS
            && self.secrets.iter().all(|(_, servers)| servers.len() <= MOST_KNOWERS)
            && names.into_iter().all(|name| name.len() <= MOST_NAME)
    }
}

#[cfg(test)]
mod tests {
    use warden_detect::{Destination, Label, tell_secrets};

    use super::*;

    const TEXT: &str = "Ann Miller, account DE89 3704 0044 0532 0130 00, earns 93000 a year";

    fn room(key: u8) -> Arc<Room> {
        Arc::new(Room::keyed(Sketch::MOST * 2, Some([key; 32])))
    }

    fn fingerprint(room: &Room, byte: u8) -> Fingerprint {
        let token = format!("ghp_{}", char::from(byte).to_string().repeat(36));
        let told = tell_secrets(&token, room.key().expect("there is a key"));
        told.secrets
            .first()
            .map_or(Fingerprint::from_bytes([byte; 8]), warden_detect::Secret::fingerprint)
    }

    fn past(room: &Arc<Room>) -> Past {
        let mut past = Past::default();
        let (mail, files) = (room.party("mail"), room.party("files"));
        past.label("confidential");
        past.secret_from(fingerprint(room, b'a'), files);
        past.is_carried(fingerprint(room, b'b'), mail);
        past.remember(TEXT, Label { party: files, class: 2 }, room);
        past
    }

    fn carries(past: &mut Past, room: &Room, to: &str) -> bool {
        let arguments = || serde_json::json!({ "body": TEXT }).to_string();
        let to = Destination::Party(room.party(to));
        let found = past.carried("send", arguments, to);
        found.is_some_and(|found| found.is_ok_and(|carried| carried.is_noticed()))
    }

    // What was seen is still known after the process was started again.
    #[test]
    fn what_was_seen_is_known_by_the_next_process() {
        let before = room(1);
        let bytes = past(&before).to_bytes(&before);
        // Servers are numbered in another order there.
        let after = room(1);
        after.party("other");
        after.party("mail");
        let mut again = Past::from_bytes(&bytes, &after).expect("it was kept");
        assert_eq!(again.labels().collect::<Vec<_>>(), ["confidential"]);
        assert!(!again.is_blind());
        let (mail, files) = (after.party("mail"), after.party("files"));
        let secret = fingerprint(&after, b'a');
        assert!(again.is_carried(secret, mail) && !again.is_carried(secret, files));
        assert!(!again.secret_from(fingerprint(&after, b'b'), files), "it is the client's own");
        assert!(carries(&mut again, &after, "mail") && !carries(&mut again, &after, "files"));
        assert_eq!(after.used().0, 1);
    }

    #[test]
    fn what_can_no_longer_be_told_makes_blind() {
        let before = room(1);
        let bytes = past(&before).to_bytes(&before);
        assert!(Past::from_bytes(&bytes, &room(2)).is_ok_and(|past| past.is_blind()));
        let small = Arc::new(Room::keyed(0, Some([1; 32])));
        assert!(Past::from_bytes(&bytes, &small).is_ok_and(|past| past.is_blind()));
        assert!(Past::unknown().is_blind());
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let before = room(1);
        let bytes = past(&before).to_bytes(&before);
        for cut in (0..bytes.len()).step_by(bytes.len() / 50) {
            let short = bytes.get(..cut).unwrap_or_default();
            let read = Past::from_bytes(short, &room(1));
            // What ends just where the sketch would begin cannot be told from a past without one,
            // which is why all of it is sealed.
            assert!(read.is_err() || cut < bytes.len());
        }
        let longer = [&*bytes, b"x"].concat();
        assert_eq!(Past::from_bytes(&longer, &room(1)).err(), Some(NotAPast));
        assert_eq!(Past::from_bytes(b"", &room(1)).err(), Some(NotAPast));
    }
}

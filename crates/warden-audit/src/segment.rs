//! One segment on paper: its identifier, its lines, its head, its links.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::{NoContext, Uuid};
use warden_model::Digest;

use crate::{Timestamp, wire};

/// The most bytes of one line, the line feed included. Readers hold no more than this of a file.
pub const MAX_LINE: usize = 1 << 20;
/// The chain hash and the space after it.
pub(crate) const PREFIX: usize = 64 + 1;
/// Sets the chain of a segment apart from any other use of SHA-256.
const DOMAIN: &[u8] = b"mcpwarden ledger segment 1\n";

/// The identifier of a segment, a UUID of version 7: segments sort by the time at which they were opened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId(Uuid);

impl SegmentId {
    /// A fresh identifier that sorts after `newest`, also when the clock was set back; `None` if
    /// there is no such identifier.
    pub(crate) fn after(newest: Option<Self>, now: Timestamp) -> Option<Self> {
        let floor = newest.map_or(0, |newest| newest.millis() + 1);
        let millis = floor.max(now.micros() / 1000);
        let nanos = u32::try_from(millis % 1000).ok()? * 1_000_000;
        let id = Self(Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, millis / 1000, nanos)));
        newest.is_none_or(|newest| newest < id).then_some(id)
    }

    /// The milliseconds that the identifier begins with.
    fn millis(self) -> u64 {
        let (first, _) = self.0.as_u64_pair();
        first >> 16
    }

    /// What the chain of this segment begins with.
    #[must_use]
    pub fn genesis(self) -> Digest {
        Digest::of_parts([DOMAIN, self.to_string().as_bytes()])
    }

    /// The name of its log.
    pub(crate) fn log(self) -> String {
        format!("{self}.jsonl")
    }

    /// The name of its head.
    pub(crate) fn head(self) -> String {
        format!("{self}.head")
    }
}

impl fmt::Display for SegmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

impl fmt::Debug for SegmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a UUID of version 7 in lower case with hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a segment: expected a UUID of version 7 in lower case")]
pub struct ParseSegmentIdError;

impl FromStr for SegmentId {
    type Err = ParseSegmentIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = Uuid::try_parse(text).map_err(|_| ParseSegmentIdError)?;
        // An identifier has one spelling, or one segment could stand there twice.
        let same = id.get_version_num() == 7 && Self(id).to_string() == text;
        same.then_some(Self(id)).ok_or(ParseSegmentIdError)
    }
}

impl Serialize for SegmentId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SegmentId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// How far an earlier segment had come when a later one was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The chain hash of its last complete record.
    #[serde(with = "wire::hex")]
    pub chain: Digest,
    /// The earlier segment.
    pub segment: SegmentId,
    /// The number of its last complete record; 0 if there was none, or none could be read.
    #[serde(serialize_with = "wire::integer")]
    pub seq: u64,
}

/// How far a segment has come, as its `.head` file says: always 86 bytes, the number in 20 decimal
/// digits, a space, the chain hash in 64 hexadecimal digits, a line feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) seq: u64,
    pub(crate) chain: Digest,
}

impl Head {
    pub(crate) const LENGTH: usize = 20 + 1 + 64 + 1;

    pub(crate) fn write(self) -> [u8; Self::LENGTH] {
        let mut out = [b'0'; Self::LENGTH];
        let mut rest = self.seq;
        for slot in out.iter_mut().take(20).rev() {
            // A digit, so it fits.
            *slot = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        out[20] = b' ';
        out[21..85].copy_from_slice(&self.chain.hex());
        out[85] = b'\n';
        out
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let seq = str::from_utf8(bytes.get(..20)?).ok()?.parse().ok()?;
        let chain = Digest::from_hex(bytes.get(21..85)?).ok()?;
        let head = Self { seq, chain };
        // Writing it again checks the length, the separators and that nothing has two spellings.
        (head.write() == bytes).then_some(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(millis: u64) -> SegmentId {
        SegmentId::after(None, Timestamp::from_micros(millis * 1000)).expect("there is room")
    }

    #[test]
    fn a_later_segment_sorts_after_an_earlier_one_whatever_the_clock_says() {
        let newest = id(1_795_169_813_123);
        for now in [0, 1_795_169_813_123, 1_895_169_813_123] {
            let next = SegmentId::after(Some(newest), Timestamp::from_micros(now * 1000));
            assert!(next.is_some_and(|next| next > newest), "{now}");
        }
    }

    #[test]
    fn when_no_later_identifier_exists_none_is_made_up() {
        let last = "ffffffff-ffff-7fff-bfff-ffffffffffff".parse().expect("it is one");
        assert_eq!(SegmentId::after(Some(last), Timestamp::default()), None);
    }

    #[test]
    fn an_identifier_has_one_spelling() {
        let text = id(1_795_169_813_123).to_string();
        assert!(text.parse::<SegmentId>().is_ok());
        for wrong in [text.to_uppercase(), text.replace('-', ""), format!("{{{text}}}"), text + "0"]
        {
            assert_eq!(wrong.parse::<SegmentId>(), Err(ParseSegmentIdError), "{wrong}");
        }
        let random = "0190163d-8694-4d7e-9c3a-b3b0a1d2e3f4";
        assert_eq!(random.parse::<SegmentId>(), Err(ParseSegmentIdError));
    }

    #[test]
    fn a_head_has_one_spelling() {
        let head = Head { seq: 42, chain: Digest::of(b"x") };
        let bytes = head.write();
        assert_eq!(Head::read(&bytes), Some(head));
        assert_eq!(Head::read(&bytes[..85]), None);
        assert_eq!(Head::read(&[]), None);
        let mut plus = bytes;
        plus[0] = b'+';
        assert_eq!(Head::read(&plus), None);
        let largest = Head { seq: u64::MAX, chain: Digest::of(b"x") };
        assert_eq!(Head::read(&largest.write()), Some(largest));
    }
}

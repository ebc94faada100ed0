//! The bounded store of fingerprints: buckets of eight slots, and a filter in front of them.
//!
//! A full bucket gives up a public fingerprint, else its oldest one, and says so. A slot holds no
//! text: parts of two keyed hashes, the length, and what is known about it.

use super::{
    hash::Anchor,
    kept::{NotASketch, Reader},
};

/// Slots of a bucket.
const WAYS: usize = 8;
/// Buckets.
const BUCKETS: usize = 3072;
/// Words of the filter, of 64 bits each.
const FILTER: usize = 4096;
/// How many stored fingerprints are of one age.
const PER_AGE: u64 = 512;
/// After this many are given up, the filter is made anew.
const STALE: u64 = 8192;
/// Nobody stores so many.
const MOST_STORED: u64 = 1 << 48;

/// What the table takes, in bytes.
pub(super) const SIZE: usize = (BUCKETS * WAYS + FILTER) * 8;

/// So many symbols of a long word are known: those that it begins with.
pub(super) const WORD: u8 = 8;

/// What a fingerprint is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A piece of running text.
    Piece,
    /// A piece of running text that is made of common words.
    Common,
    /// A whole value, found by how it begins.
    Begins,
    /// A whole value, found by how it ends.
    Ends,
    /// A long word of a text's own, found by how it begins.
    Word,
}

/// What is known about a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// Of how many symbols.
    pub(super) length: u8,
    /// It is no secret.
    pub(super) public: bool,
    /// The number of its label.
    pub(super) label: u8,
}

/// The fingerprints.
pub(super) struct Table {
    slots: Vec<u64>,
    filter: Vec<u64>,
    stored: u64,
    held: usize,
    given_up: u64,
    stale: u64,
}

// A slot, from the top: tag 14, check 26, age 8, label 6, length 6, kind 2, public 1, used 1.
const TAG: u32 = 50;
const CHECK: u32 = 24;
const AGE: u32 = 16;
const LABEL: u32 = 10;
const LENGTH: u32 = 4;
const KIND: u32 = 2;
const PUBLIC: u64 = 2;
const USED: u64 = 1;
/// What makes two slots the same fingerprint.
const IDENTITY: u64 = !0 << CHECK | 0x3f << LENGTH | 0b11 << KIND;

impl Table {
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new(), filter: Vec::new(), stored: 0, held: 0, given_up: 0, stale: 0 }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// How many fingerprints there are.
    pub(super) const fn held(&self) -> usize {
        self.held
    }

    /// How many fingerprints had to go for others.
    pub(super) const fn given_up(&self) -> u64 {
        self.given_up
    }

    pub(super) const fn bytes(&self) -> usize {
        (self.slots.capacity() + self.filter.capacity()) * 8
    }

    /// Whether there may be a fingerprint with this anchor.
    #[inline]
    pub(super) fn may_hold(&self, anchor: Anchor) -> bool {
        let (word, mask) = bits(anchor.top(), anchor.tag());
        self.filter.get(word).is_some_and(|word| word & mask == mask)
    }

    /// The fingerprints with this anchor whose check is right. `window` gives the hash of what
    /// stands there.
    pub(super) fn look(
        &self,
        anchor: Anchor,
        mut hash: impl FnMut(Entry) -> Option<u64>,
        mut found: impl FnMut(Entry),
    ) {
        let start = bucket(anchor) * WAYS;
        for slot in self.slots.get(start..start + WAYS).unwrap_or_default() {
            if slot >> TAG == anchor.tag() && slot & USED == USED {
                let entry = entry(*slot);
                if hash(entry).is_some_and(|hash| check(hash) == slot >> CHECK & 0x3ff_ffff) {
                    found(entry);
                }
            }
        }
    }

    /// Stores a fingerprint, unless it is there already or known to be public.
    pub(super) fn store(&mut self, anchor: Anchor, hash: u64, entry: Entry) {
        if self.slots.is_empty() {
            self.slots = vec![0; BUCKETS * WAYS];
            self.filter = vec![0; FILTER];
        }
        let slot = pack(anchor, hash, entry, self.stored / PER_AGE);
        let start = bucket(anchor) * WAYS;
        let age = |slot: u64| (self.stored / PER_AGE).wrapping_sub(slot >> AGE) & 0xff;
        let Some(ways) = self.slots.get_mut(start..start + WAYS) else { return };
        if let Some(same) = ways.iter_mut().find(|other| (**other ^ slot) & IDENTITY == 0) {
            // What is public stays so; anything else is as young as when it was seen last.
            if *same & PUBLIC == 0 {
                *same = slot;
            }
            return;
        }
        // Free before public before old.
        let rank = |slot: u64| match (slot & USED, slot & PUBLIC) {
            (0, _) => u64::MAX,
            (_, PUBLIC) => 0x100 + age(slot),
            _ => age(slot),
        };
        let Some(worst) = ways.iter_mut().max_by_key(|slot| rank(**slot)) else { return };
        if *worst & USED == USED {
            // What is public never drives out what is not.
            if entry.public && *worst & PUBLIC == 0 {
                return;
            }
            self.given_up += u64::from(*worst & PUBLIC == 0);
            self.stale += 1;
        } else {
            self.held += 1;
        }
        *worst = slot;
        self.stored += 1;
        self.admit(anchor.top(), anchor.tag());
        if self.stale >= STALE {
            self.renew();
        }
    }

    /// Notes that a fingerprint is no secret.
    pub(super) fn publish(&mut self, anchor: Anchor, mut hash: impl FnMut(Entry) -> Option<u64>) {
        let start = bucket(anchor) * WAYS;
        for slot in self.slots.get_mut(start..start + WAYS).unwrap_or_default() {
            if slot.wrapping_shr(TAG) == anchor.tag() && *slot & USED == USED {
                let known = hash(entry(*slot)).map(check);
                if known == Some(*slot >> CHECK & 0x3ff_ffff) {
                    *slot |= PUBLIC;
                }
            }
        }
    }

    /// The numbers, and each slot that is taken with its place.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.stored.to_le_bytes());
        out.extend_from_slice(&self.given_up.to_le_bytes());
        for bucket in self.slots.chunks(WAYS) {
            let taken = |(way, slot): (usize, &u64)| (slot & USED) << way;
            let taken: u64 = bucket.iter().enumerate().map(taken).sum();
            out.push(u8::try_from(taken).unwrap_or(u8::MAX));
            for slot in bucket.iter().filter(|slot| **slot & USED == USED) {
                out.extend_from_slice(&slot.to_le_bytes());
            }
        }
    }

    /// A table that was never written to has no buckets, and neither has one whose `stored` is 0.
    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, NotASketch> {
        let mut table = Self { stored: from.long()?, given_up: from.long()?, ..Self::new() };
        if table.stored == 0 {
            return if table.given_up == 0 { Ok(table) } else { Err(NotASketch) };
        }
        if table.stored > MOST_STORED || table.given_up > table.stored {
            return Err(NotASketch);
        }
        table.slots = vec![0; BUCKETS * WAYS];
        table.filter = vec![0; FILTER];
        for bucket in table.slots.chunks_mut(WAYS) {
            let taken = from.byte()?;
            for (way, slot) in bucket.iter_mut().enumerate() {
                if taken >> way & 1 == 1 {
                    *slot = from.long()?;
                    if *slot & USED == 0 {
                        return Err(NotASketch);
                    }
                    table.held += 1;
                }
            }
        }
        table.renew();
        Ok(table)
    }

    fn admit(&mut self, top: usize, tag: u64) {
        let (word, mask) = bits(top, tag);
        if let Some(word) = self.filter.get_mut(word) {
            *word |= mask;
        }
    }

    /// Lets the filter forget what is no longer there.
    fn renew(&mut self) {
        self.stale = 0;
        self.filter.fill(0);
        for at in 0..self.slots.len() {
            let slot = self.slots.get(at).copied().unwrap_or(0);
            if slot & USED == USED {
                // The tag begins with the low bits of what chose the bucket: only one fits.
                let low = usize::try_from(slot >> (TAG + 7)).unwrap_or(0);
                let from = (at / WAYS * (1 << 18)).div_ceil(BUCKETS);
                let ahead = low.wrapping_sub(from) & 0x7f;
                self.admit(from + ahead, slot >> TAG);
            }
        }
    }
}

/// The word of the filter, and the two bits in it, that a fingerprint sets.
#[inline]
const fn bits(top: usize, tag: u64) -> (usize, u64) {
    (top >> 6, 1 << (top & 63) | 1 << (tag & 63))
}

fn bucket(anchor: Anchor) -> usize {
    (anchor.top() * BUCKETS) >> 18
}

fn check(hash: u64) -> u64 {
    hash >> 38
}

fn pack(anchor: Anchor, hash: u64, entry: Entry, age: u64) -> u64 {
    // A word is told from how a value begins by its length, of which no value is.
    let (kind, length) = match entry.kind {
        Kind::Piece => (0, entry.length),
        Kind::Common => (1, entry.length),
        Kind::Begins => (2, entry.length),
        Kind::Word => (2, 0),
        Kind::Ends => (3, entry.length),
    };
    (anchor.tag() << TAG)
        | (check(hash) << CHECK)
        | ((age & 0xff) << AGE)
        | ((u64::from(entry.label) & 0x3f) << LABEL)
        | ((u64::from(length) & 0x3f) << LENGTH)
        | (kind << KIND)
        | (u64::from(entry.public) << 1)
        | USED
}

fn entry(slot: u64) -> Entry {
    let part = |shift: u32| u8::try_from(slot >> shift & 0x3f).unwrap_or(0);
    let (kind, length) = match (slot >> KIND & 0b11, part(LENGTH)) {
        (0, length) => (Kind::Piece, length),
        (1, length) => (Kind::Common, length),
        (2, 0) => (Kind::Word, WORD),
        (2, length) => (Kind::Begins, length),
        (_, length) => (Kind::Ends, length),
    };
    Entry { kind, length, public: slot & PUBLIC != 0, label: part(LABEL) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::hash::Key;

    fn piece(number: u64) -> (Anchor, u64) {
        let key = Key::new([7; 16]);
        let bytes = number.to_le_bytes();
        (key.anchor(number), key.window(&bytes))
    }

    fn stored(table: &Table, number: u64) -> Vec<Entry> {
        let (anchor, hash) = piece(number);
        let mut found = Vec::new();
        if table.may_hold(anchor) {
            table.look(anchor, |_| Some(hash), |entry| found.push(entry));
        }
        found
    }

    const ENTRY: Entry = Entry { kind: Kind::Ends, length: 43, public: false, label: 61 };

    #[test]
    fn what_is_stored_is_found_as_it_was() {
        let mut table = Table::new();
        for number in 0..5_000 {
            let (anchor, hash) = piece(number);
            table.store(anchor, hash, ENTRY);
        }
        assert_eq!((table.held(), table.given_up()), (5_000, 0));
        assert!((0..5_000).all(|number| stored(&table, number) == [ENTRY]));
        assert!((5_000..50_000).all(|number| stored(&table, number).is_empty()));
        assert!(table.bytes() <= SIZE);
    }

    #[test]
    fn the_oldest_go_first_and_the_filter_knows_all_that_stay() {
        let mut table = Table::new();
        for number in 0..60_000 {
            let (anchor, hash) = piece(number);
            table.store(anchor, hash, ENTRY);
        }
        assert_eq!(table.held(), BUCKETS * WAYS);
        assert_eq!(table.given_up(), 60_000 - table.held() as u64);
        let young = (50_000..60_000).filter(|number| stored(&table, *number) == [ENTRY]).count();
        assert!(young > 9_900, "{young} of the last 10000 are there");
        table.renew();
        let held = (0..60_000).filter(|number| !stored(&table, *number).is_empty()).count();
        assert_eq!(held, table.held(), "the filter admits all that is there");
    }

    #[test]
    fn what_is_public_stays_so_and_drives_nothing_out() {
        let mut table = Table::new();
        let (anchor, hash) = piece(1);
        table.store(anchor, hash, Entry { public: true, ..ENTRY });
        table.store(anchor, hash, ENTRY);
        assert!(stored(&table, 1).iter().all(|entry| entry.public));
        for number in 2..40_000 {
            let (anchor, hash) = piece(number);
            table.store(anchor, hash, ENTRY);
        }
        let given_up = table.given_up();
        for number in 40_000..80_000 {
            let (anchor, hash) = piece(number);
            table.store(anchor, hash, Entry { public: true, ..ENTRY });
        }
        assert_eq!(table.given_up(), given_up);
        let (anchor, hash) = piece(39_999);
        table.publish(anchor, |_| Some(hash));
        assert!(stored(&table, 39_999).iter().all(|entry| entry.public));
    }
}

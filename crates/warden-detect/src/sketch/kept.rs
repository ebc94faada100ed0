//! A sketch as bytes, so that it can outlive the process.
//!
//! The bytes hold the key, and the last few hundred bytes of what went out by each way: they are a
//! secret, and whoever keeps them seals them.
//!
//! After a mark come the key, the labels, the numbers of the table, its slots that are taken, and
//! the ways. All numbers are little-endian. What follows from these (the filter, how many slots
//! are taken) is worked out again.

use super::{LABELS, Label, Sketch, hash::Key, streams::Streams, table::Table};

/// What the bytes begin with; a later form has another number.
const MARK: &[u8; 8] = b"sketch\x00\x01";

/// These bytes are not a sketch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not a sketch")]
pub struct NotASketch;

/// Bytes that are taken from the front.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], NotASketch> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(NotASketch)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, NotASketch> {
        self.take(1)?.first().copied().ok_or(NotASketch)
    }

    pub(super) fn short(&mut self) -> Result<u16, NotASketch> {
        let bytes = self.take(2)?.try_into().map_err(|_| NotASketch)?;
        Ok(u16::from_le_bytes(bytes))
    }

    pub(super) fn long(&mut self) -> Result<u64, NotASketch> {
        let bytes = self.take(8)?.try_into().map_err(|_| NotASketch)?;
        Ok(u64::from_le_bytes(bytes))
    }
}

/// Adds some bytes with their length, of which there are few.
pub(super) fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    // What ways keep is a few hundred bytes.
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(bytes.get(..usize::from(length)).unwrap_or(bytes));
}

impl Sketch {
    /// The sketch as bytes, never more than [`Self::MOST`]. They are a secret.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MARK.to_vec();
        self.key.write(&mut out);
        out.push(u8::try_from(self.labels.len()).unwrap_or(u8::MAX));
        for label in &self.labels {
            out.extend_from_slice(&label.party.to_le_bytes());
            out.push(label.class);
        }
        self.table.write(&mut out);
        self.streams.write(&mut out);
        out
    }

    /// The sketch that these bytes are of. It answers as that one did.
    ///
    /// # Errors
    /// Bytes that are not a sketch, or one of another form. It is then not known what was seen.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotASketch> {
        if bytes.len() > Self::MOST {
            return Err(NotASketch);
        }
        let mut reader = Reader(bytes);
        if reader.take(MARK.len())? != MARK {
            return Err(NotASketch);
        }
        let key = Key::read(&mut reader)?;
        let count = usize::from(reader.byte()?);
        if count > LABELS {
            return Err(NotASketch);
        }
        let label =
            |reader: &mut Reader<'_>| Ok(Label { party: reader.short()?, class: reader.byte()? });
        let labels = (0..count).map(|_| label(&mut reader)).collect::<Result<_, _>>()?;
        let table = Table::read(&mut reader)?;
        let streams = Streams::read(&mut reader)?;
        if !reader.0.is_empty() {
            return Err(NotASketch);
        }
        Ok(Self { key, table, labels, streams })
    }

    /// Numbers the parties anew, where each process has numbers of its own.
    pub fn renumber(&mut self, party: impl Fn(u16) -> u16) {
        for label in &mut self.labels {
            label.party = party(label.party);
        }
    }

    /// The parties that gave something.
    pub fn parties(&self) -> impl Iterator<Item = u16> {
        self.labels.iter().map(|label| label.party)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::Destination;

    fn text() -> impl Strategy<Value = String> {
        let words = vec("[a-z]{2,9}|[A-Z]{2}[0-9]{8,20}|[0-9]{3,5}", 1..60);
        words.prop_map(|words| words.join(" "))
    }

    #[test]
    fn a_full_sketch_fits() {
        let mut sketch = Sketch::new([7; 16]);
        for number in 0..9_000_u64 {
            let value = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let label = Label { party: u16::try_from(number % 70).unwrap_or(0), class: 2 };
            sketch.remember(&format!("key {value:016x}{number:08x} of customer {value}"), label);
            let way = format!("way {}", number % 40);
            sketch.carried(&format!("{number} {}", "x.".repeat(200)), Destination::Outside, &way);
        }
        let bytes = sketch.to_bytes();
        assert!(bytes.len() <= Sketch::MOST, "{}", bytes.len());
        let again = Sketch::from_bytes(&bytes).expect("it is a sketch");
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!(again.usage().fingerprints, sketch.usage().fingerprints);
        assert_eq!(again.usage().given_up, sketch.usage().given_up);
        assert!(again.usage().bytes <= Sketch::MOST);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_restored_sketch_answers_like_the_original(
            seen in vec((text(), 0..3_u16, any::<bool>()), 0..8),
            sent in vec((text(), 0..3_u16, any::<prop::sample::Index>()), 1..8),
            cut in 0..8_usize,
        ) {
            let mut sketch = Sketch::new([3; 16]);
            for (text, party, public) in &seen {
                if *public {
                    sketch.known_public(text);
                } else {
                    sketch.remember(text, Label { party: *party, class: 2 });
                }
            }
            let mut again = None;
            for (at, (text, party, index)) in sent.iter().enumerate() {
                if at == cut.min(sent.len() - 1) {
                    again = Some(Sketch::from_bytes(&sketch.to_bytes()).expect("it is a sketch"));
                }
                // What was seen, in parts, and what was not.
                let known = seen.get(index.index(seen.len().max(1)));
                let text = known.map_or_else(|| text.clone(), |(seen, ..)| format!("{text} {seen}"));
                let to = Destination::Party(*party);
                let said = sketch.carried(&text, to, "way");
                if let Some(again) = &mut again {
                    prop_assert_eq!(again.carried(&text, to, "way"), said);
                    again.remember(&text, Label { party: 9, class: 1 });
                    sketch.remember(&text, Label { party: 9, class: 1 });
                }
            }
        }

        #[test]
        fn what_is_no_sketch_is_refused(bytes in vec(any::<u8>(), 0..300)) {
            let mut marked = MARK.to_vec();
            marked.extend_from_slice(&bytes);
            for bytes in [bytes, marked] {
                if let Ok(mut sketch) = Sketch::from_bytes(&bytes) {
                    sketch.carried("some text that goes out", Destination::Outside, "way");
                }
            }
        }

        #[test]
        fn a_damaged_sketch_does_not_panic(
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut sketch = Sketch::new([3; 16]);
            sketch.remember("the salary of Ann Miller is 93000 a year", Label { party: 1, class: 2 });
            sketch.carried("nothing of it", Destination::Outside, "way");
            let mut bytes = sketch.to_bytes();
            let short = bytes.get(..cut.index(bytes.len())).unwrap_or_default();
            prop_assert!(Sketch::from_bytes(short).is_err());
            let at = at.index(bytes.len());
            bytes.iter_mut().skip(at).take(1).for_each(|old| *old = byte);
            if let Ok(mut sketch) = Sketch::from_bytes(&bytes) {
                sketch.carried("the salary of Ann Miller is 93000", Destination::Outside, "way");
                sketch.remember("the salary of Ben", Label { party: 2, class: 1 });
                prop_assert!(sketch.usage().bytes <= Sketch::MOST);
            }
        }
    }
}

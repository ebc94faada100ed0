//! DER (ITU-T X.690, section 10) as far as keys need it: definite lengths in their shortest form,
//! nothing after the value, no recursion.
//!
//! A reader that takes two spellings of one key would give one key two names.

/// The bytes are not the DER that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotDer;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;

/// Reads one value after the other.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The content of the next value, which has this tag.
    pub(crate) fn take(&mut self, tag: u8) -> Result<&'a [u8], NotDer> {
        let (&found, rest) = self.0.split_first().ok_or(NotDer)?;
        if found != tag {
            return Err(NotDer);
        }
        let (length, rest) = length(rest)?;
        let (content, rest) = rest.split_at_checked(length).ok_or(NotDer)?;
        self.0 = rest;
        Ok(content)
    }

    /// A reader of the sequence that comes next.
    pub(crate) fn sequence(&mut self) -> Result<Self, NotDer> {
        self.take(SEQUENCE).map(Reader)
    }

    /// Whether the next value has this tag.
    pub(crate) fn is_next(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// A small number that is not negative, in its shortest form.
    pub(crate) fn number(&mut self) -> Result<u32, NotDer> {
        let bytes = self.take(INTEGER)?;
        match bytes {
            [] | [0x80..=0xff, ..] | [0, 0..=0x7f, ..] => return Err(NotDer),
            _ if bytes.len() > 5 => return Err(NotDer),
            _ => {}
        }
        let value = bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        u32::try_from(value).map_err(|_| NotDer)
    }

    /// The bytes of a bit string of whole bytes.
    pub(crate) fn bits(&mut self) -> Result<&'a [u8], NotDer> {
        match self.take(BIT_STRING)? {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(NotDer),
        }
    }

    /// That nothing follows.
    pub(crate) const fn end(self) -> Result<(), NotDer> {
        if self.0.is_empty() { Ok(()) } else { Err(NotDer) }
    }
}

/// A length of at most 16 bits: no key is longer.
fn length(bytes: &[u8]) -> Result<(usize, &[u8]), NotDer> {
    match bytes {
        [short @ 0..=0x7f, rest @ ..] => Ok((usize::from(*short), rest)),
        [0x81, long @ 0x80..=0xff, rest @ ..] => Ok((usize::from(*long), rest)),
        [0x82, high @ 1..=0xff, low, rest @ ..] => {
            Ok((usize::from(u16::from_be_bytes([*high, *low])), rest))
        }
        _ => Err(NotDer),
    }
}

/// Writes one value. The content is shorter than 64 KiB: only keys are written.
pub(crate) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let [.., high, low] = length;
    let mut out = match content.len() {
        0..=0x7f => vec![tag, low],
        0x80..=0xff => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    out.extend_from_slice(&content);
    out
}

/// Writes a number that is not negative.
pub(crate) fn number(value_of: u32) -> Vec<u8> {
    let bytes = value_of.to_be_bytes();
    let zeros = bytes.iter().take(3).take_while(|byte| **byte == 0).count();
    let bytes = bytes.get(zeros..).unwrap_or_default();
    // The first bit is the sign.
    let sign: &[u8] = if bytes.first().is_some_and(|byte| *byte > 0x7f) { &[0] } else { &[] };
    value(INTEGER, &[sign, bytes])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_length_has_one_form() {
        for wrong in [
            &[4, 0x81, 1, 7][..],
            &[4, 0x82, 0, 1, 7],
            &[4, 0x80, 7, 0, 0],
            &[4, 0x83, 0, 0, 1, 7],
            &[4, 2, 7],
            &[4],
            &[],
            &[5, 1, 7],
        ] {
            assert_eq!(Reader::new(wrong).take(OCTET_STRING), Err(NotDer), "{wrong:x?}");
        }
        assert_eq!(Reader::new(&[4, 1, 7]).take(OCTET_STRING), Ok(&[7][..]));
    }

    #[test]
    fn a_number_has_one_form() {
        for wrong in [&[2, 0][..], &[2, 1, 0x80], &[2, 2, 0, 1], &[2, 6, 0, 1, 2, 3, 4, 5]] {
            assert_eq!(Reader::new(wrong).number(), Err(NotDer), "{wrong:x?}");
        }
    }

    #[test]
    fn what_follows_is_noticed() {
        let mut reader = Reader::new(&[5, 0, 0]);
        assert_eq!(reader.take(NULL), Ok(&[][..]));
        assert_eq!(reader.end(), Err(NotDer));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..700), n: u32) {
            let written = [value(OCTET_STRING, &[&bytes]), number(n)].concat();
            let mut reader = Reader::new(&written);
            prop_assert_eq!(reader.take(OCTET_STRING), Ok(&bytes[..]));
            prop_assert_eq!(reader.number(), Ok(n));
            prop_assert_eq!(reader.end(), Ok(()));
        }

        #[test]
        fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut reader = Reader::new(&bytes);
            while reader.sequence().is_ok() || reader.number().is_ok() || reader.bits().is_ok() {}
        }
    }
}

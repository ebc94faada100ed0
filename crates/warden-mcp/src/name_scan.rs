//! Finds the `id` of a message too long to keep, while its bytes go by.
//!
//! Only so that the one who waits for the answer can be told; nothing is decided on it.

use crate::IdKey;

/// The longest piece of text that is kept.
const MOST: usize = 256;

/// A scan over the outermost object of a message that arrives in pieces.
#[derive(Debug, Default)]
pub(crate) struct TopLevel {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The string or scalar at depth 1 that is being read.
    piece: Vec<u8>,
    /// The name before the colon, once the colon was seen.
    name: Option<Vec<u8>>,
    found: Option<Vec<u8>>,
}

impl TopLevel {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.found.is_none() {
            for byte in bytes {
                self.step(*byte);
            }
        }
    }

    /// The identifier, if one stood there.
    pub(crate) fn id(&self) -> Option<IdKey> {
        let raw = std::str::from_utf8(self.found.as_deref()?).ok()?;
        if let Some(text) = crate::frame::string(raw) {
            return Some(IdKey::Text(text.into()));
        }
        raw.parse().ok().map(IdKey::Number)
    }

    fn step(&mut self, byte: u8) {
        if self.in_string {
            self.keep(byte);
            if self.escaped {
                self.escaped = false;
            } else if byte == b'\\' {
                self.escaped = true;
            } else if byte == b'"' {
                self.in_string = false;
            }
            return;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                self.keep(byte);
            }
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.end_of_value();
                self.depth = self.depth.saturating_sub(1);
            }
            b':' if self.depth == 1 => self.name = Some(std::mem::take(&mut self.piece)),
            b',' => self.end_of_value(),
            b' ' | b'\t' | b'\r' => {}
            _ => self.keep(byte),
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.depth == 1 && self.piece.len() < MOST {
            self.piece.push(byte);
        }
    }

    fn end_of_value(&mut self) {
        if self.depth != 1 {
            return;
        }
        let value = std::mem::take(&mut self.piece);
        if self.name.take().as_deref() == Some(b"\"id\"") && self.found.is_none() {
            self.found = Some(value);
        }
    }
}

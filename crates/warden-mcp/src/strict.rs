//! The one pass over untrusted JSON: grammar, depth, duplicate members, escapes.
//!
//! Two parsers that read one text differently are a way around every check, so this accepts only
//! what all of them read alike: RFC 8259 grammar, no byte after the value, no member twice (by
//! its unescaped name), no lone surrogate. It does not recurse: depth is a counter.

use std::{borrow::Cow, collections::HashSet};

use serde_json::Value;

use crate::frame::{FrameError, MOST_DEPTH};

/// Above this many members an object's names go into a hash set.
const FEW: usize = 24;

/// One member of the outermost object: unescaped name and byte range of its value.
pub(crate) type Member<'a> = (Cow<'a, str>, std::ops::Range<usize>);

/// The text is no JSON object, or one that two readers could read differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one JSON object that every reader reads alike")]
pub struct NotAlike;

/// Reads one JSON object of a document that is no message. Nesting is bounded by [`MOST_DEPTH`]; how
/// long it may be is for the caller to say.
///
/// # Errors
/// See [`NotAlike`].
pub fn read_object(bytes: &[u8]) -> Result<Value, NotAlike> {
    let text = std::str::from_utf8(bytes).map_err(|_| NotAlike)?;
    check(text, MOST_DEPTH).map_err(|_| NotAlike)?;
    // A number that is too large is still one by the grammar.
    serde_json::from_str(text).map_err(|_| NotAlike)
}

/// Checks `text`, which must be one JSON object, and returns its members.
pub(crate) fn check(text: &str, most_depth: usize) -> Result<Vec<Member<'_>>, FrameError> {
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        at: 0,
        most_depth,
        open: Vec::new(),
        names: Vec::new(),
        sets: Vec::new(),
    };
    scan.space();
    match scan.peek() {
        Some(b'{') => {}
        Some(b'[') => return Err(FrameError::Batch),
        _ => return Err(FrameError::NotAnObject),
    }
    scan.run()
}

/// What is open at one depth.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// An object, with the number of names in [`Scan::names`] before it.
    Object { base: usize, hashed: bool },
    /// An array.
    Array,
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    most_depth: usize,
    open: Vec<Open>,
    /// Names of all open objects, the innermost last.
    names: Vec<Cow<'a, str>>,
    /// The same names again for the open objects that have many.
    sets: Vec<HashSet<Cow<'a, str>>>,
}

impl<'a> Scan<'a> {
    fn run(mut self) -> Result<Vec<Member<'a>>, FrameError> {
        let mut members: Vec<Member<'a>> = Vec::with_capacity(4);
        let mut start = 0;
        loop {
            // A value begins here.
            if self.open.len() == 1 {
                start = self.at;
            }
            let mut ended = self.value()?;
            // Close what ends with this value, and find where the next value begins.
            loop {
                if ended && self.open.len() == 1 {
                    let name = self.names.last().cloned().ok_or_else(|| self.wrong())?;
                    members.push((name, start..self.at));
                }
                if self.open.is_empty() {
                    self.space();
                    return if self.at == self.bytes.len() {
                        Ok(members)
                    } else {
                        Err(FrameError::Trailing)
                    };
                }
                if self.next_value(ended)? {
                    break;
                }
                ended = true;
            }
        }
    }

    /// Reads a scalar whole and returns `true`, or opens a container and returns `false`.
    fn value(&mut self) -> Result<bool, FrameError> {
        match self.peek() {
            Some(b'{') => self.enter(Open::Object { base: self.names.len(), hashed: false }),
            Some(b'[') => self.enter(Open::Array),
            Some(b'"') => self.string().map(|_| true),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| true),
            _ => Err(self.wrong()),
        }
    }

    fn enter(&mut self, open: Open) -> Result<bool, FrameError> {
        if self.open.len() >= self.most_depth {
            return Err(FrameError::TooDeep);
        }
        self.open.push(open);
        self.at += 1;
        Ok(false)
    }

    /// Moves to the next value of the innermost container and returns `true`, or closes it and
    /// returns `false`. `after` says that a value of it has just ended.
    fn next_value(&mut self, after: bool) -> Result<bool, FrameError> {
        self.space();
        let (closing, object) = match self.open.last() {
            Some(Open::Object { .. }) => (b'}', true),
            Some(Open::Array) => (b']', false),
            None => return Err(self.wrong()),
        };
        match self.peek() {
            Some(byte) if byte == closing => {
                self.at += 1;
                self.leave();
                return Ok(false);
            }
            Some(b',') if after => {
                self.at += 1;
                self.space();
            }
            Some(_) if !after => {}
            _ => return Err(self.wrong()),
        }
        if object {
            self.name()?;
        }
        Ok(true)
    }

    fn leave(&mut self) {
        if let Some(Open::Object { base, hashed }) = self.open.pop() {
            self.names.truncate(base);
            if hashed {
                self.sets.pop();
            }
        }
    }

    /// Reads a member's name and its colon, and refuses a name that the object already has.
    fn name(&mut self) -> Result<(), FrameError> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong());
        }
        let name = self.string()?;
        let Some(Open::Object { base, hashed }) = self.open.last_mut() else {
            return Err(FrameError::Syntax { offset: self.at });
        };
        let own = self.names.get(*base..).unwrap_or_default();
        let twice = if *hashed {
            !self.sets.last_mut().is_some_and(|set| set.insert(name.clone()))
        } else {
            own.contains(&name)
        };
        if twice {
            return Err(FrameError::DuplicateMember { offset: self.at });
        }
        if !*hashed && own.len() >= FEW {
            let mut set: HashSet<_> = own.iter().cloned().collect();
            set.insert(name.clone());
            self.sets.push(set);
            *hashed = true;
        }
        self.names.push(name);
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.wrong());
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    /// Reads a string, borrowed where it has no escapes.
    fn string(&mut self) -> Result<Cow<'a, str>, FrameError> {
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let run = memchr::memchr2(b'"', b'\\', rest).ok_or_else(|| self.cut())?;
            // Every byte is looked at, also after a bad one: that is what wide registers are for.
            let least = rest.iter().take(run).fold(u8::MAX, |least, byte| least.min(*byte));
            if least < 0x20 {
                return Err(self.wrong());
            }
            let plain = self.text.get(self.at..self.at + run).ok_or_else(|| self.wrong())?;
            self.at += run + 1;
            if rest.get(run) == Some(&b'"') {
                return match owned {
                    None => Ok(Cow::Borrowed(
                        self.text.get(start..self.at - 1).ok_or_else(|| self.wrong())?,
                    )),
                    Some(mut text) => {
                        text.push_str(plain);
                        Ok(Cow::Owned(text))
                    }
                };
            }
            let mut text = owned.take().unwrap_or_default();
            text.push_str(plain);
            text.push(self.escape()?);
            owned = Some(text);
        }
    }

    /// Reads what follows a backslash.
    fn escape(&mut self) -> Result<char, FrameError> {
        let byte = self.peek().ok_or_else(|| self.cut())?;
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(self.wrong()),
        })
    }

    fn unicode(&mut self) -> Result<char, FrameError> {
        let first = self.hex4()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or_else(|| self.wrong());
        }
        if self.bytes.get(self.at..self.at + 2) != Some(b"\\u") {
            return Err(self.wrong());
        }
        self.at += 2;
        let second = self.hex4()?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(self.wrong());
        }
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        char::from_u32(code).ok_or_else(|| self.wrong())
    }

    fn hex4(&mut self) -> Result<u32, FrameError> {
        let digits = self.bytes.get(self.at..self.at + 4).ok_or_else(|| self.cut())?;
        let mut code = 0;
        for digit in digits {
            let value = char::from(*digit).to_digit(16).ok_or_else(|| self.wrong())?;
            code = code * 16 + value;
        }
        self.at += 4;
        Ok(code)
    }

    fn number(&mut self) -> Result<(), FrameError> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(self.wrong()),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<(), FrameError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.wrong());
        }
        self.at += count;
        Ok(())
    }

    fn word(&mut self, word: &[u8]) -> Result<bool, FrameError> {
        if self.bytes.get(self.at..self.at + word.len()) != Some(word) {
            return Err(self.wrong());
        }
        self.at += word.len();
        Ok(true)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn wrong(&self) -> FrameError {
        FrameError::Syntax { offset: self.at }
    }

    /// The text ends inside a value.
    fn cut(&self) -> FrameError {
        FrameError::Syntax { offset: self.bytes.len() }
    }
}

#[cfg(test)]
mod tests;

//! The head of an HTTP/1.1 message, read in place. For our own mock and load generator, which
//! must cost less than what they measure; nothing here is meant for strangers.

use memchr::memmem;

/// The longest head that is waited for.
pub const LONGEST_HEAD: usize = 64 * 1024;

/// The first line and the header lines of a message.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    first: &'a str,
    rest: &'a str,
    length: usize,
}

impl<'a> Head<'a> {
    /// Reads a head at the start of `bytes`, or returns `None` if its end is not there yet.
    ///
    /// # Errors
    /// It is too long, or no text.
    pub fn read(bytes: &'a [u8]) -> Result<Option<Self>, BadHead> {
        let Some(end) = memmem::find(bytes, b"\r\n\r\n") else {
            return if bytes.len() > LONGEST_HEAD { Err(BadHead) } else { Ok(None) };
        };
        let text = bytes.get(..end).and_then(|head| str::from_utf8(head).ok()).ok_or(BadHead)?;
        let (first, rest) = text.split_once("\r\n").unwrap_or((text, ""));
        Ok(Some(Self { first, rest, length: end + 4 }))
    }

    /// The words of the first line.
    pub fn words(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.first.split(' ')
    }

    /// How many bytes the head has, with the empty line.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Every header line that is one.
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let lines = self.rest.split("\r\n");
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name, value.trim()))
    }
}

/// A head that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadHead;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let text = b"POST /mcp HTTP/1.1\r\nHost: a:1\r\ncontent-length:  3 \r\n\r\nabc";
        assert!(Head::read(&text[..40]).is_ok_and(|head| head.is_none()));
        let head = Head::read(text).ok().flatten().expect("it is whole");
        assert_eq!(head.words().collect::<Vec<_>>(), ["POST", "/mcp", "HTTP/1.1"]);
        let headers: Vec<_> = head.headers().collect();
        assert_eq!(headers, [("Host", "a:1"), ("content-length", "3")]);
        assert_eq!(&text[head.length()..], b"abc");
    }

    #[test]
    fn a_head_without_end_is_not_waited_for() {
        assert_eq!(Head::read(&vec![b'a'; LONGEST_HEAD + 1]).err(), Some(BadHead));
    }
}

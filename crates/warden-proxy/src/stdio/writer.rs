//! Writing messages as lines, with few system calls and few copies.

use std::{
    borrow::Cow,
    io::{self, Write},
};

/// Messages up to this size are put together before they are written.
const SMALL: usize = 64 * 1024;

/// Writes messages as lines.
pub(super) struct Writer {
    stream: Box<dyn Write + Send>,
    gathered: Vec<u8>,
}

impl Writer {
    pub(super) fn new(stream: Box<dyn Write + Send>) -> Self {
        Self { stream, gathered: Vec::new() }
    }

    /// Writes each message and a newline behind it.
    ///
    /// # Errors
    /// What the stream says.
    pub(super) fn lines(&mut self, messages: &[Cow<'_, [u8]>]) -> io::Result<()> {
        for message in messages {
            if message.len() > SMALL {
                self.flush_gathered()?;
                self.stream.write_all(message)?;
            } else {
                self.gathered.extend_from_slice(message);
            }
            self.gathered.push(b'\n');
            if self.gathered.len() > SMALL {
                self.flush_gathered()?;
            }
        }
        self.flush_gathered()?;
        self.stream.flush()
    }

    fn flush_gathered(&mut self) -> io::Result<()> {
        let written = self.stream.write_all(&self.gathered);
        self.gathered.clear();
        written
    }
}

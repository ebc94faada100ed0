//! Pipes in memory.

use std::{
    io::{self, Read, Write},
    sync::mpsc,
};

/// What the gateway reads from.
pub(super) struct Input {
    from: mpsc::Receiver<Vec<u8>>,
    left: Vec<u8>,
}

/// What it writes to.
pub(super) struct Output {
    to: mpsc::Sender<Vec<u8>>,
    line: Vec<u8>,
}

pub(super) fn input() -> (mpsc::Sender<Vec<u8>>, Input) {
    let (sender, from) = mpsc::channel();
    (sender, Input { from, left: Vec::new() })
}

pub(super) fn output() -> (Output, mpsc::Receiver<Vec<u8>>) {
    let (to, receiver) = mpsc::channel();
    (Output { to, line: Vec::new() }, receiver)
}

impl Read for Input {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left.is_empty() {
            // The other end is gone: so is everything that could come.
            let Ok(mut line) = self.from.recv() else { return Ok(0) };
            line.push(b'\n');
            self.left = line;
        }
        let count = into.len().min(self.left.len());
        into[..count].copy_from_slice(&self.left[..count]);
        self.left.drain(..count);
        Ok(count)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                self.to.send(line).map_err(|_| io::ErrorKind::BrokenPipe)?;
            } else {
                self.line.push(*byte);
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! A tree as bytes, for a worker of the same program.

use std::io::{self, Write};

use warden_model::{SkipReason, Skipped, SourceFile, SourceTree};

/// What a request begins with; another program of another version does not understand it.
const MAGIC: &[u8] = b"mcpwarden-tree-1\n";

const SKIPS: &[SkipReason] = &[
    SkipReason::Dependencies,
    SkipReason::History,
    SkipReason::Tests,
    SkipReason::Built,
    SkipReason::Cache,
    SkipReason::Data,
];

/// What is left of a tree when it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// All of it.
    Files,
    /// Files are let go of one by one, so that a large tree is not in memory twice.
    Nothing,
}

/// Writes a tree without its root: what is found in it does not depend on where it lies.
pub(super) fn write(
    tree: &mut SourceTree,
    threads: usize,
    keep: Keep,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(MAGIC)?;
    number(threads, out)?;
    bytes(tree.name.as_bytes(), out)?;
    number(tree.skipped.len(), out)?;
    for skipped in &tree.skipped {
        bytes(skipped.path.as_bytes(), out)?;
        number(SKIPS.iter().position(|known| *known == skipped.reason).unwrap_or(0), out)?;
        number(skipped.files, out)?;
    }
    number(tree.files.len(), out)?;
    for file in &mut tree.files {
        bytes(file.path.as_bytes(), out)?;
        bytes(&file.bytes, out)?;
        if keep == Keep::Nothing {
            file.bytes = Vec::new();
        }
    }
    Ok(())
}

fn number(number: usize, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&(number as u64).to_be_bytes())
}

fn bytes(bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
    number(bytes.len(), out)?;
    out.write_all(bytes)
}

/// Reads a tree, and how many threads are to work on it. `None` for anything else.
pub(super) fn read(bytes: &[u8]) -> Option<(SourceTree, usize)> {
    let mut rest = Rest(bytes.strip_prefix(MAGIC)?);
    let threads = rest.number()?;
    let mut tree = SourceTree { name: rest.text()?, ..SourceTree::default() };
    for _ in 0..rest.number()? {
        let path = rest.text()?;
        let reason = *SKIPS.get(rest.number()?)?;
        tree.skipped.push(Skipped { path, reason, files: rest.number()? });
    }
    for _ in 0..rest.number()? {
        let path = rest.text()?;
        tree.files.push(SourceFile { path, bytes: rest.bytes()?.to_vec() });
    }
    rest.0.is_empty().then_some((tree, threads))
}

struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn number(&mut self) -> Option<usize> {
        let (number, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        usize::try_from(u64::from_be_bytes(*number)).ok()
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }
}

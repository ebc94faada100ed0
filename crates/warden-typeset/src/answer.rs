//! What goes to and fro between `mcpwarden` and this program.
//!
//! The question is a document as JSON. The answer is one byte, [`DONE`] or [`REFUSED`]. After the
//! first come the files, each behind its length as eight bytes with the largest first; after the
//! second come words that say why there are none.

use crate::{SetError, set_json};

/// The first byte of an answer with files.
pub const DONE: u8 = b'+';

/// The first byte of an answer without.
pub const REFUSED: u8 = b'-';

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One PDF.
    Pdf,
    /// A PNG of each page, with so many pixels in an inch.
    Png(u32),
}

/// The files that are wanted of a document.
///
/// # Errors
/// When it cannot be set, or not be written in this form.
pub fn files(document: &[u8], wanted: Wanted) -> Result<Vec<Vec<u8>>, SetError> {
    let pages = set_json(document)?;
    match wanted {
        Wanted::Pdf => Ok(vec![pages.pdf()?]),
        Wanted::Png(ppi) => pages.png(ppi),
    }
}

/// The answer to a document.
#[must_use]
pub fn answer(document: &[u8], wanted: Wanted) -> Vec<u8> {
    match files(document, wanted) {
        Ok(files) => {
            let mut out = vec![DONE];
            for file in files {
                out.extend((file.len() as u64).to_be_bytes());
                out.extend(file);
            }
            out
        }
        Err(error) => {
            let mut out = vec![REFUSED];
            out.extend(error.to_string().into_bytes());
            out
        }
    }
}

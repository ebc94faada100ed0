//! Puts a program in front of a configured server, and takes it away again, as edits of text.
//!
//! Only the bytes that must change do: comments, order, quoting and line ends of everything else
//! stay. After every edit the result is parsed again and compared with what was there, value by
//! value, so that an edit which would change anything else is refused and not made.

mod check;
mod entry;
mod style;

use thiserror::Error;

use crate::document::{Document, DocumentError, Format, Node};
use check::alike_but_for_the_line;
use entry::{Entry, Spelled};
use style::Style;

/// Why an edit is not made. It never holds any of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EditError {
    /// The file cannot be parsed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The entry is not there.
    #[error("the entry is no longer there")]
    Missing,
    /// The entry, or a part of it, is written elsewhere: a YAML alias or merge.
    #[error("the entry is written elsewhere in the file, by an alias")]
    Shared,
    /// The entry has no command in a shape that can be edited.
    #[error("the command has a shape that is not edited")]
    Shape,
    /// What was put in front does not stand there any more as it was written.
    #[error("the command was changed by hand")]
    Changed,
    /// The edit would change something else, too.
    #[error("the edit would change more than the command")]
    Verify,
}

/// An edited file, and what to remember to undo it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The whole file after the edit.
    pub bytes: Vec<u8>,
    /// What was replaced by what.
    pub slices: Vec<Slice>,
}

/// A piece of text that was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Where in the entry.
    pub place: Place,
    /// What stood there; empty where something was put in.
    pub original: String,
    /// What stands there now.
    pub replacement: String,
}

/// A place in an entry that can be found again after the file around it has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where the command begins.
    Command,
    /// Where the value of the arguments begins.
    Arguments,
    /// Where the first word of the list begins that holds the arguments, or the whole line.
    Words,
}

impl Place {
    /// Every place.
    pub const ALL: &[Self] = &[Self::Command, Self::Arguments, Self::Words];

    /// The lower-case name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Arguments => "arguments",
            Self::Words => "words",
        }
    }
}

/// A replacement at a byte of the file.
struct Change {
    at: usize,
    slice: Slice,
}

/// Makes the entry at `pointer` start `program` with `words`, followed by the command and the
/// arguments that stood there.
///
/// # Errors
/// When the entry cannot be edited without touching anything else.
pub fn put_in_front(
    bytes: &[u8],
    format: Format,
    pointer: &str,
    program: &str,
    words: &[&str],
) -> Result<Edit, EditError> {
    let document = Document::parse(bytes, format)?;
    let entry = Entry::find(&document, pointer)?;
    let before = entry.line()?;
    let changes = Style::new(&document, format).changes(&entry, program, words)?;
    let edited = apply(bytes, &changes)?;
    let mut expected = vec![program.to_owned()];
    expected.extend(words.iter().map(|word| (*word).to_owned()));
    expected.extend(before);
    verify(&document, &edited, (format, pointer), &expected)?;
    Ok(Edit { bytes: edited, slices: changes.into_iter().map(|change| change.slice).collect() })
}

/// The command and the arguments of the entry at `pointer`, as they stand there.
///
/// # Errors
/// When there is no such entry, or it has no command in a shape that can be edited.
pub fn line(bytes: &[u8], format: Format, pointer: &str) -> Result<Vec<String>, EditError> {
    Entry::find(&Document::parse(bytes, format)?, pointer)?.line()
}

/// Undoes [`put_in_front`] in a file that may have changed elsewhere since. Of an entry in a list
/// the neighbours are tried too.
///
/// # Errors
/// When the entry is gone, or what was written there was changed.
pub fn take_away(
    bytes: &[u8],
    format: Format,
    pointer: &str,
    slices: &[Slice],
) -> Result<Vec<u8>, EditError> {
    let document = Document::parse(bytes, format)?;
    let mut outcome = Err(EditError::Missing);
    for pointer in candidates(&document, pointer) {
        match take_away_at(bytes, &document, (format, &pointer), slices) {
            Err(error) if outcome == Err(EditError::Missing) => outcome = Err(error),
            Err(_) => {}
            Ok(edited) => return Ok(edited),
        }
    }
    outcome
}

/// The pointer itself, and then those of the other items of its list.
fn candidates(document: &Document, pointer: &str) -> Vec<String> {
    let mut all = vec![pointer.to_owned()];
    if let Some((list, index)) = pointer.rsplit_once('/')
        && let Some(items) = document.at(list).and_then(Node::items)
    {
        let others = (0..items.len()).map(|other| other.to_string());
        all.extend(others.filter(|other| other != index).map(|other| format!("{list}/{other}")));
    }
    all
}

fn take_away_at(
    bytes: &[u8],
    document: &Document,
    (format, pointer): (Format, &str),
    slices: &[Slice],
) -> Result<Vec<u8>, EditError> {
    let entry = Entry::find(document, pointer)?;
    let mut changes = Vec::with_capacity(slices.len());
    for slice in slices {
        let stands = |at: &usize| {
            let end = at + slice.replacement.len();
            document.source(*at..end) == Some(slice.replacement.as_str())
        };
        let at = entry.places(slice.place).into_iter().flatten().find(stands);
        let at = at.ok_or(EditError::Changed)?;
        let (original, replacement) = (slice.replacement.clone(), slice.original.clone());
        changes.push(Change { at, slice: Slice { place: slice.place, original, replacement } });
    }
    let edited = apply(bytes, &changes)?;
    // What is left must be the end of the line that stood there, and nothing else.
    let after = Document::parse(&edited, format).map_err(|_| EditError::Changed)?;
    let line = Entry::find(&after, pointer).and_then(|entry| entry.line());
    let (line, before) = (line.map_err(|_| EditError::Changed)?, entry.line()?);
    if line.len() >= before.len() || !before.ends_with(&line) {
        return Err(EditError::Changed);
    }
    verify(document, &edited, (format, pointer), &line)?;
    Ok(edited)
}

fn apply(bytes: &[u8], changes: &[Change]) -> Result<Vec<u8>, EditError> {
    let mut edited = Vec::with_capacity(bytes.len() + 256);
    let mut done = 0;
    let mut sorted: Vec<_> = changes.iter().collect();
    sorted.sort_by_key(|change| change.at);
    for Change { at, slice } in sorted {
        edited.extend_from_slice(bytes.get(done..*at).ok_or(EditError::Verify)?);
        edited.extend_from_slice(slice.replacement.as_bytes());
        done = at + slice.original.len();
    }
    edited.extend_from_slice(bytes.get(done..).ok_or(EditError::Verify)?);
    Ok(edited)
}

/// Checks that the edited file differs in nothing but that the entry now has this line.
fn verify(
    before: &Document,
    edited: &[u8],
    (format, pointer): (Format, &str),
    line: &[String],
) -> Result<(), EditError> {
    let after = Document::parse(edited, format).map_err(|_| EditError::Verify)?;
    let (old, new) = (Entry::find(before, pointer)?, Entry::find(&after, pointer)?);
    let alike = alike_but_for_the_line(before.root(), after.root(), (old.node, new.node));
    if alike && new.line().is_ok_and(|new| new == line) { Ok(()) } else { Err(EditError::Verify) }
}

#[cfg(test)]
mod tests;

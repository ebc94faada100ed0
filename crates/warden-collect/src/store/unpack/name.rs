//! Names in archives and trees: relative, one way to read them, on any system.

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::{Fault, UnpackLimits};

/// A path inside a tree: relative, with `/` between its parts, and none of them special.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TreePath(String);

impl TreePath {
    /// Checks the name of an entry. A slash at the end and parts that are `.` say nothing: npm's own
    /// tool has written `package/./dist/index.js`.
    ///
    /// # Errors
    /// Why it is none; [`Fault::Empty`] if it names the root.
    pub(crate) fn parse(raw: &[u8], limits: &UnpackLimits) -> Result<Self, Fault> {
        let text = std::str::from_utf8(raw).map_err(|_| Fault::Encoding)?;
        if text.len() > limits.path {
            return Err(Fault::LongPath);
        }
        if text.chars().any(char::is_control) {
            return Err(Fault::Control);
        }
        if text.starts_with('/') {
            return Err(Fault::Absolute);
        }
        if text.contains('\\') {
            return Err(Fault::Backslash);
        }
        let rest = text.strip_suffix('/').unwrap_or(text);
        let parts: Vec<&str> = rest.split('/').filter(|part| *part != ".").collect();
        if rest.is_empty() || parts.is_empty() {
            return Err(Fault::Empty);
        }
        if let Some([letter, b':', ..]) = parts.first().map(|part| part.as_bytes())
            && letter.is_ascii_alphabetic()
        {
            return Err(Fault::Drive);
        }
        parts.iter().try_for_each(|part| check_part(part))?;
        if parts.len() > limits.depth {
            return Err(Fault::Deep);
        }
        Ok(Self(parts.join("/")))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The path without its outermost folder; nothing if it is that folder.
    pub(super) fn inside(&self) -> Option<Self> {
        self.0.split_once('/').map(|(_, rest)| Self(rest.to_owned()))
    }

    /// The folders around it, from the outermost.
    pub(super) fn parents(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').filter_map(|(at, _)| self.0.get(..at))
    }

    /// The last part.
    pub(super) fn last(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The folder that it lies in; empty for the root.
    pub(super) fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// Longer names cannot be made on common systems.
const LONGEST_PART: usize = 255;

fn check_part(part: &str) -> Result<(), Fault> {
    match part {
        "" => Err(Fault::EmptyPart),
        ".." => Err(Fault::Upwards),
        _ if part.len() > LONGEST_PART => Err(Fault::LongPath),
        _ if part.ends_with(['.', ' ']) => Err(Fault::Ending),
        _ => Ok(()),
    }
}

/// One spelling for all names that some system takes for the same.
pub(super) fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    let small = path.to_lowercase();
    match is_nfc_quick(small.chars()) {
        IsNormalized::Yes => small,
        _ => small.nfc().collect(),
    }
}

//! Paths of files, held against the folders in which they may lie.
//!
//! It is words that are compared: where a link in the file system leads cannot be seen from here.
//! A server that follows links out of its folders has to be kept in by a sandbox.

use super::form::{Forms, forms, normal_forms};

const MOST_PATH: usize = 4096;
/// Names that are devices on Windows, with any ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Folders in which a path may lie.
#[derive(Clone, Debug)]
pub(super) struct Roots {
    roots: Vec<Folder>,
    base: Option<Folder>,
}

/// A folder by its whole path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Folder {
    /// The drive, in lower case, of a folder on Windows.
    drive: Option<char>,
    names: Vec<String>,
}

impl Roots {
    /// Reads the folders of a setting; `home` stands for `~`.
    pub(super) fn read(roots: &[String], base: Option<&str>, home: Option<&str>) -> Option<Self> {
        let folder = |text: &str| {
            let whole = match text.strip_prefix('~') {
                None => text.to_owned(),
                Some(rest) if rest.is_empty() || rest.starts_with('/') => home?.to_owned() + rest,
                Some(_) => return None,
            };
            Folder::read(&whole)
        };
        let roots: Vec<Folder> = roots.iter().map(|root| folder(root)).collect::<Option<_>>()?;
        let base = match base {
            None => None,
            Some(base) => Some(folder(base)?),
        };
        let inside = |base: &Folder| roots.iter().any(|root| root.holds(base));
        if roots.is_empty() || !base.as_ref().is_none_or(inside) {
            return None;
        }
        Some(Self { roots, base })
    }

    /// Whether a path, whatever a reader makes of it, lies in one of the folders.
    pub(super) fn hold(&self, path: &str) -> bool {
        if path.len() > MOST_PATH {
            return false;
        }
        let Forms { all, deeper } = forms(path);
        !deeper && all.iter().all(|form| self.hold_form(form))
    }

    fn hold_form(&self, form: &str) -> bool {
        let Some(form) = without_scheme(form) else { return false };
        if form.is_empty() || form.contains(char::is_control) || expands(form) {
            return false;
        }
        // On one system a backslash parts names, on the other it is part of one.
        let parted = form.replace('\\', "/");
        if form.starts_with('\\') || form.starts_with("//") {
            return false;
        }
        let literal = drive(form).is_some() || self.lies_within(form);
        literal && self.lies_within(&parted)
    }

    fn lies_within(&self, path: &str) -> bool {
        let folder = if path.starts_with('/') || drive(path).is_some() {
            Folder::read(path)
        } else {
            self.base.as_ref().and_then(|base| base.with(path))
        };
        folder.is_some_and(|folder| self.roots.iter().any(|root| root.holds(&folder)))
    }
}

impl Folder {
    /// Reads a path that begins at a root.
    fn read(path: &str) -> Option<Self> {
        let path = path.replace('\\', "/");
        let (drive, rest) = match drive(&path) {
            None => (None, path.as_str()),
            Some((drive, rest)) => (Some(drive), rest),
        };
        // `C:x` begins wherever the process stands on that drive.
        let rest = rest.strip_prefix('/')?;
        Self { drive, names: Vec::new() }.with(rest)
    }

    fn with(&self, path: &str) -> Option<Self> {
        let mut folder = self.clone();
        for name in path.split('/') {
            match name {
                "" | "." => {}
                // Above the root there is nothing; who asks for it has counted on something else.
                ".." => drop(folder.names.pop()?),
                _ => folder.names.push(plain(name, self.drive.is_some())?),
            }
        }
        Some(folder)
    }

    fn holds(&self, other: &Self) -> bool {
        self.drive == other.drive && other.names.starts_with(&self.names)
    }
}

/// A name as it is compared; `None` for one that a system reads in a way of its own.
fn plain(name: &str, windows: bool) -> Option<String> {
    let bare = name.trim_end_matches(['.', ' ']);
    // `.. ` and `...` are the folder above on some systems.
    if bare.is_empty() || name.trim_start().starts_with("..") && bare.trim() == ".." {
        return None;
    }
    // `{a,../b}` is expanded by shells and by what imitates them.
    if name.contains("..") && name.contains(['{', '}', ',']) {
        return None;
    }
    let normal = normal_forms(name).into_iter().nth(1).unwrap_or_else(|| name.to_owned());
    if !windows {
        return Some(normal);
    }
    let stem = bare.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let port = |kind: &str| stem.strip_prefix(kind).is_some_and(|it| it.chars().count() == 1);
    let device = DEVICES.contains(&stem.as_str()) || port("com") || port("lpt");
    // `PROGRA~1` is another name of something; `a:b` is a stream of `a`.
    let short =
        bare.split_once('~').is_some_and(|(_, it)| it.starts_with(|c: char| c.is_ascii_digit()));
    let trimmed = bare.len() != name.len();
    if device || short || trimmed || name.contains([':', '*', '?', '"', '<', '>', '|']) {
        return None;
    }
    Some(normal.to_lowercase())
}

/// The drive of a Windows path and what follows it.
fn drive(path: &str) -> Option<(char, &str)> {
    let mut chars = path.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    let rest = chars.as_str().strip_prefix(':')?;
    Some((letter.to_ascii_lowercase(), rest))
}

/// The path of a `file` URL, or the text itself if it is no URL; `None` for any other URL.
fn without_scheme(text: &str) -> Option<&str> {
    let Some((scheme, rest)) = text.split_once(':') else { return Some(text) };
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let is_scheme = scheme.len() > 1
        && scheme.chars().all(letters)
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    if !is_scheme {
        return Some(text);
    }
    if !scheme.eq_ignore_ascii_case("file") || rest.contains(['?', '#', '\\']) {
        return None;
    }
    let path = match rest.strip_prefix("//") {
        None => rest,
        Some(rest) => {
            let (host, _) = rest.split_once('/')?;
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return None;
            }
            rest.get(host.len()..)?
        }
    };
    // `file:///C:/x` is `C:/x`.
    let bare = path.strip_prefix('/')?;
    Some(if drive(bare).is_some() { bare } else { path })
}

/// Whether something in a path stands for what only the reader knows: a home, a variable.
fn expands(path: &str) -> bool {
    let variable = |(at, _): (usize, &str)| {
        let next = path.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(|c| c.is_alphabetic() || matches!(c, '{' | '(' | '_' | '\''))
    };
    let quoted = |sign: char| {
        let mut parts = path.split(sign).skip(1);
        parts.next().zip(parts.next()).is_some_and(|(name, _)| {
            let word = |c: char| {
                c.is_ascii_alphanumeric() || matches!(c, '_' | '(' | ')' | ':' | '~' | '=' | ',')
            };
            // `%20` and `%C3` are encodings, and are taken off elsewhere.
            let encoded = sign == '%' && name.chars().take(2).all(|c| c.is_ascii_hexdigit());
            !name.is_empty() && !encoded && name.chars().all(word)
        })
    };
    path.starts_with('~')
        || path.match_indices('$').any(variable)
        || quoted('%')
        || quoted('!')
        || path.contains('`')
}

#[cfg(test)]
mod tests;

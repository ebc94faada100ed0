//! The newest list of what is revoked that was believed here, remembered so that an older one in its
//! place is told. A signature does not say that there is no newer one; a number does.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use serde::{Deserialize, Serialize};
use warden_seal::read_strict;

use super::List;
use crate::{Failure, Kind, files, paths::Paths};

/// The longest note.
const MOST: usize = 4096;

/// The newest list that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: u32,
    number: u64,
    digest: String,
}

/// Why a list does not count.
#[derive(Debug)]
pub(crate) enum Unread {
    /// A newer one was believed here already.
    Older(Failure),
    /// It, or what was remembered of it, cannot be read or believed.
    Other(Failure),
}

impl From<Unread> for Failure {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Older(failure) | Unread::Other(failure) => failure,
        }
    }
}

/// Remembers a list as the newest one from its place, before anybody decides by it. Without a file,
/// the place is this machine's own; there no list at all has the number 0.
///
/// # Errors
/// When a newer one, or another one of its number, was here already, or it cannot be remembered.
pub(crate) fn take(list: &List, file: Option<&Path>, paths: &Paths) -> Result<(), Unread> {
    let note = paths.revocations_seen(file);
    let own = paths.revocations();
    let shown = file.unwrap_or(&own).display().to_string();
    let digest = list.digest();
    match judged(list.number, &digest, seen(&note, &shown)?.as_ref(), (&shown, &note))? {
        Known::Yes => return Ok(()),
        Known::No if list.number == 0 && list.entries.is_empty() => return Ok(()),
        Known::No => {}
    }
    let kept = |error: io::Error| {
        let message = format!("cannot remember the newest list in `{}`", note.display());
        Unread::Other(Failure::new(Kind::Config, message).caused_by(error))
    };
    let folder = note.parent().ok_or_else(|| kept(io::ErrorKind::NotFound.into()))?;
    files::private_folder(folder).map_err(kept)?;
    // One at a time: the highest number must not be overtaken by a lower one.
    let lock = File::create(folder.join("lock")).map_err(kept)?;
    lock.lock().map_err(kept)?;
    match judged(list.number, &digest, seen(&note, &shown)?.as_ref(), (&shown, &note))? {
        Known::Yes => Ok(()),
        Known::No => {
            let seen = Seen { version: 1, number: list.number, digest };
            let bytes = serde_json::to_vec(&seen).map_err(|error| kept(error.into()))?;
            files::put(&note, &bytes).map_err(kept)
        }
    }
}

/// Whether a list is the one that is remembered.
enum Known {
    Yes,
    No,
}

fn judged(
    number: u64,
    digest: &str,
    seen: Option<&Seen>,
    (shown, note): (&str, &Path),
) -> Result<Known, Unread> {
    let older = |why: String| {
        let message = format!("the list of what is revoked in `{shown}` was put back");
        Unread::Older(
            Failure::new(Kind::Config, message)
                .caused_by(why)
                .hint("get the newest one from whoever signs it")
                .hint(format!("only if it is the newest, remove `{}`", note.display())),
        )
    };
    match seen {
        Some(seen) if seen.number > number => {
            let before = seen.number;
            Err(older(format!("its number is {number}, and number {before} was here already")))
        }
        Some(seen) if seen.number == number && seen.digest != digest => {
            Err(older(format!("another list with the number {number} was here already")))
        }
        Some(seen) if seen.number == number => Ok(Known::Yes),
        Some(_) | None => Ok(Known::No),
    }
}

/// What is remembered.
fn seen(note: &Path, shown: &str) -> Result<Option<Seen>, Unread> {
    let bad = |error: Box<dyn std::error::Error + Send + Sync>| {
        let message = format!("nobody can tell which list of `{shown}` was the newest");
        Unread::Other(
            Failure::new(Kind::Config, message)
                .caused_by(error)
                .hint(format!("only if it is the newest, remove `{}`", note.display())),
        )
    };
    let bytes = match fs::read(note) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(bad(error.into())),
    };
    let value = read_strict(&bytes, MOST).map_err(|error| bad(error.into()))?;
    let seen: Seen = serde_json::from_value(value).map_err(|error| bad(error.into()))?;
    if seen.version == 1 { Ok(Some(seen)) } else { Err(bad("it is of another version".into())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::revoked::Row;

    fn list(number: u64, reason: &str) -> List {
        let row = Row {
            digest: String::new(),
            kind: "revoked".into(),
            by: String::new(),
            at: warden_policy::Time::default(),
            reason: reason.into(),
        };
        List { version: 1, number, entries: vec![row] }
    }

    #[test]
    fn numbers_only_grow_and_one_number_is_one_list() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::at(home.path().to_owned());
        let none = List { version: 1, ..List::default() };
        let taken =
            |list: &List| take(list, None, &paths).map_err(|why| matches!(why, Unread::Older(_)));
        // A machine that never revoked anything remembers nothing.
        assert_eq!(taken(&none), Ok(()));
        assert!(!paths.revocations_seen(None).exists());
        for number in [1, 1, 3] {
            assert_eq!(taken(&list(number, "a")), Ok(()), "{number}");
        }
        assert_eq!(taken(&list(2, "a")), Err(true));
        assert_eq!(taken(&list(3, "b")), Err(true));
        // Taking the file away is the same as an older one.
        assert_eq!(taken(&none), Err(true));
        // A list from elsewhere is another one.
        let other = Path::new("/elsewhere/list.json");
        assert!(take(&list(1, "c"), Some(other), &paths).is_ok());
        assert!(matches!(take(&none, Some(other), &paths), Err(Unread::Older(_))));
        // What was remembered and cannot be read is not forgotten.
        fs::write(paths.revocations_seen(None), "{}").unwrap();
        assert_eq!(taken(&list(4, "a")), Err(false));
        fs::remove_file(paths.revocations_seen(None)).unwrap();
        assert_eq!(taken(&list(1, "a")), Ok(()));
    }
}

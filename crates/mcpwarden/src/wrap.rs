//! Puts the guard in front of configured servers and takes it away again, so that a file is always
//! either as it was or as it shall be.
//!
//! What is changed is written into a journal before the file is: which pieces of text stood where,
//! and the digests of the file before and after. From it the pieces are swapped back, byte for
//! byte, and after a crash it tells which of its two states a file is in.

mod diff;
mod journal;
mod swap;

use std::path::{Path, PathBuf};

use warden_collect::{
    document::Format,
    edit::{self, EditError},
};
use warden_model::Digest;

use journal::{Entry, Record, State};
pub(crate) use journal::{Journal, JournalError};
pub(crate) use swap::{Step, SwapError};

/// A server that is to start through the guard.
#[derive(Clone, Debug)]
pub(crate) struct Goal {
    /// Its name in the configuration, under which it is approved.
    pub(crate) name: String,
    /// The client that starts it.
    pub(crate) client: String,
    /// RFC 6901 pointer to its entry.
    pub(crate) pointer: String,
    /// The command and the arguments, as they were read.
    pub(crate) line: Vec<String>,
}

/// A file that can be changed.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Where it really lies.
    pub(crate) path: PathBuf,
    /// How people see it.
    pub(crate) shown: String,
}

/// A change of one file, worked out and not yet made.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) target: Target,
    pub(crate) before: Vec<u8>,
    pub(crate) after: Vec<u8>,
    /// The servers that change, with their clients.
    pub(crate) done: Vec<Named>,
    /// The servers that do not, and why.
    pub(crate) refused: Vec<(Named, EditError)>,
    record: Record,
    next: State,
}

/// A server in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) client: String,
}

/// Why a file cannot be changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WrapError {
    #[error("cannot be read")]
    Read(#[source] std::io::Error),
    #[error("leads out of the home directory through a link")]
    Outside,
    #[error("is not a regular file")]
    NotAFile,
    #[error("is larger than a configuration")]
    TooLarge,
    #[error("has a path that is not Unicode")]
    Name,
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Swap(#[from] SwapError),
    #[error("does not come out as it was; it is left as it is")]
    NotRestored,
}

impl Planned {
    /// Whether anything changes.
    pub(crate) fn changes(&self) -> bool {
        !self.done.is_empty()
    }

    /// What changes, for people.
    pub(crate) fn diff(&self) -> String {
        let texts = (self.before.as_slice(), self.after.as_slice());
        diff::unified(&self.target.shown, format_of(&self.target.path), texts)
    }

    /// The same, under the name that people see.
    #[must_use]
    pub(crate) fn shown_as(mut self, shown: &str) -> Self {
        shown.clone_into(&mut self.target.shown);
        self
    }
}

/// Finds out where a file really lies. A link is followed only if it stays inside `home`.
pub(crate) fn target(path: &Path, shown: &str, home: &Path) -> Result<Target, WrapError> {
    let real = path.canonicalize().map_err(WrapError::Read)?;
    let edge = home.canonicalize().map_err(WrapError::Read)?;
    let beside = path.parent().map(Path::canonicalize).transpose().map_err(WrapError::Read)?;
    let own = beside.zip(path.file_name()).map(|(folder, name)| folder.join(name));
    let led_away = path.starts_with(home) || own.is_none_or(|own| own != real);
    if led_away && !real.starts_with(&edge) {
        return Err(WrapError::Outside);
    }
    Ok(Target { path: real, shown: shown.to_owned() })
}

/// Ends what a crash has left unfinished: half-written files go, and the journal says again which
/// state each file is in.
pub(crate) fn tidy(journal: &Journal) -> Result<(), JournalError> {
    for path in journal.files()? {
        let Some(record) = journal.read(&path)?.filter(|record| record.next.is_some()) else {
            continue;
        };
        // A file that cannot be read now keeps its record as it is.
        if let Ok(bytes) = swap::read(&path) {
            swap::remove(record.temporary().as_deref());
            journal.write(&record.settle(Digest::of(&bytes)))?;
        }
    }
    Ok(())
}

/// Works out how to put the guard in front of `goals` in one file.
pub(crate) fn plan_wrap(
    journal: &Journal,
    target: Target,
    goals: &[Goal],
    program: &str,
) -> Result<Planned, WrapError> {
    let before = swap::read(&target.path)?;
    let record = settled(journal, &target.path, &before)?;
    let (mut entries, mut after) = (record.now.entries.clone(), before.clone());
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for goal in goals {
        let named = Named { name: goal.name.clone(), client: goal.client.clone() };
        match guard(&after, format_of(&target.path), goal, program) {
            Ok(edited) => {
                entries.retain(|entry| entry.pointer != goal.pointer);
                entries.push(Entry::new(goal, edited.slices));
                after = edited.bytes;
                done.push(named);
            }
            Err(error) => refused.push((named, error)),
        }
    }
    let next = State { digest: Digest::of(&after), entries };
    Ok(Planned { target, before, after, done, refused, record, next })
}

fn guard(
    bytes: &[u8],
    format: Format,
    goal: &Goal,
    program: &str,
) -> Result<edit::Edit, EditError> {
    // Some shapes mean something else by these members, such as the command inside a container.
    if edit::line(bytes, format, &goal.pointer)? != goal.line {
        return Err(EditError::Shape);
    }
    let joined = format!("--name={}", goal.name);
    // A name that looks like an option has to be tied to its own.
    let words: &[&str] = if goal.name.starts_with('-') {
        &["run", &joined, "--"]
    } else {
        &["run", "--name", &goal.name, "--"]
    };
    edit::put_in_front(bytes, format, &goal.pointer, program, words)
}

/// Works out how to take the guard away from those servers of one file that are `wanted`.
pub(crate) fn plan_unwrap(
    journal: &Journal,
    path: &Path,
    wanted: &dyn Fn(&Named) -> bool,
) -> Result<Planned, WrapError> {
    let before = swap::read(path)?;
    let record = settled(journal, path, &before)?;
    let mut after = before.clone();
    let (mut kept, mut done, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    // The last first, so that an entry that was wrapped twice comes out in order.
    for entry in record.now.entries.iter().rev() {
        let named = Named { name: entry.name.clone(), client: entry.client.clone() };
        if !wanted(&named) {
            kept.push(entry.clone());
            continue;
        }
        match edit::take_away(&after, format_of(path), &entry.pointer, &entry.slices()) {
            Ok(edited) => {
                after = edited;
                done.push(named);
            }
            // Nothing of it is left: the person has taken the whole entry away.
            Err(EditError::Missing) if !entry.stands_in(&before) => done.push(named),
            Err(error) => {
                kept.push(entry.clone());
                refused.push((named, error));
            }
        }
    }
    kept.reverse();
    done.reverse();
    let next = State { digest: Digest::of(&after), entries: kept };
    let untouched = Digest::of(&before) == record.now.digest;
    if untouched && next.entries.is_empty() && record.origin.is_some_and(|it| it != next.digest) {
        return Err(WrapError::NotRestored);
    }
    let target = Target { path: path.to_owned(), shown: path.display().to_string() };
    Ok(Planned { target, before, after, done, refused, record, next })
}

/// What the journal says of a file, in the state that the file is in.
fn settled(journal: &Journal, path: &Path, bytes: &[u8]) -> Result<Record, WrapError> {
    let digest = Digest::of(bytes);
    Ok(match journal.read(path)? {
        Some(record) => record.settle(digest),
        None => Record::new(path.to_str().ok_or(WrapError::Name)?, digest),
    })
}

/// Makes a change that was worked out.
pub(crate) fn make(
    journal: &Journal,
    planned: &Planned,
    at: &dyn Fn(Step),
) -> Result<(), WrapError> {
    let record = planned.record.towards(planned.next.clone());
    Ok(swap::replace(
        journal,
        &record,
        (&planned.target.path, &planned.before, &planned.after),
        at,
    )?)
}

/// How a file is written, by its name.
fn format_of(path: &Path) -> Format {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => Format::Toml,
        Some("yaml" | "yml") => Format::Yaml,
        _ => Format::Jsonc,
    }
}

#[cfg(test)]
mod tests;

//! What was changed in which file, written before it is changed.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use warden_collect::edit::{Place, Slice};
use warden_model::Digest;

use super::Goal;

/// The version of the format.
const VERSION: u32 = 1;

/// The most that a record may have.
const MOST: u64 = 16 << 20;

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    #[error("the journal of changes cannot be read or written")]
    Io(#[from] io::Error),
    #[error("another `mcpwarden` is changing configurations")]
    Busy,
    #[error("the journal of changes is damaged: `{0}`")]
    Damaged(PathBuf),
}

/// The folder of records, held by one process at a time.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    _lock: Option<File>,
}

/// What was changed in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) file: String,
    /// The file as it was before the first change, while it is known.
    pub(crate) origin: Option<Digest>,
    /// The state that the file is in.
    pub(crate) now: State,
    /// The state that it is being brought to, and the name under which that is written first.
    pub(crate) next: Option<(State, String)>,
}

/// A state of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) digest: Digest,
    pub(crate) entries: Vec<Entry>,
}

/// A server that starts through the guard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) client: String,
    pub(crate) pointer: String,
    slices: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece {
    place: String,
    original: String,
    replacement: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    file: String,
    origin: Option<String>,
    now: WrittenState,
    next: Option<WrittenState>,
    temporary: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenState {
    digest: String,
    entries: Vec<Entry>,
}

impl Journal {
    /// Opens the journal to change something. It is made where it does not exist.
    pub(crate) fn open(folder: &Path) -> Result<Self, JournalError> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(folder.join("lock"))?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Err(rustix::io::Errno::WOULDBLOCK) => Err(JournalError::Busy),
            Err(error) => Err(JournalError::Io(error.into())),
            Ok(()) => Ok(Self { folder: folder.to_owned(), _lock: Some(lock) }),
        }
    }

    /// Opens the journal only to look into it.
    pub(crate) fn look(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), _lock: None }
    }

    /// The files that were changed, in order.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>, JournalError> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                files.extend(load(&path)?.map(|record| PathBuf::from(record.file)));
            }
        }
        files.sort();
        Ok(files)
    }

    /// What is known of a file.
    pub(crate) fn read(&self, file: &Path) -> Result<Option<Record>, JournalError> {
        let path = self.place(file);
        let record = load(&path)?;
        match record {
            Some(record) if Path::new(&record.file) != file => Err(JournalError::Damaged(path)),
            record => Ok(record),
        }
    }

    /// Writes down what is known of a file, so that it outlives the loss of power. A file with no
    /// changed entry needs no record.
    pub(crate) fn write(&self, record: &Record) -> Result<(), JournalError> {
        let path = self.place(Path::new(&record.file));
        if record.next.is_none() && record.now.entries.is_empty() {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        } else {
            let text =
                serde_json::to_vec_pretty(&Written::from(record)).map_err(io::Error::other)?;
            let draft = path.with_extension("draft");
            let mut options = OpenOptions::new();
            let mut file =
                options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
        }
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    fn place(&self, file: &Path) -> PathBuf {
        let name = Digest::of(file.as_os_str().as_encoded_bytes()).hex();
        self.folder.join(format!("{}.json", String::from_utf8_lossy(&name)))
    }
}

fn load(path: &Path) -> Result<Option<Record>, JournalError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut text = Vec::new();
    file.take(MOST).read_to_end(&mut text)?;
    let damaged = || JournalError::Damaged(path.to_owned());
    let written: Written = serde_json::from_slice(&text).map_err(|_| damaged())?;
    Record::read(written).map(Some).ok_or_else(damaged)
}

impl Record {
    /// The record of a file that was not changed yet.
    pub(crate) fn new(file: &str, digest: Digest) -> Self {
        let now = State { digest, entries: Vec::new() };
        Self { file: file.to_owned(), origin: Some(digest), now, next: None }
    }

    /// The record of a file that has this digest now.
    ///
    /// A crash leaves a file in one of its two states. A file in neither was changed by somebody
    /// else since; each of its entries may then be as in either state, which shows only when it
    /// is looked for.
    pub(crate) fn settle(self, digest: Digest) -> Self {
        let Self { file, origin, now, next } = self;
        let (entries, origin) = match next {
            Some((next, _)) if next.digest == digest => (next.entries, origin),
            _ if now.digest == digest => (now.entries, origin),
            Some((next, _)) => (merged(now.entries, next.entries), None),
            None => (now.entries, None),
        };
        Self { file, origin, now: State { digest, entries }, next: None }
    }

    /// The record of a file that is being brought to another state.
    pub(crate) fn towards(&self, next: State) -> Self {
        let name = Path::new(&self.file).file_name().unwrap_or_default().to_string_lossy();
        let temporary = format!(".{name}.{}.mcpwarden", uuid::Uuid::now_v7().simple());
        Self { next: Some((next, temporary)), ..self.clone() }
    }

    /// The record once the file has got there.
    pub(crate) fn arrived(&self) -> Self {
        let now = self.next.as_ref().map_or_else(|| self.now.clone(), |(next, _)| next.clone());
        Self { now, next: None, ..self.clone() }
    }

    /// Where the next state is written first, beside the file itself.
    pub(crate) fn temporary(&self) -> Option<PathBuf> {
        let (_, name) = self.next.as_ref()?;
        Some(Path::new(&self.file).parent()?.join(name))
    }

    fn read(written: Written) -> Option<Self> {
        let digest = |text: &str| Digest::from_hex(text.as_bytes()).ok();
        let state = |state: WrittenState| {
            let known = state.entries.iter().all(Entry::is_known);
            known.then_some(State { digest: digest(&state.digest)?, entries: state.entries })
        };
        let next = match (written.next, written.temporary) {
            (Some(next), Some(name)) if is_temporary(&name) => Some((state(next)?, name)),
            (None, None) => None,
            _ => return None,
        };
        let origin = match written.origin {
            Some(origin) => Some(digest(&origin)?),
            None => None,
        };
        let now = state(written.now)?;
        (written.version == VERSION).then_some(Self { file: written.file, origin, now, next })
    }
}

/// Whether a name is one that [`Record::towards`] makes; others are not deleted.
fn is_temporary(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".mcpwarden") && !name.contains('/')
}

fn merged(old: Vec<Entry>, new: Vec<Entry>) -> Vec<Entry> {
    let gone =
        old.into_iter().filter(|entry| new.iter().all(|other| other.pointer != entry.pointer));
    let gone: Vec<_> = gone.collect();
    gone.into_iter().chain(new).collect()
}

impl Entry {
    pub(crate) fn new(goal: &Goal, slices: Vec<Slice>) -> Self {
        let pieces = slices.into_iter().map(|slice| Piece {
            place: slice.place.name().to_owned(),
            original: slice.original,
            replacement: slice.replacement,
        });
        Self {
            name: goal.name.clone(),
            client: goal.client.clone(),
            pointer: goal.pointer.clone(),
            slices: pieces.collect(),
        }
    }

    pub(crate) fn slices(&self) -> Vec<Slice> {
        let slice = |piece: &Piece| {
            let (original, replacement) = (piece.original.clone(), piece.replacement.clone());
            Some(Slice { place: place(&piece.place)?, original, replacement })
        };
        self.slices.iter().filter_map(slice).collect()
    }

    /// Whether anything that was written for this entry stands somewhere in a file.
    pub(crate) fn stands_in(&self, bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        self.slices.iter().any(|piece| text.contains(&piece.replacement))
    }

    fn is_known(&self) -> bool {
        !self.slices.is_empty() && self.slices.iter().all(|piece| place(&piece.place).is_some())
    }
}

fn place(name: &str) -> Option<Place> {
    Place::ALL.iter().copied().find(|place| place.name() == name)
}

impl From<&Record> for Written {
    fn from(record: &Record) -> Self {
        let digest = |digest: &Digest| String::from_utf8_lossy(&digest.hex()).into_owned();
        let state = |state: &State| WrittenState {
            digest: digest(&state.digest),
            entries: state.entries.clone(),
        };
        Self {
            version: VERSION,
            file: record.file.clone(),
            origin: record.origin.as_ref().map(digest),
            now: state(&record.now),
            next: record.next.as_ref().map(|(next, _)| state(next)),
            temporary: record.next.as_ref().map(|(_, name)| name.clone()),
        }
    }
}

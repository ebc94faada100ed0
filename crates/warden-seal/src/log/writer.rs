//! Appending: one writer at a time, and a checkpoint only over what is stored.
//!
//! Every file is written beside its place, stored, and renamed; the folders are stored; then the
//! same happens with the checkpoint. Whatever moment the machine stops at, the last checkpoint is
//! over parts that are there, and what was written after it is written over by the next append.
//! A checkpoint that was signed and is not in its place was shown to nobody.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use warden_model::Digest;

use super::{
    BadCheckpoint, Checkpoint, Folder, LogPolicy, MOST_BUNDLE, MOST_ENTRY, MOST_NOTE, NoteSigner,
    Resource, TileError, Tiles, WIDTH,
    bundle::{append, read_bundle},
    checkpoint::open_checkpoint,
    edge::Edge,
    hash::{EMPTY, HASH, hashes, leaf_hash},
    path::nodes,
    read::{TILE, width},
};
use crate::SignError;

/// Written first under this name, and held locked by whoever writes.
const LOCK: &str = "lock";
const FRESH: &str = "fresh";

/// Why nothing was appended, or a log not opened for it.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another process appends to this log.
    #[error("another process writes to this log")]
    Busy,
    /// The folder has a log already, or none where one was expected.
    #[error("there is a log in this folder already")]
    Exists,
    /// The folder has no log.
    #[error("there is no log in this folder")]
    None,
    /// The checkpoint is not believed.
    #[error(transparent)]
    Checkpoint(#[from] BadCheckpoint),
    /// A part is missing or wrong. Appending to it would sign what is not known.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// The tiles do not lead to the root of the checkpoint.
    #[error("the log is damaged: its tiles do not lead to its checkpoint")]
    Damaged,
    /// An entry is longer than a log can have.
    #[error("entry {0} is longer than {MOST_ENTRY} bytes")]
    Long(usize),
    /// Nothing to append.
    #[error("there is nothing to append")]
    Nothing,
    /// The log is of another origin than the signer's settings say, or the key is not of the log.
    #[error("the key that signs is none of this log")]
    Key,
    /// The checkpoint was not signed.
    #[error("the checkpoint was not signed: {0}")]
    Sign(#[from] SignError),
    /// A write failed. The log has to be opened again, since nobody knows what was stored.
    #[error("the log cannot be written")]
    Io(#[from] io::Error),
    /// An earlier write failed.
    #[error("an earlier append failed: the log has to be opened again")]
    Broken,
}

/// What was appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The place of the first entry; the others follow.
    pub first: u64,
    /// The checkpoint over all entries.
    pub checkpoint: Checkpoint,
    /// The same, signed.
    pub note: Vec<u8>,
}

/// Appends to a log in a folder. While there is one, nobody else can append.
#[derive(Debug)]
pub struct Writer {
    folder: Folder,
    policy: LogPolicy,
    checkpoint: Checkpoint,
    edge: Edge,
    /// The entries of the last bundle, if it is not full.
    bundle: Vec<u8>,
    /// Whether a write has failed.
    broken: bool,
    /// Held locked.
    _lock: File,
}

impl Writer {
    /// Makes an empty log in a folder that is made if it is not there.
    ///
    /// # Errors
    /// There is a log in it, it cannot be written, or the checkpoint is not signed.
    pub fn create(
        path: &Path,
        policy: &LogPolicy,
        signer: &NoteSigner<'_>,
    ) -> Result<Self, AppendError> {
        fs::create_dir_all(path)?;
        let lock = lock(path)?;
        let folder = Folder::new(path);
        if folder.place(Resource::Checkpoint).exists() {
            return Err(AppendError::Exists);
        }
        let checkpoint = Checkpoint {
            origin: policy.origin.clone(),
            size: 0,
            root: EMPTY,
            extensions: Vec::new(),
        };
        let note = signed(&checkpoint, policy, signer)?;
        let mut batch = Batch::new(&folder);
        batch.write(Resource::Checkpoint, &note)?;
        batch.store()?;
        let (edge, bundle, policy) = (Edge::default(), Vec::new(), without_witnesses(policy));
        Ok(Self { folder, policy, checkpoint, edge, bundle, broken: false, _lock: lock })
    }

    /// Opens the log in a folder, and checks that its right edge leads to its checkpoint.
    ///
    /// # Errors
    /// There is none, somebody else writes to it, or it is damaged.
    pub fn open(path: &Path, policy: &LogPolicy) -> Result<Self, AppendError> {
        if !path.is_dir() {
            return Err(AppendError::None);
        }
        let lock = lock(path)?;
        let folder = Folder::new(path);
        // What witnesses say of a checkpoint comes after it, so the writer does not wait for it.
        let policy = without_witnesses(policy);
        let note = folder.read(Resource::Checkpoint, MOST_NOTE)?.ok_or(AppendError::None)?;
        let checkpoint = open_checkpoint(&note, &policy)?.checkpoint;
        let (edge, bundle) = right_edge(&folder, &checkpoint)?;
        Ok(Self { folder, policy, checkpoint, edge, bundle, broken: false, _lock: lock })
    }

    /// The checkpoint over what is stored.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The log that is appended to.
    #[must_use]
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Appends entries and signs one checkpoint over all of them. When it returns, they are
    /// stored.
    ///
    /// # Errors
    /// Nothing was appended, unless storing the checkpoint itself failed; after a failed write the
    /// log has to be opened again.
    pub fn append(
        &mut self,
        entries: &[&[u8]],
        signer: &NoteSigner<'_>,
    ) -> Result<Appended, AppendError> {
        if self.broken {
            return Err(AppendError::Broken);
        }
        if entries.is_empty() {
            return Err(AppendError::Nothing);
        }
        if let Some(long) = entries.iter().position(|entry| entry.len() > MOST_ENTRY) {
            return Err(AppendError::Long(long));
        }
        self.broken = true;
        let (mut edge, mut bundle) = (self.edge.clone(), self.bundle.clone());
        let mut batch = Batch::new(&self.folder);
        let full = batch.entries(entries, &mut edge, &mut bundle)?;
        batch.partial(&edge, &bundle)?;
        batch.store()?;
        let first = self.checkpoint.size;
        let checkpoint =
            Checkpoint { size: edge.size(), root: edge.root(), ..self.checkpoint.clone() };
        let note = match signed(&checkpoint, &self.policy, signer) {
            Ok(note) => note,
            // Nothing but unused files was written.
            Err(error) => {
                self.broken = false;
                return Err(error);
            }
        };
        let mut batch = Batch::new(&self.folder);
        batch.write(Resource::Checkpoint, &note)?;
        batch.store()?;
        self.forget(&full);
        self.checkpoint = checkpoint.clone();
        (self.edge, self.bundle, self.broken) = (edge, bundle, false);
        Ok(Appended { first, checkpoint, note })
    }

    /// Removes the partial parts in whose place there are full ones now.
    fn forget(&self, full: &[Resource]) {
        for part in full {
            let mut place = self.folder.place(*part).into_os_string();
            place.push(".p");
            // Most were never partial. One that stays takes room and says nothing wrong.
            drop(fs::remove_dir_all(place));
        }
    }
}

fn without_witnesses(policy: &LogPolicy) -> LogPolicy {
    LogPolicy { witnesses: Vec::new(), quorum: 0, ..policy.clone() }
}

fn lock(path: &Path) -> Result<File, AppendError> {
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(AppendError::Busy),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Signs a checkpoint, and makes sure that readers will believe it.
fn signed(
    checkpoint: &Checkpoint,
    policy: &LogPolicy,
    signer: &NoteSigner<'_>,
) -> Result<Vec<u8>, AppendError> {
    let note = checkpoint.sign(signer)?;
    match open_checkpoint(&note, &without_witnesses(policy)) {
        Ok(verified) if verified.checkpoint == *checkpoint => Ok(note),
        _ => Err(AppendError::Key),
    }
}

/// Reads what the next entry will be put beside.
fn right_edge(folder: &Folder, checkpoint: &Checkpoint) -> Result<(Edge, Vec<u8>), AppendError> {
    let size = checkpoint.size;
    let part_of = |part: Resource, most: usize| match folder.read(part, most) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(TileError::Missing(part)),
        Err(source) => Err(TileError::Io { part, source }),
    };
    let mut levels = Vec::new();
    for level in 0_u8.. {
        let nodes = nodes(level, size);
        if nodes == 0 {
            break;
        }
        let mut tile = Vec::new();
        if !nodes.is_multiple_of(WIDTH) {
            let part = Resource::tile(level, nodes / WIDTH, size).ok_or(AppendError::Damaged)?;
            let bytes = part_of(part, TILE)?;
            tile.extend(hashes(&bytes));
            if tile.len() * HASH != bytes.len() {
                return Err(TileError::Malformed(part).into());
            }
        }
        levels.push(tile);
    }
    let edge = Edge::of(levels, size).ok_or(AppendError::Damaged)?;
    if edge.root() != checkpoint.root {
        return Err(AppendError::Damaged);
    }
    let Some(last) = edge.levels().next().filter(|last| !last.is_empty()) else {
        return Ok((edge, Vec::new()));
    };
    let part = Resource::entries(size / WIDTH, size).ok_or(AppendError::Damaged)?;
    let bundle = part_of(part, MOST_BUNDLE)?;
    let entries = read_bundle(&bundle, width(part)).map_err(|_| TileError::Malformed(part))?;
    if !entries.iter().map(|entry| leaf_hash(entry)).eq(last.iter().copied()) {
        return Err(TileError::Wrong(part).into());
    }
    Ok((edge, bundle))
}

/// Files that are written, and the folders that have to be stored afterwards.
struct Batch<'a> {
    folder: &'a Folder,
    touched: BTreeSet<PathBuf>,
}

impl<'a> Batch<'a> {
    const fn new(folder: &'a Folder) -> Self {
        Self { folder, touched: BTreeSet::new() }
    }

    /// Adds entries, and writes what becomes full on the way; returns that.
    fn entries(
        &mut self,
        entries: &[&[u8]],
        edge: &mut Edge,
        bundle: &mut Vec<u8>,
    ) -> Result<Vec<Resource>, AppendError> {
        let mut full = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            append(bundle, entry).map_err(|_| AppendError::Long(at))?;
            let mut tiles = Vec::new();
            edge.push(leaf_hash(entry), |level, index, hashes| {
                tiles.push((Resource::Tile { level, index, width: 256 }, bytes(hashes)));
            });
            if let Some((Resource::Tile { index, .. }, _)) = tiles.first() {
                let part = Resource::Entries { index: *index, width: 256 };
                self.write(part, bundle)?;
                bundle.clear();
                full.push(part);
            }
            for (part, tile) in tiles {
                self.write(part, &tile)?;
                full.push(part);
            }
        }
        Ok(full)
    }

    /// Writes what is not full.
    fn partial(&mut self, edge: &Edge, bundle: &[u8]) -> io::Result<()> {
        let size = edge.size();
        if let Some(part @ Resource::Entries { width: 1..256, .. }) =
            Resource::entries(size / WIDTH, size)
        {
            self.write(part, bundle)?;
        }
        for (level, tile) in (0_u8..).zip(edge.levels()) {
            if tile.is_empty() {
                continue;
            }
            if let Some(part) = Resource::tile(level, nodes(level, size) / WIDTH, size) {
                self.write(part, &bytes(tile))?;
            }
        }
        Ok(())
    }

    /// Writes one file whole and stores it.
    fn write(&mut self, part: Resource, bytes: &[u8]) -> io::Result<()> {
        #[cfg(test)]
        tests::stop()?;
        let place = self.folder.place(part);
        if let Some(parent) = place.parent() {
            self.make(parent)?;
        }
        let fresh = self.folder.path().join(FRESH);
        let mut file = File::create(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, &place)
    }

    /// Makes a folder and those above it, down from that of the log.
    fn make(&mut self, folder: &Path) -> io::Result<()> {
        if !self.touched.insert(folder.to_owned()) || folder == self.folder.path() {
            return Ok(());
        }
        if let (false, Some(parent)) = (folder.is_dir(), folder.parent()) {
            self.make(parent)?;
            fs::create_dir(folder)?;
        }
        Ok(())
    }

    /// Stores the names of everything that was written.
    fn store(self) -> io::Result<()> {
        self.touched.iter().try_for_each(|folder| File::open(folder)?.sync_all())
    }
}

fn bytes(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.bytes()).collect()
}

#[cfg(test)]
mod tests;

//! Reading a log: proofs from its tiles, and entries that were proven.

use std::{cell::RefCell, io};

use warden_model::Digest;

use super::{
    Checkpoint, MOST_BUNDLE, Resource, Tiles, WIDTH,
    bundle::read_bundle,
    hash::{HASH, fold, hashes, leaf_hash, node_hash},
    path::nodes,
    proof::{Range, consistency_path, inclusion_path, verify_consistency, verify_inclusion},
};

/// How many tiles are kept: a proof needs some of every level.
const KEPT: usize = 16;

/// The longest tile.
pub(super) const TILE: usize = 256 * HASH;

/// A part of a log that is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub enum TileError {
    /// It cannot be read.
    #[error("`{part}` of the log cannot be read")]
    Io {
        /// The part.
        part: Resource,
        /// Why.
        source: io::Error,
    },
    /// It is not there.
    #[error("`{0}` of the log is missing")]
    Missing(Resource),
    /// It has another length than its size in the tree needs, or is no bundle.
    #[error("`{0}` of the log is malformed")]
    Malformed(Resource),
    /// Its hashes do not lead to the root of the checkpoint.
    #[error("`{0}` of the log, or a tile above it, is not what the checkpoint says")]
    Wrong(Resource),
    /// The tree has no such entry, or no such size before it.
    #[error("the log has no entry {0}")]
    NoEntry(u64),
}

/// Reads a log as far as a checkpoint that was verified reaches.
pub struct Reader<'a, T> {
    tiles: T,
    checkpoint: &'a Checkpoint,
    kept: RefCell<Vec<(Resource, Vec<Digest>)>>,
}

impl<T> std::fmt::Debug for Reader<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("checkpoint", self.checkpoint).finish_non_exhaustive()
    }
}

impl<'a, T: Tiles> Reader<'a, T> {
    /// Reads what this checkpoint is about.
    #[must_use]
    pub const fn new(tiles: T, checkpoint: &'a Checkpoint) -> Self {
        Self { tiles, checkpoint, kept: RefCell::new(Vec::new()) }
    }

    /// The proof that the entry of this place is in the log, from the entry up. It is verified.
    ///
    /// # Errors
    /// The log has no such entry, or a tile is missing or wrong.
    pub fn inclusion(&self, index: u64) -> Result<Vec<Digest>, TileError> {
        let size = self.checkpoint.size;
        if index >= size {
            return Err(TileError::NoEntry(index));
        }
        let leaf = self.leaf(index)?;
        let path = self.hashes_of(inclusion_path(index, size))?;
        verify_inclusion(&leaf, index, size, &self.checkpoint.root, &path)
            .map_err(|_| TileError::Wrong(self.tile_of(index)))?;
        Ok(path)
    }

    /// The proof that the log begins with an earlier one of its checkpoints. It is verified.
    ///
    /// # Errors
    /// The earlier one is longer, a tile is missing or wrong, or the log was rewritten.
    pub fn consistency(&self, old: &Checkpoint) -> Result<Vec<Digest>, TileError> {
        let (size, root) = (self.checkpoint.size, &self.checkpoint.root);
        if old.size > size {
            return Err(TileError::NoEntry(old.size - 1));
        }
        let path = self.hashes_of(consistency_path(old.size, size))?;
        verify_consistency((old.size, &old.root), (size, root), &path)
            .map_err(|_| TileError::Wrong(Resource::Checkpoint))?;
        Ok(path)
    }

    /// The entry of this place. It was proven to be in the log.
    ///
    /// # Errors
    /// See [`Reader::inclusion`].
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, TileError> {
        if index >= self.checkpoint.size {
            return Err(TileError::NoEntry(index));
        }
        let bundle = self.bundle(index / WIDTH)?;
        // The bundle has as many entries as the tree needs.
        let entry = bundle.into_iter().nth((index % WIDTH) as usize);
        entry.ok_or(TileError::NoEntry(index))
    }

    /// The entries of this bundle, which were proven to be in the log: 256 of them, fewer in the
    /// last one. Whoever follows a log reads it in this way.
    ///
    /// # Errors
    /// See [`Reader::inclusion`].
    pub fn bundle(&self, index: u64) -> Result<Vec<Vec<u8>>, TileError> {
        let size = self.checkpoint.size;
        let first = index.saturating_mul(WIDTH);
        let part = Resource::entries(index, size).ok_or(TileError::NoEntry(first))?;
        let (bytes, found) = self.bytes(part, MOST_BUNDLE)?;
        let entries = read_bundle(&bytes, width(found)).map_err(|_| TileError::Malformed(found))?;
        // The proof of one entry is made from all hashes of its tile, so they are proven with it.
        self.inclusion(first)?;
        let leaves = self.read_tile(self.tile_of(first))?;
        let entries = entries.into_iter().take(leaves.len());
        if !entries.clone().map(leaf_hash).eq(leaves) {
            return Err(TileError::Wrong(found));
        }
        Ok(entries.map(<[u8]>::to_vec).collect())
    }

    /// The first place of an entry with this hash, if it is in the log.
    ///
    /// # Errors
    /// A tile is missing or wrong.
    pub fn find(&self, leaf: &Digest) -> Result<Option<u64>, TileError> {
        let size = self.checkpoint.size;
        for tile in 0..size.div_ceil(WIDTH) {
            let part = Resource::tile(0, tile, size).ok_or(TileError::NoEntry(tile * WIDTH))?;
            let found = self.read_tile(part)?;
            if let Some(at) = found.iter().position(|hash| hash == leaf) {
                let index = tile * WIDTH + at as u64;
                return self.inclusion(index).map(|_| Some(index));
            }
        }
        Ok(None)
    }

    fn leaf(&self, index: u64) -> Result<Digest, TileError> {
        self.complete(0, index)
    }

    /// The tile in which the hash of an entry is.
    const fn tile_of(&self, index: u64) -> Resource {
        match Resource::tile(0, index / WIDTH, self.checkpoint.size) {
            Some(part) => part,
            None => Resource::Checkpoint,
        }
    }

    fn hashes_of(&self, path: Vec<Range>) -> Result<Vec<Digest>, TileError> {
        path.into_iter().map(|range| self.hash(range)).collect()
    }

    /// The hash over a part of the tree, put together from complete subtrees.
    fn hash(&self, range: Range) -> Result<Digest, TileError> {
        let mut hash = None;
        let mut end = range.end;
        // From the right: each time the largest complete subtree that ends there. Its size is the
        // lowest bit of where it ends, counted from the start, where larger ones stand.
        while end > range.start {
            let height = (end - range.start).trailing_zeros();
            let start = end - (1 << height);
            let left = self.complete(height, start >> height)?;
            hash = Some(hash.map_or(left, |right| node_hash(&left, &right)));
            end = start;
        }
        hash.ok_or(TileError::NoEntry(range.start))
    }

    /// The hash of a complete subtree of this height, the so-many-th among those.
    fn complete(&self, height: u32, place: u64) -> Result<Digest, TileError> {
        #[expect(clippy::cast_possible_truncation, reason = "no height is above 64")]
        let level = (height / 8) as u8;
        let within = height % 8;
        let first = place << within;
        let missing = TileError::NoEntry(first);
        let size = self.checkpoint.size;
        let part = Resource::tile(level, first / WIDTH, size).ok_or(missing)?;
        debug_assert!(first < nodes(level, size), "a complete subtree lies within the tree");
        let from = (first % WIDTH) as usize;
        let tile = self.read_tile(part)?;
        let inside = tile.get(from..from + (1 << within)).and_then(fold);
        inside.ok_or(TileError::Malformed(part))
    }

    fn read_tile(&self, part: Resource) -> Result<Vec<Digest>, TileError> {
        if let Some((_, tile)) = self.kept.borrow().iter().find(|(kept, _)| *kept == part) {
            return Ok(tile.clone());
        }
        let (bytes, found) = self.bytes(part, TILE)?;
        if bytes.len() != usize::from(width(found)) * HASH {
            return Err(TileError::Malformed(found));
        }
        let tile: Vec<_> = hashes(&bytes).take(usize::from(width(part))).collect();
        let mut kept = self.kept.borrow_mut();
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((part, tile.clone()));
        Ok(tile)
    }

    fn bytes(&self, part: Resource, most: usize) -> Result<(Vec<u8>, Resource), TileError> {
        let found = fetch(&self.tiles, part, most);
        found.map_err(|source| TileError::Io { part, source })?.ok_or(TileError::Missing(part))
    }
}

/// Reads a part, or the whole one if the log has grown since and the partial one is gone.
pub(super) fn fetch(
    tiles: &impl Tiles,
    part: Resource,
    most: usize,
) -> io::Result<Option<(Vec<u8>, Resource)>> {
    for part in std::iter::once(part).chain(part.whole()) {
        if let Some(bytes) = tiles.read(part, most)? {
            return Ok(Some((bytes, part)));
        }
    }
    Ok(None)
}

/// How many hashes or entries a part has.
pub(super) const fn width(part: Resource) -> u16 {
    match part {
        Resource::Checkpoint => 0,
        Resource::Tile { width, .. } | Resource::Entries { width, .. } => width,
    }
}

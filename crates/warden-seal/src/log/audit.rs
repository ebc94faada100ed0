//! Looking at a whole log: every tile and every entry against the checkpoint.

use std::io;

use warden_model::Digest;

use super::{
    Checkpoint, MOST_BUNDLE, Resource, Tiles, WIDTH,
    bundle::read_bundle,
    edge::Edge,
    hash::{EMPTY, HASH, hashes, leaf_hash},
    path::nodes,
    read::{TILE, fetch, width},
};

/// So many faults are told one by one; all of them are counted.
pub const MOST_FAULTS: usize = 1000;

/// Something that is wrong with a log.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A part cannot be read.
    #[error("`{part}` cannot be read: {source}")]
    Unreadable {
        /// The part.
        part: Resource,
        /// Why.
        source: io::Error,
    },
    /// A part is not there.
    #[error("`{0}` is missing")]
    Missing(Resource),
    /// A part has another length than the tree needs, or is no bundle of so many entries.
    #[error("`{0}` is malformed")]
    Malformed(Resource),
    /// A hash in a tile is not that of what is below it.
    #[error("hash {position} of `{part}` is not that of what is below it")]
    Hash {
        /// The tile.
        part: Resource,
        /// Which of its hashes, from 0.
        position: usize,
    },
    /// An entry is not the one that was logged.
    #[error("entry {index} (in `{part}`) is not what was logged")]
    Entry {
        /// Its place.
        index: u64,
        /// The bundle in which it is.
        part: Resource,
    },
    /// Neither the entries nor the hashes lead to the root that was signed.
    #[error("neither the entries nor their hashes lead to the root of the checkpoint")]
    Root,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Audit {
    /// How many entries were looked at.
    pub entries: u64,
    /// How many tiles and bundles were looked at.
    pub parts: u64,
    /// The first [`MOST_FAULTS`] of what is wrong.
    pub faults: Vec<Fault>,
    /// How many faults there are.
    pub count: u64,
}

impl Audit {
    /// Returns whether the log is whole.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.count == 0
    }
}

/// Reads all of a log, in which nothing was removed, and holds it against a checkpoint that was
/// verified.
///
/// There are two ways to the root: over the entries, and over the hashes of entries in the tiles.
/// If the entries lead there, they are what was logged, and any tile that disagrees is wrong. If
/// the hashes do, then the entries that disagree with them are wrong. If neither does, everything
/// that disagrees is told, and [`Fault::Root`] too. Once [`MOST_FAULTS`] parts are missing or
/// malformed it gives up: a checkpoint may speak of more entries than there can be.
#[must_use]
pub fn audit(tiles: &impl Tiles, checkpoint: &Checkpoint) -> Audit {
    let mut look = Look {
        tiles,
        size: checkpoint.size,
        parts: 0,
        whole_entries: true,
        whole_leaves: true,
        by_entries: Way::default(),
        by_leaves: Way::default(),
        broken: Found::default(),
        different: Found::default(),
    };
    for index in 0..checkpoint.size.div_ceil(WIDTH) {
        if look.is_hopeless() {
            break;
        }
        look.bundle(index);
    }
    look.edges();
    look.presence();
    look.settle(&checkpoint.root)
}

/// Faults, of which only the first are kept.
#[derive(Default)]
struct Found {
    faults: Vec<Fault>,
    count: u64,
}

impl Found {
    fn push(&mut self, fault: Fault) {
        self.count += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}

/// One way to the root, and the stored tiles that disagree with it.
#[derive(Default)]
struct Way {
    edge: Edge,
    wrong: Found,
}

struct Look<'a, T> {
    tiles: &'a T,
    size: u64,
    parts: u64,
    /// Whether every entry was there.
    whole_entries: bool,
    /// Whether every hash of an entry was there.
    whole_leaves: bool,
    by_entries: Way,
    by_leaves: Way,
    /// What is wrong whichever way is right.
    broken: Found,
    /// Entries that are not what the hashes in the tiles say.
    different: Found,
}

impl<T: Tiles> Look<'_, T> {
    /// Looks at a bundle and at the hashes of its entries.
    fn bundle(&mut self, index: u64) {
        let (Some(entries), Some(tile)) =
            (Resource::entries(index, self.size), Resource::tile(0, index, self.size))
        else {
            return;
        };
        let by_entries = self.entries(entries);
        let by_leaves = self.hashes(tile);
        if let (Some(found), Some(stored)) = (&by_entries, &by_leaves) {
            for (place, (found, stored)) in (index * WIDTH..).zip(found.iter().zip(stored)) {
                if found != stored {
                    self.different.push(Fault::Entry { index: place, part: entries });
                }
            }
            compare(tile, found, stored, &mut self.by_entries.wrong);
        }
        self.whole_entries &= by_entries.is_some();
        self.whole_leaves &= by_leaves.is_some();
        // Something has to stand in the place of what is missing, so that the rest keeps its own.
        let nothing = || vec![EMPTY; usize::from(width(tile))];
        self.grow(by_entries.unwrap_or_else(nothing), true);
        self.grow(by_leaves.unwrap_or_else(nothing), false);
    }

    /// Lets one way grow, and looks at the tiles above that are full now.
    fn grow(&mut self, leaves: Vec<Digest>, by_entries: bool) {
        let mut full = Vec::new();
        let way = if by_entries { &mut self.by_entries } else { &mut self.by_leaves };
        for leaf in leaves {
            way.edge.push(leaf, |level, index, hashes| {
                if level > 0 {
                    full.push((Resource::Tile { level, index, width: 256 }, hashes.to_vec()));
                }
            });
        }
        for (part, expected) in full {
            self.above(part, &expected, by_entries);
        }
    }

    /// Looks at the tiles on the right edge, which are not full.
    fn edges(&mut self) {
        for by_entries in [true, false] {
            let way = if by_entries { &self.by_entries } else { &self.by_leaves };
            let levels: Vec<_> = way.edge.levels().map(<[Digest]>::to_vec).collect();
            for (level, expected) in (0_u8..).zip(levels).skip(1) {
                let place = nodes(level, self.size) / WIDTH;
                if let (false, Some(part)) =
                    (expected.is_empty(), Resource::tile(level, place, self.size))
                {
                    self.above(part, &expected, by_entries);
                }
            }
        }
    }

    /// Looks at a tile above the hashes of entries. Once a part is missing below, what it should
    /// be is not known.
    fn above(&mut self, part: Resource, expected: &[Digest], by_entries: bool) {
        let known = if by_entries { self.whole_entries } else { self.whole_leaves };
        let way = if by_entries { &mut self.by_entries } else { &mut self.by_leaves };
        // One that cannot be read is told elsewhere.
        let stored = if known { peek(self.tiles, part) } else { None };
        if let Some(stored) = stored {
            compare(part, expected, &stored, &mut way.wrong);
        }
    }

    /// Tells which of the tiles above the hashes of entries are missing or malformed.
    fn presence(&mut self) {
        for level in 1_u8.. {
            let count = nodes(level, self.size);
            if count == 0 {
                return;
            }
            for index in 0..count.div_ceil(WIDTH) {
                if self.is_hopeless() {
                    return;
                }
                let part = Resource::tile(level, index, self.size);
                // Whatever is wrong with it is on the list then.
                part.map(|part| self.hashes(part));
            }
        }
    }

    const fn is_hopeless(&self) -> bool {
        self.broken.count >= MOST_FAULTS as u64
    }

    /// The hashes of the entries in a bundle.
    fn entries(&mut self, part: Resource) -> Option<Vec<Digest>> {
        let (bytes, found) = self.read(part, MOST_BUNDLE)?;
        let Ok(entries) = read_bundle(&bytes, width(found)) else {
            self.broken.push(Fault::Malformed(part));
            return None;
        };
        Some(entries.into_iter().take(usize::from(width(part))).map(leaf_hash).collect())
    }

    fn hashes(&mut self, part: Resource) -> Option<Vec<Digest>> {
        let (bytes, found) = self.read(part, TILE)?;
        let tile = tile(&bytes, part, found);
        if tile.is_none() {
            self.broken.push(Fault::Malformed(part));
        }
        tile
    }

    fn read(&mut self, part: Resource, most: usize) -> Option<(Vec<u8>, Resource)> {
        self.parts += 1;
        match fetch(self.tiles, part, most) {
            Ok(Some(found)) => return Some(found),
            Ok(None) => self.broken.push(Fault::Missing(part)),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                self.broken.push(Fault::Malformed(part));
            }
            Err(source) => self.broken.push(Fault::Unreadable { part, source }),
        }
        None
    }

    fn settle(self, root: &Digest) -> Audit {
        let leads = |way: &Way, whole: bool| whole && way.edge.root() == *root;
        let entries = leads(&self.by_entries, self.whole_entries);
        let leaves = leads(&self.by_leaves, self.whole_leaves);
        let mut all = self.broken;
        let mut add = |found: Found| {
            all.count += found.count - found.faults.len() as u64;
            found.faults.into_iter().for_each(|fault| all.push(fault));
        };
        if entries {
            add(self.by_entries.wrong);
        } else if leaves {
            add(self.different);
            add(self.by_leaves.wrong);
        } else {
            add(Found { faults: vec![Fault::Root], count: 1 });
            add(self.different);
            add(self.by_leaves.wrong);
        }
        Audit { entries: self.size, parts: self.parts, faults: all.faults, count: all.count }
    }
}

fn peek(tiles: &impl Tiles, part: Resource) -> Option<Vec<Digest>> {
    let (bytes, found) = fetch(tiles, part, TILE).ok()??;
    tile(&bytes, part, found)
}

/// The hashes of `part` in the bytes of what was found in its place.
fn tile(bytes: &[u8], part: Resource, found: Resource) -> Option<Vec<Digest>> {
    let fits = bytes.len() == usize::from(width(found)) * HASH;
    fits.then(|| hashes(bytes).take(usize::from(width(part))).collect())
}

fn compare(part: Resource, expected: &[Digest], stored: &[Digest], wrong: &mut Found) {
    for (position, _) in expected.iter().zip(stored).enumerate().filter(|(_, (a, b))| a != b) {
        wrong.push(Fault::Hash { part, position });
    }
}

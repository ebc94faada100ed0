//! The right edge of a tree: all that it takes to let it grow and to know its root.

use warden_model::Digest;

use super::{
    hash::{EMPTY, fold, node_hash},
    path::WIDTH,
};

/// For every level of tiles the hashes of the last one, unless it is full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Edge {
    /// Each shorter than 256.
    levels: Vec<Vec<Digest>>,
    size: u64,
}

impl Edge {
    /// Takes the partial tiles of a tree of this size, from level 0 up; `None` if they are not
    /// as wide as those of this size.
    pub(super) fn of(levels: Vec<Vec<Digest>>, size: u64) -> Option<Self> {
        let mut rest = size;
        for level in &levels {
            if level.len() as u64 != rest % WIDTH {
                return None;
            }
            rest /= WIDTH;
        }
        (rest == 0).then_some(Self { levels, size })
    }

    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the partial tile of each level, from level 0 up; some may be empty.
    pub(super) fn levels(&self) -> impl Iterator<Item = &[Digest]> {
        self.levels.iter().map(Vec::as_slice)
    }

    /// Adds an entry. `full` is told every tile that became full: its level, place and hashes.
    pub(super) fn push(&mut self, leaf: Digest, mut full: impl FnMut(u8, u64, &[Digest])) {
        let mut hash = leaf;
        let mut above = self.size;
        self.size += 1;
        for level in 0_u8.. {
            if self.levels.len() <= usize::from(level) {
                self.levels.push(Vec::new());
            }
            let Some(tile) = self.levels.get_mut(usize::from(level)) else { return };
            tile.push(hash);
            if (tile.len() as u64) < WIDTH {
                return;
            }
            above /= WIDTH;
            full(level, above, tile);
            // A full tile is complete, so it has a root.
            hash = fold(tile).unwrap_or(EMPTY);
            tile.clear();
        }
    }

    /// The root of the tree.
    pub(super) fn root(&self) -> Digest {
        let mut root = None;
        for level in &self.levels {
            let mut rest = level.as_slice();
            // The smallest complete subtree is the last one.
            while !rest.is_empty() {
                let width = 1 << rest.len().trailing_zeros();
                let (left, last) = rest.split_at(rest.len() - width);
                rest = left;
                let last = fold(last).unwrap_or(EMPTY);
                root = Some(root.map_or(last, |right| node_hash(&last, &right)));
            }
        }
        root.unwrap_or(EMPTY)
    }
}

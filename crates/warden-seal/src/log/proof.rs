//! Proofs that an entry is in a tree, and that one tree begins with another (RFC 9162, sections
//! 2.1.3 and 2.1.4).

use warden_model::Digest;

use super::hash::{EMPTY, node_hash, split};

/// The most hashes of a proof: no tree with numbers of 64 bits is higher.
pub const MOST_PROOF: usize = 64;

/// The proof does not show what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not fit")]
pub struct BadProof;

/// A part of a tree: the entries from `start` up to but without `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// The parts whose hashes prove that an entry is in a tree, from the entry up.
pub(super) fn inclusion_path(index: u64, size: u64) -> Vec<Range> {
    let mut path = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(Range { start: middle, end });
            end = middle;
        } else {
            path.push(Range { start, end: middle });
            start = middle;
        }
    }
    path.reverse();
    path
}

/// The parts whose hashes prove that the tree of `new` entries begins with that of `old`; none for
/// the empty tree and for the same one.
pub(super) fn consistency_path(old: u64, new: u64) -> Vec<Range> {
    let mut path = Vec::new();
    if old == 0 || old >= new {
        return path;
    }
    let (mut start, mut end) = (0, new);
    while end > old {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(Range { start: middle, end });
            end = middle;
        } else {
            path.push(Range { start, end: middle });
            start = middle;
        }
    }
    // The reader has the old root; only another left end has to be told.
    if start > 0 {
        path.push(Range { start, end });
    }
    path.reverse();
    path
}

/// Verifies that the entry with this hash has this place in the tree of this size and root.
///
/// # Errors
/// It has not, or the proof does not show it.
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    root: &Digest,
    proof: &[Digest],
) -> Result<(), BadProof> {
    if index >= size || proof.len() > MOST_PROOF {
        return Err(BadProof);
    }
    let (mut place, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(BadProof);
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if last == 0 && hash == *root { Ok(()) } else { Err(BadProof) }
}

/// Verifies that the tree of `new` size and root begins with that of `old` size and root: nothing
/// of the old one was changed or taken away.
///
/// # Errors
/// It does not, or the proof does not show it.
pub fn verify_consistency(
    old: (u64, &Digest),
    new: (u64, &Digest),
    proof: &[Digest],
) -> Result<(), BadProof> {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size > new_size || proof.len() > MOST_PROOF {
        return Err(BadProof);
    }
    if old_size == 0 || old_size == new_size {
        let same = if old_size == 0 { *old_root == EMPTY } else { old_root == new_root };
        let empty_stays = new_size > 0 || *new_root == EMPTY;
        return if same && empty_stays && proof.is_empty() { Ok(()) } else { Err(BadProof) };
    }
    let (mut place, mut last) = (old_size - 1, new_size - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let mut hashes = proof.iter();
    // An old tree that is complete is its own first part.
    let first = if place == 0 { old_root } else { hashes.next().ok_or(BadProof)? };
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in hashes {
        if last == 0 {
            return Err(BadProof);
        }
        if place & 1 == 1 || place == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    let fits = last == 0 && old_hash == *old_root && new_hash == *new_root;
    if fits { Ok(()) } else { Err(BadProof) }
}

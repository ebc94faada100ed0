//! The shortcut for a tree that was verified before: a record of what the system says about every
//! file, made when all of them had been hashed.
//!
//! # What makes it safe
//!
//! A seal holds for each folder, file and link its device, inode, size, permissions, number of
//! names, and the times of its last change of content (`mtime`) and of anything (`ctime`), to the
//! nanosecond. All of them are compared; one that differs, is missing, or cannot be told means that
//! the tree is hashed anew. That is enough because
//!
//! - the system sets `ctime` whenever the content, the permissions, the owner or the names of a
//!   file change, and has no call that sets it to a chosen value. `mtime` alone would not do;
//! - the `ctime` of a folder changes when an entry is made, removed or renamed in it. So the list
//!   of the seal is complete as long as no folder has changed;
//! - a seal is only made when the clock of the file system has gone on since the last change that
//!   it records. Otherwise a change within the same tick of that clock would not show;
//! - everything is looked at before it is hashed and again after: what changed in between gives no
//!   seal.
//!
//! Files in the store belong to us, cannot be written (0444 and 0555) and lie in folders in which
//! nothing can be made (0555), so that no program changes them by accident.
//!
//! # What it does not stop
//!
//! Who runs as the same user can give himself the right to write, which shows, but can also write a
//! seal that fits what he left, or hold a page of a file in memory for writing from before the seal
//! was made. Who is the superuser can set the clock back, write to the disk below the file system,
//! or mount another one. The digest that a certificate names is none of theirs to change:
//! [`Check::Full`](super::Check) hashes everything and never looks at a seal.

use std::{
    fs::{self, File},
    io,
    path::Path,
    time::Duration,
};

use rayon::prelude::*;
use warden_model::Digest;

use super::{Manifest, beside::Beside, place};

/// What a seal begins with; the digest of the tree follows, a line feed, the SHA-256 of the rest in
/// 32 bytes, and then for each path its facts, its length in bytes as 4 little-endian bytes, and
/// itself.
const FIRST: &str = "mcpwarden seal 2 ";

/// How often is looked whether the clock of the file system has gone on.
const TICKS: usize = 64;

/// How long it is waited in between. The clocks of common systems go on every 4 ms.
const TICK: Duration = Duration::from_millis(1);

/// How many files are looked at together.
const CHUNK: usize = 256;

/// What the system says about one file: device, inode, permissions, number of names, owner, size,
/// and the two times with their nanoseconds, the last two those of any change. Ten numbers of 8
/// little-endian bytes.
type Facts = [u8; 80];

/// Looks whether a tree is as it was when its seal was made.
pub(super) fn holds(seal: &Path, tree: &Path, digest: Digest) -> bool {
    let Ok(bytes) = fs::read(seal) else { return false };
    let Some(rest) = bytes.strip_prefix(head(digest).as_bytes()) else { return false };
    let Some((sum, rest)) = rest.split_first_chunk::<32>() else { return false };
    let Some(records) = records(rest) else { return false };
    let Ok(root) = File::open(tree) else { return false };
    // The sum says that the seal is whole, not that it is right: both are looked at, at one time.
    let (whole, same) = rayon::join(
        || Digest::of(rest).bytes() == sum,
        || {
            !records.is_empty()
                && records.par_chunks(CHUNK).all(|chunk| {
                    let mut beside = Beside::new(&root);
                    chunk.iter().all(|(facts, path)| {
                        let now = beside.place(path).and_then(|(at, name)| facts_of(at, name));
                        now.is_ok_and(|(now, _)| now == **facts)
                    })
                })
        },
    );
    whole && same
}

/// Hashes a tree, and makes a seal for it if it is the expected one and nothing changed meanwhile.
///
/// # Errors
/// When the tree has no digest.
pub(super) fn hash(
    tree: &Path,
    seal: &Path,
    expected: Digest,
) -> Result<Manifest, super::TreeError> {
    let before = facts_when_settled(tree, seal);
    let manifest = Manifest::of(tree)?;
    let Some((before, newest)) = before else { return Ok(manifest) };
    let paths = paths(&manifest);
    // A seal is for speed: without one the tree is hashed the next time as well.
    if let Ok((after, last)) = all_facts(tree, &paths)
        && after == before
        && last == newest
        && manifest.digest() == expected
    {
        _ = write(seal, manifest.digest(), &after, &paths);
    }
    Ok(manifest)
}

/// Every path of a tree; the empty one is the root.
fn paths(manifest: &Manifest) -> Vec<String> {
    let inside = manifest.nodes().iter().map(|node| node.path.clone());
    let mut paths: Vec<_> = std::iter::once(String::new()).chain(inside).collect();
    by_folder(&mut paths);
    paths
}

/// The order of a seal: what lies in one folder stands together, so that it is opened once.
fn by_folder(paths: &mut [String]) {
    paths.sort_unstable_by(|one, other| {
        one.rsplit_once('/').cmp(&other.rsplit_once('/')).then_with(|| one.cmp(other))
    });
}

/// What the system says about everything, once its clock has gone on since the last change.
fn facts_when_settled(tree: &Path, seal: &Path) -> Option<(Vec<Facts>, (i64, i64))> {
    let folder = seal.parent()?;
    for _ in 0..TICKS {
        let now = clock(folder).ok()?;
        // The list of names comes from the tree itself here, and from the manifest afterwards:
        // if they are not the same names, the facts differ.
        let paths = names(tree).ok()?;
        let (facts, newest) = all_facts(tree, &paths).ok()?;
        if newest < now {
            return Some((facts, newest));
        }
        std::thread::sleep(TICK);
    }
    None
}

/// The names in a tree, in the order of a seal.
fn names(tree: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in walkdir::WalkDir::new(tree) {
        let entry = entry?;
        let inside = entry.path().strip_prefix(tree).unwrap_or(entry.path());
        names.push(inside.to_str().ok_or(io::ErrorKind::InvalidData)?.to_owned());
    }
    by_folder(&mut names);
    Ok(names)
}

/// The time by the clock of the file system: that of a file that was just made.
fn clock(folder: &Path) -> io::Result<(i64, i64)> {
    let file = tempfile::tempfile_in(folder)?;
    Ok(facts_of(&file, "")?.1)
}

/// What the system says about these, and the last change among them.
fn all_facts(tree: &Path, paths: &[String]) -> io::Result<(Vec<Facts>, (i64, i64))> {
    let root = File::open(tree)?;
    let facts = paths.par_chunks(CHUNK).map(|chunk| {
        let mut beside = Beside::new(&root);
        let facts = chunk.iter().map(|path| {
            let (folder, name) = beside.place(path)?;
            facts_of(folder, name)
        });
        facts.collect::<io::Result<Vec<_>>>()
    });
    let facts = facts.collect::<io::Result<Vec<_>>>()?.concat();
    let newest = facts.iter().map(|(_, changed)| *changed).max().unwrap_or_default();
    Ok((facts.into_iter().map(|(facts, _)| facts).collect(), newest))
}

/// What the system says about one, without following a link, and when it last changed.
#[cfg(unix)]
fn facts_of(root: &File, path: &str) -> io::Result<(Facts, (i64, i64))> {
    use rustix::fs::{AtFlags, fstat, statat};
    let stat =
        if path.is_empty() { fstat(root)? } else { statat(root, path, AtFlags::SYMLINK_NOFOLLOW)? };
    let changed = (stat.st_ctime, stat.st_ctime_nsec.cast_signed());
    let numbers = [
        stat.st_dev,
        stat.st_ino,
        u64::from(stat.st_mode),
        stat.st_nlink,
        u64::from(stat.st_uid),
        stat.st_size.cast_unsigned(),
        stat.st_mtime.cast_unsigned(),
        stat.st_mtime_nsec,
        stat.st_ctime.cast_unsigned(),
        stat.st_ctime_nsec,
    ];
    let mut facts = [0; size_of::<Facts>()];
    for (bytes, number) in facts.as_chunks_mut::<8>().0.iter_mut().zip(numbers) {
        *bytes = number.to_le_bytes();
    }
    Ok((facts, changed))
}

#[cfg(not(unix))]
fn facts_of(_: &File, _: &str) -> io::Result<(Facts, (i64, i64))> {
    Err(io::ErrorKind::Unsupported.into())
}

/// What stands before the records.
fn head(digest: Digest) -> String {
    format!("{FIRST}{digest}\n")
}

/// Reads all records; nothing if they are not whole.
fn records(mut rest: &[u8]) -> Option<Vec<(&Facts, &str)>> {
    let mut records = Vec::with_capacity(rest.len() / (size_of::<Facts>() + 32));
    while !rest.is_empty() {
        let (facts, after) = rest.split_first_chunk()?;
        let (length, after) = after.split_first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (path, after) = after.split_at_checked(length)?;
        records.push((facts, str::from_utf8(path).ok()?));
        rest = after;
    }
    Some(records)
}

fn write(seal: &Path, digest: Digest, facts: &[Facts], paths: &[String]) -> io::Result<()> {
    let mut records = Vec::new();
    for (facts, path) in facts.iter().zip(paths) {
        let length = u32::try_from(path.len()).map_err(io::Error::other)?;
        records.extend_from_slice(facts);
        records.extend_from_slice(&length.to_le_bytes());
        records.extend_from_slice(path.as_bytes());
    }
    let sum = Digest::of(&records);
    place::put(seal, &[head(digest).as_bytes(), sum.bytes(), &records].concat())
}

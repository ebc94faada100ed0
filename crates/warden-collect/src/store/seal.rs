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

use super::{Manifest, place};

/// The first line of a seal.
const FIRST: &str = "mcpwarden seal 1";

/// How often is looked whether the clock of the file system has gone on.
const TICKS: usize = 64;

/// How long it is waited in between. The clocks of common systems go on every 4 ms.
const TICK: Duration = Duration::from_millis(1);

/// How many files are looked at together.
const CHUNK: usize = 256;

/// What the system says about one file: device, inode, permissions, number of names, owner, size,
/// and the two times with their nanoseconds, the last two those of any change.
type Facts = [u64; 10];

/// Looks whether a tree is as it was when its seal was made.
pub(super) fn holds(seal: &Path, tree: &Path, digest: Digest) -> bool {
    let Ok(text) = fs::read_to_string(seal) else { return false };
    let Some((sum, rest)) = text.split_once('\n') else { return false };
    if sum != Digest::of(rest.as_bytes()).to_string() {
        return false;
    }
    let mut lines = rest.split_terminator('\n');
    if lines.next() != Some(FIRST) || lines.next() != Some(digest.to_string().as_str()) {
        return false;
    }
    let lines: Vec<&str> = lines.collect();
    let Ok(root) = File::open(tree) else { return false };
    !lines.is_empty()
        && lines.par_chunks(CHUNK).all(|chunk| {
            let mut beside = Beside { root: &root, folder: None };
            chunk.iter().all(|line| {
                let Some((facts, path)) = line.split_once('\t') else { return false };
                let Some(facts) = parse(facts) else { return false };
                beside.facts_of(path).is_ok_and(|now| now.0 == facts)
            })
        })
}

/// Looks at files that lie beside each other: the folder is opened once, so that the system does
/// not follow the whole path to each of them.
struct Beside<'a> {
    root: &'a File,
    folder: Option<(&'a str, File)>,
}

impl<'a> Beside<'a> {
    fn facts_of(&mut self, path: &'a str) -> io::Result<(Facts, (i64, i64))> {
        let Some((folder, name)) = path.rsplit_once('/') else { return facts_of(self.root, path) };
        let open = match self.folder.take() {
            Some((open, file)) if open == folder => file,
            Some(_) | None => open_folder(self.root, folder)?,
        };
        let (_, open) = self.folder.insert((folder, open));
        facts_of(open, name)
    }
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
    std::iter::once(String::new()).chain(inside).collect()
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

/// The names in a tree, sorted.
fn names(tree: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in walkdir::WalkDir::new(tree) {
        let entry = entry?;
        let inside = entry.path().strip_prefix(tree).unwrap_or(entry.path());
        names.push(inside.to_str().ok_or(io::ErrorKind::InvalidData)?.to_owned());
    }
    names.sort_unstable();
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
    let facts: Vec<(Facts, (i64, i64))> =
        paths.par_iter().map(|path| facts_of(&root, path)).collect::<io::Result<_>>()?;
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
    let facts = [
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
    Ok((facts, changed))
}

/// A folder in which only names are looked at.
#[cfg(unix)]
fn open_folder(root: &File, path: &str) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(root, path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open_folder(_: &File, _: &str) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn facts_of(_: &File, _: &str) -> io::Result<(Facts, (i64, i64))> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Reads the facts of a line.
fn parse(text: &str) -> Option<Facts> {
    let mut facts = Facts::default();
    let mut words = text.split(' ');
    for fact in &mut facts {
        *fact = words.next()?.parse().ok()?;
    }
    words.next().is_none().then_some(facts)
}

fn write(seal: &Path, digest: Digest, facts: &[Facts], paths: &[String]) -> io::Result<()> {
    let mut text = format!("{FIRST}\n{digest}\n");
    for (facts, path) in facts.iter().zip(paths) {
        for fact in facts {
            text.push_str(&fact.to_string());
            text.push(' ');
        }
        text.pop();
        text.push('\t');
        text.push_str(path);
        text.push('\n');
    }
    let text = format!("{}\n{text}", Digest::of(text.as_bytes()));
    place::put(seal, text.as_bytes())
}

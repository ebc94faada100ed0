//! Collects source code: a folder, a package or a single file becomes a tree of files.
//!
//! Nothing is run, unpacked to a disk or parsed. What is code in a form that nobody can analyse,
//! what is too large and what leads out of the tree is told; what is left out on purpose is
//! counted.

mod built;
mod folder;
mod kind;
mod name;
mod packed;
mod pile;
#[cfg(test)]
mod tests;

use std::path::Path;

use warden_model::{SourceFile, SourceTree, Unread, UnreadReason};

use crate::{
    archive,
    machine::{Machine, Progress, World, slashes},
    reader::{self, Refusal},
    sites::unread,
};

use pile::Pile;

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceLimits {
    /// Files.
    pub files: usize,
    /// Bytes of a file that is code.
    pub code: u64,
    /// Bytes of any other file.
    pub text: u64,
    /// Bytes of all of them together.
    pub total: u64,
    /// Folders inside each other.
    pub depth: usize,
    /// Entries of folders that are looked at.
    pub entries: usize,
}

impl Default for SourceLimits {
    fn default() -> Self {
        Self {
            files: 100_000,
            code: 16 << 20,
            text: 2 << 20,
            total: 2 << 30,
            depth: 64,
            entries: 500_000,
        }
    }
}

/// What was collected.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// The source code, if there is any.
    pub tree: Option<SourceTree>,
    /// What should have been read and could not be.
    pub unread: Vec<Unread>,
}

/// Whether a path names a single file of source code.
#[must_use]
pub fn is_source(path: &Path) -> bool {
    path.is_file() && kind::of_path(&slashes(path)) == kind::Kind::Code
}

/// Collects the source code that `target` holds. The machine only tells how paths are shown.
#[must_use]
pub fn collect_source(
    target: &Path,
    machine: &Machine,
    limits: &SourceLimits,
    progress: &dyn Progress,
) -> Collected {
    let shown = shown(target, &World::of(machine));
    let mut pile = Pile::new(*limits);
    if target.is_dir() {
        folder::gather(target, &mut pile, progress);
        return collected(pile, shown, &last_name(target));
    }
    match archive::kind_of(target) {
        Some(kind) => {
            progress.total(1);
            let top = packed::gather(target, kind, &mut pile);
            progress.step();
            let root = format!("{shown}!/{top}").trim_end_matches('/').to_owned();
            collected(pile, root, &last_name(target))
        }
        None if is_source(target) => single(target, shown, limits.code),
        None => Collected::default(),
    }
}

/// How the folder, archive or file is shown; nothing for the folder that one is in.
fn shown(target: &Path, world: &World) -> String {
    let shown = world.shown(target);
    let plain = shown.strip_prefix("./").unwrap_or(&shown);
    if plain == "." { String::new() } else { plain.trim_end_matches('/').to_owned() }
}

fn last_name(target: &Path) -> String {
    let real = target.canonicalize().unwrap_or_else(|_| target.to_owned());
    real.file_name().map_or_else(|| "folder".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A file alone: its folder is the root.
fn single(target: &Path, shown: String, cap: u64) -> Collected {
    let read = reader::check(target, Path::new("/"))
        .and_then(|file| {
            file.ok_or_else(|| Refusal::new(UnreadReason::Io, "there is no such file"))
        })
        .and_then(|file| reader::read(&file, cap));
    match read {
        Err(refusal) => Collected { tree: None, unread: vec![unread(shown, None, refusal)] },
        Ok(bytes) => {
            let (root, path) = match shown.rsplit_once('/') {
                Some((root, path)) => (root.to_owned(), path.to_owned()),
                None => (String::new(), shown),
            };
            let name = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem).to_owned();
            let files = vec![SourceFile { path, bytes }];
            let tree = SourceTree { name, root, files, skipped: Vec::new() };
            Collected { tree: Some(tree), unread: Vec::new() }
        }
    }
}

/// What was put on the pile, as a tree.
fn collected(pile: Pile, root: String, fallback: &str) -> Collected {
    let mut tree = SourceTree { name: String::new(), root, ..SourceTree::default() };
    let (has_code, refusals) = pile.into_tree(&mut tree);
    let unread = refusals
        .into_iter()
        .map(|(path, refusal)| unread(tree.shown(&path), None, refusal))
        .collect();
    tree.name = name::of(&tree).unwrap_or_else(|| name::plain(fallback));
    Collected { tree: has_code.then_some(tree), unread }
}

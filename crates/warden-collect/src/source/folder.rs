//! Walks a folder. Links are not followed: what they lead to inside the tree is read where it
//! lies, or as the link if that is a file, and what lies outside is told.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};
use warden_model::{SkipReason, UnreadReason};

use super::{
    kind::{self, Kind},
    pile::{HEAD, Pile, Wanted},
};
use crate::{
    machine::{Progress, slashes},
    reader::{self, Refusal},
};

/// How many entries of a folder that is left out are counted.
const COUNTED: usize = 20_000;

/// A file that is to be read.
struct Found {
    path: PathBuf,
    inside: String,
    wanted: Wanted,
}

/// Puts everything in the folder on the pile.
pub(super) fn gather(target: &Path, pile: &mut Pile, progress: &dyn Progress) {
    // A link to a folder that somebody names is the folder.
    let Ok(root) = target.canonicalize() else {
        pile.refuse("", Refusal::new(UnreadReason::Io, "the folder cannot be found"));
        return;
    };
    let found = walk(&root, pile);
    progress.total(found.len());
    let read: Vec<(Found, Result<Vec<u8>, Refusal>)> = found
        .into_par_iter()
        .map(|found| {
            let bytes = read(&found);
            progress.step();
            (found, bytes)
        })
        .collect();
    for (found, bytes) in read {
        match bytes {
            Ok(bytes) => pile.add(found.inside, found.wanted, bytes),
            Err(refusal) => pile.refuse(&found.inside, refusal),
        }
    }
    pile.leave_out_built();
}

fn walk(root: &Path, pile: &mut Pile) -> Vec<Found> {
    let mut found = Vec::new();
    let mut entries = 0_usize;
    let mut walk = WalkDir::new(root).max_depth(pile.limits.depth).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        entries += 1;
        if entries > pile.limits.entries {
            let detail = "more entries than are looked at";
            pile.refuse("", Refusal::new(UnreadReason::TooLarge, detail));
            break;
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map(|path| inside(path, root)).unwrap_or_default();
                let refusal = error.io_error().map_or_else(
                    || Refusal::new(UnreadReason::Io, "the folder contains itself"),
                    Refusal::from,
                );
                pile.refuse(&path, refusal);
                continue;
            }
        };
        if entry.depth() == 0 {
            continue;
        }
        let path = inside(entry.path(), root);
        if entry.file_type().is_dir() {
            if let Some(reason) = left_out(&entry) {
                pile.skip(&path, reason, count(entry.path()));
                compiled_alone(&entry, reason, root, pile);
                walk.skip_current_dir();
            } else if entry.depth() == pile.limits.depth {
                pile.refuse(
                    &path,
                    Refusal::new(UnreadReason::TooDeep, "nested deeper than is read"),
                );
            }
        } else {
            found.extend(file(entry, path, root, pile));
        }
    }
    found
}

/// A file that is wanted. A link to one inside the tree counts as one.
fn file(entry: DirEntry, inside: String, root: &Path, pile: &mut Pile) -> Option<Found> {
    let kind = entry.file_type();
    if kind.is_symlink() {
        return link(entry.path(), inside, root, pile);
    }
    if !kind.is_file() {
        // Sockets and pipes hold no code, but something with the name of code should be code.
        if kind::of_path(&inside) == Kind::Code {
            let detail = "it is a socket, pipe or device";
            pile.refuse(&inside, Refusal::new(UnreadReason::NotAFile, detail));
        }
        return None;
    }
    let len = match entry.metadata() {
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    let wanted = pile.want(&inside, len);
    (wanted != Wanted::Nothing).then(|| Found { path: entry.into_path(), inside, wanted })
}

fn link(path: &Path, inside: String, root: &Path, pile: &mut Pile) -> Option<Found> {
    match reader::check(path, root) {
        Ok(None) => None,
        Ok(Some(file)) => {
            let wanted = pile.want(&inside, file.len);
            (wanted != Wanted::Nothing).then_some(Found { path: file.path, inside, wanted })
        }
        // The folder is read where it lies.
        Err(refusal) if refusal.reason == UnreadReason::NotAFile => None,
        Err(refusal) => {
            pile.refuse(&inside, refusal);
            None
        }
    }
}

/// Why a folder is left out on purpose, if it is.
fn left_out(entry: &DirEntry) -> Option<SkipReason> {
    let name = entry.file_name().to_str()?;
    let path = entry.path();
    kind::skipped_folder(name).or_else(|| {
        let dependencies = path.join("pyvenv.cfg").is_file()
            || name == "vendor" && path.join("modules.txt").is_file();
        let built = name == "target" && path.join("CACHEDIR.TAG").is_file();
        match (dependencies, built) {
            (true, _) => Some(SkipReason::Dependencies),
            (false, true) => Some(SkipReason::Cache),
            (false, false) => None,
        }
    })
}

fn count(folder: &Path) -> usize {
    let walk = WalkDir::new(folder).max_depth(64).into_iter().take(COUNTED);
    walk.flatten().filter(|entry| !entry.file_type().is_dir()).count()
}

/// Compiled modules in a cache whose source is gone: they are the code.
fn compiled_alone(cache: &DirEntry, reason: SkipReason, root: &Path, pile: &mut Pile) {
    if reason != SkipReason::Cache || cache.file_name() != "__pycache__" {
        return;
    }
    let Some(sources) = cache.path().parent() else { return };
    for entry in WalkDir::new(cache.path()).max_depth(1).sort_by_file_name().into_iter().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".pyc").and_then(|name| name.split('.').next()) else {
            continue;
        };
        if !sources.join(format!("{stem}.py")).is_file() {
            let detail = "compiled Python without its source, which is not analysed";
            let refusal = Refusal::new(UnreadReason::Opaque, detail);
            pile.refuse(&inside(entry.path(), root), refusal);
        }
    }
}

fn inside(path: &Path, root: &Path) -> String {
    slashes(path.strip_prefix(root).unwrap_or(path))
}

fn read(found: &Found) -> Result<Vec<u8>, Refusal> {
    match found.wanted {
        Wanted::Nothing => Ok(Vec::new()),
        Wanted::Head => reader::head(&found.path, HEAD),
        Wanted::Text(cap) => reader::head(&found.path, cap + 1),
        Wanted::Code(cap) => reader::whole(&found.path, cap),
    }
}

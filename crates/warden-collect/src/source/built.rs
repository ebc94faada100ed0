//! Which files a build wrote from others that are there as well.
//!
//! A repository that keeps what it builds runs that, whatever its sources say. So only what its
//! own `.gitignore` names is left out: that was built here.

use std::collections::{BTreeSet, HashMap};

use warden_model::SourceFile;

/// Folders that builds write to.
const FOLDERS: &[&str] = &["dist", "build", "out", "lib", "esm", "cjs"];

/// Extensions of what JavaScript is built from.
const SOURCES: &[&str] = &["ts", "tsx", "mts", "cts", "jsx"];

/// The paths of files that were built from others.
pub(super) fn built(files: &[SourceFile]) -> BTreeSet<String> {
    let ignored: HashMap<&str, BTreeSet<&str>> =
        files.iter().filter(|file| file.name() == ".gitignore").map(ignores).collect();
    if ignored.is_empty() {
        return BTreeSet::new();
    }
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let is_built = |path: &&str| split(path).is_some_and(|split| stands(&split, &ignored, &paths));
    paths.iter().copied().filter(is_built).map(str::to_owned).collect()
}

/// The folder of a `.gitignore`, and the folders of builds that it names.
fn ignores(file: &SourceFile) -> (&str, BTreeSet<&str>) {
    let text = std::str::from_utf8(&file.bytes).unwrap_or_default();
    let words = text.lines().map(|line| line.trim().trim_matches('/'));
    let words = words.map(|word| word.strip_prefix("**/").unwrap_or(word));
    (file.folder(), words.filter(|word| FOLDERS.contains(word)).collect())
}

/// A path that goes through the folder of a build.
struct Split<'a> {
    before: &'a str,
    folder: &'a str,
    /// Without the extension.
    rest: &'a str,
}

fn split(path: &str) -> Option<Split<'_>> {
    let (stem, extension) = path.rsplit_once('.')?;
    if !["js", "mjs", "cjs"].contains(&extension) {
        return None;
    }
    let mut start = 0;
    for part in stem.split('/') {
        let end = start + part.len();
        if FOLDERS.contains(&part) && end < stem.len() {
            return Some(Split {
                before: stem.get(..start)?.trim_end_matches('/'),
                folder: part,
                rest: stem.get(end + 1..)?,
            });
        }
        start = end + 1;
    }
    None
}

/// Whether the folder is not part of the repository, and the source of this file is there.
fn stands(
    split: &Split<'_>,
    ignored: &HashMap<&str, BTreeSet<&str>>,
    paths: &BTreeSet<&str>,
) -> bool {
    let mut above = Some(split.before);
    let named = std::iter::from_fn(|| {
        let here = above?;
        above = (!here.is_empty()).then(|| here.rsplit_once('/').map_or("", |(up, _)| up));
        Some(here)
    })
    .any(|here| ignored.get(here).is_some_and(|names| names.contains(split.folder)));
    if !named {
        return false;
    }
    let inner = split.rest.split_once('/').map(|(_, inner)| inner);
    std::iter::once(split.rest).chain(inner).any(|rest| {
        ["src/", ""].iter().any(|sources| {
            let slash = if split.before.is_empty() { "" } else { "/" };
            SOURCES.iter().any(|extension| {
                let path = format!("{}{slash}{sources}{rest}.{extension}", split.before);
                paths.contains(path.as_str())
            })
        })
    })
}

//! A folder as it is: copied first, so that what is certified is what was looked at.
//!
//! Everything counts, what is installed in it as well, since that would run. Left out, and told, are
//! the history of version control and what tools can make anew from the rest.

use std::{
    fs::{self, File},
    path::Path,
};

use walkdir::WalkDir;

use super::{FetchError, Fetched, Gap, Job, Kind, Step};
use crate::store::{StoreError, TreePath, set_mode};

/// Folders that are left out, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    (".git", "history"),
    (".hg", "history"),
    (".svn", "history"),
    (".jj", "history"),
    ("__pycache__", "cache"),
    (".mypy_cache", "cache"),
    (".pytest_cache", "cache"),
    (".ruff_cache", "cache"),
    (".tox", "cache"),
    (".nox", "cache"),
    (".turbo", "cache"),
    (".parcel-cache", "cache"),
];

/// Copies a folder into the store.
///
/// # Errors
/// When something in it cannot be read or has no place in a tree.
pub(super) fn fetch(job: &Job<'_>, path: &Path) -> Result<Fetched, FetchError> {
    let io = |error| FetchError::Io { place: path.to_owned(), error };
    let root = path.canonicalize().map_err(io)?;
    if !root.is_dir() {
        return Err(io(std::io::ErrorKind::NotADirectory.into()));
    }
    let work = job.asker.store.work()?;
    let copy = work.path().join("tree");
    fs::create_dir(&copy).map_err(io)?;
    let gaps = copy_all(job, &root, &copy)?;
    let tree = job.asker.store.put_tree(&copy)?;
    let name =
        root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut fetched = Fetched::new(Kind::Folder, &name, tree);
    fetched.gaps = gaps;
    Ok(fetched)
}

fn copy_all(job: &Job<'_>, root: &Path, copy: &Path) -> Result<Vec<Gap>, FetchError> {
    let limits = &job.asker.unpack;
    let mut gaps = Vec::new();
    let (mut entries, mut bytes) = (0_u64, 0_u64);
    let mut walk = WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        job.alive()?;
        let failed = |error| FetchError::Io { place: root.to_owned(), error };
        let entry = entry.map_err(|error| failed(error.into()))?;
        let io = |error| FetchError::Io { place: entry.path().to_owned(), error };
        let inside = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let shown = crate::machine::slashes(inside);
        let name = entry.file_name().to_string_lossy();
        let left_out = LEFT_OUT.iter().find(|(folder, _)| *folder == name);
        if let Some((_, why)) = left_out.filter(|_| entry.file_type().is_dir()) {
            gaps.push(Gap::LeftOut { path: shown, why: (*why).to_owned() });
            walk.skip_current_dir();
            continue;
        }
        // The root of a worktree has a file where others have a folder.
        if name == ".git" && entry.file_type().is_file() {
            gaps.push(Gap::LeftOut { path: shown, why: "history".to_owned() });
            continue;
        }
        entries += 1;
        TreePath::parse(inside.as_os_str().as_encoded_bytes(), limits).map_err(|fault| {
            StoreError::from(crate::store::UnpackError { at: shown.clone(), fault })
        })?;
        let target = copy.join(inside);
        let kind = entry.file_type();
        if kind.is_dir() {
            fs::create_dir(&target).map_err(io)?;
        } else if kind.is_symlink() {
            let leads = fs::read_link(entry.path()).map_err(io)?;
            // Whether it stays inside is seen when the tree is hashed.
            link(&leads, &target).map_err(io)?;
        } else if kind.is_file() {
            let left = limits.bytes.saturating_sub(bytes);
            bytes += copy_one(entry.path(), &target, left).map_err(io)?;
        } else {
            return Err(io(std::io::ErrorKind::Unsupported.into()));
        }
        if entries > limits.entries || bytes > limits.bytes {
            return Err(FetchError::TooMuch(Step::Keep));
        }
    }
    Ok(gaps)
}

/// Copies one file, at most one byte more than there is room for.
fn copy_one(from: &Path, to: &Path, room: u64) -> std::io::Result<u64> {
    use std::io::Read as _;
    let file = crate::reader::open_itself(from)?;
    let executable = is_executable(&file)?;
    let mut new = File::create_new(to)?;
    let copied = std::io::copy(&mut file.take(room.saturating_add(1)), &mut new)?;
    set_mode(to, if executable { 0o700 } else { 0o600 })?;
    Ok(copied)
}

#[cfg(unix)]
fn is_executable(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata()?.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &File) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(unix)]
fn link(to: &Path, path: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, path)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

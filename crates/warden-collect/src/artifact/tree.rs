//! Installed packages as trees of files.

use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::{HashedFile, Untold, one};

/// How many files an artifact may have.
const FILES: usize = 20_000;

/// How many bytes they may have together.
const BYTES: u64 = 1 << 30;

/// What may still be hashed.
pub(super) struct Budget {
    files: usize,
    bytes: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { files: FILES, bytes: BYTES }
    }
}

impl Budget {
    pub(super) fn take(&mut self, bytes: u64) -> Result<(), Untold> {
        self.files = self.files.checked_sub(1).ok_or(Untold::TooLarge)?;
        self.bytes = self.bytes.checked_sub(bytes).ok_or(Untold::TooLarge)?;
        Ok(())
    }
}

/// The package directory that a file lies in: `node_modules/name`, `node_modules/@scope/name`, or
/// what lies directly in `site-packages`.
pub(super) fn package_of(path: &Path) -> Option<PathBuf> {
    let parts: Vec<Component<'_>> = path.components().collect();
    let at = parts.iter().rposition(|part| {
        matches!(
            part.as_os_str().to_str(),
            Some("node_modules" | "site-packages" | "dist-packages")
        )
    })?;
    let scoped = parts.get(at + 1)?.as_os_str().to_string_lossy().starts_with('@');
    let end = at + if scoped { 3 } else { 2 };
    let folder: PathBuf = parts.get(..end)?.iter().collect();
    (parts.len() > end && folder.is_dir()).then_some(folder)
}

/// Hashes every file of a package in the order of their paths, without the packages inside it and
/// without what running it leaves behind.
pub(super) fn hash(folder: &Path, budget: &mut Budget) -> Result<Vec<HashedFile>, Untold> {
    let skipped = |name: &str| matches!(name, "node_modules" | "__pycache__" | ".git" | ".cache");
    let walk = WalkDir::new(folder).max_depth(64).sort_by_file_name().into_iter();
    let mut files = Vec::new();
    for entry in walk.filter_entry(|entry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(skipped)
    }) {
        let entry = entry.map_err(|_| Untold::Unreadable)?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        } else if entry.file_type().is_symlink() {
            // A link may lead to what is not part of the package; it would be code all the same.
            let target = entry.path().canonicalize().map_err(|_| Untold::Unreadable)?;
            if !target.starts_with(folder) {
                return Err(Untold::Unreadable);
            }
        }
        if files.len() > FILES {
            return Err(Untold::TooLarge);
        }
    }
    files.sort();
    files.iter().map(|path| one(path, budget)).collect()
}

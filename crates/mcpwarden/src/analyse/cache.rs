//! Results of trees that were analysed before.
//!
//! The name of an entry is the digest of everything that the result depends on: this program,
//! and every path and byte of the part of a tree. So an entry never has to be thrown away because
//! it is wrong, and two that write the same one write the same bytes. An entry begins with its own
//! name and the digest of what follows: one that is torn, changed or put in the place of another
//! is none. That is no seal: whoever may write as this user could as well replace this program.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use warden_model::{Digest, SourceTree};
use warden_scan::TreeScan;

use super::answer;

/// Most entries that are kept.
const MOST: usize = 512;

/// The largest entry that is read.
const LARGEST: u64 = 64 << 20;

/// How long the beginning of an entry is: its name, the digest of the rest, and a line feed.
const HEAD: usize = 64 + 1 + 64 + 1;

/// Whether results are still written down, and where.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    /// What tells this program from another one.
    program: String,
}

impl Cache {
    /// A cache in `folder`, which need not be there yet. `None` if this program cannot be told
    /// from another one: what that found would be taken for its own.
    pub(crate) fn of(folder: &Path, program: &Path) -> Option<Self> {
        let metadata = fs::metadata(program).ok()?;
        let changed = metadata.modified().ok()?;
        let version = env!("CARGO_PKG_VERSION");
        let program = format!("{version} {} {changed:?}", metadata.len());
        Some(Self { folder: folder.join("analysis"), program })
    }

    /// The name of the result of this tree.
    pub(super) fn key(&self, tree: &SourceTree) -> Digest {
        let mut parts: Vec<Vec<u8>> = Vec::new();
        let mut add = |bytes: &[u8]| parts.push(Digest::of(bytes).bytes().to_vec());
        add(self.program.as_bytes());
        add(tree.name.as_bytes());
        for skipped in &tree.skipped {
            add(skipped.path.as_bytes());
            add(format!("{} {}", skipped.reason.name(), skipped.files).as_bytes());
        }
        for file in &tree.files {
            add(file.path.as_bytes());
            add(&file.bytes);
        }
        // Digests are all of one length, so the parts cannot run into each other.
        Digest::of_parts(parts.iter().map(Vec::as_slice))
    }

    /// The result with this name, if it is there and can be read.
    pub(super) fn find(&self, key: &Digest) -> Option<TreeScan> {
        let path = self.path(key);
        let metadata = fs::metadata(&path).ok()?;
        if metadata.len() > LARGEST {
            return None;
        }
        let bytes = fs::read(path).ok()?;
        let (head, body) = bytes.split_at_checked(HEAD)?;
        (*head == head_of(key, body)[..]).then(|| answer::read(body)).flatten()
    }

    /// Keeps a result. A cache that cannot be written to costs time and nothing else.
    pub(super) fn keep(&self, key: &Digest, bytes: &[u8]) {
        if self.store(key, bytes).is_ok() {
            self.forget();
        }
    }

    fn store(&self, key: &Digest, bytes: &[u8]) -> io::Result<()> {
        crate::files::private_folder(&self.folder)?;
        // Whoever reads meanwhile sees the whole entry or none.
        let draft = self.folder.join(format!("draft-{}", uuid::Uuid::now_v7()));
        let written = private_file(&draft).and_then(|mut file| {
            file.write_all(&head_of(key, bytes))?;
            file.write_all(bytes)
        });
        let moved = written.and_then(|()| fs::rename(&draft, self.path(key)));
        if moved.is_err() {
            drop(fs::remove_file(&draft));
        }
        moved
    }

    /// Takes out the oldest entries when there are too many.
    fn forget(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut known: Vec<_> = entries
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        known.sort();
        for (_, path) in known.iter().take(known.len().saturating_sub(MOST)) {
            drop(fs::remove_file(path));
        }
    }

    fn path(&self, key: &Digest) -> PathBuf {
        let hex = String::from_utf8_lossy(&key.hex()).into_owned();
        self.folder.join(hex)
    }
}

/// What the entry of this name and this content begins with.
fn head_of(key: &Digest, body: &[u8]) -> Vec<u8> {
    [&key.hex()[..], b" ", &Digest::of(body).hex()[..], b"\n"].concat()
}

/// What is found in somebody's code is nobody else's business.
#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)
}

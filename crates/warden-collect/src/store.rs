//! A folder with everything that was fetched, each thing under the digest of its bytes.
//!
//! | folder | what | name |
//! |---|---|---|
//! | `blobs` | archives as they were fetched, and other files | SHA-256 of the bytes |
//! | `trees` | what was unpacked, read-only | [the digest of the tree](Manifest) |
//! | `seals` | what makes the next look at a tree fast | that digest |
//! | `refs` | what a name stands for: a record with digests | SHA-256 of the name |
//! | `work` | what is not finished yet | any |
//!
//! Things appear by one rename, after their bytes were stored, so there is no half of anything
//! under its name, whoever else writes at the same time. Whatever is read is verified. What is not
//! what its name says is told, with its place, and never repaired: nobody but a person can tell
//! whether a disk failed or somebody tried something.
//!
//! Who writes holds a shared lock, from the first thing that he puts there to the reference that
//! keeps it; who clears away holds it alone.

mod beside;
mod gc;
pub mod launch;
mod place;
mod refs;
mod seal;
#[cfg(test)]
mod tests;
mod tree;
mod unpack;

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256, Sha512};
use walkdir::WalkDir;
use warden_model::Digest;

pub use gc::Cleared;
pub use refs::RefRecord;
pub use tree::{Manifest, Node, NodeKind, TreeError};
pub use unpack::{
    Fault, Format, LeftOut, LeftOutKind, UnpackError, UnpackLimits, Unpacked, unpack,
};

pub(crate) use place::set_mode;
pub(crate) use unpack::TreePath;

/// What the file `version` holds.
const VERSION: &str = "mcpwarden store 1\n";

/// The folders in a store.
const FOLDERS: &[&str] = &["blobs", "trees", "seals", "refs", "work"];

/// A store, which is a folder.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

/// How thoroughly a tree is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// It is not hashed if nothing changed since it was. The module `seal` says what that means.
    Quick,
    /// Everything is hashed.
    Full,
}

/// What a store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    /// An archive or other file.
    Blob,
    /// A tree of files.
    Tree,
    /// A reference.
    Ref,
}

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is not a store of ours, or of another version.
    #[error("`{}` is not a store of this version", .0.display())]
    NotAStore(PathBuf),
    /// It is not there.
    #[error("the store has no {kind:?} `{name}`")]
    Missing {
        /// What kind of thing.
        kind: Thing,
        /// Its digest or name.
        name: String,
    },
    /// It is not what its name says.
    #[error("the {kind:?} `{name}` is damaged: `{}` {what}", .place.display())]
    Damaged {
        /// What kind of thing.
        kind: Thing,
        /// Its digest or name.
        name: String,
        /// Where it lies.
        place: PathBuf,
        /// In what way.
        what: String,
    },
    /// It is larger than the reader allows.
    #[error("the blob `{0}` is larger than may be read at once")]
    TooLarge(Digest),
    /// A tree cannot be hashed.
    #[error("a tree cannot be taken")]
    Tree(#[from] TreeError),
    /// An archive is refused.
    #[error("an archive is refused")]
    Unpack(#[from] UnpackError),
    /// Others are writing.
    #[error("others are using the store")]
    Busy,
    /// The system could not read or write.
    #[error("the system could not use `{}`", .place.display())]
    Io {
        /// Where.
        place: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
}

impl StoreError {
    fn io(place: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |error| Self::Io { place: place.to_owned(), error }
    }
}

/// A tree in the store that was just verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Where it lies.
    pub path: PathBuf,
    /// Its digest.
    pub digest: Digest,
}

impl Store {
    /// Opens a store, and makes it if there is none. Its folder belongs to this user alone.
    ///
    /// # Errors
    /// When it cannot be made, or is another one.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let store = Self { root: root.to_owned() };
        let version = root.join("version");
        match fs::read_to_string(&version) {
            Ok(text) if text == VERSION => {}
            Ok(_) => return Err(StoreError::NotAStore(root.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => store.make()?,
            Err(error) => return Err(StoreError::io(&version)(error)),
        }
        Ok(store)
    }

    fn make(&self) -> Result<(), StoreError> {
        let io = |error| StoreError::io(&self.root)(error);
        let new = !self.root.exists();
        fs::create_dir_all(&self.root).map_err(io)?;
        let foreign = |name: &std::ffi::OsStr| {
            !FOLDERS.iter().any(|own| name == *own) && name != "lock" && name != "version"
        };
        for entry in fs::read_dir(&self.root).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            if foreign(&name) && !name.to_string_lossy().starts_with(".tmp") {
                return Err(StoreError::NotAStore(self.root.clone()));
            }
        }
        if new {
            set_mode(&self.root, 0o700).map_err(io)?;
        }
        for folder in FOLDERS {
            let path = self.root.join(folder);
            fs::create_dir_all(&path).map_err(io)?;
            set_mode(&path, 0o700).map_err(io)?;
        }
        place::put(&self.root.join("version"), VERSION.as_bytes()).map_err(io)
    }

    /// Where the store lies.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Starts writing.
    ///
    /// # Errors
    /// When the lock cannot be had since somebody clears away.
    pub fn writer(&self) -> Result<Writer<'_>, StoreError> {
        let path = self.root.join("lock");
        let lock = self.lock_file()?;
        match lock.try_lock_shared() {
            Ok(()) => Ok(Writer { store: self, _lock: lock }),
            Err(fs::TryLockError::WouldBlock) => Err(StoreError::Busy),
            Err(fs::TryLockError::Error(error)) => Err(StoreError::io(&path)(error)),
        }
    }

    fn lock_file(&self) -> Result<File, StoreError> {
        let path = self.root.join("lock");
        let options =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        options.map_err(StoreError::io(&path))
    }

    fn blob_path(&self, digest: Digest) -> PathBuf {
        self.root.join("blobs").join(hex(digest))
    }

    fn tree_path(&self, digest: Digest) -> PathBuf {
        self.root.join("trees").join(hex(digest))
    }

    fn seal_path(&self, digest: Digest) -> PathBuf {
        self.root.join("seals").join(hex(digest))
    }

    /// Whether there is such a blob. It is not read.
    #[must_use]
    pub fn has_blob(&self, digest: Digest) -> bool {
        self.blob_path(digest).is_file()
    }

    /// Whether there is such a tree. It is not read.
    #[must_use]
    pub fn has_tree(&self, digest: Digest) -> bool {
        self.tree_path(digest).is_dir()
    }

    /// Opens a blob, verified, at its beginning. What is read from it is what was hashed unless
    /// somebody with our rights writes into it meanwhile.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub fn open_blob(&self, digest: Digest) -> Result<File, StoreError> {
        let path = self.blob_path(digest);
        let missing = || StoreError::Missing { kind: Thing::Blob, name: digest.to_string() };
        let mut file = match crate::reader::open_itself(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing()),
            Err(error) => return Err(StoreError::io(&path)(error)),
        };
        let found = sum(&mut file).map_err(StoreError::io(&path))?;
        if found != digest {
            return Err(StoreError::Damaged {
                kind: Thing::Blob,
                name: digest.to_string(),
                place: path,
                what: format!("has the digest {found}"),
            });
        }
        file.rewind().map_err(StoreError::io(&path))?;
        Ok(file)
    }

    /// The SHA-512 of a blob in lower-case hexadecimal digits, for those who name it by that.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub fn sha512(&self, digest: Digest) -> Result<String, StoreError> {
        let mut file = self.open_blob(digest)?;
        let mut hasher = Sha512::new();
        hash(&mut file, &mut hasher).map_err(StoreError::io(&self.blob_path(digest)))?;
        let digits = hasher.finalize().iter().fold(String::new(), |mut digits, byte| {
            // Writing into a string cannot fail.
            _ = write!(digits, "{byte:02x}");
            digits
        });
        Ok(digits)
    }

    /// Reads a blob of at most `most` bytes, verified: exactly the bytes that were hashed.
    ///
    /// # Errors
    /// When there is none, or it is damaged or larger.
    pub fn blob(&self, digest: Digest, most: u64) -> Result<Vec<u8>, StoreError> {
        let path = self.blob_path(digest);
        let io = |error| StoreError::io(&path)(error);
        let file = self.open_blob(digest)?;
        if file.metadata().map_err(io)?.len() > most {
            return Err(StoreError::TooLarge(digest));
        }
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes).map_err(io)?;
        let found = Digest::of(&bytes);
        if found == digest {
            return Ok(bytes);
        }
        Err(StoreError::Damaged {
            kind: Thing::Blob,
            name: digest.to_string(),
            place: path,
            what: format!("has the digest {found}"),
        })
    }

    /// Verifies a tree.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub fn tree(&self, digest: Digest, check: Check) -> Result<Verified, StoreError> {
        let path = self.tree_path(digest);
        if !path.is_dir() {
            return Err(StoreError::Missing { kind: Thing::Tree, name: digest.to_string() });
        }
        let seal = self.seal_path(digest);
        if check == Check::Quick && seal::holds(&seal, &path, digest) {
            return Ok(Verified { path, digest });
        }
        self.hashed(digest).map(|_| Verified { path, digest })
    }

    /// Verifies a tree by hashing all of it, and gives what is in it.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub fn manifest(&self, digest: Digest) -> Result<Manifest, StoreError> {
        if !self.has_tree(digest) {
            return Err(StoreError::Missing { kind: Thing::Tree, name: digest.to_string() });
        }
        self.hashed(digest)
    }

    fn hashed(&self, digest: Digest) -> Result<Manifest, StoreError> {
        let path = self.tree_path(digest);
        let damaged = |what| StoreError::Damaged {
            kind: Thing::Tree,
            name: digest.to_string(),
            place: path.clone(),
            what,
        };
        let manifest = seal::hash(&path, &self.seal_path(digest), digest)
            .map_err(|error| damaged(error.to_string()))?;
        let found = manifest.digest();
        if found == digest { Ok(manifest) } else { Err(damaged(format!("has the digest {found}"))) }
    }
}

/// Puts things into a store.
#[derive(Debug)]
pub struct Writer<'a> {
    store: &'a Store,
    _lock: File,
}

impl Writer<'_> {
    /// The store.
    #[must_use]
    pub const fn store(&self) -> &Store {
        self.store
    }

    /// Puts bytes there.
    ///
    /// # Errors
    /// When they cannot be stored.
    pub fn put_blob(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        self.put_blob_from(&mut &*bytes)
    }

    /// Puts everything that a reader gives there, without holding it in memory.
    ///
    /// # Errors
    /// When it cannot be read or stored.
    pub fn put_blob_from(&self, reader: &mut dyn Read) -> Result<Digest, StoreError> {
        let folder = self.store.root.join("work");
        let io = |error| StoreError::io(&folder)(error);
        let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(io)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(io(error)),
            };
            let bytes = buffer.get(..count).unwrap_or_default();
            hasher.update(bytes);
            file.write_all(bytes).map_err(io)?;
        }
        let digest = Digest::from_bytes(hasher.finalize().into());
        if self.store.has_blob(digest) {
            // A damaged one is told now, and not when somebody needs it.
            self.store.open_blob(digest)?;
            return Ok(digest);
        }
        place::settle(file, &self.store.blob_path(digest)).map_err(io)?;
        Ok(digest)
    }

    /// A new folder for what is not finished yet. It is gone when this is dropped.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn work(&self) -> Result<tempfile::TempDir, StoreError> {
        let folder = self.store.root.join("work");
        tempfile::tempdir_in(&folder).map_err(StoreError::io(&folder))
    }

    /// Unpacks a blob, and puts the tree there.
    ///
    /// # Errors
    /// When the blob is missing or damaged, is refused, or cannot be stored.
    pub fn unpack(
        &self,
        blob: Digest,
        format: Format,
        limits: &UnpackLimits,
    ) -> Result<(Digest, Unpacked), StoreError> {
        let work = self.work()?;
        let folder = work.path().join("tree");
        let mut file = self.store.open_blob(blob)?;
        let done = unpack(&mut file, format, &folder, limits)?;
        Ok((self.put_tree(&folder)?, done))
    }

    /// Puts a folder there that lies in [`work`](Self::work). It is the store's own from then on.
    ///
    /// # Errors
    /// When it has no digest, or cannot be stored.
    pub fn put_tree(&self, folder: &Path) -> Result<Digest, StoreError> {
        let io = |error| StoreError::io(folder)(error);
        let manifest = Manifest::of(folder)?;
        let digest = manifest.digest();
        let path = self.store.tree_path(digest);
        if path.exists() {
            self.store.tree(digest, Check::Quick)?;
            return Ok(digest);
        }
        let moved = move_in(folder, &manifest, &path);
        if moved.is_err() {
            // What is left has to be removed by somebody. If that fails, too, clearing does it.
            _ = writable(folder);
        }
        match moved {
            Ok(()) => {}
            // Somebody else was faster with the same tree.
            Err(_) if path.is_dir() => {
                self.store.tree(digest, Check::Quick)?;
                return Ok(digest);
            }
            Err(error) => return Err(io(error)),
        }
        set_mode(&path, 0o555).map_err(StoreError::io(&path))?;
        place::sync_folder(&self.store.root.join("trees")).map_err(StoreError::io(&path))?;
        // This makes the seal, and is the first of the readings that verify.
        self.store.tree(digest, Check::Full)?;
        Ok(digest)
    }
}

/// Makes a tree read-only, has it stored, and gives it its name.
fn move_in(folder: &Path, manifest: &Manifest, path: &Path) -> io::Result<()> {
    read_only(folder, manifest)?;
    store_all(folder)?;
    set_mode(folder, 0o700)?;
    fs::rename(folder, path)
}

/// Takes the right to write away from everything but the root, which is still to be moved.
fn read_only(root: &Path, manifest: &Manifest) -> io::Result<()> {
    // From the inside out: in a folder without that right nothing more could be changed.
    for node in manifest.nodes().iter().rev() {
        let mode = match &node.kind {
            NodeKind::Link { .. } => continue,
            NodeKind::File { executable: false, .. } => 0o444,
            NodeKind::Folder | NodeKind::File { .. } => 0o555,
        };
        set_mode(&root.join(&node.path), mode)?;
    }
    Ok(())
}

/// Gives the right to write back, so that a tree can be removed.
pub(crate) fn writable(root: &Path) -> io::Result<()> {
    for entry in WalkDir::new(root) {
        // A folder is visited before what is in it is listed.
        let entry = entry?;
        if entry.file_type().is_dir() {
            set_mode(entry.path(), 0o700)?;
        }
    }
    Ok(())
}

/// Has the system store everything that was written to the file system of a folder. Thousands of
/// files one after the other would take minutes on some disks.
#[cfg(target_os = "linux")]
fn store_all(folder: &Path) -> io::Result<()> {
    rustix::fs::syncfs(File::open(folder)?)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn store_all(folder: &Path) -> io::Result<()> {
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    Ok(())
}

fn hex(digest: Digest) -> String {
    digest.hex().iter().copied().map(char::from).collect()
}

/// The digest of what is left in a file.
fn sum(file: &mut File) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    hash(file, &mut hasher)?;
    Ok(Digest::from_bytes(hasher.finalize().into()))
}

/// Hashes everything that is left in a file.
fn hash(file: &mut File, hasher: &mut impl sha2::Digest) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
}

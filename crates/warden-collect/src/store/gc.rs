//! Takes away what no name stands for.

use std::{collections::BTreeSet, fs, path::Path};

use warden_model::Digest;

use super::{Store, StoreError, writable};

/// What was taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// How many blobs.
    pub blobs: usize,
    /// How many trees.
    pub trees: usize,
    /// How many things that were never finished.
    pub unfinished: usize,
}

impl Store {
    /// Takes away every blob and tree that no name stands for, and what was never finished. A
    /// damaged record stops it: it may have named anything.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while somebody writes, a damaged record, or what cannot be removed.
    pub fn clear(&self) -> Result<Cleared, StoreError> {
        let lock = self.lock_file()?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(StoreError::Busy),
            Err(fs::TryLockError::Error(error)) => return Err(StoreError::io(self.root())(error)),
        }
        let records = self.references()?;
        let kept = |digests: Vec<&Digest>| -> BTreeSet<String> {
            digests.into_iter().map(|digest| super::hex(*digest)).collect()
        };
        let blobs = kept(records.values().flat_map(|record| record.blobs.values()).collect());
        let trees = kept(records.values().flat_map(|record| record.trees.values()).collect());
        let cleared = Cleared {
            blobs: self.sweep("blobs", &blobs)?,
            trees: self.sweep("trees", &trees)?,
            unfinished: self.sweep("work", &BTreeSet::new())?,
        };
        self.sweep("seals", &trees)?;
        Ok(cleared)
    }

    fn sweep(&self, folder: &str, kept: &BTreeSet<String>) -> Result<usize, StoreError> {
        let folder = self.root().join(folder);
        let mut count = 0;
        for entry in fs::read_dir(&folder).map_err(StoreError::io(&folder))? {
            let entry = entry.map_err(StoreError::io(&folder))?;
            if !kept.contains(&*entry.file_name().to_string_lossy()) {
                remove(&entry.path())?;
                count += 1;
            }
        }
        Ok(count)
    }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    let io = |error| StoreError::io(path)(error);
    if !path.symlink_metadata().map_err(io)?.is_dir() {
        return fs::remove_file(path).map_err(io);
    }
    writable(path).map_err(io)?;
    fs::remove_dir_all(path).map_err(io)
}

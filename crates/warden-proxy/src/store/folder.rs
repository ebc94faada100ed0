//! A store in a folder of this machine, which several processes use at once: the gateway, and the
//! commands of whoever operates it.
//!
//! Each space is a folder, and each value a file in it that begins with its number and a digest.
//! Who changes something holds the lock of the space, writes the whole new file beside the old one
//! and puts it in its place, so that others see one of the two and nothing between. Before it does
//! so, it puts a new number into the lock file, by which those who watch notice.
//!
//! A value is on the disk before [`Store::put`] returns (`fdatasync` of the file, `fsync` of the
//! folder): the end of a process and a power cut alike leave the old value or the new one. What a
//! power cut can lose is a change whose `put` had not returned. What cannot be read back as it was
//! written, whatever happened to it, makes the store [`Away`]: it is never taken for nothing.
//!
//! All of it happens on threads for what blocks: to wait for a disk or for the lock of another
//! process takes milliseconds, and would hold up everything else on the thread.

mod file;
mod space;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use self::space::Place;
use super::{Away, Entry, NotPut, Reply, Space, Store, key::is_key};

/// Keeps values in a folder.
#[derive(Clone, Debug)]
pub struct FolderStore(Arc<Places>);

#[derive(Debug)]
struct Places {
    folder: PathBuf,
    /// One for each of [`Space::ALL`], in that order.
    places: Vec<Place>,
}

/// Why a folder could not be used.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// The system says so.
    #[error("`{folder}` cannot be used")]
    Io {
        /// The folder.
        folder: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// Others can look into it.
    #[error("`{folder}` is open to others (mode {mode:o})")]
    Open {
        /// The folder.
        folder: PathBuf,
        /// Its permissions.
        mode: u32,
    },
}

impl FolderStore {
    /// Opens the store in this folder, which is made if it is not there, for the eyes of its owner
    /// only.
    ///
    /// # Errors
    /// A folder that cannot be made or written to, or that others can look into.
    pub fn open(folder: &Path) -> Result<Self, NotOpened> {
        space::private(folder)?;
        let places = Space::ALL.iter().map(|space| Place::open(folder, *space));
        let places = places.collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Places { folder: folder.to_owned(), places })))
    }

    /// The keys of a space, sorted; for who wants to look at many values one after the other.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn keys(&self, space: Space) -> Result<Vec<String>, Away> {
        self.0.place(space)?.keys()
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Does something with a space on a thread for what blocks.
    async fn on<T: Send + 'static>(
        &self,
        space: Space,
        act: impl FnOnce(&Place) -> Result<T, NotPut> + Send + 'static,
    ) -> Result<T, NotPut> {
        let places = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || act(places.place(space)?));
        // A thread that has panicked has told nothing.
        done.await.unwrap_or(Err(NotPut::Away(Away)))
    }
}

impl Places {
    fn place(&self, space: Space) -> Result<&Place, Away> {
        self.places.iter().find(|place| place.space() == space).ok_or(Away)
    }
}

/// Where nothing is put, nothing can have been changed meanwhile.
const fn away<T>(_: NotPut) -> Result<T, Away> {
    Err(Away)
}

impl Store for FolderStore {
    fn get<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<Option<Entry>, Away>> {
        Box::pin(async move {
            let key = checked(key)?;
            self.on(space, move |place| Ok(place.get(&key)?)).await.or_else(away)
        })
    }

    fn put<'a>(
        &'a self,
        space: Space,
        key: &'a str,
        value: &'a [u8],
        before: Option<u64>,
    ) -> Reply<'a, Result<u64, NotPut>> {
        Box::pin(async move {
            let (key, value) = (checked(key)?, value.to_vec());
            self.on(space, move |place| place.put(&key, &value, before)).await
        })
    }

    fn forget<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<(), Away>> {
        Box::pin(async move {
            let key = checked(key)?;
            self.on(space, move |place| Ok(place.forget(&key)?)).await.or_else(away)
        })
    }

    fn all(&self, space: Space) -> Reply<'_, Result<Vec<(String, Entry)>, Away>> {
        Box::pin(async move { self.on(space, |place| Ok(place.all()?)).await.or_else(away) })
    }

    fn version(&self, space: Space) -> Reply<'_, Result<Option<u64>, Away>> {
        // Eight bytes of a file that is always at hand: that takes microseconds, and less than it
        // would take to hand it to another thread.
        let version = self.0.place(space).and_then(Place::version);
        Box::pin(std::future::ready(version.map(Some)))
    }
}

fn checked(key: &str) -> Result<String, Away> {
    if is_key(key) { Ok(key.to_owned()) } else { Err(Away) }
}

//! One space in a folder: its values, and the lock that those hold who change them.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{NotOpened, file};
use crate::store::{Away, Entry, MOST_AT_ONCE, MOST_VALUES, NotPut, Space, key::is_key};

/// The lock, which holds the number of the last change.
const LOCK: &str = ".lock";
/// What is being written; there is one at a time, by who holds the lock.
const FRESH: &str = ".fresh";
/// What the file of a value ends in.
const END: &str = ".value";
/// Who has waited so long for the lock gives up: whoever has it does not go on.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long until it is tried again.
const PAUSE: Duration = Duration::from_millis(1);

/// One space.
#[derive(Debug)]
pub(super) struct Place {
    space: Space,
    folder: PathBuf,
    /// Those of this process stand in line, so that they need not try again and again.
    turn: Mutex<()>,
}

/// Makes a folder for its owner, or checks that it is one.
pub(super) fn private(folder: &Path) -> Result<(), NotOpened> {
    let failed = |source| NotOpened::Io { folder: folder.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let mode = fs::metadata(folder).map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(NotOpened::Open { folder: folder.to_owned(), mode });
    }
    Ok(())
}

impl Place {
    pub(super) fn open(folder: &Path, space: Space) -> Result<Self, NotOpened> {
        let folder = folder.join(space.name());
        private(&folder)?;
        let lock = folder.join(LOCK);
        let made = OpenOptions::new().create(true).append(true).mode(0o600).open(&lock);
        let synced = made.and_then(|_| File::open(&folder)?.sync_all());
        synced.map_err(|source| NotOpened::Io { folder: folder.clone(), source })?;
        Ok(Self { space, folder, turn: Mutex::new(()) })
    }

    pub(super) const fn space(&self) -> Space {
        self.space
    }

    /// The value under a key. What is put in its place at once is read whole, so no lock is needed.
    pub(super) fn get(&self, key: &str) -> Result<Option<Entry>, Away> {
        match File::open(self.file(key)) {
            Ok(open) => self.entry(key, open).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // There is nothing only where the rest is: a folder that is gone has forgotten.
                if self.folder.join(LOCK).exists() { Ok(None) } else { Err(Away) }
            }
            Err(_) => Err(Away),
        }
    }

    pub(super) fn put(&self, key: &str, value: &[u8], before: Option<u64>) -> Result<u64, NotPut> {
        if value.len() > crate::store::MOST_VALUE {
            return Err(NotPut::Away(Away));
        }
        self.locked(Lock::Change, |lock| {
            let there = self.get(key)?.map(|entry| entry.number);
            if there != before {
                return Err(NotPut::Changed);
            }
            if there.is_none() && self.keys()?.len() >= MOST_VALUES {
                return Err(NotPut::Away(Away));
            }
            let number = note_change(lock)?;
            self.replace(key, &file::write(self.space, key, value, number)).map_err(|_| Away)?;
            Ok(number)
        })
    }

    /// Forgets a value, also one that can no longer be read.
    pub(super) fn forget(&self, key: &str) -> Result<(), Away> {
        let done = self.locked(Lock::Change, |lock| {
            let file = self.file(key);
            if !file.exists() {
                return Ok(());
            }
            note_change(lock)?;
            let removed = fs::remove_file(file).and_then(|()| self.sync());
            Ok(removed.map_err(|_| Away)?)
        });
        done.map_err(|_| Away)
    }

    /// Everything, as it was at one moment.
    pub(super) fn all(&self) -> Result<Vec<(String, Entry)>, Away> {
        let all = self.locked(Lock::Look, |_| {
            let mut bytes = 0;
            let entries = self.keys()?.into_iter().map(|key| {
                let entry = self.get(&key)?.ok_or(Away)?;
                bytes += entry.value.len();
                if bytes > MOST_AT_ONCE { Err(Away) } else { Ok((key, entry)) }
            });
            Ok(entries.collect::<Result<_, _>>()?)
        });
        all.map_err(|_| Away)
    }

    /// Every key, sorted.
    pub(super) fn keys(&self) -> Result<Vec<String>, Away> {
        let mut keys = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(|_| Away)? {
            let name = entry.map_err(|_| Away)?.file_name();
            let Some(key) = name.to_str().and_then(|name| name.strip_suffix(END)) else { continue };
            if is_key(key) {
                keys.push(key.to_owned());
            }
        }
        keys.sort();
        Ok(keys)
    }

    /// The number of the last change; 0 where there was none.
    pub(super) fn version(&self) -> Result<u64, Away> {
        let lock = File::open(self.folder.join(LOCK)).map_err(|_| Away)?;
        let mut bytes = [0; 8];
        match lock.read_at(&mut bytes, 0) {
            Ok(0) => Ok(0),
            Ok(8) => Ok(u64::from_le_bytes(bytes)),
            Ok(_) | Err(_) => Err(Away),
        }
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}{END}"))
    }

    fn entry(&self, key: &str, open: File) -> Result<Entry, Away> {
        let mut bytes = Vec::new();
        let most = u64::try_from(file::MOST).unwrap_or(u64::MAX);
        open.take(most + 1).read_to_end(&mut bytes).map_err(|_| Away)?;
        if bytes.len() > file::MOST {
            return Err(Away);
        }
        file::read(self.space, key, &bytes)
    }

    /// Puts a file in its place, whole and on the disk.
    fn replace(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        let fresh = self.folder.join(FRESH);
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&fresh, self.file(key))?;
        self.sync()
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    /// Does something under the lock of the space.
    fn locked<T>(
        &self,
        how: Lock,
        act: impl FnOnce(&File) -> Result<T, NotPut>,
    ) -> Result<T, NotPut> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.folder.join(LOCK);
        let lock = OpenOptions::new().read(true).write(true).open(path).map_err(|_| Away)?;
        let since = Instant::now();
        loop {
            let tried = match how {
                Lock::Look => lock.try_lock_shared(),
                Lock::Change => lock.try_lock(),
            };
            match tried {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if since.elapsed() < PATIENCE => {
                    std::thread::sleep(PAUSE);
                }
                Err(_) => return Err(NotPut::Away(Away)),
            }
        }
        // Closing the file gives the lock back, also when the process ends.
        act(&lock)
    }
}

/// What the lock is taken for.
#[derive(Clone, Copy, Debug)]
enum Lock {
    Look,
    Change,
}

/// Writes down that something is about to change. It is done before, so that a change whose author
/// ends in the midst of it is noticed as well.
fn note_change(lock: &File) -> Result<u64, Away> {
    // Random, and so another one than any before, whatever was forgotten meanwhile.
    let number = u64::from_le_bytes(warden_seal::random().map_err(|_| Away)?).max(1);
    lock.write_all_at(&number.to_le_bytes(), 0).map_err(|_| Away)?;
    Ok(number)
}

//! Reads feeds of advisories from files, folders and zips.

use std::{
    fs,
    io::{Cursor, Read as _},
    path::{Path, PathBuf},
};

use warden_scan::supply::Feed;

use crate::{Failure, Kind, certify::advisories};

/// As much is read of one record or one file of a zip.
const MOST_ENTRY: u64 = 64 << 20;
/// As much comes out of all zips and folders together.
const MOST_READ: u64 = 8 << 30;
/// As many files are read.
const MOST_FILES: usize = 2_000_000;
/// As deep are folders looked into.
const DEPTH: usize = 12;
/// As many records are named that were refused.
const MOST_TOLD: usize = 20;

/// What was read.
pub(super) struct Read {
    pub(super) feed: Feed,
    /// The first files with records that were refused.
    pub(super) told: Vec<String>,
    /// How many files were passed over because of their names.
    pub(super) passed_over: usize,
    /// When the oldest of the feeds was written, in seconds since 1970.
    pub(super) written: i64,
    files: usize,
    bytes: u64,
}

/// Reads feeds, behind what is compiled in.
///
/// # Errors
/// A feed that cannot be read whole, or holds no advisory at all.
pub(super) fn read(files: &[PathBuf]) -> Result<Read, Failure> {
    let mut read = Read {
        feed: Feed::starter(),
        told: Vec::new(),
        passed_over: 0,
        written: i64::MAX,
        files: 0,
        bytes: 0,
    };
    for file in files {
        let before = read.feed.taken();
        read.source(file)?;
        if read.feed.taken() == before {
            return Err(bad(file, "it holds no advisory"));
        }
    }
    Ok(read)
}

fn bad(file: &Path, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::new(Kind::Input, format!("cannot use the feed `{}`", file.display())).caused_by(why)
}

impl Read {
    fn source(&mut self, file: &Path) -> Result<(), Failure> {
        let found = fs::metadata(file).map_err(|error| bad(file, error))?;
        let written = found.modified().map_err(|error| bad(file, error))?;
        let written = jiff::Timestamp::try_from(written).map_err(|error| bad(file, error))?;
        self.written = self.written.min(written.as_second());
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        if found.is_dir() {
            return self.folder(file, &name);
        }
        let bytes = advisories::read(file)?;
        if advisories::is_signed(&bytes) || bytes.starts_with(advisories::MAGIC) {
            return Err(bad(file, "a database is taken alone, and signed"));
        }
        if bytes.starts_with(b"PK") {
            return self.zip(file, &name, &bytes);
        }
        self.add(file, (&name, &name), &bytes)
    }

    /// Reads what one file holds. Sources are named once, however many files they have.
    fn add(
        &mut self,
        file: &Path,
        (source, entry): (&str, &str),
        bytes: &[u8],
    ) -> Result<(), Failure> {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.files > MOST_FILES || self.bytes > MOST_READ {
            return Err(bad(file, "it is larger than any feed"));
        }
        let before = self.refused();
        self.feed.add(source, bytes);
        if self.refused() > before && self.told.len() < MOST_TOLD {
            self.told.push(entry.to_owned());
        }
        Ok(())
    }

    fn refused(&self) -> usize {
        self.feed.refused().map(|(_, count)| count).sum()
    }

    fn folder(&mut self, top: &Path, source: &str) -> Result<(), Failure> {
        let mut folders = vec![(top.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            if depth > DEPTH {
                return Err(bad(&folder, "its folders are too deep"));
            }
            for entry in fs::read_dir(&folder).map_err(|error| bad(&folder, error))? {
                let entry = entry.map_err(|error| bad(&folder, error))?;
                let (path, kind) = (entry.path(), entry.file_type());
                let kind = kind.map_err(|error| bad(&path, error))?;
                if kind.is_dir() {
                    folders.push((path, depth + 1));
                } else if kind.is_file() && is_feed(&path.to_string_lossy()) {
                    let bytes = advisories::read(&path)?;
                    self.add(&path, (source, &path.to_string_lossy()), &bytes)?;
                } else {
                    self.passed_over += 1;
                }
            }
        }
        Ok(())
    }

    fn zip(&mut self, file: &Path, source: &str, bytes: &[u8]) -> Result<(), Failure> {
        let mut archive =
            zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| bad(file, error))?;
        if archive.len() > MOST_FILES {
            return Err(bad(file, "it is larger than any feed"));
        }
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|error| bad(file, error))?;
            let name = entry.name().map_err(|error| bad(file, error))?.into_owned();
            if !entry.is_file() || !is_feed(&name) {
                self.passed_over += usize::from(!entry.is_dir());
                continue;
            }
            let mut text = Vec::new();
            entry.take(MOST_ENTRY + 1).read_to_end(&mut text).map_err(|error| bad(file, error))?;
            if u64::try_from(text.len()).unwrap_or(u64::MAX) > MOST_ENTRY {
                return Err(bad(file, format!("`{name}` in it is larger than any record")));
            }
            self.add(file, (source, &name), &text)?;
        }
        Ok(())
    }
}

/// Whether records are expected in a file of this name.
fn is_feed(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or_default();
    end.eq_ignore_ascii_case("json") || end.eq_ignore_ascii_case("jsonl")
}

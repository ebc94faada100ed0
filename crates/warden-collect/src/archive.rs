//! Archives, read in memory: nothing is unpacked to a disk.

use std::{
    io::{Cursor, Read},
    path::Path,
};

use flate2::read::GzDecoder;
use warden_model::UnreadReason;

use crate::reader::{self, FILE_CAP, Refusal};

/// How many entries an archive may have.
const ENTRIES: usize = 50_000;

/// How much may come out of a compressed stream that has to be read from its beginning.
const UNPACKED: u64 = 1 << 30;

/// How many times larger than the file that may be, beyond what any file may be.
const RATIO: u64 = 200;

/// How an archive is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    TarGz,
    Tar,
}

/// The kind of archive that a name tells.
pub(crate) fn kind_of(path: &Path) -> Option<Kind> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".zip", ".mcpb", ".dxt", ".whl", ".vsix"]) {
        Some(Kind::Zip)
    } else if ends(&[".tar.gz", ".tgz"]) {
        Some(Kind::TarGz)
    } else {
        ends(&[".tar"]).then_some(Kind::Tar)
    }
}

/// One entry of an archive.
pub(crate) enum Entry<'a> {
    /// A file with its path.
    File(&'a str, &'a mut dyn Read),
    /// A link with its path.
    Link(&'a str),
    /// An entry that cannot be unpacked.
    Locked,
}

/// The bytes of an archive that somebody named.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn load(path: &Path) -> Result<Vec<u8>, Refusal> {
    // Whoever names a link means what it leads to.
    let real = path.canonicalize().map_err(|error| Refusal::from(&error))?;
    let file = reader::check(&real, Path::new("/"))?
        .ok_or_else(|| Refusal::new(UnreadReason::Io, "there is no such file"))?;
    reader::read(&file, FILE_CAP)
}

/// Shows `visit` every file and link, in the order of the archive.
///
/// # Errors
/// When the archive cannot be read to its end.
pub(crate) fn each(
    bytes: &[u8],
    kind: Kind,
    visit: &mut dyn FnMut(Entry<'_>),
) -> Result<(), Refusal> {
    match kind {
        Kind::Zip => zip(bytes, visit),
        Kind::TarGz => {
            let most = FILE_CAP.max(bytes.len() as u64 * RATIO).min(UNPACKED);
            tar(Capped { inner: GzDecoder::new(bytes), left: most }, visit)
        }
        Kind::Tar => tar(Capped { inner: bytes, left: FILE_CAP }, visit),
    }
}

fn zip(bytes: &[u8], visit: &mut dyn FnMut(Entry<'_>)) -> Result<(), Refusal> {
    let broken = |_| Refusal::new(UnreadReason::Malformed, "it is not a readable archive");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > ENTRIES {
        return Err(too_many());
    }
    for index in 0..archive.len() {
        let entry = archive.by_index(index).and_then(|entry| {
            let name = entry.name()?.replace('\\', "/");
            Ok((entry, name))
        });
        match entry {
            Ok((entry, name)) if entry.is_symlink() => visit(Entry::Link(&name)),
            Ok((mut entry, name)) if entry.is_file() => visit(Entry::File(&name, &mut entry)),
            Ok(_) => {}
            Err(_) => visit(Entry::Locked),
        }
    }
    Ok(())
}

fn tar(reader: impl Read, visit: &mut dyn FnMut(Entry<'_>)) -> Result<(), Refusal> {
    let broken = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => {
            Refusal::new(UnreadReason::TooLarge, "more comes out of the archive than we read")
        }
        _ => Refusal::new(UnreadReason::Malformed, "it is not a readable archive"),
    };
    let mut archive = tar::Archive::new(reader);
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        if count >= ENTRIES {
            return Err(too_many());
        }
        let mut entry = entry.map_err(broken)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).replace('\\', "/");
        let kind = entry.header().entry_type();
        if kind.is_file() || kind.is_contiguous() {
            visit(Entry::File(&name, &mut entry));
        } else if kind.is_symlink() || kind.is_hard_link() {
            visit(Entry::Link(&name));
        }
    }
    Ok(())
}

/// What stands for an entry that cannot be unpacked.
pub(crate) fn locked() -> Refusal {
    let detail = "an entry is encrypted or packed in a way that we do not know";
    Refusal::new(UnreadReason::Unknown, detail)
}

/// What an entry holds, up to `cap` bytes.
///
/// # Errors
/// When it cannot be unpacked, or is larger.
pub(crate) fn unpack(reader: &mut dyn Read, cap: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    match reader.take(cap.saturating_add(1)).read_to_end(&mut bytes) {
        Err(_) => Err(Refusal::new(UnreadReason::Malformed, "the entry cannot be unpacked")),
        Ok(_) if bytes.len() as u64 > cap => {
            Err(Refusal::new(UnreadReason::TooLarge, "the entry is larger than we read"))
        }
        Ok(_) => Ok(bytes),
    }
}

fn too_many() -> Refusal {
    Refusal::new(UnreadReason::TooLarge, "more entries than are looked at")
}

/// A stream that fails, instead of ending, when it gives more than it may.
struct Capped<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::FileTooLarge))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_gives_more_than_it_may_is_an_error_and_no_end() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(4096);
        builder.append_data(&mut header, "a", &[0; 4096][..]).unwrap();
        let bytes = builder.into_inner().unwrap();
        let read = |left: u64| {
            let outcome = tar(Capped { inner: bytes.as_slice(), left }, &mut |_| {});
            outcome.map_err(|refusal| refusal.reason)
        };
        assert_eq!(read(1000), Err(UnreadReason::TooLarge));
        assert_eq!(read(1 << 20), Ok(()));
    }
}

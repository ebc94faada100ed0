//! Archives, read in memory: nothing is unpacked to a disk, and nothing is unpacked that has no
//! name we know.

use std::{
    io::{Cursor, Read},
    path::Path,
};

use flate2::read::GzDecoder;
use warden_model::UnreadReason;

use super::{
    Content, content_of,
    known::{Known, Names},
    nothing,
};
use crate::reader::{self, CONFIG_CAP, FILE_CAP, Refusal};

/// How many entries an archive may have.
const ENTRIES: usize = 50_000;

/// How much may come out of a compressed stream that has to be read from its beginning.
const UNPACKED: u64 = 1 << 30;

/// How many times larger than the file that may be, beyond what any file may be.
const RATIO: u64 = 200;

/// How an archive is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Zip,
    TarGz,
    Tar,
}

/// The kind of archive that a name tells.
pub(super) fn kind_of(path: &Path) -> Option<Kind> {
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

/// Reads every entry with a name that means something.
pub(super) fn read(path: &Path, kind: Kind, shown: &str) -> Vec<Content> {
    let bytes = path
        .canonicalize()
        .map_err(|error| Refusal::from(&error))
        .and_then(|real| reader::check(&real, Path::new("/")))
        .and_then(|file| {
            file.ok_or_else(|| Refusal::new(UnreadReason::Io, "there is no such file"))
        })
        .and_then(|file| reader::read(&file, FILE_CAP));
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(refusal) => return vec![nothing(shown, refusal)],
    };
    let mut found = Found { names: Names::of_table(), shown, contents: Vec::new() };
    let outcome = match kind {
        Kind::Zip => found.zip(&bytes),
        Kind::TarGz => {
            let most = FILE_CAP.max(bytes.len() as u64 * RATIO).min(UNPACKED);
            found.tar(Capped { inner: GzDecoder::new(bytes.as_slice()), left: most })
        }
        Kind::Tar => found.tar(Capped { inner: bytes.as_slice(), left: FILE_CAP }),
    };
    if let Err(refusal) = outcome {
        found.contents.push(nothing(shown, refusal));
    }
    found.contents
}

struct Found<'a> {
    names: Names,
    shown: &'a str,
    contents: Vec<Content>,
}

impl Found<'_> {
    fn zip(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
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
                Ok((mut entry, name)) if entry.is_file() => self.entry(&name, &mut entry),
                Ok(_) => {}
                Err(_) => {
                    let detail = "an entry is encrypted or packed in a way that we do not know";
                    let refusal = Refusal::new(UnreadReason::Unknown, detail);
                    self.contents.push(nothing(self.shown, refusal));
                }
            }
        }
        Ok(())
    }

    fn tar(&mut self, reader: impl Read) -> Result<(), Refusal> {
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
            if entry.header().entry_type().is_file() {
                self.entry(&name, &mut entry);
            }
        }
        Ok(())
    }

    fn entry(&mut self, name: &str, reader: &mut dyn Read) {
        let known = self.names.known(name);
        if known == Known::Nothing || is_vendored(name) {
            return;
        }
        let inner = name.strip_prefix("./").unwrap_or(name).trim_start_matches('/');
        let shown = format!("{}!/{inner}", self.shown);
        let mut bytes = Vec::new();
        let content = match reader.take(CONFIG_CAP + 1).read_to_end(&mut bytes) {
            Err(_) => nothing(
                &shown,
                Refusal::new(UnreadReason::Malformed, "the entry cannot be unpacked"),
            ),
            Ok(_) if bytes.len() as u64 > CONFIG_CAP => nothing(
                &shown,
                Refusal::new(UnreadReason::TooLarge, "the entry is larger than we read"),
            ),
            Ok(_) => content_of(&bytes, &shown, &known),
        };
        self.contents.push(content);
    }
}

/// What other packages brought says nothing about this one.
fn is_vendored(name: &str) -> bool {
    name.split('/').any(|part| part == "node_modules" || part == "site-packages" || part == ".venv")
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
            let mut found =
                Found { names: Names::of_table(), shown: "a.tar", contents: Vec::new() };
            let outcome = found.tar(Capped { inner: bytes.as_slice(), left });
            outcome.map_err(|refusal| refusal.reason)
        };
        assert_eq!(read(1000), Err(UnreadReason::TooLarge));
        assert_eq!(read(1 << 20), Ok(()));
    }
}

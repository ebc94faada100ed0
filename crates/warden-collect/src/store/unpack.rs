//! Unpacks archives of strangers, so that nothing but a new folder is written.
//!
//! What leads out of the folder, what two systems would read as two different things, and what an
//! archive of this format has no business to hold is refused with its place; nothing is put right
//! in silence. The folder is made here, belongs to us alone while it is filled, and links are made
//! in it last, after every one was followed on paper. So no write can pass through a link.
//!
//! Times, owners and groups are not kept. Of the permissions only the executable bit is.

mod name;
mod oci;
mod sink;
mod tarball;
#[cfg(test)]
mod tests;
mod zipfile;

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

pub(crate) use name::TreePath;
pub(crate) use sink::leads_to;

use sink::{Capped, Sink};

/// How an archive is written, and what it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Format {
    /// A package of npm: a compressed tar archive with one folder around everything. No links.
    Npm,
    /// A source distribution of Python: the same, with links that stay inside.
    Sdist,
    /// A wheel: a zip archive. No links.
    Wheel,
    /// A bundle (`.mcpb`, `.dxt`): a zip archive. No links.
    Bundle,
    /// A tar archive, as it is, with links that stay inside.
    Tar,
    /// The same, compressed with gzip.
    TarGz,
    /// An image in the OCI layout or as `docker save` writes it, in a tar archive.
    Image,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] =
        &[Self::Npm, Self::Sdist, Self::Wheel, Self::Bundle, Self::Tar, Self::TarGz, Self::Image];

    const fn rules(self) -> Rules {
        match self {
            Self::Npm => Rules { strip: true, links: false, system: false },
            Self::Sdist => Rules { strip: true, links: true, system: false },
            Self::Wheel | Self::Bundle => Rules { strip: false, links: false, system: false },
            Self::Tar | Self::TarGz => Rules { strip: false, links: true, system: false },
            Self::Image => Rules { strip: false, links: true, system: true },
        }
    }
}

/// What an archive of some format may hold.
#[derive(Clone, Copy, Debug)]
struct Rules {
    /// The outermost folder is taken off.
    strip: bool,
    /// Links that stay inside are made. Without this any link is refused.
    links: bool,
    /// It is a system: names may differ in case alone, links count from its own root; devices and
    /// the right to run as another user are left out and told.
    system: bool,
}

/// How much may come out of one archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnpackLimits {
    /// Files, folders and links.
    pub entries: u64,
    /// Bytes of all files together.
    pub bytes: u64,
    /// How many times the size of the archive may come out of it, beyond the first 16 MiB.
    pub ratio: u64,
    /// Bytes of a path.
    pub path: usize,
    /// Folders inside each other.
    pub depth: usize,
}

impl Default for UnpackLimits {
    fn default() -> Self {
        Self { entries: 200_000, bytes: 4 << 30, ratio: 250, path: 1024, depth: 64 }
    }
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// How many files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What was left out, which only an image may ask for.
    pub left_out: Vec<LeftOut>,
}

/// Something in an image that was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its path.
    pub path: String,
    /// What it is.
    pub what: LeftOutKind,
}

/// What was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeftOutKind {
    /// A device or a named pipe.
    Special,
    /// The right of a file to run as its owner or group. The file itself is there.
    OtherUser,
}

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
#[error("{fault} (at `{at}`)")]
pub struct UnpackError {
    /// The name in the archive, with what cannot be shown escaped; or the part of the archive.
    pub at: String,
    /// What is wrong.
    #[source]
    pub fault: Fault,
}

impl UnpackError {
    fn new(at: &[u8], fault: Fault) -> Self {
        let mut shown = at.escape_ascii().to_string();
        if shown.len() > 300 {
            shown.truncate(300);
            shown.push('…');
        }
        Self { at: shown, fault }
    }
}

/// What can be wrong with an archive.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// An absolute path.
    #[error("the path is absolute")]
    Absolute,
    /// `..` in a path.
    #[error("the path leads upwards")]
    Upwards,
    /// `C:`.
    #[error("the path names a drive")]
    Drive,
    /// `\`, which separates folders on some systems and not on others.
    #[error("the path has a backslash")]
    Backslash,
    /// Nothing is left of the path.
    #[error("the path is empty")]
    Empty,
    /// Two slashes in a row, or a dot in the middle.
    #[error("the path has an empty part")]
    EmptyPart,
    /// No UTF-8, or a zip archive that does not say that it is.
    #[error("the name is not in UTF-8, or does not say so")]
    Encoding,
    /// NUL, a line feed, or any other control character.
    #[error("the name has a control character")]
    Control,
    /// A dot or a space at the end of a name, which some systems drop.
    #[error("a name ends with a dot or a space")]
    Ending,
    /// Longer than allowed.
    #[error("the path is longer than allowed")]
    LongPath,
    /// Deeper than allowed.
    #[error("the path is deeper than allowed")]
    Deep,
    /// The same name twice.
    #[error("there are two entries of this name")]
    Duplicate,
    /// The same name to a system that does not tell large and small letters apart.
    #[error("it differs from `{other}` only in case or form")]
    Case {
        /// The other name.
        other: String,
    },
    /// A folder that is a file or link, or the other way round.
    #[error("it is both a folder and something else")]
    FolderAndFile,
    /// A link in a format that has none.
    #[error("it is a link, which this format has not")]
    Link,
    /// A link that leads out.
    #[error("the link leads out, to `{to}`")]
    LinkOut {
        /// Where it leads.
        to: String,
    },
    /// Links that lead to each other.
    #[error("the link leads to itself")]
    LinkLoop,
    /// A hard link to what is no earlier file.
    #[error("the link names no earlier file")]
    HardLink,
    /// A device, named pipe or something unknown.
    #[error("it is neither file, folder nor link")]
    Special,
    /// A file that would run as another user.
    #[error("the file would run as its owner or group")]
    OtherUser,
    /// A file beside the outermost folder, where there has to be one.
    #[error("it lies outside of the outermost folder")]
    OutsideTop,
    /// Too many entries.
    #[error("there are more entries than allowed")]
    Entries,
    /// Too many bytes.
    #[error("more comes out than allowed")]
    Bytes,
    /// Far more bytes than went in.
    #[error("far more comes out than went in")]
    Ratio,
    /// Two places of the archive that say different things about one entry.
    #[error("the archive contradicts itself about the {what}")]
    Contradiction {
        /// About what.
        what: &'static str,
    },
    /// Two entries that share bytes.
    #[error("two entries share bytes")]
    Overlap,
    /// Bytes that belong to nothing.
    #[error("there are bytes that belong to no entry")]
    Surplus,
    /// The bytes are not what their checksum or digest says.
    #[error("the bytes do not have the {what} that is named")]
    Checksum {
        /// Which.
        what: &'static str,
    },
    /// Something that is not supported.
    #[error("{what} is not supported")]
    Unsupported {
        /// What.
        what: &'static str,
    },
    /// No archive of this kind, or one with an end missing.
    #[error("it is not a readable archive: {what}")]
    Broken {
        /// What is missing or wrong.
        what: &'static str,
    },
    /// The folder exists already.
    #[error("the folder to unpack to exists")]
    Exists,
    /// The system could not read or write.
    #[error("the system could not read or write")]
    Io(#[source] io::Error),
}

/// Unpacks the archive in `archive` to the new folder `into`.
///
/// # Errors
/// Whatever is refused, with its place. The folder is gone then.
pub fn unpack(
    archive: &mut File,
    format: Format,
    into: &Path,
    limits: &UnpackLimits,
) -> Result<Unpacked, UnpackError> {
    let io = |error| UnpackError::new(b"", Fault::Io(error));
    let size = archive.seek(SeekFrom::End(0)).map_err(io)?;
    archive.rewind().map_err(io)?;
    private_folder(into).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => UnpackError::new(b"", Fault::Exists),
        _ => io(error),
    })?;
    let done = fill(archive, size, format, (into, limits));
    if done.is_err() {
        // What is left is never looked at: the error is what counts.
        _ = fs::remove_dir_all(into);
    }
    done
}

fn fill(
    archive: &mut File,
    size: u64,
    format: Format,
    (into, limits): (&Path, &UnpackLimits),
) -> Result<Unpacked, UnpackError> {
    let mut sink = Sink::new(into, format.rules(), limits);
    let most = limits.most(size);
    match format {
        Format::Npm | Format::Sdist | Format::TarGz => {
            let inner = MultiGzDecoder::new(io::BufReader::new(archive));
            tarball::read(Capped::new(inner, most), &mut sink)?;
        }
        Format::Tar => tarball::read(Capped::new(io::BufReader::new(archive), most), &mut sink)?,
        Format::Wheel | Format::Bundle => zipfile::read(archive, size, &mut sink)?,
        Format::Image => return oci::read(archive, size, (into, limits)),
    }
    sink.finish()
}

impl UnpackLimits {
    /// How much may come out of an archive of `size` bytes.
    fn most(&self, size: u64) -> u64 {
        size.saturating_mul(self.ratio).max(16 << 20).min(self.bytes)
    }
}

/// Makes a folder that is ours alone.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

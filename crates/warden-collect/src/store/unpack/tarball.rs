//! Tar archives: the entries with the names that every reader sees.
//!
//! POSIX.1-2024 `pax` and the extensions of GNU tar have several places for one name. Where two of
//! them are used for one entry and differ in what another reader would make of them, it is refused.

use std::io::{self, Read};

use super::{
    Fault, UnpackError,
    sink::{Sink, reading},
};

/// The most that a record about the next entry may have.
const MOST_ABOUT: u64 = 1 << 20;

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Symlink(Vec<u8>),
    Hard(Vec<u8>),
    Special,
}

/// An entry.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) name: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) mode: u32,
    pub(super) size: u64,
}

/// Is shown an entry and what it holds.
pub(super) type Visit<'v> = dyn FnMut(&Record, &mut dyn Read) -> Result<(), UnpackError> + 'v;

/// Unpacks an archive.
///
/// # Errors
/// Whatever is refused.
pub(super) fn read(reader: impl Read, sink: &mut Sink<'_>) -> Result<(), UnpackError> {
    each(reader, &mut |record, content| {
        put(record, content, sink).map_err(|fault| UnpackError::new(&record.name, fault))
    })
}

/// Puts one entry where it belongs.
pub(super) fn put(
    record: &Record,
    content: &mut dyn Read,
    sink: &mut Sink<'_>,
) -> Result<(), Fault> {
    sink.count()?;
    let folder = record.kind == Kind::Folder;
    let Some(path) = sink.path(&record.name, folder)? else { return Ok(()) };
    match &record.kind {
        Kind::Folder => sink.folder(&path),
        Kind::File => {
            let copied = sink.file(&path, record.mode, content)?;
            if copied == record.size { Ok(()) } else { Err(cut()) }
        }
        Kind::Symlink(to) => sink.link(&path, to),
        Kind::Hard(_) if !sink.allows_links() => Err(Fault::Link),
        Kind::Hard(to) => match sink.path(to, false)? {
            Some(of) => sink.copy(&path, &of),
            None => Err(Fault::HardLink),
        },
        Kind::Special => sink.special(&path),
    }
}

/// Shows every entry, and sees to it that nothing stands behind the last one.
///
/// # Errors
/// When the archive is broken or contradicts itself, and what `visit` says.
pub(super) fn each(reader: impl Read, visit: &mut Visit<'_>) -> Result<(), UnpackError> {
    let mut archive = tar::Archive::new(reader);
    let whole = |error| UnpackError::new(b"", reading(error));
    let mut about = About::default();
    for entry in archive.entries().map_err(whole)?.raw(true) {
        let mut entry = entry.map_err(whole)?;
        if about.take(&mut entry)? {
            continue;
        }
        let record = std::mem::take(&mut about).record(&entry)?;
        visit(&record, &mut entry)?;
    }
    if !about.is_empty() {
        return Err(UnpackError::new(b"", Fault::Broken { what: "the last entry is missing" }));
    }
    only_zeros(&mut archive.into_inner())
}

/// What stands behind the end of an archive is filled up with zeros.
fn only_zeros(reader: &mut impl Read) -> Result<(), UnpackError> {
    let mut buffer = [0; 4096];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) if buffer.iter().take(count).all(|byte| *byte == 0) => {}
            Ok(_) => return Err(UnpackError::new(b"end", Fault::Surplus)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(UnpackError::new(b"end", reading(error))),
        }
    }
}

const fn cut() -> Fault {
    Fault::Broken { what: "the end of an entry is missing" }
}

/// What records in front of an entry say about it.
#[derive(Default)]
struct About {
    gnu_name: Option<Vec<u8>>,
    gnu_link: Option<Vec<u8>>,
    pax: Option<Pax>,
}

/// What of a `pax` record matters here.
#[derive(Default)]
struct Pax {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
}

impl About {
    const fn is_empty(&self) -> bool {
        self.gnu_name.is_none() && self.gnu_link.is_none() && self.pax.is_none()
    }

    /// Takes a record about the next entry. Says whether it was one.
    fn take(&mut self, entry: &mut tar::Entry<'_, impl Read>) -> Result<bool, UnpackError> {
        let kind = entry.header().entry_type();
        let twice = |what| UnpackError::new(b"", Fault::Contradiction { what });
        if kind.is_gnu_longname() {
            let name = ended(content(entry)?);
            return self.gnu_name.replace(name).map_or(Ok(true), |_| Err(twice("name")));
        }
        if kind.is_gnu_longlink() {
            let link = ended(content(entry)?);
            return self.gnu_link.replace(link).map_or(Ok(true), |_| Err(twice("link")));
        }
        if kind.is_pax_local_extensions() {
            let pax = Pax::parse(&content(entry)?).map_err(|f| UnpackError::new(b"pax", f))?;
            return self.pax.replace(pax).map_or(Ok(true), |_| Err(twice("extensions")));
        }
        if kind.is_pax_global_extensions() {
            // `git archive` writes its commit there. What concerns entries is read in two ways.
            let pax = Pax::parse(&content(entry)?).map_err(|f| UnpackError::new(b"pax", f))?;
            if pax.path.is_some() || pax.link.is_some() || pax.size.is_some() {
                return Err(twice("extensions of all entries"));
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn record(self, entry: &tar::Entry<'_, impl Read>) -> Result<Record, UnpackError> {
        let header = entry.header();
        let plain = header.path_bytes().into_owned();
        let pax = self.pax.unwrap_or_default();
        let name = one(self.gnu_name, pax.path, "name")
            .map_err(|fault| UnpackError::new(&plain, fault))?
            .unwrap_or(plain);
        let at = |fault| UnpackError::new(&name, fault);
        let size = header.entry_size().map_err(|error| at(reading(error)))?;
        if pax.size.is_some_and(|other| other != size) {
            return Err(at(Fault::Contradiction { what: "size" }));
        }
        let link = one(self.gnu_link, pax.link, "link").map_err(at)?;
        let link = link.or_else(|| header.link_name_bytes().map(std::borrow::Cow::into_owned));
        let mode = header.mode().map_err(|error| at(reading(error)))?;
        let kind = kind(header.entry_type(), &name, size, link).map_err(at)?;
        Ok(Record { name, kind, mode, size })
    }
}

fn kind(
    entry: tar::EntryType,
    name: &[u8],
    size: u64,
    link: Option<Vec<u8>>,
) -> Result<Kind, Fault> {
    let folder = name.ends_with(b"/");
    let kind = match entry {
        // Before there were types, a slash at the end made the folder.
        tar::EntryType::Regular if folder => Kind::Folder,
        tar::EntryType::Regular | tar::EntryType::Continuous => return Ok(Kind::File),
        tar::EntryType::Directory => Kind::Folder,
        tar::EntryType::Symlink => Kind::Symlink(link.ok_or(Fault::Empty)?),
        tar::EntryType::Link => Kind::Hard(link.ok_or(Fault::Empty)?),
        tar::EntryType::Char | tar::EntryType::Block | tar::EntryType::Fifo => Kind::Special,
        tar::EntryType::GNUSparse => {
            return Err(Fault::Unsupported { what: "a file with holes" });
        }
        _ => return Err(Fault::Special),
    };
    // Content of what has none: some readers skip it, and some read entries there.
    if size == 0 { Ok(kind) } else { Err(Fault::Contradiction { what: "size" }) }
}

/// The only one of two, or both if they agree.
fn one(
    gnu: Option<Vec<u8>>,
    pax: Option<Vec<u8>>,
    what: &'static str,
) -> Result<Option<Vec<u8>>, Fault> {
    match (gnu, pax) {
        (Some(gnu), Some(pax)) if gnu != pax => Err(Fault::Contradiction { what }),
        (gnu, pax) => Ok(gnu.or(pax)),
    }
}

fn content(entry: &mut tar::Entry<'_, impl Read>) -> Result<Vec<u8>, UnpackError> {
    let at = |fault| UnpackError::new(b"extension", fault);
    let size = entry.size();
    if size > MOST_ABOUT {
        return Err(at(Fault::LongPath));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|error| at(reading(error)))?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(at(cut())) }
}

/// GNU tar ends a name with a NUL.
fn ended(mut name: Vec<u8>) -> Vec<u8> {
    if name.last() == Some(&0) {
        name.pop();
    }
    name
}

impl Pax {
    /// Reads `LENGTH KEY=VALUE\n` until the end.
    fn parse(mut bytes: &[u8]) -> Result<Self, Fault> {
        let broken = || Fault::Broken { what: "an extension cannot be read" };
        let mut pax = Self::default();
        while !bytes.is_empty() {
            let space = bytes.iter().take(12).position(|byte| *byte == b' ').ok_or_else(broken)?;
            let digits = bytes.get(..space).ok_or_else(broken)?;
            let length: usize = number(digits).ok_or_else(broken)?;
            let record = bytes.get(space + 1..length).ok_or_else(broken)?;
            let (b'\n', record) = record.split_last().ok_or_else(broken)? else {
                return Err(broken());
            };
            let equals = record.iter().position(|byte| *byte == b'=').ok_or_else(broken)?;
            let (key, value) = record.split_at_checked(equals).ok_or_else(broken)?;
            pax.set(key, value.get(1..).ok_or_else(broken)?)?;
            bytes = bytes.get(length..).ok_or_else(broken)?;
        }
        Ok(pax)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> Result<(), Fault> {
        let twice = |what| Err(Fault::Contradiction { what });
        match key {
            b"path" if self.path.replace(value.to_owned()).is_some() => twice("name"),
            b"linkpath" if self.link.replace(value.to_owned()).is_some() => twice("link"),
            b"size" => {
                let size = number(value).ok_or(Fault::Contradiction { what: "size" })?;
                if self.size.replace(size as u64).is_some() { twice("size") } else { Ok(()) }
            }
            _ if key.starts_with(b"GNU.sparse") => {
                Err(Fault::Unsupported { what: "a file with holes" })
            }
            _ => Ok(()),
        }
    }
}

fn number(digits: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(digits).ok()?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

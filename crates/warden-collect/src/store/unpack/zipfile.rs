//! Zip archives (APPNOTE 6.3.10), read so that no other reader can see other entries.
//!
//! A zip archive says everything twice: in front of each entry and in a directory at the end. Some
//! readers believe the one, some the other, some look for the directory elsewhere. So both must
//! agree, and together the entries, the directory and its end have to be the whole file.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use flate2::{Crc, bufread::DeflateDecoder};

use super::{
    Fault, UnpackError,
    sink::{Capped, Sink, reading},
};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;

/// The length of the end of the directory, without its comment.
const END_LENGTH: u64 = 22;

/// The most that a directory may have.
const MOST_DIRECTORY: u64 = 64 << 20;

/// Encrypted in one of three ways, or a patch.
const REFUSED_FLAGS: u16 = 1 | 1 << 5 | 1 << 6 | 1 << 13;

/// Sizes and checksum stand behind the bytes.
const LATER: u16 = 1 << 3;

/// The name is in UTF-8.
const UTF8: u16 = 1 << 11;

struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    checksum: u32,
    packed: u64,
    size: u64,
    mode: Option<u32>,
    start: u64,
}

/// Unpacks an archive of `size` bytes.
///
/// # Errors
/// Whatever is refused.
pub(super) fn read(file: &mut File, size: u64, sink: &mut Sink<'_>) -> Result<(), UnpackError> {
    let whole = |fault| UnpackError::new(b"directory", fault);
    let (entries, start) = directory(file, size, sink).map_err(whole)?;
    let most = sink.limits().most(size);
    let claimed = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.size));
    if claimed > most {
        return Err(whole(Fault::Ratio));
    }
    let mut reader = BufReader::with_capacity(1 << 15, file);
    let mut at = 0;
    for entry in in_order(&entries) {
        let put = |fault| UnpackError::new(&entry.name, fault);
        if entry.start != at {
            let before = entry.start < at;
            return Err(put(if before { Fault::Overlap } else { Fault::Surplus }));
        }
        at = one(entry, &mut reader, sink).map_err(put)?;
        if at > start {
            return Err(put(Fault::Overlap));
        }
    }
    if at == start { Ok(()) } else { Err(whole(Fault::Surplus)) }
}

/// The entries as they stand in the file.
fn in_order(entries: &[Entry]) -> Vec<&Entry> {
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_by_key(|entry| entry.start);
    order
}

/// Reads the directory: the entries, and where it starts.
fn directory(file: &mut File, size: u64, sink: &mut Sink<'_>) -> Result<(Vec<Entry>, u64), Fault> {
    let (count, length, start) = end(file, size)?;
    if length > MOST_DIRECTORY {
        return Err(Fault::Entries);
    }
    file.seek(SeekFrom::Start(start)).map_err(Fault::Io)?;
    let mut bytes = vec![0; usize::try_from(length).map_err(|_| Fault::Entries)?];
    file.read_exact(&mut bytes).map_err(reading)?;
    let mut bytes = bytes.as_slice();
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        sink.count()?;
        entries.push(central(&mut bytes)?);
    }
    if entries.len() != usize::from(count) {
        return Err(Fault::Contradiction { what: "number of entries" });
    }
    Ok((entries, start))
}

/// Finds the end of the directory, which has to be the end of the file: how many entries, how
/// long the directory is, and where it starts.
fn end(file: &mut File, size: u64) -> Result<(u16, u64, u64), Fault> {
    let broken = Fault::Broken { what: "it has no directory" };
    let tail = size.min(END_LENGTH + u64::from(u16::MAX));
    file.seek(SeekFrom::Start(size - tail)).map_err(Fault::Io)?;
    let mut bytes = Vec::new();
    file.take(tail).read_to_end(&mut bytes).map_err(Fault::Io)?;
    let mut found = None;
    for at in 0..bytes.len() {
        let Some(mut rest) = bytes.get(at..) else { break };
        if take4(&mut rest) != Some(END) {
            continue;
        }
        // A second one is a second archive to readers that search from the other side.
        if found.is_some() {
            return Err(Fault::Contradiction { what: "directory" });
        }
        found = Some((rest, size - tail + at as u64));
    }
    let (mut rest, at) = found.ok_or(broken)?;
    let fields: Option<[u16; 4]> = (0..4)
        .map(|_| take2(&mut rest))
        .collect::<Option<Vec<_>>>()
        .and_then(|fields| fields.try_into().ok());
    let short = || Fault::Broken { what: "its end is missing" };
    let [disk, first, here, count] = fields.ok_or_else(short)?;
    let length = take4(&mut rest).ok_or_else(short)?;
    let start = take4(&mut rest).ok_or_else(short)?;
    let comment = take2(&mut rest).ok_or_else(short)?;
    if disk == u16::MAX || count == u16::MAX || length == u32::MAX || start == u32::MAX {
        return Err(Fault::Unsupported { what: "an archive with 64-bit sizes" });
    }
    if disk != 0 || first != 0 || here != count {
        return Err(Fault::Unsupported { what: "an archive in several files" });
    }
    if rest.len() != usize::from(comment) || u64::from(start) + u64::from(length) != at {
        return Err(Fault::Surplus);
    }
    Ok((count, u64::from(length), u64::from(start)))
}

/// Reads an entry of the directory.
fn central(bytes: &mut &[u8]) -> Result<Entry, Fault> {
    let broken = || Fault::Broken { what: "an entry of the directory cannot be read" };
    let mut read = || -> Option<(Entry, usize, u16, u32)> {
        if take4(bytes)? != CENTRAL {
            return None;
        }
        let system = take2(bytes)?;
        let _needed = take2(bytes)?;
        let (flags, method) = (take2(bytes)?, take2(bytes)?);
        let _time = take4(bytes)?;
        let checksum = take4(bytes)?;
        let (packed, size) = (take4(bytes)?, take4(bytes)?);
        let (name, extra, comment) = (take2(bytes)?, take2(bytes)?, take2(bytes)?);
        let disk = take2(bytes)?;
        let _inner = take2(bytes)?;
        let outer = take4(bytes)?;
        let start = take4(bytes)?;
        let name = take(bytes, usize::from(name))?.to_owned();
        let extra = take(bytes, usize::from(extra))?;
        take(bytes, usize::from(comment))?;
        // Systems with permissions: Unix and macOS.
        let mode = matches!(system >> 8, 3 | 19).then_some(outer >> 16);
        let wide = [packed, size, start].contains(&u32::MAX);
        let mut entry = Entry {
            name,
            flags,
            method,
            checksum,
            packed: u64::from(packed),
            size: u64::from(size),
            mode,
            start: u64::from(start),
        };
        if wide || has_other_name(extra, &entry.name)? {
            entry.method = u16::MAX;
        }
        Some((entry, extra.len(), disk, outer))
    };
    let (entry, _, disk, _) = read().ok_or_else(broken)?;
    if disk != 0 {
        return Err(Fault::Unsupported { what: "an archive in several files" });
    }
    if entry.method == u16::MAX {
        return Err(Fault::Contradiction { what: "name or size" });
    }
    Ok(entry)
}

/// Whether an extra field names the entry otherwise (APPNOTE 4.6.9). Nothing if the fields are
/// broken.
fn has_other_name(mut extra: &[u8], name: &[u8]) -> Option<bool> {
    while extra.len() >= 4 {
        let (id, length) = (take2(&mut extra)?, take2(&mut extra)?);
        let field = take(&mut extra, usize::from(length))?;
        if id == 0x7075 && field.get(5..) != Some(name) {
            return Some(true);
        }
    }
    Some(false)
}

/// Unpacks one entry, and says where it ends.
fn one(entry: &Entry, file: &mut BufReader<&mut File>, sink: &mut Sink<'_>) -> Result<u64, Fault> {
    if entry.flags & REFUSED_FLAGS != 0 {
        return Err(Fault::Unsupported { what: "an encrypted entry" });
    }
    if !matches!(entry.method, 0 | 8) {
        return Err(Fault::Unsupported { what: "this way of packing" });
    }
    if entry.flags & UTF8 == 0 && !entry.name.is_ascii() {
        return Err(Fault::Encoding);
    }
    file.seek(SeekFrom::Start(entry.start)).map_err(Fault::Io)?;
    let start = entry.start + local(entry, file)?;
    place(entry, file, sink)?;
    let end = start.checked_add(entry.packed).ok_or(Fault::Overlap)?;
    file.seek(SeekFrom::Start(end)).map_err(Fault::Io)?;
    if entry.flags & LATER == 0 { Ok(end) } else { Ok(end + descriptor(entry, file)?) }
}

/// Makes what the entry is.
fn place(entry: &Entry, file: &mut BufReader<&mut File>, sink: &mut Sink<'_>) -> Result<(), Fault> {
    let folder = entry.name.ends_with(b"/");
    let mode = entry.mode.unwrap_or(0);
    let kind = mode & 0o170_000;
    match kind {
        0o120_000 => return Err(Fault::Link),
        0o040_000 if folder => {}
        0 => {}
        0o100_000 if !folder => {}
        0o100_000 | 0o040_000 => return Err(Fault::FolderAndFile),
        _ => return Err(Fault::Special),
    }
    let Some(path) = sink.path(&entry.name, folder)? else {
        return if entry.size == 0 { Ok(()) } else { Err(Fault::FolderAndFile) };
    };
    if folder {
        if entry.size != 0 {
            return Err(Fault::FolderAndFile);
        }
        return sink.folder(&path);
    }
    let packed = file.take(entry.packed);
    let mut summed = Summed { inner: packed, crc: Crc::new() };
    if entry.method == 0 {
        exact(sink.file(&path, mode, &mut summed)?, entry)?;
    } else {
        let mut inflated = Summed {
            inner: Capped::new(DeflateDecoder::new(BufReader::new(summed.inner)), entry.size),
            crc: Crc::new(),
        };
        exact(sink.file(&path, mode, &mut inflated)?, entry)?;
        if inflated.inner.inner().total_in() != entry.packed {
            return Err(Fault::Surplus);
        }
        return checked(&inflated.crc, entry);
    }
    checked(&summed.crc, entry)
}

const fn exact(copied: u64, entry: &Entry) -> Result<(), Fault> {
    if copied == entry.size { Ok(()) } else { Err(Fault::Contradiction { what: "size" }) }
}

fn checked(crc: &Crc, entry: &Entry) -> Result<(), Fault> {
    if crc.sum() == entry.checksum { Ok(()) } else { Err(Fault::Checksum { what: "checksum" }) }
}

/// Compares what stands in front of the bytes with the directory, and says how long it is.
fn local(entry: &Entry, file: &mut impl Read) -> Result<u64, Fault> {
    let mut head = [0; 30];
    file.read_exact(&mut head).map_err(reading)?;
    let mut head = head.as_slice();
    let fields = (|| {
        let signature = take4(&mut head)?;
        let _needed = take2(&mut head)?;
        let (flags, method) = (take2(&mut head)?, take2(&mut head)?);
        let _time = take4(&mut head)?;
        let sums = [take4(&mut head)?, take4(&mut head)?, take4(&mut head)?];
        Some((signature, flags, method, sums, take2(&mut head)?, take2(&mut head)?))
    })();
    let broken = Fault::Broken { what: "an entry has no beginning" };
    let (signature, flags, method, [checksum, packed, size], name, extra) = fields.ok_or(broken)?;
    if signature != LOCAL {
        return Err(Fault::Contradiction { what: "place of an entry" });
    }
    let mut rest = vec![0; usize::from(name) + usize::from(extra)];
    file.read_exact(&mut rest).map_err(reading)?;
    let (name, extra) = rest.split_at_checked(usize::from(name)).unwrap_or_default();
    if name != entry.name || has_other_name(extra, name) == Some(true) {
        return Err(Fault::Contradiction { what: "name" });
    }
    if method != entry.method || flags != entry.flags {
        return Err(Fault::Contradiction { what: "way of packing" });
    }
    let later = flags & LATER != 0;
    let (packed, size) = wide(extra, packed, size).ok_or(Fault::Contradiction { what: "size" })?;
    let same = |here: u64, there: u64| here == there || later && here == 0;
    if !same(packed, entry.packed) || !same(size, entry.size) {
        return Err(Fault::Contradiction { what: "size" });
    }
    if !same(u64::from(checksum), u64::from(entry.checksum)) {
        return Err(Fault::Contradiction { what: "checksum" });
    }
    Ok(30 + rest.len() as u64)
}

/// The packed and the real size, which may stand in a field of 64 bits (APPNOTE 4.5.3).
fn wide(mut extra: &[u8], packed: u32, size: u32) -> Option<(u64, u64)> {
    let mut found = (u64::from(packed), u64::from(size));
    if packed != u32::MAX && size != u32::MAX {
        return Some(found);
    }
    while extra.len() >= 4 {
        let (id, length) = (take2(&mut extra)?, take2(&mut extra)?);
        let mut field = take(&mut extra, usize::from(length))?;
        if id == 1 {
            // The real size comes first, and both are there in front of the bytes.
            found = (0, take8(&mut field)?);
            found.0 = take8(&mut field)?;
            return Some(found);
        }
    }
    None
}

/// Compares what stands behind the bytes, and says how long it is: with or without a signature,
/// with sizes of 32 or 64 bits.
fn descriptor(entry: &Entry, file: &mut BufReader<&mut File>) -> Result<u64, Fault> {
    let mut bytes = Vec::new();
    file.take(24).read_to_end(&mut bytes).map_err(reading)?;
    let fits = |mut rest: &[u8], wide: bool| {
        let sizes = |rest: &mut &[u8]| if wide { take8(rest) } else { take4(rest).map(u64::from) };
        take4(&mut rest) == Some(entry.checksum)
            && sizes(&mut rest) == Some(entry.packed)
            && sizes(&mut rest) == Some(entry.size)
    };
    let signed = bytes.get(..4) == Some(&DESCRIPTOR.to_le_bytes());
    for (signature, wide, length) in
        [(true, false, 16), (true, true, 24), (false, false, 12), (false, true, 20)]
    {
        let rest = if signature { bytes.get(4..) } else { Some(bytes.as_slice()) };
        if signature == signed && rest.is_some_and(|rest| fits(rest, wide)) {
            return Ok(length);
        }
    }
    Err(Fault::Contradiction { what: "sizes behind the bytes" })
}

/// A stream whose checksum is known at its end.
struct Summed<R> {
    inner: R,
    crc: Crc,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, tail) = bytes.split_at_checked(count)?;
    *bytes = tail;
    Some(head)
}

fn take2(bytes: &mut &[u8]) -> Option<u16> {
    take(bytes, 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn take4(bytes: &mut &[u8]) -> Option<u32> {
    take(bytes, 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn take8(bytes: &mut &[u8]) -> Option<u64> {
    take(bytes, 8)?.try_into().ok().map(u64::from_le_bytes)
}

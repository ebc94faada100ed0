//! The folder that an archive is unpacked to: every name is known before anything is written.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use super::{
    Fault, LeftOut, LeftOutKind, Rules, UnpackError, UnpackLimits, Unpacked,
    name::{TreePath, folded},
};

/// How many links are followed from one.
const HOPS: usize = 40;

/// How much is told of what was left out.
const MOST_LEFT_OUT: usize = 10_000;

/// So many bytes of two files are compared at a time.
const COMPARED: usize = 64 * 1024;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A folder that only its content names so far.
    Implied,
    Folder,
    File,
    Link,
}

struct Seen {
    exact: String,
    kind: Kind,
}

/// Where an archive is unpacked to.
pub(super) struct Sink<'a> {
    root: PathBuf,
    rules: Rules,
    limits: &'a UnpackLimits,
    /// By the spelling that all equal names share.
    seen: HashMap<String, Seen>,
    links: BTreeMap<String, String>,
    entries: u64,
    done: Unpacked,
}

impl<'a> Sink<'a> {
    pub(super) fn new(root: &Path, rules: Rules, limits: &'a UnpackLimits) -> Self {
        Self {
            root: root.to_owned(),
            rules,
            limits,
            seen: HashMap::new(),
            links: BTreeMap::new(),
            entries: 0,
            done: Unpacked::default(),
        }
    }

    pub(super) const fn limits(&self) -> &'a UnpackLimits {
        self.limits
    }

    pub(super) const fn allows_links(&self) -> bool {
        self.rules.links
    }

    /// The path of an entry in the tree; nothing for the root itself.
    ///
    /// # Errors
    /// When it is no path, or a file lies where only a folder may.
    pub(super) fn path(&self, raw: &[u8], folder: bool) -> Result<Option<TreePath>, Fault> {
        let path = match TreePath::parse(raw, self.limits) {
            Ok(path) => path,
            Err(Fault::Empty) if folder => return Ok(None),
            Err(fault) => return Err(fault),
        };
        if !self.rules.strip {
            return Ok(Some(path));
        }
        match path.inside() {
            Some(inside) => Ok(Some(inside)),
            None if folder => Ok(None),
            None => Err(Fault::OutsideTop),
        }
    }

    /// Counts an entry.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) const fn count(&mut self) -> Result<(), Fault> {
        self.entries += 1;
        if self.entries > self.limits.entries { Err(Fault::Entries) } else { Ok(()) }
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// When something else has its name.
    pub(super) fn folder(&mut self, path: &TreePath) -> Result<(), Fault> {
        self.parents(path)?;
        self.enter(path.as_str(), Kind::Folder)
    }

    /// Writes a file of at most `most` bytes, and says how many it has.
    ///
    /// # Errors
    /// When its name is taken, it is too large, or cannot be read or written.
    pub(super) fn file(
        &mut self,
        path: &TreePath,
        mode: u32,
        content: &mut dyn Read,
    ) -> Result<u64, Fault> {
        self.special_bits(path, mode)?;
        self.parents(path)?;
        match self.enter(path.as_str(), Kind::File) {
            Err(Fault::Duplicate) => return self.again(path, mode, content),
            other => other?,
        }
        let mut file = create(&self.root.join(path.as_str()), mode & 0o100 != 0)?;
        let left = self.limits.bytes.saturating_sub(self.done.bytes);
        let copied = copy(&mut content.take(left.saturating_add(1)), &mut file)?;
        if copied > left {
            return Err(Fault::Bytes);
        }
        self.done.bytes += copied;
        self.done.files += 1;
        Ok(copied)
    }

    /// A file that was there already. npm packs some files twice; which of them is taken makes no
    /// difference if they are the same to the byte.
    fn again(&mut self, path: &TreePath, mode: u32, content: &mut dyn Read) -> Result<u64, Fault> {
        let earlier = self.seen.get(&self.key(path.as_str()));
        if !earlier.is_some_and(|seen| seen.kind == Kind::File) {
            return Err(Fault::Duplicate);
        }
        let mut known = File::open(self.root.join(path.as_str())).map_err(Fault::Io)?;
        if is_executable(&known)? != (mode & 0o100 != 0) {
            return Err(Fault::Duplicate);
        }
        let left = self.limits.bytes.saturating_sub(self.done.bytes);
        let (mut first, mut second) = (vec![0; COMPARED], vec![0; COMPARED]);
        let mut content = content.take(left.saturating_add(1));
        let mut read = 0_u64;
        loop {
            let here = fill(&mut content, &mut first)?;
            let there = fill(&mut known, &mut second)?;
            if first.get(..here) != second.get(..there) {
                return Err(Fault::Duplicate);
            }
            read += here as u64;
            if here < COMPARED {
                break;
            }
        }
        if read > left {
            return Err(Fault::Bytes);
        }
        self.done.bytes += read;
        Ok(read)
    }

    /// Writes a hard link as a file of its own: a copy of an earlier file.
    ///
    /// # Errors
    /// When that is no earlier file, or this name is taken.
    pub(super) fn copy(&mut self, path: &TreePath, of: &TreePath) -> Result<(), Fault> {
        let earlier = self.seen.get(&self.key(of.as_str()));
        if !self.rules.links
            || !earlier.is_some_and(|seen| seen.kind == Kind::File && seen.exact == of.as_str())
        {
            return Err(if self.rules.links { Fault::HardLink } else { Fault::Link });
        }
        let mut source = File::open(self.root.join(of.as_str())).map_err(Fault::Io)?;
        let mode = if is_executable(&source)? { 0o100 } else { 0 };
        self.file(path, mode, &mut source).map(drop)
    }

    /// Notes a symbolic link, which is made at the end.
    ///
    /// # Errors
    /// When this format has none, or its name is taken.
    pub(super) fn link(&mut self, path: &TreePath, to: &[u8]) -> Result<(), Fault> {
        if !self.rules.links {
            return Err(Fault::Link);
        }
        let text = std::str::from_utf8(to).map_err(|_| Fault::Encoding)?;
        if text.is_empty() {
            return Err(Fault::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(Fault::Control);
        }
        if text.len() > self.limits.path {
            return Err(Fault::LongPath);
        }
        let to = match text.strip_prefix('/') {
            Some(rest) if self.rules.system => from_root(path, rest),
            Some(_) => return Err(Fault::LinkOut { to: text.to_owned() }),
            None if text.contains('\\') && !self.rules.system => return Err(Fault::Backslash),
            None => text.to_owned(),
        };
        self.parents(path)?;
        self.enter(path.as_str(), Kind::Link)?;
        self.links.insert(path.as_str().to_owned(), to);
        Ok(())
    }

    /// A device or pipe: refused, or left out and told.
    ///
    /// # Errors
    /// When it is not a system.
    pub(super) fn special(&mut self, path: &TreePath) -> Result<(), Fault> {
        if !self.rules.system {
            return Err(Fault::Special);
        }
        self.leave_out(path, LeftOutKind::Special);
        Ok(())
    }

    /// Makes the links, and says what there is.
    ///
    /// # Errors
    /// When a link leads out, or cannot be made.
    pub(super) fn finish(mut self) -> Result<Unpacked, UnpackError> {
        for (path, to) in &self.links {
            let at = |fault| UnpackError::new(path.as_bytes(), fault);
            let to = match leads_to(path, to, &self.links) {
                Ok(()) => to.clone(),
                // In a system, the folder above the root is the root.
                Err(Fault::LinkOut { .. }) if self.rules.system => {
                    clamped(path, to).ok_or_else(|| at(Fault::LinkOut { to: to.clone() }))?
                }
                Err(fault) => return Err(at(fault)),
            };
            leads_to(path, &to, &self.links).map_err(at)?;
            symlink(&to, &self.root.join(path)).map_err(|error| at(Fault::Io(error)))?;
        }
        self.done.left_out.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(self.done)
    }

    fn special_bits(&mut self, path: &TreePath, mode: u32) -> Result<(), Fault> {
        if mode & 0o6000 == 0 {
            return Ok(());
        }
        if !self.rules.system {
            return Err(Fault::OtherUser);
        }
        self.leave_out(path, LeftOutKind::OtherUser);
        Ok(())
    }

    fn leave_out(&mut self, path: &TreePath, what: LeftOutKind) {
        if self.done.left_out.len() < MOST_LEFT_OUT {
            self.done.left_out.push(LeftOut { path: path.as_str().to_owned(), what });
        }
    }

    /// Makes the folders around an entry.
    fn parents(&mut self, path: &TreePath) -> Result<(), Fault> {
        for parent in path.parents() {
            self.enter(parent, Kind::Implied)?;
        }
        Ok(())
    }

    /// Takes a name. A folder may be named again, and makes what implied it real.
    fn enter(&mut self, path: &str, kind: Kind) -> Result<(), Fault> {
        let key = self.key(path);
        if let Some(seen) = self.seen.get_mut(&key) {
            if seen.exact != path {
                return Err(Fault::Case { other: seen.exact.clone() });
            }
            return match (seen.kind, kind) {
                (Kind::Implied | Kind::Folder, Kind::Implied) => Ok(()),
                (Kind::Implied, Kind::Folder) => {
                    seen.kind = Kind::Folder;
                    Ok(())
                }
                (Kind::Folder, Kind::Folder)
                | (Kind::File | Kind::Link, Kind::File | Kind::Link) => Err(Fault::Duplicate),
                _ => Err(Fault::FolderAndFile),
            };
        }
        if matches!(kind, Kind::Implied | Kind::Folder) {
            if kind == Kind::Implied {
                // A folder takes room, too, although no entry counts it.
                self.count()?;
            }
            super::private_folder(&self.root.join(path)).map_err(Fault::Io)?;
        }
        self.seen.insert(key, Seen { exact: path.to_owned(), kind });
        Ok(())
    }

    fn key(&self, path: &str) -> String {
        if self.rules.system { path.to_owned() } else { folded(path) }
    }
}

/// Follows a link on paper, with all others, and sees whether it stays inside.
///
/// # Errors
/// When it leads out or round in circles.
pub(crate) fn leads_to(
    path: &str,
    to: &str,
    links: &BTreeMap<String, String>,
) -> Result<(), Fault> {
    let out = || Fault::LinkOut { to: to.to_owned() };
    if to.starts_with('/') {
        return Err(out());
    }
    let mut at: Vec<&str> = path.split('/').collect();
    at.pop();
    // The parts still to go, the next one last.
    let mut rest: Vec<&str> = to.split('/').rev().collect();
    let mut hops = 0_usize;
    while let Some(part) = rest.pop() {
        match part {
            "" | "." => {}
            ".." => drop(at.pop().ok_or_else(out)?),
            name => {
                at.push(name);
                if let Some(next) = links.get(&at.join("/")) {
                    hops += 1;
                    if hops > HOPS {
                        return Err(Fault::LinkLoop);
                    }
                    if next.starts_with('/') {
                        return Err(out());
                    }
                    at.pop();
                    rest.extend(next.split('/').rev());
                }
            }
        }
    }
    Ok(())
}

/// A path from the root of a system, as seen from where a link lies.
fn from_root(path: &TreePath, rest: &str) -> String {
    let up = path.parents().count();
    let mut to = "../".repeat(up);
    to.push_str(rest.trim_start_matches('/'));
    if to.is_empty() { ".".to_owned() } else { to }
}

/// The same target with what climbs above the root of a system left out.
fn clamped(path: &str, to: &str) -> Option<String> {
    let mut depth = path.matches('/').count();
    let mut parts = Vec::new();
    for part in to.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => {}
            ".." => {
                depth -= 1;
                parts.push(part);
            }
            name => {
                depth += 1;
                parts.push(name);
            }
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// Makes a new file.
///
/// # Errors
/// When there is one, or the system cannot.
pub(super) fn create(path: &Path, executable: bool) -> Result<File, Fault> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(if executable { 0o700 } else { 0o600 });
    }
    #[cfg(not(unix))]
    let _ = executable;
    options.open(path).map_err(Fault::Io)
}

#[cfg(unix)]
fn is_executable(file: &File) -> Result<bool, Fault> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata().map_err(Fault::Io)?.permissions().mode() & 0o100 != 0)
}

/// Reads until the buffer is full or there is no more.
fn fill(from: &mut dyn Read, buffer: &mut [u8]) -> Result<usize, Fault> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest).map_err(Fault::Io)? {
            0 => break,
            more => filled += more,
        }
    }
    Ok(filled)
}

#[cfg(not(unix))]
fn is_executable(_: &File) -> Result<bool, Fault> {
    Ok(false)
}

#[cfg(unix)]
fn symlink(to: &str, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, path)
}

#[cfg(not(unix))]
fn symlink(_: &str, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Copies, and tells errors of reading, which the archive caused, from others.
fn copy(from: &mut dyn Read, to: &mut dyn Write) -> Result<u64, Fault> {
    let mut buffer = [0; 1 << 14];
    let mut copied = 0;
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => return Ok(copied),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(reading(error)),
        };
        to.write_all(buffer.get(..count).unwrap_or_default()).map_err(Fault::Io)?;
        copied += count as u64;
    }
}

/// What an error of a reader means.
pub(super) fn reading(error: io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::FileTooLarge => Fault::Ratio,
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            Fault::Broken { what: "it cannot be decompressed or read" }
        }
        io::ErrorKind::UnexpectedEof => Fault::Broken { what: "its end is missing" },
        _ => Fault::Io(error),
    }
}

/// A stream that fails, instead of ending, when it gives more than it may.
pub(super) struct Capped<R> {
    inner: R,
    left: u64,
}

impl<R> Capped<R> {
    pub(super) const fn new(inner: R, left: u64) -> Self {
        Self { inner, left }
    }

    pub(super) const fn inner(&self) -> &R {
        &self.inner
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        Ok(count)
    }
}

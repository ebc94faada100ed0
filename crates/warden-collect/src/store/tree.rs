//! The digest of a tree of files, wherever it lies.
//!
//! # Form, version 1
//!
//! Exact bytes: the line `mcpwarden tree 1`, then one line for each folder, file and link below the
//! root, in the order of the bytes of their paths. A line is a letter, for files and links a space
//! and 64 hexadecimal digits, a space, the path with `/` between its parts, and a line feed.
//!
//! | letter | what | digits |
//! |---|---|---|
//! | `d` | folder | none |
//! | `f` | file | SHA-256 of its bytes |
//! | `x` | file that may be executed by its owner | SHA-256 of its bytes |
//! | `l` | symbolic link | SHA-256 of the path that it holds |
//!
//! The digest is the SHA-256 of these bytes. No name has a control character, so no line can look
//! like two. Times, owners, other permissions and where the tree lies are not part of it. A link
//! must be relative and stay inside when all links are followed; what is no file, folder or link,
//! and what would run as another user, has no digest.

use std::{
    collections::BTreeMap,
    fs::{self, File, Metadata},
    io::{self, Read},
    path::Path,
};

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use warden_model::Digest;

use super::{
    beside::Beside,
    unpack::{Fault, TreePath, UnpackLimits, leads_to},
};

/// The first line of the form.
const FIRST: &str = "mcpwarden tree 1\n";

/// How much a tree may hold.
const LIMITS: UnpackLimits =
    UnpackLimits { entries: 500_000, bytes: 16 << 30, ratio: 0, path: 4096, depth: 256 };

/// How many files are read one after the other.
const CHUNK: usize = 64;

/// What lies in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its path, with `/` between the parts.
    pub path: String,
    /// What it is.
    pub kind: NodeKind,
}

/// A folder, file or link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A folder.
    Folder,
    /// A file.
    File {
        /// Of its bytes.
        digest: Digest,
        /// How many there are.
        size: u64,
        /// Whether its owner may execute it.
        executable: bool,
    },
    /// A symbolic link.
    Link {
        /// What it holds.
        to: String,
    },
}

/// Everything in a tree, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    nodes: Vec<Node>,
}

/// Why a tree has no digest.
#[derive(Debug, thiserror::Error)]
#[error("`{at}` has no place in a tree: {fault}")]
pub struct TreeError {
    /// The path in the tree.
    pub at: String,
    /// What is wrong.
    #[source]
    pub fault: Fault,
}

impl TreeError {
    fn new(at: &str, fault: Fault) -> Self {
        Self { at: at.escape_debug().to_string(), fault }
    }
}

impl Manifest {
    /// Reads and hashes everything below `root`.
    ///
    /// # Errors
    /// When something cannot be read or has no place in a tree.
    pub fn of(root: &Path) -> Result<Self, TreeError> {
        let found = walk(root)?;
        let open = File::open(root).map_err(|error| TreeError::new("", Fault::Io(error)))?;
        let nodes = found.par_chunks(CHUNK).flat_map_iter(|chunk| {
            let mut beside = Beside::new(&open);
            chunk.iter().map(move |found| found.hashed(root, &mut beside))
        });
        let mut nodes: Vec<Node> = nodes.collect::<Result<_, TreeError>>()?;
        nodes.par_sort_unstable_by(|one, other| one.path.cmp(&other.path));
        let manifest = Self { nodes };
        manifest.check_links()?;
        Ok(manifest)
    }

    /// What lies in it, sorted by the bytes of the paths.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The exact bytes that are hashed.
    #[must_use]
    pub fn form(&self) -> Vec<u8> {
        let length: usize = self.nodes.iter().map(|node| node.path.len() + 68).sum();
        let mut form = Vec::with_capacity(FIRST.len() + length);
        form.extend_from_slice(FIRST.as_bytes());
        for node in &self.nodes {
            let (letter, digest) = match &node.kind {
                NodeKind::Folder => (b'd', None),
                NodeKind::File { digest, executable, .. } => {
                    (if *executable { b'x' } else { b'f' }, Some(*digest))
                }
                NodeKind::Link { to } => (b'l', Some(Digest::of(to.as_bytes()))),
            };
            form.push(letter);
            if let Some(digest) = digest {
                form.push(b' ');
                form.extend_from_slice(&digest.hex());
            }
            form.push(b' ');
            form.extend_from_slice(node.path.as_bytes());
            form.push(b'\n');
        }
        form
    }

    /// The digest of the tree.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.form())
    }

    fn check_links(&self) -> Result<(), TreeError> {
        let links: BTreeMap<String, String> = self
            .nodes
            .iter()
            .filter_map(|node| match &node.kind {
                NodeKind::Link { to } => Some((node.path.clone(), to.clone())),
                NodeKind::Folder | NodeKind::File { .. } => None,
            })
            .collect();
        links.iter().try_for_each(|(path, to)| {
            leads_to(path, to, &links).map_err(|fault| TreeError::new(path, fault))
        })
    }
}

/// Something below the root that was not hashed yet.
struct Found {
    path: String,
    metadata: Metadata,
}

impl Found {
    fn hashed<'a>(&'a self, root: &Path, beside: &mut Beside<'a>) -> Result<Node, TreeError> {
        let Self { path, metadata } = self;
        let io = |error| TreeError::new(path, Fault::Io(error));
        let kind = if metadata.is_dir() {
            NodeKind::Folder
        } else if metadata.is_symlink() {
            let to = fs::read_link(root.join(path)).map_err(io)?;
            let to = to.into_os_string().into_string();
            let to = to.map_err(|_| TreeError::new(path, Fault::Encoding))?;
            if to.chars().any(char::is_control) {
                return Err(TreeError::new(path, Fault::Control));
            }
            NodeKind::Link { to }
        } else if metadata.is_file() {
            let executable = executable(metadata).map_err(|fault| TreeError::new(path, fault))?;
            let file = beside.open(path).map_err(io)?;
            let (digest, size) = hash(file, metadata.len()).map_err(io)?;
            NodeKind::File { digest, size, executable }
        } else {
            return Err(TreeError::new(path, Fault::Special));
        };
        Ok(Node { path: path.clone(), kind })
    }
}

/// Everything below a folder, several folders at a time.
fn walk(root: &Path) -> Result<Vec<Found>, TreeError> {
    let mut found = Vec::new();
    let mut level = vec![String::new()];
    for _ in 0..=LIMITS.depth {
        if level.is_empty() {
            return Ok(found);
        }
        let lists: Vec<Vec<Found>> =
            level.par_iter().map(|folder| list(root, folder)).collect::<Result<_, TreeError>>()?;
        level.clear();
        for entry in lists.into_iter().flatten() {
            if entry.metadata.is_dir() {
                level.push(entry.path.clone());
            }
            found.push(entry);
        }
        if found.len() as u64 > LIMITS.entries {
            return Err(TreeError::new("", Fault::Entries));
        }
    }
    Err(TreeError::new("", Fault::Deep))
}

fn list(root: &Path, folder: &str) -> Result<Vec<Found>, TreeError> {
    let io = |error| TreeError::new(folder, Fault::Io(error));
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(folder)).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name().into_string();
        let name = name.map_err(|_| TreeError::new(folder, Fault::Encoding))?;
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        TreePath::parse(path.as_bytes(), &LIMITS).map_err(|fault| TreeError::new(&path, fault))?;
        // This does not follow a link.
        let metadata = entry.metadata().map_err(io)?;
        found.push(Found { path, metadata });
    }
    Ok(found)
}

#[cfg(unix)]
fn executable(metadata: &Metadata) -> Result<bool, Fault> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode();
    if mode & 0o6000 == 0 { Ok(mode & 0o100 != 0) } else { Err(Fault::OtherUser) }
}

#[cfg(not(unix))]
fn executable(_: &Metadata) -> Result<bool, Fault> {
    Ok(false)
}

/// Files up to this size are read at once.
const SMALL: u64 = 64 << 10;

/// The digest of a file, and its size.
fn hash(mut file: File, expected: u64) -> io::Result<(Digest, u64)> {
    let mut hasher = Sha256::new();
    let mut size = 0_u64;
    let room = usize::try_from(expected.min(SMALL)).unwrap_or(0) + 1;
    let mut buffer = vec![0; room];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok((Digest::from_bytes(hasher.finalize().into()), size));
        }
        size += count as u64;
        if size > expected {
            return Err(io::Error::other("it grew while it was read"));
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
}

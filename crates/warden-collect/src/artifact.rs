//! The digest of what a command runs, as far as that lies in files of this machine.
//!
//! A command is resolved the way the system does it. A program is hashed itself, an interpreter
//! only lends its name: there the script counts, and where that lies in an installed package, the
//! whole package. What is fetched when it starts has no digest here, and says so.

mod tree;

use std::path::{Path, PathBuf};

use warden_model::{Digest, Launch};

use crate::{
    machine::slashes,
    package::{inner_line, program},
    reader,
};

/// What runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Artifact {
    /// It lies in these files.
    Known {
        /// Over names and digests of all of them.
        digest: Digest,
        /// The files, in the order in which they are hashed.
        files: Vec<HashedFile>,
    },
    /// It could not be told.
    Unknown(Untold),
}

/// A file with its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashedFile {
    /// The absolute path, with `/` between its parts.
    pub path: String,
    /// The digest of its bytes.
    pub digest: Digest,
}

/// Why it cannot be told what runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Untold {
    /// A launcher fetches it when it starts.
    Fetched,
    /// There is no such command.
    NoCommand,
    /// An interpreter is given no file: a module by its name, or code.
    NoFile,
    /// A file could not be read, or is too large.
    Unreadable,
    /// A package has too many files, or they are too large together.
    TooLarge,
}

impl Untold {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fetched => "fetched",
            Self::NoCommand => "no-command",
            Self::NoFile => "no-file",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too-large",
        }
    }
}

/// Programs that fetch what they run.
const FETCHERS: &[&str] = &[
    "npx", "bunx", "pnpx", "npm", "pnpm", "yarn", "uvx", "uv", "pipx", "docker", "podman",
    "nerdctl", "finch", "go", "dnx", "dotnet", "kubectl", "ssh",
];

/// Programs that run a file which they are given.
const INTERPRETERS: &[&str] = &[
    "node",
    "nodejs",
    "bun",
    "deno",
    "tsx",
    "ts-node",
    "python",
    "python3",
    "py",
    "pypy",
    "pypy3",
    "ruby",
    "php",
    "perl",
    "java",
    "bash",
    "sh",
    "zsh",
    "dash",
    "ksh",
    "fish",
    "pwsh",
    "powershell",
    "cmd",
    "env",
    "lua",
    "rscript",
];

/// Computes the digest of what `launch` runs. `path_env` is the search path of the child.
#[must_use]
pub fn artifact_digest(launch: &Launch, cwd: Option<&Path>, path_env: Option<&str>) -> Artifact {
    let args: Vec<String> = launch.args.iter().map(|word| word.reveal().to_owned()).collect();
    let (command, args) = inner_line(&launch.command, &args);
    match find(&command, &args, (cwd, path_env)) {
        Ok(found) => hash(found),
        Err(reason) => Artifact::Unknown(reason),
    }
}

/// A file, or a whole package.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    File(PathBuf),
    Package(PathBuf),
}

fn find(
    command: &str,
    args: &[String],
    (cwd, path_env): (Option<&Path>, Option<&str>),
) -> Result<Vec<Piece>, Untold> {
    let name = program(command);
    if FETCHERS.contains(&name.as_str()) {
        return Err(Untold::Fetched);
    }
    let mut pieces = Vec::new();
    let interpreter = is_interpreter(&name);
    if !interpreter {
        let path = resolve(command, cwd, path_env).ok_or(Untold::NoCommand)?;
        pieces.push(piece(path));
    }
    for word in args {
        let path = Path::new(word);
        let path = if path.is_absolute() {
            path.to_owned()
        } else {
            cwd.map_or_else(|| path.to_owned(), |cwd| cwd.join(path))
        };
        if (path.is_absolute() || cwd.is_some()) && path.is_file() {
            let piece = piece(path.canonicalize().map_err(|_| Untold::Unreadable)?);
            if !pieces.contains(&piece) {
                pieces.push(piece);
            }
        }
    }
    if pieces.is_empty() { Err(Untold::NoFile) } else { Ok(pieces) }
}

fn is_interpreter(name: &str) -> bool {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    INTERPRETERS.contains(&name) || INTERPRETERS.contains(&plain)
}

/// Where a command lies. The links of package managers are followed.
fn resolve(command: &str, cwd: Option<&Path>, path_env: Option<&str>) -> Option<PathBuf> {
    let path = Path::new(command);
    let candidates: Vec<PathBuf> = if path.is_absolute() {
        vec![path.to_owned()]
    } else if command.contains(['/', '\\']) {
        vec![cwd?.join(path)]
    } else {
        std::env::split_paths(path_env?)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(path))
            .collect()
    };
    candidates.into_iter().find(|path| path.is_file())?.canonicalize().ok()
}

/// A file on its own, or the package that it belongs to.
fn piece(path: PathBuf) -> Piece {
    tree::package_of(&path).map_or(Piece::File(path), Piece::Package)
}

fn hash(pieces: Vec<Piece>) -> Artifact {
    let mut files = Vec::new();
    let mut budget = tree::Budget::default();
    for piece in pieces {
        let outcome = match piece {
            Piece::File(path) => one(&path, &mut budget).map(|file| vec![file]),
            Piece::Package(folder) => tree::hash(&folder, &mut budget),
        };
        match outcome {
            Ok(found) => files.extend(found),
            Err(reason) => return Artifact::Unknown(reason),
        }
    }
    let lines: Vec<String> =
        files.iter().map(|file| format!("{} {}\n", file.digest, last_part(&file.path))).collect();
    let digest = Digest::of_parts(lines.iter().map(String::as_bytes));
    Artifact::Known { digest, files }
}

/// The name by which a file counts: within its package, or alone. Where things are installed
/// must not change what they are.
fn last_part(path: &str) -> &str {
    for marker in ["/node_modules/", "/site-packages/", "/dist-packages/"] {
        if let Some((_, inside)) = path.rsplit_once(marker) {
            return inside;
        }
    }
    path.rsplit('/').next().unwrap_or(path)
}

fn one(path: &Path, budget: &mut tree::Budget) -> Result<HashedFile, Untold> {
    let file = reader::check(path, Path::new("/")).ok().flatten().ok_or(Untold::Unreadable)?;
    budget.take(file.len)?;
    let digest = reader::digest(&file).map_err(|_| Untold::Unreadable)?;
    Ok(HashedFile { path: slashes(path), digest })
}

#[cfg(test)]
mod tests;

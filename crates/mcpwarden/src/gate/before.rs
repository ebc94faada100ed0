//! A revision of a repository, read through Git: what was there before a change, and the policy
//! that the change is judged by.
//!
//! Git only lists and shows objects here. It runs no hook, no filter and no helper of the
//! repository, and fetches nothing.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use warden_collect::RepositoryFile;
use warden_model::Digest;

use crate::{Failure, Kind};

/// So many files of a revision are read.
const MOST: usize = 200_000;

/// So many bytes of a revision are read.
const MOST_BYTES: u64 = 512 << 20;

/// The longest line that Git may answer with.
const MOST_LINE: u64 = 1 << 16;

/// The longest list of files that Git may answer with.
const MOST_LIST: u64 = 256 << 20;

/// One revision.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    /// The folder of the working tree.
    top: PathBuf,
    /// All digits of the commit.
    commit: String,
}

/// Whose a file of the working tree is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// It was there before the change: what it was then.
    Before(Vec<u8>),
    /// The change brings it.
    Change,
    /// Git does not know it: somebody has put it there who runs this.
    Nobody,
}

impl Revision {
    /// Finds a revision of the repository that a folder lies in.
    ///
    /// # Errors
    /// When there is no repository, no Git or no such revision.
    pub(crate) fn of(folder: &Path, name: &str) -> Result<Self, Failure> {
        let commit = format!("{name}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let top = line(&ask(folder, &["rev-parse", "--show-toplevel"], MOST_LINE)?)?;
        let found = ask(folder, &words, MOST_LINE).map_err(|failure| {
            failure.hint(format!("`{name}` has to be a commit that is here: `git fetch` it first"))
        })?;
        let commit = line(&found)?;
        if !matches!(commit.len(), 40 | 64) || !commit.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Failure::new(Kind::Input, format!("`{name}` is no commit")));
        }
        Ok(Self { top: top.into(), commit })
    }

    /// The first digits of the commit, for people.
    pub(crate) fn short(&self) -> String {
        self.commit.chars().take(12).collect()
    }

    /// The files below `folder` for which `wanted` returns the most bytes that they may have.
    /// Files that are larger, and links, are left out: then they count as changed.
    ///
    /// # Errors
    /// When Git does not tell.
    pub(crate) fn files(
        &self,
        folder: &Path,
        prefix: &str,
        wanted: &dyn Fn(&str) -> Option<u64>,
    ) -> Result<Vec<RepositoryFile>, Failure> {
        // Paths are then relative to the folder, as they are for whoever walks through it.
        let list = ask(folder, &["ls-tree", "-r", "-z", "-l", &self.commit], MOST_LIST)?;
        let mut listed = Vec::new();
        let mut bytes = 0_u64;
        for entry in list.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            let Some((blob, size, path)) = blob(entry) else { continue };
            if wanted(path).is_some_and(|most| size <= most) {
                bytes += size;
                listed.push((blob.to_owned(), path.to_owned()));
            }
            if listed.len() > MOST || bytes > MOST_BYTES {
                let message = "there is more in the revision than is looked at";
                return Err(Failure::new(Kind::Input, message));
            }
        }
        read(folder, listed, prefix)
    }

    /// Whose a file is.
    ///
    /// # Errors
    /// When Git does not tell.
    pub(crate) fn whose(&self, file: &Path) -> Result<Whose, Failure> {
        // By the path that is written, and by the one that links lead to: either can be what a
        // change brings.
        let mut paths = vec![file.to_owned()];
        paths.extend(file.canonicalize().ok().filter(|real| real != file));
        for path in paths {
            let Ok(inside) = path.strip_prefix(&self.top) else { continue };
            let Some(inside) = inside.to_str().filter(|inside| !inside.is_empty()) else {
                continue;
            };
            match self.inside(inside)? {
                Whose::Nobody => {}
                known => return Ok(known),
            }
        }
        Ok(Whose::Nobody)
    }

    /// Whose a path of the working tree is.
    fn inside(&self, path: &str) -> Result<Whose, Failure> {
        let same = |found: &str| (found == path).then_some(MOST_BYTES);
        if let Some(file) = self.files(&self.top, "", &same)?.into_iter().next() {
            return Ok(Whose::Before(file.bytes));
        }
        // A link, or another repository, that Git knows may stand for a folder on the way.
        let mut above: Vec<&str> = Path::new(path).ancestors().filter_map(Path::to_str).collect();
        above.retain(|part| !part.is_empty());
        let listed = [["ls-files", "-z", "--"].as_slice(), &above].concat();
        let listed = ask(&self.top, &listed, MOST_LIST)?;
        let mut known = listed.split(|byte| *byte == 0);
        let brought = known.any(|entry| above.iter().any(|part| part.as_bytes() == entry));
        Ok(if brought { Whose::Change } else { Whose::Nobody })
    }
}

/// Reads blobs, one after the other.
fn read(
    folder: &Path,
    listed: Vec<(String, String)>,
    prefix: &str,
) -> Result<Vec<RepositoryFile>, Failure> {
    let failed = |error: std::io::Error| cannot().caused_by(error);
    let mut child = git(folder, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(cannot());
    };
    let mut output = BufReader::new(output);
    let mut files = Vec::new();
    for (blob, path) in listed {
        writeln!(input, "{blob}").and_then(|()| input.flush()).map_err(failed)?;
        let mut head = String::new();
        (&mut output).take(1 << 10).read_line(&mut head).map_err(failed)?;
        let mut words = head.split_whitespace();
        let (Some(own), Some("blob"), Some(size)) = (words.next(), words.next(), words.next())
        else {
            return Err(cannot().hint(format!("`{path}` of the revision is not here")));
        };
        let size = size.parse::<u64>().ok().filter(|size| *size <= MOST_BYTES && own == blob);
        let size = size.ok_or_else(cannot)?;
        let mut bytes = Vec::new();
        (&mut output).take(size + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 != size + 1 {
            return Err(cannot());
        }
        bytes.pop();
        files.push(RepositoryFile { path: format!("{prefix}{path}"), bytes });
    }
    drop(input);
    child.wait().map_err(failed)?;
    Ok(files)
}

/// What Git answers.
fn ask(folder: &Path, words: &[&str], most: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| {
        cannot().caused_by(error).hint("a revision is read with `git`, which has to be installed")
    };
    let mut child = git(folder, words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let mut answer = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(most + 1).read_to_end(&mut answer).map_err(failed)?;
    }
    let status = child.wait().map_err(failed)?;
    if !status.success() || answer.len() as u64 > most {
        return Err(cannot().hint(format!("`git {}` did not succeed", words.join(" "))));
    }
    Ok(answer)
}

/// One line that Git answers with.
fn line(answer: &[u8]) -> Result<String, Failure> {
    let text = std::str::from_utf8(answer).map_err(|error| cannot().caused_by(error))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn git(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["--no-pager", "--no-optional-locks", "--literal-pathspecs"])
        // What a configuration of the repository could make Git start.
        .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
        .args(words)
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_TERMINAL_PROMPT", "0");
    command
}

fn cannot() -> Failure {
    Failure::new(Kind::Input, "cannot read the revision")
}

/// `MODE blob OBJECT SIZE<TAB>PATH` of a regular file.
fn blob(entry: &[u8]) -> Option<(&str, u64, &str)> {
    let (head, path) = std::str::from_utf8(entry).ok()?.split_once('\t')?;
    let mut words = head.split_whitespace();
    let (mode, kind, object, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let regular = kind == "blob" && mode.starts_with("100");
    let size = size.parse().ok()?;
    regular.then_some((object, size, path))
}

/// What tells that a server was there before: everything that is written about it, where it stands.
pub(crate) fn key(print: &Digest, file: &str) -> (Digest, String) {
    (*print, file.to_owned())
}

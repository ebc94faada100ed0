//! A server with everything that it depends on as one tree, ready to be started.
//!
//! What was fetched lies in the store as archives. Here they are laid out as npm or pip would have,
//! from the record and nothing else: no program runs, no registry is asked, and the same record gives
//! the same tree. The digest of that tree is what is verified before the server starts.
//!
//! | | where packages lie | what is started |
//! |---|---|---|
//! | npm | `node_modules/…`, at the places that npm resolved | the program of `package.json` |
//! | Python | `site-packages` | `run/NAME.py`, which calls the entry point |
//!
//! Python is started so that nothing but the standard library and this tree can be imported, no
//! `.pth` file is read, and nothing is written into the tree. Packages that need to run code when
//! they are installed may not work: nobody runs it.

mod program;
mod python;

use std::{
    fs,
    path::{Path, PathBuf},
};

use warden_model::Digest;

use super::{
    Check, Format, Store, StoreError, UnpackError, UnpackLimits, Writer,
    unpack::{Fault, TreePath},
};
use crate::fetch::{Fetched, Kind};

/// How a server is started from a tree in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// What runs the script.
    pub interpreter: Interpreter,
    /// The script, below the root of the tree.
    pub script: String,
    /// The tree.
    pub tree: Digest,
    /// Files that two packages have, of which the first one's is there.
    pub overlaps: Vec<String>,
}

/// What runs a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interpreter {
    /// Node.js.
    Node,
    /// Python.
    Python {
        /// The version that the packages were chosen for, such as `3.11`.
        version: Option<String>,
    },
}

/// Why a server cannot be made ready.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// It is not a package.
    #[error("only packages of npm and for Python can be made ready")]
    NotAPackage,
    /// What it depends on could not be resolved.
    #[error("what it depends on cannot be resolved: {}", last(said))]
    Unresolved {
        /// What the package manager said.
        said: String,
    },
    /// Something that it depends on was not fetched.
    #[error("`{name}`, which it depends on, is not in the store")]
    Incomplete {
        /// What is missing.
        name: String,
    },
    /// It has no program, or none of this name.
    #[error("it has no program {}", .wanted.as_deref().unwrap_or("to start"))]
    NoProgram {
        /// The one that was asked for.
        wanted: Option<String>,
    },
    /// It has several programs.
    #[error("it has several programs: {}", .0.join(", "))]
    Several(Vec<String>),
    /// The program is not one for this interpreter.
    #[error("its program `{0}` cannot be started")]
    BadProgram(String),
    /// Two packages have different code under one name.
    #[error("two packages have different files `{0}`")]
    Conflict(String),
    /// The record names a place that is none.
    #[error("`{0}` is no place for a package")]
    BadPlace(String),
    /// The store could not do it.
    #[error("it cannot be made ready")]
    Store(#[from] StoreError),
    /// The system could not read or write.
    #[error("the system could not use `{}`", .place.display())]
    Io {
        /// Where.
        place: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
}

impl From<UnpackError> for LaunchError {
    fn from(error: UnpackError) -> Self {
        Self::Store(error.into())
    }
}

impl LaunchError {
    fn io(place: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |error| Self::Io { place: place.to_owned(), error }
    }
}

impl Launch {
    /// Verifies the tree, and gives the words of a command line that starts the server from it.
    /// The first word is `node`, or the path of Python that is handed in.
    ///
    /// # Errors
    /// When the tree is missing or damaged.
    pub fn command_line(
        &self,
        store: &Store,
        check: Check,
        interpreter: &Path,
    ) -> Result<Vec<std::ffi::OsString>, StoreError> {
        let tree = store.tree(self.tree, check)?;
        let mut words = vec![interpreter.as_os_str().to_owned()];
        if matches!(self.interpreter, Interpreter::Python { .. }) {
            words.extend(["-I", "-S", "-B"].map(Into::into));
        }
        words.push(tree.path.join(&self.script).into_os_string());
        Ok(words)
    }
}

/// Lays a package and everything that it depends on out as one tree, and puts it into the store.
/// `program` is the one to start, where a package has several.
///
/// # Errors
/// When something is missing, or does not fit together.
pub fn materialise(
    writer: &Writer<'_>,
    fetched: &Fetched,
    program: Option<&str>,
    limits: &UnpackLimits,
) -> Result<Launch, LaunchError> {
    let work = writer.work()?;
    let root = work.path().join("tree");
    fs::create_dir(&root).map_err(LaunchError::io(&root))?;
    let bench = Bench { writer, fetched, work: work.path(), root: &root, limits };
    match fetched.what {
        Kind::Npm => bench.npm(program),
        Kind::PyPi => bench.python(program),
        Kind::Git | Kind::Image | Kind::Folder | Kind::File => Err(LaunchError::NotAPackage),
    }
}

/// What was wrong comes last, after all that was tried.
fn last(said: &str) -> &str {
    said.rsplit("ERROR:").next().unwrap_or(said).trim()
}

fn incomplete(name: &str) -> LaunchError {
    LaunchError::Incomplete { name: name.to_owned() }
}

/// Where a tree is put together.
struct Bench<'a> {
    writer: &'a Writer<'a>,
    fetched: &'a Fetched,
    work: &'a Path,
    root: &'a Path,
    limits: &'a UnpackLimits,
}

impl Bench<'_> {
    fn npm(&self, program: Option<&str>) -> Result<Launch, LaunchError> {
        let own = format!("node_modules/{}", self.fetched.name);
        let archive = self.fetched.archive.ok_or_else(|| incomplete(&self.fetched.name))?;
        let mut places = vec![(own.as_str(), archive)];
        for one in self.fetched.dependencies.iter().filter(|one| !one.bundled) {
            match one.archive {
                Some(archive) => places.push((&one.place, archive)),
                None if one.optional => {}
                None => return Err(incomplete(&one.name)),
            }
        }
        // A package comes before what lies inside it.
        places.sort_unstable();
        for (place, archive) in places {
            self.install(place, archive)?;
        }
        let script = program::of_node(self.root, &own, program)?;
        let tree = self.writer.put_tree(self.root)?;
        Ok(Launch { interpreter: Interpreter::Node, script, tree, overlaps: Vec::new() })
    }

    /// Unpacks a package where npm would have.
    fn install(&self, place: &str, archive: Digest) -> Result<(), LaunchError> {
        let bad = || LaunchError::BadPlace(place.to_owned());
        let path = TreePath::parse(place.as_bytes(), self.limits).map_err(|_| bad())?;
        if !path.as_str().starts_with("node_modules/") {
            return Err(bad());
        }
        let folder = self.root.join(path.as_str());
        // Unpacked beside the tree and moved: a package cannot lead into another.
        let parts = self.work.join("part");
        let mut file = self.writer.store().open_blob(archive)?;
        super::unpack(&mut file, Format::Npm, &parts, self.limits)?;
        let around = folder.parent().ok_or_else(bad)?;
        self.check_around(place)?;
        fs::create_dir_all(around).map_err(LaunchError::io(around))?;
        if folder.symlink_metadata().is_ok() {
            return Err(UnpackError { at: place.to_owned(), fault: Fault::Duplicate }.into());
        }
        fs::rename(&parts, &folder).map_err(LaunchError::io(&folder))
    }

    /// Every folder around a place has to be a folder and no link.
    fn check_around(&self, place: &str) -> Result<(), LaunchError> {
        for (at, _) in place.match_indices('/') {
            let Some(around) = place.get(..at) else { continue };
            match self.root.join(around).symlink_metadata() {
                Ok(metadata) if !metadata.is_dir() => {
                    let fault = Fault::FolderAndFile;
                    return Err(UnpackError { at: around.to_owned(), fault }.into());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrong_is_told_without_all_that_was_tried() {
        let said = "(from versions: 1.0, 2.0) ERROR: No matching distribution found for a>=3";
        let error = LaunchError::Unresolved { said: said.into() };
        let told = "what it depends on cannot be resolved: No matching distribution found for a>=3";
        assert_eq!(error.to_string(), told);
    }
}

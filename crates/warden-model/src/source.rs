//! Source code as it was collected: files as bytes, and what was left out on purpose.

use std::fmt;

use crate::Location;

/// The files of one server, package or folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceTree {
    /// What it is called: the name that a manifest gives, or that of the folder or archive.
    pub name: String,
    /// The folder, archive or file as it is shown to people, without a slash at the end. Empty
    /// when paths are shown as they stand in the tree.
    pub root: String,
    /// Every file that was read, in the order of their paths, each path once.
    pub files: Vec<SourceFile>,
    /// What was left out on purpose.
    pub skipped: Vec<Skipped>,
}

/// One file.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path inside the tree, with `/` and without one at the start.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A folder that was left out on purpose, for example dependencies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The path inside the tree.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
    /// How many files are in it, as far as they were counted.
    pub files: usize,
}

/// Why something was left out on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// Packages of others that were installed there.
    Dependencies,
    /// What a version control system keeps.
    History,
    /// Tests, which do not run in a server.
    Tests,
    /// Written by a build, and what it was built from is there as well.
    Built,
    /// A cache.
    Cache,
    /// Large or binary files that are no code.
    Data,
}

impl SkipReason {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dependencies => "dependencies",
            Self::History => "history",
            Self::Tests => "tests",
            Self::Built => "built",
            Self::Cache => "cache",
            Self::Data => "data",
        }
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whole files would drown whatever is being looked for.
        write!(f, "SourceFile({:?}, {} bytes)", self.path, self.bytes.len())
    }
}

impl SourceTree {
    /// The file at this path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(at)
    }

    /// The files that are called so, in whichever folder, the ones nearest the top first.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<&SourceFile> {
        let mut found: Vec<&SourceFile> =
            self.files.iter().filter(|file| file.name() == name).collect();
        found.sort_by_key(|file| file.path.matches('/').count());
        found
    }

    /// Puts files into the order of their paths, and keeps the first of each path.
    pub fn sort(&mut self) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.files.dedup_by(|later, first| later.path == first.path);
        self.skipped.sort();
    }

    /// A file of the tree, as it is shown to people.
    #[must_use]
    pub fn shown(&self, path: &str) -> String {
        match (self.root.as_str(), path) {
            ("", path) => path.to_owned(),
            (root, "") => root.to_owned(),
            (root, path) => format!("{root}/{path}"),
        }
    }

    /// A place that is a whole file.
    #[must_use]
    pub fn place(&self, path: &str) -> Location {
        Location { file: self.shown(path), ..Location::default() }
    }
}

impl SourceFile {
    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit_once('/').map_or(self.path.as_str(), |(_, name)| name)
    }

    /// The folder; empty at the top.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> SourceTree {
        let file = |path: &&str| SourceFile { path: (*path).to_owned(), bytes: Vec::new() };
        let mut tree =
            SourceTree { files: paths.iter().map(file).collect(), ..SourceTree::default() };
        tree.sort();
        tree
    }

    #[test]
    fn a_file_is_found_by_its_path_and_by_its_name() {
        let tree = tree(&["b/package.json", "a.py", "package.json", "a.py"]);
        assert_eq!(tree.files.len(), 3);
        assert_eq!(tree.file("a.py").map(SourceFile::name), Some("a.py"));
        assert!(tree.file("package").is_none());
        let named: Vec<&str> =
            tree.named("package.json").iter().map(|file| file.path.as_str()).collect();
        assert_eq!(named, ["package.json", "b/package.json"]);
        assert_eq!(tree.files[1].folder(), "b");
    }

    #[test]
    fn paths_are_shown_below_the_root() {
        let mut tree = tree(&[]);
        assert_eq!(tree.shown("a.py"), "a.py");
        tree.root = "server".into();
        assert_eq!([tree.shown("a.py"), tree.shown("")], ["server/a.py", "server"]);
    }
}

//! The text of a tree, read as the program reads it: the same files are left out, so that lines
//! per second are lines that were analysed.

use std::collections::BTreeMap;
use std::path::Path;

use warden_collect::{Machine, Os, SourceLimits, collect_source};

use xtask::shell::Failure;

/// Files of code and what they hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// How the program shows its root.
    pub(crate) root: String,
    files: BTreeMap<String, Vec<u8>>,
    /// Lines of code, without blank ones.
    pub(crate) lines: usize,
}

/// Extensions of the languages that are analysed.
const CODE: &[&str] = &["py", "pyw", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "go"];

impl Tree {
    /// Reads a folder or a package, named as the program is told to scan it.
    ///
    /// # Errors
    /// There is no source code in it.
    pub(crate) fn read(target: &Path) -> Result<Self, Failure> {
        let machine = Machine {
            root: None,
            homes: Vec::new(),
            os: Os::Linux,
            env: BTreeMap::new(),
            cwd: None,
        };
        let limits = SourceLimits::default();
        let tree = collect_source(target, &machine, &limits, &())
            .tree
            .ok_or_else(|| Failure(format!("{}: there is no code in it", target.display())))?;
        let files: BTreeMap<String, Vec<u8>> =
            tree.files.into_iter().map(|file| (file.path, file.bytes)).collect();
        let code = files.iter().filter(|(path, _)| is_code(path));
        let lines = code.map(|(_, bytes)| lines(bytes)).sum();
        Ok(Self { root: tree.root, files, lines })
    }

    /// Every file, in the order of the paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// What a file holds; nothing if there is none.
    #[must_use]
    pub(crate) fn text(&self, path: &str) -> String {
        self.files
            .get(path)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .unwrap_or_default()
    }
}

/// Whether a file called so is analysed.
pub(crate) fn is_code(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| CODE.contains(&extension))
}

fn lines(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_are_no_lines_of_code() {
        assert_eq!(lines(b"a\n\n  \nb"), 2);
        assert!(is_code("dist/a.mjs") && !is_code("README.md"));
    }
}

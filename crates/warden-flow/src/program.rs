//! All modules of a tree, and which module an import means.

use crate::ir::Module;

/// A package inside the tree: what its files import it as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The name that it is imported by: npm's `name`, Go's `module`; empty for Python, where
    /// folders are names.
    pub name: String,
    /// The folder, without a slash at the end; empty for the top.
    pub folder: String,
    /// For npm: the file that the name alone means, if the manifest says so.
    pub main: Option<String>,
    /// Short names for folders or files: `paths` of a `tsconfig.json`, `imports` and `exports` of
    /// a `package.json`; `*` at the end of both stands for the same rest.
    pub aliases: Vec<(String, String)>,
}

/// Modules that know each other.
#[derive(Debug)]
pub struct Program {
    /// In the order of their paths.
    pub modules: Vec<Module>,
    /// The packages of the tree.
    pub packages: Vec<Package>,
}

impl Program {
    /// Puts modules together. The order in which they are given does not matter.
    #[must_use]
    pub fn link(mut modules: Vec<Module>, packages: Vec<Package>) -> Self {
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        Self { modules, packages }
    }
}

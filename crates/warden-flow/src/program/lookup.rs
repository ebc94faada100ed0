//! What whoever reads a program beside the analysis needs: where an import leads, and who
//! declares a name.

use super::{Program, Target};
use crate::ir::{Language, VarId};

impl Program {
    /// The modules that `text` means as an import in `module`: one file, every file of a Go
    /// package, or none for what is not in the tree.
    #[must_use]
    pub fn imported(&self, module: u32, text: &str) -> Vec<u32> {
        match self.resolve(module, text) {
            Some(Target::Module(found)) => vec![found],
            Some(Target::Folder(folder)) if self.module(module).language == Language::Go => {
                self.in_same_folder(folder)
            }
            Some(Target::Folder(_)) | None => Vec::new(),
        }
    }

    /// The module that a member of a Python package means: `from package import member`.
    #[must_use]
    pub fn imported_member(&self, module: u32, text: &str, member: &str) -> Option<u32> {
        let found = match self.resolve(module, text)? {
            Target::Folder(folder) => self.in_python_folder(folder, member),
            Target::Module(package) => self.submodule(package, member),
        };
        match found? {
            Target::Module(found) => Some(found),
            Target::Folder(_) => None,
        }
    }

    /// The variables of the outermost scope by this name: of the module, and in Go of every file
    /// of its package.
    #[must_use]
    pub fn declared(&self, module: u32, name: &str) -> Vec<(u32, VarId)> {
        let here = self.module(module);
        if here.language == Language::Go {
            let Some(sym) = self.symbol(name) else { return Vec::new() };
            let vars = self.in_folder(self.folder_of_module(module), sym);
            return vars.iter().map(|var| self.var(*var)).collect();
        }
        let named = here.exports.scope.iter().filter(|(known, _)| here.text(*known) == name);
        named.map(|(_, var)| (module, *var)).collect()
    }

    /// The modules of the package of a Go file; the module alone in other languages.
    #[must_use]
    pub fn package_of(&self, module: u32) -> Vec<u32> {
        match self.module(module).language {
            Language::Go => self.in_same_folder(self.folder_of_module(module)),
            _ => vec![module],
        }
    }

    fn in_same_folder(&self, folder: u32) -> Vec<u32> {
        let count = u32::try_from(self.modules.len()).unwrap_or(u32::MAX);
        (0..count).filter(|module| self.folder_of_module(*module) == folder).collect()
    }
}

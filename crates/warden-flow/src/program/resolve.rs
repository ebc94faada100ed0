//! Which module of the tree an import means, by the rules of each language.

use super::{Program, Target, folder_of};
use crate::ir::Language;

/// What a JavaScript import may leave out, in the order in which it is tried.
const SCRIPTS: &[&str] = &["ts", "tsx", "mts", "cts", "js", "mjs", "cjs", "jsx"];

impl Program {
    /// What `text` means as an import in a module; `None` for what is not in the tree.
    pub(crate) fn resolve(&self, module: u32, text: &str) -> Option<Target> {
        if let Ok(known) = self.resolved.read()
            && let Some(target) = known.get(&module).and_then(|texts| texts.get(text))
        {
            return *target;
        }
        let target = self.look_up(module, text);
        if let Ok(mut known) = self.resolved.write() {
            known.entry(module).or_default().insert(text.into(), target);
        }
        target
    }

    fn look_up(&self, module: u32, text: &str) -> Option<Target> {
        let module = self.module(module);
        match module.language {
            Language::Python => self.python(&module.path, text),
            Language::Go => self.go(text),
            Language::JavaScript | Language::TypeScript | Language::Tsx => {
                self.javascript(&module.path, text).map(Target::Module)
            }
        }
    }

    /// What a member of a folder is: a module in it, or a folder.
    pub(crate) fn in_python_folder(&self, folder: u32, member: &str) -> Option<Target> {
        let folder = self.folder_names.get(folder as usize)?;
        self.python_at(&join(folder, member))
    }

    /// What a member of a Python package is, from the module that is its `__init__.py`.
    pub(crate) fn submodule(&self, module: u32, member: &str) -> Option<Target> {
        let path = &self.module(module).path;
        let folder = path.strip_suffix("__init__.py")?.trim_end_matches('/');
        self.python_at(&join(folder, member))
    }

    fn python(&self, from: &str, text: &str) -> Option<Target> {
        let dots = text.len() - text.trim_start_matches('.').len();
        let names = text.trim_start_matches('.').replace('.', "/");
        if dots > 0 {
            let mut folder = folder_of(from);
            for _ in 1..dots {
                folder = folder_of(folder);
            }
            return self.python_at(&join(folder, &names));
        }
        if names.is_empty() {
            return None;
        }
        // Absolute names start at some folder above the file, or in its `src`.
        let mut folder = folder_of(from);
        loop {
            for base in [folder.to_owned(), join(folder, "src")] {
                let path = join(&base, &names);
                // A script beside a package of its own name means the installed one.
                if let Some(found) = self.python_at(&path).filter(|_| path != stem(from)) {
                    return Some(found);
                }
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder_of(folder);
        }
    }

    fn python_at(&self, path: &str) -> Option<Target> {
        let path = path.trim_end_matches('/');
        let file = self
            .by_path
            .get(&format!("{path}.py"))
            .or_else(|| self.by_path.get(&join(path, "__init__.py")));
        if let Some(module) = file {
            return Some(Target::Module(*module));
        }
        // A folder of another project that happens to be called like a package is none.
        let folder = self.folders.get(path).filter(|_| !path.is_empty())?;
        self.python_folders.contains(folder).then_some(Target::Folder(*folder))
    }

    fn go(&self, text: &str) -> Option<Target> {
        self.packages.iter().find_map(|package| {
            let rest = below(text, &package.name)?;
            self.folders.get(&join(&package.folder, rest)).map(|folder| Target::Folder(*folder))
        })
    }

    fn javascript(&self, from: &str, text: &str) -> Option<u32> {
        if text.starts_with("./") || text.starts_with("../") || text == "." || text == ".." {
            return self.script(&normal(&join(folder_of(from), text))?);
        }
        if let Some(rest) = text.strip_prefix('/') {
            return self.script(&normal(rest)?);
        }
        self.packages.iter().find_map(|package| {
            let inside = package.folder.is_empty() || below(from, &package.folder).is_some();
            let alias = package.aliases.iter().filter(|_| inside).find_map(|(short, long)| {
                let target = match (short.strip_suffix('*'), long.strip_suffix('*')) {
                    (Some(short), Some(long)) => format!("{long}{}", text.strip_prefix(short)?),
                    _ if short == text => long.clone(),
                    _ => return None,
                };
                self.script(&normal(&join(&package.folder, &target))?)
            });
            alias.or_else(|| {
                let rest = match below(text, &package.name)? {
                    "" => package.main.as_deref().unwrap_or("index"),
                    rest => rest,
                };
                self.script(&normal(&join(&package.folder, rest))?)
            })
        })
    }

    /// The file that a path without, or with another, extension means.
    fn script(&self, path: &str) -> Option<u32> {
        if let Some(module) = self.by_path.get(path) {
            return Some(*module);
        }
        let index = join(path, "index");
        let found = [path, stem(path), &index].iter().find_map(|base| {
            SCRIPTS.iter().find_map(|extension| self.by_path.get(&format!("{base}.{extension}")))
        });
        found.copied()
    }
}

/// What follows a name and a slash; empty for the name itself.
fn below<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(name).filter(|_| !name.is_empty())?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

/// A path without the extension of a file of code.
fn stem(path: &str) -> &str {
    let known = |extension: &str| SCRIPTS.contains(&extension) || extension == "py";
    path.rsplit_once('.').filter(|(_, extension)| known(extension)).map_or(path, |(stem, _)| stem)
}

fn join(folder: &str, rest: &str) -> String {
    match (folder.is_empty(), rest.is_empty()) {
        (true, _) => rest.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{rest}"),
    }
}

/// The path without `.` and `..`; `None` if it leaves the tree.
fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

//! Cuts a tree into parts that do not see one another, so that a change in one is no reason to
//! analyse the others again.
//!
//! The cut runs around packages: folders with a manifest of their own. Two packages are one part
//! as soon as anything in one may mean something in the other: an import by name, a path that
//! leads there, a short name of a manifest, a Python module that could be found there. This is
//! looked for in the text and not in the program, and rather too often than too rarely: what is
//! joined costs time, what is cut by mistake would lose a flow. Inside a part everything is
//! followed as ever, also what is matched by its name alone.
//!
//! A part has the files of its packages, and those that lie right in the folders above them and
//! are no code: the manifests and texts that a package is judged by. A tree is always analysed in
//! its parts, so a result that was kept is the result that would come out. A part that is too
//! large to be analysed as one program is torn, and says so.

mod links;
mod pieces;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use warden_model::SourceTree;

use crate::source::is_code;

/// More packages than these are not told apart: looking for what joins them costs more.
const MOST: usize = 256;

/// A part of a tree.
#[derive(Clone, Debug, Default)]
pub struct TreePart {
    /// Its files, in the order of their paths.
    pub tree: SourceTree,
    /// Those of them that belong to another part, which tells what is wrong with them.
    pub borrowed: BTreeSet<String>,
    /// Where this begins, if it is a piece of a program that is too large to be analysed whole.
    pub torn: Option<String>,
}

/// The parts of a tree, in the order of their packages. Together they have every file; most trees
/// are one part.
#[must_use]
pub fn parts(tree: SourceTree) -> Vec<TreePart> {
    let whole = programs(tree).into_iter();
    whole.flat_map(|part| pieces::pieces(part, pieces::LARGEST)).collect()
}

/// Packages that know of each other, together.
fn programs(tree: SourceTree) -> Vec<TreePart> {
    let folders = folders(&tree);
    if folders.len() < 2 || folders.len() > MOST {
        return whole(tree);
    }
    let owners = Owners::of(&tree, &folders);
    let mut groups = Groups::new(folders.len());
    links::join(&tree, &owners, &mut groups);
    without_code(&tree, &owners, &mut groups);
    let first = groups.root(0);
    if (0..folders.len()).all(|package| groups.root(package) == first) {
        return whole(tree);
    }
    let roots = owners.roots(&groups);
    cut(tree, &folders, &roots, &groups)
}

fn whole(tree: SourceTree) -> Vec<TreePart> {
    vec![TreePart { tree, ..TreePart::default() }]
}

/// The folders of packages, the top first: sorted, each once.
fn folders(tree: &SourceTree) -> Vec<String> {
    let manifests = tree.files.iter().filter(|file| match file.name() {
        "pyproject.toml" | "setup.py" | "requirements.txt" | "go.mod" => true,
        // What only says how the files of a folder are to be read is no package.
        "package.json" => memchr::memmem::find(&file.bytes, b"\"name\"").is_some(),
        _ => false,
    });
    let mut found: BTreeSet<String> = manifests.map(|file| file.folder().to_owned()).collect();
    found.insert(String::new());
    found.into_iter().collect()
}

/// Which package every file belongs to.
struct Owners<'t> {
    /// The paths and the numbers of the packages, in the order of the paths.
    files: Vec<(&'t str, usize)>,
}

impl<'t> Owners<'t> {
    fn of(tree: &'t SourceTree, folders: &[String]) -> Self {
        let mut files: Vec<(&str, usize)> = tree
            .files
            .iter()
            .map(|file| (file.path.as_str(), owner(file.folder(), folders)))
            .collect();
        files.sort_unstable();
        Self { files }
    }

    /// The group of each file of the tree, in the order of their paths.
    fn roots(&self, groups: &Groups) -> Vec<usize> {
        self.files.iter().map(|(_, owner)| groups.root(*owner)).collect()
    }

    /// The package of a file.
    fn at(&self, path: &str) -> usize {
        let at = self.files.binary_search_by(|(known, _)| (*known).cmp(path));
        at.ok().and_then(|at| self.files.get(at)).map_or(0, |(_, owner)| *owner)
    }

    /// The packages of all files whose paths begin with this.
    fn below(&self, start: &str) -> BTreeSet<usize> {
        let from = self.files.partition_point(|(path, _)| *path < start);
        let rest = self.files.get(from..).unwrap_or_default();
        let rest = rest.iter().take_while(|(path, _)| path.starts_with(start));
        rest.map(|(_, owner)| *owner).collect()
    }
}

/// The innermost package that a folder lies in.
fn owner(folder: &str, folders: &[String]) -> usize {
    let mut here = folder;
    loop {
        if let Ok(at) = folders.binary_search_by(|known| known.as_str().cmp(here)) {
            return at;
        }
        match here.rsplit_once('/') {
            Some((above, _)) => here = above,
            None => return 0,
        }
    }
}

/// Packages that belong together.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// The first package of the group.
    fn root(&self, package: usize) -> usize {
        let mut at = package;
        while let Some(above) = self.0.get(at).copied().filter(|above| *above != at) {
            at = above;
        }
        at
    }

    /// Makes one group of two.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        // The first stands for all, so that the order does not depend on how they were found.
        if let Some(slot) = self.0.get_mut(one.max(other)) {
            *slot = one.min(other);
        }
    }
}

/// Joins groups without code to the top, and the top to the others if it has none and they are
/// one: manifests above a single server belong to it.
fn without_code(tree: &SourceTree, owners: &Owners<'_>, groups: &mut Groups) {
    let coded = |groups: &Groups| -> BTreeSet<usize> {
        let code = tree.files.iter().filter(|file| is_code(file));
        code.map(|file| groups.root(owners.at(&file.path))).collect()
    };
    let with = coded(groups);
    for package in 0..groups.0.len() {
        if !with.contains(&groups.root(package)) {
            groups.join(0, package);
        }
    }
    if let [only] = coded(groups).into_iter().collect::<Vec<_>>()[..] {
        groups.join(0, only);
    }
}

/// Every group with its files, and with the texts right above its packages. `roots` are the
/// groups of the files, in their order.
fn cut(tree: SourceTree, folders: &[String], roots: &[usize], groups: &Groups) -> Vec<TreePart> {
    let mut above: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (package, folder) in folders.iter().enumerate() {
        above.entry(groups.root(package)).or_default().extend(ancestors(folder));
    }
    let mut parts: BTreeMap<usize, TreePart> = BTreeMap::new();
    for (root, above) in &above {
        let part = parts.entry(*root).or_default();
        (part.tree.name, part.tree.root) = (tree.name.clone(), tree.root.clone());
        let near =
            tree.files.iter().zip(roots).filter(|(file, own)| {
                *own != root && above.contains(file.folder()) && !is_code(file)
            });
        part.tree.files.extend(near.map(|(file, _)| file.clone()));
        part.borrowed = part.tree.files.iter().map(|file| file.path.clone()).collect();
    }
    for (file, root) in tree.files.into_iter().zip(roots) {
        parts.entry(*root).or_default().tree.files.push(file);
    }
    for skipped in tree.skipped {
        let folder = skipped.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let root = groups.root(owner(folder, folders));
        parts.entry(root).or_default().tree.skipped.push(skipped);
    }
    let sorted = parts.into_values().map(|mut part| {
        part.tree.sort();
        part
    });
    let some = |part: &TreePart| {
        part.tree.files.len() > part.borrowed.len() || !part.tree.skipped.is_empty()
    };
    sorted.filter(some).collect()
}

/// The folders above a folder, itself left out.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    let mut here = folder;
    std::iter::from_fn(move || {
        if here.is_empty() {
            return None;
        }
        here = here.rsplit_once('/').map_or("", |(above, _)| above);
        Some(here)
    })
}

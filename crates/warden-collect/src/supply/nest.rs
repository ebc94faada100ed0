//! Packages inside packages, as npm and Bun lay them out, and which one a name means where.

use std::collections::HashMap;

/// How many folders upwards a package is looked for.
const LEVELS: usize = 64;

/// The outermost folder.
pub(super) const TOP: usize = usize::MAX;

/// Which package lies in which.
#[derive(Default)]
pub(super) struct Nest<'a> {
    parents: HashMap<usize, usize>,
    children: HashMap<(usize, &'a str), usize>,
}

impl<'a> Nest<'a> {
    /// Puts a package into another, or into the outermost folder.
    pub(super) fn put(&mut self, node: usize, parent: usize, name: &'a str) {
        self.parents.insert(node, parent);
        self.children.insert((parent, name), node);
    }

    /// The package that a name means in a package: the one inside it, or else beside it, or else
    /// beside what it lies in, and so on outwards.
    pub(super) fn find(&self, from: usize, name: &'a str) -> Option<usize> {
        let mut at = from;
        for _ in 0..LEVELS {
            if let Some(found) = self.children.get(&(at, name)) {
                return Some(*found);
            }
            if at == TOP {
                return None;
            }
            at = self.parents.get(&at).copied().unwrap_or(TOP);
        }
        self.children.get(&(TOP, name)).copied()
    }
}

//! Names for what taints a value, as seen from one function: where it comes from, and the way
//! inside that.

use std::cmp::Ordering;

use super::path::Path;
use crate::program::Sym;

/// Where the taint of a value comes from, as seen from one function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Root {
    /// A parameter.
    Param(u16),
    /// The receiver.
    This,
    /// A variable of a function around it.
    Captured(u32),
    /// A variable of a module.
    Global(u32),
    /// A field of a class, whichever instance has it.
    Field(u32, Sym),
    /// A source that a model names, by its number.
    Source(u64),
}

/// A root and the way inside it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Label {
    pub(crate) root: Root,
    pub(crate) path: Path,
}

impl Root {
    /// Members that are told apart below it: enough to name the parameter of a tool in the
    /// request of a protocol, few where the same thing would come with ever longer names.
    const fn depth(self) -> u8 {
        match self {
            Self::Param(_) | Self::Captured(_) => 4,
            Self::This | Self::Global(_) => 2,
            Self::Field(..) | Self::Source(_) => 1,
        }
    }

    /// Whether who calls the function knows more of it.
    pub(crate) fn is_given(self) -> bool {
        matches!(self, Self::Param(_) | Self::This | Self::Captured(_))
    }
}

impl Label {
    /// Whether this is `other` or a part of it.
    pub(crate) fn is_inside(&self, other: &Self) -> bool {
        self.root == other.root && self.path.steps().starts_with(other.path.steps())
    }

    /// Whether this is what a function is given or captures, and not a member of it: what
    /// members may be is known from the calls of the function.
    pub(crate) fn is_given_whole(&self) -> bool {
        self.path.steps().is_empty() && matches!(self.root, Root::Param(_) | Root::Captured(_))
    }

    /// The label of a whole root.
    pub(crate) fn whole(root: Root) -> Self {
        Self { root, path: Path::default() }
    }

    /// The label of a member.
    pub(crate) fn then(self, member: Sym) -> Self {
        Self { path: self.path.then(member, self.root.depth()), ..self }
    }

    /// The same as far as `most` members in.
    pub(crate) fn cut(self, most: u8) -> Self {
        Self { path: self.path.cut(most), ..self }
    }

    /// What this is a member of, from the innermost out.
    pub(crate) fn holders(self) -> impl Iterator<Item = Self> {
        (0..self.path.length).rev().map(move |most| self.cut(most))
    }

    /// Whether one is the other or a part of it.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (self.path.steps(), other.path.steps());
        let common = a.len().min(b.len());
        self.root == other.root && a.get(..common).cmp(&b.get(..common)) == Ordering::Equal
    }
}

//! What rules against hostile servers need, worked out when the first of them asks.

use std::sync::OnceLock;

use super::{SourceView, declared::Declared, deeds::Deeds, fold::Fold, reached::Reached};

/// Declarations and deeds of one tree.
#[derive(Default)]
pub(crate) struct Malice {
    declared: OnceLock<Declared>,
    deeds: OnceLock<Deeds>,
    reached: OnceLock<Reached>,
}

impl<'a> SourceView<'a> {
    /// What expressions come to.
    pub(crate) fn fold(&self) -> &Fold<'a> {
        &self.fold
    }

    /// What the server says of itself.
    pub(crate) fn declared(&self) -> &Declared {
        self.malice.declared.get_or_init(|| Declared::of(self.tree, &self.surface))
    }

    /// What the program does to the world.
    pub(crate) fn deeds(&self) -> &Deeds {
        self.malice.deeds.get_or_init(|| Deeds::of(self, self.fold()))
    }

    /// Which tools come to a function.
    pub(crate) fn reached(&self) -> &Reached {
        self.malice.reached.get_or_init(|| Reached::of(self))
    }
}

//! What rules against hostile servers need, worked out once when the first of them asks.

use std::{borrow::Cow, sync::OnceLock};

use super::{SourceView, declared::Declared, deeds::Deeds, fold::Fold};

/// Values, declarations and deeds of one tree.
#[derive(Default)]
pub(crate) struct Malice<'a> {
    fold: OnceLock<Fold<'a>>,
    declared: OnceLock<Declared>,
    deeds: OnceLock<Deeds>,
}

impl<'a> SourceView<'a> {
    /// What expressions come to.
    pub(crate) fn fold(&self) -> &Fold<'a> {
        self.malice.fold.get_or_init(|| {
            let text = |module: &warden_flow::ir::Module| {
                self.tree.file(&module.path).map_or(Cow::Borrowed(""), super::text)
            };
            let texts = self.program().modules.iter().map(text).collect();
            Fold::new(self.analysis, texts)
        })
    }

    /// What the server says of itself.
    pub(crate) fn declared(&self) -> &Declared {
        self.malice.declared.get_or_init(|| Declared::of(self.tree, &self.surface))
    }

    /// What the program does to the world.
    pub(crate) fn deeds(&self) -> &Deeds {
        self.malice.deeds.get_or_init(|| Deeds::of(self, self.fold()))
    }
}

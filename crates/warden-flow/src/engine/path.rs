//! The way into a value.

use crate::program::Sym;

/// Members on the way into a value; deeper ones count as the last that is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub(crate) struct Path {
    pub(super) length: u8,
    steps: [u32; Self::DEPTH],
}

impl Path {
    const DEPTH: usize = 5;

    /// The members, from outside in.
    pub(crate) fn steps(&self) -> &[u32] {
        self.steps.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The first members of it.
    pub(super) fn cut(mut self, most: u8) -> Self {
        for step in self.steps.iter_mut().skip(usize::from(most)) {
            *step = 0;
        }
        self.length = self.length.min(most);
        self
    }

    /// One member further in, as far as `most` members.
    pub(crate) fn then(mut self, member: Sym, most: u8) -> Self {
        if self.length < most
            && let Some(step) = self.steps.get_mut(usize::from(self.length))
        {
            *step = member.0;
            self.length += 1;
        }
        self
    }
}

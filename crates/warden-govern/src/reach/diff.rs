//! What agents can do now that they could not before, and the other way round.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Cell, Reach, Surface, Surfaces};

/// What has become of the surface of one agent between two estates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change<'a> {
    /// The agent.
    pub agent: &'a str,
    /// Whether it was not there before.
    pub is_new: bool,
    /// Whether it is no longer there.
    pub is_gone: bool,
    /// What it was not given before.
    pub granted_added: Vec<Cell<'a>>,
    /// What it is no longer given.
    pub granted_removed: Vec<Cell<'a>>,
    /// What policy denied before, or what it was not given.
    pub effective_added: Vec<Cell<'a>>,
    /// What policy denies now, or what it is no longer given.
    pub effective_removed: Vec<Cell<'a>>,
    /// What it can do now without asking anybody.
    pub alone_added: Vec<Cell<'a>>,
    /// What it had to ask nobody for before.
    pub alone_removed: Vec<Cell<'a>>,
}

/// What is different in `now`, by agent; agents of which nothing changed are left out.
#[must_use]
pub fn diff<'a>(before: &Surfaces<'a>, now: &Surfaces<'a>) -> Vec<Change<'a>> {
    let ids = |all: &Surfaces<'a>| -> BTreeSet<&'a str> {
        all.all().iter().map(|surface| surface.agent.id.as_str()).collect()
    };
    let ids = &ids(before) | &ids(now);
    ids.into_iter().filter_map(|id| change(id, before, now)).collect()
}

fn change<'a>(id: &'a str, before: &Surfaces<'a>, now: &Surfaces<'a>) -> Option<Change<'a>> {
    let (old, new) = (before.agent(id), now.agent(id));
    // Where the systems are the same, sets can be compared as they are.
    let same = before.systems.is_same(&now.systems);
    let sets = |of: for<'s> fn(&'s Surface<'a>) -> &'s Reach| {
        if same && old.map(of) == new.map(of) {
            return (Vec::new(), Vec::new());
        }
        let cells = |all: &Surfaces<'a>, surface: Option<&Surface<'a>>| {
            surface.map(|surface| all.cells(of(surface))).unwrap_or_default()
        };
        let (old, new) = (cells(before, old), cells(now, new));
        (missing(&new, &old), missing(&old, &new))
    };
    let (granted_added, granted_removed) = sets(|surface| &surface.granted);
    let (effective_added, effective_removed) = sets(|surface| &surface.effective);
    let (alone_added, alone_removed) = sets(|surface| &surface.alone);
    let change = Change {
        agent: id,
        is_new: old.is_none(),
        is_gone: new.is_none(),
        granted_added,
        granted_removed,
        effective_added,
        effective_removed,
        alone_added,
        alone_removed,
    };
    (change.is_new || change.is_gone || change.differs()).then_some(change)
}

impl Change<'_> {
    fn differs(&self) -> bool {
        [
            &self.granted_added,
            &self.granted_removed,
            &self.effective_added,
            &self.effective_removed,
            &self.alone_added,
            &self.alone_removed,
        ]
        .iter()
        .any(|cells| !cells.is_empty())
    }
}

/// What of `all` is not in `others`. Both are sorted.
fn missing<'a>(all: &[Cell<'a>], others: &[Cell<'a>]) -> Vec<Cell<'a>> {
    all.iter().filter(|cell| others.binary_search(cell).is_err()).copied().collect()
}

//! What is counted, by limit and by who has it to himself.

use std::collections::HashMap;

use warden_policy::{
    Subject,
    limit::{Limit, Per},
};

use super::cell::Cell;

/// What is counted.
#[derive(Debug)]
pub(super) struct Table {
    /// For each limit.
    cells: Vec<HashMap<Box<str>, Cell>>,
    held: usize,
    most: usize,
    /// Where names are put together; kept so that nothing is allocated for each call.
    name: String,
}

impl Table {
    pub(super) fn new(limits: usize, most: usize) -> Self {
        let cells = (0..limits).map(|_| HashMap::new()).collect();
        Self { cells, held: 0, most, name: String::new() }
    }

    pub(super) const fn len(&self) -> usize {
        self.held
    }

    /// The cell of a subject, which is made if it is not there; `None` if there is no more room.
    pub(super) fn of(&mut self, at: usize, limit: &Limit, who: &Subject<'_>) -> Option<&mut Cell> {
        let mut name = std::mem::take(&mut self.name);
        name.clear();
        write_name(limit.per, who, &mut name);
        let there = self.make(at, limit, &name);
        self.name = name;
        if there { self.cells.get_mut(at)?.get_mut(&*self.name) } else { None }
    }

    /// Makes the cell of this name if it is not there. Returns whether it is.
    pub(super) fn make(&mut self, at: usize, limit: &Limit, name: &str) -> bool {
        let Some(cells) = self.cells.get_mut(at) else { return false };
        let there = cells.contains_key(name);
        if there || self.held >= self.most {
            return there;
        }
        cells.insert(name.into(), Cell::new(limit));
        self.held += 1;
        true
    }

    /// The cell of this name, if it is there.
    pub(super) fn named(&mut self, at: usize, name: &str) -> Option<&mut Cell> {
        self.cells.get_mut(at)?.get_mut(name)
    }

    /// Everything that was taken from the store.
    pub(super) fn names(&self, at: usize) -> Vec<Box<str>> {
        self.cells.get(at).map(|cells| cells.keys().cloned().collect()).unwrap_or_default()
    }

    pub(super) const fn is_full(&self) -> bool {
        self.held >= self.most
    }

    /// Forgets what nobody has used for a window.
    pub(super) fn sweep(&mut self, limits: &[Limit], now: u64) {
        for (limit, cells) in limits.iter().zip(&mut self.cells) {
            cells.retain(|_, cell| !cell.is_idle(limit, now));
        }
        self.held = self.cells.iter().map(HashMap::len).sum();
    }
}

/// Who has the limit to himself.
pub(super) fn name(per: Per, who: &Subject<'_>) -> Box<str> {
    let mut name = String::new();
    write_name(per, who, &mut name);
    name.into()
}

/// Parts are put apart by a character that no name has, and whose use in one changes nothing but
/// with whom a limit is shared.
fn write_name(per: Per, who: &Subject<'_>, name: &mut String) {
    let mut parts = |parts: &[&str]| {
        for part in parts {
            name.push_str(part);
            name.push('\0');
        }
    };
    match per {
        Per::Session => parts(&[who.session]),
        Per::Agent => parts(&[who.tenant, who.agent]),
        Per::User => match who.user {
            Some(user) => parts(&[who.tenant, user]),
            None => parts(&[who.tenant]),
        },
        Per::Tool => parts(&[who.server, who.tool]),
        Per::Server => parts(&[who.server]),
        Per::Tenant => parts(&[who.tenant]),
        Per::All => {}
    }
}

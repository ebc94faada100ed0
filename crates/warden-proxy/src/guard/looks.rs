//! Our own looks at what the server serves.

use std::time::{Duration, Instant};

use warden_mcp::{IdKey, Method, Outcome, reply, walk};
use warden_model::DefinitionKind;

use super::Guard;
use crate::{Batch, batch::Step, flights::Flight, judge::Seer, shelf::Seen};

/// The most pages that one look reads.
const MOST_PAGES: u32 = 1000;

/// A look that goes on.
#[derive(Debug)]
pub(super) struct Look {
    id: IdKey,
    since: Instant,
    seen: Seen,
    pages: u32,
    /// The list changed while it was being read.
    overtaken: bool,
}

impl Look {
    pub(super) fn is_late(&self, now: Instant, patience: Duration) -> bool {
        now.saturating_duration_since(self.since) > patience
    }
}

impl Guard {
    /// Begins a look, unless one goes on already.
    pub(super) fn look(&mut self, kind: DefinitionKind, batch: &mut Batch<'_>) {
        if self.looks.contains_key(&kind) {
            return;
        }
        let id = self.ask(kind, None, batch);
        let look = Look { id, since: self.now, seen: Seen::default(), pages: 0, overtaken: false };
        self.looks.insert(kind, look);
    }

    /// The server says that a list has changed: nothing that was seen of it is believed, and what
    /// is there now is looked at at once.
    pub(super) fn changed(&mut self, kind: DefinitionKind, batch: &mut Batch<'_>) {
        if kind == DefinitionKind::Resource {
            return;
        }
        let had = self.shelves.contains_key(&kind);
        self.shelves.entry(kind).or_default().distrust();
        match self.looks.get_mut(&kind) {
            Some(look) => look.overtaken = true,
            None if had => self.look(kind, batch),
            None => {}
        }
    }

    /// Takes the answer to a look.
    pub(super) fn looked(
        &mut self,
        kind: DefinitionKind,
        id: &IdKey,
        outcome: Outcome<'_>,
        batch: &mut Batch<'_>,
    ) {
        let Some(mut look) = self.looks.remove(&kind) else { return };
        if look.id != *id {
            self.looks.insert(kind, look);
            return;
        }
        let Outcome::Result(result) = outcome else {
            return self.lost(kind, batch);
        };
        let mut page = Seen::default();
        for (name, raw) in crate::shelf::entries(result, kind) {
            if let Some(name) = name {
                let (judge, mut seer) = self.seer();
                let digest = judge.examine((kind, &name), raw, &mut seer, batch);
                page.add(&name, digest);
                look.seen.add(&name, digest);
            }
        }
        // The client may have asked for the whole list meanwhile.
        self.shelves.entry(kind).or_default().doubt(&page);
        if look.overtaken {
            // From the beginning, but with what is left of the patience: a server that changes
            // its list for ever does not hold anybody for ever.
            let id = self.ask(kind, None, batch);
            let seen = Seen::default();
            self.looks.insert(kind, Look { id, seen, pages: 0, overtaken: false, ..look });
            return;
        }
        look.pages += 1;
        let cursor = walk::member(result, "nextCursor").filter(|raw| raw.starts_with('"'));
        match cursor {
            Some(_) if look.pages >= MOST_PAGES => self.lost(kind, batch),
            Some(cursor) => {
                look.id = self.ask(kind, Some(cursor), batch);
                self.looks.insert(kind, look);
            }
            None => self.stocked(kind, look.seen, batch),
        }
    }

    /// A whole list was seen.
    pub(super) fn stocked(&mut self, kind: DefinitionKind, found: Seen, batch: &mut Batch<'_>) {
        let stand = self.shelves.entry(kind).or_default();
        stand.replace(found, self.now);
        let mut seer = Seer { whom: &self.whom, memory: &mut self.memory };
        self.judge.tell_missing(kind, stand, &mut seer, batch);
        self.release(kind, batch);
    }

    /// A look has taken too long. Its answer, should it still come, is not believed.
    pub(super) fn give_up(&mut self, kind: DefinitionKind, batch: &mut Batch<'_>) {
        if let Some(look) = self.looks.remove(&kind) {
            self.to_server.take(&look.id);
        }
        batch.alarms.push(format!(
            "server {} does not say which {}s it serves; what waited for that is refused",
            self.judge.server,
            kind.name()
        ));
        self.lost(kind, batch);
    }

    /// A look has failed: what waited for it cannot be told.
    fn lost(&mut self, kind: DefinitionKind, batch: &mut Batch<'_>) {
        self.shelves.entry(kind).or_default().distrust();
        self.release(kind, batch);
    }

    /// Sends a list request of our own and returns its identifier.
    fn ask(&mut self, kind: DefinitionKind, cursor: Option<&str>, batch: &mut Batch<'_>) -> IdKey {
        let id = loop {
            self.own += 1;
            let id = IdKey::Text(format!("mcpwarden:{}", self.own).into());
            if !self.to_server.contains(&id) {
                break id;
            }
        };
        self.to_server.insert(id.clone(), Flight::Own(kind));
        let mut params = Vec::new();
        params.extend(cursor.map(|cursor| format!("\"cursor\":{cursor}")));
        params.extend(self.metadata.as_ref().map(|meta| format!("\"_meta\":{meta}")));
        let params = format!("{{{}}}", params.join(","));
        let line = reply::request(&super::raw(Some(&id)), Method::listing(kind).name(), &params);
        batch.to_server.push(Step::Plain(line.into()));
        id
    }
}

//! Collects what a machine has: finds the files, reads them side by side, puts them in order.

use rayon::prelude::*;
use warden_model::{Connection, Looked, Scope, Snapshot, Unread};

use crate::{
    clients::{grants, rank},
    credentials,
    document::Format,
    file::{self, Label, Outcome, View},
    machine::{Machine, Progress, World},
    shapes::Shape,
    sites,
};

/// Reads the configuration of every client of a machine.
#[must_use]
pub fn collect(machine: &Machine, progress: &dyn Progress) -> Snapshot {
    let world = World::of(machine);
    let cwd = machine.cwd.as_deref().filter(|_| machine.root.is_none());
    let found = sites::find(&world, cwd);
    progress.total(found.sites.len());
    let mut outcomes: Vec<Outcome> = found
        .sites
        .par_iter()
        .map(|site| {
            let outcome = file::read(site);
            progress.step();
            outcome
        })
        .collect();
    outcomes.extend(inline(&world));
    outcomes.push(Outcome { unread: found.unread, ..Outcome::default() });
    let folders: Vec<_> = found.sites.iter().map(|site| site.shown.as_str()).collect();
    let mut snapshot = assemble(outcomes, &folders);
    for connection in &mut snapshot.connections {
        connection.user = world.user_of(&connection.location.file);
    }
    snapshot
}

/// OpenCode takes a whole configuration from its environment.
fn inline(world: &World) -> Option<Outcome> {
    let text = world.env.get("OPENCODE_CONFIG_CONTENT").filter(|text| !text.is_empty())?;
    let label = Label { shown: "$OPENCODE_CONFIG_CONTENT", client: "opencode" };
    let view =
        View { client: "opencode", scope: Scope::User, shapes: &[Shape::Mcp], settings: true };
    Some(file::parse(text.as_bytes(), Format::Jsonc, label, &[view]))
}

/// Puts everything in the order of clients, files and entries, and applies what settings grant.
pub(crate) fn assemble(outcomes: Vec<Outcome>, folders: &[&str]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let mut granted = Vec::new();
    for (index, outcome) in outcomes.into_iter().enumerate() {
        snapshot.connections.extend(outcome.connections);
        snapshot.looked.extend(outcome.looked);
        snapshot.unread.extend(outcome.unread);
        let file = folders.get(index).copied().unwrap_or("");
        granted.extend(outcome.grants.into_iter().map(|grant| (reach(file), grant)));
    }
    for connection in &mut snapshot.connections {
        credentials::production::mark(connection);
        for (folder, grant) in &granted {
            if connection.location.file.starts_with(folder) {
                grants::apply(grant, connection);
            }
        }
    }
    snapshot.connections.sort_by_cached_key(of_connection);
    snapshot.looked.sort_by_cached_key(|one: &Looked| (rank(&one.client), one.file.clone()));
    snapshot.unread.sort_by_cached_key(of_unread);
    snapshot.unread.dedup();
    snapshot
}

/// The folder for which settings count: that of the project, or everything for a person's own.
fn reach(file: &str) -> String {
    let own = |marker: &str| file.rsplit_once(marker).map(|(folder, _)| folder);
    match own("/.claude/settings")
        .or_else(|| own("/.vscode/settings"))
        .or_else(|| own("/.amp/settings"))
    {
        Some(folder) if folder.starts_with('~') && !folder.contains('/') => String::new(),
        Some(folder) => format!("{folder}/"),
        None => String::new(),
    }
}

type Order = (usize, String, Option<u32>, Option<u32>, Option<String>);

fn of_connection(one: &Connection) -> Order {
    let place = &one.location;
    (rank(&one.client), place.file.clone(), place.line, place.column, place.pointer.clone())
}

fn of_unread(one: &Unread) -> Order {
    let place = &one.location;
    let client = one.client.as_deref().map_or(usize::MAX, rank);
    (client, place.file.clone(), place.line, place.column, place.pointer.clone())
}

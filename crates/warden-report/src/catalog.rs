//! The catalog of certified servers, as clients of the official MCP Registry read it.
//!
//! It follows the registry's API in the version 2025-12-01, below `/v0.1` and `/v0`, and
//! `server.json` as released on 2025-12-11. Everything here is a function from values to bytes:
//! [`Catalog::answer`] takes the strings of a request and gives those of a response, so that any
//! HTTP server can host it; [`Catalog::snippets`] says how each client adds a server, and [`page`] shows
//! the catalog to people.
//!
//! Only what is certified is in it. What was revoked is handed in as deleted; what expires while
//! the catalog is served is deleted from that moment on, so that a client which syncs sees it go.

mod answer;
mod check;
mod entry;
mod json;
mod order;
mod page;
mod percent;
mod query;
mod snippet;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub use answer::{Request, Response};
pub use check::{Problem, Unfit, check};
pub use entry::{
    Argument, Certificate, Change, Entry, Package, RegistryType, Remote, RemoteKind, Repository,
    Status, Transport, Variable,
};
pub use json::{OUR_KEY, SCHEMA, server_json};
pub use page::{POLICY, STYLE, page};
pub use query::{BadQuery, Cursor, MOST, Query, USUAL, Which};
pub use snippet::{ADDERS, Adder, BadUrl, Door, GatewayUrl, Language, Place, Snippet};

/// The certified servers, in the order of their names and versions.
#[derive(Clone, Debug)]
pub struct Catalog {
    // INVARIANT: sorted by name and version, neither of which stands twice.
    items: Vec<Item>,
    good_until: Option<Timestamp>,
    shared: bool,
}

#[derive(Clone, Debug)]
struct Item {
    entry: Entry,
    latest: bool,
    json: String,
    // What a search looks at, in lower case.
    searched: Vec<String>,
}

/// A version as the catalog has it.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// The version itself. One whose certificate has expired is deleted here.
    pub entry: &'a Entry,
    /// Whether it is the newest version of its server that is not deleted, or just the newest
    /// one if all are.
    pub latest: bool,
    /// The version as the API answers it.
    pub json: &'a str,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The servers on it.
    pub servers: Vec<Listed<'a>>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

impl Page<'_> {
    /// The page as the API answers it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let servers: Vec<&str> = self.servers.iter().map(|one| one.json).collect();
        // A cursor is base64: nothing in it has to be escaped.
        let next =
            self.next.as_ref().map(|cursor| format!(r#""nextCursor":"{}","#, cursor.encode()));
        format!(
            r#"{{"servers":[{}],"metadata":{{{}"count":{}}}}}"#,
            servers.join(","),
            next.unwrap_or_default(),
            servers.len(),
        )
    }
}

impl Catalog {
    /// A catalog of these versions, as it is at this time: what has expired is deleted.
    ///
    /// # Errors
    /// Every entry that does not fit, and why. There is no catalog then: one that silently lacks
    /// servers would look like one from which they were taken.
    pub fn of(entries: Vec<Entry>, now: Timestamp) -> Result<Self, Vec<Problem>> {
        let mut entries: Vec<_> = entries.into_iter().map(|entry| expired(entry, now)).collect();
        entries.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut problems: Vec<_> = entries.iter().filter_map(|one| check(one).err()).collect();
        for pair in entries.windows(2) {
            if let [a, b] = pair
                && key(a) == key(b)
            {
                problems.push(check::problem(b, Unfit::Twice));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Self::sorted(entries)
    }

    fn sorted(entries: Vec<Entry>) -> Result<Self, Vec<Problem>> {
        let newest = newest(&entries);
        let mut items = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            let latest = newest.contains(&index);
            let Ok(json) = json::response(&entry, latest) else {
                return Err(vec![check::problem(&entry, Unfit::Unwritten)]);
            };
            let texts = [Some(&entry.name), entry.title.as_ref(), Some(&entry.description)];
            let searched = texts.into_iter().flatten().map(|text| text.to_lowercase()).collect();
            items.push(Item { entry, latest, json, searched });
        }
        let alive = items.iter().filter(|item| !item.entry.status.is_deleted());
        let good_until = alive.map(|item| item.entry.certificate.expires).min();
        Ok(Self { items, good_until, shared: false })
    }

    /// Lets web pages of other origins read the catalog. Some clients ask from inside a browser
    /// engine and need it; whoever can make a person's browser open a page can then read which
    /// servers are approved, so it is off unless asked for.
    #[must_use]
    pub fn shared_with_browsers(mut self) -> Self {
        self.shared = true;
        self
    }

    /// When the next certificate expires. Until then the catalog stays as it is; a host that
    /// replaces it then by [`at`](Self::at) saves [`answer`](Self::answer) doing so for every
    /// request.
    #[must_use]
    pub const fn good_until(&self) -> Option<Timestamp> {
        self.good_until
    }

    /// The catalog at a later time.
    ///
    /// # Errors
    /// None that [`of`](Self::of) would not have had.
    pub fn at(&self, now: Timestamp) -> Result<Self, Vec<Problem>> {
        let entries = self.items.iter().map(|item| item.entry.clone()).collect();
        let later = Self::of(entries, now)?;
        Ok(Self { shared: self.shared, ..later })
    }

    /// Everything, in order.
    pub fn all(&self) -> impl Iterator<Item = Listed<'_>> {
        self.items.iter().map(Item::listed)
    }

    /// One page of the servers that a question is about.
    #[must_use]
    pub fn list(&self, query: &Query) -> Page<'_> {
        let limit = query.limit.clamp(1, MOST);
        let start = query.cursor.as_ref().map_or(0, |cursor| {
            let behind = (cursor.name.as_str(), cursor.version.as_str());
            self.items.partition_point(|item| key(&item.entry) <= behind)
        });
        let rest = self.items.get(start..).unwrap_or_default();
        let mut found = rest.iter().filter(|item| item.is_asked_for(query));
        let servers: Vec<_> = found.by_ref().take(limit).map(Item::listed).collect();
        // A cursor only if something stands behind it, so that nobody asks for an empty page.
        let next = servers.last().filter(|_| found.next().is_some());
        let next = next.map(|one| Cursor::behind(&one.entry.name, &one.entry.version));
        Page { servers, next }
    }

    /// The newest version of a server; `None` if it has none that is not deleted.
    #[must_use]
    pub fn server(&self, name: &str) -> Option<Listed<'_>> {
        self.version(name, "latest", false)
    }

    /// All versions of a server, the newest first; `None` if there is none to be shown.
    #[must_use]
    pub fn versions(&self, name: &str, deleted: bool) -> Option<Page<'_>> {
        let mut servers: Vec<_> = self
            .named(name)
            .iter()
            .filter(|item| deleted || !item.entry.status.is_deleted())
            .map(Item::listed)
            .collect();
        servers.sort_by(|a, b| order::newer(age(b.entry), age(a.entry)));
        (!servers.is_empty()).then_some(Page { servers, next: None })
    }

    /// One version of a server, or the newest if `version` is `latest`.
    #[must_use]
    pub fn version(&self, name: &str, version: &str, deleted: bool) -> Option<Listed<'_>> {
        let asked = |item: &&Item| match version {
            "latest" => item.latest,
            version => item.entry.version == version,
        };
        let found = self.named(name).iter().find(asked)?;
        (deleted || !found.entry.status.is_deleted()).then(|| found.listed())
    }

    fn named(&self, name: &str) -> &[Item] {
        let start = self.items.partition_point(|item| item.entry.name.as_str() < name);
        let end = self.items.partition_point(|item| item.entry.name.as_str() <= name);
        self.items.get(start..end).unwrap_or_default()
    }
}

impl Item {
    fn listed(&self) -> Listed<'_> {
        Listed { entry: &self.entry, latest: self.latest, json: &self.json }
    }

    fn is_asked_for(&self, query: &Query) -> bool {
        let entry = &self.entry;
        let deleted = query.include_deleted || query.updated_since.is_some();
        let version = match &query.version {
            Which::All => true,
            Which::Latest => self.latest,
            Which::Exactly(version) => entry.version == *version,
        };
        version
            && (deleted || !entry.status.is_deleted())
            && query.updated_since.is_none_or(|since| entry.updated > since)
            && query
                .search
                .as_ref()
                .is_none_or(|search| self.searched.iter().any(|text| text.contains(search)))
    }
}

fn key(entry: &Entry) -> (&str, &str) {
    (&entry.name, &entry.version)
}

fn age(entry: &Entry) -> (&str, Timestamp) {
    (&entry.version, entry.published)
}

/// An entry as it is at this time.
fn expired(mut entry: Entry, now: Timestamp) -> Entry {
    let at = entry.certificate.expires;
    if at <= now && !entry.status.is_deleted() {
        entry.updated = entry.updated.max(at);
        let why = Some("the certificate has expired".to_owned());
        entry.status = Status::Deleted(Change { at, why });
    }
    entry
}

/// The places of the newest version of each server: of those that are not deleted, if there are
/// any.
fn newest(entries: &[Entry]) -> std::collections::BTreeSet<usize> {
    let mut newest: BTreeMap<&str, usize> = BTreeMap::new();
    let rank = |entry: &Entry| !entry.status.is_deleted();
    for (index, entry) in entries.iter().enumerate() {
        let best = newest.entry(&entry.name).or_insert(index);
        let Some(known) = entries.get(*best) else { continue };
        let order = rank(entry).cmp(&rank(known));
        if order.then_with(|| order::newer(age(entry), age(known))).is_gt() {
            *best = index;
        }
    }
    newest.into_values().collect()
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

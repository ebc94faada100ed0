//! Makes a database: the same bytes for the same advisories, in whatever order they came.

use std::collections::BTreeMap;

use warden_model::{Digest, Ecosystem};

use super::{
    Entry, Feed, MAGIC,
    form::{ENTRY, HEAD, Writer, code},
};
use crate::supply::osv::Advisory;

/// The advisories are more than offsets of 32 bits can lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more advisories than a database can hold")]
pub struct TooLarge;

/// Makes a database of what was read. Of several versions of one advisory the one that was changed
/// last is taken. `built_at` is in seconds since 1970.
///
/// # Errors
/// There is more than fits.
pub fn build(feed: Feed, built_at: i64) -> Result<Vec<u8>, TooLarge> {
    let refused: usize = feed.refused().map(|(_, count)| count).sum();
    let records = feed.taken() + refused;
    let mut sources = feed.sources;
    sources.sort();
    sources.dedup();
    let mut sources = sources.join("\n");
    if !sources.is_empty() {
        sources.push('\n');
    }
    let packages = by_package(feed.advisories);
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&[0; 32]);
    out.extend(built_at.to_le_bytes());
    for number in [records, refused, packages.len(), sources.len()] {
        out.extend(small(number)?.to_le_bytes());
    }
    out.extend_from_slice(sources.as_bytes());
    let mut heap = Heap { start: HEAD + sources.len() + packages.len() * ENTRY, bytes: Vec::new() };
    for ((ecosystem, name), entries) in &packages {
        let mut data = Writer::default();
        data.entries(entries).ok_or(TooLarge)?;
        for part in [name.as_bytes(), data.0.as_slice()] {
            out.extend(small(heap.put(part))?.to_le_bytes());
            out.extend(small(part.len())?.to_le_bytes());
        }
        out.extend([*ecosystem, 0, 0, 0]);
    }
    out.append(&mut heap.bytes);
    small(out.len())?;
    let digest = Digest::of(out.get(40..).unwrap_or_default());
    if let Some(place) = out.get_mut(8..40) {
        place.copy_from_slice(digest.bytes());
    }
    Ok(out)
}

fn small(number: usize) -> Result<u32, TooLarge> {
    u32::try_from(number).map_err(|_| TooLarge)
}

/// What the index leads to.
struct Heap {
    start: usize,
    bytes: Vec<u8>,
}

impl Heap {
    /// Where `part` stands now, from the start of the file.
    fn put(&mut self, part: &[u8]) -> usize {
        let at = self.start + self.bytes.len();
        self.bytes.extend_from_slice(part);
        at
    }
}

/// The advisories about every package, by the number of its ecosystem and its name.
fn by_package(advisories: Vec<Advisory>) -> BTreeMap<(u8, String), Vec<Entry>> {
    let mut newest: BTreeMap<String, Advisory> = BTreeMap::new();
    for advisory in advisories {
        let known = newest.get(&advisory.id);
        // Of two that were changed at one time, any will do, but it has to be the same one always.
        if known.is_none_or(|known| (&known.modified, known) < (&advisory.modified, &advisory)) {
            newest.insert(advisory.id.clone(), advisory);
        }
    }
    let mut packages: BTreeMap<(u8, String), Vec<Entry>> = BTreeMap::new();
    for advisory in newest.into_values() {
        for affected in advisory.affected {
            let mut affected = affected;
            let severity = if advisory.malicious {
                advisory.severity
            } else {
                affected.severity.or(advisory.severity)
            };
            // There is one severity for each package in the file.
            affected.severity = severity;
            let key: (Ecosystem, String) = (affected.ecosystem, affected.name.clone());
            let entry = Entry {
                id: advisory.id.clone(),
                aliases: advisory.aliases.clone(),
                summary: advisory.summary.clone(),
                severity,
                withdrawn: advisory.withdrawn,
                malicious: advisory.malicious,
                affected,
            };
            packages.entry((code(key.0), key.1)).or_default().push(entry);
        }
    }
    for entries in packages.values_mut() {
        entries.sort();
        entries.dedup();
    }
    packages
}

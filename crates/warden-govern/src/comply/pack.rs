//! Evidence packs: what happened in a period, as an auditor of a service organisation asks for it.
//!
//! Three populations: who has access, what was called, what changed. From each a sample is drawn by
//! a seed that stands in the pack, so that anybody draws the same: of a population those items
//! belong to the sample whose SHA-256 over seed, population and identifier is smallest. A manifest
//! names every file with its digest, and the heads of the ledger that all of it was read from.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use jiff::Timestamp;
use serde::Serialize;
use warden_model::{Digest, Hasher};

use super::{Ground, Judged, privacy::NOT_KNOWN};
use crate::{
    estate::Connection,
    table::{Table, line},
    word::words,
};

words! {
    /// What an auditor draws samples from.
    Population, "population" {
        /// Who may use what, and who was stopped or asked.
        Access = "access",
        /// Calls of tools, and refusals.
        Invocations = "invocations",
        /// Approvals of definitions, and drift.
        Changes = "changes",
    }
}

/// A record of a ledger, as plain values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// The segment and the number, as `mcpwarden audit show` takes them.
    pub id: String,
    /// When it was recorded.
    pub at: Timestamp,
    /// What happened, for example `call.intent`.
    pub event: String,
    /// The agent.
    pub agent: String,
    /// The person.
    pub user: String,
    /// The session.
    pub session: String,
    /// The server.
    pub server: String,
    /// The tool, or what drifted.
    pub subject: String,
    /// What was decided.
    pub decision: String,
    /// How it ended.
    pub outcome: String,
    /// Why, as a code.
    pub reason: String,
    /// The rules that decided.
    pub rule: String,
    /// What had flowed, data classes among it, with spaces between.
    pub labels: String,
    /// The record that it ends, if it ends one.
    pub ends: String,
    /// The chain hash of the record: it stands in the ledger, and hangs on all before it.
    pub chain: String,
}

impl Action {
    /// The columns of its row.
    const COLUMNS: [&str; 15] = [
        "id", "at", "event", "agent", "user", "session", "server", "subject", "decision",
        "outcome", "reason", "rule", "labels", "ends", "chain",
    ];

    fn line(&self) -> String {
        let at = self.at.to_string();
        line(&[
            &self.id,
            &at,
            &self.event,
            &self.agent,
            &self.user,
            &self.session,
            &self.server,
            &self.subject,
            &self.decision,
            &self.outcome,
            &self.reason,
            &self.rule,
            &self.labels,
            &self.ends,
            &self.chain,
        ])
    }
}

impl Population {
    /// The population that an event belongs to, and whether it is an item of it; what is none says
    /// how an item ended. `None` for what belongs to no population.
    #[must_use]
    pub fn of(event: &str) -> Option<(Self, bool)> {
        match event {
            "call.held" | "call.answered" | "stop.set" | "stop.released" | "session.ended" => {
                Some((Self::Access, true))
            }
            "call.intent" | "call.refused" => Some((Self::Invocations, true)),
            "call.closed" => Some((Self::Invocations, false)),
            "pin.approved" | "pin.revoked" | "drift.detected" | "definition.noticed" => {
                Some((Self::Changes, true))
            }
            _ => None,
        }
    }

    /// The name of its file.
    #[must_use]
    pub fn file(self) -> String {
        format!("populations/{self}.csv")
    }
}

/// A period: from, including, until, excluding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Of which records a sample is drawn, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sampling {
    /// The seed.
    pub seed: u64,
    /// How many of each population.
    pub size: usize,
}

/// The items whose digests are smallest.
#[derive(Debug)]
struct Sample {
    population: Population,
    sampling: Sampling,
    drawn: BTreeMap<(Digest, String), Action>,
}

impl Sample {
    fn show(&mut self, action: &Action) {
        let named = format!("{}\n{}\n{}", self.sampling.seed, self.population, action.id);
        let key = (Digest::of(named.as_bytes()), action.id.clone());
        let full = self.drawn.len() >= self.sampling.size;
        if full && self.drawn.last_key_value().is_none_or(|(last, _)| *last < key) {
            return;
        }
        self.drawn.insert(key, action.clone());
        if self.drawn.len() > self.sampling.size {
            self.drawn.pop_last();
        }
    }
}

/// Counts and digests what is written through it.
#[derive(Debug)]
struct Counted<W> {
    to: W,
    hasher: Hasher,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hasher.add(bytes.get(..written).unwrap_or(bytes));
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[derive(Debug)]
struct Open<W: Write> {
    population: Population,
    rows: Counted<W>,
    items: u64,
    sample: Sample,
}

/// Writes the populations of a period while it is shown records, in any order; it holds no more
/// than the samples.
#[derive(Debug)]
pub struct Packer<W: Write> {
    period: Period,
    sampling: Sampling,
    open: Vec<Open<W>>,
}

/// A file of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its name in the pack.
    pub name: String,
    /// Its SHA-256, as `sha256:…`.
    pub digest: String,
    /// Its length.
    pub bytes: u64,
    /// The items in it, where it has items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<u64>,
}

/// A file of a pack that is small enough to be held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name in the pack.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The end of a segment, as it was when the pack was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Head {
    /// The segment.
    pub segment: String,
    /// The number of its last record.
    pub seq: u64,
    /// The chain hash there.
    pub chain: String,
}

/// What was found when the ledger was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Records in the whole ledger, each held against the one before it.
    pub records: u64,
    /// Segments, each held against its head and the links of others.
    pub segments: u64,
    /// The ends of all segments.
    pub heads: Vec<Head>,
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: &'static str,
    organisation: &'a str,
    estate: String,
    as_of: Timestamp,
    period: Period,
    sampling: Sampling,
    rule: &'static str,
    ledger: &'a Proof,
    files: &'a [Entry],
}

impl<W: Write> Packer<W> {
    /// Begins a pack of a period; `to` makes where each population is written.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(
        period: Period,
        sampling: Sampling,
        mut to: impl FnMut(Population) -> io::Result<W>,
    ) -> io::Result<Self> {
        let mut open = Vec::new();
        for population in <Population as crate::Word>::all().iter().copied() {
            let mut rows = Counted { to: to(population)?, hasher: Hasher::default(), bytes: 0 };
            rows.write_all(line(&Action::COLUMNS).as_bytes())?;
            let sample = Sample { population, sampling, drawn: BTreeMap::new() };
            open.push(Open { population, rows, items: 0, sample });
        }
        Ok(Self { period, sampling, open })
    }

    /// Shows a record. One of another time, or of no population, is left out.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, action: &Action) -> io::Result<()> {
        let inside = self.period.from <= action.at && action.at < self.period.until;
        let Some((population, item)) = Population::of(&action.event).filter(|_| inside) else {
            return Ok(());
        };
        let Some(open) = self.open.iter_mut().find(|open| open.population == population) else {
            return Ok(());
        };
        open.rows.write_all(action.line().as_bytes())?;
        if item {
            open.items += 1;
            open.sample.show(action);
        }
        Ok(())
    }

    /// Ends the populations, and makes the rest of the pack: samples, who has access by the estate,
    /// controls, and the manifest, which is last.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn finish(
        self,
        ground: &Ground<'_>,
        judged: &[Judged],
        proof: &Proof,
    ) -> io::Result<Vec<File>> {
        let Self { period, sampling, open } = self;
        let (mut entries, mut files) = (Vec::new(), Vec::new());
        for Open { population, rows: mut written, items, sample } in open {
            written.flush()?;
            entries.push(Entry {
                name: population.file(),
                digest: written.hasher.finish().to_string(),
                bytes: written.bytes,
                items: Some(items),
            });
            let drawn = sample.drawn.values().map(Action::line);
            let bytes = (line(&Action::COLUMNS) + &drawn.collect::<String>()).into_bytes();
            files.push(File { name: format!("samples/{population}.csv"), bytes });
        }
        let bytes = granted(ground).into_bytes();
        files.push(File { name: "access-granted.csv".into(), bytes });
        files.push(File { name: "controls.json".into(), bytes: canonical(&judged)? });
        entries.extend(files.iter().map(entry));
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let manifest = Manifest {
            format: "mcpwarden-evidence-pack-1",
            organisation: &ground.estate().organisation.name,
            estate: ground.estate().digest().to_string(),
            as_of: ground.estate().as_of,
            period,
            sampling,
            rule: "of each population the items with the smallest SHA-256 over seed, population \
                   and id, with a line feed between them",
            ledger: proof,
            files: &entries,
        };
        files.push(File { name: "manifest.json".into(), bytes: canonical(&manifest)? });
        Ok(files)
    }
}

fn entry(file: &File) -> Entry {
    Entry {
        name: file.name.clone(),
        digest: Digest::of(&file.bytes).to_string(),
        bytes: file.bytes.len() as u64,
        items: None,
    }
}

fn canonical<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json_canonicalizer::to_vec(value).map_err(io::Error::other)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Who has access to what, by the estate.
fn granted(ground: &Ground<'_>) -> String {
    let mut rows: Vec<_> =
        ground.estate().connections.iter().map(|one| granted_to(ground, one)).collect();
    rows.sort_unstable();
    let columns = [
        "agent",
        "server",
        "set_up_by",
        "tools",
        "authentication",
        "roles",
        "session_allowlist",
        "owner",
    ];
    let mut table = Table::new(&columns);
    for row in rows {
        table.row(&row.each_ref().map(String::as_str));
    }
    table.finish()
}

fn granted_to(ground: &Ground<'_>, one: &Connection) -> [String; 8] {
    let (agent, server) = (ground.lookup.agent(&one.agent), ground.lookup.server(&one.server));
    let how = server.and_then(|server| server.authentication);
    let known = |text: Option<&String>| text.map_or_else(|| NOT_KNOWN.into(), Clone::clone);
    let said = |value: Option<bool>| match value {
        Some(true) => "yes".into(),
        Some(false) => "no".into(),
        None => NOT_KNOWN.into(),
    };
    [
        one.agent.clone(),
        one.server.clone(),
        known(one.user.as_ref()),
        one.tools.as_ref().map_or_else(|| "all".into(), |tools| tools.join("; ")),
        how.map_or_else(|| NOT_KNOWN.into(), |how| how.to_string()),
        said(agent.and_then(|agent| agent.role_based)),
        said(agent.and_then(|agent| agent.session_allowlist)),
        known(agent.and_then(|agent| agent.owner.as_ref())),
    ]
}

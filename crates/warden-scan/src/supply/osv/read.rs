//! Reads one record of OSV, refuses what is none, and keeps what makes no sense as unclear.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use warden_model::{Ecosystem, Severity};

use super::{Advisory, Affected, Event, Range, Unclear, normal_name, severity};

/// A record larger than this is refused.
const LARGEST: usize = 8 << 20;
/// A record with more packages, ranges, changes or versions than this is refused.
const MOST: usize = 200_000;
/// A name or version longer than this is none.
const LONGEST_NAME: usize = 1024;
/// As much of a summary as anybody reads.
const SUMMARY: usize = 300;
/// A record with more other names than this is refused: that many are no names of one thing.
const MOST_ALIASES: usize = 1000;

/// Why a record is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Refusal {
    /// It is larger, or holds more, than any advisory does.
    #[error("larger than any advisory")]
    TooLarge,
    /// It is not an object of JSON with the members that an advisory has.
    #[error("not an advisory in the OSV format")]
    NotOsv,
    /// Its schema is of a later major version, which may mean something else by the same words.
    #[error("of a version of the schema that is not known")]
    Schema,
    /// It has no identifier, or none that is one.
    #[error("without an identifier")]
    NoId,
    /// It names no package.
    #[error("about no package")]
    NoPackage,
    /// It is about other ecosystems alone.
    #[error("about other ecosystems")]
    OtherEcosystem,
}

/// What of a record that was taken is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// One of its packages is of an ecosystem that is not known.
    Ecosystem(String),
    /// A part of its versions makes no sense.
    Unclear(Unclear),
    /// A score is not a vector that it says to be.
    Score,
    /// The time at which it was taken back is none: it counts as not taken back.
    Withdrawn,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ecosystem(name) => write!(f, "the ecosystem `{name}` is not known"),
            Self::Unclear(reason) => f.write_str(reason.reason()),
            Self::Score => f.write_str("a score is no CVSS vector"),
            Self::Withdrawn => f.write_str("the time of withdrawal is none"),
        }
    }
}

#[derive(Deserialize)]
struct RawRecord {
    #[serde(default)]
    schema_version: Option<String>,
    #[serde(default)]
    id: String,
    #[serde(default)]
    modified: Option<String>,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    severity: Option<Vec<RawSeverity>>,
    #[serde(default)]
    affected: Option<Vec<RawAffected>>,
    #[serde(default)]
    database_specific: Option<Value>,
}

#[derive(Deserialize)]
struct RawSeverity {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    score: String,
}

#[derive(Deserialize)]
struct RawAffected {
    #[serde(default)]
    package: Option<RawPackage>,
    #[serde(default)]
    severity: Option<Vec<RawSeverity>>,
    #[serde(default)]
    ranges: Option<Vec<RawRange>>,
    #[serde(default)]
    versions: Option<Vec<String>>,
    #[serde(default)]
    ecosystem_specific: Option<Value>,
    #[serde(default)]
    database_specific: Option<Value>,
}

#[derive(Deserialize)]
struct RawPackage {
    #[serde(default)]
    ecosystem: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct RawRange {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    events: Vec<RawEvent>,
}

#[derive(Deserialize)]
struct RawEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

/// Reads one record, with what is wrong with it and does not keep it from being taken.
///
/// # Errors
/// It is no record, or about nothing that can be looked up here.
pub fn read(bytes: &[u8]) -> Result<(Advisory, Vec<Note>), Refusal> {
    if bytes.len() > LARGEST {
        return Err(Refusal::TooLarge);
    }
    // An array of values would be taken for the members of an object.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::NotOsv);
    }
    let raw: RawRecord = serde_json::from_slice(bytes).map_err(|_| Refusal::NotOsv)?;
    if raw.schema_version.as_deref().is_some_and(|version| !version.starts_with("1.")) {
        return Err(Refusal::Schema);
    }
    if !is_id(&raw.id) {
        return Err(Refusal::NoId);
    }
    let packages = raw.affected.unwrap_or_default();
    if is_too_much(&packages) || raw.aliases.as_ref().is_some_and(|all| all.len() > MOST_ALIASES) {
        return Err(Refusal::TooLarge);
    }
    let mut notes = Vec::new();
    let named = packages.iter().filter(|raw| raw.package.is_some()).count();
    let affected: Vec<Affected> =
        packages.into_iter().filter_map(|raw| package(raw, &mut notes)).collect();
    if affected.is_empty() {
        return Err(if named == 0 { Refusal::NoPackage } else { Refusal::OtherEcosystem });
    }
    let aliases = sorted(raw.aliases.unwrap_or_default().into_iter().filter(|id| is_id(id)));
    let malicious = raw.id.starts_with("MAL-")
        || aliases.iter().any(|alias| alias.starts_with("MAL-"))
        || says_malware(raw.database_specific.as_ref());
    let scored = scores(raw.severity.as_deref(), &mut notes);
    let severity = scored.max(word(raw.database_specific.as_ref()));
    let withdrawn = raw.withdrawn.and_then(|time| {
        let time = time.parse::<jiff::Timestamp>();
        notes.extend(time.is_err().then_some(Note::Withdrawn));
        time.ok().map(jiff::Timestamp::as_second)
    });
    let advisory = Advisory {
        id: raw.id,
        modified: raw.modified.unwrap_or_default().chars().take(64).collect(),
        aliases,
        summary: one_line(&raw.summary.unwrap_or_default()),
        severity: if malicious { Some(Severity::Critical) } else { severity },
        withdrawn,
        malicious,
        affected,
    };
    notes.sort();
    notes.dedup();
    Ok((advisory, notes))
}

/// `<DB>-<ENTRYID>`, of characters that can stand in any report.
fn is_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+".contains(&byte);
    id.len() <= 128 && id.contains('-') && id.bytes().all(allowed)
}

fn is_too_much(packages: &[RawAffected]) -> bool {
    let size = |raw: &RawAffected| {
        let ranges = raw.ranges.as_deref().unwrap_or_default();
        let events: usize = ranges.iter().map(|range| range.events.len() + 1).sum();
        1 + events + raw.versions.as_ref().map_or(0, Vec::len)
    };
    packages.iter().map(size).sum::<usize>() > MOST
}

fn package(raw: RawAffected, notes: &mut Vec<Note>) -> Option<Affected> {
    let package = raw.package?;
    // `Debian:12` is a release of an ecosystem.
    let family = package.ecosystem.split(':').next().unwrap_or_default();
    let known = Ecosystem::ALL.iter().copied().find(|known| known.osv() == family);
    let Some(ecosystem) = known else {
        notes.push(Note::Ecosystem(one_line(&package.ecosystem).chars().take(64).collect()));
        return None;
    };
    if package.name.is_empty() || package.name.len() > LONGEST_NAME {
        notes.push(Note::Unclear(Unclear::Nonsense));
        return None;
    }
    let scored = scores(raw.severity.as_deref(), notes);
    let severity =
        scored.max(word(raw.ecosystem_specific.as_ref())).max(word(raw.database_specific.as_ref()));
    let versions = raw.versions.unwrap_or_default();
    let long = versions.iter().any(|version| version.len() > LONGEST_NAME);
    let mut affected = Affected {
        ecosystem,
        name: normal_name(ecosystem, &package.name),
        severity,
        ranges: Vec::new(),
        versions: sorted(versions.into_iter()),
        unclear: long.then_some(Unclear::Bound),
    };
    for raw in raw.ranges.unwrap_or_default() {
        match range(raw, ecosystem) {
            Ok(range) => affected.ranges.push(range),
            Err(reason) => affected.unclear = Some(reason),
        }
    }
    let empty = affected.ranges.is_empty() && affected.versions.is_empty();
    if empty && affected.unclear.is_none() {
        affected.unclear = Some(Unclear::Empty);
    }
    // A list of versions stands beside commits so that nobody has to count in commits.
    if affected.unclear == Some(Unclear::Commits) && !empty {
        affected.unclear = None;
    }
    notes.extend(affected.unclear.map(Note::Unclear));
    affected.ranges.sort();
    affected.ranges.dedup();
    Some(affected)
}

fn range(raw: RawRange, ecosystem: Ecosystem) -> Result<Range, Unclear> {
    let semantic = match raw.kind.as_str() {
        "SEMVER" => true,
        "ECOSYSTEM" => false,
        "GIT" => return Err(Unclear::Commits),
        _ => return Err(Unclear::Nonsense),
    };
    let events: Result<Vec<Event>, Unclear> = raw.events.into_iter().map(event).collect();
    let range = Range { semantic, events: events? };
    let has = |wanted: fn(&Event) -> bool| range.events.iter().any(wanted);
    if !has(|event| matches!(event, Event::Introduced(_))) {
        return Err(Unclear::Nonsense);
    }
    // The schema allows one of the two.
    if has(|event| matches!(event, Event::Fixed(_)))
        && has(|event| matches!(event, Event::LastAffected(_)))
    {
        return Err(Unclear::Nonsense);
    }
    let sorted = range.sorted(ecosystem).map_err(|_| Unclear::Bound)?;
    // Nothing can be mended before there is anything to mend.
    if !matches!(sorted.first(), Some((_, Event::Introduced(_)))) {
        return Err(Unclear::Nonsense);
    }
    let bad_limit = |event: &Event| matches!(event, Event::Limit(text) if text != "*" && range.read(ecosystem, text).is_err());
    if range.events.iter().any(bad_limit) {
        return Err(Unclear::Bound);
    }
    Ok(range)
}

/// One change; two at once are none.
fn event(raw: RawEvent) -> Result<Event, Unclear> {
    let all = [
        raw.introduced.map(Event::Introduced),
        raw.fixed.map(Event::Fixed),
        raw.last_affected.map(Event::LastAffected),
        raw.limit.map(Event::Limit),
    ];
    let mut all = all.into_iter().flatten();
    match (all.next(), all.next()) {
        (Some(event), None) => Ok(event),
        _ => Err(Unclear::Nonsense),
    }
}

/// The worst of the scores; one that is none is told.
fn scores(all: Option<&[RawSeverity]>, notes: &mut Vec<Note>) -> Option<Severity> {
    let mut worst = None;
    for raw in all.unwrap_or_default() {
        match severity::of_vector(&raw.kind, &raw.score) {
            Some(found) => worst = worst.max(Some(found)),
            None => notes.push(Note::Score),
        }
    }
    worst
}

/// The word that a database has for it in its own part.
fn word(specific: Option<&Value>) -> Option<Severity> {
    severity::of_word(specific?.get("severity")?.as_str()?)
}

/// GitHub marks what is malware by its weakness.
fn says_malware(specific: Option<&Value>) -> bool {
    let ids = specific.and_then(|specific| specific.get("cwe_ids")).and_then(Value::as_array);
    ids.is_some_and(|ids| ids.iter().any(|id| id == "CWE-506"))
}

fn sorted(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = all.filter(|text| text.len() <= LONGEST_NAME).collect();
    all.sort();
    all.dedup();
    all
}

/// The text on one line without control characters, and not longer than a line.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(SUMMARY).collect()
}

//! What was answered about servers and decided of them, on this machine: signed records that are in
//! the log.
//!
//! A record is one envelope in a file that is named by its digest. It is signed by the key of the
//! person who brought the answers in or decided, and counts only if the log of this machine has it.
//! A record that the log has and that is gone, or is not what it was, is told and nothing is read.

pub(crate) mod answers;
pub(crate) mod evidence;
pub(crate) mod forms;
pub(crate) mod members;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use warden_model::Digest;
use warden_policy::approval::{Person, person_of};
use warden_seal::{Why, open_trusted, seal_with};

use crate::{
    Failure, Kind,
    approvals::{self, Desk, signing::Signing},
    certify::keep::{self, APPROVALS},
    files, key,
    paths::Paths,
};
use answers::Given;

/// The type of a record in its envelope.
const RECORD_TYPE: &str = "application/vnd.mcpwarden.assessment.v1+json";

/// What an entry of the log is, if it is about a record.
const KIND: &str = "assessment";

/// The most records that are read.
const MOST: usize = 100_000;

const VERSION: u32 = 1;

/// What somebody has signed of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    version: u32,
    /// The server, as the estate names it.
    pub(crate) server: String,
    /// Who has signed.
    pub(crate) by: Person,
    /// When.
    pub(crate) at: Timestamp,
    /// What.
    pub(crate) what: What,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum What {
    /// A vendor's answers, as they came.
    Answers {
        /// The form.
        form: String,
        /// Its questions.
        set: String,
        /// The version that it was about.
        version: Option<String>,
        /// The digest of the file that came.
        file: String,
        /// Who has answered.
        name: String,
        /// How to reach that person.
        contact: String,
        /// When.
        answered: Date,
        /// What.
        answers: Vec<Given>,
    },
    /// A reviewer's word.
    Decision {
        /// Whether it is good.
        passed: bool,
        /// Why.
        reason: String,
        /// After how many days it is to be done again.
        interval_days: u32,
    },
}

impl What {
    const fn name(&self) -> &'static str {
        match self {
            Self::Answers { .. } => "answers",
            Self::Decision { .. } => "decision",
        }
    }
}

/// The records of this machine, and those that do not count, with their reasons.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// In the order in which they were signed.
    pub(crate) all: Vec<Record>,
    /// What is left out, and why.
    pub(crate) left_out: Vec<String>,
}

/// Signs a record, keeps it and writes it into the log.
///
/// # Errors
/// When it cannot be signed, would not count, or cannot be kept.
pub(crate) fn add(
    server: &str,
    what: What,
    signing: &Signing,
    desk: &Desk<'_>,
    now: Timestamp,
) -> Result<Record, Failure> {
    let refused = |why: &str| Failure::new(Kind::Internal, format!("it cannot be signed: {why}"));
    let by = signing.person.clone();
    let record = Record { version: VERSION, server: server.to_owned(), by, at: now, what };
    let payload = written(&record).ok_or_else(|| refused("it has no canonical form"))?;
    let envelope = seal_with(RECORD_TYPE, &payload, &[signing.signer()])
        .map_err(|error| refused("its key does not sign").caused_by(error))?;
    let folder = desk.paths.assessments();
    let digest = Digest::of(&envelope);
    let cannot = |error: std::io::Error| {
        Failure::new(Kind::Config, format!("cannot keep records in `{}`", folder.display()))
            .caused_by(error)
    };
    files::private_folder(&folder).map_err(cannot)?;
    // First the file, then the log: what nobody has logged does not count, and is told.
    files::put(&folder.join(file_name(digest)), &envelope).map_err(cannot)?;
    let entry = json!({
        "at": record.at,
        "by": record.by,
        "digest": digest.to_string(),
        "kind": KIND,
        "name": record.server,
        "what": record.what.name(),
    });
    // Strings always have a canonical form.
    let entry = warden_seal::canonical(&entry).unwrap_or_default();
    keep::log(&entry, desk.paths, &key::own(desk.paths)?)?;
    Ok(record)
}

fn written(record: &Record) -> Option<Vec<u8>> {
    warden_seal::canonical(&serde_json::to_value(record).ok()?).ok()
}

fn file_name(digest: Digest) -> String {
    format!("{}.json", String::from_utf8_lossy(&digest.hex()))
}

/// Every record of this machine that counts.
///
/// # Errors
/// A record that the log has and that is missing, altered, or does not have its evidence.
pub(crate) fn all(desk: &Desk<'_>) -> Result<Records, Failure> {
    let folder = desk.paths.assessments();
    let found = match files::json_in(&folder, MOST) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Records::default()),
        found => found.map_err(|error| {
            Failure::new(Kind::Config, format!("cannot read `{}`", folder.display()))
                .caused_by(error)
        })?,
    };
    // Without a log nothing is on record.
    let has_log = desk.paths.log().is_dir();
    let mut logged = if has_log { logged(desk.paths)? } else { BTreeSet::new() };
    let mut records = Records::default();
    for path in found {
        let envelope = fs::read(&path).map_err(|error| altered(&path, &error.to_string()))?;
        let digest = Digest::of(&envelope);
        if !logged.remove(&digest) {
            records.left_out.push(format!("`{}` is not in the log", path.display()));
            continue;
        }
        match opened(&envelope, desk) {
            Ok(record) => records.all.push(record),
            Err(Refused::Key(why)) => {
                records.left_out.push(format!("`{}`: {why}", path.display()));
            }
            Err(Refused::Altered(why)) => return Err(altered(&path, &why)),
        }
    }
    if let Some(missing) = logged.first() {
        return Err(altered(&folder.join(file_name(*missing)), "the log has it, and it is gone"));
    }
    records.all.sort_by(|one, other| (one.at, &one.server).cmp(&(other.at, &other.server)));
    let named: BTreeMap<&str, u64> = records.all.iter().flat_map(named).collect();
    evidence::check(&named, desk.paths)?;
    Ok(records)
}

/// The files of evidence that a record names, by digest, with their lengths.
fn named(record: &Record) -> impl Iterator<Item = (&str, u64)> {
    let answers: &[Given] = match &record.what {
        What::Answers { answers, .. } => answers,
        What::Decision { .. } => &[],
    };
    let files = answers.iter().flat_map(|answer| &answer.evidence);
    files.map(|file| (file.digest.as_str(), file.size))
}

fn altered(path: &Path, why: &str) -> Failure {
    Failure::new(Kind::Config, format!("cannot trust the record in `{}`", path.display()))
        .hint(why.to_owned())
}

enum Refused {
    Key(String),
    Altered(String),
}

fn opened(envelope: &[u8], desk: &Desk<'_>) -> Result<Record, Refused> {
    let now = desk.moment();
    let opened = open_trusted(envelope, RECORD_TYPE, &desk.trust, APPROVALS, now);
    let opened = opened.map_err(|why| match why {
        Why::Long | Why::Malformed | Why::Type | Why::BadSignature { .. } => {
            Refused::Altered(why.to_string())
        }
        Why::UnknownKey
        | Why::OtherUse { .. }
        | Why::NotYetValid { .. }
        | Why::NoLongerValid { .. }
        | Why::Revoked { .. } => Refused::Key(why.to_string()),
    })?;
    let bad = || Refused::Altered("it is no record of a version that this program reads".into());
    let record: Record = serde_json::from_slice(&opened.payload).map_err(|_| bad())?;
    if record.version != VERSION || written(&record).as_deref() != Some(&*opened.payload) {
        return Err(bad());
    }
    let own = |key: &&warden_seal::TrustedKey| {
        opened.keys.contains(&key.key.id()) && person_of(key).as_ref() == Some(&record.by)
    };
    if desk.trust.keys().iter().any(|key| own(&key)) {
        return Ok(record);
    }
    Err(Refused::Key(format!("it is not signed by a key of `{}`", record.by)))
}

/// The digests of all records that the log of this machine has.
fn logged(paths: &Paths) -> Result<BTreeSet<Digest>, Failure> {
    let mut found = BTreeSet::new();
    approvals::last_in_log(paths, |_, entry| {
        found.extend(recorded(entry));
        None::<()>
    })?;
    Ok(found)
}

fn recorded(entry: &[u8]) -> Option<Digest> {
    let value: Value = serde_json::from_slice(entry).ok()?;
    let text = |member: &str| value.get(member).and_then(Value::as_str);
    text("digest").filter(|_| text("kind") == Some(KIND))?.parse().ok()
}

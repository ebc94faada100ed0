//! The transparency log of this machine, and the keys that sign it.
//!
//! The key of this machine signs the log, whoever signs what is written into it: so the log can
//! vouch for what was signed with a key before that was stolen. Its origin is its name for ever.
//! It is made of the first key, and stays when another takes the place of that: from then on
//! `log-keys.json` has the origin and the keys. While two keys overlap, both sign every
//! checkpoint, and whoever knows one of them believes it.

use std::{fs, io, path::Path, time::SystemTime};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use warden_seal::{
    PublicKey, SigningKey, Trust, TrustedKey, VerifyKey,
    log::{
        AppendError, Checkpoint, Folder, LogPolicy, Logged, MOST_NOTE, NoteKey, NoteKind,
        NoteSigner, Reader, Resource, Tiles as _, Writer, leaf_hash, open_checkpoint,
        verify_inclusion,
    },
    read_strict,
};

use super::keep::LOGS;
use crate::{Failure, Kind, files, machine, paths::Paths};

/// The longest file of keys.
const MOST: usize = 256 << 10;

/// The most keys that a log can have had.
const MOST_KEYS: usize = 64;

const VERSION: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    origin: String,
    keys: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// The keys of a log.
#[derive(Clone, Debug)]
pub(crate) struct LogKeys {
    origin: String,
    /// Every key that ever signed, and the first moment at which it does not count any more.
    keys: Vec<(NoteKey, Option<Timestamp>)>,
}

impl LogKeys {
    /// The keys of the log of this machine: what is written down, or the key of the machine alone.
    ///
    /// # Errors
    /// A file that is there and not understood whole.
    pub(crate) fn read(paths: &Paths, own: &SigningKey) -> Result<Self, Failure> {
        let file = paths.log_keys();
        let bad = || {
            let message = format!("cannot tell who signs the log from `{}`", file.display());
            Failure::new(Kind::Config, message)
        };
        match fs::read(&file) {
            Ok(bytes) => Self::parse(&bytes).ok_or_else(bad),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::first(own),
            Err(error) => Err(bad().caused_by(error)),
        }
    }

    /// The keys of a log that has had one.
    fn first(own: &SigningKey) -> Result<Self, Failure> {
        let id = own.public().id();
        let id: String = id.trim_start_matches("sha256:").chars().take(16).collect();
        let origin = format!("mcpwarden/{id}");
        let key = note_key(&origin, own)?;
        Ok(Self { origin, keys: vec![(key, None)] })
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let file: File = serde_json::from_value(read_strict(bytes, MOST).ok()?).ok()?;
        if file.version != VERSION || file.keys.is_empty() || file.keys.len() > MOST_KEYS {
            return None;
        }
        let key = |row: Row| {
            let key = NoteKey::parse(&row.key).ok()?;
            let until = row.until.map(|until| until.parse().ok());
            let named = key.name() == file.origin && key.kind() == NoteKind::Ed25519;
            let until = match until {
                Some(None) => return None,
                Some(until) => until,
                None => None,
            };
            named.then_some((key, until))
        };
        let keys: Option<Vec<_>> = file.keys.into_iter().map(key).collect();
        Some(Self { origin: file.origin, keys: keys? })
    }

    /// Writes them down.
    ///
    /// # Errors
    /// When they cannot be stored; what was there is then still there.
    pub(crate) fn store(&self, paths: &Paths) -> Result<(), Failure> {
        let row = |(key, until): &(NoteKey, Option<Timestamp>)| Row {
            key: key.to_string(),
            until: until.map(|until| until.to_string()),
        };
        let keys = self.keys.iter().map(row).collect();
        let file = File { version: VERSION, origin: self.origin.clone(), keys };
        let failed =
            || Failure::new(Kind::Config, "cannot write down who signs the log from now on");
        let mut text =
            serde_json::to_vec_pretty(&file).map_err(|error| failed().caused_by(error))?;
        text.push(b'\n');
        files::put(&paths.log_keys(), &text).map_err(|error| failed().caused_by(error))
    }

    /// The same log with another key, which takes the place of `old` at `until`.
    ///
    /// # Errors
    /// When it has had too many.
    pub(crate) fn followed(
        mut self,
        (old, new): (&SigningKey, &SigningKey),
        until: Timestamp,
    ) -> Result<Self, Failure> {
        let (old, new) = (note_key(&self.origin, old)?, note_key(&self.origin, new)?);
        for (key, end) in &mut self.keys {
            if *key == old {
                *end = Some(end.map_or(until, |end| end.min(until)));
            }
        }
        self.keys.retain(|(key, _)| *key != new);
        self.keys.insert(0, (new, None));
        if self.keys.len() > MOST_KEYS {
            return Err(Failure::new(Kind::Config, "the log has had too many keys"));
        }
        Ok(self)
    }

    /// Whose checkpoints are believed now.
    pub(crate) fn policy(&self, now: SystemTime) -> LogPolicy {
        let counts =
            |until: &Option<Timestamp>| until.is_none_or(|until| now < SystemTime::from(until));
        let keys = self.keys.iter().filter(|(_, until)| counts(until));
        self.policy_of(keys.map(|(key, _)| key.clone()).collect())
    }

    /// Whose checkpoints are believed by whoever puts another key in place of one of them.
    fn every(&self) -> LogPolicy {
        self.policy_of(self.keys.iter().map(|(key, _)| key.clone()).collect())
    }

    fn policy_of(&self, keys: Vec<NoteKey>) -> LogPolicy {
        LogPolicy { origin: self.origin.clone(), keys, witnesses: Vec::new(), quorum: 0 }
    }

    /// The keys that still sign beside the key of this machine, as far as they are kept.
    fn older(&self, paths: &Paths, own: &SigningKey, now: SystemTime) -> Vec<SigningKey> {
        let policy = self.policy(now);
        let others = policy.keys.iter().filter(|key| key.key() != own.public());
        // One that is gone does not sign: the key of this machine alone is enough.
        others.filter_map(|key| SigningKey::load(&retired(paths, &key.key().id())).ok()).collect()
    }

    fn signer<'a>(
        &self,
        own: &'a SigningKey,
        older: &'a [SigningKey],
    ) -> Result<NoteSigner<'a>, Failure> {
        let named = |key: &'a SigningKey| {
            NoteSigner::new(&self.origin, NoteKind::Ed25519, key).map_err(nameless)
        };
        older.iter().try_fold(named(own)?, |signer, key| Ok(signer.beside(named(key)?)))
    }
}

/// Where a key of this machine lies that another took the place of.
pub(crate) fn retired(paths: &Paths, id: &str) -> std::path::PathBuf {
    let id: String = id.trim_start_matches("sha256:").chars().take(16).collect();
    paths.keys().join(format!("{id}.pk8"))
}

fn nameless(error: warden_seal::log::BadNote) -> Failure {
    Failure::new(Kind::Internal, "the log has no name").caused_by(error)
}

fn note_key(origin: &str, key: &SigningKey) -> Result<NoteKey, Failure> {
    NoteKey::new(origin, NoteKind::Ed25519, key.public()).map_err(nameless)
}

/// Who signs the log of this machine, and under which name.
///
/// # Errors
/// When that cannot be told.
pub(crate) fn log_policy(paths: &Paths, key: &SigningKey) -> Result<LogPolicy, Failure> {
    Ok(LogKeys::read(paths, key)?.policy(machine::clock()))
}

/// Who signs a log: the holder of one key.
pub(crate) fn log_policy_of(key: NoteKey) -> LogPolicy {
    let origin = key.name().to_owned();
    LogPolicy { origin, keys: vec![key], witnesses: Vec::new(), quorum: 0 }
}

/// Who signs the log that a checkpoint is of: the keys that are trusted for logs now. A checkpoint
/// names its log in its first line, which is signed with it.
pub(crate) fn log_policy_in(trust: &Trust, checkpoint: &str, now: SystemTime) -> LogPolicy {
    let origin = checkpoint.lines().next().unwrap_or_default().to_owned();
    let counts = |key: &&TrustedKey| key.counts(LOGS, now).is_ok();
    let note = |key: &TrustedKey| match key.key {
        VerifyKey::Ed25519(bytes) => {
            NoteKey::new(&origin, NoteKind::Ed25519, PublicKey::from_bytes(bytes)).ok()
        }
        // Notes are signed with Ed25519 alone.
        VerifyKey::P256(_) => None,
    };
    let keys = trust.keys().iter().filter(counts).filter_map(note).collect();
    LogPolicy { keys, witnesses: Vec::new(), quorum: 0, origin }
}

/// Writes an entry into the log, and returns the proof that it is there. `key` is that of this
/// machine.
///
/// # Errors
/// When it cannot be written; what is not logged is not issued.
pub(crate) fn log(entry: &[u8], paths: &Paths, key: &SigningKey) -> Result<Logged, Failure> {
    let (keys, now) = (LogKeys::read(paths, key)?, machine::clock());
    let older = keys.older(paths, key, now);
    append(entry, paths, &keys.policy(now), &keys.signer(key, &older)?)
}

/// Writes an entry into the log that says that `new` takes the place of `old`, and has both sign
/// it, so that whoever believes the old key is told of the new one.
///
/// # Errors
/// When it cannot be written; then nothing has changed.
pub(crate) fn log_rotation(
    entry: &[u8],
    paths: &Paths,
    (old, new): (&SigningKey, &SigningKey),
) -> Result<(), Failure> {
    let keys = LogKeys::read(paths, old)?;
    let policy = keys.every();
    let signer = keys.signer(old, std::slice::from_ref(new))?;
    append(entry, paths, &policy, &signer).map(drop)
}

fn append(
    entry: &[u8],
    paths: &Paths,
    policy: &LogPolicy,
    signer: &NoteSigner<'_>,
) -> Result<Logged, Failure> {
    let failed = |error: AppendError| {
        Failure::new(Kind::Config, "cannot write the log, so nothing is issued").caused_by(error)
    };
    let folder = paths.log();
    let mut writer = match Writer::open(&folder, policy) {
        Err(AppendError::None) => Writer::create(&folder, policy, signer).map_err(failed)?,
        other => other.map_err(failed)?,
    };
    let appended = writer.append(&[entry], signer).map_err(failed)?;
    let reader = Reader::new(Folder::new(&folder), &appended.checkpoint);
    let path = reader.inclusion(appended.first).map_err(|error| failed(error.into()))?;
    Ok(Logged { index: appended.first, path, checkpoint: appended.note, extra: None })
}

/// A log, and the checkpoint that is believed of it.
///
/// # Errors
/// When there is none, or its checkpoint is not believed.
pub(crate) fn open_log(place: &Path, policy: &LogPolicy) -> Result<(Folder, Checkpoint), Failure> {
    let no = |message: &str| Failure::new(Kind::Input, message.to_owned());
    let folder = Folder::new(place);
    let note = folder
        .read(Resource::Checkpoint, MOST_NOTE)
        .map_err(|error| no("the log cannot be read").caused_by(error))?
        .ok_or_else(|| no(&format!("there is no log in `{}`", place.display())))?;
    let verified = open_checkpoint(&note, policy)
        .map_err(|error| no("the checkpoint of the log is not believed").caused_by(error))?;
    Ok((folder, verified.checkpoint))
}

/// Whether an entry is in the log of this machine: its place.
///
/// # Errors
/// When it is not, or the log is not believed.
pub(crate) fn logged(entry: &[u8], paths: &Paths, key: &SigningKey) -> Result<u64, Failure> {
    logged_at(entry, None, paths, key)
}

/// The same of an entry that has been seen at a place: there it is looked for first, which is one
/// proof instead of a look through the whole log.
///
/// # Errors
/// See [`logged`].
pub(crate) fn logged_at(
    entry: &[u8],
    seen: Option<u64>,
    paths: &Paths,
    key: &SigningKey,
) -> Result<u64, Failure> {
    let no = |message: &str| Failure::new(Kind::Input, message.to_owned());
    let (folder, checkpoint) = open_log(&paths.log(), &log_policy(paths, key)?)?;
    let (reader, leaf) = (Reader::new(folder, &checkpoint), leaf_hash(entry));
    let (size, root) = (checkpoint.size, &checkpoint.root);
    let is_at = |at: &u64| {
        let path = reader.inclusion(*at);
        path.is_ok_and(|path| verify_inclusion(&leaf, *at, size, root, &path).is_ok())
    };
    if let Some(at) = seen.filter(is_at) {
        return Ok(at);
    }
    let found = reader.find(&leaf);
    let found = found.map_err(|error| no("the log is damaged").caused_by(error))?;
    found.ok_or_else(|| no("it is not in the log"))
}

/// Whether the log of this machine can vouch for when something was written into it: whoever
/// stole a key that has ever signed it could have written anything, at any time.
///
/// # Errors
/// A key of it was revoked.
pub(crate) fn vouches(paths: &Paths, key: &SigningKey, trust: &Trust) -> Result<(), Failure> {
    vouched(&LogKeys::read(paths, key)?.every(), trust)
}

/// Whether the log of this policy can vouch for a time.
///
/// # Errors
/// A key of it was revoked.
pub(crate) fn vouched(policy: &LogPolicy, trust: &Trust) -> Result<(), Failure> {
    let stolen = |key: &NoteKey| {
        let known = trust.find(&VerifyKey::from(key.key()));
        known.is_some_and(|known| known.revoked_since.is_some())
    };
    if policy.keys.iter().any(stolen) {
        return Err(Failure::new(
            Kind::Input,
            "a key of the log was revoked, so it proves no time",
        ));
    }
    Ok(())
}

/// The digest in the last entry of this kind.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn last(kind: &str, paths: &Paths, key: &SigningKey) -> Result<Option<String>, Failure> {
    let damaged = || Failure::new(Kind::Input, "the log is damaged");
    let (folder, checkpoint) = open_log(&paths.log(), &LogKeys::read(paths, key)?.every())?;
    let reader = Reader::new(folder, &checkpoint);
    for index in (0..checkpoint.size).rev() {
        let entry = reader.entry(index).map_err(|error| damaged().caused_by(error))?;
        let value: serde_json::Value =
            serde_json::from_slice(&entry).map_err(|error| damaged().caused_by(error))?;
        if value.get("kind").and_then(serde_json::Value::as_str) == Some(kind) {
            let digest = value.get("digest").and_then(serde_json::Value::as_str);
            return Ok(digest.map(str::to_owned));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_a_log_are_read_whole_or_not_at_all() {
        let (old, new) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let until: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
        let keys = LogKeys::first(&old).unwrap().followed((&old, &new), until).unwrap();
        let [one, other] = [&keys.keys[0].0, &keys.keys[1].0].map(ToString::to_string);
        let origin = &keys.origin;
        let text = format!(
            r#"{{"version":1,"origin":"{origin}","keys":[{{"key":"{one}"}},{{"key":"{other}","until":"{until}"}}]}}"#
        );
        let read = LogKeys::parse(text.as_bytes()).unwrap();
        assert_eq!(read.keys, keys.keys);
        for wrong in [
            text.replace("\"version\":1", "\"version\":2"),
            text.replacen(origin, "mcpwarden/other", 1),
            text.replace("until", "end"),
            text.replace("2026-12", "2026-13"),
            text.replace(r#"[{"key""#, r#"[{"kez""#),
            format!(r#"{{"version":1,"origin":"{origin}","keys":[]}}"#),
            format!("{text}x"),
            String::new(),
        ] {
            assert!(LogKeys::parse(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_origin_stays_and_the_old_key_counts_until_its_end() {
        let (old, new) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let until: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
        let first = LogKeys::first(&old).unwrap();
        let keys = first.clone().followed((&old, &new), until).unwrap();
        assert_eq!(keys.origin, first.origin);
        let at = |moment: Timestamp| {
            let keys = keys.policy(moment.into()).keys;
            keys.iter().map(NoteKey::key).collect::<Vec<_>>()
        };
        let before = until - jiff::SignedDuration::from_secs(1);
        assert_eq!(at(before), [new.public(), old.public()]);
        assert_eq!(at(until), [new.public()]);
    }
}

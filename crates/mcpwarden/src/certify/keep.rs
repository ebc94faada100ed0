//! Where certificates, their proofs, the keys that are trusted and the log lie.

use std::{collections::BTreeSet, fs, io, path::Path, time::SystemTime};

use warden_model::Digest;
use warden_policy::certificate::{Certificate, PREDICATE_TYPE};
use warden_seal::{
    STATEMENT_TYPE, Signer, SigningKey, Statement, Trust, TrustedKey, VerifyKey,
    log::{
        AppendError, Checkpoint, Folder, LogPolicy, Logged, MOST_NOTE, NoteKey, NoteKind,
        NoteSigner, Reader, Resource, Tiles as _, Writer, leaf_hash, open_checkpoint,
    },
    open_trusted,
};

use crate::{Failure, Kind, files, key, paths::Paths};

/// What keys are trusted for.
pub(crate) const CERTIFICATES: &str = "certificate";
pub(crate) const REVOCATIONS: &str = "revocation";
pub(crate) const ADVISORIES: &str = "advisories";

/// The largest certificate that is read, in bytes.
const MOST: u64 = 16 << 20;

/// A certificate that was verified, and how it was stored.
pub(crate) struct Kept {
    pub(crate) certificate: Certificate,
    /// Who has signed it.
    pub(crate) keys: Vec<String>,
}

/// The keys that are trusted: those of the file, or, where there is none, the key of this machine.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn trust(file: Option<&Path>, paths: &Paths) -> Result<Trust, Failure> {
    let named = file.map(Path::to_owned);
    let file = named.clone().unwrap_or_else(|| paths.trust());
    let bad = |error: &dyn std::fmt::Display| {
        Failure::new(Kind::Config, format!("cannot use the trusted keys in `{}`", file.display()))
            .hint(error.to_string())
    };
    match fs::read(&file) {
        Ok(bytes) => Trust::from_json(&bytes).map_err(|error| bad(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {
            own_trust(key::own(paths)?.public().into())
        }
        Err(error) => Err(bad(&error)),
    }
}

/// Trusts one key for everything.
fn own_trust(key: VerifyKey) -> Result<Trust, Failure> {
    let uses: BTreeSet<String> =
        [CERTIFICATES, REVOCATIONS, ADVISORIES].map(str::to_owned).into_iter().collect();
    let key = TrustedKey {
        key,
        name: "this machine".into(),
        uses,
        not_before: None,
        not_after: None,
        revoked_since: None,
    };
    Trust::new(vec![key])
        .map_err(|error| Failure::new(Kind::Internal, "no key is trusted").caused_by(error))
}

/// Verifies an envelope and reads the certificate in it. `now` is when the signature has to count.
///
/// # Errors
/// Why it is not believed.
pub(crate) fn open(envelope: &[u8], trust: &Trust, now: SystemTime) -> Result<Kept, Failure> {
    let no = |message: &str| Failure::new(Kind::Input, message.to_owned());
    let opened = open_trusted(envelope, STATEMENT_TYPE, trust, CERTIFICATES, now)
        .map_err(|error| no("the signature is not believed").caused_by(error))?;
    let statement = Statement::read(&opened.payload)
        .map_err(|error| no("what was signed is no statement").caused_by(error))?;
    if statement.predicate_type != PREDICATE_TYPE {
        return Err(no("what was signed is no certificate")
            .hint(format!("its type is `{}`", statement.predicate_type)));
    }
    let bytes = warden_seal::canonical(&statement.predicate)
        .map_err(|error| no("what was signed has no canonical form").caused_by(error))?;
    let certificate = Certificate::read(&bytes)
        .map_err(|error| no("what was signed is no certificate").caused_by(error))?;
    let subjects: Vec<(String, Digest)> =
        statement.subjects.into_iter().map(|subject| (subject.name, subject.sha256)).collect();
    certificate.check_statement(&subjects).map_err(|error| {
        no("the certificate is about something else than its statement").caused_by(error)
    })?;
    Ok(Kept { certificate, keys: opened.keys })
}

/// Reads a file of a certificate.
///
/// # Errors
/// When it cannot be read, or is larger than any.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| {
        Failure::new(Kind::Input, format!("cannot read `{}`", file.display())).caused_by(error)
    };
    let found = fs::metadata(file).map_err(failed)?;
    if found.len() > MOST {
        return Err(failed(io::Error::other("it is larger than any certificate")));
    }
    fs::read(file).map_err(failed)
}

/// Puts bytes into a file so that there is either the old or the new one.
///
/// # Errors
/// When they cannot be stored; what was there is then still there.
pub(crate) fn store(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = file.parent().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound));
    let stored = folder.and_then(fs::create_dir_all).and_then(|()| files::put(file, bytes));
    stored.map_err(|error| {
        Failure::new(Kind::Config, format!("cannot store `{}`", file.display())).caused_by(error)
    })
}

/// Who signs the log of this machine, and under which name.
pub(crate) fn log_policy(key: &SigningKey) -> Result<LogPolicy, Failure> {
    let id = key.public().id();
    let id: String = id.trim_start_matches("sha256:").chars().take(16).collect();
    let origin = format!("mcpwarden/{id}");
    let note = NoteKey::new(&origin, NoteKind::Ed25519, key.public())
        .map_err(|error| Failure::new(Kind::Internal, "the log has no name").caused_by(error))?;
    Ok(log_policy_of(note))
}

/// Who signs a log: the holder of one key.
pub(crate) fn log_policy_of(key: NoteKey) -> LogPolicy {
    let origin = key.name().to_owned();
    LogPolicy { origin, keys: vec![key], witnesses: Vec::new(), quorum: 0 }
}

/// Writes an entry into the log, and returns the proof that it is there.
///
/// # Errors
/// When it cannot be written; what is not logged is not issued.
pub(crate) fn log(entry: &[u8], paths: &Paths, key: &SigningKey) -> Result<Logged, Failure> {
    let failed = |error: AppendError| {
        Failure::new(Kind::Config, "cannot write the log, so nothing is issued").caused_by(error)
    };
    let policy = log_policy(key)?;
    let signer: &dyn Signer = key;
    let signer = NoteSigner::new(&policy.origin, NoteKind::Ed25519, signer)
        .map_err(|error| Failure::new(Kind::Internal, "the log has no name").caused_by(error))?;
    let folder = paths.log();
    let mut writer = match Writer::open(&folder, &policy) {
        Err(AppendError::None) => Writer::create(&folder, &policy, &signer).map_err(failed)?,
        other => other.map_err(failed)?,
    };
    let appended = writer.append(&[entry], &signer).map_err(failed)?;
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
pub(crate) fn logged(entry: &[u8], paths: &Paths, key: &SigningKey) -> Result<u64, Failure> {
    let no = |message: &str| Failure::new(Kind::Input, message.to_owned());
    let (folder, checkpoint) = open_log(&paths.log(), &log_policy(key)?)?;
    let found = Reader::new(folder, &checkpoint).find(&leaf_hash(entry));
    let found = found.map_err(|error| no("the log is damaged").caused_by(error))?;
    found.ok_or_else(|| no("it is not in the log"))
}

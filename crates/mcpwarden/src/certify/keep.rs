//! Where certificates, their proofs, the keys that are trusted and the log lie.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use warden_model::Digest;
use warden_policy::certificate::{Certificate, PREDICATE_TYPE};
use warden_seal::{STATEMENT_TYPE, Statement, Trust, TrustedKey, VerifyKey, Why, open_trusted};

pub(crate) use super::logs::{log, log_policy, log_policy_in, log_policy_of, logged, open_log};
use super::{issue, logs};
use crate::{Failure, Kind, files, key, paths::Paths};

/// What keys are trusted for.
pub(crate) const CERTIFICATES: &str = "certificate";
pub(crate) const REVOCATIONS: &str = "revocation";
pub(crate) const ADVISORIES: &str = "advisories";
pub(crate) use warden_policy::approval::APPROVALS;
pub(crate) const BUNDLES: &str = "bundle";
pub(crate) const LOGS: &str = "log";

/// Everything that a key can be trusted for.
pub(crate) const USES: [&str; 6] =
    [CERTIFICATES, REVOCATIONS, ADVISORIES, APPROVALS, BUNDLES, LOGS];

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
    let uses: BTreeSet<String> = USES.map(str::to_owned).into();
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

/// As [`open`]; and what a key has signed that was revoked later counts if the log of this machine
/// has it from before that.
///
/// # Errors
/// Why it is not believed.
pub(crate) fn open_here(
    envelope: &[u8],
    trust: &Trust,
    now: SystemTime,
    paths: &Paths,
) -> Result<Kept, Failure> {
    open_vouched(envelope, trust, now, |entry| {
        let key = key::load(paths)?;
        logs::vouches(paths, &key, trust)?;
        logged(entry, paths, &key).map(drop)
    })
}

/// As [`open`]; and what a key has signed that was revoked later counts if `vouch` says that its
/// entry was logged when the certificate says that it was issued.
///
/// # Errors
/// Why it is not believed.
pub(crate) fn open_vouched(
    envelope: &[u8],
    trust: &Trust,
    now: SystemTime,
    vouch: impl FnOnce(&[u8]) -> Result<(), Failure>,
) -> Result<Kept, Failure> {
    let why = open_trusted(envelope, STATEMENT_TYPE, trust, CERTIFICATES, now);
    let Err(Why::Revoked { .. }) = why else { return open(envelope, trust, now) };
    let refused = open(envelope, trust, now);
    // What it says of itself is the word of whoever has the key. It is read to find it in the log,
    // and counts if it is there: an entry is made of the whole envelope and of the time in it.
    let any = trust.as_of(SystemTime::UNIX_EPOCH);
    let Ok(claimed) = open(envelope, &any, now) else { return refused };
    let issued = SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_micros(claimed.certificate.issued.micros().cast_unsigned()));
    let Some(issued) = issued else { return refused };
    let Ok(kept) = open(envelope, &trust.as_of(issued), now) else { return refused };
    match vouch(&issue::entry(&kept.certificate, envelope)) {
        Ok(()) => Ok(kept),
        Err(_) => refused,
    }
}

/// Whether what this key signs for `usage` will be believed here.
///
/// # Errors
/// What nobody here would believe is not signed.
pub(crate) fn would_count(
    opened: &key::Opened,
    trust: &Trust,
    usage: &str,
    now: SystemTime,
) -> Result<(), Failure> {
    let key = opened.signer.public();
    let (id, place) = (key.id(), opened.spec.place());
    let counts = match trust.find(&key) {
        Some(known) => known.counts(usage, now),
        None => Err(Why::UnknownKey),
    };
    counts.map_err(|why| {
        let failure = Failure::new(
            Kind::Config,
            format!("this machine would not believe what {place} signs, so nothing is signed"),
        );
        let failure = match &why {
            Why::UnknownKey | Why::OtherUse { .. } => failure.hint(format!(
                "trust `{id}`: `mcpwarden key show --pem > KEY.pem`, `mcpwarden trust add KEY.pem \
                 --name WHO --use {usage}`"
            )),
            Why::NoLongerValid { .. } | Why::Revoked { .. } => {
                failure.hint("put another key in its place: `mcpwarden key rotate`")
            }
            _ => failure,
        };
        match why {
            Why::UnknownKey => failure,
            why => failure.caused_by(why),
        }
    })
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

/// The files of the certificates of this machine, in order; none where there is no folder.
///
/// # Errors
/// When they cannot be listed, or there are more than `most`.
pub(crate) fn own_files(paths: &Paths, most: usize) -> Result<Vec<PathBuf>, Failure> {
    let folder = paths.certificates();
    match files::json_in(&folder, most) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        found => found.map_err(|error| unlisted(&folder, error)),
    }
}

/// Nobody can tell which certificates are in a folder.
pub(crate) fn unlisted(folder: &Path, error: io::Error) -> Failure {
    let message = format!("cannot read the certificates in `{}`", folder.display());
    Failure::new(Kind::Config, message).caused_by(error)
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

//! What is certified on this machine, as the catalog shows it.
//!
//! Every certificate that verifies becomes an entry. One that is revoked or held back becomes a
//! deleted one, so that whoever follows the catalog sees it go. What cannot be an entry is left out
//! with its reason, which is told: nothing goes missing silently.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::Timestamp;
use warden_collect::store::Store;
use warden_model::{Digest, Effect};
use warden_policy::{
    Time,
    certificate::{Certificate, CertificatePolicy, RevocationKind, Revocations},
};
use warden_report::catalog::{
    self, Change, Entry, Package, RegistryType, Remote, RemoteKind, Status, Transport,
};
use warden_seal::Trust;

use super::{keep, revoked};
use crate::{Failure, paths::Paths, pins};

/// More certificates than this are not looked at.
const MOST: usize = 20_000;

/// How long a description may be.
const DESCRIPTION: usize = 100;

/// How the catalog names servers, and from which level on it shows them.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    /// What stands before the slash of a name that has none of its own.
    pub(crate) namespace: String,
    /// The least level.
    pub(crate) level: u8,
}

/// An entry, and the name that `mcpwarden run` knows it by.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) entry: Entry,
    pub(crate) local: String,
}

/// A certificate that is no entry, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LeftOut {
    pub(crate) what: String,
    pub(crate) why: String,
}

/// Everything that is certified.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    pub(crate) shown: Vec<Shown>,
    pub(crate) left_out: Vec<LeftOut>,
}

impl Listing {
    /// The entries alone.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.shown.iter().map(|one| one.entry.clone()).collect()
    }

    /// This listing as what comes after an earlier one. What is in it no more is deleted from now
    /// on, and what has another status was updated now: who only asks for changes sees both.
    #[must_use]
    pub(crate) fn after(mut self, earlier: &Self, now: Timestamp) -> Self {
        let key = |one: &Shown| (one.entry.name.clone(), one.entry.version.clone());
        let mut before: BTreeMap<_, &Shown> =
            earlier.shown.iter().map(|one| (key(one), one)).collect();
        for one in &mut self.shown {
            let Some(known) = before.remove(&key(one)) else { continue };
            let entry = &mut one.entry;
            if known.entry.status.name() == entry.status.name() {
                entry.updated = entry.updated.max(known.entry.updated);
            } else {
                entry.updated = entry.updated.max(now);
            }
        }
        for gone in before.into_values() {
            let mut gone = gone.clone();
            if !gone.entry.status.is_deleted() {
                let at = now.max(gone.entry.updated);
                let why = Some("it is not certified any more".to_owned());
                gone.entry.updated = at;
                gone.entry.status = Status::Deleted(Change { at, why });
            }
            self.shown.push(gone);
        }
        self
    }
}

/// Reads every certificate of this machine.
///
/// # Errors
/// When nobody can tell what is certified, or what is revoked.
pub(crate) fn listed(
    paths: &Paths,
    trust: &Trust,
    now: Timestamp,
    terms: &Terms,
) -> Result<Listing, Failure> {
    let revocations = revoked::list(None, paths, trust, now.into())?.revocations()?;
    let names = names(paths);
    let mut listing = Listing::default();
    let mut taken = BTreeSet::new();
    for file in keep::own_files(paths, MOST)? {
        let told = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let read = read(&file, paths, trust, now).and_then(|certificate| {
            let local = local(paths, &file, &certificate, &names)?;
            let known = Known { certificate: &certificate, local: &local, now };
            let effects = effects(paths, &known);
            let entry = known.entry(terms, &revocations, effects)?;
            Ok(Shown { entry, local })
        });
        match read {
            Ok(one) if taken.insert((one.entry.name.clone(), one.entry.version.clone())) => {
                listing.shown.push(one);
            }
            Ok(one) => {
                let why = format!("`{}` {} is there already", one.entry.name, one.entry.version);
                listing.left_out.push(LeftOut { what: one.local, why });
            }
            Err(why) => listing.left_out.push(LeftOut { what: told, why }),
        }
    }
    Ok(listing)
}

/// Certificates with the names that they were certified by, and what is none.
pub(crate) type Verified = (Vec<(String, Certificate)>, Vec<LeftOut>);

/// Every certificate of this machine that verifies, with the name that it was certified by; and
/// what is no such certificate, with the reason.
///
/// # Errors
/// When nobody can tell what is certified.
pub(crate) fn certificates(
    paths: &Paths,
    trust: &Trust,
    now: Timestamp,
) -> Result<Verified, Failure> {
    let names = names(paths);
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    for file in keep::own_files(paths, MOST)? {
        let certificate = read(&file, paths, trust, now);
        let read = certificate
            .and_then(|certificate| Ok((local(paths, &file, &certificate, &names)?, certificate)));
        match read {
            Ok(one) => found.push(one),
            Err(why) => {
                let what = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                left_out.push(LeftOut { what, why });
            }
        }
    }
    Ok((found, left_out))
}

/// Whether a certificate, or what it speaks of, is revoked or held back. One that cannot be told
/// apart from others counts as revoked.
pub(crate) fn is_revoked(certificate: &Certificate, revocations: &Revocations) -> bool {
    let subjects = certificate.digests.named().into_iter().map(|(_, digest)| digest);
    let Ok(own) = certificate.digest() else { return true };
    revocations.worst(subjects.chain([own])).is_some()
}

/// The names that servers of the store were certified by.
fn names(paths: &Paths) -> BTreeSet<String> {
    // Opening makes a store where there is none. One that cannot be read names nobody; whoever
    // cannot be named is left out, and that is told.
    let root = paths.store();
    let store = root.join("version").exists().then(|| Store::open(&root).ok()).flatten();
    store.and_then(|store| store.references().ok()).unwrap_or_default().into_keys().collect()
}

fn read(file: &Path, paths: &Paths, trust: &Trust, now: Timestamp) -> Result<Certificate, String> {
    let envelope = keep::read(file).map_err(|failure| failure.message().to_owned())?;
    let kept = keep::open_here(&envelope, trust, now.into(), paths);
    Ok(kept.map_err(|failure| failure.message().to_owned())?.certificate)
}

/// The name that it was certified by. A file is named by a digest of it, so that of all names that
/// it could be, only the right one leads to the file.
fn local(
    paths: &Paths,
    file: &Path,
    certificate: &Certificate,
    names: &BTreeSet<String>,
) -> Result<String, String> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let slug = stem.rsplit_once('-').map_or(&*stem, |(slug, _)| slug);
    let target = certificate.target.name.as_str();
    let own = target.rsplit('/').find(|part| !part.is_empty()).unwrap_or(target);
    let few = [slug, target, own].into_iter();
    let mut all = few.chain(names.iter().map(String::as_str));
    let found = all.find(|name| paths.certificate(name) == file);
    found
        .map(str::to_owned)
        .ok_or_else(|| "nobody knows by which name it was certified: certify it again".to_owned())
}

/// What its tools do, where somebody has approved just what was certified.
fn effects(paths: &Paths, known: &Known<'_>) -> BTreeSet<Effect> {
    // Only shown; a gateway asks the approval itself.
    let pin = pins::load(paths, known.local).ok().flatten();
    let same = pin.filter(|pin| Some(pin.manifest()) == known.certificate.digests.manifest);
    same.map(|pin| pin.effects()).unwrap_or_default()
}

/// A certificate with its name, at a time.
struct Known<'a> {
    certificate: &'a Certificate,
    local: &'a str,
    now: Timestamp,
}

impl Known<'_> {
    /// The entry.
    ///
    /// # Errors
    /// Why it cannot be one.
    fn entry(
        &self,
        terms: &Terms,
        revocations: &Revocations,
        effects: BTreeSet<Effect>,
    ) -> Result<Entry, String> {
        let certificate = self.certificate;
        let (issued, expires) = (time(certificate.issued)?, time(certificate.expires)?);
        let skew = CertificatePolicy::default().skew_seconds;
        let soon = time(Time::from_micros(self.now.as_microsecond()).plus_seconds(skew))?;
        if issued > soon {
            return Err("it counts from later on".to_owned());
        }
        if certificate.level < terms.level {
            return Err(format!("its level is {}, below {}", certificate.level, terms.level));
        }
        let digest = certificate.digest().map_err(|error| error.to_string())?;
        let status = self.status(revocations, (digest, issued));
        let (packages, remotes) = self.ways()?;
        let entry = Entry {
            name: self.name(terms),
            runs_as: self.local.to_owned(),
            title: None,
            description: self.description(),
            version: self.version(issued),
            repository: None,
            website: None,
            packages,
            remotes,
            effects,
            certificate: catalog::Certificate {
                level: certificate.level,
                score: u8::try_from(certificate.score.total).unwrap_or(u8::MAX),
                issued,
                expires,
                digest,
                artifact: certificate.digests.artifact,
                manifest: certificate.digests.manifest,
            },
            published: issued,
            updated: status.change().map_or(issued, |change| change.at),
            status,
        };
        catalog::check(&entry).map_err(|problem| problem.unfit.to_string())?;
        Ok(entry)
    }

    /// Its own name, if that is one of the registry already.
    fn name(&self, terms: &Terms) -> String {
        if self.local.contains('/') {
            return self.local.to_owned();
        }
        format!("{}/{}", terms.namespace, self.local)
    }

    /// Servers elsewhere have no version: the day on which they were looked at says which it is.
    fn version(&self, issued: Timestamp) -> String {
        self.certificate.target.version.clone().unwrap_or_else(|| {
            let text = issued.to_string();
            let day = text.split('T').next().unwrap_or_default();
            // Semantic versions have no zeros in front.
            let parts: Vec<&str> =
                day.split('-').map(|part| part.trim_start_matches('0')).collect();
            parts.join(".")
        })
    }

    fn description(&self) -> String {
        let target = &self.certificate.target;
        let text = match target.ecosystem.as_str() {
            "npm" => format!("The npm package {}", target.name),
            "pypi" => format!("The Python package {}", target.name),
            _ => format!("The server at {}", target.name),
        };
        if text.chars().count() <= DESCRIPTION {
            return text;
        }
        text.chars().take(DESCRIPTION - 1).chain(['…']).collect()
    }

    /// How it is obtained or reached.
    fn ways(&self) -> Result<(Vec<Package>, Vec<Remote>), String> {
        let target = &self.certificate.target;
        let registry = match (target.ecosystem.as_str(), &target.version) {
            ("npm", Some(_)) => RegistryType::Npm,
            ("pypi", Some(_)) => RegistryType::Pypi,
            ("remote", _) => {
                // What is spoken there is not certified; all but old servers speak this.
                let kind = RemoteKind::StreamableHttp;
                let remote = Remote { kind, url: target.name.clone(), headers: Vec::new() };
                return Ok((Vec::new(), vec![remote]));
            }
            // An archive that somebody had: its name is no name of a package.
            _ => {
                return Err(
                    "it comes from no registry and is at no address, so that a catalog cannot \
                     say where it is"
                        .to_owned(),
                );
            }
        };
        let package = Package {
            registry,
            identifier: target.name.clone(),
            version: target.version.clone(),
            sha256: self.certificate.digests.artifact,
            transport: Transport::Stdio,
            runtime_hint: None,
            runtime_arguments: Vec::new(),
            arguments: Vec::new(),
            environment: Vec::new(),
        };
        Ok((vec![package], Vec::new()))
    }

    /// Whether it, or anything that it holds for, is revoked or held back.
    fn status(&self, revocations: &Revocations, (digest, issued): (Digest, Timestamp)) -> Status {
        let subjects = self.certificate.digests.named().into_iter().map(|(_, digest)| digest);
        let Some(worst) = revocations.worst(subjects.chain([digest])) else {
            return Status::Active;
        };
        // The reason of a person may be for few; the catalog is for many.
        let why = match worst.kind {
            RevocationKind::Revoked => "its certificate is revoked",
            RevocationKind::Quarantined => "it is held back until somebody has looked",
        };
        let at = time(worst.at).unwrap_or(self.now).min(self.now).max(issued);
        Status::Deleted(Change { at, why: Some(why.to_owned()) })
    }
}

fn time(at: Time) -> Result<Timestamp, String> {
    Timestamp::from_microsecond(at.micros()).map_err(|error| error.to_string())
}

#[cfg(test)]
pub(super) mod tests;

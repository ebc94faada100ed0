//! The certificates that a gate knows, and which of them is about what would run.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::Timestamp;
use warden_model::Digest;
use warden_policy::certificate::{Certificate, Revocations};
use warden_seal::Trust;

use super::{
    parts::bare,
    what::{Registry, What},
};
use crate::{Failure, certify::keep, files};

/// More certificates than this are not looked at.
const MOST: usize = 20_000;

/// Everything that a gate judges by: certificates that a trusted key has signed, and what is
/// revoked.
#[derive(Debug, Default)]
pub(crate) struct Certificates {
    known: Vec<Known>,
    /// What is revoked or held back.
    pub(crate) revocations: Revocations,
    /// Files that hold no certificate that is believed, and why.
    pub(crate) disbelieved: Vec<(String, String)>,
}

/// A certificate and the file that it came from.
#[derive(Debug)]
struct Known {
    certificate: Certificate,
    file: String,
}

/// Reads certificates out of a folder: every file that ends in `.json`. This is the one place where
/// certificates come in.
///
/// # Errors
/// When the folder cannot be read. A file in it that is no certificate, or is not believed, is
/// noted.
pub(crate) fn of_folder(
    folder: &Path,
    trust: &Trust,
    revocations: Revocations,
    now: Timestamp,
) -> Result<Certificates, Failure> {
    let mut all = Certificates { revocations, ..Certificates::default() };
    let files = files::json_in(folder, MOST).map_err(|error| {
        keep::unlisted(folder, error).hint("name the folder that they are in: `--certificates DIR`")
    })?;
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = keep::read(&file).and_then(|envelope| keep::open(&envelope, trust, now.into()));
        match read {
            Ok(kept) => all.known.push(Known { certificate: kept.certificate, file: name }),
            Err(failure) => all.disbelieved.push((name, failure.message().to_owned())),
        }
    }
    Ok(all)
}

impl Certificates {
    /// The packages that are servers: those with a certificate that says what it shows.
    pub(crate) fn servers(&self) -> BTreeSet<(Registry, String)> {
        let shown = self.known.iter().map(|known| &known.certificate);
        let shown = shown.filter(|certificate| certificate.digests.manifest.is_some());
        let of = |certificate: &Certificate| {
            let registry = registry(certificate)?;
            Some((registry, registry.same(&certificate.target.name)))
        };
        shown.filter_map(of).collect()
    }

    /// The certificate about what would run. Of several the newest counts, also if it is worse.
    pub(crate) fn about(
        &self,
        what: &What,
        file_of: &dyn Fn(&str) -> String,
    ) -> Option<&Certificate> {
        let fits = |known: &&Known| {
            let Known { certificate, file } = known;
            let target = &certificate.target;
            match what {
                What::Package { registry: of, name, version, .. } => {
                    registry(certificate) == Some(*of)
                        && of.same(&target.name) == of.same(name)
                        && target.version.as_ref() == Some(version)
                }
                What::Floating { registry: of, name, .. } => {
                    registry(certificate) == Some(*of) && of.same(&target.name) == of.same(name)
                }
                What::Bytes { digest, .. } => {
                    let digests = &certificate.digests;
                    [digests.artifact, digests.tree].contains(&Some(*digest))
                        || is_image(certificate, *digest)
                }
                What::Commit { repository, commit } => {
                    target.ecosystem == "git"
                        && target.version.as_ref() == Some(commit)
                        && bare(&target.name) == *repository
                }
                What::Remote(url) => target.ecosystem == "remote" && target.name == *url,
                What::Certified(name) => *file == file_of(name) || *file == format!("{name}.json"),
                What::Untold { .. } | What::Unread { .. } => false,
            }
        };
        let fitting = self.known.iter().filter(fits).map(|known| &known.certificate);
        fitting.max_by_key(|certificate| certificate.issued)
    }

    /// The versions of a package that are certified, in order.
    pub(crate) fn versions(&self, of: Registry, name: &str) -> Vec<String> {
        let mut found = BTreeMap::new();
        for Known { certificate, .. } in &self.known {
            let target = &certificate.target;
            if registry(certificate) == Some(of) && of.same(&target.name) == of.same(name) {
                found.insert(certificate.issued, target.version.clone().unwrap_or_default());
            }
        }
        found.into_values().rev().collect()
    }

    /// How many are believed.
    pub(crate) fn count(&self) -> usize {
        self.known.len()
    }

    /// Whether these are the digests that a lock file allows: any of them, where it names one.
    pub(crate) fn allows(certificate: &Certificate, allowed: &[Digest]) -> bool {
        let artifact = certificate.digests.artifact;
        allowed.is_empty() || artifact.is_some_and(|artifact| allowed.contains(&artifact))
    }
}

/// Whether it is about the image with this manifest. One about an archive names no manifest.
fn is_image(certificate: &Certificate, manifest: Digest) -> bool {
    let target = &certificate.target;
    target.ecosystem == "oci" && target.version.as_ref() == Some(&manifest.to_string())
}

fn registry(certificate: &Certificate) -> Option<Registry> {
    match certificate.target.ecosystem.as_str() {
        "npm" => Some(Registry::Npm),
        "pypi" => Some(Registry::PyPi),
        _ => None,
    }
}

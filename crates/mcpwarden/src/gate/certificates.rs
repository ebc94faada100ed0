//! The certificates that a gate knows, and which of them is about what would run.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::SystemTime,
};

use jiff::Timestamp;
use warden_model::Digest;
use warden_policy::certificate::{Certificate, CertificatePolicy, Revocations};
use warden_seal::Trust;

use super::{
    parts::bare,
    what::{Registry, What},
};
use crate::{
    Failure, Kind,
    certify::{
        bundle::{Believed, Refuse, again, take},
        keep,
        revoked::List,
    },
    files,
};

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
    /// What people should know besides.
    pub(crate) notes: Vec<String>,
}

/// A certificate and the file that it came from.
#[derive(Debug)]
struct Known {
    certificate: Certificate,
    file: String,
}

/// Where a bundle is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// In a file, which is taken in if it is newer than what was seen of it; and where the copy is
    /// kept.
    File(&'a Path, &'a Path),
    /// Here: it was taken in before.
    Installed(&'a Path),
}

/// Reads the certificates out of a bundle, which is verified whole, and held to its number and times
/// as everywhere.
///
/// # Errors
/// When it is not believed, has expired, or holds more than is looked at. A certificate in it that
/// is not believed is noted.
pub(crate) fn of_bundle(
    place: Place<'_>,
    trust: &Trust,
    revoked: &List,
    now: Timestamp,
) -> Result<Certificates, Failure> {
    let now = SystemTime::from(now);
    let believed = Believed { trust, revoked, now };
    let (mut known, mut many) = (Vec::new(), false);
    let mut each = |certificate: &Certificate| {
        many |= known.len() >= MOST;
        if !many {
            known.push(Known { certificate: certificate.clone(), file: String::new() });
        }
    };
    let loaded = match place {
        Place::File(file, slot) => take(file, slot, (believed, Refuse::Expired), &mut each)?,
        Place::Installed(slot) => again(slot, believed, &mut each)?,
    };
    let (Place::File(shown, _) | Place::Installed(shown)) = place;
    let refused = || {
        let message = format!("nothing is judged by the bundle `{}`", shown.display());
        Failure::new(Kind::Input, message)
    };
    let skew = CertificatePolicy::default().skew_seconds;
    loaded.head.stands(now.into(), skew).map_err(|why| {
        refused()
            .caused_by(format!("{}: it counted until {}", why.code(), loaded.head.expires))
            .hint("bring a newer one; whoever certifies makes it with `mcpwarden bundle make`")
    })?;
    if many {
        return Err(refused()
            .caused_by(format!("it has more than {MOST} certificates"))
            .hint("make one of fewer: `mcpwarden bundle make --server NAME,NAME`"));
    }
    let head = &loaded.head;
    let (number, from, until) = (head.sequence, head.issued, head.expires);
    let mut notes = vec![format!("judged by bundle {number}, made {from}, until {until}")];
    if let Some(told) = loaded.left_out.told() {
        notes.push(format!("of the bundle {told}: {}", loaded.left_out.why.join("; ")));
    }
    let (revocations, disbelieved) = (loaded.revocations, Vec::new());
    Ok(Certificates { known, revocations, disbelieved, notes })
}

/// Reads certificates out of a folder: every file that ends in `.json`.
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

//! Where a package was built: what its registry hands out, verified against the root that is given
//! and held against the package in the store. Nothing is asked of anybody here.

use std::{fs, io, path::Path};

use serde_json::{Value, json};
use warden_collect::{
    fetch::{Attested, Fetched, Kind as Of},
    store::Store,
    supply as read,
};
use warden_model::{Digest, Ecosystem};
use warden_report::printable;
use warden_scan::supply::provenance::{Built, Origin, Package, held};
use warden_seal::provenance::{
    Attestation, Form, MOST_DOCUMENT, MOST_ROOT, Proven, Root, Unproven,
};

use crate::{Failure, Kind, World, paths::Paths};

/// What was found out, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Provenance {
    pub(crate) origin: Origin,
    /// What the registry handed out, and the root that it was held against.
    pub(crate) by: Option<(Digest, Digest)>,
}

impl Provenance {
    /// What nobody asked for.
    pub(crate) const UNKNOWN: Self = Self { origin: Origin::Unknown, by: None };
}

/// The root that is trusted: that of the file that was named, otherwise that of the state folder,
/// otherwise the one that is compiled in.
///
/// # Errors
/// A file that is there and is no root. Nothing takes its place.
pub(crate) fn root(file: Option<&Path>, paths: &Paths, world: &World) -> Result<Root, Failure> {
    let named = file.map(|file| world.cwd.join(file));
    let place = named.clone().unwrap_or_else(|| paths.provenance_root());
    let bad = |error: &dyn std::fmt::Display| {
        Failure::new(Kind::Config, format!("cannot use the trust root in `{}`", place.display()))
            .hint(error.to_string())
    };
    match bounded(&place) {
        Ok(bytes) => Root::read(&bytes).map_err(|error| bad(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {
            Root::built_in().map_err(|error| {
                Failure::new(Kind::Internal, "the trust root that is compiled in cannot be used")
                    .caused_by(error)
            })
        }
        Err(error) => Err(bad(&error)),
    }
}

fn bounded(place: &Path) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let most = u64::try_from(MOST_ROOT).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    fs::File::open(place)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What is known of where something was built. `read` is what its own manifests say.
pub(crate) fn of(
    fetched: &Fetched,
    read: &read::Supply,
    (store, root): (&Store, &Root),
) -> Provenance {
    let unasked = |why: &str| Provenance { origin: Origin::Unasked(why.to_owned()), by: None };
    let Some((form, ecosystem)) = kind(fetched.what) else { return Provenance::UNKNOWN };
    let (document, file) = match &fetched.attested {
        None => {
            return unasked("it was fetched before anybody asked; `--refresh` asks");
        }
        Some(Attested::Absent) => return Provenance { origin: Origin::Absent, by: None },
        Some(Attested::Unasked { why }) => return unasked(why),
        Some(Attested::Found { document, file }) => (*document, file.as_deref()),
    };
    let by = Some((document, root.digest()));
    let origin = match documents(form, document, store) {
        Ok(attestations) => {
            let claimed = repositories(fetched, read);
            judged(&attestations, root, |built| {
                about(built, fetched, (ecosystem, file, &claimed), store)
            })
        }
        Err(why) => Origin::Unverified(why),
    };
    Provenance { origin, by }
}

const fn kind(what: Of) -> Option<(Form, Ecosystem)> {
    match what {
        Of::Npm => Some((Form::Npm, Ecosystem::Npm)),
        Of::PyPi => Some((Form::PyPi, Ecosystem::PyPi)),
        Of::Git | Of::Image | Of::Folder | Of::File => None,
    }
}

fn documents(form: Form, document: Digest, store: &Store) -> Result<Vec<Attestation>, String> {
    let most = u64::try_from(MOST_DOCUMENT).unwrap_or(u64::MAX);
    let bytes = store.blob(document, most).map_err(|error| error.to_string())?;
    warden_seal::provenance::read(form, &bytes).map_err(|error| error.to_string())
}

/// The worst of what the statements amount to: one lie is not made good by a true one beside it.
fn judged(attestations: &[Attestation], root: &Root, about: impl Fn(Built) -> Origin) -> Origin {
    let mut worst = Origin::Absent;
    // That the registry itself published it says nothing of where it was built.
    for attestation in attestations.iter().filter(|one| !one.is_of_a_registry()) {
        let origin = match root.verify(attestation) {
            Ok(proven) => about(built(proven)),
            Err(why @ (Unproven::Unknown(_) | Unproven::Untrusted(_))) => {
                Origin::Unverified(why.to_string())
            }
            Err(Unproven::False(why)) => Origin::False(why),
        };
        if rank(&origin) > rank(&worst) {
            worst = origin;
        }
    }
    worst
}

const fn rank(origin: &Origin) -> u8 {
    match origin {
        Origin::Unknown | Origin::Unasked(_) | Origin::Absent => 0,
        Origin::Unverified(_) => 1,
        Origin::Proven(_) => 2,
        Origin::False(_) => 3,
        Origin::Other(_) => 4,
    }
}

fn built(proven: Proven) -> Built {
    Built {
        issuer: proven.issuer,
        signer: proven.signer,
        repository: proven.repository,
        commit: proven.commit,
        workflow: proven.workflow,
        runner: proven.runner,
        signed_at: proven.signed_at,
        predicate_type: proven.predicate_type,
        predicate_repository: proven.claimed_repository,
        subjects: proven.subjects.into_iter().map(|own| (own.name, own.digests)).collect(),
    }
}

/// Holds a true statement against the archive in the store.
fn about(
    built: Built,
    fetched: &Fetched,
    (ecosystem, file, repositories): (Ecosystem, Option<&str>, &[String]),
    store: &Store,
) -> Origin {
    let lost = |why: &str| Origin::Unverified(why.to_owned());
    let (Some(archive), Some(version)) = (fetched.archive, fetched.version.as_deref()) else {
        return lost("there is no archive that it could be about");
    };
    let Ok(sha512) = store.sha512(archive) else {
        return lost("the archive cannot be read");
    };
    let sha256 = archive.to_string();
    let package = Package {
        ecosystem,
        name: &fetched.name,
        version,
        file,
        sha256: sha256.strip_prefix("sha256:").unwrap_or(&sha256),
        sha512: &sha512,
        repositories,
    };
    held(built, &package)
}

/// The repositories that a package says it is from: at the registry, and in its own manifest.
fn repositories(fetched: &Fetched, read: &read::Supply) -> Vec<String> {
    let told = fetched.registry.as_ref().and_then(|registry| registry.repository.clone());
    let own = read.manifests.iter().filter(|manifest| !manifest.file.contains('/'));
    told.into_iter().chain(own.filter_map(|manifest| manifest.repository.clone())).collect()
}

impl Provenance {
    /// What it amounts to, in a line for people.
    pub(crate) fn told(&self) -> String {
        match &self.origin {
            Origin::Unknown => {
                "not known: only registries say where something was built".to_owned()
            }
            Origin::Unasked(why) => format!("not known: {why}"),
            Origin::Absent => "its registry has no statement of where it was built".to_owned(),
            Origin::Unverified(why) => format!("not verified: {why}"),
            Origin::False(why) => format!("FALSE: {why}"),
            Origin::Other(lie) => format!("FALSE: {}", lie.told()),
            Origin::Proven(built) => format!(
                "proven: built from {} at {} by {}, {}, signed {}",
                built.repository.as_deref().unwrap_or("nowhere"),
                built.commit.as_deref().unwrap_or("an unknown commit"),
                built.workflow.as_deref().unwrap_or(&built.signer),
                built.runner.as_deref().unwrap_or("on an unknown machine"),
                time(built.signed_at),
            ),
        }
    }

    /// The same for evidence.
    pub(crate) fn to_value(&self) -> Value {
        let mut value = match &self.origin {
            Origin::Unknown => json!({ "outcome": "unknown" }),
            Origin::Unasked(why) => json!({ "outcome": "unknown", "why": plain(why) }),
            Origin::Absent => json!({ "outcome": "absent" }),
            Origin::Unverified(why) => json!({ "outcome": "not-verified", "why": plain(why) }),
            Origin::False(why) => json!({ "outcome": "false", "why": plain(why) }),
            Origin::Other(lie) => json!({ "outcome": "false", "why": lie.told() }),
            Origin::Proven(built) => json!({
                "commit": built.commit,
                "issuer": built.issuer,
                "outcome": "proven",
                "predicate_type": built.predicate_type,
                "repository": built.repository,
                "runner": built.runner,
                "signed": time(built.signed_at),
                "signer": built.signer,
                "workflow": built.workflow,
            }),
        };
        if let (Some((document, root)), Some(members)) = (self.by, value.as_object_mut()) {
            members.insert("document".into(), document.to_string().into());
            members.insert("root".into(), root.to_string().into());
        }
        value
    }
}

fn plain(text: &str) -> String {
    printable(text).to_string()
}

fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

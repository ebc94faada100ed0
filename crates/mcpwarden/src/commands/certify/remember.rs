//! What the store remembers of what was fetched and certified, so that neither is done twice.

use warden_collect::{
    fetch::{Attested, Fetched, Wanted, image::Which},
    store::{Check, RefRecord, Store, Writer, launch::Launch},
};
use warden_model::Digest;
use warden_policy::certificate::Certificate;

use super::{Args, Subject, store_failure};
use crate::{Failure, Kind, certify::launch};

impl Args {
    /// What was fetched before, if it is still all there. A version of a package stays what it is;
    /// a tag, a folder and a file do not.
    pub(super) fn known(&self, wanted: &Wanted, store: &Store) -> Option<Fetched> {
        let name = fetched_as(wanted).filter(|_| !self.refresh)?;
        let record = store.reference(&name).ok()?;
        let fetched: Fetched = serde_json::from_value(record.about).ok()?;
        let there = record.blobs.values().all(|blob| store.has_blob(*blob))
            && record.trees.values().all(|tree| store.has_tree(*tree));
        (there && fetched.unresolved().is_none()).then_some(fetched)
    }

    /// The tree that was laid out when the server was certified before. The same record gives the
    /// same tree, so that it is not laid out again.
    pub(super) fn laid_out(&self, name: &str, fetched: &Fetched, store: &Store) -> Option<Launch> {
        let record = store.reference(name).ok()?;
        let same = record.about.get("laid-out")? == &self.laid_out_by(fetched).ok()?;
        let launch = record.about.get("launch").and_then(launch::from_value).filter(|_| same)?;
        // One that is damaged is told where it is put into its place.
        store.tree(launch.tree, Check::Quick).ok()?;
        Some(launch)
    }

    /// Everything that decides how a tree is laid out, as a digest.
    fn laid_out_by(&self, fetched: &Fetched) -> Result<serde_json::Value, Failure> {
        let version = env!("CARGO_PKG_VERSION");
        let by = serde_json::json!([version, self.program, self.script, written(fetched)?]);
        Ok(Digest::of(by.to_string().as_bytes()).to_string().into())
    }

    /// Notes in the store what belongs to the server, so that it is kept and can be started.
    pub(super) fn remember(
        &self,
        writer: &Writer<'_>,
        subject: &Subject,
        certificate: &Certificate,
        envelope: Digest,
    ) -> Result<(), Failure> {
        let Some(fetched) = &subject.fetched else { return Ok(()) };
        let mut record = record_of(fetched);
        record.trees.extend(subject.launch.as_ref().map(|launch| ("launch".into(), launch.tree)));
        for evidence in &certificate.evidence {
            record.blobs.insert(evidence.name.clone(), evidence.digest);
        }
        record.about = serde_json::json!({
            "certificate": envelope.to_string(),
            // What it is built from, for its bill of materials.
            "fetched": written(fetched)?,
            "laid-out": self.laid_out_by(fetched)?,
            "launch": subject.launch.as_ref().map(launch::to_value),
        });
        writer.set_reference(&subject.name, &record).map_err(|error| store_failure(&error))
    }
}

/// What a version of a package is remembered by, if it is one: versions begin with a digit.
pub(super) fn fetched_as(wanted: &Wanted) -> Option<String> {
    let (registry, name, version) = match wanted {
        Wanted::Npm { name, version } => ("npm", name, version.as_deref()?),
        Wanted::PyPi { name, version } => ("pypi", name, version.as_deref()?),
        Wanted::Image { reference, platform } => {
            let digest = matches!(reference.which(), Which::Digest(_));
            return digest.then(|| format!("fetched oci:{reference} {platform}"));
        }
        Wanted::Git { .. } | Wanted::Folder(_) | Wanted::File(_) | Wanted::Remote(_) => {
            return None;
        }
    };
    let exact = version.starts_with(|first: char| first.is_ascii_digit())
        && version.split('.').count() > 1
        && !version.contains(['*', 'x', ' ', '|']);
    exact.then(|| format!("fetched {registry}:{name}@{version}"))
}

pub(super) fn remember_fetched(
    writer: &Writer<'_>,
    name: &str,
    fetched: &Fetched,
) -> Result<(), Failure> {
    let mut record = record_of(fetched);
    record.about = written(fetched)?;
    writer.set_reference(name, &record).map_err(|error| store_failure(&error))
}

/// What of the store belongs to what was fetched.
fn record_of(fetched: &Fetched) -> RefRecord {
    let mut record = RefRecord::default();
    record.trees.insert("package".into(), fetched.tree);
    record.blobs.extend(fetched.archive.map(|archive| ("archive".into(), archive)));
    let attested = fetched.attested.as_ref().and_then(Attested::document);
    record.blobs.extend(attested.map(|document| ("attested".into(), document)));
    for (at, dependency) in fetched.dependencies.iter().enumerate() {
        let archive = dependency.archive;
        record.blobs.extend(archive.map(|archive| (format!("dependency:{at}"), archive)));
    }
    record
}

fn written(fetched: &Fetched) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(fetched).map_err(|error| {
        Failure::new(Kind::Internal, "what was fetched cannot be written down").caused_by(error)
    })
}

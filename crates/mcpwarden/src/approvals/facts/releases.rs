//! Who publishes a server, and whether everything that it is made of is named by a digest (A1, V1).

use std::collections::BTreeMap;

use serde_json::Value;
use warden_collect::fetch::{Fetched, Gap, Kind as Of};
use warden_model::Digest;
use warden_policy::{
    approval::{Facts, Publisher, Release},
    certificate::Stage,
};

use super::{Looking, signature};
use crate::{Failure, Kind};

impl Looking<'_> {
    /// Releases are all of the package that the store knows, and what this one depends on.
    pub(super) fn releases(&self, certificate: Digest, facts: &mut Facts) -> Result<(), Failure> {
        let supply = self.supply_chain();
        if let Some((supply, digest)) = &supply {
            let outcome = supply.pointer("/provenance/outcome").and_then(Value::as_str);
            facts.signature = outcome.and_then(signature).map(|it| self.fact(it, *digest));
        }
        let fetched = self.fetched();
        facts.publisher = self.publisher(supply.as_ref().map(|(it, _)| it), fetched.as_ref());
        let mut all = BTreeMap::new();
        self.own_releases(fetched.as_ref(), &mut all)?;
        let known = match &fetched {
            Some(fetched) if matches!(fetched.what, Of::Npm | Of::PyPi) => {
                dependencies(fetched, &mut all)
            }
            _ => {
                let components = supply.as_ref().and_then(|(it, _)| it.get("components"));
                let components = components.and_then(Value::as_array);
                components.into_iter().flatten().for_each(|it| component(it, &mut all));
                components.is_some() && self.whole(Stage::SupplyChain)
            }
        };
        // A yes takes everything; for a no, one is enough.
        if known || all.values().any(Option::is_none) {
            let release = |(version, digest)| Release { version, digest };
            let releases = all.into_iter().map(release).collect();
            let evidence = supply.map_or(certificate, |(_, digest)| digest);
            facts.releases = Some(self.fact(releases, evidence));
        }
        Ok(())
    }

    /// What was fetched when it was certified.
    fn fetched(&self) -> Option<Fetched> {
        let record = self.writer.store().reference(self.about.name).ok()?;
        let fetched: Fetched = serde_json::from_value(record.about.get("fetched")?.clone()).ok()?;
        let digests = &self.certificate().digests;
        let same = fetched.archive == digests.artifact;
        same.then_some(fetched)
    }

    fn publisher(&self, supply: Option<&Value>, fetched: Option<&Fetched>) -> Option<Publisher> {
        let proven = supply.and_then(|supply| {
            let proof = supply.get("provenance")?;
            let is = proof.get("outcome").and_then(Value::as_str) == Some("proven");
            proof.get("repository").and_then(Value::as_str).filter(|_| is).map(str::to_owned)
        });
        if let Some(name) = proven {
            return Some(Publisher { name, proven: true });
        }
        let said = || fetched.and_then(|it| it.registry.as_ref()?.repository.clone());
        let name = self.certificate().target.publisher.clone().or_else(said)?;
        Some(Publisher { name, proven: false })
    }

    /// This release, and the others of the package that were fetched here.
    fn own_releases(
        &self,
        fetched: Option<&Fetched>,
        all: &mut BTreeMap<String, Option<Digest>>,
    ) -> Result<(), Failure> {
        let (target, digests) = (&self.certificate().target, &self.certificate().digests);
        let version = |version: Option<&str>| version.unwrap_or("this one").to_owned();
        let this = digests.artifact.or(digests.tree);
        all.insert(format!("{} {}", target.name, version(target.version.as_deref())), this);
        let Some(what) = fetched.map(|fetched| fetched.what) else { return Ok(()) };
        let references =
            self.writer.store().references().map_err(|error| {
                Failure::new(Kind::Config, "cannot use the store").caused_by(error)
            })?;
        for (_, record) in references.iter().filter(|(name, _)| name.starts_with("fetched ")) {
            let Ok(other) = serde_json::from_value::<Fetched>(record.about.clone()) else {
                continue;
            };
            if other.what == what && other.name == target.name {
                let name = format!("{} {}", other.name, version(other.version.as_deref()));
                all.insert(name, other.archive);
            }
        }
        Ok(())
    }
}

/// What a package depends on, as it was resolved; whether that is all of it.
fn dependencies(fetched: &Fetched, all: &mut BTreeMap<String, Option<Digest>>) -> bool {
    for it in fetched.dependencies.iter().filter(|it| !it.bundled) {
        all.insert(format!("{} {}", it.name, it.version), it.archive);
    }
    let mut known = true;
    for gap in &fetched.gaps {
        match gap {
            Gap::NotFromRegistry { name, .. } | Gap::WeakIntegrity { name } => {
                all.insert(name.clone(), None);
            }
            Gap::Unresolved { .. } | Gap::Submodule { .. } | Gap::LeftOut { .. } => known = false,
            // What lies in an archive is named by its digest; what is for another system, or would
            // only run when it is installed, is no part of what runs; and where it was looked for
            // is another question.
            _ => {}
        }
    }
    known
}

/// A component of a lock file. What is only used to develop it is not part of it.
fn component(value: &Value, all: &mut BTreeMap<String, Option<Digest>>) {
    let text = |member: &str| value.get(member).and_then(Value::as_str);
    if value.get("development").and_then(Value::as_bool) == Some(true) {
        return;
    }
    let name = text("purl").unwrap_or("a component without a name");
    let held = match text("pinned") {
        // The row names its hashes, or it lies in the tree itself, whose digest is known.
        Some("digest" | "local") => Some(Digest::of(value.to_string().as_bytes())),
        _ => None,
    };
    all.insert(name.to_owned(), held);
}

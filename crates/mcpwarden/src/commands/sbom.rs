//! `mcpwarden sbom`: what a certified server is built from, as a bill of materials.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use warden_collect::{
    fetch::Fetched,
    store::{Check, Store, StoreError},
};
use warden_model::{Component, Digest, Ecosystem, Effect};
use warden_policy::certificate::Certificate;
use warden_report::sbom::{Bom, Service, Subject, ToolEntry, Vulnerability, cyclonedx, spdx};
use warden_scan::supply::{Hit, Judging, Known, LicencePolicy, judge, provenance::Origin};

use crate::{
    Failure, Kind, World,
    certify::{advisories, keep, look, supply},
    output,
    paths::Paths,
    pins,
};

/// Write the bill of materials of a certified server
///
/// Lists everything that it was resolved to, with digests and licences, the tools that it shows,
/// and what the database of advisories of this machine knows of its parts. Its time is that of the
/// certificate: the same certificate and the same advisories give the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden sbom mail
  mcpwarden sbom mail --format spdx --output mail.spdx.json

Exit codes:
  0         it is written
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    /// The name that the server is certified by
    #[arg(value_name = "NAME")]
    name: String,

    /// `CycloneDX` 1.7 or SPDX 2.3, both as JSON
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Cyclonedx)]
    format: Format,

    /// Write it into a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Cyclonedx,
    Spdx,
}

/// What the bill is made of.
#[derive(Default)]
struct Parts {
    components: Vec<Component>,
    vulnerabilities: Vec<Vulnerability>,
    licence: Option<String>,
    /// The package URL of an image.
    purl: Option<String>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        let envelope = keep::read(&paths.certificate(&self.name)).map_err(|failure| {
            failure.hint("certify it first: `mcpwarden certify TARGET --name NAME`")
        })?;
        let trust = keep::trust(None, &paths)?;
        let certificate =
            keep::open_here(&envelope, &trust, world.now().into(), &paths)?.certificate;
        let remote = certificate.target.ecosystem == "remote";
        let parts = if remote {
            Parts::default()
        } else {
            self.parts((&certificate, &envelope), world, &paths)?
        };
        let tools = tools(&certificate, &effects(&paths, &self.name)?);
        let services: Vec<Service> =
            remote.then(|| endpoint(&certificate.target.name)).into_iter().collect();
        let (target, digests) = (&certificate.target, &certificate.digests);
        let bom = Bom {
            subject: Subject {
                name: &target.name,
                version: target.version.as_deref(),
                ecosystem: ecosystem(&target.ecosystem),
                purl: parts.purl.as_deref(),
                digest: digests.artifact.or(digests.tree),
                licence: parts.licence.as_deref(),
                description: None,
            },
            components: &parts.components,
            tools: &tools,
            services: &services,
            vulnerabilities: &parts.vulnerabilities,
            claims: &[],
            references: &[],
            version: env!("CARGO_PKG_VERSION"),
            timestamp: seconds(&certificate),
        };
        let text = match self.format {
            Format::Cyclonedx => cyclonedx(&bom),
            Format::Spdx => spdx(&bom),
        };
        match &self.output {
            Some(file) => keep::store(&world.cwd.join(file), text.as_bytes())?,
            None => output::print(&text)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What it is built from, as the store remembers it, held against the advisories.
    fn parts(
        &self,
        (certificate, envelope): (&Certificate, &[u8]),
        world: &World,
        paths: &Paths,
    ) -> Result<Parts, Failure> {
        let lost = |error: &StoreError| {
            Failure::new(Kind::Input, format!("the store does not hold `{}` whole", self.name))
                .hint(error.to_string())
        };
        let store = Store::open(&paths.store()).map_err(|error| lost(&error))?;
        let record = store.reference(&self.name).map_err(|error| lost(&error))?;
        let named = record.about.get("certificate").and_then(|digest| digest.as_str());
        let fetched = record.about.get("fetched").cloned();
        let fetched = fetched.and_then(|value| serde_json::from_value::<Fetched>(value).ok());
        let fetched = fetched.filter(|_| named == Some(Digest::of(envelope).to_string().as_str()));
        let fetched = fetched.ok_or_else(|| {
            Failure::new(
                Kind::Input,
                format!("the store does not say what `{}` was built from", self.name),
            )
            .hint("certify it again")
        })?;
        let tree = store.tree(fetched.tree, Check::Quick).map_err(|error| lost(&error))?;
        let files = store.manifest(fetched.tree).map_err(|error| lost(&error))?;
        let read = look::manifests(&tree.path, &files);
        for gap in &read.gaps {
            let (file, what) = (&gap.file, &gap.detail);
            output::tell(&format!(
                "not known: {}\n",
                warden_report::printable(&format!("{file}: {what}"))
            ));
        }
        let supply = supply::of(read, Some(&fetched), &Origin::Unknown, &self.name);
        let database = advisories::load(paths, world)?.database;
        let licences = LicencePolicy::default();
        let now = seconds(certificate);
        let how = Judging { known: Known::built_in(), licences: &licences, now };
        let hits = judge(&supply, &database, &how).hits;
        let licence = fetched.registry.and_then(|registry| registry.licence);
        let purl = fetched.image.map(|image| image.purl());
        let (components, vulnerabilities) = (supply.components, vulnerabilities(hits));
        Ok(Parts { components, vulnerabilities, licence, purl })
    }
}

/// When the certificate was issued, in seconds since 1970.
fn seconds(certificate: &Certificate) -> i64 {
    certificate.issued.micros() / 1_000_000
}

fn ecosystem(name: &str) -> Option<Ecosystem> {
    match name {
        "npm" => Some(Ecosystem::Npm),
        "pypi" => Some(Ecosystem::PyPi),
        _ => None,
    }
}

/// What was approved of what each definition does, by its digest.
fn effects(paths: &Paths, server: &str) -> Result<BTreeMap<Digest, Effect>, Failure> {
    let pin = pins::load(paths, server)?;
    let definitions = pin.into_iter().flat_map(|pin| pin.definitions);
    Ok(definitions.filter_map(|own| Some((own.digest, own.effect?))).collect())
}

fn tools(certificate: &Certificate, effects: &BTreeMap<Digest, Effect>) -> Vec<ToolEntry> {
    let entry = |tool: &warden_policy::certificate::Named| ToolEntry {
        name: tool.name.clone(),
        digest: tool.digest,
        effect: effects.get(&tool.digest).copied(),
    };
    certificate.digests.tools.iter().map(entry).collect()
}

/// One entry for each matter in each part.
fn vulnerabilities(hits: Vec<(String, Hit)>) -> Vec<Vulnerability> {
    let one = |(purl, hit): (String, Hit)| Vulnerability {
        id: hit.id,
        aliases: hit.aliases.into_iter().collect(),
        severity: hit.severity,
        description: hit.summary,
        recommendation: hit.fixed.map(|version| format!("use {version} or newer")),
        affects: vec![purl],
    };
    hits.into_iter().map(one).collect()
}

/// The server itself, where it runs elsewhere.
fn endpoint(url: &str) -> Service {
    Service {
        name: url.to_owned(),
        provider: None,
        own: true,
        endpoints: vec![url.to_owned()],
        authenticated: None,
        crosses_boundary: Some(true),
        flows: Vec::new(),
    }
}

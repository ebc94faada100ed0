//! A catalog to test with.

use std::collections::BTreeSet;

use jiff::Timestamp;
use warden_model::{Digest, Effect};

use super::*;

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// When the catalog is made.
pub(super) fn now() -> Timestamp {
    at("2026-06-01T00:00:00Z")
}

/// A version that has nothing special.
pub(super) fn plain(name: &str, version: &str) -> Entry {
    Entry {
        name: name.to_owned(),
        runs_as: name.to_owned(),
        title: None,
        description: format!("Server {name}"),
        version: version.to_owned(),
        repository: None,
        website: None,
        packages: vec![package(RegistryType::Npm, "weather-mcp", version)],
        remotes: Vec::new(),
        effects: BTreeSet::from([Effect::Read]),
        certificate: Certificate {
            level: 2,
            score: 87,
            issued: at("2026-04-01T00:00:00Z"),
            expires: at("2026-07-01T00:00:00Z"),
            digest: Digest::of(version.as_bytes()),
            artifact: Some(Digest::of(name.as_bytes())),
            manifest: None,
        },
        status: Status::Active,
        published: at("2026-04-01T10:00:00Z"),
        updated: at("2026-04-01T10:00:00Z"),
    }
}

pub(super) fn package(registry: RegistryType, identifier: &str, version: &str) -> Package {
    Package {
        registry,
        identifier: identifier.to_owned(),
        version: Some(version.to_owned()),
        sha256: Some(Digest::of(identifier.as_bytes())),
        transport: Transport::Stdio,
        runtime_hint: None,
        runtime_arguments: Vec::new(),
        arguments: Vec::new(),
        environment: Vec::new(),
    }
}

/// A version that has everything.
pub(super) fn full() -> Entry {
    let mut entry = plain("com.example/weather", "1.2.0");
    entry.title = Some("Weather <b>&amp; maps".to_owned());
    entry.description = "Tells what the weather is \"like\" & will be".to_owned();
    entry.repository = Some(Repository {
        url: "https://code.example/weather".to_owned(),
        source: "gitlab".to_owned(),
        id: Some("4711".to_owned()),
        subfolder: Some("servers/weather".to_owned()),
    });
    entry.website = Some("https://weather.example/?a=1&b=2".to_owned());
    entry.effects = BTreeSet::from([Effect::Read, Effect::Send]);
    let mut npm = package(RegistryType::Npm, "@example/weather-mcp", "1.2.0");
    npm.runtime_hint = Some("npx".to_owned());
    npm.runtime_arguments = vec![Argument::Named { name: "--yes".to_owned(), value: None }];
    npm.arguments = vec![
        Argument::Positional { hint: Some("city".to_owned()), value: None },
        Argument::Named { name: "--units".to_owned(), value: Some("metric".to_owned()) },
    ];
    npm.environment = vec![variable("WEATHER_KEY", true), variable("WEATHER_CITY", false)];
    let mut bundle = package(RegistryType::Mcpb, "https://weather.example/weather.mcpb", "1.2.0");
    bundle.transport = Transport::Http(remote());
    let mut image = package(RegistryType::Oci, "images.example/weather:1.2.0", "1.2.0");
    image.version = None;
    entry.packages = vec![npm, package(RegistryType::Pypi, "weather", "1.2.0"), bundle, image];
    entry.remotes = vec![remote()];
    entry.certificate.manifest = Some(Digest::of(b"manifest"));
    entry
}

fn variable(name: &str, secret: bool) -> Variable {
    Variable {
        name: name.to_owned(),
        description: Some("What it is for".to_owned()),
        value: None,
        default: (!secret).then(|| "Oslo".to_owned()),
        required: true,
        secret,
    }
}

pub(super) fn remote() -> Remote {
    Remote {
        kind: RemoteKind::StreamableHttp,
        url: "https://weather.example/mcp".to_owned(),
        headers: vec![variable("X-Key", true)],
    }
}

/// A server that is only elsewhere.
pub(super) fn elsewhere() -> Entry {
    let mut entry = plain("com.example/maps", "3.0.0");
    entry.packages.clear();
    entry.certificate.artifact = None;
    entry.remotes = vec![remote()];
    entry
}

pub(super) fn deleted(mut entry: Entry, at_time: &str) -> Entry {
    let at = at(at_time);
    entry.updated = at;
    entry.status = Status::Deleted(Change { at, why: Some("its certificate is revoked".into()) });
    entry
}

/// Four servers in seven versions, two of which are gone.
pub(super) fn entries() -> Vec<Entry> {
    let mut deprecated = plain("io.example.tools/notes", "0.9.0");
    deprecated.title = Some("Notes".to_owned());
    deprecated.updated = at("2026-05-01T00:00:00Z");
    let why = Some("Use 1.0 instead".to_owned());
    deprecated.status = Status::Deprecated(Change { at: at("2026-05-01T00:00:00Z"), why });
    vec![
        plain("com.example/weather", "1.10.0"),
        full(),
        elsewhere(),
        deleted(plain("com.example/weather", "2.0.0"), "2026-05-20T00:00:00Z"),
        plain("com.example/weather", "1.9.0"),
        deprecated,
        deleted(plain("org.example/gone", "1.0.0"), "2026-05-21T00:00:00Z"),
    ]
}

pub(super) fn catalog() -> Catalog {
    Catalog::of(entries(), now()).expect("the sample fits")
}

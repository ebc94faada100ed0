//! The JSON of the catalog: `server.json` as released on 2025-12-11, and the answers of the
//! registry's API in its version 2025-12-01.

use serde::Serialize;
use serde_json::Error;

use super::{
    check::{self, Problem},
    entry::{self, Entry},
};

/// The schema that our `server.json` follows.
pub const SCHEMA: &str =
    "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";

/// The key under which the certificate stands in `_meta`.
pub const OUR_KEY: &str = "io.mcpwarden/certificate";

/// Writes the `server.json` of an entry, with its certificate under [`OUR_KEY`].
///
/// # Errors
/// The entry does not fit into the schema or into the catalog, and why.
pub fn server_json(entry: &Entry) -> Result<Vec<u8>, Problem> {
    check::check(entry)?;
    let mut server = Server::of(entry);
    server.meta = Some(Ours { certificate: Certificate::of(entry) });
    let written = serde_json::to_vec_pretty(&server);
    written.map_err(|_| check::problem(entry, check::Unfit::Unwritten))
}

/// One version as the API answers it.
pub(super) fn response(entry: &Entry, latest: bool) -> Result<String, Error> {
    let change = entry.status.change();
    let official = Official {
        status: entry.status.name(),
        status_message: change.and_then(|change| change.why.as_deref()),
        status_changed_at: change.map(|change| change.at.to_string()),
        published_at: entry.published.to_string(),
        updated_at: entry.updated.to_string(),
        is_latest: latest,
    };
    let meta = Meta { official, certificate: Certificate::of(entry) };
    serde_json::to_string(&Response { server: Server::of(entry), meta })
}

#[derive(Serialize)]
struct Response<'a> {
    server: Server<'a>,
    #[serde(rename = "_meta")]
    meta: Meta<'a>,
}

#[derive(Serialize)]
struct Meta<'a> {
    #[serde(rename = "io.modelcontextprotocol.registry/official")]
    official: Official<'a>,
    #[serde(rename = "io.mcpwarden/certificate")]
    certificate: Certificate,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Official<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_changed_at: Option<String>,
    published_at: String,
    updated_at: String,
    is_latest: bool,
}

#[derive(Serialize)]
struct Ours {
    #[serde(rename = "io.mcpwarden/certificate")]
    certificate: Certificate,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Certificate {
    level: u8,
    score: u8,
    issued_at: String,
    expires_at: String,
    #[serde(rename = "certificate")]
    digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<String>,
    effects: Vec<&'static str>,
}

impl Certificate {
    fn of(entry: &Entry) -> Self {
        let certificate = &entry.certificate;
        Self {
            level: certificate.level,
            score: certificate.score,
            issued_at: certificate.issued.to_string(),
            expires_at: certificate.expires.to_string(),
            digest: certificate.digest.to_string(),
            artifact: certificate.artifact.map(|digest| digest.to_string()),
            manifest: certificate.manifest.map(|digest| digest.to_string()),
            effects: entry.effects.iter().map(|effect| effect.name()).collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Server<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<Repository<'a>>,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    website_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    packages: Vec<Package<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remotes: Vec<Transport<'a>>,
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<Ours>,
}

impl<'a> Server<'a> {
    fn of(entry: &'a Entry) -> Self {
        Self {
            schema: SCHEMA,
            name: &entry.name,
            title: entry.title.as_deref(),
            description: &entry.description,
            repository: entry.repository.as_ref().map(Repository::of),
            version: &entry.version,
            website_url: entry.website.as_deref(),
            packages: entry.packages.iter().map(Package::of).collect(),
            remotes: entry.remotes.iter().map(Transport::remote).collect(),
            meta: None,
        }
    }
}

#[derive(Serialize)]
struct Repository<'a> {
    url: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subfolder: Option<&'a str>,
}

impl<'a> Repository<'a> {
    fn of(repository: &'a entry::Repository) -> Self {
        Self {
            url: &repository.url,
            source: &repository.source,
            id: repository.id.as_deref(),
            subfolder: repository.subfolder.as_deref(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package<'a> {
    registry_type: &'static str,
    identifier: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runtime_hint: Option<&'a str>,
    transport: Transport<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runtime_arguments: Vec<Argument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde(rename = "packageArguments")]
    arguments: Vec<Argument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    environment_variables: Vec<Variable<'a>>,
}

impl<'a> Package<'a> {
    fn of(package: &'a entry::Package) -> Self {
        let hex = |digest: warden_model::Digest| digest.hex().map(char::from).iter().collect();
        Self {
            registry_type: package.registry.name(),
            identifier: &package.identifier,
            version: package.version.as_deref(),
            file_sha256: package.sha256.map(hex),
            runtime_hint: package.runtime_hint.as_deref(),
            transport: match &package.transport {
                entry::Transport::Stdio => {
                    Transport { kind: "stdio", url: None, headers: Vec::new() }
                }
                entry::Transport::Http(address) => Transport::remote(address),
            },
            runtime_arguments: package.runtime_arguments.iter().map(Argument::of).collect(),
            arguments: package.arguments.iter().map(Argument::of).collect(),
            environment_variables: package.environment.iter().map(Variable::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct Transport<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<Variable<'a>>,
}

impl<'a> Transport<'a> {
    fn remote(remote: &'a entry::Remote) -> Self {
        Self {
            kind: remote.kind.name(),
            url: Some(&remote.url),
            headers: remote.headers.iter().map(Variable::of).collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Argument<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

impl<'a> Argument<'a> {
    fn of(argument: &'a entry::Argument) -> Self {
        match argument {
            entry::Argument::Positional { hint, value } => Self {
                kind: "positional",
                name: None,
                value_hint: hint.as_deref(),
                value: value.as_deref(),
            },
            entry::Argument::Named { name, value } => {
                Self { kind: "named", name: Some(name), value_hint: None, value: value.as_deref() }
            }
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Variable<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a str>,
    is_required: bool,
    is_secret: bool,
}

impl<'a> Variable<'a> {
    fn of(variable: &'a entry::Variable) -> Self {
        Self {
            name: &variable.name,
            description: variable.description.as_deref(),
            value: variable.value.as_deref(),
            default: variable.default.as_deref(),
            is_required: variable.required,
            is_secret: variable.secret,
        }
    }
}

#[cfg(test)]
mod tests;

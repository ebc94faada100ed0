//! From the file to what servers are shown, and to where secrets are kept.

use std::{collections::BTreeMap, ffi::OsString, path::Path, sync::Arc, time::Duration};

use hyper::header::HeaderName;
use warden_mcp::Address;
use warden_proxy::credentials::{
    CredentialError, Credentials, Means,
    secrets::Secrets,
    settings::{
        ClientAuth, CredentialSettings, Exchange, Grant, Issuer, KeyValue, Kind as Shown,
        PassphraseFrom, PerUser, Program, SecretSettings, Source, Template,
    },
};

use super::{
    base_environment,
    file::{Config, Server},
    measure::Span,
    secrets::{self, Auth, Store, Way},
    words,
};
use crate::{Failure, Kind, World, machine, output};

/// How long a program may take that is asked for a secret.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a secret is believed.
const LIFE: Duration = Duration::from_mins(5);

/// Where secrets are kept, if the configuration says so. Nothing is asked for yet.
///
/// # Errors
/// An address that is none, or is not safe.
pub(super) fn secrets(config: &Config, world: &World) -> Result<Option<Arc<Secrets>>, Failure> {
    let Some(vault) = &config.vault else { return Ok(None) };
    let settings = SecretSettings {
        source: source(vault, &config.home, world),
        life: span(vault.life, LIFE),
        max_age: vault.max_age.map(|span| span.0),
        refuse_older: vault.refuse_older,
    };
    let tell = Arc::new(|text: &str| output::tell(&format!("mcpwarden: {text}\n")));
    let secrets = Secrets::new(settings, Arc::new(machine::clock), tell);
    let secrets = secrets.map_err(|error| {
        Failure::new(Kind::Config, "the settings of `vault` cannot be used").caused_by(error)
    });
    secrets.map(Arc::new).map(Some)
}

fn span(wanted: Option<Span>, usual: Duration) -> Duration {
    wanted.map_or(usual, |span| span.0)
}

fn source(vault: &secrets::Vault, home: &Path, world: &World) -> Source {
    let patience = span(vault.command_time, PATIENCE);
    let program = |argv: &Option<Vec<String>>| Program {
        argv: argv.iter().flatten().map(OsString::from).collect(),
        environment: environment(world),
        patience,
    };
    // What has to be there is, or it is a contradiction.
    let path = |path: &Option<std::path::PathBuf>| home.join(path.clone().unwrap_or_default());
    match vault.kind {
        Store::File => Source::File {
            path: path(&vault.path),
            passphrase: match &vault.passphrase_file {
                Some(file) => PassphraseFrom::File(home.join(file)),
                None => PassphraseFrom::Command(program(&vault.passphrase_command)),
            },
        },
        Store::Command => Source::Command(program(&vault.command)),
        Store::Http => Source::Http(KeyValue {
            address: vault.address.clone().unwrap_or_default(),
            mount: vault.mount.clone().unwrap_or_else(|| "secret".into()),
            namespace: vault.namespace.clone(),
            token: path(&vault.token_file),
            authorities: vault.authorities.as_ref().map(|path| home.join(path)),
        }),
    }
}

fn environment(world: &World) -> BTreeMap<OsString, OsString> {
    base_environment(world).map(|(name, value)| (name.into(), value.into())).collect()
}

/// What a server is shown on behalf of whom a request is for.
///
/// # Errors
/// A reference that leads nowhere, or an address that is not safe.
pub(super) fn credentials(
    server: &Server,
    means: &Arc<Means>,
    world: &World,
) -> Result<Option<Arc<Credentials>>, Failure> {
    let (Some(raw), Some(url)) = (&server.credentials, &server.url) else { return Ok(None) };
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    let settings = CredentialSettings {
        server: server.name.clone(),
        resource: raw.resource.clone().unwrap_or_else(|| bare.to_owned()),
        authorities: server.authorities.as_ref().map(|path| server.home.join(path)),
        kind: kind(server, raw, world)?,
    };
    let made = Credentials::new(settings, Arc::clone(means));
    made.map(|made| Some(Arc::new(made))).map_err(|error| unusable(server, &error))
}

fn unusable(server: &Server, error: &CredentialError) -> Failure {
    let message = format!("the `credentials` of server `{}` cannot be used", server.name);
    Failure::new(Kind::Config, message).hint(format!("`{}`: see docs/credentials.md", error.code()))
}

fn kind(server: &Server, raw: &secrets::Credentials, world: &World) -> Result<Shown, Failure> {
    let fill = |text: &str| template(server, text, world);
    Ok(match raw.kind {
        Way::Static => Shown::Static {
            header: header(raw).unwrap_or(hyper::header::AUTHORIZATION),
            value: fill(raw.value.as_deref().unwrap_or_default())?,
        },
        Way::ClientCredentials => Shown::Client(grant(server, raw, world)?),
        Way::Exchange => Shown::Exchange(Exchange {
            grant: grant(server, raw, world)?,
            subject_type: raw.subject_type.clone().unwrap_or_else(|| access_token().into()),
            audience: raw.audience.clone(),
            actor: match &raw.actor_token {
                Some(actor) => Some((fill(actor)?, access_token().into())),
                None => None,
            },
        }),
        Way::PerUser => Shown::PerUser(PerUser {
            grant: grant(server, raw, world)?,
            public: raw.public_url.clone().unwrap_or_default(),
            client_name: raw.client_name.clone().unwrap_or_else(|| "MCP Warden".into()),
            unknown_browsers: raw.unknown_browsers,
        }),
    })
}

const fn access_token() -> &'static str {
    "urn:ietf:params:oauth:token-type:access_token"
}

fn header(raw: &secrets::Credentials) -> Option<HeaderName> {
    HeaderName::from_bytes(raw.header.as_deref()?.as_bytes()).ok()
}

fn grant(server: &Server, raw: &secrets::Credentials, world: &World) -> Result<Grant, Failure> {
    let secret = raw.client_secret.as_deref().map(|secret| template(server, secret, world));
    let auth = match (secret.transpose()?, raw.client_auth) {
        (None, _) => ClientAuth::None,
        (Some(secret), Auth::Basic) => ClientAuth::Basic(secret),
        (Some(secret), Auth::Post) => ClientAuth::Post(secret),
    };
    Ok(Grant {
        issuer: Issuer {
            identifier: raw.issuer.clone(),
            token_endpoint: raw.token_endpoint.clone(),
            origins: raw.origins.clone(),
            authorities: raw.authorities.as_ref().map(|path| server.home.join(path)),
        },
        client: raw.client_id.clone().unwrap_or_default(),
        auth,
        scopes: raw.scopes.iter().cloned().collect(),
        assumed: raw.assume_life.map(|span| span.0),
    })
}

fn template(server: &Server, text: &str, world: &World) -> Result<Template, Failure> {
    words::template(text, &server.home, world).map_err(|why| {
        let message = format!("the `credentials` of server `{}` cannot be filled in", server.name);
        Failure::new(Kind::Config, message).hint(why)
    })
}

/// What the settings of credentials and secrets say against each other: the setting, and what.
pub(super) fn of_server(server: &Server, config: &Config) -> Vec<String> {
    let Some(raw) = &server.credentials else { return Vec::new() };
    let mut wrong = Vec::new();
    let Some(url) = &server.url else {
        return vec!["is a program, and `credentials` is for URLs; use `env`".into()];
    };
    let safe = Address::parse(url).is_some_and(|it| !it.is_plain() || it.is_loopback());
    if !safe {
        wrong.push("is reached without TLS: what it is shown could be read on the way".into());
    }
    let name = raw.header.as_deref().unwrap_or("Authorization");
    if server.headers.keys().any(|header| header.eq_ignore_ascii_case(name)) {
        wrong.push(format!("has `{name}` in both `headers` and `credentials`"));
    }
    if raw.header.is_some() && header(raw).is_none() {
        wrong.push("has a header in `credentials` whose name is none".into());
    }
    let personal = matches!(raw.kind, Way::Exchange | Way::PerUser);
    if personal && server.share == super::file::Share::All {
        wrong.push(
            "shows each caller's own token, and so cannot `share` connections with all".into(),
        );
    }
    let is_static = raw.kind == Way::Static;
    let known = raw.issuer.is_some() || (raw.token_endpoint.is_some() && raw.kind != Way::PerUser);
    let is_user = raw.kind == Way::PerUser;
    for (setting, wanted, there) in [
        ("value", is_static, raw.value.is_some()),
        ("client_id", !is_static, raw.client_id.is_some()),
        ("issuer", !is_static, known),
        ("scopes", personal, !raw.scopes.is_empty()),
        ("public_url", is_user, raw.public_url.is_some()),
    ] {
        if wanted && !there {
            wrong.push(format!("needs `{setting}` in `credentials`"));
        }
    }
    let secrets = [("value", &raw.value), ("client_secret", &raw.client_secret)];
    for (setting, text) in secrets.into_iter().chain([("actor_token", &raw.actor_token)]) {
        let Some(text) = text else { continue };
        if !text.contains("${") {
            wrong.push(format!("has a secret in `{setting}` itself; write a reference"));
        }
        if text.contains("${vault:") && config.vault.is_none() {
            wrong.push(format!("names the vault in `{setting}`, and there is no `[vault]`"));
        }
    }
    wrong
}

/// What the settings of the vault say against each other.
pub(super) fn of_vault(vault: &secrets::Vault) -> Vec<(&'static str, String)> {
    let opened = vault.passphrase_file.is_some() != vault.passphrase_command.is_some();
    let needs = |setting| (setting, format!("`{setting}` is missing in `[vault]`"));
    let file = vault.kind == Store::File;
    let http = vault.kind == Store::Http;
    let mut wrong: Vec<_> = [
        ("path", file && vault.path.is_none()),
        ("command", vault.kind == Store::Command && vault.command.is_none()),
        ("address", http && vault.address.is_none()),
        ("token_file", http && vault.token_file.is_none()),
    ]
    .into_iter()
    .filter(|(_, missing)| *missing)
    .map(|(setting, _)| needs(setting))
    .collect();
    if file && !opened {
        let what = "`[vault]` has to have either `passphrase_file` or `passphrase_command`";
        wrong.push(("path", what.into()));
    }
    wrong
}

//! From the file to what the gateway is set up with.

use std::{collections::BTreeMap, ffi::OsString, time::Duration};

use warden_model::{Digest, Hidden};
use warden_policy::{Artifact, Bundle, Standing};
use warden_proxy::{
    Hostile, Limits,
    gateway::settings::{
        Breaker, ClientKey, Deadlines, HttpLimits, HttpReach, Listen, Reach, ServerSettings,
        Settings, Share, StdioReach, Tls, View,
    },
};

use super::{
    base_environment,
    file::{self, Config, Names, Server, Transport},
    words,
};
use crate::{Failure, Kind, World, artifact as program, paths::Paths, pins};

/// Everything that the gateway is set up with.
///
/// # Errors
/// What is missing, or cannot be trusted.
pub(crate) fn settings(config: &Config, world: &World, paths: &Paths) -> Result<Settings, Failure> {
    let mut servers = Vec::new();
    for server in &config.servers {
        servers.push(server_settings(server, config, (world, paths))?);
    }
    let seconds = |wanted: Option<u64>, usual| Duration::from_secs(wanted.unwrap_or(usual));
    Ok(Settings {
        listen: listen(config, world),
        clients: config.clients.iter().map(client).collect(),
        servers,
        views: config.views.iter().map(view).collect(),
        limits: limits(config),
        trust: seconds(config.limits.recheck_seconds, 30),
        patience: Duration::from_secs(10),
        session_idle: seconds(config.limits.session_seconds, 3600),
        state_life: seconds(config.limits.question_seconds, 300),
    })
}

fn listen(config: &Config, world: &World) -> Listen {
    let usual = HttpLimits::default();
    let limits = &config.limits;
    let seconds = |wanted: Option<u64>, usual| wanted.map_or(usual, Duration::from_secs);
    Listen {
        address: config.listen,
        hosts: config.hosts.clone(),
        origins: config.origins.clone(),
        tls: config.tls.as_ref().map(|tls| Tls {
            certificate: world.cwd.join(&tls.certificate),
            key: world.cwd.join(&tls.key),
            client_authority: tls.clients.as_ref().map(|path| world.cwd.join(path)),
        }),
        http: HttpLimits {
            body: limits.body.unwrap_or(usual.body),
            head: limits.head.unwrap_or(usual.head),
            head_time: seconds(limits.head_seconds, usual.head_time),
            body_time: seconds(limits.body_seconds, usual.body_time),
            idle: seconds(limits.idle_seconds, usual.idle),
            connections: limits.connections.unwrap_or(usual.connections),
            keep_alive: seconds(limits.keep_alive_seconds, usual.keep_alive),
            ..usual
        },
        drain: Duration::from_secs(config.drain),
        threads: config.threads.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
        }),
    }
}

fn limits(config: &Config) -> Limits {
    let usual = Limits::default();
    Limits {
        message: config.limits.message.unwrap_or(usual.message),
        content: config.inspect.content,
        hostile: match config.inspect.hostile {
            file::Hostile::Observe => Hostile::Observe,
            file::Hostile::Refuse => Hostile::Refuse,
        },
        ..usual
    }
}

fn client(client: &file::Client) -> ClientKey {
    let token = client.token_sha256.as_ref();
    ClientKey {
        name: client.name.clone(),
        token: token.and_then(|digest| Digest::from_hex(digest.as_bytes()).ok()),
        certificate: client.certificate.clone(),
    }
}

fn view(view: &file::View) -> View {
    View { name: view.name.clone(), servers: view.servers.clone(), tools: view.tools.clone() }
}

fn server_settings(
    server: &Server,
    config: &Config,
    (world, paths): (&World, &Paths),
) -> Result<ServerSettings, Failure> {
    let pin = pins::load(paths, server.approved_as.as_deref().unwrap_or(&server.name))?;
    let found = artifact(server, world);
    let standing = match &pin {
        Some(pin) if pin.artifact == found => Standing::Approved,
        Some(pin) => match (&pin.artifact, &found) {
            (Artifact::Digest(pinned), Artifact::Digest(served)) => {
                Standing::Drifted { pinned: *pinned, served: Some(*served) }
            }
            (Artifact::Digest(pinned), Artifact::Unknown(_)) => {
                Standing::Drifted { pinned: *pinned, served: None }
            }
            (Artifact::Unknown(_), _) => Standing::Unknown,
        },
        None => Standing::CouldNotTell,
    };
    let prefix = server.prefix.clone().unwrap_or_else(|| match config.names {
        Names::Prefixed => format!("{}__", server.name),
        Names::Plain => String::new(),
    });
    let usual = Deadlines::default();
    let seconds = |wanted: Option<u64>, usual| wanted.map_or(usual, Duration::from_secs);
    let breaker = Breaker::default();
    Ok(ServerSettings {
        name: server.name.clone(),
        prefix,
        reach: reach(server, world)?,
        bundle: Bundle { pin, artifact: standing },
        artifact: match found {
            Artifact::Digest(digest) => Some(digest),
            Artifact::Unknown(_) => None,
        },
        share: match server.share {
            file::Share::All => Share::All,
            file::Share::Client => Share::Principal,
            file::Share::Session => Share::Session,
        },
        most_connections: server.connections.unwrap_or(32),
        most_requests: server.requests.unwrap_or(64),
        idle: seconds(server.idle_seconds, Duration::from_secs(600)),
        deadlines: Deadlines {
            open: seconds(server.open_seconds, usual.open),
            quick: seconds(server.quick_seconds, usual.quick),
            call: seconds(server.call_seconds, usual.call),
            whole: seconds(server.whole_seconds, usual.whole),
        },
        breaker: Breaker { failures: server.failures.unwrap_or(breaker.failures), ..breaker },
    })
}

fn reach(server: &Server, world: &World) -> Result<Reach, Failure> {
    if let Some(url) = &server.url {
        let reach = HttpReach {
            url: url.clone(),
            headers: headers(server, world)?,
            authorities: server.authorities.as_ref().map(|path| world.cwd.join(path)),
        };
        return Ok(match server.transport {
            Transport::Http => Reach::Http(reach),
            Transport::Sse => Reach::Sse(reach),
        });
    }
    Ok(Reach::Stdio(StdioReach {
        supervisor: crate::commands::supervisor()?,
        command: words_of(server),
        folder: server.folder.as_ref().map(|folder| world.cwd.join(folder)),
        environment: environment(server, world)?,
    }))
}

fn words_of(server: &Server) -> Vec<OsString> {
    server.command.iter().flatten().map(OsString::from).collect()
}

/// What runs: the digest of a program, the address of what is somewhere else.
pub(crate) fn artifact(server: &Server, world: &World) -> Artifact {
    match &server.url {
        Some(url) => {
            // Credentials do not stand in what is signed and shown.
            let bare = url.split(['?', '#']).next().unwrap_or_default();
            Artifact::Unknown(format!("remote {bare}"))
        }
        None => program::of(&program::launch(&words_of(server)), world),
    }
}

/// The whole environment of a server that is a program.
///
/// # Errors
/// When a reference leads nowhere.
pub(crate) fn environment(
    server: &Server,
    world: &World,
) -> Result<BTreeMap<OsString, Hidden>, Failure> {
    let base = base_environment(world).map(|(name, value)| (name.into(), Hidden::new(value)));
    let mut environment: BTreeMap<OsString, Hidden> = base.collect();
    for (name, value) in &server.env {
        environment.insert(name.into(), filled(server, value, world)?);
    }
    Ok(environment)
}

/// The headers of every request to a server that is somewhere else.
///
/// # Errors
/// When a reference leads nowhere.
pub(crate) fn headers(server: &Server, world: &World) -> Result<Vec<(String, Hidden)>, Failure> {
    let fill =
        |(name, value): (&String, &String)| Ok((name.clone(), filled(server, value, world)?));
    server.headers.iter().map(fill).collect()
}

fn filled(server: &Server, value: &str, world: &World) -> Result<Hidden, Failure> {
    words::filled(value, world).map_err(|why| {
        let message = format!("the settings of server `{}` cannot be filled in", server.name);
        Failure::new(Kind::Config, message).hint(why)
    })
}

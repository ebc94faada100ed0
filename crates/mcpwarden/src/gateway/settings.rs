//! From the file to what the gateway is set up with.

use std::{collections::BTreeMap, ffi::OsString, sync::Arc, time::Duration};

use warden_detect::{DataClass, TermError};
use warden_model::{Digest, Hidden};
use warden_policy::{Artifact, Bundle, Pin, Standing, access::Policies};
use warden_proxy::{
    Inspection, Limits,
    credentials::Means,
    gateway::settings::{
        Breaker, ClientKey, Deadlines, HttpLimits, HttpReach, Listen, Reach, ServerSettings,
        Settings, Share, StdioReach, Tls, View,
    },
    operator::{OperatorProblem, Operators},
    store::{MemoryStore, Store},
};
use warden_seal::{KeyError, Secret, Vault};

use super::{
    base_environment, certificates,
    file::{self, Config, Names, Server, Transport},
    identity,
    measure::{Size, Span},
    shows, watch, words,
};
use crate::{
    Failure, Kind, World, artifact as program,
    certify::{exec, stand},
    machine,
    paths::Paths,
    pins, policies,
};

/// Who may do what where nobody has said it.
const POLICY: &str = "laptop";
/// How long a look at a server's lists is believed.
const TRUST: Duration = Duration::from_secs(30);
/// How long a session that says nothing is kept.
const SESSION: Duration = Duration::from_hours(1);
/// How long a question to a client may wait.
const QUESTION: Duration = Duration::from_mins(5);
/// How long what is under way may take at the end.
const DRAIN: Duration = Duration::from_secs(30);
/// When a connection that nobody uses is closed.
const IDLE: Duration = Duration::from_mins(10);
/// Connections to a server at a time.
const CONNECTIONS: usize = 32;
/// Requests under way on one connection.
const REQUESTS: usize = 64;

/// What credentials are kept with, for as long as the gateway lives.
#[derive(Clone)]
pub(crate) struct Lasting {
    /// Where is kept what people agree to.
    pub(crate) store: Arc<dyn Store>,
    /// What seals it.
    pub(crate) vault: Arc<Vault>,
}

impl Lasting {
    /// From the secret that replicas share, in the store that they share.
    ///
    /// # Errors
    /// No key can be made from it.
    pub(crate) fn new(secret: &Secret, store: &Arc<dyn Store>) -> Result<Self, KeyError> {
        let vault = Arc::new(Vault::new(secret, "credentials")?);
        Ok(Self { store: Arc::clone(store), vault })
    }

    /// For as long as it takes to look at settings: nothing is kept.
    ///
    /// # Errors
    /// There is no randomness.
    pub(crate) fn passing() -> Result<Self, KeyError> {
        let vault = Arc::new(Vault::random("credentials")?);
        Ok(Self { store: Arc::new(MemoryStore::default()), vault })
    }
}

/// Everything that the gateway is set up with.
///
/// # Errors
/// What is missing, or cannot be trusted.
pub(crate) fn settings(
    config: &Config,
    world: &World,
    (paths, watch, lasting): (&Paths, &stand::Watch, &Lasting),
) -> Result<Settings, Failure> {
    let means = means(config, lasting);
    let mut servers = Vec::new();
    for server in &config.servers {
        servers.push(server_settings(server, config, (world, paths, watch, &means))?);
    }
    let limits = &config.limits;
    Ok(Settings {
        listen: listen(config),
        identity: identity::identity(config, world)?,
        clients: config.clients.iter().map(client).collect(),
        policies: Some(Arc::new(policies(config)?)),
        servers,
        views: config.views.iter().map(view).collect(),
        limits: self::limits(config),
        inspection: Arc::new(inspection(&config.inspect, &config.terms)?),
        trust: span(limits.recheck, TRUST),
        patience: Duration::from_secs(10),
        session_idle: span(limits.session_time, SESSION),
        state_life: span(limits.question_time, QUESTION),
        metrics: watch::watchers(config),
        traces: watch::traces(config, world)?,
        operators: operators(config).map_err(|problems| bad_operators(&problems))?,
        webhook: watch::webhook(config, world)?,
    })
}

/// Where the rules come from.
pub(crate) fn policy(config: &Config) -> policies::Source {
    let name = config.policy.as_deref().unwrap_or(POLICY).to_owned();
    policies::Source { name, home: config.home.clone() }
}

fn span(wanted: Option<Span>, usual: Duration) -> Duration {
    wanted.map_or(usual, |span| span.0)
}

fn size(wanted: Option<Size>, usual: usize) -> usize {
    wanted.map_or(usual, |size| size.0)
}

fn listen(config: &Config) -> Listen {
    let usual = HttpLimits::default();
    let limits = &config.limits;
    Listen {
        address: config.listen,
        hosts: config.hosts.clone(),
        origins: config.origins.clone(),
        tls: config.tls.as_ref().map(|tls| Tls {
            certificate: config.home.join(&tls.certificate),
            key: config.home.join(&tls.key),
            client_authority: tls.clients.as_ref().map(|path| config.home.join(path)),
        }),
        http: HttpLimits {
            body: size(limits.body, usual.body),
            head: size(limits.head, usual.head),
            head_time: span(limits.head_time, usual.head_time),
            body_time: span(limits.body_time, usual.body_time),
            idle: span(limits.idle_time, usual.idle),
            connections: limits.connections.unwrap_or(usual.connections),
            keep_alive: span(limits.keep_alive, usual.keep_alive),
            streams: limits.streams.unwrap_or(usual.streams),
            stall: span(limits.stall_time, usual.stall),
            held: size(limits.held, usual.held),
        },
        drain: span(config.drain, DRAIN),
        threads: config.threads.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
        }),
    }
}

fn limits(config: &Config) -> Limits {
    let usual = Limits::default();
    Limits { message: size(config.limits.message, usual.message), ..usual }
}

/// What is looked for, and what follows.
pub(super) fn inspection(
    inspect: &file::Inspect,
    terms: &[file::Term],
) -> Result<Inspection, Failure> {
    let mut inspection = Inspection::default();
    inspection.content = inspect.content;
    inspection.level = inspect.level.unwrap_or(inspection.level);
    inspection.memory = size(inspect.memory, inspection.memory);
    for (matter, then) in inspect.set() {
        if let Some(then) = then {
            inspection = inspection.with(matter, then.0);
        }
    }
    let terms = terms.iter().map(file::Term::term).collect();
    // A configuration whose terms do not pass their own tests is not read at all.
    inspection.with_terms(terms).map_err(|error| bad_term(&error))
}

/// The policy, of which every mask can find what it is for.
fn policies(config: &Config) -> Result<Policies, Failure> {
    let policies = policy(config).read()?;
    let known = |kind: &str| {
        warden_detect::personal_kinds().any(|row| row.id == kind)
            || warden_detect::SECRETS.iter().any(|row| row.id == kind)
            || config.terms.iter().any(|term| term.name == kind)
    };
    let Some(kind) = policies.directory.masked_kinds().find(|kind| !known(kind)) else {
        return Ok(policies);
    };
    // A mask for what nothing finds would let it through.
    let what = format!("a mask of the policy is for `{kind}`, which is no kind of data");
    Err(Failure::new(Kind::Config, what)
        .hint("kinds are those of personal data, those of secrets, and the names of `[[term]]`"))
}

/// A term cannot be used.
pub(super) fn bad_term(error: &TermError) -> Failure {
    Failure::new(Kind::Config, warden_detect::redact(&error.to_string()))
}

fn client(client: &file::Client) -> ClientKey {
    let token = client.token_sha256.as_ref();
    ClientKey {
        name: client.name.clone(),
        user: client.user.clone(),
        token: token.and_then(|digest| Digest::from_hex(digest.as_bytes()).ok()),
        certificate: client.certificate.clone(),
    }
}

/// Who operates the gateway over HTTP.
///
/// # Errors
/// Everything that is wrong with how they are written down.
pub(super) fn operators(config: &Config) -> Result<Operators, Vec<OperatorProblem>> {
    let tokens: Vec<_> = config.clients.iter().filter_map(|one| client(one).token).collect();
    Operators::check(&config.operators, &tokens)
}

fn bad_operators(problems: &[OperatorProblem]) -> Failure {
    let failure = Failure::new(Kind::Config, "the operators cannot be used");
    problems.iter().take(20).fold(failure, |failure, problem| failure.hint(problem.to_string()))
}

fn view(view: &file::View) -> View {
    View { name: view.name.clone(), servers: view.servers.clone(), tools: view.tools.clone() }
}

fn server_settings(
    server: &Server,
    config: &Config,
    (world, paths, watch, means): (&World, &Paths, &stand::Watch, &Arc<Means>),
) -> Result<ServerSettings, Failure> {
    let pin = pins::load(paths, server.approved_as())?;
    let launched = certificates::launched(server, world, paths)?;
    let tree = launched.as_ref().map(|launched| launched.launch.tree);
    let found = tree.map_or_else(|| artifact(server, world), Artifact::Digest);
    let certified = certificates::certified(server, config, (pin.as_ref(), tree), watch);
    let standing = standing(pin.as_ref(), &found);
    let prefix = server.prefix.clone().unwrap_or_else(|| match config.names {
        Names::Prefixed => format!("{}__", server.name),
        Names::Plain => String::new(),
    });
    let breaker = Breaker::default();
    Ok(ServerSettings {
        name: server.name.clone(),
        prefix,
        reach: reach(server, launched, world)?,
        credentials: shows::credentials(server, means, world)?,
        bundle: Bundle { pin, artifact: standing, certified },
        artifact: match found {
            Artifact::Digest(digest) => Some(digest),
            Artifact::Unknown(_) => None,
        },
        class: server.class.map_or(DataClass::Internal, |class| class.0),
        share: share(server.share),
        most_connections: server.connections.unwrap_or(CONNECTIONS),
        most_requests: server.requests.unwrap_or(REQUESTS),
        idle: span(server.idle_time, IDLE),
        deadlines: deadlines(server),
        breaker: Breaker { failures: server.failures.unwrap_or(breaker.failures), ..breaker },
    })
}

/// What credentials are made with.
fn means(config: &Config, lasting: &Lasting) -> Arc<Means> {
    Arc::new(Means {
        secrets: config.secrets.clone(),
        store: Some(Arc::clone(&lasting.store)),
        vault: Arc::clone(&lasting.vault),
        clock: Arc::new(machine::clock),
    })
}

/// How what would run stands to what was approved.
fn standing(pin: Option<&Pin>, found: &Artifact) -> Standing {
    let Some(pin) = pin else { return Standing::CouldNotTell };
    match (&pin.artifact, found) {
        (pinned, found) if pinned == found => Standing::Approved,
        (Artifact::Digest(pinned), Artifact::Digest(served)) => {
            Standing::Drifted { pinned: *pinned, served: Some(*served) }
        }
        (Artifact::Digest(pinned), Artifact::Unknown(_)) => {
            Standing::Drifted { pinned: *pinned, served: None }
        }
        (Artifact::Unknown(_), _) => Standing::Unknown,
    }
}

const fn share(share: file::Share) -> Share {
    match share {
        file::Share::All => Share::All,
        file::Share::Client => Share::Principal,
        file::Share::Session => Share::Session,
    }
}

fn deadlines(server: &Server) -> Deadlines {
    let usual = Deadlines::default();
    Deadlines {
        open: span(server.open_time, usual.open),
        quick: span(server.list_time, usual.quick),
        call: span(server.call_time, usual.call),
        whole: span(server.whole_time, usual.whole),
    }
}

fn reach(
    server: &Server,
    launched: Option<exec::Certified>,
    world: &World,
) -> Result<Reach, Failure> {
    if let Some(url) = &server.url {
        let reach = HttpReach {
            url: url.clone(),
            headers: headers(server, world)?,
            authorities: server.authorities.as_ref().map(|path| server.home.join(path)),
        };
        return Ok(match server.transport {
            Transport::Http => Reach::Http(reach),
            Transport::Sse => Reach::Sse(reach),
        });
    }
    Ok(Reach::Stdio(StdioReach {
        supervisor: crate::commands::supervisor()?,
        command: launched.map_or_else(|| server.words(), |launched| launched.command),
        folder: Some(server.folder()),
        environment: environment(server, world)?,
    }))
}

/// What runs: the digest of a program, the address of what is somewhere else.
pub(crate) fn artifact(server: &Server, world: &World) -> Artifact {
    if let Some(url) = &server.url {
        // Credentials do not stand in what is signed and shown.
        let bare = url.split(['?', '#']).next().unwrap_or_default();
        return Artifact::Unknown(format!("remote {}", warden_detect::redact_url(bare)));
    }
    // Found as it will be when it is started.
    let set = server.env.get("PATH");
    let set = set.and_then(|path| {
        words::filled(path, &server.home, (world, server.secrets.as_deref())).ok()
    });
    let path = set.as_ref().map(Hidden::reveal);
    let path = path.or_else(|| world.env.get("PATH").map(String::as_str));
    program::of_at(&program::launch(&server.words()), &server.folder(), path)
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
    words::filled(value, &server.home, (world, server.secrets.as_deref())).map_err(|why| {
        let message = format!("the settings of server `{}` cannot be filled in", server.name);
        Failure::new(Kind::Config, message).hint(why)
    })
}

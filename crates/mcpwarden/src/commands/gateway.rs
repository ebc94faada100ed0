//! `mcpwarden gateway`: many servers behind one door.

mod check;
mod seen;

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::Notify,
};
use warden_model::Digest;
use warden_proxy::{
    gateway::{
        Gateway, Keeping, SWEEP, Served,
        settings::{Listen, Settings},
    },
    store::{FolderStore, Store},
};
use warden_seal::{KeyError, Secret, Vault};

use self::seen::{Stamp, stamps, stamps_of_policy, stamps_of_tls};
use crate::{
    Failure, Kind, World, certify::stand, gateway, machine, output, paths::Paths, policies,
};

/// How often configuration, policy and approvals are looked at for changes.
const LOOK: Duration = Duration::from_secs(1);

/// Put many servers behind one door
///
/// Serves the configured servers to any number of clients, over HTTP or, with `--stdio`, to one
/// client on standard input and output. Clients and servers of different revisions of the protocol
/// understand each other through it. Only what was approved with `mcpwarden approve` is listed
/// and can be called; every call is written into the ledger before it is forwarded, and closed
/// there after it. The configuration, the policy and the approvals are read again when they change.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden gateway --example > gateway.toml       to begin with
  mcpwarden approve --config gateway.toml git      as it is configured there
  mcpwarden gateway --config gateway.toml --check  what it would do
  mcpwarden gateway --key ci                       a key for the agent `ci`
  mcpwarden gateway --config gateway.toml          at http://127.0.0.1:8931/mcp
  mcpwarden gateway --config gateway.toml --stdio  for one client

Exit codes:
  0    it was told to stop, or its one client has gone
  2    the command line is wrong
  3    the configuration is wrong, an approval cannot be trusted, or the
       ledger cannot be written
  4    the address cannot be listened on")]
pub(crate) struct Args {
    /// The configuration, in TOML
    #[arg(long, value_name = "FILE", required_unless_present = "print")]
    config: Option<PathBuf>,

    /// Serve one client on standard input and output, and do not listen
    #[arg(long, conflicts_with = "check")]
    stdio: bool,

    /// The view to serve with --stdio; everything otherwise
    #[arg(long, value_name = "NAME", default_value = "", requires = "stdio")]
    view: String,

    /// Only look whether the configuration can be used, and say what it would do
    #[arg(long)]
    check: bool,

    #[command(flatten)]
    print: Print,
}

/// What can be printed instead.
#[derive(Debug, clap::Args)]
#[group(id = "print", multiple = false, conflicts_with_all = ["config", "stdio", "check"])]
struct Print {
    /// Print a configuration to begin with
    #[arg(long)]
    example: bool,

    /// Print every setting, in Markdown
    #[arg(long)]
    settings: bool,

    /// Print the JSON Schema of the configuration, for editors
    #[arg(long)]
    schema: bool,

    /// Make a key for this agent, and print it and what the configuration says of it
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
}

impl Print {
    /// What was asked for.
    fn text(&self) -> Result<Option<String>, Failure> {
        Ok(match &self.key {
            Some(name) => Some(gateway::made_key(name)?),
            None if self.example => Some(gateway::example().to_owned()),
            None if self.settings => Some(gateway::reference()),
            None => self.schema.then(gateway::schema),
        })
    }
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        if let Some(text) = self.print.text()? {
            output::print(&text)?;
            return Ok(ExitCode::SUCCESS);
        }
        let Some(file) = self.config.clone() else {
            return Err(Failure::new(Kind::Usage, "no configuration is named"));
        };
        let paths = Paths::of(world)?;
        // Before anything is read: what changes from here on is noticed.
        let mut seen = stamps(&file, &paths);
        let config = gateway::read(&file, world)?;
        let policy = gateway::policy(&config);
        seen.extend(stamps_of_policy(&policy));
        let lists = Arc::new(Notify::new());
        let stands = stand::Watch::start(&paths, machine::clock, teller(&lists));
        // To look at settings leaves nothing behind.
        let kept = if self.check { None } else { Some(keep(&config, &paths)?) };
        let lasting = match &kept {
            Some((_, lasting)) => Ok(lasting.clone()),
            None => gateway::Lasting::passing(),
        };
        let lasting = lasting.map_err(|error| no_secret(&error))?;
        let settings = gateway::settings(&config, world, (&paths, &stands, &lasting))?;
        seen.extend(stamps_of_tls(&settings.listen));
        check_tls(&settings)?;
        let Some((keeping, _)) = kept else { return check(&settings, &file, world) };
        let listen = settings.listen.clone();
        let policy = RefCell::new(policy);
        let rules = Cell::new(digest(&settings));
        let watched =
            Watched { file, listen, world, paths, stands, lasting, lists, policy, rules, seen };
        self.serve(&config, (settings, keeping), watched)
    }

    fn serve(
        &self,
        config: &gateway::Config,
        (settings, keeping): (Settings, Keeping),
        watched: Watched<'_>,
    ) -> Result<ExitCode, Failure> {
        let durability = match config.ledger.outlives {
            gateway::Outlives::Process => warden_audit::Durability::Process,
            gateway::Outlives::Power => warden_audit::Durability::Power,
        };
        let ledger = super::run::open_ledger(watched.world, &watched.paths, durability)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new(Kind::Internal, "cannot start").caused_by(error))?;
        let clock: warden_audit::Clock = Arc::new(machine::clock);
        let gateway = runtime
            .block_on(async { Gateway::new(settings, keeping, (&ledger, clock, Arc::new(tell))) });
        let gateway = gateway.map_err(|errors| contradictions(&errors))?;
        let watch = Watch { gateway: Arc::clone(&gateway), watched };
        runtime.block_on(gateway.begin());
        let served = if self.stdio {
            runtime.block_on(watch.pipe(&self.view))
        } else {
            runtime.block_on(watch.serve())
        };
        let closed = ledger.close();
        served?;
        closed.map_err(|error| {
            Failure::new(Kind::Internal, "cannot end the ledger in good order").caused_by(error)
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What tells one set of rules from another.
fn digest(settings: &Settings) -> Option<Digest> {
    settings.policies.as_ref().map(|policies| policies.rules.digest())
}

fn tell(message: &str) {
    output::tell(&format!("mcpwarden: {}\n", warden_report::printable(message)));
}

/// Tells people what has changed of certificates, and `lists` that clients have to be told.
fn teller(lists: &Arc<Notify>) -> impl Fn(stand::Told) + Send + 'static {
    let lists = Arc::clone(lists);
    move |told| match told {
        stand::Told::Withdrawn(name, why) => {
            tell(&format!("`{name}` does not count as certified any more: {}", why.code()));
            lists.notify_one();
        }
        stand::Told::Returned(name) => {
            tell(&format!("`{name}` counts as certified again"));
            lists.notify_one();
        }
        stand::Told::Bundle(news) => tell(&news),
    }
}

/// Says whether settings can be used, and what they would do.
fn check(settings: &Settings, file: &Path, world: &World) -> Result<ExitCode, Failure> {
    let offers =
        warden_proxy::gateway::check(settings).map_err(|errors| contradictions(&errors))?;
    let columns = world.view().columns;
    output::print(&check::show(settings, &offers, &file.display().to_string(), columns))?;
    Ok(ExitCode::SUCCESS)
}

/// Says what is wrong with the files of TLS before anything is opened.
fn check_tls(settings: &Settings) -> Result<(), Failure> {
    settings.listen.tls.as_ref().map_or(Ok(()), warden_proxy::gateway::check_tls).map_err(|error| {
        Failure::new(Kind::Config, "the files of `[tls]` cannot be used").caused_by(error)
    })
}

fn contradictions(errors: &[warden_proxy::gateway::SettingsError]) -> Failure {
    let failure = Failure::new(Kind::Config, "the configuration contradicts itself");
    errors.iter().take(20).fold(failure, |failure, error| failure.hint(error.to_string()))
}

/// Where what outlives the process is kept.
fn store(folder: &Path) -> Result<Arc<dyn Store>, Failure> {
    let store = FolderStore::open(folder).map_err(|error| {
        let shown = folder.display();
        Failure::new(Kind::Config, format!("cannot keep sessions and limits in `{shown}`"))
            .caused_by(error)
    })?;
    Ok(Arc::new(store))
}

/// What outlives the process: the store, and what seals what is in it, from a secret that replicas
/// share.
fn keep(config: &gateway::Config, paths: &Paths) -> Result<(Keeping, gateway::Lasting), Failure> {
    let state = config.state.as_ref().map(|path| config.home.join(path));
    let state = state.unwrap_or_else(|| paths.gateway_state());
    let store = store(&state)?;
    let secret = config.secret.as_ref().map(|path| config.home.join(path));
    let secret = secret.unwrap_or_else(|| state.join("secret"));
    let made = Secret::load_or_create(&secret).and_then(|secret| {
        let lasting = gateway::Lasting::new(&secret, &store)?;
        let (vault, key) = (Vault::new(&secret, "gateway")?, secret.derive("secrets seen")?);
        Ok((Keeping { vault, key, store }, lasting))
    });
    made.map_err(|error| no_secret(&error))
}

fn no_secret(error: &KeyError) -> Failure {
    Failure::new(Kind::Config, "cannot use the secret for sessions").hint(error.to_string())
}

/// Takes as many open files as the system allows: the usual soft limit is one for programs that
/// watch all their files with `select`, and too few for the connections of a gateway.
fn raise_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
    {
        tell(&format!("the limit of open files stays as it is: {error}"));
    }
}

/// What a gateway is made from.
struct Watched<'a> {
    file: PathBuf,
    /// How clients are let in since the start.
    listen: Listen,
    world: &'a World,
    paths: Paths,
    /// Looks after certificates.
    stands: stand::Watch,
    /// What credentials are kept with.
    lasting: gateway::Lasting,
    /// Says that servers count no more, or again.
    lists: Arc<Notify>,
    /// Where the policy comes from that was read last, also if it could not be used: once it can,
    /// that is noticed.
    policy: RefCell<policies::Source>,
    /// The digest of the rules that count.
    rules: Cell<Option<Digest>>,
    /// What was read at the start.
    seen: Vec<Stamp>,
}

/// A gateway that goes with the times.
struct Watch<'a> {
    gateway: Arc<Gateway>,
    watched: Watched<'a>,
}

impl Watch<'_> {
    /// Serves clients over HTTP until somebody says to stop.
    async fn serve(&self) -> Result<(), Failure> {
        raise_files();
        let listen = &self.watched.listen;
        let served = Served::start(&self.gateway, listen)
            .map_err(|error| Failure::new(Kind::Input, "cannot let clients in").caused_by(error))?;
        let scheme = if listen.tls.is_some() { "https" } else { "http" };
        let (granted, asked) = served.cap();
        if granted < asked {
            tell(&format!("takes {granted} connections, not {asked}: see `ulimit -n`"));
        }
        tell(&format!("listening on {scheme}://{}", served.address()));
        let stopped = self.housekeep(Some(&served)).await;
        tell("ends what is under way");
        let abandoned = served.drain(listen.drain).await;
        if abandoned > 0 {
            tell(&format!("cut off {abandoned} that took too long"));
        }
        stopped
    }

    /// Serves one client until it has gone.
    async fn pipe(&self, view: &str) -> Result<(), Failure> {
        let streams = || -> std::io::Result<_> {
            use std::os::fd::AsFd as _;
            let from = std::fs::File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
            let to = std::fs::File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
            Ok((from, to))
        };
        let (from, to) = streams().map_err(|error| {
            Failure::new(Kind::Internal, "cannot use standard input and output").caused_by(error)
        })?;
        let client =
            warden_proxy::gateway::serve_pipe(&self.gateway, view, Box::new(from), Box::new(to));
        let known = tokio::select! {
            known = client => known,
            stopped = self.housekeep(None) => {
                self.gateway.close().await;
                return stopped;
            }
        };
        self.gateway.close().await;
        if known {
            Ok(())
        } else {
            Err(Failure::new(Kind::Usage, format!("there is no view `{view}`")))
        }
    }

    /// Looks after the gateway until somebody says to stop.
    async fn housekeep(&self, served: Option<&Served>) -> Result<(), Failure> {
        let unheard =
            |error| Failure::new(Kind::Internal, "cannot listen for signals").caused_by(error);
        let mut terminate = signal(SignalKind::terminate()).map_err(unheard)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(unheard)?;
        let mut hangup = signal(SignalKind::hangup()).map_err(unheard)?;
        let mut sweep = tokio::time::interval(SWEEP);
        let mut look = tokio::time::interval(LOOK);
        let mut seen = self.watched.seen.clone();
        loop {
            tokio::select! {
                _ = terminate.recv() => return Ok(()),
                _ = interrupt.recv() => return Ok(()),
                _ = hangup.recv() => self.reload(served),
                () = self.watched.lists.notified() => self.gateway.certified_changed(),
                _ = sweep.tick() => self.gateway.sweep().await,
                _ = look.tick() => {
                    let now = self.stamps();
                    if now != seen {
                        seen = now;
                        self.reload(served);
                    }
                }
            }
        }
    }

    /// Reads everything again. What cannot be used leaves everything as it is.
    fn reload(&self, served: Option<&Served>) {
        let Watched { file, world, paths, stands, lasting, listen: begun, .. } = &self.watched;
        let read = || -> Result<Listen, Failure> {
            let config = gateway::read(file, world)?;
            self.watched.policy.replace(gateway::policy(&config));
            let settings = gateway::settings(&config, world, (paths, stands, lasting))?;
            check_tls(&settings)?;
            let (listen, rules) = (settings.listen.clone(), digest(&settings));
            self.gateway.reload(settings).map_err(|errors| contradictions(&errors))?;
            if let (Some(new), true) = (rules, self.watched.rules.replace(rules) != rules) {
                tell(&format!("the rules that count are {new}"));
            }
            Ok(listen)
        };
        let listen = match read() {
            Ok(listen) => listen,
            Err(failure) => {
                output::tell(&failure.render(machine::error_colors(world.color)));
                return tell("the configuration stays as it was");
            }
        };
        tell("read the configuration and the approvals again");
        let Some(served) = served else { return };
        if let (Some(_), Some(tls)) = (&begun.tls, &listen.tls)
            && let Err(error) = served.reload_tls(tls)
        {
            tell(&format!("the certificate stays as it was: {error}"));
        }
        let same_tls = begun.tls.is_some() == listen.tls.is_some();
        if !same_tls || (Listen { tls: begun.tls.clone(), ..listen }) != *begun {
            tell("what concerns the listener counts from the next start");
        }
    }

    fn stamps(&self) -> Vec<Stamp> {
        let Watched { file, paths, listen, policy, .. } = &self.watched;
        let mut all = stamps(file, paths);
        all.extend(stamps_of_policy(&policy.borrow()));
        all.extend(stamps_of_tls(listen));
        all
    }
}

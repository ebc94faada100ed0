//! `mcpwarden run`: a server behind the guard, on standard input and output.

use std::{
    ffi::OsString,
    fs::File,
    io,
    os::{fd::AsFd as _, unix::process::ExitStatusExt},
    path::PathBuf,
    process::{ExitCode, ExitStatus},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender},
    },
    time::Duration,
};

use clap::ValueEnum;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};
use warden_audit::{Durability, Ledger, Options, Process};
use warden_detect::DataClass;
use warden_model::Digest;
use warden_policy::{
    Artifact, Bundle, Certified, Pin, Standing, Uncertified,
    approval::{self, Environment},
    certificate::{CertificatePolicy, Use},
};
use warden_proxy::{
    Follows, Inspection, Limits, Matter, Settings,
    stdio::{Connection, Happened, Pipes},
};
use warden_sandbox::{Launch, Server};

use crate::{
    Failure, Kind, World, artifact,
    certify::{exec, stand},
    gateway, machine, output,
    paths::Paths,
    pins,
};

/// How long a server may take to end once its input is closed.
const GRACE: Duration = Duration::from_secs(2);

/// Start a server behind the guard, on standard input and output
///
/// This is what a client is configured to start in place of the server itself; `mcpwarden wrap`
/// does that for you. The guard speaks MCP to the client and runs the server as its child. Only
/// what was approved with `mcpwarden approve` is listed and can be called; every call is written
/// into the ledger before it is forwarded, and closed there after it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden run git
  mcpwarden run --name git -- uvx mcp-server-git@2026.10.19
  mcpwarden run --name files --hostile refuse -- node files.js /data

Exit codes:
  that of the server; 128 and the signal's number if a signal ended it
  2    the command line is wrong
  3    the approval cannot be trusted, or the ledger cannot be written
  4    what would run is not what was approved; it is not started
  127  the program cannot be started")]
pub(crate) struct Args {
    /// A certified server: it is started from the store, and only while its certificate counts
    #[arg(value_name = "SERVER", required_unless_present = "command", conflicts_with_all = ["command", "name"])]
    server: Option<String>,

    /// The name by which the server was approved; otherwise that of its package or program
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Where a certified server is used, which says with the class of its data what level it needs
    #[arg(long, value_enum, default_value_t = Place::Production, value_name = "WHERE")]
    environment: Place,

    /// The bundle that its certificate comes in; otherwise the one that is installed, or else the
    /// certificates of this machine
    #[arg(long, value_name = "FILE", requires = "server")]
    bundle: Option<PathBuf>,
    /// The class of the data that a certified server is used with
    #[arg(long, value_enum, default_value_t = Data::Internal, value_name = "CLASS")]
    data: Data,

    /// Start a certified server only while named people have approved it, as it was certified, for
    /// this environment and class of data: `mcpwarden approval`
    #[arg(long, requires = "server")]
    approved: bool,

    /// What a record in the ledger outlives before its call is forwarded
    #[arg(long, value_enum, default_value_t = Outlives::Process, value_name = "WHAT")]
    durability: Outlives,

    /// What to do with an answer that holds text hostile to a model
    #[arg(long, value_enum, value_name = "WHAT")]
    hostile: Option<OnHostile>,

    /// A file that says what is looked for and what follows, with `[inspect]` and `[[term]]` as in a
    /// gateway's configuration; `--hostile` goes before it
    #[arg(long, value_name = "FILE")]
    inspect: Option<PathBuf>,

    /// How many seconds a look at the server's lists is believed
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    recheck: u64,

    /// The longest message, in bytes
    #[arg(long, default_value_t = Limits::default().message, value_name = "BYTES")]
    max_message: usize,

    /// The server: its program and arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Outlives {
    /// The end of this process, however it ends
    Process,
    /// The loss of power
    Power,
}

/// Where a certified server is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Place {
    /// Where nothing is real
    Sandbox,
    /// Anywhere else
    Production,
}

/// The class of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Data {
    /// Everybody may have it
    Public,
    /// Everybody inside may have it
    Internal,
    /// Some may have it
    Confidential,
    /// A law says who may have it
    Regulated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OnHostile {
    /// Write it into the ledger and say so on standard error
    Observe,
    /// Refuse the answer
    Refuse,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        let name = match (&self.server, &self.name) {
            (Some(name), _) | (None, Some(name)) => name.clone(),
            (None, None) => artifact::name_of(&self.command),
        };
        let pin = pins::load(&paths, &name)?;
        let ledger = open_ledger(world, &paths, self.durability.into())?;
        let from_store = self.server.as_deref();
        let from_store = from_store.map(|name| exec::certified(name, &paths, world)).transpose()?;
        let found = match &from_store {
            Some(server) => Artifact::Digest(server.launch.tree),
            None => artifact::of(&artifact::launch(&self.command), world),
        };
        if let Some(pin) = &pin
            && pin.artifact != found
        {
            return Err(drifted(&ledger, &name, &pin.artifact, &found));
        }
        // Kept until the server has ended: without it nothing counts.
        let watch = from_store.is_some().then(|| {
            stand::Watch::start(&paths, machine::clock, |told| match told {
                stand::Told::Withdrawn(name, why) => {
                    tell(&format!("`{name}` does not count as certified any more: {}", why.code()));
                    stop_ourselves();
                }
                stand::Told::Returned(_) => {}
                stand::Told::Bundle(news) => tell(&news),
            })
        });
        let certified = match (&watch, &from_store) {
            (Some(watch), Some(server)) => {
                let asked = self.asked(&name, pin.as_ref(), (server.launch.tree, world));
                watch.over(&asked)
            }
            _ => Certified::default(),
        };
        if let Err(why) = certified.now() {
            let message = format!("`{name}` does not count as certified: {}", why.code());
            let see = match why {
                Uncertified::NotApprovedHere => format!("mcpwarden approval show {name}"),
                _ => format!("mcpwarden verify --server {name}"),
            };
            return Err(Failure::new(Kind::Input, message).hint(format!("see why: `{see}`")));
        }
        let command = from_store.map_or(self.command.clone(), |server| server.command);
        let settings = Settings {
            server: name,
            bundle: Bundle { pin, artifact: Standing::Approved, certified },
            artifact: match found {
                Artifact::Digest(digest) => Some(digest),
                Artifact::Unknown(_) => None,
            },
            limits: Limits { message: self.max_message, ..Limits::default() },
            inspection: self.inspection(world)?,
            class: DataClass::Internal,
            trust: Duration::from_secs(self.recheck),
            patience: Duration::from_secs(10),
        };
        let without = world.secrets.keys().map(Into::into).collect();
        let launch = Launch { supervisor: supervisor()?, command, without, ..Launch::default() };
        let ended = carry(settings, &ledger, &launch);
        drop(watch);
        ended
    }

    /// What is asked of the certificate of a server from the store.
    fn asked(
        &self,
        name: &str,
        pin: Option<&Pin>,
        (tree, world): (Digest, &World),
    ) -> stand::Asked {
        stand::Asked {
            name: name.to_owned(),
            tree: Some(tree),
            url: None,
            manifest: stand::Asked::manifest(pin),
            wanted: Use { environment: self.environment.into(), data: self.data.into() },
            policy: CertificatePolicy::default(),
            trust: None,
            revocations: None,
            bundle: self.bundle.as_ref().map(|file| world.cwd.join(file)),
            approved: self.approved,
        }
    }

    fn inspection(&self, world: &World) -> Result<Inspection, Failure> {
        let inspection = match &self.inspect {
            Some(path) => gateway::inspection(path, world)?,
            None => Inspection::default(),
        };
        let hostile = match self.hostile {
            None => return Ok(inspection),
            Some(OnHostile::Observe) => Follows::Observe,
            Some(OnHostile::Refuse) => Follows::Refuse,
        };
        Ok(inspection.with(Matter::Hostile, hostile).with(Matter::Hidden, hostile))
    }
}

impl From<Place> for Environment {
    fn from(place: Place) -> Self {
        match place {
            Place::Sandbox => Self::Sandbox,
            Place::Production => Self::Production,
        }
    }
}

impl From<Data> for approval::DataClass {
    fn from(data: Data) -> Self {
        match data {
            Data::Public => Self::Public,
            Data::Internal => Self::Internal,
            Data::Confidential => Self::Confidential,
            Data::Regulated => Self::Regulated,
        }
    }
}

impl From<Outlives> for Durability {
    fn from(outlives: Outlives) -> Self {
        match outlives {
            Outlives::Process => Self::Process,
            Outlives::Power => Self::Power,
        }
    }
}

/// Opens the ledger of this machine.
///
/// # Errors
/// When nothing could be recorded; then nothing may happen either.
#[expect(clippy::disallowed_methods, reason = "this is where the ledger is given its clock")]
pub(super) fn open_ledger(
    world: &World,
    paths: &Paths,
    durability: Durability,
) -> Result<Ledger, Failure> {
    let node = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let options =
        Options { durability, ..Options::new(node, Arc::new(std::time::SystemTime::now)) };
    Ledger::open(paths.ledger(), options).map_err(|error| {
        let home = world.home.as_ref().map(|home| home.display().to_string()).unwrap_or_default();
        Failure::new(Kind::Config, "cannot write the ledger, so nothing is started")
            .caused_by(error)
            .hint(format!("make `{}` writable for its owner", paths.ledger().display()))
            .hint(format!("or name another folder with `MCPWARDEN_HOME` (home is `{home}`)"))
    })
}

/// This program, as the supervisor of a server.
pub(crate) fn supervisor() -> Result<Vec<OsString>, Failure> {
    Ok(vec![super::this_program()?.into(), crate::SUPERVISE.into()])
}

/// What would run is not what was approved: that is recorded, and nothing runs.
fn drifted(ledger: &Ledger, server: &str, pinned: &Artifact, found: &Artifact) -> Failure {
    use warden_audit::{Decision, Drift, Event, Record, Server};
    let digest = |artifact: &Artifact| match artifact {
        Artifact::Digest(digest) => Some(*digest),
        Artifact::Unknown(_) => None,
    };
    let record = Record {
        decision: Some(Decision::Deny),
        server: Some(Server { name: server.into(), artifact: digest(found), ..Server::default() }),
        drift: Some(Drift {
            class: warden_policy::DriftClass::ArtifactChanged.code().into(),
            pinned: digest(pinned),
            served: digest(found),
            subject: "artifact".into(),
        }),
        ..Record::of(Event::DriftDetected)
    };
    let recorded = ledger.append(record).and_then(|seq| ledger.commit(seq));
    let failure = Failure::new(
        Kind::Input,
        format!("what would run as `{server}` is not what was approved, so it is not started"),
    )
    .hint(format!("see what changed: `mcpwarden approve --diff --name {server} -- COMMAND`"));
    match recorded {
        Ok(()) => failure,
        Err(error) => failure.caused_by(error),
    }
}

/// Carries messages until one side ends.
fn carry(settings: Settings, ledger: &Ledger, launch: &Launch) -> Result<ExitCode, Failure> {
    let io_failed = |error: io::Error| {
        Failure::new(Kind::Internal, "cannot use standard input and output").caused_by(error)
    };
    let from_client = File::from(io::stdin().as_fd().try_clone_to_owned().map_err(io_failed)?);
    let to_client = File::from(io::stdout().as_fd().try_clone_to_owned().map_err(io_failed)?);
    let (mut server, input, output) = launch.start().map_err(|error| {
        Failure::new(Kind::Internal, "cannot start the supervisor").caused_by(error)
    })?;
    let pipes = Pipes {
        from_client: Box::new(from_client),
        to_client: Box::new(to_client),
        from_server: Box::new(output),
        to_server: Box::new(input),
    };
    let (connection, happened) =
        Connection::start(settings, ledger, pipes, server.pid(), Box::new(tell));
    listen_for_signals(connection.stopper())?;
    let status = attend(&connection, &happened, &mut server);
    connection.finish(process(server.pid(), status.as_ref().ok()));
    let closed = ledger.close();
    let status = status.map_err(|error| {
        Failure::new(Kind::Internal, "cannot tell how the server ended").caused_by(error)
    })?;
    closed.map_err(|error| {
        Failure::new(Kind::Internal, "cannot end the ledger in good order").caused_by(error)
    })?;
    Ok(exit_code(status))
}

/// Waits for one side to end, and sees to it that the server does.
fn attend(
    connection: &Connection,
    happened: &Receiver<Happened>,
    server: &mut Server,
) -> io::Result<ExitStatus> {
    match happened.recv() {
        Ok(Happened::ClientEnded) => {
            connection.close_input();
            match happened.recv_timeout(GRACE) {
                Ok(Happened::ServerEnded) => {}
                Ok(_) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    server.stop();
                }
            }
        }
        Ok(Happened::LedgerFailed) => {
            tell("the ledger cannot be written, so nothing passes any more");
            server.stop();
        }
        Ok(Happened::Flooded) => {
            tell("the server sends requests and does not read the answers; it is stopped");
            server.stop();
        }
        // A server that has closed its output has nothing more to say.
        Ok(Happened::ServerEnded | Happened::Asked) | Err(_) => server.stop(),
    }
    server.wait()
}

fn listen_for_signals(stopper: Sender<Happened>) -> Result<(), Failure> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP]).map_err(|error| {
        Failure::new(Kind::Internal, "cannot listen for signals").caused_by(error)
    })?;
    std::thread::spawn(move || {
        for _ in signals.forever() {
            if stopper.send(Happened::Asked).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Ends this process in the way in which a person would: what waits is answered, and the server ends.
fn stop_ourselves() {
    use rustix::process::{Signal, getpid, kill_process};
    // A process that cannot signal itself has ended already.
    kill_process(getpid(), Signal::TERM).ok();
}

fn tell(message: &str) {
    output::tell(&format!("mcpwarden: {}\n", warden_report::printable(message)));
}

fn process(pid: u32, status: Option<&ExitStatus>) -> Process {
    Process {
        pid: Some(pid),
        exit: status.and_then(ExitStatus::code),
        signal: status.and_then(ExitStatusExt::signal),
    }
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, Some(signal)) => 128 + signal,
        (None, None) => 1,
    };
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

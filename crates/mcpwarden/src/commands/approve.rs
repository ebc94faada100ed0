//! `mcpwarden approve`: look at a server, and pin what it shows.

mod show;

use std::{
    collections::BTreeSet,
    ffi::OsString,
    io,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use warden_audit::{Decision, Durability, Event, Record, Server};
use warden_collect::{
    collect, collect_target,
    live::{self, Live},
};
use warden_mcp::{
    Ask,
    client::{Limits, probe_stdio},
};
use warden_model::{Connection, Endpoint, Finding, Launch, Persona, Severity, Snapshot, Surface};
use warden_policy::{Approval, Artifact, Pin, compare_pins};
use warden_scan::settle::show_to;

use crate::{
    Failure, Kind, World, artifact, ask::agreed, certify::exec, gateway, output, paths::Paths,
    pins, probe,
};

/// Look at a server and approve what it shows a model
///
/// Starts the server, lists its tools, prompts, resource templates and instructions, shows them
/// with hidden characters made visible and with what is wrong with them, and asks. What you
/// approve is pinned by its digests and signed with a key of this machine. `mcpwarden run` and
/// `mcpwarden gateway` then let exactly that pass. No tool is called.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden approve git                            as you have configured it
  mcpwarden approve --name git -- uvx mcp-server-git@2026.10.19
  mcpwarden approve --diff git                     what changed since then
  mcpwarden approve --from tools.json --name mail -- mail-server
  mcpwarden approve --config gateway.toml git      as the gateway reaches it

Exit codes:
  0   approved, or with --diff: nothing has changed
  2   the command line is wrong, or nobody was there to be asked
  3   an approval that is there cannot be trusted
  4   the server cannot be looked at, or cannot be pinned
  5   not approved
  13  with --diff: something has changed")]
pub(crate) struct Args {
    /// The name of a server in your configurations
    #[arg(value_name = "SERVER", conflicts_with = "command")]
    server: Option<String>,

    /// The name to approve it by; that is the name to give to `run`
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Only show what changed since the last approval
    #[arg(long)]
    diff: bool,

    /// Approve without asking
    #[arg(short, long, conflicts_with = "diff")]
    yes: bool,

    /// Who approves; otherwise the user who runs this
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,

    /// Why, in your words
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,

    /// What the server may ask of the client: sampling, elicitation, roots
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = parse_ask)]
    allow: Vec<Ask>,

    /// Approve a saved answer instead of a running server
    #[arg(long, value_name = "FILE", conflicts_with = "server", requires = "name")]
    from: Option<PathBuf>,

    /// Approve the server as this configuration of a gateway reaches it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "command"])]
    config: Option<PathBuf>,

    /// The server: its program and arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

fn parse_ask(text: &str) -> Result<Ask, String> {
    Ask::parse(text).ok_or_else(|| "expected `sampling`, `elicitation` or `roots`".to_owned())
}

/// A server that was looked at.
struct Looked {
    name: String,
    artifact: Artifact,
    surface: Surface,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        let looked = self.look(world)?;
        let old = pins::load(&paths, &looked.name)?;
        let mut pin = self.pin(&looked, world)?;
        if self.from.is_some() && self.command.is_empty() {
            // A saved answer says nothing of what runs, so that is not compared.
            match &old {
                Some(old) if self.diff => pin.artifact = old.artifact.clone(),
                _ => return Err(unstartable(&looked.name)),
            }
        }
        let findings = findings(&looked.surface);
        if self.diff {
            return diff(old.as_ref(), &pin, world);
        }
        output::print(&show::pin(&pin, &looked.surface, &findings, world.view()))?;
        if let Some(old) = &old {
            output::print(&show::drifts(old, &pin, world.view()))?;
        }
        let question = format!("Approve {} as shown?", pin.server);
        if !self.yes && !agreed(world, &question, "add `--yes` to approve what was shown")? {
            output::tell("not approved\n");
            return Ok(ExitCode::from(5));
        }
        // On record before it counts.
        record(world, &paths, &pin)?;
        pins::store(&paths, &pin)?;
        output::print(&show::done(&pin))?;
        Ok(ExitCode::SUCCESS)
    }

    fn look(&self, world: &World) -> Result<Looked, Failure> {
        if let Some(config) = &self.config {
            return self.behind_gateway(config, world);
        }
        match (&self.from, self.command.is_empty(), &self.server) {
            (Some(file), ..) => self.saved(file, world),
            (None, false, _) => self.started(world),
            (None, true, Some(server)) => match self.certified(server, world)? {
                Some(looked) => Ok(looked),
                None => self.configured(server, world),
            },
            // `--name` alone means the server that is configured by that name.
            (None, true, None) => match &self.name {
                Some(name) => self.configured(name, world),
                None => Err(Failure::new(Kind::Usage, "no server is named")
                    .hint("name one of your configurations: `mcpwarden approve SERVER`")
                    .hint("or say how it starts: `mcpwarden approve --name NAME -- COMMAND`")),
            },
        }
    }

    /// A saved answer.
    fn saved(&self, file: &Path, world: &World) -> Result<Looked, Failure> {
        let snapshot = collect_target(file, &machine(world), &());
        let surface = snapshot.surfaces.into_iter().next().ok_or_else(|| {
            let message = format!("`{}` holds no saved answer", file.display());
            let failure = Failure::new(Kind::Input, message);
            match snapshot.unread.first() {
                Some(unread) => failure.hint(unread.detail.clone()),
                None => failure.hint("expected the answer to `tools/list`"),
            }
        })?;
        let name = self.name.clone().unwrap_or_default();
        Ok(Looked { name, artifact: self.artifact(world), surface })
    }

    fn artifact(&self, world: &World) -> Artifact {
        artifact::of(&artifact::launch(&self.command), world)
    }

    /// A server that is started as the command line says, in our environment.
    fn started(&self, world: &World) -> Result<Looked, Failure> {
        let name = self.name.clone().unwrap_or_else(|| artifact::name_of(&self.command));
        let surface = ask(&name, &self.command, world)?;
        Ok(Looked { name, artifact: self.artifact(world), surface })
    }

    /// A server as the configuration of a gateway reaches it.
    fn behind_gateway(&self, config: &Path, world: &World) -> Result<Looked, Failure> {
        let config = gateway::read(config, world)?;
        let wanted = self.server.as_ref().or(self.name.as_ref());
        let wanted = wanted.ok_or_else(|| {
            Failure::new(Kind::Usage, "no server is named")
                .hint("name one: `mcpwarden approve --config FILE SERVER`")
        })?;
        let server = gateway::server(&config, wanted)?;
        let name = self.name.clone().unwrap_or_else(|| server.approved_as().to_owned());
        let shown = gateway::look(server, world)?;
        let surface = probe::surface(&name, shown).map_err(|why| gap_failure(&name, &why))?;
        Ok(Looked { name, artifact: gateway::artifact(server, world), surface })
    }

    /// A server that was certified by this name, from the store.
    fn certified(&self, server: &str, world: &World) -> Result<Option<Looked>, Failure> {
        let paths = Paths::of(world)?;
        if !paths.certificate(server).exists() {
            return Ok(None);
        }
        let found = exec::certified(server, &paths, world)?;
        let name = self.name.clone().unwrap_or_else(|| server.to_owned());
        let surface = ask(&name, &found.command, world)?;
        Ok(Some(Looked { name, artifact: Artifact::Digest(found.launch.tree), surface }))
    }

    /// A server of the configurations on this machine.
    fn configured(&self, server: &str, world: &World) -> Result<Looked, Failure> {
        let snapshot = collect(&machine(world), &());
        let at = choose(&snapshot, server)?;
        let supervisor = super::run::supervisor()?;
        let live = Live {
            env: &world.env,
            home: world.home.as_deref(),
            limits: Limits::default(),
            at_once: NonZeroUsize::MIN,
            start: &|command| probe::start(&supervisor, &command),
            redact: &warden_detect::redact,
        };
        let answers = live::ask(&snapshot.connections, &[at], &live);
        if let Some(unread) = answers.unread.first() {
            return Err(gap_failure(server, &unread.detail));
        }
        let surface = answers.surfaces.into_iter().next();
        let surface = surface.ok_or_else(|| gap_failure(server, "it did not answer"))?;
        let launch = match snapshot.connections.into_iter().nth(at).map(|found| found.endpoint) {
            Some(Endpoint::Command(launch)) => launch,
            Some(Endpoint::Remote(_) | Endpoint::Builtin) | None => Launch::default(),
        };
        let artifact = artifact::of(&launch, world);
        let name = self.name.clone().unwrap_or_else(|| server.to_owned());
        Ok(Looked { name, artifact, surface })
    }

    fn pin(&self, looked: &Looked, world: &World) -> Result<Pin, Failure> {
        let definitions =
            Pin::of_surface(&looked.surface, |body| warden_detect::effects(body).effect).map_err(
                |error| {
                    Failure::new(Kind::Input, format!("`{}` cannot be pinned", looked.name))
                .caused_by(error)
                .hint("a definition that cannot be pinned cannot be approved; tell its author")
                },
            )?;
        Ok(Pin {
            server: looked.name.clone(),
            approval: Approval {
                by: self.by.clone().unwrap_or_else(|| world.person()),
                at: moment(world),
                reason: self.reason.clone(),
            },
            artifact: looked.artifact.clone(),
            instructions: looked.surface.instructions.clone(),
            asks: self.allow.iter().map(|ask| ask.name().to_owned()).collect::<BTreeSet<_>>(),
            definitions,
        })
    }
}

/// Starts a command in our environment, and asks what it shows.
fn ask(name: &str, command: &[OsString], world: &World) -> Result<Surface, Failure> {
    let supervisor = super::run::supervisor()?;
    let mut start = || {
        let (program, args) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(args).envs(&world.env);
        probe::start(&supervisor, &command)
    };
    let shown = probe_stdio(&mut start, &Limits::default()).map_err(|failed| {
        let said = warden_detect::redact(failed.said.reveal());
        let failure =
            Failure::new(Kind::Input, format!("cannot look at `{name}`")).caused_by(failed.error);
        if said.is_empty() { failure } else { failure.hint(format!("it said: {said}")) }
    })?;
    probe::surface(name, shown).map_err(|why| gap_failure(name, &why))
}

fn unstartable(server: &str) -> Failure {
    Failure::new(Kind::Usage, "a saved answer does not say what runs")
        .hint("an approval is of a program and of what it shows")
        .hint(format!("say how it starts: `--from FILE --name {server} -- COMMAND`"))
}

fn gap_failure(server: &str, why: &str) -> Failure {
    Failure::new(Kind::Input, format!("cannot look at `{server}`")).hint(why.to_owned())
}

fn machine(world: &World) -> warden_collect::Machine {
    super::scan::this_machine(world)
}

/// The one server of this name.
fn choose(snapshot: &Snapshot, server: &str) -> Result<usize, Failure> {
    let is_it = |(_, connection): &(usize, &Connection)| connection.name == server;
    let found: Vec<_> = snapshot.connections.iter().enumerate().filter(is_it).collect();
    let Some(((at, first), others)) = found.split_first() else {
        let names: BTreeSet<_> = snapshot.connections.iter().map(|c| c.name.as_str()).collect();
        let message = format!("no configuration of yours has a server `{server}`");
        let names = names.into_iter().take(20).collect::<Vec<_>>().join(", ");
        return Err(Failure::new(Kind::Input, message).hint(format!("there are: {names}")));
    };
    let line = |connection: &Connection| match live::intent(connection) {
        live::Intent::Run(text) | live::Intent::Connect(text) => text.reveal().to_owned(),
        live::Intent::Nothing => String::new(),
    };
    if others.iter().any(|(_, other)| line(other) != line(first)) {
        let message = format!("`{server}` is configured in several ways");
        let places = found.iter().map(|(_, c)| c.location.file.as_str()).collect::<Vec<_>>();
        return Err(Failure::new(Kind::Usage, message)
            .hint(format!("in {}", places.join(", ")))
            .hint("say which one: `mcpwarden approve --name NAME -- COMMAND`"));
    }
    Ok(*at)
}

/// What the rules find in what the server shows.
fn findings(surface: &Surface) -> Vec<Finding> {
    let snapshot = Snapshot { surfaces: vec![surface.clone()], ..Snapshot::default() };
    let mut scan = warden_scan::scan(&snapshot);
    show_to(&mut scan, Persona::Regular);
    scan.findings
}

fn diff(old: Option<&Pin>, new: &Pin, world: &World) -> Result<ExitCode, Failure> {
    let Some(old) = old else {
        return Err(Failure::new(Kind::Input, format!("nobody has approved `{}`", new.server))
            .hint(format!("look at it: `mcpwarden approve --name {}`", new.server)));
    };
    output::print(&show::drifts(old, new, world.view()))?;
    let same = compare_pins(old, new).is_empty();
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::from(13) })
}

/// Writes the approval into the ledger.
fn record(world: &World, paths: &Paths, pin: &Pin) -> Result<(), Failure> {
    let ledger = super::run::open_ledger(world, paths, Durability::Power)?;
    let server = Server {
        name: pin.server.as_str().into(),
        manifest: Some(pin.manifest()),
        artifact: match &pin.artifact {
            Artifact::Digest(digest) => Some(*digest),
            Artifact::Unknown(_) => None,
        },
        version: None,
    };
    let record = Record {
        decision: Some(Decision::Allow),
        user: Some(pin.approval.by.as_str().into()),
        server: Some(server),
        ..Record::of(Event::PinApproved)
    };
    let stored = ledger.append(record).and_then(|seq| ledger.commit(seq));
    stored.and_then(|()| ledger.close()).map_err(|error| {
        Failure::new(Kind::Config, "cannot record the approval, so it was not given")
            .caused_by(error)
    })
}

/// The time now, in UTC with microseconds.
fn moment(world: &World) -> String {
    format!("{:.6}", world.now())
}

/// The worst severity among findings.
fn worst(findings: &[Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).max()
}

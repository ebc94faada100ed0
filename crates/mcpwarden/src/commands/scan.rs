//! `mcpwarden scan`: find every server, say what is wrong with each and what to do.

mod agents;
mod decide;
mod live;
mod source;

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::ValueEnum;
use warden_collect::{Machine, Os};
use warden_model::{Persona, Scan, Severity, Snapshot};
use warden_report::{
    Colors, Tool, View, github,
    human::{self, Detail},
    json, sarif,
};
use warden_scan::settle::{Comment, Outcome, show_to};

use decide::DecideArgs;
use live::Consent;
use source::{Analysed, SourceArgs, is_source_alone};

use crate::{
    Failure, Kind, World, output,
    progress::{Bar, Visible},
};

/// Columns of a report in a file, where no terminal sets them.
const FILE_COLUMNS: usize = 100;

const OS: Os = if cfg!(windows) {
    Os::Windows
} else if cfg!(target_os = "macos") {
    Os::MacOs
} else {
    Os::Linux
};

/// Find MCP servers and what is wrong with them
///
/// Without a target, looks at this machine: the configurations of every known client of this
/// user, of the folder you are in, and of the projects that clients have opened.
///
/// A target is also read as source code: Python, JavaScript, TypeScript and Go are analysed, in a
/// process of its own, without running any of it.
///
/// Nothing is changed, and no report holds the value of a secret. Nothing is started or sent
/// either, unless `--live` asks for it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden scan                        this machine
  mcpwarden scan .                      the folder you are in
  mcpwarden scan server-1.0.0.tgz       a package, without installing it
  mcpwarden scan mcp.json tools.json    a configuration and a saved answer
  mcpwarden scan --root /mnt/disk       every home directory of a mounted disk
  mcpwarden scan -f sarif -o out.sarif  for a code scanning service
  mcpwarden scan . --baseline known.json --only-new
                                        what is new since the baseline was written
  mcpwarden scan --persona auditor      everything that was noticed, however weak
  mcpwarden scan --sources agents/      also what agents in source code start
  mcpwarden scan --live                 also ask the servers what they show

Exit codes:
  0         nothing found, and everything was read
  1 to 4    it could not be done: internal, usage, configuration, input
  10        nothing found, but not everything could be read or understood
  11        findings, at worst info or low
  12 to 14  findings, at worst medium, high, critical
  With `sarif` and `github` findings are exit code 0, and 10 if not everything
  could be read or understood. What is suppressed, known or
  held back does not count.")]
pub(crate) struct Args {
    /// A folder, an archive, a source file, a client configuration, or a saved `tools/list` answer
    #[arg(value_name = "TARGET")]
    targets: Vec<PathBuf>,

    /// Look at the home directories below another root
    #[arg(long, value_name = "DIR", conflicts_with = "targets")]
    root: Option<PathBuf>,

    /// Start or reach every enabled server, and look at what it shows a model
    ///
    /// Says what that would run, and asks before it does.
    #[arg(long, conflicts_with = "root")]
    live: bool,

    /// Start and reach servers without asking first
    #[arg(short, long, requires = "live")]
    yes: bool,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,

    /// Write the result to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Show findings only: no inventory, no progress
    #[arg(short, long)]
    quiet: bool,

    /// For whom the findings are
    ///
    /// What is grave and likely is shown to everybody. The report says how many findings were held
    /// back; they do not count for the exit code.
    #[arg(long, value_enum, default_value_t = For::Regular, value_name = "PERSONA")]
    persona: For,

    #[command(flatten)]
    timing: Timing,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    decide: DecideArgs,
}

/// Whether it is told how long a scan took.
#[derive(Debug, clap::Args)]
struct Timing {
    /// Say how long the inventory took, also where nobody watches
    ///
    /// At a terminal it is said anyhow. It stands beside the report and never in it.
    #[arg(long, conflicts_with = "quiet")]
    timing: bool,
}

/// How a result is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a person
    Human,
    /// Everything, with a published schema
    Json,
    /// SARIF 2.1.0, for code scanning services and editors
    Sarif,
    /// Annotations in a GitHub workflow
    Github,
}

/// For whom the findings are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum For {
    /// What is likely right and worth the time
    Regular,
    /// Smells too
    Pedantic,
    /// Everything that was noticed
    Auditor,
}

impl For {
    const fn model(self) -> Persona {
        match self {
            Self::Regular => Persona::Regular,
            Self::Pedantic => Persona::Pedantic,
            Self::Auditor => Persona::Auditor,
        }
    }
}

/// The machine that this runs on.
pub(crate) fn this_machine(world: &World) -> Machine {
    Machine {
        root: None,
        homes: world.home.iter().cloned().collect(),
        os: OS,
        env: world.env.clone(),
        cwd: Some(world.cwd.clone()),
    }
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let began = Instant::now();
        let bar = Bar::new(self.visible(world));
        let machine = self.machine(world)?;
        let mut snapshot = self.look(&machine, &bar)?;
        let inventory = began.elapsed();
        let mut given = Vec::new();
        if self.live {
            let consent = if self.yes { Consent::Given } else { Consent::Ask };
            given = live::ask(&mut snapshot, consent, world)?;
        }
        let Analysed { mut trees, unread } =
            self.source.analyse(&self.targets, &machine, (world, &bar))?;
        drop(bar);
        snapshot.unread.extend(unread);
        if self.source.sources {
            snapshot.connections.extend(agents::connections(&trees));
        }
        let comments: Vec<Comment> =
            trees.iter_mut().flat_map(|tree| std::mem::take(&mut tree.comments)).collect();
        let mut scan = warden_scan::scan_with(&snapshot, trees, &given);
        let outcome = self.decide.apply(&mut scan, (&comments, &self.targets), world)?;
        show_to(&mut scan, self.persona.model());
        let text = self.render(&scan, world)?;
        match &self.output {
            Some(file) => output::save(file, &text)?,
            None => output::print(&text)?,
        }
        if !self.quiet {
            talk(&outcome);
            if world.terminal.stderr || self.timing.timing {
                // Beside the report and never in it: a report is the same for the same machine.
                took(&scan, inventory, began.elapsed());
            }
        }
        Ok(ExitCode::from(exit_code(&scan, self.format)))
    }

    fn visible(&self, world: &World) -> Visible {
        if world.terminal.stderr && !self.quiet { Visible::Yes } else { Visible::No }
    }

    fn look(&self, machine: &Machine, bar: &Bar) -> Result<Snapshot, Failure> {
        if self.targets.is_empty() {
            return Ok(warden_collect::collect(machine, bar));
        }
        // Looked for before anything is read: a misspelt name is a mistake on the command line,
        // and would otherwise be one line among many.
        for target in &self.targets {
            target.symlink_metadata().map_err(|error| missing(target, error))?;
        }
        let configured = self.targets.iter().filter(|target| !is_source_alone(target));
        let read = |target: &PathBuf| warden_collect::collect_target(target, machine, bar);
        Ok(configured.map(read).fold(Snapshot::default(), joined))
    }

    /// This machine, or the one whose disk is mounted below a root.
    fn machine(&self, world: &World) -> Result<Machine, Failure> {
        let root = self.root.as_ref().map(|root| world.cwd.join(root));
        if let Some(root) = root.as_ref().filter(|root| !root.is_dir()) {
            let message = format!("`{}` is not a folder", root.display());
            return Err(Failure::new(Kind::Input, message)
                .hint("name the folder that holds `home`, `Users` or `root`"));
        }
        Ok(Machine { root, ..this_machine(world) })
    }

    fn render(&self, scan: &Scan, world: &World) -> Result<String, Failure> {
        let rules = super::rules();
        let tool = Tool { version: env!("CARGO_PKG_VERSION"), rules: &rules };
        let detail = if self.quiet { Detail::Brief } else { Detail::Full };
        let view = match self.output {
            Some(_) => View { columns: FILE_COLUMNS, colors: Colors::Off },
            None => world.view(),
        };
        let text = match self.format {
            Format::Human => Ok(human::render(scan, &tool, view, detail)),
            Format::Json => json::render(scan, &tool),
            Format::Sarif => sarif::render(scan, &tool),
            Format::Github => Ok(github::render(scan)),
        };
        text.map_err(|error| {
            Failure::new(Kind::Internal, "cannot write the report").caused_by(error)
        })
    }
}

/// What the decisions of people came to, where that is not in the report.
fn talk(outcome: &Outcome) {
    if outcome.untrusted > 0 {
        let comments = if outcome.untrusted == 1 { "comment asks" } else { "comments ask" };
        output::tell(&format!(
            "{} {comments} to ignore findings; they count with `--trust-comments`\n",
            outcome.untrusted
        ));
    }
    if outcome.gone > 0 {
        let findings = if outcome.gone == 1 { "finding" } else { "findings" };
        output::tell(&format!("{} {findings} of the baseline are gone\n", outcome.gone));
    }
}

fn took(scan: &Scan, inventory: Duration, whole: Duration) {
    let (servers, ms) = (scan.servers.len(), inventory.as_millis());
    output::tell(&format!("inventory of {servers} servers in {ms} ms\n"));
    let lines = scan.coverage.source.lines();
    if lines > 0 {
        let ms = whole.saturating_sub(inventory).as_millis();
        output::tell(&format!("analysis of {lines} lines in {ms} ms\n"));
    }
}

fn missing(target: &Path, error: io::Error) -> Failure {
    let message = format!("cannot look at `{}`", target.display());
    Failure::new(Kind::Input, message)
        .caused_by(error)
        .hint("name a folder, an archive, a source file, a configuration or a saved answer")
}

/// Both snapshots as one.
fn joined(mut all: Snapshot, more: Snapshot) -> Snapshot {
    let before = all.connections.len();
    all.connections.extend(more.connections);
    all.surfaces.extend(more.surfaces.into_iter().map(|mut surface| {
        surface.connection = surface.connection.map(|index| index + before);
        surface
    }));
    all.sources.extend(more.sources);
    all.looked.extend(more.looked);
    all.unread.extend(more.unread);
    all
}

/// What the shell is told. These numbers are public and documented; they never move.
fn exit_code(scan: &Scan, format: Format) -> u8 {
    let worst = scan.findings.iter().map(|finding| finding.severity).max();
    let worst = match format {
        Format::Human | Format::Json => worst,
        // Whoever uploads these wants the step to go on; findings are shown elsewhere.
        Format::Sarif | Format::Github => None,
    };
    match worst {
        Some(Severity::Critical) => 14,
        Some(Severity::High) => 13,
        Some(Severity::Medium) => 12,
        Some(Severity::Low | Severity::Info) => 11,
        None if scan.coverage.complete() => 0,
        None => 10,
    }
}

//! `mcpwarden wrap` and `mcpwarden unwrap`: clients start their servers through the guard.

mod select;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use warden_report::printable;

use crate::{
    Failure, Kind, World,
    ask::agreed,
    output,
    paths::Paths,
    wrap::{self, Journal, JournalError, Named, Planned, WrapError},
};

use select::Found;

/// What both commands are told.
#[derive(Debug, clap::Args)]
struct Which {
    /// The servers, by their names in the configurations
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Every server
    #[arg(long, conflicts_with = "names")]
    all: bool,

    /// Only those of this client, as `mcpwarden scan` names it
    #[arg(long, value_name = "ID")]
    client: Option<String>,

    /// Only those in this file
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,

    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// Make clients start their servers behind the guard
///
/// Rewrites client configurations so that each server starts through `mcpwarden run`. Comments,
/// order and formatting stay as they are, and `mcpwarden unwrap` puts every byte back. Servers
/// behind a URL cannot be guarded like this yet; they are named and left alone.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden wrap git                 the server `git`, in every client that has it
  mcpwarden wrap --all --dry-run     show what would change
  mcpwarden wrap --all --client cursor

Exit codes:
  0  done, or nothing to do
  2  the command line is wrong, or nobody is there to be asked
  4  something could not be changed; the rest was")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,

    /// The absolute path of the `mcpwarden` that clients start, otherwise this one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

/// Put configurations back as they were before `wrap`
///
/// Only the text that `wrap` has written is swapped back: what you changed elsewhere since stays.
/// Where that text itself was changed, nothing is written and you are told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden unwrap git
  mcpwarden unwrap --all --dry-run

Exit codes:
  0  done, or nothing to do
  2  the command line is wrong, or nobody is there to be asked
  4  something could not be put back; the rest was")]
pub(crate) struct UnwrapArgs {
    #[command(flatten)]
    which: Which,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let which = self.which;
        which.check()?;
        let program = program(self.program)?;
        let home = home(world)?;
        let found = Found::look(world, which.file.as_deref());
        let chosen = found.choose(&which, home)?;
        let journal = open(world, which.dry_run)?;
        let mut work = Work::new(chosen.refused);
        for (target, goals) in chosen.files {
            let shown = target.shown.clone();
            work.add(&shown, wrap::plan_wrap(&journal, target, &goals, &program));
        }
        work.skipped = chosen.skipped;
        work.finish(world, &which, &journal, &WRAP)
    }
}

impl UnwrapArgs {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let which = self.which;
        which.check()?;
        let home = home(world)?;
        let journal = open(world, which.dry_run)?;
        let only = which.file.as_deref().map(|file| world.cwd.join(file));
        let only = only.map(|file| file.canonicalize().unwrap_or(file));
        let mut work = Work::new(Vec::new());
        for path in journal.files().map_err(broken)? {
            if only.as_ref().is_some_and(|only| *only != path) {
                continue;
            }
            let shown = select::shown(&path, home);
            let plan = wrap::plan_unwrap(&journal, &path, &|named| which.wants(named));
            work.add(&shown, plan.map(|plan| plan.shown_as(&shown)));
        }
        work.named(&which)?;
        work.finish(world, &which, &journal, &UNWRAP)
    }
}

impl Which {
    fn check(&self) -> Result<(), Failure> {
        let something =
            self.all || !self.names.is_empty() || self.client.is_some() || self.file.is_some();
        if something {
            return Ok(());
        }
        Err(Failure::new(Kind::Usage, "which servers is not said")
            .hint("name them, or say `--all`, `--client ID` or `--file PATH`"))
    }

    /// Whether a server is meant, by its name and its client.
    fn wants(&self, named: &Named) -> bool {
        let by_name = self.names.is_empty() || self.names.contains(&named.name);
        by_name && self.client.as_ref().is_none_or(|client| *client == named.client)
    }
}

/// The words of a command.
struct Words {
    would: &'static str,
    ask: &'static str,
    did: &'static str,
    refused: &'static str,
    afterwards: &'static str,
}

const WRAP: Words = Words {
    would: "would guard",
    ask: "Guard",
    did: "guarded",
    refused: "not guarded",
    afterwards: "Restart the clients; tools are shown once `mcpwarden approve` has approved them.\n",
};

const UNWRAP: Words = Words {
    would: "would put back",
    ask: "Put back",
    did: "put back",
    refused: "not put back",
    afterwards: "Restart the clients; these servers are not guarded any more.\n",
};

/// What is to be done, and what cannot be.
struct Work {
    plans: Vec<Planned>,
    refused: Vec<String>,
    skipped: Vec<String>,
}

impl Work {
    const fn new(refused: Vec<String>) -> Self {
        Self { plans: Vec::new(), refused, skipped: Vec::new() }
    }

    fn add(&mut self, shown: &str, plan: Result<Planned, WrapError>) {
        match plan {
            Err(error) => self.refused.push(format!("`{shown}` {}", explained(&error))),
            Ok(plan) => {
                for (named, error) in &plan.refused {
                    self.refused.push(format!("{}: {error}", place(named, shown)));
                }
                if plan.changes() {
                    self.plans.push(plan);
                }
            }
        }
    }

    /// Every server that was named has to be among these.
    fn named(&self, which: &Which) -> Result<(), Failure> {
        let known = |name: &String| {
            let done = self.plans.iter().flat_map(|plan| &plan.done).any(|it| it.name == *name);
            done || !self.refused.is_empty()
        };
        match which.names.iter().find(|name| !known(name)) {
            None => Ok(()),
            Some(name) => Err(Failure::new(Kind::Input, format!("`{name}` was not wrapped here"))),
        }
    }

    fn finish(
        mut self,
        world: &World,
        which: &Which,
        journal: &Journal,
        words: &Words,
    ) -> Result<ExitCode, Failure> {
        for skipped in &self.skipped {
            output::tell(&format!("left alone: {}\n", printable(skipped)));
        }
        if which.dry_run {
            for plan in &self.plans {
                output::print(&plan.diff())?;
                output::tell(&lines(plan, words.would));
            }
            return Ok(self.outcome(words));
        }
        if !self.plans.is_empty() && !which.yes {
            self.plans.iter().for_each(|plan| output::tell(&lines(plan, words.would)));
            if !self.agreed(world, words)? {
                output::tell("Nothing was changed.\n");
                return Ok(ExitCode::SUCCESS);
            }
        }
        let mut changed = false;
        for plan in std::mem::take(&mut self.plans) {
            match wrap::make(journal, &plan, &|_| ()) {
                Ok(()) => {
                    changed = true;
                    output::print(&lines(&plan, words.did))?;
                }
                Err(error) => {
                    self.refused.push(format!("`{}` {}", plan.target.shown, explained(&error)));
                }
            }
        }
        if changed {
            output::tell(words.afterwards);
        }
        Ok(self.outcome(words))
    }

    fn agreed(&self, world: &World, words: &Words) -> Result<bool, Failure> {
        let servers: usize = self.plans.iter().map(|plan| plan.done.len()).sum();
        let (servers, files) = (count(servers, "server"), count(self.plans.len(), "file"));
        let question = format!("{} {servers} in {files}?", words.ask);
        agreed(world, &question, "add `--yes`, or `--dry-run` to see what would change")
    }

    fn outcome(&self, words: &Words) -> ExitCode {
        for refused in &self.refused {
            output::tell(&format!("{}: {}\n", words.refused, printable(refused)));
        }
        let code = if self.refused.is_empty() { 0 } else { Kind::Input.exit_code() };
        ExitCode::from(code)
    }
}

fn lines(plan: &Planned, verb: &str) -> String {
    let line = |named: &Named| format!("{verb} {}", place(named, &plan.target.shown));
    plan.done.iter().fold(String::new(), |all, named| all + &printable(&line(named)) + "\n")
}

fn place(named: &Named, shown: &str) -> String {
    format!("`{}` of {} in `{shown}`", named.name, named.client)
}

fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

fn explained(error: &WrapError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

fn home(world: &World) -> Result<&Path, Failure> {
    world.home.as_deref().ok_or_else(|| {
        Failure::new(Kind::Config, "cannot tell where your home directory is").hint("set `HOME`")
    })
}

fn open(world: &World, dry_run: bool) -> Result<Journal, Failure> {
    let folder = Paths::of(world)?.wraps();
    if dry_run {
        return Ok(Journal::look(&folder));
    }
    let journal = Journal::open(&folder).map_err(broken)?;
    wrap::tidy(&journal).map_err(broken)?;
    Ok(journal)
}

fn broken(error: JournalError) -> Failure {
    let hint = match &error {
        JournalError::Busy => "wait until it is done",
        JournalError::Damaged(_) => "move it away, and put the file that it names back by hand",
        JournalError::Io(_) => "see whether the folder of `mcpwarden` can be written to",
    };
    Failure::new(Kind::Config, "what was changed cannot be recorded").caused_by(error).hint(hint)
}

/// The program that clients start.
fn program(told: Option<PathBuf>) -> Result<String, Failure> {
    let path = match told {
        Some(path) => path,
        None => std::env::current_exe().map_err(|error| {
            Failure::new(Kind::Internal, "cannot tell where this program lies").caused_by(error)
        })?,
    };
    let bad = |why: &str| {
        Failure::new(Kind::Usage, format!("`{}` {why}", path.display()))
            .hint("give the absolute path of `mcpwarden` with `--program`")
    };
    if !path.is_absolute() {
        return Err(bad("is not an absolute path"));
    }
    // Under another name a scan would not see that a server is guarded.
    if path.file_stem().is_none_or(|name| name != "mcpwarden") {
        return Err(bad("is not called `mcpwarden`"));
    }
    if !path.is_file() {
        return Err(bad("is not there"));
    }
    path.to_str().map(str::to_owned).ok_or_else(|| bad("is not Unicode"))
}

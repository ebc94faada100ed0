//! `mcpwarden audit`: check the ledger and look into it.

mod actions;
mod graph;
mod text;

use std::{
    io::{self, ErrorKind, Write as _},
    path::PathBuf,
    process::ExitCode,
    thread,
    time::Duration,
};

use clap::ValueEnum;
use serde_json::{json, value::RawValue};
use warden_audit::{
    Broken, Filter, Follower, Selection, Stored, Summary, VerifyError, select, verify,
};

use crate::{Failure, Kind, World, moment::Moment, output, paths::Paths};

/// How often a followed ledger is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Check the ledger and look into it
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Verify(Verify),
    Tail(Tail),
    Show(Show),
    Actions(actions::Actions),
    Graph(graph::Graph),
}

/// Check that no record was changed, moved or taken away
///
/// Checks every record against the one before it, every segment against its head, and every link
/// from a segment to those before it. A ledger may be checked while it is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes:
  0  the ledger is intact
  4  it is damaged, it cannot be read, or there is none; the message names the place")]
struct Verify {
    #[command(flatten)]
    common: Common,
}

/// Show the last records, and those to come
#[derive(Debug, clap::Args)]
#[command(after_help = "The chain is not checked here; `mcpwarden audit verify` does that.")]
struct Tail {
    /// How many records
    #[arg(short = 'n', long = "lines", default_value_t = 20, value_name = "N")]
    most: u32,

    /// Go on with records as they are written
    #[arg(long)]
    follow: bool,

    #[command(flatten)]
    common: Common,
}

/// Show one record with everything in it, or those that match
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden audit show 12                  record 12 of every segment
  mcpwarden audit show a1d2e3:12           record 12 of the segment that ends so
  mcpwarden audit show --tool send_email   every record about a tool
  mcpwarden audit show --event call.refused --since 2h
  mcpwarden audit show --event drift --since 2026-11-20 --format json")]
struct Show {
    /// A record: its number, or the end of its segment's name, a colon and its number
    #[arg(value_name = "RECORD", value_parser = Reference::parse)]
    record: Option<Reference>,

    /// Only by this agent
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,

    /// Only about this server
    #[arg(long, value_name = "NAME")]
    server: Option<String>,

    /// Only about this tool
    #[arg(long, value_name = "NAME")]
    tool: Option<String>,

    /// Only this event, or a family of events: `call` covers `call.refused`
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,

    /// Only since then: `2h`, `7d`, `2026-11-20` or `2026-11-20T10:00:00Z` (UTC)
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    since: Option<Moment>,

    /// Only before then, in the same forms
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    until: Option<Moment>,

    /// How many records, the newest
    #[arg(short = 'n', long = "limit", default_value_t = 100, value_name = "N")]
    most: u32,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct Common {
    /// The directory of the ledger
    #[arg(long, value_name = "DIR")]
    ledger: Option<PathBuf>,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Human,
    /// One JSON object a line
    Json,
}

#[derive(Clone, Debug)]
struct Reference {
    segment: Option<String>,
    seq: u64,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Verify(command) => command.run(world),
            Command::Tail(command) => command.run(world),
            Command::Show(command) => command.run(world),
            Command::Actions(command) => command.run(world),
            Command::Graph(command) => command.run(world),
        }
    }
}

impl Verify {
    fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let dir = self.common.dir(world)?;
        let outcome = verify(&dir);
        if self.common.format == Format::Json
            && let Some(value) = verdict(&outcome)
        {
            output::print(&format!("{value}\n"))?;
        }
        let summary = outcome.map_err(unusable)?;
        if summary.segments == 0 {
            let message = format!("there is no ledger in `{}`", dir.display());
            return Err(Failure::new(Kind::Input, message)
                .hint("a ledger begins when `mcpwarden run` starts its first server"));
        }
        if self.common.format == Format::Human {
            output::print(&text::summary(&summary))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What `verify` found, for programs; `None` if it could not look.
fn verdict(outcome: &Result<Summary, VerifyError>) -> Option<serde_json::Value> {
    match outcome {
        Ok(summary) => Some(json!({
            "v": 1,
            "intact": summary.segments > 0,
            "segments": summary.segments,
            "closed": summary.closed,
            "records": summary.records,
            "bytes": summary.bytes,
            "from": summary.span.map(|(from, _)| from),
            "to": summary.span.map(|(_, to)| to),
            "torn": summary.torn.iter().map(|torn| json!({
                "segment": torn.segment, "offset": torn.offset, "bytes": torn.bytes,
            })).collect::<Vec<_>>(),
            "foreign": summary.foreign,
        })),
        Err(VerifyError::Broken(broken)) => {
            Some(json!({ "v": 1, "intact": false, "broken": place(broken) }))
        }
        Err(VerifyError::Unread { .. }) => None,
    }
}

fn place(broken: &Broken) -> serde_json::Value {
    json!({
        "segment": broken.segment,
        "record": broken.seq,
        "offset": broken.offset,
        "reason": broken.reason.name(),
        "message": broken.reason.to_string(),
    })
}

impl Tail {
    fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let dir = self.common.dir(world)?;
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        let (mut records, mut follower) = Follower::start(&dir, most).map_err(unusable)?;
        loop {
            match self.common.print(&records, world) {
                Ok(()) => {}
                // A reader that has gone away has seen what it wanted.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
                Err(error) => {
                    let failure = Failure::new(Kind::Internal, "cannot write to standard output");
                    return Err(failure.caused_by(error));
                }
            }
            if !self.follow {
                break;
            }
            thread::sleep(PAUSE);
            records = follower.poll().map_err(unusable)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let dir = self.common.dir(world)?;
        let filter = self.filter(world);
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        let selection = select(&dir, &filter, most).map_err(unusable)?;
        let text = match self.common.format {
            Format::Json => lines(&selection.records),
            Format::Human => self.human(&selection, world.view().columns),
        };
        output::print(&text)?;
        match selection.broken.into_iter().next() {
            Some(broken) => Err(damaged(broken)),
            None if selection.matched == 0 => Err(Failure::new(Kind::Input, "no record matches")
                .hint("`mcpwarden audit tail` shows the last records")),
            None => Ok(ExitCode::SUCCESS),
        }
    }

    fn filter(&self, world: &World) -> Filter {
        Filter {
            agent: self.agent.clone(),
            server: self.server.clone(),
            tool: self.tool.clone(),
            event: self.event.clone(),
            since: self.since.map(|since| since.resolve(world)),
            until: self.until.map(|until| until.resolve(world)),
            segment: self.record.as_ref().and_then(|record| record.segment.clone()),
            seq: self.record.as_ref().map(|record| record.seq),
        }
    }

    fn human(&self, selection: &Selection, columns: usize) -> String {
        if self.record.is_some() {
            let details = selection.records.iter().map(|stored| text::details(stored, columns));
            return details.collect::<Vec<_>>().join("\n");
        }
        let mut out = text::list(&selection.records, columns);
        out.push_str(&text::count(selection));
        out
    }
}

impl Common {
    fn dir(&self, world: &World) -> Result<PathBuf, Failure> {
        match &self.ledger {
            Some(dir) => Ok(world.cwd.join(dir)),
            None => Paths::of(world).map(|paths| paths.ledger()),
        }
    }

    fn print(&self, records: &[Stored], world: &World) -> io::Result<()> {
        let text = match self.format {
            Format::Human => text::list(records, world.view().columns),
            Format::Json => lines(records),
        };
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }
}

/// One line of JSON for each record; its body is byte for byte what was chained.
fn lines(records: &[Stored]) -> String {
    #[derive(serde::Serialize)]
    struct Line<'a> {
        segment: String,
        offset: u64,
        chain: String,
        record: &'a RawValue,
    }
    let line = |stored: &Stored| {
        let line = Line {
            segment: stored.segment.to_string(),
            offset: stored.offset,
            chain: stored.chain.to_string(),
            // It was parsed as a record, so it is JSON.
            record: serde_json::from_str(&stored.body).ok()?,
        };
        serde_json::to_string(&line).ok()
    };
    records.iter().filter_map(line).map(|line| line + "\n").collect()
}

pub(super) fn unusable(error: VerifyError) -> Failure {
    match error {
        VerifyError::Broken(broken) => damaged(broken),
        VerifyError::Unread { path, source } => {
            let message = format!("cannot read `{}`", path.display());
            let hint = match source.kind() {
                ErrorKind::NotFound => {
                    "a ledger begins when `mcpwarden run` starts its first server"
                }
                _ => "name the directory of a ledger that you may read with `--ledger`",
            };
            Failure::new(Kind::Input, message).caused_by(source).hint(hint)
        }
    }
}

pub(super) fn damaged(broken: Broken) -> Failure {
    Failure::new(Kind::Input, "the ledger is damaged")
        .caused_by(broken)
        .hint("copy the whole directory as evidence before anything else is written to it")
}

impl Reference {
    fn parse(text: &str) -> Result<Self, String> {
        let (segment, seq) = match text.rsplit_once(':') {
            Some((segment, seq)) => (Some(segment.to_lowercase()), seq),
            None => (None, text),
        };
        let seq = seq.parse().map_err(|_| "expected a number such as `12` or `a1d2e3:12`")?;
        Ok(Self { segment, seq })
    }
}

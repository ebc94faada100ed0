//! `mcpwarden redteam`: attacks against a gateway, in a closed loop.

mod record;
mod show;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use warden_govern::redteam::{BUILTIN, MOST_BYTES, Pack};
use warden_model::Digest;
use warden_report::printable;

use crate::{
    Failure, Kind, World,
    governed::{self, Format},
    output,
    progress::{Bar, Visible},
    redteam::{From, exercise, rehearsed},
};

/// The name of the pack that the program brings.
const OURS: &str = "builtin";

/// The exit code when an attack was missed, or ordinary work was refused.
const FELL_SHORT: u8 = 13;

/// Attack a gateway in a closed loop, and see what is blocked, detected and missed
///
/// Plays a pack of attacks between a scripted agent, which believes everything it reads, and
/// scripted servers. Between them stands the gateway that is shipped, with the policy, limits and
/// inspection that are tried. Nothing real is touched: no server, credential, ledger or person of a
/// configuration is reached. Ordinary work of the same shape is played as well, since a gateway that
/// refuses everything is no defence.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden redteam run --policy team
  mcpwarden redteam run --config gateway.toml --agent support-desk
  mcpwarden redteam run --policy regulated --role writer --role cleared-regulated
  mcpwarden redteam run --config gateway.toml --output red-team.json \\
      --record estate/exercises.json --owner ann
  mcpwarden redteam pack > own.toml
  mcpwarden redteam check own.toml
  mcpwarden redteam run --policy team --pack own.toml --format json

Exit codes:
  0         every attack was blocked or detected, and all ordinary work went
            through
  1 to 4    it could not be done: internal, usage, configuration, input
  13        an attack was missed, or ordinary work was refused")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Run(Box<RunArgs>),
    /// Look whether a pack can be played, and whether its attacks do harm where nothing stops them
    Check {
        /// The pack
        #[arg(value_name = "FILE")]
        pack: PathBuf,
    },
    /// Print the pack that the program brings
    Pack,
}

/// Play a pack against a policy or the configuration of a gateway
#[derive(Debug, clap::Args)]
struct RunArgs {
    #[command(flatten)]
    from: From,

    /// The pack: `builtin`, or a file
    #[arg(long, value_name = "PACK", default_value = OURS)]
    pack: String,

    /// Write the whole result into this file, as JSON
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Add the exercise to a table of an estate, with the digest of the file of `--output`
    #[arg(long, value_name = "FILE", requires = "output")]
    record: Option<PathBuf>,

    /// The person of the estate who answers for the exercise
    #[arg(long, value_name = "PERSON", requires = "record")]
    owner: Option<String>,

    /// How to show the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Run(args) => return args.run(world),
            What::Check { pack } => {
                let pack = read(&pack, world)?;
                rehearsed(&pack)?;
                output::print(&show::pack(&pack))?;
            }
            What::Pack => output::print(BUILTIN)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl RunArgs {
    fn run(&self, world: &World) -> Result<ExitCode, Failure> {
        let pack = match self.pack.as_str() {
            OURS => parsed(OURS, BUILTIN)?,
            file => read(Path::new(file), world)?,
        };
        rehearsed(&pack)?;
        let base = self.from.base(&pack, world)?;
        let bar = Bar::new(if world.terminal.stderr { Visible::Yes } else { Visible::No });
        let outcome = exercise(&pack, &base, world, &|done, all| bar.at("attacks", done, all))?;
        drop(bar);
        let json = governed::json(&outcome)?;
        if let Some(file) = &self.output {
            governed::put(&world.cwd.join(file), &json)?;
            let digest = Digest::of(json.as_bytes()).to_string();
            let name = file.to_string_lossy();
            let kept = outcome.exercise(self.owner.as_deref(), &name, &digest);
            if let Some(table) = &self.record {
                record::add(&world.cwd.join(table), &kept)?;
                output::tell(&format!("recorded {} in `{}`\n", kept.0.id, table.display()));
            }
        }
        self.format.print(&outcome, || show::outcome(&outcome))?;
        Ok(if outcome.falls_short() { ExitCode::from(FELL_SHORT) } else { ExitCode::SUCCESS })
    }
}

/// A pack from a file.
fn read(file: &Path, world: &World) -> Result<Pack, Failure> {
    use std::io::Read as _;
    let shown = printable(&file.to_string_lossy()).into_owned();
    let mut text = String::new();
    let most = MOST_BYTES as u64 + 1;
    let opened = fs::File::open(world.cwd.join(file));
    opened.and_then(|found| found.take(most).read_to_string(&mut text)).map_err(|error| {
        Failure::new(Kind::Input, format!("cannot read the pack `{shown}`"))
            .caused_by(error)
            .hint("`mcpwarden redteam pack` prints one to begin with")
    })?;
    parsed(&shown, &text)
}

fn parsed(shown: &str, text: &str) -> Result<Pack, Failure> {
    Pack::read(text).map_err(|problems| {
        let failure = Failure::new(Kind::Input, format!("the pack `{shown}` cannot be played"));
        let told =
            problems.iter().take(20).map(|problem| printable(&problem.to_string()).into_owned());
        told.fold(failure, Failure::hint)
    })
}

//! `mcpwarden log`: what was issued and revoked, in a log that cannot be rewritten unseen.

use std::{path::PathBuf, process::ExitCode};

use warden_seal::log::{Checkpoint, Folder, LogPolicy, NoteKey, Reader, audit, open_checkpoint};

use crate::{Failure, Kind, World, certify::keep, key, output, paths::Paths};

/// Look into the transparency log: verify it, show it, name its key
///
/// Every certificate and every change to what is revoked is written into an append-only Merkle log
/// in the tiled form of C2SP before it counts. Anybody who has the folder and the key can check that
/// nothing in it was changed, and that what was seen once is still there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden log verify
  mcpwarden log verify --folder copy/log --key 'mcpwarden/0123…+89ab…+AQ…'
  mcpwarden log show
  mcpwarden log key

Exit codes:
  0         it is whole, or it was shown
  1 to 4    it is not, or it could not be told: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Hash every tile and every entry, and hold them against the signed checkpoint
    Verify(Where),
    /// Show every entry
    Show(Where),
    /// Print the key that signs the log of this machine, as signed notes write it
    Key,
}

#[derive(Debug, clap::Args)]
struct Where {
    /// The folder of the log; otherwise that of this machine
    #[arg(long, value_name = "DIR", requires = "key")]
    folder: Option<PathBuf>,

    /// The key of that log: NAME+ID+KEY
    #[arg(long, value_name = "KEY")]
    key: Option<String>,

    /// A checkpoint that was seen before, which the log has to begin with
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        match self.what {
            What::Key => {
                for key in keep::log_policy(&paths, &key::load(&paths)?)?.keys {
                    output::print(&format!("{key}\n"))?;
                }
            }
            What::Verify(place) => place.verify(world, &paths)?,
            What::Show(place) => place.show(world, &paths)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Where {
    /// The log, and its checkpoint.
    fn open(&self, world: &World, paths: &Paths) -> Result<(Folder, Checkpoint), Failure> {
        let place = self.folder.as_ref().map_or_else(|| paths.log(), |place| world.cwd.join(place));
        keep::open_log(&place, &self.policy(paths)?)
    }

    fn policy(&self, paths: &Paths) -> Result<LogPolicy, Failure> {
        let Some(text) = &self.key else { return keep::log_policy(paths, &key::load(paths)?) };
        let key = NoteKey::parse(text).map_err(|error| {
            Failure::new(Kind::Usage, "the key of the log cannot be read").caused_by(error)
        })?;
        Ok(keep::log_policy_of(key))
    }

    fn verify(&self, world: &World, paths: &Paths) -> Result<(), Failure> {
        let (folder, checkpoint) = self.open(world, paths)?;
        if let Some(since) = &self.since {
            let note = keep::read(&world.cwd.join(since))?;
            let old = open_checkpoint(&note, &self.policy(paths)?).map_err(|error| {
                Failure::new(Kind::Input, "the earlier checkpoint is not believed").caused_by(error)
            })?;
            Reader::new(folder.clone(), &checkpoint).consistency(&old.checkpoint).map_err(
                |error| Failure::new(Kind::Input, "the log was rewritten").caused_by(error),
            )?;
        }
        let found = audit(&folder, &checkpoint);
        if found.faults.is_empty() {
            let text = format!("whole: {} entries, root {}\n", checkpoint.size, checkpoint.root);
            return output::print(&text);
        }
        let failure = Failure::new(Kind::Input, "the log is damaged");
        Err(found
            .faults
            .iter()
            .take(20)
            .fold(failure, |failure, fault| failure.hint(fault.to_string())))
    }

    fn show(&self, world: &World, paths: &Paths) -> Result<(), Failure> {
        let (folder, checkpoint) = self.open(world, paths)?;
        let reader = Reader::new(folder, &checkpoint);
        for index in 0..checkpoint.size {
            let entry = reader.entry(index).map_err(|error| {
                Failure::new(Kind::Input, "the log is damaged").caused_by(error)
            })?;
            let text = String::from_utf8_lossy(&entry).into_owned();
            output::print(&format!("{index} {}\n", warden_report::printable(&text)))?;
        }
        Ok(())
    }
}

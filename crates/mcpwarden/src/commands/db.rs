//! `mcpwarden db`: the advisories that servers are held against.

mod feed;

use std::{path::PathBuf, process::ExitCode, time::SystemTime};

use warden_model::Ecosystem;
use warden_report::printable;
use warden_scan::supply::{Database, build};

use crate::{
    Failure, Kind, World,
    certify::{
        advisories::{self, Loaded},
        keep,
    },
    key::SignerArgs,
    output,
    paths::Paths,
};

/// Keep the database of advisories that servers are held against
///
/// What is published about servers and clients of MCP is compiled in. A feed in the OSV format adds
/// every other package. The database is signed, by the key of this machine unless somebody else is named, is read only as it was
/// signed, and needs no network.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden db update --from npm-all.zip --from pypi-all.zip
  mcpwarden db update --from advisories/ --as-of 2026-11-20T00:00:00Z
  mcpwarden db update --from other-machine.db
  mcpwarden db show

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make the database from feeds, or take one that somebody has signed
    Update(Update),
    /// Show what is in it, how old it is and who has signed it
    Show,
}

#[derive(Debug, clap::Args)]
struct Update {
    /// A feed in the OSV format: a record, an array of records, a record on each line, a zip or a
    /// folder of them; or a signed database. A feed behind a URL is fetched with another program
    /// first, for example `curl --fail --location --remote-name URL`
    #[arg(long, value_name = "FILE", required = true)]
    from: Vec<PathBuf>,

    /// When the feed was complete; otherwise when its file was written
    #[arg(long, value_name = "TIME")]
    as_of: Option<jiff::Timestamp>,

    /// Take it although it is older than the one that is there
    #[arg(long)]
    older: bool,

    #[command(flatten)]
    signs: SignerArgs,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        match self.what {
            What::Update(update) => update.run(world, &paths)?,
            What::Show => {
                output::print(&shown(&advisories::load(&paths, world)?, world.now()))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Update {
    fn run(self, world: &World, paths: &Paths) -> Result<(), Failure> {
        let files: Vec<PathBuf> = self.from.iter().map(|file| world.cwd.join(file)).collect();
        if let Some(url) = self.from.iter().find(|file| is_url(file)) {
            let message = format!("`{}` is a URL, and nothing is fetched here", url.display());
            return Err(Failure::new(Kind::Usage, message)
                .hint("fetch it first: `curl --fail --location --remote-name URL`"));
        }
        let taken = taken(&files, world, paths)?;
        let bytes = match taken {
            Some(bytes) => bytes,
            None => self.made(&files, world, paths)?,
        };
        // What is stored is what would be believed.
        let now = world.now();
        let trust = keep::trust(None, paths)?;
        let fresh =
            advisories::open(bytes.clone(), &trust, SystemTime::from(now)).map_err(|why| {
                Failure::new(Kind::Input, "the advisories are not believed").caused_by(why)
            })?;
        self.newer(&fresh, world, paths)?;
        keep::store(&advisories::file(paths), &bytes)?;
        output::print(&shown(&fresh, now))
    }

    /// A database of the feeds, signed by this machine.
    fn made(&self, files: &[PathBuf], world: &World, paths: &Paths) -> Result<Vec<u8>, Failure> {
        let read = feed::read(files)?;
        for line in &read.told {
            output::tell(&format!("refused: {}\n", printable(line)));
        }
        for (why, count) in read.feed.refused() {
            output::tell(&format!("{count} records were refused: {why}\n"));
        }
        if read.passed_over > 0 {
            output::tell(&format!("{} files are no feed by their names\n", read.passed_over));
        }
        let now = world.now().as_second();
        let of = self.as_of.map_or(read.written, jiff::Timestamp::as_second).min(now);
        let bytes = build(read.feed, of).map_err(|error| {
            Failure::new(Kind::Input, "the advisories do not fit into a database").caused_by(error)
        })?;
        let signs = self.signs.open(world, paths)?;
        let trust = keep::trust(None, paths)?;
        keep::would_count(&signs, &trust, keep::ADVISORIES, world.now().into())?;
        advisories::seal(&bytes, &[&*signs.signer])
    }

    /// Refuses to go back, which would forget what is known already.
    fn newer(&self, fresh: &Loaded, world: &World, paths: &Paths) -> Result<(), Failure> {
        if self.older {
            return Ok(());
        }
        // One that is there and not believed is in the way as well: somebody should look.
        let known = advisories::load(paths, world)?;
        let (known, fresh) = (known.database.about().built_at, fresh.database.about().built_at);
        if fresh >= known {
            return Ok(());
        }
        let message =
            format!("it is of {}, and the one that is there is of {}", day(fresh), day(known));
        Err(Failure::new(Kind::Input, message).hint("`--older` takes it nevertheless"))
    }
}

/// A signed database, if one is named; it is kept with the signature that it has.
fn taken(files: &[PathBuf], world: &World, paths: &Paths) -> Result<Option<Vec<u8>>, Failure> {
    let [file] = files else { return Ok(None) };
    if file.is_dir() {
        return Ok(None);
    }
    let bytes = advisories::read(file)?;
    if !advisories::is_signed(&bytes) {
        return Ok(None);
    }
    let trust = keep::trust(None, paths)?;
    let named = file.display();
    advisories::open(bytes.clone(), &trust, world.now().into()).map_err(|why| {
        Failure::new(Kind::Input, format!("cannot trust the advisories in `{named}`"))
            .caused_by(why)
            .hint("trust whoever signed it: `mcpwarden trust add KEY --use advisories`")
    })?;
    Ok(Some(bytes))
}

fn is_url(file: &std::path::Path) -> bool {
    file.to_str().is_some_and(|text| text.contains("://"))
}

fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

/// A database for people.
fn shown(loaded: &Loaded, now: jiff::Timestamp) -> String {
    let about = loaded.database.about();
    let days = now.as_second().saturating_sub(about.built_at) / (24 * 60 * 60);
    let mut out = if loaded.is_starter() {
        "The advisories that are compiled in: `mcpwarden db update` adds others\n".to_owned()
    } else {
        format!("Signed by {}\n", loaded.keys.join(", "))
    };
    out.push_str(&format!("  of       {} ({days} days old)\n", day(about.built_at)));
    out.push_str(&format!("  digest   {}\n", about.digest));
    out.push_str(&format!("  records  {}, {} of them refused\n", about.records, about.refused));
    out.push_str(&format!("  packages {}\n", about.packages));
    for (name, count) in counts(&loaded.database) {
        out.push_str(&format!("    {name:<8} {count}\n"));
    }
    for source in &about.sources {
        out.push_str(&format!("  source   {}\n", printable(source)));
    }
    out
}

/// How many packages of each ecosystem there are.
fn counts(database: &Database<'_>) -> Vec<(&'static str, usize)> {
    let all = [
        ("npm", Ecosystem::Npm),
        ("PyPI", Ecosystem::PyPi),
        ("Go", Ecosystem::Go),
        ("Cargo", Ecosystem::Cargo),
    ];
    all.map(|(name, ecosystem)| (name, database.names(ecosystem).count())).to_vec()
}

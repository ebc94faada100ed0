//! Evidence packs: read from a ledger that is intact, into a folder or a ZIP file.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use jiff::Timestamp;
use tempfile::TempDir;
use warden_audit::{Filter, Stored, each, verify};
use warden_govern::{
    comply::{
        Ground, judge_estate,
        pack::{Action, Head, Packer, Period, Population, Proof, Sampling},
    },
    estate::Lookup,
};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    Failure, Kind, World,
    commands::audit::{damaged, unusable},
    estates,
    moment::Moment,
    output,
    paths::Paths,
};

/// Write the evidence of a period: who has access, what was called, what changed
///
/// The ledger is verified first, and a damaged one gives no pack. From each population a sample is
/// drawn by a seed, which the manifest names: anybody draws the same. The manifest is canonical
/// JSON with the SHA-256 of every file and the heads of the ledger.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden comply pack --from 2026-07-01 --until 2026-10-01 --seed 4711 \\
    --ledger gateway/ledger --output q3.zip --estate estate.json
  mcpwarden comply pack --from 90d --output pack --estate estate.json")]
pub(super) struct Args {
    /// The first moment: `90d`, `2026-07-01` or `2026-07-01T00:00:00Z` (UTC)
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    from: Moment,

    /// The moment after the last, in the same forms; now if it is left out
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    until: Option<Moment>,

    /// The seed of the samples: let the auditor name it
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,

    /// How many items of each population are drawn
    #[arg(long, value_name = "N", default_value_t = 25)]
    sample: usize,

    /// The directory of the ledger
    #[arg(long, value_name = "DIR")]
    ledger: Option<PathBuf>,

    /// A file that ends in `.zip`, or a folder; neither may be there already
    #[arg(long, short, value_name = "PATH")]
    output: PathBuf,

    #[command(flatten)]
    estate: estates::From,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let period = self.period(world)?;
        let target = world.cwd.join(&self.output);
        if target.exists() {
            let message = format!("`{}` is there already", self.output.display());
            return Err(Failure::new(Kind::Usage, message).hint("name another file or folder"));
        }
        let ledger = match &self.ledger {
            Some(dir) => world.cwd.join(dir),
            None => Paths::of(world)?.ledger(),
        };
        let estate = self.estate.load(world)?;
        let lookup = Lookup::new(&estate);
        let ground = Ground::new(&lookup, estate.day());
        let folder = beside(&target).map_err(|error| cannot_write(&self.output, error))?;
        let sampling = Sampling { seed: self.seed, size: self.sample };
        let told = fill(folder.path(), &ledger, period, sampling, &ground)?;
        keep(folder, &target).map_err(|error| cannot_write(&self.output, error))?;
        output::print(&format!("`{}`: {told}\n", self.output.display()))?;
        Ok(ExitCode::SUCCESS)
    }

    fn period(&self, world: &World) -> Result<Period, Failure> {
        let at = |moment: Moment| {
            let micros = i64::try_from(moment.resolve(world).micros()).unwrap_or(i64::MAX);
            Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
        };
        let from = at(self.from);
        let until = self.until.map_or_else(|| world.now(), at);
        if from >= until {
            return Err(Failure::new(Kind::Usage, "the period ends before it begins")
                .hint(format!("it is from {from} until {until}")));
        }
        Ok(Period { from, until })
    }
}

fn cannot_write(path: &Path, error: io::Error) -> Failure {
    Failure::new(Kind::Usage, format!("cannot write `{}`", path.display())).caused_by(error)
}

/// A folder beside what is to be made: on the same file system, so that it can be renamed.
fn beside(target: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(".pack-").tempdir_in(target.parent().unwrap_or(target))
}

/// Writes the files of a pack, and says in a line what is in it.
fn fill(
    folder: &Path,
    ledger: &Path,
    period: Period,
    sampling: Sampling,
    ground: &Ground<'_>,
) -> Result<String, Failure> {
    let failed = |error| cannot_write(folder, error);
    for name in ["populations", "samples"] {
        fs::create_dir_all(folder.join(name)).map_err(failed)?;
    }
    let create =
        |population: Population| File::create(folder.join(population.file())).map(BufWriter::new);
    let mut packer = Packer::new(period, sampling, create).map_err(failed)?;
    let proof = read(ledger, &mut packer).map_err(|stopped| stopped.failure(folder))?;
    let judged = judge_estate(ground);
    let files = packer.finish(ground, &judged, &proof).map_err(failed)?;
    for file in &files {
        fs::write(folder.join(&file.name), &file.bytes).map_err(failed)?;
    }
    let manifest = files.last().map(|file| warden_model::Digest::of(&file.bytes));
    let digest = manifest.map(|digest| digest.to_string()).unwrap_or_default();
    Ok(format!(
        "{} records verified in {} segments, {} files, manifest {digest}",
        proof.records,
        proof.segments,
        files.len() + 3
    ))
}

/// What stopped the reading of a ledger: the ledger, or where it is written to.
enum Stopped {
    Ledger(Failure),
    Write(io::Error),
}

impl Stopped {
    fn failure(self, folder: &Path) -> Failure {
        match self {
            Self::Ledger(failure) => failure,
            Self::Write(error) => cannot_write(folder, error),
        }
    }
}

/// Verifies a ledger and shows it to the packer.
fn read<W: Write>(ledger: &Path, packer: &mut Packer<W>) -> Result<Proof, Stopped> {
    let summary = verify(ledger).map_err(|error| Stopped::Ledger(unusable(error)))?;
    if summary.records == 0 {
        let message = format!("there is no record in `{}`", ledger.display());
        let hint = "name the directory of a ledger with `--ledger`";
        return Err(Stopped::Ledger(Failure::new(Kind::Input, message).hint(hint)));
    }
    let (mut heads, mut records, mut written) = (BTreeMap::new(), 0, Ok(()));
    let broken = each(ledger, &Filter::default(), &mut |stored| {
        records += 1;
        if written.is_ok() {
            written = packer.add(&action(&stored));
        }
        let (segment, seq) = (stored.segment.to_string(), stored.record.seq);
        heads.insert(segment.clone(), Head { segment, seq, chain: stored.chain.to_string() });
    });
    written.map_err(Stopped::Write)?;
    let broken = broken.map_err(|error| Stopped::Ledger(unusable(error)))?;
    if let Some(broken) = broken.into_iter().next() {
        return Err(Stopped::Ledger(damaged(broken)));
    }
    let heads: Vec<_> = heads.into_values().collect();
    Ok(Proof { records, segments: heads.len() as u64, heads })
}

/// A record as plain values.
fn action(stored: &Stored) -> Action {
    let record = &stored.record;
    let text = |text: Option<&warden_audit::Text<'_>>| text.map(ToString::to_string);
    let drift = record.drift.as_ref().map(|drift| format!("{} {}", drift.class, drift.subject));
    let drift = drift.filter(|_| record.tool.is_none());
    let labels: Vec<_> = record.labels.iter().map(ToString::to_string).collect();
    let micros = i64::try_from(record.ts.micros()).unwrap_or(i64::MAX);
    let ends = record.intent.map(|intent| {
        let segment = intent.segment.unwrap_or(stored.segment);
        format!("{segment}:{}", intent.seq)
    });
    Action {
        id: stored.name(),
        at: Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX),
        event: record.event.to_string(),
        agent: text(record.agent.as_ref()).unwrap_or_default(),
        user: text(record.user.as_ref()).unwrap_or_default(),
        session: text(record.session.as_ref()).unwrap_or_default(),
        server: record.server.as_ref().map(|server| server.name.to_string()).unwrap_or_default(),
        subject: drift.or_else(|| record.asked().map(str::to_owned)).unwrap_or_default(),
        decision: record.decision.map(|decision| decision.name().to_owned()).unwrap_or_default(),
        outcome: record.outcome.map(|outcome| outcome.name().to_owned()).unwrap_or_default(),
        reason: text(record.reason.as_ref()).unwrap_or_default(),
        rule: text(record.rule.as_ref()).unwrap_or_default(),
        labels: labels.join(" "),
        ends: ends.unwrap_or_default(),
        chain: stored.chain.to_string(),
    }
}

/// Puts the folder where it belongs, or what is in it into a ZIP file.
fn keep(folder: TempDir, target: &Path) -> io::Result<()> {
    if target.extension().is_none_or(|end| end != "zip") {
        let path = folder.keep();
        return fs::rename(&path, target);
    }
    let beside = target.parent().unwrap_or(target);
    let file = tempfile::NamedTempFile::new_in(beside)?;
    let mut zip = ZipWriter::new(BufWriter::new(file.as_file()));
    // No time of making: the same evidence gives the same bytes.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for name in names(folder.path())? {
        zip.start_file(&name, options.large_file(true)).map_err(io::Error::other)?;
        io::copy(&mut File::open(folder.path().join(&name))?, &mut zip)?;
    }
    zip.finish().map_err(io::Error::other)?.flush()?;
    file.persist_noclobber(target).map_err(|error| error.error)?;
    Ok(())
}

/// The files of a pack, in the order of their names.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for inside in ["", "populations", "samples"] {
        for entry in fs::read_dir(folder.join(inside))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                let name = entry.file_name().to_string_lossy().into_owned();
                names.push(if inside.is_empty() { name } else { format!("{inside}/{name}") });
            }
        }
    }
    names.sort();
    Ok(names)
}

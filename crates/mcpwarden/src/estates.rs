//! Where the estate comes from that governance is computed from: one file, or a folder of tables.

pub(crate) mod egress;
mod here;
mod ledgers;
pub(crate) mod probes;
pub(crate) mod scans;
mod sent;

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};
use warden_govern::{
    Estate,
    estate::{check, read::Draft},
};
use warden_model::Digest;

use crate::{Failure, Kind, World, approvals::Desk, assessments, paths::Paths};

/// The largest file that is read.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// How many things that are wrong are told at once.
const MOST_TOLD: usize = 40;

/// Which estate.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct From {
    /// The estate: a file that `mcpwarden estate build` wrote, or a folder of tables
    #[arg(long, value_name = "PATH", default_value = "estate")]
    pub(crate) estate: PathBuf,
    /// The day to compute for, if not that of the estate; a folder has today
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<Date>,
}

impl From {
    /// The estate.
    ///
    /// # Errors
    /// When it cannot be read, is not in the format, or its parts do not fit each other.
    pub(crate) fn load(&self, world: &World) -> Result<Estate, Failure> {
        let mut estate = load(&self.estate, now(world))?;
        if let Some(day) = self.as_of {
            estate.as_of = midnight(day)?;
        }
        Ok(estate)
    }
}

/// What an estate is put together from.
#[derive(Debug, clap::Args)]
pub(crate) struct Sources {
    /// A folder of tables that people keep; what they say goes before what programs found
    #[arg(long, value_name = "FOLDER")]
    pub(crate) tables: Option<PathBuf>,
    /// A report of `mcpwarden scan --format json`, with the machine that it is of: `MACHINE=FILE`
    #[arg(long = "scan", value_name = "MACHINE=FILE")]
    pub(crate) scans: Vec<String>,
    /// What a database of configuration items has: a payload or a table, as `mcpwarden estate
    /// export` writes them
    #[arg(long = "cmdb", value_name = "FILE")]
    pub(crate) cmdb: Vec<PathBuf>,
    /// What `mcpwarden probe` told of remote servers
    #[arg(long = "probe", value_name = "FILE")]
    pub(crate) probes: Vec<PathBuf>,
    /// A ledger of a gateway or of guarded servers
    #[arg(long = "ledger", value_name = "FOLDER")]
    pub(crate) ledgers: Vec<PathBuf>,
    /// Also what this machine keeps: approvals of definitions, and certificates
    #[arg(long)]
    pub(crate) here: bool,
    /// A log of a proxy, a resolver or a firewall, to find servers that nobody has registered
    #[arg(long = "egress", value_name = "LOG")]
    pub(crate) egress: Vec<PathBuf>,
    /// A log of what one server sent, as a proxy for it alone writes it: `SERVER=LOG`
    ///
    /// Hosts and names of fields that the server does not declare become findings. Values are not
    /// kept. What is in the body of a request is in no log.
    #[arg(long = "sent", value_name = "SERVER=LOG")]
    pub(crate) sent: Vec<String>,
    #[command(flatten)]
    pub(crate) places: egress::Places,
    /// The time of which it speaks, if not now
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Timestamp>,
}

impl Sources {
    /// The estate, and what has to be said about it.
    ///
    /// # Errors
    /// When a source cannot be used, or parts do not fit each other.
    pub(crate) fn build(&self, world: &World) -> Result<(Estate, Vec<String>), Failure> {
        let as_of = self.as_of.unwrap_or_else(|| now(world));
        let mut draft = Draft::default();
        let mut told = self.add_scans(&mut draft, as_of)?;
        if self.here {
            let (members, left_out) = here::members(world)?;
            draft.add_part("this machine", members);
            told.extend(left_out.into_iter().map(|one| format!("left out: {one}")));
            told.extend(add_assessments(&mut draft, world)?);
        }
        self.add_cmdb(&mut draft, as_of)?;
        for folder in &self.ledgers {
            let mut seen = ledgers::Seen::default();
            seen.add(folder)?;
            let name = folder.display().to_string();
            let mut members = seen.members(&name);
            members.insert("evidence".into(), evidence(&name, "ledger", seen.digest(), as_of));
            draft.add_part(&name, members);
        }
        if let Some(folder) = &self.tables {
            add_folder(&mut draft, folder)?;
        }
        let estate = finish(draft, as_of)?;
        fits(&estate)?;
        let (estate, more) = probes::add(&self.probes, estate, self.tables.as_deref())?;
        told.extend(more);
        let (estate, more) = sent::add(&self.sent, estate)?;
        told.extend(more);
        if self.egress.is_empty() {
            return Ok((estate, told));
        }
        let (estate, more) = self.add_egress(&estate)?;
        told.extend(more);
        Ok((estate, told))
    }

    fn add_cmdb(&self, draft: &mut Draft, as_of: Timestamp) -> Result<(), Failure> {
        for file in &self.cmdb {
            let bytes = read(file)?;
            let name = file.display().to_string();
            let mut members = warden_govern::cmdb::members(&bytes).map_err(|error| {
                Failure::new(Kind::Input, format!("cannot use `{name}`")).caused_by(error)
            })?;
            let shown = evidence(&name, "cmdb", Digest::of(&bytes), as_of);
            members.insert("evidence".into(), shown);
            draft.add_part(&name, members);
        }
        Ok(())
    }

    /// The estate with what egress logs show beside it. What is registered has to be known first.
    fn add_egress(&self, estate: &Estate) -> Result<(Estate, Vec<String>), Failure> {
        let found = egress::read(&self.egress, estate, &self.places)?;
        let mut draft = Draft::default();
        draft.add_part("egress logs", found.members(estate.day()));
        // What people and other sources have said goes before it.
        draft.add_file("estate.json", &estate.to_json());
        let estate = finish(draft, estate.as_of)?;
        fits(&estate)?;
        Ok((estate, found.told()))
    }

    fn add_scans(&self, draft: &mut Draft, as_of: Timestamp) -> Result<Vec<String>, Failure> {
        let mut told = Vec::new();
        let mut names = scans::Names::default();
        let mut reports = Vec::new();
        for scan in &self.scans {
            let (machine, file) = scan.split_once('=').ok_or_else(|| {
                Failure::new(Kind::Usage, format!("`{scan}` does not say which machine it is of"))
                    .hint(format!("write `--scan laptop-7={scan}`"))
            })?;
            let bytes = read(Path::new(file))?;
            let report = scans::Report::read(&bytes, file)?;
            if !report.is_complete() {
                told.push(format!("`{file}` did not see everything: its coverage says what"));
            }
            names.add(&report);
            reports.push((machine, file, Digest::of(&bytes), report));
        }
        let day = as_of.to_zoned(TimeZone::UTC).date();
        for (machine, file, digest, report) in &reports {
            let mut members = scans::members(report, &names, machine, file, day);
            members.insert("evidence".into(), evidence(file, "scan-report", *digest, as_of));
            draft.add_part(file, members);
        }
        Ok(told)
    }
}

fn evidence(id: &str, kind: &str, digest: Digest, as_of: Timestamp) -> Value {
    let name = id.rsplit('/').next().unwrap_or(id);
    let day = as_of.to_zoned(TimeZone::UTC).date();
    json!([{"id": id, "kind": kind, "name": name, "digest": digest.to_string(), "at": day}])
}

/// The end of this second, since nobody needs to read more and what happened in it counts.
fn now(world: &World) -> Timestamp {
    Timestamp::from_second(world.now().as_second().saturating_add(1)).unwrap_or_default()
}

/// The first moment of a day in UTC.
///
/// # Errors
/// A day beyond what is counted.
pub(crate) fn midnight(day: Date) -> Result<Timestamp, Failure> {
    day.to_zoned(TimeZone::UTC).map(|moment| moment.timestamp()).map_err(|error| {
        Failure::new(Kind::Usage, format!("{day} is no day that can be counted")).caused_by(error)
    })
}

/// Adds what was answered about servers and decided of them on this machine, and returns what was
/// left out.
///
/// # Errors
/// When it cannot be believed.
fn add_assessments(draft: &mut Draft, world: &World) -> Result<Vec<String>, Failure> {
    let paths = Paths::of(world)?;
    let desk = Desk::open(world, &paths)?;
    let (members, left_out) = assessments::members::members(&desk)?;
    draft.add_part("assessments of this machine", members);
    Ok(left_out.into_iter().map(|one| format!("left out: {one}")).collect())
}

/// The estate at this path.
///
/// # Errors
/// When it cannot be read, is not in the format, or its parts do not fit each other.
pub(crate) fn load(path: &Path, now: Timestamp) -> Result<Estate, Failure> {
    let estate = if path.is_dir() {
        let mut draft = Draft::default();
        add_folder(&mut draft, path)?;
        finish(draft, now)?
    } else {
        Estate::from_json(&read(path)?).map_err(|error| {
            Failure::new(Kind::Input, format!("`{}` is no estate", path.display()))
                .caused_by(error)
                .hint("make one with `mcpwarden estate build`")
        })?
    };
    fits(&estate)?;
    Ok(estate)
}

/// The same, with what this machine has of assessments: tables and files go before it.
///
/// # Errors
/// As [`load`], and when what this machine has cannot be believed.
pub(crate) fn load_here(path: &Path, world: &World) -> Result<(Estate, Vec<String>), Failure> {
    let as_of = load(path, now(world))?.as_of;
    let mut draft = Draft::default();
    let told = add_assessments(&mut draft, world)?;
    if path.is_dir() {
        add_folder(&mut draft, path)?;
    } else {
        // A file may have any name; what is in it is an estate, as was just seen.
        draft.add_file("estate.json", &read(path)?);
    }
    let estate = finish(draft, as_of)?;
    fits(&estate)?;
    Ok((estate, told))
}

/// Adds every table of a folder, in the order of their names.
///
/// # Errors
/// When something in it cannot be read.
pub(crate) fn add_folder(draft: &mut Draft, folder: &Path) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(Kind::Input, format!("cannot read the folder `{}`", folder.display()))
            .caused_by(error)
            .hint("`mcpwarden estate init` makes one with empty tables")
    };
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    files.sort();
    for file in files {
        // Editors leave files of their own; a folder in it belongs to another part.
        let table =
            file.extension().is_some_and(|end| end == "csv" || end == "json" || end == "toml");
        if table && file.is_file() {
            draft.add_file(&file.display().to_string(), &read(&file)?);
        }
    }
    Ok(())
}

/// The estate that was put together.
///
/// # Errors
/// Everything that is wrong with its files.
pub(crate) fn finish(draft: Draft, as_of: Timestamp) -> Result<Estate, Failure> {
    draft.finish(as_of).map_err(|problems| {
        told("the tables cannot be read", problems.iter().map(ToString::to_string))
    })
}

/// Whether its parts fit each other.
///
/// # Errors
/// Everything that does not.
pub(crate) fn fits(estate: &Estate) -> Result<(), Failure> {
    let misfits = check::check(estate);
    if misfits.is_empty() {
        return Ok(());
    }
    Err(told(
        "the parts of the estate do not fit each other",
        misfits.iter().map(ToString::to_string),
    ))
}

fn told(message: &str, wrong: impl ExactSizeIterator<Item = String>) -> Failure {
    let count = wrong.len();
    let mut failure = Failure::new(Kind::Input, format!("{message}: {count} to mend"));
    for line in wrong.take(MOST_TOLD) {
        failure = failure.hint(line);
    }
    if count > MOST_TOLD {
        failure = failure.hint(format!("and {} more", count - MOST_TOLD));
    }
    failure
}

/// The bytes of a file.
///
/// # Errors
/// When it cannot be read, or is larger than any estate.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let size = fs::metadata(path).map(|file| file.len());
    let bytes = size.and_then(|size| {
        if size > MOST_BYTES {
            let why = format!("{size} bytes are more than are read");
            return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, why));
        }
        fs::read(path)
    });
    bytes.map_err(|error| {
        Failure::new(Kind::Input, format!("cannot read `{}`", path.display()))
            .caused_by(error)
            .hint("`mcpwarden help estate` says how to make an estate")
    })
}

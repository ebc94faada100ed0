//! Tables to go on with, and the package.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use jiff::{civil::Date, tz::TimeZone};
use serde_json::json;
use warden_govern::{
    dora::{Filing, Missing, Register, Scope, Taxonomy, keep, missing, prefill},
    estate::Lookup,
};
use warden_report::{dora::Package, printable, wrap};

use super::{DRAFT, Format, Kept};
use crate::{Failure, Kind, World, files, output};

/// The largest table that is read.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// How many things that are missing are shown; JSON has all.
const MOST_SHOWN: usize = 20;
/// How many problems are told at once.
const MOST_TOLD: usize = 40;

/// Whether an entity reports for itself or for its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum For {
    /// For itself
    Ind,
    /// For its group
    Con,
}

/// The package, and where it goes.
#[derive(Debug, clap::Args)]
pub(super) struct Make {
    #[command(flatten)]
    kept: Kept,
    /// The last day of the period, if not 31 December before the day of the report
    #[arg(long, value_name = "DAY")]
    period: Option<Date>,
    /// Whether the entity reports for itself or for its group
    #[arg(long, value_enum, default_value_t = For::Ind, value_name = "SCOPE")]
    scope: For,
    /// The folder to write the archive into; without it nothing is written
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Write its files beside the archive too
    #[arg(long, requires = "output")]
    plain: bool,
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

/// What was filled, and the day and time of the report.
struct Filled {
    register: Register,
    day: Date,
    stamp: String,
}

impl Kept {
    fn fill(&self, world: &World) -> Result<Filled, Failure> {
        let estate = self.from.load(world)?;
        let at = estate.as_of.to_zoned(TimeZone::UTC);
        let day = self.date.unwrap_or_else(|| at.date());
        let known = Lookup::new(&estate);
        let mut register = prefill::prefill(&known, Taxonomy::current(), day);
        if let Some(folder) = &self.tables {
            add(&mut register, &world.cwd.join(folder))?;
        }
        prefill::derive(&mut register);
        // The time of a package is that of the estate: the same facts make the same name.
        let time = if self.date.is_some() {
            "000000000".into()
        } else {
            at.strftime("%H%M%S000").to_string()
        };
        Ok(Filled { register, day, stamp: format!("{}{time}", day.strftime("%Y%m%d")) })
    }
}

/// Adds the tables of a folder to a register.
fn add(register: &mut Register, folder: &Path) -> Result<(), Failure> {
    if !folder.is_dir() {
        let message = format!("there is no folder `{}`", folder.display());
        return Err(
            Failure::new(Kind::Input, message).hint("make one with `mcpwarden comply dora tables`")
        );
    }
    let mut wrong = Vec::new();
    for template in &register.taxonomy.templates {
        let file = folder.join(template.file());
        if !file.is_file() {
            continue;
        }
        let bytes = read(&file, MOST_BYTES)?;
        if let Err(problems) = keep::add(register, &template.file(), &bytes) {
            wrong.extend(problems);
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let message =
        format!("the tables in `{}` cannot be used: {} to mend", folder.display(), wrong.len());
    let failure = Failure::new(Kind::Input, message);
    Err(wrong.iter().take(MOST_TOLD).fold(failure, |failure, one| failure.hint(one.to_string())))
}

/// The bytes of a file that is not larger than this.
pub(in super::super) fn read(file: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(Kind::Input, format!("cannot read `{}`", file.display())).caused_by(error)
    };
    let length = fs::metadata(file).map_err(cannot)?.len();
    if length > most {
        return Err(Failure::new(Kind::Input, format!("`{}` is too large", file.display()))
            .hint(format!("at most {most} bytes are read")));
    }
    fs::read(file).map_err(cannot)
}

/// Writes the tables that are not there.
pub(super) fn tables(kept: &Kept, out: &Path, world: &World) -> Result<ExitCode, Failure> {
    let filled = kept.fill(world)?;
    let folder = world.cwd.join(out);
    let cannot = |error: std::io::Error| {
        Failure::new(Kind::Usage, format!("cannot write into `{}`", out.display())).caused_by(error)
    };
    fs::create_dir_all(&folder).map_err(cannot)?;
    let (mut written, mut left) = (0, Vec::new());
    for template in &filled.register.taxonomy.templates {
        let file = folder.join(template.file());
        if file.exists() {
            left.push(template.file());
            continue;
        }
        files::put(&file, keep::table(&filled.register, template).as_bytes()).map_err(cannot)?;
        written += 1;
    }
    output::print(&format!("`{}`: {written} tables written\n", out.display()))?;
    if !left.is_empty() {
        output::tell(&lines("note: ", &format!("left as they are: {}", left.join(", "))));
    }
    Ok(ExitCode::SUCCESS)
}

impl Make {
    pub(super) fn run(&self, world: &World) -> Result<ExitCode, Failure> {
        let filled = self.kept.fill(world)?;
        let register = &filled.register;
        let scope = match self.scope {
            For::Ind => Scope::Individual,
            For::Con => Scope::Consolidated,
        };
        let period = match self.period {
            Some(period) => period,
            None => Date::new(filled.day.year() - 1, 12, 31).map_err(|error| {
                Failure::new(Kind::Usage, "the day has no year before it").caused_by(error)
            })?,
        };
        let filing = Filing { scope, period, stamp: filled.stamp.clone() };
        let package = Package::of(register, &filing).map_err(|error| {
            Failure::new(Kind::Input, "the package has no name")
                .caused_by(error)
                .hint("say it in the `organisation` of the estate")
        })?;
        let missing = missing(register);
        let draft = !missing.is_empty();
        // A portal refuses a name that is not that of the package: nobody hands in a draft by mistake.
        let name = if draft { format!("DRAFT_{}", package.name) } else { package.name.clone() };
        if let Some(folder) = &self.output {
            write(&package, &name, &world.cwd.join(folder), self.plain)?;
        }
        match self.format {
            Format::Text => output::print(&text(register, &name, &missing))?,
            Format::Json => output::print(&report(register, &name, &missing))?,
        }
        Ok(if draft { ExitCode::from(DRAFT) } else { ExitCode::SUCCESS })
    }
}

fn write(package: &Package, name: &str, folder: &Path, plain: bool) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(Kind::Usage, format!("cannot write into `{}`", folder.display()))
            .caused_by(error)
    };
    fs::create_dir_all(folder).map_err(cannot)?;
    files::put(&folder.join(format!("{name}.zip")), &package.zip()).map_err(cannot)?;
    if !plain {
        return Ok(());
    }
    for (path, bytes) in &package.files {
        let inner = path.strip_prefix(&package.name).unwrap_or(path).trim_start_matches('/');
        let file = folder.join(name).join(inner);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(cannot)?;
        }
        files::put(&file, bytes).map_err(cannot)?;
    }
    Ok(())
}

fn text(register: &Register, name: &str, missing: &[Missing]) -> String {
    let mut text = format!("{name}\n\n");
    for template in &register.taxonomy.templates {
        let rows = register.rows(&template.code).len();
        if rows > 0 {
            text.push_str(&format!("  {}  {rows:>6} rows\n", template.code));
        }
    }
    for taken in &register.taken {
        text.push_str(&lines("note: ", taken));
    }
    if missing.is_empty() {
        text.push_str("\nNothing that is mandatory is missing.\n");
        return text;
    }
    text.push_str(&format!("\nA draft: {} to fill in.\n", missing.len()));
    for one in missing.iter().take(MOST_SHOWN) {
        text.push_str(&lines("  ", &one.to_string()));
    }
    if missing.len() > MOST_SHOWN {
        let more = missing.len() - MOST_SHOWN;
        text.push_str(&format!("  and {more} more; `--format json` has all\n"));
    }
    text
}

fn report(register: &Register, name: &str, missing: &[Missing]) -> String {
    let rows: serde_json::Map<_, _> = register
        .taxonomy
        .templates
        .iter()
        .map(|template| (template.code.clone(), json!(register.rows(&template.code).len())))
        .collect();
    let report = json!({
        "package": name,
        "taxonomy": register.taxonomy.version,
        "draft": !missing.is_empty(),
        "rows": rows,
        "missing": missing,
        "taken": register.taken,
    });
    format!("{report:#}\n")
}

/// A text in lines of at most 80 columns, the first after a word.
pub(super) fn lines(first: &str, text: &str) -> String {
    let rest = " ".repeat(first.chars().count() + 2);
    let mut out = String::new();
    for (at, line) in wrap(&printable(text), 78 - first.chars().count()).iter().enumerate() {
        out.push_str(if at == 0 { first } else { &rest });
        out.push_str(line);
        out.push('\n');
    }
    out
}

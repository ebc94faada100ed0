//! Taking a vendor's answers in.

use std::{fs, path::PathBuf};

use jiff::Timestamp;
use warden_govern::{assess::contradictions, estate::Lookup};
use warden_model::Digest;
use warden_policy::approval::Person;

use super::{Known, server};
use crate::{
    Failure, Kind, World,
    approvals::{Desk, signing::Signing},
    assessments::{
        self, What,
        answers::{self, Against, Answers},
        evidence, members,
    },
    estates,
    key::PersonArgs,
    output,
    paths::Paths,
};

/// How many problems are told at once.
const MOST_TOLD: usize = 60;

/// Take in the answers of a vendor, with the files that show them
///
/// The answers have to be to a form that was made here, whole, of today's questions, and every file
/// that they name has to be handed in, as it was named. Otherwise nothing is taken. They are signed
/// by you, kept and logged; what was seen to be otherwise is told.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The answers, as the form has saved them
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// A file that is named as evidence, or a folder of such files
    #[arg(long, value_name = "PATH")]
    evidence: Vec<PathBuf>,

    #[command(flatten)]
    by: By,

    #[command(flatten)]
    from: estates::From,
}

/// Who signs.
#[derive(Debug, clap::Args)]
pub(super) struct By {
    /// The person who does this, whose key signs
    #[arg(long, value_name = "PERSON", value_parser = person)]
    by: Person,

    #[command(flatten)]
    key: PersonArgs,
}

fn person(text: &str) -> Result<Person, String> {
    Person::new(text).map_err(|error| error.to_string())
}

impl By {
    /// Who signs, which has to be who is said to.
    pub(super) fn signing(&self, world: &World, desk: &Desk<'_>) -> Result<Signing, Failure> {
        let signing = Signing::of(self.key.open(world, desk.paths)?, desk)?;
        if signing.person == self.by {
            return Ok(signing);
        }
        let message = format!("the key is that of `{}`, not of `{}`", signing.person, self.by);
        Err(Failure::new(Kind::Usage, message).hint("name the key of that person: `--key FILE`"))
    }
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let paths = Paths::of(world)?;
        let desk = Desk::open(world, &paths)?;
        let signing = self.by.signing(world, &desk)?;
        let file = world.cwd.join(&self.file);
        let bytes = read(&file)?;
        let found = answers::read(&bytes).map_err(|why| {
            let message = format!("`{}` is nothing that a form has saved", file.display());
            Failure::new(Kind::Input, message).hint(why)
        })?;
        let given: Vec<PathBuf> = self.evidence.iter().map(|path| world.cwd.join(path)).collect();
        let handed = evidence::handed(&given)?;
        let now = Timestamp::from_microsecond(world.now().as_microsecond()).unwrap_or_default();
        let issued = members::issued(&found.form.id, &desk)?.ok_or_else(|| {
            Failure::new(Kind::Input, "these answers are to no form that was made here")
                .hint("make one: `mcpwarden assess form SERVER -o form.html`")
        })?;
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        refuse(&found.problems(&Against { issued: &issued, handed: &handed, today }))?;
        let held = desk.change()?;
        evidence::keep(&handed, &paths)?;
        let record = assessments::add(
            &issued.server,
            what(found, issued.version.clone(), &bytes),
            &signing,
            &desk,
            now,
        )?;
        drop(held);
        let count = handed.len();
        output::print(&format!(
            "answers about `{}` taken in by {}, with {count} files of evidence\n",
            warden_report::printable(&record.server),
            record.by
        ))?;
        self.tell_contradictions(&issued.server, world)
    }

    /// What was seen to be otherwise does not keep answers out: it is a finding.
    fn tell_contradictions(&self, id: &str, world: &World) -> Result<(), Failure> {
        let known = Known { here: true, from: self.from.clone() };
        let (estate, day) = known.load(world)?;
        let lookup = Lookup::new(&estate);
        let of = server(&estate, id)?;
        for one in contradictions(of, &lookup, lookup.assessment(id), day) {
            let line = format!("{} [{}]: {}", one.question.id, one.class.id(), one.seen);
            output::print(&format!("contradicted: {}\n", warden_report::printable(&line)))?;
        }
        Ok(())
    }
}

fn read(file: &std::path::Path) -> Result<Vec<u8>, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(Kind::Input, format!("cannot read `{}`", file.display())).caused_by(error)
    };
    let size = fs::metadata(file).map_err(cannot)?.len();
    if size > answers::MOST as u64 {
        return Err(cannot(std::io::Error::other("answers are smaller")));
    }
    fs::read(file).map_err(cannot)
}

fn refuse(problems: &[String]) -> Result<(), Failure> {
    if problems.is_empty() {
        return Ok(());
    }
    let count = problems.len();
    let failure = Failure::new(Kind::Input, format!("the answers are not taken: {count} to mend"));
    Err(problems.iter().take(MOST_TOLD).fold(failure, Failure::hint))
}

fn what(found: Answers, version: Option<String>, bytes: &[u8]) -> What {
    What::Answers {
        form: found.form.id,
        set: found.form.set,
        version,
        file: Digest::of(bytes).to_string(),
        name: found.by.name,
        contact: found.by.contact,
        answered: found.at,
        answers: found.given,
    }
}

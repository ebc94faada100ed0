//! Making a form for a vendor.

use std::path::PathBuf;

use jiff::{Span, Timestamp, civil::Date};
use warden_model::questions::Set;
use warden_report::assess::{Form, form};

use super::{List, server};
use crate::{Failure, Kind, World, assessments::forms::Issued, estates, output, paths::Paths};

/// Make a form for a vendor: one file of HTML, to be filled in without an account
///
/// The vendor opens it in a browser, answers, names files of evidence, and sends back the answers
/// that it saves together with these files. It needs no network. The form is about the version that
/// the estate has of the server, and is remembered here: other answers are not taken.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server, as the estate names it
    #[arg(value_name = "SERVER")]
    server: String,

    /// Which questions
    #[arg(long, value_enum, default_value_t = List::Vendor, value_name = "SET")]
    set: List,

    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// The last day on which it is answered; otherwise 60 days from now
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,

    #[command(flatten)]
    from: estates::From,
}

/// How long a form can be answered, in days.
const DAYS: i64 = 60;

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let estate = self.from.load(world)?;
        let of = server(&estate, &self.server)?;
        let paths = Paths::of(world)?;
        let set: Set = self.set.into();
        let at = Timestamp::from_microsecond(world.now().as_microsecond()).unwrap_or_default();
        let today = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let latest = today.checked_add(Span::new().days(DAYS)).unwrap_or(Date::MAX);
        let until = self.until.unwrap_or(latest);
        if until < today {
            return Err(Failure::new(Kind::Usage, format!("{until} is over")));
        }
        let version = of.version.as_deref().or(of.pinned.as_deref());
        let issued = Issued::new(&of.id, version, set, (at, until));
        let name = if of.name.is_empty() { &of.id } else { &of.name };
        let text = form(&Form {
            id: &issued.id,
            server: &of.id,
            name,
            version,
            set,
            asked_by: &estate.organisation.name,
            issued: today,
            until,
        });
        // First remembered, then handed out: what nobody remembers is not taken back.
        issued.keep(&paths)?;
        output::save(&world.cwd.join(&self.output), &text)?;
        output::print(&format!(
            "form {} for `{}`, to be answered by {until}\n",
            issued.id,
            warden_report::printable(&of.id)
        ))?;
        if version.is_none() {
            output::tell(
                "mcpwarden: the estate has no version of it, so answers that are bound to one will \
                 not count\n",
            );
        }
        Ok(())
    }
}

//! The moratorium: nothing new comes into production for a while.

use std::{path::PathBuf, process::ExitCode};

use jiff::civil::Date;
use serde_json::json;
use warden_policy::{
    Time,
    approval::{Issued, MORATORIUM_TEXT, Moratorium},
};

use crate::{
    Failure, Kind, World,
    approvals::{Desk, moratorium, signing::Signing},
    estates::midnight,
    governed::{Format, add, text},
    key::PersonArgs,
    output,
    paths::Paths,
};

/// Say that no new server comes into production for a while, and have it enforced
///
/// The policy is signed by a named person who owns risks, and is in the log. In its time, a yes to a
/// server in production is refused, and counts for nothing where it was said elsewhere. A server
/// that was approved for production before stays, and its updates may be approved. Issuing one with
/// another last day takes the place of the one before.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Issue(IssueArgs),
    /// Show the moratorium of this machine, with who approved it, when, and its digest
    Show {
        /// How to show it
        #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
        format: Format,
    },
    /// Show the words of the policy, to change them
    Text,
}

/// Issue a moratorium
#[derive(Debug, clap::Args)]
struct IssueArgs {
    /// The first day; otherwise it begins now
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,

    /// The last day
    #[arg(long, value_name = "DAY")]
    until: Date,

    /// A file with the words of the policy, in place of the usual ones
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,

    #[command(flatten)]
    person: PersonArgs,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        match self.what {
            What::Issue(args) => args.run(world, &paths)?,
            What::Show { format } => {
                let desk = Desk::open_anew(world, &paths)?;
                let found = moratorium::in_force(&paths, &desk.trust, &desk.policy)?;
                let value = found.as_ref().map(|issued| {
                    json!({"moratorium": issued.moratorium, "digest": issued.digest.to_string()})
                });
                format.print(&value, || shown(found.as_ref(), desk.now))?;
            }
            What::Text => output::print(&wrapped(MORATORIUM_TEXT))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl IssueArgs {
    fn run(self, world: &World, paths: &Paths) -> Result<(), Failure> {
        let desk = Desk::open_anew(world, paths)?;
        let signing = Signing::of(self.person.open(world, paths)?, &desk)?;
        let held = desk.change()?;
        let text = match &self.text {
            None => MORATORIUM_TEXT.to_owned(),
            Some(file) => text(&world.cwd.join(file))?,
        };
        let from = self.from.map_or(Ok(desk.now), |day| {
            midnight(day).map(|moment| Time::from_micros(moment.as_microsecond()))
        })?;
        let until = Time::end_of_day(&self.until.to_string()).ok_or_else(|| {
            Failure::new(Kind::Usage, format!("{} is no day that can be counted", self.until))
        })?;
        let moratorium = Moratorium {
            version: 1,
            by: signing.person.clone(),
            at: desk.now,
            from,
            until,
            text: text.trim().to_owned(),
        };
        let issued = moratorium::issue(&held, &desk, &signing, &moratorium)?;
        output::print(&shown(Some(&issued), desk.now))
    }
}

fn wrapped(text: &str) -> String {
    let mut out = String::new();
    add(&mut out, 0, text);
    out
}

fn shown(found: Option<&Issued>, now: Time) -> String {
    let Some(Issued { moratorium, digest }) = found else {
        return "there is no moratorium on this machine\n".into();
    };
    let holds = if moratorium.holds(now) { "holds now" } else { "does not hold now" };
    let mut out = format!("Moratorium, which {holds}\n");
    add(&mut out, 0, &format!("from {} until {}", moratorium.from, moratorium.until));
    add(&mut out, 0, &format!("approved by {} on {}", moratorium.by, moratorium.at));
    add(&mut out, 0, &format!("digest {digest}"));
    add(&mut out, 2, &moratorium.text);
    out
}

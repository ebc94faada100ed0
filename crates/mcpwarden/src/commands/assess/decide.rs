//! A reviewer's word.

use jiff::Timestamp;
use warden_govern::{
    assess::{State, review},
    estate::Lookup,
};

use super::{Known, import::By, server};
use crate::{
    Failure, Kind, World,
    approvals::Desk,
    assessments::{self, What},
    estates, output,
    paths::Paths,
};

/// Decide an assessment, in your name
///
/// What is passed has to be so: every question that the server has to answer is answered or waived.
/// It is due again after `--interval` days, with another version, and as soon as an answer runs out.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server, as the estate names it
    #[arg(value_name = "SERVER")]
    server: String,

    /// What it comes to
    #[arg(value_enum, value_name = "VERDICT")]
    verdict: Verdict,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// After how many days it is to be done again
    #[arg(long, value_name = "DAYS", default_value_t = 365,
          value_parser = clap::value_parser!(u32).range(1..=365))]
    interval: u32,

    #[command(flatten)]
    by: By,

    #[command(flatten)]
    from: estates::From,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Verdict {
    /// It is good
    Passed,
    /// It is not
    Failed,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let paths = Paths::of(world)?;
        let desk = Desk::open(world, &paths)?;
        let signing = self.by.signing(world, &desk)?;
        if self.reason.trim().is_empty() {
            return Err(Failure::new(Kind::Usage, "nobody decides without a reason"));
        }
        let known = Known { here: true, from: self.from.clone() };
        let (estate, day) = known.load(world)?;
        let of = server(&estate, &self.server)?;
        let passed = self.verdict == Verdict::Passed;
        let lookup = Lookup::new(&estate);
        if lookup.accountable(Some(signing.person.id())).is_none() {
            let message = format!("`{}` is nobody in the people of the estate", signing.person);
            return Err(Failure::new(Kind::Input, message)
                .hint("add that person to `people.csv`: a reviewer is somebody who can be asked"));
        }
        if passed {
            Self::hold(&review(of, &lookup, day))?;
        }
        let now = Timestamp::from_microsecond(world.now().as_microsecond()).unwrap_or_default();
        let what = What::Decision { passed, reason: self.reason, interval_days: self.interval };
        let held = desk.change()?;
        let record = assessments::add(&self.server, what, &signing, &desk, now)?;
        drop(held);
        let state = if passed { State::Passed } else { State::Failed };
        output::print(&format!(
            "`{}`: {state}, decided by {}\n",
            warden_report::printable(&record.server),
            record.by
        ))
    }

    /// Whether there is anything to pass, and nothing in the way.
    fn hold(review: &warden_govern::assess::Review<'_>) -> Result<(), Failure> {
        let open = &review.open;
        if review.assessment.is_none() {
            let message = format!("nobody has assessed `{}`", review.server.id);
            return Err(Failure::new(Kind::Input, message));
        }
        if open.is_empty() {
            return Ok(());
        }
        let failure = Failure::new(
            Kind::Input,
            format!("`{}` is not passed: {} questions are open", review.server.id, open.len()),
        );
        Err(open.iter().fold(failure, |failure, (question, why)| {
            failure.hint(format!("{}: {why}", question.id))
        }))
    }
}

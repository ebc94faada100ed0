//! The AI Act, and the measures of NIS 2.

use std::process::ExitCode;

use serde::Serialize;
use warden_govern::comply::{
    Applicable, DATES, Duty, Ground, Measured, Oversight, judge_estate, missing, nis2, oversight,
};

use super::{Common, text};
use crate::{Failure, World};

/// Show what the AI Act asks of agents in regulated fields, and who oversees agents
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mcpwarden comply ai-act --estate estate.json")]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Serialize)]
struct Act {
    dates: &'static [Applicable],
    missing: Vec<Duty>,
    oversight: Vec<Oversight>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let ask = |ground: &Ground<'_>| {
            Ok(Act { dates: DATES, missing: missing(ground), oversight: oversight(ground) })
        };
        self.common.answer(world, "ai_act", ask, Act::text)
    }
}

impl Act {
    fn text(&self, ground: &Ground<'_>) -> String {
        let mut out = String::from("from when it applies\n");
        for one in self.dates {
            let says = if one.from <= ground.day { "applies" } else { "readiness" };
            let what = format!("{} ({})", one.what, one.articles.join(", "));
            out.push_str(&text::folded(&format!("  {}  {says:<11}", one.from), 25, &what));
        }
        out.push_str(&format!("\nmandatory and missing: {}\n", self.missing.len()));
        for duty in &self.missing {
            let owner = duty.owner.as_deref().unwrap_or("not known");
            let says = format!(
                "{} ({}): {}; {}; owner {owner}",
                duty.agent,
                duty.domain,
                duty.control,
                duty.why.join("; ")
            );
            out.push_str(&text::folded(&format!("  {}", text::status(duty.status)), 16, &says));
        }
        out.push_str("\noversight and logs\n");
        for one in &self.oversight {
            let says = format!(
                "field {}; overseen by {}; {} of {} servers logged; kept six months: {}",
                one.domain,
                one.overseer.as_deref().unwrap_or("not known"),
                one.logged.of,
                one.logged.all,
                one.kept_six_months
            );
            out.push_str(&text::folded(&format!("  {:<20}", one.agent), 24, &says));
        }
        out
    }
}

/// Show the measures of NIS 2, Art. 21(2)(a) to (j)
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mcpwarden comply nis2 --estate estate.json")]
pub(super) struct Nis2 {
    #[command(flatten)]
    common: Common,
}

impl Nis2 {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let ask = |ground: &Ground<'_>| Ok(nis2(&judge_estate(ground)));
        self.common.answer(world, "measures", ask, |all, _| all.iter().map(measure).collect())
    }
}

fn measure(one: &Measured) -> String {
    let evidence = text::names(&one.evidence, one.evidence.len());
    let mut says = format!("{} [{}]; evidence: {evidence}", one.title, one.controls.join(" "));
    if !one.beyond.is_empty() {
        says.push_str(&format!("; not seen here: {}", one.beyond));
    }
    text::folded(&format!("{}{:<16}", text::status(one.status), one.id), 31, &says)
}

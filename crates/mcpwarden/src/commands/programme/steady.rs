//! What has to be done again and again, and who is able to.

use std::process::ExitCode;

use clap::ValueEnum;
use warden_govern::{
    estate::Lookup,
    programme::{Due, DueState, due, due_rows, overdue, skills, table},
};

use super::IN_THE_WAY;
use crate::{
    Failure, World,
    estates::From,
    governed::{add, hang, json, owner},
    output,
};

/// How a table is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    /// For a person
    Human,
    /// Everything, for programs
    Json,
    /// For spreadsheets and registers
    Csv,
}

/// Show what has to be done again and again, what is overdue first
///
/// Reviews of agents, assessments of vendors, drift checks, the behaviour baseline, certificates of
/// staff, red teams, exercises of playbooks, reports to the board, and the item in the risk register
/// of the enterprise.
#[derive(Debug, clap::Args)]
pub(super) struct DueArgs {
    #[command(flatten)]
    from: From,

    /// Only what is overdue or was never done
    #[arg(long)]
    overdue: bool,

    /// Exit with 13 if something is overdue or was never done
    #[arg(long)]
    fail: bool,

    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = TableFormat::Human)]
    format: TableFormat,
}

impl DueArgs {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let estate = self.from.load(world)?;
        let mut all = due(&Lookup::new(&estate));
        let late = overdue(&all);
        if self.overdue {
            all.retain(|one| one.state != DueState::Fresh);
        }
        output::print(&match self.format {
            TableFormat::Human => text(&all, late),
            TableFormat::Json => json(&all)?,
            TableFormat::Csv => table(&due_rows(&all)),
        })?;
        let fails = self.fail && late > 0;
        Ok(if fails { ExitCode::from(IN_THE_WAY) } else { ExitCode::SUCCESS })
    }
}

fn text(all: &[Due], late: usize) -> String {
    let mut out = String::new();
    for one in all {
        let subject =
            if one.subject.is_empty() { String::new() } else { format!(" of {}", one.subject) };
        let when = match (one.state, one.due, one.late) {
            (DueState::Never, _, _) => "never done".to_owned(),
            (_, Some(due), Some(days)) => format!("was due {due}, {days} days ago"),
            (DueState::Overdue, _, _) => "due now".to_owned(),
            (DueState::Fresh, Some(due), None) => format!("due {due}"),
            (DueState::Fresh, None, _) => "no day".to_owned(),
        };
        let step = one.step.as_ref().map_or_else(String::new, |step| format!("; {step}"));
        let by = owner(one.owner.as_deref());
        let text = format!("{:<8} {}{subject}: {when}; {by}{step}", one.state, one.what);
        hang(&mut out, (0, 9), &text);
    }
    add(&mut out, 0, &format!("{late} overdue or never done"));
    out
}

/// Show who is certified for what, until when, and which areas nobody covers
#[derive(Debug, clap::Args)]
pub(super) struct SkillsArgs {
    #[command(flatten)]
    from: From,

    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = TableFormat::Human)]
    format: TableFormat,
}

impl SkillsArgs {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let estate = self.from.load(world)?;
        let found = skills(&Lookup::new(&estate));
        output::print(&match self.format {
            TableFormat::Json => json(&found)?,
            TableFormat::Csv => table(&found.rows()),
            TableFormat::Human => {
                let mut out = String::new();
                for held in &found.held {
                    let until = held.expires.map_or_else(|| "no end".into(), |day| day.to_string());
                    let counts = if held.counts { "" } else { ", does not count" };
                    let text = format!(
                        "{}: {} of {}, until {until}{counts}",
                        held.person, held.certificate, held.issuer
                    );
                    add(&mut out, 0, &text);
                }
                for gap in &found.areas {
                    let people = gap.people.join(", ");
                    let people = if people.is_empty() { "GAP: nobody" } else { &people };
                    add(&mut out, 0, &format!("{:<18} {people}", gap.area));
                }
                out
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

//! Every server's assessment, and what is wrong with them.

use std::process::ExitCode;

use serde_json::json;
use warden_govern::{
    assess::{Review, findings, reviews},
    estate::Lookup,
};
use warden_model::Severity;
use warden_report::printable;

use super::{Format, Known, pretty, say};
use crate::{Failure, World, output};

/// List the assessments of all servers: how far each is, when it is due, what is overdue
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only those of which somebody has to be told: overdue, due for review, never assessed
    #[arg(long)]
    overdue: bool,

    /// For whom
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    known: Known,
}

/// Show what is wrong: answers that were seen to be otherwise, and assessments that are overdue
///
/// The JSON form is a part of an estate: put into its folder, the findings count everywhere. The
/// exit code is that of the worst one, so that a job can raise the alarm.
#[derive(Debug, clap::Args)]
pub(super) struct FindingsArgs {
    /// For whom
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    known: Known,
}

/// The widest name that fits into the table.
const NAME: usize = 28;

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let (estate, day) = self.known.load(world)?;
        let lookup = Lookup::new(&estate);
        let mut all = reviews(&lookup, day);
        all.retain(|review| !self.overdue || review.is_alarm());
        if self.format == Format::Json {
            let rows: Vec<_> = all.iter().map(say::review_json).collect();
            let digest = estate.digest().to_string();
            let value = json!({"as_of": day, "assessments": rows, "estate": digest, "version": 1});
            return output::print(&pretty(&value)?);
        }
        let alarms = all.iter().filter(|review| review.is_alarm()).count();
        let mut out = format!("{:<NAME$}  state         next        overdue  answered\n", "server");
        out.extend(all.iter().map(row));
        out.push_str(&format!(
            "\n{} servers as of {day}; {alarms} are overdue, due for review or never assessed\n",
            all.len()
        ));
        output::print(&out)
    }
}

fn row(review: &Review<'_>) -> String {
    let next = review.next.map_or("none".into(), |day| day.to_string());
    let late = review.overdue.map_or("no".into(), |days| format!("{days} d"));
    let of = review.answered;
    let facts = format!("{:<12}  {next:<10}  {late:>7}  {} of {}\n", review.state, of.of, of.all);
    let name = printable(&review.server.id);
    // Names are never cut: two could look the same.
    if name.chars().count() <= NAME {
        format!("{name:<NAME$}  {facts}")
    } else {
        format!("{name}\n{:<NAME$}  {facts}", "")
    }
}

impl FindingsArgs {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let (estate, day) = self.known.load(world)?;
        let lookup = Lookup::new(&estate);
        let all = findings(&reviews(&lookup, day), day);
        if self.format == Format::Json {
            output::print(&pretty(&json!({ "findings": all }))?)?;
        } else if all.is_empty() {
            output::print("nothing is overdue, and nothing is said that was seen otherwise\n")?;
        } else {
            let text: String = all.iter().map(say::finding).collect();
            output::print(&format!("{text}\n{} findings as of {day}\n", all.len()))?;
        }
        let worst = all.iter().map(|one| one.severity).max();
        Ok(worst.map_or(ExitCode::SUCCESS, |worst| ExitCode::from(code(worst))))
    }
}

/// The exit code of the worst finding, as everywhere.
const fn code(worst: Severity) -> u8 {
    match worst {
        Severity::Info | Severity::Low => 11,
        Severity::Medium => 12,
        Severity::High => 13,
        Severity::Critical => 14,
    }
}

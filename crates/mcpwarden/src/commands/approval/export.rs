//! The questions with what was answered, for people, tables and programs.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;
use warden_policy::approval::{
    Filled, Set, contradictions, filled, filled_csv, filled_json, filled_page,
};

use super::answer::nothing;
use crate::{Failure, Kind, World, approvals::Desk, output, paths::Paths};

/// Write the questions with answers, evidence, and who said so
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server
    #[arg(value_name = "NAME")]
    name: String,

    /// The form
    #[arg(long, value_enum, default_value_t = Format::Md, value_name = "FORM")]
    format: Format,

    /// Which questions
    #[arg(long, value_enum, default_value_t = List::Both, value_name = "LIST")]
    set: List,

    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page of Markdown
    Md,
    /// JSON
    Json,
    /// A table
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum List {
    /// The 12 of an approval and the 15 for a vendor
    Both,
    /// The 12 of an approval
    Approval,
    /// The 15 for a vendor
    Vendor,
    /// The 20 that both were merged into
    Merged,
}

impl Args {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let desk = Desk::open(world, paths)?;
        let acts = desk.known(&self.name)?;
        let history = desk.history(&acts);
        let dossier = history.dossier.as_ref().ok_or_else(|| nothing(&self.name))?;
        let sets: &[Set] = match self.set {
            List::Both => &[Set::Approval, Set::Vendor],
            List::Approval => &[Set::Approval],
            List::Vendor => &[Set::Vendor],
            List::Merged => &[Set::Merged],
        };
        let rows_of = |set: &Set| filled(*set, dossier, &desk.policy, desk.now);
        let rows: Vec<Filled<'_>> = sets.iter().flat_map(rows_of).collect();
        let state = history.word(&history.standing(&desk.policy, desk.now));
        let text = match self.format {
            Format::Md => filled_page(&format!("{}: {state}", self.name), &rows),
            Format::Csv => filled_csv(&rows),
            Format::Json => {
                let against = contradictions(&dossier.answers);
                let value = json!({
                    "at": desk.now,
                    "contradictions": against
                        .iter()
                        .map(|it| json!({"detail": it.detail, "question": it.question.id}))
                        .collect::<Vec<_>>(),
                    "questions": filled_json(&rows),
                    "request": dossier.request,
                    "server": self.name,
                    "state": state,
                    "subject": dossier.subject,
                    "version": 1,
                });
                let text = serde_json::to_string_pretty(&value).map_err(|error| {
                    Failure::new(Kind::Internal, "it cannot be written").caused_by(error)
                })?;
                format!("{text}\n")
            }
        };
        match &self.output {
            Some(file) => output::save(&world.cwd.join(file), &text),
            None => output::print(&text),
        }
    }
}

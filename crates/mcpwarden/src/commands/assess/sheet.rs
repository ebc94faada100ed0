//! Questions as a table, as JSON, and on one page of paper.

use std::path::PathBuf;

use clap::ValueEnum;
use warden_govern::{assess::asked, estate::Lookup};
use warden_policy::approval::{csv, json, page};
use warden_report::assess::{Sheet, sheet};

use super::{Known, List, pretty, server, write};
use crate::{Failure, World};

/// Write the questions: what they ask, what a yes means, and where evidence comes from
#[derive(Debug, clap::Args)]
pub(super) struct QuestionsArgs {
    /// Which questions
    #[arg(long, value_enum, default_value_t = List::Merged, value_name = "SET")]
    set: List,

    /// The form
    #[arg(long, value_enum, default_value_t = Table::Csv, value_name = "FORM")]
    format: Table,

    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Table {
    /// A table
    Csv,
    /// JSON, with the digest by which a form names them
    Json,
    /// A page of Markdown
    Md,
}

impl QuestionsArgs {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let of = self.set.into();
        let text = match self.format {
            Table::Csv => csv(of),
            Table::Json => pretty(&json(of))?,
            Table::Md => page(of),
        };
        write(&text, self.output.as_ref(), world)
    }
}

/// Write the questions on one page, A4 or Letter, to be printed from a browser
///
/// It is empty, or has what is known of a server.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server; otherwise the page is empty
    #[arg(value_name = "SERVER")]
    server: Option<String>,

    /// Which questions
    #[arg(long, value_enum, default_value_t = List::Merged, value_name = "SET")]
    set: List,

    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    known: Known,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let set = self.set.into();
        let text = match &self.server {
            None => sheet(&Sheet { set, known: None }),
            Some(id) => {
                let (estate, day) = self.known.load(world)?;
                let of = server(&estate, id)?;
                let all = asked(set, of, &Lookup::new(&estate), day);
                sheet(&Sheet { set, known: Some((&of.id, &all, day)) })
            }
        };
        write(&text, self.output.as_ref(), world)
    }
}

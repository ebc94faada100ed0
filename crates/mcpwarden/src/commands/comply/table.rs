//! The table of frameworks, risks and required controls.

use std::process::ExitCode;

use warden_govern::comply::{COLUMNS, Ground, RowState, judge_estate, rows};

use super::{Common, text};
use crate::{Failure, World};

/// Show the table of frameworks, risks and required controls for a report
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mcpwarden comply table --estate estate.json")]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let ask = |ground: &Ground<'_>| Ok(rows(&judge_estate(ground)));
        self.common.answer(world, "rows", ask, |rows, _| rows.iter().map(row).collect())
    }
}

fn row(row: &RowState) -> String {
    let [framework, risk, controls] = COLUMNS;
    let mut out = text::folded(framework, 20, row.framework);
    out.push_str(&text::folded(risk, 20, row.risk));
    out.push_str(&format!("{controls}\n"));
    for need in &row.needs {
        let says = format!(
            "{} ({}) {}; {} in evidence; {}",
            need.name,
            need.at.join(", "),
            need.controls.join(" "),
            need.evidence.len(),
            need.query
        );
        out.push_str(&text::folded(&format!("  {}", text::status(need.status)), 16, &says));
    }
    if let Some(note) = row.note {
        out.push_str(&text::folded("  note", 16, note));
    }
    out.push('\n');
    out
}

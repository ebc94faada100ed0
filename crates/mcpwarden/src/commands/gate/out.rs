//! Where a gate writes what it found.

use std::{fs, io::Write as _, path::PathBuf};

use warden_report::{
    Colors, Tool, View,
    gate::{self, Report},
};

use crate::{
    Failure, Kind, World,
    commands::{self, scan::Format},
    output,
};

/// Columns of a report in a file, where no terminal sets them.
const FILE_COLUMNS: usize = 100;

/// How and where the result is shown.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Out {
    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,

    /// Write the result to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write SARIF to this file as well
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,

    /// Write issues to this file as well, as GitLab's Code Quality reads them
    #[arg(long, value_name = "FILE")]
    code_quality: Option<PathBuf>,

    /// Add Markdown to the end of this file as well, such as `$GITHUB_STEP_SUMMARY`
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
}

impl Out {
    /// Writes the report everywhere that was asked for.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(&self, report: &Report, world: &World) -> Result<(), Failure> {
        let rules = if report.findings.is_empty() { Vec::new() } else { commands::rules() };
        let tool = Tool { version: env!("CARGO_PKG_VERSION"), rules: &rules };
        let failed = |error: serde_json::Error| {
            Failure::new(Kind::Internal, "cannot write the report").caused_by(error)
        };
        let at = |file: &PathBuf| world.cwd.join(file);
        if let Some(file) = &self.sarif {
            output::save(&at(file), &gate::sarif(report, &tool).map_err(failed)?)?;
        }
        if let Some(file) = &self.code_quality {
            output::save(&at(file), &gate::quality(report).map_err(failed)?)?;
        }
        if let Some(file) = &self.summary {
            append(&at(file), &gate::markdown(report))?;
        }
        let view = match self.output {
            Some(_) => View { columns: FILE_COLUMNS, colors: Colors::Off },
            None => world.view(),
        };
        let text = match self.format {
            Format::Human => Ok(gate::human(report, view)),
            Format::Json => gate::json(report, &tool),
            Format::Sarif => gate::sarif(report, &tool),
            Format::Github => Ok(gate::annotations(report)),
        };
        let text = text.map_err(failed)?;
        match &self.output {
            Some(file) => output::save(&at(file), &text),
            None => output::print(&text),
        }
    }
}

/// Adds a text to the end of a file, which other steps write to as well.
fn append(file: &std::path::Path, text: &str) -> Result<(), Failure> {
    let opened = fs::OpenOptions::new().create(true).append(true).open(file);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        Failure::new(Kind::Usage, format!("cannot write the summary to `{}`", file.display()))
            .caused_by(error)
            .hint("name a file in a folder that exists and that you may write to")
    })
}

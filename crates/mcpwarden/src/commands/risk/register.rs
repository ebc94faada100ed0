//! The risk register, and its export.

use std::path::PathBuf;

use warden_govern::{
    estate::Lookup,
    money::Portfolio,
    risk::{Heading, Risk, Risks, Source, register, to_csv, to_json},
};

use super::{Inputs, money::Drawn, print_json, told};
use crate::{Failure, Kind, World, output};

/// Show the risk register, or export it for that of the enterprise
///
/// What stands is one risk for each server and class, scenarios come first. The export has the
/// columns `Risk Scenario`, `Technical Severity`, `Business Exposure Factor` and `Composite Risk`
/// first, and ours after them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden risk register --estate estate.json
  mcpwarden risk register --estate estate.json --format csv --output register.csv")]
pub(super) struct Args {
    #[command(flatten)]
    from: Inputs,
    #[command(flatten)]
    drawn: Drawn,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// How many are shown at most; exports have all
    #[arg(long, value_name = "COUNT", default_value_t = 25)]
    most: usize,
    /// Write it to a file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For spreadsheets and registers
    Csv,
    /// For programs
    Json,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let (estate, weights) = self.from.load(world)?;
        let known = Lookup::new(&estate);
        let risks = Risks::of(&known, &weights, estate.day());
        let money = Portfolio::of(&estate, self.drawn.settings());
        let risks_of = register(&risks, &known, &money);
        let heading = Heading { day: risks.day, currency: money.currency };
        let text = match self.format {
            Format::Human => {
                let heading = told::heading("risk register", risks.day, weights.stamp());
                format!("{heading}{}", human(&risks_of, money.currency, self.most))
            }
            Format::Csv => String::from_utf8(to_csv(&risks_of, heading)).map_err(|error| {
                Failure::new(Kind::Internal, "cannot write the register as CSV").caused_by(error)
            })?,
            Format::Json if self.output.is_none() => {
                return print_json(&to_json(&risks_of, heading));
            }
            Format::Json => format!("{:#}\n", to_json(&risks_of, heading)),
        };
        match &self.output {
            Some(file) => output::save(file, &text),
            None => output::print(&text),
        }
    }
}

fn human(register: &[Risk<'_>], currency: Option<&str>, most: usize) -> String {
    let mut out = String::new();
    for risk in register.iter().take(most) {
        let size = match &risk.source {
            Source::Findings { worst, findings, open } => format!(
                "composite {} {}, technical {}; findings: {}, not accepted: {open}",
                worst.composite.points(),
                worst.composite.level(),
                worst.technical.severity,
                findings.len()
            ),
            Source::Scenario { residual: Ok(range), .. } => format!(
                "a year costs P50 {}, P10 {}, P90 {}",
                told::amount(range.p50, currency),
                told::amount(range.p10, currency),
                told::amount(range.p90, currency)
            ),
            Source::Scenario { residual: Err(missing), .. } => missing.to_string(),
        };
        out.push_str(&told::wrapped(&risk.scenario, 0));
        out.push_str(&told::wrapped(&risk.id, 2));
        out.push_str(&told::wrapped(&size, 2));
        if let Source::Findings { worst, .. } = &risk.source {
            out.push_str(&told::wrapped(&worst.composite.factor(), 2));
        }
        out.push_str(&told::wrapped(&done(risk), 2));
        out.push('\n');
    }
    out.push_str(&told::more(register.len(), most));
    let overdue = register.iter().filter(|risk| risk.overdue).count();
    out.push_str(&format!("{} risks, {overdue} overdue\n", register.len()));
    out
}

fn done(risk: &Risk<'_>) -> String {
    let treatment = risk.treatment.map_or("treatment not set", warden_govern::Word::word);
    let owner = risk.owner.unwrap_or("no owner");
    let due = risk.due.map_or_else(|| "no day is set".to_owned(), |due| format!("by {due}"));
    let overdue = if risk.overdue { ", overdue" } else { "" };
    let mut text = format!("{treatment}, {owner}, {due}{overdue}");
    // Of what is accepted the reason follows below.
    if let Some(action) = risk.action.filter(|_| risk.acceptances.is_empty()) {
        text.push_str(&format!(": {action}"));
    }
    for accepted in &risk.acceptances {
        text.push_str(&format!(
            "; {} accepts until {}: {}",
            accepted.owner, accepted.until, accepted.reason
        ));
    }
    text
}

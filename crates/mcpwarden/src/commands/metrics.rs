//! `mcpwarden metrics`: the figures, each with what it is computed from.

use std::process::ExitCode;

use serde::Serialize;
use warden_govern::{
    estate::Lookup,
    metrics::{
        Change, Computed, DRILL, Given, Metric, Series, Verdict, metrics, named, names, trend,
    },
};

use crate::{
    Failure, Kind, World,
    estates::From,
    governed::{Format, RecordArgs, add, hang},
};

/// Show the figures of the programme, each with what is counted over what
///
/// A share of nothing is n/a; what nobody counted is not measured. Times of incidents that were not
/// detected are infinite: they are told, and never left out of a mean. With names, only those
/// figures are shown, with everything that they are made of.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden metrics --estate estate
  mcpwarden metrics --estate estate M10 M5
  mcpwarden metrics --estate estate --record estate/past.csv
  mcpwarden metrics --estate estate --format json

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(flatten)]
    from: From,

    /// Only these figures, with everything that they are made of: M10 is M10-drift as well
    #[arg(value_name = "FIGURE")]
    figures: Vec<String>,

    /// From how many questions to one person in an hour on a yes is held for tiredness
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    fatigue_per_hour: u32,

    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,

    #[command(flatten)]
    record: RecordArgs,
}

/// The figures, and how they moved.
#[derive(Serialize)]
struct Shown<'m> {
    as_of: String,
    estate: String,
    metrics: Vec<&'m Metric>,
    trend: Vec<Series>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        self.known()?;
        let estate = self.from.load(world)?;
        let known = Lookup::new(&estate);
        let computed = Computed::of(&known);
        let given = Given { fatigue_per_hour: self.fatigue_per_hour, ..computed.given() };
        let most = if self.figures.is_empty() { DRILL } else { usize::MAX };
        let all = metrics(&known, &given, most);
        let chosen: Vec<&Metric> = if self.figures.is_empty() {
            all.iter().collect()
        } else {
            self.figures.iter().flat_map(|figure| named(&all, figure)).collect()
        };
        let mut trend = trend(&estate, &all);
        trend.retain(|series| chosen.iter().any(|metric| metric.figure.id == series.figure));
        let shown = Shown {
            as_of: estate.as_of.to_string(),
            estate: estate.digest().to_string(),
            metrics: chosen,
            trend,
        };
        self.format.print(&shown, || text(&shown, most == usize::MAX))?;
        self.record.run(world, &estate, &all)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Refuses names of figures that there are not.
    fn known(&self) -> Result<(), Failure> {
        let is = |figure: &str| {
            names().any(|name| {
                let base = name.split('-').next().unwrap_or(name);
                name.eq_ignore_ascii_case(figure) || base.eq_ignore_ascii_case(figure)
            })
        };
        match self.figures.iter().find(|figure| !is(figure)) {
            None => Ok(()),
            Some(figure) => {
                let all: Vec<_> = names().collect();
                Err(Failure::new(Kind::Usage, format!("`{figure}` is no figure"))
                    .hint(format!("there is {}", all.join(", "))))
            }
        }
    }
}

fn text(shown: &Shown<'_>, whole: bool) -> String {
    let mut out = format!("Figures as of {}\nEstate {}\n\n", shown.as_of, shown.estate);
    for metric in &shown.metrics {
        one(&mut out, metric, shown.trend.iter().find(|one| one.figure == metric.figure.id));
        if whole {
            all_of(&mut out, metric);
        }
    }
    let worse: Vec<_> =
        shown.trend.iter().filter(|one| one.worsening).map(|one| one.figure).collect();
    out.push('\n');
    if worse.is_empty() {
        out.push_str("No figure is worse than in the quarter before, as far as it was recorded.\n");
    } else {
        add(&mut out, 0, &format!("Worse than in the quarter before: {}", worse.join(", ")));
    }
    out
}

fn one(out: &mut String, metric: &Metric, series: Option<&Series>) {
    let figure = &metric.figure;
    let ratio = figure.ratio.filter(|ratio| ratio.all > 0);
    let ratio = ratio.map_or_else(String::new, |ratio| format!(" ({} of {})", ratio.of, ratio.all));
    let verdict = match metric.verdict {
        None => "",
        Some(Verdict::Pass) => ", pass",
        Some(Verdict::Fail) => ", FAIL",
    };
    let change = match series.and_then(|one| one.points.last()).map(|point| point.change) {
        Some(Change::Worse) => ", worse",
        Some(Change::Better) => ", better",
        Some(Change::Same | Change::Unknown) | None => "",
    };
    let head = format!("{:<15} {}: ", figure.id, figure.title);
    hang(out, (0, 16), &format!("{head}{}{ratio}{verdict}{change}", figure.value));
}

fn all_of(out: &mut String, metric: &Metric) {
    add(out, 4, &format!("counted: {}", metric.formula));
    for row in &metric.rows {
        add(out, 4, &format!("{}: {}", row.name, row.value));
    }
    if !metric.figure.drill.is_empty() {
        add(out, 4, &format!("to look at: {}", metric.drill_all));
        for one in &metric.figure.drill {
            add(out, 6, one);
        }
    }
}

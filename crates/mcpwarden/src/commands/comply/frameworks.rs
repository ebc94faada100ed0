//! Frameworks: all of them, and one.

use std::process::ExitCode;

use serde::Serialize;
use warden_govern::comply::{
    ByLens, Demanded, Framework, Ground, NotCovered, Provision, Scope, Unmanaged, by_lens,
    framework, judge_estate, not_covered, overview, unmanaged,
};

use super::{Common, no_such, text};
use crate::{Failure, World};

/// Show how every framework stands
///
/// Coverage is metric M19: what a framework asks, as far as a control stands for it, and of that
/// what has evidence young enough. Met is what also holds, with nothing open against it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mcpwarden comply frameworks --estate estate.json --format json")]
pub(super) struct All {
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Serialize)]
struct Overview {
    frameworks: Vec<Framework>,
    lenses: Vec<ByLens>,
    unmanaged_third_parties: Vec<Unmanaged>,
    not_covered: &'static [NotCovered],
}

impl All {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let ask = |ground: &Ground<'_>| {
            let judged = judge_estate(ground);
            Ok(Overview {
                frameworks: overview(&Scope::all(ground), &judged),
                lenses: by_lens(&judged),
                unmanaged_third_parties: unmanaged(ground),
                not_covered: not_covered(),
            })
        };
        self.common.answer(world, "comply", ask, |overview, _| overview.text())
    }
}

impl Overview {
    fn text(&self) -> String {
        let mut out = format!("{:<18}{:>12}{:>12}  {}\n", "framework", "coverage", "met", "name");
        for one in &self.frameworks {
            let (coverage, met) = (one.coverage.percent(), one.met.percent());
            let head = format!("{:<18}{coverage:>12}{met:>12}  ", one.id);
            out.push_str(&text::folded(&head, 44, one.title));
        }
        out.push_str("\nby lens\n");
        for one in &self.lenses {
            let met = format!("{} of {} met", one.met.of, one.met.all);
            let head = format!("  {:<24}{met:<14}  ", one.lens);
            out.push_str(&text::folded(
                &head,
                42,
                &format!("open: {}", text::names(&one.open, one.open.len())),
            ));
        }
        let count = self.unmanaged_third_parties.len();
        let ids: Vec<_> = self.unmanaged_third_parties.iter().map(|one| &one.id).collect();
        out.push_str(&format!("\nunmanaged ICT third parties: {count}\n"));
        if count > 0 {
            out.push_str(&text::folded("", 2, &text::names(&ids, count)));
        }
        out.push_str("\nnot covered by any class of findings\n");
        for one in self.not_covered {
            out.push_str(&text::folded(&format!("  {:<12}", one.id), 14, one.why));
        }
        out
    }
}

/// Show what one framework asks, and what shows it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden comply framework DORA --estate estate.json
  mcpwarden comply framework nist-ai-rmf --open --estate estate.json")]
pub(super) struct One {
    /// The framework, as `mcpwarden comply frameworks` names it
    #[arg(value_name = "FRAMEWORK")]
    id: String,

    /// Only what is not met
    #[arg(long)]
    open: bool,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Serialize)]
struct Told {
    #[serde(flatten)]
    framework: Framework,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unmanaged_third_parties: Vec<Unmanaged>,
}

impl One {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let ask = |ground: &Ground<'_>| {
            let scope = Scope::all(ground);
            let found = framework(&scope, &judge_estate(ground), &self.id);
            let mut framework = found.ok_or_else(|| {
                let known = warden_model::frameworks().iter().map(|(id, _)| (*id).to_owned());
                no_such("framework", &self.id, known)
            })?;
            if self.open {
                framework.demanded.retain(|one| one.status != warden_govern::comply::Status::Met);
            }
            let dora = framework.id == "DORA";
            let unmanaged_third_parties = if dora { unmanaged(ground) } else { Vec::new() };
            Ok(Told { framework, unmanaged_third_parties })
        };
        self.common.answer(world, "framework", ask, Told::text)
    }
}

impl Told {
    fn text(&self, ground: &Ground<'_>) -> String {
        let one = &self.framework;
        let mut out = format!("{}: {}\n", one.id, one.title);
        for (name, ratio) in [("coverage", one.coverage), ("met", one.met)] {
            out.push_str(&format!(
                "{name:<10}{:>8}  {} of {}\n",
                ratio.percent(),
                ratio.of,
                ratio.all
            ));
        }
        out.push('\n');
        for demanded in &one.demanded {
            out.push_str(&demand(demanded, one.id, ground));
        }
        for date in &one.dates {
            let says =
                if date.from <= ground.day { "applies since" } else { "readiness: applies from" };
            out.push_str(&text::folded("  ", 4, &format!("{}: {says} {}", date.what, date.from)));
        }
        if !self.unmanaged_third_parties.is_empty() {
            let count = self.unmanaged_third_parties.len();
            out.push_str(&format!("\nunmanaged ICT third parties: {count}\n"));
            for third in self.unmanaged_third_parties.iter().take(20) {
                out.push_str(&text::folded(
                    "  ",
                    4,
                    &format!("{} lacks {}", third.id, third.lacks.join(", ")),
                ));
            }
        }
        if !one.outside.is_empty() {
            let outside = one.outside.join(", ");
            out.push_str(&text::folded("", 2, &format!("\nno control stands for: {outside}")));
        }
        if one.demanded.iter().any(|demanded| !demanded.checked) {
            out.push_str("? the mapping was not held against the text of its publisher\n");
        }
        out
    }
}

fn demand(demanded: &Demanded, framework: &str, ground: &Ground<'_>) -> String {
    let mark = if demanded.checked { "" } else { "?" };
    let id = format!("{}{mark}", demanded.id);
    let mut says = format!("{} [{}]", demanded.wording, demanded.controls.join(" "));
    if !demanded.findings.is_empty() {
        let open = text::names(&demanded.findings, demanded.findings.len());
        says.push_str(&format!(" open: {open}"));
    }
    if framework == "EU-AI-Act"
        && let Provision::Readiness(from) = Provision::of(demanded.id, ground.day)
    {
        says.push_str(&format!(" readiness until {from}"));
    }
    let head = format!("{}{id:<18}", text::status(demanded.status));
    text::folded(&head, 33, says.trim_start())
}

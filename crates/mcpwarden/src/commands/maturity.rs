//! `mcpwarden maturity`: how mature the programme is, and what it takes to be more.

use std::process::ExitCode;

use clap::ValueEnum;
use serde::Serialize;
use warden_govern::{
    estate::Lookup,
    maturity::{Maturity, MaturityTier, Mvp, Signal, maturity, mvp},
    metrics::{Computed, DRILL, metrics},
};

use crate::{
    Failure, World,
    estates::From,
    governed::{Format, RecordArgs, add, hang, owner, some},
};

/// Tell how mature the programme is, from data, and what is missing for more
///
/// There are four maturity tiers. Each has signals that are read from the estate: no question is
/// asked. The tier is the highest one of which all signals hold, and all of those below it; what is
/// not known does not hold. A server in production without authentication or logging keeps the
/// programme in Maturity tier 1.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden maturity --estate estate
  mcpwarden maturity --estate estate.json --profile mvp
  mcpwarden maturity --estate estate --record estate/past.csv --day-zero
  mcpwarden maturity --estate estate --format json

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(flatten)]
    from: From,

    /// What to look at
    #[arg(long, value_enum, value_name = "PROFILE", default_value_t = Profile::Full)]
    profile: Profile,

    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,

    #[command(flatten)]
    record: RecordArgs,
}

/// What to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// Every signal of every maturity tier
    Full,
    /// The four elements of the least programme, which together are Maturity tier 2
    Mvp,
}

/// The least programme, and the tier.
#[derive(Serialize)]
struct Least {
    tier: MaturityTier,
    mvp: Mvp,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let estate = self.from.load(world)?;
        let known = Lookup::new(&estate);
        let found = maturity(&known);
        match self.profile {
            Profile::Full => self.format.print(&found, || full(&found))?,
            Profile::Mvp => {
                let least = Least { tier: found.tier, mvp: mvp(&known) };
                self.format.print(&least, || elements(&least))?;
            }
        }
        self.record.run(world, &estate, &metrics(&known, &Computed::of(&known).given(), DRILL))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn full(found: &Maturity) -> String {
    let mut out = format!("{}\n{}\n", found.tier, found.tier.subtitle());
    let target = match (found.target, found.target_by) {
        (None, _) => "Target: nobody has set one".into(),
        (Some(target), None) => format!("Target: {target}, without a day"),
        (Some(target), Some(by)) => format!("Target: {target} by {by}"),
    };
    add(&mut out, 0, &target);
    add(
        &mut out,
        0,
        &format!("{} of {} signals hold on {}", found.met.of, found.met.all, found.day),
    );
    for tier in MaturityTier::ALL.into_iter().skip(1) {
        out.push_str(&format!("\n{tier}\n"));
        found
            .signals
            .iter()
            .filter(|signal| signal.tier == tier)
            .for_each(|it| signal(&mut out, it));
    }
    let present: Vec<_> = found.symptoms.iter().filter(|one| one.present).collect();
    if !present.is_empty() {
        out.push_str("\nWhat shows Maturity tier 1\n");
        for one in present {
            add(&mut out, 2, one.title);
        }
    }
    if !found.blocking.is_empty() {
        out.push_str("\nIn production, and in the way of Maturity tier 2\n");
        let all: Vec<String> = found
            .blocking
            .iter()
            .map(|one| format!("{} (no {})", one.server, one.lacks.join(", no ")))
            .collect();
        add(&mut out, 2, &some(&all, all.len()));
    }
    roadmap(&mut out, found);
    history(&mut out, found);
    out
}

fn signal(out: &mut String, signal: &Signal) {
    let mark = if signal.holds { "yes" } else { "no " };
    hang(out, (2, 6), &format!("{mark} {:<12} {}", signal.id, signal.title));
    if !signal.holds {
        add(out, 6, &signal.says);
        if !signal.missing.is_empty() {
            add(out, 6, &format!("missing: {}", some(&signal.missing, signal.missing.len())));
        }
    }
}

fn roadmap(out: &mut String, found: &Maturity) {
    if found.roadmap.is_empty() {
        return;
    }
    out.push_str("\nThe way, in order\n");
    for step in &found.roadmap {
        let by = owner(step.owner.as_deref());
        hang(out, (2, 5), &format!("{}. {} ({}): {by}", step.place, step.title, step.signal));
        add(out, 5, step.next);
    }
}

fn history(out: &mut String, found: &Maturity) {
    let since = &found.since;
    out.push_str("\nSince the first day\n");
    match since.tier {
        None => add(out, 2, "not recorded: `--record FILE --day-zero` does, on the first day"),
        Some(tier) => add(out, 2, &format!("{tier} then, {} now", found.tier)),
    }
    for (word, signals) in [("gained", &since.gained), ("lost", &since.lost)] {
        if !signals.is_empty() {
            add(out, 2, &format!("{word}: {}", signals.join(", ")));
        }
    }
    for earlier in &found.trend {
        add(out, 2, &format!("{}: {}", earlier.quarter, earlier.tier));
    }
}

fn elements(least: &Least) -> String {
    let mvp = &least.mvp;
    let mut out = format!("The least programme: {}/{}\n{}\n", mvp.met.of, mvp.met.all, least.tier);
    for element in &mvp.elements {
        let mark = if element.holds { "yes" } else { "no " };
        add(&mut out, 2, &format!("{mark} {}", element.title));
        if !element.holds {
            add(&mut out, 6, &element.says);
            if !element.missing.is_empty() {
                let missing = some(&element.missing, element.missing.len());
                add(&mut out, 6, &format!("missing: {missing}"));
            }
        }
    }
    add(&mut out, 0, "Needs files, and what takes syslog or HTTP; no other service.");
    out
}

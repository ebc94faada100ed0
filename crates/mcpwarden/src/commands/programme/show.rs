//! The plan, as it stands.

use std::process::ExitCode;

use warden_govern::{
    Word as _,
    estate::Lookup,
    metrics::Computed,
    programme::{Catalogue, Phase, Programme, Source, State, Task, programme},
    risk::{self, Risks, Weights},
};

use crate::{
    Failure, World,
    estates::From,
    governed::{Format, add, hang, owner, some},
};

/// Show every task of the plan, how far it is, and what is late
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    from: From,

    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let estate = self.from.load(world)?;
        let known = Lookup::new(&estate);
        let risks = Risks::of(&known, &Weights::default(), estate.day());
        let catalogue = Catalogue::from(&risk::Catalogue::of(&risks, &known, estate.as_of));
        let found = programme(&known, &Computed::of(&known).given(), Some(&catalogue));
        self.format.print(&found, || text(&found))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn text(found: &Programme) -> String {
    let mut out = format!("The programme on {}\n", found.day);
    let begun = match (found.from, found.day_number) {
        (Some(from), Some(number)) => format!("began {from}; this is day {number}"),
        _ => "nobody has said on which day it began: programme_from of the organisation".into(),
    };
    add(&mut out, 0, &begun);
    let done = found.done;
    add(&mut out, 0, &format!("{} of {} tasks of the ninety days are done", done.of, done.all));
    add(&mut out, 0, &format!("{} are late", found.slipped.len()));
    match found.since.tier {
        Some(then) => add(&mut out, 0, &format!("{then} on the first day, {} now", found.tier)),
        None => add(&mut out, 0, &format!("{} now; the first day is not on record", found.tier)),
    }
    for progress in &found.phases {
        let until = progress.until.map_or_else(String::new, |day| format!(", until {day}"));
        let (of, all) = (progress.done.of, progress.done.all);
        out.push_str(&format!("\n{}{until}: {of} of {all}\n", head(progress.phase)));
        let tasks = found.tasks.iter().filter(|task| task.phase == progress.phase);
        for one in tasks {
            task(&mut out, one);
        }
    }
    documents(&mut out, found);
    if !found.ownerless.is_empty() {
        out.push_str("\nAgents without an accountable person\n");
        add(&mut out, 2, &some(&found.ownerless, found.ownerless.len()));
    }
    out.push('\n');
    for source in Source::all() {
        hang(&mut out, (0, 10), &format!("{source}: {}", source.title()));
    }
    out
}

fn head(phase: Phase) -> String {
    let text = phase.word();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn task(out: &mut String, task: &Task) {
    let late = task.late.map_or_else(String::new, |days| format!(", {days} days late"));
    hang(out, (2, 9), &format!("{:<6} {} ({}){late}", task.state, task.title, task.source));
    if task.state != State::Done {
        add(out, 9, &format!("{}: {}; {}", task.id, owner(task.owner.as_deref()), task.says));
        if !task.missing.is_empty() {
            add(out, 9, &format!("missing: {}", some(&task.missing, task.missing.len())));
        }
    }
    if let Some(day) = task.contradicted {
        add(out, 9, &format!("said to be done on {day}, and the data says otherwise"));
    }
}

fn documents(out: &mut String, found: &Programme) {
    out.push_str("\nDocuments\n");
    add(out, 2, &format!("inventory of day 30: {}", found.inventory));
    for one in &found.ninety.artefacts {
        match (&one.at, &one.digest) {
            (Some(at), Some(digest)) => add(out, 2, &format!("{} of {at}: {digest}", one.kind)),
            _ => add(out, 2, &format!("{}: not handed over", one.kind)),
        }
    }
}

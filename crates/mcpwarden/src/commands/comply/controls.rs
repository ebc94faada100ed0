//! Controls: what each needs, how much of it holds, what shows it, and what is to be done.

use std::process::ExitCode;

use warden_govern::comply::{CONTROLS, Control, Ground, Judged, Scope, judge};

use super::{Common, no_such, text};
use crate::{Failure, World};

/// Show controls with their evidence, owner and what is to be done
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden comply control --estate estate.json
  mcpwarden comply control C3 C13 --estate estate.json --format json")]
pub(super) struct Args {
    /// The controls, C1 to C20; all of them in short if none is named
    #[arg(value_name = "CONTROL")]
    ids: Vec<String>,

    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let wanted = self.wanted()?;
        let ask = |ground: &Ground<'_>| {
            let scope = Scope::all(ground);
            Ok(wanted.iter().map(|control| judge(control, &scope)).collect::<Vec<_>>())
        };
        let brief = self.ids.is_empty();
        self.common.answer(world, "controls", ask, |judged, _| {
            let show = if brief { short } else { long };
            judged.iter().map(show).collect()
        })
    }

    fn wanted(&self) -> Result<Vec<&'static Control>, Failure> {
        if self.ids.is_empty() {
            return Ok(CONTROLS.iter().collect());
        }
        let find = |id: &String| {
            let found = CONTROLS.iter().find(|one| one.id.eq_ignore_ascii_case(id));
            found
                .ok_or_else(|| no_such("control", id, CONTROLS.iter().map(|one| one.id.to_owned())))
        };
        self.ids.iter().collect::<Vec<_>>().into_iter().map(find).collect()
    }
}

fn short(one: &Judged) -> String {
    let fresh = one.freshness.fresh;
    let age = if fresh.all == 0 {
        "no evidence".into()
    } else {
        format!("evidence {} of {} young enough", fresh.of, fresh.all)
    };
    let head = format!("{:<5}{}", one.id, text::status(one.status));
    text::folded(&head, 19, &format!("{}; {age}; {} to do", one.title, one.work.len()))
}

fn long(one: &Judged) -> String {
    let mut out = format!("{} {}: {}\n", one.id, one.title, one.status);
    let lenses: Vec<_> = one.lenses.iter().map(ToString::to_string).collect();
    out.push_str(&text::folded("  lenses", 12, &lenses.join(", ")));
    out.push_str(&text::folded("  owner", 12, one.owner.as_deref().unwrap_or("not known")));
    for part in &one.parts {
        let unknown =
            if part.unknown > 0 { format!(", {} not known", part.unknown) } else { String::new() };
        let says = format!("{}: {} of {}{unknown}", part.what, part.holds.of, part.holds.all);
        out.push_str(&text::folded(
            &format!("  {:<8}{}", part.id, text::status(part.status)),
            24,
            &says,
        ));
    }
    out.push_str(&evidence(one));
    for item in &one.work {
        let total = usize::try_from(item.missing).unwrap_or(usize::MAX);
        let lacking = text::names(&item.lacking, total);
        let says = format!("{} ({}; {lacking})", item.action, item.why);
        out.push_str(&text::folded(&format!("  to do   {}", item.id), 24, &says));
    }
    out.push('\n');
    out
}

fn evidence(one: &Judged) -> String {
    let freshness = &one.freshness;
    let day = |day: Option<jiff::civil::Date>| day.map_or("no day".into(), |day| day.to_string());
    let ids: Vec<_> = one.evidence.iter().map(|cited| cited.id.as_str()).collect();
    let says = format!(
        "{}; {} of {} within {} days, oldest {}, newest {}",
        text::names(&ids, ids.len()),
        freshness.fresh.of,
        freshness.fresh.all,
        freshness.limit_days,
        day(freshness.oldest),
        day(freshness.newest)
    );
    text::folded("  evidence", 12, &says)
}

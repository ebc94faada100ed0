//! An exercise for people, on 80 columns.

use warden_govern::{
    estate::AttackOutcome,
    redteam::{Counts, Noticed, Ordinary, Outcome, Pack, PlayedAttack, PlayedControl},
};

use crate::governed::{add, hang};

/// What a pack has.
pub(super) fn pack(pack: &Pack) -> String {
    let mut out = String::new();
    add(&mut out, 0, &format!("{} {}", pack.name, pack.edition));
    add(&mut out, 0, &pack.digest);
    for campaign in &pack.campaigns {
        let (attacks, controls) = (campaign.attacks.len(), campaign.controls.len());
        let text = format!("{}: {attacks} attacks, {controls} controls", campaign.id);
        add(&mut out, 2, &text);
    }
    add(&mut out, 0, "Every attack does its harm where nothing stops it.");
    out
}

/// What came of an exercise.
pub(super) fn outcome(outcome: &Outcome) -> String {
    let mut out = String::new();
    head(&mut out, outcome);
    table(&mut out, outcome);
    let of = |wanted| outcome.attacks.iter().filter(move |one| one.outcome == wanted);
    attacks(
        &mut out,
        "Missed: the harm was done, and nothing in the ledger says so",
        of(AttackOutcome::Missed),
    );
    attacks(&mut out, "Detected, and not stopped", of(AttackOutcome::Detected));
    let of = |wanted| outcome.controls.iter().filter(move |one| one.outcome == wanted);
    controls(&mut out, "Ordinary work that was refused", of(Ordinary::Refused));
    controls(&mut out, "Ordinary work that went through, and was noticed", of(Ordinary::Noticed));
    last(&mut out, outcome);
    out
}

fn head(out: &mut String, outcome: &Outcome) {
    let given = &outcome.given;
    add(out, 0, &format!("Red team: {} {}", outcome.pack, outcome.edition));
    add(out, 0, &format!("Against policy `{}`", given.policy));
    let user = given.user.as_ref().map_or_else(String::new, |user| format!(" for {user}"));
    let roles = match given.roles.as_slice() {
        [] => "with the roles that the policy gives".to_owned(),
        roles => format!("with the roles {}", roles.join(", ")),
    };
    let level = given.level;
    add(out, 0, &format!("As agent {}{user}, {roles}; servers of level {level}", given.agent));
    out.push('\n');
}

fn table(out: &mut String, outcome: &Outcome) {
    let row = |name: &str, one: Counts| {
        let (attacks, work) =
            (one.blocked + one.detected + one.missed, one.passed + one.noticed + one.refused);
        format!(
            "{name:<16} {attacks:>7} {:>7} {:>8} {:>6}   {work:>8} {:>7}\n",
            one.blocked, one.detected, one.missed, one.refused
        )
    };
    out.push_str("campaign         attacks blocked detected missed   controls refused\n");
    for one in &outcome.campaigns {
        out.push_str(&row(&one.id, outcome.counts(Some(&one.id))));
    }
    out.push_str(&row("all", outcome.counts(None)));
}

fn attacks<'a>(out: &mut String, title: &str, all: impl Iterator<Item = &'a PlayedAttack>) {
    let mut all = all.peekable();
    if all.peek().is_none() {
        return;
    }
    add_title(out, title);
    for one in all {
        hang(out, (2, 6), &format!("{}: {}", one.id, one.title));
        if one.incomplete {
            add(out, 6, "it was not seen to its end, which counts as missed");
        }
        if !one.harmed.is_empty() {
            add(out, 6, &format!("the harm arrived at {}", one.harmed.join(", ")));
        }
        if let Some(first) = one.noticed.first() {
            add(out, 6, &format!("noticed: {}", words(first)));
        }
        let by = one.stopped_by.as_deref().unwrap_or("not known");
        add(out, 6, &format!("what stops it: {by}"));
    }
}

fn controls<'a>(out: &mut String, title: &str, all: impl Iterator<Item = &'a PlayedControl>) {
    let mut all = all.peekable();
    if all.peek().is_none() {
        return;
    }
    add_title(out, title);
    for one in all {
        hang(out, (2, 6), &format!("{}: {}", one.id, one.title));
        if let Some(refused) = &one.refused {
            add(out, 6, &format!("step {}: {}", refused.step, refused.reason));
        }
        if let Some(first) = one.noticed.first() {
            add(out, 6, &format!("noticed: {}", words(first)));
        }
    }
}

fn add_title(out: &mut String, title: &str) {
    out.push('\n');
    add(out, 0, title);
}

/// What was noticed: the event, its codes, and the rules that decided.
fn words(noticed: &Noticed) -> String {
    let codes = noticed.codes.join(", ");
    let tool = noticed.tool.as_ref().map_or_else(String::new, |tool| format!(" of {tool}"));
    let rules = match noticed.rules.as_slice() {
        [] => String::new(),
        rules => format!(" by {}", rules.join(", ")),
    };
    format!("{}{tool}: {codes}{rules}", noticed.event)
}

/// How long it took until something was noticed, and what was not.
fn last(out: &mut String, outcome: &Outcome) {
    let mut times: Vec<_> =
        outcome.attacks.iter().filter_map(|one| one.detected_after_ms).collect();
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied();
    out.push('\n');
    let all = outcome.attacks.len();
    add(out, 0, &format!("{} of {all} attacks stand in the ledger.", times.len()));
    if let (Some(middle), Some(last)) = (middle, times.last()) {
        add(out, 0, &format!("Half of them after {middle} ms, all after {last} ms."));
    }
    let quiet: Vec<_> = outcome
        .attacks
        .iter()
        .filter(|one| one.detected_after_ms.is_none() && one.outcome == AttackOutcome::Blocked)
        .map(|one| one.id.as_str())
        .collect();
    if !quiet.is_empty() {
        let text = format!("Blocked, and not in the ledger: {}.", quiet.join(", "));
        hang(out, (0, 6), &text);
    }
}

//! What is known of approvals, for people and programs.

use serde_json::{Value, json};
use warden_policy::{
    Time,
    approval::{
        Acts, BlastTier, Blocked, DataClass, Decision, Deed, Dossier, Environment, History,
        Question, Standing, contradictions, gate_r40, gate_r114, standing, tier,
    },
};
use warden_report::printable;

use super::answer::originals;
use crate::{Failure, Kind, World, approvals::Desk, output, paths::Paths};

/// Show an approval: what was asked for, how it stands, and what is in the way
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server
    #[arg(value_name = "NAME")]
    name: String,

    /// Show it as JSON, with the whole dossier
    #[arg(long)]
    json: bool,
}

/// List approvals, and what is due for review
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// Show them as JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let desk = Desk::open(world, paths)?;
        let acts = desk.known(&self.name)?;
        let history = desk.history(&acts);
        if self.json {
            return print_json(&value(&history, &acts, &desk));
        }
        output::print(&text(&history, &acts, &desk))
    }
}

impl ListArgs {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let desk = Desk::open(world, paths)?;
        let (all, bad) = desk.all()?;
        if self.json {
            let rows = all.iter().map(|acts| row_value(&desk.history(acts), &desk));
            let bad = bad.iter().map(|(file, _)| file.display().to_string());
            print_json(&json!({
                "approvals": rows.collect::<Vec<_>>(),
                "not_believed": bad.collect::<Vec<_>>(),
                "version": 1,
            }))?;
        } else {
            let rows = all.iter().map(|acts| row(&desk.history(acts), &desk));
            let text: String = rows.collect();
            output::print(if text.is_empty() { "nobody has asked for any\n" } else { &text })?;
        }
        let Some((file, first)) = bad.into_iter().next() else { return Ok(()) };
        output::tell(&format!("not believed: {}\n", printable(&file.display().to_string())));
        Err(first)
    }
}

fn print_json(value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(Kind::Internal, "it cannot be written").caused_by(error))?;
    output::print(&format!("{text}\n"))
}

/// One approval in a list.
fn row(history: &History, desk: &Desk<'_>) -> String {
    let standing = history.standing(&desk.policy, desk.now);
    let mut out = format!("{}: {}", printable(&history.server), history.word(&standing));
    if let Some(dossier) = &history.dossier {
        out.push_str(&format!(", {}", used(dossier)));
    }
    out.push('\n');
    out.push_str(&format!("  {}\n", comes_to(&standing)));
    out.push_str(&due(history, &standing));
    for finding in history.accepted(&desk.policy, desk.now) {
        out.push_str(&format!(
            "  accepted by {} until {}: {} {}\n",
            finding.owner,
            printable(&finding.until),
            printable(&finding.rule),
            finding.fingerprint
        ));
    }
    for waiver in history.dossier.iter().flat_map(|dossier| &dossier.waivers) {
        let over = if waiver.expires <= desk.now { ", which is over" } else { "" };
        out.push_str(&format!(
            "  {} accepted by {} until {}{over}\n",
            waiver.question,
            waiver.owner,
            last_day(waiver.expires)
        ));
    }
    out
}

/// Who has to look again, and why.
fn due(history: &History, standing: &Standing) -> String {
    let Some(changed) = &history.changed else { return String::new() };
    if matches!(standing, Standing::Decided(Decision::Approved { .. }) | Standing::Withdrawn) {
        return String::new();
    }
    let tell: Vec<&str> = changed.tell.iter().map(warden_policy::approval::Person::id).collect();
    let mut out =
        format!("  changed on {}: {}\n", day(changed.at), printable(&changed.what.join("; ")));
    out.push_str(&format!("  to be told: {}\n", tell.join(", ")));
    if !changed.reopened.is_empty() {
        out.push_str(&format!("  open again: {}\n", changed.reopened.join(", ")));
    }
    out
}

fn row_value(history: &History, desk: &Desk<'_>) -> Value {
    let standing = history.standing(&desk.policy, desk.now);
    let until = match &standing {
        Standing::Decided(Decision::Approved { until, .. }) => Some(*until),
        _ => None,
    };
    let request = history.dossier.as_ref().map(|dossier| &dossier.request);
    let due = history.changed.as_ref().filter(|_| until.is_none());
    json!({
        "accepted_findings": history.accepted(&desk.policy, desk.now).collect::<Vec<_>>(),
        "request": request,
        "review": due.map(|changed| json!({
            "at": changed.at,
            "open_again": changed.reopened,
            "tell": changed.tell,
            "votes_void": changed.void,
            "what": changed.what,
        })),
        "server": history.server,
        "state": history.word(&standing),
        "blast_tier": history.dossier.as_ref().map(|dossier| tier_of(dossier).number()),
        "until": until,
        "waivers": history.dossier.iter().flat_map(|dossier| &dossier.waivers).collect::<Vec<_>>(),
    })
}

fn value(history: &History, acts: &Acts, desk: &Desk<'_>) -> Value {
    let mut value = row_value(history, desk);
    if let Some(members) = value.as_object_mut() {
        let act = |signed: &warden_policy::approval::Signed| {
            json!({
                "at": signed.act.at,
                "by": signed.act.by,
                "counts": signed.counts.is_ok(),
                "deed": signed.act.deed.name(),
                "digest": signed.digest.to_string(),
            })
        };
        let rows = acts.all().iter().map(act).collect();
        members.insert("acts".into(), Value::Array(rows));
        members.insert("dossier".into(), json!(history.dossier));
        members.insert("in_the_way".into(), json!(in_the_way(history, desk)));
        members.insert("version".into(), 1.into());
    }
    value
}

/// The questions in the way, whether or not anybody has voted.
fn in_the_way(history: &History, desk: &Desk<'_>) -> Vec<(String, String)> {
    let Some(dossier) = &history.dossier else { return Vec::new() };
    let gates =
        [gate_r40(dossier, &desk.policy, desk.now), gate_r114(dossier, &desk.policy, desk.now)];
    let refused = gates.into_iter().filter_map(Result::err).flatten();
    refused.map(|(question, why)| (question.id.to_owned(), why.because().to_owned())).collect()
}

/// Everything about an approval.
pub(super) fn text(history: &History, acts: &Acts, desk: &Desk<'_>) -> String {
    let standing = history.standing(&desk.policy, desk.now);
    let mut out = format!("{}: {}\n", printable(&history.server), history.word(&standing));
    out.push_str(&format!("  {}\n", comes_to(&standing)));
    out.push_str(&due(history, &standing));
    if let Some(withdrawn) = &history.withdrawn {
        out.push_str(&format!(
            "  taken back by {} on {}: {}\n",
            withdrawn.by,
            day(withdrawn.at),
            printable(&withdrawn.reason)
        ));
    }
    if let Some(dossier) = &history.dossier {
        about(&mut out, dossier, desk);
        ways(&mut out, history, desk);
        said(&mut out, dossier, desk);
    }
    for finding in &history.findings {
        let counts = history.accepted(&desk.policy, desk.now).any(|it| it == finding);
        let counts = if counts { "" } else { " (does not count)" };
        out.push_str(&format!(
            "\nAccepted finding{counts}\n  {} {}\n  by {} until {}: {}\n",
            printable(&finding.rule),
            finding.fingerprint,
            finding.owner,
            printable(&finding.until),
            printable(&finding.reason)
        ));
    }
    out.push_str("\nWhat was done\n");
    for signed in acts.all() {
        let act = &signed.act;
        let machine = if act.deed.is_measured() { ", as measured" } else { "" };
        out.push_str(&format!("  {} {} by {}{machine}\n", day(act.at), deed(&act.deed), act.by));
        if let Err(why) = &signed.counts {
            out.push_str(&format!("    does not count: {}\n", printable(&why.to_string())));
        }
    }
    out
}

fn deed(deed: &Deed) -> String {
    match deed {
        Deed::Request { .. } => "asked for".into(),
        Deed::Answers { answers } => {
            let ids: Vec<&str> = answers.iter().map(|answer| answer.question.as_str()).collect();
            if ids.len() > 4 {
                format!("{} questions answered", ids.len())
            } else {
                format!("{} answered", ids.join(", "))
            }
        }
        Deed::Vote { vote, .. } => match vote.verdict {
            warden_policy::approval::Verdict::Approve => "yes".into(),
            warden_policy::approval::Verdict::Reject => "no".into(),
        },
        Deed::Met { condition } => format!("met: {}", printable(condition)),
        Deed::Waive { waiver } => format!("risk of {} accepted", waiver.question),
        Deed::Accept { finding } => format!("risk of {} accepted", printable(&finding.rule)),
        Deed::Lift { what } => format!("risk of {} not accepted any more", printable(what)),
        Deed::Withdraw { .. } => "taken back".into(),
        Deed::Change { material, .. } if material.is_empty() => {
            "changed, nothing that matters".into()
        }
        Deed::Change { .. } => "changed".into(),
    }
}

fn about(out: &mut String, dossier: &Dossier, desk: &Desk<'_>) {
    let request = &dossier.request;
    out.push_str(&format!("  for     {}\n", used(dossier)));
    out.push_str(&format!("  asked   by {} on {}\n", request.by, day(request.at)));
    out.push_str(&format!("  owner   {}\n", request.owner));
    let quorum = desk.policy.quorum(tier_of(dossier));
    let may: Vec<&str> = quorum
        .eligible
        .iter()
        .filter(|person| **person != request.by)
        .map(warden_policy::approval::Person::id)
        .collect();
    let may = if may.is_empty() { "nobody else has a key".to_owned() } else { may.join(", ") };
    out.push_str(&format!("  decide  {} of: {may}\n", quorum.needed));
    let subject = &dossier.subject;
    let shown = [("bytes", subject.artifact), ("tree", subject.tree), ("shows", subject.manifest)];
    for (what, digest) in shown {
        if let Some(digest) = digest {
            out.push_str(&format!("  {what:<7} {digest}\n"));
        }
    }
}

fn ways(out: &mut String, history: &History, desk: &Desk<'_>) {
    let ways = in_the_way(history, desk);
    if ways.is_empty() {
        return;
    }
    out.push_str("\nIn the way\n");
    for (id, why) in ways {
        let text = warden_policy::approval::question(&id).map_or("", |question| question.text);
        out.push_str(&format!("  {id:<4} {text}\n       {why}\n"));
    }
}

fn said(out: &mut String, dossier: &Dossier, desk: &Desk<'_>) {
    let open =
        |question: &&'static Question| standing(question, dossier, &desk.policy, desk.now).is_ok();
    let passed: Vec<&str> = originals().filter(open).map(|question| question.id).collect();
    if !passed.is_empty() {
        out.push_str(&format!("\nAnswered or accepted: {}\n", passed.join(", ")));
    }
    for it in contradictions(&dossier.answers) {
        let (id, detail) = (it.question.id, printable(&it.detail));
        out.push_str(&format!("  {id}: somebody says yes, and evidence says no: {detail}\n"));
    }
    if !dossier.votes.is_empty() {
        out.push_str("\nVotes\n");
    }
    for vote in &dossier.votes {
        let word = match vote.verdict {
            warden_policy::approval::Verdict::Approve => "yes",
            warden_policy::approval::Verdict::Reject => "no",
        };
        let bound = if dossier.binds(&vote.subject) { "" } else { ", for another version" };
        out.push_str(&format!(
            "  {word} by {} until {}{bound}: {}\n",
            vote.by,
            last_day(vote.expires),
            printable(&vote.reason)
        ));
    }
    if !dossier.conditions.is_empty() {
        out.push_str("\nConditions\n");
    }
    for (at, condition) in dossier.conditions.iter().enumerate() {
        let state = match condition.met {
            Some(met) => format!("met on {}", day(met)),
            None => format!("until {}", last_day(condition.due)),
        };
        let (owner, text) = (&condition.owner, printable(&condition.text));
        out.push_str(&format!("  {} {state}, {owner}: {text}\n", at + 1));
    }
    for waiver in &dossier.waivers {
        let (id, owner, until) = (&waiver.question, &waiver.owner, last_day(waiver.expires));
        let reason = printable(&waiver.reason);
        out.push_str(&format!("\nRisk of {id} accepted by {owner} until {until}: {reason}\n"));
    }
}

/// One question, after it was answered.
pub(super) fn one(asked: &Question, history: &History, desk: &Desk<'_>) -> String {
    let Some(dossier) = &history.dossier else { return String::new() };
    let meant =
        |question: &&Question| question.id == asked.id || asked.sources.contains(&question.id);
    let mut out = String::new();
    for question in originals().filter(meant) {
        let word = match standing(question, dossier, &desk.policy, desk.now) {
            Ok(until) => format!("passes until {}", last_day(until)),
            Err(why) => format!("in the way: {}", why.because()),
        };
        out.push_str(&format!("{} {}\n  {word}\n", question.id, question.text));
    }
    let left = in_the_way(history, desk).len();
    out.push_str(&format!("{left} questions are in the way.\n"));
    out
}

/// What it amounts to, in words.
fn comes_to(standing: &Standing) -> String {
    let names = |people: &std::collections::BTreeSet<warden_policy::approval::Person>| {
        let names: Vec<&str> = people.iter().map(warden_policy::approval::Person::id).collect();
        if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
    };
    match standing {
        Standing::NotRequested => "nobody who is believed has asked for it".into(),
        Standing::Withdrawn => "it was taken back, and counts for nothing".into(),
        Standing::Decided(Decision::Approved { until, by }) => {
            format!("until {}, by {}", last_day(*until), names(by))
        }
        Standing::Decided(
            Decision::Pending { by, needed } | Decision::ReviewDue { by, needed },
        ) => format!("{} of {needed} say yes: {}", by.len(), names(by)),
        Standing::Decided(Decision::Blocked(all)) => {
            let mut questions = 0;
            let mut parts = Vec::new();
            for blocked in all {
                match blocked {
                    Blocked::Approval { .. } | Blocked::Vendor { .. } => questions += 1,
                    Blocked::Rejected { by } => parts.push(format!("{by} says no")),
                    Blocked::Moratorium { by, until } => {
                        parts.push(format!("{by}'s moratorium until {}", last_day(*until)));
                    }
                    Blocked::Overdue { condition } => {
                        parts.push(format!("not done in time: {}", printable(condition)));
                    }
                }
            }
            if questions > 0 {
                parts.push(format!("{questions} questions are in the way"));
            }
            parts.join("; ")
        }
    }
}

fn tier_of(dossier: &Dossier) -> BlastTier {
    tier(dossier.request.environment, dossier.request.data)
}

/// What it is used for, in words.
fn used(dossier: &Dossier) -> String {
    let environment = match dossier.request.environment {
        Environment::Sandbox => "a sandbox",
        Environment::Production => "production",
        Environment::Unknown => "an unknown environment",
    };
    let data = match dossier.request.data {
        DataClass::Public => "public",
        DataClass::Internal => "internal",
        DataClass::Confidential => "confidential",
        DataClass::Regulated => "regulated",
        DataClass::Unknown => "unknown",
    };
    format!("{environment} with {data} data, blast tier {}", tier_of(dossier).number())
}

/// The day of a time.
fn day(time: Time) -> String {
    time.to_string().get(..10).unwrap_or_default().to_owned()
}

/// The last day that lies whole or in part before a time.
pub(crate) fn last_day(end: Time) -> String {
    day(Time::from_micros(end.micros() - 1))
}

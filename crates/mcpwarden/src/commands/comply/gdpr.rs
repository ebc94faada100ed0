//! Records of processing, and the draft for a breach.

use std::process::ExitCode;

use warden_govern::comply::{
    Ground,
    privacy::{BreachDraft, Entry, HOURS, Record, breach_draft, record, records},
};

use super::{Common, no_such, text};
use crate::{Failure, World};

/// Show the record of processing of agents (Art. 30), or draft a breach (Art. 33)
///
/// What nobody has said is printed as not known; a draft is a draft until a person has completed
/// and sent it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden comply gdpr --estate estate.json
  mcpwarden comply gdpr --agent helpdesk --estate estate.json
  mcpwarden comply gdpr --incident 2026-14 --estate estate.json")]
pub(super) struct Args {
    /// Only this agent; without it, every agent that may process personal data
    #[arg(long, value_name = "AGENT", conflicts_with = "incident")]
    agent: Option<String>,

    /// Draft the notification of this incident to the authority
    #[arg(long, value_name = "INCIDENT")]
    incident: Option<String>,

    /// The hours from awareness to the notification
    #[arg(long, value_name = "HOURS", default_value_t = HOURS, value_parser = clap::value_parser!(i64).range(1..=720), requires = "incident")]
    hours: i64,

    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match &self.incident {
            Some(id) => self.draft(id, world),
            None => self.records(world),
        }
    }

    fn records(&self, world: &World) -> Result<ExitCode, Failure> {
        let ask = |ground: &Ground<'_>| {
            let Some(id) = &self.agent else { return Ok(records(ground)) };
            let known = || ground.estate().agents.iter().map(|agent| agent.id.clone());
            let agent = ground.lookup.agent(id).ok_or_else(|| no_such("agent", id, known()))?;
            Ok(vec![record(ground, agent)])
        };
        self.common.answer(world, "records", ask, |all: &Vec<Record>, _| {
            if all.is_empty() {
                return "no agent may process personal data\n".into();
            }
            all.iter()
                .map(|one| {
                    text::line(&format!("{} {}", one.agent, one.name))
                        + &entries(&one.entries)
                        + "\n"
                })
                .collect()
        })
    }

    fn draft(&self, id: &str, world: &World) -> Result<ExitCode, Failure> {
        let ask = |ground: &Ground<'_>| {
            let all = &ground.estate().incidents;
            let incident = all.iter().find(|one| one.id == id);
            let known = || all.iter().map(|one| one.id.clone());
            let incident = incident.ok_or_else(|| no_such("incident", id, known()))?;
            Ok(breach_draft(ground, incident, self.hours))
        };
        self.common.answer(world, "draft", ask, |draft, _| shown(draft))
    }
}

fn shown(draft: &BreachDraft) -> String {
    let mut out =
        text::line(&format!("draft of a notification, GDPR Art. 33(3): {}", draft.incident));
    let clock = match (draft.aware, draft.due, draft.minutes_left) {
        (Some(aware), Some(due), Some(left)) if left < 0 => {
            format!("aware since {aware}; was due {due}; overdue by {}", spoken(-left))
        }
        (Some(aware), Some(due), Some(left)) => {
            format!("aware since {aware}; due {due}; {} left", spoken(left))
        }
        _ => {
            "the clock has not started: the case does not say when a person knew what it was".into()
        }
    };
    out.push_str(&text::folded("  ", 2, &clock));
    out.push_str(&entries(&draft.entries));
    if !draft.missing.is_empty() {
        out.push_str(&text::folded(
            "  ",
            2,
            &format!("still to be said: {}", draft.missing.join("; ")),
        ));
    }
    out
}

fn spoken(minutes: i64) -> String {
    format!("{} h {} min", minutes / 60, minutes % 60)
}

fn entries(entries: &[Entry]) -> String {
    let line = |one: &Entry| {
        text::folded(&format!("  {:<11}", one.at), 13, &format!("{}: {}", one.asks, one.value))
    };
    entries.iter().map(line).collect()
}

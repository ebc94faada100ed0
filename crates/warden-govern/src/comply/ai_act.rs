//! The AI Act: from when its articles apply, what it makes mandatory for an agent in a regulated
//! field, and who oversees agents and keeps their logs.

use jiff::civil::Date;
use serde::Serialize;
use warden_model::Class;

use super::{Ground, Judged, Need, ROWS, Scope, Status, judge_all, rows::need_state};
use crate::{
    Word as _,
    estate::{Agent, Audit, RegulatedDomain},
};

/// From when a part of a law applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Applicable {
    /// What applies.
    pub what: &'static str,
    /// Its articles; an identifier of ours that begins so belongs to it.
    pub articles: &'static [&'static str],
    /// From when.
    pub from: Date,
}

const fn day(year: i16, month: i8, day: i8) -> Date {
    jiff::civil::date(year, month, day)
}

/// From when the parts of the AI Act apply, as amended in 2026.
pub const DATES: &[Applicable] = &[
    Applicable {
        what: "AI literacy and prohibited practices",
        articles: &["Art. 4", "Art. 5"],
        from: day(2025, 2, 2),
    },
    Applicable {
        what: "obligations of general-purpose models",
        articles: &["Art. 53", "Art. 55"],
        from: day(2025, 8, 2),
    },
    Applicable {
        what: "transparency and general application",
        articles: &["Art. 50"],
        from: day(2026, 8, 2),
    },
    Applicable {
        what: "marking of systems that were on the market before, and two more prohibited practices",
        articles: &["Art. 50(2)"],
        from: day(2026, 12, 2),
    },
    Applicable {
        what: "high-risk systems of Annex III",
        articles: &[
            "Art. 9", "Art. 12", "Art. 14", "Art. 15", "Art. 19", "Art. 25", "Art. 26", "Art. 72",
            "Art. 73",
        ],
        from: day(2027, 12, 2),
    },
    Applicable { what: "products of Annex I", articles: &["Art. 6(1)"], from: day(2028, 8, 2) },
];

/// From when a framework applies, where it has dates.
#[must_use]
pub fn applicable(framework: &str) -> &'static [Applicable] {
    if framework == "EU-AI-Act" { DATES } else { &[] }
}

/// Whether an article applies on a day, or is something to get ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "from")]
pub enum Provision {
    /// It applies.
    Applies,
    /// It applies from then on.
    Readiness(Date),
}

impl Provision {
    /// How an article of the AI Act stands on a day. One that has no date of its own here applies
    /// since the law does in general.
    #[must_use]
    pub fn of(article: &str, on: Date) -> Self {
        let begins = |known: &&&str| {
            let rest = article.strip_prefix(**known);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('('))
        };
        let length = |one: &Applicable| {
            one.articles.iter().filter(begins).map(|known| known.len()).max().unwrap_or(0)
        };
        let closest = DATES.iter().filter(|one| length(one) > 0).max_by_key(|one| length(one));
        match closest {
            Some(one) if one.from > on => Self::Readiness(one.from),
            _ => Self::Applies,
        }
    }
}

/// A control that is mandatory for an agent in a regulated field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mandatory {
    /// What it is called in the table of frameworks.
    pub name: &'static str,
    /// The class of the finding where it is missing.
    pub class: Class,
}

/// The five controls, as the row of the AI Act names them.
pub const MANDATORY: [Mandatory; 5] = [
    Mandatory { name: "human oversight", class: Class::HitlMissing },
    Mandatory { name: "audit trails", class: Class::AuditMissing },
    Mandatory { name: "technical documentation", class: Class::OwnerMissing },
    Mandatory { name: "accuracy and robustness testing", class: Class::PromptInjection },
    Mandatory { name: "cybersecurity measures", class: Class::AuthNone },
];

/// A mandatory control that an agent in a regulated field does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duty {
    /// The identifier: `AIA/agent/control`.
    pub id: String,
    /// The agent.
    pub agent: String,
    /// The field that it decides in.
    pub domain: &'static str,
    /// The control.
    pub control: &'static str,
    /// The class of the finding.
    pub class: &'static str,
    /// How it stands.
    pub status: Status,
    /// What lacks.
    pub why: Vec<String>,
    /// Who answers for the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Whether it is asked for already.
    pub provision: Provision,
}

/// The field of an agent; `None` where there is none. What nobody said is told as that: an agent
/// may decide in a regulated field without anybody having noticed.
fn field(agent: &Agent) -> Option<&'static str> {
    match agent.domain {
        Some(RegulatedDomain::None) => None,
        Some(domain) => Some(domain.word()),
        None => Some("not known"),
    }
}

/// Every mandatory control that is missing, by agent. An agent whose field is not known has one
/// entry, for that; one with a field has up to five.
#[must_use]
pub fn missing(ground: &Ground<'_>) -> Vec<Duty> {
    let mut agents: Vec<_> = ground.estate().agents.iter().collect();
    agents.sort_by(|a, b| a.id.cmp(&b.id));
    agents.into_iter().flat_map(|agent| missing_of(ground, agent)).collect()
}

fn missing_of<'a>(ground: &Ground<'a>, agent: &'a Agent) -> Vec<Duty> {
    let Some(domain) = field(agent) else { return Vec::new() };
    let duty = |control: &'static str, class: Class, status, why| Duty {
        id: format!("AIA/{}/{control}", agent.id),
        agent: agent.id.clone(),
        domain,
        control,
        class: class.id(),
        status,
        why,
        owner: agent.owner.clone(),
        provision: Provision::of("Art. 14", ground.day),
    };
    if agent.domain.is_none() {
        let why = vec!["nobody said whether it decides in a regulated field".into()];
        return vec![duty("regulated domain", Class::OwnerMissing, Status::NotMeasured, why)];
    }
    let judged = judge_all(&Scope::agent(ground, agent));
    let mut duties = Vec::new();
    for mandatory in MANDATORY {
        let Some(need) = need(mandatory.name) else { continue };
        let (status, mut why) = stands(need, &judged);
        why.extend(own(ground, agent, mandatory.name));
        // What does not apply to its servers still has to be shown for the agent.
        if status != Status::Met || !why.is_empty() {
            let status = if status == Status::Met { Status::Partly } else { status };
            duties.push(duty(mandatory.name, mandatory.class, status, why));
        }
    }
    duties
}

fn need(name: &str) -> Option<&'static Need> {
    let row = ROWS.iter().find(|row| row.framework == "EU AI Act")?;
    row.needs.iter().find(|need| need.name == name)
}

fn stands(need: &Need, judged: &[Judged]) -> (Status, Vec<String>) {
    let state = need_state(need, judged);
    let behind = judged.iter().filter(|one| need.controls.contains(&one.id));
    let why =
        behind.flat_map(|one| one.work.iter().map(|item| format!("{}: {}", item.id, item.why)));
    (state.status, why.collect())
}

/// What the agent itself has to have.
fn own(ground: &Ground<'_>, agent: &Agent, name: &str) -> Option<String> {
    let lacks = match name {
        "human oversight" if ground.lookup.accountable(agent.overseer.as_deref()).is_none() => {
            "no person is named who oversees it"
        }
        "technical documentation" if agent.purpose.is_none() => "its purpose is not written down",
        _ => return None,
    };
    Some(lacks.into())
}

/// Who oversees an agent, and how its logs are kept: Art. 12, 14, 19 and 26.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Oversight {
    /// The agent.
    pub agent: String,
    /// Its field, `none`, or `not known`.
    pub domain: &'static str,
    /// Who oversees it, Art. 14 and 26(2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overseer: Option<String>,
    /// Its servers, and those of them of which every call is recorded, Art. 12.
    pub logged: crate::Ratio,
    /// Whether records are kept for six months, Art. 19 and 26(6): `not known` where nobody says.
    pub kept_six_months: &'static str,
    /// Whether these articles apply to it on the day.
    pub provision: Provision,
}

/// The record of oversight of every agent, by its identifier.
#[must_use]
pub fn oversight(ground: &Ground<'_>) -> Vec<Oversight> {
    let record = |agent: &Agent| {
        let servers = ground.lookup.connections_of(&agent.id).iter();
        let servers = servers.filter_map(|one| ground.lookup.server(&one.server));
        Oversight {
            agent: agent.id.clone(),
            domain: agent.domain.map_or("not known", crate::Word::word),
            overseer: ground
                .lookup
                .accountable(agent.overseer.as_deref())
                .map(|person| person.id.clone()),
            logged: crate::Ratio::count(servers, |server| server.audit == Some(Audit::Full)),
            kept_six_months: kept(ground),
            provision: Provision::of("Art. 26", ground.day),
        }
    };
    let mut all: Vec<_> = ground.estate().agents.iter().map(record).collect();
    all.sort_by(|a, b| a.agent.cmp(&b.agent));
    all
}

/// Whether the ledgers in evidence reach back six months: the earliest day of one of them.
fn kept(ground: &Ground<'_>) -> &'static str {
    let ledgers = ground.estate().evidence.iter().filter(|one| one.kind == "ledger");
    let from = ground.estate().traffic.from.map(super::scope::day_of);
    let earliest = ledgers.filter_map(|one| one.at).chain(from).min();
    match earliest {
        Some(day) if ground.age(day) >= 184 => "yes",
        Some(_) => "records do not reach back six months yet",
        None => "not known",
    }
}

//! The twenty controls, each one line of a table and one question to the estate.

use jiff::civil::Date;
use serde::Serialize;

use super::{
    Cited, Ground, Part, Scope,
    queries::{access, assurance, data, integrity, inventory, response, watch},
    query::Query,
};
use crate::{Ratio, Word as _, estate::Lookup, word::words};

words! {
    /// How a control stands.
    Status, "status" {
        /// All of it holds, and evidence that is young enough shows it.
        Met = "met",
        /// Some of it holds, or what shows it is old or missing.
        Partly = "partly",
        /// None of it holds.
        NotMet = "not met",
        /// Nobody knows.
        NotMeasured = "not measured",
        /// There is nothing that it could hold for.
        NotApplicable = "n/a",
    }
}

impl Status {
    /// How something stands that holds for so many, and is not known for so many of the rest.
    #[must_use]
    pub const fn of(holds: Ratio, unknown: u64) -> Self {
        match (holds.of, holds.all) {
            (_, 0) => Self::NotApplicable,
            (of, all) if of >= all => Self::Met,
            (0, all) if unknown >= all => Self::NotMeasured,
            (0, _) => Self::NotMet,
            _ => Self::Partly,
        }
    }

    /// How several together stand. What does not apply does not count; what is not known is never
    /// better than what is.
    #[must_use]
    pub fn together(all: impl IntoIterator<Item = Self>) -> Self {
        let mut seen = [false; 4];
        for status in all {
            match status {
                Self::Met => seen[0] = true,
                Self::Partly => seen[1] = true,
                Self::NotMet => seen[2] = true,
                Self::NotMeasured => seen[3] = true,
                Self::NotApplicable => {}
            }
        }
        match seen {
            [false, false, false, false] => Self::NotApplicable,
            [true, false, false, false] => Self::Met,
            [false, false, false, true] => Self::NotMeasured,
            [false, false, true, _] => Self::NotMet,
            _ => Self::Partly,
        }
    }
}

words! {
    /// From which side a control protects. MCP is where the three meet.
    Lens, "lens" {
        /// What is asked of a server, and who asks.
        Api = "API security",
        /// What runs where.
        Endpoint = "endpoint security",
        /// Where data goes.
        Dlp = "data-loss prevention",
    }
}

/// A control.
#[derive(Debug)]
pub struct Control {
    /// The identifier, `C1` to `C20`.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// From which sides it protects.
    pub lenses: &'static [Lens],
    /// What its evidence is, in words.
    pub evidence: &'static str,
    /// How old evidence may be, in days.
    pub limit_days: i32,
    /// What to do where it lacks.
    pub action: &'static str,
    query: fn(&Scope<'_, '_>) -> Query,
}

macro_rules! controls {
    ($($id:literal, $title:literal, [$($lens:ident),+], $limit:literal, $query:path,
        $evidence:literal, $action:literal;)*) => {
        /// Every control. A new one is a line here, a function, and a section in
        /// `data/demands.txt`.
        pub static CONTROLS: &[Control] = &[$(Control {
            id: $id,
            title: $title,
            lenses: &[$(Lens::$lens),+],
            evidence: $evidence,
            limit_days: $limit,
            action: $action,
            query: $query,
        }),*];
    };
}

controls! {
    "C1", "Inventory and shadow discovery", [Endpoint], 30, inventory::known,
        "scans of machines and servers, against what egress logs show",
        "register or remove what was seen, and scan what was not";
    "C2", "Named owner, process and data tag", [Endpoint, Dlp], 30, inventory::owned,
        "completeness of servers and agents",
        "name an accountable person, a business process and a data class";
    "C3", "Authentication on every endpoint, and rotation", [Api], 30, access::authenticated,
        "state of authentication and age of credentials by server",
        "turn on authentication and encryption, and change old credentials";
    "C4", "Roles and session allowlists", [Api], 30, access::restricted,
        "policy of agents, and calls that it refused",
        "bind the agent to a role and to an allowlist of its session";
    "C5", "Approval by a person for what destroys", [Api], 30, access::approved,
        "rulings on destructive tools, and answers to what was asked",
        "let policy ask a person, or refuse";
    "C6", "Pinned definitions and drift", [Api, Endpoint], 7, integrity::pinned,
        "digests, last comparison, and drift with its latency",
        "pin the server, and compare it on every list";
    "C7", "Certification", [Endpoint], 90, integrity::certified,
        "runs of the four stages, and certificates",
        "run `mcpwarden certify`, and mend what keeps the level down";
    "C8", "Audit that cannot be changed unnoticed", [Api, Endpoint], 7, watch::recorded,
        "ledgers with their heads, and calls on record",
        "put the server behind a gateway, and verify its ledger";
    "C9", "Export to the SIEM, and alerts", [Api, Endpoint, Dlp], 7, watch::alerted,
        "the last sign of life of sinks and alerts",
        "set up the sink or the alert, and see that it works";
    "C10", "Egress control and data-loss prevention", [Dlp], 30, data::egress,
        "egress filter, hosts that were seen, where tools can send",
        "filter egress, and declare or remove the host";
    "C11", "Defence against injection", [Api, Dlp], 92, assurance::injection,
        "injections that an exercise tried",
        "try injections against the gateway, and close what got through";
    "C12", "Sandbox and limits", [Endpoint], 30, watch::confined,
        "confinement of local servers, limits of all",
        "run the server confined, and give it rate limits";
    "C13", "Vendor assessment and contract clauses", [Endpoint, Dlp], 365, assurance::vendors,
        "assessments, and the clauses of contracts",
        "assess the server, and put the clauses into the contract";
    "C14", "Incident cases, clocks and playbooks", [Dlp], 365, response::incidents,
        "cases with their times, reports with their deadlines, playbooks",
        "finish the case, send the report, keep the playbook";
    "C15", "Kill switch", [Endpoint, Api], 92, response::stop,
        "the switch, and how long it took in a drill",
        "set it up, and try it";
    "C16", "Risk register and acceptance", [Api, Endpoint, Dlp], 92, assurance::risks,
        "findings with owner and date, waivers, scenarios",
        "give each finding an owner, an action and a date";
    "C17", "Report to the board", [Api, Endpoint, Dlp], 92, response::board,
        "the last report, who got it, its digest",
        "make the report, and record who got it";
    "C18", "Red-team exercise", [Api, Dlp], 92, assurance::red_team,
        "results of campaigns with their day",
        "run an exercise, and keep its result";
    "C19", "Training and certified staff", [Api, Endpoint, Dlp], 365, assurance::skills,
        "certificates of people, and until when they count",
        "have somebody certified for the area";
    "C20", "Privacy: no more than needed, and records of processing", [Dlp], 92, data::privacy,
        "tools that are used, against those that are granted; records of agents",
        "take away what is not used, and complete the record of the agent";
}

/// How young what shows a control is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// How old it may be, in days.
    pub limit_days: i32,
    /// How much of it is young enough.
    pub fresh: Ratio,
    /// The day of the oldest; none if there is nothing with a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Date>,
    /// The day of the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<Date>,
}

/// Something that has to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkItem {
    /// The part of the control, for example `C3a`; `C3/evidence` where only the evidence lacks.
    pub id: String,
    /// What to do.
    pub action: &'static str,
    /// Why: what does not hold.
    pub why: String,
    /// For how many.
    pub missing: u64,
    /// The first of them.
    pub lacking: Vec<String>,
    /// Who answers for it; none if nobody is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A control as the estate shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The control.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// From which sides it protects.
    pub lenses: &'static [Lens],
    /// How it stands.
    pub status: Status,
    /// What it needs.
    pub parts: Vec<Part>,
    /// What shows it.
    pub evidence: Vec<Cited>,
    /// How young that is.
    pub freshness: Freshness,
    /// Who answers for it: the person whose roles name it, or the one who is `ciso`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What is to be done.
    pub work: Vec<WorkItem>,
}

impl Judged {
    /// Whether something shows it, and all of that is young enough.
    #[must_use]
    pub const fn is_fresh(&self) -> bool {
        self.freshness.fresh.is_all()
    }

    /// The part with this identifier.
    #[must_use]
    pub fn part(&self, id: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.id == id)
    }
}

/// Judges one control for a part of the estate.
#[must_use]
pub fn judge(control: &'static Control, scope: &Scope<'_, '_>) -> Judged {
    let mut query = (control.query)(scope);
    for (part, letter) in query.parts.iter_mut().zip('a'..) {
        part.id = format!("{}{letter}", control.id);
    }
    let evidence = query.cited(scope.ground, control.limit_days);
    let freshness = freshness(control.limit_days, &evidence);
    let owner = owner(scope.ground.lookup, control.id);
    let holds = Status::together(query.parts.iter().map(|part| part.status));
    // Nothing counts as met that nothing shows any more.
    let stale = holds == Status::Met && !freshness.fresh.is_all();
    let mut work: Vec<_> = query
        .parts
        .iter()
        .filter(|part| !matches!(part.status, Status::Met | Status::NotApplicable))
        .map(|part| lacks(control, part, owner.as_deref()))
        .collect();
    if stale {
        work.push(old(control, &evidence, owner.as_deref()));
    }
    Judged {
        id: control.id,
        title: control.title,
        lenses: control.lenses,
        status: if stale { Status::Partly } else { holds },
        parts: query.parts,
        evidence,
        freshness,
        owner,
        work,
    }
}

/// Judges every control for a part of the estate, in the order of the table.
#[must_use]
pub fn judge_all(scope: &Scope<'_, '_>) -> Vec<Judged> {
    CONTROLS.iter().map(|control| judge(control, scope)).collect()
}

fn freshness(limit_days: i32, evidence: &[Cited]) -> Freshness {
    let days = || evidence.iter().filter_map(|cited| cited.at);
    Freshness {
        limit_days,
        fresh: Ratio::count(evidence, |cited| cited.fresh),
        oldest: days().min(),
        newest: days().max(),
    }
}

/// The person who answers for a control, and who is one person.
fn owner(lookup: &Lookup<'_>, control: &str) -> Option<String> {
    let named = |role: &str| {
        let holds = |held: &String| held.eq_ignore_ascii_case(role);
        let people = lookup.estate.people.iter().filter(|person| !person.is_group);
        people.filter(|person| person.roles.iter().any(holds)).map(|person| &person.id).min()
    };
    named(control).or_else(|| named("ciso")).cloned()
}

fn lacks(control: &Control, part: &Part, owner: Option<&str>) -> WorkItem {
    let unknown =
        if part.unknown > 0 { format!("; {} not known", part.unknown) } else { String::new() };
    WorkItem {
        id: part.id.clone(),
        action: control.action,
        why: format!("{}: {} of {}{unknown}", part.what, part.holds.of, part.holds.all),
        missing: part.holds.all - part.holds.of,
        lacking: part.lacking.clone(),
        owner: owner.map(ToOwned::to_owned),
    }
}

fn old(control: &Control, evidence: &[Cited], owner: Option<&str>) -> WorkItem {
    let stale = || evidence.iter().filter(|cited| !cited.fresh).map(|cited| cited.id.clone());
    let limit = control.limit_days;
    WorkItem {
        id: format!("{}/evidence", control.id),
        action: "bring new evidence",
        why: if evidence.is_empty() {
            "nothing shows it".into()
        } else {
            format!("evidence is older than {limit} days, has expired or has no day")
        },
        missing: stale().count() as u64,
        lacking: stale().take(50).collect(),
        owner: owner.map(ToOwned::to_owned),
    }
}

/// Judges every control for the whole estate.
#[must_use]
pub fn judge_estate(ground: &Ground<'_>) -> Vec<Judged> {
    judge_all(&Scope::all(ground))
}

/// How controls stand from one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ByLens {
    /// The side.
    pub lens: Lens,
    /// Controls that are met, of those that apply.
    pub met: Ratio,
    /// Controls that apply and are not met.
    pub open: Vec<&'static str>,
}

/// How controls stand from each of the three sides.
#[must_use]
pub fn by_lens(judged: &[Judged]) -> Vec<ByLens> {
    let shown = |lens: &Lens| {
        let applies = || {
            let applies = |one: &&Judged| one.status != Status::NotApplicable;
            judged.iter().filter(applies).filter(|one| one.lenses.contains(lens))
        };
        let open = applies().filter(|one| one.status != Status::Met);
        ByLens {
            lens: *lens,
            met: Ratio::count(applies(), |one| one.status == Status::Met),
            open: open.map(|one| one.id).collect(),
        }
    };
    Lens::all().iter().map(shown).collect()
}

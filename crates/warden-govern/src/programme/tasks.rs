//! The tasks of the plan, one entry each, and how progress is read.

use super::{Phase, Source, Sources, State, Task, after, last_day};
use crate::{
    Ratio,
    estate::{DeliverableKind, ExerciseKind, Measure, TaskNote},
    maturity::{FIGURE, Signal},
    metrics::Metric,
};

/// What was read of a task.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) done: bool,
    /// Whether the estate can say it at all; otherwise a person's word counts.
    pub(super) from_data: bool,
    pub(super) progress: Option<Ratio>,
    pub(super) says: String,
    pub(super) missing: Vec<String>,
}

impl Reading {
    pub(super) fn of(done: bool, says: impl Into<String>) -> Self {
        Self { done, from_data: true, says: says.into(), ..Self::default() }
    }

    /// What only a person can say.
    fn word() -> Self {
        Self::default()
    }

    fn share(progress: Ratio, says: impl Into<String>) -> Self {
        Self { progress: Some(progress), ..Self::of(progress.is_all(), says) }
    }
}

pub(super) struct Kind {
    pub(super) id: &'static str,
    phase: Phase,
    source: Source,
    title: &'static str,
    read: fn(&Sources<'_>) -> Reading,
}

use Phase::{First, Second, Steady, Third};
use Source::{One, Two};

macro_rules! tasks {
    ($($id:literal $phase:ident $source:ident $read:expr; $title:literal;)*) => {
        pub(super) static TASKS: &[Kind] = &[$(Kind {
            id: $id, phase: $phase, source: $source, title: $title, read: $read,
        }),*];
    };
}

tasks! {
    "moratorium" First One moratorium;
        "Issue a written policy: no new MCP servers in production in this phase";
    "tooling-survey" First One survey;
        "Survey developer tooling: Cursor, Claude Desktop, VS Code, Cline, custom agents";
    "cmdb" First One |_| Reading::word();
        "Add MCP servers to the CMDB, linked to the installing user and the business process";
    "egress-correlation" First One egress;
        "Correlate with egress logs to find servers that nobody registered";
    "inventory-sign-off" First One signed_inventory;
        "Sign off the inventory: owner, publisher, version and data tag of every entry";
    "inventory" First Two |from| metric(from, "M1");
        "Inventory all agents and the tools that they are connected to";
    "authentication-status" First Two authentication_status;
        "Assess how every server knows who calls";
    "priority-1" First Two priority;
        "Identify the agents that can write, execute or send as Priority 1";
    "owners" First Two |from| metric(from, "M2-owners");
        "Assign each agent to a named accountable person";
    "certification" Second One |from| metric(from, "M4-stages");
        "Run static analysis, taint, supply chain and secrets on every server";
    "scores" Second One scores;
        "Score every server";
    "blast-tiers" Second One blast_tiers;
        "Classify every server by blast radius";
    "catalogue" Second One catalogue;
        "Publish the risk-scored catalogue, with a plan for what is below the least level";
    "baseline" Second Two |from| metric_or_nothing(from, "M5-baseline");
        "Authentication and logging on all servers in production";
    "siem" Second Two |from| signal(from, "S-siem");
        "Send invocation logs to the SIEM";
    "vendor-assessments" Second Two |from| metric_or_nothing(from, "M15-opened");
        "Open a vendor assessment for every third-party server in production";
    "board-briefing" Second Two |from| handed_over(from, DeliverableKind::BoardReport);
        "Brief the board with the reporting template";
    "gateway-validation" Third One enforced;
        "Verify digest and certification level before a tool is shown to a model";
    "siem-events" Third One |from| metric(from, "M6");
        "Send execution events to the SIEM for incident reporting";
    "alert-thresholds" Third One thresholds;
        "Set alerts for new endpoints, new definitions and unusual egress";
    "ninety-days" Third One ninety_days;
        "Hand over policy, enforcement proof and board report";
    "session-allowlists" Third Two |from| metric_or_nothing(from, "M8-session");
        "Session-scoped authorisation of Priority-1 agents";
    "behaviour-alerts" Third Two |from| signal(from, "S-alerts");
        "Alert on unauthorised calls, unusual sessions and reached limits";
    "playbooks" Third Two |from| signal(from, "S-playbooks");
        "Update incident playbooks with what agents do";
    "red-team" Third Two red_team;
        "Run the first red-team injection exercise";
    "maturity-report" Third Two maturity_report;
        "Report progress against the maturity model";
    "review-gate" Steady Two |from| signal(from, "S-gates");
        "No new agent in production without a review of the four domains";
    "vendor-process" Steady Two |from| after::in_place(from, Measure::VendorProcess);
        "Formalise how vendors are assessed";
    "drift-detection" Steady Two |from| signal(from, "S-drift");
        "Detect manifest drift automatically";
    "behaviour-baseline" Steady Two |from| signal(from, "S-baseline");
        "Compare behaviour with a baseline all the time";
    "certified-staff" Steady Two after::staff;
        "Certified staff for all five areas";
    "red-team-cadence" Steady Two |from| signal(from, "S-red-team");
        "Red-team exercises each quarter";
    "enterprise-risk" Steady Two |from| after::in_place(from, Measure::EnterpriseRisk);
        "MCP risk as a standing item of enterprise risk";
    "responsibilities" Steady Two |_| Reading::word();
        "Say who is responsible for what of every server: we, the vendor, the platform";
}

/// Every task, as it stands.
pub(super) fn all(from: &Sources<'_>) -> Vec<Task> {
    TASKS.iter().map(|kind| kind.of(from)).collect()
}

impl Kind {
    fn of(&self, from: &Sources<'_>) -> Task {
        let mut read = (self.read)(from);
        read.missing.sort();
        let note = from.at.estate.tasks.iter().find(|note| note.task == self.id);
        let said = note.and_then(|note| note.done).filter(|done| *done <= from.at.day);
        if !read.from_data {
            read.done = said.is_some();
            read.says = word_of(note);
        }
        let begun = note.is_some() || read.progress.is_some_and(|ratio| ratio.of > 0);
        let state = match (read.done, begun) {
            (true, _) => State::Done,
            (false, true) => State::Begun,
            (false, false) => State::Open,
        };
        let due = last_day(from.at.estate, self.phase);
        let late = due.filter(|_| !read.done).and_then(|due| from.at.age(due));
        Task {
            id: self.id,
            source: self.source,
            phase: self.phase,
            title: self.title,
            state,
            progress: read.progress,
            says: read.says,
            missing: read.missing,
            owner: note.and_then(|note| note.owner.clone()),
            due,
            late: late.filter(|days| *days > 0),
            contradicted: said.filter(|_| !read.done),
        }
    }
}

fn word_of(note: Option<&TaskNote>) -> String {
    match note {
        None => "only a person can say it, and nobody has".into(),
        Some(TaskNote { done: None, .. }) => "somebody has taken it on".into(),
        Some(TaskNote { done: Some(day), evidence, .. }) => {
            format!("said to be done on {day}, with {} documents", evidence.len())
        }
    }
}

fn found<'m>(from: &Sources<'m>, id: &str) -> Option<&'m Metric> {
    from.metrics.iter().find(|metric| metric.figure.id == id)
}

/// Done when all of what a metric counts holds, and there is something to count.
fn metric(from: &Sources<'_>, id: &str) -> Reading {
    let Some(metric) = found(from, id) else { return Reading::of(false, "not measured") };
    let says = format!("{id}: {}", metric.figure.value);
    Reading {
        done: metric.figure.ratio.is_some_and(Ratio::is_all),
        from_data: true,
        progress: metric.figure.ratio,
        says,
        missing: metric.figure.drill.clone(),
    }
}

/// The same of what there need not be any of: where servers and agents are known and none is asked
/// for it, nothing is left to do.
fn metric_or_nothing(from: &Sources<'_>, id: &str) -> Reading {
    let mut reading = metric(from, id);
    let estate = from.at.estate;
    let known = !estate.servers.is_empty() && !estate.agents.is_empty();
    if reading.progress.is_some_and(|ratio| ratio.all == 0) && known {
        reading.done = true;
        reading.says = format!("{id}: there is none that needs it");
    }
    reading
}

/// Done when a signal of maturity holds.
pub(super) fn signal(from: &Sources<'_>, id: &str) -> Reading {
    let Some(Signal { holds, says, missing, .. }) = from.maturity.signal(id) else {
        return Reading::of(false, "not measured");
    };
    Reading { missing: missing.clone(), ..Reading::of(*holds, says.clone()) }
}

/// Done when such a document was handed over since the first day.
fn handed_over(from: &Sources<'_>, kind: DeliverableKind) -> Reading {
    let Some(last) = from.at.last_deliverable(kind) else {
        return Reading::of(false, format!("there is no {kind}"));
    };
    let begun = from.at.estate.organisation.programme_from;
    let since = begun.is_none_or(|begun| begun <= last.at);
    Reading::of(since, format!("{kind} of {} to {}, {}", last.at, last.person, last.digest))
}

/// A policy of that name, with a person behind it and a document that shows it.
fn moratorium(from: &Sources<'_>) -> Reading {
    let mut all = from.at.controls(Measure::WrittenPolicy);
    let issued = all.find(|one| one.name == "moratorium" && one.since.is_some());
    let Some(issued) = issued else { return Reading::of(false, "no moratorium was issued") };
    let person = from.at.known.accountable(issued.owner.as_deref()).is_some();
    let shown = !issued.evidence.is_empty();
    let says = match (person, shown) {
        (true, true) => "issued, with a person and a document",
        (false, _) => "nobody with a name has issued it",
        (true, false) => "no document shows it",
    };
    Reading::of(person && shown, says)
}

fn survey(from: &Sources<'_>) -> Reading {
    let machines = &from.at.estate.machines;
    let scanned = Ratio::count(machines, |machine| machine.scanned.is_some());
    let unscanned = machines.iter().filter(|machine| machine.scanned.is_none());
    Reading {
        missing: unscanned.map(|machine| machine.id.clone()).collect(),
        ..Reading::share(scanned, format!("{} of {} machines scanned", scanned.of, scanned.all))
    }
}

fn egress(from: &Sources<'_>) -> Reading {
    match from.at.estate.traffic.estimated {
        None => Reading::of(false, "no egress logs were read"),
        Some(count) => Reading::of(true, format!("egress logs show {count} connections")),
    }
}

fn signed_inventory(from: &Sources<'_>) -> Reading {
    let state = super::sign_off_state(from.at.known);
    Reading { missing: state.lacking(), ..Reading::of(state.counts(), state.to_string()) }
}

/// Done when it is known of every server, whatever it is.
fn authentication_status(from: &Sources<'_>) -> Reading {
    let servers = &from.at.estate.servers;
    let known = Ratio::count(servers, |server| server.authentication.is_some());
    let unknown = servers.iter().filter(|server| server.authentication.is_none());
    Reading {
        missing: unknown.map(|server| server.id.clone()).collect(),
        ..Reading::share(known, format!("known of {} of {} servers", known.of, known.all))
    }
}

/// Done when the effect of every tool is known, so that no agent is Priority 1 for want of it.
fn priority(from: &Sources<'_>) -> Reading {
    let agents = &from.at.estate.agents;
    let first = agents.iter().filter(|agent| from.at.priority_one(agent)).count();
    let tools = &from.at.estate.tools;
    let known = Ratio::count(tools, |tool| tool.effect.is_some());
    let unknown = tools.iter().filter(|tool| tool.effect.is_none());
    let says = format!(
        "{first} of {} agents are Priority 1; the effect of {} of {} tools is known",
        agents.len(),
        known.of,
        known.all
    );
    Reading {
        missing: unknown.map(|tool| format!("{}/{}", tool.server, tool.name)).collect(),
        ..Reading::share(known, says)
    }
}

fn scores(from: &Sources<'_>) -> Reading {
    let servers = &from.at.estate.servers;
    let scored = Ratio::count(servers, |server| from.at.certified(server).is_some());
    let unscored = servers.iter().filter(|server| from.at.certified(server).is_none());
    Reading {
        missing: unscored.map(|server| server.id.clone()).collect(),
        ..Reading::share(scored, format!("{} of {} servers have a score", scored.of, scored.all))
    }
}

fn blast_tiers(from: &Sources<'_>) -> Reading {
    let servers = &from.at.estate.servers;
    let tagged = Ratio::count(servers, |one| one.environment.is_some() && one.data.is_some());
    let untagged = servers.iter().filter(|one| one.environment.is_none() || one.data.is_none());
    let says = format!(
        "environment and data of {} of {} servers are known; the others count as Blast tier 1",
        tagged.of, tagged.all
    );
    Reading {
        missing: untagged.map(|server| server.id.clone()).collect(),
        ..Reading::share(tagged, says)
    }
}

fn catalogue(from: &Sources<'_>) -> Reading {
    let handed = handed_over(from, DeliverableKind::Catalogue);
    let Some(catalogue) = from.catalogue else { return handed };
    let says = format!(
        "{}; {} of {} servers below the least level have a plan",
        handed.says, catalogue.planned.of, catalogue.planned.all
    );
    let complete = catalogue.planned.of >= catalogue.planned.all;
    Reading {
        missing: catalogue.unplanned.clone(),
        progress: Some(catalogue.planned),
        ..Reading::of(handed.done && complete, says)
    }
}

fn enforced(from: &Sources<'_>) -> Reading {
    let servers = &from.at.estate.servers;
    let behind = Ratio::count(servers, |server| server.enforced == Some(true));
    let past = servers.iter().filter(|server| server.enforced != Some(true));
    let says = format!("{} of {} servers are called through a gateway only", behind.of, behind.all);
    Reading {
        missing: past.map(|server| server.id.clone()).collect(),
        ..Reading::share(behind, says)
    }
}

fn thresholds(from: &Sources<'_>) -> Reading {
    const ALERTS: [Measure; 3] =
        [Measure::AlertEndpoint, Measure::AlertDefinition, Measure::AlertEgress];
    let set = Ratio::count(ALERTS, |alert| from.at.in_place(*alert).is_some());
    let missing = ALERTS.into_iter().filter(|alert| from.at.in_place(*alert).is_none());
    Reading {
        missing: missing.map(|alert| alert.to_string()).collect(),
        ..Reading::share(set, format!("{} of {} alerts are set up", set.of, set.all))
    }
}

fn ninety_days(from: &Sources<'_>) -> Reading {
    let ninety = super::ninety(from.at.known);
    let missing = ninety.artefacts.iter().filter(|one| one.digest.is_none());
    let (of, all) = (ninety.handed_over.of, ninety.handed_over.all);
    let says = format!("{of} of {all} documents were handed over");
    Reading {
        missing: missing.map(|one| one.kind.to_string()).collect(),
        ..Reading::share(ninety.handed_over, says)
    }
}

fn red_team(from: &Sources<'_>) -> Reading {
    match from.at.last_exercise(ExerciseKind::RedTeam) {
        None => Reading::of(false, "there was no red-team exercise"),
        Some(last) => Reading::of(
            !last.attacks.is_empty(),
            format!("{} attacks on {}", last.attacks.len(), last.at),
        ),
    }
}

/// Done when the tier of the first day is on record, so that there is something to compare with.
fn maturity_report(from: &Sources<'_>) -> Reading {
    let now = from.maturity.tier;
    match from.maturity.since.tier {
        None => Reading::of(false, format!("{now}; {FIGURE} of the first day is not on record")),
        Some(then) => Reading::of(true, format!("{then} on the first day, {now} now")),
    }
}

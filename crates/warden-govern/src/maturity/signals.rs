//! The signals, one entry each: what has to hold, what to do if it does not, and how it is read.

use super::{
    MaturityTier, Signal, Standing, Symptom,
    standing::{
        self, QUARTER_DAYS, YEAR_DAYS, agent_in_production, authenticated, in_production, logged,
    },
};
use crate::estate::{DeliverableKind, ExerciseKind, Measure, Playbook, Qualification};

/// What was read of a signal.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) holds: bool,
    pub(super) says: String,
    pub(super) missing: Vec<String>,
    pub(super) owner: Option<String>,
}

impl Reading {
    /// That something is so of all of these. Of none it is not: nothing shows it.
    pub(super) fn all(what: &str, items: impl IntoIterator<Item = (String, bool)>) -> Self {
        let (mut count, mut missing) = (0_usize, Vec::new());
        for (id, holds) in items {
            count += 1;
            if !holds {
                missing.push(id);
            }
        }
        missing.sort();
        let says = match count {
            0 => format!("there is none to look at: {what}"),
            _ => format!("{} of {count} {what}", count - missing.len()),
        };
        Self { holds: count > 0 && missing.is_empty(), says, missing, owner: None }
    }

    pub(super) fn none(says: impl Into<String>, missing: impl Into<String>) -> Self {
        Self { says: says.into(), missing: vec![missing.into()], ..Self::default() }
    }

    pub(super) fn yes(says: impl Into<String>) -> Self {
        Self { holds: true, says: says.into(), ..Self::default() }
    }

    fn owned(mut self, owner: Option<String>) -> Self {
        self.owner = owner;
        self
    }

    /// Both.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.says = format!("{}; {}", self.says, other.says);
        self.holds &= other.holds;
        self.missing.extend(other.missing);
        self.owner = self.owner.or(other.owner);
        self
    }
}

struct Kind {
    id: &'static str,
    tier: MaturityTier,
    title: &'static str,
    next: &'static str,
    task: &'static str,
    read: fn(&Standing<'_>) -> Reading,
}

use MaturityTier::{Foundational, Managed, Optimized};

macro_rules! signals {
    ($($id:literal $tier:ident $task:literal $read:ident: $title:literal, $next:literal;)*) => {
        static SIGNALS: &[Kind] = &[$(Kind {
            id: $id, tier: $tier, title: $title, next: $next, task: $task, read: $read,
        }),*];
    };
}

signals! {
    "S-auth" Foundational "baseline" auth: "Authentication enforced",
        "put each server named behind OAuth or mTLS, or change its key in time";
    "S-siem" Foundational "siem" siem: "Invocations logged to the SIEM",
        "send the ledger to a SIEM sink, and every server's calls through it";
    "S-inventory" Foundational "inventory" inventory: "Inventory of agents and servers",
        "register agents, servers and what connects them";
    "S-rbac" Managed "session-allowlists" rbac: "RBAC enforced",
        "give each agent named a role that says who may use it for what";
    "S-session" Managed "session-allowlists" session: "Session allowlists active",
        "give each agent named that can act an allowlist for its sessions";
    "S-alerts" Managed "behaviour-alerts" alerts: "Behavioural alerts configured",
        "set up the alerts named";
    "S-vendors" Managed "vendor-assessments" vendors: "Vendor assessments documented",
        "write down how vendors are assessed, and assess each server named";
    "S-playbooks" Managed "playbooks" playbooks: "Incident playbooks updated for agents",
        "give each playbook named an owner, a fresh text and an exercise";
    "S-red-team" Managed "red-team" red_team: "Red-team exercises each quarter",
        "run the red-team pack against the gateway, and keep its result";
    "S-gates" Optimized "review-gate" gates: "Security gates in the agent pipeline",
        "put the review gate into the pipeline, and review each agent named";
    "S-drift" Optimized "drift-detection" drift: "Automated manifest drift detection",
        "have each server named compared with what was approved at least once a day";
    "S-staff" Optimized "certified-staff" staff: "CMCPSE-certified staff",
        "have somebody certified, or declare a certificate as good as a CMCPSE";
    "S-board" Optimized "board-briefing" board: "MCP risk in board reporting",
        "give the board a report each quarter, and record it";
    "S-baseline" Optimized "behaviour-baseline" baseline: "Continuous behavioural baseline",
        "learn what is usual, and compare with it all the time";
}

/// Every signal, as it stands.
pub(super) fn all(standing: &Standing<'_>) -> Vec<Signal> {
    SIGNALS.iter().map(|kind| kind.of(standing)).collect()
}

impl Kind {
    fn of(&self, standing: &Standing<'_>) -> Signal {
        let Reading { holds, says, missing, owner } = (self.read)(standing);
        // Whoever has taken the task on, before whoever keeps what it is about.
        let task = standing.estate.tasks.iter().find(|note| note.task == self.task);
        let taken = task.and_then(|note| note.owner.clone());
        Signal {
            id: self.id,
            tier: self.tier,
            title: self.title,
            holds,
            says,
            missing,
            owner: taken.or(owner),
            next: self.next,
            task: self.task,
        }
    }
}

/// The four symptoms of the first tier.
pub(super) fn symptoms(signals: &[Signal], standing: &Standing<'_>) -> Vec<Symptom> {
    let fails = |id: &str| signals.iter().any(|signal| signal.id == id && !signal.holds);
    let process = standing.in_place(Measure::VendorProcess).is_some();
    let symptom = |title, present| Symptom { title, present };
    vec![
        symptom("No MCP audit log in SIEM", fails("S-siem")),
        symptom("No agent inventory", fails("S-inventory")),
        symptom("Authentication gaps known but unaddressed", fails("S-auth")),
        symptom("No vendor assessment process", !process),
    ]
}

fn auth(standing: &Standing<'_>) -> Reading {
    let servers = standing.estate.servers.iter();
    Reading::all(
        "servers know who calls",
        servers.map(|server| (server.id.clone(), authenticated(server))),
    )
}

/// A sink that was alive less than 24 hours ago, and every server in production writing to it.
fn siem(standing: &Standing<'_>) -> Reading {
    let production = standing.estate.servers.iter().filter(|server| in_production(server));
    let mut servers = Reading::all(
        "servers in production record every call",
        production.map(|server| (server.id.clone(), logged(server))),
    );
    // Where nothing is in production, the sink alone shows it.
    servers.holds = servers.missing.is_empty();
    sink(standing).and(servers)
}

/// Whether a SIEM took something less than 24 hours ago.
pub(super) fn sink(standing: &Standing<'_>) -> Reading {
    if let Some(sink) = standing.working(Measure::SiemSink) {
        return Reading::yes(format!("sink {} is alive", sink.name)).owned(sink.owner.clone());
    }
    let all: Vec<_> = standing.controls(Measure::SiemSink).collect();
    match all.first() {
        None => Reading::none("no SIEM sink", "siem-sink"),
        Some(first) => Reading {
            says: "no SIEM sink was alive in the last 24 hours".into(),
            missing: all.iter().map(|sink| sink.name.clone()).collect(),
            owner: first.owner.clone(),
            ..Reading::default()
        },
    }
}

fn inventory(standing: &Standing<'_>) -> Reading {
    let estate = standing.estate;
    let parts = [
        ("agents", estate.agents.len()),
        ("servers", estate.servers.len()),
        ("connections", estate.connections.len()),
    ];
    let missing: Vec<_> =
        parts.iter().filter(|(_, count)| *count == 0).map(|(name, _)| (*name).into()).collect();
    let says = parts.map(|(name, count)| format!("{count} {name}")).join(", ");
    Reading { holds: missing.is_empty(), says, missing, owner: None }
}

fn rbac(standing: &Standing<'_>) -> Reading {
    let agents = standing.estate.agents.iter();
    Reading::all(
        "agents have roles",
        agents.map(|agent| (agent.id.clone(), agent.role_based == Some(true))),
    )
}

/// All that can act; where none can, all: something has to be active for the signal to hold.
fn session(standing: &Standing<'_>) -> Reading {
    let agents = &standing.estate.agents;
    let acting: Vec<_> = agents.iter().filter(|agent| standing.priority_one(agent)).collect();
    let (what, asked) = if acting.is_empty() {
        ("agents have session allowlists", agents.iter().collect())
    } else {
        ("agents that can act have session allowlists", acting)
    };
    Reading::all(
        what,
        asked.iter().map(|agent| (agent.id.clone(), agent.session_allowlist == Some(true))),
    )
}

/// The three detections that a programme needs by day 90.
pub(super) const BEHAVIOUR: [Measure; 3] =
    [Measure::AlertUnauthorised, Measure::AlertSession, Measure::AlertRate];

fn alerts(standing: &Standing<'_>) -> Reading {
    let owner = BEHAVIOUR.iter().find_map(|measure| standing.in_place(*measure)?.owner.clone());
    let set = BEHAVIOUR.map(|one| (one.to_string(), standing.in_place(one).is_some()));
    Reading::all("alerts are set up", set).owned(owner)
}

fn vendors(standing: &Standing<'_>) -> Reading {
    process(standing).and(assessed(standing))
}

/// Whether it is written down how vendors are assessed.
pub(super) fn process(standing: &Standing<'_>) -> Reading {
    standing.in_place(Measure::VendorProcess).map_or_else(
        || Reading::none("no process for vendors", "vendor-process"),
        |one| Reading::yes("there is a process for vendors").owned(one.owner.clone()),
    )
}

/// Whether every third-party server in production was assessed; where there is none, it is so.
pub(super) fn assessed(standing: &Standing<'_>) -> Reading {
    let servers = standing.vendors_in_production();
    let mut reading = Reading::all(
        "third-party servers in production are assessed",
        servers.iter().map(|server| (server.id.clone(), standing.assessed(server))),
    );
    reading.holds = reading.missing.is_empty();
    reading
}

/// The scenarios that playbooks have to be for.
pub(super) const SCENARIOS: [&str; 5] = [
    "injection-exfiltration",
    "manifest-drift",
    "credential-leak",
    "shadow-server",
    "command-injection",
];

/// What the playbook of a scenario lacks.
pub(super) fn playbook_lacks(standing: &Standing<'_>, scenario: &str) -> Vec<&'static str> {
    let Some(playbook) = standing.estate.playbooks.iter().find(|one| one.scenario == scenario)
    else {
        return vec!["playbook"];
    };
    let has = [
        ("owner", standing.known.accountable(playbook.owner.as_deref()).is_some()),
        ("update", standing.within(playbook.updated, YEAR_DAYS)),
        ("exercise", exercised(standing, playbook).is_some()),
    ];
    has.into_iter().filter(|(_, has)| !has).map(|(name, _)| name).collect()
}

/// When a playbook was last exercised.
pub(crate) fn exercised(standing: &Standing<'_>, playbook: &Playbook) -> Option<jiff::civil::Date> {
    let all = standing.estate.exercises.iter();
    let ours = all.filter(|one| one.kind == ExerciseKind::Playbook && one.subject == playbook.id);
    ours.map(|one| one.at).filter(|at| *at <= standing.day).max()
}

fn playbooks(standing: &Standing<'_>) -> Reading {
    let lacks = SCENARIOS.map(|scenario| (scenario, playbook_lacks(standing, scenario)));
    let rows = lacks.map(|(scenario, lacks)| {
        let whole = lacks.is_empty();
        let what = if whole { String::new() } else { format!(": {}", lacks.join(", ")) };
        (format!("{scenario}{what}"), whole)
    });
    let owner = standing.estate.playbooks.iter().find_map(|playbook| playbook.owner.clone());
    Reading::all("playbooks have an owner, a fresh text and an exercise", rows).owned(owner)
}

fn red_team(standing: &Standing<'_>) -> Reading {
    let Some(last) = standing.last_exercise(ExerciseKind::RedTeam) else {
        return Reading::none("no red-team exercise", "red-team");
    };
    let says = format!("the last red-team exercise was on {}", last.at);
    let fresh = standing.within(Some(last.at), QUARTER_DAYS);
    let reading = if fresh { Reading::yes(says) } else { Reading::none(says, last.id.clone()) };
    reading.owned(last.owner.clone())
}

/// A gate, and no agent in production that came past it.
fn gates(standing: &Standing<'_>) -> Reading {
    let gate = standing.in_place(Measure::PipelineGate).map_or_else(
        || Reading::none("no gate in the pipeline", "pipeline-gate"),
        |gate| Reading::yes(format!("gate {}", gate.name)).owned(gate.owner.clone()),
    );
    let agents = standing.estate.agents.iter().filter(|agent| agent_in_production(agent));
    let mut reviewed = Reading::all(
        "agents in production are reviewed",
        agents.map(|agent| (agent.id.clone(), standing.review(agent).is_none())),
    );
    reviewed.holds = reviewed.missing.is_empty();
    gate.and(reviewed)
}

fn drift(standing: &Standing<'_>) -> Reading {
    let servers = &standing.estate.servers;
    let mut asked: Vec<_> = servers.iter().filter(|server| in_production(server)).collect();
    if asked.is_empty() {
        asked = servers.iter().collect();
    }
    Reading::all(
        "servers were compared with what was approved in the last 24 hours",
        asked.iter().map(|server| (server.id.clone(), standing.alive(server.drift_checked))),
    )
}

/// Whether a certificate of a person counts: a CMCPSE, or what somebody else declared as good.
pub(crate) fn qualifies(standing: &Standing<'_>, held: &Qualification) -> bool {
    let declared = standing.known.accountable(held.equivalent_by.as_deref());
    // Nobody declares their own certificate to be as good.
    let equivalent = declared.is_some_and(|by| by.id != held.person);
    let ours = held.certificate.eq_ignore_ascii_case("CMCPSE") || equivalent;
    ours && counts(standing, held)
}

/// Whether a certificate is a person's, has begun, and has not ended.
pub(crate) fn counts(standing: &Standing<'_>, held: &Qualification) -> bool {
    standing.known.accountable(Some(&held.person)).is_some()
        && held.issued <= standing.day
        && held.expires.is_none_or(|until| standing.day <= until)
}

fn staff(standing: &Standing<'_>) -> Reading {
    let all = &standing.estate.qualifications;
    let count = all.iter().filter(|held| qualifies(standing, held)).count();
    if count > 0 {
        return Reading::yes(format!("{count} certificates count"));
    }
    match all.len() {
        0 => Reading::none("nobody is certified", "qualifications"),
        other => Reading {
            missing: all.iter().map(|one| format!("{}/{}", one.person, one.certificate)).collect(),
            ..Reading::none(format!("none of {other} certificates counts"), "")
        },
    }
}

fn board(standing: &Standing<'_>) -> Reading {
    let Some(last) = standing.last_deliverable(DeliverableKind::BoardReport) else {
        return Reading::none("no report was given to the board", "board-report");
    };
    let says = format!("the board was given its last report on {}", last.at);
    if standing.within(Some(last.at), QUARTER_DAYS) {
        Reading::yes(says)
    } else {
        Reading::none(says, last.digest.clone())
    }
}

fn baseline(standing: &Standing<'_>) -> Reading {
    if let Some(one) = standing.working(Measure::Baseline) {
        return Reading::yes(format!("baseline {} is compared with", one.name))
            .owned(one.owner.clone());
    }
    let known = standing.controls(Measure::Baseline).next();
    Reading::none("no baseline was compared with in the last 24 hours", "behaviour-baseline")
        .owned(known.and_then(|one| one.owner.clone()))
}

/// What the four elements of the least programme say: see [`super::mvp`].
pub(super) fn elements(standing: &Standing<'_>) -> [Reading; 4] {
    let servers = || standing.estate.servers.iter();
    let shadows = standing.shadows();
    let mut entries: Vec<(String, bool)> =
        servers().map(|server| (server.id.clone(), standing.complete(server))).collect();
    entries.extend(standing.estate.agents.iter().map(|agent| {
        (agent.id.clone(), standing.known.accountable(agent.owner.as_deref()).is_some())
    }));
    entries.extend(shadows.iter().map(|shadow| ((*shadow).to_owned(), false)));
    let rotating = |server: &crate::estate::Server| {
        let local = server.authentication == Some(crate::estate::Authentication::Local);
        authenticated(server) && (local || standing::rotated(server))
    };
    [
        inventory(standing).and(Reading::all("entries are complete", entries)),
        Reading::all(
            "servers know who calls, and their credentials are changed in time",
            servers().map(|server| (server.id.clone(), rotating(server))),
        ),
        sink(standing).and(Reading::all(
            "servers record every call",
            servers().map(|server| (server.id.clone(), logged(server))),
        )),
        process(standing).and(assessed(standing)),
    ]
}

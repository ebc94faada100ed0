//! An estate of any size, the same each time: what benches of this crate compute from.

use warden_govern::{
    Estate, Word as _,
    estate::{
        Agent, Audit, Authentication, Capability, Connection, Dimension, Egress, Estimate, Finding,
        FindingState, Monitoring, Network, Organisation, Persistence, Person, Posture, Scenario,
        Server, Stage, StageRun, Tool,
    },
};
use warden_model::{Class, DataClass, Effect, Severity};

/// How much of everything there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) servers: usize,
    pub(crate) agents: usize,
    pub(crate) tools: usize,
    pub(crate) findings: usize,
    pub(crate) scenarios: usize,
}

/// The estate of a company of 50,000 people.
pub(crate) const LARGE: Size =
    Size { servers: 5_000, agents: 2_000, tools: 60_000, findings: 60_000, scenarios: 20 };

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())]
    }

    /// One in ten is not known.
    fn maybe<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        (self.roll(10) > 0).then(|| self.of(all))
    }
}

/// An estate of this size.
pub(crate) fn estate(size: Size) -> Estate {
    let mut dice = Dice(7);
    let as_of = jiff::Timestamp::constant(1_793_520_000, 0);
    let mut estate = Estate { version: 1, as_of, ..Estate::default() };
    estate.organisation = Organisation {
        name: "Bank".into(),
        currency: Some("USD".into()),
        appetite: Some(5_000_000),
        least_level: Some(2),
        ..Organisation::default()
    };
    let person = |at| Person { id: format!("p{at}"), name: format!("P {at}"), ..Person::default() };
    estate.people = (0..100).map(person).collect();
    estate.servers = (0..size.servers).map(|at| server(at, &mut dice)).collect();
    estate.tools = (0..size.tools).map(|at| tool(at, size.servers, &mut dice)).collect();
    for at in 0..size.agents {
        estate.agents.push(agent(at, &mut dice));
        estate.connections.extend(connections(at, size.servers, &mut dice));
    }
    estate.findings = (0..size.findings).map(|at| finding(at, size.servers, &mut dice)).collect();
    estate.scenarios = (0..size.scenarios).map(|at| scenario(at, &mut dice)).collect();
    estate
}

fn server(at: usize, dice: &mut Dice) -> Server {
    let day = jiff::civil::date(2026, 10, 1);
    Server {
        id: format!("server-{at}"),
        name: format!("Server {at}"),
        owner: Some(format!("p{}", dice.roll(100))),
        data: dice.maybe(&DataClass::ALL),
        network: dice.maybe(Network::all()),
        authentication: dice.maybe(Authentication::all()),
        audit: dice.maybe(Audit::all()),
        persistence: dice.maybe(Persistence::all()),
        posture: dice.maybe(Posture::all()),
        monitoring: dice.maybe(Monitoring::all()),
        enforced: dice.maybe(&[true, false]),
        stages: Stage::all()
            .iter()
            .map(|stage| StageRun { stage: *stage, at: day, status: None, rules: None })
            .collect(),
        ..Server::default()
    }
}

fn tool(at: usize, servers: usize, dice: &mut Dice) -> Tool {
    Tool {
        server: format!("server-{}", at % servers),
        name: format!("tool-{at}"),
        effect: dice.maybe(Effect::ALL),
        capabilities: vec![dice.of(Capability::all())],
        data: dice.maybe(&DataClass::ALL),
        untrusted: dice.maybe(&[true, false]),
        egress: dice.maybe(Egress::all()),
        ..Tool::default()
    }
}

fn agent(at: usize, dice: &mut Dice) -> Agent {
    Agent {
        id: format!("agent-{at}"),
        name: format!("Agent {at}"),
        owner: Some(format!("p{}", dice.roll(100))),
        ..Agent::default()
    }
}

/// Each agent has eight servers, and one that all have.
fn connections(agent: usize, servers: usize, dice: &mut Dice) -> Vec<Connection> {
    let mut all: Vec<_> = (0..8).map(|_| dice.roll(servers)).chain([0]).collect();
    all.sort_unstable();
    all.dedup();
    let connection = |server: usize| Connection {
        agent: format!("agent-{agent}"),
        server: format!("server-{server}"),
        ..Connection::default()
    };
    all.into_iter().map(connection).collect()
}

fn finding(at: usize, servers: usize, dice: &mut Dice) -> Finding {
    let server = at % servers;
    Finding {
        id: format!("finding-{at}"),
        class: dice.of(Class::ALL),
        severity: dice.of(Severity::ALL),
        server: format!("server-{server}"),
        tool: (dice.roll(2) == 0).then(|| format!("tool-{server}")),
        title: "Something is wrong".into(),
        cvss: None,
        state: dice.of(FindingState::all()),
        found: jiff::civil::date(2026, 10, 1),
        closed: None,
        action: Some("Mend it".into()),
        owner: Some(format!("p{}", dice.roll(100))),
        due: Some(jiff::civil::date(2026, 12, 1)),
        evidence: Vec::new(),
    }
}

fn scenario(at: usize, dice: &mut Dice) -> Scenario {
    let mut estimate = |most: u32| {
        let mut three = [0; 3].map(|_: usize| dice.roll(1000));
        three.sort_unstable();
        let [min, mode, max] = three
            .map(|share| f64::from(u32::try_from(share).unwrap_or(0)) / 1000.0 * f64::from(most));
        Some(Estimate { min, mode, max })
    };
    Scenario {
        id: format!("scenario-{at}"),
        title: format!("Scenario {at}"),
        dimension: Dimension::all()[at % 3],
        owner: "p1".into(),
        source: "bench".into(),
        at: jiff::civil::date(2026, 10, 1),
        frequency: estimate(12),
        susceptibility: estimate(1),
        residual_susceptibility: estimate(1),
        primary_loss: estimate(1_000_000),
        secondary_probability: estimate(1),
        secondary_loss: estimate(10_000_000),
        exposed: Vec::new(),
        controls: Vec::new(),
        card: None,
        impact: None,
        detection: None,
        treatment: None,
        due: None,
    }
}

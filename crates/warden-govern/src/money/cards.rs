//! The three risks that a board asks about, each on a card: what happens, what is exposed, what
//! stands against it, and what is left of it in money.

use std::collections::BTreeSet;

use serde::Serialize;

use super::portfolio::{Portfolio, Total};
use crate::{
    Word as _,
    estate::{Card, Detection, Impact, Lookup, Measure, Scenario},
    risk::Surroundings,
    word::UNKNOWN,
};

/// A card.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RiskCard<'a> {
    /// Which.
    pub card: Card,
    /// Its title.
    pub title: &'static str,
    /// What happens.
    pub scenario: &'static str,
    /// How bad it would be; none if nobody has rated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    /// How easily it would be noticed; none if nobody has rated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detection: Option<Detection>,
    /// On the card for exfiltration: the agents in which what strangers write, data and a way out
    /// meet.
    pub agents: Vec<&'a str>,
    /// The classes of data that these agents reach, `unknown` where nobody knows.
    pub data: Vec<&'static str>,
    /// What else is exposed, as the scenarios say.
    pub exposed: Vec<&'a str>,
    /// What stands against it: controls of the organisation that are in place.
    pub controls: Vec<&'static str>,
    /// Controls that would, and that nobody has recorded.
    pub absent: Vec<&'static str>,
    /// The controls that the scenarios name.
    pub named_controls: Vec<&'a str>,
    /// What is left of its scenarios in money.
    pub residual: Total<'a>,
}

struct Facts {
    title: &'static str,
    scenario: &'static str,
    rated: Option<(Impact, Detection)>,
    measures: &'static [Measure],
}

const fn facts(card: Card) -> Facts {
    match card {
        Card::Exfiltration => Facts {
            title: "Data exfiltration",
            scenario: "An agent is told by a document, a ticket or a repository that it reads to \
                copy data elsewhere.",
            // As the documented case was rated: private repositories left through a public
            // pull request, and every step was one that the agent may take.
            rated: Some((Impact::High, Detection::Hard)),
            measures: &[
                Measure::EgressFilter,
                Measure::AlertEgress,
                Measure::Masking,
                Measure::Baseline,
                Measure::KillSwitch,
            ],
        },
        Card::Substitution => Facts {
            title: "Supply-chain substitution",
            scenario: "A server that was approved is changed, and nobody is told.",
            rated: None,
            measures: &[
                Measure::AlertDefinition,
                Measure::AlertEndpoint,
                Measure::VendorProcess,
                Measure::PipelineGate,
            ],
        },
        Card::Regulation => Facts {
            title: "Regulatory exposure",
            scenario: "An authority asks for proof of control over the tools of third parties that \
                are connected to critical business processes.",
            rated: None,
            measures: &[
                Measure::WrittenPolicy,
                Measure::VendorProcess,
                Measure::SiemSink,
                Measure::EnterpriseRisk,
            ],
        },
    }
}

/// The three cards of an estate.
#[must_use]
pub fn cards<'a>(
    known: &Lookup<'a>,
    surroundings: &Surroundings<'a>,
    money: &Portfolio<'a>,
) -> Vec<RiskCard<'a>> {
    Card::all().iter().map(|card| of(*card, known, surroundings, money)).collect()
}

fn of<'a>(
    card: Card,
    known: &Lookup<'a>,
    surroundings: &Surroundings<'a>,
    money: &Portfolio<'a>,
) -> RiskCard<'a> {
    let facts = facts(card);
    let scenarios: Vec<&Scenario> = (money.scenarios.iter())
        .map(|costed| costed.scenario)
        .filter(|scenario| scenario.card == Some(card))
        .collect();
    // Of several scenarios the worst rating stands; what nobody rates is as the case was, or open.
    let impact = scenarios.iter().filter_map(|scenario| scenario.impact).max();
    let detection = scenarios.iter().filter_map(|scenario| scenario.detection).max();
    // Only what leaves needs data and a way out to meet.
    let agents = match card {
        Card::Exfiltration => surroundings.toxic_agents(),
        Card::Substitution | Card::Regulation => Vec::new(),
    };
    let data = data(known, &agents);
    let recorded = |measure: &&Measure| {
        known.estate.controls.iter().any(|control| control.measure == **measure)
    };
    let (controls, absent): (Vec<_>, Vec<_>) = facts.measures.iter().partition(recorded);
    let words = |measures: Vec<&Measure>| measures.into_iter().map(|one| one.word()).collect();
    let each = |of: fn(&Scenario) -> &Vec<String>| {
        let all = scenarios.iter().flat_map(|scenario| of(scenario)).map(String::as_str);
        all.collect::<BTreeSet<_>>().into_iter().collect()
    };
    RiskCard {
        card,
        title: facts.title,
        scenario: facts.scenario,
        impact: impact.or(facts.rated.map(|rated| rated.0)),
        detection: detection.or(facts.rated.map(|rated| rated.1)),
        agents,
        data,
        exposed: each(|scenario| &scenario.exposed),
        controls: words(controls),
        absent: words(absent),
        named_controls: each(|scenario| &scenario.controls),
        residual: money.part(|scenario| scenario.card == Some(card)),
    }
}

/// The classes of data that agents reach, the worst first.
fn data(known: &Lookup<'_>, agents: &[&str]) -> Vec<&'static str> {
    let mut classes = BTreeSet::new();
    for agent in agents {
        for connection in known.connections_of(agent) {
            let server = known.server(&connection.server).and_then(|server| server.data);
            let tools = known.tools_of(&connection.server);
            // What is not known sorts after everything that is, so it comes first below.
            let class = |data: Option<warden_model::DataClass>| {
                data.map_or((1, None), |data| (0, Some(data)))
            };
            classes.extend(tools.iter().map(|tool| class(tool.data.or(server))));
            if tools.is_empty() {
                classes.insert(class(server));
            }
        }
    }
    classes
        .into_iter()
        .rev()
        .map(|(_, class)| class.map_or(UNKNOWN, |class| class.name()))
        .collect()
}

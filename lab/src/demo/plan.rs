//! What agents and people do in the quarter: `demo/traffic.toml`, laid out step by step.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use warden_audit::Timestamp;

use xtask::shell::Failure;

const MICROS_A_DAY: u64 = 86_400 * 1_000_000;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    from: String,
    until: String,
    agent: Vec<Agent>,
    routine: Vec<Routine>,
    event: Vec<Event>,
}

/// An agent, and the person that it works for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// Its name, as a scan gives it.
    pub name: String,
    /// The person.
    pub user: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Routine {
    agent: String,
    at: String,
    every: u64,
    calls: Vec<Call>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    at: String,
    agent: Option<String>,
    #[serde(default)]
    calls: Vec<Call>,
    stop: Option<String>,
    #[serde(default)]
    resume: bool,
    drift: Option<String>,
    approve: Option<String>,
    by: Option<String>,
    reason: Option<String>,
}

/// One call of a tool.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The tool, with its server before it.
    pub tool: String,
    /// The arguments.
    #[serde(default)]
    pub with: BTreeMap<String, Value>,
    /// What a person says, if the call waits for one.
    pub asked: Option<Asked>,
}

/// What a person says to a call.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Who.
    pub by: String,
    /// After how many minutes.
    pub minutes: u64,
    /// Whether it is a yes.
    pub yes: bool,
}

/// What is done at one time.
#[derive(Clone, Debug)]
pub enum Act {
    /// An agent begins a session, and calls these.
    Session(String, Vec<Call>),
    /// A person stops an agent.
    Stop {
        /// The agent.
        agent: String,
        /// The person.
        by: String,
        /// Why.
        reason: String,
    },
    /// A person lets go on what was stopped.
    Resume {
        /// The person.
        by: String,
        /// Why.
        reason: String,
    },
    /// A server is replaced by its vendor.
    Drift(String),
    /// A person approves what a server shows now.
    Approve {
        /// The server.
        server: String,
        /// The person.
        by: String,
    },
}

/// The quarter.
#[derive(Debug)]
pub struct Plan {
    /// Who takes part.
    pub agents: Vec<Agent>,
    /// What is done, in microseconds after 1970, the earliest first.
    pub steps: Vec<(u64, Act)>,
}

/// Lays out a quarter.
///
/// # Errors
/// The text is not in the format, or a time of it is none.
pub fn read(text: &str) -> Result<Plan, Failure> {
    let written: Written = toml_edit::de::from_str(text)
        .map_err(|error| Failure(format!("demo/traffic.toml: {error}")))?;
    let (from, until) = (day(&written.from)?, day(&written.until)?);
    let mut steps = Vec::new();
    for routine in &written.routine {
        let start = time(&format!("1970-01-01T{}:00.000000Z", routine.at))?;
        let days = (from..until).filter(|day| works(*day)).enumerate();
        let days = days.filter(|(nth, _)| (*nth as u64).is_multiple_of(routine.every.max(1)));
        for (nth, day) in days {
            let calls = routine.calls.iter().map(|call| numbered(call, nth)).collect();
            // Nobody begins at the same minute every day.
            let late = (nth as u64 * 7 % 23) * 60_000_000;
            let act = Act::Session(routine.agent.clone(), calls);
            steps.push((day * MICROS_A_DAY + start + late, act));
        }
    }
    for event in written.event {
        steps.push((time(&event.at.replace('Z', ".000000Z"))?, act(event)?));
    }
    steps.sort_by_key(|(at, _)| *at);
    Ok(Plan { agents: written.agent, steps })
}

fn act(event: Event) -> Result<Act, Failure> {
    let Event { at, agent, calls, stop, resume, drift, approve, by, reason } = event;
    let (by, reason) = (by.unwrap_or_default(), reason.unwrap_or_default());
    match (agent, stop, resume, drift, approve) {
        (Some(agent), None, false, None, None) => Ok(Act::Session(agent, calls)),
        (None, Some(agent), false, None, None) => Ok(Act::Stop { agent, by, reason }),
        (None, None, true, None, None) => Ok(Act::Resume { by, reason }),
        (None, None, false, Some(server), None) => Ok(Act::Drift(server)),
        (None, None, false, None, Some(server)) => Ok(Act::Approve { server, by }),
        _ => Err(Failure(format!("demo/traffic.toml: the event of {at} is not one thing"))),
    }
}

/// The same call with the number of the day in it.
fn numbered(call: &Call, nth: usize) -> Call {
    let with = call.with.iter().map(|(name, value)| {
        let value = match value {
            Value::String(text) => text.replace("{n}", &format!("{nth:02}")).into(),
            other => other.clone(),
        };
        (name.clone(), value)
    });
    Call { with: with.collect(), ..call.clone() }
}

/// Monday to Friday. The first day of 1970 was a Thursday.
const fn works(day: u64) -> bool {
    !matches!(day % 7, 2 | 3)
}

fn day(text: &str) -> Result<u64, Failure> {
    Ok(time(&format!("{text}T00:00:00.000000Z"))? / MICROS_A_DAY)
}

fn time(text: &str) -> Result<u64, Failure> {
    let time: Timestamp = text
        .parse()
        .map_err(|error| Failure(format!("demo/traffic.toml: {text} is no time: {error}")))?;
    Ok(time.micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_routine_is_done_on_working_days_and_an_event_once() {
        let plan = read(
            "from = \"2026-09-01\"\nuntil = \"2026-09-08\"\n\
             [[agent]]\nname = \"a\"\nuser = \"ann\"\n\
             [[routine]]\nagent = \"a\"\nat = \"09:00\"\nevery = 2\n\
             calls = [{ tool = \"t\", with = { word = \"x{n}\" } }]\n\
             [[event]]\nat = \"2026-09-02T00:00:00Z\"\ndrift = \"s\"\n",
        );
        let plan = plan.expect("it is in the format");
        let told: Vec<_> = plan.steps.iter().map(|(at, act)| told(*at, act)).collect();
        // The first and the third working day are a Tuesday and a Thursday, then comes a Monday.
        assert_eq!(
            told,
            [
                "2026-09-01T09:00:00.000000Z x00",
                "2026-09-02T00:00:00.000000Z s",
                "2026-09-03T09:14:00.000000Z x02",
                "2026-09-07T09:05:00.000000Z x04",
            ]
        );
    }

    fn told(at: u64, act: &Act) -> String {
        let what = match act {
            Act::Session(_, calls) => calls[0].with["word"].as_str().unwrap_or_default(),
            Act::Drift(server) => server,
            _ => "",
        };
        format!("{} {what}", Timestamp::from_micros(at))
    }

    #[test]
    fn the_committed_plan_can_be_read() {
        let text = std::fs::read_to_string(super::super::folder().join("traffic.toml"));
        let plan = read(&text.expect("it is there")).expect("it is in the format");
        assert_eq!(plan.agents.len(), 12);
        for (at, act) in &plan.steps {
            if let Act::Session(agent, calls) = act {
                assert!(plan.agents.iter().any(|known| known.name == *agent), "{at}: {agent}");
                assert!(!calls.is_empty(), "{at}: nothing is called");
            }
        }
    }
}

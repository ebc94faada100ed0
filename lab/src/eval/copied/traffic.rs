//! Ordinary calls in sessions that have seen confidential data.

use serde::Deserialize;
use serde_json::{Value, json};
use warden_detect::{Destination, Sketch};

use super::Record;
use xtask::shell::{self, Failure};

/// Ordinary calls of one sort.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// What they are.
    pub name: &'static str,
    /// Whether an alarm is a false one.
    pub ordinary: bool,
    /// How many sessions.
    pub sessions: usize,
    /// How many calls of tools that send something out.
    pub calls: usize,
    /// The calls that raised an alarm.
    pub alarms: Vec<Alarm>,
    /// What the alarms are about.
    pub why: &'static str,
}

/// An alarm about an ordinary call.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// The session.
    pub session: String,
    /// What went out.
    pub arguments: String,
    /// What of it was taken for copied.
    pub matched: String,
}

/// A line of the recorded sessions.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Answer { answer: String },
    Prompt { prompt: String },
    Run { id: String, prompts: Vec<usize>, steps: Vec<Step> },
}

/// A call of a recorded session.
#[derive(Deserialize)]
struct Step {
    tool: String,
    arguments: Value,
    answer: usize,
}

/// A call in a session, and how it came out.
struct Session<'a> {
    name: String,
    sketch: Sketch,
    traffic: &'a mut Traffic,
}

/// Runs all ordinary traffic.
pub(super) fn run(records: &[Record]) -> Result<Vec<Traffic>, Failure> {
    let (ordinary, ordered) = recorded()?;
    Ok(vec![written(records), ordinary, ordered])
}

impl Session<'_> {
    fn call(&mut self, tool: &str, arguments: &Value) {
        self.traffic.calls += 1;
        let carried = self.sketch.carried_in(tool, arguments, Destination::Outside);
        if carried.is_noticed() {
            self.traffic.alarms.push(Alarm {
                session: self.name.clone(),
                arguments: arguments.to_string(),
                matched: format!("{:?}", carried.matches),
            });
        }
    }
}

/// What written sessions do: every line is a call, with `{}` for a number or a word.
const SCRIPT: &str = include_str!("traffic.txt");
/// Written sessions.
const SESSIONS: usize = 120;
/// Calls of each.
const CALLS: usize = 30;

/// Sessions that have seen four of the records and go about other things.
fn written(records: &[Record]) -> Traffic {
    let mut traffic =
        Traffic { name: "written", ordinary: true, why: "should be none", ..Traffic::default() };
    let mut dice = Dice(7);
    let (words, calls) = script();
    for number in 0..SESSIONS {
        traffic.sessions += 1;
        let mut sketch = Sketch::new(*b"a key of traffic");
        sketch.known_public("You are an assistant of Northwind Traders Logistics. Help the user.");
        for _ in 0..4 {
            if let Some(record) = records.get(dice.roll(records.len())) {
                sketch.remember(&record.answer, super::CONFIDENTIAL);
            }
        }
        let mut session =
            Session { name: format!("written {number}"), sketch, traffic: &mut traffic };
        for _ in 0..CALLS {
            let Some((tool, pattern)) = calls.get(dice.roll(calls.len())) else { continue };
            let mut text = pattern.clone();
            while let Some((before, after)) = text.split_once("{}") {
                let word = words.get(dice.roll(words.len())).copied().unwrap_or_default();
                text = format!("{before}{word}{after}");
            }
            while let Some((before, after)) = text.split_once("{#}") {
                text = format!("{before}{}{after}", 100_000 + dice.roll(900_000));
            }
            let arguments = serde_json::from_str(&text).unwrap_or_else(|_| json!({ "text": text }));
            session.call(tool, &arguments);
        }
    }
    traffic
}

/// The words of the script, and its calls: tool and arguments.
fn script() -> (Vec<&'static str>, Vec<(&'static str, String)>) {
    let (words, calls) = SCRIPT.split_once("\n\n").unwrap_or_default();
    let call = |line: &'static str| {
        let (tool, text) = line.split_once(' ')?;
        Some((tool, text.to_owned()))
    };
    (words.split(", ").map(str::trim).collect(), calls.lines().filter_map(call).collect())
}

/// Dice that fall the same way each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides.max(1)
    }
}

/// Tools of the recorded sessions that send something out of the shop, bank and mailbox.
const OUTSIDE: &[&str] = &[
    "send_email",
    "send_money",
    "browse_webpage",
    "input_to_webpage",
    "get_webpage",
    "click_the_link",
    "search_product",
];
/// Tools whose answers are about the catalogue and not about the user.
const PUBLIC: &[&str] = &["search_product", "view_available_discounts", "get_current_day"];

/// Who the user of the recorded sessions is.
const USER: &str = "Emma Johnson <emma.johnson@bluesparrowtech.com>";

/// Recorded sessions of agents, without those that were attacked: those in which the user asks
/// for something ordinary, and those in which he orders that his own data goes out.
fn recorded() -> Result<(Traffic, Traffic), Failure> {
    let path = super::corpus("traffic/agentdyn-shopping.jsonl");
    let (mut answers, mut prompts) = (Vec::new(), Vec::new());
    let why = "should be none";
    let mut ordinary = Traffic { name: "recorded", ordinary: true, why, ..Traffic::default() };
    let why = "no false alarms: the user orders that the data goes out";
    let mut ordered = Traffic { name: "recorded, by order", why, ..Traffic::default() };
    for line in shell::read(&path)?.lines() {
        let parsed = serde_json::from_str(line);
        match parsed.map_err(|error| Failure(format!("{}: {error}", path.display())))? {
            Line::Answer { answer } => answers.push(answer),
            Line::Prompt { prompt } => prompts.push(prompt),
            Line::Run { id, prompts: asked, steps } => {
                let order = id.contains("/injection_task_");
                let traffic = if order { &mut ordered } else { &mut ordinary };
                traffic.sessions += 1;
                let mut sketch = Sketch::new(*b"a key of traffic");
                // Whoever runs the session knows its user.
                sketch.known_public(USER);
                for prompt in asked.iter().filter_map(|at| prompts.get(*at)) {
                    sketch.known_public(prompt);
                }
                let mut session = Session { name: id, sketch, traffic };
                for step in steps {
                    if OUTSIDE.contains(&step.tool.as_str()) {
                        session.call(&step.tool, &step.arguments);
                    }
                    let answer = answers.get(step.answer).map_or("", String::as_str);
                    if PUBLIC.contains(&step.tool.as_str()) {
                        session.sketch.known_public(answer);
                    } else {
                        session.sketch.remember(answer, super::CONFIDENTIAL);
                    }
                }
            }
        }
    }
    Ok((ordinary, ordered))
}

//! What is replayed: runs of real agents, and ordinary tasks.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;

use xtask::shell::{self, Failure, root};

/// Where both are.
const CORPUS: &str = "tests/corpus/flow";
/// The one server of the suite.
const SHOP: &str = "shop";
/// A corpus that unpacks to more is none of ours.
const MOST_BYTES: u64 = 64 << 20;

/// A session of an agent.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it is called.
    pub id: String,
    /// The model; the line of work for an ordinary task.
    pub model: String,
    /// What the user wants.
    pub task: String,
    /// What a stranger wanted, and the call that did it, counted from 0.
    pub attack: Option<(String, usize)>,
    /// It is an ordinary task, and no run of an agent.
    pub ordinary: bool,
    /// The calls in order.
    pub calls: Vec<Call>,
}

/// A call and its answer.
#[derive(Clone, Debug)]
pub struct Call {
    /// The server.
    pub server: String,
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
    /// What it answered; what went wrong, if it failed.
    pub answer: String,
    /// Whether it failed.
    pub failed: bool,
}

/// A recorded run, as far as it is used.
#[derive(Deserialize)]
struct Recorded {
    id: String,
    label: String,
    model: String,
    user_task: String,
    injection_task: String,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    content: Option<String>,
    function: Option<String>,
    args: Option<Value>,
    error: Option<String>,
}

/// The call that does what a stranger wants.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Harm {
    tool: String,
    argument: String,
    holds: String,
}

/// An ordinary task.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Task {
    id: String,
    role: String,
    #[serde(rename = "task")]
    wanted: String,
    calls: Vec<Done>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Done {
    server: String,
    tool: String,
    arguments: Value,
    answer: String,
}

/// The runs of real agents.
///
/// # Errors
/// They cannot be read, or an attack that succeeded has no call that did the harm.
pub fn traces() -> Result<Vec<Run>, Failure> {
    let path = corpus("traces/agentdyn-shopping.jsonl.gz");
    let file = std::fs::File::open(&path).map_err(|error| Failure::of(&path, &error))?;
    let mut text = String::new();
    let mut unpacked = GzDecoder::new(file).take(MOST_BYTES);
    unpacked.read_to_string(&mut text).map_err(|error| Failure::of(&path, &error))?;
    let harms = harms()?;
    text.lines().map(|line| trace(line, &harms)).collect()
}

/// The ordinary tasks.
///
/// # Errors
/// They cannot be read.
pub fn day() -> Result<Vec<Run>, Failure> {
    let path = corpus("day/tasks.jsonl");
    let wrong = |error| Failure(format!("{}: {error}", path.display()));
    let read = |line: &str| serde_json::from_str::<Task>(line).map(ordinary).map_err(wrong);
    shell::read(&path)?.lines().map(read).collect()
}

/// A file of the corpus.
pub(super) fn corpus(name: &str) -> PathBuf {
    root().join(CORPUS).join(name)
}

fn harms() -> Result<BTreeMap<String, Harm>, Failure> {
    let path = corpus("traces/harm.toml");
    toml_edit::de::from_str(&shell::read(&path)?)
        .map_err(|error| Failure(format!("{}: {error}", path.display())))
}

fn trace(line: &str, harms: &BTreeMap<String, Harm>) -> Result<Run, Failure> {
    let run: Recorded =
        serde_json::from_str(line).map_err(|error| Failure(format!("a run: {error}")))?;
    let calls: Vec<Call> = run.messages.into_iter().filter_map(called).collect();
    let attack = match run.label.as_str() {
        "benign" => None,
        "attack_success" => {
            let harm = harms
                .get(&run.injection_task)
                .and_then(|harm| calls.iter().position(|call| harm.is_done_by(call)));
            let none = || Failure(format!("{}: no call of it does the harm", run.id));
            Some((run.injection_task, harm.ok_or_else(none)?))
        }
        other => return Err(Failure(format!("{}: what is `{other}`?", run.id))),
    };
    Ok(Run { id: run.id, model: run.model, task: run.user_task, attack, ordinary: false, calls })
}

/// The call that a message answers. A tool that does not exist was not called.
fn called(message: Message) -> Option<Call> {
    let error = message.error.unwrap_or_default();
    if message.role != "tool" || error.starts_with("Invalid tool ") {
        return None;
    }
    let failed = !error.is_empty();
    let answer = if failed { error } else { message.content.unwrap_or_default() };
    let arguments = message.args.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    Some(Call { server: SHOP.into(), tool: message.function?, arguments, answer, failed })
}

fn ordinary(task: Task) -> Run {
    let call = |done: Done| Call {
        server: done.server,
        tool: done.tool,
        arguments: done.arguments,
        answer: done.answer,
        failed: false,
    };
    let calls = task.calls.into_iter().map(call).collect();
    let (id, model, task) = (task.id, task.role, task.wanted);
    Run { id, model, task, attack: None, ordinary: true, calls }
}

impl Harm {
    fn is_done_by(&self, call: &Call) -> bool {
        let argument = match self.argument.as_str() {
            "*" => Some(&call.arguments),
            name => call.arguments.get(name),
        };
        call.tool == self.tool
            && argument.is_some_and(|value| strings(value).any(|text| text.contains(&self.holds)))
    }
}

/// Every text and number in a value.
pub fn strings(value: &Value) -> Box<dyn Iterator<Item = String> + '_> {
    match value {
        Value::Object(members) => Box::new(members.values().flat_map(strings)),
        Value::Array(elements) => Box::new(elements.iter().flat_map(strings)),
        Value::String(text) => Box::new(std::iter::once(text.clone())),
        Value::Null | Value::Bool(_) => Box::new(std::iter::empty()),
        Value::Number(number) => Box::new(std::iter::once(number.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attack_that_succeeded_has_a_call_that_does_the_harm() {
        let runs = traces().expect("the corpus can be read");
        let attacks = runs.iter().filter(|run| run.attack.is_some()).count();
        assert_eq!((runs.len(), attacks), (165, 67));
    }

    #[test]
    fn ordinary_tasks_are_many_and_not_copies_of_a_few() {
        let tasks = day().expect("the corpus can be read");
        assert!(tasks.len() >= 150);
        assert!(tasks.iter().all(|task| (3..=12).contains(&task.calls.len())));
        let ways: std::collections::BTreeSet<Vec<_>> = tasks
            .iter()
            .map(|task| task.calls.iter().map(|call| (&call.server, &call.tool)).collect())
            .collect();
        assert!(ways.len() >= 50, "only {} ways", ways.len());
    }
}

//! The same runs through the gateway itself: real servers, real sessions, the real rules.
//!
//! Each run is a client of its own, so that what it has read is nothing to the others.

use std::collections::BTreeMap;

use serde_json::Value;
use warden_testkit::{
    TestHome,
    gateway::{
        Setup, policy,
        told::{Ended, Told},
    },
};

use super::figures::Through;
use super::runs::{Run, corpus};
use xtask::shell::{self, Failure};

/// The packs that are measured. Under the one for regulated companies nothing goes on before somebody
/// has certified servers and cleared people, and what flows is the smaller part of it.
pub const PACKS: &[&str] = &["laptop", "team"];

/// The one server of the recorded runs.
const SHOP: &str = "shop";

/// A gateway in front of the servers of a corpus.
pub struct Started(Told);

/// The first call of a run that was not let through.
struct Stopped {
    call: usize,
    reason: String,
}

/// Starts a gateway under `pack` for runs of the corpus `name`.
///
/// # Errors
/// The corpus cannot be read.
pub fn start(pack: &str, name: &str, runs: &[Run]) -> Result<Started, Failure> {
    let tools = corpus(&format!("{name}/tools.json"));
    let servers: Vec<(String, Value)> = match shell::read_json(&tools)? {
        Value::Object(all) => all.into_iter().collect(),
        tools => vec![(SHOP.into(), tools)],
    };
    let labels = shell::read(&corpus(&format!("{name}/policy.toml")))?;
    Ok(Started(Told::start(&servers, |home: &TestHome, setup: Setup| {
        policy::write(home, pack, &labels);
        let setup = setup.top(&format!("policy = \"{}\"", policy::FOLDER));
        (0..runs.len()).fold(setup, |setup, at| setup.client(&client(at), &token(at)))
    })))
}

/// Replays runs, and counts what becomes of them.
pub fn replay(started: &mut Started, runs: &[Run], through: &mut Through) {
    let firsts: Vec<_> =
        runs.iter().enumerate().map(|(at, run)| first_stopped(&started.0, at, run)).collect();
    let rules = started.rules();
    for (at, (run, stopped)) in runs.iter().zip(&firsts).enumerate() {
        let rules = rules.get(&client(at)).map(String::as_str);
        // What has no rule is told by its reason.
        let why = |stopped: &Stopped| rules.map_or(stopped.reason.clone(), str::to_owned);
        let told = stopped.as_ref().map(|stopped| (stopped.call, why(stopped)));
        let refused = stopped.as_ref().is_some_and(|stopped| stopped.reason != "needs-approval");
        through.add(run, told.as_ref().map(|(call, why)| (*call, why.as_str())), refused);
    }
}

/// What a run is called as a client.
fn client(at: usize) -> String {
    format!("run-{at}")
}

fn token(at: usize) -> String {
    format!("token-of-run-{at}")
}

/// The first call of a run that is not let through; what comes after it is not called.
fn first_stopped(told: &Told, at: usize, run: &Run) -> Option<Stopped> {
    let mut session = told.begin_as(&token(at));
    for (call, step) in run.calls.iter().enumerate() {
        let tool = format!("{}__{}", step.server, step.tool);
        let ended = told.call(&mut session, (&tool, &step.arguments), (&step.answer, step.failed));
        match ended {
            Ended::Answered(_) => {}
            Ended::Stopped(reason, _) => return Some(Stopped { call, reason }),
        }
    }
    None
}

impl Started {
    /// The records of the calls that were stopped.
    #[must_use]
    pub fn stopped(&self) -> Vec<Value> {
        self.0.records("call.refused")
    }

    /// The rules that have stopped somebody first.
    fn rules(&self) -> BTreeMap<String, String> {
        let mut rules = BTreeMap::new();
        for record in self.stopped() {
            let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
            rules.entry(text("agent")).or_insert_with(|| text("rule"));
        }
        rules.retain(|_, rule| !rule.is_empty());
        rules
    }
}

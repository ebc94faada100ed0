//! The quarter, played: a gateway that really runs, agents that call it, people who answer.

use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use warden_model::Digest;
use warden_testkit::TestHome;
use warden_testkit::gateway::{Gateway, visitor::Visitor};

use super::plan::{Act, Agent, Asked, Call, Plan};
use super::retime::Times;
use super::{by, product};
use xtask::shell::Failure;

/// A revision with sessions: what one of them has read does not follow an agent into the next week.
const REVISION: &str = "2025-11-25";

const MICROS_A_MINUTE: u64 = 60 * 1_000_000;

/// A gateway that is played with.
#[derive(Debug)]
pub struct Stage<'a> {
    home: &'a TestHome,
    config: PathBuf,
    text: String,
    agents: Vec<Agent>,
    gateway: Option<Gateway>,
    times: Times,
    /// How many calls were answered, refused, and held.
    pub counted: [usize; 3],
}

impl<'a> Stage<'a> {
    /// Writes the configuration with the agents in it, approves every server and serves them.
    ///
    /// # Errors
    /// A command does not succeed.
    pub fn new(home: &'a TestHome, config: &str, plan: &Plan) -> Result<Self, Failure> {
        let agents = plan.agents.iter().map(|agent| {
            let digest = Digest::of(token(&agent.name).as_bytes());
            let hex = String::from_utf8_lossy(&digest.hex()).into_owned();
            let Agent { name, user } = agent;
            format!(
                "\n[[client]]\nname = \"{name}\"\nuser = \"{user}\"\ntoken_sha256 = \"{hex}\"\n"
            )
        });
        let text: String = std::iter::once(config.to_owned()).chain(agents).collect();
        let config = home.write("gateway.toml", &text);
        let agents = plan.agents.clone();
        let times = Times::default();
        Ok(Self { home, config, text, agents, gateway: None, times, counted: [0; 3] })
    }

    /// Approves every one of these servers.
    ///
    /// # Errors
    /// A command does not succeed.
    pub fn approve_all(&mut self, first: u64, servers: &[&str]) -> Result<(), Failure> {
        self.mark(first);
        servers.iter().try_for_each(|server| self.approve(server, "omar.haddad"))
    }

    /// Plays every step, and returns which time it was when.
    ///
    /// # Errors
    /// A command does not succeed, or an agent that is not known has a part.
    pub fn play(mut self, plan: &Plan) -> Result<(Times, [usize; 3]), Failure> {
        self.gateway = Some(Gateway::serve(self.home));
        for (at, act) in &plan.steps {
            self.mark(*at);
            match act {
                Act::Session(agent, calls) => self.session(*at, agent, calls)?,
                Act::Stop { agent, by: who, reason } => {
                    by(self.home, who, &["stop", "agent", agent, "--reason", reason])?;
                    settle();
                }
                Act::Resume { by: who, reason } => self.resume(who, reason)?,
                Act::Drift(server) => self.replace(server)?,
                Act::Approve { server, by } => {
                    self.stop();
                    self.approve(server, by)?;
                    self.gateway = Some(Gateway::serve(self.home));
                }
            }
        }
        self.stop();
        Ok((self.times, self.counted))
    }

    fn mark(&mut self, planned: u64) {
        self.times.mark(now(), planned);
    }

    fn stop(&mut self) {
        if let Some(gateway) = self.gateway.take() {
            drop(gateway.stop());
        }
    }

    /// What was certified is looked at by its name, as it lies in the store.
    fn approve(&self, server: &str, person: &str) -> Result<(), Failure> {
        let config = self.config.to_string_lossy();
        let certified = self.text.contains(&format!("certified = \"{server}\""));
        let which: &[&str] = if certified { &[server] } else { &["--config", &config, server] };
        let words = [&["approve"], which, &["--by", person, "--yes"]].concat();
        product(self.home, &words, &[]).map(drop)
    }

    /// The vendor brings another version, which the gateway sees as it opens it again.
    fn replace(&mut self, server: &str) -> Result<(), Failure> {
        let update = self.home.path().join("servers").join(server).join("update");
        fs::write(&update, "").map_err(|error| Failure::of(&update, &error))?;
        self.stop();
        self.gateway = Some(Gateway::serve(self.home));
        Ok(())
    }

    fn resume(&self, person: &str, reason: &str) -> Result<(), Failure> {
        let stops: Value = serde_json::from_str(&product(self.home, &["stops", "--json"], &[])?)
            .map_err(|error| Failure(format!("stops: {error}")))?;
        let all = stops["stops"].as_array().cloned().unwrap_or_default();
        for stop in all.iter().filter_map(|stop| stop["id"].as_str()) {
            by(self.home, person, &["resume", stop, "--reason", reason])?;
        }
        settle();
        Ok(())
    }

    fn session(&mut self, at: u64, agent: &str, calls: &[Call]) -> Result<(), Failure> {
        let Some(gateway) = &self.gateway else { return Err(Failure("no gateway".into())) };
        if !self.agents.iter().any(|known| known.name == agent) {
            return Err(Failure(format!("demo/traffic.toml: there is no agent {agent}")));
        }
        let mut visitor =
            Visitor { revision: REVISION.into(), ..Visitor::modern(gateway.address()) }
                .showing(&token(agent));
        visitor.begin();
        let mut at = at;
        for call in calls {
            at += 20_000_000;
            self.mark(at);
            let hold = self.call(&visitor, call);
            if let (Some(hold), Some(asked)) = (hold, &call.asked) {
                at += asked.minutes * MICROS_A_MINUTE;
                self.mark(at);
                self.answer(&hold, asked)?;
                at += 15_000_000;
                self.mark(at);
                self.call(&visitor, call);
            }
        }
        visitor.try_end().map(drop).map_err(|error| Failure(format!("{agent}: {error}")))
    }

    /// Calls a tool, and returns the name of the question if it waits for a person.
    fn call(&mut self, visitor: &Visitor, call: &Call) -> Option<String> {
        let with = call.with.iter().map(|(name, value)| (name.clone(), self.filled(value)));
        let arguments: Value = with.collect::<serde_json::Map<_, _>>().into();
        let answer = visitor.call(&call.tool, &arguments).json();
        let hold = answer["error"]["data"]["hold"].as_str().map(ToOwned::to_owned);
        let kind = match (&answer["result"], &hold) {
            (_, Some(_)) => 2,
            (Value::Object(_), None) => 0,
            _ => 1,
        };
        if kind == 1 {
            println!("  {}: {}", call.tool, answer["error"]["data"]["reason"]);
        }
        if let Some(count) = self.counted.get_mut(kind) {
            *count += 1;
        }
        hold
    }

    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => json!(text.replace("WORK", &self.home.path().to_string_lossy())),
            other => other.clone(),
        }
    }

    fn answer(&self, hold: &str, asked: &Asked) -> Result<(), Failure> {
        let policy = self.home.path().join("policy");
        let policy = policy.to_string_lossy();
        let words: &[&str] = if asked.yes {
            &["calls", "--policy", &policy, "approve", hold, "--yes"]
        } else {
            &["calls", "--policy", &policy, "refuse", hold, "--reason", "not this one"]
        };
        by(self.home, &asked.by, words).map(drop)
    }
}

fn token(agent: &str) -> String {
    format!("token-of-{agent}")
}

#[expect(clippy::disallowed_methods, reason = "a program of its own, beside `mcpwarden`")]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// A running gateway notices a stop within a quarter of a second: so long, other agents ask.
fn settle() {
    let until = now() + 500_000;
    while now() < until {
        std::thread::yield_now();
    }
}

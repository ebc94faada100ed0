//! What agents can reach.

use std::{path::PathBuf, process::ExitCode};

use serde_json::{Value, json};
use warden_model::{DataClass, Effect};
use warden_policy::{
    Time,
    access::{
        How,
        reach::{Cell, Combination, Held, principal, reach, toxic},
    },
};
use warden_report::printable;

use super::{
    Folder, OTHERWISE,
    ask::{class, effect},
    load,
    offer::Offer,
    told,
};
use crate::{Failure, World, output};

fn now() -> Time {
    crate::machine::clock().into()
}

#[derive(Debug, clap::Args)]
pub(super) struct WhoCan {
    #[command(flatten)]
    folder: Folder,

    /// What is done: read, write, send, execute, admin, destructive
    #[arg(long, value_name = "EFFECT", value_parser = effect)]
    effect: Effect,

    /// To data of this class or a higher one
    #[arg(long, value_name = "CLASS", value_parser = class, default_value = "public")]
    class: DataClass,

    /// A list of tools as JSON; otherwise what was approved on this machine, and of
    /// other servers what policy.toml names one by one
    #[arg(long, value_name = "FILE")]
    tools: Option<PathBuf>,
}

impl WhoCan {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let policy = load::policy(world, &self.folder.dir)?;
        let offer = Offer::of(world, &policy.directory, self.tools.as_deref())?;
        let wanted = |cell: &&Cell| cell.action == self.effect && cell.class >= self.class;
        let mut found = Vec::new();
        for (agent, _) in policy.directory.agents() {
            // However it is proven: what one way of it allows, it can reach.
            let who = principal(&policy.directory, agent, None, How::BoundToken);
            let reach = reach(&policy.rules, &who, &offer.tools, now());
            for cell in reach.granted.iter().filter(wanted) {
                found.push((agent.clone(), cell.clone(), reach.effective.contains(cell)));
            }
        }
        let out = if self.folder.json {
            let one = |(agent, cell, alone): &(std::sync::Arc<str>, Cell, bool)| {
                json!({
                    "agent": &**agent,
                    "system": &*cell.system,
                    "action": cell.action.name(),
                    "class": cell.class.name(),
                    "approval": !alone,
                })
            };
            format!("{}\n", Value::Array(found.iter().map(one).collect()))
        } else {
            let mut out = String::new();
            for (agent, cell, alone) in &found {
                let how = if *alone { "" } else { ", once approved" };
                let class = cell.class.name();
                let line = format!("{agent}: {} on {} ({class}){how}", cell.action, cell.system);
                out.push_str(&told::wrapped(&printable(&line), 0));
            }
            out.push_str(&format!("{} found among {}\n", found.len(), offer.told()));
            out
        };
        output::print(&out)?;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Surface {
    #[command(flatten)]
    folder: Folder,

    /// The agent
    #[arg(long, value_name = "NAME")]
    agent: String,

    /// The user on whose behalf
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// A list of tools as JSON; otherwise what was approved on this machine, and of
    /// other servers what policy.toml names one by one
    #[arg(long, value_name = "FILE")]
    tools: Option<PathBuf>,
}

impl Surface {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let policy = load::policy(world, &self.folder.dir)?;
        let offer = Offer::of(world, &policy.directory, self.tools.as_deref())?;
        let user = self.user.as_deref();
        let who = principal(&policy.directory, &self.agent, user, How::BoundToken);
        let reach = reach(&policy.rules, &who, &offer.tools, now());
        let found = toxic(&policy.rules, &who, &offer.tools, now());
        let out = if self.folder.json {
            let cell = |cell: &Cell| {
                json!({
                    "system": &*cell.system,
                    "action": cell.action.name(),
                    "class": cell.class.name(),
                    "approval": !reach.effective.contains(cell),
                })
            };
            let reachable: Vec<Value> = reach.granted.iter().map(cell).collect();
            let together: Vec<Value> = found.iter().map(combination).collect();
            format!("{}\n", json!({ "reach": reachable, "together": together }))
        } else {
            let mut out = String::new();
            for cell in &reach.granted {
                let how = if reach.effective.contains(cell) { "" } else { ", once approved" };
                let class = cell.class.name();
                let line = format!("{} on {} ({class}){how}", cell.action, cell.system);
                out.push_str(&told::wrapped(&printable(&line), 0));
            }
            for one in &found {
                let line = format!(
                    "together: {} brings what strangers write, {} reads what few may see, {} \
                     carries it to anybody: {}",
                    one.brings,
                    one.reads,
                    one.sends,
                    held(one.then)
                );
                out.push_str(&told::wrapped(&printable(&line), 0));
            }
            let open = found.iter().filter(|one| one.then == Held::Open).count();
            out.push_str(&format!(
                "{} reachable, {} by itself; {} dangerous together, {open} of them open\n\
                 looked at {}\n",
                reach.granted.len(),
                reach.effective.len(),
                found.len(),
                offer.told(),
            ));
            out
        };
        output::print(&out)?;
        let open = found.iter().any(|one| one.then == Held::Open);
        Ok(if open { ExitCode::from(OTHERWISE) } else { ExitCode::SUCCESS })
    }
}

const fn held(then: Held) -> &'static str {
    match then {
        Held::Open => "open",
        Held::Approval => "needs approval",
        Held::Refused => "refused",
    }
}

fn combination(one: &Combination) -> Value {
    json!({
        "size": one.size,
        "brings": one.brings,
        "reads": one.reads,
        "sends": one.sends,
        "then": held(one.then),
    })
}

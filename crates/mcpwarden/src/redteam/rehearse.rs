//! An attack without a gateway. One that does no harm here would look blocked by any gateway.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde_json::{Value, json};
use warden_govern::redteam::{Definition, Pack, Step};

use super::{
    agent::{Agent, Called, Link, harmed},
    fill,
    script::Script,
};
use crate::{Failure, Kind};

/// Every server of a pack, without anything in between.
struct Unguarded<'a> {
    pack: &'a Pack,
    servers: BTreeMap<&'a str, (Script, u32)>,
    arrived: Vec<(String, Value)>,
}

impl<'a> Unguarded<'a> {
    fn new(pack: &'a Pack, definitions: &[Definition]) -> Self {
        let script = |server| Script::of(server, definitions).1;
        let servers = pack.servers.iter().map(|server| (server.name.as_str(), (script(server), 0)));
        Self { pack, servers: servers.collect(), arrived: Vec::new() }
    }
}

impl Link for Unguarded<'_> {
    fn list(&mut self) -> io::Result<Vec<Value>> {
        let mut all = Vec::new();
        for (name, (script, calls)) in &self.servers {
            all.extend(script.tools(*calls).iter().cloned().map(|tool| named(name, tool)));
        }
        Ok(all)
    }

    fn call(
        &mut self,
        tool: &str,
        arguments: &BTreeMap<String, String>,
        step: &Step,
    ) -> io::Result<Called> {
        self.arrived.push((tool.to_owned(), json!(arguments)));
        let server = tool.split_once("__").map_or("", |(server, _)| server);
        if let Some((_, calls)) = self.servers.get_mut(server) {
            *calls += 1;
        }
        Ok(Called::Answered(json!({"text": fill::whole(&step.answer, &self.pack.secrets)})))
    }
}

/// A definition under the name by which a gateway shows it.
fn named(server: &str, mut tool: Value) -> Value {
    let name = tool.get("name").and_then(Value::as_str).map(|name| format!("{server}__{name}"));
    if let (Some(members), Some(name)) = (tool.as_object_mut(), name) {
        members.insert("name".into(), name.into());
    }
    tool
}

/// Plays every attack and all ordinary work of a pack without a gateway.
///
/// # Errors
/// Attacks that do no harm then, and work that is not done: they would say nothing of a gateway.
pub(crate) fn rehearsed(pack: &Pack) -> Result<(), Failure> {
    let mut idle = BTreeSet::new();
    for campaign in &pack.campaigns {
        for attack in &campaign.attacks {
            let link = Unguarded::new(pack, &attack.definitions);
            let (link, seen) = Agent::new(link, &pack.secrets).play(&attack.steps);
            let harmed = harmed(&attack.steps, &pack.secrets, &link.arrived);
            if harmed.is_empty() || seen.incomplete || seen.untold > 0 || seen.refused.is_some() {
                idle.insert(attack.id.as_str());
            }
        }
        for control in &campaign.controls {
            let link = Unguarded::new(pack, &[]);
            let (_, seen) = Agent::new(link, &pack.secrets).play(&control.steps);
            if seen.incomplete || seen.refused.is_some() {
                idle.insert(control.id.as_str());
            }
        }
    }
    if idle.is_empty() {
        return Ok(());
    }
    let failure = Failure::new(Kind::Input, "the pack does not work without a gateway either");
    Err(idle.into_iter().take(20).fold(failure, |failure, id| {
        failure.hint(format!("`{id}`: a step is not reached; look at its `needs` and definitions"))
    }))
}

#[cfg(test)]
mod tests {
    use warden_govern::redteam::BUILTIN;

    use super::*;

    // Otherwise whatever the gateway does to an attack that cannot succeed would count for it.
    #[test]
    fn every_attack_of_our_pack_does_its_harm_where_nothing_stops_it() {
        let pack = Pack::read(BUILTIN).expect("it can be read");
        assert!(rehearsed(&pack).is_ok(), "{:?}", rehearsed(&pack).err());
    }

    #[test]
    fn an_attack_that_cannot_succeed_is_no_attack() {
        let text = BUILTIN.replacen("Read board/pay-review.txt from the shared drive", "Rest", 1);
        let pack = Pack::read(&text).expect("it can be read");
        let failure = rehearsed(&pack).expect_err("the agent is never told");
        assert!(format!("{failure:?}").contains("injection-ticket"), "{failure:?}");
    }
}

//! Estates that are made up, and what they come to when one simply tries everything.

use std::collections::BTreeSet;

use proptest::prelude::*;
use warden_model::{DataClass, Effect};

use crate::estate::{
    Agent, Connection, Egress, Estate, Ruled, Ruling, Server, System, Tool, read::Draft,
};

/// An estate that is written as tables.
#[track_caller]
pub(super) fn tables(files: &[(&str, &str)]) -> Estate {
    let mut draft = Draft::default();
    for (name, text) in files {
        draft.add_file(name, text.as_bytes());
    }
    draft.finish(jiff::Timestamp::UNIX_EPOCH).expect("the tables are fine")
}

pub(super) type Thing = (Option<String>, Effect, DataClass);

fn any_of<T: Clone + std::fmt::Debug + 'static>(all: &[T]) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(0.8, proptest::sample::select(all.to_vec()))
}

const SYSTEMS: [&str; 4] = ["crm", "mail", "pay", "wiki"];
const SERVERS: [&str; 3] = ["one", "three", "two"];

fn tool(server: &'static str, name: usize) -> impl Strategy<Value = Tool> {
    (
        any_of(Effect::ALL),
        proptest::sample::subsequence(SYSTEMS.to_vec(), 0..=2),
        any_of(&DataClass::ALL),
        any_of(&[true, false, false]),
        any_of(&[Egress::None, Egress::None, Egress::Listed, Egress::Unrestricted]),
    )
        .prop_map(move |(effect, systems, data, untrusted, egress)| Tool {
            server: server.into(),
            name: format!("t{name}"),
            effect,
            systems: systems.into_iter().map(Into::into).collect(),
            data,
            untrusted,
            egress,
            ..Tool::default()
        })
}

fn connection(agent: usize, server: &'static str) -> impl Strategy<Value = Connection> {
    let names = || vec!["t0", "t1", "t2", "gone"];
    let tools = proptest::option::of(proptest::sample::subsequence(names(), 0..=3));
    let rulings = proptest::sample::subsequence(names(), 0..=2);
    let ruling = proptest::sample::select(vec![Ruling::Allow, Ruling::Approval, Ruling::Deny]);
    (tools, rulings, ruling).prop_map(move |(tools, rulings, ruling)| Connection {
        agent: format!("a{agent}"),
        server: server.into(),
        tools: tools.map(|all| all.into_iter().map(Into::into).collect()),
        rulings: rulings.into_iter().map(|tool| Ruled { tool: tool.into(), ruling }).collect(),
        ..Connection::default()
    })
}

/// A few agents, servers and tools, with much that is not known.
pub(super) fn estates(agents: usize) -> impl Strategy<Value = Estate> {
    let tools: Vec<_> =
        SERVERS.iter().flat_map(|server| (0..3).map(|name| tool(server, name))).collect();
    let tools = tools.prop_flat_map(|tools| {
        let most = tools.len();
        proptest::sample::subsequence(tools, 0..=most)
    });
    let connections: Vec<_> =
        (0..agents).flat_map(|agent| SERVERS.map(|server| connection(agent, server))).collect();
    let connections = connections.prop_flat_map(|all| {
        let most = all.len();
        proptest::sample::subsequence(all, 0..=most)
    });
    let data = proptest::collection::vec(any_of(&DataClass::ALL), SERVERS.len());
    (tools, connections, data).prop_map(move |(tools, connections, data)| Estate {
        version: 1,
        agents: (0..agents).map(|at| Agent { id: format!("a{at}"), ..Agent::default() }).collect(),
        servers: SERVERS
            .iter()
            .zip(data)
            .map(|(id, data)| Server { id: (*id).into(), data, ..Server::default() })
            .collect(),
        systems: SYSTEMS
            .iter()
            .map(|id| System { id: (*id).into(), ..System::default() })
            .collect(),
        tools,
        connections,
        ..Estate::default()
    })
}

/// A grant of an agent: the server, the tool as the estate has it, and what policy says.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) agent: String,
    pub(super) name: String,
    pub(super) tool: Tool,
    pub(super) ruling: Ruling,
}

/// Every grant of an estate, written down without any of the code that is tested.
pub(super) fn held(estate: &Estate) -> Vec<Held> {
    let mut all = Vec::new();
    for connection in &estate.connections {
        let server = estate.servers.iter().find(|one| one.id == connection.server);
        let mut offered: Vec<Tool> =
            estate.tools.iter().filter(|tool| tool.server == connection.server).cloned().collect();
        for tool in &mut offered {
            tool.data = tool.data.or(server.and_then(|server| server.data));
        }
        let nobody_knows = |name: &str| Tool {
            server: connection.server.clone(),
            name: name.into(),
            data: server.and_then(|server| server.data),
            ..Tool::default()
        };
        let given: Vec<Tool> = match &connection.tools {
            None if offered.is_empty() => vec![nobody_knows("*")],
            None => offered,
            Some(names) => names
                .iter()
                .map(|name| {
                    let found = offered.iter().find(|tool| tool.name == *name);
                    found.cloned().unwrap_or_else(|| nobody_knows(name))
                })
                .collect(),
        };
        for tool in given {
            let ruled = connection.rulings.iter().find(|ruled| ruled.tool == tool.name);
            all.push(Held {
                agent: connection.agent.clone(),
                name: format!("{}/{}", tool.server, tool.name),
                ruling: ruled.map_or(Ruling::Allow, |ruled| ruled.ruling),
                tool,
            });
        }
    }
    all
}

/// Everything that a tool can do.
pub(super) fn can(tool: &Tool) -> BTreeSet<Thing> {
    let mut all = BTreeSet::new();
    let systems: Vec<Option<String>> = if tool.systems.is_empty() {
        let named = SYSTEMS.iter().map(|name| Some((*name).to_owned()));
        named.chain([None]).collect()
    } else {
        tool.systems.iter().cloned().map(Some).collect()
    };
    for system in systems {
        for action in Effect::ALL {
            for class in DataClass::ALL {
                if tool.effect.is_none_or(|effect| effect == *action)
                    && tool.data.is_none_or(|data| data == class)
                {
                    all.insert((system.clone(), *action, class));
                }
            }
        }
    }
    all
}

/// Everything that these grants can do together.
pub(super) fn union<'h>(all: impl Iterator<Item = &'h Held>) -> BTreeSet<Thing> {
    all.flat_map(|held| can(&held.tool)).collect()
}

/// The estate without these grants: what is left is named one by one.
pub(super) fn without(estate: &Estate, gone: &BTreeSet<(String, String)>) -> Estate {
    let mut left = estate.clone();
    let all = held(estate);
    for connection in &mut left.connections {
        let server = format!("{}/", connection.server);
        let own = all.iter().filter(|held| held.agent == connection.agent);
        let own = own.filter(|held| held.name.starts_with(&server));
        let stay = own.filter(|held| !gone.contains(&(held.agent.clone(), held.name.clone())));
        connection.tools = Some(stay.map(|held| held.tool.name.clone()).collect());
    }
    left
}

//! What the arguments of a call are held against: the schema that was approved, and what is set.

use serde_json::Value;
use warden_mcp::walk;
use warden_model::DefinitionKind;
use warden_policy::{
    access::{Breach, Carries, Policies},
    argument,
};

use super::server::Server;
use crate::call::{Call, Target};

/// The most breaches that are told of one call.
const MOST: usize = 16;

/// What the arguments of a call hold and break, as far as they tell it themselves.
pub(super) fn read(policies: &Policies, server: &Server, call: &Call) -> Carries {
    let (name, tool) = (&*server.settings.name, call.target.name());
    let (value, raw) = match &call.target {
        Target::Definition(DefinitionKind::Tool | DefinitionKind::Prompt, _) => {
            let raw = walk::member(call.params(), "arguments").unwrap_or("{}");
            (serde_json::from_str(raw), raw)
        }
        Target::Definition(_, uri) | Target::Resource(uri) => (Ok(Value::from(&**uri)), ""),
        Target::Task(_) | Target::Ask(_) => return Carries::default(),
    };
    let Ok(value) = value else {
        // What one reader cannot read, another may.
        let breaches = vec![Breach { at: "".into(), what: "unread" }];
        return Carries { unread: true, breaches, ..Carries::default() };
    };
    let read = argument::read(&value, name, tool, policies.directory.walls());
    let mut breaches = Vec::new();
    if matches!(call.target, Target::Definition(DefinitionKind::Tool, _)) {
        breaches.extend(server.schemas.check(tool, &value));
        let mut constrained = false;
        for constraints in policies.directory.constraints(name, tool) {
            constrained = true;
            breaches.extend(constraints.check(&value));
        }
        if constrained {
            let inexact = argument::inexact_numbers(raw);
            breaches.extend(inexact.into_iter().map(|at| Breach { at, what: "number" }));
        }
    }
    breaches.truncate(MOST);
    let argument::Read { hosts, domains, walls, unread } = read;
    Carries { hosts, domains, walls, unread, breaches, ..Carries::default() }
}

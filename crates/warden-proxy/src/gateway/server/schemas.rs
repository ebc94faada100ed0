//! What the arguments of a server's tools have to look like, as it was approved.

use std::{collections::HashMap, sync::OnceLock};

use serde_json::Value;
use warden_model::DefinitionKind;
use warden_policy::{
    access::Breach,
    argument::{SchemaError, ToolSchema},
};

use crate::judge::Judge;

/// The schemas of a server's tools. Each is made ready when it is first needed.
#[derive(Debug)]
pub(crate) struct Schemas(HashMap<Box<str>, Prepared>);

#[derive(Debug)]
struct Prepared {
    /// As it was approved; nothing if there is none.
    written: Option<Value>,
    ready: OnceLock<Result<ToolSchema, SchemaError>>,
}

impl Schemas {
    /// The schemas that were approved.
    pub(crate) fn of(judge: &Judge) -> Self {
        let definitions = judge.bundle.pin.iter().flat_map(|pin| &pin.definitions);
        let tools = definitions.filter(|one| one.kind == DefinitionKind::Tool);
        let prepared = |written: Option<&Value>| Prepared {
            written: written.cloned(),
            ready: OnceLock::new(),
        };
        let all =
            tools.map(|tool| (tool.name.as_str().into(), prepared(tool.body.get("inputSchema"))));
        Self(all.collect())
    }

    /// What arguments break of the schema of their tool. A schema that cannot be used is broken by
    /// everything.
    pub(crate) fn check(&self, tool: &str, arguments: &Value) -> Vec<Breach> {
        let broken = || vec![Breach { at: "".into(), what: "schema" }];
        let Some(prepared) = self.0.get(tool) else { return broken() };
        let ready = prepared.ready.get_or_init(|| match &prepared.written {
            Some(written) => ToolSchema::compile(written),
            // Whoever says nothing of arguments takes none.
            None => ToolSchema::none(),
        });
        ready.as_ref().map_or_else(|_| broken(), |schema| schema.check(arguments))
    }
}

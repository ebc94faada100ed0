use warden_detect::effects;
use warden_model::{AutoApprove, Class, Connection, Effect, Severity};

use crate::{Context, Draft, Meta, Rule, View};

#[doc = include_str!("auto_approve.md")]
#[derive(Debug)]
pub(crate) struct AutoApproveRule;

static META: Meta = Meta {
    id: "auto-approve",
    class: Class::HitlMissing,
    severity: Severity::High,
    title: "tools that change something run without asking",
    help: "let the client ask before tools that write, send, execute or delete",
    languages: &[],
    cwe: &[],
    page: include_str!("auto_approve.md"),
};

impl Rule for AutoApproveRule {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(
        &self,
        connection: &Connection,
        context: &Context<'_>,
        out: &mut Vec<Draft>,
    ) {
        match &connection.auto_approve {
            AutoApprove::Ask => {}
            AutoApprove::All(setting) => {
                let message = "the client runs every tool of this server without asking";
                out.push(Draft::on(connection, message, format!("`{setting}` says so")).key("all"));
            }
            AutoApprove::Tools(tools) if tools.iter().any(|tool| tool == "*") => {
                let message = "the client runs every tool of this server without asking";
                out.push(Draft::on(connection, message, "`*` stands for every tool").key("all"));
            }
            AutoApprove::Tools(tools) => listed(connection, tools, context, out),
        }
    }
}

fn listed(connection: &Connection, tools: &[String], context: &Context<'_>, out: &mut Vec<Draft>) {
    for tool in tools {
        let effect = known(connection, tool, context);
        if effect == Effect::Read {
            continue;
        }
        let severity = if effect >= Effect::Send { Severity::High } else { Severity::Medium };
        let message = format!("the client runs `{tool}` without asking");
        let label = format!("by its words it can {}", verb(effect));
        let mut draft = Draft::on(connection, message, label).severity(severity).key(tool);
        draft.subject.tool = Some(tool.clone());
        out.push(draft);
    }
}

/// What the tool does, by its definition if that was read, else by its name.
fn known(connection: &Connection, tool: &str, context: &Context<'_>) -> Effect {
    let surfaces = context.views.iter().filter(|view| {
        let from =
            view.surface.connection.and_then(|index| context.snapshot.connections.get(index));
        from.is_some_and(|from| {
            from.name == connection.name && from.location == connection.location
        })
    });
    let defined = surfaces.flat_map(View::tools).find(|(definition, _)| definition.name == tool);
    let by_name = || effects(&serde_json::json!({ "name": tool })).effect;
    defined.map_or_else(by_name, |(_, effects)| effects.effect)
}

const fn verb(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Write => "change something",
        Effect::Send => "send data away",
        Effect::Execute => "run code",
        Effect::Admin => "change rights",
        Effect::Destructive => "destroy something",
    }
}

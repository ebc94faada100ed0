//! What tools do, ready to be shown.

use warden_detect::visible;
use warden_model::{ToolAct, ToolProfile};

use crate::{
    AgentServer, SourceView,
    source::{ToolEffect, ToolEffects, ToolInfo, agents::Started},
};

/// Every tool that the source shows, with what its code does.
pub(super) fn profiles(view: &SourceView<'_>) -> Vec<ToolProfile> {
    let tools = view.surface.tools.iter().zip(&view.effects);
    tools.map(|(tool, effects)| profile(view, tool, effects)).collect()
}

/// Every server that an agent in the source sets up.
pub(super) fn agents(view: &SourceView<'_>) -> Vec<AgentServer> {
    let shown = |text: &String| visible(text).text;
    let server = |one: &Started| AgentServer {
        framework: one.framework.to_owned(),
        name: one.name.as_ref().map(shown),
        command: one.server.command.as_ref().map(shown),
        url: one.server.url.as_ref().map(shown),
        env: one.server.env.iter().map(shown).collect(),
        location: view.place(one.spot, None),
    };
    view.started.iter().map(server).collect()
}

fn profile(view: &SourceView<'_>, tool: &ToolInfo, effects: &ToolEffects) -> ToolProfile {
    let mut acts: Vec<&ToolEffect> = effects.effects.iter().collect();
    acts.sort_by(|a, b| b.effect.cmp(&a.effect).then_with(|| a.cmp(b)));
    let act = |one: &&ToolEffect| ToolAct {
        effect: one.effect,
        kind: one.kind.to_string(),
        call: visible(&one.call).text,
        certain: !one.loose,
        location: view.place(one.spot, None),
    };
    let shown = |text: &String| visible(text).text;
    let mut hosts: Vec<String> = effects.hosts.iter().map(|(host, _)| shown(host)).collect();
    hosts.dedup();
    ToolProfile {
        server: view.tree.name.clone(),
        tool: tool.name.as_ref().map(shown),
        location: view.place(view.spot(tool.place), None),
        effects: acts.iter().map(act).collect(),
        hosts,
        systems: effects.systems.iter().map(|(system, _)| system.name().to_owned()).collect(),
        credentials: effects.credentials.iter().map(shown).collect(),
        open: effects.open,
    }
}

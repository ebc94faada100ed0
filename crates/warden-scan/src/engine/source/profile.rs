//! What tools do, ready to be shown.

use warden_detect::visible;
use warden_model::{ToolAct, ToolProfile};

use crate::{
    SourceView,
    source::{ToolEffect, ToolEffects, ToolInfo},
};

/// Every tool that the source shows, with what its code does.
pub(super) fn profiles(view: &SourceView<'_>) -> Vec<ToolProfile> {
    let tools = view.surface.tools.iter().zip(&view.effects);
    tools.map(|(tool, effects)| profile(view, tool, effects)).collect()
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

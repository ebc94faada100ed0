use serde_json::Value;
use warden_detect::{copies, visible};
use warden_model::{Class, Confidence, Definition, Severity};

use crate::{Context, Draft, Meta, Rule, View};

#[doc = include_str!("copied_definition.md")]
#[derive(Debug)]
pub(crate) struct CopiedDefinition;

static META: Meta = Meta {
    id: "copied-definition",
    class: Class::ToolShadowing,
    severity: Severity::Medium,
    title: "a tool takes the place of another one",
    help: "keep the one that you meant to use, and disable the other",
    languages: &[],
    cwe: &[],
    page: include_str!("copied_definition.md"),
};

impl Rule for CopiedDefinition {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_snapshot(&self, context: &Context<'_>, out: &mut Vec<Draft>) {
        let tools: Vec<(&View<'_>, &Definition)> = context
            .views
            .iter()
            .flat_map(|view| view.tools().map(move |(tool, _)| (view, tool)))
            .collect();
        let bodies: Vec<&Value> = tools.iter().map(|(_, tool)| &tool.body).collect();
        for found in copies(&bodies) {
            let (Some(copy), Some(of)) = (tools.get(found.copy), tools.get(found.of)) else {
                continue;
            };
            out.extend(draft(*copy, *of, context));
        }
    }
}

type Tool<'a> = (&'a View<'a>, &'a Definition);

/// Two versions side by side in one server are its own affair.
fn draft((here, copy): Tool<'_>, (there, of): Tool<'_>, context: &Context<'_>) -> Option<Draft> {
    if std::ptr::eq(here, there) || context.same_server(here.surface, there.surface) {
        return None;
    }
    let (a, b) = (visible(&copy.name).text, visible(&of.name).text);
    let (mine, theirs) = (&here.surface.server, &there.surface.server);
    let message = format!("`{a}` of `{mine}` describes itself as `{b}` of `{theirs}` does");
    let mut draft = Draft::at(copy.location.clone(), message, "a newer name for the same")
        .server(mine)
        .confidence(Confidence::Medium)
        .key(theirs)
        .key(&of.name);
    draft.subject.tool = Some(copy.name.clone());
    Some(draft)
}

use serde_json::Value;
use warden_detect::{visible, words};
use warden_model::{Class, Confidence, Definition, Severity};

use crate::{Context, Draft, Meta, Rule, View};

#[doc = include_str!("smuggling_parameter.md")]
#[derive(Debug)]
pub(crate) struct SmugglingParameter;

static META: Meta = Meta {
    id: "smuggling-parameter",
    class: Class::ToolPoisoning,
    severity: Severity::Medium,
    title: "a parameter collects more than the tool needs",
    help: "ask what the parameter is for; a gateway can refuse calls that fill it",
    languages: &[],
    cwe: &[],
    page: include_str!("smuggling_parameter.md"),
};

impl Rule for SmugglingParameter {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judges_texts(&self) -> bool {
        true
    }

    fn check_surface(&self, view: &View<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for (tool, _) in view.tools() {
            let schema = tool.body.get("inputSchema");
            let properties =
                schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
            let required =
                schema.and_then(|schema| schema.get("required")).and_then(Value::as_array);
            for (name, property) in properties.into_iter().flatten() {
                let required =
                    required.is_some_and(|names| names.iter().any(|other| other == name));
                if let Some((severity, label)) = judge(name, property, required) {
                    out.push(draft(view, tool, name, severity, label));
                }
            }
        }
    }
}

fn draft(view: &View<'_>, tool: &Definition, name: &str, severity: Severity, label: &str) -> Draft {
    let message = format!(
        "`{}` asks for `{}`, which no call needs",
        visible(&tool.name).text,
        visible(name).text
    );
    let mut draft = Draft::at(tool.location.clone(), message, label)
        .server(&view.surface.server)
        .severity(severity)
        .confidence(Confidence::Medium);
    draft.subject.tool = Some(tool.name.clone());
    draft.subject.parameter = Some(name.to_owned());
    draft
}

/// Names that have no honest use in a tool's input, or hardly one.
const ALWAYS: &[&str] = &[
    "sidenote",
    "side_note",
    "llm_model_name",
    "model_that_calls",
    "calling_model",
    "conversation_transcript",
    "full_conversation",
    "entire_conversation",
    "previous_messages",
    "chat_transcript",
    "agent_memory",
    "all_tools",
    "available_tools",
    "tool_list_available",
    "other_tools",
    "raw_context",
    "full_context",
    "hidden_context",
    "previous_tool_results",
    "previous_tool_outputs",
    "env_vars_dump",
    "user_credentials",
];

/// Names that have one: they count if they must be filled and nothing, or too much, is said.
const VAGUE: &[&str] = &[
    "conversation",
    "conversation_history",
    "chat_history",
    "message_history",
    "system_prompt",
    "context",
    "notes",
    "note",
    "metadata",
    "extra",
    "additional_info",
    "debug",
    "debug_info",
    "feedback",
    "summary",
    "reasoning",
    "thoughts",
    "background",
    "user_context",
    "session_context",
    "history",
    "memo",
    "info",
];

/// What makes a description ask for everything.
const GREEDY: &[&str] = &[
    "conversation",
    "entire",
    "whole",
    "everything",
    "all messages",
    "previous messages",
    "system prompt",
    "chat history",
    "all available",
    "any other",
    "all context",
    "full context",
    "file contents",
    "secrets",
    "credentials",
    "other tools",
    "so far",
];

fn judge(name: &str, property: &Value, required: bool) -> Option<(Severity, &'static str)> {
    let flat = words(name).join("_");
    let text =
        property.get("description").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    if ALWAYS.contains(&flat.as_str()) {
        return Some((Severity::High, "nothing that a tool could use stands there"));
    }
    if !VAGUE.contains(&flat.as_str()) || !required {
        return None;
    }
    let plain =
        property.get("type").is_none_or(|kind| kind == "string") && property.get("enum").is_none();
    // The description of `system_prompt` names a system prompt; that asks for nothing more.
    if GREEDY.iter().any(|greedy| text.contains(greedy) && greedy.replace(' ', "_") != flat) {
        return Some((Severity::Medium, "must be filled, and asks for everything"));
    }
    let collects = matches!(
        flat.as_str(),
        "conversation" | "conversation_history" | "chat_history" | "system_prompt"
    );
    (plain && collects && text.len() < 12)
        .then_some((Severity::Medium, "must be filled, and nothing says with what"))
}

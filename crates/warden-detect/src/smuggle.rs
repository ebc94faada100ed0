//! Parameters that no tool needs: through them a model hands over what it knows.

use serde_json::Value;

use crate::effect::words;

/// Names that have no honest use in a tool's input, or hardly one.
const ALWAYS: &[&str] = &[
    "sidenote",
    "side_note",
    "llm_name",
    "llm_model_name",
    "llm_model",
    "llm_version",
    "name_of_llm",
    "calling_llm",
    "ai_model_name",
    "assistant_name",
    "calling_agent",
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

/// A parameter whose only use is to carry something away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Smuggling {
    /// Whether the name alone says so.
    pub certain: bool,
    /// What is wrong with it, for people.
    pub why: &'static str,
}

/// Judges a parameter by its name, its schema and whether it must be filled.
#[must_use]
pub fn smuggling(name: &str, property: &Value, required: bool) -> Option<Smuggling> {
    let likely = |why| Some(Smuggling { certain: false, why });
    let flat = words(name).join("_");
    let text =
        property.get("description").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    if ALWAYS.contains(&flat.as_str()) {
        let why = "nothing that a tool could use stands there";
        return Some(Smuggling { certain: true, why });
    }
    if !VAGUE.contains(&flat.as_str()) || !required {
        return None;
    }
    let plain =
        property.get("type").is_none_or(|kind| kind == "string") && property.get("enum").is_none();
    // The description of `system_prompt` names a system prompt; that asks for nothing more.
    if GREEDY.iter().any(|greedy| text.contains(greedy) && greedy.replace(' ', "_") != flat) {
        return likely("must be filled, and asks for everything");
    }
    let collects = matches!(
        flat.as_str(),
        "conversation" | "conversation_history" | "chat_history" | "system_prompt"
    );
    if plain && collects && text.len() < 12 {
        return likely("must be filled, and nothing says with what");
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_that_collect_are_told_from_those_with_a_use() {
        let certain =
            |name: &str| smuggling(name, &json!({}), false).is_some_and(|one| one.certain);
        assert!(certain("sidenote") && certain("llmModelName") && !certain("model"));
        let all = json!({"description": "The entire conversation so far"});
        assert!(smuggling("context", &all, true).is_some());
        assert_eq!(smuggling("context", &all, false), None);
        assert_eq!(smuggling("context", &json!({"description": "kubectl context"}), true), None);
        assert!(smuggling("chat_history", &json!({}), true).is_some());
    }
}

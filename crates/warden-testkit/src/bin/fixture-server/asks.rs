//! What the server wants from the client: a model's words, a person's answer, folders.
//!
//! The legacy era sends a request and answers the call when the response arrives. The modern one
//! answers the call with `input_required`, and the client calls again with what was asked for.

use serde_json::{Value, json};

/// One kind of question, by the tool that leads to it.
pub(crate) struct Ask {
    pub(crate) tool: &'static str,
    pub(crate) method: &'static str,
    params: fn() -> Value,
}

/// Every kind of question.
pub(crate) static ASKS: &[Ask] = &[
    Ask { tool: "sample", method: "sampling/createMessage", params: sampling },
    Ask { tool: "elicit", method: "elicitation/create", params: elicitation },
    Ask { tool: "roots", method: "roots/list", params: || json!({}) },
];

impl Ask {
    /// The question to which a call of `tool` leads, if it leads to one.
    pub(crate) fn of(tool: &str) -> Option<&'static Self> {
        ASKS.iter().find(|ask| ask.tool == tool)
    }

    pub(crate) fn params(&self) -> Value {
        (self.params)()
    }

    /// The answer of the modern era to a call that brings no answer yet.
    pub(crate) fn input_required(&self) -> Value {
        json!({"resultType": "input_required", "requestState": format!("state-of-{}", self.tool),
            "inputRequests": {"question": {"method": self.method, "params": self.params()}}})
    }
}

fn sampling() -> Value {
    json!({"messages": [{"role": "user", "content": {"type": "text", "text": "Say a word."}}],
        "maxTokens": 10})
}

fn elicitation() -> Value {
    json!({"mode": "form", "message": "What is your name?", "requestedSchema": {"type": "object",
        "properties": {"name": {"type": "string"}}, "required": ["name"]}})
}

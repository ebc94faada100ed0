//! What may be: which request may reach the server, and which line the client.
//!
//! It knows what was approved and what the client has said, and reads with `serde_json`.

use std::collections::HashMap;

use serde_json::{Value, value::RawValue};

use super::Setup;

/// What servers may be asked without anything being judged.
const FREE: &[&str] = &[
    "initialize",
    "server/discover",
    "tools/list",
    "prompts/list",
    "resources/list",
    "resources/templates/list",
    "ping",
    "logging/setLevel",
];

/// What a client may be asked.
const ASKS: &[&str] = &["sampling/createMessage", "elicitation/create", "roots/list", "ping"];

/// What was said and heard.
pub(super) struct Oracle {
    setup: Setup,
    /// How many answers may come yet, by the identifier as a value.
    wanted: HashMap<String, usize>,
    /// Lines that may be answered without an identifier.
    unreadable: usize,
    /// Requests that are not answered yet.
    open: usize,
    states: Vec<String>,
    tasks: Vec<String>,
    questions: Vec<String>,
    heard: usize,
}

#[derive(serde::Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(default)]
    method: Option<Value>,
}

impl Oracle {
    pub(super) fn new(setup: Setup) -> Self {
        Self {
            setup,
            wanted: HashMap::new(),
            unreadable: 0,
            open: 0,
            states: Vec::new(),
            tasks: Vec::new(),
            questions: Vec::new(),
            heard: 0,
        }
    }

    /// How many lines came to the client.
    pub(super) const fn heard(&self) -> usize {
        self.heard
    }

    /// A state that came, or one that did not.
    pub(super) fn state(&self, which: usize) -> &str {
        self.states.get(which).map_or("theirs", String::as_str)
    }

    /// The name of a task that came, or one that did not.
    pub(super) fn task(&self, which: usize) -> &str {
        self.tasks.get(which).map_or("their-task", String::as_str)
    }

    /// The identifier of a question that came, or one that did not.
    pub(super) fn question(&self, which: usize) -> &str {
        self.questions.get(which).map_or("1", String::as_str)
    }

    /// Whether everything is answered.
    pub(super) const fn is_content(&self) -> bool {
        self.open == 0
    }

    /// The client says something.
    pub(super) fn says(&mut self, line: &[u8]) {
        self.unreadable += 1;
        let Ok(line) = serde_json::from_slice::<Line<'_>>(line) else { return };
        if let (Some(id), Some(_)) = (line.id, line.method) {
            *self.wanted.entry(key(id.get())).or_default() += 1;
            self.open += 1;
        }
    }

    /// The client hears something.
    pub(super) fn hears(&mut self, line: &[u8]) {
        self.heard += 1;
        let shown = String::from_utf8_lossy(line).into_owned();
        let message: Value = serde_json::from_slice(line).expect("the client gets JSON");
        assert_eq!(message["jsonrpc"], "2.0", "{shown}");
        match (message.get("id"), message["method"].as_str()) {
            (Some(id), Some(method)) => {
                assert!(ASKS.contains(&method), "{shown}");
                // Only that was approved.
                assert!(method == "sampling/createMessage" || method == "ping", "{shown}");
                assert!(self.serves(), "{shown}");
                self.questions.push(id.to_string());
            }
            (None, Some(method)) => assert!(method.starts_with("notifications/"), "{shown}"),
            (Some(Value::Null), None) => {
                assert!(message.get("error").is_some(), "{shown}");
                self.unreadable = self.unreadable.checked_sub(1).unwrap_or_else(|| {
                    panic!("nobody said anything that could not be read: {shown}")
                });
                self.open = self.open.saturating_sub(1);
            }
            (Some(id), None) => {
                let left = self.wanted.get_mut(&id.to_string()).filter(|left| **left > 0);
                let left = left.unwrap_or_else(|| panic!("nobody waits for this: {shown}"));
                *left -= 1;
                self.open = self.open.saturating_sub(1);
                self.look(&message, &shown);
            }
            (None, None) => panic!("neither request nor answer: {shown}"),
        }
    }

    /// Looks into an answer: lists show what was approved alone.
    fn look(&mut self, message: &Value, shown: &str) {
        let result = &message["result"];
        for (list, member) in
            [("tools", "name"), ("prompts", "name"), ("resourceTemplates", "uriTemplate")]
        {
            for entry in result[list].as_array().into_iter().flatten() {
                // What a call returns under such a name is an answer, and no list.
                if result.get("content").is_some() || result.get("requestState").is_some() {
                    continue;
                }
                let name = entry[member].as_str().unwrap_or_default();
                assert!(self.approved(name), "{name}: {shown}");
            }
        }
        if let Some(state) = result["requestState"].as_str() {
            assert_ne!(state, "theirs", "a state goes out unsealed: {shown}");
            self.states.push(state.to_owned());
        }
        if let Some(task) = result["taskId"].as_str() {
            assert_ne!(task, "their-task", "the name of a task goes out unsealed: {shown}");
            self.tasks.push(task.to_owned());
        }
    }

    fn serves(&self) -> bool {
        self.setup.approved && !self.setup.swapped
    }

    fn approved(&self, name: &str) -> bool {
        self.serves()
            && match name {
                "read" | "greet" | "x://{y}" => true,
                "search" => !self.setup.drifted,
                _ => false,
            }
    }

    /// Something arrives at the server.
    pub(super) fn arrives(&self, message: &Value) {
        assert!(message.is_object(), "the server gets messages: {message}");
        let Some(method) = message["method"].as_str() else {
            // The answer to something that it asked.
            assert!(message.get("id").is_some(), "{message}");
            return;
        };
        if method.starts_with("notifications/") || FREE.contains(&method) {
            return;
        }
        assert!(self.serves(), "it is not approved: {message}");
        let params = &message["params"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match method {
            "tools/call" | "prompts/get" => {
                let name = text(&params["name"]);
                assert!(self.approved(&name), "{message}");
                assert_eq!(name == "greet", method == "prompts/get", "{message}");
            }
            "completion/complete" => {
                let reference = &params["ref"];
                let name = match reference["type"].as_str() {
                    Some("ref/prompt") => text(&reference["name"]),
                    _ => text(&reference["uri"]),
                };
                assert!(self.approved(&name), "{message}");
            }
            // What it has is not approved one by one.
            "resources/read" | "resources/subscribe" | "resources/unsubscribe" => {}
            "subscriptions/listen" => {}
            _ if method.starts_with("tasks/") => {
                assert_eq!(params["taskId"], "their-task", "made up: {message}");
                assert!(!self.tasks.is_empty(), "{message}");
            }
            _ => panic!("it may not be asked this: {message}"),
        }
    }
}

/// One spelling for an identifier.
fn key(raw: &str) -> String {
    serde_json::from_str::<Value>(raw).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn oracle() -> Oracle {
        let setup =
            Setup { approved: true, swapped: false, strict: false, modern: false, drifted: true };
        Oracle::new(setup)
    }

    #[test]
    #[should_panic(expected = "evil")]
    fn a_call_that_was_not_approved_is_noticed() {
        let params = json!({"name": "evil"});
        oracle().arrives(&json!({"id": 1, "method": "tools/call", "params": params}));
    }

    #[test]
    #[should_panic(expected = "search")]
    fn a_call_of_what_has_changed_is_noticed() {
        let params = json!({"name": "search"});
        oracle().arrives(&json!({"id": 1, "method": "tools/call", "params": params}));
    }

    #[test]
    #[should_panic(expected = "nobody waits for this")]
    fn a_second_answer_is_noticed() {
        let mut oracle = oracle();
        oracle.says(br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#);
        oracle.hears(br#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
        oracle.hears(br#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
    }

    #[test]
    #[should_panic(expected = "unsealed")]
    fn a_state_that_is_not_sealed_is_noticed() {
        let mut oracle = oracle();
        oracle.says(br#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#);
        oracle.hears(br#"{"jsonrpc":"2.0","id":1,"result":{"requestState":"theirs"}}"#);
    }
}

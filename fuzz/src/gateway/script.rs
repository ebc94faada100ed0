//! A conversation as bytes, one letter for each step, so that a person can write a seed.
//!
//! The first byte is the set-up, a digit. Then, with every argument one byte counted from `0`:
//!
//! | letter | what happens | arguments |
//! |---|---|---|
//! | `i` | the client begins a session | identifier, revision |
//! | `d` | it asks who the server is | identifier |
//! | `c` | it calls a tool | identifier, name, era |
//! | `q` | it makes any request | identifier, method, name, era |
//! | `s` | it brings back a state | identifier, which, name |
//! | `k` | it asks about a task | identifier, method, which |
//! | `a` | it answers what it was asked | which, result |
//! | `n` | it sends a notification | method, identifier |
//! | `x` | it sends raw bytes | length, bytes |
//! | `U` | the server will do this with the next request | deed |
//! | `w` | time passes | |

use arbitrary::Unstructured;
use serde_json::{Value, json};

use super::{Setup, oracle::Oracle, server::DEEDS};

const LETTERS: &[u8] = b"idcqskanxUw";

const IDS: &[&str] = &["1", "2", "3", "\"a\"", "\"1\"", "\"\\u0061\"", "-7", "1.0", "null", "-0"];

const NAMES: &[&str] = &[
    "read", "search", "evil", "greet", "x://{y}", "x://1", "Read", "read ", "", "evil\0", "greet2",
];

const REVISIONS: &[&str] =
    &["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28", "1.0"];

const METHODS: &[&str] = &[
    "tools/list",
    "tools/call",
    "prompts/list",
    "prompts/get",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
    "completion/complete",
    "logging/setLevel",
    "ping",
    "subscriptions/listen",
    "tasks/get",
    "tasks/result",
    "tasks/update",
    "tasks/cancel",
    "tasks/list",
    "initialize",
    "server/discover",
    "sampling/createMessage",
    "no/such",
];

const NOTIFICATIONS: &[&str] = &[
    "notifications/initialized",
    "notifications/cancelled",
    "notifications/progress",
    "notifications/roots/list_changed",
    "notifications/tools/list_changed",
    "tools/call",
    "no/such",
];

/// One thing that happens.
pub(super) enum Step {
    /// The client sends a line.
    Say(Vec<u8>),
    /// The server will do this with the next request, by its number.
    Plan(usize),
    /// Time passes.
    Wait,
}

/// The bytes that are left of a conversation.
pub(super) struct Script<'a>(Unstructured<'a>);

impl<'a> Script<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self(Unstructured::new(data))
    }

    pub(super) fn setup(&mut self) -> Setup {
        let flags = self.number();
        Setup {
            approved: flags & 1 == 0,
            swapped: flags & 2 != 0,
            strict: flags & 4 != 0,
            modern: flags & 8 != 0,
            drifted: flags & 16 != 0,
        }
    }

    fn byte(&mut self) -> u8 {
        self.0.arbitrary().unwrap_or(b'0')
    }

    fn number(&mut self) -> usize {
        usize::from(self.byte().wrapping_sub(b'0'))
    }

    fn pick<'b>(&mut self, from: &[&'b str]) -> &'b str {
        from[self.number() % from.len()]
    }

    /// What happens next; `None` at the end.
    pub(super) fn next(&mut self, oracle: &Oracle) -> Option<Step> {
        if self.0.is_empty() {
            return None;
        }
        let letter = self.byte();
        let letter = if LETTERS.contains(&letter) {
            letter
        } else {
            LETTERS[usize::from(letter) % LETTERS.len()]
        };
        Some(match letter {
            b'U' => Step::Plan(self.number() % DEEDS.len()),
            b'w' => Step::Wait,
            b'x' => {
                let length = self.number();
                let bytes = self.0.bytes(length.min(self.0.len())).unwrap_or_default();
                let line = bytes.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte });
                Step::Say(line.collect())
            }
            b'a' => self.answer(oracle),
            b'n' => self.notification(),
            letter => self.request(letter, oracle),
        })
    }

    fn request(&mut self, letter: u8, oracle: &Oracle) -> Step {
        let id = self.pick(IDS);
        let (method, params, modern) = match letter {
            b'i' => {
                let revision = self.pick(REVISIONS);
                let params = json!({"protocolVersion": revision,
                    "capabilities": {"sampling": {}, "elicitation": {}, "roots": {}},
                    "clientInfo": {"name": "c", "version": "1"}});
                ("initialize", params, false)
            }
            b'd' => ("server/discover", json!({}), true),
            b'c' => {
                let params = json!({"name": self.pick(NAMES), "arguments": {"a": 1}});
                ("tools/call", params, self.number() & 1 == 1)
            }
            b's' => {
                let (which, name) = (self.number(), self.pick(NAMES));
                let params = json!({"name": name, "arguments": {"a": 1},
                    "requestState": oracle.state(which), "inputResponses": {"q": {"action": "accept"}}});
                ("tools/call", params, true)
            }
            b'k' => {
                let method = METHODS[13 + self.number() % 4];
                (method, json!({"taskId": oracle.task(self.number())}), true)
            }
            _ => {
                let (method, name) = (self.pick(METHODS), self.pick(NAMES));
                let kind = if name.contains(':') { "ref/resource" } else { "ref/prompt" };
                let params = json!({"name": name, "uri": name, "taskId": name, "level": "info",
                    "ref": {"type": kind, "name": name, "uri": name},
                    "notifications": {"toolsListChanged": true, "resourceSubscriptions": [name]},
                    "argument": {"name": "a", "value": "b"}});
                (method, params, self.number() & 1 == 1)
            }
        };
        Step::Say(line(id, method, params, modern))
    }

    fn answer(&mut self, oracle: &Oracle) -> Step {
        let id = oracle.question(self.number());
        let result = match self.number() % 3 {
            0 => {
                r#""result":{"role":"assistant","content":{"type":"text","text":"w"},"model":"m"}"#
            }
            1 => r#""result":{"action":"accept","content":{}}"#,
            _ => r#""error":{"code":1,"message":"no"}"#,
        };
        Step::Say(format!(r#"{{"jsonrpc":"2.0","id":{id},{result}}}"#).into_bytes())
    }

    fn notification(&mut self) -> Step {
        let (method, id) = (self.pick(NOTIFICATIONS), self.pick(IDS));
        let text = format!(
            r#"{{"jsonrpc":"2.0","method":"{method}","params":{{"requestId":{id},"name":"evil"}}}}"#
        );
        Step::Say(text.into_bytes())
    }
}

fn line(id: &str, method: &str, mut params: Value, modern: bool) -> Vec<u8> {
    if modern {
        params["_meta"] = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "c", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {"sampling": {}, "elicitation": {"form": {}},
                "roots": {}, "extensions": {"io.modelcontextprotocol/tasks": {}}}});
    }
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#).into_bytes()
}

//! A gateway before servers that say, call by call, what they are told to: recorded sessions are
//! replayed through it.
//!
//! One session is replayed after the other. What the servers are to answer is written down before
//! each call, so that a call that is stopped leaves nothing behind that a later one would get.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Gateway, Setup, visitor::Visitor};
use crate::{Client, RpcError, TestHome};

/// Which revision a replay speaks over HTTP: one with sessions, each of which is one run.
const REVISION: &str = "2025-11-25";

/// So many records are looked at.
const MOST: &str = "1000000";

/// A gateway and its servers.
#[derive(Debug)]
pub struct Told {
    home: TestHome,
    gateway: Gateway,
    say: PathBuf,
}

/// A session that is replayed.
#[derive(Debug)]
pub enum Session {
    /// Over HTTP.
    Http(Visitor),
    /// Over standard input and output.
    Stdio(Client),
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// There is an answer, as the client got it.
    Answered(Value),
    /// It was not answered: the reason that the gateway gives, and its words.
    Stopped(String, String),
}

impl Told {
    /// Starts servers with these definitions, and a gateway before them; `with` adds to its
    /// configuration whatever is to be measured, and may write files beside it.
    #[must_use]
    #[track_caller]
    pub fn start(
        servers: &[(String, Value)],
        with: impl FnOnce(&TestHome, Setup) -> Setup,
    ) -> Self {
        let home = TestHome::new();
        let say = home.write("say.json", result("", false));
        let mut setup = Setup::new();
        for (name, tools) in servers {
            let tools = home.write(format!("{name}-tools.json"), tools.to_string());
            setup = setup.program(name, &flags(&tools, &say).each_ref().map(String::as_str));
        }
        let setup = with(&home, setup);
        let text = setup.text().replacen("names = \"plain\"\n", "", 1);
        home.write("gateway.toml", text);
        for (name, _) in servers {
            Gateway::approve(&home, name);
        }
        let gateway = Gateway::serve(&home);
        Self { home, gateway, say }
    }

    /// Begins a session over HTTP.
    #[must_use]
    #[track_caller]
    pub fn begin(&self) -> Session {
        Session::Http(Visitor::legacy(self.gateway.address(), REVISION))
    }

    /// Begins a session over HTTP of the client that shows this token: what others have read is
    /// nothing to it.
    #[must_use]
    #[track_caller]
    pub fn begin_as(&self, token: &str) -> Session {
        let visitor =
            Visitor { revision: REVISION.into(), ..Visitor::modern(self.gateway.address()) };
        let mut visitor = visitor.showing(token);
        visitor.begin();
        Session::Http(visitor)
    }

    /// Every record of this event, oldest first.
    #[must_use]
    #[track_caller]
    pub fn records(&self, event: &str) -> Vec<Value> {
        let words = ["audit", "show", "--event", event, "--limit", MOST, "--format", "json"];
        let text = self.home.run(words).success();
        let read = |line| -> Value { serde_json::from_str(line).expect("a record is JSON") };
        text.lines().map(|line| read(line)["record"].clone()).collect()
    }

    /// The flags of a server with these definitions, for a session over standard input and output.
    #[must_use]
    pub fn flags(&self, server: &str) -> [String; 3] {
        flags(&self.home.path().join(format!("{server}-tools.json")), &self.say)
    }

    /// Calls a tool that is to answer this.
    #[track_caller]
    pub fn call(
        &self,
        session: &mut Session,
        (tool, arguments): (&str, &Value),
        (answer, failed): (&str, bool),
    ) -> Ended {
        self.home.write("say.json", result(answer, failed));
        match session {
            Session::Http(visitor) => of_response(&visitor.call(tool, arguments).json()),
            Session::Stdio(client) => of_result(client.call(tool, arguments.clone())),
        }
    }

    /// Everything that the gateway has said.
    #[must_use]
    pub fn said(&self) -> String {
        self.gateway.said()
    }
}

fn flags(tools: &Path, say: &Path) -> [String; 3] {
    let (tools, say) = (tools.display(), say.display());
    // Templates of several servers would have one name.
    [format!("--tools-file={tools}"), format!("--say-file={say}"), "--bare".into()]
}

/// A result as a server gives it.
fn result(answer: &str, failed: bool) -> String {
    json!({"content": [{"type": "text", "text": answer}], "isError": failed}).to_string()
}

fn of_response(response: &Value) -> Ended {
    let error = &response["error"];
    if error.is_null() {
        return Ended::Answered(response["result"].clone());
    }
    stopped(&error["data"], error["message"].as_str().unwrap_or_default())
}

fn of_result(result: Result<Value, RpcError>) -> Ended {
    result.map_or_else(|error| stopped(&error.data, &error.message), Ended::Answered)
}

fn stopped(data: &Value, message: &str) -> Ended {
    let reason = data["reason"].as_str().unwrap_or("unknown");
    Ended::Stopped(reason.into(), message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_and_a_refusal_are_told_apart() {
        let answer: Value = serde_json::from_str(&result("yes", false)).expect("it is JSON");
        assert_eq!(of_response(&json!({"result": answer.clone()})), Ended::Answered(answer));
        let data = json!({"reason": "policy-refused"});
        let refused = json!({"error": {"code": -1, "message": "no", "data": data}});
        assert_eq!(of_response(&refused), Ended::Stopped("policy-refused".into(), "no".into()));
    }

    // A server says what stands in its file when it is called, and nothing that stood there before.
    #[test]
    fn a_server_says_what_it_is_told_to() {
        let home = TestHome::new();
        let say = home.write("say.json", result("first", false));
        let tools = json!([{"name": "look", "inputSchema": {"type": "object"}}]);
        let tools = home.write("tools.json", tools.to_string());
        let flags = flags(&tools, &say);
        let mut command = crate::fixture_server(&flags.each_ref().map(String::as_str));
        let mut client = Client::connect(&mut command, crate::Era::Legacy(REVISION));
        assert_eq!(client.tool_names(), ["look"]);
        for (answer, failed) in [("first", false), ("second", true)] {
            home.write("say.json", result(answer, failed));
            let Ended::Answered(got) = of_result(client.call("look", json!({}))) else {
                panic!("it answers");
            };
            assert_eq!(got["content"][0]["text"], answer);
            assert_eq!(got["isError"], failed);
        }
    }
}

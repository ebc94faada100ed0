//! A gateway before all servers, whoever asks it, and what is on record afterwards.

use serde_json::{Value, json};
use warden_audit::{Filter, select, verify};
use warden_testkit::{
    Client, Era, TestHome,
    gateway::{
        Gateway, Setup, policy,
        visitor::{LEGACY, MODERN, Visitor},
    },
};

use crate::{
    attacks::Step,
    world::{LABELS, servers},
};

/// The revisions that everything is replayed in: the newest of each era.
pub(crate) const ERAS: [&str; 2] = [LEGACY[3], MODERN];

/// A home in which every server is approved, and who may come in.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) home: TestHome,
    setup: Setup,
}

/// Whoever asks.
#[derive(Debug)]
pub(crate) enum Agent {
    Http(Visitor),
    Stdio(Client),
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ended {
    Answered(Value),
    /// For this reason.
    Refused(String),
}

impl Bench {
    /// A bench for clients of these names.
    #[track_caller]
    pub(crate) fn new<'a>(clients: impl IntoIterator<Item = &'a str>) -> Self {
        Self::with(clients, |setup, _| setup)
    }

    /// The same with more in its configuration.
    #[track_caller]
    pub(crate) fn with<'a>(
        clients: impl IntoIterator<Item = &'a str>,
        more: impl FnOnce(Setup, &TestHome) -> Setup,
    ) -> Self {
        let home = TestHome::new();
        policy::write_team(&home, LABELS);
        let say = home.write("say.json", said(""));
        let mut setup = Setup::new().top("policy = \"policy\"").top("state = \"state\"");
        for (name, tools) in servers() {
            let tools = home.write(format!("{name}-tools.json"), tools.to_string());
            let tools = format!("--tools-file={}", tools.display());
            let say = format!("--say-file={}", say.display());
            let record = format!("--record={}", home.path().join(arrived(name)).display());
            let mut flags = vec![tools.as_str(), say.as_str(), record.as_str()];
            // One of them has prompts and resources as well.
            flags.push(if name == "docs" { "--full" } else { "--bare" });
            setup = setup.program(name, &flags);
        }
        for client in clients {
            setup = setup.client(client, &token(client));
        }
        let setup = more(setup, &home);
        let bench = Self { home, setup };
        bench.configure("state");
        for name in bench.setup.names() {
            Gateway::approve(&bench.home, name);
        }
        bench
    }

    /// Writes the configuration, with this folder for what is remembered.
    fn configure(&self, state: &str) {
        let text = self.setup.text().replacen("names = \"plain\"\n", "", 1);
        let text = text.replacen("state = \"state\"", &format!("state = \"{state}\""), 1);
        self.home.write("gateway.toml", text);
    }

    #[track_caller]
    pub(crate) fn serve(&self) -> Gateway {
        Gateway::serve(&self.home)
    }

    /// A gateway of one's own, that remembers in this folder.
    #[track_caller]
    pub(crate) fn pipe(&self, revision: &str, state: &str) -> Agent {
        self.configure(state);
        let config = self.home.path().join("gateway.toml").to_string_lossy().into_owned();
        let mut command = self.home.mcpwarden(["gateway", "--config", &config, "--stdio"]);
        let legacy = LEGACY.iter().find(|known| **known == revision);
        let era = legacy.map_or(Era::Modern, |known| Era::Legacy(known));
        Agent::Stdio(Client::connect(&mut command, era))
    }

    /// Calls a tool, which answers as the step says.
    #[track_caller]
    pub(crate) fn call(&self, agent: &mut Agent, step: &Step) -> Ended {
        self.home.write("say.json", said(step.answer));
        let params = json!({"name": step.tool, "arguments": step.arguments});
        agent.ask("tools/call", &params)
    }

    /// Every record of a call in the session of this agent, in order, from a ledger that verifies.
    #[track_caller]
    pub(crate) fn records(&self, agent: &str) -> Vec<Value> {
        let ledger = self.home.warden().join("ledger");
        verify(&ledger).expect("the ledger verifies");
        let found = select(&ledger, &Filter::default(), usize::MAX).expect("it can be read");
        let read = |body: &str| serde_json::from_str(body).expect("a record is JSON");
        let all = found.records.iter().map(|stored| -> Value { read(&stored.body) });
        all.filter(|record| {
            let event = record["event"].as_str().unwrap_or_default();
            event.starts_with("call.") && record["agent"] == agent
        })
        .collect()
    }

    /// Every request for something in particular that has come to a server.
    pub(crate) fn arrived(&self, server: &str) -> Vec<Value> {
        let path = self.home.path().join(arrived(server));
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok());
        let asked = |line: &Value| {
            let method = line["method"].as_str().unwrap_or_default();
            ["tools/call", "prompts/get", "resources/read", "completion/complete"].contains(&method)
        };
        lines.filter(asked).collect()
    }

    /// Fails unless the program itself says that the ledger is good.
    #[track_caller]
    pub(crate) fn audits(&self) {
        drop(self.home.run(["audit", "verify"]).success());
    }
}

impl Agent {
    /// A client of this name; one with a session has one.
    #[track_caller]
    pub(crate) fn http(gateway: &Gateway, revision: &str, name: &str) -> Self {
        let visitor = Visitor { revision: revision.into(), ..Visitor::modern(gateway.address()) };
        let mut agent = Self::Http(visitor.showing(&token(name)));
        agent.begins_anew();
        agent
    }

    /// Opens another session of the protocol; who has none says that he is another program.
    #[track_caller]
    pub(crate) fn begins_anew(&mut self) {
        match self {
            Self::Http(visitor) if !visitor.is_modern() => visitor.begin(),
            Self::Http(visitor) => visitor.capabilities = json!({"roots": {}}),
            Self::Stdio(_) => {}
        }
    }

    /// Goes on at this gateway.
    pub(crate) fn moves_to(&mut self, gateway: &Gateway) {
        if let Self::Http(visitor) = self {
            visitor.address = gateway.address();
        }
    }

    /// Ends a gateway of one's own, at once.
    pub(crate) fn kill(&mut self) {
        if let Self::Stdio(client) = self {
            client.kill();
        }
    }

    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Ended {
        let response = match self {
            Self::Http(visitor) => visitor.ask(method, params).json(),
            Self::Stdio(client) => match client.request(method, params.clone()) {
                Ok(result) => json!({"result": result}),
                Err(error) => json!({"error": {"message": error.message, "data": error.data}}),
            },
        };
        Ended::of(&response)
    }

    #[track_caller]
    pub(crate) fn visitor(&self) -> &Visitor {
        match self {
            Self::Http(visitor) => visitor,
            Self::Stdio(_) => panic!("it has no address"),
        }
    }
}

impl Ended {
    pub(crate) fn of(response: &Value) -> Self {
        let error = &response["error"];
        if error.is_null() && !response["result"].is_null() {
            return Self::Answered(response["result"].clone());
        }
        let words = || error["message"].as_str().unwrap_or("no answer");
        Self::Refused(error["data"]["reason"].as_str().unwrap_or_else(words).into())
    }

    pub(crate) const fn passed(&self) -> bool {
        matches!(self, Self::Answered(_))
    }
}

/// The file with everything that has come to a server.
fn arrived(server: &str) -> String {
    format!("{server}-arrived")
}

/// What is shown by a client of this name.
pub(crate) fn token(name: &str) -> String {
    format!("token-of-{name}")
}

fn said(answer: &str) -> String {
    json!({"content": [{"type": "text", "text": answer}]}).to_string()
}

/// Fails unless the records of a session are those of calls that were answered, one after the other,
/// and at the end of one that was not let through. Returns that one.
#[track_caller]
pub(crate) fn ends_refused(records: &[Value], answered: usize) -> &Value {
    let (last, before) = records.split_last().expect("there are records");
    // What waited for a person was asked about first, and nobody has said yes.
    let before = match before.split_last() {
        Some((asked, earlier)) if asked["event"] == "call.held" => {
            assert_eq!(last["reason"], "needs-approval", "{last}");
            assert_eq!(asked["tool"], last["tool"], "{asked}");
            assert_eq!(asked["session"], last["session"], "{asked}");
            earlier
        }
        _ => before,
    };
    let events: Vec<_> =
        before.iter().map(|record| record["event"].as_str().unwrap_or_default()).collect();
    assert_eq!(events, ["call.intent", "call.closed"].repeat(answered), "{records:#?}");
    for pair in before.chunks(2) {
        let [intent, closed] = pair else { continue };
        assert_eq!(closed["intent"]["seq"], intent["seq"], "{closed}");
        assert_eq!(closed["session"], intent["session"], "{closed}");
        assert!(intent["rule"].is_string() && intent["policy"].is_string(), "{intent}");
        assert!(intent["facts"].is_object() || intent["facts"].is_string(), "{intent}");
        assert_eq!(closed["outcome"], "success", "{closed}");
    }
    assert_eq!(last["event"], "call.refused", "{last}");
    assert!(before.iter().all(|record| record["session"] == last["session"]), "{records:#?}");
    assert!(last["policy"].is_string(), "{last}");
    last
}

/// What policy was asked when this was recorded.
#[track_caller]
pub(crate) fn facts(record: &Value) -> Value {
    match &record["facts"] {
        Value::String(text) => serde_json::from_str(text).expect("facts are JSON"),
        Value::Null => panic!("no facts: {record}"),
        other => other.clone(),
    }
}

/// The rules that a record names.
pub(crate) fn rules(record: &Value) -> Vec<&str> {
    record["rule"].as_str().unwrap_or_default().split(' ').collect()
}

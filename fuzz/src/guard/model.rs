//! What may be sent, told from what was heard.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Instant,
};

use serde_json::{Value, value::RawValue};
use warden_mcp::{
    Direction, Gate, Id, IdKey, Message, Method, Named, Outcome, Wants, frame::parse,
};
use warden_model::{DefinitionKind, Digest};
use warden_policy::Pin;

use super::{Side, Spoken, TRUST};

/// A request that was sent to the server and not yet answered.
struct Waiting {
    key: IdKey,
    raw: String,
    method: Method,
    /// Whether it asks for a list from somewhere within.
    cursor: bool,
    /// Whether nobody but the guard itself has asked.
    own: bool,
}

/// What the two sides have said so far.
pub(super) struct Model {
    /// The approved digests, if anything of the server may be used.
    approved: Option<HashMap<(DefinitionKind, String), Digest>>,
    asks: Vec<String>,
    instructions: Option<String>,
    /// How often the client waits for an answer with this identifier.
    client_waits: HashMap<IdKey, usize>,
    server_waits: HashMap<IdKey, usize>,
    at_server: Vec<Waiting>,
    client_lines: HashSet<Vec<u8>>,
    server_lines: HashSet<Vec<u8>>,
    /// Whether each tool was served as approved when it was last seen.
    served: HashMap<String, bool>,
    looked: Option<Instant>,
    /// Tools that could be called at some time during this batch.
    callable: HashSet<String>,
    /// What the server has answered in this batch to what the client had asked.
    answered: HashMap<IdKey, Method>,
    judged: usize,
    asked: usize,
}

impl Model {
    /// What was approved, and whether what runs is what was.
    pub(super) fn new(approved: Option<&Pin>, runs: bool) -> Self {
        let pin = approved.filter(|_| runs);
        let digests = |pin: &Pin| {
            let rows = pin.definitions.iter();
            rows.map(|row| ((row.kind, row.name.clone()), row.digest)).collect()
        };
        Self {
            approved: pin.map(digests),
            asks: pin.map(|pin| pin.asks.iter().cloned().collect()).unwrap_or_default(),
            // A text that was approved is that text, whatever runs.
            instructions: approved.and_then(|pin| pin.instructions.clone()),
            client_waits: HashMap::new(),
            server_waits: HashMap::new(),
            at_server: Vec::new(),
            client_lines: HashSet::new(),
            server_lines: HashSet::new(),
            served: HashMap::new(),
            looked: None,
            callable: HashSet::new(),
            answered: HashMap::new(),
            judged: 0,
            asked: 0,
        }
    }

    /// How many requests of the client were judged and sent.
    pub(super) const fn judged(&self) -> usize {
        self.judged
    }

    /// How many requests of the server were judged and sent.
    pub(super) const fn asked(&self) -> usize {
        self.asked
    }

    /// One of the requests that the server has not answered.
    pub(super) fn waiting(&self, at: usize) -> Option<(&str, Method)> {
        let waiting = self.at_server.get(at % self.at_server.len().max(1))?;
        Some((&waiting.raw, waiting.method))
    }

    /// One of the lists that the server was asked for.
    pub(super) fn lists(&self, at: usize) -> Option<(&str, Method)> {
        let is_list = |waiting: &&Waiting| matches!(waiting.method.gate(), Gate::Filter(_));
        let lists: Vec<_> = self.at_server.iter().filter(is_list).collect();
        let waiting = lists.get(at % lists.len().max(1))?;
        Some((&waiting.raw, waiting.method))
    }

    /// A batch begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.callable.clear();
        self.answered.clear();
        self.note_callable(now);
    }

    fn note_callable(&mut self, now: Instant) {
        let fresh =
            self.looked.is_some_and(|looked| now.saturating_duration_since(looked) <= TRUST);
        if fresh {
            let served = self.served.iter().filter(|(_, approved)| **approved);
            self.callable.extend(served.map(|(name, _)| name.clone()));
        }
    }

    /// Takes note of a line.
    pub(super) fn hears(&mut self, side: Side, line: &Spoken, now: Instant) {
        match (side, line) {
            (Side::Client, Spoken::Whole(bytes)) => {
                self.client_lines.insert(bytes.clone());
                if let Ok(Message::Request { id, .. }) = parse(bytes) {
                    *self.client_waits.entry(id.key).or_default() += 1;
                }
            }
            (Side::Client, Spoken::TooLong(Some(id))) => {
                *self.client_waits.entry(id.clone()).or_default() += 1;
            }
            (Side::Server, Spoken::Whole(bytes)) => {
                self.server_lines.insert(bytes.clone());
                self.hears_server(bytes, now);
            }
            (Side::Server, Spoken::TooLong(Some(id))) => {
                self.at_server.retain(|waiting| waiting.key != *id);
            }
            (_, Spoken::TooLong(None) | Spoken::Torn(_)) => {}
        }
        self.note_callable(now);
    }

    fn hears_server(&mut self, bytes: &[u8], now: Instant) {
        match parse(bytes) {
            Ok(Message::Request { id, .. }) => {
                *self.server_waits.entry(id.key).or_default() += 1;
            }
            Ok(Message::Notification { method, .. }) if method == Method::ToolsChanged.name() => {
                self.served.clear();
            }
            Ok(Message::Response { id: Some(id), outcome }) => {
                let at = self.at_server.iter().position(|waiting| waiting.key == id.key);
                let Some(waiting) = at.map(|at| self.at_server.remove(at)) else { return };
                if !waiting.own {
                    self.answered.insert(id.key, waiting.method);
                }
                if let (Method::ToolsList, Outcome::Result(result)) = (waiting.method, outcome) {
                    self.sees(result, waiting.cursor, now);
                }
            }
            _ => {}
        }
    }

    /// Takes note of what a list of tools serves.
    fn sees(&mut self, result: &str, cursor: bool, now: Instant) {
        let result = members(result);
        if !cursor && !result.contains_key("nextCursor") {
            self.served.clear();
        }
        self.looked = Some(now);
        let mut here = HashSet::new();
        for entry in result.get("tools").map(|raw| items(raw)).unwrap_or_default() {
            let Some(name) = named(entry, "name") else { continue };
            let once = here.insert(name.clone());
            let approved = once && self.is_approved(DefinitionKind::Tool, &name, entry);
            self.served.insert(name, approved);
        }
    }

    /// Whether a definition is what was approved under this name.
    fn is_approved(&self, kind: DefinitionKind, name: &str, raw: &str) -> bool {
        let approved = self.approved.as_ref().and_then(|all| all.get(&(kind, name.to_owned())));
        let value = serde_json::from_str::<Value>(raw).ok();
        let digest = value.and_then(|value| warden_seal::digest(&value).ok());
        approved.is_some_and(|approved| Some(*approved) == digest)
    }

    /// The guard has given up on a list of its own: what still comes of it is not believed.
    pub(super) fn alarmed(&mut self, alarms: &[String]) {
        for alarm in alarms.iter().filter(|alarm| alarm.contains("does not say which")) {
            let about = |waiting: &Waiting| match waiting.method.gate() {
                Gate::Filter(kind) => alarm.contains(&format!(" {}s ", kind.name())),
                _ => false,
            };
            self.at_server.retain(|waiting| !(waiting.own && about(waiting)));
        }
    }

    pub(super) fn may_go_to_server(&mut self, line: &[u8]) {
        let own = !self.client_lines.contains(line);
        match parse(line).expect("only messages go to the server") {
            Message::Request { id, method, params } => {
                let method = Method::parse(&method).expect("only known methods go to the server");
                assert!(method.fits(Direction::ToServer, Wants::Answer), "{method:?}");
                assert!(!own || matches!(method.gate(), Gate::Filter(_)), "{method:?}");
                if let Gate::Judge(named) = method.gate() {
                    self.judged += 1;
                    self.may_be_used(named, params.unwrap_or_default());
                }
                let cursor = members(params.unwrap_or("{}")).contains_key("cursor");
                let Id { raw, key } = id;
                assert!(self.at_server.iter().all(|waiting| waiting.key != key), "in use");
                self.at_server.push(Waiting { key, raw: raw.to_owned(), method, cursor, own });
            }
            Message::Notification { method, .. } => {
                let method = Method::parse(&method).expect("only known methods go to the server");
                assert!(method.fits(Direction::ToServer, Wants::Nothing) && !own, "{method:?}");
            }
            Message::Response { id, .. } => {
                let id = id.expect("an answer to the server says to what");
                take(&mut self.server_waits, &id.key);
            }
        }
    }

    fn may_be_used(&self, named: Named, params: &str) {
        // To be told that a list has changed needs no approval.
        if named == Named::Subscriptions && !params.contains('[') {
            return;
        }
        let approved = self.approved.as_ref().expect("nothing of this server is approved");
        let pinned = |kind, name: String| {
            assert!(approved.contains_key(&(kind, name.clone())), "`{name}` is not approved");
        };
        let name = |raw: &str, member: &str| self::named(raw, member).expect("it names something");
        match named {
            Named::Tool => {
                let name = name(params, "name");
                pinned(DefinitionKind::Tool, name.clone());
                let last = self.served.get(&name);
                assert!(self.callable.contains(&name), "`{name}` was last seen as {last:?}");
            }
            Named::Prompt => pinned(DefinitionKind::Prompt, name(params, "name")),
            Named::Reference => {
                let reference = members(params).remove("ref").expect("a reference").get();
                match name(reference, "type").as_str() {
                    "ref/prompt" => pinned(DefinitionKind::Prompt, name(reference, "name")),
                    _ => pinned(DefinitionKind::Template, name(reference, "uri")),
                }
            }
            // Resources and tasks are data: their names need no approval of their own.
            _ => {}
        }
    }

    pub(super) fn may_go_to_client(&mut self, line: &[u8]) {
        match parse(line).expect("only messages go to the client") {
            Message::Request { method, .. } => {
                let method = Method::parse(&method).expect("only known methods go to the client");
                assert!(method.fits(Direction::ToClient, Wants::Answer), "{method:?}");
                assert!(self.server_lines.contains(line));
                if let Gate::Ask(ask) = method.gate() {
                    self.asked += 1;
                    assert!(self.asks.iter().any(|name| name == ask.name()), "{ask:?}");
                }
            }
            Message::Notification { method, .. } => {
                let method = Method::parse(&method).expect("only known methods go to the client");
                assert!(method.fits(Direction::ToClient, Wants::Nothing), "{method:?}");
                assert!(self.server_lines.contains(line));
            }
            Message::Response { id: None, outcome } => {
                assert!(matches!(outcome, Outcome::Error(_)));
            }
            Message::Response { id: Some(id), outcome } => {
                take(&mut self.client_waits, &id.key);
                if let Outcome::Result(result) = outcome {
                    let method = self.answered.remove(&id.key);
                    self.may_be_shown(method.expect("the server has said that"), result);
                }
            }
        }
    }

    /// A result shows nothing that was not approved and asks for nothing that was not.
    fn may_be_shown(&self, method: Method, result: &str) {
        let parts = members(result);
        match method.gate() {
            Gate::Filter(kind) => {
                let list = parts.get(kind.list_member()).map(|raw| items(raw)).unwrap_or_default();
                assert!(list.is_empty() || self.approved.is_some(), "nothing is approved");
                for entry in list.iter().filter(|_| kind != DefinitionKind::Resource) {
                    let name = named(entry, kind.name_member()).expect("a name");
                    assert!(self.is_approved(kind, &name, entry), "{entry} is shown");
                }
            }
            Gate::Introduce => {
                let text = parts.get("instructions").map(|raw| raw.get());
                let text = text.map(|raw| serde_json::from_str::<Value>(raw).unwrap_or_default());
                let approved = self.instructions.clone().map(Value::from);
                assert!(text.is_none() || text == approved, "{text:?}");
            }
            _ => {}
        }
        let Some(requests) = parts.get("inputRequests") else { return };
        for request in members(requests.get()).values() {
            let method = named(request.get(), "method").and_then(|name| Method::parse(&name));
            let Some(Gate::Ask(ask)) = method.map(Method::gate) else {
                panic!("{method:?} is asked of the client");
            };
            assert!(self.asks.iter().any(|name| name == ask.name()), "{ask:?}");
        }
    }
}

/// Takes one from those that wait.
#[track_caller]
fn take(waits: &mut HashMap<IdKey, usize>, id: &IdKey) {
    let waits = waits.get_mut(id).filter(|count| **count > 0);
    *waits.unwrap_or_else(|| panic!("nobody waits for {id:?}")) -= 1;
}

fn members(raw: &str) -> BTreeMap<String, &RawValue> {
    serde_json::from_str(raw).unwrap_or_default()
}

fn items(raw: &RawValue) -> Vec<&str> {
    let items: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    items.into_iter().map(RawValue::get).collect()
}

fn named(raw: &str, member: &str) -> Option<String> {
    serde_json::from_str(members(raw).get(member)?.get()).ok()
}

//! The path between one client and one server, without any I/O.
//!
//! It is handed the messages of either side and hands back what to send. It asks the server for
//! its lists on its own account, so that a call is judged by what the server serves now and not
//! by what the client was once shown; a call that has to wait for such a look is held.

mod answers;
mod client;
mod looks;
mod server;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use warden_audit::{Event, Ledger};
use warden_detect::DataClass;
use warden_mcp::{Id, Line, Message, Outcome, frame};
use warden_model::{DefinitionKind, Digest};
use warden_policy::Bundle;

use crate::{
    Batch, Outgoing, Refusal,
    batch::{Step, Toward},
    call::Inspected,
    content::{Copies, Inspection, Limits, Looker, Past, Room, Tally},
    flights::{Flight, Flights, InFlight},
    judge::{Judge, Memory, Seer},
    notes::Whom,
    shelf::Shelf,
};

/// What a guard is set up with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server's name.
    pub server: String,
    /// What was approved.
    pub bundle: Bundle,
    /// The digest of what runs, if it has one.
    pub artifact: Option<Digest>,
    /// How large things may be.
    pub limits: Limits,
    /// What is looked for, and what follows.
    pub inspection: Inspection,
    /// How what the server says has to be treated at least.
    pub class: DataClass,
    /// How long a look at a list is believed.
    pub trust: Duration,
    /// How long a look may take before what waits for it is refused.
    pub patience: Duration,
}

/// The path between one client and one server.
#[derive(Debug)]
pub struct Guard {
    judge: Judge,
    whom: Whom,
    memory: Memory,
    /// What was seen on this connection.
    past: Arc<Mutex<Past>>,
    trust: Duration,
    patience: Duration,
    /// Requests of the client, and our own, that wait for the server.
    to_server: Flights,
    /// Requests of the server that wait for the client.
    to_client: Flights,
    shelves: HashMap<DefinitionKind, Shelf>,
    looks: HashMap<DefinitionKind, looks::Look>,
    held: VecDeque<Held>,
    /// The metadata that a modern server wants in each request, as the client sends it.
    metadata: Option<String>,
    /// How many messages were dropped.
    dropped: u64,
    /// How many requests of our own were made.
    own: u64,
    /// When the message arrived that is being dealt with.
    now: Instant,
}

/// A request as it arrived.
#[derive(Clone, Copy)]
struct Request<'a, 'm> {
    id: &'m Id<'a>,
    params: Option<&'a str>,
    line: &'a [u8],
}

/// An answer as it arrived.
#[derive(Clone, Copy)]
struct Reply<'a, 'm> {
    id: &'m Id<'a>,
    outcome: Outcome<'a>,
    line: &'a [u8],
}

/// A call that waits for a look.
#[derive(Debug)]
struct Held {
    call: Inspected,
    kind: DefinitionKind,
}

/// The most calls that are held at a time.
const MOST_HELD: usize = 256;

impl Guard {
    /// A guard over a fresh connection.
    #[must_use]
    pub fn new(settings: Settings, ledger: Ledger, now: Instant) -> Self {
        let whom = Whom::of(&settings.server, &settings.bundle, settings.artifact);
        let Settings { server, bundle, limits, inspection, class, trust, patience, .. } = settings;
        let room = Arc::new(Room::new(inspection.memory));
        let party = room.party(&server);
        let inspection = Arc::new(inspection);
        let (tally, habits) = (Arc::<Tally>::default(), Arc::default());
        let looker = Looker { inspection, room, tally, habits, party, class };
        let means = (limits, looker);
        let judge = Judge::new(&server, bundle, means, &Copies::new(), ledger);
        Self {
            judge,
            whom,
            memory: Memory::default(),
            past: Arc::default(),
            trust,
            patience,
            to_server: Flights::default(),
            to_client: Flights::default(),
            shelves: HashMap::new(),
            looks: HashMap::new(),
            held: VecDeque::new(),
            metadata: None,
            dropped: 0,
            own: 0,
            now,
        }
    }

    /// Records that the server was started.
    pub fn started(&mut self, pid: u32, batch: &mut Batch<'_>) {
        let process = warden_audit::Process { pid: Some(pid), ..warden_audit::Process::default() };
        let record = warden_audit::Record {
            process: Some(process),
            ..self.whom.record(Event::ServerStarted)
        };
        batch.after(self.judge.ledger.append(record).ok());
        if self.judge.bundle.pin.is_none() {
            batch.alarms.push(format!(
                "server {name} is not approved, so nothing of it is shown; \
                 see `mcpwarden approve --name {name}`",
                name = self.judge.server
            ));
        }
    }

    /// Records how the server ended, and answers everybody who waits for it.
    pub fn ended(&mut self, process: warden_audit::Process, now: Instant, batch: &mut Batch<'_>) {
        self.now = now;
        let server = self.judge.server.clone();
        let held: Vec<_> = self.held.drain(..).map(|held| held.call).collect();
        for call in held {
            self.refuse_call(call.into_call(), Refusal::ServerGone, batch);
        }
        let waiting: Vec<_> = self.to_server.drain().collect();
        for (_, flight) in waiting {
            let raw_id = match flight {
                Flight::Plain { raw_id, .. } | Flight::Waiting { raw_id } => raw_id,
                Flight::Call(call) => self.close_failed(*call, batch),
                Flight::Own(_) => continue,
            };
            let answer = Refusal::ServerGone.answer(&raw_id, "the request", &server);
            batch.to_client.push(Step::Plain(answer.into()));
        }
        let record = warden_audit::Record {
            process: Some(process),
            ..self.whom.record(Event::ServerStopped)
        };
        batch.after(self.judge.ledger.append(record).ok());
    }

    /// Takes a line of the client.
    pub fn from_client<'a>(&mut self, line: Line<'a>, now: Instant, batch: &mut Batch<'a>) {
        self.now = now;
        match line {
            Line::Whole(bytes) => match frame::parse(bytes) {
                Ok(message) => self.client_message(message, bytes, batch),
                Err(_) if bytes.is_empty() => {}
                Err(_) => self.answer_malformed(Refusal::Malformed, "null", bytes, batch),
            },
            Line::TooLong { id, .. } => {
                let id = raw(id.as_ref());
                self.answer_malformed(Refusal::TooLong, &id, b"", batch);
            }
            Line::Torn(bytes) => self.drop_message(Refusal::Malformed, None, bytes, batch),
        }
    }

    /// Takes a line of the server.
    pub fn from_server<'a>(&mut self, line: Line<'a>, now: Instant, batch: &mut Batch<'a>) {
        self.now = now;
        match line {
            Line::Whole(bytes) => match frame::parse(bytes) {
                Ok(Message::Request { id, method, params }) => {
                    let request = Request { id: &id, params, line: bytes };
                    self.server_request(&method, request, batch);
                }
                Ok(Message::Notification { method, params }) => {
                    self.server_notification(&method, params, bytes, batch);
                }
                Ok(Message::Response { id: Some(id), outcome }) => {
                    self.server_response(Reply { id: &id, outcome, line: bytes }, batch);
                }
                Ok(Message::Response { id: None, .. }) => {
                    self.drop_message(Refusal::NotAsked, None, bytes, batch);
                }
                Err(_) if bytes.is_empty() => {}
                Err(_) => self.drop_message(Refusal::Malformed, None, bytes, batch),
            },
            Line::TooLong { id, .. } => self.answer_too_long(id, batch),
            Line::Torn(bytes) => self.drop_message(Refusal::Malformed, None, bytes, batch),
        }
    }

    /// Refuses what has waited too long for a look. Call it now and then while
    /// [`Guard::waits`] says so.
    pub fn tick(&mut self, now: Instant, batch: &mut Batch<'_>) {
        self.now = now;
        let patience = self.patience;
        let late: Vec<_> = self
            .looks
            .iter()
            .filter(|(_, look)| look.is_late(now, patience))
            .map(|(kind, _)| *kind)
            .collect();
        for kind in late {
            self.give_up(kind, batch);
        }
    }

    /// Whether something waits for a look.
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.looks.is_empty()
    }

    /// Takes back what became of a batch.
    pub fn settle(&mut self, out: &mut Outgoing<'_>, now: Instant) {
        for (id, call, toward) in out.sent.drain(..) {
            let past = Arc::clone(&self.past);
            let flight = InFlight { call, since: now, past };
            self.flights(toward).insert(id, Flight::Call(Box::new(flight)));
        }
        for (id, toward) in out.unsent.drain(..) {
            self.flights(toward).take(&id);
        }
    }

    /// Who looks, and what is remembered of earlier looks.
    fn seer(&mut self) -> (&Judge, Seer<'_>) {
        (&self.judge, Seer { whom: &self.whom, memory: &mut self.memory })
    }

    fn flights(&mut self, toward: Toward) -> &mut Flights {
        match toward {
            Toward::Server => &mut self.to_server,
            Toward::Client => &mut self.to_client,
        }
    }

    /// Records that a message was not passed on. A flood of them costs little.
    fn drop_message(
        &mut self,
        refusal: Refusal,
        method: Option<&str>,
        bytes: &[u8],
        batch: &mut Batch<'_>,
    ) {
        self.dropped += 1;
        if self.dropped <= 64 || self.dropped.is_power_of_two() {
            batch.after(self.judge.ledger.append(self.whom.dropped(refusal, method, bytes)).ok());
        }
    }

    /// Answers a message of the client that cannot be read.
    fn answer_malformed(
        &mut self,
        refusal: Refusal,
        id: &str,
        bytes: &[u8],
        batch: &mut Batch<'_>,
    ) {
        self.drop_message(refusal, None, bytes, batch);
        let answer = refusal.answer(id, "the message", &self.judge.server);
        batch.to_client.push(Step::Plain(answer.into()));
    }
}

/// An identifier as it is written.
fn raw(id: Option<&warden_mcp::IdKey>) -> String {
    match id {
        None => "null".into(),
        Some(warden_mcp::IdKey::Number(number)) => number.to_string(),
        Some(warden_mcp::IdKey::Text(text)) => serde_json::Value::from(&**text).to_string(),
    }
}

#[cfg(test)]
mod tests;

//! What the client sends.

use warden_mcp::{Direction, Id, Message, Method, Wants, walk};
use warden_model::DefinitionKind;
use warden_policy::Standing;

use super::{Guard, Held, MOST_HELD, Reply, Request};
use crate::{
    Batch, Refusal,
    batch::Step,
    call::{Call, Inspected, Target, judged, target},
    flights::{Flight, Full},
    guard::answers::passed,
    judge::Refused,
    notes::Sides,
    shelf::pinned,
};

/// Metadata that a modern request carries, SEP-2575.
const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const METADATA: &[&str] =
    &[VERSION, "io.modelcontextprotocol/clientInfo", "io.modelcontextprotocol/clientCapabilities"];

impl Guard {
    pub(super) fn client_message<'a>(
        &mut self,
        message: Message<'a>,
        line: &'a [u8],
        batch: &mut Batch<'a>,
    ) {
        match message {
            Message::Request { id, method, params } => {
                self.note_metadata(params);
                match Method::parse(&method) {
                    Some(known) if known.fits(Direction::ToServer, Wants::Answer) => {
                        self.client_request(known, Request { id: &id, params, line }, batch);
                    }
                    _ => self.refuse_unknown(&id, &method, line, batch),
                }
            }
            Message::Notification { method, params } => match Method::parse(&method) {
                Some(known) if known.fits(Direction::ToServer, Wants::Nothing) => {
                    self.client_notification(known, params, line, batch);
                }
                _ => self.drop_message(Refusal::UnknownMethod, Some(&method), line, batch),
            },
            Message::Response { id: Some(id), outcome } => {
                self.client_response(Reply { id: &id, outcome, line }, batch);
            }
            Message::Response { id: None, .. } => {
                self.drop_message(Refusal::NotAsked, None, line, batch);
            }
        }
    }

    fn client_request<'a>(
        &mut self,
        method: Method,
        request: Request<'a, '_>,
        batch: &mut Batch<'a>,
    ) {
        let Request { id, params, line } = request;
        if let Err(full) = self.to_server.room(&id.key) {
            let refusal = match full {
                Full::IdInUse => Refusal::IdInUse,
                Full::TooMany => Refusal::TooMany,
            };
            return self.answer_malformed(refusal, id.raw, line, batch);
        }
        let Some(named) = judged(method, params) else {
            if method == Method::Initialize {
                self.note_client(params);
            }
            let first_page = params.and_then(|params| walk::member(params, "cursor")).is_none();
            let flight = Flight::Plain { method, raw_id: id.raw.into(), first_page };
            self.to_server.insert(id.key.clone(), flight);
            batch.to_server.push(Step::Plain(line.into()));
            return;
        };
        let Some(target) = target(named, params) else {
            return self.answer_malformed(Refusal::NoName, id.raw, line, batch);
        };
        let call = Call::new(method, target, id, params, line);
        match Inspected::inspect(call, &self.judge, &self.past, false) {
            Ok(call) => {
                batch.alarms.extend(call.call().alarm(&self.judge.server));
                self.judge_or_hold(call, batch);
            }
            Err((refusal, call)) => {
                batch.alarms.extend(call.alarm(&self.judge.server));
                self.refuse_call(call, refusal, batch);
            }
        }
    }

    /// Judges a call, or holds it until somebody has looked at what the server serves.
    fn judge_or_hold(&mut self, call: Inspected, batch: &mut Batch<'_>) {
        let Target::Definition(kind, name) = &call.call().target else {
            return self.judge_call(call, Standing::Approved, batch);
        };
        let kind = *kind;
        let pinned = pinned(self.judge.bundle.pin.as_ref(), kind, name);
        if pinned.is_none() {
            // No look at the server can make this a yes.
            return self.judge_call(call, Standing::Unknown, batch);
        }
        let trust = self.trust;
        let stock = self.shelves.entry(kind).or_default();
        if let Some(standing) = stock.standing(pinned, name, self.now, trust) {
            return self.judge_call(call, standing, batch);
        }
        if self.held.len() >= MOST_HELD {
            return self.refuse_call(call.into_call(), Refusal::TooMany, batch);
        }
        let waiting = Flight::Waiting { raw_id: call.call().raw_id.clone() };
        self.to_server.insert(call.call().id.clone(), waiting);
        self.held.push_back(Held { call, kind });
        self.look(kind, batch);
    }

    /// Judges every call that waited for a look at this kind of thing.
    pub(super) fn release(&mut self, kind: DefinitionKind, batch: &mut Batch<'_>) {
        let held = std::mem::take(&mut self.held);
        for Held { call, kind: waits_for } in held {
            if waits_for != kind {
                self.held.push_back(Held { call, kind: waits_for });
                continue;
            }
            let standing = match &call.call().target {
                Target::Definition(kind, name) => {
                    let pinned = pinned(self.judge.bundle.pin.as_ref(), *kind, name);
                    let stock = self.shelves.entry(*kind).or_default();
                    stock.standing(pinned, name, self.now, self.trust)
                }
                Target::Resource(_) | Target::Task(_) | Target::Ask(_) => None,
            };
            self.judge_call(call, standing.unwrap_or(Standing::CouldNotTell), batch);
        }
    }

    /// Judges a call of the client and announces it, or refuses it.
    fn judge_call(&mut self, call: Inspected, standing: Standing, batch: &mut Batch<'_>) {
        let (id, raw_id) = (call.call().id.clone(), call.call().raw_id.clone());
        match self.judge.admit_unruled(call, standing, &self.whom) {
            Err(refused) => {
                batch.broken |= refused.refusal == Refusal::CannotRecord;
                self.refuse_with(&refused, batch);
            }
            Ok(pending) => {
                self.to_server.insert(id, Flight::Waiting { raw_id });
                batch.to_server.push(Step::Call(Box::new(pending)));
            }
        }
    }

    /// Refuses a call of the client.
    pub(super) fn refuse_call(&mut self, call: Call, refusal: Refusal, batch: &mut Batch<'_>) {
        let refused =
            Refused { call: Box::new(call), refusal, sides: Sides::default(), ruling: None };
        self.refuse_with(&refused, batch);
    }

    fn refuse_with(&mut self, refused: &Refused, batch: &mut Batch<'_>) {
        let Refused { call, refusal, .. } = refused;
        self.to_server.take(&call.id);
        batch.after(self.judge.tell_refused(refused, &self.whom));
        if *refusal != Refusal::Cancelled {
            let what = call.target.words();
            let answer = refusal.answer(&call.raw_id, &what, &self.judge.server);
            batch.to_client.push(Step::Plain(answer.into()));
        }
    }

    fn refuse_unknown(&mut self, id: &Id<'_>, method: &str, line: &[u8], batch: &mut Batch<'_>) {
        self.drop_message(Refusal::UnknownMethod, Some(method), line, batch);
        let answer = Refusal::UnknownMethod.answer(id.raw, method, &self.judge.server);
        batch.to_client.push(Step::Plain(answer.into()));
    }

    fn client_notification<'a>(
        &mut self,
        method: Method,
        params: Option<&'a str>,
        line: &'a [u8],
        batch: &mut Batch<'a>,
    ) {
        if method == Method::Cancelled && self.cancel_held(params, batch) {
            return;
        }
        batch.to_server.push(Step::Plain(line.into()));
    }

    /// Lets go of a held call that the client no longer wants. Returns whether there was one.
    fn cancel_held(&mut self, params: Option<&str>, batch: &mut Batch<'_>) -> bool {
        let Some(raw) = params.and_then(|params| walk::member(params, "requestId")) else {
            return false;
        };
        let Some(at) = self.held.iter().position(|held| *held.call.call().raw_id == *raw) else {
            return false;
        };
        if let Some(held) = self.held.remove(at) {
            self.refuse_call(held.call.into_call(), Refusal::Cancelled, batch);
        }
        true
    }

    /// An answer of the client to a request of the server.
    fn client_response<'a>(&mut self, reply: Reply<'a, '_>, batch: &mut Batch<'a>) {
        let Reply { id, outcome, line } = reply;
        if !self.to_client.expects(&id.key) {
            return self.drop_message(Refusal::NotAsked, None, line, batch);
        }
        match self.to_client.take(&id.key) {
            Some(Flight::Call(call)) => {
                let what = call.call.subject().target.words();
                let answered = self.judge.answered(*call, outcome, self.now, batch);
                let bytes = passed(answered, (id.raw, &what), (outcome, line), &self.judge.server);
                batch.to_server.push(Step::Answer { id: id.raw.into(), bytes });
            }
            Some(_) => batch.to_server.push(Step::Plain(line.into())),
            None => {}
        }
    }

    /// Remembers the metadata of a modern request, for the requests that we make ourselves.
    fn note_metadata(&mut self, params: Option<&str>) {
        if self.metadata.is_some() {
            return;
        }
        let Some(meta) = params.and_then(|params| walk::member(params, "_meta")) else { return };
        let Some(version) = walk::text(meta, VERSION) else { return };
        self.whom.protocol = Some(version.into());
        if let Some(info) = walk::member(meta, "io.modelcontextprotocol/clientInfo") {
            self.note_implementation(info);
        }
        let kept: Vec<_> = METADATA
            .iter()
            .filter_map(|name| Some(format!("\"{name}\":{}", walk::member(meta, name)?)))
            .collect();
        self.metadata = Some(format!("{{{}}}", kept.join(",")));
    }

    fn note_client(&mut self, params: Option<&str>) {
        if let Some(info) = params.and_then(|params| walk::member(params, "clientInfo")) {
            self.note_implementation(info);
        }
    }

    fn note_implementation(&mut self, info: &str) {
        let part = |name| walk::text(info, name).unwrap_or_default().into_owned();
        self.whom.client = Some((part("name"), part("version")).into());
    }
}

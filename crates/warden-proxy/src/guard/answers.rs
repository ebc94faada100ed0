//! Answers of the server on their way to the client.

use std::{borrow::Cow, time::Instant};

use warden_audit::{Answer, Ending, Outcome as Ended, Record, Recorded};
use warden_mcp::{Ask, Gate, IdKey, Method, Outcome, walk};
use warden_model::Digest;
use warden_policy::{Change, Drift, DriftClass, Question, judge};

use super::{Guard, Reply, lists};
use crate::{
    Batch, Refusal,
    batch::Step,
    call::Sent,
    flights::{Flight, InFlight},
    stages,
};

impl Guard {
    pub(super) fn server_response<'a>(&mut self, reply: Reply<'a, '_>, batch: &mut Batch<'a>) {
        let Reply { id, outcome, line } = reply;
        if !self.to_server.expects(&id.key) {
            return self.drop_message(Refusal::NotAsked, None, line, batch);
        }
        match self.to_server.take(&id.key) {
            Some(Flight::Own(kind)) => self.looked(kind, &id.key, outcome, batch),
            Some(Flight::Call(call)) => self.call_answered(*call, outcome, line, batch),
            Some(Flight::Plain { method, first_page, .. }) => {
                let bytes = match outcome {
                    Outcome::Error(_) => Cow::Borrowed(line),
                    Outcome::Result(result) => {
                        let asked = Asked { method, first_page };
                        let bytes = self.plain_answer(asked, reply, result, batch);
                        self.without_requests(asked, reply, result, batch).unwrap_or(bytes)
                    }
                };
                batch.to_client.push(Step::Plain(bytes));
            }
            Some(Flight::Waiting { .. }) | None => {}
        }
    }

    /// The answer to a request that policy does not judge.
    fn plain_answer<'a>(
        &mut self,
        asked: Asked,
        reply: Reply<'a, '_>,
        result: &'a str,
        batch: &mut Batch<'a>,
    ) -> Cow<'a, [u8]> {
        let (id, line) = (reply.id.raw, reply.line);
        match asked.method.gate() {
            Gate::Introduce => self.introduction(id, result, line, batch),
            Gate::Filter(kind) => {
                let filtered = self.filter(kind, result, batch);
                self.tell_hidden(&filtered, batch);
                let bytes = match &filtered.kept {
                    None => Cow::Borrowed(line),
                    Some(kept) => lists::rebuild(id, result, kind, kept).into(),
                };
                let whole = asked.first_page && walk::member(result, "nextCursor").is_none();
                if whole {
                    self.stocked(kind, filtered.seen, batch);
                } else {
                    self.shelves.entry(kind).or_default().doubt(&filtered.seen);
                }
                bytes
            }
            Gate::Open | Gate::Judge(_) | Gate::Ask(_) | Gate::Changed(_) => Cow::Borrowed(line),
        }
    }

    /// A refusal in place of an answer that asks the client for what was not approved.
    fn without_requests<'a>(
        &mut self,
        asked: Asked,
        reply: Reply<'a, '_>,
        result: &str,
        batch: &mut Batch<'_>,
    ) -> Option<Cow<'a, [u8]>> {
        let refusal = self.inspect_requests(result).err()?;
        let method = asked.method.name();
        self.drop_message(refusal, Some(method), reply.line, batch);
        let what = format!("the answer of {method}");
        Some(refusal.answer(reply.id.raw, &what, &self.settings.server).into())
    }

    /// The answer to `initialize` or `server/discover`: instructions pass only as approved.
    fn introduction<'a>(
        &mut self,
        id: &str,
        result: &'a str,
        line: &'a [u8],
        batch: &mut Batch<'_>,
    ) -> Cow<'a, [u8]> {
        if let Some(version) = walk::text(result, "protocolVersion") {
            self.whom.protocol = Some(version.into_owned());
        }
        let written = walk::member(result, "instructions").is_some();
        let served = walk::text(result, "instructions");
        let Some(pin) = &self.settings.bundle.pin else {
            return if written { without_instructions(id, result) } else { Cow::Borrowed(line) };
        };
        // What is written and is no text was approved by nobody.
        if served.as_deref() == pin.instructions.as_deref() && served.is_some() == written {
            return Cow::Borrowed(line);
        }
        let digest = |text: Option<&str>| text.map(|text| Digest::of(text.as_bytes()));
        let class = match (&pin.instructions, &served) {
            (None, _) => DriftClass::Added,
            (Some(_), None) => DriftClass::Removed,
            (Some(_), Some(_)) => DriftClass::TextChanged,
        };
        let drift = Drift {
            kind: None,
            name: "instructions".into(),
            changes: vec![Change { class, detail: "the server's instructions".into() }],
            pinned: digest(pin.instructions.as_deref()),
            served: digest(served.as_deref()),
        };
        self.tell_drift(&drift, batch);
        without_instructions(id, result)
    }

    /// The answer to a judged call: inspected, recorded, passed on.
    fn call_answered<'a>(
        &mut self,
        call: InFlight,
        outcome: Outcome<'a>,
        line: &'a [u8],
        batch: &mut Batch<'a>,
    ) {
        let InFlight { call, since } = call;
        let now = self.now;
        let refusal = match outcome {
            // Clients show the texts of errors to their models, too.
            Outcome::Error(raw) => {
                stages::answer(raw, &self.settings.limits).map_err(Refusal::Stage)
            }
            Outcome::Result(result) => self.inspect_answer(result),
        };
        let id = call.subject().raw_id.clone();
        match refusal {
            Ok(noticed) => {
                if !noticed.is_empty() {
                    batch.alarms.push(format!(
                        "server {}: the answer of {} was noticed by {}",
                        self.settings.server,
                        call.subject().target.words(),
                        noticed.join(", ")
                    ));
                }
                let labels = noticed.into_iter().map(Into::into).collect();
                let details = Record { labels, ..answer_of(outcome, since, now) };
                close(call, Ending { outcome: ended(outcome), details }, batch);
                batch.to_client.push(Step::Answer { id, bytes: line.into() });
            }
            Err(refusal) => {
                let what = format!("the answer of {}", call.subject().target.words());
                let reason = Some(refusal.code().into());
                let details = Record { reason, ..answer_of(outcome, since, now) };
                close(call, Ending { outcome: Ended::Refused, details }, batch);
                let bytes = refusal.answer(&id, &what, &self.settings.server);
                batch.to_client.push(Step::Answer { id, bytes: bytes.into() });
            }
        }
    }

    /// Shows an answer to every stage, and judges what it asks of the client.
    fn inspect_answer(&self, result: &str) -> Result<Vec<&'static str>, Refusal> {
        self.inspect_requests(result)?;
        stages::answer(result, &self.settings.limits).map_err(Refusal::Stage)
    }

    /// Judges what an answer asks of the client.
    fn inspect_requests(&self, result: &str) -> Result<(), Refusal> {
        let requests = walk::member(result, "inputRequests").unwrap_or_default();
        for (_, request) in walk::members(requests) {
            let method = walk::text(request, "method");
            let method = method.and_then(|name| Method::parse(&name));
            let Some(Gate::Ask(ask)) = method.map(Method::gate) else {
                return Err(Refusal::UnknownMethod);
            };
            self.may_ask(ask)?;
        }
        Ok(())
    }

    fn may_ask(&self, ask: Ask) -> Result<(), Refusal> {
        match judge((), Question::Ask(ask.name()), &self.settings.bundle) {
            Ok(_) => Ok(()),
            Err((reason, ())) => Err(Refusal::Policy(reason)),
        }
    }

    /// Records that a request of the server was answered.
    pub(super) fn close_answered(
        &mut self,
        call: InFlight,
        outcome: Outcome<'_>,
        batch: &mut Batch<'_>,
    ) {
        let InFlight { call, since } = call;
        let now = self.now;
        let details = answer_of(outcome, since, now);
        close(call, Ending { outcome: ended(outcome), details }, batch);
    }

    /// Records that a call will not be answered, and returns its identifier as written.
    pub(super) fn close_failed(&mut self, call: InFlight, batch: &mut Batch<'_>) -> Box<str> {
        let InFlight { call, since } = call;
        let id = call.subject().raw_id.clone();
        let details = Record {
            reason: Some(Refusal::ServerGone.code().into()),
            duration_us: Some(micros(since, self.now)),
            ..Record::default()
        };
        close(call, Ending { outcome: Ended::Failure, details }, batch);
        id
    }

    /// An answer that was longer than is taken.
    pub(super) fn answer_too_long(&mut self, id: Option<IdKey>, batch: &mut Batch<'_>) {
        self.drop_message(Refusal::TooLong, None, b"", batch);
        let Some(id) = id.filter(|id| self.to_server.expects(id)) else { return };
        let raw_id: Box<str> = match self.to_server.take(&id) {
            Some(Flight::Plain { raw_id, .. } | Flight::Waiting { raw_id }) => raw_id,
            Some(Flight::Call(call)) => {
                let InFlight { call, since } = *call;
                let raw_id = call.subject().raw_id.clone();
                let details = Record {
                    reason: Some(Refusal::TooLong.code().into()),
                    duration_us: Some(micros(since, self.now)),
                    ..Record::default()
                };
                close(call, Ending { outcome: Ended::Refused, details }, batch);
                raw_id
            }
            Some(Flight::Own(kind)) => return self.give_up(kind, batch),
            None => return,
        };
        let bytes = Refusal::TooLong.answer(&raw_id, "the answer", &self.settings.server);
        batch.to_client.push(Step::Answer { id: raw_id, bytes: bytes.into() });
    }
}

/// Records how a call ended.
fn close(call: Recorded<Sent>, ending: Ending<'_>, batch: &mut Batch<'_>) {
    batch.after(call.close(ending).ok().map(|closed| closed.seq));
}

/// What a plain request asked for.
#[derive(Clone, Copy)]
struct Asked {
    method: Method,
    first_page: bool,
}

fn without_instructions(id: &str, result: &str) -> Cow<'static, [u8]> {
    let change = |name: &str| match name {
        "instructions" => lists::Member::Gone,
        _ => lists::Member::Same,
    };
    lists::with_members(id, result, change).into()
}

fn answer_of(outcome: Outcome<'_>, since: Instant, now: Instant) -> Record<'static> {
    let (bytes, status) = match outcome {
        Outcome::Error(raw) => (raw, "error"),
        Outcome::Result(raw) if walk::member(raw, "isError") == Some("true") => (raw, "tool_error"),
        Outcome::Result(raw) => (raw, "result"),
    };
    Record {
        result: Some(Answer::of(bytes.as_bytes(), status)),
        duration_us: Some(micros(since, now)),
        ..Record::default()
    }
}

const fn ended(outcome: Outcome<'_>) -> Ended {
    match outcome {
        Outcome::Result(_) => Ended::Success,
        Outcome::Error(_) => Ended::Failure,
    }
}

fn micros(since: Instant, now: Instant) -> u64 {
    u64::try_from(now.saturating_duration_since(since).as_micros()).unwrap_or(u64::MAX)
}

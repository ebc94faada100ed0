//! Answers of the server on their way to the client.

use std::borrow::Cow;

use warden_audit::Outcome as End;
use warden_mcp::{Gate, IdKey, Method, Outcome, splice, walk};

use super::{Guard, Reply};
use crate::{
    Batch, Refusal,
    batch::Step,
    flights::{Flight, InFlight},
    judge::{self, Ended},
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
                let (judge, mut seer) = self.seer();
                let filtered = judge.filter(kind, result, &mut seer, batch);
                judge.tell_hidden(&filtered.hidden, seer.whom, batch);
                let bytes = match &filtered.kept {
                    None => Cow::Borrowed(line),
                    Some(kept) => judge::rebuild(id, result, kind, kept).into(),
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
        let refusal = self.judge.inspect_requests(result).err()?;
        let method = asked.method.name();
        self.drop_message(refusal, Some(method), reply.line, batch);
        let what = format!("the answer of {method}");
        Some(refusal.answer(reply.id.raw, &what, &self.judge.server).into())
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
            self.whom.protocol = Some(version.into());
        }
        let (judge, mut seer) = self.seer();
        if judge.introduces_well(result, &mut seer, batch) {
            return Cow::Borrowed(line);
        }
        judge::without_instructions(id, result)
    }

    /// The answer to a judged call: inspected, recorded, passed on.
    fn call_answered<'a>(
        &mut self,
        call: InFlight,
        outcome: Outcome<'a>,
        line: &'a [u8],
        batch: &mut Batch<'a>,
    ) {
        let id = call.call.subject().raw_id.clone();
        let what = call.call.subject().target.clone();
        let answered = self.judge.answered(call, outcome, self.now, batch);
        let about = (&*id, &*format!("the answer of {}", what.words()));
        let bytes = passed(answered, about, (outcome, line), &self.judge.server);
        batch.to_client.push(Step::Answer { id, bytes });
    }

    /// Records that a call will not be answered, and returns its identifier as written.
    pub(super) fn close_failed(&mut self, call: InFlight, batch: &mut Batch<'_>) -> Box<str> {
        let id = call.call.subject().raw_id.clone();
        let why = (End::Failure, Refusal::ServerGone.code());
        judge::failed(call, why, self.now, batch);
        id
    }

    /// An answer that was longer than is taken.
    pub(super) fn answer_too_long(&mut self, id: Option<IdKey>, batch: &mut Batch<'_>) {
        self.drop_message(Refusal::TooLong, None, b"", batch);
        let Some(id) = id.filter(|id| self.to_server.expects(id)) else { return };
        let raw_id: Box<str> = match self.to_server.take(&id) {
            Some(Flight::Plain { raw_id, .. } | Flight::Waiting { raw_id }) => raw_id,
            Some(Flight::Call(call)) => {
                let raw_id = call.call.subject().raw_id.clone();
                let why = (End::Refused, Refusal::TooLong.code());
                judge::failed(*call, why, self.now, batch);
                raw_id
            }
            Some(Flight::Own(kind)) => return self.give_up(kind, batch),
            None => return,
        };
        let bytes = Refusal::TooLong.answer(&raw_id, "the answer", &self.judge.server);
        batch.to_client.push(Step::Answer { id: raw_id, bytes: bytes.into() });
    }
}

/// The bytes of an answer as it passes, or of the refusal that stands in its place.
pub(super) fn passed<'a>(
    answered: Ended,
    (id, what): (&str, &str),
    (outcome, line): (Outcome<'_>, &'a [u8]),
    server: &str,
) -> Cow<'a, [u8]> {
    match answered {
        // Of one that could not be recorded the batch says so in its place.
        Ended::Passed(None) | Ended::Unrecorded => line.into(),
        Ended::Passed(Some(changed)) => match outcome {
            Outcome::Error(_) => splice::failure(id, &changed).into(),
            Outcome::Result(_) => splice::answer(id, &changed).into(),
        },
        Ended::Stopped(refusal) => refusal.answer(id, what, server).into(),
    }
}

/// What a plain request asked for.
#[derive(Clone, Copy)]
struct Asked {
    method: Method,
    first_page: bool,
}

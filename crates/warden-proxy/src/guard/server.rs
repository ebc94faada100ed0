//! What the server sends of its own accord.

use warden_audit::{Decision, Event, Record};
use warden_mcp::{Ask, Direction, Gate, Method, Wants};
use warden_policy::{Question, judge};

use super::{Guard, Request};
use crate::{
    Batch, Refusal,
    batch::Step,
    call::{Call, Inspected, Target},
    flights::Flight,
    notes::Sides,
};

impl Guard {
    pub(super) fn server_request<'a>(
        &mut self,
        name: &str,
        request: Request<'a, '_>,
        batch: &mut Batch<'a>,
    ) {
        let Request { id, line, .. } = request;
        let method = Method::parse(name);
        let refusal = match method {
            Some(method) if method.fits(Direction::ToClient, Wants::Answer) => {
                match (self.to_client.room(&id.key), method.gate()) {
                    (Err(_), _) => Refusal::IdInUse,
                    (Ok(()), Gate::Ask(ask)) => {
                        return self.server_ask(method, ask, request, batch);
                    }
                    (Ok(()), _) => {
                        let raw_id = id.raw.into();
                        let flight = Flight::Plain { method, raw_id, first_page: false };
                        self.to_client.insert(id.key.clone(), flight);
                        batch.to_client.push(Step::Plain(line.into()));
                        return;
                    }
                }
            }
            _ => Refusal::UnknownMethod,
        };
        self.drop_message(refusal, Some(name), line, batch);
        let answer = refusal.answer(id.raw, name, &self.settings.server);
        batch.to_server.push(Step::Plain(answer.into()));
    }

    /// A request for something that has to be approved: the same path, turned round.
    fn server_ask(
        &mut self,
        method: Method,
        ask: Ask,
        request: Request<'_, '_>,
        batch: &mut Batch<'_>,
    ) {
        let Request { id, params, line } = request;
        let call = Call::new(method, Target::Ask(ask), id, params, line);
        let call = match Inspected::inspect(call, &self.settings.limits) {
            Ok(call) => call,
            Err((refusal, call)) => return self.refuse_ask(&call, refusal, batch),
        };
        match judge(call, Question::Ask(ask.name()), &self.settings.bundle) {
            Err((reason, call)) => {
                self.refuse_ask(call.call(), Refusal::Policy(reason), batch);
            }
            Ok(permitted) => {
                let call = permitted.subject().call();
                let intent = Record {
                    decision: Some(Decision::Allow),
                    ..self.whom.of_call(Event::RequestIntent, call, Sides::default())
                };
                let Ok(announcement) = self.ledger.announce(intent) else {
                    batch.broken = true;
                    return self.refuse_ask(
                        permitted.subject().call(),
                        Refusal::CannotRecord,
                        batch,
                    );
                };
                let waiting = Flight::Waiting { raw_id: call.raw_id.clone() };
                self.to_client.insert(call.id.clone(), waiting);
                batch.to_client.push(Step::Call(Box::new(announcement.of(permitted))));
            }
        }
    }

    fn refuse_ask(&mut self, call: &Call, refusal: Refusal, batch: &mut Batch<'_>) {
        let record = self.whom.refused(Event::RequestRefused, call, refusal, Sides::default());
        batch.after(self.ledger.append(record).ok());
        let what = call.target.words();
        let answer = refusal.answer(&call.raw_id, &what, &self.settings.server);
        batch.to_server.push(Step::Plain(answer.into()));
    }

    pub(super) fn server_notification<'a>(
        &mut self,
        name: &str,
        line: &'a [u8],
        batch: &mut Batch<'a>,
    ) {
        let method =
            Method::parse(name).filter(|method| method.fits(Direction::ToClient, Wants::Nothing));
        let Some(method) = method else {
            return self.drop_message(Refusal::UnknownMethod, Some(name), line, batch);
        };
        batch.to_client.push(Step::Plain(line.into()));
        if let Gate::Changed(kind) = method.gate() {
            self.changed(kind, batch);
        }
    }
}

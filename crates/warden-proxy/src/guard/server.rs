//! What the server sends of its own accord.

use std::borrow::Cow;

use warden_mcp::{Ask, Direction, Gate, Method, Wants, splice};
use warden_policy::Standing;

use super::{Guard, Request};
use crate::{
    Batch, Refusal,
    batch::Step,
    call::{Call, Inspected, Target},
    flights::Flight,
    judge::{KeptBack, Refused},
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
        let answer = refusal.answer(id.raw, name, &self.judge.server);
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
        let call = match Inspected::inspect(call, &self.judge, &self.past, false) {
            Ok(call) => call,
            Err((refusal, call)) => {
                batch.alarms.extend(call.alarm(&self.judge.server));
                return self.refuse_ask(call, refusal, batch);
            }
        };
        batch.alarms.extend(call.call().alarm(&self.judge.server));
        let (id, raw_id) = (call.call().id.clone(), call.call().raw_id.clone());
        match self.judge.admit_unruled(call, Standing::CouldNotTell, &self.whom) {
            Err(refused) => {
                batch.broken |= refused.refusal == Refusal::CannotRecord;
                self.tell_ask_refused(&refused, batch);
            }
            Ok(pending) => {
                self.to_client.insert(id, Flight::Waiting { raw_id });
                batch.to_client.push(Step::Call(Box::new(pending)));
            }
        }
    }

    fn refuse_ask(&mut self, call: Call, refusal: Refusal, batch: &mut Batch<'_>) {
        let refused =
            Refused { call: Box::new(call), refusal, sides: Sides::default(), ruling: None };
        self.tell_ask_refused(&refused, batch);
    }

    fn tell_ask_refused(&mut self, refused: &Refused, batch: &mut Batch<'_>) {
        batch.after(self.judge.tell_refused(refused, &self.whom));
        let what = refused.call.target.words();
        let answer = refused.refusal.answer(&refused.call.raw_id, &what, &self.judge.server);
        batch.to_server.push(Step::Plain(answer.into()));
    }

    pub(super) fn server_notification<'a>(
        &mut self,
        name: &str,
        params: Option<&str>,
        line: &'a [u8],
        batch: &mut Batch<'a>,
    ) {
        let method =
            Method::parse(name).filter(|method| method.fits(Direction::ToClient, Wants::Nothing));
        let Some(method) = method else {
            return self.drop_message(Refusal::UnknownMethod, Some(name), line, batch);
        };
        match self.judge.heard((method, params), (&self.past, None), &self.whom, batch) {
            Ok(Some(Cow::Owned(changed))) => {
                let line = splice::notification(method.name(), Some(&changed));
                batch.to_client.push(Step::Plain(line.into()));
            }
            Ok(_) => batch.to_client.push(Step::Plain(line.into())),
            Err(KeptBack) => {}
        }
        if let Gate::Changed(kind) = method.gate() {
            self.changed(kind, batch);
        }
    }
}

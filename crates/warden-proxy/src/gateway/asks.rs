//! What servers ask of clients, in the client's way: a legacy client is sent a request, a modern
//! one is answered that input is required, and the request waits for its continuation.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex},
    time::Instant,
};

use warden_mcp::{Ask, Gate, Id, IdKey, Method, Outcome, Revision, bridge, splice, walk};
use warden_policy::Standing;

use super::{
    Answer, Core,
    access::Parties,
    asked::Request,
    caller::Caller,
    calls::{Under, patience, refusal_answer},
    outlet::Outlet,
    route::Route,
    server::Server,
    session::Answered,
    state::{State, belonging},
};
use crate::{
    Batch, Refusal,
    call::{Call, Inspected, Target, send},
    content::Past,
    flights::InFlight,
    judge::{Ended, Refused},
    notes::{Sides, Whom},
};

/// What the one question of a legacy server is called towards a modern client.
const KEY: &str = "input";

/// A request of a server.
#[derive(Debug)]
pub(crate) struct Asking {
    /// Its identifier, as written.
    pub(crate) id: Box<str>,
    pub(crate) method: Method,
    pub(crate) params: Option<Box<str>>,
}

/// A request that waits for its continuation.
#[derive(Debug)]
pub(crate) struct Parked {
    under: Under,
    asking: Asking,
    flight: InFlight,
}

/// Whom a question is put to, and on whose behalf.
struct Between<'a> {
    caller: &'a Caller,
    server: &'a Arc<Server>,
    whom: &'a Whom,
    past: &'a Arc<Mutex<Past>>,
    /// What the server was asked when it asks.
    about: &'a Target,
}

impl Core {
    /// Deals with a request that a legacy server has sent while a call is under way.
    ///
    /// # Errors
    /// The answer that the client is given for now, when the call goes on with its next request.
    pub(crate) async fn asked(
        &self,
        caller: &Caller,
        request: &Request,
        mut under: Under,
        (asking, outlet): (Asking, &Outlet),
    ) -> Result<Under, Answer> {
        let server = Arc::clone(&under.route.server);
        let whom = under.whom.clone();
        let past = Arc::clone(&under.flight.past);
        let about = under.route.target.clone();
        let between = Between { caller, server: &server, whom: &whom, past: &past, about: &about };
        let (flight, params) = match self.admit_ask(&between, &asking) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                let what = asking.method.name();
                let error = refusal.answer(&asking.id, what, &server.settings.name);
                // A server that does not want to know has ended, which comes next.
                under.exchange.answer(&error).await.ok();
                return Ok(under);
            }
        };
        if caller.revision.is_modern() {
            // What was taken out of it is not asked either.
            let asking = Asking { params, ..asking };
            return Err(self.park(caller, request, Parked { under, asking, flight }));
        }
        let asked = outlet.ask(asking.method, params.as_deref(), patience(self));
        let answered = request.seen.client(asked).await;
        let answered = answered.unwrap_or_else(|_| no_answer(&asking));
        self.give_back(&mut under, &asking, flight, answered).await;
        Ok(under)
    }

    /// Judges and records a question. It is then the client's to answer, with the parameters that
    /// are returned.
    fn admit_ask(
        &self,
        between: &Between<'_>,
        asking: &Asking,
    ) -> Result<(InFlight, Option<Box<str>>), Refusal> {
        let Between { caller, server, whom, past, about } = between;
        let Gate::Ask(ask) = asking.method.gate() else { return Err(Refusal::UnknownMethod) };
        let params = asking.params.as_deref();
        let id = Id { raw: &asking.id, key: IdKey::Text(asking.id.clone()) };
        let line = params.unwrap_or_default();
        let mut call = Call::new(asking.method, Target::Ask(ask), &id, params, line.as_bytes());
        call.veil = self.veil(caller, server, about);
        let (judge, past) = (&server.judge, Arc::clone(past));
        let admitted = match put(caller, ask, params) {
            Ok(params) => self
                .inspect(call, server, &past)
                .and_then(|call| again(caller, ask, params, call))
                .and_then(|(call, params)| {
                    let between = Parties { caller, server, whom };
                    let call = (call, Standing::CouldNotTell);
                    let pending = self.admit_now(between, call, &past)?;
                    Ok((pending, params))
                }),
            Err(refusal) => Err(refused(call, refusal)),
        };
        match admitted {
            Err(refused) => {
                self.metrics.refused(refused.refusal.code());
                let mut batch = Batch::default();
                batch.after(judge.tell_refused(&refused, whom));
                self.store_now(&batch);
                Err(refused.refusal)
            }
            Ok((pending, params)) => {
                let stored = self.metrics.timed(|| judge.ledger.commit_one(pending).map_err(drop));
                let recorded = stored.map_err(|()| {
                    self.broken();
                    Refusal::CannotRecord
                })?;
                let flight = InFlight { call: send(recorded).2, since: Instant::now(), past };
                Ok((flight, params))
            }
        }
    }

    /// Puts a call aside until its client has answered, and asks.
    fn park(&self, caller: &Caller, request: &Request, parked: Parked) -> Answer {
        let route = &parked.under.route;
        let params = request.params().unwrap_or("{}");
        let name = route.server.settings.name.clone();
        let belongs = belonging(&name, request.method.name(), params);
        let question = splice::object(
            None,
            &[
                ("method", splice::Edit::Set(&splice::text(parked.asking.method.name()))),
                ("params", splice::Edit::Set(parked.asking.params.as_deref().unwrap_or("{}"))),
            ],
        );
        let target = route.target.clone();
        let Some(number) = self.states.park(&caller.principal, parked) else {
            let about = (&*target.words(), &*name);
            return Answer::refusal(caller.revision, request.id(), Refusal::TooMany, about);
        };
        let token = self.states.seal(&State::Parked(number), &caller.principal, &belongs);
        let Some(token) = token.map(|token| splice::text(&token)) else {
            let about = (&*target.words(), &*name);
            return Answer::refusal(caller.revision, request.id(), Refusal::CannotSeal, about);
        };
        let result = format!(
            r#"{{"resultType":"input_required","inputRequests":{{"{KEY}":{question}}},"requestState":{token}}}"#
        );
        Answer::result(splice::answer(request.id(), &result))
    }

    /// Goes on with a call that was put aside.
    pub(crate) async fn resume(
        &self,
        parked: Parked,
        caller: &Caller,
        request: &Request,
    ) -> Result<Under, Answer> {
        let responses = request.params().and_then(|params| walk::member(params, "inputResponses"));
        let Some(body) = responses.and_then(|responses| walk::member(responses, KEY)) else {
            // What was asked for is still wanted.
            return Err(self.park(caller, request, parked));
        };
        let Parked { mut under, asking, flight } = parked;
        let answered = Answered { result: true, body: body.into() };
        self.give_back(&mut under, &asking, flight, answered).await;
        let deadlines = under.route.server.settings.deadlines;
        under.last = Instant::now() + deadlines.whole;
        let params = request.params();
        let meta = params.and_then(|params| walk::member(params, "_meta"));
        let token = meta.and_then(|meta| walk::member(meta, "progressToken"));
        // The server goes on with the token of the first request; the client has a new one.
        under.token = token.map(Into::into).filter(|_| under.token.is_some());
        Ok(under)
    }

    /// Tells a legacy server what the client has said, and records how that ended.
    async fn give_back(
        &self,
        under: &mut Under,
        asking: &Asking,
        flight: InFlight,
        answered: Answered,
    ) {
        let server = Arc::clone(&under.route.server);
        let answered = self.close_ask(&server, flight, answered);
        let revision = under.lease.connection.link.introduction().revision;
        let line = if answered.result {
            match told(asking.method, &answered.body, revision) {
                Some(body) => splice::answer(&asking.id, &body),
                None => splice::failure(&asking.id, UNTELLABLE),
            }
        } else {
            splice::failure(&asking.id, &answered.body)
        };
        // A server that does not want to know has ended, which comes next.
        under.exchange.answer(&line).await.ok();
        let more = Instant::now() + under.route.server.settings.deadlines.call;
        under.deadline = more.min(under.last + patience(self));
    }

    /// Looks at what a client has answered, records how that ended, and returns what the server is
    /// told.
    fn close_ask(&self, server: &Server, flight: InFlight, answered: Answered) -> Answered {
        let outcome = if answered.result {
            Outcome::Result(&answered.body)
        } else {
            Outcome::Error(&answered.body)
        };
        let what = flight.call.subject().target.words();
        let mut batch = Batch::default();
        let ended = server.judge.answered(flight, outcome, Instant::now(), &mut batch);
        for alarm in batch.alarms.drain(..) {
            (self.tell)(&alarm);
        }
        let refusal = match ended {
            _ if !self.store_now(&batch) => Refusal::CannotRecord,
            Ended::Passed(None) => return answered,
            Ended::Passed(Some(body)) => return Answered { body, ..answered },
            Ended::Stopped(refusal) => refusal,
            Ended::Unrecorded => Refusal::CannotRecord,
        };
        self.metrics.refused(refusal.code());
        let answer = refusal.answer("0", &what, &server.settings.name);
        let error = std::str::from_utf8(&answer).ok().and_then(|text| walk::member(text, "error"));
        Answered { result: false, body: error.unwrap_or(UNTELLABLE).into() }
    }

    /// Asks a legacy client everything that a modern server wants, and returns its answers as
    /// `inputResponses`.
    pub(crate) async fn ask_all(
        &self,
        caller: &Caller,
        (route, past): (&Route, &Arc<Mutex<Past>>),
        result: &str,
        outlet: &Outlet,
    ) -> Result<String, Refusal> {
        let whom = caller.whom(&route.server);
        let between =
            Between { caller, server: &route.server, whom: &whom, past, about: &route.target };
        let requests = bridge::input_requests(result).map_err(|_| Refusal::UnknownMethod)?;
        let mut responses = Vec::new();
        for bridge::InputRequest { key, method, params, .. } in requests {
            let id = splice::text(&key).into();
            let asking = Asking { id, method, params: params.map(Into::into) };
            let (flight, params) = self.admit_ask(&between, &asking)?;
            let asked = outlet.ask(method, params.as_deref(), patience(self)).await;
            let answered = asked.unwrap_or_else(|_| no_answer(&asking));
            let answered = self.close_ask(&route.server, flight, answered);
            let body = match (answered.result, method) {
                (true, _) => answered.body,
                (false, Method::Elicitation) => r#"{"action":"cancel"}"#.into(),
                (false, _) => return Err(Refusal::ClientCannot),
            };
            responses.push((key.into_owned(), body));
        }
        let edits: Vec<_> =
            responses.iter().map(|(key, body)| (&**key, splice::Edit::Set(body))).collect();
        Ok(splice::object(None, &edits))
    }

    /// A refusal that is on record, as an answer.
    pub(crate) fn refused(
        &self,
        caller: &Caller,
        request: &Request,
        route: &Route,
        (whom, refused): (&Whom, &Refused),
    ) -> Answer {
        let mut batch = Batch::default();
        batch.broken |= refused.refusal == Refusal::CannotRecord;
        batch.after(route.server.judge.tell_refused(refused, whom));
        self.store_now(&batch);
        let refusal = self.told(caller, route, refused.refusal);
        refusal_answer(caller, request, route, refusal)
    }
}

/// The parameters with which the client is asked, if something was taken out of them.
fn again(
    caller: &Caller,
    ask: Ask,
    params: Option<Box<str>>,
    call: Inspected,
) -> Result<(Inspected, Option<Box<str>>), Refused> {
    if call.call().passed.is_none() {
        return Ok((call, params));
    }
    match put(caller, ask, Some(call.call().params())) {
        Ok(params) => Ok((call, params)),
        Err(refusal) => Err(refused(call.into_call(), refusal)),
    }
}

fn refused(call: Call, refusal: Refusal) -> Refused {
    Refused { call: Box::new(call), refusal, sides: Sides::default(), ruling: None }
}

/// The parameters with which this client is asked.
fn put(caller: &Caller, ask: Ask, params: Option<&str>) -> Result<Option<Box<str>>, Refusal> {
    let url = ask == Ask::Elicitation
        && params.and_then(|params| walk::text(params, "mode")).as_deref() == Some("url");
    let able = if url { caller.can.follows_urls() } else { caller.can.be_asked(ask) };
    if !able {
        return Err(Refusal::ClientCannot);
    }
    if caller.revision.is_modern() {
        return Ok(params.map(Into::into));
    }
    let name = uuid::Uuid::now_v7().to_string();
    let params = bridge::ask_to_legacy(ask, params, caller.revision, &name)
        .map_err(|_| Refusal::ClientCannot)?;
    Ok(params.map(|params| params.into_owned().into()))
}

/// What a client answers, as a server of `revision` wants it; `None` if it has no words for it.
fn told(method: Method, body: &str, revision: Revision) -> Option<Cow<'_, str>> {
    match method.gate() {
        Gate::Ask(ask) if !revision.is_modern() => {
            bridge::response_to_legacy(ask, body, revision).ok()
        }
        _ => Some(body.into()),
    }
}

/// What a server is told when its revision has no words for what the client answers.
const UNTELLABLE: &str =
    r#"{"code":-32603,"message":"the client's answer has content that this revision does not"}"#;

/// What a server is told when the client does not answer.
fn no_answer(asking: &Asking) -> Answered {
    match asking.method {
        Method::Elicitation => Answered { result: true, body: r#"{"action":"cancel"}"#.into() },
        _ => Answered {
            result: false,
            body: r#"{"code":-32603,"message":"the client did not answer"}"#.into(),
        },
    }
}

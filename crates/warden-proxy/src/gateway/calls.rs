//! A judged request on its way through: routed, inspected, judged, recorded, sent, answered.

mod admitted;
mod exact;
mod foreseen;
mod held;
mod leased;
mod lost;
mod unshown;
mod words;

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use warden_mcp::{Method, Outcome, bridge, splice, splice::Edit, walk};
use warden_policy::Standing;

use held::NotYet;
use lost::{Lost, Stopping};
use words::{how, in_place_of, in_words_of, is_input_required, named, outbound, toward, visits};

use super::{
    Answer, Core,
    access::Parties,
    asked::Request,
    asks::Asking,
    caller::Caller,
    connection::LookError,
    meta,
    outlet::Outlet,
    route::Route,
    server::{Lease, News},
    state::{State, belonging},
    traces::{Ended as How, Span},
    upstream::{Exchange, LinkError, What},
};
use crate::{
    Batch, Refusal,
    call::{Call, Target, send},
    flights::InFlight,
    judge::{Ended, KeptBack},
    limits::Entered,
    notes::Whom,
};

/// How often a modern server may ask for more before it has to answer.
const MOST_ROUNDS: u32 = 16;

/// A request that was sent, and what its answer needs.
#[derive(Debug)]
pub(crate) struct Under {
    pub(crate) route: Route,
    pub(crate) whom: Whom,
    pub(crate) method: Method,
    pub(crate) flight: InFlight,
    pub(crate) exchange: Exchange,
    pub(crate) lease: Lease,
    /// It is under way as long as this is held.
    pub(crate) entered: Entered,
    /// The span of the request as it was sent.
    pub(crate) span: Span,
    /// The client's progress token.
    pub(crate) token: Option<Box<str>>,
    pub(crate) rounds: u32,
    pub(crate) deadline: Instant,
    pub(crate) last: Instant,
}

impl Core {
    /// Takes a judged request to its server and returns the answer.
    pub(crate) async fn call(&self, caller: &Caller, request: &Request, outlet: &Outlet) -> Answer {
        let params = request.params();
        let route = match self.route(caller, request.method, params).await {
            Ok(route) => route,
            Err(no) => return self.no_route(caller, request, no),
        };
        request.seen.goes_to(route.counted());
        match self.session(caller).await {
            Ok(session) => request.seen.belongs_to(session),
            Err(refusal) => return self.refuse(caller, request, &route, refusal),
        }
        let state = match self.continuation(caller, &route, request) {
            Ok(state) => state,
            Err(refusal) => return self.refuse(caller, request, &route, refusal),
        };
        let under = match state {
            Some(State::Parked(number)) => match self.states.unpark(&number) {
                Some(parked) => match self.resume(parked, caller, request).await {
                    Ok(under) => under,
                    Err(answer) => return answer,
                },
                None => return self.refuse(caller, request, &route, Refusal::BadState),
            },
            Some(State::Held(hold)) => {
                self.said(caller, request, &hold).await;
                // What the user has said is between him and us.
                match self.begin(caller, request, route, (held::OURS, outlet)).await {
                    Ok(under) => under,
                    Err(answer) => return answer,
                }
            }
            Some(State::Theirs(theirs)) => {
                let theirs = splice::text(&theirs);
                let edit = [("requestState", Edit::Set(&theirs))];
                match self.begin(caller, request, route, (&edit, outlet)).await {
                    Ok(under) => under,
                    Err(answer) => return answer,
                }
            }
            None => match self.begin(caller, request, route, (&[], outlet)).await {
                Ok(under) => under,
                Err(answer) => return answer,
            },
        };
        self.attend(caller, request, under, outlet).await
    }

    /// What this request continues, if it does.
    fn continuation(
        &self,
        caller: &Caller,
        route: &Route,
        request: &Request,
    ) -> Result<Option<State>, Refusal> {
        // Older revisions have no such parameter, so what a client calls like that is its own.
        let params = request.params().filter(|_| caller.revision.is_modern()).unwrap_or("{}");
        let Some(token) = walk::member(params, "requestState") else { return Ok(None) };
        let token = warden_mcp::frame::string(token).ok_or(Refusal::BadState)?;
        let name = &route.server.settings.name;
        let belongs = belonging(name, request.method.name(), params);
        let state = self.states.open(&token, &caller.principal, &belongs);
        state.map(Some).ok_or(Refusal::BadState)
    }

    /// Judges, records and sends a request. One that a person has to approve is asked about.
    async fn begin(
        &self,
        caller: &Caller,
        request: &Request,
        route: Route,
        (also, outlet): (&[(&str, Edit<'_>)], &Outlet),
    ) -> Result<Under, Answer> {
        let waiting = match self.go(caller, request, route, also).await {
            Ok(under) => return Ok(under),
            Err(NotYet::Answered(answer)) => return Err(answer),
            Err(NotYet::Waits(waiting)) => waiting,
        };
        // Nothing of the server is held while the user thinks, and what was looked at before is
        // looked at again. What happens seldom does not make the rest larger.
        let asking = self.ask_user(caller, request, waiting, (also.is_empty(), outlet));
        let route = Box::pin(asking).await?;
        let again = Box::pin(self.go(caller, request, route, also)).await;
        again.map_err(|not| match not {
            NotYet::Answered(answer) => answer,
            NotYet::Waits(waiting) => self.not_yet(caller, request, *waiting),
        })
    }

    /// Judges, records and sends a request.
    async fn go(
        &self,
        caller: &Caller,
        request: &Request,
        route: Route,
        also: &[(&str, Edit<'_>)],
    ) -> Result<Under, NotYet> {
        let server = std::sync::Arc::clone(&route.server);
        let bytes = request.params().map_or(0, str::len);
        let entered = match self.enter(caller, &server, &route.target, bytes).await {
            Ok(entered) => entered,
            Err(refusal) => return Err(self.refuse(caller, request, &route, refusal).into()),
        };
        let whom = caller.whom(&server);
        let between = Parties { caller, server: &server, whom: &whom };
        let past = request.seen.past();
        let params = named(request, &route, also);
        let mut call = Call::of_request(request, route.target.clone(), params);
        call.unchecked = entered.unchecked().into();
        let call = match self.foreseen(between, (request, &route), call, &past).await {
            Ok(call) => call,
            Err(not) => {
                entered.unspent();
                return Err(not.yet(route, whom));
            }
        };
        let (lease, entered) = self.leased(caller, request, &route, entered).await?;
        let revision = lease.connection.link.introduction().revision;
        let standing = request.seen.server(Box::pin(self.standing(&lease, &route))).await;
        let span = request.seen.child(&route.about(request.method, revision));
        let carried = span.carried();
        let params = call.call().params();
        let (params, token) = toward(caller, params, (&route, &lease), (also, &carried));
        let (call, now) = (call.enveloped(params), Instant::now());
        let admitted = self.admitted(between, (request, &route), (call, standing), &past).await;
        let pending = match admitted {
            Ok(pending) => pending,
            Err(not) => {
                entered.unspent();
                span.forget();
                return Err(not.yet(route, whom));
            }
        };
        // It says itself when it could not be stored.
        if let Some(seq) = pending.seq() {
            self.commit(seq).await;
        }
        let Ok(recorded) = server.judge.ledger.commit_one(pending) else {
            entered.unspent();
            span.forget();
            self.broken();
            return Err(refusal_answer(caller, request, &route, Refusal::CannotRecord).into());
        };
        let (params, _, recorded) = send(recorded);
        let flight = InFlight { call: recorded, since: now, past };
        let out = outbound(&server, &flight, params, &route.target).with_carried(carried);
        let deadlines = server.settings.deadlines;
        let quick = matches!(request.method, Method::Complete | Method::TasksGet);
        let deadline = now + if quick { deadlines.quick } else { deadlines.call };
        let sending = tokio::time::timeout_at(deadline.into(), lease.connection.link.send(out));
        match request.seen.server(sending).await {
            Ok(Ok(exchange)) => Ok(Under {
                method: request.method,
                last: now + deadlines.whole,
                rounds: 0,
                route,
                whom,
                flight,
                exchange,
                span,
                lease,
                entered,
                token,
                deadline,
            }),
            Ok(Err(error)) => {
                Err(self.lost(caller, request, (&route, flight, span), &Lost::Link(error)).into())
            }
            Err(_) => {
                let why = Lost::Link(LinkError::Timeout);
                Err(self.lost(caller, request, (&route, flight, span), &why).into())
            }
        }
    }

    /// How what a request names stands to what was approved.
    async fn standing(&self, lease: &Lease, route: &Route) -> Standing {
        let Target::Definition(kind, name) = &route.target else { return Standing::Approved };
        let (connection, server) = (&lease.connection, &route.server);
        if let Some(standing) = connection.standing(server, *kind, name) {
            return standing;
        }
        match connection.look(server, *kind, false).await {
            Ok(_) => connection.standing(server, *kind, name).unwrap_or_default(),
            Err(LookError::Link(error)) => {
                server.failed(error.code());
                Standing::CouldNotTell
            }
            Err(LookError::Silent | LookError::CannotRecord) => Standing::CouldNotTell,
        }
    }

    /// Follows a request that was sent until it is answered.
    async fn attend(
        &self,
        caller: &Caller,
        request: &Request,
        mut under: Under,
        outlet: &Outlet,
    ) -> Answer {
        let stopping = Stopping { core: self, caller };
        loop {
            let received = match request.seen.server(under.next(&stopping)).await {
                Ok(received) => received,
                Err(why) => {
                    let lost = (&under.route, under.flight, under.span);
                    return self.lost(caller, request, lost, &why);
                }
            };
            match received.what() {
                What::Notification { method, params } => {
                    if *method == Method::Progress {
                        let more = Instant::now() + under.route.server.settings.deadlines.call;
                        under.deadline = more.min(under.last);
                    }
                    let params = params.as_ref().map(|params| received.part(params));
                    if let Some(news @ News::Task { .. }) = News::of(*method, params) {
                        under.route.server.hear(&under.lease.connection, news);
                        continue;
                    }
                    let Ok(params) = self.heard(&under, (*method, params)) else {
                        continue;
                    };
                    if self.keep(request).await.is_err() {
                        continue;
                    }
                    let (params, token) = (params.as_deref(), under.token.as_deref());
                    if let Some(line) = meta::toward_client(caller, *method, params, token)
                        && outlet.send(line).await.is_err()
                    {
                        return Answer::none();
                    }
                }
                What::Request { id, method, params } => {
                    let asking = Asking {
                        id: received.part(id).into(),
                        method: *method,
                        params: params.as_ref().map(|params| received.part(params).into()),
                    };
                    // What happens seldom does not make the rest larger.
                    let asked = self.asked(caller, request, under, (asking, outlet));
                    match Box::pin(asked).await {
                        Ok(still) => under = still,
                        Err(answer) => return answer,
                    }
                }
                What::Result { result, .. } => {
                    let result = received.part(result);
                    let more = is_input_required(result) && !caller.revision.is_modern();
                    if !more {
                        let outcome = Outcome::Result(result);
                        return self.finish(caller, request, under, outcome).await;
                    }
                    let round = self.another_round(caller, request, under, (result, outlet));
                    match Box::pin(round).await {
                        Ok(still) => under = still,
                        Err(answer) => return answer,
                    }
                }
                What::Error { error, .. } => {
                    let outcome = Outcome::Error(received.part(error));
                    return self.finish(caller, request, under, outcome).await;
                }
            }
        }
    }

    /// What a notification says, as it may be passed on.
    fn heard<'a>(
        &self,
        under: &Under,
        said: (Method, Option<&'a str>),
    ) -> Result<Option<Cow<'a, str>>, KeptBack> {
        let mut batch = Batch::default();
        let judge = &under.route.server.judge;
        let before = (&*under.flight.past, under.flight.call.subject().veil.as_deref());
        let passed = judge.heard(said, before, &under.whom, &mut batch);
        for alarm in batch.alarms.drain(..) {
            (self.tell)(&alarm);
        }
        // What cannot be recorded does not pass.
        if self.store_now(&batch) { passed } else { Err(KeptBack) }
    }

    /// A modern server wants more of a legacy client: it is asked, and the request is sent again
    /// with what it says.
    async fn another_round(
        &self,
        caller: &Caller,
        request: &Request,
        under: Under,
        (result, outlet): (&str, &Outlet),
    ) -> Result<Under, Answer> {
        let rounds = under.rounds + 1;
        let server = std::sync::Arc::clone(&under.route.server);
        let mut batch = Batch::default();
        let answered = server.judge.answered(
            under.flight,
            Outcome::Result(result),
            Instant::now(),
            &mut batch,
        );
        let stored = self.store(batch).await;
        let mut passed = None;
        let refusal = match answered {
            _ if !stored => Some(Refusal::CannotRecord),
            Ended::Passed(_) if rounds > MOST_ROUNDS => Some(Refusal::TooMany),
            Ended::Passed(changed) => {
                passed = changed;
                None
            }
            Ended::Stopped(refusal) => Some(refusal),
            Ended::Unrecorded => Some(Refusal::CannotRecord),
        };
        if let Some(refusal) = refusal {
            return Err(refusal_answer(caller, request, &under.route, refusal));
        }
        if let Err(refusal) = self.keep(request).await {
            return Err(refusal_answer(caller, request, &under.route, refusal));
        }
        let result = passed.as_deref().unwrap_or(result);
        under.span.end(How::Well);
        let past = request.seen.past();
        let asked = self.ask_all(caller, (&under.route, &past), result, outlet);
        let responses = request.seen.client(asked).await;
        let responses =
            responses.map_err(|refusal| refusal_answer(caller, request, &under.route, refusal))?;
        drop((under.exchange, under.lease));
        let state = walk::member(result, "requestState");
        let mut also = vec![("inputResponses", Edit::Set(&responses))];
        also.extend(state.map(|state| ("requestState", Edit::Set(state))));
        let mut again = self.begin(caller, request, under.route, (&also, outlet)).await?;
        again.rounds = rounds;
        Ok(again)
    }

    /// Inspects and records an answer, and puts it into the client's words.
    async fn finish(
        &self,
        caller: &Caller,
        request: &Request,
        under: Under,
        outcome: Outcome<'_>,
    ) -> Answer {
        let Under { route, flight, method, lease, span, entered, .. } = under;
        let server = &route.server;
        server.fared_well();
        let server_is_modern = lease.connection.link.introduction().revision.is_modern();
        drop(lease);
        let (Outcome::Result(said) | Outcome::Error(said)) = outcome;
        entered.leave(said.len() as u64);
        let how = how(method, outcome);
        span.end(how);
        let mut batch = Batch::default();
        let ended = server.judge.answered(flight, outcome, Instant::now(), &mut batch);
        if !self.store(batch).await {
            return refusal_answer(caller, request, &route, Refusal::CannotRecord);
        }
        let changed = match ended {
            Ended::Passed(changed) => changed,
            Ended::Stopped(refusal) => return stopped(caller, request, &route, refusal),
            Ended::Unrecorded => {
                return refusal_answer(caller, request, &route, Refusal::CannotRecord);
            }
        };
        if let Err(refusal) = self.keep(request).await {
            return stopped(caller, request, &route, refusal);
        }
        match changed.as_deref().map_or(outcome, |changed| in_place_of(outcome, changed)) {
            Outcome::Error(error) => {
                if let Some(result) = visits(caller, error) {
                    return Answer::result(splice::answer(request.id(), &result));
                }
                let error = bridge::error_for(method, error, caller.revision);
                Answer::error(request.id(), &error)
            }
            Outcome::Result(result) => {
                let result = self.rewritten(caller, request, &route, result);
                let result = in_words_of(caller, method, &result, server_is_modern);
                let Ok(result) = result else {
                    let refusal = Refusal::Upstream("cannot-be-translated");
                    return refusal_answer(caller, request, &route, refusal);
                };
                let body = splice::answer(request.id(), &result);
                if how == How::ToolFailed {
                    Answer::tool_failed(body)
                } else {
                    Answer::result(body)
                }
            }
        }
    }

    /// A result with what the client will bring back sealed: request states and names of tasks.
    fn rewritten<'a>(
        &self,
        caller: &Caller,
        request: &Request,
        route: &Route,
        result: &'a str,
    ) -> Cow<'a, str> {
        let name = &route.server.settings.name;
        let theirs = walk::text(result, "requestState").filter(|_| is_input_required(result));
        if let Some(theirs) = theirs {
            let params = request.params().unwrap_or("{}");
            let belongs = belonging(name, request.method.name(), params);
            let state = State::Theirs((*theirs).into());
            let token = self.states.seal(&state, &caller.principal, &belongs);
            // A state that could not be sealed is one that will not be taken back.
            let token = splice::text(&token.unwrap_or_default());
            return splice::object(Some(result), &[("requestState", Edit::Set(&token))]).into();
        }
        let seal = |task: &str| {
            // A task that was asked about keeps the name by which it was asked.
            if let (Some(public), Target::Task(own)) = (&route.public, &route.target)
                && own == task
            {
                return splice::text(public);
            }
            let sealed = self.states.seal_task(name, task, &caller.principal);
            splice::text(&sealed.unwrap_or_default())
        };
        if let Some(task) = walk::text(result, "taskId") {
            return splice::object(Some(result), &[("taskId", Edit::Set(&seal(&task)))]).into();
        }
        let inner = walk::member(result, "task");
        if let Some(task) = inner.and_then(|inner| walk::text(inner, "taskId")) {
            let edit = [("taskId", Edit::Set(&seal(&task)))];
            return splice::nested(Some(result), "task", &edit).into();
        }
        result.into()
    }
}

/// The answer of somebody who is refused.
pub(crate) fn refusal_answer(
    caller: &Caller,
    request: &Request,
    route: &Route,
    refusal: Refusal,
) -> Answer {
    let what = match (&route.public, &route.target) {
        (Some(public), Target::Definition(kind, _)) => format!("{} {public}", kind.name()),
        (_, target) => target.words(),
    };
    Answer::refusal(caller.revision, request.id(), refusal, (&what, &route.server.settings.name))
}

fn stopped(caller: &Caller, request: &Request, route: &Route, refusal: Refusal) -> Answer {
    let what = format!("the answer of {}", route.target.words());
    Answer::refusal(caller.revision, request.id(), refusal, (&what, &route.server.settings.name))
}

/// How long a question to a client may take.
pub(crate) fn patience(core: &Core) -> Duration {
    core.settings.state_life
}

//! A judged request on its way through: routed, inspected, judged, recorded, sent, answered.

mod lost;

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use warden_mcp::{Gate, Method, Outcome, bridge, reply, splice, splice::Edit, walk};
use warden_policy::Standing;

use lost::Lost;

use super::{
    Answer, Core,
    asked::Request,
    asks::Asking,
    caller::Caller,
    connection::LookError,
    meta,
    outlet::Outlet,
    route::{self, Route},
    server::{Lease, News, Server},
    state::{State, belonging},
    traces::{Carried, Ended as How, Span},
    upstream::{Exchange, LinkError, Outbound, What},
};
use crate::{
    Batch, Refusal,
    call::{Call, Target, send},
    flights::InFlight,
    judge::{Ended, KeptBack},
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
            Some(State::Theirs(theirs)) => {
                let theirs = splice::text(&theirs);
                let edit = [("requestState", Edit::Set(&theirs))];
                match self.begin(caller, request, route, &edit).await {
                    Ok(under) => under,
                    Err(answer) => return answer,
                }
            }
            None => match self.begin(caller, request, route, &[]).await {
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

    /// Judges, records and sends a request.
    async fn begin(
        &self,
        caller: &Caller,
        request: &Request,
        route: Route,
        also: &[(&str, Edit<'_>)],
    ) -> Result<Under, Answer> {
        let server = std::sync::Arc::clone(&route.server);
        let key = server.key(&caller.principal, caller.session_name(), caller.can);
        let lease = match server.take_now(&key) {
            Some(lease) => lease,
            None => match request.seen.server(server.lease(&key)).await {
                Ok(lease) => lease,
                Err(away) => {
                    let refusal = Refusal::Upstream(away.code());
                    return Err(self.refuse(caller, request, &route, refusal));
                }
            },
        };
        let revision = lease.connection.link.introduction().revision;
        request.seen.meets(revision.era());
        if let Some(level) = caller.level() {
            let quick = server.settings.deadlines.quick;
            let wanted = tokio::time::timeout(quick, lease.connection.want_level(level));
            // One that does not say whether it will is as loud as it likes.
            request.seen.server(wanted).await.ok();
        }
        let standing = request.seen.server(self.standing(&lease, &route)).await;
        let span = request.seen.child(&route.about(request.method, revision));
        let carried = span.carried();
        let (params, token) = toward(caller, request, (&route, &lease), (also, &carried));
        let whom = caller.whom(&server);
        let call = Call::of_request(request, route.target.clone(), params);
        let now = Instant::now();
        let past = self.past(caller);
        let sent = self
            .inspect(call, &server, &past)
            .and_then(|call| server.judge.admit(call, standing, &whom));
        let pending = match sent {
            Ok(pending) => pending,
            Err(refused) => {
                span.forget();
                return Err(self.refused(caller, request, &route, (&whom, &refused)));
            }
        };
        // It says itself when it could not be stored.
        if let Some(seq) = pending.seq() {
            self.commit(seq).await;
        }
        let Ok(recorded) = server.judge.ledger.commit_one(pending) else {
            span.forget();
            self.broken();
            return Err(refusal_answer(caller, request, &route, Refusal::CannotRecord));
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
                token,
                deadline,
            }),
            Ok(Err(error)) => {
                Err(self.lost(caller, request, (&route, flight, span), &Lost::Link(error)))
            }
            Err(_) => {
                let why = Lost::Link(LinkError::Timeout);
                Err(self.lost(caller, request, (&route, flight, span), &why))
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
        loop {
            let received = match request.seen.server(under.next()).await {
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
                    let Ok(params) = self.heard(caller, &under, (*method, params)) else {
                        continue;
                    };
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
        caller: &Caller,
        under: &Under,
        said: (Method, Option<&'a str>),
    ) -> Result<Option<Cow<'a, str>>, KeptBack> {
        let mut batch = Batch::default();
        let judge = &under.route.server.judge;
        let passed = judge.heard(said, &self.past(caller), &under.whom, &mut batch);
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
        let result = passed.as_deref().unwrap_or(result);
        under.span.end(How::Well);
        let asked = self.ask_all(caller, &under.route, result, outlet);
        let responses = request.seen.client(asked).await;
        let responses =
            responses.map_err(|refusal| refusal_answer(caller, request, &under.route, refusal))?;
        drop((under.exchange, under.lease));
        let state = walk::member(result, "requestState");
        let mut also = vec![("inputResponses", Edit::Set(&responses))];
        also.extend(state.map(|state| ("requestState", Edit::Set(state))));
        let mut again = self.begin(caller, request, under.route, &also).await?;
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
        let Under { route, flight, method, lease, span, .. } = under;
        let server = &route.server;
        server.fared_well();
        let server_is_modern = lease.connection.link.introduction().revision.is_modern();
        drop(lease);
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

/// An outcome of the same sort.
const fn in_place_of<'a>(outcome: Outcome<'_>, changed: &'a str) -> Outcome<'a> {
    match outcome {
        Outcome::Error(_) => Outcome::Error(changed),
        Outcome::Result(_) => Outcome::Result(changed),
    }
}

/// A result as the client's revision has it.
fn in_words_of<'a>(
    caller: &Caller,
    method: Method,
    result: &'a str,
    server_is_modern: bool,
) -> Result<Cow<'a, str>, bridge::Untranslatable> {
    if !caller.revision.is_modern() {
        return bridge::result_to_legacy(method, result, caller.revision);
    }
    if server_is_modern && bridge::result_type(result).is_some() {
        return Ok(result.into());
    }
    // What a server does not say of how long it holds, holds for no time.
    let cache = bridge::Cache { ttl_ms: 0, scope: bridge::Scope::Private };
    Ok(bridge::result_to_modern(method, result, cache))
}

/// How a server has answered.
fn how(method: Method, outcome: Outcome<'_>) -> How {
    match outcome {
        Outcome::Error(error) => {
            let code = walk::member(error, "code").and_then(|code| code.parse().ok());
            How::Error(code.unwrap_or(reply::INTERNAL_ERROR))
        }
        // Looking for the word first is cheap, and it is seldom there.
        Outcome::Result(result)
            if method == Method::ToolsCall
                && memchr::memmem::find(result.as_bytes(), b"\"isError\"").is_some()
                && walk::member(result, "isError") == Some("true") =>
        {
            How::ToolFailed
        }
        Outcome::Result(_) => How::Well,
    }
}

/// The request as it goes out, with the headers that repeat its arguments.
fn outbound(server: &Server, flight: &InFlight, params: Box<[u8]>, target: &Target) -> Outbound {
    let method = flight.call.subject().method;
    // It was verified as text, and only text was put into it.
    let params: Box<str> = String::from_utf8(params.into_vec()).unwrap_or_default().into();
    let arguments = walk::member(&params, "arguments");
    let mirrored = server.mirrored.get(own_name(target));
    // One that cannot be written is missed by the server, which says so.
    let headers = mirrored.and_then(|mirrored| mirrored.headers(arguments).ok());
    let out = Outbound::judged(&flight.call, method, params);
    match headers {
        Some(headers) => out.with_headers(headers),
        None => out,
    }
}

/// The addresses that have to be visited before a request is made again, which a server of
/// 2025-11-25 names in an error, as a modern client is asked for that. The server needs nothing
/// but the same request once more, so no state goes with it.
fn visits(caller: &Caller, error: &str) -> Option<String> {
    if !caller.revision.is_modern() || !caller.can.follows_urls() {
        return None;
    }
    let params: Vec<_> = bridge::url_elicitations(error)
        .take(bridge::MOST_INPUTS)
        .enumerate()
        .map(|(at, params)| {
            let params = splice::object(Some(params), &[("elicitationId", Edit::Gone)]);
            (format!("visit-{at}"), params)
        })
        .collect();
    let asks = params.iter().map(|(key, params)| (&**key, Method::Elicitation, Some(&**params)));
    (!params.is_empty()).then(|| bridge::input_required(asks, None))
}

/// Whether a modern server wants to know more before it answers.
fn is_input_required(result: &str) -> bool {
    bridge::result_type(result).as_deref() == Some("input_required")
}

fn own_name(target: &Target) -> &str {
    match target {
        Target::Definition(_, name) => name,
        Target::Resource(_) | Target::Task(_) | Target::Ask(_) => "",
    }
}

/// The parameters for the server, and the client's progress token.
fn toward(
    caller: &Caller,
    request: &Request,
    (route, lease): (&Route, &Lease),
    (also, carried): (&[(&str, Edit<'_>)], &Carried),
) -> (String, Option<Box<str>>) {
    let params = request.params();
    let own = match (&route.public, &route.target) {
        (None, _) | (_, Target::Resource(_) | Target::Ask(_)) => None,
        (Some(_), Target::Definition(_, own) | Target::Task(own)) => Some(own),
    };
    let mut edits: Vec<(&str, Edit<'_>)> = Vec::with_capacity(1 + also.len());
    let value;
    if let (Some(own), Gate::Judge(named)) = (own, request.method.gate()) {
        value = match named {
            warden_mcp::Named::Reference => route::reference(params, own),
            _ => splice::text(own),
        };
        edits.push((route::naming(named), Edit::Set(&value)));
    }
    edits.extend(also.iter().map(|(name, edit)| (*name, *edit)));
    let link = &lease.connection.link;
    // What belongs to rounds is only between two who have them.
    let rounds = caller.revision.is_modern() && link.introduction().revision.is_modern();
    for name in ["inputResponses", "requestState"] {
        let written = params.is_some_and(|params| walk::member(params, name).is_some());
        if !rounds && written && !also.iter().any(|(other, _)| *other == name) {
            edits.push((name, Edit::Gone));
        }
    }
    let toward = meta::toward(caller, &route.server, link, params, (&edits, carried));
    (toward.params, toward.token)
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

//! What becomes of each method.

use std::sync::Arc;

use warden_mcp::{Gate, Method, bridge::Level, reply, splice, walk};
use warden_policy::{access::Principal, stop::Mode};

use super::{
    Answer, Core,
    asked::{Notification, Request, Response},
    caller::Caller,
    denials::Take,
    metrics::Transport,
    outlet::Outlet,
    route::{NoRoute, Route},
    seen::{self, UnderWay},
    session::Answered,
};
use crate::{
    Batch, Refusal,
    call::Call,
    judge::Refused,
    notes::{Protocol, Sides, Whom},
};

impl Core {
    /// Deals with a request, and returns its answer.
    pub(crate) async fn request(
        self: &Arc<Self>,
        caller: &Caller,
        request: &Request,
        outlet: &Outlet,
    ) -> Answer {
        let mut under_way = UnderWay::new(self, caller, request, outlet.transport());
        let answer = tokio::select! {
            biased;
            answer = self.dispatch(caller, request, outlet) => answer,
            // In a box, since it seldom has anything to do.
            why = Box::pin(caller.stay.watch()) => self.left(caller, request, why),
        };
        under_way.ended = answer.ended;
        answer
    }

    async fn dispatch(
        self: &Arc<Self>,
        caller: &Caller,
        request: &Request,
        outlet: &Outlet,
    ) -> Answer {
        let method = request.method;
        if !method.in_revision(caller.revision) {
            return self.unknown(caller, request.id(), method.name());
        }
        // What takes long is in boxes: a subscription lasts, and would have room for a call.
        match method {
            Method::Initialize | Method::Discover => {
                Box::pin(self.introduce(caller, request)).await
            }
            Method::Ping => Answer::result(splice::answer(request.id(), "{}")),
            Method::SetLevel => self.set_level(caller, request),
            Method::ResourcesSubscribe => Box::pin(self.subscribe(caller, request)).await,
            Method::ResourcesUnsubscribe => Box::pin(self.unsubscribe(caller, request)).await,
            Method::SubscriptionsListen if self.stops.revokes(&caller.who) => {
                let refusal = Refusal::Stopped(Mode::Revoke);
                self.record_dropped(caller, refusal, Some(method.name()));
                Answer::refusal(caller.revision, request.id(), refusal, ("the subscription", ""))
            }
            Method::SubscriptionsListen => Box::pin(self.listen(caller, request, outlet)).await,
            Method::TasksList => Answer::result(splice::answer(request.id(), r#"{"tasks":[]}"#)),
            _ => match method.gate() {
                Gate::Filter(kind) => Box::pin(self.list(caller, request, kind)).await,
                Gate::Judge(_) => Box::pin(self.call(caller, request, outlet)).await,
                Gate::Open | Gate::Introduce | Gate::Ask(_) | Gate::Changed(_) => {
                    self.unknown(caller, request.id(), method.name())
                }
            },
        }
    }

    fn set_level(&self, caller: &Caller, request: &Request) -> Answer {
        let level = request.params().and_then(|params| walk::text(params, "level"));
        match (level.and_then(|level| Level::parse(&level)), &caller.session) {
            (Some(level), Some(session)) => {
                session.set_level(level);
                self.spread_level(caller, level);
                Answer::result(splice::answer(request.id(), "{}"))
            }
            _ => Answer::ours(
                request.id(),
                reply::INVALID_PARAMS,
                "`level` is not a level of RFC 5424",
                "bad-level",
            ),
        }
    }

    /// Tells the servers of this caller how much they should say. What is too much for others
    /// who share a connection is kept from them.
    fn spread_level(&self, caller: &Caller, level: Level) {
        for server in caller.view.servers.iter().filter_map(|at| self.servers.get(*at)) {
            let key = caller.key(server);
            let Some(connection) = server.open_connection(&key) else { continue };
            tokio::spawn(async move { connection.want_level(level).await });
        }
    }

    /// Deals with a notification of a client.
    pub(crate) fn notification(&self, caller: &Caller, notification: &Notification) {
        if !notification.method.in_revision(caller.revision) {
            self.tell_dropped(caller, Refusal::UnknownMethod, Some(notification.method.name()));
        }
        // `cancelled` is the front's, which knows what is under way; roots are asked for anew
        // whenever a server wants them; `initialized` and `progress` change nothing here.
    }

    /// Deals with an answer of a client. Returns whether somebody had asked.
    pub(crate) fn response(&self, caller: &Caller, response: &Response) -> bool {
        let answered = Answered { result: response.result, body: response.body().into() };
        let taken = caller
            .session
            .as_ref()
            .is_some_and(|session| session.answered(&response.key, answered));
        if !taken {
            self.tell_dropped(caller, Refusal::NotAsked, None);
        }
        taken
    }

    /// Counts and records a message of a client that is about no server in particular.
    pub(crate) fn tell_dropped(&self, caller: &Caller, refusal: Refusal, method: Option<&str>) {
        self.metrics.refused(refusal.code());
        self.record_dropped(caller, refusal, method);
    }

    /// Records that somebody was not let in. What was shown is not in it.
    pub(crate) fn tell_denied(&self, why: crate::identity::Reason) {
        match self.denials.take(self.now()) {
            Take::Record => {}
            Take::First => {
                return (self.tell)("so many are not let in that they are only counted for now");
            }
            Take::Count => return,
        }
        let whom = Whom::default();
        let mut batch = Batch::default();
        batch.after(self.ledger.append(whom.dropped(Refusal::NotLetIn(why), None, b"")).ok());
        self.store_now(&batch);
    }

    /// Records that somebody may not stay in whom we had let in: by `method` was what has ended.
    pub(crate) fn tell_left(&self, who: &Principal, refusal: Refusal, method: &str) {
        let whom = Whom {
            agent: Some(Arc::clone(&who.agent)),
            user: who.user.clone(),
            session: Some(who.session.text()),
            ..Whom::default()
        };
        let mut batch = Batch::default();
        batch.after(self.ledger.append(whom.dropped(refusal, Some(method), b"")).ok());
        self.store_now(&batch);
    }

    /// Ends a request of somebody who may not stay in.
    fn left(&self, caller: &Caller, request: &Request, why: crate::identity::Reason) -> Answer {
        // A call ends for the same reason whether it heard first of the stop or of who has to leave.
        let is_call = request.method.may_ask_for_input();
        let refusal = if is_call && self.stops.revokes(&caller.who) {
            Refusal::Stopped(Mode::Revoke)
        } else {
            Refusal::NotLetIn(why)
        };
        self.tell_left(&caller.who, refusal, request.method.name());
        let about = (request.method.name(), "");
        Answer::refusal(caller.revision, request.id(), refusal, about)
    }

    fn record_dropped(&self, caller: &Caller, refusal: Refusal, method: Option<&str>) {
        let whom = Whom {
            agent: Some(Arc::clone(&caller.principal)),
            session: caller.session_name().cloned(),
            client: caller.client.clone(),
            ..Whom::default()
        };
        let mut batch = Batch::default();
        batch.after(self.ledger.append(whom.dropped(refusal, method, b"")).ok());
        self.store_now(&batch);
    }

    /// There is no such method.
    pub(crate) fn unknown(&self, caller: &Caller, id: &str, method: &str) -> Answer {
        let refusal = Refusal::UnknownMethod;
        self.record_dropped(caller, refusal, Some(method));
        Answer::refusal(caller.revision, id, refusal, (method, ""))
    }

    /// A request of a method that nobody knows.
    pub(crate) fn unheard_of(
        &self,
        caller: &Caller,
        (id, method): (&str, &str),
        transport: Transport,
    ) -> Answer {
        let answer = self.unknown(caller, id, method);
        seen::unknown(self, caller, transport, answer.ended);
        answer
    }

    /// Records a request that leads nowhere, and answers it.
    pub(crate) fn no_route(&self, caller: &Caller, request: &Request, no: NoRoute) -> Answer {
        let NoRoute { refusal, target } = no;
        let Some(target) = target else {
            self.record_dropped(caller, refusal, Some(request.method.name()));
            return Answer::refusal(caller.revision, request.id(), refusal, ("it", ""));
        };
        let what = target.words();
        let whom = Whom {
            agent: Some(Arc::clone(&caller.principal)),
            session: caller.session_name().cloned(),
            client: caller.client.clone(),
            protocol: Some(Protocol::Known(caller.revision.name())),
            ..Whom::default()
        };
        let call = Call::of_request(request, target, String::new());
        let record =
            whom.refused(warden_audit::Event::CallRefused, &call, refusal, Sides::default());
        let mut batch = Batch::default();
        batch.after(self.ledger.append(record).ok());
        self.store_now(&batch);
        Answer::refusal(caller.revision, request.id(), refusal, (&what, ""))
    }

    /// Records that a request is refused, and answers it.
    pub(crate) fn refuse(
        &self,
        caller: &Caller,
        request: &Request,
        route: &Route,
        refusal: Refusal,
    ) -> Answer {
        let whom = caller.whom(&route.server);
        let call = Box::new(Call::of_request(request, route.target.clone(), String::new()));
        let refused = Refused { call, refusal, sides: Sides::default(), ruling: None };
        self.refused(caller, request, route, (&whom, &refused))
    }
}

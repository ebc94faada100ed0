//! Listening to resources and lists, in the way of either era.

use std::sync::{Arc, Weak, atomic::Ordering};

use warden_mcp::{Method, bridge, reply, splice, walk};
use warden_model::DefinitionKind;
use warden_policy::Standing;

use super::{
    Answer, Core,
    access::Parties,
    asked::Request,
    caller::Caller,
    connection::Connection,
    hub::{Filter, Listener},
    outlet::Outlet,
    route::Route,
    server::{Lease, News, Server},
    upstream::{LinkError, Outbound, What},
};
use crate::{
    Batch, Refusal,
    call::{Call, Target, send},
    judge::NotAdmitted,
};

/// The most resources that one subscription names.
const MOST_URIS: usize = 1024;

impl Core {
    /// `resources/subscribe` of a legacy client.
    pub(crate) async fn subscribe(&self, caller: &Caller, request: &Request) -> Answer {
        let route = match self.route(caller, request.method, request.params()).await {
            Ok(route) => route,
            Err(no) => return self.no_route(caller, request, no),
        };
        let Target::Resource(uri) = route.target.clone() else {
            return self.refuse(caller, request, &route, Refusal::NoName);
        };
        let Some(session) = caller.session.as_ref().filter(|session| session.subscribe(&uri))
        else {
            return self.refuse(caller, request, &route, Refusal::TooMany);
        };
        match self.follow(caller, request, &route, &uri).await {
            Ok(()) => Answer::result(splice::answer(request.id(), "{}")),
            Err(answer) => {
                session.unsubscribe(&uri);
                answer
            }
        }
    }

    /// `resources/unsubscribe` of a legacy client.
    pub(crate) async fn unsubscribe(&self, caller: &Caller, request: &Request) -> Answer {
        let uri = request.params().and_then(|params| walk::text(params, "uri"));
        let (Some(uri), Some(session)) = (uri, &caller.session) else {
            return Answer::ours(
                request.id(),
                reply::INVALID_PARAMS,
                "`uri` is missing",
                "no-name",
            );
        };
        session.unsubscribe(&uri);
        self.unfollow(caller, &uri).await;
        Answer::result(splice::answer(request.id(), "{}"))
    }

    /// Tells the servers that nobody wants to know of a resource any more, if that is so.
    async fn unfollow(&self, caller: &Caller, uri: &str) {
        let wanted = self.hub.wants(uri)
            || self.sessions.all().iter().any(|session| session.subscribed(uri));
        if wanted {
            return;
        }
        let params: Box<str> = format!(r#"{{"uri":{}}}"#, splice::text(uri)).into();
        for server in caller.view.servers.iter().filter_map(|at| self.servers.get(*at)) {
            let key = caller.key(server);
            let Some(connection) = server.open_connection(&key) else { continue };
            if !connection.forget(uri) {
                continue;
            }
            let out = Outbound::plain(Method::ResourcesUnsubscribe, Some(params.clone()));
            let Some(out) = out.filter(|_| !connection.link.introduction().revision.is_modern())
            else {
                continue;
            };
            // Should it go on telling us, nobody hears it.
            if let Ok(mut exchange) = connection.link.send(out).await {
                let quick = server.settings.deadlines.quick;
                tokio::time::timeout(quick, exchange.next()).await.ok();
            }
        }
    }

    /// Judges and records that somebody wants to be told of a resource or a task, which its server
    /// calls `uri`, and asks the server.
    async fn follow(
        &self,
        caller: &Caller,
        request: &Request,
        route: &Route,
        uri: &str,
    ) -> Result<(), Answer> {
        let server = &route.server;
        match self.session(caller).await {
            Ok(session) => request.seen.belongs_to(session),
            Err(refusal) => return Err(self.refuse(caller, request, route, refusal)),
        }
        if let Some(stop) = self.stopped(caller, server, &route.target) {
            return Err(self.refuse(caller, request, route, Refusal::Stopped(stop.mode)));
        }
        let whom = caller.whom(server);
        let past = request.seen.past();
        let between = Parties { caller, server, whom: &whom };
        if server.settings.credentials.is_some() {
            // Before the server is shown anything.
            let params = format!(r#"{{"uri":{}}}"#, splice::text(uri));
            let early = Call::of_request(request, route.target.clone(), params);
            self.inspect(early, server, &past)
                .and_then(|call| self.foresee(between, call, &past).map_err(NotAdmitted::refused))
                .map_err(|refused| self.refused(caller, request, route, (&whom, &refused)))?;
        }
        let key = caller.key(server);
        let leased = request.seen.server(server.lease(&key)).await;
        let lease = leased
            .map_err(|away| self.refuse(caller, request, route, Refusal::Upstream(away.code())))?;
        let revision = lease.connection.link.introduction().revision;
        request.seen.goes_to(route.counted());
        request.seen.meets(revision.era());
        let modern = revision.is_modern();
        let task = matches!(route.target, Target::Task(_));
        let (method, params) = watching(&lease, uri, (modern, task));
        let mut call = Call::of_request(request, route.target.clone(), params);
        call.method = method;
        let pending = self
            .inspect(call, server, &past)
            .and_then(|call| self.admit_now(between, (call, Standing::Approved), &past))
            .map_err(|refused| self.refused(caller, request, route, (&whom, &refused)))?;
        let stored = self.metrics.timed(|| server.judge.ledger.commit_one(pending).map_err(drop));
        let recorded = stored.map_err(|()| {
            self.broken();
            super::calls::refusal_answer(caller, request, route, Refusal::CannotRecord)
        })?;
        let (params, _, recorded) = send(recorded);
        let params: Box<str> = String::from_utf8(params.into_vec()).unwrap_or_default().into();
        // A legacy server says of tasks what it says, unasked.
        let asked = if (modern || !task) && lease.connection.follow(uri) {
            let out = Outbound::judged(&recorded, method, params);
            if modern {
                hold(&lease.connection, &lease.server, out);
                Ok(())
            } else {
                request.seen.server(watch_resource(&lease, out)).await
            }
        } else {
            Ok(())
        };
        let outcome = if asked.is_ok() {
            warden_audit::Outcome::Success
        } else {
            lease.connection.forget(uri);
            warden_audit::Outcome::Failure
        };
        let mut batch = Batch::default();
        crate::judge::close(recorded, warden_audit::Ending::of(outcome), &mut batch);
        self.store_now(&batch);
        asked.map_err(|error| {
            let code = match &error {
                Unheard::Link(error) => error.code(),
                Unheard::Refused(raw) => {
                    let Some(error) = self.veiled_error((caller, route), raw) else {
                        let refusal = Refusal::Masked;
                        return super::calls::refusal_answer(caller, request, route, refusal);
                    };
                    let error = bridge::error_for(method, &error, caller.revision);
                    return Answer::error(request.id(), &error);
                }
            };
            let refusal = Refusal::Upstream(code);
            super::calls::refusal_answer(caller, request, route, refusal)
        })
    }

    /// `subscriptions/listen` of a modern client: goes on until the client goes, or we do.
    pub(crate) async fn listen(
        self: &Arc<Self>,
        caller: &Caller,
        request: &Request,
        outlet: &Outlet,
    ) -> Answer {
        let Some(filter) = read_filter(request.params()) else {
            let message = "`notifications` says nothing that can be listened to";
            return Answer::ours(request.id(), reply::INVALID_PARAMS, message, "bad-filter");
        };
        for uri in &filter.uris {
            let named = format!(r#"{{"uri":{}}}"#, splice::text(uri));
            let route = self.route(caller, Method::ResourcesSubscribe, Some(&named)).await;
            let route = match route {
                Ok(route) => route,
                Err(no) => return self.no_route(caller, request, no),
            };
            // In boxes, since this is over long before the subscription is.
            if let Err(answer) = Box::pin(self.follow(caller, request, &route, uri)).await {
                return answer;
            }
        }
        for task in &filter.tasks {
            let named = format!(r#"{{"taskId":{}}}"#, splice::text(task));
            let route = match self.route(caller, Method::TasksGet, Some(&named)).await {
                Ok(route) => route,
                Err(no) => return self.no_route(caller, request, no),
            };
            let Target::Task(own) = route.target.clone() else { continue };
            if let Err(answer) = Box::pin(self.follow(caller, request, &route, &own)).await {
                return answer;
            }
        }
        request.seen.server(Box::pin(self.wake(caller, &filter))).await;
        let listener = Listener {
            principal: Arc::clone(&caller.principal),
            view: Arc::clone(&caller.view),
            filter,
            id: request.id().into(),
            outlet: outlet.clone(),
            end: tokio::sync::Notify::new(),
        };
        let Some(place) = self.hub.join(listener) else {
            let about = ("the subscription", "");
            return Answer::refusal(caller.revision, request.id(), Refusal::TooMany, about);
        };
        let listener = &place.listener;
        let method = Method::SubscriptionsAcknowledged;
        let granted = format!(r#"{{"notifications":{}}}"#, written(&listener.filter));
        if outlet.send(listener.notification(method, Some(&granted))).await.is_err() {
            return Answer::none();
        }
        let resting = Resting::new(self);
        request.seen.client(listener.end.notified()).await;
        drop(resting);
        let result = format!(
            r#"{{"resultType":"complete","_meta":{{"{}":{}}}}}"#,
            super::meta::SUBSCRIPTION,
            request.id()
        );
        Answer::result(splice::answer(request.id(), &result))
    }

    /// Opens connections to servers that nobody has talked to yet: a server that is not
    /// connected announces nothing.
    async fn wake(&self, caller: &Caller, filter: &Filter) {
        for kind in &filter.kinds {
            self.stocks(caller, *kind).await;
        }
        if filter.kinds.is_empty() {
            return;
        }
        for server in caller.view.servers.iter().filter_map(|at| self.servers.get(*at)) {
            let key = caller.key(server);
            if let Some(connection) = server.open_connection(&key) {
                connection.attended().await;
            }
        }
    }
}

/// Somebody who only listens is not under way.
struct Resting<'a>(&'a Core);

impl<'a> Resting<'a> {
    fn new(core: &'a Core) -> Self {
        core.under_way.fetch_sub(1, Ordering::AcqRel);
        Self(core)
    }
}

impl Drop for Resting<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_add(1, Ordering::AcqRel);
    }
}

/// Why a server does not tell us of a resource.
enum Unheard {
    Link(LinkError),
    /// What it says, JSON.
    Refused(Box<str>),
}

/// How a server is asked to tell us of a resource.
fn watching(lease: &Lease, uri: &str, (modern, task): (bool, bool)) -> (Method, String) {
    let uri = splice::text(uri);
    if !modern {
        return (Method::ResourcesSubscribe, format!(r#"{{"uri":{uri}}}"#));
    }
    let revision = lease.connection.link.introduction().revision;
    let meta = super::meta::own(lease.server.info(), revision);
    let member = if task { "taskIds" } else { "resourceSubscriptions" };
    let filter = format!(r#"{{"{member}":[{uri}]}}"#);
    let params = format!(r#"{{"notifications":{filter},"_meta":{meta}}}"#);
    (Method::SubscriptionsListen, params)
}

/// Asks a legacy server to tell us of a resource.
async fn watch_resource(lease: &Lease, out: Outbound) -> Result<(), Unheard> {
    let connection = &lease.connection;
    let mut exchange = connection.link.send(out).await.map_err(Unheard::Link)?;
    let quick = lease.server.settings.deadlines.quick;
    let answer = tokio::time::timeout(quick, async {
        loop {
            let received = exchange.next().await.map_err(Unheard::Link)?;
            match received.what() {
                What::Result { .. } => return Ok(()),
                What::Error { error, .. } => {
                    return Err(Unheard::Refused(received.part(error).into()));
                }
                What::Notification { .. } | What::Request { .. } => {}
            }
        }
    });
    answer.await.unwrap_or(Err(Unheard::Link(LinkError::Timeout)))
}

/// Listens to the lists of a modern server for as long as the connection is there.
pub(crate) fn listen_to_lists(connection: &Arc<Connection>, server: &Arc<Server>) {
    let wanted = KINDS.iter().filter(|(_, kind)| connection.offers(*kind));
    let wanted: Vec<_> = wanted.map(|(name, _)| format!("\"{name}\":true")).collect();
    if wanted.is_empty() {
        connection.attends();
        return;
    }
    let meta = super::meta::own(server.info(), connection.link.introduction().revision);
    let filter = format!("{{{}}}", wanted.join(","));
    let params = format!(r#"{{"notifications":{filter},"_meta":{meta}}}"#);
    if let Some(out) = Outbound::plain(Method::SubscriptionsListen, Some(params.into())) {
        hold(connection, server, out);
    }
}

/// Holds a subscription with a modern server, and passes on what it says.
fn hold(connection: &Arc<Connection>, server: &Arc<Server>, out: Outbound) {
    let (link, connection) = (Arc::clone(&connection.link), Arc::downgrade(connection));
    let server = Arc::clone(server);
    tokio::spawn(async move {
        let attends = |connection: &Weak<Connection>| {
            if let Some(connection) = connection.upgrade() {
                connection.attends();
            }
        };
        let Ok(mut exchange) = link.send(out).await else { return attends(&connection) };
        drop(link);
        loop {
            let next = exchange.next().await;
            // It has acknowledged, or will not.
            attends(&connection);
            let Ok(received) = next else { break };
            let What::Notification { method, params } = received.what() else { break };
            let params = params.as_ref().map(|params| received.part(params));
            let (Some(connection), Some(news)) = (connection.upgrade(), News::of(*method, params))
            else {
                continue;
            };
            server.hear(&connection, news);
        }
    });
}

impl News {
    /// What a notification of a server says to everybody.
    pub(crate) fn of(method: Method, params: Option<&str>) -> Option<Self> {
        match method.gate() {
            warden_mcp::Gate::Changed(kind) => Some(Self::Changed(kind)),
            _ => Self::of_one(method, params?),
        }
    }
}

impl News {
    fn of_one(method: Method, params: &str) -> Option<Self> {
        match method {
            Method::ResourcesUpdated => Some(Self::Updated(walk::text(params, "uri")?.into())),
            Method::TasksStatus | Method::TasksTold => {
                let own = walk::text(params, "taskId")?.into();
                Some(Self::Task { method, own, params: params.into() })
            }
            Method::Log | Method::ElicitationDone => Some(Self::Said(method, params.into())),
            _ => None,
        }
    }
}

/// Reads what a client wants to listen to.
fn read_filter(params: Option<&str>) -> Option<Filter> {
    let wanted = params.and_then(|params| walk::member(params, "notifications"))?;
    if !wanted.starts_with('{') {
        return None;
    }
    let yes = |name| walk::member(wanted, name) == Some("true");
    let mut filter = Filter::default();
    for (name, kind) in KINDS {
        if yes(name) {
            filter.kinds.insert(*kind);
        }
    }
    let uris = walk::member(wanted, "resourceSubscriptions").unwrap_or("[]");
    for uri in walk::elements(uris) {
        filter.uris.insert(warden_mcp::frame::string(uri)?.into());
    }
    for task in walk::elements(walk::member(wanted, "taskIds").unwrap_or("[]")) {
        filter.tasks.insert(warden_mcp::frame::string(task)?.into());
    }
    (filter.uris.len() + filter.tasks.len() <= MOST_URIS).then_some(filter)
}

/// What can be listened to, and what it is called.
const KINDS: &[(&str, DefinitionKind)] = &[
    ("toolsListChanged", DefinitionKind::Tool),
    ("promptsListChanged", DefinitionKind::Prompt),
    ("resourcesListChanged", DefinitionKind::Resource),
];

fn written(filter: &Filter) -> String {
    let mut parts: Vec<_> = KINDS
        .iter()
        .filter(|(_, kind)| filter.kinds.contains(kind))
        .map(|(name, _)| format!("\"{name}\":true"))
        .collect();
    for (name, all) in [("resourceSubscriptions", &filter.uris), ("taskIds", &filter.tasks)] {
        if !all.is_empty() {
            let all: Vec<_> = all.iter().map(|one| splice::text(one)).collect();
            parts.push(format!("\"{name}\":[{}]", all.join(",")));
        }
    }
    format!("{{{}}}", parts.join(","))
}

//! The older transport: one stream for everything to the client, and a place to post to
//! (2024-11-05, basic/transports, "HTTP with SSE").

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hyper::{Response, StatusCode};
use tokio::sync::mpsc;
use warden_mcp::{Method, sse};

use super::{MESSAGES, Outbody, Visit, legacy, reply};
use crate::gateway::{
    Core,
    asked::{Asked, Request},
    caller::Caller,
    outlet::Outlet,
    session::{Session, Wire},
};

/// How many events may wait for a client that reads slowly.
const WAITING: usize = 64;

/// The most clients of this transport.
const MOST: usize = 20_000;

/// The clients of this transport, by the name of their stream.
#[derive(Debug, Default)]
pub(super) struct Olds(Mutex<HashMap<Box<str>, Old>>);

#[derive(Clone, Debug)]
struct Old {
    principal: Arc<str>,
    view: Box<str>,
    wire: Wire,
    session: Option<Arc<Session>>,
}

impl Olds {
    fn all(&self) -> MutexGuard<'_, HashMap<Box<str>, Old>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream, and says on it where to post.
    pub(super) fn open(&self, visit: &Visit) -> Response<Outbody> {
        let (wire, events) = mpsc::channel(WAITING);
        let Some(name) = visit.core.states.random_name() else {
            return reply::plain(StatusCode::INTERNAL_SERVER_ERROR, "no session could be made");
        };
        let view = &visit.view.name;
        let door = if view.is_empty() { MESSAGES.to_owned() } else { format!("{MESSAGES}/{view}") };
        let endpoint = format!("{door}?sessionId={name}");
        // There is room: nothing was sent yet.
        wire.try_send(sse::event(None, Some("endpoint"), endpoint.as_bytes()).into()).ok();
        let mut all = self.all();
        all.retain(|_, old| {
            let gone = old.wire.is_closed();
            if gone && let Some(session) = &old.session {
                visit.core.sessions.part(session);
            }
            !gone
        });
        if all.len() >= MOST {
            return reply::plain(StatusCode::SERVICE_UNAVAILABLE, "too many streams are open");
        }
        let principal = Arc::clone(&visit.principal);
        let old = Old { principal, view: view.clone(), wire, session: None };
        all.insert(name.into(), old);
        drop(all);
        reply::events(Outbody::Lasting(events, Some(visit.over())))
    }

    /// Takes a message; what it is answered goes over the stream.
    pub(super) fn message(&self, visit: &Visit) -> Response<Outbody> {
        let query = visit.inbound.parts.uri.query().unwrap_or_default();
        let name = query.split('&').find_map(|pair| pair.strip_prefix("sessionId="));
        let name = name.unwrap_or_default().to_owned();
        let known = self.all().get(&*name).cloned();
        let mine = |old: &Old| {
            old.principal == visit.principal && old.view == visit.view.name && !old.wire.is_closed()
        };
        let Some(old) = known.filter(mine) else {
            return reply::plain(StatusCode::NOT_FOUND, "there is no such stream");
        };
        let asked = match Asked::read(&visit.inbound.body) {
            Ok(asked) => asked,
            Err(not) => {
                let caller = visit.stranger(warden_mcp::Revision::V2024_11_05);
                visit.core.tell_dropped(&caller, not.refusal, not.method.as_deref());
                let id = not.id.as_deref().unwrap_or("null");
                let body = not.refusal.answer(id, not.method.as_deref().unwrap_or("it"), "");
                if not.id.is_some() {
                    tokio::spawn(send(old.wire, body));
                    return reply::accepted();
                }
                let mut response = reply::document(StatusCode::BAD_REQUEST, String::new());
                *response.body_mut() = Outbody::Whole(body.into());
                return response;
            }
        };
        match (asked, old.session.clone()) {
            (Asked::Request(request), None) if request.method == Method::Initialize => {
                let session = begin(visit, &request, &old.wire);
                if let Some(old) = self.all().get_mut(&*name) {
                    old.session = Some(Arc::clone(&session));
                }
                start(visit, session, old.wire, request);
            }
            (Asked::Request(request), Some(session)) => start(visit, session, old.wire, request),
            (Asked::Notification(notification), Some(session)) => {
                if notification.method == Method::Cancelled {
                    session.cancel(notification.params());
                }
                visit.core.notification(&caller(visit, &session), &notification);
            }
            (Asked::Response(response), Some(session)) => {
                visit.core.response(&caller(visit, &session), &response);
            }
            (_, None) => {
                return reply::plain(StatusCode::BAD_REQUEST, "begin with `initialize`");
            }
        }
        reply::accepted()
    }
}

fn begin(visit: &Visit, request: &Request, wire: &Wire) -> Arc<Session> {
    let beginning = legacy::beginning(&visit.principal, &visit.view.name, request.params());
    let session = Arc::new(Session::begin(beginning));
    session.streams(|streams| streams.stand(wire.clone(), false));
    visit.core.sessions.join(&session);
    session
}

fn caller(visit: &Visit, session: &Arc<Session>) -> Caller {
    Caller {
        revision: session.revision,
        client: Some(Arc::clone(&session.client)),
        can: session.can,
        session: Some(Arc::clone(session)),
        ..visit.stranger(session.revision)
    }
}

/// Deals with a request beside the others.
fn start(visit: &Visit, session: Arc<Session>, wire: Wire, request: Request) {
    let caller = caller(visit, &session);
    let core: Arc<Core> = Arc::clone(&visit.core);
    tokio::spawn(async move {
        let outlet = Outlet::Old(Arc::clone(&session), wire.clone());
        let work = std::pin::pin!(core.request(&caller, &request, &outlet));
        let work = session.run(&request.key, work);
        let answer = tokio::select! {
            answer = work => answer,
            () = wire.closed() => return,
        };
        if !answer.body.is_empty() {
            send(wire, answer.body).await;
        }
    });
}

async fn send(wire: Wire, body: Vec<u8>) {
    // Who does not read it has gone.
    wire.send(sse::event(None, Some("message"), &body).into()).await.ok();
}
